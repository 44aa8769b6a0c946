"""A roster as instructors have it: a table of CSV or XLSX, read line by line, its mistakes told by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.evaluation.table_lines import Line, table_lines
from bordercourse.files import printable
from bordercourse.handin.identifiers import full_name
from bordercourse.handin.owners import level_name
from bordercourse.handin.roster import usable_id
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark

__all__ = ["COLUMNS", "ClassMember", "RosterFile", "read_roster_file"]

_MOST_TOLD = 20
_EMAIL = re.compile(r"[\w][\w.!#$%&'*+/=?^`{|}~-]*@[\w-]+(\.[\w-]+)+")
# What heads are called in tables of others.
_HEADS = {
    "id": ("id", "identifier", "student_id", "participant_id", "id_number"),
    "name": ("name", "full_name", "fullname"),
    "first_name": ("first_name", "firstname", "given_name", "given_names"),
    "last_name": ("last_name", "lastname", "surname", "family_name"),
    "email": ("email", "e-mail", "email_address", "e-mail_address", "mail"),
    "country": ("country", "state"),
    "sex": ("sex", "gender"),
    "language": ("language", "lang"),
}
_SEX = {
    "female": ("f", "female", "w", "woman", "women"),
    "male": ("m", "male", "man", "men"),
    "other": ("x", "other", "another"),
    "": ("", "-", "not said", "prefer not to say", "unknown"),
}
# The course's region, in the names that the United Nations use; other countries stay as they are written.
_COUNTRIES = {
    "Brunei Darussalam": ("bn", "brn", "brunei"),
    "Cambodia": ("kh", "khm"),
    "Indonesia": ("id", "idn"),
    "Lao PDR": ("la", "lao", "laos", "lao people's democratic republic"),
    "Malaysia": ("my", "mys"),
    "Myanmar": ("mm", "mmr"),
    "Philippines": ("ph", "phl", "the philippines"),
    "Singapore": ("sg", "sgp"),
    "Thailand": ("th", "tha"),
    "Timor-Leste": ("tl", "tls", "timor leste", "east timor"),
    "Viet Nam": ("vn", "vnm", "vietnam"),
}
_SEX_OF = {word: sex for sex, words in _SEX.items() for word in words}
_COUNTRY_OF = {word: name for name, words in _COUNTRIES.items() for word in (name.lower(), *words)}
_HEAD_OF = {word: head for head, words in _HEADS.items() for word in words}
_NAMES = ("name", "first_name", "last_name")
_ID_HELP = mark("Use Latin letters, digits, dots, - and _.")


@dataclass(frozen=True)
class ClassMember:
    """One person of a class.

    Country and sex serve one-way tables of the report alone; neither reaches a notebook, the name of a file
    or a feedback.

    Parameters
    ----------
    id : str
        The identifier; the name of the person's folder.
    name, first_name, last_name, email, country, sex, language : str
        Empty where not given. Sex is female, male or other. Who hands in may type the parts of a name in
        either order.
    """

    id: str
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    country: str = ""
    sex: str = ""
    language: str = ""


COLUMNS = tuple(field.name for field in fields(ClassMember))


@dataclass(frozen=True)
class RosterFile:
    """What a file holds.

    Parameters
    ----------
    people : tuple of ClassMember
        In the file's order.
    columns : tuple of str
        What the file says of each; another column of the course's roster is left as it is.
    notes : tuple of str
        What a person should look at, a sentence each.
    """

    people: tuple[ClassMember, ...]
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def read_roster_file(path: Path) -> RosterFile:
    """Read a roster from CSV or XLSX; it is taken whole, or refused with every mistake and its line.

    Parameters
    ----------
    path : path
        A table with the heads id and name in its first line; email, country, sex and language may stand
        there too, and first_name and last_name in the place of name. Other columns are not read.

    Returns
    -------
    RosterFile

    Raises
    ------
    InputError
        If it cannot be read, has no column id, or a line is wrong.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "class.csv"
    >>> _n = path.write_text("\\ufeffid;name;sex\\nst1;Nguyễn An;F\\n", encoding="utf-8")
    >>> read_roster_file(path).people
    (ClassMember(id='st1', name='Nguyễn An', first_name='', last_name='', email='', country='',
     sex='female', language=''),)
    """
    lines = table_lines(path)
    heads, unread = _heads(lines, path.name)
    people: list[ClassMember] = []
    at: dict[str, int] = {}
    wrong: list[str] = []
    for number, cells in lines[1:]:
        cells_of = dict(zip(heads, cells, strict=False))
        if not any(cells_of.get(head) for head in heads if head):
            continue
        person, problems = _member(cells_of)
        key = person.id.casefold()
        if key and key in at:
            problems.append(_("{id} stands in line {n} already.").format(id=printable(person.id), n=at[key]))
        at.setdefault(key, number)
        wrong += [_("line {n}: {problem}").format(n=number, problem=problem) for problem in problems]
        people.append(person)
    if wrong:
        raise InputError(
            path.name, _many(wrong), _("Mend it in the file, then read it again; nothing changed.")
        )
    if not people:
        raise InputError(path.name, _("there is nobody in it."), _("Write one line for each person."))
    notes = [*_unread(unread), *_alike(people, at)]
    given = set(heads) | (set(_NAMES) if set(_NAMES) & set(heads) else set())  # a name is given whole
    columns = tuple(column for column in COLUMNS if column in given)
    return RosterFile(tuple(people), columns, tuple(notes))


def _many(wrong: Sequence[str]) -> str:
    more = len(wrong) - _MOST_TOLD
    last = [_("and {n} more.").format(n=more)] if more > 0 else []
    return "".join(f"\n  {line}" for line in [*wrong[:_MOST_TOLD], *last]) + "\n"


def _heads(lines: Sequence[Line], name: str) -> tuple[list[str], list[str]]:
    if not lines:
        raise InputError(name, _("it is empty."), _("Write the heads id and name into the first line."))
    words = [cell.casefold().replace(" ", "_") for cell in lines[0][1]]
    heads = [_HEAD_OF.get(word, "") for word in words]
    known = [head for head in heads if head]
    if "id" not in known:
        raise InputError(
            name, _("it has no column named id."), _("Write the heads id and name into the first line.")
        )
    twice = next((head for head in known if known.count(head) > 1), "")
    if twice:
        raise InputError(name, _("two columns are named {head}.").format(head=twice), _("Keep one of them."))
    return heads, [cell for cell, head in zip(lines[0][1], heads, strict=True) if cell and not head]


def _member(cells: dict[str, str]) -> tuple[ClassMember, list[str]]:
    problems = []
    id = cells.get("id", "")
    if not id:
        problems.append(_("it has no identifier."))
    elif not usable_id(id):
        problems.append(
            _("{id} cannot be an identifier. {do}").format(id=repr(printable(id)), do=_(_ID_HELP))
        )
    first, last = (full_name(cells.get(part, "")) for part in ("first_name", "last_name"))
    name = full_name(cells.get("name", "")) or " ".join(part for part in (last, first) if part)
    email = cells.get("email", "")
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        problems.append(_("{email} is no e-mail address.").format(email=repr(printable(email))))
    sex = _SEX_OF.get(cells.get("sex", "").casefold().rstrip("."))
    if sex is None:
        problems.append(
            _("sex {sex} is not known. Write female, male, other, or nothing.").format(
                sex=repr(printable(cells["sex"]))
            )
        )
    country = full_name(cells.get("country", ""))
    country = _COUNTRY_OF.get(country.casefold(), country)
    language = full_name(cells.get("language", ""))
    return ClassMember(id, name, first, last, email, country, sex or "", language), problems


def _unread(heads: Sequence[str]) -> list[str]:
    if not heads:
        return []
    names = ", ".join(printable(head) for head in heads)
    return [_("Not read, and not kept: {names}.").format(names=names)]


def _alike(people: Sequence[ClassMember], at: dict[str, int]) -> list[str]:
    """Name people who may be one, and addresses that two share."""
    notes = []
    names: dict[str, ClassMember] = {}
    emails: dict[str, ClassMember] = {}
    for person in people:
        for key, seen, text in (
            (level_name(person.name), names, _("Lines {a} and {b} have one name. Are they two people?")),
            (person.email.casefold(), emails, _("Lines {a} and {b} have one e-mail address.")),
        ):
            other = seen.setdefault(key, person) if key else person
            if other is not person:
                notes.append(text.format(a=at[other.id.casefold()], b=at[person.id.casefold()]))
    return notes
