"""Each wall around a submission, tried by a submission that wants to get through it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from jupyter_core.utils import run_sync

from bordercourse.errors import CourseError
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels import pool as kernel_pool
from tests.grading.hostile_sandbox import HOSTILE, LIMITS, SECRET, Hostile, Sat, plant, sit

pytestmark = pytest.mark.skipif(not isolation.available(), reason=str(isolation.available()))

ORDINARY = "BORDERCOURSE_TESTED_AS_ORDINARY_USER"
SAME_FOR_ALL = {
    *("sleep", "endless", "endless-swallowing", "endless-deaf", "endless-in-c", "exit", "crash"),
    *("messages", "one-huge-message", "nonsense-messages", "errors", "output", "open-files"),
    *("endless-message", "unread-line", "tiny-messages", "closed-lines", "garbage"),
}
"""Held by what does not depend on who runs the grader."""
TRIED = [h for h in HOSTILE if not (os.environ.get(ORDINARY) and h.name in SAME_FOR_ALL)]
LAST = "print('the next cell runs')"
HONEST = ["import random\nimport numpy as np", "total = sum(range(3_000_000))", "print(total)"]


class Class:
    """All hostile submissions and some honest ones, graded in one run."""

    def __init__(self, folder: Path) -> None:
        self.course = folder / "course"
        plant(self.course)
        self.gradebook = (self.course / "gradebook.db").read_bytes()
        self.sat: dict[str, Sat] = {}
        self.honest: list[Sat] = []
        self.reached = False

    def files(self) -> dict[str, bytes]:
        return {
            str(p.relative_to(self.course)): p.read_bytes() for p in self.course.rglob("*") if p.is_file()
        }


@contextlib.contextmanager
def services(course: Class) -> Iterator[int]:
    """A network port and an abstract socket on the grader's machine, which notice a visitor."""
    with socket.create_server(("127.0.0.1", 0)) as port, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0bordercourse-{os.getpid()}")
        abstract.listen()
        yield port.getsockname()[1]
        for server in (port, abstract):
            server.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                server.accept()
                course.reached = True


@pytest.fixture(scope="module")
def graded() -> Class:
    base = Path(tempfile.mkdtemp(prefix="bc-test-"))
    course = Class(base)
    before = course.files()
    os.environ["BORDERCOURSE_TEST_SECRET"] = SECRET
    try:
        with (
            services(course) as port,
            kernel_pool.start_kernels(["pandas", "numpy"], LIMITS, hidden=[course.course]) as pool,
            kernel_pool.start_kernels([], replace(LIMITS, wall_seconds=5)) as impatient,
            ThreadPoolExecutor(4) as threads,
        ):
            tasks: dict[str, Future[Sat]] = {}
            honest = []
            for number, hostile in enumerate(sorted(TRIED, key=lambda h: h.outcome != "killed")):
                folder = course.course / "staging" / hostile.name
                folder.mkdir(parents=True)
                for name, target in hostile.links:
                    (folder / name).symlink_to(target.replace("@COURSE@", str(course.course)))
                code = hostile.filled(course.course, port, os.getpid())
                tasks[hostile.name] = threads.submit(
                    sit, impatient if hostile.why == "wall" else pool, [code, LAST], folder
                )
                if number % 8 == 0:
                    honest.append(threads.submit(sit, pool, HONEST, folder))
            course.sat = {name: task.result() for name, task in tasks.items()}
            course.honest = [task.result() for task in honest]
        shutil.rmtree(course.course / "staging")
        assert course.files() == before, "a file of the course was changed, added or removed"
        return course
    finally:
        del os.environ["BORDERCOURSE_TEST_SECRET"]
        shutil.rmtree(base)


@pytest.mark.parametrize("hostile", TRIED, ids=lambda hostile: hostile.name)
def test_fails_at_what_it_tries(graded: Class, hostile: Hostile) -> None:
    sat = graded.sat[hostile.name]
    text = sat.text()
    assert "ESCAPED" not in text, hostile.tries
    assert SECRET not in text, hostile.tries
    if hostile.outcome == "killed":
        assert sat.error is not None
        assert sat.ended is not None
        assert sat.ended.reason == hostile.why
    elif hostile.outcome != "any":
        assert sat.error is None, text
        ends = {hostile.why if hostile.outcome == "ended" else ""}
        if (
            hostile.name == "output"
        ):  # either limit may end a flood: that of the grader or the kernel's memory
            ends.add("MemoryError")
        assert sat.error_name() in ends, text
        assert sat.text(1) == "the next cell runs\n", "the cell after it was lost"


def test_nobody_reached_the_grader(graded: Class) -> None:
    assert not graded.reached


def test_honest_neighbours_are_unharmed(graded: Class) -> None:
    for sat in graded.honest:
        assert sat.error is None
        assert sat.text(2) == f"{sum(range(3_000_000))}\n"


def test_nothing_outlives_the_run(graded: Class) -> None:
    names = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            names.append(path.read_text().strip())
    assert "bc-outlive" not in names


def test_gradebook_is_untouched_and_output_bounded(graded: Class) -> None:
    too_long = {name: len(sat.text()) for name, sat in graded.sat.items() if len(sat.text()) >= 40 << 20}
    assert not too_long
    if os.environ.get(ORDINARY):
        return
    flood = graded.sat["output"].text()
    assert len(flood) < 2 << 20
    # What waits to be sent may meet the limit of memory before the limit of output: either ends the flood.
    assert "Too much output" in flood or "MemoryError" in flood


def test_a_submission_sees_its_files_and_loses_what_it_writes(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "births.csv").write_text("a\n1\n")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    code = "import os\nprint(sorted(os.listdir('.')), open('data/births.csv').read())"
    with kernel_pool.start_kernels([], LIMITS) as pool:
        sat = sit(
            pool,
            [code, "x = open('new', 'w').write('x')", "print(open('new').read(), os.listdir('data'))"],
            tmp_path,
        )
    assert sat.text() == "['data'] a\n1\n\n"
    assert sat.text(2) == "x ['births.csv']\n"
    assert sorted(os.listdir(tmp_path)) == ["data", "link", "pipe"]


def test_a_submission_too_big_for_its_disk_is_refused_with_a_reason(tmp_path: Path) -> None:
    big, small = tmp_path / "big", tmp_path / "small"
    big.mkdir()
    small.mkdir()
    for number in range(LIMITS.disk_mb + 1):
        (big / f"{number}.bin").write_bytes(bytes(1 << 20))
    with kernel_pool.start_kernels([], LIMITS) as pool:
        manager = pool.manager(big)
        with pytest.raises(CourseError, match="No space left"):
            run_sync(manager.start_kernel)()
        assert sit(pool, ["print(1)"], small).error is None


def test_refuses_where_isolation_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "available", lambda: isolation.Isolation(False, "no namespaces here"))
    with pytest.raises(kernel_pool.IsolationError, match="no namespaces here"):
        kernel_pool.start_kernels([], LIMITS)


def test_holds_for_an_ordinary_user() -> None:
    """The same attacks once more, from an account that is not root."""
    if os.environ.get(ORDINARY):
        pytest.skip("this run is that of an ordinary user")
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user already")
    setpriv = shutil.which("setpriv")
    if not setpriv:
        pytest.skip("setpriv is not installed")
    import pandas

    import bordercourse

    become = [setpriv, "--reuid", "54321", "--regid", "54321", "--clear-groups"]
    here = Path(__file__)
    paths = [str(Path(module.__file__ or "").parents[1]) for module in (pandas, bordercourse)]
    paths.append(str(here.parents[2]))
    with tempfile.TemporaryDirectory(prefix="bc-user-") as home:
        os.chown(home, 54321, 54321)
        env = {
            "HOME": home,
            "TMPDIR": home,
            "PATH": os.environ["PATH"],
            ORDINARY: "1",
            "PYTHONPATH": ":".join(paths),
        }
        probe = "import sys, subprocess, zmq, pandas; subprocess.check_call([sys.executable, '-V'])"
        for python in (sys.executable, f"/usr/bin/python3.{sys.version_info[1]}"):
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                subprocess.run(
                    [*become, python, "-c", probe], env=env, cwd=home, capture_output=True, check=True
                )
                break
        else:
            pytest.skip("no Python on this machine that an ordinary user may run has what the tests need")
        options = ["-q", "-p", "no:cacheprovider", "-W", "default", "--rootdir", str(here.parents[2])]
        command = [*become, python, "-m", "pytest", *options, str(here)]
        done = subprocess.run(
            command, env=env, cwd=home, capture_output=True, text=True, timeout=300, check=False
        )
        assert " passed" in done.stdout, done.stdout + done.stderr
        if " skipped" in done.stdout and "this run is that of an ordinary user" not in done.stdout:
            pytest.skip(done.stdout.splitlines()[-2])
        assert done.returncode == 0, done.stdout[-6000:]
