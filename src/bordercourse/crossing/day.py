"""A day at a post, party by party: lanes, ranks, shifts, searches and an outage, on SimPy's clock."""

from __future__ import annotations

import heapq
import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import simpy

from bordercourse.crossing.chance import DrawnDay, draw_day
from bordercourse.crossing.intervals import mean_interval
from bordercourse.crossing.post import Outage, Post
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Number, Numbers, Several, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["PostDay", "PostDays", "simulate_day", "simulate_days"]

_POST = A(Post, do=mark("Make it with Post(parties, lanes)."))
_OUTAGES = Several(A(Outage, do=mark('Make it with Outage("lane", begins, ends).')))


class _Floor:
    """The floor of a post: SimPy keeps the clock, the desks are its processes, and this holds the lines."""

    def __init__(self, post: Post, drawn: DrawnDay, changes: list[tuple[float, list[int]]]) -> None:
        self.env = simpy.Environment()
        self.post, self.drawn, self.changes = post, drawn, changes
        names = [party.name for party in post.parties]
        self.ranks = [party.rank for party in post.parties]
        self.serves = [[names.index(name) for name in lane.serves] for lane in post.lanes]
        self.lanes_of = [
            [i for i, serves in enumerate(self.serves) if k in serves] for k in range(len(names))
        ]
        self.lines: list[deque[int]] = [deque() for _name in names]
        self.open = list(changes[0][1])
        self.idle: list[list[int]] = [[] for _lane in post.lanes]  # heaps: the lowest number is rung first
        self.bells: dict[tuple[int, int], simpy.Event] = {}
        n = len(drawn.hour)
        self.start, self.lane = np.full(n, np.nan), np.full(n, -1)
        self.search_start, self.end = np.full(n, np.nan), np.full(n, np.nan)
        self.rooms = simpy.Resource(self.env, post.searches.rooms) if post.searches else None
        self.officers = (
            {
                woman: simpy.Resource(self.env, count)
                for woman, count in ((True, post.searches.women), (False, post.searches.men))
                if count
            }
            if post.searches
            else {}
        )

    def run(self) -> None:
        """Let the day go by, until everybody has passed or no desk opens any more."""
        for lane in range(len(self.post.lanes)):
            for number in range(max(desks[lane] for _hour, desks in self.changes)):
                self.env.process(self._desk(lane, number))
        self.env.process(self._shifts())
        self.env.process(self._arrivals())
        self.env.run()

    def _arrivals(self) -> Generator[simpy.Event, Any, None]:
        for party, (hour, kind) in enumerate(
            zip(self.drawn.hour.tolist(), self.drawn.kind.tolist(), strict=True)
        ):
            yield self.env.timeout(max(0.0, hour - self.env.now))
            self.lines[kind].append(party)
            for lane in self.lanes_of[kind]:
                if self._ring(lane):
                    break

    def _shifts(self) -> Generator[simpy.Event, Any, None]:
        for hour, desks in self.changes[1:]:
            yield self.env.timeout(hour - self.env.now)
            self.open = list(desks)
            for lane in range(len(desks)):
                while self._ring(lane):
                    pass

    def _ring(self, lane: int) -> bool:
        """Call the first idle desk of a lane that is open; return whether there was one."""
        idle = self.idle[lane]
        if not idle or idle[0] >= self.open[lane]:
            return False
        self.bells.pop((lane, heapq.heappop(idle))).succeed()
        return True

    def _next(self, lane: int) -> int | None:
        """Take the next party out of the lines that a lane serves: the lowest rank, then who came first."""
        waiting = [
            (self.ranks[kind], self.lines[kind][0], kind) for kind in self.serves[lane] if self.lines[kind]
        ]
        if not waiting:
            return None
        _rank, party, kind = min(waiting)
        self.lines[kind].popleft()
        return party

    def _desk(self, lane: int, number: int) -> Generator[simpy.Event, Any, None]:
        while True:
            party = self._next(lane) if number < self.open[lane] else None
            if party is None:
                bell = self.bells[lane, number] = self.env.event()
                heapq.heappush(self.idle[lane], number)
                yield bell
                continue
            self.start[party], self.lane[party] = self.env.now, lane
            yield self.env.timeout(float(self.drawn.desk[party]))
            self.end[party] = self.env.now
            if self.drawn.searched[party]:
                self.env.process(self._search(party))

    def _search(self, party: int) -> Generator[simpy.Event, Any, None]:
        officer = self.officers[bool(self.drawn.woman[party])]
        assert self.rooms is not None  # a post that searches has rooms
        with officer.request() as turn:
            yield turn
            with self.rooms.request() as room:
                yield room
                self.search_start[party] = self.env.now
                yield self.env.timeout(float(self.drawn.search[party]))
                self.end[party] = self.env.now


def _changes(post: Post, hours: int, outages: Sequence[Outage]) -> list[tuple[float, list[int]]]:
    """Return the desks of each lane from each moment at which some number may change."""
    names = [lane.name for lane in post.lanes]
    for outage in outages:
        if outage.lane not in names:
            raise InputError(
                "outages",
                _("there is no lane {name!r}.").format(name=outage.lane),
                _("Choose from {values}.").format(values=", ".join(names)),
            )
        if outage.ends <= outage.begins:
            raise InputError("outages", _("it ends before it begins."), _("Let it end after it begins."))
    moments = {float(h) for h in range(hours)} | {t for o in outages for t in (o.begins, o.ends)}
    return [
        (
            moment,
            [
                min(
                    [lane.open_at(math.floor(moment))]
                    + [o.desks for o in outages if o.lane == lane.name and o.begins <= moment < o.ends]
                )
                for lane in post.lanes
            ],
        )
        for moment in sorted(moments | {0.0})
    ]


@dataclass(frozen=True, repr=False)
class PostDay(Result):
    """A simulated day.

    Attributes
    ----------
    parties : pandas.DataFrame
        One invented party a row: kind, people, arrived (hour), lane, wait_minutes (to the desk; missing
        where the party still waits at the end), searched, woman, search_wait_minutes, left (hour).
    """

    parties: pd.DataFrame

    @property
    def still_waiting(self) -> int:
        """People who never reached a desk: whose lanes stay closed."""
        return int(self.parties.loc[self.parties["wait_minutes"].isna(), "people"].sum())

    def by_kind(self) -> pd.DataFrame:
        """Return for each kind of party: people, mean and longest wait, and the wait of 95 in 100."""
        return _summary(self.parties, "kind", "wait_minutes")

    def by_sex(self) -> pd.DataFrame:
        """Return for searched women and men: how many, and the wait for an officer of the same sex."""
        searched = self.parties[self.parties["searched"]].assign(
            people=1, sex=lambda rows: np.where(rows["woman"], _("women"), _("men"))
        )
        return _summary(searched, "sex", "search_wait_minutes")

    def line(self, step: float = 0.25) -> pd.DataFrame:
        """Return the people in the line each `step` hours."""
        people = self.parties["people"].to_numpy(dtype=float)
        came = self.parties["arrived"].to_numpy(dtype=float)
        began = came + self.parties["wait_minutes"].to_numpy(dtype=float) / 60
        last = np.nanmax(began, initial=came.max(initial=0.0))
        hours = np.arange(0, last + 2 * step, step)
        order = np.argsort(began)
        totals = [
            np.concatenate([[0.0], np.cumsum(people[o])])[np.searchsorted(at[o], hours, side="right")]
            for o, at in ((np.arange(len(came)), came), (order, began))
        ]
        return pd.DataFrame({"hour": hours, "waiting": totals[0] - totals[1]})

    def sentence(self) -> str:
        """Return how many passed and how long they waited, in one line."""
        passed = self.parties[self.parties["wait_minutes"].notna()]
        if passed.empty:
            return _("Nobody passed; {n:,} people still wait").format(n=self.still_waiting)
        mean = float(np.average(passed["wait_minutes"], weights=passed["people"]))
        return _(
            "{n:,} people passed, {m:.1f} minutes of waiting on average, {l:.0f} at most; {s:,} still wait"
        ).format(n=int(passed["people"].sum()), m=mean, l=passed["wait_minutes"].max(), s=self.still_waiting)

    def shown_table(self) -> pd.DataFrame:
        """Return the kinds of party."""
        return self.by_kind()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the people in the line through the day."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        line = self.line()
        ax.plot(line["hour"], line["waiting"], color=COLOURS["blue"], lw=2)
        ax.set_ylim(bottom=0)
        title = _("At most {n:,.0f} people wait").format(n=line["waiting"].max())
        return label(ax, title=title, x=_("Hour"), y=_("People in the line"))


def _summary(parties: pd.DataFrame, by: str, wait: str) -> pd.DataFrame:
    rows = []
    for name, group in parties.groupby(by, sort=False):
        people, waits = group["people"], group[wait].dropna()
        weights = people[waits.index]
        rows.append(
            {
                by: name,
                "people": int(people.sum()),
                "mean_wait": float(np.average(waits, weights=weights)) if len(waits) else math.nan,
                "wait_of_95": float(waits.quantile(0.95)) if len(waits) else math.nan,
                "longest_wait": float(waits.max()) if len(waits) else math.nan,
            }
        )
    return pd.DataFrame(rows, columns=[by, "people", "mean_wait", "wait_of_95", "longest_wait"])


@checked(
    post=_POST,
    arrivals=Numbers(low=0),
    seed=Whole(low=0),
    outages=_OUTAGES,
    variation=Number(0, 5),
)
def simulate_day(
    post: Post, arrivals: Any, *, seed: int, outages: Sequence[Outage] = (), variation: float = 1.0
) -> PostDay:
    """Simulate one day at a post, party by party.

    A free desk takes, of those whom its lane serves, the lowest rank, then who came first. A family passes
    at one desk, together. A search waits for an officer of the same sex and for a private room. After the
    last hour of `arrivals` the desks stay as they are, until the line is empty.

    *What the result is not.* No forecast, and no single answer: it is one day of many that chance could
    bring; `simulate_days` gives the interval. People, times and shares are invented by the user.

    Parameters
    ----------
    post : Post
        Parties, lanes and searches.
    arrivals : sequence of float
        Parties an hour, in each hour of the day.
    seed : int
        The same seed gives the same parties, whatever the lanes: two plans can be held against each other.
    outages : sequence of Outage
        Lanes that fail for a time.
    variation : float
        How much times at a desk differ: standard deviation over mean. 0 is always the mean, 1 exponential.

    Returns
    -------
    PostDay
        Each party, and summaries.

    Raises
    ------
    InputError
        If an outage names no lane, or a number is out of range.

    Examples
    --------
    >>> from bordercourse.crossing import Lane, Party, Post, simulate_day
    >>> post = Post((Party("alone", share=1, minutes=0.5),), (Lane("desks", ("alone",), desks=6),))
    >>> day = simulate_day(post, [600] * 4, seed=1, variation=0)
    >>> day.still_waiting, bool(day.parties["wait_minutes"].max() < 10)
    (0, True)
    """
    rates = np.atleast_1d(arrivals).astype(float)
    drawn = draw_day(np.random.default_rng(seed), post, rates, variation)
    floor = _Floor(post, drawn, _changes(post, len(rates), outages))
    floor.run()
    lanes = np.array([lane.name for lane in post.lanes] + [""], dtype=object)
    return PostDay(
        pd.DataFrame(
            {
                "kind": np.array([party.name for party in post.parties], dtype=object)[drawn.kind],
                "people": np.array([party.people for party in post.parties])[drawn.kind],
                "arrived": drawn.hour,
                "lane": lanes[floor.lane],
                "wait_minutes": np.maximum(0.0, floor.start - drawn.hour) * 60,
                "searched": drawn.searched,
                "woman": drawn.woman,
                "search_wait_minutes": (floor.search_start - floor.start - drawn.desk) * 60,
                "left": floor.end,
            }
        )
    )


@dataclass(frozen=True, repr=False)
class PostDays(Result):
    """Several simulated days of one post.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a kind of party: kind, people (a day), mean_wait with low and high (95 in 100 such intervals
        hold the mean of endless days), longest_wait (of any of the days).
    days : int
        Days that were simulated.
    """

    table: pd.DataFrame
    days: int

    def sentence(self) -> str:
        """Return the mean wait of each kind with its interval, in one line."""
        waits = ", ".join(
            _("{kind} {m:.1f} ({low:.1f} to {high:.1f})").format(
                kind=row.kind, m=row.mean_wait, low=row.low, high=row.high
            )
            for row in self.table.itertuples()
        )
        return _("Mean wait in minutes over {n} days: {waits}").format(n=self.days, waits=waits)

    def shown_table(self) -> pd.DataFrame:
        """Return the kinds of party."""
        return self.table

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the mean wait of each kind of party with its interval."""
        from bordercourse.plotting import COLOURS, axes, label, name_rows

        ax = axes(ax)
        rows = np.arange(len(self.table))
        ax.hlines(rows, self.table["low"], self.table["high"], color=COLOURS["blue"], lw=3)
        ax.plot(self.table["mean_wait"], rows, "o", color=COLOURS["blue"])
        name_rows(ax, self.table["kind"], many=_("{n} kinds of party"))
        ax.set_xlim(left=0)
        longest = self.table.loc[self.table["mean_wait"].idxmax()]
        title = _("{kind}: {m:.0f} minutes, the longest mean wait").format(
            kind=longest["kind"], m=longest["mean_wait"]
        )
        return label(ax, title=title, x=_("Mean wait in minutes"))


@checked(
    post=_POST,
    arrivals=Numbers(low=0),
    seed=Whole(low=0),
    days=Whole(2, 10_000),
    outages=_OUTAGES,
    variation=Number(0, 5),
)
def simulate_days(
    post: Post,
    arrivals: Any,
    *,
    seed: int,
    days: int = 20,
    outages: Sequence[Outage] = (),
    variation: float = 1.0,
) -> PostDays:
    """Simulate several days of one post, and return means with their intervals.

    *What the result is not.* No forecast: the interval holds chance alone, not what is unknown of rates,
    shares and times.

    Parameters
    ----------
    post : Post
        Parties, lanes and searches.
    arrivals : sequence of float
        Parties an hour, in each hour of the day.
    seed : int
        The same seed gives the same days.
    days : int
        Days, 2 or more.
    outages : sequence of Outage
        Lanes that fail for a time, on each of the days.
    variation : float
        How much times at a desk differ: standard deviation over mean.

    Returns
    -------
    PostDays
        The mean wait of each kind of party.

    Raises
    ------
    InputError
        If an outage names no lane, or a number is out of range.

    Examples
    --------
    >>> from bordercourse.crossing import Lane, Party, Post, simulate_days
    >>> post = Post((Party("alone", share=1, minutes=0.5),), (Lane("desks", ("alone",), desks=6),))
    >>> simulate_days(post, [600] * 2, seed=1, days=3).days
    3
    """
    seeds = np.random.SeedSequence(seed).generate_state(days)
    runs = [
        simulate_day(post, arrivals, seed=int(one), outages=outages, variation=variation).by_kind()
        for one in seeds
    ]
    rows = []
    together = pd.concat(runs)
    for party in post.parties:
        kind = together[together["kind"] == party.name]
        mean, low, high = mean_interval(kind["mean_wait"].dropna().to_numpy(dtype=float))
        longest = float(kind["longest_wait"].max())
        rows.append((party.name, kind["people"].sum() / days, mean, low, high, longest))
    columns = ["kind", "people", "mean_wait", "low", "high", "longest_wait"]
    return PostDays(pd.DataFrame(rows, columns=columns), days)
