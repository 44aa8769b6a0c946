"""Seeded makers of practice certificates and of the register that issued them.

Nobody in them lives: names, numbers and events are invented. Which name meets which story is drawn by
lot, so no tradition of names, and neither sex, is more often altered, revoked or unknown than another.
One rule stands above the lot: a year of the Buddhist Era goes to a name from where offices print it.
The tables hold what the certificates state; the room `documents` seals them with practice keys.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bordercourse.datasets.makers.draws import Draws
from bordercourse.datasets.makers.stories import LISTED_NUMBERS, PEOPLE, REPLAYED, STORIES, UTOPIANS
from bordercourse.datasets.records import SyntheticFrame
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Choice, Several, Text, Whole, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PracticeSet", "make_practice_certificates"]


_NAMED = ("name written in two ways", "Buddhist-Era date", REPLAYED)
_TWENTY = (
    *STORIES,
    "genuine",
    "altered",
    "name written in two ways",
    "unrecognised authority, genuine event",
)
_PRINTS_BUDDHIST_ERA = {"BOONMEE SOMCHAI", "SRISUK MALEE"}
_PLACES = ("Utopia City", "Harbour", "Hill", "River Mouth", "Old Ferry")
_ELSEWHERE = ("Strelsau", "Zenda", "Hentzau", "Tarlenheim", "Hofbau")  # Ruritania, as Anthony Hope named it
_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is easily taken for another
_PROTECTION = (
    ("no need seen", ""),
    ("seeks asylum", " The person asks for asylum from Utopia."),
    ("child alone", " The person is a child and travels alone."),
    ("may be trafficked", " Another traveller holds the papers and answers for the person."),
    ("fears that State", " The person is afraid: the police of that State look for them."),
    ("not sure", " Nobody has yet asked whether the person fears Utopia."),
)


@dataclass(frozen=True)
class PracticeSet:
    """Certificates to practise on, and the entries of the register that issued them."""

    certificates: SyntheticFrame
    register: SyntheticFrame


@checked(
    seed=Whole(low=0),
    stories=Several(Choice(*STORIES), least=1),
    signs=Several(Choice(*dict(_PROTECTION))),
    prefix=Text(),
    names=Choice("traditions", "no country"),
)
def make_practice_certificates(
    seed: int = 3,
    stories: Sequence[str] = _TWENTY,
    signs: Sequence[str] | None = None,
    prefix: str = "P",
    names: Literal["traditions", "no country"] = "traditions",
) -> PracticeSet:
    """Make practice certificates and the register behind them; the same seed gives the same tables.

    Parameters
    ----------
    seed : int
        Seed of the draws.
    stories : sequence of str
        One key of `STORIES` for each certificate; ``corrected since`` and ``withdrawn since`` at most once.
    signs : sequence of str, optional
        The answer to the protection check for each certificate. Without it three certificates, drawn by
        lot, carry a sign that protection comes first, and the papers of a council that no State recognises
        are ``not sure``: whoever holds one may fear the State whose register would be asked. A copied code
        is never that of a person in need.
    prefix : str
        First letter of the numbers of the cases.
    names : {"traditions", "no country"}
        Names of the region in their own scripts, or names of no country, for cases in which a name must not
        hint at anybody's.

    Returns
    -------
    PracticeSet
        `certificates`: one row a case: what it states, who sealed it, what was done to it, what is told.
        `register`: one row an entry, 40 other entries among them.

    Raises
    ------
    InputError
        If a story or sign is unknown, one that can stand once stands twice, or the signs are too few.

    Examples
    --------
    >>> made = make_practice_certificates(seed=1, stories=["genuine", "altered"])
    >>> made.certificates["what_happened"].tolist()
    ['genuine', 'altered']
    """
    for story in LISTED_NUMBERS:
        if list(stories).count(story) > 1:
            raise InputError(
                "stories",
                _("{story} stands twice.").format(story=repr(story)),
                _("Give it once: its number is on one signed list."),
            )
    known = dict(_PROTECTION)
    if signs is not None and len(signs) != len(stories):
        raise InputError(
            "signs",
            _("there are {n} for {m} stories.").format(n=len(signs), m=len(stories)),
            _("Give each story one sign."),
        )
    people = PEOPLE if names == "traditions" else UTOPIANS
    draws = Draws(seed)
    drawn = [people[i] for i in _draw(draws, len(stories), len(people))]
    _print_where_it_is_used(drawn, stories)
    marked = _protection(draws, stories) if signs is None else [(sign, known[sign]) for sign in signs]
    cases: list[dict[str, object]] = []
    entries: list[dict[str, object]] = []
    for number, (story, person, sign) in enumerate(zip(stories, drawn, marked, strict=True), 1):
        stated = _event(draws, person, story, child=sign[0] == "child alone")
        if story == REPLAYED:
            stated = _copied(cases, stated)
        cases.append(_case(f"{prefix}{number:02}", story, person, stated, sign))
        entry = _entry(story, person, stated)
        if entry and entry["certificate"] not in {e["certificate"] for e in entries}:
            entries.append(entry)
    for i in _draw(draws, 40, len(people)):
        stated = _event(draws, people[i], "genuine")
        entries.append(_entry("genuine", people[i], stated) | {"protected": bool(draws.uniform() < 0.1)})
    entries.sort(key=lambda entry: str(entry["certificate"]))
    return PracticeSet(SyntheticFrame(cases), SyntheticFrame(entries))


def _draw(draws: Draws, many: int, people: int) -> list[int]:
    """Draw people without repeating one before all had their turn."""
    drawn: list[int] = []
    while len(drawn) < many:
        drawn += draws.order(people)
    return drawn[:many]


def _print_where_it_is_used(drawn: list[tuple[str, str, str, str]], stories: Sequence[str]) -> None:
    """Exchange two names, so that a year of the Buddhist Era stands on a paper from where it is used."""
    fits = [place for place, person in enumerate(drawn) if person[0] in _PRINTS_BUDDHIST_ERA]
    for place, story in enumerate(stories):
        if story == "Buddhist-Era date" and place not in fits:
            other = next((p for p in fits if stories[p] not in _NAMED), None)
            if other is not None:
                drawn[place], drawn[other] = drawn[other], drawn[place]


def _protection(draws: Draws, stories: Sequence[str]) -> list[tuple[str, str]]:
    none, *drawn, unsure = _PROTECTION
    council = [STORIES[story].sealed_by == "harbour council" for story in stories]
    signs = [unsure if own else none for own in council]
    lot = [place for place in draws.order(len(stories)) if stories[place] != REPLAYED]
    for place, sign in zip(lot[:3], drawn, strict=False):
        signs[place] = sign
    return signs


def _copied(cases: Sequence[dict[str, object]], stated: dict[str, str]) -> dict[str, str]:
    """Return what a copied code states: that of the first sound certificate of somebody in no need.

    Never that of a person in need: a question about the copy would tell their State where they are.
    Where no certificate fits, the code is of somebody who is not among the cases.
    """
    for case in cases:
        story = STORIES[str(case["what_happened"])]
        sound = story.sealed_by == "registrar" and story.damage == "none"
        listed = case["what_happened"] in (*LISTED_NUMBERS, REPLAYED)
        if sound and not listed and case["protection"] == _PROTECTION[0][0]:
            return {name: str(case[name]) for name in stated}
    return stated


def _event(draws: Draws, person: tuple[str, ...], story: str, *, child: bool = False) -> dict[str, str]:
    name, native, _other, sex = person
    # The day is 1 to 12 and differs from the month, so that the two can be exchanged.
    month, day = (int(n) + 1 for n in draws.order(12)[:2])
    year = draws.between(1965, 2008)
    born = dt.date(2010 if child else year, month, day)  # a child is fourteen or fifteen in June 2025
    registered = born + dt.timedelta(days=draws.between(3, 40))
    first = 2022 if story == "expired signer" else 2024
    issued = dt.date(first, 1, 1) + dt.timedelta(days=draws.between(0, 360))
    drawn = "".join(draws.pick(_CHARACTERS) for _place in range(8))
    state, places = ("RUR", _ELSEWHERE) if story == "unknown issuer" else ("UTO", _PLACES)
    return {
        "certificate": LISTED_NUMBERS.get(story, f"{state}-B-{drawn[:4]}-{drawn[4:]}"),
        "entry": f"{registered.year}/{draws.between(1, 9999):04}",
        "event": "birth",
        "event_date": born.isoformat(),
        "registered": registered.isoformat(),
        "issued": issued.isoformat(),
        "office": draws.pick(places),
        "name": name,
        "name_native": native,
        "sex": sex,
        "place": draws.pick(places),
        "mother": name.split()[0] + " " + draws.pick(["EVA", "SARI", "LINH", "ROSA", "AMINA"]),
        "calendar": "Buddhist Era" if story == "Buddhist-Era date" else "Gregorian",
    }


def _exchanged(day: str) -> str:
    year, month, number = day.split("-")
    return f"{year}-{number}-{month}"


def _case(
    number: str, story: str, person: tuple[str, ...], stated: dict[str, str], sign: tuple[str, str]
) -> dict[str, object]:
    told = STORIES[story]
    year, month, day = stated["event_date"].split("-")
    if told.printed == "Buddhist Era":
        year = str(int(year) + 543)
    if told.printed == "day and month exchanged":
        day, month = month, day
    return {
        "case_id": number,
        **stated,
        "sealed_by": told.sealed_by,
        "damage": told.damage,
        "printed_date": f"{day}/{month}/{year}",
        "told": told.told.format(other=person[2]) + sign[1],
        "protection": sign[0],
        "bearer": "seems somebody else" if story == REPLAYED else "seems the subject",
        "what_happened": story,
    }


def _entry(story: str, person: tuple[str, ...], stated: dict[str, str]) -> dict[str, object]:
    held = STORIES[story].in_register
    if held == "nothing":
        return {}
    kept = ("certificate", "entry", "event", "event_date", "registered", "name", "sex", "place", "mother")
    entry: dict[str, object] = {name: stated[name] for name in kept}
    if held == "two spellings":
        entry["name"] = f"{stated['name']} | {person[2]}"
    if held == "day and month exchanged":
        entry["event_date"] = _exchanged(stated["event_date"])
    return entry | {"protected": False}
