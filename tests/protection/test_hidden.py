"""Multiple-systems estimates: published cells, closed forms, and fragility."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.datasets import load
from bordercourse.errors import InputError
from bordercourse.protection import fragility, main_effects, stepwise


def two_lists(first: Any, second: Any, both: Any) -> Any:
    return pd.DataFrame({"a": [1, 0, 1], "b": [0, 1, 1], "cases": [first, second, both]})


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_two_lists_give_lincoln_and_petersen(first: Any, second: Any, both: Any) -> None:
    expected = (first + both) * (second + both) / both
    assert main_effects(two_lists(first, second, both)).total == pytest.approx(expected, rel=1e-8)


def independent(probabilities: Any, people: Any) -> Any:
    """Return the expected cells of independent lists with a known population."""
    rows = []
    for mark in product((0, 1), repeat=len(probabilities)):
        if any(mark):
            share = np.prod([p if m else 1 - p for p, m in zip(probabilities, mark, strict=True)])
            rows.append((*mark, people * share))
    return pd.DataFrame(rows, columns=[*"abcdef"[: len(probabilities)], "cases"])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.05, 0.8), min_size=3, max_size=4))
def test_independent_lists_give_the_truth(probabilities: Any) -> None:
    estimate = main_effects(independent(probabilities, 10_000))
    assert estimate.total == pytest.approx(10_000, abs=1.5)  # observed is shown as a whole number


def test_order_and_split_of_the_rows_do_not_matter() -> None:
    lists = load("uk_trafficking_lists_2013")
    other = pd.concat([lists, lists])[[*reversed(list(lists.columns[:-1])), "cases"]]
    assert main_effects(other).total == pytest.approx(2 * main_effects(lists).total, rel=1e-9)


def test_the_published_cells() -> None:
    lists = load("uk_trafficking_lists_2013")
    assert (len(lists), lists["cases"].sum()) == (25, 2744)
    estimate = main_effects(lists)
    # The Home Office (2014) published 10,000 to 13,000.
    assert 10_000 < estimate.total < 13_000
    assert estimate.total == pytest.approx(12_214, abs=1)
    assert estimate.low < estimate.total < estimate.high
    chosen = stepwise(lists)
    assert 10_000 < chosen.total < 13_000
    assert len(chosen.pairs) == 8
    assert chosen.deviance < estimate.deviance


def test_one_list_left_out_moves_the_estimate_far() -> None:
    result = fragility(load("uk_trafficking_lists_2013"))
    table = result.table.set_index("left_out")
    assert table.loc["police", "main_effects"] == pytest.approx(18_039, abs=1)
    assert table.loc["ngo", "stepwise"] == pytest.approx(26_680, abs=1)
    assert result.high / result.low > 2.5
    assert table.loc["none", "observed"] == 2744
    assert table.loc["police", "observed"] == 2744 - 907
    ax = result.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == list(result.table["left_out"])
    drawn = {tuple(line.get_xdata()) for line in ax.get_lines()}  # type: ignore[arg-type]
    assert tuple(result.table["stepwise"]) in drawn


def test_a_dependence_that_is_there_is_found_and_changes_the_answer() -> None:
    lists = independent([0.3, 0.3, 0.2], 5_000)
    both = (lists["a"] == 1) & (lists["b"] == 1)
    lists.loc[both, "cases"] *= 4
    chosen = stepwise(lists)
    assert chosen.pairs == (("a", "b"),)
    assert chosen.total > main_effects(lists).total


def test_without_dependence_nothing_is_added() -> None:
    lists = independent([0.3, 0.25, 0.2], 5_000)
    assert stepwise(lists).pairs == ()
    assert stepwise(lists).total == pytest.approx(main_effects(lists).total)


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        (two_lists(3, 4, 0), "share nobody"),
        (pd.DataFrame({"a": [1], "cases": [3]}), "fewer than two"),
        (pd.DataFrame({"a": [1], "b": [1]}), "no column 'cases'"),
        (pd.DataFrame({"a": [1, 2], "b": [1, 0], "cases": [3, 3]}), "neither 0 nor 1"),
        (pd.DataFrame({"a": [1, 0], "b": [1, 0], "cases": [3, 3]}), "on no list"),
        (pd.DataFrame({"a": [1, 0], "b": [1, 1], "cases": [3, -3]}), "negative"),
        (pd.DataFrame({"a": [1, 0], "b": [1, 1], "c": [0, 0], "cases": [3, 3]}), "nobody is on this list"),
    ],
)
def test_what_cannot_be_used_is_named(lists: Any, message: Any) -> None:
    with pytest.raises(InputError, match=message):
        main_effects(lists)


def test_leaving_out_needs_three_lists() -> None:
    with pytest.raises(InputError, match="only two lists"):
        fragility(two_lists(5, 10, 5))
    with pytest.raises(InputError, match="enter: .*between 0 and 1"):
        stepwise(two_lists(5, 10, 5), enter=1.5)
