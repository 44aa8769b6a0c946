"""A line that rises and falls, followed as a flow: people come, desks open and close."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, Numbers, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["FluidQueue", "OutageQueue", "fluid_queue", "outage_queue", "reflected"]


def reflected(start: float, inflow: Floats, outflow: Floats) -> Floats:
    """Return who waits at the end of each step, the beginning included: a sum that never goes below 0."""
    level = np.concatenate([[start], start + np.cumsum(inflow - outflow)])
    line = level - np.minimum(0.0, np.minimum.accumulate(level))
    line[line < 1e-9 * np.maximum(1.0, np.abs(level))] = 0.0  # what rounding leaves is nobody
    return line


@dataclass(frozen=True, repr=False)
class FluidQueue(Result):
    """A line followed step by step.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for the end of each step, and one for the moment at which the line is gone within a step:
        hour, arrived and passed (people since the beginning, those who waited then included), waiting.
    """

    table: pd.DataFrame

    @property
    def peak(self) -> float:
        """People in the line when it is longest."""
        return float(self.table["waiting"].max())

    @property
    def peak_hour(self) -> float:
        """The hour at which the line is longest."""
        return float(self.table["hour"].iloc[int(self.table["waiting"].argmax())])

    @property
    def still_waiting(self) -> float:
        """People in the line at the end."""
        return float(self.table["waiting"].iloc[-1])

    @property
    def empty_hour(self) -> float:
        """The hour from which nobody waits any more; not a number if people wait at the end."""
        waits = np.flatnonzero(self.table["waiting"].to_numpy() > 0)
        if not len(waits):
            return 0.0
        return math.nan if waits[-1] + 1 == len(self.table) else float(self.table["hour"].iloc[waits[-1] + 1])

    @property
    def person_hours(self) -> float:
        """Hours of waiting, of all people together."""
        return float(np.trapezoid(self.table["waiting"], self.table["hour"]))

    @property
    def mean_wait_hours(self) -> float:
        """Hours of waiting for each person who came, up to the end."""
        people = float(self.table["arrived"].iloc[-1])
        return self.person_hours / people if people else 0.0

    @property
    def longest_wait_hours(self) -> float:
        """Hours of the person who waited longest, first come first served.

        Whoever stands in the line at the end is counted with the hours until then: a lower limit.
        """
        hours, arrived, passed = (self.table[c].to_numpy(dtype=float) for c in ("hour", "arrived", "passed"))
        people = np.union1d(arrived, passed)
        people = people[people <= passed[-1]]
        before, after = people[people > 0], people[people < passed[-1]]
        waits = np.concatenate(
            [
                _reached(hours, passed, before, "left") - _reached(hours, arrived, before, "left"),
                _reached(hours, passed, after, "right") - _reached(hours, arrived, after, "right"),
            ]
        )
        if self.still_waiting > 0:
            since = _reached(hours, arrived, passed[-1:], "right" if passed[-1] < arrived[-1] else "left")
            waits = np.append(waits, hours[-1] - since)
        return float(waits.max(initial=0.0))

    def sentence(self) -> str:
        """Return how long the line becomes, when it is gone, and the longest wait, in one line."""
        if not self.peak:
            return _("Nobody waits")
        if math.isnan(self.empty_hour):
            end = _("{n:,.0f} still wait at hour {h:g}").format(
                n=self.still_waiting, h=self.table["hour"].iloc[-1]
            )
        else:
            end = _("gone at hour {h:.1f}").format(h=self.empty_hour)
        return _(
            "{n:,.0f} people wait at hour {h:.1f}, the longest line; {end}; longest wait {w:.1f} hours"
        ).format(n=self.peak, h=self.peak_hour, end=end, w=self.longest_wait_hours)

    def shown_table(self) -> pd.DataFrame:
        """Return the steps."""
        return self.table

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the people in the line, hour by hour."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        ax.fill_between(self.table["hour"], self.table["waiting"], color=COLOURS["sky"])
        ax.plot(self.table["hour"], self.table["waiting"], color=COLOURS["blue"], lw=2)
        ax.set_ylim(bottom=0)
        return label(ax, title=self.sentence(), x=_("Hour"), y=_("People in the line"))


def _reached(hours: Floats, total: Floats, people: Floats, side: Any) -> Floats:
    """Return the hour at which a rising total reaches each number of people, or (right) leaves it."""
    at = np.searchsorted(total, people, side=side) - 1
    at = np.clip(at, 0, len(total) - 2)
    rise = total[at + 1] - total[at]
    part = np.divide(people - total[at], rise, out=np.ones_like(people), where=rise > 0)
    inside = hours[at] + part * (hours[at + 1] - hours[at])
    # A total that starts above 0 stands for people who were there at the beginning.
    there_first = people <= total[0] if side == "left" else people < total[0]
    return np.where(there_first, hours[0], inside)


@checked(
    arrivals=Numbers(low=0),
    capacity=Numbers(low=0),
    start=Number(low=0),
    step=Number(above=0),
)
def fluid_queue(arrivals: Any, capacity: Any, *, start: float = 0.0, step: float = 1.0) -> FluidQueue:
    """Follow a line through hours in which arrivals or desks change, also where more come than can pass.

    People are counted as a flow that is even within each step. Nobody leaves the line, and first come is
    first served.

    *What the result is not.* No forecast, and no wait of a single person: chance is left out, so a line near
    its limit is longer in truth than here. Where the desks keep up, use `steady_line`, for chance and
    priorities together `simulate_day`.

    Parameters
    ----------
    arrivals, capacity : float or sequence of float
        People who come, and people who can pass, **an hour**, in each step; one number stands for every
        step.
    start : float
        People who wait at the beginning.
    step : float
        Length of a step in hours, above 0.

    Returns
    -------
    FluidQueue
        Exact for such a flow: the moment within a step at which the line is gone is found too.

    Raises
    ------
    InputError
        If a number is negative, or the two lists differ in length.

    References
    ----------
    G. F. Newell, *Applications of Queueing Theory*; the same count is the deterministic queue (D/D/1) of
    textbooks on traffic.

    Examples
    --------
    >>> fluid_queue([1000] * 34 + [1000] * 60, [720] * 34 + [1200] * 60)
    9,520 people wait at hour 34.0, the longest line; gone at hour 81.6; longest wait 9.5 hours
    """
    inflow, outflow = np.atleast_1d(arrivals).astype(float), np.atleast_1d(capacity).astype(float)
    steps = max(len(inflow), len(outflow))
    for name, values in (("arrivals", inflow), ("capacity", outflow)):
        if len(values) not in (1, steps) or not len(values):
            raise InputError(
                name,
                _("it has {n} steps of {all}.").format(n=len(values), all=steps),
                _("Give a number for each step, or one for all."),
            )
    inflow, outflow = np.broadcast_to(inflow, steps), np.broadcast_to(outflow, steps)
    waiting = reflected(start, inflow * step, outflow * step)
    edges = np.arange(steps + 1) * step
    # The moment within a step at which the line is gone, and the flow out falls to the flow in.
    fall = outflow - inflow
    within = (waiting[:-1] > 0) & (waiting[:-1] < fall * step)
    gone = np.divide(waiting[:-1], fall, out=np.zeros(steps), where=within)
    kinks = np.flatnonzero(within)
    arrived = start + np.concatenate([[0.0], np.cumsum(inflow * step)])
    hours = np.insert(edges, kinks + 1, edges[kinks] + gone[kinks])
    came = np.insert(arrived, kinks + 1, arrived[kinks] + inflow[kinks] * gone[kinks])
    line = np.insert(waiting, kinks + 1, 0.0)
    passed = np.maximum.accumulate(np.maximum(0.0, came - line))
    return FluidQueue(pd.DataFrame({"hour": hours, "arrived": came, "passed": passed, "waiting": line}))


@dataclass(frozen=True, repr=False)
class OutageQueue(Result):
    """What an outage leaves behind, where rates do not change otherwise.

    Attributes
    ----------
    at_restart : float
        People in the line when the machines work again.
    hours_to_clear : float
        Hours from then until the line is gone; infinite if the post cannot keep up even then.
    person_hours : float
        Hours of waiting, of all people together.
    longest_wait_hours : float
        Hours of the person who waited longest, first come first served.
    """

    at_restart: float
    hours_to_clear: float
    person_hours: float
    longest_wait_hours: float

    def sentence(self) -> str:
        """Return the line at the restart, and when it is gone, in one line."""
        return _(
            "{n:,.0f} wait at the restart; {c:.1f} hours more to clear; longest wait {w:.1f} hours"
        ).format(n=self.at_restart, c=self.hours_to_clear, w=self.longest_wait_hours)


@checked(arrivals=Number(low=0), normal=Number(low=0), reduced=Number(low=0), hours=Number(low=0))
def outage_queue(arrivals: float, *, normal: float, reduced: float, hours: float) -> OutageQueue:
    """Return what an outage leaves behind, by hand-sized formulas.

    ``at restart = (arrivals - reduced) * hours`` and ``hours to clear = at restart / (normal - arrivals)``.
    The person who comes when the last one before the restart comes, waits longest: ``hours * (1 - reduced /
    arrivals)``.

    *What the result is not.* No forecast: arrivals do not stay the same while people hear of the outage.

    Parameters
    ----------
    arrivals : float
        People an hour.
    normal, reduced : float
        People who can pass in an hour, with the machines and without.
    hours : float
        Length of the outage.

    Returns
    -------
    OutageQueue
        All zeros if the desks keep up without the machines.

    Raises
    ------
    InputError
        If a number is negative.

    Examples
    --------
    >>> outage_queue(1000, normal=1200, reduced=720, hours=34)
    9,520 wait at the restart; 47.6 hours more to clear; longest wait 9.5 hours
    """
    if arrivals <= reduced or hours == 0:
        return OutageQueue(0.0, 0.0, 0.0, 0.0)
    line = (arrivals - reduced) * hours
    if normal <= arrivals:
        # The line stands or goes on growing: nobody can say what waits add up to.
        longest = hours * (1 - reduced / arrivals) if normal == arrivals else math.inf
        return OutageQueue(line, math.inf, math.inf, longest)
    clear = line / (normal - arrivals)
    return OutageQueue(line, clear, line * (hours + clear) / 2, hours * (1 - reduced / arrivals))
