"""Marks written into a teacher's own files from Moodle."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bordercourse.course import manifest
from bordercourse.errors import CourseError, InputError
from bordercourse.evaluation.class_results import ClassResults, title_of
from bordercourse.evaluation.marks_out import points_of
from bordercourse.evaluation.safe_cells import csv_text
from bordercourse.files import printable, why_not_written
from bordercourse.handin.roster import roster_text
from bordercourse.i18n import gettext as _

__all__ = ["FilledExport", "fill_moodle"]

_LARGEST = 5_000_000  # bytes
_GRADE = ("(real)", "(points)")
_FEEDBACK = "(feedback)"
_PEOPLE: tuple[str, ...] = ("id number", "email address")
# Heads of Moodle's grading worksheet, which it reads back in English as long as its own language is English.
_COMMENTS, _MAXIMUM, _CHANGED = "feedback comments", "maximum grade", "grade can be changed"


@dataclass(frozen=True)
class FilledExport:
    """A file of Moodle's with marks in it.

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


def fill_moodle(template: Path, results: ClassResults, *, exercise: str = "") -> FilledExport:
    """Write marks into a teacher's own file from Moodle (CSV); it never invents a column.

    Two files are known. In a *gradebook export*, a column is an exercise's where its head holds the
    exercise's name or title and ends in ``(Real)`` or ``(Points)``. The *grading worksheet* of one assignment
    has *Identifier*, *Grade* and *Feedback comments*. People are found by *ID number*, else by *Email
    address*. Moodle takes a mark together with its feedback, so an empty cell of feedback gets a sentence.
    A person whose memo waits for its mark gets none yet: what is imported once looks final.

    Parameters
    ----------
    template : path
        The teacher's own file.
    results : ClassResults
        The class.
    exercise : str
        The exercise that a worksheet is for, such as ``"02"``; by the file's name where left out.

    Raises
    ------
    InputError
        If it is no such file, has no column for an exercise, or gives other points than the exercise.
    """
    rows, delimiter = _table(template)
    heads = [cell.strip() for cell in rows[0]] if rows else []
    folded = [head.casefold() for head in heads]
    by = {name: folded.index(name) for name in _PEOPLE if name in folded}
    modules = [name for name in results.modules if name[:1].isdigit()]
    worksheet = {"identifier", "grade"} <= set(folded)
    if worksheet:
        module = _exercise_of(template.name, modules, exercise)
        feedback = folded.index(_COMMENTS) if _COMMENTS in folded else None
        columns = {module: (folded.index("grade"), feedback)}
    else:
        columns = _columns(folded, modules)
    if not by or not columns:
        raise InputError(
            template.name,
            _("it has no column for people or none for an exercise of the course."),
            _(
                "Export the gradebook from Moodle as plain text with real marks. Name each activity as the "
                "course names the exercise. A grading worksheet must show e-mail or ID number."
            ),
        )
    if worksheet:
        _same_points(template.name, folded, rows[1:], module, results)
    filled, found, unknown, waiting, locked = 0, set[str](), list[str](), list[str](), list[str]()
    for row in rows[1:]:
        row += [""] * (len(heads) - len(row))
        person = _person(row, by, results)
        if person is None or person in found:
            unknown += [_called(row, folded)] if any(cell.strip() for cell in row) else []
            continue
        found.add(person)
        if _CHANGED in folded and row[folded.index(_CHANGED)].strip().casefold() == "no":
            locked.append(_called(row, folded))
            continue
        for module, (grade, feedback) in columns.items():
            points = points_of(results, person, module)
            if points is None:
                continue
            if results.points.loc[person, module].isna().any():
                waiting.append(_called(row, folded))
                continue
            row[grade] = f"{points:g}"
            filled += 1
            if feedback is not None and not row[feedback].strip():
                row[feedback] = _("{n:g} of {most:g} points. Your feedback comes as a file.").format(
                    n=points, most=results.most[module].sum()
                )
    notes = [] if worksheet else list(_needed_points(columns, results))
    if worksheet and columns[module][1] is None:
        notes.append(
            _(
                "The worksheet has no feedback comments: only marks were written. In the settings of the "
                "assignment switch feedback comments on, and download it again."
            )
        )
    handed_in = results.handed_in[list(columns)].any(axis=1)
    absent = [one.name or one.id for one in results.people if one.id not in found and handed_in.loc[one.id]]
    for text, names in (
        (_("A memo waits for its mark, so no mark was written: {names}."), list(dict.fromkeys(waiting))),
        (_("Moodle lets nobody change this mark: {names}."), locked),
        (_("In the file, and not in the class: {names}."), unknown),
        (_("Handed in, and not in the file: {names}."), absent),
    ):
        if names:
            notes.append(text.format(names=", ".join(names)))
    return FilledExport(csv_text(rows, delimiter=delimiter), filled, tuple(notes))


def _table(template: Path) -> tuple[list[list[str]], str]:
    try:
        with template.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError as error:
        raise InputError(str(template), *why_not_written(error)) from None
    text = roster_text(data, template.name)
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter


def _needed_points(columns: Iterable[str], results: ClassResults) -> Iterator[str]:
    for module in columns:
        yield _("{module} gives {most:g} points: the activity in Moodle must give as many.").format(
            module=title_of(module), most=results.most[module].sum()
        )


def _exercise_of(file: str, modules: Sequence[str], wanted: str) -> str:
    """Return the exercise that a worksheet is for; its file is called by the course and the assignment."""
    if wanted:
        found = [name for name in modules if name == wanted or name.split("-")[0] == wanted]
    else:
        letters = _letters(file)
        found = [name for name in modules if any(_letters(word) in letters for word in _words(name))]
        found = found or (list(modules) if len(modules) == 1 else [])
    if len(found) != 1:
        raise InputError(
            "--exercise",
            _("it is not clear for which exercise {file} is.").format(file=file),
            _("Name it, such as --exercise 02. Handed in were: {names}.").format(names=", ".join(modules)),
        )
    return found[0]


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _same_points(
    file: str, heads: Sequence[str], rows: Iterable[Sequence[str]], module: str, results: ClassResults
) -> None:
    """Moodle leaves out a mark above its maximum without a word, so the two must be the same."""
    if _MAXIMUM not in heads:
        return
    place, most = heads.index(_MAXIMUM), float(results.most[module].sum())
    for given in {row[place].strip() for row in rows if len(row) > place} - {"", "-"}:
        try:
            same = abs(float(given.replace(",", ".")) - most) < 0.01
        except ValueError:
            same = False
        if not same:
            raise InputError(
                file,
                _("the assignment in Moodle gives {given}, and {module} gives {most:g} points.").format(
                    given=given, module=title_of(module), most=most
                ),
                _("Set the maximum grade of the assignment to {most:g}, and download it again.").format(
                    most=most
                ),
            )


def _called(row: Sequence[str], heads: Sequence[str]) -> str:
    """Return what a message calls the person of a row."""
    cells = dict(zip(heads, row, strict=False))
    surname = cells.get("surname") or cells.get("last name", "")
    name = cells.get("full name") or f"{cells.get('first name', '')} {surname}".strip()
    known = (name, *(cells.get(head, "") for head in (*_PEOPLE, "identifier")), row[0])
    return printable(next((cell.strip() for cell in known if cell.strip()), "?"))


def _columns(heads: Sequence[str], modules: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    columns: dict[str, tuple[int, int | None]] = {}
    for module in modules:
        named = [n for n, head in enumerate(heads) if any(word in head for word in _words(module))]
        grades = [n for n in named if heads[n].endswith(_GRADE)]
        feedback = [n for n in named if heads[n].endswith(_FEEDBACK)]
        if len(grades) == 1:
            columns[module] = (grades[0], feedback[0] if len(feedback) == 1 else None)
    return columns


def _words(module: str) -> set[str]:
    """Return what an activity of this exercise may be called."""
    words = {module.casefold(), title_of(module).casefold()}
    with suppress(CourseError):
        words.add(manifest.module(module).title.casefold())
    return words


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
