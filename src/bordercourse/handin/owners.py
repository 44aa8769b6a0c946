"""Whose hand-in is it? Two people must never share a folder because their names look alike without accents.

Where there is a roster, it says who is meant. Where there is none, the names typed so far do: each
identifier belongs to the first name that came with it, and another name gets a folder of its own.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.files import DamagedError, read_json, write_whole
from bordercourse.grading.record.release import course_gradebook
from bordercourse.handin.identifiers import participant_id
from bordercourse.handin.parcel import Parcel
from bordercourse.handin.roster import ROSTER, Person, gradebook_people, read_roster
from bordercourse.i18n import gettext as _

__all__ = ["People", "Whose", "level_name"]

NAMES = "people.json"
# Vietnamese tones: hoà and hòa are one word. The marks of ă, â, ê, ô, ơ and ư make other letters.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


@dataclass(frozen=True)
class Whose:
    """Whose hand-in it is.

    Parameters
    ----------
    id : str
        The folder.
    apart : bool
        Whether a person must look: the name could be, or looks like, somebody else's.
    note : str
        What the instructor must know; empty where all is clear.
    """

    id: str
    apart: bool = False
    note: str = ""


def level_name(name: str) -> str:
    """Return a name without what is no difference: capitals, blanks, dots, and where a tone is written.

    Examples
    --------
    >>> level_name("NGUYỄN  Thị Hoà") == level_name("Nguyễn Thị Hòa.")
    True
    >>> level_name("Nguyễn An") == level_name("Nguyễn Ân")
    False
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(" " if c in ".,;" or c.isspace() else c for c in text).split()
    return " ".join(_level_word(word) for word in words)


def _level_word(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    rest = "".join(c for c in letters if c not in _TONES)
    return unicodedata.normalize("NFC", rest) + "".join(sorted(c for c in letters if c in _TONES))


class People:
    """The people of a course: ``People.of(course)`` reads them, `whose` answers, `keep` remembers a name.

    Parameters
    ----------
    course : path
        The nbgrader course.
    roster : iterable of Person
        Whom the instructor named; may be empty.
    typed : mapping of str to str
        The names that came with hand-ins, by identifier.
    """

    def __init__(self, course: Path, roster: Iterable[Person], typed: Mapping[str, str]) -> None:
        self.course = course
        self.typed = dict(typed)
        self.roster = {person.id.casefold(): person for person in roster}
        self._on_pages: set[str] = set()

    @cached_property
    def gradebook(self) -> Path | str:
        """Where the course keeps its marks."""
        return course_gradebook(self.course)

    @classmethod
    def of(cls, course: Path, roster: Path | None = None) -> People:
        """Read the roster and the names that were typed so far.

        Raises
        ------
        InputError
            If one of them is there and cannot be read.
        """
        path = roster or course / ROSTER
        typed = _read_names(course / NAMES)
        if roster is not None or path.is_file():
            return cls(course, read_roster(path), typed)
        students = gradebook_people(course_gradebook(course))
        # A name that came with a hand-in stands there too; it is no roster.
        return cls(course, [one for one in students if one.names != (typed.get(one.id),)], typed)

    def whose(self, parcel: Parcel) -> Whose:
        """Tell under which identifier a hand-in belongs."""
        name = parcel.name or parcel.participant
        if not self.roster:
            return self._by_typed_name(parcel, name)
        level = level_name(name)
        same = [
            person
            for id, person in self.roster.items()
            if id == name.casefold() or level in map(level_name, person.names)
        ]
        if len(same) == 1:
            return Whose(same[0].id)
        if same:
            return self._apart(parcel, name, _("it can be {people}").format(people=_shown(same)))
        like = [person for person in self.roster.values() if parcel.participant in _identifiers(person)]
        if len(like) == 1 and (name.isascii() or any(known.isascii() for known in like[0].names)):
            return Whose(like[0].id, note=_("taken for {person} of the roster").format(person=like[0].shown))
        if like:
            return self._apart(parcel, name, _("it looks like {people}").format(people=_shown(like)))
        whose = self._by_typed_name(parcel, name)
        return whose if whose.note else Whose(whose.id, note=_("not on the roster"))

    def _by_typed_name(self, parcel: Parcel, name: str) -> Whose:
        level = level_name(name)
        for id, known in self.typed.items():
            if level_name(known) == level:
                return Whose(id)
        owner = self.typed.get(parcel.participant)
        if owner is None or name == parcel.participant:
            return Whose(parcel.participant)
        return self._apart(parcel, name, _("{id} is {other}").format(id=parcel.participant, other=owner))

    def _apart(self, parcel: Parcel, name: str, why: str) -> Whose:
        """Give a name that is not clear a folder of its own: the same one each time."""
        level = level_name(name)
        for id, known in self.typed.items():
            if level_name(known) == level and id.casefold() not in self.roster:
                return Whose(id, apart=True, note=why)
        n = 2
        while True:
            id = f"{parcel.participant[:60]}-{n}"
            taken = id in self.typed or id in self.roster or (self.course / "submitted" / id).exists()
            if not taken:
                return Whose(id, apart=True, note=why)
            n += 1

    def keep(self, id: str, name: str) -> None:
        """Remember the name that came with an identifier, here and in the gradebook.

        A name of the roster goes into the gradebook alone: Formgrader and the feedback show it from there.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        if id.casefold() in self.roster:
            self._name_on_pages(id, self.name_of(id))
            return
        if not name or id in self.typed:
            return
        names = {**self.typed, id: name}
        text = json.dumps({"format": 1, "names": names}, ensure_ascii=False, indent=1, sort_keys=True)
        write_whole(self.course / NAMES, text + "\n")
        self.typed = names
        self._name_on_pages(id, name)

    def name_of(self, id: str) -> str:
        """Return the name that belongs to an identifier: the roster's, else the typed one, else none."""
        person = self.roster.get(id.casefold())
        if person is not None and person.names:
            return person.names[0]
        return self.typed.get(id, "")

    def _name_on_pages(self, id: str, name: str) -> None:
        if not name or id in self._on_pages:
            return
        with suppress(sqlite3.Error):  # in use or not writable: the name stands in the file
            _name_in_gradebook(self.gradebook, id, name, self.typed.get(id, name))
            self._on_pages.add(id)


def _identifiers(person: Person) -> set[str]:
    identifiers = {person.id.casefold()}
    for name in person.names:
        with suppress(InputError):
            identifiers.add(participant_id(name))
    return identifiers


def _shown(people: Iterable[Person]) -> str:
    return ", ".join(person.shown for person in people)


def _read_names(path: Path) -> dict[str, str]:
    try:
        stored = read_json(path.read_bytes())
        return {str(id): str(name) for id, name in stored["names"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, DamagedError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            str(path),
            _("it cannot be read ({why}), and it says whose hand-ins are whose.").format(why=error),
            _("Put back a copy of it. If there is none, rename it and look whose names are alike."),
        ) from None


# Formgrader shows "last, first"; the typed name is not cut into two.
_NAME = (
    "INSERT INTO student (id, first_name, last_name) VALUES (:id, '', :name) ON CONFLICT (id) DO UPDATE "
    "SET first_name = '', last_name = excluded.last_name "
    "WHERE coalesce(student.first_name, '') = '' AND coalesce(student.last_name, '') IN ('', :typed)"
)


def _name_in_gradebook(gradebook: Path | str, id: str, name: str, typed: str) -> None:
    """Write a name where none stands, or only the one that was typed; what the instructor gave stays."""
    values = {"id": id, "name": name, "typed": typed}
    if isinstance(gradebook, str):
        from bordercourse.grading.record.shared_gradebook import name_on_server

        name_on_server(gradebook, _NAME, values)
        return
    if not gradebook.is_file():
        return
    with closing(sqlite3.connect(gradebook, timeout=5)) as db, db:
        db.execute(_NAME, values)
