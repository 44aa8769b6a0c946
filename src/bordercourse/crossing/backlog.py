"""A re-issuing backlog as a flow: cases come, some are blocked, counters close, and when is it over?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bordercourse.crossing.fluid import reflected
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, OneOrSeveral, Several, Share, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Backlog", "backlog", "capacity_needed", "clearance_time"]


@checked(start=Number(low=0), arrivals=Number(low=0), capacity=Number(low=0), blocked_share=Share())
def clearance_time(start: float, arrivals: float, capacity: float, blocked_share: float = 0.0) -> float:
    """Return the weeks until no workable case waits, for rates that never change.

    Parameters
    ----------
    start : float
        Cases that wait at the beginning.
    arrivals : float
        New cases a week.
    capacity : float
        Cases that the counters can finish in a week.
    blocked_share : float
        Share of cases that cannot be decided (a clearance, a closed office), 0 to 1. Blocked
        cases wait apart and take no capacity.

    Returns
    -------
    float
        ``(1 - b) * start / (capacity - (1 - b) * arrivals)``; infinite if the counters cannot
        keep up. When it is over, the blocked people still have no paper.

    Raises
    ------
    InputError
        If a number is negative, or `blocked_share` is not from 0 to 1.

    Examples
    --------
    >>> clearance_time(12_000, arrivals=200, capacity=500)
    40.0
    >>> clearance_time(12_000, arrivals=500, capacity=500)
    inf
    """
    workable = 1 - blocked_share
    spare = capacity - workable * arrivals
    if workable * start == 0:
        return 0.0
    return workable * start / spare if spare > 0 else math.inf


@checked(start=Number(low=0), arrivals=Number(low=0), weeks=Number(above=0), blocked_share=Share())
def capacity_needed(start: float, arrivals: float, weeks: float, blocked_share: float = 0.0) -> float:
    """Return the cases a week that must be finished to clear a backlog in so many weeks.

    The inverse of `clearance_time`.

    Parameters
    ----------
    start : float
        Cases that wait at the beginning.
    arrivals : float
        New cases a week.
    weeks : float
        Weeks in which no workable case shall wait any more, above 0.
    blocked_share : float
        Share of cases that cannot be decided, 0 to 1.

    Returns
    -------
    float
        ``(1 - b) * (arrivals + start / weeks)``.

    Raises
    ------
    InputError
        If a number is negative, `weeks` is 0, or `blocked_share` is not from 0 to 1.

    Examples
    --------
    >>> capacity_needed(12_000, arrivals=200, weeks=40)
    500.0
    """
    return (1 - blocked_share) * (arrivals + start / weeks)


@dataclass(frozen=True, repr=False)
class Backlog(Result):
    """A backlog week by week.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a week: week, arrivals, capacity, finished, waiting (workable cases at the week's end),
        blocked, blocked_share.
    cleared_after : float
        Weeks until no workable case waits; not a number if it never happens in the time given.
    start : float
        Cases at the beginning.
    """

    table: pd.DataFrame
    cleared_after: float
    start: float

    @property
    def still_blocked(self) -> float:
        """Cases blocked at the end: people who have no paper although the queue may be empty."""
        return float(self.table["blocked"].iloc[-1])

    @property
    def blocked_when_cleared(self) -> float:
        """Cases blocked on the day on which the queue is empty; not a number if that day never comes."""
        if math.isnan(self.cleared_after):
            return math.nan
        first = self.start * float(self.table["blocked_share"].iloc[0])
        week = int(self.cleared_after)  # flows are even within a week
        ends: list[float] = [first, *self.table["blocked"].astype(float)]
        after = ends[min(week + 1, len(ends) - 1)]
        return ends[week] + (self.cleared_after - week) * (after - ends[week])

    def sentence(self) -> str:
        """Return when the queue ends, and who stays blocked, in one line."""
        weeks = len(self.table)
        if math.isnan(self.cleared_after):
            when = _("not cleared in {n} weeks, {w:,.0f} still wait").format(
                n=weeks, w=self.table["waiting"].iloc[-1]
            )
        else:
            when = _("queue empty after {t:.1f} weeks, {b:,.0f} blocked that day").format(
                t=self.cleared_after, b=self.blocked_when_cleared
            )
        return _("{start:,.0f} cases: {when}; in week {n} {b:,.0f} blocked").format(
            start=self.start, when=when, n=weeks, b=self.still_blocked
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw those who wait and those who are blocked, week by week."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        weeks = [0, *self.table["week"]]
        blocked_share = self.table["blocked_share"].iloc[0]
        first = [self.start * (1 - blocked_share), self.start * blocked_share]
        for column, begin, colour in zip(("waiting", "blocked"), first, ("blue", "vermilion"), strict=True):
            ax.plot(weeks, [begin, *self.table[column]], color=COLOURS[colour], lw=2, label=_(column))
        ax.set_ylim(bottom=0)
        ax.legend(frameon=False)
        if math.isnan(self.cleared_after):
            title = _("The queue is not cleared in {n} weeks").format(n=len(self.table))
        else:
            title = _("The queue ends after {t:.0f} weeks, but {b:,.0f} cases stay blocked").format(
                t=self.cleared_after, b=self.still_blocked
            )
        return label(ax, title=title, x=_("Week"), y=_("Cases"))


_FLOW = OneOrSeveral(Number(low=0))


@checked(
    start=Number(low=0),
    arrivals=_FLOW,
    capacity=_FLOW,
    blocked_share=Share(),
    closed_weeks=Several(Whole(low=1)),
    unblocked=_FLOW,
    weeks=Whole(1, 5200),
)
def backlog(
    start: float,
    arrivals: float | Sequence[float],
    capacity: float | Sequence[float],
    *,
    blocked_share: float = 0.0,
    closed_weeks: Sequence[int] = (),
    unblocked: float | Sequence[float] = 0.0,
    weeks: int = 104,
) -> Backlog:
    """Follow a backlog week by week.

    Parameters
    ----------
    start : float
        Cases that wait at the beginning.
    arrivals, capacity : float or sequence of float
        New cases and possible decisions in each week; one number stands for every week.
    blocked_share : float
        Share of the first and of all new cases that cannot be decided, 0 to 1.
    closed_weeks : sequence of int
        Weeks without any counter, the first week being 1 (a cyclone, an attack, a holiday).
    unblocked : float or sequence of float
        Blocked cases that become workable in each week (a mobile mission, a rule changed).
    weeks : int
        How many weeks to follow.

    Returns
    -------
    Backlog
        For constant rates without closures `cleared_after` equals `clearance_time`: within a
        week the flows are even.

    Raises
    ------
    InputError
        If a number is negative, a sequence too short, or a closed week outside the time.

    Examples
    --------
    >>> backlog(12_000, 200, 500)
    12,000 cases: queue empty after 40.0 weeks, 0 blocked that day; in week 104 0 blocked
    >>> backlog(12_000, 200, 500, closed_weeks=[3, 4, 5, 6])
    12,000 cases: queue empty after 46.7 weeks, 0 blocked that day; in week 104 0 blocked
    """
    flows = {
        name: _weekly(name, value, weeks)
        for name, value in (("arrivals", arrivals), ("capacity", capacity), ("unblocked", unblocked))
    }
    for week in closed_weeks:
        if week > weeks:
            raise InputError("closed_weeks", f"{week}.", _("Give weeks from 1 to {n}.").format(n=weeks))
    open_weeks = np.array([week not in set(closed_weeks) for week in range(1, weeks + 1)])
    new, power = np.array(flows["arrivals"]), np.array(flows["capacity"]) * open_weeks
    blocked, freed = _blocked(start * blocked_share, new * blocked_share, flows["unblocked"])
    inflow = new * (1 - blocked_share) + freed
    waiting = reflected(start * (1 - blocked_share), inflow, power)
    before, after = waiting[:-1], waiting[1:]
    over = np.flatnonzero((power > inflow) & (before <= power - inflow))
    cleared = math.nan
    if waiting[0] == 0:
        cleared = 0.0
    elif len(over):
        week = int(over[0])
        cleared = week + float(before[week] / (power[week] - inflow[week]))
    rows = {
        "week": range(1, weeks + 1),
        "arrivals": new,
        "capacity": power,
        # Between large numbers rounding may leave a little below nothing.
        "finished": np.clip(before + inflow - after, 0, power),
        "waiting": after,
        "blocked": blocked,
        "blocked_share": blocked_share,
    }
    return Backlog(pd.DataFrame(rows), cleared, start)


def _blocked(blocked: float, new: Floats, unblocked: list[float]) -> tuple[Floats, Floats]:
    """Return the blocked cases at the end of each week, and those that became workable in it."""
    ends, freed = np.empty(len(new)), np.empty(len(new))
    for week, (more, most) in enumerate(zip(new.tolist(), unblocked, strict=True)):
        freed[week] = min(most, blocked)
        blocked += more - freed[week]
        ends[week] = blocked
    return ends, freed


def _weekly(name: str, value: float | Sequence[float], weeks: int) -> list[float]:
    values = [value] * weeks if isinstance(value, float) else [*value]  # type: ignore[misc]
    if len(values) < weeks:
        raise InputError(
            name,
            _("it has {n} weeks of {all}.").format(n=len(values), all=weeks),
            _("Give a number for each week, or one for all."),
        )
    return values[:weeks]
