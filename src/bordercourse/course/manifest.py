"""The manifest: one TOML record a module. Nothing else spells a module's facts a second time."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["Choice", "Goal", "Module", "Question", "Story", "module", "modules"]

_RECORDS = Path(__file__).parent / "modules"


@dataclass(frozen=True)
class Goal:
    """A Sustainable Development Goal that a module serves, and what its indicator leaves out."""

    goal: int
    target: str
    indicator: str
    not_measured: str


@dataclass(frozen=True)
class Question:
    """A self-check question of a lesson: not graded, answered at once."""

    text: str
    options: Mapping[str, str]
    answer: str
    why: Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """One thing that a reader may do in a story, and where it leads."""

    do: str
    leads_to: str


@dataclass(frozen=True)
class Story:
    """The decision that opens a lesson, before any rule is taught, and how the case is settled at its end."""

    question: str
    choices: tuple[Choice, ...]
    settled: str


@dataclass(frozen=True)
class Module:
    """One module of the course, or one of the two knowledge checks (``kind = "check"``)."""

    slug: str
    kind: str
    title: str
    question: str
    lesson_minutes: int
    exercise_minutes: int
    able_to: tuple[str, ...]
    goals: tuple[Goal, ...]
    tables: tuple[str, ...]
    not_for: str
    self_check: tuple[Question, ...]
    story: Story | None = None


@cache
def _all() -> dict[str, Module]:
    return {path.stem: _read(path) for path in sorted(_RECORDS.glob("*.toml"))}


def _read(path: Path) -> Module:
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Module(
        slug=path.stem,
        kind=raw["kind"],
        title=raw["title"],
        question=raw["question"],
        lesson_minutes=raw["lesson_minutes"],
        exercise_minutes=raw["exercise_minutes"],
        able_to=tuple(raw["able_to"]),
        goals=tuple(Goal(**goal) for goal in raw.get("goals", ())),
        tables=tuple(raw["tables"]),
        not_for=raw["not_for"],
        self_check=tuple(Question(**question) for question in raw.get("self_check", ())),
        story=_story(raw["story"]) if "story" in raw else None,
    )


def _story(raw: dict[str, Any]) -> Story:
    return Story(raw["question"], tuple(Choice(**choice) for choice in raw["choices"]), raw["settled"])


def modules(kind: str | None = "module") -> list[Module]:
    """Return the modules in order; ``kind="check"`` the knowledge checks, ``None`` both.

    Examples
    --------
    >>> [m.slug for m in modules("check")]
    ['check-after', 'check-before']
    """
    return [m for m in _all().values() if kind is None or m.kind == kind]


def module(slug: str) -> Module:
    """Return one module by its number and slug, or by its number alone.

    Raises
    ------
    InputError
        If there is no such module.

    Examples
    --------
    >>> module("00").slug
    '00-welcome'
    """
    found = [m for name, m in _all().items() if slug in (name, name.split("-")[0])]
    if len(found) != 1:
        raise InputError(
            repr(slug),
            _("no module has this name."),
            _("The modules are: {names}.").format(names=", ".join(_all())),
        )
    return found[0]
