"""Dates of birth on 1 January: the mark of days of birth that nobody knew."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.kinds import AsWritten
from bordercourse.inputs import Several, checked
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

__all__ = ["JanuaryHeaping", "january_heaping"]


@dataclass(frozen=True, repr=False)
class JanuaryHeaping(Result):
    """How many dates of birth fall on 1 January, beside what chance would give.

    Attributes
    ----------
    dates : int
        Dates counted.
    on_first_january : int
        Dates on 1 January.
    by_month : tuple of int
        Dates by month, January to December, without 1 January.
    missing : int
        Entries without a date; no share counts them.
    """

    dates: int
    on_first_january: int
    by_month: tuple[int, ...]
    missing: int = 0

    @property
    def share(self) -> float:
        """Share of dates on 1 January, 0 to 1."""
        return self.on_first_january / self.dates

    @property
    def expected_share(self) -> float:
        """Share if births were spread evenly over the days of four years: 4 in 1,461."""
        return 4 / 1461

    @property
    def times_expected(self) -> float:
        """How many times more often 1 January stands there than chance would give."""
        return self.share / self.expected_share

    def sentence(self) -> str:
        """Return the count of 1 January in one line."""
        line = _(
            "{on:,} of {n:,} dates of birth are 1 January ({share:.1%}): {times:.0f} times what chance gives."
        ).format(on=self.on_first_january, n=self.dates, share=self.share, times=self.times_expected)
        if not self.missing:
            return line
        return line + " " + _("{n:,} more have no date.").format(n=self.missing)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw births by month, with 1 January apart."""
        ax = axes(ax)
        months = [_calendar.month_abbr[month] for month in range(1, 13)]
        ax.bar([_("1 Jan")], [self.on_first_january], color=COLOURS["vermilion"])
        ax.bar([_("rest of Jan"), *months[1:]], self.by_month, color=COLOURS["blue"])
        ax.tick_params(axis="x", rotation=45)
        title = _("One day holds {share:.0%} of all births").format(share=self.share)
        return label(ax, title=title, y=_("dates of birth"))


@checked(dates=Several(AsWritten()))
def january_heaping(dates: Iterable[dt.date]) -> JanuaryHeaping:
    """Count dates of birth on 1 January: the mark of days of birth that nobody knew.

    Parameters
    ----------
    dates : iterable of datetime.date
        Exact dates; missing ones (None, NaT) are counted apart.

    Returns
    -------
    JanuaryHeaping
        A sign of how a register was kept, and never a sign against a person in it.

    Raises
    ------
    InputError
        If there is no date, or an entry is not one.

    Examples
    --------
    >>> import datetime
    >>> days = [datetime.date(1990, 1, 1)] * 3 + [datetime.date(1990, 5, d) for d in range(1, 8)]
    >>> print(january_heaping(days))
    3 of 10 dates of birth are 1 January (30.0%): 110 times what chance gives.
    """
    import pandas as pd

    entries = list(dates)
    known = [day for day in entries if not (pd.api.types.is_scalar(day) and pd.isna(day))]
    if not known:
        raise InputError("dates", _("there is no date."), _("Give at least one date of birth."))
    other = next((day for day in known if not isinstance(day, dt.date)), None)
    if other is not None:
        raise InputError(
            "dates", _("{value} is not a date.").format(value=repr(other)), _("Read it with read_date first.")
        )
    rest = [day.month for day in known if (day.month, day.day) != (1, 1)]
    by_month = tuple(rest.count(month) for month in range(1, 13))
    return JanuaryHeaping(len(known), len(known) - len(rest), by_month, len(entries) - len(known))
