"""What each registration method costs on a country with 300 districts, in one run.

Each line is the best time of a method over that of plain numpy sums of the columns it reads, taken in
alternating rounds. A second column compares 300 districts with 30: a method that
loops over districts in Python would cost ten times as much, one that does not grows far less
(the methods that read one row an event grow with the events, not with the districts).

Run: python benchmarks/registration.py [rounds]
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from bordercourse import registration as reg
from bordercourse.errors import CourseWarning

DISTRICTS = 300
warnings.simplefilter("ignore", CourseWarning)  # the noise of these districts is no finding
AGES = np.arange(0, 85, 5)
CENSUS: dict[str, Any] = {
    "population": ("census_1", "census_2"),
    "deaths": "deaths",
    "dates": ("2010-01-01", "2020-01-01"),
    "by": "district",
}


def census(districts: int) -> pd.DataFrame:
    """Five-year ages of stable-looking districts, with noise."""
    random = np.random.default_rng(1)
    people = 4e4 * np.exp(-0.045 * AGES) * random.lognormal(0, 0.05, (districts, len(AGES)))
    rates = 0.002 * np.exp(0.07 * AGES)
    return pd.DataFrame(
        {
            "district": np.repeat(np.arange(districts), len(AGES)),
            "age": np.tile(AGES, districts),
            "census_1": (people * np.exp(-0.25)).ravel(),
            "census_2": people.ravel(),
            "deaths": (0.6 * people * rates * random.lognormal(0, 0.05, people.shape)).ravel(),
        }
    )


def single_years(districts: int) -> pd.DataFrame:
    random = np.random.default_rng(2)
    people = random.poisson(500 * np.exp(-0.03 * np.arange(100))[:, None] + 5, (100, districts))
    return pd.DataFrame(people, index=np.arange(100), columns=np.arange(districts))


def births(districts: int) -> pd.DataFrame:
    """100 births a district, three years before the cut-off, a fifth never registered."""
    random = np.random.default_rng(3)
    n = 100 * districts
    born = pd.Timestamp("2024-12-31") - pd.to_timedelta(random.integers(0, 1095, n), unit="D")
    lag = pd.to_timedelta(random.exponential(90, n).astype(int), unit="D")
    entered = pd.Series(born + lag).where(random.random(n) < 0.8)
    district = np.tile(np.arange(districts), 100)
    return pd.DataFrame(
        {
            "district": district,
            "place": district.astype(str),
            "born": born,
            "entered": entered,
            "sex": random.choice(["girl", "boy", ""], n, p=[0.48, 0.5, 0.02]),
            "mother": random.integers(15, 45, n),
        }
    )


def steps(districts: int) -> pd.DataFrame:
    """20 cases a district, five steps each."""
    random = np.random.default_rng(4)
    cases = 20 * districts
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300, cases), unit="D")
    wait = np.cumsum(random.integers(0, 10, (cases, 5)), axis=1).ravel()
    return pd.DataFrame(
        {
            "case": np.repeat(np.arange(cases), 5),
            "step": random.choice(["notify", "declare", "validate", "register", "issue"], 5 * cases),
            "time": np.repeat(start, 5) + pd.to_timedelta(wait, unit="D"),
            "district": np.repeat(np.arange(cases) % districts, 5),
        }
    )


def methods(districts: int) -> dict[str, tuple[Callable[[], Any], list[np.ndarray[Any, Any]]]]:
    """Return for each method a call and the columns that it reads."""
    random = np.random.default_rng(5)
    fives, ages, events, log = census(districts), single_years(districts), births(districts), steps(districts)
    three = [fives[c].to_numpy() for c in ("census_1", "census_2", "deaths")]
    men = fives.pivot(index="age", columns="district", values="census_1")
    women = fives.pivot(index="age", columns="district", values="census_2")
    strata = pd.MultiIndex.from_product(
        [range(districts), ["f", "m"], ["town", "village"]], names=list("dsr")
    )
    cells = [pd.Series(random.integers(20, 400, len(strata)), index=strata) for _ in range(3)]
    part, whole = random.integers(100, 900, districts), random.integers(900, 1000, districts)
    rate, old, q5 = (
        pd.Series(random.uniform(low, high, districts)) for low, high in [(1, 6), (0.02, 0.06), (0.02, 0.1)]
    )
    life = np.array([0, 1, *range(5, 85, 5)])
    rates = pd.DataFrame(
        0.002 * np.exp(0.06 * life)[:, None] * random.lognormal(0, 0.1, (len(life), districts)), index=life
    )
    fertile = np.arange(15, 50, 5)
    noise = random.lognormal(0, 0.1, (7, districts))
    born = np.array([0.3, 1.5, 2.8, 4.2, 5.2, 6.0, 6.4])[:, None]
    parity = pd.DataFrame(born * noise, index=fertile)
    asfr = pd.DataFrame(np.array([0.11, 0.24, 0.23, 0.2, 0.15, 0.07, 0.03])[:, None] * noise, index=fertile)
    range_ = {"ages": (15, 65)}
    hybrid = {**CENSUS, **range_, "balance_ages": (25, 55), "open_expectation": 4}
    brass = {"population": "census_2", "deaths": "deaths", "by": "district", **range_}
    reading: dict[str, Any] = {"occurred": "born", "registered": "entered", "cutoff": "2024-12-31"}
    days = [events[c].to_numpy().view("int64") for c in ("born", "entered")]
    return {
        "direct completeness": (lambda: reg.direct_completeness(part, whole), [part, whole]),
        "coverage": (lambda: reg.coverage(part, whole), [part, whole]),
        "sex ratio at birth": (lambda: reg.sex_ratio_at_birth(whole, part), [part, whole]),
        "dual system, 4 strata": (lambda: reg.dual_system(*cells), [c.to_numpy() for c in cells]),
        "  and district totals": (lambda: reg.dual_system(*cells).by("d"), [c.to_numpy() for c in cells]),
        "timeliness": (lambda: reg.timeliness(events, limit_days=30, by="district", **reading), days),
        "growth balance": (lambda: reg.growth_balance(fives, **CENSUS, **range_), three),
        "growth balance, Brass": (lambda: reg.brass_growth_balance(fives, **brass), three[1:]),
        "extinct generations": (
            lambda: reg.extinct_generations(fives, open_expectation=4, **CENSUS, **range_),
            three,
        ),
        "  adjusted hybrid": (lambda: reg.adjusted_extinct_generations(fives, **hybrid), three),
        "  all ranges of ages": (lambda: reg.age_sensitivity(fives, **CENSUS), three),
        "three methods": (
            lambda: reg.three_methods(fives, open_expectation=4, **CENSUS, ages=(15, 60)),
            three,
        ),
        "45q15, adjusted": (lambda: reg.adult_mortality(fives, completeness=0.6, **CENSUS), three),
        "life tables": (lambda: reg.abridged_life_table(rates, sex="female"), [rates.to_numpy()]),
        "P/F ratio": (lambda: reg.parity_fertility_ratio(parity, asfr), [parity.to_numpy(), asfr.to_numpy()]),
        "population at a date": (
            lambda: reg.population_at(
                fives, on="2015-07-01", **{k: v for k, v in CENSUS.items() if k != "deaths"}
            ),
            three[:2],
        ),
        "report, all tables": (
            lambda: reg.vital_statistics(
                events,
                event="births",
                year=2023,
                limit_days=30,
                sex="sex",
                place="place",
                mothers_age="mother",
                **reading,
            ),
            days,
        ),
        "Adair-Lopez, model 2": (
            lambda: reg.adair_lopez(rate, old, q5, 2015, model=2, country="Iraq"),
            [rate.to_numpy(), old.to_numpy(), q5.to_numpy()],
        ),
        "Whipple": (lambda: reg.whipple(ages), [ages.to_numpy()]),
        "Myers": (lambda: reg.myers(ages), [ages.to_numpy()]),
        "Bachi": (lambda: reg.bachi(ages), [ages.to_numpy()]),
        "Noumbissi": (lambda: reg.noumbissi(ages), [ages.to_numpy()]),
        "Spoorenberg": (lambda: reg.spoorenberg(ages), [ages.to_numpy()]),
        "Coale and Li": (lambda: reg.coale_li(ages), [ages.to_numpy()]),
        "Kannisto": (lambda: reg.kannisto(ages), [ages.to_numpy()]),
        "Jdanov": (lambda: reg.jdanov(ages, ages=(85, 90, 95)), [ages.to_numpy()]),
        "  all measures": (lambda: reg.heaping_table(ages), [ages.to_numpy()]),
        "UN age-sex accuracy": (lambda: reg.age_sex_accuracy(men, women), [men.to_numpy(), women.to_numpy()]),
        "process map": (
            lambda: reg.process_map(log, by="district"),
            [log["case"].to_numpy(), log["time"].to_numpy().view("int64")],
        ),
    }


def seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    few, many = methods(DISTRICTS // 10), methods(DISTRICTS)
    print(f"{'method, 300 districts':24}{'ms':>9}{'× numpy sum':>14}{'× 30 districts':>17}")
    for name, (call, columns) in many.items():
        small = few[name][0]

        def plain(columns: list[np.ndarray[Any, Any]] = columns) -> None:
            for column in columns:
                column.sum()

        call(), small(), plain()  # imports and caches are not what is timed
        best = np.min(
            [(seconds(call), seconds(small), min(seconds(plain) for _ in range(9))) for _ in range(rounds)],
            axis=0,
        )
        print(f"{name:24}{1000 * best[0]:9.2f}{best[0] / best[2]:14.0f}{best[0] / best[1]:17.1f}")


if __name__ == "__main__":
    main()
