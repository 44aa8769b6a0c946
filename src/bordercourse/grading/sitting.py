"""Run a participant's cells in a kernel of their own, and ask it for the answers.

`run_cells` is a plain function of plain arguments with a plain result, so that any executor of
`concurrent.futures` can take it: threads here, or `workers` on other machines. It never raises for
what a participant's code does: a kernel that dies keeps what it gave before.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

from nbclient.client import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionComplete, DeadKernelError
from nbclient.output_widget import OutputWidget
from nbformat.notebooknode import NotebookNode, from_dict
from nbgrader.preprocessors import Execute

from bordercourse.course.notebooks import clean_text
from bordercourse.grading.intake.submitted_files import PlainFiles
from bordercourse.grading.kernels.kept import kept_pool
from bordercourse.grading.kernels.kernel_messages import LEFT_OUT, OUTPUTS
from bordercourse.grading.limits import LARGEST_ANSWERS, MOST_CELL_MESSAGES, KernelLimits
from bordercourse.i18n import gettext as _
from bordercourse.i18n import speaking

__all__ = ["ASK", "NOTHING", "RUN", "run_cells"]

RUN, ASK, NOTHING = "run", "ask", "nothing"

_ENV = {"NBGRADER_EXECUTION": "autograde", "PYTHONHASHSEED": "0"}
_MOST_OUTPUT = 8_000_000  # bytes of one cell; the kernel's own limit is lower


def run_cells(
    cells: list[dict[str, Any]],
    files: PlainFiles,
    notebook: str,
    shown: str,
    imports: tuple[str, ...] = (),
    limits: KernelLimits | None = None,
    isolate: bool = True,
    hidden: str = "",
    language: str = "",
) -> dict[str, Any]:
    """Run `cells` in order in a folder of their own, with a copy of `files`.

    Parameters
    ----------
    cells : list of dict
        ``{"do": "run", "source": code}``, ``{"do": "ask", "names": [...]}`` or ``{"do": "nothing"}``.
    files : PlainFiles
        What the participant's code may read; a file with the notebook's name is not among them.
    notebook, shown : str
        File name and text of the notebook to put there: the one without hidden tests.
    imports : tuple of str
        Modules that a warm kernel holds before it starts.
    limits : KernelLimits, optional
    isolate : bool
    hidden : str
        A folder that no kernel may see: the course's own.
    language : str
        The participant's language; empty for English, whatever this process speaks.

    Returns
    -------
    dict
        ``cells``: for each cell ``{"outputs": [...], "count": n}`` or ``{"answers": text}``, and
        ``{}`` for one that was not reached; ``language``: the kernel's own description;
        ``stopped``: why the kernel ended early, else empty; ``left_out``: what of the outputs
        was left out.
    """
    limits = limits or KernelLimits()
    with tempfile.TemporaryDirectory(prefix="bordercourse-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch) / "exercise"
        files.copy_to(folder)
        (folder / notebook).write_text(shown, encoding="utf-8")
        with speaking(language), kept_pool((*imports, _HERE), limits, isolate, hidden) as pool:
            manager = pool.manager(folder, {**_ENV, "BORDERCOURSE_LANGUAGE": language})
            return asyncio.run(_Runner(cells, manager, folder, limits).hold())


# -- one sitting ------------------------------------------------------------------------------


class _Collector(OutputWidget):
    """nbclient's stand-in for an Output widget; the kernel hears of its outputs once, when a cell ends.

    To tell it after each output would take time with the square of their number. Python code sees
    them only between two cells anyway.
    """

    def sync_state(self) -> None:
        self.executor.unsynced[self.comm_id] = self

    def sync(self) -> None:
        super().sync_state()


class _Runner(NotebookClient):
    """nbclient's runner, which also asks for answers and keeps what it has when a kernel ends."""

    def __init__(self, cells: list[dict[str, Any]], manager: Any, folder: Path, limits: KernelLimits) -> None:
        blank: dict[str, Any] = {"cell_type": "code", "metadata": {}}
        sheet = [{**blank, "source": cell.get("source", ""), "outputs": []} for cell in cells]
        super().__init__(
            from_dict({"cells": sheet, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
            km=manager,
            allow_errors=True,
            timeout=limits.wall_seconds,
            iopub_timeout=10,
            interrupt_on_timeout=True,
            error_on_timeout=_TIMED_OUT,
            record_timing=False,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
        )
        self.on_cell_executed = lambda **kw: Execute.on_cell_executed(self, **kw)
        self.widget_registry = {"@jupyter-widgets/output": {"OutputModel": _Collector}}
        self.unsynced: dict[str, _Collector] = {}
        self.steps, self.limits = cells, limits
        self.answers: dict[int, str] = {}
        self.reached = 0
        self.cut: set[int] = set()
        self._size: dict[int, int] = {}

    async def hold(self) -> dict[str, Any]:
        """Run all, and return what `run_cells` returns."""
        stopped = ""
        try:
            stopped = await asyncio.wait_for(self._all(), timeout=self.limits.wall_seconds * 1.2)
        except TimeoutError:
            stopped = _("the whole notebook took longer than {n} seconds").format(n=self.limits.wall_seconds)
        finally:
            with contextlib.suppress(Exception):
                await self._async_cleanup_kernel()
        return {
            "cells": [self._step(n, bool(stopped)) for n in range(len(self.steps))],
            "language": dict(self.nb.metadata.get("language_info", {})),
            "stopped": stopped,
            "left_out": [
                _("cell {n}: output that no notebook can show").format(n=n + 1) for n in sorted(self.cut)
            ],
        }

    def _step(self, n: int, stopped: bool) -> dict[str, Any]:
        if n in self.answers:
            return {"answers": self.answers[n]}
        ended_here = stopped and n == self.reached - 1
        if ended_here or (n < self.reached and self.steps[n]["do"] == RUN):
            return _outputs(self.nb.cells[n], n in self.cut)
        return {}

    async def _all(self) -> str:
        await self.async_start_new_kernel()
        await self.async_start_new_kernel_client()
        assert self.kc is not None
        n = 0
        try:
            reply = await self.async_wait_for_reply(self.kc.kernel_info())
            self.nb.metadata["language_info"] = reply["content"]["language_info"] if reply else {}
            for n, step in enumerate(self.steps):
                self.reached = n + 1
                if step["do"] == RUN:
                    await self.async_execute_cell(self.nb.cells[n], n)
                elif step["do"] == ASK:
                    self.answers[n] = await self._ask(step["names"]) if step["names"] else "{}"
        except DeadKernelError:
            ended = getattr(self.km, "ended", None)
            why = str(ended) if ended is not None else _("its process ended")
        except (CellControlSignal, TimeoutError):
            why = _("it did not stop when it was told to")
        else:
            return ""
        return _("cell {n}: {why}").format(n=n + 1, why=why)

    async def _ask(self, names: list[str]) -> str:
        assert self.kc is not None
        expression = f"__import__({_HERE!r}, fromlist=['Asked']).Asked({names!r}, globals())"
        message = self.kc.execute(
            "", silent=True, store_history=False, user_expressions={"answers": expression}
        )
        reply = await self.async_wait_for_reply(message)
        expressions = (reply or {}).get("content", {}).get("user_expressions", {})
        text: str = expressions["answers"]["data"]["text/plain"] if expressions else ""
        return text if len(text) <= LARGEST_ANSWERS else ""

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """As nbclient does, but what it cannot use is left out, and so is what comes after too much."""
        kind = msg["msg_type"]
        if msg.get("cut") or kind == LEFT_OUT:
            self.cut.add(cell_index)
        if kind in OUTPUTS:
            size = self._size[cell_index] = self._size.get(cell_index, 0) + msg["size"]
            if size > _MOST_OUTPUT or len(cell.outputs) >= 2 * MOST_CELL_MESSAGES:
                self.cut.add(cell_index)
                return None
        if kind == LEFT_OUT:
            return None
        try:
            output: NotebookNode | None = super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            self._sync_widgets()
            raise
        except Exception:
            self.cut.add(cell_index)
            return None
        return output

    def _sync_widgets(self) -> None:
        widgets, self.unsynced = self.unsynced, {}
        for widget in widgets.values():
            with contextlib.suppress(Exception):
                widget.sync()


_HERE = "bordercourse.grading.judging.asking"
_TIMED_OUT = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["CellTimeoutError: No reply from kernel before timeout"],
}


_KEPT = ("stream", "error", "display_data", "execute_result")


def _outputs(cell: NotebookNode, cut: bool) -> dict[str, Any]:
    """Return a cell's outputs as plain JSON that can be written as UTF-8."""
    kept: Any = [output for output in cell.outputs if output.get("output_type") in _KEPT]
    if cut:
        note = _("[A part of this cell's output was left out: no notebook can show it.]")
        kept.append({"output_type": "stream", "name": "stdout", "text": f"\n{note}\n"})
    text = json.dumps(kept, default=str)
    kept = json.loads(text)
    return {"outputs": _cleaned(kept) if "\\ud" in text else kept, "count": cell.get("execution_count")}


def _cleaned(tree: Any) -> Any:
    if isinstance(tree, str):
        return clean_text(tree)
    if isinstance(tree, list):
        return [_cleaned(item) for item in tree]
    if isinstance(tree, dict):
        return {clean_text(key): _cleaned(value) for key, value in tree.items()}
    return tree
