"""Simulated posts: against theory, against each other, and what a humane post never does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.crossing import (
    Lane,
    Outage,
    Party,
    Post,
    SearchRoom,
    fluid_queue,
    line_days,
    priority_waits,
    simulate_day,
    simulate_days,
    steady_line,
)
from bordercourse.crossing.chance import arrival_hours, desk_hours, draw_day
from bordercourse.crossing.days import start_hours
from bordercourse.crossing.intervals import mean_interval
from bordercourse.errors import InputError

ALONE = Party("alone", 1, minutes=2)


def one_lane(desks: Any, minutes: float = 2) -> Post:
    return Post((Party("alone", 1, minutes=minutes),), (Lane("desks", ("alone",), desks),))


# --- against theory ----------------------------------------------------------------------------------------


def holds_theory(intervals: Any, theory: float) -> int:
    return sum(low <= theory <= high for _mean, low, high in intervals)


@pytest.mark.parametrize(("arrivals", "minutes", "desks"), [(20, 2, 2), (10, 5, 2), (6, 20, 3), (200, 3, 14)])
def test_intervals_of_many_days_hold_theory(arrivals: float, minutes: float, desks: int) -> None:
    """In at least 90 of 100 seeds the interval of 30 long days holds the mean wait of M/M/c."""
    theory = steady_line(arrivals, minutes, desks).wait_minutes
    random = np.random.default_rng(8)
    seeds, days, people, warm = 100, 30, 1200, 200
    arrived = np.cumsum(random.standard_exponential((seeds * days, people)) / arrivals, axis=1)
    desk = desk_hours(random, minutes, 1.0, arrived.shape)
    waits = 60 * (start_hours(arrived, desk, np.array([desks])) - arrived)[:, warm:].mean(axis=1)
    intervals = [mean_interval(one) for one in waits.reshape(seeds, days)]
    assert holds_theory(intervals, theory) >= 90


def steady_waits(post: Post, rate: float, hours: int, seed: int) -> pd.DataFrame:
    """The parties of a simulated time, without its first fifth."""
    parties = simulate_day(post, [rate] * hours, seed=seed).parties
    return parties[parties["arrived"] > hours / 5]


def test_intervals_of_the_engine_hold_theory_with_ranks() -> None:
    """In at least 90 of 100 seeds the engine's interval holds Cobham's wait of each rank."""
    first, second = Party("first", 0.25, 2, rank=1), Party("second", 0.75, 2, rank=2)
    post = Post((first, second), (Lane("desks", ("first", "second"), 2),))
    theory = priority_waits([10, 30], minutes=2, desks=2)
    for rank, (name, expected) in enumerate(zip(("first", "second"), theory, strict=True)):
        intervals = []
        for seed in range(100):
            means = [
                float(rows.loc[rows["kind"] == name, "wait_minutes"].mean())
                for rows in (steady_waits(post, 40, 15, 1000 * seed + day) for day in range(8))
            ]
            intervals.append(mean_interval(np.array(means)))
        assert holds_theory(intervals, expected) >= 90, rank


def test_the_engine_and_the_arrays_give_the_same_waits() -> None:
    """The same people through both: shifts, an hour without desks, and a rush."""
    desks = (3, 1, 0, 4, 2)
    for variation in (1.0, 0.4):
        random, again = np.random.default_rng(5), np.random.default_rng(5)
        rates = np.array([60.0, 80, 20, 10, 90])
        drawn = draw_day(again, one_lane(desks), rates, variation)
        day = simulate_day(one_lane(desks), rates, seed=5, variation=variation)
        arrived = arrival_hours(random, rates, 1)
        arrived = arrived[:, np.isfinite(arrived[0])]
        assert arrived[0] == pytest.approx(drawn.hour)
        starts = start_hours(arrived, drawn.desk[None, :], np.array(desks))
        waits = day.parties["wait_minutes"].to_numpy()
        assert 60 * (starts[0] - arrived[0]) == pytest.approx(waits, abs=1e-6)
        assert waits.max() > 30


def test_a_large_crowd_flows_as_the_fluid_says() -> None:
    """20,000 people and an outage: chance is small against the flow."""
    rates = [1000.0] * 20
    desks = [6] * 5 + [10] * 15
    flow = fluid_queue(rates, [120 * d for d in desks])
    days = line_days(rates, minutes=0.5, desks=desks, days=50, seed=3)
    mean, low, high = days.interval()
    assert mean == pytest.approx(60 * flow.mean_wait_hours, rel=0.03)
    assert low < mean < high
    assert days.interval("longest_wait")[0] == pytest.approx(60 * flow.longest_wait_hours, rel=0.05)


def test_arrivals_follow_the_rate_of_each_hour() -> None:
    rates = np.array([0.0, 300, 0, 100, 0])
    hours = arrival_hours(np.random.default_rng(1), rates, 400)
    came = hours[np.isfinite(hours)]
    counts = np.histogram(came, bins=range(6))[0] / 400
    assert counts == pytest.approx(rates, abs=4)
    assert counts[[0, 2, 4]].sum() == 0
    assert (np.diff(hours[:, :50], axis=1) >= 0).all()
    people = np.isfinite(hours).sum(axis=1)
    assert people.var() == pytest.approx(people.mean(), rel=0.25)  # Poisson
    assert not np.isfinite(arrival_hours(np.random.default_rng(1), np.zeros(3), 2)).any()


@pytest.mark.parametrize("variation", [0.0, 0.3, 1.0, 2.0])
def test_times_at_a_desk_have_their_mean_and_their_spread(variation: float) -> None:
    hours = desk_hours(np.random.default_rng(2), 6.0, variation, (200_000,))
    assert 60 * hours.mean() == pytest.approx(6, rel=0.02)
    assert hours.std() / hours.mean() == pytest.approx(variation, rel=0.03, abs=1e-9)


# --- people ------------------------------------------------------------------------------------------------

FAMILY = Party("family", 0.3, minutes=3, people=4, needs=("step-free",))
MEDICAL = Party("needs a doctor", 0.1, minutes=2, rank=1, needs=("nurse",), searched=0.0)
OTHERS = Party("others", 0.6, minutes=1, searched=0.2)
LANES = (
    Lane("gates", ("others",), 3),
    Lane("medical lane", ("needs a doctor",), 1, has=("nurse", "step-free")),
    Lane("desks", ("family", "others"), (2, 4, 1, 3), has=("step-free",)),
)
POST = Post((FAMILY, MEDICAL, OTHERS), LANES, SearchRoom(women=1, men=3, rooms=2, minutes=8))
DOWN = (Outage("gates", 0.5, 2.5),)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(0, 200), min_size=1, max_size=4), st.booleans())
def test_nobody_is_lost_or_served_twice(seed: int, rates: list[float], down: bool) -> None:
    day = simulate_day(POST, rates, seed=seed, outages=DOWN if down else ())
    parties = day.parties
    assert day.still_waiting == 0  # every lane stays open at the end
    assert len(parties) == len(draw_day(np.random.default_rng(seed), POST, np.array(rates), 1.0).hour)
    assert (parties["wait_minutes"] >= 0).all()
    assert (parties["left"] >= parties["arrived"]).all()
    assert (parties.loc[parties["searched"], "search_wait_minutes"] >= -1e-6).all()
    assert parties.loc[~parties["searched"], "search_wait_minutes"].isna().all()
    line = day.line()
    assert (line["waiting"] >= 0).all()
    assert line["waiting"].iloc[-1] == 0
    if len(parties):
        assert day.by_kind()["people"].sum() == parties["people"].sum()


def busy_at_once(rows: pd.DataFrame, start: Any, end: Any) -> int:
    """How many of the rows are in hand at the same moment, at most."""
    moments = sorted([(at, 1) for at in start] + [(at, -1) for at in end])
    level = most = 0
    for _at, change in moments:
        level += change
        most = max(most, level)
    return most


def test_desks_rooms_and_officers_are_never_in_two_places() -> None:
    random = np.random.default_rng(4)
    drawn = draw_day(random, POST, np.array([150.0] * 4), 1.0)
    parties = simulate_day(POST, [150] * 4, seed=4, outages=DOWN).parties
    start = parties["arrived"] + parties["wait_minutes"] / 60
    for lane, most in (("gates", 3), ("medical lane", 1), ("desks", 4)):
        rows = parties[parties["lane"] == lane]
        end = start[rows.index] + drawn.desk[rows.index]
        assert 1 <= busy_at_once(rows, start[rows.index] + 1e-9, end - 1e-9) <= most
    searched = parties[parties["searched"]]
    begin = (start + drawn.desk + parties["search_wait_minutes"] / 60)[searched.index] + 1e-9
    assert busy_at_once(searched, begin, searched["left"] - 1e-9) == 2  # two rooms
    for woman, officers in ((True, 1), (False, 3)):
        rows = searched[searched["woman"] == woman]
        assert busy_at_once(rows, begin[rows.index], rows["left"] - 1e-9) <= officers
    # Nobody is served at a gate that is dead.
    gate = start[parties["lane"] == "gates"]
    assert not ((gate >= 0.5) & (gate < 2.5)).any()
    assert set(parties.loc[parties["kind"] == "others", "lane"]) == {"gates", "desks"}


def test_each_party_uses_only_what_serves_it() -> None:
    parties = simulate_day(POST, [150] * 4, seed=4, outages=DOWN).parties
    serves = {lane.name: set(lane.serves) for lane in LANES}
    assert all(row.kind in serves[row.lane] for row in parties.itertuples())
    assert set(parties.loc[parties["kind"] == "family", "people"]) == {4}  # together, in one row and one turn


def test_who_must_wait_for_an_officer_of_the_same_sex_is_seen() -> None:
    """Three men and one woman search: women wait longer, and a second woman ends that."""
    by_sex = simulate_day(POST, [150] * 6, seed=2).by_sex().set_index("sex")
    assert by_sex.loc["women", "mean_wait"] > 3 * by_sex.loc["men", "mean_wait"]
    fair = Post(POST.parties, POST.lanes, SearchRoom(women=3, men=3, rooms=6, minutes=8))
    again = simulate_day(fair, [150] * 6, seed=2).by_sex().set_index("sex")
    assert again.loc["women", "people"] == by_sex.loc["women", "people"]  # the same people, another plan
    assert again.loc["women", "mean_wait"] < by_sex.loc["women", "mean_wait"] / 3


def test_more_desks_never_make_anybody_wait_longer() -> None:
    few, more = (simulate_day(one_lane(n), [100] * 5, seed=9).parties for n in (4, 5))
    assert (more["wait_minutes"] <= few["wait_minutes"] + 1e-6).all()
    mean = [line_days([100] * 5, 2, n, days=40, seed=1).interval()[0] for n in (4, 5, 6)]
    assert mean == sorted(mean, reverse=True)


def test_who_waits_at_a_lane_that_stays_closed_is_counted() -> None:
    day = simulate_day(one_lane((2, 0)), [100, 100], seed=1)
    late = day.parties["arrived"] > 1
    assert day.parties.loc[late, "wait_minutes"].isna().all()
    assert day.still_waiting >= int(late.sum())
    assert f"{day.still_waiting} still wait" in str(day)
    arrays = line_days([100, 100], 2, [2, 0], days=5, seed=1)
    assert (arrays.table["never_served"] > 0).all()
    assert line_days([10], 2, 0, days=3, seed=1).table["never_served"].sum() > 0
    assert "Nobody passed" in str(simulate_day(one_lane(0), [20], seed=1))


def test_a_shift_and_an_outage_take_desks_away() -> None:
    whole = simulate_day(one_lane(4), [110] * 6, seed=3)
    down = simulate_day(one_lane(4), [110] * 6, seed=3, outages=[Outage("desks", 1, 3, desks=2)])
    shift = simulate_day(one_lane((4, 2, 2, 4, 4, 4)), [110] * 6, seed=3)
    assert down.parties["wait_minutes"].mean() > 2 * whole.parties["wait_minutes"].mean()
    assert down.parties["wait_minutes"].to_numpy() == pytest.approx(shift.parties["wait_minutes"].to_numpy())


def test_many_days_of_a_post_have_intervals_and_the_same_seed_the_same_days() -> None:
    found = simulate_days(POST, [60] * 3, seed=1, days=12)
    again = simulate_days(POST, [60] * 3, seed=1, days=12)
    pd.testing.assert_frame_equal(found.table, again.table)
    assert (found.table["low"] <= found.table["mean_wait"]).all()
    assert (found.table["mean_wait"] <= found.table["high"]).all()
    wider = simulate_days(POST, [60] * 3, seed=1, days=4).table
    assert ((wider["high"] - wider["low"]) > (found.table["high"] - found.table["low"])).any()
    assert "needs a doctor" in str(found)
    assert [t.get_text() for t in found.plot().get_yticklabels()] == list(found.table["kind"])
    assert mean_interval(np.array([3.0]))[0] == 3.0
    assert np.isnan(mean_interval(np.array([]))[0])


def test_days_and_a_day_draw_themselves() -> None:
    day = simulate_day(POST, [150] * 3, seed=1)
    top = np.max(day.plot().get_lines()[0].get_ydata())
    assert top == day.line()["waiting"].max()
    days = line_days([100] * 3, 2, 4, days=30, seed=1)
    assert days.plot().get_lines()[0].get_xdata()[0] == pytest.approx(days.interval()[0])
    assert "30 days" in str(days)


# --- what a post is refused for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("post", "message"),
    [
        (lambda: Post((FAMILY, MEDICAL, OTHERS), LANES), "no woman is there to search"),
        (
            lambda: Post(POST.parties, LANES, SearchRoom(women=0, men=2)),
            "'others' may be searched, and no woman is there",
        ),
        (lambda: Post(POST.parties, LANES, SearchRoom(women=2, men=0)), "no man is there"),
        (
            lambda: Post(POST.parties, (Lane("all", ("family", "needs a doctor", "others"), 3),)),
            "'all' serves 'family' and has no step-free",
        ),
        (lambda: Post((FAMILY, MEDICAL, OTHERS), LANES[:1]), "no lane serves 'family'"),
        (lambda: Post((ALONE,), (Lane("desks", ("alone", "crew"), 1),)), "'crew', who is no party"),
        (lambda: Post((FAMILY, OTHERS), LANES[2:]), "shares do not make 1"),
        (lambda: Post((Party("x", 0.5, 1), Party("x", 0.5, 1)), (Lane("d", ("x",), 1),)), "used twice"),
        (lambda: simulate_day(POST, [5], seed=1, outages=[Outage("exit", 0, 1)]), "no lane 'exit'"),
        (lambda: simulate_day(POST, [5], seed=1, outages=[Outage("gates", 1, 1)]), "ends before it begins"),
    ],
)
def test_a_post_that_leaves_somebody_out_is_refused(post: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        post()
