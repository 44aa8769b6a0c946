"""Completeness, coverage, sex ratio, timeliness and the process map: counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from bordercourse.errors import InputError
from bordercourse.registration import (
    coverage,
    direct_completeness,
    process_map,
    sex_ratio_at_birth,
    timeliness,
)

# --- completeness and coverage ---------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:completeness of")
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 1000)), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_the_overall_share_lies_between_the_areas_and_is_their_weighted_mean(
    areas: list[tuple[int, int]],
) -> None:
    result = direct_completeness([a for a, _ in areas], [b for _, b in areas])
    share, weight = result.by_area, result.table["whole"]
    assert share.min() - 1e-12 <= result.overall <= share.max() + 1e-12
    assert result.overall == pytest.approx((share * weight).sum() / weight.sum())


def test_completeness_of_the_whole_is_coverage_times_completeness_where_it_applies() -> None:
    covered = coverage(60_000, 100_000).overall
    inside = direct_completeness(1_200, 0.04 * 60_000).overall
    assert direct_completeness(1_200, 0.04 * 100_000).overall == pytest.approx(covered * inside)


def test_more_than_all_is_shown_and_no_one_expected_is_missing() -> None:
    result = direct_completeness(pd.Series({"A": 12, "B": 0}), pd.Series({"B": 0, "A": 10}))
    assert result.by_area["A"] == 1.2
    assert np.isnan(result.by_area["B"])
    assert repr(direct_completeness(1, 4)) == "Completeness 25.0%"
    assert result.plot().get_title(loc="left") == "120% of expected events are registered"
    assert coverage(1, 4).plot().get_title(loc="left") == "The system reaches 25% of the people"


def test_rows_of_a_figure_are_named_as_a_reader_would() -> None:
    few = pd.Series([1, 2], pd.MultiIndex.from_tuples([("home", "girl"), ("home", "boy")]))
    axes = direct_completeness(few, few * 4).plot()
    assert [text.get_text() for text in axes.get_yticklabels()] == ["home, girl", "home, boy"]
    many = direct_completeness([1] * 40, [2] * 40).plot()
    assert many.get_yticklabels() == []
    assert many.get_ylabel() == "40 areas, lowest first"
    assert direct_completeness(1, 2).plot().get_yticklabels() == []


@pytest.mark.parametrize(
    ("part", "whole", "message"),
    [
        (-1, 10, "registered: a count is negative"),
        (1, 0, "expected: there is nothing to compare with"),
        ([1, 2], [1, 2, 3], "expected: there are 3 values for 2 of registered"),
        (pd.Series({"A": 1}), pd.Series({"B": 1}), "expected: it names other areas than registered"),
        (pd.Series({"A": 1, 2: 1}), pd.Series({2: 1, "B": 1}), "expected: it names other areas"),
        (pd.Series([1, 2], ["A", "A"]), pd.Series([1, 2], ["A", "B"]), "expected: a name occurs twice"),
        (pd.Series(pd.Timestamp("2020"), ["A"]), pd.Series({"A": 1}), "registered: some values are not"),
        (pd.NA, 3, "registered: a value is missing"),
        (None, 3, "registered: a value is missing"),
    ],
)
def test_impossible_counts_are_refused_by_name(part: Any, whole: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        direct_completeness(part, whole)


def test_more_people_reached_than_live_there_is_refused() -> None:
    with pytest.raises(InputError, match="reached: more people are reached than live in 'B'"):
        coverage(pd.Series({"A": 1, "B": 3}), pd.Series({"A": 2, "B": 2}))


# --- sex ratio at birth ----------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=50, deadline=None)
def test_the_interval_is_where_the_score_test_does_not_reject(m: int, f: int, level: float) -> None:
    row = sex_ratio_at_birth(m, f, level=level).table.iloc[0]
    assert row["low"] - 1e-6 <= row["ratio"] <= row["high"] * (1 + 1e-9)
    n, z = m + f, norm.ppf(0.5 + level / 2)
    for limit in (row["low"], row["high"]):
        p = limit / (100 + limit)
        if 0 < p < 1:
            score = abs(m / n - p) / np.sqrt(p * (1 - p) / n)
            assert score == pytest.approx(z, rel=1e-6)


def test_the_ratio_turned_round_is_the_ratio_of_the_other_sex() -> None:
    a, b = sex_ratio_at_birth(530, 470).table.iloc[0], sex_ratio_at_birth(470, 530).table.iloc[0]
    assert a["low"] == pytest.approx(1e4 / b["high"])


def test_a_flag_needs_more_than_chance() -> None:
    result = sex_ratio_at_birth(
        pd.Series({"small": 60, "large": 6000, "usual": 5100}),
        pd.Series({"usual": 4900, "small": 50, "large": 5000}),
    )
    assert result.ratio.round(1).to_dict() == {"small": 120.0, "large": 120.0, "usual": 104.1}
    assert result.table["unusual"].to_dict() == {"small": False, "large": True, "usual": False}
    assert repr(result) == "Sex ratio at birth of 3 areas: 1 outside 102 to 107 beyond chance"
    assert result.plot().get_title(loc="left").startswith("1 of 3 areas")
    wide = sex_ratio_at_birth(6000, 5000, usual=(100, 125))
    assert not wide.table["unusual"].any()


@pytest.mark.parametrize(
    ("boys", "girls", "level", "message"),
    [
        (10, 0, 0.95, "girls: a value is zero"),
        (-1, 5, 0.95, "boys: a count is negative"),
        (10, 10, 95, "level: 95 is not between 0 and 1"),
        (10, 10, "high", "level: 'high' is text, not a number"),
        ([], [], 0.95, "boys: there are no areas"),
        ([1, 2], [1], 0.95, "girls: there are 1 values for 2 of boys"),
        (pd.Series({"A": 1}), pd.Series({"B": 1}), 0.95, "girls: it names other areas"),
    ],
)
def test_impossible_births_are_refused_by_name(boys: Any, girls: Any, level: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sex_ratio_at_birth(boys, girls, level=level)


def test_a_range_the_wrong_way_round_is_refused() -> None:
    for usual in ((107, 102), 104):
        with pytest.raises(InputError, match="usual: .* is not a (range|list)"):
            sex_ratio_at_birth(10, 10, usual=usual)  # type: ignore[arg-type]


def test_one_area_is_judged_in_words() -> None:
    title = sex_ratio_at_birth(5300, 4700).plot().get_title(loc="left")
    assert title == "113 boys for 100 girls: outside the usual range beyond chance"
    assert "or chance" in sex_ratio_at_birth(53, 47).plot().get_title(loc="left")


# --- timeliness ------------------------------------------------------------------------------------

CUTOFF = pd.Timestamp("2024-12-31")


def register(ages: list[int], lags: list[int | None], **columns: Any) -> pd.DataFrame:
    """Events `ages` days before the cut-off, registered `lags` days after they occurred."""
    born = CUTOFF - pd.to_timedelta(ages, unit="D")
    lag = pd.to_timedelta(pd.Series(lags, dtype="float64"), unit="D")
    return pd.DataFrame({"born": born, "entered": pd.Series(born) + lag, **columns})


def judge(table: pd.DataFrame, **change: Any) -> Any:
    words: dict[str, Any] = {"occurred": "born", "registered": "entered", "cutoff": CUTOFF, "limit_days": 30}
    return timeliness(table, **{**words, **change})


def test_the_young_are_left_out_of_what_they_cannot_show() -> None:
    #             judged for both      | for the limit only  | for neither
    ages = [400, 500, 600, 700, 40, 100, 5, 29]
    lags = [10, 30, 200, None, 31, 20, 1, None]
    row = judge(register(ages, lags)).table.iloc[0]
    assert row["events"] == 8
    assert (row["followed_to_limit"], row["followed_to_year"]) == (6, 4)
    assert row["within_limit"] == pytest.approx(3 / 6)
    assert row["within_year"] == pytest.approx(3 / 4)
    assert row["median_days"] == pytest.approx((30 + 200) / 2)


def test_a_registration_after_the_cutoff_has_not_happened_yet() -> None:
    table = register([400, 400], [10, 500])
    assert judge(table).table.iloc[0]["within_year"] == 0.5


def test_no_median_where_half_are_never_registered() -> None:
    assert np.isnan(judge(register([400] * 4, [1, 1, None, None])).table.iloc[0]["median_days"])


@given(
    st.lists(st.tuples(st.integers(0, 900), st.one_of(st.none(), st.integers(0, 900))), min_size=1),
    st.integers(1, 365),
)
@settings(max_examples=30, deadline=None)
def test_shares_and_curve(rows: list[tuple[int, int | None]], limit: int) -> None:
    table = register([a for a, _ in rows], [b for _, b in rows])
    result = judge(table, limit_days=limit)
    row = result.table.iloc[0]
    for column in ("within_limit", "within_year"):
        assert np.isnan(row[column]) or 0 <= row[column] <= 1
    if row["followed_to_year"]:
        assert result.curve.is_monotonic_increasing
        assert result.curve.iloc[-1] == pytest.approx(row["within_year"])
    # The events that are too young for the limit cannot change the share within it.
    older = table[(CUTOFF - table["born"]).dt.days >= limit]
    if len(older):
        again = judge(older, limit_days=limit).table.iloc[0]
        assert again["within_limit"] == pytest.approx(row["within_limit"])


def test_days_are_calendar_days_of_the_place() -> None:
    hours = pd.DataFrame(
        {
            "born": pd.to_datetime(["2023-01-01 23:00", "2023-01-01 23:00", "2024-12-31 08:00"]),
            "entered": pd.to_datetime(["2023-01-01 09:00", "2023-01-31 08:00", None]),
        }
    )
    row = judge(hours).table.iloc[0]
    assert (row["events"], row["within_limit"], row["median_days"]) == (3, 1.0, 15)
    local = hours.apply(lambda column: column.dt.tz_localize("Asia/Phnom_Penh"))
    pd.testing.assert_frame_equal(judge(local).table, judge(hours).table)


def test_what_cannot_be_known_is_said_in_words() -> None:
    assert repr(judge(register([5], [1]))) == (
        "Timeliness: none followed for 30 days, none followed for 365 days (1 events, read on 2024-12-31)"
    )
    assert judge(register([5], [1])).plot().get_title(loc="left") == "No event was followed for 365 days"
    assert "no median, half or more are not registered" in repr(judge(register([400] * 2, [1, None])))


def test_groups_equal_one_at_a_time() -> None:
    table = register([400, 500, 600, 20], [10, 40, None, 3], sex=["f", "f", "m", "m"])
    result = judge(table, by="sex")
    for sex in ("f", "m"):
        one = judge(table[table["sex"] == sex]).table.iloc[0]
        np.testing.assert_allclose(result.table.loc[sex].astype(float), one.astype(float))
    assert repr(result) == "Timeliness of 2 groups: within 30 days 0.0% to 50.0%, read on 2024-12-31"
    assert result.plot().get_title(loc="left") == "33% are registered within the limit of 30 days"


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        (register([400], [-3]), {}, "entered: 1 registrations come before their event"),
        (register([-3], [1]), {}, r"born: an event lies after the cut-off \(2025-01-03\)"),
        (register([400], [1]).assign(born=pd.NaT), {}, "born: a day is missing"),
        (register([400], [1]).assign(born="2020-01-01"), {}, "born: it does not hold dates"),
        (register([400], [1]), {"limit_days": 0}, "limit_days: 0 is not between 1 and 36525"),
        (register([400], [1]), {"limit_days": 400}, "limit_days: 400 and 365 days are not in order"),
        (register([400], [1]), {"by": "district"}, "there is no column 'district'"),
        (register([400], [1]), {"cutoff": "soon"}, "cutoff: 'soon' is not a date"),
        (register([400], [1]), {"cutoff": None}, "cutoff: None is not a date"),
        (register([400], [1]), {"cutoff": 2024}, "cutoff: 2024 is not a date"),
        (register([400], [1]), {"limit_days": "30"}, "limit_days: '30' is text"),
        (register([400], [1]), {"limit_days": 30.5}, "limit_days: 30.5 is not whole"),
        (register([400, 400], [1, 1], village=["A", None]), {"by": "village"}, "village: a value is missing"),
    ],
)
def test_impossible_dates_are_refused_by_name(
    table: pd.DataFrame, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        judge(table, **change)


# --- process map -----------------------------------------------------------------------------------


def as_log(traces: list[str], **columns: Any) -> pd.DataFrame:
    rows = [(case, step) for case, trace in enumerate(traces) for step in trace]
    return pd.DataFrame(rows, columns=["case", "step"]).assign(**columns)


def test_the_textbook_log() -> None:
    # van der Aalst's L = [abcd³, acbd², aed].
    result = process_map(as_log(["abcd"] * 3 + ["acbd"] * 2 + ["aed"]), time=None)
    counts = {(e.before, e.after): e.count for e in result.edges.itertuples(index=False)}
    assert counts == {
        ("a", "b"): 3, ("b", "c"): 3, ("c", "d"): 3, ("a", "c"): 2,
        ("c", "b"): 2, ("b", "d"): 2, ("a", "e"): 1, ("e", "d"): 1,
    }  # fmt: skip
    assert result.starts.to_dict() == {"a": 6}
    assert result.ends.to_dict() == {"d": 6}
    assert result.rework_rate == 0
    assert np.isnan(result.median_throughput_days)
    assert repr(result) == "Process of 6 cases, 5 kinds of step: 0.0% of cases repeat a step"
    assert result.steps == ("a", "e", "b", "c", "d")


@given(st.lists(st.text("abcde", min_size=1, max_size=8), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_the_graph_keeps_count(traces: list[str]) -> None:
    result = process_map(as_log(traces), time=None)
    assert result.edges["count"].sum() == sum(len(trace) - 1 for trace in traces)
    assert result.starts.sum() == result.ends.sum() == len(result.cases) == len(traces)
    assert result.cases["repeats"].tolist() == [len(trace) - len(set(trace)) for trace in traces]
    assert result.rework_rate == pytest.approx(np.mean([len(t) > len(set(t)) for t in traces]))
    # What flows into a step flows out of it, but for where cases start and end.
    table = result.matrix()
    inflow = table.sum(axis=0).add(result.starts, fill_value=0)
    outflow = table.sum(axis=1).add(result.ends, fill_value=0)
    pd.testing.assert_series_equal(
        inflow.sort_index(), outflow.sort_index(), check_dtype=False, check_names=False
    )


def test_times_order_the_steps_and_measure_the_waiting() -> None:
    log = pd.DataFrame(
        {
            "case": ["x", "y", "x", "x", "y", "x"],
            "step": ["declare", "declare", "register", "declare", "register", "validate"],
            "time": pd.to_datetime(
                ["2024-01-01", "2024-01-01", "2024-01-11", "2024-01-03", "2024-01-05", "2024-01-04"]
            ),
            "sex": ["f", "m", "f", "f", "m", "f"],
        }
    )
    result = process_map(log, by="sex")
    edges = result.edges.set_index(["before", "after"])
    assert edges.loc[("declare", "declare"), "median_days"] == 2
    assert edges.loc[("validate", "register"), "median_days"] == 7
    assert result.cases.loc["x", ["steps", "repeats", "throughput_days"]].tolist() == [4, 1, 10.0]
    groups = result.groups()
    assert groups["rework_rate"].to_dict() == {"f": 1.0, "m": 0.0}
    assert groups["median_throughput_days"].to_dict() == {"f": 10.0, "m": 4.0}
    assert repr(result) == (
        "Process of 2 cases, 3 kinds of step: median 7.0 days from first to last, "
        "50.0% of cases repeat a step"
    )
    assert result.plot().get_title(loc="left") == "50% of cases repeat a step"


@pytest.mark.parametrize(
    ("log", "change", "message"),
    [
        (as_log(["ab"], time="noon"), {}, "time: it does not hold dates"),
        (as_log(["ab"], step=[None, "b"]), {"time": None}, "step: a value is missing"),
        (as_log(["ab"]), {}, "log: there is no column 'time'"),
        (as_log(["ab"], sex=["f", "m"]), {"time": None, "by": "sex"}, "sex: a case lies in two groups"),
        (as_log([]), {"time": None}, "log: the table has no rows"),
        (as_log(["ab"], repeats="x"), {"time": None, "by": "repeats"}, "a group has the name of a result"),
        (as_log(["ab"]), {"time": None, "step": "case"}, "a column is named twice"),
    ],
)
def test_impossible_logs_are_refused_by_name(log: pd.DataFrame, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        process_map(log, **change)


def test_groups_need_a_name() -> None:
    with pytest.raises(InputError, match="by: the map was made without groups"):
        process_map(as_log(["ab"]), time=None).groups()
