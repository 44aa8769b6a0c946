"""Lines that are steady: Erlang's formulas, how long people wait, and how many desks a promise needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, Numbers, Several, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["SteadyLine", "desks_needed", "erlang_b", "erlang_c", "priority_waits", "steady_line"]

_MOST = 100_000  # desks


@checked(load=Numbers(low=0), desks=Whole(0, _MOST))
def erlang_b(load: Any, desks: int) -> Any:
    """Return the share of people who find every desk busy, where nobody can wait (Erlang's B).

    By the recursion B(0) = 1, B(n) = a B(n - 1) / (n + a B(n - 1)), which never overflows.

    *What the result is not.* No share of people who wait: at a border people cannot be turned away
    because a desk is busy. It is the step to `erlang_c`.

    Parameters
    ----------
    load : float, array or Series
        Work that arrives, in desks kept busy: people an hour times hours for each.
    desks : int
        Desks, 0 or more.

    Returns
    -------
    float, array or Series
        From 0 to 1, in the form of `load`.

    Raises
    ------
    InputError
        If a number is negative, or `desks` is not whole.

    References
    ----------
    D. Gross and C. M. Harris, *Fundamentals of Queueing Theory*, chapter 2 (M/M/c/c).

    Examples
    --------
    >>> round(erlang_b(2.0, 3), 4)
    0.2105
    """
    blocked = load * 0.0 + 1.0
    for n in range(1, desks + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@checked(load=Number(low=0), desks=Whole(1, _MOST))
def erlang_c(load: float, desks: int) -> float:
    """Return the share of people who must wait (Erlang's C).

    *What the result is not.* No share for a line that grows: where the load reaches the number of desks
    everybody waits, and the answer is 1; see `fluid_queue`. It holds for arrivals at random and for times
    at a desk that are exponential.

    Parameters
    ----------
    load : float
        Work that arrives, in desks kept busy: people an hour times hours for each.
    desks : int
        Desks, 1 or more.

    Returns
    -------
    float
        ``c B / (c - a (1 - B))``, from 0 to 1.

    Raises
    ------
    InputError
        If a number is negative, or `desks` is not whole.

    References
    ----------
    D. Gross and C. M. Harris, *Fundamentals of Queueing Theory*, chapter 2 (M/M/c).

    Examples
    --------
    >>> round(erlang_c(2.0, 3), 4)  # an eye clinic: 6 an hour, 20 minutes each, three doctors
    0.4444
    """
    if load >= desks:
        return 1.0
    blocked = erlang_b(load, desks)
    return float(desks * blocked / (desks - load * (1 - blocked)))


@dataclass(frozen=True, repr=False)
class SteadyLine(Result):
    """A line where arrivals and desks have not changed for long, and the desks keep up.

    Attributes
    ----------
    arrivals : float
        People an hour.
    minutes : float
        Mean minutes at a desk.
    desks : int
        Desks that are open.
    wait_share : float
        Share of people who must wait.
    """

    arrivals: float
    minutes: float
    desks: int
    wait_share: float

    @property
    def load(self) -> float:
        """Desks kept busy on average."""
        return self.arrivals * self.minutes / 60

    @property
    def empty_share(self) -> float:
        """Share of the time in which nobody is at the post."""
        term = total = 1.0
        for n in range(1, self.desks):
            term *= self.load / n
            total += term
        last = term * self.load / self.desks
        return 1 / (total + last / (1 - self.load / self.desks))

    @property
    def wait_minutes(self) -> float:
        """Mean minutes of waiting, of all people, those included who wait not at all."""
        return self.wait_share / (self.desks / self.minutes - self.arrivals / 60)

    @property
    def total_minutes(self) -> float:
        """Mean minutes from arrival to the end at the desk."""
        return self.wait_minutes + self.minutes

    @property
    def waiting(self) -> float:
        """People who wait, on average; by Little's law, arrivals times the wait."""
        return self.arrivals / 60 * self.wait_minutes

    @property
    def people(self) -> float:
        """People at the post, waiting or at a desk, on average."""
        return self.waiting + self.load

    def share_waiting_longer(self, minutes: float) -> float:
        """Return the share of people who wait longer than so many minutes."""
        spare = self.desks / self.minutes - self.arrivals / 60
        return self.wait_share * math.exp(-spare * max(0.0, minutes))

    def wait_of(self, share: float) -> float:
        """Return the minutes within which so large a share of people reaches a desk."""
        spare = self.desks / self.minutes - self.arrivals / 60
        return max(0.0, math.log(self.wait_share / (1 - share)) / spare) if self.wait_share else 0.0

    def sentence(self) -> str:
        """Return who waits, and how long, in one line."""
        return _(
            "{n} desks for {a:g} people an hour: {s:.0%} wait, {w:.1f} minutes on average, "
            "{l:.1f} people in the line"
        ).format(n=self.desks, a=self.arrivals, s=self.wait_share, w=self.wait_minutes, l=self.waiting)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of people who wait longer than each number of minutes."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        longest = max(self.wait_of(0.99), self.minutes)
        minutes = np.linspace(0, longest, 100)
        shares = [100 * self.share_waiting_longer(m) for m in minutes]
        ax.plot(minutes, shares, color=COLOURS["blue"], lw=2)
        ax.set_ylim(bottom=0)
        title = _("{s:.0%} of people wait, 1 in 20 longer than {m:.0f} minutes")
        title = title.format(s=self.wait_share, m=self.wait_of(0.95))
        return label(ax, title=title, x=_("Minutes"), y=_("Percent of people who wait longer"))


@checked(arrivals=Number(low=0), minutes=Number(above=0), desks=Whole(1, _MOST))
def steady_line(arrivals: float, minutes: float, desks: int) -> SteadyLine:
    """Describe a line that is steady: people at random, several desks, first come first served (M/M/c).

    *What the result is not.* No picture of a rush or of an outage, and no upper limit for a bad day. While
    more people come than the desks can serve, no steady line exists, and the call is refused: use
    `fluid_queue`.

    Parameters
    ----------
    arrivals : float
        People an hour.
    minutes : float
        Mean minutes at a desk, above 0.
    desks : int
        Desks that are open.

    Returns
    -------
    SteadyLine
        Who waits, how long, how many, and the share that waits longer than any time.

    Raises
    ------
    InputError
        If the desks cannot keep up, or a number is out of range.

    References
    ----------
    D. Gross and C. M. Harris, *Fundamentals of Queueing Theory*, chapter 2 (M/M/c).

    Examples
    --------
    >>> steady_line(6, minutes=20, desks=3)
    3 desks for 6 people an hour: 44% wait, 8.9 minutes on average, 0.9 people in the line
    """
    load = arrivals * minutes / 60
    if load >= desks:
        raise InputError(
            "desks",
            _(
                "{n} desks serve {c:,.0f} people an hour, and {a:,.0f} come: the line never stops growing."
            ).format(n=desks, c=60 * desks / minutes, a=arrivals),
            _("Open more desks, or follow the line hour by hour with fluid_queue."),
        )
    return SteadyLine(arrivals, minutes, desks, erlang_c(load, desks))


@checked(arrivals=Number(low=0), minutes=Number(above=0), within=Number(low=0), share=Number(low=0, below=1))
def desks_needed(arrivals: float, minutes: float, *, within: float, share: float = 0.95) -> SteadyLine:
    """Return the line with the fewest desks that keeps a promise: so large a share within so many minutes.

    *What the result is not.* No plan for a day that rises and falls, and no measure of officers: rest,
    meals and a second person for interviews come on top. The promise is the user's choice.

    Parameters
    ----------
    arrivals : float
        People an hour.
    minutes : float
        Mean minutes at a desk, above 0.
    within : float
        Minutes of waiting that are promised.
    share : float
        Share of people for whom the promise must hold, from 0 to below 1.

    Returns
    -------
    SteadyLine
        The line with those desks.

    Raises
    ------
    InputError
        If a number is out of range, or more than 100,000 desks would be needed.

    Examples
    --------
    >>> desks_needed(200, minutes=3, within=20 / 60, share=0.8).desks
    14
    """
    load = arrivals * minutes / 60
    least = math.floor(load) + 1
    if least > _MOST:
        raise InputError(
            "arrivals", _("more than {n:,} desks would be needed.").format(n=_MOST), _("Give fewer.")
        )
    blocked = erlang_b(load, least - 1)
    for desks in range(least, _MOST + 1):
        blocked = load * blocked / (desks + load * blocked)
        line = SteadyLine(arrivals, minutes, desks, desks * blocked / (desks - load * (1 - blocked)))
        if 1 - line.share_waiting_longer(within) >= share:
            return line
    raise InputError("within", _("no number of desks keeps this promise."), _("Give more minutes."))


@checked(arrivals=Several(Number(low=0), least=1), minutes=Number(above=0), desks=Whole(1, _MOST))
def priority_waits(arrivals: Sequence[float], minutes: float, desks: int) -> tuple[float, ...]:
    """Return how long each group waits where the first group goes first, then the second, and so on.

    Whoever is at a desk is finished with, whoever comes. The formula is Cobham's: with W0 = C / (c mu), and
    with the loads of the groups added up one by one, each group waits W0 / ((1 - s before) (1 - s with it)).
    The sum of arrivals times wait is the same for every order: going first costs the others what it gains.

    *What the result is not.* No advice whom to let go first: need decides that. Times at a desk are the same
    for all groups.

    Parameters
    ----------
    arrivals : sequence of float
        People an hour of each group; the first group goes first.
    minutes : float
        Mean minutes at a desk, above 0, the same for all.
    desks : int
        Desks that are open.

    Returns
    -------
    tuple of float
        Mean minutes of waiting of each group; infinite for a group whose line never stops growing.

    Raises
    ------
    InputError
        If a number is out of range, or no group is given.

    References
    ----------
    A. Cobham, "Priority assignment in waiting line problems", *Operations Research* 2, 1954.

    Examples
    --------
    >>> [round(wait, 1) for wait in priority_waits([1, 5], minutes=20, desks=3)]
    [3.3, 10.0]
    """
    loads = np.cumsum([0.0, *arrivals]) * minutes / 60 / desks
    first = erlang_c(float(loads[-1]) * desks, desks) * minutes / desks
    return tuple(
        math.inf if with_it >= 1 else first / ((1 - before) * (1 - with_it))
        for before, with_it in zip(loads[:-1].tolist(), loads[1:].tolist(), strict=True)
    )
