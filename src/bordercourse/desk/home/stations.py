"""Where a person stands in the course, read from the files of the workspace."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bordercourse.course import module, modules
from bordercourse.course.progress import progress
from bordercourse.desk.copies import Ledger, fingerprint
from bordercourse.desk.places import HAND_INS, LEDGER
from bordercourse.errors import CourseError

if TYPE_CHECKING:
    from bordercourse.course.manifest import Module

__all__ = ["CourseState", "Station", "course_state"]


@dataclass(frozen=True)
class Station:
    """One module, or a knowledge check, and what its person has done in it."""

    slug: str
    number: str
    title: str
    question: str
    minutes: int
    lesson: str
    exercise: str
    picture: str
    sign: str
    lesson_begun: bool
    answered: int
    questions: int
    hand_in: str
    feedback: tuple[str, ...]
    note: str

    @property
    def handed_in(self) -> bool:
        """Whether there is a file to hand in."""
        return bool(self.hand_in)

    @property
    def state(self) -> str:
        """The furthest that the person has come: marked, handed in, done, begun or open."""
        if self.feedback:
            return "marked"
        if self.handed_in:
            return "handed in"
        if self.questions and self.answered == self.questions:
            return "done"
        return "begun" if self.answered or self.lesson_begun else "open"

    @property
    def finished(self) -> bool:
        """Whether the station has its stamp: its exercise was handed in."""
        return self.state in ("handed in", "marked")


@dataclass(frozen=True)
class CourseState:
    """The whole course as one person's files show it."""

    stations: tuple[Station, ...]
    checks: tuple[Station, ...]
    glossary: str
    hand_ins: str = HAND_INS

    @property
    def minutes_left(self) -> int:
        """The minutes of lessons and exercises that have no stamp yet."""
        return sum(station.minutes for station in self.stations if not station.finished)

    @property
    def next(self) -> Station | None:
        """The first station without a stamp."""
        return next((station for station in self.stations if not station.finished), None)


def course_state(root: Path) -> CourseState:
    """Read where a person stands.

    Parameters
    ----------
    root : path
        The workspace.

    Returns
    -------
    CourseState
        A file that cannot be read leaves its station open, with a note; nothing stops the page.
    """
    shipped = Ledger(root / LEDGER)
    return CourseState(
        stations=tuple(_station(root, one, shipped) for one in modules()),
        checks=tuple(_station(root, one, shipped) for one in (module("check-before"), module("check-after"))),
        glossary="lessons/glossary.ipynb" if (root / "lessons" / "glossary.ipynb").is_file() else "",
    )


def _station(root: Path, record: Module, shipped: Ledger) -> Station:
    lesson = root / "lessons" / f"{record.slug}.ipynb"
    exercise = root / "exercises" / record.slug / f"{record.slug}.ipynb"
    answered, questions, note = _answers(exercise)
    return Station(
        slug=record.slug,
        number=record.number,
        title=record.title,
        question=record.question,
        minutes=(record.lesson_minutes if os.path.isfile(lesson) else 0) + record.exercise_minutes,
        lesson=f"lessons/{lesson.name}" if os.path.isfile(lesson) else "",
        exercise=f"exercises/{record.slug}/{exercise.name}" if os.path.isfile(exercise) else "",
        picture=_picture(root, f"{record.slug}.svg"),
        sign=_picture(root, f"taken/signs/{record.slug}.svg"),
        lesson_begun=_changed(lesson, shipped[f"lessons/{lesson.name}"]),
        answered=answered,
        questions=questions,
        hand_in=_newest(root, _files(root / HAND_INS, f"{record.slug}_*.zip")),
        feedback=tuple(path.relative_to(root).as_posix() for path in _feedback(root, record.slug)),
        note=note,
    )


def _answers(exercise: Path) -> tuple[int, int, str]:
    """How many questions have an answer, how many there are, and what stands in the way of reading them."""
    if not os.path.isfile(exercise):
        return 0, 0, ""
    try:
        answered = progress(exercise.parent)["answered"]
    except (CourseError, OSError) as error:
        return 0, 0, str(error)
    return int(answered.sum()), len(answered), ""


def _changed(path: Path, shipped: str | None) -> bool:
    try:
        return shipped is not None and os.path.isfile(path) and fingerprint(path) != shipped
    except OSError:
        return False


def _picture(root: Path, name: str) -> str:
    return name if (root / "lessons" / "pictures" / name).is_file() else ""


def _files(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder by a pattern that holds no name of a person; none where it cannot be read."""
    try:
        return sorted(path for path in folder.glob(pattern) if path.is_file())
    except OSError:
        return []


def _newest(root: Path, files: list[Path]) -> str:
    """The file that was made last, as a link of the workspace; nothing where there is none."""
    return max(files, key=os.path.getmtime).relative_to(root).as_posix() if files else ""


def _feedback(root: Path, slug: str) -> list[Path]:
    """Feedback that came back: by file, into `feedback/`, or by nbgrader's exchange, beside the exercise."""
    by_file = _files(root / "feedback", f"{slug}*.html")
    return by_file + _files(root / "exercises" / slug, "feedback/*/*.html")
