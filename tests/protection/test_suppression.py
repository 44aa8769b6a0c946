"""Small cells that stay hidden, groups of rows, and noise."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bordercourse.datasets import load
from bordercourse.errors import InputError
from bordercourse.protection import anonymity, laplace_noise, recoverable, small_cells, suppress, suppression


@st.composite
def tables(draw: Any) -> Any:
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    cells = draw(st.lists(st.integers(0, 30), min_size=rows * columns, max_size=rows * columns))
    return pd.DataFrame(np.reshape(cells, (rows, columns)), columns=[f"c{i}" for i in range(columns)])


@settings(max_examples=25, deadline=None)
@given(tables())
@example(pd.DataFrame({"c0": [0, 0], "c1": [0, 1]}))
def test_no_small_cell_can_be_worked_out(table: Any) -> None:
    try:
        result = suppress(table)
    except InputError:
        # Refused rightly: the totals give a small cell away even when every cell is left out.
        attacked = recoverable(table, pd.DataFrame(np.ones(table.shape, dtype=bool)))
        assert (attacked["exact"].to_numpy() & small_cells(table).to_numpy().ravel()).any()
        return
    shown = result.published.drop(index="total", columns="total")
    small = small_cells(table).to_numpy()
    assert shown.isna().to_numpy()[small].all()
    assert set(result.primary) == {(table.index[r], table.columns[c]) for r, c in np.argwhere(small)}
    # What is shown is true, and so are the totals.
    kept = shown.notna().to_numpy()
    assert (shown.to_numpy()[kept] == table.to_numpy()[kept]).all()
    assert result.published.loc["total", "total"] == table.to_numpy().sum()
    for row in result.ranges.itertuples():
        true = table.loc[row.row, row.column]
        assert row.lowest <= true <= row.highest
        if (row.row, row.column) in result.primary:
            assert not row.exact


def test_one_hidden_cell_is_given_away_by_its_total() -> None:
    table = pd.DataFrame({"girls": [12, 3], "boys": [9, 11]}, index=["north", "south"])
    found = recoverable(table, small_cells(table))
    assert found[["lowest", "highest"]].to_numpy().tolist() == [[3, 3]]
    assert bool(found["exact"][0])


def test_the_cheapest_cells_hide_the_small_one() -> None:
    table = pd.DataFrame({"girls": [2, 40, 7], "boys": [50, 60, 8], "other": [6, 70, 90]})
    result = suppress(table)
    assert set(result.complementary) == {(0, "other"), (2, "girls"), (2, "other")} or set(
        result.complementary
    ) == {(0, "boys"), (2, "girls"), (2, "boys")}
    hidden = {*result.primary, *result.complementary}
    best = min(
        sum(int(table.loc[r, c]) for r in (0, r2) for c in ("girls", c2))
        for r2 in (1, 2)
        for c2 in ("boys", "other")
    )
    assert sum(int(table.loc[r, c]) for r, c in hidden) == best


def test_a_bridge_between_two_blocks_is_found_out() -> None:
    """Two hidden cells a line are not enough: a cell that joins two blocks gives itself away."""
    table = pd.DataFrame(np.full((6, 6), 20))
    hidden = np.zeros((6, 6), dtype=bool)
    hidden[:3, :3] = [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    hidden[3:5, 3:5] = True
    hidden[0, 3] = True  # the bridge
    found = recoverable(table, pd.DataFrame(hidden)).set_index(["row", "column"])
    assert bool(found.loc[(0, 3), "exact"])
    assert not bool(found.loc[(0, 0), "exact"])


def brute_force(table: Any, threshold: Any = 5) -> Any:
    """Return the cost of the cheapest safe choice, by trying every one."""
    primary = small_cells(table, threshold).to_numpy()
    counts, best = table.to_numpy(), None
    for extra in product((False, True), repeat=int((~primary).sum())):
        hidden = primary.copy()
        hidden[~primary] = extra
        cost = int(np.maximum(counts, 1)[hidden & ~primary].sum())
        if best is not None and cost >= best:
            continue
        found = recoverable(table, pd.DataFrame(hidden, index=table.index, columns=table.columns))
        open_ = {(r.row, r.column) for r in found.itertuples() if not r.exact}
        if {(table.index[r], table.columns[c]) for r, c in np.argwhere(primary)} <= open_:
            best = cost
    return best


@pytest.mark.parametrize("seed", range(4))
def test_no_cheaper_choice_would_be_safe(seed: Any) -> None:
    """Against every one of the choices, also where a cell with nobody in it is a one-way street."""
    cells = np.random.default_rng(seed).permutation([3, 0, 0, 7, 9, 12, 20, 6, 30])
    table = pd.DataFrame(cells.reshape(3, 3), columns=list("abc"))
    result = suppress(table)
    cost = sum(max(int(table.loc[cell]), 1) for cell in result.complementary)
    assert cost == brute_force(table)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_table_of_twelve_districts_needs_few_rounds(share: Any, monkeypatch: Any) -> None:
    """Few small cells far apart are the hard case: each needs a circle of its own."""
    rounds = []
    plain = suppression._complement
    monkeypatch.setattr(suppression, "_complement", lambda *a: rounds.append(1) or plain(*a))  # type: ignore[func-returns-value]
    draw = np.random.default_rng(round(share * 10))
    cells = np.where(
        draw.random((12, 8)) < share, draw.integers(0, 5, (12, 8)), draw.integers(5, 500, (12, 8))
    )
    result = suppress(pd.DataFrame(cells))
    exact = {(r.row, r.column) for r in result.ranges.itertuples() if r.exact}
    assert len(result.primary) > 4
    assert not exact & set(result.primary)
    assert len(rounds) <= 12


def test_the_search_for_hiding_places_is_bounded(monkeypatch: Any) -> None:
    monkeypatch.setattr(suppression, "_MOST_ROUNDS", 1)
    table = pd.DataFrame(np.full((6, 6), 20))
    table.iloc[0, 0] = table.iloc[5, 5] = table.iloc[3, 1] = 2
    monkeypatch.setattr(suppression, "_complement", lambda counts, primary, cuts: primary)
    with pytest.raises(InputError, match="no safe choice"):
        suppress(table)


def test_nothing_small_nothing_left_out() -> None:
    result = suppress(pd.DataFrame({"a": [10, 20], "b": [30, 0]}))
    assert result.published.notna().to_numpy().all()
    assert str(result) == "0 small cells left out, 0 more to hide them; 4 cells shown."


def test_the_twelve_rows() -> None:
    result = anonymity(load("clinic_twelve"), ["area", "age_group"], "condition")
    assert (result.k, result.l, result.rows, result.groups) == (4, 1, 12, 3)
    assert result.t == pytest.approx(7 / 12)
    assert result.smallest.loc[0, "different"] == 1
    assert str(result) == "k = 4, l = 1, t = 0.583 (12 rows in 3 groups)"


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("pqr")),
        min_size=1,
        max_size=20,
    )
)
def test_k_and_l_are_what_counting_gives(rows: Any) -> None:
    frame = pd.DataFrame(rows, columns=["q1", "q2", "s"])
    result = anonymity(frame, ["q1", "q2"], "s")
    groups = frame.groupby(["q1", "q2"])["s"]
    assert result.k == groups.size().min()
    assert result.l == groups.nunique().min()
    assert 0 <= result.t <= 1


def test_noise_has_the_stated_scale_and_repeats() -> None:
    counts = pd.Series(np.zeros(200_000))
    noisy = laplace_noise(counts, epsilon=0.5, seed=1)
    assert noisy.abs().mean() == pytest.approx(2.0, rel=0.02)  # mean |Laplace(b)| = b = 1 / 0.5
    assert noisy.mean() == pytest.approx(0, abs=0.03)
    pd.testing.assert_series_equal(noisy, laplace_noise(counts, epsilon=0.5, seed=1))
    assert laplace_noise(pd.DataFrame({"a": [1, 2]}), 1.0, seed=3).shape == (2, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: suppress(pd.DataFrame({"a": [-1, 2], "b": [1, 2]})), r"a count is negative \(-1\)"),
        (lambda: suppress(pd.DataFrame({"a": ["x", "y"]})), "some values are not numbers"),
        (lambda: suppress(pd.DataFrame()), "no rows"),
        (lambda: suppress(pd.DataFrame({"a": [1, 20]})), "no choice of cells"),
        (lambda: suppress(pd.DataFrame({"a": [1, 20], "total": [1, 20]})), "total already"),
        (lambda: small_cells(pd.DataFrame({"a": [1]}), threshold=1), "threshold"),
        (lambda: recoverable(pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [True]})), "shape"),
        (lambda: anonymity(pd.DataFrame({"a": [1]}), [], "a"), "empty"),
        (lambda: anonymity(pd.DataFrame({"a": [1]}), ["b"], "a"), "no column 'b'"),
        (lambda: anonymity(pd.DataFrame({"a": [None], "b": [1]}), ["a"], "b"), "missing values"),
        (lambda: laplace_noise(pd.Series([1]), 0, seed=1), "epsilon"),
    ],
)
def test_what_cannot_be_used_is_named(call: Any, message: Any) -> None:
    with pytest.raises(InputError, match=message):
        call()
