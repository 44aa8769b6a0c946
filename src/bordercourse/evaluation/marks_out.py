"""Marks for other programs: a plain table, a workbook, and a teacher's own gradebook export from Moodle."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bordercourse.course import manifest
from bordercourse.errors import CourseError, InputError
from bordercourse.evaluation.class_results import ClassResults, title_of
from bordercourse.evaluation.safe_cells import csv_text
from bordercourse.files import why_not_written
from bordercourse.handin.roster import roster_text
from bordercourse.i18n import gettext as _

__all__ = ["FilledExport", "fill_moodle", "marks_rows"]

_LARGEST = 5_000_000  # bytes
_GRADE = ("(real)", "(points)")
_FEEDBACK = "(feedback)"
_PEOPLE: tuple[str, ...] = ("id number", "email address")


def marks_rows(results: ClassResults) -> list[list[object]]:
    """Return the marks of a class, heads first: a person a row, by name.

    Knowledge checks are left out: their results are the class's, and participants were told so. So are sex
    and country.

    Parameters
    ----------
    results : ClassResults
        The class.
    """
    modules = [name for name in results.modules if name[:1].isdigit()]
    heads: list[object] = [_("id"), _("name"), _("email")]
    heads += [
        _("{title} (of {most:g})").format(title=title_of(m), most=results.most[m].sum()) for m in modules
    ]
    rows = [heads]
    for person in sorted(results.people, key=lambda one: (one.name or one.id).casefold()):
        cells: list[object] = [person.id, person.name, person.email]
        rows.append([*cells, *(_points(results, person.id, module) for module in modules)])
    return rows


def _points(results: ClassResults, person: str, module: str) -> float | None:
    if not results.handed_in.loc[person, module]:
        return None
    return round(float(results.points.loc[person, module].sum()), 2)


@dataclass(frozen=True)
class FilledExport:
    """A gradebook export with marks in it.

    Parameters
    ----------
    text : str
        The table, to import.
    filled : int
        How many marks were written.
    notes : tuple of str
        What a person must know, a sentence each.
    """

    text: str
    filled: int
    notes: tuple[str, ...]


def fill_moodle(template: Path, results: ClassResults) -> FilledExport:
    """Write marks into a gradebook export of Moodle (CSV); it never invents a column.

    A column is an exercise's where its head holds the exercise's name or title and ends in ``(Real)`` or
    ``(Points)``. People are found by *ID number*, else by *Email address*. Moodle takes a mark together with
    its feedback, so an empty cell of feedback gets a sentence.

    Parameters
    ----------
    template : path
        The teacher's own export.
    results : ClassResults
        The class.

    Raises
    ------
    InputError
        If it is no such export, or has no column for an exercise.
    """
    try:
        with template.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError as error:
        raise InputError(str(template), *why_not_written(error)) from None
    text = roster_text(data, template.name)
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    heads = [cell.strip() for cell in rows[0]] if rows else []
    folded = [head.casefold() for head in heads]
    columns = _columns(folded, [name for name in results.modules if name[:1].isdigit()])
    by = {name: folded.index(name) for name in _PEOPLE if name in folded}
    if not by or not columns:
        raise InputError(
            template.name,
            _("it has no column for people or none for an exercise of the course."),
            _(
                "Export the gradebook from Moodle as plain text with real marks. Name each activity as the "
                "course names the exercise."
            ),
        )
    filled, found = 0, set[str]()
    for row in rows[1:]:
        row += [""] * (len(heads) - len(row))
        person = _person(row, by, results)
        if person is None:
            continue
        found.add(person)
        for module, (grade, feedback) in columns.items():
            points = _points(results, person, module)
            if points is None:
                continue
            row[grade] = f"{points:g}"
            filled += 1
            if feedback is not None and not row[feedback].strip():
                row[feedback] = _("Your feedback comes as a file.")
    absent = [one for one in results.people if one.id not in found and results.handed_in.loc[one.id].any()]
    notes = [
        _("{module} gives {most:g} points: the activity in Moodle must give as many.").format(
            module=title_of(module), most=results.most[module].sum()
        )
        for module in columns
    ]
    if absent:
        names = ", ".join(one.name or one.id for one in absent)
        notes.append(_("Handed in, and not in the export: {names}.").format(names=names))
    return FilledExport(csv_text(rows, delimiter=delimiter), filled, tuple(notes))


def _columns(heads: Sequence[str], modules: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    columns: dict[str, tuple[int, int | None]] = {}
    for module in modules:
        words = {module.casefold(), title_of(module).casefold()}
        with suppress(CourseError):
            words.add(manifest.module(module).title.casefold())
        named = [n for n, head in enumerate(heads) if any(word in head for word in words)]
        grades = [n for n in named if heads[n].endswith(_GRADE)]
        feedback = [n for n in named if heads[n].endswith(_FEEDBACK)]
        if len(grades) == 1:
            columns[module] = (grades[0], feedback[0] if len(feedback) == 1 else None)
    return columns


def _person(row: Sequence[str], by: dict[str, int], results: ClassResults) -> str | None:
    number = row[by["id number"]].strip() if "id number" in by else ""
    email = row[by["email address"]].strip() if "email address" in by else ""
    for same in (
        lambda one: bool(number) and one.id.casefold() == number.casefold(),
        lambda one: bool(email) and one.email == email,
        lambda one: bool(email) and one.email.casefold() == email.casefold(),
    ):
        people = [one.id for one in results.people if same(one)]
        if len(people) == 1:
            return people[0]
    return None
