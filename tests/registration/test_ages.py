"""Ages as offices write them: in any order, in other groups than five years; and totals taken for a year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bordercourse.errors import CourseWarning, InputError
from bordercourse.registration import (
    adjusted_extinct_generations,
    brass_growth_balance,
    deaths_ratio_10_39_to_40_59,
    direct_completeness,
    extinct_generations,
    growth_balance,
    regroup_ages,
)

COLUMNS = ("population_1997", "population_2007", "household_deaths_per_year")
METHODS = [
    (growth_balance, {"ages": (25, 55)}),
    (extinct_generations, {"ages": (25, 55), "open_expectation": 2.5}),
    (
        adjusted_extinct_generations,
        {"ages": (15, 65), "balance_ages": (25, 55), "open_expectation": 2.5},
    ),
]


def abridged(table: pd.DataFrame) -> pd.DataFrame:
    """Split the group 0 to 4 into 0 and 1 to 4, as life tables and censuses print it."""
    first = table[table["age"] == 0]
    infants = first.assign(**{c: (first[c] * 0.25).astype("float64") for c in COLUMNS})
    small = first.assign(age=1, **{c: (first[c] * 0.75).astype("float64") for c in COLUMNS})
    return pd.concat([infants, small, table[table["age"] > 0]], ignore_index=True)


@pytest.mark.parametrize(("method", "how"), METHODS)
def test_rows_in_any_order_are_sorted_and_it_is_said(
    mozambique: pd.DataFrame, census: dict[str, Any], method: Any, how: dict[str, Any]
) -> None:
    plain = method(mozambique, by="sex", **how, **census)
    mixed = method(mozambique.sample(frac=1, random_state=7), by="sex", **how, **census)
    assert mixed.completeness.sort_index().tolist() == plain.completeness.sort_index().tolist()
    assert plain.notes == ()
    assert mixed.notes == ("the rows were sorted by age.",)
    assert str(mixed).endswith("Note: the rows were sorted by age.")
    assert "Note: the rows were sorted by age." in mixed._repr_html_()


@pytest.mark.parametrize(("method", "how"), METHODS)
def test_infants_apart_are_joined_and_it_is_said(
    mozambique: pd.DataFrame, census: dict[str, Any], method: Any, how: dict[str, Any]
) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    joined = method(abridged(women), **how, **census)
    assert joined.completeness == pytest.approx(method(women, **how, **census).completeness, rel=1e-12)
    assert "joined into groups of five years" in joined.notes[0]


def test_single_years_are_joined(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    closed = women[women["age"] < 80]
    fifth = closed.assign(**{column: closed[column].astype(float) / 5 for column in COLUMNS})
    years = pd.concat([fifth.assign(age=fifth["age"] + i) for i in range(5)] + [women[women["age"] == 80]])
    assert len(years) == 81
    single = growth_balance(years, ages=(25, 55), **census)
    assert single.completeness == pytest.approx(growth_balance(women, ages=(25, 55), **census).completeness)
    assert len(single.notes) == 2


def test_ages_that_cannot_be_joined_are_refused(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = abridged(mozambique[mozambique["sex"] == "female"])
    with pytest.raises(InputError, match="no group that starts at 0, and one at 1"):
        growth_balance(women[women["age"] != 0], ages=(25, 55), **census)
    tens = women[(women["age"] % 10 == 0) | (women["age"] == 1)]
    with pytest.raises(InputError, match="age 10 follows age 0.*five-year groups without a gap"):
        growth_balance(tens, ages=(25, 55), **census)


def test_a_plain_number_warns_of_what_was_done(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    with pytest.warns(CourseWarning, match="sorted by age") as caught:
        mixed = deaths_ratio_10_39_to_40_59(women.iloc[::-1], **census)
    assert {one.filename for one in caught if one.category is CourseWarning} == {__file__}
    assert mixed == deaths_ratio_10_39_to_40_59(women, **census)


def test_regrouping_keeps_every_person_and_moves_the_open_age(mozambique: pd.DataFrame) -> None:
    table = abridged(mozambique[mozambique["sex"] == "female"]).assign(place="A")
    both = pd.concat([table, table.assign(place="B")]).sample(frac=1, random_state=1)
    made = regroup_ages(both, counts=list(COLUMNS), by="place", open_age=75)
    assert list(made.columns) == ["place", "age", *COLUMNS]
    assert made.groupby("place")["age"].agg(list).loc["A"] == list(range(0, 80, 5))
    for column in COLUMNS:
        assert made[column].sum() == pytest.approx(2 * table[column].sum())
    oldest = made.query("age == 75 and place == 'B'")["population_2007"].item()
    assert oldest == pytest.approx(table.loc[table["age"] >= 75, "population_2007"].sum())
    assert regroup_ages(table, counts=COLUMNS[0])["age"].max() == 80


@pytest.mark.parametrize("open_age", [85, 82])
def test_an_open_age_that_no_group_starts_is_refused(mozambique: pd.DataFrame, open_age: int) -> None:
    with pytest.raises(InputError, match=f"open_age: {open_age} cannot be the first age.*up to 80"):
        regroup_ages(mozambique, counts=list(COLUMNS), by="sex", open_age=open_age)


@pytest.mark.parametrize(("method", "how"), METHODS)
def test_deaths_of_the_whole_period_are_brought_to_a_year(
    mozambique: pd.DataFrame, census: dict[str, Any], method: Any, how: dict[str, Any]
) -> None:
    years = 3652 / 365.25
    deaths = "household_deaths_per_year"
    total = mozambique.assign(**{deaths: mozambique[deaths].astype(float) * years})
    yearly = method(mozambique, by="sex", **how, **census)
    told = method(total, by="sex", deaths_are="total", **how, **census)
    np.testing.assert_allclose(told.completeness, yearly.completeness, rtol=1e-12)
    assert told.notes == ()
    with pytest.warns(CourseWarning, match='say deaths_are="total"') as caught:
        slipped = method(total, by="sex", **how, **census)
    assert {one.filename for one in caught if one.category is CourseWarning} == {__file__}
    assert "is hardly possible" in slipped.notes[0]
    assert "in female and 1 more" in slipped.notes[0]


def test_a_total_given_twice_over_names_another_slip(
    mozambique: pd.DataFrame, census: dict[str, Any]
) -> None:
    thousands = mozambique.assign(
        population_1997=mozambique["population_1997"] / 1000,
        population_2007=mozambique["population_2007"] / 1000,
    )
    with pytest.warns(CourseWarning, match="counted in the same unit"):
        growth_balance(thousands, ages=(25, 55), by="sex", deaths_are="total", **census)
    with pytest.warns(CourseWarning, match="those of one year"):
        brass_growth_balance(
            thousands,
            population="population_2007",
            deaths="household_deaths_per_year",
            ages=(25, 55),
            by="sex",
        )


def test_more_registered_than_can_be_is_shown_with_the_likely_slip() -> None:
    with pytest.warns(CourseWarning, match="the same period and the same unit"):
        result = direct_completeness(pd.Series({"N": 900, "S": 90}), pd.Series({"N": 100, "S": 100}))
    assert result.by_area.tolist() == [9.0, 0.9]
    assert "completeness of 900% in N is hardly possible" in str(result)
    assert direct_completeness(149, 100).notes == ()


def test_growth_balance_prints_both_values_by_name(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    men = growth_balance(mozambique[mozambique["sex"] == "male"], ages=(25, 55), **census)
    # sqrt(k1 k2) / slope with the better census complete: k1 = 0.898589, k2 = 1.
    adjusted = 0.898589**0.5 / 1.424017
    assert men.completeness_full_census == pytest.approx(adjusted, abs=1e-6)
    assert repr(men) == (
        f"Growth balance, ages 25 to 59: completeness 70.2% (1 / slope 1.4240), adjusted for relative "
        f"coverage {adjusted:.1%} (census 1 / census 2 0.8986)"
    )
