"""A country's action plan on one page: what a team wrote, the evidence with its caution, and what is open."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark, ngettext
from bordercourse.inputs import A, Anything, checked
from bordercourse.planning.checklist import NOTHING_FOUND, VERDICTS, harm_checklist
from bordercourse.planning.evidence import Evidence, evidence_of, indicator_words

__all__ = ["FIELDS", "MOST_EVIDENCE", "CountryPlan", "PlanField", "open_points", "read_plan"]

MOST_EVIDENCE = 5
_LONGEST = 20_000  # characters of one line, as it is read from a file
_FIRST_STEP = dt.timedelta(days=14)
_FORMAT = 1


@dataclass(frozen=True)
class PlanField:
    """A line of the plan; translate its texts where they are shown.

    Parameters
    ----------
    label : str
        Its heading.
    asks : str
        The question that it answers.
    kind : str
        text, number or date.
    """

    label: str
    asks: str
    kind: str = "text"


#: The lines of a plan, in the order of the page.
FIELDS: Mapping[str, PlanField] = {
    "country": PlanField(mark("Country or office"), mark("Whose plan is it?")),
    "problem": PlanField(mark("Problem"), mark("Who lacks what, where, and what stops them?")),
    "measure": PlanField(mark("Measure"), mark("What do you change, so that this stops nobody?")),
    "owner": PlanField(mark("Owner"), mark("Which one post can begin without an order? A post, no name.")),
    "cost": PlanField(mark("Cost"), mark("How much money or how many hours, and who pays?")),
    "counted": PlanField(mark("What we count"), mark("What changes for the people whom it is for?")),
    "baseline": PlanField(
        mark("Baseline"), mark("The number today, and its source. Begin with the number."), "number"
    ),
    "baseline_date": PlanField(mark("Day of the baseline"), mark("On which day was it so?"), "date"),
    "goal": PlanField(mark("To reach"), mark("The number that you want. Begin with the number."), "number"),
    "goal_date": PlanField(mark("By when"), mark("On which day do you look again?"), "date"),
    "risk": PlanField(mark("Risk to people"), mark("Whom can the plan itself harm, and how?")),
    "safeguard": PlanField(mark("Safeguard"), mark("What makes this harm smaller, and makes no new one?")),
    "first_step": PlanField(mark("First step"), mark("What do you do on Monday, without new money?")),
    "first_step_date": PlanField(
        mark("Day of the first step"), mark("Within two weeks from the day of the plan"), "date"
    ),
}

# Written into these lines, it says that nobody looked: every measure can harm somebody.
_NO_ANSWER = re.compile(
    r"(no|none|nil|nothing|nobody|no risks?|n[./]?a|not applicable|tbd|[\W\d_]*)\W*", re.IGNORECASE
)


@dataclass(frozen=True)
class CountryPlan:
    """What a team wrote.

    Parameters
    ----------
    lines : mapping of str to str
        The text of each of `FIELDS`; what is not named is empty.
    indicator : str
        Number of an indicator of the table ``sdg_wording``.
    evidence : tuple of Evidence
        Rows of tables of the course.
    checked : mapping of str to str
        Answers to the questions of `harm_checklist`; empty where they were not asked.
    written : date
        The day of the plan.
    """

    lines: Mapping[str, str] = field(default_factory=dict)
    indicator: str = ""
    evidence: tuple[Evidence, ...] = ()
    checked: Mapping[str, str] = field(default_factory=dict)
    written: dt.date = field(default_factory=dt.date.today)

    def line(self, name: str) -> str:
        """Return the text of a line, without spaces around it; empty where nothing was written.

        Parameters
        ----------
        name : str
            One of `FIELDS`.
        """
        return self.lines.get(name, "").strip()

    @property
    def is_checked(self) -> bool:
        """Whether every question of the checklist was answered."""
        return set(self.checked) == set(harm_checklist().inputs)

    @property
    def follow_up(self) -> dt.date:
        """Three months after the plan: this course's choice, no standard sets it."""
        later: dt.date = (pd.Timestamp(self.written) + pd.DateOffset(months=3)).date()
        return later

    def stored(self) -> dict[str, Any]:
        """Return it as plain values, for a file; cautions and sources stay in their records."""
        return {
            "format": _FORMAT,
            "lines": {name: self.lines.get(name, "") for name in FIELDS},
            "indicator": self.indicator,
            "evidence": [[one.table, one.row] for one in self.evidence],
            "checked": dict(self.checked),
            "written": self.written.isoformat(),
        }


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    """The number that a text begins with: "50 percent of 240 births" is 50."""
    head = text.replace(",", "").split()[:1]
    try:
        value = float(head[0].rstrip("%")) if head else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


PLAN = A(CountryPlan, do=mark("Give a CountryPlan."))  # what every export asks for


@checked(plan=PLAN)
def open_points(plan: CountryPlan) -> list[str]:
    """Return what is still open in a plan, a sentence each; none where it is whole in form.

    It looks at form (whether lines are filled and days fit) and at what the checklist says to the answers
    that were given. Whether a plan is good, people judge.

    Parameters
    ----------
    plan : CountryPlan
        The plan.
    """
    points = [
        f"{_(one.label)}: {problem}"
        for name, one in FIELDS.items()
        if (problem := _open_in(name, one.kind, plan.line(name)))
    ]
    if not plan.evidence:
        points.append(_("Evidence: choose a row of a table, with its caution."))
    if not indicator_words(plan.indicator)[0]:
        points.append(_("Indicator: choose one of the Sustainable Development Goals."))
    return [*points, *_days_that_do_not_fit(plan), *_no_change(plan), *_left_by_the_checklist(plan)]


def _open_in(name: str, kind: str, text: str) -> str:
    if not text:
        return _("nothing is written.")
    if kind == "date" and _day(text) is None:
        return _("write the day as 2027-03-31.")
    if kind == "number" and _number(text) is None:
        return _("begin with a number.")
    if _NO_ANSWER.fullmatch(text) and kind == "text":
        if name in ("risk", "safeguard"):
            return _("this is no answer. Every measure can harm somebody: ask whom.")
        return _("this is no answer.")
    return ""


def _days_that_do_not_fit(plan: CountryPlan) -> Iterator[str]:
    first, baseline, goal = (
        _day(plan.line(name)) for name in ("first_step_date", "baseline_date", "goal_date")
    )
    if first and not plan.written <= first <= plan.written + _FIRST_STEP:
        yield _("Day of the first step: it lies between {begin} and {end}, two weeks from the plan.").format(
            begin=plan.written, end=plan.written + _FIRST_STEP
        )
    if baseline and baseline > plan.written:
        yield _("Day of the baseline: it lies before the plan.")
    if goal and goal <= plan.written:
        yield _("By when: the day lies after the plan.")


def _no_change(plan: CountryPlan) -> Iterator[str]:
    baseline, goal = _number(plan.line("baseline")), _number(plan.line("goal"))
    if baseline is not None and baseline == goal:
        yield _("To reach: it is the baseline. Nothing would change.")


def _left_by_the_checklist(plan: CountryPlan) -> Iterator[str]:
    if not plan.is_checked:
        n = len(harm_checklist().inputs) - len(plan.checked)
        yield ngettext(
            "Checklist: {n} question has no answer yet.", "Checklist: {n} questions have no answer yet.", n
        ).format(n=n)
        return
    found = harm_checklist().decide(**plan.checked)
    for one in found.outcomes if NOTHING_FOUND not in found.rules else ():
        yield _("Checklist, {verdict}: {step}").format(verdict=_(VERDICTS[one["verdict"]]), step=one["step"])


@checked(stored=Anything())
def read_plan(stored: Any) -> CountryPlan:
    """Return the plan that a file holds; what does not fit is left out.

    Parameters
    ----------
    stored : object
        What was read from the file, of any form.

    Raises
    ------
    InputError
        If it holds no plan.
    """
    if (
        not isinstance(stored, Mapping)
        or stored.get("format") != _FORMAT
        or not isinstance(stored.get("lines"), Mapping)
    ):
        raise InputError("stored", _("it holds no plan."), _("Give what CountryPlan.stored() gave."))
    inputs, given, listed = harm_checklist().inputs, stored.get("checked"), stored.get("evidence")
    indicator = stored.get("indicator")
    return CountryPlan(
        lines={n: v[:_LONGEST] for n, v in stored["lines"].items() if n in FIELDS and isinstance(v, str)},
        indicator=indicator if isinstance(indicator, str) and indicator_words(indicator)[0] else "",
        evidence=tuple(_evidence_in(listed if isinstance(listed, list) else [])),
        checked={
            name: value
            for name, value in (given.items() if isinstance(given, Mapping) else ())
            if name in inputs and value in inputs[name].atoms([])
        },
        written=_day(str(stored.get("written", ""))) or dt.date.today(),
    )


def _evidence_in(listed: list[Any]) -> Iterator[Evidence]:
    for one in listed[:MOST_EVIDENCE]:
        try:
            yield evidence_of(*one)
        except (InputError, TypeError):
            continue
