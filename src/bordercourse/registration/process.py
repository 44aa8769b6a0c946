"""What a registration log shows of the process: steps, waiting and rework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Column, Columns, Days, Labels, Table, checked
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.registration.ages import names
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["ProcessMap", "process_map"]


@dataclass(frozen=True, repr=False)
class ProcessMap(Result):
    """The directly-follows graph of a log, with throughput and rework.

    Attributes
    ----------
    edges : pandas.DataFrame
        One row a step directly followed by another: before, after, count and median_days (missing
        without times), most frequent first.
    steps : tuple
        The kinds of step, in the order of their mean place in a case.
    starts, ends : pandas.Series
        How many cases begin, end with each step.
    cases : pandas.DataFrame
        One row a case: steps (number), repeats (steps beyond the first of their kind) and throughput_days
        (first to last step; missing without times), and the columns of `by`.
    by : tuple of str
        The columns that group the cases; empty for one group.
    """

    edges: pd.DataFrame
    steps: tuple[object, ...]
    starts: pd.Series[int]
    ends: pd.Series[int]
    cases: pd.DataFrame
    by: tuple[str, ...]

    @property
    def rework_rate(self) -> float:
        """Share of the cases in which some step is done more than once."""
        return float((self.cases["repeats"] > 0).mean())

    @property
    def median_throughput_days(self) -> float:
        """Median days from the first to the last step of a case."""
        return float(self.cases["throughput_days"].median())

    def groups(self) -> pd.DataFrame:
        """Return cases, rework_rate and median_throughput_days for each group of `by`."""
        if not self.by:
            raise InputError(
                "by", _("the map was made without groups."), _("Name them in process_map(by=…).")
            )
        grouped = self.cases.assign(rework=self.cases["repeats"] > 0).groupby(list(self.by), observed=True)
        return grouped.agg(
            cases=("steps", "size"),
            rework_rate=("rework", "mean"),
            median_throughput_days=("throughput_days", "median"),
        )

    def matrix(self) -> pd.DataFrame:
        """Return the counts as a table, step before in rows and step after in columns."""
        wide = self.edges.pivot(index="before", columns="after", values="count")
        return wide.reindex(index=self.steps, columns=self.steps).fillna(0).astype(int)

    def sentence(self) -> str:
        """Return cases, steps, waiting and rework in one line."""
        words = {"cases": len(self.cases), "steps": len(self.steps), "rework": self.rework_rate}
        if self.cases["throughput_days"].isna().all():
            return _(
                "Process of {cases:,} cases, {steps} kinds of step: {rework:.1%} of cases repeat a step"
            ).format(**words)
        return _(
            "Process of {cases:,} cases, {steps} kinds of step: median {days:.1f} days from first to last, "
            "{rework:.1%} of cases repeat a step"
        ).format(days=self.median_throughput_days, **words)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the counts of what follows what as a shaded table."""
        table = self.matrix()
        ax = axes(ax)
        ax.imshow(table.to_numpy(), cmap="Blues", aspect="auto", vmin=0)
        most = table.to_numpy().max(initial=1)
        for (i, j), count in np.ndenumerate(table.to_numpy()):
            if count:
                colour = "white" if count > most / 2 else COLOURS["black"]
                ax.text(j, i, f"{count:,}", ha="center", va="center", color=colour)
        ax.set_xticks(range(len(table)), [str(s) for s in table.columns], rotation=30, ha="right")
        ax.set_yticks(range(len(table)), [str(s) for s in table.index])
        title = _("{rework:.0%} of cases repeat a step").format(rework=self.rework_rate)
        return label(ax, title=title, x=_("Next step (number of times)"), y=_("Step"))


@checked(
    log=Table(),
    case=Column("log", Labels()),
    step=Column("log", Labels()),
    time=Column("log", Days(), maybe=True),
    by=Columns("log", Labels()),
)
def process_map(
    log: pd.DataFrame,
    *,
    case: str = "case",
    step: str = "step",
    time: str | None = "time",
    by: str | Sequence[str] | None = None,
) -> ProcessMap:
    """Return which step directly follows which in a log, with throughput time and rework.

    Parameters
    ----------
    log : pandas.DataFrame
        One row a step that was done.
    case : str
        Column with the case, such as a declaration's number.
    step : str
        Column with the step: notify, declare, validate, register, issue.
    time : str or None
        Column with the moment of the step. ``None``: the rows stand in order already, and no
        waiting is measured. Steps of one moment keep the order of their rows.
    by : str or list of str, optional
        Columns that group cases (district, sex of the child); each is constant within a case.

    Returns
    -------
    ProcessMap

    Raises
    ------
    InputError
        A column is missing or has gaps, times are not dates, or a case lies in two groups.

    Notes
    -----
    *What the result is not.* The log holds what staff recorded, not what a family went through: the
    journeys before the first step and the people who gave up are not in it. The graph counts
    pairs; it does not prove that one step causes another, nor that cases
    follow any whole path through it.

    References
    ----------
    Van der Aalst, W. (2016), *Process Mining: Data Science in Action*, 2nd edition, Springer.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import process_map
    >>> traces = ["abcd"] * 3 + ["acbd"] * 2 + ["aed"]
    >>> rows = [(n, step) for n, trace in enumerate(traces) for step in trace]
    >>> log = pd.DataFrame(rows, columns=["case", "step"])
    >>> process_map(log, time=None).matrix().loc["a"].to_dict()
    {'a': 0, 'e': 1, 'b': 3, 'c': 2, 'd': 0}
    """
    keys = names(by)
    columns = [case, step, *([] if time is None else [time]), *keys]
    own = {"steps", "repeats", "throughput_days"}
    if len(set(columns)) < len(columns) or own & set(keys):
        raise InputError(
            "case, step, time, by",
            _("{columns}: a column is named twice, or a group has the name of a result.").format(
                columns=", ".join(map(repr, columns))
            ),
            _("Name different columns, and no group {own}.").format(own=", ".join(sorted(own))),
        )
    rows = log[columns]
    codes = rows.groupby(case, sort=False, observed=True).ngroup().to_numpy()
    order = np.argsort(codes, kind="stable") if time is None else np.lexsort((rows[time], codes))
    rows, codes = rows.iloc[order], codes[order]
    same = codes[1:] == codes[:-1]
    steps = rows[step].to_numpy()
    when = None if time is None else rows[time].to_numpy()
    day = np.timedelta64(1, "D")
    wait = np.full(len(rows) - 1, np.nan) if when is None else (when[1:] - when[:-1]) / day
    pairs = pd.DataFrame({"before": steps[:-1][same], "after": steps[1:][same], "days": wait[same]})
    edges = (
        pairs.groupby(["before", "after"], observed=True)["days"]
        .agg(count="size", median_days="median")
        .reset_index()
        .sort_values(["count", "before", "after"], ascending=[False, True, True], ignore_index=True)
    )
    first = np.concatenate([[True], ~same])
    last = np.concatenate([~same, [True]])
    place = np.arange(len(rows)) - np.flatnonzero(first)[codes]
    places = pd.Series(place).groupby(steps).mean().reset_index(name="mean")
    kinds = tuple(places.sort_values(["mean", "index"])["index"])
    repeats = rows.duplicated([case, step]).to_numpy()
    cases = pd.DataFrame(
        {
            "steps": np.bincount(codes),
            "repeats": np.bincount(codes, weights=repeats).astype(int),
            "throughput_days": np.nan if when is None else (when[last] - when[first]) / day,
        },
        index=pd.Index(rows[case].to_numpy()[first], name=case),
    )
    for key in keys:
        values = rows[key].to_numpy()
        if (values[1:][same] != values[:-1][same]).any():
            raise InputError(key, _("a case lies in two groups."), _("Give each case one value."))
        cases[key] = values[first]
    starts = pd.Series(steps[first]).value_counts().rename("cases")
    ends = pd.Series(steps[last]).value_counts().rename("cases")
    return ProcessMap(edges, kinds, starts, ends, cases, keys)
