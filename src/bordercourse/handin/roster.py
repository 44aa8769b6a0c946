"""The people of a class, as the instructor knows them: ``roster.csv``, else the gradebook's students."""

from __future__ import annotations

import codecs
import csv
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.files import printable, why_not_written
from bordercourse.handin.identifiers import full_name, is_id
from bordercourse.i18n import gettext as _

__all__ = ["ROSTER", "Person", "gradebook_people", "read_roster", "roster_text", "usable_id"]

ROSTER = "roster.csv"
_LARGEST = 2_000_000  # bytes
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Person:
    """One line of the roster.

    Parameters
    ----------
    id : str
        The identifier; the name of the person's folder.
    names : tuple of str
        The name in the orders in which it may be typed; empty where none is known.
    language : str
        The short name of a language, as the roster has it; empty where it says none.
    """

    id: str
    names: tuple[str, ...] = ()
    language: str = ""

    @property
    def shown(self) -> str:
        """The name for a message, with the identifier."""
        return f"{self.names[0]} ({self.id})" if self.names else self.id


def read_roster(path: Path) -> list[Person]:
    """Read a roster: a table saved as CSV in UTF-8, with the columns ``id`` and ``name``.

    ``first_name`` and ``last_name`` may stand in the place of ``name``, as nbgrader's own importer has
    them; ``language`` may stand beside. Commas, semicolons and tabs may part the columns.

    Raises
    ------
    InputError
        If it cannot be read, has no column ``id``, or a line has no usable identifier.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError as error:
        raise InputError(str(path), *why_not_written(error)) from None
    people: dict[str, Person] = {}
    for number, row in enumerate(_rows(roster_text(data, path.name), path.name), start=2):
        person = _person(row, path.name, number)
        if person is None:
            continue
        if person.id.casefold() in people:
            raise InputError(
                path.name,
                _("line {n}: {id} stands there twice.").format(n=number, id=person.id),
                _("Give everybody an identifier of their own."),
            )
        people[person.id.casefold()] = person
    return list(people.values())


def roster_text(data: bytes, name: str) -> str:
    """Return the text of a table saved as UTF-8, or as UTF-16 with its mark, as Excel does.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What a message calls it.

    Raises
    ------
    InputError
        If it is saved in another encoding.
    """
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8").lstrip("\ufeff")
    except UnicodeDecodeError:
        # Vietnamese, Thai and Portuguese names mean other letters in each old encoding: no guess.
        raise InputError(
            name,
            _("it is not saved as UTF-8, so its names cannot be read."),
            _("In Excel choose Save as, CSV UTF-8."),
        ) from None


def _rows(text: str, name: str) -> Iterator[dict[str, str]]:
    lines = text.splitlines()
    head = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=max(",;\t", key=head.count))
    columns = [cell.strip().casefold().replace(" ", "_") for cell in next(reader, [])]
    if "id" not in columns:
        raise InputError(
            name, _("it has no column named id."), _("Write the heads id and name into the first line.")
        )
    for cells in reader:
        yield dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))


def _person(row: Mapping[str, str], name: str, number: int) -> Person | None:
    id = row["id"].strip()
    first, last = (full_name(row.get(part, "")) for part in ("first_name", "last_name"))
    whole = full_name(row.get("name", "") or row.get("full_name", ""))
    if not id and not any((first, last, whole)):
        return None  # an empty line
    if not usable_id(id):
        raise InputError(
            name,
            _("line {n}: {id} cannot be an identifier.").format(n=number, id=repr(printable(id))),
            _("Use Latin letters, digits, dots, - and _."),
        )
    return Person(id, _orders(whole, first, last), row.get("language", "").strip().casefold())


def _orders(whole: str, first: str, last: str) -> tuple[str, ...]:
    both = [f"{last} {first}", f"{first} {last}"] if first and last else [first or last]
    return tuple(dict.fromkeys(name for name in (whole, *both) if name))


def usable_id(id: str) -> bool:
    """Tell whether an identifier of a roster may name a folder.

    Examples
    --------
    >>> usable_id("st1"), usable_id("a/b"), usable_id("con")
    (True, False, False)
    """
    return bool(_SAFE.fullmatch(id)) and is_id(id.lower())


def gradebook_people(gradebook: Path | str) -> list[Person]:
    """Return the students of an nbgrader gradebook who have a name there; none where it cannot be read."""
    if isinstance(gradebook, str):
        from bordercourse.grading.record.shared_gradebook import names_on_server

        rows = names_on_server(gradebook)
    elif not gradebook.is_file():
        return []
    else:
        try:
            file = f"{gradebook.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(file, uri=True, timeout=5)) as db:
                rows = db.execute("SELECT id, first_name, last_name FROM student ORDER BY id").fetchall()
        except sqlite3.Error:
            return []
    people = [
        Person(str(id), _orders("", full_name(first or ""), full_name(last or "")))
        for id, first, last in rows
    ]
    return [person for person in people if person.names and _SAFE.fullmatch(person.id)]
