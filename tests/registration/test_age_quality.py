"""Age heaping and age-sex accuracy: published values, identities, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.registration import age_sex_accuracy, bachi, myers, whipple

AGES = np.arange(100)


# Males by single year, 0 to 99: U.S. Census Bureau, Population Analysis System, sheet PASEX.
PASEX = """
80626 95823 104315 115813 100796 105086 97266 116328 75984 89982 95525 56973 78767 65672 53438 85014 47600
64363 42195 42262 73221 30080 34391 29072 20531 66171 24029 44227 24128 23599 82088 16454 22628 17108 12531
57325 17220 28425 16206 17532 65976 11593 15828 13541 8133 44696 11165 18543 12614 12041 55798 9324 10772
10453 6773 28358 9916 13348 8039 7583 42470 5288 5317 6582 3361 17949 3650 5873 3279 3336 27368 1965 2495
2319 1335 12022 1401 1668 1360 1185 9167 424 568 462 282 6206 343 409 333 291 4137 133 169 157 89 2068 68 81
66 57
"""
# Thousands of people by five-year age group, 0 to 75 and over: the same system, sheet AGESEX.
AGESEX = {
    "males": [4677, 4135, 3825, 3647, 3247, 2802, 2409, 2212, 1786, 1505, 1390, 984, 745, 537, 346, 335],
    "females": [4544, 4042, 3735, 3647, 3309, 2793, 2353, 2112, 1691, 1409, 1241, 887, 697, 525, 348, 366],
}


@pytest.fixture(scope="module")
def males() -> pd.Series[float]:
    return pd.Series([float(count) for count in PASEX.split()], index=AGES)


def test_pasex_is_as_published(males: pd.Series[float]) -> None:
    assert round(whipple(males).value / 100, 2) == 2.34
    assert round(whipple(males).value, 2) == 233.87
    assert round(myers(males).value, 2) == 23.63


def test_bachi_is_the_mean_of_two_ranges_a_year_apart(males: pd.Series[float]) -> None:
    # Not printed by the sheet: worked out range by range, as the docstring says it.
    people = males.to_numpy()
    share = []
    for digit in range(10):
        start = next(age for age in range(23, 28) if age % 5 == digit % 5)
        parts = [people[first : first + 50] for first in (start, start + 1)]
        ages = [np.arange(first, first + 50) for first in (start, start + 1)]
        share.append(np.mean([p[a % 10 == digit].sum() / p.sum() for p, a in zip(parts, ages, strict=True)]))
    assert bachi(males).value == pytest.approx(50 * np.abs(np.array(share) - 0.1).sum(), rel=1e-12)
    assert round(bachi(males).value, 2) == 28.94


def test_pas_agesex_is_as_published() -> None:
    table = 1000 * pd.DataFrame(AGESEX, index=range(0, 80, 5))
    row = age_sex_accuracy(table["males"], table["females"]).table.iloc[0].round(3)
    assert row.to_dict() == {
        "sex_ratio_score": 2.249,
        "male_age_ratio_score": 3.907,
        "female_age_ratio_score": 3.655,
        "joint_score": 14.308,
    }


@pytest.mark.parametrize(("method", "even"), [(whipple, 100), (myers, 0), (bachi, 0)])
def test_no_preference(method: Callable[..., Any], even: float) -> None:
    result = method(pd.Series(7, index=AGES))
    assert result.value == pytest.approx(even, abs=1e-9)
    np.testing.assert_allclose(result.digits, 10)


@given(digit=st.integers(0, 9))
def test_all_ages_end_in_one_digit(digit: int) -> None:
    people = pd.Series(1000 * (digit == AGES % 10), index=AGES)
    for method in (myers, bachi):
        result = method(people)
        assert result.value == pytest.approx(90)
        assert result.digits.iloc[0].idxmax() == digit
    assert whipple(people).value == pytest.approx(500 if digit % 5 == 0 else 0, abs=1e-9)


COUNTS = st.lists(st.integers(1, 10_000), min_size=100, max_size=100)


@given(COUNTS, st.integers(2, 50))
@settings(max_examples=30, deadline=None)
def test_bounds_and_scale(counts: list[int], factor: int) -> None:
    people = pd.Series(counts, index=AGES)
    for method, low, high in ((whipple, 0, 500), (myers, 0, 90), (bachi, 0, 90)):
        index = method(people).value
        assert low - 1e-9 <= index <= high + 1e-9
        assert method(people * factor).value == pytest.approx(index, abs=1e-9)


@given(COUNTS, st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_myers_follows_the_digits_when_they_are_renamed(counts: list[int], shift: int) -> None:
    # The same counts at ages ten years later have the same digits and the same index.
    people = pd.Series(counts, index=AGES)
    later = pd.Series(counts, index=AGES + 10)
    assert myers(people, first=10, last=89).value == pytest.approx(myers(later, first=20, last=99).value)
    # Starting at another digit only renames the digits of a pattern that repeats every ten ages.
    pattern = pd.Series(np.resize(counts[:10], 110), index=np.arange(110))
    one = myers(pattern, first=10, last=89)
    two = myers(pattern, first=10 + shift, last=89 + shift)
    np.testing.assert_allclose(one.digits, two.digits, atol=1e-9)


def test_many_populations_equal_one_at_a_time(males: pd.Series[float]) -> None:
    table = pd.DataFrame({"as published": males, "even": 50, "mixed": males + 5000})
    for method in (whipple, myers, bachi):
        result = method(table)
        assert result.value.to_dict() == pytest.approx({n: method(table[n]).value for n in table})
        assert result.value["even"] < result.value["mixed"] < result.value["as published"]


@pytest.mark.parametrize("kind", ["Int64", "int64[pyarrow]", "object", "int16"])
def test_tables_of_every_kind_of_number_are_read_and_a_gap_is_refused(kind: str) -> None:
    plain = pd.DataFrame({"A": 10 + AGES % 5, "B": 10 + AGES % 7}, index=AGES)
    table = plain.astype(kind)
    for method in (whipple, myers, bachi):
        pd.testing.assert_series_equal(method(table).indices, method(plain).indices)
    if kind != "int16":
        gap = table.copy()
        gap.loc[40, "A"] = pd.NA
        with pytest.raises(InputError, match="counts: a value is missing"):
            whipple(gap)
    with pytest.raises(InputError, match="counts: some values are not numbers"):
        whipple(table.assign(B=True))


def test_age_sex_accuracy_of_many_populations_and_its_parts() -> None:
    ages = np.arange(0, 80, 5)
    rising = pd.DataFrame({"A": 100.0, "B": 100.0}, index=ages)
    # One group of men twice as large: the sex ratio steps up and down by 100 in 14 steps.
    rising.loc[40, "B"] = 200.0
    result = age_sex_accuracy(rising, pd.DataFrame({"A": 100.0, "B": 100.0}, index=ages))
    assert result.value["A"] == 0
    assert result.table.loc["B", "sex_ratio_score"] == pytest.approx(200 / 14)
    # Age ratios: 200 for the group, 200 / 1.5 / 2 for its neighbours, 13 ratios.
    expected = (100 + 2 * (100 - 200 / 3)) / 13
    assert result.table.loc["B", "male_age_ratio_score"] == pytest.approx(expected)
    assert result.table.loc["B", "female_age_ratio_score"] == 0
    assert repr(result) == f"UN age-sex accuracy index of 2 populations: 0.0 to {result.value['B']:.1f}"
    assert result.plot().get_title(loc="left").startswith("Sex ratios jump by")


def test_the_order_of_the_populations_does_not_matter() -> None:
    men = pd.DataFrame({"A": 100.0, "B": 200.0}, index=np.arange(0, 80, 5))
    assert age_sex_accuracy(men, men[["B", "A"]]).value.to_dict() == {"A": 0, "B": 0}


@given(factor=st.floats(0.5, 2))
@settings(deadline=None)
def test_more_men_at_every_age_change_nothing_but_the_scale_of_the_sex_ratios(factor: float) -> None:
    ages = np.arange(0, 80, 5)
    men = pd.Series(1000 + 37 * (ages % 3), index=ages)
    women = pd.Series(1000 + 11 * (ages % 7), index=ages)
    one, two = age_sex_accuracy(men, women).table, age_sex_accuracy(men * factor, women).table
    assert two["sex_ratio_score"].iloc[0] == pytest.approx(factor * one["sex_ratio_score"].iloc[0])
    assert two["male_age_ratio_score"].iloc[0] == pytest.approx(one["male_age_ratio_score"].iloc[0])


def test_it_prints_in_one_line_and_plots(males: pd.Series[float]) -> None:
    result = myers(males)
    assert repr(result) == "Myers index 23.63; most reported last digits 0 and 5"
    axes = result.plot()
    assert len(axes.patches) == 10
    assert axes.get_title(loc="left").startswith("Ages that end in 0 are reported most")
    several = myers(pd.DataFrame({"A": males, "B": males}))
    assert repr(several) == "Myers index of 2 populations: 23.63 to 23.63"
    assert len(several.plot(population="B").patches) == 10
    with pytest.raises(InputError, match="population: there are several"):
        several.plot()


EVEN = pd.Series(10, index=AGES)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: whipple(EVEN.drop(30)), "counts: age 30 is missing"),
        (lambda: myers(EVEN.iloc[:60]), "counts: age 60 is missing"),
        (lambda: whipple(-EVEN), r"counts: a count is negative \(-10\)"),
        (lambda: bachi(EVEN.astype(float).where(EVEN.index != 40)), "counts: a value is missing"),
        (lambda: whipple(EVEN, first=23, last=60), "first, last: 23 to 60 is not a range"),
        (lambda: bachi(EVEN, first=23, last=72), "five more, such as 23 to 77"),
        (lambda: myers(EVEN, first=10, last=19), "first, last: 10 to 19 is too short"),
        (lambda: whipple(EVEN * 0), "counts: nobody has these ages"),
        (lambda: whipple(pd.concat([EVEN, EVEN])), "counts: an age occurs twice"),
        (lambda: whipple([1, 2, 3]), "counts: this is list"),  # type: ignore[arg-type]
        (lambda: bachi(EVEN, first=23.5), "first: 23.5 is not whole"),  # type: ignore[arg-type]
        (lambda: myers(EVEN, first=None), "first: None is not a whole number"),  # type: ignore[arg-type]
        (lambda: myers(pd.DataFrame(index=AGES)), "counts: it has no columns"),
        (lambda: whipple(EVEN.astype(str)), "counts: some values are not numbers"),
        (
            lambda: whipple(pd.DataFrame({"A": EVEN, "B": EVEN})).plot(population="C"),
            "population: 'C' is not among the 2 populations",
        ),
    ],
)
def test_impossible_single_years_are_refused_by_name(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


FIVES = pd.Series(10, index=np.arange(0, 80, 5))


@pytest.mark.parametrize(
    ("men", "women", "message"),
    [
        (FIVES.drop(30), FIVES.drop(30), "ages: they are not five-year groups"),
        (FIVES.iloc[::-1], FIVES.iloc[::-1], "ages: they are not five-year groups"),
        (FIVES, FIVES.drop(30), "females: ages or populations differ"),
        (FIVES.to_frame("A"), FIVES.to_frame("B"), "females: ages or populations differ"),
        (FIVES.where(FIVES.index != 20, 0), FIVES, "males: a value is zero"),
        (FIVES, -FIVES, "females: a count is negative"),
    ],
)
def test_impossible_age_groups_are_refused_by_name(men: Any, women: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        age_sex_accuracy(men, women)
