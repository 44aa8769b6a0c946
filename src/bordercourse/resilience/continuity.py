"""How the work goes on when a system is down: a checklist by the hour, and how long a service may be gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Number, Several, Text, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BorderService", "DegradedPlan", "ManualStep", "degraded_plan"]


@checked(hour=Number(low=0, high=8_760), do=Text(), who=Text())
@dataclass(frozen=True)
class ManualStep:
    """One line of the checklist.

    Parameters
    ----------
    hour : float
        Hours after the failure by which it is done.
    do : str
        What is done by hand.
    who : str
        Who does it.
    """

    hour: float
    do: str
    who: str


@checked(
    name=Text(),
    mtd=Number(above=0, high=8_760),
    rto=Number(above=0, high=8_760),
    rpo=Number(low=0, high=8_760),
    entries=Number(low=0),
    steps=Several(A(ManualStep, do=mark("Give ManualStep(hour, do, who).")), least=1),
)
@dataclass(frozen=True)
class BorderService:
    """A service that people need, and how long they can be without it.

    Parameters
    ----------
    name : str
        What people come for: "entries and exits", "births".
    mtd : float
        Maximum tolerable downtime of the service, in hours.
    rto : float
        Recovery time objective of its system, in hours.
    rpo : float
        Recovery point objective: hours of entries before the failure that may have to be written again.
    entries : float
        Entries an hour.
    steps : sequence of ManualStep
        How it goes on by hand.
    """

    name: str
    mtd: float
    rto: float
    rpo: float
    entries: float
    steps: tuple[ManualStep, ...]


@dataclass(frozen=True, repr=False)
class DegradedPlan(Result):
    """The checklist for a failure, with its hours.

    Attributes
    ----------
    services : tuple of BorderService
        The services, the most urgent first.
    """

    services: tuple[BorderService, ...]

    def checklist(self, hours: float | None = None) -> pd.DataFrame:
        """Return what must be done, in order of time.

        Parameters
        ----------
        hours : float, optional
            Only what is due after so many hours of failure; everything where it is left out.

        Returns
        -------
        pandas.DataFrame
            hour, service, do, who.
        """
        rows = [(step.hour, s.name, step.do, step.who) for s in self.services for step in s.steps]
        table = pd.DataFrame(rows, columns=["hour", "service", "do", "who"])
        table = table if hours is None else table[table["hour"] <= Number(low=0).read(hours, "hours")]
        return table.sort_values("hour", kind="stable", ignore_index=True)

    def after(self, hours: float) -> pd.DataFrame:
        """Return how each service stands after so many hours of failure.

        Parameters
        ----------
        hours : float
            Hours since the failure.

        Returns
        -------
        pandas.DataFrame
            service, state ("in time", "late: past the recovery time" or "people are harmed: past the
            tolerable time"), hours_left (to the maximum tolerable downtime), on_paper (entries to type in
            later), to_repeat (entries before the failure that may be lost).
        """
        hours = Number(low=0).read(hours, "hours")
        rows = []
        for one in self.services:
            late = _("late: past the recovery time") if hours > one.rto else _("in time")
            state = _("people are harmed: past the tolerable time") if hours > one.mtd else late
            rows.append(
                (one.name, state, max(0.0, one.mtd - hours), hours * one.entries, one.rpo * one.entries)
            )
        return pd.DataFrame(rows, columns=["service", "state", "hours_left", "on_paper", "to_repeat"])

    def sentence(self) -> str:
        """Return which service is the most urgent, in one line."""
        first = self.services[0]
        return _("{n} services; {name} can be gone {h:g} hours at most").format(
            n=len(self.services), name=first.name, h=first.mtd
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the checklist."""
        return self.checklist()


@checked(services=Several(A(BorderService, do=mark("Give BorderService(name, mtd, rto, ...).")), least=1))
def degraded_plan(services: Sequence[BorderService]) -> DegradedPlan:
    """Make the plan for work without a system: what is done by hand, by when, and by whom.

    *What the result is not.* No promise of a repair. The hours are choices of those who answer for the
    people that wait; no source prints them for a border.

    Parameters
    ----------
    services : sequence of BorderService
        The services of the post or the office.

    Returns
    -------
    DegradedPlan
        The checklist, and how each service stands after so many hours.

    Raises
    ------
    InputError
        If a recovery time is not shorter than the tolerable time, work by hand begins after it, or a service
        stands there twice.

    References
    ----------
    M. Swanson and others, *Contingency Planning Guide for Federal Information Systems*, NIST SP 800-34
    Rev. 1, 2010, section 3.2.1. MTD: how long the process may be gone "without causing significant harm to
    the organization's mission". RTO: how long a system may be in recovery before the process is harmed; it
    "must normally be shorter than the MTD". RPO: the point in time before the failure to which data can be
    brought back, given the last back-up. That the harm to be looked at is the harm to *people* is this
    course's own reading.

    Examples
    --------
    >>> book = ManualStep(0.5, "Open the entry book", "shift leader")
    >>> plan = degraded_plan([BorderService("entries", mtd=4, rto=3, rpo=1, entries=300, steps=[book])])
    >>> plan
    1 services; entries can be gone 4 hours at most
    >>> plan.after(3.5)["state"][0], int(plan.after(3.5)["on_paper"][0])
    ('late: past the recovery time', 1050)
    """
    for one in services:
        if one.rto >= one.mtd:
            raise InputError(
                "services",
                _(
                    "{name}: the recovery time ({r:g} h) is not shorter than the tolerable time ({m:g} h)."
                ).format(name=one.name, r=one.rto, m=one.mtd),
                _("Plan a faster recovery, or carry the service longer by hand."),
            )
        first = min(step.hour for step in one.steps)
        if first >= one.mtd:
            raise InputError(
                "services",
                _("{name}: work by hand begins after {f:g} hours, when people are already harmed.").format(
                    name=one.name, f=first
                ),
                _("Let it begin earlier."),
            )
    names = [one.name for one in services]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            "services", _("{name} stands there twice.").format(name=twice[0]), _("Name it once.")
        )
    return DegradedPlan(tuple(sorted(services, key=lambda one: one.mtd)))
