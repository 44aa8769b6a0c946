"""How long a system is down in a year: parts in a row, parts beside each other, and one cause for both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Number, Several, Share, Text, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Availability", "availability", "in_parallel", "in_series"]

YEAR = 8_760.0  # hours in 365 days


@dataclass(frozen=True, repr=False)
class Availability(Result):
    """How often a part or a system fails, and how long a repair takes.

    Attributes
    ----------
    name : str
        What it is: "database", "link to the capital".
    mtbf : float
        Mean hours that it works between two failures.
    mttr : float
        Mean hours of a repair.
    """

    name: str
    mtbf: float
    mttr: float

    @property
    def share(self) -> float:
        """Share of the time in which it works: MTBF / (MTBF + MTTR)."""
        return 1 / (1 + self.mttr / self.mtbf)

    @property
    def hours_down(self) -> float:
        """Hours without it in a year of 365 days, on average."""
        return YEAR * self.mttr / (self.mtbf + self.mttr)

    @property
    def failures(self) -> float:
        """Failures in a year, on average."""
        return YEAR / (self.mtbf + self.mttr)

    def sentence(self) -> str:
        """Return the share, and the time without it in a year, in one line."""
        minutes = round(60 * self.hours_down)
        return _("{name}: works {a:.4%} of the time; {h} h {m} min without it in a year, on average").format(
            name=self.name, a=self.share, h=minutes // 60, m=minutes % 60
        )


PART = A(Availability, do=mark("Make it with availability, in_series or in_parallel."))


@checked(mtbf=Number(above=0, high=1e9), mttr=Number(low=0, high=1e6), name=Text())
def availability(mtbf: float, mttr: float, name: str = "system") -> Availability:
    """Describe one part by the mean time between its failures and the mean time of a repair.

    *What the result is not.* No promise for a night: a mean of many years. A maker's MTBF knows its own
    machine; it does not know attacks, floods, updates before a holiday, or a technician who is away.

    Parameters
    ----------
    mtbf : float
        Mean hours between failures, above 0.
    mttr : float
        Mean hours to repair.
    name : str
        What it is.

    Returns
    -------
    Availability
        Its share of the time, and its hours down in a year.

    Raises
    ------
    InputError
        If a number is out of range.

    References
    ----------
    P. Brady, "Reliability calculator", pixelbeat.org (Availability = MTBF / (MTBF + MTTR)).

    Examples
    --------
    >>> availability(20_000, 2, name="disk")
    disk: works 99.9900% of the time; 0 h 53 min without it in a year, on average
    """
    return Availability(name, mtbf, mttr)


@checked(parts=Several(PART, least=1), name=Text())
def in_series(parts: Sequence[Availability], name: str = "all in a row") -> Availability:
    """Return the system that works only while every part works.

    Shares multiply, and rates of failure add: ``1 / MTBF = 1 / MTBF1 + 1 / MTBF2 + ...``.

    *What the result is not.* It takes the parts to fail apart from each other.

    Parameters
    ----------
    parts : sequence of Availability
        The parts; each may itself be a system.
    name : str
        What they are together.

    Returns
    -------
    Availability
        The system as one part.

    Raises
    ------
    InputError
        If no part is given.

    References
    ----------
    P. Brady, "Reliability calculator", pixelbeat.org: 50,000 h and 5 h in series with 20,000 h and 2 h.

    Examples
    --------
    >>> in_series([availability(50_000, 5), availability(20_000, 2)], name="machine")
    machine: works 99.9800% of the time; 1 h 45 min without it in a year, on average
    """
    mtbf = 1 / sum(1 / part.mtbf for part in parts)
    return Availability(name, mtbf, mtbf * (1 / math.prod(part.share for part in parts) - 1))


@checked(parts=Several(PART, least=1), common_cause=Share(), name=Text())
def in_parallel(
    parts: Sequence[Availability], common_cause: float = 0.0, name: str = "one is enough"
) -> Availability:
    """Return the system that works while one part works, with or without a cause that stops all of them.

    Apart from each other, all are down for the product of their shares of time without them, and the first
    repair ends it. With a `common_cause`, beta, that share of the *rate* of failures strikes all parts at
    once and the rest strikes each part alone; the system is the two in a row:

    - apart: each part has the rate ``(1 - beta) / MTBF``, and all are down for the product of their shares;
    - together: the rate ``beta / MTBF`` with the repair MTTR, so ``beta * MTTR`` hours for each MTBF of work.

    By hand, with ``q`` the share of time without one of two equal parts, nearly ``beta * q + (1 - beta) *
    q ** 2``, as a manual prints it: for 99 percent and beta 0.1 that is 0.001 + 0.00009, 9 h 33 min a year,
    as here. With ``((1 - beta) * q) ** 2`` for the part that is apart it is 9 h 28 min. Where the parts
    differ, the common cause strikes as often as the part that fails most, and lasts as long as the longest
    repair: on the safe side.

    *What the result is not.* No measured beta. An attack, an update or one power line is a common cause of
    two servers of the same kind, however good each of them is.

    Parameters
    ----------
    parts : sequence of Availability
        The parts; each may itself be a system.
    common_cause : float
        Share of failures that strike all parts at once, 0 to 1.
    name : str
        What they are together.

    Returns
    -------
    Availability
        The system as one part.

    Raises
    ------
    InputError
        If no part is given, or `common_cause` is not from 0 to 1.

    References
    ----------
    IEC 61508-6, annex D (the beta factor). silcalcblog.com, "Beta factor application", splits the rate in the
    same way. A manual on safety systems (fliphtml5.com/vmpeb/cdww, section 5.4.2) prints the short form.

    Examples
    --------
    >>> server = availability(99, 1)
    >>> in_parallel([server, server], name="two servers")
    two servers: works 99.9900% of the time; 0 h 53 min without it in a year, on average
    >>> in_parallel([server, server], common_cause=0.1, name="two servers, one cause in ten")
    two servers, one cause in ten: works 99.8910% of the time; 9 h 33 min without it in a year, on average
    """
    if len(parts) == 1:
        return Availability(name, parts[0].mtbf, parts[0].mttr)
    apart = [Availability(p.name, p.mtbf / max(1 - common_cause, 1e-12), p.mttr) for p in parts]
    down = math.prod(1 - part.share for part in apart)
    repairs = sum(1 / part.mttr for part in apart if part.mttr) if down else math.inf
    stops = [down * repairs / (1 - down)] if down else [0.0]  # failures of all, an hour that it works
    lasts = [down / (1 - down)]
    if common_cause:
        rate = common_cause / min(part.mtbf for part in parts)
        stops.append(rate)
        lasts.append(rate * max(part.mttr for part in parts))
    mtbf = 1 / sum(stops) if sum(stops) else math.inf
    works = math.prod(1 / (1 + hours) for hours in lasts)
    if math.isinf(mtbf):
        return Availability(name, mtbf, 0.0)
    return Availability(name, mtbf, mtbf * (1 / works - 1))
