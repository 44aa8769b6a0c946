"""Two lists of the same events: printed values, identities, what dependence does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.registration import dual_system, dual_system_table


def test_the_printed_example() -> None:
    # 10 in one list, 15 in the other, 5 in both.
    result = dual_system(matched=5, register_only=5, survey_only=10)
    assert result.total == 30
    assert round(result.total_chapman, 2) == 28.33
    assert result.register_completeness == pytest.approx(10 / 30)
    assert result.survey_completeness == pytest.approx(15 / 30)
    # Chandrasekaran and Deming: sqrt(n1 n2 N1 N2 / C³); Seber for Chapman.
    assert result.se == pytest.approx(np.sqrt(10 * 15 * 5 * 10 / 5**3))
    assert result.se_chapman == pytest.approx(np.sqrt(11 * 16 * 5 * 10 / (6**2 * 7)))


COUNT = st.integers(0, 5000)


@given(c=st.integers(1, 5000), a=COUNT, b=COUNT)
@settings(max_examples=50, deadline=None)
def test_identities(c: int, a: int, b: int) -> None:
    result, swapped = dual_system(c, a, b), dual_system(c, b, a)
    assert result.total == pytest.approx((c + a) * (c + b) / c)
    assert result.total == pytest.approx(swapped.total)
    assert result.register_completeness == pytest.approx(swapped.survey_completeness)
    # Completeness of the register is the share of the survey's events that it holds.
    assert result.register_completeness == pytest.approx(c / (c + b))
    assert c + a + b - 1e-9 <= result.total_chapman <= result.total + 1e-9
    if a == 0 or b == 0:  # one list holds the other: nothing is missed, nothing is uncertain
        assert result.total == c + a + b == pytest.approx(result.total_chapman)
        assert result.se == result.se_chapman == 0


@given(a=COUNT, b=COUNT)
@settings(max_examples=30, deadline=None)
def test_without_a_match_only_chapman_speaks(a: int, b: int) -> None:
    result = dual_system(0, a, b)
    assert np.isnan(result.total)
    assert result.total_chapman == (a + 1) * (b + 1) - 1


def test_standard_errors_are_those_of_repeated_draws() -> None:
    random = np.random.default_rng(20240501)
    true, p, q = 2000, 0.6, 0.5
    c, a, b, _ = random.multinomial(true, [p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], size=4000).T
    strata = dual_system(c, a, b).strata
    assert strata["total_chapman"].mean() == pytest.approx(true, rel=0.002)
    for total, se in (("total", "se"), ("total_chapman", "se_chapman")):
        assert strata[se].mean() == pytest.approx(strata[total].std(), rel=0.05)


def test_dependence_makes_the_total_too_low_and_strata_mend_what_they_explain() -> None:
    # Town: both lists find nearly all; country: both find few. Within each, independent.
    town, country = (810, 90, 90), (40, 160, 160)  # of 1,000 births each
    strata = dual_system(*(list(cell) for cell in zip(town, country, strict=True)))
    pooled = dual_system(*(sum(cell) for cell in zip(town, country, strict=True)))
    assert strata.total == pytest.approx(2000)
    assert pooled.total < 1500


def test_totals_of_districts_sum_their_strata() -> None:
    index = pd.MultiIndex.from_product([["North", "South"], ["f", "m"]], names=["district", "sex"])
    result = dual_system(
        pd.Series([30, 40, 0, 20], index), pd.Series([10, 10, 5, 5], index), pd.Series([10, 10, 5, 5], index)
    )
    districts = result.by("district")
    north = dual_system([30, 40], [10, 10], [10, 10])
    assert districts.loc["North", "total"] == pytest.approx(north.total)
    assert districts.loc["North", "se"] == pytest.approx(north.se)
    assert districts.loc["North", "register_completeness"] == pytest.approx(north.register_completeness)
    # A stratum without a match has no total, so its district has none; Chapman has one.
    assert np.isnan(districts.loc["South", "total"])
    assert districts.loc["South", "total_chapman"] == pytest.approx(35 + 26 * 26 / 21 - 1)
    assert districts["matched"].to_dict() == {"North": 70, "South": 20}
    with pytest.raises(InputError, match="level: 'village' is not a level of the strata"):
        result.by("village")


def test_series_are_matched_by_name_not_by_place() -> None:
    a = pd.Series({"North": 50, "South": 10})
    result = dual_system(a, pd.Series({"South": 1, "North": 5}), pd.Series({"South": 2, "North": 8}))
    assert result.strata.loc["North", ["register_only", "survey_only"]].tolist() == [5, 8]


def test_a_table_of_events() -> None:
    births = pd.DataFrame(
        {
            "district": ["N"] * 20 + ["S"] * 4,
            "register": [True] * 10 + [False] * 10 + [True, True, True, False],
            "clinic": [False] * 5 + [True] * 15 + [True, True, False, True],
        }
    )
    result = dual_system_table(births, in_register="register", in_survey="clinic", strata="district")
    assert result.strata["total"].to_dict() == {"N": 30.0, "S": 4.5}
    with pytest.raises(InputError, match="1 rows are in neither list"):
        dual_system_table(
            births.assign(register=[False] * 24, clinic=[True] * 23 + [False]),
            in_register="register",
            in_survey="clinic",
        )
    with pytest.raises(InputError, match="clinic: some rows are not true or false|clinic: it is not true"):
        dual_system_table(births.assign(clinic="yes"), in_register="register", in_survey="clinic")


def test_an_event_without_a_stratum_is_not_lost_in_silence() -> None:
    births = pd.DataFrame(
        {"register": [True, True, False], "clinic": [True, False, True], "village": ["A", None, "A"]}
    )
    with pytest.raises(InputError, match="village: a value is missing"):
        dual_system_table(births, in_register="register", in_survey="clinic", strata="village")


def test_a_stratum_without_a_match_is_said() -> None:
    result = dual_system(
        pd.Series({"A": 0, "B": 40}), pd.Series({"A": 5, "B": 20}), pd.Series({"A": 9, "B": 30})
    )
    assert repr(result) == (
        "Dual system: no estimate, nothing matched in 1 of 2 strata; Chapman 163.6 (s.e. 37.2)"
    )
    assert result.plot().get_title(loc="left") == "No estimate in all: nothing matched in 1 of 2 strata"


def test_names_of_different_kinds_are_matched() -> None:
    one, other = pd.Series([5, 6], ["town", 1]), pd.Series([6, 5], [1, "town"])
    pd.testing.assert_frame_equal(dual_system(one, one, other).strata, dual_system(one, one, one).strata)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ((-1, 5, 5), r"matched: a count is negative \(-1\)"),
        ((5, float("nan"), 5), "register_only: a value is missing"),
        ((5, 5, 0.5), r"survey_only: a value is not a whole number \(0.5\)"),
        (([5, 5], [1, 2, 3], 5), "they hold different numbers of strata"),
        ((pd.Series({"A": 1}), pd.Series({"B": 1}), pd.Series({"A": 1})), "register_only: it names other"),
        (("five", 5, 5), "matched: some values are not numbers"),
        ((True, 5, 5), "matched: some values are not numbers"),
        (([], [], []), "matched: there are no strata"),
        (
            (pd.Series([1, 2], ["A", "A"]), pd.Series([1, 2], ["A", "B"]), 1),
            "register_only: a name occurs twice",
        ),
    ],
)
def test_impossible_input_is_refused_by_name(cells: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        dual_system(*cells)


def test_it_plots_where_the_events_stand() -> None:
    axes = dual_system(
        pd.Series({"N": 30, "S": 5}), pd.Series({"N": 9, "S": 2}), pd.Series({"N": 9, "S": 1})
    ).plot()
    assert len(axes.patches) == 8
    assert axes.get_legend() is not None
