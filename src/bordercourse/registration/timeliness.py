"""How soon events are registered, fair to the events that are still young."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Column, Columns, Day, Days, Labels, Table, Whole, checked
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.registration.ages import names
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["Timeliness", "timeliness"]


@dataclass(frozen=True, repr=False)
class Timeliness(Result):
    """How soon events are registered.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a group: events; followed_to_limit and followed_to_year (events old enough to judge);
        within_limit and within_year (shares of those); median_days (among events followed to the year;
        missing where fewer than half are registered by then).
    curve : pandas.Series
        Share registered by each day after the event, over all events followed to the year.
    limit_days, year_days : int
        The two periods.
    cutoff : pandas.Timestamp
        The day the register was read.
    by : tuple of str
        The columns that make the groups; empty for one group.
    """

    table: pd.DataFrame
    curve: pd.Series[float]
    limit_days: int
    year_days: int
    cutoff: pd.Timestamp
    by: tuple[str, ...]

    def sentence(self) -> str:
        """Return the shares and the median in one line."""
        if self.by:
            return _(
                "Timeliness of {n} groups: within {d} days {low:.1%} to {high:.1%}, read on {cutoff}"
            ).format(
                n=len(self.table),
                d=self.limit_days,
                low=self.table["within_limit"].min(),
                high=self.table["within_limit"].max(),
                cutoff=f"{self.cutoff:%Y-%m-%d}",
            )
        row = self.table.iloc[0]
        shares = [
            _("{share:.1%} within {d} days").format(share=row[column], d=days)
            if row[followed]
            else _("none followed for {d} days").format(d=days)
            for column, followed, days in (
                ("within_limit", "followed_to_limit", self.limit_days),
                ("within_year", "followed_to_year", self.year_days),
            )
        ]
        if row["followed_to_year"]:
            half = np.isnan(row["median_days"])
            shares.append(
                _("no median, half or more are not registered by then")
                if half
                else _("median {median:.0f} days").format(median=row["median_days"])
            )
        return _("Timeliness: {shares} ({n:,} events, read on {cutoff})").format(
            shares=", ".join(shares), n=int(row["events"]), cutoff=f"{self.cutoff:%Y-%m-%d}"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share registered by day, over events followed to the year."""
        ax = axes(ax)
        ax.plot(self.curve.index, 100 * self.curve, color=COLOURS["blue"])
        ax.axvline(self.limit_days, color=COLOURS["vermilion"], ls="--")
        ax.set(xlim=(0, self.year_days), ylim=(0, 100))
        at_limit = float(self.curve.loc[self.limit_days])
        if np.isnan(at_limit):
            title = _("No event was followed for {y} days").format(y=self.year_days)
        else:
            title = _("{share:.0%} are registered within the limit of {d} days").format(
                share=at_limit, d=self.limit_days
            )
        return label(
            ax,
            title=title,
            x=_("Days since the event (events followed to the end)"),
            y=_("Registered, % of events"),
        )


@checked(
    table=Table(),
    occurred=Column("table", Days()),
    registered=Column("table", Days(gaps=True)),
    cutoff=Day(mark('Give the day the register was read, such as "2024-12-31".')),
    limit_days=Whole(1, 36_525),
    year_days=Whole(1, 36_525),
    by=Columns("table", Labels()),
)
def timeliness(
    table: pd.DataFrame,
    *,
    occurred: str,
    registered: str,
    cutoff: object,
    limit_days: int,
    year_days: int = 365,
    by: str | Sequence[str] | None = None,
) -> Timeliness:
    """Return how soon events are registered, leaving out those too young to judge.

    An event of last week cannot yet have been registered within 30 days *or not*: it is
    right-censored. Each share is taken only over events that occurred at least that long before the cut-off.
    Days are calendar days; hours are dropped.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an event.
    occurred : str
        Column with the day of the event.
    registered : str
        Column with the day of registration; missing if not registered by the cut-off.
    cutoff : date
        The day the register was read. A registration after it counts as not yet registered.
    limit_days : int
        Days that your law allows.
    year_days : int
        The longer period, one year unless your law says otherwise.
    by : str or list of str, optional
        Columns that make groups, such as district or sex.

    Returns
    -------
    Timeliness

    Raises
    ------
    InputError
        A column is missing or not a date, an event lies after the cut-off, a registration comes before its
        event, a row has no group, or the limits are not in order.

    Notes
    -----
    *What the result is not.* If the table holds registered events only, the shares are of those
    registered so far, and say nothing of those never registered: this is not completeness. A table of
    all births (a clinic's list matched to the register) gives both. From a register alone, compare years
    of birth over the same number of days only.

    The legal limit differs between countries, so it has no default.

    References
    ----------
    United Nations (2014), *Principles and Recommendations for a Vital Statistics System, Revision 3*,
    paragraphs 356-373, on the time allowed and on late registration.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import timeliness
    >>> births = pd.DataFrame({
    ...     "born": pd.to_datetime(["2023-01-01", "2023-01-01", "2023-01-01", "2024-12-20"]),
    ...     "registered": pd.to_datetime(["2023-01-11", "2023-03-02", None, None]),
    ... })
    >>> timeliness(births, occurred="born", registered="registered", cutoff="2024-12-31", limit_days=30)
    Timeliness: 33.3% within 30 days, 66.7% within 365 days, median 60 days (4 events, read on 2024-12-31)
    """
    keys = names(by)
    if limit_days > year_days:
        raise InputError(
            "limit_days",
            _("{a} and {b} days are not in order.").format(a=limit_days, b=year_days),
            _("Give a limit that is not above year_days."),
        )
    at = pd.Timestamp(cutoff).normalize()  # type: ignore[arg-type]
    # The law counts calendar days where the event was: hours are dropped.
    event, entry = table[occurred].dt.normalize(), table[registered].dt.normalize()
    if (event > at).any():
        raise InputError(
            occurred,
            _("an event lies after the cut-off ({day}).").format(day=f"{event.max():%Y-%m-%d}"),
            _("Check the dates and the cut-off."),
        )
    if (entry < event).any():
        raise InputError(
            registered,
            _("{n} registrations come before their event.").format(n=int((entry < event).sum())),
            _("Mend the dates; a registration cannot come first."),
        )
    lag = (entry.where(entry <= at) - event).dt.days.astype(float).fillna(np.inf).to_numpy()
    followed = (at - event).dt.days.to_numpy()
    to_limit, to_year = followed >= limit_days, followed >= year_days
    rows = pd.DataFrame(
        {
            "events": 1,
            "followed_to_limit": to_limit,
            "followed_to_year": to_year,
            "within_limit": np.where(to_limit, lag <= limit_days, np.nan),
            "within_year": np.where(to_year, lag <= year_days, np.nan),
            # Unregistered is "later than any day", so that the median counts it.
            "median_days": np.where(to_year, np.where(lag <= year_days, lag, year_days + 1), np.nan),
        },
        index=table.index,
    )
    how: dict[str, Any] = {
        "events": "sum",
        "followed_to_limit": "sum",
        "followed_to_year": "sum",
        "within_limit": "mean",
        "within_year": "mean",
        "median_days": "median",
    }
    groups = [table[key] for key in keys] if keys else np.zeros(len(rows), dtype=int)
    result = rows.groupby(groups, observed=True).agg(how)
    result["median_days"] = result["median_days"].where(result["within_year"] > 0.5)
    old = np.sort(lag[to_year])
    days = np.arange(year_days + 1)
    share = np.searchsorted(old, days, side="right") / len(old) if len(old) else np.full(len(days), np.nan)
    curve = pd.Series(share, index=pd.Index(days, name="days"), name="share_registered")
    return Timeliness(result, curve, limit_days, year_days, at, keys)
