"""Grading on workers that share no disk with the instructor's machine: real processes of Dask, on loopback.

Each worker lives in a mount namespace of its own, in which the folder of all tests' files is empty.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

import pytest

from bordercourse.errors import InputError
from bordercourse.grading import command, elsewhere, workers
from bordercourse.grading.disk import StoppedError
from bordercourse.grading.run import grade, open_course
from tests.grading.classroom import Classroom

pytest.importorskip("distributed", reason="needs the extra scale")


def may_hide() -> str:
    """Why no process here can have a view of the disk of its own; empty where one can."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return "mount namespaces need Linux and unshare"
    done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return "" if done.returncode == 0 else "only root may make a mount namespace here"


WHY_NOT = may_hide()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
SECONDS = 60  # for a process to come up, however busy the machine is


def wait_for(what: Any, done: Any) -> Any:
    end = time.monotonic() + SECONDS
    while not (value := done()):
        assert time.monotonic() < end, f"{what} took more than {SECONDS} s"
        time.sleep(0.05)
    return value


def ask(address: str) -> None:
    with workers.workers_at(address):
        pass


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path, hidden: Path) -> None:
        from distributed import Client

        self.folder, self.hidden = folder, hidden
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        said = folder / "scheduler.json"
        here = ("--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        self._start("scheduler", "scheduler", *here, "--no-dashboard", "--scheduler-file", str(said))
        wait_for("the scheduler", said.is_file)
        self.client = Client(scheduler_file=str(said), timeout=SECONDS, set_as_default=False)
        self.address = str(self.client.scheduler.address)

    def _start(self, name: str, program: str, *arguments: str, before: tuple[str, ...] = ()) -> None:
        command = [*before, sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments]
        with open(self.folder / f"{name}.log", "wb") as log:
            self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")

    def work(self, name: str, *before: str) -> str:
        """Start a worker that sees neither the course nor another's temporary files; return its address."""
        script = 'mount -t tmpfs none "$0" && TMPDIR="$0" exec "$@"'
        hide = ("unshare", "-m", "sh", "-c", script, str(self.hidden))
        one = ("--no-nanny", "--nthreads", "1", "--name", name, "--memory-limit", "0", "--no-dashboard")
        place = ("--host", "127.0.0.1", "--local-directory", str(self.hidden))
        self._start(name, "worker", self.address, *one, *place, before=(*hide, *before))
        wait_for(f"worker {name}", lambda: self.address_of(name))
        return self.address_of(name)

    def address_of(self, name: str) -> str:
        names = self.client.run(lambda dask_worker: dask_worker.name)
        found: str = next((address for address, one in names.items() if one == name), "")
        return found

    def kill(self, name: str) -> None:
        if name in self.processes:
            self.processes[name].kill()
            self.processes.pop(name).wait()

    def end(self) -> None:
        self.client.close()
        for process in self.processes.values():
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with ExitStack() as stack:
        made = Cluster(tmp_path_factory.mktemp("dask"), tmp_path_factory.getbasetemp())
        stack.callback(made.end)
        made.work("one")
        yield made


@pytest.fixture(scope="module")
def full(room: Classroom) -> Classroom:
    """The course with eight hand-ins, among them one that reads its files and one that ends its kernel."""
    for n in range(4):
        room.hand_in(f"good-{n}", "tiny", room.model("tiny"))
    room.hand_in("wrong", "tiny", room.answer("tiny", {"b1-share-answer": "share = 0.8"}))
    room.hand_in("blank", "tiny", room.released("tiny"))
    reads = "names = open('data/names.txt').read().split()"
    folder = room.hand_in("reads", "tiny", room.answer("tiny", {"b2-names-answer": reads}))
    (folder / "data").mkdir()
    (folder / "data" / "names.txt").write_text("A B")
    room.hand_in("ends", "tiny", room.answer("tiny", {"b2-names-answer": "import os; os._exit(3)"}))
    return room


def test_marks_are_those_of_this_machine_though_a_worker_is_killed(
    full: Classroom, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The first two hand-ins take seconds, so that each worker has one in its hands."""
    here, there = (full.copy(tmp_path_factory.mktemp(name) / "course") for name in ("here", "there"))
    for room in (here, there):
        for who in ("a-slow", "a-slower"):
            slow = "import time; time.sleep(2); share = 80.0"
            room.hand_in(who, "tiny", room.answer("tiny", {"b1-share-answer": slow}))
    killed = cluster.work("two")
    held: list[Any] = []

    def kill_at_work() -> None:
        held.extend(wait_for("work", lambda: cluster.client.processing().get(killed)))
        cluster.kill("two")

    with workers.workers_at(cluster.address) as found, ThreadPoolExecutor(1) as aside:
        assert found.slots == 2
        killing = aside.submit(kill_at_work)
        said = grade(open_course(there.root), ["tiny"], executor=found.executor, jobs=found.slots)
        killing.result()
    assert held
    assert [one for one in said if one.state != "graded"] == []
    assert next(one for one in said if one.participant == "ends").reason == "cell 4: its process ended (3)"
    here.grade("tiny")
    assert there.everything() == here.everything()
    for who in ("reads", "ends", "a-slow"):
        assert there.said(who, "tiny") == here.said(who, "tiny")


def test_the_command_asks_the_workers_and_counts_them(
    full: Classroom, cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["tiny", "--course", str(full.root), "--scheduler", cluster.address, "--force"]
    assert command.main([*asked, "--participant", "wrong"]) == 0
    said = capsys.readouterr().out
    assert "1 worker, 1 at a time." in said
    assert "1 submission graded." in said
    with pytest.raises(InputError, match="--stock: runs on this machine alone"):
        command.main([*asked, "--stock"])


def test_a_worker_with_other_code_is_named(
    full: Classroom, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code of this process is another one for the time of the test; the worker's is as it was."""
    name = re.escape(cluster.address_of("one"))
    with workers.workers_at(cluster.address) as found:
        for module in (elsewhere, workers):
            monkeypatch.setattr(module, "source_digest", lambda: "other code")
        late = grade(
            open_course(full.root), ["tiny"], participants=["wrong"], force=True, executor=found.executor
        )
        assert re.match(r"The worker .+: its bordercourse .+ is not the one of this machine", late[0].reason)
    with pytest.raises(elsewhere.WorkersError, match=f"{name}: its bordercourse .* a file differs. Install"):
        ask(cluster.address)
    monkeypatch.setattr(elsewhere, "__version__", "99.0")
    with pytest.raises(elsewhere.WorkersError, match=f"{name}: it runs bordercourse .*, this machine 99.0"):
        ask(cluster.address)


def test_a_worker_with_another_python_or_without_the_course_is_named(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = re.escape(cluster.address_of("one"))
    with monkeypatch.context() as patched:
        patched.setattr(workers, "_PYTHON", "2.7")
        with pytest.raises(elsewhere.WorkersError, match=f"{name}: it runs Python 3.*, this machine 2.7"):
            ask(cluster.address)
    installed = distribution("bordercourse").locate_file(f"bordercourse-{version('bordercourse')}.dist-info")
    name = cluster.work("bare", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', str(installed))
    try:
        with pytest.raises(elsewhere.WorkersError, match=f"{re.escape(name)}: bordercourse is not installed"):
            ask(cluster.address)
    finally:
        cluster.kill("bare")


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")
def test_a_worker_that_cannot_isolate_is_named(cluster: Cluster, isolate: bool) -> None:
    if not isolate:
        pytest.skip("no worker can isolate here")
    name = cluster.work("weak", "setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")
    try:
        with pytest.raises(elsewhere.WorkersError, match=f"{re.escape(name)}: it cannot isolate"):
            ask(cluster.address)
        with workers.workers_at(cluster.address, isolate=False) as found:
            assert found.slots == 2
    finally:
        cluster.kill("weak")


def test_no_scheduler_and_no_dask_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_ANSWER_SECONDS", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://"):
        with pytest.raises(InputError, match="--scheduler: no Dask scheduler answers at"):
            ask(address)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'bordercourse\[scale\]'"):
        ask("tcp://127.0.0.1:9")


def test_a_run_stops_when_no_worker_is_left_and_goes_on_later(full: Classroom, cluster: Cluster) -> None:
    def kill_the_last(outcome: Any, done: int, total: int) -> None:
        cluster.kill("one")

    course = open_course(full.root)
    with (
        workers.workers_at(cluster.address, absence_seconds=1) as found,
        pytest.raises(StoppedError, match=r"No worker is left. What is graded is kept\."),
    ):
        grade(course, ["tiny"], executor=found.executor, jobs=1, force=True, report=kill_the_last)
    with pytest.raises(elsewhere.WorkersError, match="has no worker. Start one on each machine: dask worker"):
        ask(cluster.address)
    cluster.work("three")
    with workers.workers_at(cluster.address) as found:
        said = grade(open_course(full.root), ["tiny"], executor=found.executor, jobs=found.slots)
    states = [one.state for one in said]
    assert states.count("skipped") >= 1
    assert states.count("graded") == 8 - states.count("skipped") >= 1


def test_a_run_stops_when_the_scheduler_is_gone(
    full: Classroom, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_ANSWER_SECONDS", 5)

    def kill_the_scheduler(outcome: Any, done: int, total: int) -> None:
        cluster.kill("scheduler")

    course = open_course(full.root)
    with (
        workers.workers_at(cluster.address) as found,
        pytest.raises(StoppedError, match="The scheduler does not answer any more"),
    ):
        grade(course, ["tiny"], executor=found.executor, jobs=1, force=True, report=kill_the_scheduler)
