"""Our values beside those of R's packages on the same data: `values.csv`, made by `make_values.R`.

Print all of them with their differences:

    python -m tests.registration.reference.comparing
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from bordercourse import registration as reg
from tests.registration.test_age_quality import PASEX

HERE = Path(__file__).parent
PUBLISHED = pd.read_csv(HERE / "values.csv", comment="#")
INPUTS = pd.read_csv(HERE / "inputs.csv", comment="#")
LINES: dict[str, Any] = {
    "oldschool": "sd", "ols": "least squares", "orthogonal": "orthogonal", "tukey": "resistant"
}  # fmt: skip
#: What may lie between, where fertestr rounds to three decimals: F and P/F; all rates of a total; the logit
#: by which a life table is moved (four decimals).
TOLERANCE = {
    ("fertBrassPF", "F"): 5.1e-4, ("fertBrassPF", "PF"): 6e-4, ("fertBrassPF", "tfr"): 0.0175,
    ("fertBrassPF.cltrss", "PF"): 5.1e-4, ("fertBrassPF.cltrss", "tfr"): 0.0175,
    ("FertRevSurvx5c", "TFR"): 2e-4,
}  # fmt: skip
Value = tuple[str, str, str, str, float]


def census(case: str) -> dict[str, Any]:
    """The table of one case, and the inputs that go with it."""
    rows = INPUTS[INPUTS["case"] == case].drop(columns="case")
    given: dict[str, Any] = {"population": ("population_1", "population_2"), "deaths": "deaths"}
    if case == "South Africa":
        given |= {"dates": ("2001-10-10", "2007-02-15"), "deaths_are": "total"}
        given |= {"migration": "migrants", "migration_are": "total"}
    else:
        given |= {"dates": ("1991-09-01", "2000-08-01")}
        rows = rows.drop(columns="migrants")
    return {"table": rows, **given}


def balances(case: str) -> Iterator[Value]:
    given = census(case)
    for theirs, ours in LINES.items():
        found = reg.growth_balance(**given, ages=(15, 60), line=ours, growth="increment")
        for name, value in {
            "coverage": found.completeness_full_census, "intercept": found.intercept, "slope": found.slope
        }.items():  # fmt: skip
            yield "DDM", "ggb", case, f"{theirs} {name}", value


def generations(case: str) -> Iterator[Value]:
    given = {**census(case), "ages": (15, 60), "open_expectation": 5, "compared": "groups"}
    names = {"mean": "completeness", "median": "median", "lower": "lower_quartile", "upper": "upper_quartile"}
    plain = reg.extinct_generations(**given).estimates.iloc[0]
    for theirs, ours in {**names, "weighted": "trimean"}.items():
        yield "DDM", "seg", case, theirs, plain[ours]
    hybrid = {**given, "balance_ages": (15, 60), "growth": "increment"}
    delta = reg.adjusted_extinct_generations(**hybrid, adjust="growth").estimates.iloc[0]
    for theirs in ("mean", "median"):
        yield "DDM", "seg", case, f"delta {theirs}", delta[names[theirs]]
    evened = reg.adjusted_extinct_generations(**hybrid).estimates.iloc[0]
    for theirs, ours in names.items():
        yield "DDM", "ggbseg", case, theirs, evened[ours]


def chosen_ages(case: str) -> Iterator[Value]:
    given = {**census(case), "least_ages": 8, "growth": "increment"}
    for fit in ("r2", "rmse"):
        row = reg.age_sensitivity(**given, fit=fit).best.iloc[0]
        for theirs, column in {
            "first": "first", "last": "last", "coverage": "completeness_full_census"
        }.items():  # fmt: skip
            yield "DDM", "ggb", case, f"{fit} {theirs}", row[column]
    given = {**given, "method": "extinct generations", "open_expectation": 5, "compared": "groups"}
    row = reg.age_sensitivity(**given).best.iloc[0]
    for theirs, column in {"first": "first", "last": "last", "mean": "completeness"}.items():
        yield "DDM", "seg", case, f"rmse {theirs}", row[column]


def heaps() -> Iterator[Value]:
    case = "PASEX males"
    males = pd.Series([float(count) for count in PASEX.split()], index=range(100))
    for digit, ratio in reg.noumbissi(males).ratios.iloc[0].items():
        yield "DemoTools", "check_heaping_noumbissi", case, f"digit {digit}", ratio
    yield "DemoTools", "check_heaping_spoorenberg", case, "index", reg.spoorenberg(males).value
    old = reg.coale_li(males, first=65, last=95).ratios.iloc[0]
    for digit in (0, 5):
        yield "DemoTools", "check_heaping_coale_li", case, f"digit {digit}", old[digit]
    for age, ratio in reg.kannisto(males, ages=(85, 90, 95)).ratios.iloc[0].items():
        yield "DemoTools", "check_heaping_kannisto", case, f"age {age}", ratio
    yield (
        "DemoTools", "check_heaping_jdanov", case, "ages 85 90 95", reg.jdanov(males, ages=(85, 90, 95)).value
    )  # fmt: skip


def lives() -> Iterator[Value]:
    rows = INPUTS[INPUTS["case"] == "Brazil 29"].set_index("age")
    rates = rows["deaths"] / (rows["population_1"] * rows["population_2"]) ** 0.5
    sexes: dict[str, Any] = {"f": "female", "m": "male"}
    for letter, sex in sexes.items():
        life = reg.abridged_life_table(rates, sex=sex)
        found = {
            "a0": life.at("a", 0), "a1": life.at("a", 1), "q0": life.at("q", 0), "q1": life.at("q", 1),
            "q60": life.at("q", 60), "l60": life.at("l", 60), "e0": life.at("e", 0), "e60": life.at("e", 60),
            "45q15": life.probability(15, 60),
        }  # fmt: skip
        for name, value in found.items():
            yield "DemoTools", "lt_id", f"Brazil 29 rates as {letter}", name, value


MOTHERS = range(15, 50, 5)
MALAWI = {
    "parity": pd.Series([0.283, 1.532, 2.849, 4.185, 5.214, 6.034, 6.453], index=MOTHERS),
    "rates": pd.Series([0.111, 0.245, 0.230, 0.195, 0.147, 0.072, 0.032], index=MOTHERS),
}
BANGLADESH = {
    "parity": pd.Series([0.385, 1.847, 3.485, 4.917, 5.861, 6.194, 6.084], index=MOTHERS),
    "rates": pd.Series([0.1063, 0.2296, 0.2154, 0.1825, 0.1339, 0.0644, 0.0336], index=MOTHERS),
}


def births() -> Iterator[Value]:
    brass = reg.parity_fertility_ratio(**MALAWI, multipliers="Brass", ages=(20,))
    survey = reg.parity_fertility_ratio(**BANGLADESH, mothers_age_at="survey")
    birth = reg.parity_fertility_ratio(**BANGLADESH, mothers_age_at="birth")
    for method, case, found in (
        ("fertBrassPF", "Malawi 2008", brass),
        ("fertBrassPF.cltrss", "Bangladesh 1974 shifted", survey),
        ("fertBrassPF.cltrss", "Bangladesh 1974", birth),
    ):
        for age, row in found.table.droplevel(0).iterrows():
            yield "fertestr", method, case, f"F {age}", row["cumulated"]
            yield "fertestr", method, case, f"PF {age}", row["ratio"]
        yield "fertestr", method, case, "tfr", found.estimates["tfr_adjusted"].iloc[0]
    back = reg.reverse_survival(**CAMBODIA).table
    for period, row in back.rename(index=lambda years: years.replace(" to ", "-")).iterrows():
        yield (
            "fertestr",
            "FertRevSurvx5c",
            "Cambodia 2008",
            f"births {period}",
            row["births"],
        )
        yield (
            "fertestr",
            "FertRevSurvx5c",
            "Cambodia 2008",
            f"TFR {period}",
            row["tfr"],
        )


CAMBODIA: dict[str, Any] = {
    "children": pd.Series([1376790, 1472470, 1673110], index=[0, 5, 10]),
    "women": pd.Series(
        [815930, 780320, 697160, 626430, 361650, 435880, 393760, 352520, 294280, 230200, 160590],
        index=range(10, 65, 5),
    ),
    "children_lived": pd.Series([4.71985, 4.65228, 4.62406], index=[0, 5, 10]),
    "women_survivors": pd.Series(
        [
            *(0.91381, 0.90989, 0.90492, 0.89798, 0.88893, 0.87596),
            *(0.86029, 0.84188, 0.81791, 0.78472, 0.73735, 0.67316),
        ],
        index=range(10, 70, 5),
    ),
    "women_45q15": [0.1946, 0.2290, 0.2674],
    "pattern": pd.Series([0, 0.0418, 0.1535, 0.1482, 0.1118, 0.0708, 0.0301, 0.0032], index=range(10, 50, 5)),
    "pattern_before": pd.Series(
        [0, 0.0533, 0.1974, 0.2144, 0.1836, 0.1332, 0.0676, 0.0134], index=range(10, 50, 5)
    ),
}


def ours() -> pd.DataFrame:
    """Every value that both have, with ours beside theirs."""
    rows: list[Value] = []
    rows += [*heaps(), *lives(), *births()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in INPUTS["case"].unique():
            rows += [*balances(case), *generations(case), *chosen_ages(case)]
    keys = ["package", "method", "case", "name"]
    return PUBLISHED.merge(pd.DataFrame(rows, columns=[*keys, "ours"]), on=keys, validate="1:1")


if __name__ == "__main__":
    table = ours()
    table["difference"] = table["ours"] - table["value"]
    print(table.to_string(index=False))
    print(f"{len(table)} values, largest difference {table['difference'].abs().max():.2g}")
