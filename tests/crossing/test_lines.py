"""Steady lines and flows against published values, and the identities that they must hold."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse import crossing
from bordercourse.crossing import (
    desks_needed,
    erlang_b,
    erlang_c,
    fluid_queue,
    outage_queue,
    priority_waits,
    steady_line,
    waiting_needs,
)
from bordercourse.errors import InputError

# --- published values --------------------------------------------------------------------------------


def test_the_eye_clinic() -> None:
    """Six patients an hour, 20 minutes each, three doctors: a textbook's clinic (answers 1/9, 4/9, 8/9)."""
    line = steady_line(6, minutes=20, desks=3)
    assert line.empty_share == pytest.approx(1 / 9)
    assert line.wait_share == pytest.approx(4 / 9)
    assert line.waiting == pytest.approx(8 / 9)
    assert line.total_minutes == pytest.approx(28.9, abs=0.05)


def test_the_desk_in_the_mall() -> None:
    """20 people an hour, 30 served an hour by each of two: empty 1/2, 3/4 there, 0.0375 hours each."""
    line = steady_line(20, minutes=2, desks=2)
    assert line.empty_share == pytest.approx(1 / 2)
    assert line.people == pytest.approx(3 / 4)
    assert line.total_minutes / 60 == pytest.approx(0.0375)


def test_a_hundred_calls_and_fourteen_agents() -> None:
    """100 calls in 30 minutes, 3 minutes each: 17.41 percent wait, 88.8 percent within 20 s, 7.8 s."""
    line = steady_line(200, minutes=3, desks=14)
    assert line.wait_share == pytest.approx(0.1741, abs=5e-5)
    assert 1 - line.share_waiting_longer(20 / 60) == pytest.approx(0.888, abs=5e-4)
    assert 60 * line.wait_minutes == pytest.approx(7.8, abs=0.05)
    assert desks_needed(200, minutes=3, within=20 / 60, share=0.8).desks == 14


@pytest.mark.parametrize(
    ("desks", "empty", "waiting", "people", "wait", "total", "share"),
    [
        (2, 0.412, 0.175, 1.008, 0.018, 0.101, 0.245),
        (3, 0.432, 0.022, 0.856, 0.002, 0.086, 0.058),
        (4, 0.434, 0.003, 0.836, 0.000, 0.084, 0.011),
    ],
)
def test_the_table_of_two_three_and_four_servers(
    desks: int, empty: float, waiting: float, people: float, wait: float, total: float, share: float
) -> None:
    """10 an hour, 12 an hour each: Cengage Learning's template for several servers prints these."""
    line = steady_line(10, minutes=5, desks=desks)
    printed = [empty, waiting, people, wait, total, share]
    ours = [line.empty_share, line.waiting, line.people, line.wait_minutes / 60, line.total_minutes / 60]
    assert [*ours, line.wait_share] == pytest.approx(printed, abs=5.1e-4)


def test_the_gate_of_a_park() -> None:
    """480 vehicles an hour for 20 minutes from 08:00, then 120; 15 seconds each (Mannering's textbook)."""
    line = fluid_queue([480, 120, 120], 240, step=20 / 60)
    assert line.peak == pytest.approx(80)
    assert 60 * line.peak_hour == pytest.approx(20)
    assert 60 * line.empty_hour == pytest.approx(60)
    assert 60 * line.person_hours == pytest.approx(2400)
    assert 60 * line.longest_wait_hours == pytest.approx(20)
    assert 60 * line.mean_wait_hours == pytest.approx(10)


def test_gates_dead_for_34_hours() -> None:
    """1,000 an hour, six desks of 120 (UK Home Office, 24 July 2018: 1,200 an hour by ten officers)."""
    by_formula = outage_queue(1000, normal=1200, reduced=6 * 1200 / 10, hours=34)
    assert by_formula.at_restart == pytest.approx(9520)
    assert by_formula.hours_to_clear == pytest.approx(47.6)
    assert by_formula.longest_wait_hours == pytest.approx(9.52)
    flow = fluid_queue([1000] * 100, [720] * 34 + [1200] * 66)
    assert flow.peak == pytest.approx(9520)
    assert flow.empty_hour - 34 == pytest.approx(47.6)
    assert flow.person_hours == pytest.approx(by_formula.person_hours)
    assert flow.longest_wait_hours == pytest.approx(9.52)


# --- identities ---------------------------------------------------------------------------------------

LOADS = st.floats(0.01, 60)
DESKS = st.integers(1, 60)


@settings(max_examples=200, deadline=None)
@given(LOADS, DESKS)
def test_erlang_b_is_its_sum_and_its_recursion(load: float, desks: int) -> None:
    logs = [n * math.log(load) - math.lgamma(n + 1) for n in range(desks + 1)]
    by_sum = math.exp(logs[-1]) / math.fsum(math.exp(one) for one in logs)
    assert erlang_b(load, desks) == pytest.approx(by_sum, rel=1e-9)
    before = erlang_b(load, desks - 1)
    assert erlang_b(load, desks) == pytest.approx(load * before / (desks + load * before))
    assert erlang_b(np.array([load, 2 * load]), desks)[1] == pytest.approx(erlang_b(2 * load, desks))


@settings(max_examples=200, deadline=None)
@given(LOADS, DESKS)
def test_more_desks_never_make_it_worse(load: float, desks: int) -> None:
    assert erlang_b(load, desks + 1) <= erlang_b(load, desks)
    assert erlang_c(load, desks + 1) <= erlang_c(load, desks)
    if load < desks:
        few, more = steady_line(60 * load, 1, desks), steady_line(60 * load, 1, desks + 1)
        assert more.wait_minutes <= few.wait_minutes
        assert all(more.share_waiting_longer(m) <= few.share_waiting_longer(m) for m in (0, 0.5, 2))


@settings(max_examples=200, deadline=None)
@given(st.floats(0.05, 0.97), DESKS, st.floats(0.1, 30))
def test_littles_law_and_the_distribution(busy: float, desks: int, minutes: float) -> None:
    arrivals = 60 * busy * desks / minutes
    line = steady_line(arrivals, minutes, desks)
    assert line.people == pytest.approx(arrivals / 60 * line.total_minutes)
    # The mean is the area under the share that waits longer.
    end = line.wait_of(1 - 1e-9) if line.wait_share > 1e-9 else 0.0
    at = np.linspace(0, end, 20_001)
    area = np.trapezoid([line.share_waiting_longer(m) for m in at[::20]], at[::20])
    assert line.wait_minutes == pytest.approx(area, rel=1e-3, abs=1e-6)
    assert 1 - line.share_waiting_longer(line.wait_of(0.95)) >= 0.95 - 1e-9


@settings(max_examples=200, deadline=None)
@given(st.floats(0.05, 0.97), DESKS, st.lists(st.floats(0.01, 1), min_size=1, max_size=4))
def test_going_first_costs_the_others_what_it_gains(busy: float, desks: int, parts: list[float]) -> None:
    arrivals = np.array(parts) / sum(parts) * 60 * busy * desks
    waits = priority_waits(arrivals.tolist(), minutes=1, desks=desks)
    together = steady_line(float(arrivals.sum()), 1, desks).wait_minutes
    assert np.dot(arrivals, waits) == pytest.approx(together * arrivals.sum())
    assert list(waits) == sorted(waits)
    assert waits[0] <= together + 1e-12


def test_a_group_that_goes_last_may_wait_for_ever() -> None:
    first, last = priority_waits([60, 600], minutes=1, desks=10)
    assert 0 < first < 1
    assert last == math.inf


@settings(max_examples=100, deadline=None)
@given(st.floats(1, 500), st.floats(0.2, 20), st.floats(0, 30), st.floats(0.5, 0.99))
def test_no_fewer_desks_would_keep_the_promise(
    arrivals: float, minutes: float, within: float, share: float
) -> None:
    line = desks_needed(arrivals, minutes, within=within, share=share)
    assert 1 - line.share_waiting_longer(within) >= share
    assert line.wait_share == pytest.approx(erlang_c(line.load, line.desks))
    if line.desks > line.load + 1:
        assert 1 - steady_line(arrivals, minutes, line.desks - 1).share_waiting_longer(within) < share


FLOWS = st.lists(st.floats(0, 1000) | st.just(0.0), min_size=1, max_size=30)


@settings(max_examples=300, deadline=None)
@given(FLOWS, FLOWS, st.floats(0, 2000) | st.just(0.0), st.floats(0.05, 3))
def test_a_flow_loses_nobody(came: Any, power: Any, start: float, step: float) -> None:
    steps = min(len(came), len(power))
    inflow, outflow = np.array(came[:steps]), np.array(power[:steps])
    line = fluid_queue(inflow, outflow, start=start, step=step)
    table = line.table
    assert table["arrived"].iloc[-1] == pytest.approx(start + inflow.sum() * step)
    assert (table["arrived"] - table["waiting"]).to_numpy() == pytest.approx(
        table["passed"].to_numpy(), abs=1e-6
    )
    assert (table["passed"].diff().dropna() >= -1e-9).all()
    assert (table["waiting"] >= 0).all()
    # Little's law: the area between the two totals is what all people wait together.
    waits = np.trapezoid(table["arrived"] - table["passed"], table["hour"])
    assert line.person_hours == pytest.approx(waits, rel=1e-6, abs=1e-6)
    by_step = slowly(inflow, outflow, start, step)
    assert line.still_waiting == pytest.approx(by_step[0], abs=1e-5)
    assert line.person_hours == pytest.approx(by_step[1], rel=1e-6, abs=1e-4)
    more = fluid_queue(inflow, outflow + 1, start=start, step=step)
    assert more.person_hours <= line.person_hours + 1e-6
    assert more.longest_wait_hours <= line.longest_wait_hours + 1e-6


def slowly(inflow: Any, outflow: Any, start: float, step: float) -> tuple[float, float]:
    """The same line, step by step, with the area of each step by its own formula."""
    waiting, area = start, 0.0
    for came, power in zip(inflow, outflow, strict=True):
        after = waiting + (came - power) * step
        if after >= 0:
            area += (waiting + after) / 2 * step
        else:
            area += waiting**2 / 2 / (power - came)
        waiting = max(0.0, after)
    return waiting, area


def test_a_desk_that_lets_hardly_anybody_pass_is_no_error() -> None:
    line = fluid_queue([0.0, 0.0], [2e-313, 5e-324], start=1.0)
    assert line.still_waiting == pytest.approx(1)
    assert line.person_hours == pytest.approx(2)


@settings(max_examples=100, deadline=None)
@given(FLOWS, FLOWS, st.floats(0, 500))
def test_the_longest_wait_is_that_of_some_person(came: Any, power: Any, start: float) -> None:
    """Follow a thousand people one by one, and find nobody who waits longer."""
    steps = min(len(came), len(power))
    inflow, outflow = np.array([*came[:steps], 0.0]), np.array([*power[:steps], 400.0])
    line = fluid_queue(
        np.append(inflow, [0.0] * 100), np.append(outflow, [400.0] * 100), start=start
    )  # long enough for all to pass
    table = line.table
    people = np.linspace(0, float(table["passed"].iloc[-1]), 1001)[1:-1]
    if not line.peak:
        assert line.longest_wait_hours == pytest.approx(0, abs=1e-9)
        return
    arrive = np.interp(people, table["arrived"], table["hour"])
    leave = np.interp(people, table["passed"], table["hour"])
    assert line.longest_wait_hours >= (leave - arrive).max() - 1e-6
    assert line.longest_wait_hours <= float(table["hour"].iloc[-1])


def test_who_waits_at_a_closed_desk_waits_until_it_opens() -> None:
    line = fluid_queue([10, 0, 0, 0], [0, 0, 0, 100])
    assert line.longest_wait_hours == pytest.approx(3)  # who came first: from hour 0 to hour 3
    assert line.empty_hour == pytest.approx(3.1)
    closed = fluid_queue([10, 0], 0)
    assert closed.longest_wait_hours == pytest.approx(2)
    assert math.isnan(closed.empty_hour)
    assert "10 still wait at hour 2" in str(closed)
    assert str(fluid_queue([10], 20)) == "Nobody waits"
    there_first = fluid_queue([0, 0], [0, 50], start=50)
    assert there_first.longest_wait_hours == pytest.approx(2)


@settings(max_examples=100, deadline=None)
@given(st.floats(10, 1000), st.floats(1.05, 3), st.floats(0, 0.95), st.floats(0.5, 20))
def test_an_outage_by_formula_is_the_flow(
    arrivals: float, normal: float, reduced: float, hours: float
) -> None:
    rates = {"normal": normal * arrivals, "reduced": reduced * arrivals}
    found = outage_queue(arrivals, hours=hours, **rates)
    after = math.ceil(found.hours_to_clear / hours) + 1
    flow = fluid_queue(arrivals, [rates["reduced"]] + [rates["normal"]] * after, step=hours)
    assert flow.peak == pytest.approx(found.at_restart)
    assert flow.empty_hour - hours == pytest.approx(found.hours_to_clear, rel=1e-6)
    assert flow.person_hours == pytest.approx(found.person_hours)
    assert flow.longest_wait_hours == pytest.approx(found.longest_wait_hours)


def test_an_outage_that_is_never_made_good() -> None:
    assert outage_queue(100, normal=200, reduced=120, hours=5).at_restart == 0
    never = outage_queue(100, normal=90, reduced=0, hours=5)
    assert never.at_restart == 500
    assert never.hours_to_clear == never.person_hours == never.longest_wait_hours == math.inf


# --- what people need, and what is refused ---------------------------------------------------------------


def test_needs_follow_the_published_minimums() -> None:
    needs = waiting_needs(500, 24 * 100).set_index("item")["amount"]
    assert needs["drinking water"] == 300  # 100 people for a day, three litres each
    assert needs["toilets"] == 10
    assert needs["toilets for women, of these"] == 8
    assert needs["taps"] == 2
    assert needs["places in the shade"] == 500
    assert waiting_needs(0, 0)["amount"].sum() == 0
    text = " ".join((inspect.getdoc(waiting_needs) or "").split())
    assert "No plan for a camp" in text
    assert "No published number for shade was found" in text


def test_a_line_that_never_stops_growing_has_no_steady_state() -> None:
    with pytest.raises(InputError, match="never stops growing"):
        steady_line(1000, minutes=0.5, desks=6)
    assert erlang_c(8.0, 6) == 1.0
    with pytest.raises(InputError, match="2 steps of 3"):
        fluid_queue([1, 2], [1, 2, 3])


METHODS = [name for name in crossing.__all__ if inspect.isfunction(getattr(crossing, name))]


@pytest.mark.parametrize(
    "name", [n for n in METHODS if n not in ("backlog", "capacity_needed", "clearance_time")]
)
def test_help_says_what_the_result_is_not(name: str) -> None:
    text = inspect.getdoc(getattr(crossing, name)) or ""
    assert "*What the result is not.*" in text
    for part in ("Parameters", "Returns", "Raises", "InputError", "Examples", ">>> "):
        assert part in text, part


def test_results_draw_themselves() -> None:
    line = steady_line(6, 20, 3)
    assert line.plot().get_lines()[0].get_ydata()[0] == pytest.approx(100 * 4 / 9)
    flow = fluid_queue([480, 120, 120], 240, step=20 / 60)
    assert np.max(flow.plot().get_lines()[0].get_ydata()) == pytest.approx(80)
    assert "9,520" in str(outage_queue(1000, normal=1200, reduced=720, hours=34))
