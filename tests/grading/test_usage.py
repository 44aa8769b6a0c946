"""What a family of processes uses is counted, whoever waits for whom."""

from __future__ import annotations

import os
import random
import socket
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.grading.kernels.usage import Meter, Process, memory_kb, processes, socket_kb

MAIN = Process(1, 0, 100.0, 0.0, 0.0, 0)


def chain(life: float, until: float, share: float, seed: int) -> float:
    """The seconds that a meter counts for children of a `life` each, one after the other.

    Each child runs `share` of its life; nobody waits for any. The looks come at random moments.
    """
    chance, meter, now, counted = random.Random(seed), Meter(1), 100.0, 0.0
    while now < 100.0 + until:
        now += chance.uniform(0.25, 0.75)
        number = int((now - 100.0) / life)
        begun = 100.0 + number * life
        child = Process(10 + number, 1, int(begun * 100) / 100, share * (now - begun), 0.0, 0)
        counted = meter.look([MAIN, child], now)
    return counted


@pytest.mark.parametrize("life", [0.02, 0.1, 0.4, 0.9, 3.0])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_children_that_nobody_waits_for_are_counted_as_one_that_runs_on(life: float, share: float) -> None:
    """Never much too long; where they live for a hundredth of a second, at least a good part."""
    counted = [chain(life, 60.0, share, seed) for seed in range(20)]
    mean, truth = sum(counted) / len(counted), 60.0 * share
    assert (0.4 if life < 0.1 else 0.85) * truth <= mean <= 1.1 * truth


def test_a_child_that_somebody_waited_for_counts_with_its_parent() -> None:
    meter = Meter(1)
    meter.look([MAIN], 100.5)
    assert meter.look([replace(MAIN, own=1.0, cpu=9.0)], 101.0) == 9.0


def test_a_process_with_the_number_of_an_earlier_one_is_another() -> None:
    meter = Meter(1)
    meter.look([MAIN, Process(7, 1, 100.0, 2.0, 2.0, 0)], 102.0)
    meter.look([MAIN], 102.5)
    assert meter.look([MAIN, Process(7, 1, 102.6, 0.4, 0.4, 0)], 103.0) == pytest.approx(2.5)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 2), min_size=1, max_size=20))
def test_the_main_process_is_counted_exactly(steps: list[float]) -> None:
    meter, now, own = Meter(1), 100.0, 0.0
    for step in steps:
        now, own = now + 0.5, own + step
        counted = meter.look([replace(MAIN, own=own, cpu=own)], now)
    assert counted == pytest.approx(own)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_reads_what_this_process_uses() -> None:
    me = next(process for process in processes() if process.pid == os.getpid())
    times = os.times()
    assert 0 < me.own <= times.user + times.system + 0.02
    assert me.own <= me.cpu
    assert me.parent == os.getppid()
    assert me.resident_kb > 10_000
    assert memory_kb([me], 1 << 40) >= me.resident_kb
    assert 0 < memory_kb([me], 0) <= 2 * me.resident_kb, "the share of each page alone"
    with socket.socket():
        assert socket_kb(os.getpid()) == 0, "a network that is ours is nobody's own"
