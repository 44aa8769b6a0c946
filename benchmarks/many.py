"""What one more submission costs, whose part it is, and what that means for ten thousand.

Run: python benchmarks/many.py [MODULE] [SUBMISSIONS] [JOBS]
Target: what no second machine takes over is at most a third of the whole.

The participant's kernel, and listening to it, go to as many machines as there are (see
`bordercourse.grading.workers`); taking in, judging and saving stay on one. So that part bounds how many
machines are of use; what Dask itself takes comes on top. Seconds are of this machine's processors; the
ratios hold elsewhere too. The first tenth is graded before the count begins, since what is loaded once
would else count for each.
"""

from __future__ import annotations

import logging
import math
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from grading import cells_alone, course, spent

MANY = 10_000


class Meter:
    """Processor seconds of this process, of listening in it, of kernels, and of all that it started."""

    def __init__(self, gradebook: Path) -> None:
        from bordercourse.grading import run
        from bordercourse.grading.kernels import pool

        self.gradebook, self.kernels, self.listening = gradebook, 0.0, 0.0
        poll, run_cells = pool.WarmProcess.poll, run.run_cells

        def heard(*args: Any, **settings: Any) -> dict[str, Any]:
            begun = time.thread_time()
            try:
                return run_cells(*args, **settings)
            finally:
                self.listening += time.thread_time() - begun

        def counted(process: Any) -> int | None:
            was = process.ended
            code = poll(process)
            if was is None and process.ended is not None:
                self.kernels += process.ended.cpu_seconds
            return code

        pool.WarmProcess.poll, run.run_cells = counted, heard  # type: ignore[method-assign]

    def read(self) -> dict[str, float]:
        """So far; children that still run are read where Linux shows them."""
        own = time.process_time()
        others = spent() - own + sum(map(_seconds, _children()))
        return {
            "own": own,
            "listening": self.listening,
            "kernels": self.kernels,
            "others": others,
            "clock": time.perf_counter(),
            "bytes": float(self.gradebook.stat().st_size),
        }


def _children() -> list[int]:
    """Processes below this one that run: the judge, the warm parents and what they wait for."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parents[int(entry)] = int(_stat(int(entry))[1])
            except (OSError, IndexError):
                continue
    found, wanted = [], {os.getpid()}
    while wanted:
        wanted = {pid for pid, parent in parents.items() if parent in wanted}
        found += wanted
    return found


def _stat(pid: int) -> list[str]:
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def _seconds(pid: int) -> float:
    """Of a process and of its children that have ended."""
    try:
        return sum(map(int, _stat(pid)[11:15])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


def main() -> None:
    from bordercourse.grading.run import grade, open_course

    module = sys.argv[1] if len(sys.argv) > 1 else "01-civil-registration"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    jobs = int(sys.argv[3]) if len(sys.argv) > 3 else len(os.sched_getaffinity(0))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "course"
        folder.mkdir()
        course(folder, module, count)
        meter, begun = Meter(folder / "gradebook.db"), max(1, count // 10)
        marks: list[dict[str, float]] = []

        def note(outcome: Any, done: int, total: int) -> None:
            assert outcome.state == "graded", outcome
            if done in {begun, total}:
                marks.append(meter.read())

        grade(open_course(folder), [module], jobs=jobs, report=note)
        alone = cells_alone(folder, module) / count
    first, last = marks
    more = {name: (last[name] - first[name]) / (count - begun) for name in first}
    whole = more["own"] + more["others"]
    away = more["kernels"] + more["listening"]
    stays = whole - away
    rows = [
        ("a submission", whole, f"   {whole / alone:.1f} times its cells by themselves, {alone:.3f}"),
        ("  its kernel", more["kernels"], ""),
        ("  listening to it", more["listening"], ""),
        ("  taking in and saving", more["own"] - more["listening"], ""),
        ("  judge, and what forks kernels", more["others"] - more["kernels"], ""),
        ("what stays on one machine", stays, "   (target a third)"),
    ]
    print(f"{module}, {count} submissions, {jobs} at a time, isolated")
    print(f"{'':34}{'processor s':>12}{'share':>8}")
    for title, seconds, note_ in rows:
        print(f"{title:34}{seconds:12.3f}{seconds / whole:8.0%}{note_}")
    hours, minutes = MANY / 3600, MANY / 60
    print(f"{MANY:,} submissions:")
    print(f"  {hours * whole:.1f} hours of processor; {hours * more['clock']:.1f} hours by the clock as here")
    print(
        f"  {minutes * stays:.0f} minutes at the least with workers; {math.ceil(away / stays)} processors of"
    )
    print("  theirs keep up with the one that takes in, judges and saves")
    print(f"  a gradebook of {MANY * more['bytes'] / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
