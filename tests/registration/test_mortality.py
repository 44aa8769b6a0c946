"""Completeness used: 45q15 before and after, life tables, and the three methods on one page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bordercourse.errors import InputError
from bordercourse.registration import (
    abridged_life_table,
    adult_mortality,
    age_sensitivity,
    growth_balance,
    three_methods,
)


def test_mozambique_is_as_published(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    found = adult_mortality(women, completeness=0.657587, **census)
    assert (round(found.reported, 4), round(found.adjusted, 4)) == (0.3989, 0.5390)
    assert "by the choice of ages" not in str(found)


def test_the_interval_is_that_of_the_ages(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    surface = age_sensitivity(mozambique, by="sex", **census)
    found = adult_mortality(mozambique, completeness=surface, by="sex", **census)
    span = surface.interval()
    for sex in ("female", "male"):
        row = found.table.loc[sex]
        assert row["q_reported"] < row["q_low"] < row["q_adjusted"] <= row["q_high"]
        one = mozambique[mozambique["sex"] == sex]
        low = adult_mortality(one, completeness=span.loc[sex, "high"], **census)
        assert row["q_low"] == pytest.approx(low.adjusted)
    rates = found.rates
    assert (rates["adjusted"] / rates["reported"]).round(9).nunique() == 2
    assert rates["age"].min() == 15
    assert str(found).startswith("45q15 female 0.399 as reported")
    assert "; male 0.499 as reported" in str(found)


def test_a_series_goes_by_names_and_not_by_order(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    shares = growth_balance(mozambique, ages=(25, 55), by="sex", **census).completeness
    straight = adult_mortality(mozambique, completeness=shares, by="sex", **census)
    turned = adult_mortality(mozambique, completeness=shares[::-1], by="sex", **census)
    pd.testing.assert_frame_equal(straight.table, turned.table)
    with pytest.raises(InputError, match="none for 'male'"):
        adult_mortality(mozambique, completeness=shares[["female"]], by="sex", **census)
    surface = age_sensitivity(mozambique, by="sex", **census)
    with pytest.raises(InputError, match="other populations"):
        adult_mortality(mozambique[mozambique["sex"] == "male"], completeness=surface, **census)


def test_total_deaths_give_the_same(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    years = 3652 / 365.25
    total = women.assign(household_deaths_per_year=women["household_deaths_per_year"] * years)
    yearly = adult_mortality(women, completeness=0.7, **census)
    assert adult_mortality(total, completeness=0.7, deaths_are="total", **census).adjusted == pytest.approx(
        yearly.adjusted
    )


AGES = [0, 1, *range(5, 85, 5)]


def test_constant_rates_give_an_expectation_near_one_over_the_rate() -> None:
    life = abridged_life_table(pd.Series(0.02, index=AGES), sex="female")
    assert life.at("e", 0) == pytest.approx(50, rel=0.01)
    assert life.at("e", 80) == pytest.approx(50)
    assert life.at("l", 0) == 1
    assert life.table["d"].sum() == pytest.approx(1)


def test_many_life_tables_at_once_are_each_as_alone() -> None:
    rates = pd.DataFrame({"North": 0.01, "South": 0.03}, index=AGES)
    both = abridged_life_table(rates, sex="male")
    for name in rates:
        alone = abridged_life_table(rates[name], sex="male")
        np.testing.assert_allclose(both.table.loc[name].to_numpy(), alone.table.to_numpy())
    assert both.probability(15, 60)["North"] < both.probability(15, 60)["South"]
    assert "2 life tables" in str(both)
    assert len(both.plot().lines) == 3


def test_high_infant_mortality_takes_the_constants_of_the_model() -> None:
    rates = pd.Series([0.2, 0.03, *[0.01] * 16], index=AGES)
    assert abridged_life_table(rates, sex="female").at("a", 0) == 0.35
    assert abridged_life_table(rates, sex="male").at("a", 1) == 1.352


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        (pd.Series(12.0, index=AGES), "per 1,000"),
        (pd.Series(0.01, index=[0, 5, 10, 15]), "abridged life table"),
        (pd.Series(0.01, index=[0, 1, 5, 15]), "abridged life table"),
        (pd.Series([*[0.01] * 17, 0.0], index=AGES), "open group has no deaths"),
        (pd.Series(0.01, index=["a", "b", "c"]), "no ages"),
    ],
)
def test_what_is_no_life_table_is_said(rates: pd.Series[float], told: str) -> None:
    with pytest.raises(InputError, match=told):
        abridged_life_table(rates, sex="female")


def test_a_life_table_of_adults_may_begin_at_fifteen(
    mozambique: pd.DataFrame, census: dict[str, Any]
) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    found = adult_mortality(women, completeness=0.657587, **census)
    life = abridged_life_table(found.rates.set_index("age")["adjusted"], sex="female")
    assert life.probability(15, 60) == pytest.approx(found.adjusted)


def test_three_methods_are_what_each_gives_alone(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    expectation = pd.Series({"female": 2.26, "male": 3.82})
    found = three_methods(mozambique, ages=(25, 55), open_expectation=expectation, by="sex", **census)
    balance = growth_balance(mozambique, ages=(25, 55), by="sex", **census)
    for sex in ("female", "male"):
        rows = found.table.loc[sex]
        assert list(rows.index) == ["growth balance", "extinct generations", "hybrid"]
        assert rows.loc["growth balance", "completeness"] == balance.completeness[sex]
        assert rows.loc["hybrid", "coverage_ratio"] == balance.coverage_ratio[sex]
        assert (rows["low"] <= rows["high"]).all()
    assert str(found).startswith("Three methods: female growth balance 65.8%")
    assert "; male growth balance 70.2%" in str(found)
    with pytest.raises(InputError, match="there are 2 populations"):
        found.page()
    page = found.page("male")
    assert len([ax for ax in page.axes if ax.get_xlabel()]) == 4
    assert len(found.plot().lines) == 2


def test_a_result_is_no_completeness(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    found = growth_balance(women, ages=(25, 55), **census)
    with pytest.raises(InputError, match="completeness: this is GrowthBalance"):
        adult_mortality(women, completeness=found, **census)
