"""A district of Utopia whose births are all known: its register, its health list, its counter's log.

Nobody in it is real. One seed makes all tables together, so a birth has the same number in each of
them. Every rate stands in `RATES`, where it can be read and changed. The rates are assumptions chosen for
teaching; they are set so that a little more than half of the births are registered, which is the order of
magnitude of Mozambique's survey of 2015 (55.0% of children under five; World Development
Indicators). Nothing depends on the sex of the child, because the World Bank found no systematic gap
between girls and boys in birth registration itself. Much depends on whose papers the counter asks for.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, NamedTuple

from bordercourse.datasets.makers.draws import Draws
from bordercourse.datasets.records import SyntheticFrame
from bordercourse.inputs import Whole, checked

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

__all__ = [
    "CUTOFF",
    "IMPROVEMENTS",
    "LIMIT_DAYS",
    "RATES",
    "District",
    "make_district",
    "make_facility_births",
    "make_process_log",
    "make_register",
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


class _Village(NamedTuple):
    name: str
    km: int  # to the registry
    weight: int  # births in a thousand
    post: bool  # has a health post


_VILLAGES = [
    _Village("Selu Town", 1, 210, True),
    _Village("Harbour", 3, 120, True),
    _Village("Millbridge", 5, 90, False),
    _Village("Old Market", 8, 90, True),
    _Village("Redhill", 11, 80, False),
    _Village("Fernley", 14, 70, False),
    _Village("Longford", 18, 80, True),
    _Village("Saltmarsh", 22, 60, False),
    _Village("Upper Fern", 26, 60, False),
    _Village("Stonegate", 31, 60, True),
    _Village("Lakeside", 37, 45, False),
    _Village("Farpoint", 44, 35, False),
]

_GIRLS = "Alina Bela Dara Elin Fira Ilani Kesi Lumi Mirela Nilu Orana Pelia Runa Sania Tavi Ulena Vira Yara"
_BOYS = "Aron Belan Daro Eron Filan Ilo Kero Luman Miron Nelu Oran Pavo Rano Selan Tavo Ulan Viro Yaron"
_WOMEN = "Adela Benita Carine Delia Emira Fanya Gelina Hanita Irela Katina Lidia Marisa Nadira Olena"
_WOMEN += " Petrina Rosita Sabina Telma Usha Valina Wilma Zorina"
_FAMILIES = "Ardell Bellamy Corrin Dallow Ellery Fennick Garrow Hallit Iverry Jessop Kellow Lorrin Mallory"
_FAMILIES += " Nerrick Ollery Pellow Quillan Rennick Sorrel Tallis Underry Verrin Willet Yarrow"

# One spelling for another, as two clerks write one sound.
_SPELLINGS = [
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
_DRAWS = [
    *("day", "sex", "village", "father", "poor", "place", "list"),
    *("come_by_itself", "wait", "asked", "returns", "return_wait", "pays", "correct", "office"),
    *("fetch", "fetch_wait", "met", "notice", "heap", "heap_day"),
    *("given", "mother", "family", "spelling", "spelling_at", "lost"),
]


class _Birth(NamedTuple):
    number: int
    born: dt.date
    boy: bool
    village: _Village
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
        return f"{_pick(_WOMEN, self.draw['mother'])} {_pick(_FAMILIES, self.draw['family'])}"


class _Step(NamedTuple):
    name: str
    day: dt.date


class District(NamedTuple):
    """The linked tables of one district.

    Attributes
    ----------
    births : SyntheticFrame
        The truth: one row a birth, with whether it would have been registered under each of `IMPROVEMENTS`
        alone and under all of them. No office has such a table.
    register : SyntheticFrame
        The civil register on `CUTOFF`: one row an entry.
    facility_births : SyntheticFrame
        The health list: births at a health post, and home births that a nurse saw.
    process_log : SyntheticFrame
        The counter's log: one row a step.
    """

    births: pd.DataFrame
    register: pd.DataFrame
    facility_births: pd.DataFrame
    process_log: pd.DataFrame


_SIZE = {"n": Whole(low=1), "seed": Whole(low=0)}


@checked(**_SIZE)
def make_district(n: int = 1000, seed: int = 1) -> District:
    """Make the births of one year in a district of Utopia, and the lists that three offices keep of them.

    Every birth passes the same steps: the family comes to the registry or not, the counter asks for
    the father's papers or not, a late fee is asked after `LIMIT_DAYS`, the entry is checked and made,
    the certificate is fetched. The two lists are **dependent**: families far away are on neither, and a nurse
    who writes a birth down also tells the mother to register it.

    Parameters
    ----------
    n : int
        Births, 1 or more.
    seed : int
        The same seed makes the same tables. The stored tables are those of seed 1.

    Returns
    -------
    District

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more.

    Examples
    --------
    >>> district = make_district(50)
    >>> set(district.register["birth_id"]) <= set(district.births["birth_id"])
    True
    """
    draws = Draws(seed)
    columns = [[draws.uniform() for _birth in range(n)] for _name in _DRAWS]
    drawn = [_birth(dict(zip(_DRAWS, row, strict=True))) for row in zip(*columns, strict=True)]
    births = [b._replace(number=i) for i, b in enumerate(sorted(drawn, key=lambda b: b.born), start=1)]
    return District(
        _frame(_truth(births)),
        _frame(_register(births)),
        _frame(_facility_births(births)),
        _frame(_process_log(births)),
    )


@checked(**_SIZE)
def make_register(n: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Make the civil register of `make_district`: the births that are entered by the cut-off.

    Parameters
    ----------
    n : int
        Births in the district, 1 or more.
    seed : int
        The same seed makes the same district.

    Returns
    -------
    SyntheticFrame
        The civil register: one row an entry.

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more.

    Examples
    --------
    >>> make_register(50).columns.tolist()[:3]
    ['entry', 'child_name', 'sex']
    """
    return make_district(n, seed).register


@checked(**_SIZE)
def make_facility_births(n: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Make the health list of `make_district`: the same births, as the health posts wrote them down.

    Parameters
    ----------
    n : int
        Births in the district, 1 or more.
    seed : int
        The same seed makes the same district.

    Returns
    -------
    SyntheticFrame
        The health list: one row a birth that the health post wrote down.

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more.

    Examples
    --------
    >>> make_facility_births(50).columns.tolist()[:3]
    ['line', 'sex', 'born']
    """
    return make_district(n, seed).facility_births


@checked(**_SIZE)
def make_process_log(n: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Make the counter's log of `make_district`: the steps of every family that came.

    Parameters
    ----------
    n : int
        Births in the district, 1 or more.
    seed : int
        The same seed makes the same district.

    Returns
    -------
    SyntheticFrame
        The counter's log: one row a step.

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more.

    Examples
    --------
    >>> make_process_log(50)["step"].iloc[0]
    'declare'
    """
    return make_district(n, seed).process_log


def _pick(words: str, u: float) -> str:
    pool = words.split()
    return pool[int(u * len(pool))]


def _birth(draw: dict[str, float]) -> _Birth:
    born = dt.date(2024, 1, 1) + dt.timedelta(days=int(draw["day"] * 366))
    at, village = draw["village"] * sum(v.weight for v in _VILLAGES), _VILLAGES[-1]
    for candidate in _VILLAGES:
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
    return _Birth(0, born, boy, village, father, poor, at_post, listed, draw)


def _first_visit(birth: _Birth, changes: Collection[str]) -> dt.date | None:
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


def _journey(birth: _Birth, changes: Collection[str] = ()) -> list[_Step]:
    """Return what the counter writes down of one birth up to the cut-off: nothing, if nobody comes."""
    day = _first_visit(birth, changes)
    if day is None:
        return []
    return [step for step in _steps(birth, day, changes) if step.day <= CUTOFF]


def _steps(birth: _Birth, day: dt.date, changes: Collection[str]) -> list[_Step]:
    u = birth.draw
    steps = [_Step("declare", day)]
    asked = u["asked"] < RATES["counter asks for the father's papers that are missing"]
    if birth.father != "shows papers" and asked and "signature" not in changes:
        steps.append(_Step("sent away: father's papers", day))
        where = "away" if birth.father == "away" else "there"
        if u["returns"] >= RATES[f"family returns, father {where}"]:
            return steps
        day += dt.timedelta(days=20 + int(u["return_wait"] * 80))
        steps.append(_Step("declare", day))
    if (day - birth.born).days > LIMIT_DAYS and "waiver" not in changes:
        steps.append(_Step("late fee asked", day))
        who = "poor" if birth.poor else "other"
        if u["pays"] >= RATES[f"{who} family pays the late fee"]:
            return steps
        steps.append(_Step("late fee paid", day))
    steps.append(_Step("check", day))
    if u["correct"] < RATES["clerk must correct the form"]:
        steps.append(_Step("correct", day))
        day += dt.timedelta(days=4 + int(u["office"] * 10))
        steps.append(_Step("check", day))
    day += dt.timedelta(days=1 + int(u["office"] * 9))
    steps.append(_Step("register", day))
    if u["fetch"] < RATES["family fetches the certificate later"] * math.exp(-birth.village.km / 120):
        steps.append(_Step("issue certificate", day + dt.timedelta(days=int(u["fetch_wait"] * 30))))
    return steps


def _entered(birth: _Birth, changes: Collection[str] = ()) -> dt.date | None:
    return next((day for name, day in _journey(birth, changes) if name == "register"), None)


Row = dict[str, object]


def _truth(births: list[_Birth]) -> list[Row]:
    rows: list[Row] = []
    for b in births:
        entered = _entered(b)
        rows.append(
            {
                "birth_id": b.birth_id,
                "born": b.born,
                "sex": "boy" if b.boy else "girl",
                "village": b.village.name,
                "km_to_registry": b.village.km,
                "born_at": "health post" if b.at_post else "home",
                "father": b.father,
                "poor_family": b.poor,
                "on_health_list": b.listed,
                "came_to_counter": bool(_journey(b)),
                "registered_on": entered,
                "registered": entered is not None,
                **{f"with_{name}": _entered(b, [name]) is not None for name in IMPROVEMENTS},
                "with_all": _entered(b, list(IMPROVEMENTS)) is not None,
            }
        )
    return rows


def _register(births: list[_Birth]) -> list[Row]:
    entries = sorted((entered, b) for b in births if (entered := _entered(b)) is not None)
    return [
        {
            "entry": f"R{i:04d}",
            "child_name": _pick(_BOYS if b.boy else _GIRLS, b.draw["given"]),
            "sex": "boy" if b.boy else "girl",
            "born": _born_as_declared(b, entered),
            "mother_name": b.mother,
            "village": b.village.name,
            "born_at": "health post" if b.at_post else "home",
            "registered_on": entered,
            "birth_id": b.birth_id,
        }
        for i, (entered, b) in enumerate(entries, start=1)
    ]


def _born_as_declared(birth: _Birth, entered: dt.date) -> dt.date:
    """Return the day in the register: after the limit it is sometimes the 1st or the 15th of the month."""
    late = (entered - birth.born).days > LIMIT_DAYS
    heaped = RATES["register: birth date of a late entry moved to the 1st or the 15th"]
    if late and birth.draw["heap"] < heaped:
        return birth.born.replace(day=1 if birth.draw["heap_day"] < 0.5 else 15)
    return birth.born


def _facility_births(births: list[_Birth]) -> list[Row]:
    return [
        {
            "line": f"H{i:04d}",
            "sex": "boy" if b.boy else "girl",
            "born": b.born,
            "mother_name": _as_heard(b),
            "village": None if b.draw["lost"] < RATES["health list: village missing"] else b.village.name,
            "born_at": "health post" if b.at_post else "home",
            "birth_id": b.birth_id,
        }
        for i, b in enumerate((b for b in births if b.listed), start=1)
    ]


def _as_heard(birth: _Birth) -> str:
    name = birth.mother
    if birth.draw["spelling"] >= RATES["health list: mother's name spelt differently"]:
        return name
    fitting = [(old, new) for old, new in _SPELLINGS if old in name]
    old, new = fitting[int(birth.draw["spelling_at"] * len(fitting))]
    return name.replace(old, new, 1)


def _process_log(births: list[_Birth]) -> list[Row]:
    journeys = sorted((steps[0].day, b, steps) for b in births if (steps := _journey(b)))
    return [
        {
            "case": f"C{i:04d}",
            "step": step.name,
            "time": step.day,
            "sex": "boy" if b.boy else "girl",
            "father": b.father,
            "birth_id": b.birth_id,
        }
        for i, (_day, b, steps) in enumerate(journeys, start=1)
        for step in steps
    ]


def _frame(rows: list[Row]) -> SyntheticFrame:
    import pandas as pd

    frame = SyntheticFrame(rows)
    for column in ("born", "registered_on", "time"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    return frame
