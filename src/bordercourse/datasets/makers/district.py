"""A district of Utopia whose births are all known: its register, its health list, its counter's log.

Nobody in it is real. One seed makes all tables together, so a birth has the same number in each of them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from bordercourse.datasets.makers.births import (
    BOYS,
    CUTOFF,
    DRAWS,
    GIRLS,
    IMPROVEMENTS,
    LIMIT_DAYS,
    RATES,
    SPELLINGS,
    Birth,
    born,
    entered_on,
    journey,
    pick_word,
)
from bordercourse.datasets.makers.draws import Draws
from bordercourse.datasets.records import SyntheticFrame
from bordercourse.inputs import Whole, checked

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CUTOFF",
    "District",
    "make_district",
    "make_facility_births",
    "make_process_log",
    "make_register",
]


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
    columns = [[draws.uniform() for _birth in range(n)] for _name in DRAWS]
    drawn = [born(dict(zip(DRAWS, row, strict=True))) for row in zip(*columns, strict=True)]
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


DistrictRow = dict[str, object]


def _truth(births: list[Birth]) -> list[DistrictRow]:
    rows: list[DistrictRow] = []
    for b in births:
        entered = entered_on(b)
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
                "came_to_counter": bool(journey(b)),
                "registered_on": entered,
                "registered": entered is not None,
                **{f"with_{name}": entered_on(b, [name]) is not None for name in IMPROVEMENTS},
                "with_all": entered_on(b, list(IMPROVEMENTS)) is not None,
            }
        )
    return rows


def _register(births: list[Birth]) -> list[DistrictRow]:
    entries = sorted((entered, b) for b in births if (entered := entered_on(b)) is not None)
    return [
        {
            "entry": f"R{i:04d}",
            "child_name": pick_word(BOYS if b.boy else GIRLS, b.draw["given"]),
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


def _born_as_declared(birth: Birth, entered: dt.date) -> dt.date:
    """Return the day in the register: after the limit it is sometimes the 1st or the 15th of the month."""
    late = (entered - birth.born).days > LIMIT_DAYS
    heaped = RATES["register: birth date of a late entry moved to the 1st or the 15th"]
    if late and birth.draw["heap"] < heaped:
        return birth.born.replace(day=1 if birth.draw["heap_day"] < 0.5 else 15)
    return birth.born


def _facility_births(births: list[Birth]) -> list[DistrictRow]:
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


def _as_heard(birth: Birth) -> str:
    name = birth.mother
    if birth.draw["spelling"] >= RATES["health list: mother's name spelt differently"]:
        return name
    fitting = [(old, new) for old, new in SPELLINGS if old in name]
    old, new = fitting[int(birth.draw["spelling_at"] * len(fitting))]
    return name.replace(old, new, 1)


def _process_log(births: list[Birth]) -> list[DistrictRow]:
    journeys = sorted((steps[0].day, b, steps) for b in births if (steps := journey(b)))
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


def _frame(rows: list[DistrictRow]) -> SyntheticFrame:
    import pandas as pd

    frame = SyntheticFrame(rows)
    for column in ("born", "registered_on", "time"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    return frame
