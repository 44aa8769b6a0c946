"""The births of a year in a district of Utopia, and what happens to each at the registry.

Every rate stands in `RATES`, where it can be read and changed. The rates are assumptions chosen for
teaching; they are set so that a little more than half of the births are registered, which is the order of
magnitude of Mozambique's survey of 2015 (55.0% of children under five; World Development
Indicators). Nothing depends on the sex of the child, because the World Bank found no systematic gap
between girls and boys in birth registration itself. Much depends on whose papers the counter asks for.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "BOYS",
    "CUTOFF",
    "DRAWS",
    "GIRLS",
    "IMPROVEMENTS",
    "LIMIT_DAYS",
    "RATES",
    "SPELLINGS",
    "Birth",
    "born",
    "entered_on",
    "journey",
    "pick_word",
]

# The births are those of 2024; every list was read on this day.
CUTOFF = dt.date(2025, 3, 31)
LIMIT_DAYS = 60

RATES = {
    "boy": 0.512,
    "father shows his papers": 0.64,
    "father is there, but without papers": 0.19,
    "poor family": 0.45,
    "birth at a health post, where the village has one": 0.75,
    "birth at a health post, elsewhere": 0.35,
    "on the health list, born at a health post": 0.96,
    "on the health list, born at home, village with a post": 0.45,
    "on the health list, born at home, elsewhere": 0.20,
    "family near the registry comes by itself": 0.97,
    "the same, if nobody at a health post told it to": 0.72,
    "counter asks for the father's papers that are missing": 0.85,
    "family returns, father there": 0.45,
    "family returns, father away": 0.15,
    "poor family pays the late fee": 0.50,
    "other family pays the late fee": 0.92,
    "clerk must correct the form": 0.12,
    "family fetches the certificate later": 0.80,
    "brigade finds the family": 0.85,
    "notice from the health post arrives": 0.85,
    "register: birth date of a late entry moved to the 1st or the 15th": 0.35,
    "health list: mother's name spelt differently": 0.18,
    "health list: village missing": 0.03,
}

# One change each; the rest of the process stays as it is.
IMPROVEMENTS = {
    "brigade": "a mobile brigade visits every village over 15 km from the registry, every four months",
    "notification": "the health post sends the registry a notice of every birth on its list",
    "waiver": "nobody pays a late fee",
    "signature": "the counter obeys section 3: the mother signs alone",
}

_BRIGADE_KM = 15
_BRIGADE_DAYS = [dt.date(2024, m, 15) for m in (3, 7, 11)] + [dt.date(2025, 3, 15)]


class Village(NamedTuple):
    name: str
    km: int  # to the registry
    weight: int  # births in a thousand
    post: bool  # has a health post


VILLAGES = [
    Village("Selu Town", 1, 210, True),
    Village("Harbour", 3, 120, True),
    Village("Millbridge", 5, 90, False),
    Village("Old Market", 8, 90, True),
    Village("Redhill", 11, 80, False),
    Village("Fernley", 14, 70, False),
    Village("Longford", 18, 80, True),
    Village("Saltmarsh", 22, 60, False),
    Village("Upper Fern", 26, 60, False),
    Village("Stonegate", 31, 60, True),
    Village("Lakeside", 37, 45, False),
    Village("Farpoint", 44, 35, False),
]

GIRLS = "Alina Bela Dara Elin Fira Ilani Kesi Lumi Mirela Nilu Orana Pelia Runa Sania Tavi Ulena Vira Yara"
BOYS = "Aron Belan Daro Eron Filan Ilo Kero Luman Miron Nelu Oran Pavo Rano Selan Tavo Ulan Viro Yaron"
WOMEN = "Adela Benita Carine Delia Emira Fanya Gelina Hanita Irela Katina Lidia Marisa Nadira Olena"
WOMEN += " Petrina Rosita Sabina Telma Usha Valina Wilma Zorina"
FAMILIES = "Ardell Bellamy Corrin Dallow Ellery Fennick Garrow Hallit Iverry Jessop Kellow Lorrin Mallory"
FAMILIES += " Nerrick Ollery Pellow Quillan Rennick Sorrel Tallis Underry Verrin Willet Yarrow"

# One spelling for another, as two clerks write one sound.
SPELLINGS = [
    ("ll", "l"),
    ("rr", "r"),
    ("ck", "k"),
    ("i", "y"),
    ("y", "i"),
    ("e", "a"),
    ("s", "z"),
    ("o", "u"),
]

# One row of uniform draws for each, a value a birth; a new one goes to the end and moves no other.
DRAWS = [
    *("day", "sex", "village", "father", "poor", "place", "list"),
    *("come_by_itself", "wait", "asked", "returns", "return_wait", "pays", "correct", "office"),
    *("fetch", "fetch_wait", "met", "notice", "heap", "heap_day"),
    *("given", "mother", "family", "spelling", "spelling_at", "lost"),
]


class Birth(NamedTuple):
    number: int
    born: dt.date
    boy: bool
    village: Village
    father: str
    poor: bool
    at_post: bool
    listed: bool
    draw: dict[str, float]

    @property
    def birth_id(self) -> str:
        return f"B{self.number:04d}"

    @property
    def mother(self) -> str:
        return f"{pick_word(WOMEN, self.draw['mother'])} {pick_word(FAMILIES, self.draw['family'])}"


class LoggedEvent(NamedTuple):
    name: str
    day: dt.date


def pick_word(words: str, u: float) -> str:
    pool = words.split()
    return pool[int(u * len(pool))]


def born(draw: dict[str, float]) -> Birth:
    born = dt.date(2024, 1, 1) + dt.timedelta(days=int(draw["day"] * 366))
    at, village = draw["village"] * sum(v.weight for v in VILLAGES), VILLAGES[-1]
    for candidate in VILLAGES:
        at -= candidate.weight
        if at < 0:
            village = candidate
            break
    shows, there = RATES["father shows his papers"], RATES["father is there, but without papers"]
    if draw["father"] < shows:
        father = "shows papers"
    else:
        father = "without papers" if draw["father"] < shows + there else "away"
    where = "where the village has one" if village.post else "elsewhere"
    at_post = draw["place"] < RATES[f"birth at a health post, {where}"]
    kind = "born at home, " + ("village with a post" if village.post else "elsewhere")
    listed = draw["list"] < RATES[f"on the health list, {'born at a health post' if at_post else kind}"]
    boy, poor = draw["sex"] < RATES["boy"], draw["poor"] < RATES["poor family"]
    return Birth(0, born, boy, village, father, poor, at_post, listed, draw)


def _first_visit(birth: Birth, changes: Collection[str]) -> dt.date | None:
    """Return the day on which the birth first reaches the counter, if it does."""
    u, km = birth.draw, birth.village.km
    chance = RATES["family near the registry comes by itself"] * math.exp(-km / 60)
    if not birth.listed:
        chance *= RATES["the same, if nobody at a health post told it to"]
    days = []
    if u["come_by_itself"] < chance:
        wait = 3 - (25 + 1.2 * km) * math.log(1 - u["wait"])
        days.append(birth.born + dt.timedelta(days=int(wait)))
    if "brigade" in changes and km > _BRIGADE_KM and u["met"] < RATES["brigade finds the family"]:
        days.append(next(day for day in _BRIGADE_DAYS if day > birth.born))
    arrives = u["notice"] < RATES["notice from the health post arrives"]
    if "notification" in changes and birth.listed and arrives:
        days.append(birth.born + dt.timedelta(days=14))
    return min(days, default=None)


def journey(birth: Birth, changes: Collection[str] = ()) -> list[LoggedEvent]:
    """Return what the counter writes down of one birth up to the cut-off: nothing, if nobody comes."""
    day = _first_visit(birth, changes)
    if day is None:
        return []
    return [step for step in _steps(birth, day, changes) if step.day <= CUTOFF]


def _steps(birth: Birth, day: dt.date, changes: Collection[str]) -> list[LoggedEvent]:
    u = birth.draw
    steps = [LoggedEvent("declare", day)]
    asked = u["asked"] < RATES["counter asks for the father's papers that are missing"]
    if birth.father != "shows papers" and asked and "signature" not in changes:
        steps.append(LoggedEvent("sent away: father's papers", day))
        where = "away" if birth.father == "away" else "there"
        if u["returns"] >= RATES[f"family returns, father {where}"]:
            return steps
        day += dt.timedelta(days=20 + int(u["return_wait"] * 80))
        steps.append(LoggedEvent("declare", day))
    if (day - birth.born).days > LIMIT_DAYS and "waiver" not in changes:
        steps.append(LoggedEvent("late fee asked", day))
        who = "poor" if birth.poor else "other"
        if u["pays"] >= RATES[f"{who} family pays the late fee"]:
            return steps
        steps.append(LoggedEvent("late fee paid", day))
    steps.append(LoggedEvent("check", day))
    if u["correct"] < RATES["clerk must correct the form"]:
        steps.append(LoggedEvent("correct", day))
        day += dt.timedelta(days=4 + int(u["office"] * 10))
        steps.append(LoggedEvent("check", day))
    day += dt.timedelta(days=1 + int(u["office"] * 9))
    steps.append(LoggedEvent("register", day))
    if u["fetch"] < RATES["family fetches the certificate later"] * math.exp(-birth.village.km / 120):
        steps.append(LoggedEvent("issue certificate", day + dt.timedelta(days=int(u["fetch_wait"] * 30))))
    return steps


def entered_on(birth: Birth, changes: Collection[str] = ()) -> dt.date | None:
    return next((day for name, day in journey(birth, changes) if name == "register"), None)
