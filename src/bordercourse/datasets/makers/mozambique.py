"""A year of mobile-brigade and health-post work in twelve invented districts of Mozambique.

No row is a real day. What was published and what was chosen stands in the docstring of the maker.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.datasets.makers.draws import Draws
from bordercourse.datasets.records import SyntheticFrame
from bordercourse.inputs import Whole, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["make_mozambique_brigades"]

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


@checked(seed=Whole(low=0))
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
    draws = Draws(seed, python=True)
    rows: list[dict[str, Any]] = []
    for place, (district, (km, region, line, demand)) in enumerate(_DISTRICTS.items()):
        base = {"district": district, "region": region, "distance_km": km}
        for visit in range(_BRIGADE_VISITS):
            start = dt.date(2022, 1, 10) + dt.timedelta(days=59 * visit + 4 * place)
            length = 5 + int(5 * draws.uniform())
            for day, date in enumerate(_working_days(start, length), start=1):
                rows.append(_brigade_day(draws, base, line, demand, visit + 1, day, date))
        if district in _POSTS:
            for date in _working_days(dt.date(2022, 1, 3), 256):
                rows.append(_post_day(draws, base, line, date))
    rows.sort(key=lambda row: (row["date"], row["district"], row["channel"]))
    _deal_cards(draws, rows)
    frame = pd.DataFrame(rows)
    frame.insert(0, "row_id", range(1, len(frame) + 1))
    frame["date"] = pd.to_datetime(frame["date"])
    for column in ("visit", "day_of_visit", "sync_delay_days"):
        frame[column] = frame[column].astype("Int64")
    return SyntheticFrame(frame[list(_MOZAMBIQUE_COLUMNS)])


def _working_days(start: dt.date, count: int) -> list[dt.date]:
    days = (start + dt.timedelta(days=i) for i in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def _closed(draws: Draws, region: str, date: dt.date) -> str | None:
    if region == "coast" and date.month <= 3 and draws.uniform() < 0.22:
        return "cyclone"
    if region == "north" and draws.uniform() < 0.16:
        return "security"
    return None


def _brigade_day(
    draws: Draws, base: Mapping[str, Any], line: float, demand: float, visit: int, day: int, date: dt.date
) -> dict[str, Any]:
    km = base["distance_km"]
    why = _closed(draws, base["region"], date)
    pace = demand * (1.0 if day <= 5 else 0.5)
    mix = {"on_time": 0.12, "late_0_4": 0.38, "late_5_17": 0.34, "late_18_plus": 0.16}
    counts = _counts(draws, mix, 0.0 if why else pace, _WOMEN[base["region"]])
    cost = 2_500 + (25 * km if day == 1 else 0)
    return (
        dict(base)
        | {"date": date, "channel": "brigade", "visit": visit, "day_of_visit": day}
        | _outcome(draws, why, counts, cost, line)
    )


def _post_day(draws: Draws, base: Mapping[str, Any], line: float, date: dt.date) -> dict[str, Any]:
    why = _closed(draws, base["region"], date)
    mix = {"on_time": 0.82, "late_0_4": 0.15, "late_5_17": 0.03, "late_18_plus": 0.0}
    counts = _counts(draws, mix, 0.0 if why else 9.0, _WOMEN[base["region"]])
    return (
        dict(base)
        | {"date": date, "channel": "health_post", "visit": None, "day_of_visit": None}
        | _outcome(draws, why, counts, 900, min(1.0, line + 0.2))
    )


def _counts(draws: Draws, mix: Mapping[str, float], pace: float, women_adult: float) -> dict[str, int]:
    out = {}
    for age, share in mix.items():
        women = women_adult if age == "late_18_plus" else 0.5
        out[f"{age}_girls"] = draws.poisson(pace * share * women)
        out[f"{age}_boys"] = draws.poisson(pace * share * (1 - women))
    return out


def _outcome(
    draws: Draws, why: str | None, counts: Mapping[str, int], cost: float, line: float
) -> dict[str, Any]:
    online = why is None and draws.uniform() < line
    delay = None if why else (0 if online else 1 + int(-math.log(1 - draws.uniform()) * 9))
    return dict(counts) | {
        "open": why is None,
        "closed_because": why,
        "cost_mzn": int(cost) if why is None else 600,
        "online": online,
        "sync_delay_days": delay,
    }


def _deal_cards(draws: Draws, rows: list[dict[str, Any]]) -> None:
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
        at, draw = 0, draws.uniform() * total
        low, high = 0, len(ends) - 1
        while low < high:
            at = (low + high) // 2
            low, high = (at + 1, high) if ends[at] <= draw else (low, at)
        brigade[low]["cards_women" if draws.uniform() < 31 / 54 else "cards_men"] += 1
