"""Checks say what is wrong with the form; marks recognise the usual mistakes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.course import AnswerError, Case, Slip, checks, marks
from bordercourse.course.casebook import mark_casebook
from bordercourse.course.checks import UnansweredError
from bordercourse.course.form import AskedNumber

PERCENT = AskedNumber("percent", low=1, high=100, unit="percent")
COUNT = AskedNumber("count", high=800, unit="entries")


@pytest.mark.parametrize(
    ("value", "asked", "says"),
    [
        (..., PERCENT, "three dots"),
        (None, PERCENT, "three dots"),
        ("", PERCENT, "three dots"),
        (" … ", PERCENT, "three dots"),
        ("81,2", PERCENT, "without quotation marks. .* Type it so: 81.2"),
        ("5 000", COUNT, "Leave out the space inside 5 000"),
        ("−5", COUNT, "minus sign"),
        ("fifty", PERCENT, "in figures, without words"),
        ((81, 2), PERCENT, "Type a point in place of the comma in 81,2. Type it so: 81.2"),
        ((6, 0), PERCENT, "Type it so: 6.000"),
        ((1, 234, 567), PERCENT, "Leave out the comma inside 1,234,567. Type it so: 1234567"),
        ((1, 2, 3), PERCENT, "Type one number, without a comma"),
        ((8, 1.4), PERCENT, "Type one number, without a comma"),
        ((30,), COUNT, "Leave out the , at the end. Type it so: 30"),
        (True, PERCENT, "not a number"),
        ([81.2], PERCENT, "without brackets"),
        ({30}, COUNT, "without brackets"),
        ({"a": 1}, COUNT, "not a number"),
        (math.nan, PERCENT, "missing or divided by zero"),
        (math.inf, PERCENT, "missing or divided by zero"),
        (0.812, PERCENT, "asks for percent: multiply by 100"),
        (86, AskedNumber("share"), "a share of one: divide by 100"),
        (7, AskedNumber("share", low=0.0001, high=0.9999), "divide by 100"),
        (812, PERCENT, "between 1 and 100 percent"),
        (-3, COUNT, "between 0 and 800 entries"),
        (2.52, COUNT, "counts entries, so it must be a whole number"),
        (2541, AskedNumber("year"), "common calendar, between 1800 and 2100"),
        (98, AskedNumber("year"), "four figures"),
        (1998.5, AskedNumber("year"), "whole number"),
        (1 + 2j, PERCENT, "not a number"),
    ],
)
def test_a_number_of_the_wrong_form_is_explained(value: Any, asked: AskedNumber, says: str) -> None:
    with pytest.raises(AnswerError, match=says) as caught:
        checks.check_number(value, "answer", asked)
    assert "answer" in str(caught.value)
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert isinstance(caught.value, UnansweredError) is (says == "three dots")


def test_a_whole_number_may_come_out_of_a_division() -> None:
    assert checks.check_number(0.3 * 8400, "people", AskedNumber("count")) == pytest.approx(2520)
    assert checks.check_number(1 / 3, "share", AskedNumber("share")) == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="kind is 'whole'"):
        AskedNumber("whole")


def test_a_number_beyond_all_numbers_is_explained() -> None:
    with pytest.raises(AnswerError, match="missing or divided by zero"):
        checks.check_number(10**400, "births")


@pytest.mark.parametrize("value", [np.int64(5), np.float64(5.0), 5, pd.Series([5]).iloc[0]])
def test_numbers_of_every_library_are_numbers(value: Any) -> None:
    assert checks.check_number(value, "n") == 5.0


def test_text_list_mapping_and_table() -> None:
    with pytest.raises(AnswerError, match="between quotation marks"):
        checks.check_text(5, "area")
    with pytest.raises(AnswerError, match="must be one of: urban, rural"):
        checks.check_text("city", "area", options=["urban", "rural"])
    with pytest.raises(AnswerError, match="square brackets"):
        checks.check_list("abc", "districts")
    with pytest.raises(AnswerError, match="2 entries"):
        checks.check_list(["a", "b"], "districts", length=3)
    with pytest.raises(AnswerError, match="still empty"):
        checks.check_list(["a", ...], "districts")
    with pytest.raises(AnswerError, match="Missing: male"):
        checks.check_mapping({"female": 1}, "share", keys=["female", "male"])
    with pytest.raises(AnswerError, match="no column district"):
        checks.check_table(pd.DataFrame({"a": [1]}), "plan", columns=["district"])
    with pytest.raises(AnswerError, match="check the filter"):
        checks.check_table(pd.DataFrame({"a": [1]}), "plan", columns=["a"], rows=3)
    assert checks.check_list(pd.Series(["a"]), "x") == ["a"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("entry\u200b", "invisible character (U+200B, zero width space)"),
        ("ent\u00adry", "U+00AD"),
        ("entry.", "Leave out the signs around the word"),
        ('"entry"', "Leave out the signs around the word"),
        ("entrycard", "A comma is missing between two words"),
        ("entry, card", "Put each word between its own quotation marks"),
    ],
)
def test_a_word_that_is_nearly_one_of_the_options_is_told_what_it_has_too_much(typed: str, says: str) -> None:
    with pytest.raises(AnswerError, match="must be one of: entry, card") as caught:
        checks.check_text(typed, "row", options=["entry", "card"])
    assert says in str(caught.value)


def test_what_a_visible_check_takes_for_a_word_is_marked_as_that_word() -> None:
    assert checks.check_text(" Child", "age", options=["child", "adult"]) == "child"
    assert marks.mark_mapping({"age": " Child"}, {"age": "child"})[0] == 1.0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 10))
def test_full_score_exactly_within_the_tolerance(answer: float, key: float, tolerance: float) -> None:
    share, message = marks.mark_number(answer, key, tolerance)
    assert message
    if abs(answer - key) <= tolerance:
        assert share == 1.0
    elif abs(answer - key) > tolerance + 1e-6 + 1e-9 * max(abs(answer), abs(key)):
        assert share == 0.0


def test_slips_keep_a_part_and_say_why() -> None:
    slips = [Slip(0.77, 0.5, "Give it in percent."), Slip(129.87, 0.33, "Exchanged.")]
    assert marks.mark_number(0.77, 77, 0.5, slips) == (0.5, "Give it in percent.")
    assert marks.mark_number(129.9, 77, 0.5, slips) == (0.33, "Exchanged.")
    assert marks.mark_number(0.9, 77, 0.5, slips)[0] == 0.0


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef"), min_size=1))
def test_ticks_never_earn_more_than_full_and_full_only_for_the_key(given_: set[str], key: set[str]) -> None:
    share, _ = marks.mark_choices(sorted(given_), sorted(key))
    assert 0.0 <= share <= 1.0
    assert (share == 1.0) is (given_ == key)


def test_lists_mappings_and_tables() -> None:
    assert marks.mark_list(["b", "a"], ["a", "b"])[0] == 1.0
    assert marks.mark_list(["b", "a"], ["a", "b"], ordered=True)[0] == 0.0
    assert marks.mark_list(["a", "x"], ["a", "b"])[0] == 0.0
    assert marks.mark_list(["a"], ["a", "b"])[0] == 0.5
    assert marks.mark_list([], ["a", "b"])[0] == 0.0
    share, message = marks.mark_mapping({"f": 1, "m": 3}, {"f": 1, "m": 2}, hints={"m": "men"})
    assert share == 0.5
    assert message == "Look again at: m. men"
    key = pd.DataFrame({"district": ["A", "B"], "n": [1, 2]})
    assert marks.mark_table(key.iloc[::-1], key, on="district")[0] == 1.0
    assert marks.mark_table(key.assign(n=[1, 3]), key, on="district")[0] == 0.5
    assert marks.mark_table(pd.concat([key, key]), key, on="district")[0] == 0.0
    assert marks.mark_table(key.assign(n=["one", None]), key, on="district")[0] == 0.0


def test_a_casebook_weighs_errors_by_their_cost() -> None:
    key = {
        "case-1": Case(["register"], ["s2"], "s. 2", costs={"wait": 0.5}),
        "case-2": Case(["refer"], ["s6"], "s. 6", weight=3, hint="Danger."),
    }
    right = {
        "case-1": {"decision": "register", "reason": "s2"},
        "case-2": {"decision": "refer", "reason": "s6"},
    }
    assert mark_casebook(right, key)[0] == 1.0
    assert mark_casebook({**right, "case-1": {"decision": "wait", "reason": "s2"}}, key)[0] == 0.875
    share, message = mark_casebook({**right, "case-2": {"decision": "ask", "reason": "s6"}}, key)
    assert share == 0.25
    assert "case-2: not this decision. Danger. (s. 6)" in message
    assert "not yet reviewed" in message
    assert mark_casebook({}, key)[0] == 0.0
    assert mark_casebook(None, key)[0] == 0.0
    assert mark_casebook({"case-1": "register"}, key)[0] == 0.0
    assert "Key reviewed by Dr A." in mark_casebook(right, key, reviewer="Dr A")[1]
