"""The manifest: one TOML record a module. Nothing else spells a module's facts a second time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language
from bordercourse.validation import in_own_words, read_record

__all__ = [
    "Goal",
    "Inject",
    "InjectOption",
    "LessonQuestion",
    "Module",
    "Story",
    "StoryChoice",
    "Tabletop",
    "module",
    "modules",
    "number_of",
]

_RECORDS = Path(__file__).parent / "modules"
_STRICT: Mapping[str, str] = {"extra": "forbid"}  # a key that is spelt wrongly is not passed over


@dataclass(frozen=True)
class Goal:
    """A Sustainable Development Goal that a module serves, and what its indicator leaves out."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT
    __texts__: ClassVar[tuple[str, ...]] = ("target", "indicator", "not_measured")

    goal: int
    target: str
    indicator: str
    not_measured: str


@dataclass(frozen=True)
class LessonQuestion:
    """A self-check question of a lesson: not graded, answered at once."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT
    __texts__: ClassVar[tuple[str, ...]] = ("text", "options", "why")

    text: str
    options: Mapping[str, str]
    answer: str
    why: Mapping[str, str]


@dataclass(frozen=True)
class StoryChoice:
    """One thing that a reader may do in a story, and where it leads."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT
    __texts__: ClassVar[tuple[str, ...]] = ("do", "leads_to")

    do: str
    leads_to: str


@dataclass(frozen=True)
class Story:
    """The decision that opens a lesson, before any rule is taught, and how the case is settled at its end."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT
    __texts__: ClassVar[tuple[str, ...]] = ("question", "settled")

    question: str
    choices: tuple[StoryChoice, ...]
    settled: str


@dataclass(frozen=True)
class InjectOption:
    """One thing that a team may decide: where it leads, and what it costs whom, in the unit of each group."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    do: str
    leads_to: str
    costs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Inject:
    """Something that happens at an hour of a tabletop, and what a team may decide."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    at: str
    text: str
    options: Mapping[str, InjectOption]


@dataclass(frozen=True)
class Tabletop:
    """An exercise at tables: what happens on a clock, and who can pay for a decision.

    Attributes
    ----------
    title : str
        Its name.
    groups : mapping of str to str
        Who can pay, with the unit: ``{"line": "hours in the line, for travellers"}``.
    injects : tuple of Inject
        What happens, in order of time.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    title: str
    groups: Mapping[str, str]
    injects: tuple[Inject, ...]


@dataclass(frozen=True)
class Module:
    """One module of the course, or one of the two knowledge checks (``kind = "check"``)."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT
    __texts__: ClassVar[tuple[str, ...]] = ("title", "question", "able_to", "not_for")

    slug: str
    kind: Literal["module", "check"]
    title: str
    question: str
    lesson_minutes: int
    exercise_minutes: int
    able_to: tuple[str, ...]
    tables: tuple[str, ...]
    not_for: str
    goals: tuple[Goal, ...] = ()
    self_check: tuple[LessonQuestion, ...] = ()
    story: Story | None = None
    tabletop: Tabletop | None = None

    @property
    def number(self) -> str:
        """The number at the head of the slug; empty for a knowledge check."""
        return number_of(self.slug) if self.kind == "module" else ""


def number_of(slug: str) -> str:
    """Return the number at the head of a module's slug.

    Examples
    --------
    >>> number_of("05-iraq")
    '05'
    """
    return slug.partition("-")[0]


@cache
def _all(language: str) -> dict[str, Module]:
    """Every record in the language that texts are in now, which is `language`."""
    if language:
        return {slug: in_own_words(record) for slug, record in _all("").items()}
    return {path.stem: read_record(path, Module, slug=path.stem) for path in sorted(_RECORDS.glob("*.toml"))}


def modules(kind: str | None = "module") -> list[Module]:
    """Return the modules in order; ``kind="check"`` the knowledge checks, ``None`` both.

    Examples
    --------
    >>> [m.slug for m in modules("check")]
    ['check-after', 'check-before']
    """
    return [m for m in _all(language()).values() if kind is None or m.kind == kind]


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
    matches = [m for m in _all(language()).values() if slug and slug in (m.slug, m.number)]
    if len(matches) != 1:
        raise InputError(
            repr(slug),
            _("no module has this name."),
            _("The modules are: {names}.").format(names=", ".join(_all(""))),
        )
    return matches[0]
