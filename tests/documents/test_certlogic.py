"""CertLogic: the specification's own cases, and what is no expression of it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.documents.certlogic import evaluate
from bordercourse.errors import MalformedError

# All published files but "patched-reduce", which the specification itself switches off.
SUITES = [
    "and",
    "comparison",
    "date-times",
    "detect-missing-values",
    "equality",
    "extractFromUCVI",
    "if",
    "in",
    "ins-with-nulls",
    "recognising-minors-with-DCC-DOB",
    "recognising-minors-with-plusTime",
    "var",
    "JsonLogic-testSuite",
]


@pytest.mark.parametrize("name", SUITES)
def test_each_case_of_the_specification(vectors: Path, name: str) -> None:
    path = vectors / "certlogic" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"certlogic/{name}.json is not on this machine: run `make vectors`")
    tried = 0
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        for each in case["assertions"]:
            if {case.get("directive"), each.get("directive")} & {"skip", "only"}:
                continue
            expression = each.get("certLogicExpression", case.get("certLogicExpression"))
            found = evaluate(expression, each["data"])
            assert found == each["expected"], (case["name"], each)
            assert type(found) is type(each["expected"])
            tried += 1
    assert tried


def at(text: str, amount: int = 0, unit: str = "day") -> str:
    return str(evaluate({"plusTime": [text, amount, unit]}, None))[:19]


@pytest.mark.parametrize(
    ("text", "amount", "unit", "moment"),
    [
        ("2020-02-29", 1, "day", "2020-03-01 00:00:00"),  # these three stand in the specification
        ("2020-02-29", 1, "month", "2020-03-29 00:00:00"),
        ("2020-02-29", 1, "year", "2021-03-01 00:00:00"),
        ("2021-01-31", 1, "month", "2021-03-03 00:00:00"),
        ("2021-01-31", -2, "month", "2020-12-01 00:00:00"),
        ("2021", 0, "day", "2021-12-31 00:00:00"),
        ("2020-02", 0, "day", "2020-02-29 00:00:00"),
        ("2021-06-01T00:00:00", 40, "hour", "2021-06-02 16:00:00"),
        ("2021-06-01T00:00:00+2", 0, "hour", "2021-05-31 22:00:00"),
        ("2021-06-01T00:00:00-0330", 0, "hour", "2021-06-01 03:30:00"),
        ("2021-06-01T00:00:00.123456Z", 0, "hour", "2021-06-01 00:00:00"),
    ],
)
def test_a_moment_is_moved_as_the_specification_says(text: str, amount: int, unit: str, moment: str) -> None:
    assert at(text, amount, unit) == moment


def test_the_birth_of_a_person_with_half_a_date_is_read_in_their_favour() -> None:
    older = {
        "after": [
            {"dccDateOfBirth": [{"var": "dob"}]},
            {"plusTime": ["2025-06-02", -18, "year"]},
        ]
    }
    assert evaluate(older, {"dob": "2007"}) is True
    assert evaluate(older, {"dob": "2007-06"}) is True
    assert evaluate(older, {"dob": "2007-06-02"}) is False


@pytest.mark.parametrize(
    "expression",
    [
        None,
        1.5,
        {},
        {"or": [True, False]},
        {"and": [True]},
        {"and": True},
        {"if": [True, 1]},
        {"var": 0},
        {"a": [1], "b": [2]},
        {">": ["2", 1]},
        {">": [True, 0]},
        {">": [1, 2, 3, 4]},
        {"after": [1, 2]},
        {"in": [1, 2]},
        {"+": ["1", 1]},
        {"plusTime": ["2021-09-99", 0, "day"]},
        {"plusTime": ["2021-06-01", 0, "week"]},
        {"plusTime": ["2021-06-01", "1", "day"]},
        {"plusTime": ["2021-06-01", 10**9, "day"]},
        {"plusTime": ["2021-06-01", 10**30, "year"]},
        {"plusTime": [{"var": "none"}, 0, "day"]},
        {"dccDateOfBirth": ["2021-06-01T00:00:00"]},
        {"dccDateOfBirth": [7]},
        {"reduce": ["text", 1, 1]},
        {"extractFromUVCI": [7, 0]},
        {"!": [{"plusTime": ["2021-06-01", 0, "day"]}]},
    ],
)
def test_what_is_no_certlogic_is_refused(expression: Any) -> None:
    with pytest.raises(MalformedError):
        evaluate(expression, {})


def test_a_rule_nested_without_end_is_refused() -> None:
    deep: Any = True
    for _ in range(100_000):
        deep = {"!": [deep]}
    with pytest.raises(MalformedError, match="nested"):
        evaluate(deep, {})
    while isinstance(deep, dict):  # taken apart here: the interpreter's own way down is as deep
        deep = deep.pop("!")[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.builds(
            lambda name, operands: {name: operands},
            st.sampled_from(
                ["if", "and", "!", "===", "in", "+", "<", "after", "plusTime", "reduce", "extractFromUVCI"]
            ),
            st.lists(inner, max_size=3),
        )
        | st.builds(lambda path: {"var": path}, st.sampled_from(["", "a", "a.0", "0"]))
    ),
    max_leaves=12,
)


@given(expression=JSON, data=JSON)
def test_any_json_gives_a_value_or_a_reason(expression: Any, data: Any) -> None:
    with suppress(MalformedError):  # and nothing else
        evaluate(expression, data)
