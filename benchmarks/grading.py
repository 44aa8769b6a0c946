"""Grading one class with nbgrader's own autograde and with ours, in turn, in one run.

Run: python benchmarks/grading.py [MODULE] [PARTICIPANTS] [JOBS]
Target: ours takes a tenth of stock's time, and at most 0.15 processor seconds a submission for
preparing and saving.

Both arms run in one process, after one submission each has loaded and compiled everything, so that
imports count on neither side. The participants are the simulated ones of the rehearsal.
"""

from __future__ import annotations

import logging
import os
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parent.parent


def course(folder: Path, module: str, count: int) -> None:
    """Lay out the course with one class's hand-ins."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from bordercourse.grading.record.gradebook import mend_gradebook
    from bordercourse.grading.record.release import course_config
    from bordercourse.grading.rehearsal.simulate import participants

    shutil.copytree(ROOT / "exercises" / "source" / module, folder / "source" / module)
    shutil.copy(ROOT / "exercises" / "nbgrader_config.py", folder)
    config = course_config(folder)
    config.CourseDirectory.root = str(folder)
    mend_gradebook(folder / "gradebook.db")
    made = NbGraderAPI(CourseDirectory(config=config), config=config).generate_assignment(module)
    if not made["success"]:
        raise SystemExit(made["error"])
    name = f"{module}.ipynb"
    source, release = folder / "source" / module / name, folder / "release" / module / name
    answers = ROOT / "tests" / "answers" / module / "answers.toml"
    # Damaged notebooks are left out: stock stops at them, and so does less work.
    kinds = [one for one in participants(source, release, answers) if not one.name.endswith("-cell")]
    for n in range(count):
        kinds[n % len(kinds)].hand_in(folder / "submitted" / f"officer-{n:02}" / module, module)


def spent() -> float:
    """Processor seconds of this process and of all its children that have ended."""
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        total += used.ru_utime + used.ru_stime
    return total


def timed(run: Callable[[], Any]) -> tuple[float, float, float]:
    """Seconds by the clock, of all processors, and of this thread alone."""
    clock, processors, own = time.perf_counter(), spent(), time.thread_time()
    run()
    return time.perf_counter() - clock, spent() - processors, time.thread_time() - own


def cells_alone(folder: Path, module: str) -> float:
    """Processor seconds of the participants' own cells, imports done, without kernels or messages."""
    from bordercourse.grading.intake.source import plan
    from bordercourse.grading.judging.judge import Judge
    from bordercourse.grading.run import open_course

    with open_course(folder) as opened:
        source = opened.sources(module)[0]
    with Judge(source, plan(source)) as judge:
        for name in judge.modules:  # what a warm kernel holds before its first cell
            __import__(name)
    total = 0.0
    for path in sorted((folder / "submitted").glob(f"*/{module}/{module}.ipynb")):
        code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        read, write = os.pipe()
        if os.fork() == 0:
            try:
                os.chdir(path.parent)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                from IPython.core.interactiveshell import InteractiveShell

                shell = InteractiveShell()
                begun = time.process_time()
                for cell in code:
                    shell.run_cell(cell, silent=True)
                os.write(write, str(time.process_time() - begun).encode())
            finally:
                os._exit(0)
        os.close(write)
        total += float(os.read(read, 100) or 0)
        os.close(read)
        os.wait()
    return total


def scores(folder: Path, module: str) -> dict[str, dict[str, float | None]]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "bordercourse") as gradebook:
        return {
            one.student.id: {grade.name: grade.auto_score for book in one.notebooks for grade in book.grades}
            for one in gradebook.assignment_submissions(module)
        }


def main() -> None:
    from bordercourse.grading.run import grade, open_course, stock

    module = sys.argv[1] if len(sys.argv) > 1 else "01-civil-registration"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 48
    jobs = int(sys.argv[3]) if len(sys.argv) > 3 else None
    if sys.dont_write_bytecode:
        raise SystemExit("Unset PYTHONDONTWRITEBYTECODE: both arms must run byte-compiled.")
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as scratch:
        theirs, ours = Path(scratch) / "stock", Path(scratch) / "ours"
        theirs.mkdir()
        course(theirs, module, count)
        shutil.copytree(theirs, ours)
        first = ["officer-00"]
        arms: dict[str, Callable[..., Any]] = {
            "stock": lambda **some: stock(open_course(theirs), [module], force=True, **some),
            "ours": lambda **some: grade(open_course(ours), [module], force=True, jobs=jobs, **some),
        }
        for run in arms.values():
            run(participants=first)  # loads and compiles
        one = {name: timed(lambda run=run: run(participants=first)) for name, run in arms.items()}
        whole = {name: timed(run) for name, run in arms.items()}
        alone = cells_alone(ours, module)
        same = scores(theirs, module), scores(ours, module)
    differ = [who for who in same[1] if same[0].get(who) != same[1][who]]
    slow, fast = whole["stock"], whole["ours"]
    more = {
        name: [(w - o) / (count - 1) for w, o in zip(whole[name], one[name], strict=True)] for name in arms
    }
    rows = [
        ("the class, seconds", slow[0], fast[0]),
        ("one alone, seconds", one["stock"][0], one["ours"][0]),
        ("each further, seconds", more["stock"][0], more["ours"][0]),
        ("each further, processor", more["stock"][1], more["ours"][1]),
    ]
    print(f"{module}, {count} submissions, {len(os.sched_getaffinity(0))} processors, isolated")
    print(f"{'':26}{'stock':>9}{'ours':>9}{'ratio':>8}")
    for title, theirs_took, ours_took in rows:
        print(f"{title:26}{theirs_took:9.3f}{ours_took:9.3f}{theirs_took / ours_took:8.1f}")
    print(f"{'  its cells alone':26}{alone / count:9.3f}{alone / count:9.3f}")
    print(f"{'  preparing and saving':26}{'':9}{more['ours'][2]:9.3f}   (target 0.150)")
    print(f"scores: {'equal' if not differ else 'differ for ' + ', '.join(differ)}")


if __name__ == "__main__":
    main()
