"""Seeded makers of the invented person-level tables of the case studies.

No row is a real person, household or district. What was published and what was chosen stands
in the docstring of each maker. No row marks an affiliation, and no name stands for anything:
there are no names. Random numbers come from `random.Random`, whose stream is the same on every
platform, so that a table made again has the same bytes.
"""

from __future__ import annotations

import datetime as dt
import math
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.datasets import SyntheticFrame
from bordercourse.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["make_clinic_twelve", "make_iraq_households", "make_mozambique_brigades"]


def make_clinic_twelve() -> SyntheticFrame:
    """Return twelve patients who hide in groups of four and still have no secret.

    Made by hand: k = 4 and l = 1 over area and age group, t = 7/12 for the condition.

    Examples
    --------
    >>> make_clinic_twelve().shape
    (12, 4)
    """
    groups = (
        ("north", "under 30", ("heart disease", "heart disease", "viral infection", "viral infection")),
        ("coast", "40 and over", ("cancer", "heart disease", "viral infection", "viral infection")),
        ("north", "30 to 39", ("cancer",) * 4),
    )
    rows = [(area, age, condition) for area, age, conditions in groups for condition in conditions]
    return SyntheticFrame(
        [(i, *row) for i, row in enumerate(rows, start=1)],
        columns=["row_id", "area", "age_group", "condition"],
    )


# -- Iraq -------------------------------------------------------------------------------------

#: Mean household size, share of people who miss a core document, share of households with a
#: woman at the head. Sizes and shares of the displaced and returned are published; see the maker.
_STATUS: dict[str, tuple[float, float, float]] = {
    "displaced_camp": (5, 0.28, 0.24),
    "displaced_out_of_camp": (6, 0.25, 0.18),
    "returned": (6, 0.16, 0.14),
    "resident": (6, 0.03, 0.10),
}
_OFFICE: dict[str, dict[str, float]] = {
    "A": {"open": 0.2, "reduced": 0.5, "closed": 0.3},
    "B": {"open": 0.5, "reduced": 0.4, "closed": 0.1},
    "C": {"open": 0.8, "reduced": 0.2, "closed": 0.0},
}
_WOMAN_HEAD_ODDS = 1.6
_IRAQ_COLUMNS = (
    "person_id",
    "household_id",
    "governorate",
    "status",
    "sex",
    "age",
    "relation",
    "head_sex",
    "spouse_of_head",
    "birth_registered",
    "birth_certificate",
    "identity_card",
    "nationality_certificate",
    "residence_card",
    "marriage_contract",
    "civil_affairs_office",
    "clearance",
    "days_so_far",
    "cost_usd",
)


def make_iraq_households(households: int = 360, seed: int = 5) -> SyntheticFrame:
    """Make people of displaced, returned and resident households with the papers they hold.

    Parameters
    ----------
    households : int
        Households in all, a quarter of each status; at least 40.
    seed : int
        Start of the random numbers.

    Returns
    -------
    SyntheticFrame
        One row a person; see ``describe("iraq_households")``.

    Raises
    ------
    InputError
        If there are fewer than 40 households.

    Notes
    -----
    Published: 28, 25 and 16 % of people in camps, of other displaced people and of returned
    people miss at least one core document (Multi-Cluster Needs Assessment IX, UNHCR 2021), met
    exactly but for rounding; five people a family in camps and six elsewhere (IOM DTM); 98.8 %
    of births of children under five registered (MICS 2018), met among residents; households
    headed by women are "particularly affected" (UNHCR 2019 and 2020).

    Chosen, because no figure was found: 3 % of residents miss a document; the odds are 1.6
    times as high in households headed by a woman; shares of such households; office hours by
    governorate; days and costs; which paper is missing. Clearance is the state of a request,
    drawn apart from sex, age and family: it says nothing about a person.

    Examples
    --------
    >>> people = make_iraq_households(40)
    >>> people["household_id"].nunique()
    40
    """
    if not isinstance(households, int) or households < 40:
        raise InputError("households", f"{households!r}.", "Give a whole number of 40 or more.")
    rng = Random(seed)
    people: list[dict[str, Any]] = []
    for number in range(households):
        status = list(_STATUS)[number * len(_STATUS) // households]
        people += _household(rng, number + 1, status)
    _lose_documents(rng, people)
    frame = pd.DataFrame(people)
    frame.insert(0, "person_id", range(1, len(frame) + 1))
    return SyntheticFrame(frame[list(_IRAQ_COLUMNS)])


def _household(rng: Random, number: int, status: str) -> list[dict[str, Any]]:
    mean_size, _missing, woman_head = _STATUS[status]
    size = max(2, 1 + _poisson(rng, mean_size - 1))
    head_sex = "female" if rng.random() < woman_head else "male"
    # A woman heads the household because the husband is dead, missing or away.
    spouse = (
        _pick(rng, {"dead": 0.5, "missing": 0.3, "elsewhere": 0.2})
        if head_sex == "female"
        else _pick(rng, {"present": 0.93, "dead": 0.07})
    )
    governorate = _pick(rng, {"A": 0.45, "B": 0.3, "C": 0.25})
    shared = {
        "household_id": number,
        "governorate": governorate,
        "status": status,
        "head_sex": head_sex,
        "spouse_of_head": spouse,
        "civil_affairs_office": _pick(rng, _OFFICE[governorate]),
    }
    head_age = 22 + int(45 * rng.random() ** 1.4)
    members = [("head", head_sex, head_age)]
    if spouse == "present":
        members.append(("spouse", "female", max(18, head_age - 1 - int(6 * rng.random()))))
    while len(members) < size:
        if rng.random() < 0.86:
            oldest = max(1, min(26, head_age - 18))
            members.append(("child", _sex(rng), int(oldest * rng.random())))
        else:
            members.append(("other", _sex(rng), 18 + int(60 * rng.random())))
    out = []
    for relation, sex, age in members:
        married = relation in {"head", "spouse"}
        out.append(
            shared
            | {
                "sex": sex,
                "age": age,
                "relation": relation,
                "birth_registered": True,
                "birth_certificate": "held",
                "identity_card": "held",
                "nationality_certificate": "held",
                "residence_card": "held" if age >= 18 else "not_applicable",
                "marriage_contract": "held" if married else "not_applicable",
                "clearance": "not_asked",
                "days_so_far": 0,
                "cost_usd": 0,
            }
        )
    return out


def _lose_documents(rng: Random, people: list[dict[str, Any]]) -> None:
    """Take papers away from exactly the published share of each status."""
    for status, (_size, share, _women) in _STATUS.items():
        group = [p for p in people if p["status"] == status]
        weight = [_WOMAN_HEAD_ODDS if p["head_sex"] == "female" else 1.0 for p in group]
        for person in _sample(rng, group, weight, round(share * len(group))):
            _lose(rng, person)
        if status == "resident":
            # 98.8 % of births of children under five are registered (MICS 2018).
            young = [p for p in group if p["age"] < 5]
            holders = [p for p in young if p["birth_certificate"] == "held" and p["identity_card"] == "held"]
            lacking = max(0, round(0.012 * len(young)) - sum(not p["birth_registered"] for p in young))
            for person in _sample(rng, holders, [1.0] * len(holders), lacking):
                person["birth_registered"] = False
                person["birth_certificate"] = "never_issued"


def _lose(rng: Random, person: dict[str, Any]) -> None:
    """Let one person miss one core paper or several, and record how far the re-issuing went."""
    if person["age"] < 8 and person["status"] != "resident":
        # A birth in the years of conflict: on a paper of an unrecognised authority, or on none.
        how = _pick(rng, {"unrecognised": 0.45, "never_issued": 0.25, "lost": 0.30})
        person["birth_certificate"] = how
        person["birth_registered"] = how == "lost"
        person["identity_card"] = "lost" if how == "lost" else "never_issued"
        person["nationality_certificate"] = "lost" if how == "lost" else "never_issued"
    else:
        person["identity_card"] = "lost"
        if rng.random() < 0.5:
            person["nationality_certificate"] = "lost"
        if rng.random() < 0.3:
            person["birth_certificate"] = "lost"
    if person["residence_card"] == "held" and rng.random() < 0.4:
        person["residence_card"] = "lost"
    if person["marriage_contract"] == "held" and rng.random() < 0.35:
        person["marriage_contract"] = _pick(rng, {"unrecognised": 0.4, "lost": 0.6})
    if rng.random() < 0.6:
        person["clearance"] = _pick(rng, {"asked": 0.55, "given": 0.45})
        slow = {"open": 1.0, "reduced": 1.6, "closed": 2.4}[person["civil_affairs_office"]]
        person["days_so_far"] = int(20 + slow * 160 * rng.random())
        person["cost_usd"] = 5 * int(3 + slow * 40 * rng.random())


# -- Mozambique -------------------------------------------------------------------------------

#: district: kilometres from the provincial registry, region, share of days with a line, and
#: registrations on one of the first days of a visit.
_DISTRICTS: dict[str, tuple[int, str, float, int]] = {
    "D01": (12, "coast", 0.9, 55),
    "D02": (38, "coast", 0.7, 80),
    "D03": (55, "inland", 0.6, 95),
    "D04": (74, "coast", 0.55, 70),
    "D05": (96, "inland", 0.4, 100),
    "D06": (118, "north", 0.35, 65),
    "D07": (140, "inland", 0.3, 90),
    "D08": (165, "north", 0.2, 60),
    "D09": (190, "coast", 0.25, 105),
    "D10": (225, "north", 0.1, 75),
    "D11": (260, "inland", 0.1, 80),
    "D12": (310, "north", 0.05, 60),
}
_POSTS = ("D01", "D03", "D05", "D07")
#: Women among adults registered late, by region: together they make the published 31 to 23.
_WOMEN = {"inland": 0.45, "coast": 0.57, "north": 0.75}
_AGES = ("on_time", "late_0_4", "late_5_17", "late_18_plus")
_CARDS_A_YEAR = 21_051
_BRIGADE_VISITS = 6
_MOZAMBIQUE_COLUMNS = (
    "row_id",
    "date",
    "district",
    "region",
    "distance_km",
    "channel",
    "visit",
    "day_of_visit",
    "open",
    "closed_because",
    *(f"{age}_{sex}" for age in _AGES for sex in ("girls", "boys")),
    "cards_women",
    "cards_men",
    "cost_mzn",
    "online",
    "sync_delay_days",
)


def make_mozambique_brigades(seed: int = 6) -> SyntheticFrame:
    """Make a year of mobile-brigade and health-post work in twelve invented districts.

    Parameters
    ----------
    seed : int
        Start of the random numbers.

    Returns
    -------
    SyntheticFrame
        One row a district, channel and planned working day; see
        ``describe("mozambique_brigades")``.

    Notes
    -----
    Published: 31,576 identity cards in the 18 months from September 2021 to February 2023
    (civil identification service and partners), met as 21,051 in the year; 31 women to 23 men
    among displaced adults (IOM DTM round 12), used for late registrations and cards of adults;
    no gap between girls and boys in registration (surveys of 2011 and 2015); births registered
    on time within 120 days (Civil Registration Code).

    Chosen, because no figure was found: districts, distances, yields, costs, days closed by
    cyclone (January to March on the coast) and insecurity (north), lines and delays. What a
    brigade day brings falls to about half after the fifth day of a visit. Women are 45 % of the
    adults registered late inland, 57 % on the coast and 75 % in the north, where displaced
    families live; together they make the published ratio.

    Examples
    --------
    >>> work = make_mozambique_brigades()
    >>> int(work[["cards_women", "cards_men"]].sum().sum())
    21051
    """
    rng = Random(seed)
    rows: list[dict[str, Any]] = []
    for place, (district, (km, region, line, demand)) in enumerate(_DISTRICTS.items()):
        base = {"district": district, "region": region, "distance_km": km}
        for visit in range(_BRIGADE_VISITS):
            start = dt.date(2022, 1, 10) + dt.timedelta(days=59 * visit + 4 * place)
            length = 5 + int(5 * rng.random())
            for day, date in enumerate(_working_days(start, length), start=1):
                rows.append(_brigade_day(rng, base, line, demand, visit + 1, day, date))
        if district in _POSTS:
            for date in _working_days(dt.date(2022, 1, 3), 256):
                rows.append(_post_day(rng, base, line, date))
    rows.sort(key=lambda row: (row["date"], row["district"], row["channel"]))
    _deal_cards(rng, rows)
    frame = pd.DataFrame(rows)
    frame.insert(0, "row_id", range(1, len(frame) + 1))
    frame["date"] = pd.to_datetime(frame["date"])
    for column in ("visit", "day_of_visit", "sync_delay_days"):
        frame[column] = frame[column].astype("Int64")
    return SyntheticFrame(frame[list(_MOZAMBIQUE_COLUMNS)])


def _working_days(start: dt.date, count: int) -> list[dt.date]:
    days = (start + dt.timedelta(days=i) for i in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def _closed(rng: Random, region: str, date: dt.date) -> str | None:
    if region == "coast" and date.month <= 3 and rng.random() < 0.22:
        return "cyclone"
    if region == "north" and rng.random() < 0.16:
        return "security"
    return None


def _brigade_day(
    rng: Random, base: Mapping[str, Any], line: float, demand: float, visit: int, day: int, date: dt.date
) -> dict[str, Any]:
    km = base["distance_km"]
    why = _closed(rng, base["region"], date)
    pace = demand * (1.0 if day <= 5 else 0.5)
    mix = {"on_time": 0.12, "late_0_4": 0.38, "late_5_17": 0.34, "late_18_plus": 0.16}
    counts = _counts(rng, mix, 0.0 if why else pace, _WOMEN[base["region"]])
    cost = 2_500 + (25 * km if day == 1 else 0)
    return (
        dict(base)
        | {"date": date, "channel": "brigade", "visit": visit, "day_of_visit": day}
        | _outcome(rng, why, counts, cost, line)
    )


def _post_day(rng: Random, base: Mapping[str, Any], line: float, date: dt.date) -> dict[str, Any]:
    why = _closed(rng, base["region"], date)
    mix = {"on_time": 0.82, "late_0_4": 0.15, "late_5_17": 0.03, "late_18_plus": 0.0}
    counts = _counts(rng, mix, 0.0 if why else 9.0, _WOMEN[base["region"]])
    return (
        dict(base)
        | {"date": date, "channel": "health_post", "visit": None, "day_of_visit": None}
        | _outcome(rng, why, counts, 900, min(1.0, line + 0.2))
    )


def _counts(rng: Random, mix: Mapping[str, float], pace: float, women_adult: float) -> dict[str, int]:
    out = {}
    for age, share in mix.items():
        women = women_adult if age == "late_18_plus" else 0.5
        out[f"{age}_girls"] = _poisson(rng, pace * share * women)
        out[f"{age}_boys"] = _poisson(rng, pace * share * (1 - women))
    return out


def _outcome(
    rng: Random, why: str | None, counts: Mapping[str, int], cost: float, line: float
) -> dict[str, Any]:
    online = why is None and rng.random() < line
    delay = None if why else (0 if online else 1 + int(-math.log(1 - rng.random()) * 9))
    return dict(counts) | {
        "open": why is None,
        "closed_because": why,
        "cost_mzn": int(cost) if why is None else 600,
        "online": online,
        "sync_delay_days": delay,
    }


def _deal_cards(rng: Random, rows: list[dict[str, Any]]) -> None:
    """Deal out the published number of identity cards to the open brigade days."""
    for row in rows:
        row["cards_women"] = row["cards_men"] = 0
    brigade = [row for row in rows if row["channel"] == "brigade" and row["open"]]
    weight = [
        1.0 + sum(row[f"late_{a}_{s}"] for a in ("5_17", "18_plus") for s in ("girls", "boys"))
        for row in brigade
    ]
    total, ends = 0.0, []
    for value in weight:
        total += value
        ends.append(total)
    for _card in range(_CARDS_A_YEAR):
        at, draw = 0, rng.random() * total
        low, high = 0, len(ends) - 1
        while low < high:
            at = (low + high) // 2
            low, high = (at + 1, high) if ends[at] <= draw else (low, at)
        brigade[low]["cards_women" if rng.random() < 31 / 54 else "cards_men"] += 1


# -- small tools over `Random.random` only ------------------------------------------------------


def _pick(rng: Random, shares: Mapping[str, float]) -> str:
    draw, names = rng.random() * sum(shares.values()), list(shares)
    for name in names:
        draw -= shares[name]
        if draw < 0:
            return name
    return names[-1]


def _sex(rng: Random) -> str:
    return "female" if rng.random() < 0.5 else "male"


def _poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count by multiplying uniforms (Knuth), in slices that do not underflow."""
    count, left = 0, mean
    while left > 0:
        piece = min(left, 30.0)
        limit, product = math.exp(-piece), rng.random()
        while product > limit:
            count += 1
            product *= rng.random()
        left -= piece
    return count


def _sample(rng: Random, items: Sequence[Any], weight: Iterable[float], count: int) -> list[Any]:
    """Draw without replacement, with weights (Efraimidis and Spirakis 2006)."""
    keys = [(-math.log(1 - rng.random()) / w, i) for i, w in enumerate(weight)]
    return [items[i] for _key, i in sorted(keys)[:count]]
