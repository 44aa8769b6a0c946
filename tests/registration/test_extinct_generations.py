"""Extinct generations and its hybrid: published results, identities, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.registration import (
    adjusted_extinct_generations,
    adult_mortality,
    age_sensitivity,
    deaths_ratio_10_39_to_40_59,
    extinct_generations,
    growth_balance,
    open_age_expectation,
    three_methods,
)

# Lima and Queiroz, worked tables for Mozambique 1997-2007.
EXPECTATION = pd.Series({"female": 2.261886, "male": 3.817214})
ADJUSTED_EXPECTATION = pd.Series({"female": 2.371737, "male": 3.025021})


@pytest.mark.parametrize(
    ("ages", "published"),
    [((25, 55), {"female": 0.613236, "male": 0.899570}), ((15, 65), {"female": 0.623618, "male": 0.888104})],
)
def test_mozambique_is_as_published(
    mozambique: pd.DataFrame, census: dict[str, Any], ages: tuple[int, int], published: dict[str, float]
) -> None:
    result = extinct_generations(mozambique, ages=ages, open_expectation=EXPECTATION, by="sex", **census)
    assert result.completeness.round(6).to_dict() == published


@pytest.mark.parametrize(
    ("ages", "published"),
    [((25, 55), {"female": 0.632188, "male": 0.657710}), ((15, 65), {"female": 0.643077, "male": 0.646285})],
)
def test_the_hybrid_is_as_published(
    mozambique: pd.DataFrame, census: dict[str, Any], ages: tuple[int, int], published: dict[str, float]
) -> None:
    result = adjusted_extinct_generations(
        mozambique,
        ages=ages,
        balance_ages=(25, 55),
        open_expectation=ADJUSTED_EXPECTATION,
        by="sex",
        **census,
    )
    assert result.completeness.round(6).to_dict() == published
    balance = growth_balance(mozambique, ages=(25, 55), by="sex", **census)
    pd.testing.assert_series_equal(result.coverage_ratio, balance.coverage_ratio)


# Mozambique, females, censuses of 1997 and 2007: Lima and Queiroz, worked sheets for extinct generations, in
# AdultCoverage (commit 292d5de); seven digits of five of their rows.
WORKED = pd.DataFrame(
    {
        "growth_rate": [0.03718716, 0.02513025, 0.01527902, 0.01564544, 0.03532266],
        "deaths_rebuilt": [205303.8, 100357.5, 40360.51, 14996.11, 6728.774],
        "birthdays": [299501.2, 166897.3, 63129.17, 25287.56, 11113.3],
        "completeness": [0.6854858, 0.6013129, 0.6393323, 0.593023, 0.6054706],
        "completeness, adjusted": [0.7195455, 0.6242423, 0.6575717, 0.604209, 0.6143641],
    },
    index=[5, 25, 45, 65, 75],
)


def test_the_worked_rows_are_as_published(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    plain = extinct_generations(women, ages=(25, 55), open_expectation=2.261886, **census).points
    adjusted = adjusted_extinct_generations(
        women, ages=(25, 55), balance_ages=(25, 55), open_expectation=2.371737, **census
    ).points
    ours = plain.set_index("age").loc[WORKED.index]
    ours["completeness, adjusted"] = adjusted.set_index("age")["completeness"]
    # The published expectations of life are printed with six decimals, which limits the agreement.
    for column in WORKED:
        np.testing.assert_allclose(ours[column], WORKED[column], rtol=2e-6, err_msg=column)


def stationary(completeness: float) -> pd.DataFrame:
    """A population that does not grow, and whose deaths above an age are its birthdays at that age."""
    ages = np.arange(0, 85, 5)
    people = 1e5 * np.exp(-0.004 * ages - 0.0005 * np.maximum(ages - 40, 0) ** 2)
    birthdays = np.append(np.inf, np.sqrt(people[:-1] * people[1:]) / 5)
    birthdays[0] = 1.2 * birthdays[1]
    deaths = birthdays - np.append(birthdays[1:], 0)
    table = {"age": ages, "census_1": people, "census_2": people, "deaths": completeness * deaths}
    return pd.DataFrame(table)


KEYS: dict[str, Any] = {
    "population": ("census_1", "census_2"),
    "deaths": "deaths",
    "dates": ("2000-01-01", "2010-01-01"),
    "ages": (15, 65),
}


@given(c=st.floats(0.01, 1.5), years=st.floats(0.5, 20))
@settings(max_examples=40, deadline=None)
def test_without_growth_completeness_is_exact_and_the_open_group_plays_no_part(
    c: float, years: float
) -> None:
    result = extinct_generations(stationary(c), open_expectation=years, **KEYS)
    assert result.completeness == pytest.approx(c, rel=1e-9)
    row = result.estimates.iloc[0]
    assert row["lowest"] == pytest.approx(row["highest"], rel=1e-9)
    hybrid = adjusted_extinct_generations(
        stationary(c), open_expectation=years, balance_ages=(15, 65), **KEYS
    )
    assert hybrid.completeness == pytest.approx(c, rel=1e-6)


@pytest.mark.filterwarnings("ignore:completeness of")
@given(k=st.floats(0.8, 1.25))
@settings(max_examples=30, deadline=None)
def test_a_change_of_coverage_tilts_the_ages_and_the_hybrid_evens_them(k: float) -> None:
    table = stationary(0.8)
    table["census_1"] *= k
    plain = extinct_generations(table, open_expectation=4, **KEYS).estimates.iloc[0]
    hybrid = adjusted_extinct_generations(table, open_expectation=4, balance_ages=(15, 65), **KEYS)
    assert hybrid.coverage_ratio == pytest.approx(k, rel=1e-6)
    assert hybrid.completeness == pytest.approx(0.8, rel=1e-6)
    spread = plain["highest"] - plain["lowest"]
    assert spread >= hybrid.estimates["highest"].iloc[0] - hybrid.estimates["lowest"].iloc[0] - 1e-9


@pytest.mark.filterwarnings("ignore:completeness of")
@given(factor=st.floats(0.1, 5))
@settings(max_examples=20, deadline=None)
def test_completeness_is_proportional_to_deaths(factor: float) -> None:
    table = stationary(0.5)
    table["census_2"] *= 1.2
    one = extinct_generations(table, open_expectation=4, **KEYS).completeness
    table["deaths"] *= factor
    assert extinct_generations(table, open_expectation=4, **KEYS).completeness == pytest.approx(factor * one)


def test_it_prints_in_one_line_and_plots(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    result = extinct_generations(mozambique, ages=(25, 55), open_expectation=EXPECTATION, by="sex", **census)
    assert (
        repr(result)
        == "Extinct generations of 2 populations, ages 25 to 55: completeness female 61.3%, male 90.0%"
    )
    assert result.plot(population="male").get_title(loc="left").startswith("male: 90%")
    assert "61% to 90%" in result.plot().get_title(loc="left")


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        (0, "open_expectation: a value is zero"),
        (-3, r"open_expectation: a count is negative|is negative"),
        (75, "open_expectation: 75 is out of range. Give the remaining years of life"),
        ([3.0, 4.0], "there are 2 values for 1 populations"),
        (float("nan"), "open_expectation: a value is missing"),
        ({"female": 3}, "open_expectation: some values are not numbers"),
    ],
)
def test_an_impossible_expectation_is_refused(expectation: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        extinct_generations(stationary(0.5), open_expectation=expectation, **KEYS)


def test_a_population_without_an_expectation_is_named(
    mozambique: pd.DataFrame, census: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match="there is none for 'male'"):
        extinct_generations(
            mozambique, ages=(25, 55), open_expectation=EXPECTATION[["female"]], by="sex", **census
        )


def test_a_population_named_twice_is_refused(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    twice = pd.Series([3.0, 4.0, 3.5], ["female", "female", "male"])
    with pytest.raises(InputError, match="open_expectation: a population occurs twice"):
        extinct_generations(mozambique, ages=(25, 55), open_expectation=twice, by="sex", **census)


def test_where_the_growth_balance_has_no_estimate_the_hybrid_has_none() -> None:
    nobody_dies = stationary(0.5).assign(deaths=0)
    assert extinct_generations(nobody_dies, open_expectation=4, **KEYS).completeness == 0
    hybrid = adjusted_extinct_generations(nobody_dies, open_expectation=4, balance_ages=(15, 65), **KEYS)
    assert repr(hybrid).endswith("no estimate, the growth balance has none")
    assert hybrid.plot().get_title(loc="left") == "no estimate: the growth balance has none"


def test_the_ratio_of_deaths_is_as_published(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    ratio = deaths_ratio_10_39_to_40_59(mozambique, by="sex", **census)
    assert ratio.round(6).to_dict() == {"female": 1.451016, "male": 0.952929}
    with pytest.raises(InputError, match="age: groups run from 5 to 80"):
        deaths_ratio_10_39_to_40_59(mozambique[mozambique["age"] > 0], by="sex", **census)


def test_the_expectation_is_read_off_the_printed_table() -> None:
    # Bennett and Horiuchi (1984), page 221: levels 3, 7 and 25.
    assert open_age_expectation(1.161, sex="male") == 3.35
    assert open_age_expectation(0.930, sex="male") == 3.90
    assert open_age_expectation(0.117, sex="female", open_age=75) == 10.17
    assert open_age_expectation(1.376, sex="female") == 3.57


@given(st.floats(0.01, 3), st.floats(0.01, 3), st.sampled_from(["female", "male"]), st.sampled_from([75, 80]))
def test_heavier_young_mortality_never_means_longer_old_age(a: float, b: float, sex: Any, age: Any) -> None:
    low, high = sorted((a, b))
    assert open_age_expectation(low, sex=sex, open_age=age) >= open_age_expectation(
        high, sex=sex, open_age=age
    )


def test_a_sex_or_age_outside_the_printed_table_is_refused() -> None:
    with pytest.raises(InputError, match="sex: 'both' is not a choice"):
        open_age_expectation(0.9, sex="both")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="open_age: 90 is not a choice. Choose 75 or 80"):
        open_age_expectation(0.9, sex="female", open_age=90)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="ratio: a value is zero"):
        open_age_expectation(0, sex="female")


@pytest.mark.parametrize("k", [0.9, 0.97, 1.0, 1.08])
def test_methods_that_stand_on_other_censuses_meet_on_the_fuller_one(k: float) -> None:
    """Nobody migrates, nothing grows, completeness is 0.8: only the coverage of census 2 differs."""
    table = stationary(0.8)
    table["census_2"] *= k
    found = three_methods(table, open_expectation=4, **KEYS)
    balance, hybrid = found.table.loc["growth balance"], found.table.loc["hybrid"]
    assert hybrid["completeness"] == pytest.approx(0.8 / k, rel=1e-6)
    assert balance["completeness"] == pytest.approx(0.8 / k**0.5, rel=1e-6)
    for row in (balance, hybrid):
        assert row["completeness_full_census"] == pytest.approx(0.8 / max(k, 1), rel=1e-6)
    assert any("do not cover alike" in note for note in found.notes) == (k != 1)
    # Death rates stand on both censuses; a hybrid is brought to them.
    keys = {name: KEYS[name] for name in ("population", "deaths", "dates")}
    surface = age_sensitivity(table, method="hybrid", open_expectation=4, **keys)
    rates = adult_mortality(table, completeness=surface, **keys)
    assert rates.table["completeness"].iloc[0] == pytest.approx(0.8 / k**0.5, rel=1e-6)
