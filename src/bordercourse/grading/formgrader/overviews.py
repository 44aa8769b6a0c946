"""What the instructor's tables show: exercises, hand-ins and participants, from gradebook and folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from bordercourse.course import manifest
from bordercourse.errors import InputError
from bordercourse.grading.intake.times import stated_time
from bordercourse.grading.pages.clean import plain
from bordercourse.grading.record.course import Course
from bordercourse.grading.record.gradebook import name_of
from bordercourse.grading.record.release import exercises_in

__all__ = [
    "ExerciseOverview",
    "HandIn",
    "ParticipantOverview",
    "exercises",
    "hand_ins",
    "participants",
    "wall_clock",
]


@dataclass(frozen=True)
class HandIn:
    """One participant's hand-in of one exercise.

    Parameters
    ----------
    module, participant, name : str
        The exercise; the identifier and the name of who handed in.
    handed_in : datetime or None
        When, in UTC, as far as the hand-in says it.
    score, most : float
        Points so far, and points that can be had.
    graded : bool
        Whether it was graded.
    to_mark : bool
        Whether a memo waits for the instructor.
    flagged : bool
        Whether the instructor put a flag on it.
    pages : sequence of str
        The identifiers of its marking pages, one a notebook.
    """

    module: str
    participant: str
    name: str
    handed_in: datetime | None = None
    score: float = 0.0
    most: float = 0.0
    graded: bool = False
    to_mark: bool = False
    flagged: bool = False
    pages: Sequence[str] = ()


@dataclass(frozen=True)
class ExerciseOverview:
    """One exercise, with what became of it.

    Parameters
    ----------
    slug, title : str
        Number and slug; the title of the module.
    released : bool
        Whether Assignment List offers it.
    counts : bool
        Whether its points belong to the total; those of a knowledge check do not.
    hand_ins : sequence of HandIn
        Who handed in.
    """

    slug: str
    title: str
    released: bool
    counts: bool
    hand_ins: Sequence[HandIn]

    @property
    def graded(self) -> int:
        """How many are graded."""
        return sum(one.graded for one in self.hand_ins)

    @property
    def to_mark(self) -> int:
        """How many have a memo that waits."""
        return sum(one.to_mark for one in self.hand_ins)

    @property
    def average(self) -> float | None:
        """The mean of the points so far, of those who are graded."""
        scores = [one.score for one in self.hand_ins if one.graded]
        return sum(scores) / len(scores) if scores else None

    @property
    def most(self) -> float:
        """The points that can be had."""
        return max((one.most for one in self.hand_ins), default=0.0)


@dataclass(frozen=True)
class ParticipantOverview:
    """One person, with the points of all exercises that count.

    Parameters
    ----------
    participant, first_name, last_name : str
        The identifier, and the name as the gradebook holds it.
    hand_ins : sequence of HandIn
        What this person handed in.
    score, most : float
        Points in the exercises that count, of those that were graded.
    """

    participant: str
    first_name: str
    last_name: str
    hand_ins: Sequence[HandIn]
    score: float
    most: float

    @property
    def name(self) -> str:
        """The name, or the identifier where there is none."""
        return plain(" ".join(part for part in (self.first_name, self.last_name) if part) or self.participant)


def exercises(course: Course, gradebook: Gradebook, outbound: Path | None) -> list[ExerciseOverview]:
    """Return all exercises of the course, in order.

    Parameters
    ----------
    course : Course
        From `open_course`.
    gradebook : nbgrader.api.Gradebook
        Its gradebook, open.
    outbound : path or None
        Where the exchange offers exercises; none where there is no exchange.
    """
    rows = []
    for slug in exercises_in(course.root / course.coursedir.source_directory):
        title, counts = slug, True
        try:
            module = manifest.module(slug)
        except InputError:
            pass  # an exercise of the instructor's own
        else:
            title, counts = module.title, module.kind == "module"
        released = outbound is not None and (outbound / slug).is_dir()
        rows.append(ExerciseOverview(slug, title, released, counts, hand_ins(course, gradebook, slug)))
    return rows


def hand_ins(course: Course, gradebook: Gradebook, module: str) -> list[HandIn]:
    """Return who handed in `module`, by name.

    Parameters
    ----------
    course : Course
        From `open_course`.
    gradebook : nbgrader.api.Gradebook
        Its gradebook, open.
    module : str
        The exercise.
    """
    try:
        graded = {one.student.id: one for one in gradebook.assignment_submissions(module)}
    except MissingEntry:
        graded = {}
    names = {student.id: name_of(student) for student in gradebook.students}
    people = set(course.participants(module)) | set(graded)
    rows = [
        _hand_in(course, module, person, names.get(person, person), graded.get(person)) for person in people
    ]
    return sorted(rows, key=lambda one: (one.name.casefold(), one.participant))


def _hand_in(course: Course, module: str, participant: str, name: str, submission: Any) -> HandIn:
    marked = course.folder(course.coursedir.autograded_directory, participant, module)
    if submission is None or not marked.is_dir():
        return HandIn(module, participant, plain(name), _time(course, module, participant))
    return HandIn(
        module,
        participant,
        plain(name),
        submission.timestamp,
        submission.score,
        submission.max_score,
        graded=True,
        to_mark=any(_waits(grade) for book in submission.notebooks for grade in book.grades),
        flagged=any(book.flagged for book in submission.notebooks),
        pages=[book.id for book in sorted(submission.notebooks, key=lambda book: book.name)],
    )


def _time(course: Course, module: str, participant: str) -> datetime | None:
    """The time that a hand-in states, if it is sure; in UTC, and as the gradebook holds times."""
    time = stated_time(course.folder(course.coursedir.submitted_directory, participant, module)).sure
    return time.replace(tzinfo=None) if time is not None else None


def _waits(grade: Any) -> bool:
    return bool(grade.needs_manual_grade) and grade.manual_score is None


def participants(
    gradebook: Gradebook, all_exercises: Sequence[ExerciseOverview]
) -> list[ParticipantOverview]:
    """Return everybody whom the gradebook knows or who handed in, by name.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        The gradebook, open.
    all_exercises : sequence of ExerciseOverview
        From `exercises`.
    """
    names = {one.id: (one.first_name or "", one.last_name or "") for one in gradebook.students}
    for hand_in in _every(all_exercises):
        names.setdefault(hand_in.participant, ("", ""))
    counted = {one.slug for one in all_exercises if one.counts}
    rows = []
    for person, (first, last) in names.items():
        own = [one for one in _every(all_exercises) if one.participant == person]
        points = [one for one in own if one.graded and one.module in counted]
        score, most = sum(one.score for one in points), sum(one.most for one in points)
        rows.append(ParticipantOverview(person, first, last, own, score, most))
    return sorted(rows, key=lambda one: (one.name.casefold(), one.participant))


def _every(all_exercises: Sequence[ExerciseOverview]) -> Iterator[HandIn]:
    for exercise in all_exercises:
        yield from exercise.hand_ins


def wall_clock(time: datetime | None) -> str:
    """Return a time of the gradebook, which is in UTC, as this machine's clock shows it.

    Parameters
    ----------
    time : datetime or None
        The time; empty text for none.
    """
    return f"{time.replace(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}" if time is not None else ""
