"""A backlog week by week against its closed form."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.crossing import backlog, capacity_needed, clearance_time
from bordercourse.errors import InputError

RATES = st.floats(0, 1000, allow_nan=False)
SHARES = st.floats(0, 0.95)


@settings(max_examples=200, deadline=None)
@given(st.floats(1, 50_000), RATES, RATES, SHARES)
def test_constant_rates_equal_the_closed_form(start: Any, arrivals: Any, capacity: Any, share: Any) -> None:
    exact = clearance_time(start, arrivals, capacity, share)
    run = backlog(start, arrivals, capacity, blocked_share=share, weeks=300)
    if exact < 299:
        assert run.cleared_after == pytest.approx(exact, rel=1e-6, abs=1e-9)
        assert run.table["waiting"].iloc[math.ceil(exact)] == pytest.approx(0, abs=1e-5)
    elif exact > 301:
        assert math.isnan(run.cleared_after)
        assert run.table["waiting"].iloc[-1] > 0


@settings(max_examples=100, deadline=None)
@given(
    st.floats(0, 5_000),
    st.lists(RATES, min_size=20, max_size=20),
    st.lists(RATES, min_size=20, max_size=20),
    SHARES,
    st.sets(st.integers(1, 20)),
    st.floats(0, 100),
)
def test_no_case_is_lost(
    start: Any, arrivals: Any, capacity: Any, share: Any, closed: Any, freed: Any
) -> None:
    run = backlog(
        start, arrivals, capacity, blocked_share=share, closed_weeks=sorted(closed), unblocked=freed, weeks=20
    )
    table = run.table
    total = start + table["arrivals"].sum()
    kept = table["finished"].sum() + table["waiting"].iloc[-1] + table["blocked"].iloc[-1]
    assert kept == pytest.approx(total, rel=1e-9, abs=1e-6)
    assert (table[["finished", "waiting", "blocked"]] >= -1e-9).all().all()
    assert (table["finished"] <= table["capacity"] + 1e-6).all()
    assert (table.loc[table["week"].isin(closed), "finished"].abs() < 1e-6).all()


@settings(max_examples=100, deadline=None)
@given(st.floats(1, 50_000), RATES, st.floats(1, 500), SHARES)
def test_capacity_needed_is_the_inverse(start: Any, arrivals: Any, weeks: Any, share: Any) -> None:
    capacity = capacity_needed(start, arrivals, weeks, share)
    assert clearance_time(start, arrivals, capacity, share) == pytest.approx(weeks, rel=1e-4)


def test_a_queue_can_end_while_people_stay_blocked() -> None:
    run = backlog(10_000, 100, 400, blocked_share=0.2, weeks=60)
    assert run.cleared_after == pytest.approx(0.8 * 10_000 / (400 - 80))
    assert run.still_blocked == pytest.approx(2_000 + 60 * 20)
    # The queue is empty after 25 weeks: then 20 a week have joined the 2,000, not the 60 weeks' worth.
    assert run.blocked_when_cleared == pytest.approx(2_000 + run.cleared_after * 20)
    assert f"{run.blocked_when_cleared:,.0f} blocked that day; in week 60 3,200 blocked" in str(run)
    assert math.isnan(backlog(10_000, 400, 400, blocked_share=0.0, weeks=10).blocked_when_cleared)
    freed = backlog(10_000, 100, 400, blocked_share=0.2, unblocked=80, weeks=60)
    assert freed.still_blocked < run.still_blocked
    assert freed.cleared_after > run.cleared_after


def test_closures_lengthen_the_wait_by_what_was_lost() -> None:
    # Four weeks lost at 500 a week are worked off at 300 a week (500 less 200 new ones).
    plain, closed = backlog(12_000, 200, 500), backlog(12_000, 200, 500, closed_weeks=range(3, 7))
    assert closed.cleared_after - plain.cleared_after == pytest.approx(4 * 500 / 300)


def test_never_and_at_once() -> None:
    assert clearance_time(10, 5, 5) == math.inf
    assert clearance_time(0, 5, 5) == 0
    assert clearance_time(10, 5, 0, 1.0) == 0
    assert "not cleared in 10 weeks" in str(backlog(100, 10, 5, weeks=10))


def test_a_backlog_draws_what_it_says() -> None:
    run = backlog(1_000, 10, 50, blocked_share=0.1, weeks=30)
    ax = run.plot()
    waiting = next(line for line in ax.get_lines() if line.get_label() == "waiting")
    assert list(waiting.get_ydata())[1:] == list(run.table["waiting"])  # type: ignore[arg-type]
    assert waiting.get_ydata()[0] == 900


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clearance_time(-1, 1, 1), "start"),
        (lambda: clearance_time(1, 1, 1, 2), "blocked_share"),
        (lambda: capacity_needed(1, 1, 0), "weeks"),
        (lambda: backlog(1, 1, 1, weeks=0), "weeks"),
        (lambda: backlog(1, [1, 2], 1, weeks=5), "2 weeks of 5"),
        (lambda: backlog(1, 1, -1), "capacity"),
        (lambda: backlog(1, 1, 1, closed_weeks=[0]), "closed_weeks"),
    ],
)
def test_what_cannot_be_used_is_named(call: Any, message: Any) -> None:
    with pytest.raises(InputError, match=message):
        call()
