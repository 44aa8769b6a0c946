"""The roster of a course: ``roster.csv`` beside the gradebook, written again without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.evaluation.roster_file import COLUMNS, ClassMember, RosterFile, read_roster_file
from bordercourse.files import why_not_written, write_whole
from bordercourse.grading.record.release import course_gradebook
from bordercourse.handin.owners import People
from bordercourse.handin.roster import ROSTER, gradebook_people

__all__ = ["RosterChange", "class_members", "import_roster"]


@dataclass(frozen=True)
class RosterChange:
    """What an import did.

    Parameters
    ----------
    new, changed, same, absent : tuple of str
        Identifiers: first seen, with other facts than before, as before, and in the course's roster but not
        in the file.
    removed : bool
        Whether those who are absent left the roster.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    absent: tuple[str, ...]
    removed: bool = False


def class_members(course: Path) -> list[ClassMember]:
    """Return the people of a course: its roster, else the names of its gradebook.

    Parameters
    ----------
    course : path
        The nbgrader course.

    Raises
    ------
    InputError
        If the roster is there and cannot be read.
    """
    path = course / ROSTER
    if path.is_file():
        return list(read_roster_file(path).people)
    return [ClassMember(one.id, one.names[0]) for one in gradebook_people(course_gradebook(course))]


def import_roster(file: RosterFile, course: Path, *, remove: bool = False) -> RosterChange:
    """Write what a file says into the course's roster; to do it again changes nothing.

    Nobody leaves the roster unless `remove` says so, and marks are never touched. What the file has no
    column for stays as it was.

    Parameters
    ----------
    file : RosterFile
        What `read_roster_file` read.
    course : path
        The nbgrader course.
    remove : bool
        Whether who is not in the file leaves the roster.

    Returns
    -------
    RosterChange

    Raises
    ------
    InputError
        If the course's roster cannot be read or written.
    """
    path = course / ROSTER
    before = {one.id.casefold(): one for one in read_roster_file(path).people} if path.is_file() else {}
    after: dict[str, ClassMember] = {}
    new, changed, same = list[str](), list[str](), list[str]()
    for given in file.people:
        key = given.id.casefold()
        known = before.get(key)
        if known is None:
            after[key] = given
            new.append(given.id)
            continue
        # The identifier names folders already: its capitals stay.
        facts = {column: getattr(given, column) for column in file.columns if column != "id"}
        after[key] = replace(known, **facts)
        (same if after[key] == known else changed).append(known.id)
    absent = [one for key, one in before.items() if key not in after]
    kept = [*after.values(), *([] if remove else absent)]
    _write(path, kept)
    people = People.of(course)
    for one in kept:  # the instructor's pages and the feedback show names from the gradebook
        people.keep(one.id, one.name)
    return RosterChange(tuple(new), tuple(changed), tuple(same), tuple(one.id for one in absent), remove)


def _write(path: Path, people: Sequence[ClassMember]) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([getattr(one, column) for column in COLUMNS] for one in people)
    try:
        # With its mark, Excel opens Khmer and Thai names as they are.
        write_whole(path, "\ufeff" + text.getvalue())
        with suppress(OSError):
            path.chmod(0o600)  # it says who is who; on Windows the folder's rights hold
    except OSError as error:
        raise InputError(str(path), *why_not_written(error)) from None
