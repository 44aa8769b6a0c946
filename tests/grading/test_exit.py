"""A cell that asks the notebook to end is left out and told; the cells after it run, every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from bordercourse.grading.kernels import isolation, pool
from bordercourse.grading.limits import KernelLimits
from tests.grading.classroom import Classroom
from tests.grading.hostile_sandbox import sit

NOTE = "asked the notebook to end"
ENDINGS = {
    "exit-called": "exit()",
    "exit": "exit",
    "quit-called": "quit()",
    "quit": "quit",
    "exit-and-keep": "exit(keep_kernel=True)",
    "ask-exit": "get_ipython().ask_exit()",
    "shutdown": "from IPython import Application\nApplication.instance().kernel.do_shutdown(True)",
    "shutdown-for-good": "get_ipython().kernel.do_shutdown(False)",
}
"""Ways of asking the notebook to end, which are told."""
OTHERS = {
    "exit-now": "get_ipython().exit_now = True",
    "stop-the-loop": "get_ipython().kernel.io_loop.stop()",
    "stop-asyncio": "import asyncio\nasyncio.get_event_loop().stop()",
    "sys-exit": "import sys\nsys.exit(3)",
    "raise-system-exit": "raise SystemExit",
    "application-exit": "from IPython import Application\nApplication.instance().exit()",
    "fork": "import os\nos.fork()",
    "fork-in-the-loop": "import asyncio, os\nasyncio.get_event_loop().call_soon(os.fork)",
    "fork-and-await": "import asyncio, os\nos.fork()\nawait asyncio.sleep(0.01)",
    "interrupt-itself": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)",
}
"""Ways that show an error or nothing."""
LAST = "print('the cells after it run')"


@pytest.fixture(params=["forked", "ordinary"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[pool.Pool]:
    """Forked kernels, and the ordinary ones of systems that cannot fork."""
    if request.param == "ordinary":
        monkeypatch.setattr(pool, "WARM", False)
    elif not pool.WARM:
        pytest.skip("kernels cannot be forked here")
    with pool.start_kernels([], KernelLimits(), isolate=False) as kernels:
        yield kernels


def test_a_cell_that_ends_the_notebook_does_not(kernels: pool.Pool, tmp_path: Path) -> None:
    cells = [*ENDINGS.values(), *OTHERS.values()]
    sat = sit(kernels, [cell for ending in cells for cell in (ending, LAST)], tmp_path)
    assert sat.error is None
    for number, ending in enumerate(cells):
        assert sat.text(2 * number + 1) == "the cells after it run\n", ending
        assert (NOTE in sat.text(2 * number)) == (ending in ENDINGS.values()), ending


def test_what_comes_before_and_after_counts_every_time(room: Classroom, isolate: bool) -> None:
    """The last cell of all, too: nothing waits for the end of a kernel that was asked to end."""
    for name, code in {**ENDINGS, **OTHERS}.items():
        for place in ("b1-share-answer", "b3-table-answer"):
            notebook = room.model("tiny")
            for cell in notebook.cells:
                if cell.metadata.nbgrader.grade_id == place:
                    cell.source = f"{cell.source}\n{code}"
            notebook.cells.append(nbformat.v4.new_code_cell(code, id="last"))
            room.hand_in(f"{name}-in-{place}", "tiny", notebook)
    for _time in range(3):
        outcomes = room.grade("tiny", isolate=isolate, force=True)
        assert {(one.state, one.reason) for one in outcomes.values()} == {("graded", "")}
        for who, marks in room.scores("tiny").items():
            assert (marks["b1-share"], marks["b2-names"], marks["b3-table"]) == (3.0, 2.0, 1.0), who


@pytest.mark.skipif(not isolation.available(), reason=str(isolation.available()))
def test_a_kernel_that_really_ends_keeps_what_it_gave(room: Classroom) -> None:
    notebook = room.model("tiny")
    notebook.cells[5].source += "\nimport os\nos._exit(3)"
    room.hand_in("ended", "tiny", notebook)
    for _time in range(3):
        outcome = room.grade("tiny", participants=["ended"], force=True)["ended"]
        assert outcome.reason == "cell 6: its process ended (3)"
        assert room.scores("tiny")["ended"] | {"d-memo": 0} == {
            "b1-share": 3.0,
            "b2-names": 2.0,
            "b3-table": 0.0,
            "d-memo": 0,
        }
