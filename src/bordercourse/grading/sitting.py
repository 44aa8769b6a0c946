"""Run a participant's cells in a kernel of their own, and ask it for the answers.

`run_cells` is a plain function of plain arguments with a plain result, so that any executor of
`concurrent.futures` can take it: threads here, other machines one day. It never raises for what a
participant's code does: a kernel that dies keeps what it gave before.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbclient.client import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat.notebooknode import NotebookNode, from_dict
from nbgrader.preprocessors import Execute

from bordercourse.course.notebooks import clean_text
from bordercourse.grading.intake.files import copy_plain_files
from bordercourse.grading.judging.answers import LARGEST
from bordercourse.grading.limits import KernelLimits
from bordercourse.i18n import gettext as _

__all__ = ["ASK", "NOTHING", "RUN", "kept_kernels", "run_cells"]

RUN, ASK, NOTHING = "run", "ask", "nothing"

_ENV = {"NBGRADER_EXECUTION": "autograde", "PYTHONHASHSEED": "0"}
_MOST_OUTPUT = 8_000_000  # characters of one cell; the kernel's own limit is lower
_MOST_OUTPUTS = 2000


def run_cells(
    cells: list[dict[str, Any]],
    files: str,
    notebook: str,
    shown: str,
    imports: tuple[str, ...] = (),
    limits: KernelLimits | None = None,
    isolate: bool = True,
    hidden: str = "",
) -> dict[str, Any]:
    """Run `cells` in order in a private copy of the folder `files`.

    Parameters
    ----------
    cells : list of dict
        ``{"do": "run", "source": code}``, ``{"do": "ask", "names": [...]}`` or ``{"do": "nothing"}``.
    files : str
        Folder whose plain files the participant's code may read.
    notebook, shown : str
        File name and text of the notebook to put there: the one without hidden tests.
    imports : tuple of str
        Modules that a warm kernel holds before it starts.
    limits : KernelLimits, optional
    isolate : bool
    hidden : str
        A folder that no kernel may see: the course's own.

    Returns
    -------
    dict
        ``cells``: for each cell ``{"outputs": [...], "count": n}`` or ``{"answers": text}``, and
        ``{}`` for one that was not reached; ``language``: the kernel's own description;
        ``stopped``: why the kernel ended early, else empty.
    """
    limits = limits or KernelLimits()
    with tempfile.TemporaryDirectory(prefix="bordercourse-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch) / "exercise"
        copy_plain_files(Path(files), folder, skip=[notebook])
        (folder / notebook).write_text(shown, encoding="utf-8")
        pool = _pool(tuple(imports), limits, isolate, hidden)
        return asyncio.run(_Sitting.hold(pool, folder, cells, limits))


# -- the pool of warm kernels, one for each set of imports in this process ------------------------

_POOLS: dict[tuple[Any, ...], tuple[Any, contextlib.ExitStack]] = {}
_LOCK = threading.RLock()  # a garbage collection may end one run's use inside another's
_users = 0


def _pool(imports: tuple[str, ...], limits: KernelLimits, isolate: bool, hidden: str) -> Any:
    from bordercourse.grading.kernels.pool import start_kernels

    key = (imports, limits, isolate, hidden)
    with _LOCK:
        if key not in _POOLS:
            stack = contextlib.ExitStack()
            kernels = start_kernels(
                [*imports, _HERE], limits, isolate, hidden=[Path(hidden)] if hidden else []
            )
            _POOLS[key] = (stack.enter_context(kernels), stack)
        return _POOLS[key][0]


@contextlib.contextmanager
def kept_kernels() -> Iterator[None]:
    """Keep warm parents for the runs inside; the last run of this process ends them all."""
    global _users
    with _LOCK:
        _users += 1
    try:
        yield
    finally:
        with _LOCK:
            _users -= 1
            if not _users:
                _close_kernels()


@atexit.register
def _close_kernels() -> None:
    with _LOCK:
        for _pool, stack in _POOLS.values():
            stack.close()
        _POOLS.clear()


# -- one sitting ------------------------------------------------------------------------------


class _TooMuchError(Exception):
    """A cell flooded the grader with output."""


class _Sitting(NotebookClient):
    """nbclient's runner, which also asks for answers and keeps what it has when a kernel ends."""

    written = 0

    @classmethod
    async def hold(
        cls, pool: Any, folder: Path, cells: list[dict[str, Any]], limits: KernelLimits
    ) -> dict[str, Any]:
        notebook = from_dict(
            {
                "cells": [
                    {"cell_type": "code", "metadata": {}, "source": c.get("source", ""), "outputs": []}
                    for c in cells
                ],
                "metadata": {},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        )
        sitting = cls(
            notebook,
            km=pool.manager(folder, _ENV),
            allow_errors=True,
            timeout=limits.wall_seconds,
            iopub_timeout=10,
            interrupt_on_timeout=True,
            error_on_timeout=_TIMED_OUT,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
        )
        sitting.on_cell_executed = lambda **kw: Execute.on_cell_executed(sitting, **kw)
        done: list[dict[str, Any]] = [{} for _cell in cells]
        stopped = ""
        try:
            stopped = await asyncio.wait_for(
                sitting._all(cells, notebook, done), timeout=limits.wall_seconds * 1.2
            )
        except TimeoutError:
            stopped = _("the whole notebook took longer than {n} seconds").format(n=limits.wall_seconds)
        finally:
            with contextlib.suppress(Exception):
                await sitting._async_cleanup_kernel()
        return {
            "cells": done,
            "language": dict(notebook.metadata.get("language_info", {})),
            "stopped": stopped,
        }

    async def _all(
        self, cells: list[dict[str, Any]], notebook: NotebookNode, done: list[dict[str, Any]]
    ) -> str:
        await self.async_start_new_kernel()
        await self.async_start_new_kernel_client()
        assert self.kc is not None
        reply = await self.async_wait_for_reply(self.kc.kernel_info())
        notebook.metadata["language_info"] = reply["content"]["language_info"] if reply else {}
        for n, cell in enumerate(cells):
            try:
                if cell["do"] == RUN:
                    self.written = 0
                    await self.async_execute_cell(notebook.cells[n], n)
                    done[n] = _outputs(notebook.cells[n])
                elif cell["do"] == ASK:
                    done[n] = {"answers": await self._ask(cell["names"]) if cell["names"] else "{}"}
            except DeadKernelError:
                ended = getattr(self.km, "ended", None)
                why = str(ended) if ended is not None else _("its process ended")
            except _TooMuchError:
                why = _("it wrote more output than a submission may")
            except (CellControlSignal, TimeoutError):
                why = _("it did not stop when it was told to")
            else:
                continue
            done[n] = _outputs(notebook.cells[n])
            return _("cell {n}: {why}").format(n=n + 1, why=why)
        return ""

    async def _ask(self, names: list[str]) -> str:
        assert self.kc is not None
        expression = f"__import__({_HERE!r}, fromlist=['Asked']).Asked({names!r}, globals())"
        message = self.kc.execute(
            "", silent=True, store_history=False, user_expressions={"answers": expression}
        )
        reply = await self.async_wait_for_reply(message)
        said = ((reply or {}).get("content", {}).get("user_expressions") or {}).get("answers", {})
        text = said.get("data", {}).get("text/plain", "") if isinstance(said, dict) else ""
        return text if isinstance(text, str) and len(text) <= LARGEST else ""

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        content = msg.get("content")
        self.written += len(str(content)) if isinstance(content, Mapping) else 0
        if self.written > _MOST_OUTPUT or len(cell.outputs) > _MOST_OUTPUTS:
            raise _TooMuchError
        made: NotebookNode | None = super().process_message(msg, cell, cell_index)
        return made


_HERE = "bordercourse.grading.judging.answers"
_TIMED_OUT = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["CellTimeoutError: No reply from kernel before timeout"],
}


_KEPT = ("stream", "error", "display_data", "execute_result")


def _outputs(cell: NotebookNode) -> dict[str, Any]:
    """Return a cell's outputs as plain JSON that can be written as UTF-8, merged as nbgrader leaves them."""
    kept = [output for output in cell.outputs[:_MOST_OUTPUTS] if output.get("output_type") in _KEPT]
    text = json.dumps(kept, default=str)
    if "\\ud" in text:
        kept = _cleaned(json.loads(text))
        return {"outputs": kept, "count": cell.get("execution_count")}
    return {"outputs": json.loads(text), "count": cell.get("execution_count")}


def _cleaned(tree: Any) -> Any:
    if isinstance(tree, str):
        return clean_text(tree)
    if isinstance(tree, list):
        return [_cleaned(item) for item in tree]
    if isinstance(tree, dict):
        return {clean_text(key): _cleaned(value) for key, value in tree.items()}
    return tree
