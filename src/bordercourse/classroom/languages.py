"""Who of a class works in which language: the roster's column, else the language of the class."""

from __future__ import annotations

from pathlib import Path

from bordercourse.desk.language import ENGLISH
from bordercourse.errors import InputError
from bordercourse.handin.roster import read_roster
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext
from bordercourse.translate.offered import refresh

__all__ = ["roster_languages"]

# As rosters have it that were written for people.
_NAMES = {
    "english": ENGLISH,
    "indonesian": "id",
    "khmer": "km",
    "malay": "ms",
    "thai": "th",
    "vietnamese": "vi",
}


def roster_languages(roster: Path, everybody: str = "") -> tuple[dict[str, str], list[str]]:
    """Return the language of each person of a roster who has one, and what the instructor should be told.

    Parameters
    ----------
    roster : path
        With a column ``language`` where people have several: ``th``, or ``Thai``.
    everybody : str
        The language of those for whom the roster names none.

    Raises
    ------
    InputError
        If the roster cannot be read, or the course does not speak the language of the class. Whose own
        language it does not speak works in that of the class, or in English.
    """
    if everybody not in ("", ENGLISH):
        refresh(everybody)
    languages, without = {}, dict[str, int]()
    for person in read_roster(roster):
        wanted = _NAMES.get(person.language, person.language) or everybody
        if wanted not in ("", ENGLISH, everybody):
            try:
                refresh(wanted)
            except InputError:
                without[person.language] = without.get(person.language, 0) + 1
                wanted = everybody
        if wanted:
            languages[person.id.lower()] = wanted
    notes = [
        ngettext(
            "The course does not speak {language} yet: {n} person works in {other}.",
            "The course does not speak {language} yet: {n} people work in {other}.",
            n,
        ).format(language=repr(language), n=n, other=everybody or _("English"))
        for language, n in without.items()
    ]
    return languages, notes
