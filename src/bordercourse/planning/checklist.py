"""The course's checklist for a plan that is humane and fair to every gender: a decision table, kept as data.

It is this course's own (its sources stand in the table), and no checklist of IOM or any other organisation.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bordercourse.i18n import gettext as _
from bordercourse.i18n import language, mark
from bordercourse.protection import DecisionTable, Rule, choices

__all__ = ["ANSWERS", "CANNOT_SEE", "NOTHING_FOUND", "VERDICTS", "harm_checklist"]

_TABLE = Path(__file__).parent / "tables" / "humane_and_gender.toml"

#: What may be answered; translate it where it is shown.
ANSWERS: Mapping[str, str] = {
    "yes": mark("yes"),
    "no": mark("no"),
    "unknown": mark("not known"),
    "too few": mark("too few"),
}

#: What the checklist may say of a plan, from the gravest on; translate it where it is shown.
VERDICTS: Mapping[str, str] = {
    "stop": mark("stop"),
    "mend": mark("mend"),
    "nothing found": mark("nothing found"),
}

#: The rule that fits a plan in which the checklist finds nothing.
NOTHING_FOUND = "H11"

#: What no check of this room can see; it stands below every result.
CANNOT_SEE = mark(
    "What this check cannot see: whether a sentence is true, lawful or kind; whether an answer was honest; "
    "people who are afraid to come and are in no number. It gives no permission. Let somebody read the plan "
    "who could be harmed by it."
)


def harm_checklist() -> DecisionTable:
    """Return the checklist: every rule that fits adds what to do, and the graver ones stand first.

    Examples
    --------
    >>> harm_checklist().check()
    humane_and_gender: sound. All 59049 cases are covered.
    """
    return _kept(language())


@cache
def _kept(language: str) -> DecisionTable:
    """Read once in each language, which is the one that texts are in now."""
    return read_checklist()


def read_checklist() -> DecisionTable:
    """Read the checklist in the language that texts are in now."""
    raw: dict[str, Any] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return DecisionTable(
        name=_TABLE.stem,
        title=_(raw["title"]),
        hit=raw["hit"],
        source=f"{_(raw['source'])}. {_(raw['note'])}",
        inputs={key: choices(*spec["values"]) for key, spec in raw["inputs"].items()},
        questions={key: _(spec["question"]) for key, spec in raw["inputs"].items()},
        rules=tuple(
            Rule(
                id=rule["id"],
                when=rule["when"],
                then={"verdict": rule["then"]["verdict"], "step": _(rule["then"]["step"])},
                because=_(rule["because"]),
            )
            for rule in raw["rules"]
        ),
    )
