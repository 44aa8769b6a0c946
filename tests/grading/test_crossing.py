"""Answers cross as the plain values they were, and as nothing else."""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.grading.judging.asking import ask, encode
from bordercourse.grading.judging.plain_values import AnswersDamagedError, decode, read
from bordercourse.grading.limits import LARGEST_ANSWERS

FRAME = pd.DataFrame(
    {
        "whole": [1, 2],
        "text": ["x", None],
        "day": pd.to_datetime(["2020", "2021"]),
        "kind": pd.Categorical(["u", "v"], ordered=True),
        "gaps": pd.array([1, None], dtype="Int64"),
        "yes": [True, False],
        "zone": pd.to_datetime(["2020", "2021"], utc=True),
        "any": [[1], {2: 3}],
    }
)

PLAIN: list[Any] = [
    *(None, True, 1, 2**70, -1.5, math.inf, "x", "\ud800", ..., [1, (2, {3: 4})], {"a": {1, 2}}),
    *({1: "one", "1": "text"}, frozenset({1}), 3 + 4j, Decimal("1.50"), Fraction(1, 3)),
    *(dt.date(2020, 1, 2), dt.datetime(2020, 1, 2, 3), dt.time(1, 2), dt.timedelta(1, 2, 3)),
    *(np.float64(2.5), np.int64(3), np.bool_(True), np.str_("a"), np.datetime64("2020-01-01")),
    *(pd.Timestamp("2020-01-01", tz="Asia/Bangkok"), pd.Timedelta("1D"), pd.NA, pd.NaT, pd.Interval(0, 1)),
]


def there_and_back(value: Any) -> Any:
    there, came = read(ask(["it"], {"it": value}))["it"]
    assert there, came
    return came


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_a_plain_value_comes_back_with_its_type(value: Any) -> None:
    came = there_and_back(value)
    assert type(came) is type(value)
    assert repr(came) == repr(value)


def test_tables_keep_their_column_types_and_their_index() -> None:
    pd.testing.assert_frame_equal(there_and_back(FRAME), FRAME)
    by_group = pd.DataFrame({"a": [1, 2, 3]}).groupby(pd.cut([1, 2, 3], 2), observed=True).sum()
    pd.testing.assert_frame_equal(there_and_back(by_group), by_group)
    levels = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"])
    series = pd.Series([1.0, None], index=levels, name="z")
    pd.testing.assert_series_equal(there_and_back(series), series)
    pd.testing.assert_frame_equal(there_and_back(pd.DataFrame()), pd.DataFrame())
    array = np.array([[1, 2], [3, 4]], dtype="int16")
    came = there_and_back(array)
    assert came.dtype == array.dtype
    assert (came == array).all()


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
_KEYS = st.text(max_size=5) | st.integers() | st.tuples(st.integers(), st.booleans())
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4) | st.tuples(inner, inner)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(_VALUES)
def test_whatever_is_nested_comes_back(value: Any) -> None:
    assert decode(json.loads(json.dumps(encode(value)))) == value


class _Always(list[Any]):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class _Text(str):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


def test_a_subclass_crosses_as_the_plain_type_below_it() -> None:
    came = there_and_back(_Always([1]))
    assert type(came) is list
    assert came != [2]
    text = there_and_back([_Text("no")])[0]
    assert type(text) is str
    assert text != "yes"


class _Lies:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # type: ignore[override]
        return int


@pytest.mark.parametrize(
    ("value", "kind"),
    [(len, "function"), (lambda: 0, "function"), (int, "class"), (object(), "object"), (_Lies(), "fails")],
    ids=["function", "lambda", "class", "object", "lies"],
)
def test_what_is_not_plain_is_named_by_its_kind(value: Any, kind: str) -> None:
    there, said = read(ask(["it"], {"it": value}))["it"]
    assert not there
    assert kind in said


def test_values_without_end_are_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    for value in (loop, deep, "a" * (LARGEST_ANSWERS + 1), list(range(300_000)), 10**20_000):
        there, said = read(ask(["it"], {"it": value}))["it"]
        assert not there
        assert said


def test_numbers_without_an_end_are_refused_where_they_are_written() -> None:
    huge = Fraction(10**5000, 3)
    for value in (Decimal("1e99999999"), Decimal("-1e-99999"), huge, [huge]):
        there, kind = read(ask(["it"], {"it": value}))["it"]
        assert (there, kind) == (False, "too large")
    assert there_and_back(Decimal("-Infinity")) == Decimal("-Infinity")


@pytest.mark.parametrize("kind", ["dict", "set", "frozenset"])
def test_keys_with_one_hash_are_refused_before_they_meet(kind: str) -> None:
    """Multiples of the number that Python reckons hashes by all have the hash 0."""
    modulus = sys.hash_info.modulus

    def answer(count: int) -> str:
        items = [f'{{"t": "int", "v": "{n * modulus}"}}' for n in range(count)]
        if kind == "dict":
            items = [f"[{item}, 1]" for item in items]
        return _said(f'{{"t": "{kind}", "v": [{", ".join(items)}]}}')

    assert len(read(answer(50))["it"][1]) == 50
    with pytest.raises(AnswersDamagedError, match="alike"):
        read(answer(20_000))


def _said(value: str) -> str:
    return f'{{"it": {{"value": {value}}}}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"it": 3}',
        _said("[" * 100_000 + "]" * 100_000),
        _said("NaN"),
        _said("Infinity"),
        _said("9" * 5000),
        _said('{"t": "int", "v": "' + "9" * 5000 + '"}'),
        _said('{"t": "array", "d": "float64", "s": [1000000000], "v": []}'),
        _said('{"t": "array", "d": "S1000000000", "s": [1], "v": ["a"]}'),
        _said('{"t": "array", "d": "O,O", "s": [1], "v": ["a"]}'),
        _said('{"t": "range", "names": [null], "v": [0, 1000000000000, 1]}'),
        _said('{"t": "pickle", "v": "gASVIQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAZ0cnVlIHiUhZRSlC4="}'),
        _said('{"t": "dict", "v": [[[1], 2]]}'),
        _said('{"t": ["dict"], "v": []}'),
        _said('{"no": "tag"}'),
        _said('{"t": "Fraction", "v": "1e99999999"}'),
        _said('{"t": "Fraction", "v": "1_0/0x3"}'),
        _said('{"t": "Decimal", "v": "1e99999999"}'),
        _said('{"t": "Decimal", "v": "1e-99999999"}'),
        _said('{"t": "array", "d": "<U99999", "s": [3000], "v": [' + ", ".join(['""'] * 3000) + "]}"),
        _said('{"t": "timestamp", "v": 0, "unit": "ns", "tz": "dateutil//etc/hostname"}'),
        _said('"' + "a" * (LARGEST_ANSWERS + 1) + '"'),
    ],
    ids=lambda text: text[:60],
)
def test_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(AnswersDamagedError):
        read(text)
