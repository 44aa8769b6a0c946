"""Availability, the base rate, attack trees and log lines against published values."""

from __future__ import annotations

import inspect
import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse import resilience
from bordercourse.errors import InputError
from bordercourse.resilience import (
    AttackTree,
    alarm_odds,
    attack_tree,
    availability,
    in_parallel,
    in_series,
    read_logs,
)

# --- availability -------------------------------------------------------------------------------------


def test_the_machine_of_two_parts() -> None:
    """P. Brady, pixelbeat.org: 50,000 h and 5 h with 20,000 h and 2 h: 14,286 h, 99.98 %, 1 h 45 min."""
    machine = in_series([availability(50_000, 5), availability(20_000, 2)])
    assert machine.mtbf == pytest.approx(14_286, abs=0.5)
    assert round(100 * machine.share, 2) == 99.98
    assert "1 h 45 min" in machine.sentence()


def test_two_times_five_nines() -> None:
    """A maker's white paper: two modules of five nines in series are 99.998 %, 10.5 minutes in a year."""
    nines = availability(99_999, 1)
    both = in_series([nines, nines])
    assert round(100 * both.share, 3) == 99.998
    assert 60 * both.hours_down == pytest.approx(10.5, abs=0.02)


def test_two_servers_only_if_they_fail_apart() -> None:
    server = availability(99, 1)
    assert server.share == pytest.approx(0.99)
    assert in_parallel([server, server]).share == pytest.approx(0.9999)
    one_cause = in_parallel([server, server], common_cause=0.1)
    assert one_cause.hours_down > 10 * in_parallel([server, server]).hours_down
    # The two short forms of the docstring: 9 h 33 min as the function, and 9 h 28 min.
    assert round(60 * one_cause.hours_down) == round(60 * 8760 * (0.1 * 0.01 + 0.9 * 0.01**2)) == 573
    assert round(60 * 8760 * (0.1 * 0.01 + (0.9 * 0.01) ** 2)) == 568
    assert in_parallel([server, server], common_cause=1.0).share == pytest.approx(server.share, abs=1e-9)


part = st.builds(availability, st.floats(10, 1e6), st.floats(0.01, 100))


@given(st.lists(part, min_size=1, max_size=4), st.floats(0, 1))
def test_a_row_is_worse_than_its_worst_part_and_a_spare_is_better(parts: list[Any], common: float) -> None:
    row, spare = in_series(parts), in_parallel(parts, common_cause=common)
    assert row.share <= min(p.share for p in parts) + 1e-12
    assert row.share == pytest.approx(math.prod(p.share for p in parts))
    assert spare.share <= in_parallel(parts).share + 1e-12
    assert row.hours_down == pytest.approx(row.failures * row.mttr)
    alone = in_parallel([parts[0]], common_cause=common)
    assert alone.share == parts[0].share


def test_a_part_that_is_repaired_at_once_is_never_down() -> None:
    at_once = availability(100, 0)
    assert at_once.hours_down == 0
    both = in_parallel([at_once, availability(100, 5)])
    assert both.share == 1
    assert both.hours_down == 0


# --- the base rate ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "false_alarms", "true_share"), [(1, 1e-5, 0.667), (0.7, 1e-5, 0.583), (1, 1e-3, 0.020)]
)
def test_what_an_alarm_is_worth(found: float, false_alarms: float, true_share: float) -> None:
    """Two in 100,000 records; the formula of Axelsson, ACM TISSEC 3(3), 2000."""
    assert alarm_odds(2e-5, found, false_alarms).true_share == pytest.approx(true_share, abs=5e-4)


def test_a_printed_answer_took_the_wrong_number_of_records() -> None:
    """An exercise on operating systems prints 0.193 for ten million records a day; that is one million."""
    bad = 10 * 20
    assert alarm_odds(bad / 1e6, 0.6, 0.0005).true_share == pytest.approx(0.193, abs=7e-4)
    assert alarm_odds(bad / 1e7, 0.6, 0.0005).true_share == pytest.approx(0.0234, abs=5e-5)


def test_the_counts_are_those_of_the_share() -> None:
    odds = alarm_odds(2e-5, 1, 1e-3)
    true, false = odds.counted(1e6)["alarms"]
    assert true / (true + false) == pytest.approx(odds.true_share)
    with pytest.raises(InputError, match="nothing ever raises"):
        alarm_odds(0.5, 0, 0)


# --- the safe -----------------------------------------------------------------------------------------


def safe() -> AttackTree:
    """The safe of B. Schneier, Dr. Dobb's Journal, December 1999; costs as a copy prints them."""
    return attack_tree(
        "open the safe",
        {
            "open the safe": (
                "or",
                ["pick the lock", "learn the combination", "cut it open", "install badly"],
            ),
            "learn the combination": ("or", ["find it written", "get it from the owner"]),
            "get it from the owner": ("or", ["threaten", "blackmail", "bribe", "eavesdrop"]),
            "eavesdrop": ("and", ["listen", "make the owner say it"]),
        },
        {
            "pick the lock": 30,
            "cut it open": 10,
            "install badly": 100,
            "find it written": 75,
            "threaten": 60,
            "blackmail": 100,
            "bribe": 20,
            "listen": 25,
            "make the owner say it": 40,
        },
    )


def test_the_safe_has_eight_ways_and_costs_ten() -> None:
    ways = safe().cut_sets()
    assert len(ways) == 8
    assert [sorted(way) for way in ways if len(way) > 1] == [["listen", "make the owner say it"]]
    assert safe().cheapest() == 10
    assert safe().without(["cut it open"]).cheapest() == 20
    assert safe().without(["cut it open", "bribe"]).cheapest() == 30
    assert dict(safe().shown_table()[["way", "cost"]].to_numpy())["listen + make the owner say it"] == 65


def test_closing_a_step_twice_or_one_after_the_other_is_the_same() -> None:
    assert safe().without(["bribe"]).without(["cut it open"]).cheapest() == 30
    assert safe().without(list(safe().costs)).cheapest() == math.inf
    assert "every way is closed" in safe().without(list(safe().costs)).sentence()
    with pytest.raises(InputError, match="no last step"):
        safe().without(["eavesdrop"])


LEAVES = ["a", "b", "c", "d"]


@given(st.data())
def test_cut_sets_are_those_that_trying_every_set_finds(data: st.DataObject) -> None:
    gate = st.sampled_from(["or", "and"])
    some = st.lists(st.sampled_from(LEAVES), min_size=1, max_size=3, unique=True)
    below = {f"g{i}": (data.draw(gate), data.draw(some)) for i in range(3)}
    gates = {"goal": (data.draw(gate), list(below)), **below}
    used = sorted({leaf for _gate, leaves in below.values() for leaf in leaves})
    tree = attack_tree("goal", gates, dict.fromkeys(used, 1.0))

    def reached(step: str, done: set[str]) -> bool:
        if step not in gates:
            return step in done
        ways = [reached(child, done) for child in gates[step][1]]
        return all(ways) if gates[step][0] == "and" else any(ways)

    every = [set(c) for n in range(len(used) + 1) for c in itertools.combinations(used, n)]
    reaching = [one for one in every if reached("goal", one)]
    minimal = {frozenset(one) for one in reaching if not any(other < one for other in reaching)}
    assert set(tree.cut_sets()) == minimal


@pytest.mark.parametrize(
    ("gates", "costs", "words"),
    [
        ({"goal": ("or", ["a", "goal"])}, {"a": 1}, "lead back"),
        ({"goal": ("or", ["a"]), "other": ("or", ["b"])}, {"a": 1, "b": 1}, "not tied"),
        ({"goal": ("or", ["a", "b"])}, {"a": 1}, "'b'"),
        ({"goal": ("or", ["a"])}, {"a": 1, "z": 2}, "'z'"),
        ({"other": ("or", ["a"])}, {"a": 1}, "'goal'"),
        ({"goal": ("nor", ["a"])}, {"a": 1}, "no gate"),
    ],
)
def test_a_tree_that_is_none_is_refused(gates: Any, costs: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        attack_tree("goal", gates, costs)


def test_a_tree_with_too_many_ways_is_refused_before_it_is_listed() -> None:
    gates: dict[str, Any] = {"goal": ("and", [f"g{i}" for i in range(12)])}
    gates |= {f"g{i}": ("or", [f"{i}-{j}" for j in range(9)]) for i in range(12)}
    costs = {leaf: 1.0 for _gate, leaves in list(gates.values())[1:] for leaf in leaves}
    with pytest.raises(InputError, match="more than 2,000 ways"):
        attack_tree("goal", gates, costs).cut_sets()


# --- RFC 5424 -----------------------------------------------------------------------------------------

# The examples of RFC 5424, section 6.5.
FIRST = (
    "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - "
    "\ufeff'su root' failed for lonvick on /dev/pts/8"
)
SECOND = "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts."
THIRD = (
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" '
    'eventSource="Application" eventID="1011"] \ufeffAn application event log entry...'
)
FOURTH = (
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" '
    'eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]'
)


def test_the_four_examples_of_the_standard() -> None:
    reading = read_logs([FIRST, SECOND, THIRD, FOURTH])
    assert reading.refused.empty
    rows = reading.table.set_index("line")
    assert list(rows.loc[1, ["facility", "severity", "host", "app", "event"]]) == [
        4,
        2,
        "mymachine.example.com",
        "su",
        "ID47",
    ]
    assert rows.loc[1, "message"] == "'su root' failed for lonvick on /dev/pts/8"
    assert list(rows.loc[2, ["facility", "severity", "process"]]) == [20, 5, "8710"]
    assert rows.loc[2, "time"].isoformat() == "2003-08-24T12:14:15.000003+00:00"
    assert rows.loc[2, "local_time"].isoformat() == "2003-08-24T05:14:15.000003"
    assert list(rows.loc[3, ["iut", "eventSource", "eventID"]]) == ["3", "Application", "1011"]
    assert rows.loc[4, "class"] == "high"
    assert list(reading.table["line"]) == [2, 1, 3, 4]  # in order of time


def test_what_a_result_is_not_stands_in_every_method() -> None:
    for name in resilience.__all__:
        one = getattr(resilience, name)
        if not inspect.isclass(one):
            assert "*What the result is not.*" in (inspect.getdoc(one) or ""), name
