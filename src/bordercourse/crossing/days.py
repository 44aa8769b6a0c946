"""Many days of one line at once: first come, first served, with shifts and an outage, in arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.crossing.chance import arrival_hours, desk_hours
from bordercourse.crossing.intervals import mean_interval
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, Numbers, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["LineDays", "line_days", "start_hours"]


def start_hours(arrived: Floats, desk: Floats, desks: NDArray[np.int64]) -> Floats:
    """Return the hour at which each person reaches a desk; one row a day, in the order of arrival.

    The recursion of Kiefer and Wolfowitz: each person takes the desk that is free first. All days take a step
    at once, so the loop is as long as one day's line. ``desks[h]`` desks are open in hour h, those of the
    last hour from then on; a desk that closes finishes with the person before it. A person whom no desk
    will ever take starts at infinity.
    """
    days, people = arrived.shape
    most = int(desks.max())
    opens = np.full((len(desks) + 1, most), np.inf)  # the next opening of a desk; -inf while it is open
    for hour in range(len(desks) - 1, -1, -1):
        opens[hour] = np.where(
            np.arange(most) < desks[hour],
            -np.inf,
            np.where(np.isneginf(opens[hour + 1]), hour + 1.0, opens[hour + 1]),
        )
    opens[-1] = opens[-2]
    last = len(desks) - 1

    def hour_of(at: Floats) -> NDArray[np.int64]:
        return np.minimum(np.where(np.isfinite(at), at, last), last).astype(np.int64)

    free = np.maximum(opens[np.zeros(days, dtype=np.int64)], 0.0)
    starts = np.full((days, people), np.inf)
    rows = np.arange(days)
    steady = bool((desks == desks[0]).all())
    arrived_by_turn, desk_by_turn = np.ascontiguousarray(arrived.T), np.ascontiguousarray(desk.T)
    turns = hour_of(arrived_by_turn)
    for turn in range(people):
        came = arrived_by_turn[turn]
        ready = free if steady else np.maximum(free, opens[turns[turn]])
        taken = ready.argmin(axis=1) if steady else np.maximum(ready, came[:, None]).argmin(axis=1)
        start = np.maximum(ready[rows, taken], came)
        starts[:, turn] = start
        end = start + desk_by_turn[turn]
        free[rows, taken] = end if steady else np.maximum(end, opens[hour_of(end), taken])
    return starts


@dataclass(frozen=True, repr=False)
class LineDays(Result):
    """Many simulated days of one line.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a day: people, mean_wait, wait_of_95 and longest_wait in minutes, of those who reach a desk,
        and never_served (people).
    """

    table: pd.DataFrame

    def interval(self, column: str = "mean_wait") -> tuple[float, float, float]:
        """Return the mean of a column over the days, and the ends of its interval (95 percent)."""
        return mean_interval(self.table[column].dropna().to_numpy(dtype=float))

    def sentence(self) -> str:
        """Return the mean wait with its interval, in one line."""
        mean, low, high = self.interval()
        return _(
            "{n} days of {p:,.0f} people: {m:.1f} minutes of waiting on average ({low:.1f} to {high:.1f}); "
            "longest wait of any day {l:,.0f}"
        ).format(
            n=len(self.table), p=self.table["people"].mean(), m=mean, low=low, high=high,
            l=self.table["longest_wait"].max(),
        )  # fmt: skip

    def shown_table(self) -> pd.DataFrame:
        """Return the days."""
        return self.table

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how the mean waits of the days differ."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        mean, low, high = self.interval()
        ax.hist(self.table["mean_wait"].dropna(), bins=20, color=COLOURS["sky"], edgecolor="white")
        ax.axvline(mean, color=COLOURS["blue"], lw=2)
        title = _("{m:.1f} minutes on average, {low:.1f} to {high:.1f}").format(m=mean, low=low, high=high)
        return label(ax, title=title, x=_("Mean wait of a day, in minutes"), y=_("Days"))


@checked(
    arrivals=Numbers(low=0),
    minutes=Number(above=0),
    desks=Numbers(low=0, whole=True),
    days=Whole(2, 100_000),
    seed=Whole(low=0),
    variation=Number(0, 5),
)
def line_days(
    arrivals: Any, minutes: float, desks: Any, *, days: int = 200, seed: int, variation: float = 1.0
) -> LineDays:
    """Simulate many days of one line at once, first come first served.

    It gives the same waits as `simulate_day` for the same people, many times faster; ranks, kinds of party
    and searches need `simulate_day`.

    *What the result is not.* No forecast: the interval holds chance alone, not what is unknown of rates and
    times.

    Parameters
    ----------
    arrivals : sequence of float
        People an hour, in each hour of the day.
    minutes : float
        Mean minutes at a desk, above 0.
    desks : int or sequence of int
        Desks that are open: one number, or one for each hour; an outage is an hour with fewer. Those of the
        last hour stay on until the line is empty.
    days : int
        Days, 2 or more.
    seed : int
        The same seed gives the same days.
    variation : float
        How much times at a desk differ: standard deviation over mean. 0 is always the mean, 1 exponential.

    Returns
    -------
    LineDays
        A row a day, and means with their intervals.

    Raises
    ------
    InputError
        If a number is out of range.

    References
    ----------
    J. Kiefer and J. Wolfowitz, "On the theory of queues with many servers", *Transactions of the American
    Mathematical Society* 78, 1955.

    Examples
    --------
    >>> line_days([1000] * 4, minutes=0.5, desks=[6, 6, 10, 10], days=20, seed=1).table["never_served"].sum()
    np.int64(0)
    """
    rates = np.atleast_1d(arrivals).astype(float)
    opened = np.atleast_1d(desks).astype(np.int64)
    random = np.random.default_rng(seed)
    arrived = arrival_hours(random, rates, days)
    desk = desk_hours(random, minutes, variation, arrived.shape)
    if not opened.max(initial=0):
        starts = np.full_like(arrived, np.inf)
    else:
        starts = start_hours(arrived, desk, opened)
    came = np.isfinite(arrived)
    wait = np.where(came & np.isfinite(starts), starts, np.nan)
    wait -= np.where(came, arrived, np.nan)
    wait *= 60
    served = np.isfinite(wait).sum(axis=1)
    people = came.sum(axis=1)
    wait.sort(axis=1)  # what is missing goes to the end of each row
    rows = np.arange(days)
    at = np.maximum(0, np.ceil(0.95 * served).astype(np.int64) - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(wait, axis=1) / served
    return LineDays(
        pd.DataFrame(
            {
                "people": people,
                "mean_wait": mean,
                "wait_of_95": wait[rows, at],
                "longest_wait": wait[rows, np.maximum(0, served - 1)],
                "never_served": people - served,
            }
        )
    )
