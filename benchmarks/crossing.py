"""What the methods of `crossing` cost, against SimPy alone and against closed forms, in one run.

Each line is the best time of a method over that of a yardstick, taken in alternating rounds. SimPy alone is a
day in which the same number of people ask for one of the desks of a `simpy.Resource`, and nothing is written
down; 200 such days are that time 200 times. A plain sum reads each hour once.

Run: python benchmarks/crossing.py [rounds]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from bordercourse.crossing import (
    Lane,
    Party,
    Post,
    fluid_queue,
    line_days,
    outage_queue,
    simulate_day,
    steady_line,
)

PEOPLE, DAYS, HOURS, DESKS = 20_000, 200, 10_000, 8
RATES = [PEOPLE / 24] * 24


def simpy_alone() -> None:
    random = np.random.default_rng(1)
    gaps = (random.standard_exponential(PEOPLE) * 24 / PEOPLE).tolist()
    times = (random.standard_exponential(PEOPLE) * 0.5 / 60).tolist()
    env = simpy.Environment()
    desks = simpy.Resource(env, DESKS)

    def person(minutes: float) -> Generator[simpy.Event, Any, None]:
        with desks.request() as turn:
            yield turn
            yield env.timeout(minutes)

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for gap, minutes in zip(gaps, times, strict=True):
            yield env.timeout(gap)
            env.process(person(minutes))

    env.process(arrivals())
    env.run()


def seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    hourly = np.random.default_rng(2).uniform(0, 1000, HOURS)
    post = Post((Party("alone", 1, 0.5),), (Lane("desks", ("alone",), DESKS),))
    shifts = [7] * 8 + [2] * 2 + [10] * 14
    engine, total = ("SimPy alone", simpy_alone), ("a plain sum", hourly.sum)

    def line() -> float:
        return steady_line(PEOPLE / 24, 0.5, DESKS).wait_minutes

    def outage() -> float:
        return outage_queue(1000, normal=1200, reduced=720, hours=34).person_hours

    days: dict[str, Any] = {"arrivals": RATES, "minutes": 0.5, "days": DAYS, "seed": 1}
    rates, capacity = [1000] * 100, [720] * 34 + [1200] * 66
    pairs: list[tuple[str, Callable[[], Any], str, Callable[[], Any], int]] = [
        ("a day of 20,000, party by party", lambda: simulate_day(post, RATES, seed=1), *engine, 1),
        ("200 days of 20,000 at once", lambda: line_days(desks=DESKS, **days), *engine, DAYS),
        ("  with shifts and an outage", lambda: line_days(desks=shifts, **days), *engine, DAYS),
        ("10,000 hours as a flow", lambda: fluid_queue(hourly, 520), *total, 1),
        ("  with the longest wait", lambda: fluid_queue(hourly, 520).longest_wait_hours, *total, 1),
        ("an outage as a flow", lambda: fluid_queue(rates, capacity).person_hours, "outage_queue", outage, 1),
        ("200 days of 20,000 at once", lambda: line_days(desks=DESKS, **days), "steady_line", line, 1),
    ]
    print(f"{'':34}{'ms':>10}{'times':>12}  of")
    for name, call, yardstick, plain, many in pairs:
        best = np.min([(seconds(call), min(seconds(plain) for _ in range(3))) for _ in range(rounds)], axis=0)
        print(f"{name:34}{1000 * best[0]:10.2f}{best[0] / best[1] / many:12.3g}  {yardstick} x {many}")


if __name__ == "__main__":
    main()
