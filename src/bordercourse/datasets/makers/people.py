"""Seeded makers of invented people, and of two files that hold the same people.

The names are ordinary ones from seven naming traditions; no tradition is more or less accurate,
honest or risky than another. The rates of mistakes are assumptions chosen for teaching, equal for
all traditions, and stand in `MISTAKES`, where they can be read. One of them falls on women only,
because the procedure does: a married woman's family name may change, a man's does not.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from bordercourse.datasets.makers.draws import Draws
from bordercourse.datasets.makers.naming import TRADITIONS, Name, Tradition
from bordercourse.datasets.records import SyntheticFrame
from bordercourse.inputs import Number, Whole, checked

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MISTAKES", "LinkedFiles", "make_linked_files", "make_people"]

MISTAKES = {
    "one wrong letter in a name": 0.08,
    "given and family name exchanged": 0.03,
    "family name of the husband (women born before 2005)": 0.12,
    "mother's name missing": 0.05,
    "place of birth missing": 0.04,
    "place of birth wrong": 0.04,
    "day and month exchanged": 0.04,
    "1 January written for an unknown day": 0.05,
    "only the year of birth written": 0.02,
    "one wrong digit in the year": 0.015,
}


class _SyntheticPerson(NamedTuple):
    tradition: Tradition
    sex: str
    given: Name
    family: Name | None
    mother: tuple[Name, Name | None]
    birth: dt.date
    place: str


def _people(n: int, draws: Draws) -> list[_SyntheticPerson]:
    """Make families of one to four children, so that siblings and twins are in the files."""
    people: list[_SyntheticPerson] = []
    while len(people) < n:
        people += _siblings(draws)[: n - len(people)]
    return people


def _siblings(draws: Draws) -> list[_SyntheticPerson]:
    tradition = draws.pick(TRADITIONS)
    family = None if draws.uniform() < tradition.no_family_name else _pick(draws, tradition.families)
    mother_family = _pick(draws, tradition.families) if family else None
    mother = (_pick(draws, tradition.women), mother_family)
    place = f"UT-{draws.between(1, 61):02d}"
    first = dt.date(1950, 1, 1) + dt.timedelta(days=draws.between(0, 25_500))
    children: list[_SyntheticPerson] = []
    for _child in range(draws.by_share({1: 0.6, 2: 0.25, 3: 0.1, 4: 0.05})):
        sex = "F" if draws.uniform() < 0.5 else "M"
        pool = tradition.women if sex == "F" else tradition.men
        given = _pick(draws, [name for name in pool if all(name != c.given for c in children)])
        twin = bool(children) and draws.uniform() < 0.02
        gap = 0 if twin or not children else draws.between(300, 1500)
        first += dt.timedelta(days=gap)
        children.append(_SyntheticPerson(tradition, sex, given, family, mother, first, place))
    return children


def _pick(draws: Draws, names: list[Name]) -> Name:
    return draws.pick(names)


_COLUMNS = [
    "record_id",
    "given_name",
    "family_name",
    "sex",
    "birth_date",
    "calendar",
    "calendar_country",
    "place_of_birth",
    "mother_name",
    "true_person",
]


@checked(n=Whole(low=1), seed=Whole(low=0))
def make_people(n: int = 200, seed: int = 1) -> pd.DataFrame:
    """Make a birth register of invented people, without mistakes.

    Parameters
    ----------
    n : int
        People, 1 or more; some are siblings or twins.
    seed : int
        The same seed makes the same people.

    Returns
    -------
    SyntheticFrame
        One row a person: record_id, given_name and family_name in the bearer's own script
        (family_name is missing for people who have one name only), sex (F, M), birth_date as
        written in its calendar (day/month/year), calendar, calendar_country, place_of_birth (a
        district code of Utopia), mother_name, and true_person, which no method may read when it
        links.

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more.

    Examples
    --------
    >>> make_people(3).columns.tolist()[:5]
    ['record_id', 'given_name', 'family_name', 'sex', 'birth_date']
    """
    people = _people(n, Draws(seed))
    draws = Draws(seed, 1)
    return _frame([_in_register(i, person, draws) for i, person in enumerate(people)])


class LinkedFiles(NamedTuple):
    """Two files that hold the same people.

    Attributes
    ----------
    register : SyntheticFrame
        The birth register: own script, own calendar, no mistakes but those of calendars.
    database : SyntheticFrame
        The identity database: Latin letters, with the mistakes in `MISTAKES`, in another order.
    """

    register: pd.DataFrame
    database: pd.DataFrame


@checked(n=Whole(low=1), seed=Whole(low=0), shared=Number(high=1, above=0))
def make_linked_files(n: int = 5000, seed: int = 1, *, shared: float = 1.0) -> LinkedFiles:
    """Make a birth register and an identity database of the same invented people.

    Modelled on FEBRL's data set 4 (two files of 5,000 with the same people, one with mistakes),
    for names in four scripts and three calendars.

    Parameters
    ----------
    n : int
        People, 1 or more.
    seed : int
        The same seed makes the same files.
    shared : float
        Share of people who stand in both files, above 0 to 1. The others stand in one file only;
        some of them are brothers and sisters of people in the other one.

    Returns
    -------
    LinkedFiles
        `register` and `database`, n rows each, with the columns of `make_people`. The column
        true_person holds the answer. `bordercourse.identity.link` does not read it.

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more, or `shared` is outside its range.

    Examples
    --------
    >>> register, database = make_linked_files(50)
    >>> sorted(register["true_person"]) == sorted(database["true_person"])
    True
    """
    both = round(n * shared)
    people = _people(2 * n - both, Draws(seed))
    draws = Draws(seed, 2)
    mixed = draws.order(len(people))
    in_database = mixed[:both] + mixed[n:]
    order = [in_database[at] for at in draws.order(len(in_database))]
    in_register = sorted(mixed[:n])
    register_draws = Draws(seed, 1)
    register = _frame([_in_register(at, people[at], register_draws) for at in in_register])
    database = _frame([_in_database(i, at, people[at], draws) for i, at in enumerate(order)])
    return LinkedFiles(register, database)


def _frame(rows: list[tuple[object, ...]]) -> SyntheticFrame:
    frame = SyntheticFrame(rows, columns=_COLUMNS)
    return SyntheticFrame(frame.astype(dict.fromkeys(_COLUMNS, "str")))


def _full(given: str, family: str | None) -> str:
    return f"{given} {family}" if family else given


def _in_register(at: int, person: _SyntheticPerson, draws: Draws) -> tuple[object, ...]:
    tradition = person.tradition
    family = person.family.own if person.family else None
    if tradition.family_is_father and family:
        family = f"{'binti' if person.sex == 'F' else 'bin'} {family}"
    calendar = tradition.calendar if draws.uniform() < tradition.calendar_share else "gregorian"
    country = tradition.calendar_country if calendar == "buddhist" else None
    mother, mother_family = person.mother
    return (
        f"R{at + 1:05d}",
        person.given.own,
        family,
        person.sex,
        _written(person.birth, calendar, country, draws),
        calendar,
        country,
        person.place,
        _full(mother.own, mother_family.own if mother_family else None),
        f"P{at + 1:05d}",
    )


def _written(day: dt.date, calendar: str, country: str | None, draws: Draws) -> str:
    if calendar == "hijri":
        from hijridate import Gregorian

        # Where the moon was sighted, the month began a day later than the tables say.
        seen = day - dt.timedelta(days=1) if draws.uniform() < 0.2 else day
        hijri = Gregorian(seen.year, seen.month, seen.day).to_hijri()
        return f"{hijri.day}/{hijri.month}/{hijri.year}"
    offset = 0
    if calendar == "buddhist":
        # The Khmer number of the year changes between 25 April and 25 May; here, always at the end.
        offset = 544 if country == "KH" and (day.month, day.day) > (5, 25) else 543
    return f"{day.day}/{day.month}/{day.year + offset}"


def _in_database(at: int, person_at: int, person: _SyntheticPerson, draws: Draws) -> tuple[object, ...]:
    happens = {mistake: draws.uniform() < rate for mistake, rate in MISTAKES.items()}
    tradition = person.tradition
    given = _spelling(person.given, draws)
    family = _spelling(person.family, draws) if person.family else None
    married = person.sex == "F" and person.birth.year < 2005 and not tradition.family_is_father
    if happens["family name of the husband (women born before 2005)"] and married and family:
        family = _spelling(_pick(draws, tradition.families), draws)
    if happens["one wrong letter in a name"]:
        if family and draws.uniform() < 0.5:
            family = _slip(family, draws)
        else:
            given = _slip(given, draws)
    if happens["given and family name exchanged"] and family:
        given, family = family, given
    mother: str | None = _full(
        _spelling(person.mother[0], draws), _spelling(person.mother[1], draws) if person.mother[1] else None
    )
    place: str | None = person.place
    if happens["place of birth wrong"]:
        place = f"UT-{draws.between(1, 61):02d}"
    return (
        f"D{at + 1:05d}",
        given,
        family,
        person.sex,
        _birth_in_database(person.birth, happens, draws),
        "gregorian",
        None,
        None if happens["place of birth missing"] else place,
        None if happens["mother's name missing"] else mother,
        f"P{person_at + 1:05d}",
    )


def _spelling(name: Name, draws: Draws) -> str:
    return draws.pick(name.latin)


def _slip(text: str, draws: Draws) -> str:
    """Exchange, drop, double or replace one letter."""
    at = draws.below(len(text))
    kind = draws.below(4)
    if kind == 0 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1 and len(text) > 3:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    return text[:at] + draws.pick("abcdefghijklmnopqrstuvwxyz") + text[at + 1 :]


def _birth_in_database(day: dt.date, happens: dict[str, bool], draws: Draws) -> str:
    year, month, date = day.year, day.month, day.day
    if happens["only the year of birth written"]:
        return str(year)
    if happens["1 January written for an unknown day"]:
        month, date = 1, 1
    elif happens["day and month exchanged"] and date <= 12:
        month, date = date, month
    elif happens["one wrong digit in the year"]:
        year = 1950 + (year - 1950 + draws.pick([1, 2, 10, 20])) % 75
        date = min(date, 28) if month == 2 else date
    return f"{date}/{month}/{year}"
