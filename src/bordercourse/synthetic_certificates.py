"""Seeded makers of practice certificates and of the register that issued them.

Nobody in them lives: names, numbers and events are invented. Which name meets which story is drawn by
lot, so no tradition of names, and neither sex, is more often altered, revoked or unknown than another.
One rule stands above the lot: a year of the Buddhist Era goes to a name from where offices print it.
The tables hold what the certificates state; the room `documents` seals them with practice keys.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bordercourse.datasets import SyntheticFrame
from bordercourse.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STORIES", "UTOPIANS", "PracticeSet", "Story", "make_practice_certificates"]


@dataclass(frozen=True)
class Story:
    """What happened to a certificate: who sealed it, what was done to it, and what the register holds.

    Attributes
    ----------
    sealed_by : str
        The authority, by its name in the practice trust list.
    damage : str
        ``none``, ``altered`` (a date was changed after sealing) or ``torn`` (the code is cut off).
    in_register : str
        ``same``, ``day and month exchanged``, ``two spellings``, ``nothing``.
    printed : str
        How the page writes the date: ``ISO``, ``Buddhist Era`` or ``day and month exchanged``.
    told : str
        What the officer sees or hears, with places for names.
    """

    sealed_by: str
    damage: str
    in_register: str
    printed: str
    told: str


_PLAIN = "The person says that this is their own certificate."
STORIES = {
    "genuine": Story("registrar", "none", "same", "ISO", _PLAIN),
    "altered": Story("registrar", "altered", "same", "ISO", _PLAIN),
    # The closed office's books were never copied into the register: genuine, and not found.
    "expired signer": Story("former registrar", "none", "nothing", "ISO", _PLAIN),
    "revoked signer": Story("revoked registrar", "none", "same", "ISO", _PLAIN),
    "signer not yet valid": Story("future registrar", "none", "same", "ISO", _PLAIN),
    "signer for other documents": Story("health signer", "none", "same", "ISO", _PLAIN),
    "unknown issuer": Story("foreign registrar", "none", "nothing", "ISO", _PLAIN),
    "unrecognised authority, genuine event": Story(
        "harbour council",
        "none",
        "nothing",
        "ISO",
        "The council that ran the district then issued it. The hospital's birth note says the same.",
    ),
    "name written in two ways": Story(
        "registrar", "none", "two spellings", "ISO", "The passport writes the name as {other}."
    ),
    "Buddhist-Era date": Story(
        "registrar", "none", "same", "Buddhist Era", "The page prints a year that lies in the future."
    ),
    "day and month exchanged on the page": Story(
        "registrar",
        "none",
        "same",
        "day and month exchanged",
        "The page and the code do not show the same day.",
    ),
    "day and month exchanged by the clerk": Story(
        "registrar",
        "none",
        "day and month exchanged",
        "ISO",
        "The person says that the registrar wrote the date the wrong way round.",
    ),
    "replayed code": Story(
        "registrar", "none", "same", "ISO", "The code is a photograph on a telephone. The age does not fit."
    ),
    "corrected since": Story("registrar", "none", "same", "ISO", _PLAIN),
    "withdrawn since": Story("registrar", "none", "nothing", "ISO", _PLAIN),
    "torn code": Story("registrar", "torn", "same", "ISO", "The corner with the code is torn off."),
}
_LISTED_NUMBERS = {"corrected since": "UTO-B-C0RR-0001", "withdrawn since": "UTO-M-W1TH-0002"}
_NAMED = ("name written in two ways", "Buddhist-Era date", "replayed code")
_TWENTY = (
    *STORIES,
    "genuine",
    "altered",
    "name written in two ways",
    "unrecognised authority, genuine event",
)
# name as sealed, name in its own script, another lawful spelling or order, sex
_PEOPLE = (
    ("BOONMEE SOMCHAI", "สมชาย บุญมี", "BUNMI SOMCHAI", "M"),
    ("SRISUK MALEE", "มาลี ศรีสุข", "SISUK MALI", "F"),
    ("CHEA SOPHEAP", "ជា សុភាព", "CHIA SOPHEAP", "F"),
    ("KEO VANNAK", "កែវ វណ្ណៈ", "KEV VANNAK", "M"),
    ("NGUYEN THI DAO", "Nguyễn Thị Đào", "THI DAO NGUYEN", "F"),
    ("TRAN VAN HUNG", "Trần Văn Hùng", "VAN HUNG TRAN", "M"),
    ("WIJAYA SUHARTINI", "Suhartini Wijaya", "WIDJAJA SOEHARTINI", "F"),
    ("SANTOSO BUDI", "Budi Santoso", "SANTOSA BOEDI", "M"),
    ("AHMAD NURUL", "Nurul binti Ahmad", "AHMED NOORUL", "F"),
    ("YUSUF HAFIZ", "Hafiz bin Yusuf", "YUSOF HAFEEZ", "M"),
    ("ALRAZI MARYAM", "مريم الرازي", "ALRAZY MARIAM", "F"),
    ("HASSAN OMAR", "عمر حسن", "HASAN UMAR", "M"),
    ("MACUACUA CELESTE", "Celeste Macuácua", "MAKUAKUA CELESTE", "F"),
    ("NHANTUMBO JOAO", "João Nhantumbo", "NYANTUMBO JOAO", "M"),
    ("ERIKSSON ANNA MARIA", "Anna María Eriksson", "ERICSSON ANNA MARIA", "F"),
    ("MUELLER JOERG", "Jörg Müller", "MULLER JORG", "M"),
)
# Names of no country, for cases in which a name must not hint at anybody's; the sexes stand as above.
UTOPIANS = (
    ("ORELDO TAVIN", "Tavin Oreldo", "ORELDOH TAVIN", "M"),
    ("SENDOVE ILVA", "Ilva Sendove", "SENDOWE ILVA", "F"),
    ("VELMARE ONNIA", "Onnia Velmare", "WELMARE ONIA", "F"),
    ("TOBREK LUMO", "Lumo Tobrek", "TOBRECK LUMO", "M"),
    ("PELLUNE DARSA", "Darsa Pellune", "PELLOUNE DARSA", "F"),
    ("BRAVELL TIMOD", "Timod Bravell", "BRAWELL TIMOD", "M"),
    ("FENNORE SULA", "Sula Fennore", "FENORE SOULA", "F"),
    ("DELVANT KORU", "Koru Delvant", "DELWANT KORU", "M"),
    ("ZERUNE MAILA", "Maila Zerune", "SERUNE MAYLA", "F"),
    ("HOLVEC RANNO", "Ranno Holvec", "HOLWEK RANO", "M"),
    ("LUNDREVE AVIRA", "Avira Lundreve", "LUNDREWE AVIRAH", "F"),
    ("QUORNE BELIM", "Belim Quorne", "KORNE BELIM", "M"),
    ("MELISTRE JOVA", "Jova Melistre", "MELISTER YOVA", "F"),
    ("PROVANNE DUKO", "Duko Provanne", "PROWANNE DUCO", "M"),
    ("THELMORE KIA", "Kia Thelmore", "TELMORE KYA", "F"),
    ("UVARDE SILLO", "Sillo Uvarde", "OUVARDE SILO", "M"),
)
_PRINTS_BUDDHIST_ERA = {"BOONMEE SOMCHAI", "SRISUK MALEE"}
_PLACES = ("Utopia City", "Harbour", "Hill", "River Mouth", "Old Ferry")
_ELSEWHERE = ("Strelsau", "Zenda", "Hentzau", "Tarlenheim", "Hofbau")  # Ruritania, as Anthony Hope named it
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no sign that is easily taken for another
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


def make_practice_certificates(
    seed: int = 3,
    stories: Sequence[str] = _TWENTY,
    signs: Sequence[str] | None = None,
    prefix: str = "P",
    people: Sequence[tuple[str, str, str, str]] = _PEOPLE,
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
        are ``not sure``: whoever holds one may fear the State whose register would be asked.
    prefix : str
        First letter of the numbers of the cases.
    people : sequence of tuple
        The names to draw from: as sealed, in its own script, another lawful spelling, sex. `UTOPIANS` are
        names of no country.

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
    for story in stories:
        if story not in STORIES:
            raise InputError("stories", f"{story!r} is unknown.", f"Use: {', '.join(STORIES)}.")
        if story in _LISTED_NUMBERS and list(stories).count(story) > 1:
            raise InputError("stories", f"{story!r} stands twice.", "Its number is on one signed list.")
    known = dict(_PROTECTION)
    if signs is not None and (len(signs) != len(stories) or not set(signs) <= set(known)):
        raise InputError("signs", "each story needs one known sign.", f"Use: {', '.join(known)}.")
    rng = np.random.default_rng(seed)
    drawn = [people[i] for i in _draw(rng, len(stories), len(people))]
    _print_where_it_is_used(drawn, stories)
    marked = _protection(rng, stories) if signs is None else [(sign, known[sign]) for sign in signs]
    cases: list[dict[str, object]] = []
    entries: list[dict[str, object]] = []
    for number, (story, person, sign) in enumerate(zip(stories, drawn, marked, strict=True), 1):
        stated = _event(rng, person, story, child=sign[0] == "child alone")
        if story == "replayed code" and cases:
            stated = {name: str(cases[0][name]) for name in stated}
        cases.append(_case(f"{prefix}{number:02}", story, person, stated, sign))
        entry = _entry(story, person, stated)
        if entry and entry["certificate"] not in {e["certificate"] for e in entries}:
            entries.append(entry)
    for i in _draw(rng, 40, len(people)):
        stated = _event(rng, people[i], "genuine")
        entries.append(_entry("genuine", people[i], stated) | {"protected": bool(rng.random() < 0.1)})
    entries.sort(key=lambda entry: str(entry["certificate"]))
    return PracticeSet(SyntheticFrame(cases), SyntheticFrame(entries))


def _draw(rng: np.random.Generator, many: int, people: int) -> list[int]:
    """Draw people without repeating one before all had their turn."""
    drawn: list[int] = []
    while len(drawn) < many:
        drawn += rng.permutation(people).tolist()
    return drawn[:many]


def _print_where_it_is_used(drawn: list[tuple[str, str, str, str]], stories: Sequence[str]) -> None:
    """Exchange two names, so that a year of the Buddhist Era stands on a paper from where it is used."""
    fits = [place for place, person in enumerate(drawn) if person[0] in _PRINTS_BUDDHIST_ERA]
    for place, story in enumerate(stories):
        if story == "Buddhist-Era date" and place not in fits:
            other = next((p for p in fits if stories[p] not in _NAMED), None)
            if other is not None:
                drawn[place], drawn[other] = drawn[other], drawn[place]


def _protection(rng: np.random.Generator, stories: Sequence[str]) -> list[tuple[str, str]]:
    none, *drawn, unsure = _PROTECTION
    council = [STORIES[story].sealed_by == "harbour council" for story in stories]
    signs = [unsure if own else none for own in council]
    for place, sign in zip(rng.permutation(len(stories))[:3].tolist(), drawn, strict=False):
        signs[place] = sign
    return signs


def _event(
    rng: np.random.Generator, person: tuple[str, ...], story: str, *, child: bool = False
) -> dict[str, str]:
    name, native, _other, sex = person
    # The day is 1 to 12 and differs from the month, so that the two can be exchanged.
    month, day = (int(n) + 1 for n in rng.permutation(12)[:2])
    year = int(rng.integers(1965, 2008))
    born = dt.date(2010 if child else year, month, day)  # a child is fourteen or fifteen in June 2025
    registered = born + dt.timedelta(days=int(rng.integers(3, 40)))
    first = 2022 if story == "expired signer" else 2024
    issued = dt.date(first, 1, 1) + dt.timedelta(days=int(rng.integers(0, 360)))
    drawn = "".join(rng.choice(list(_SIGNS), 8))
    state, places = ("RUR", _ELSEWHERE) if story == "unknown issuer" else ("UTO", _PLACES)
    return {
        "certificate": _LISTED_NUMBERS.get(story, f"{state}-B-{drawn[:4]}-{drawn[4:]}"),
        "entry": f"{registered.year}/{int(rng.integers(1, 9999)):04}",
        "event": "birth",
        "event_date": born.isoformat(),
        "registered": registered.isoformat(),
        "issued": issued.isoformat(),
        "office": str(rng.choice(places)),
        "name": name,
        "name_native": native,
        "sex": sex,
        "place": str(rng.choice(places)),
        "mother": name.split()[0] + " " + str(rng.choice(["EVA", "SARI", "LINH", "ROSA", "AMINA"])),
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
