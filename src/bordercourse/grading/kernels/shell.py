"""IPython's kernel as the grader runs it, forked or not: what a cell may not do, and how much it may say.

A cell that asks the notebook to end (``exit``, ``quit()``) is told that this was left out, and the
cells after it run: whoever types it means to be done, and what they answered below still counts.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelbase import Kernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets import Type, observe

from bordercourse.grading.kernels.kernel_messages import OUTPUTS
from bordercourse.grading.limits import MOST_CELL_MESSAGES
from bordercourse.i18n import gettext as _

__all__ = ["FrugalSession", "LastingKernel", "LastingShell", "run_for_ever"]

_OUTPUT = frozenset([*OUTPUTS, "comm_msg", "comm_open", "comm_close"])
_SMALL = 1 << 16
_ATTEMPTS = 1000
_ALL_CELLS = 8  # times the output of one cell


class LastingShell(ZMQInteractiveShell):
    """A shell that no cell ends."""

    def ask_exit(self) -> None:
        """What ``exit`` and ``quit`` call: say that they are left out."""
        print(_("[This cell asked the notebook to end. That was left out, and the cells after it run.]"))

    @observe("exit_now")
    def _update_exit_now(self, change: Any) -> None:
        pass


class LastingKernel(IPythonKernel):
    """A kernel that ends when the grader ends it, and not before."""

    shell_class = Type(LastingShell)
    shell_stream = AnyTrait()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._process = os.getpid()

    def start(self) -> None:
        """Listen for requests."""
        Kernel.start(self)  # without the debugger that IPython's kernel starts

    async def do_execute(self, *args: Any, **kwargs: Any) -> Any:
        """Run a cell. A process that the cell forked ends with it, and does not take the next one."""
        try:
            return await super().do_execute(*args, **kwargs)
        finally:
            if os.getpid() != self._process:
                os._exit(0)

    def do_shutdown(self, restart: bool) -> dict[str, Any]:  # type: ignore[override]
        """Say that a cell's request to end is left out; the grader does not ask for it."""
        if isinstance(self.shell, LastingShell):
            self.shell.ask_exit()
        return {"status": "ok", "restart": restart}


def run_for_ever() -> None:
    """Run the kernel's loop, and again where a cell stopped it; one that a cell broke ends some day."""
    for _attempt in range(_ATTEMPTS):
        with contextlib.suppress(Exception, KeyboardInterrupt, SystemExit):
            IOLoop.current().start()


class FrugalSession(Session):
    """Drops what a cell says beyond its budget, before it burdens anyone."""

    def __init__(self, budget: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._budget, self._spent, self._count, self._noted = budget, 0, 0, False
        self._left, self._cell = budget * _ALL_CELLS, None

    def send(  # type: ignore[override]
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Send a message, if its cell has not said too much.

        Parameters
        ----------
        stream, msg_or_type, content, parent, *args, **kwargs
            As for Jupyter's own session.
        """
        if isinstance(msg_or_type, dict):
            kind, cell, what = msg_or_type["msg_type"], msg_or_type["parent_header"], msg_or_type["content"]
        else:
            kind, cell, what = msg_or_type, (parent or {}).get("header", {}), content
        if kind in {"error", "execute_reply"}:
            _shorten(what)
        if kind in _OUTPUT and self._is_too_much(kind, cell.get("msg_id"), what):
            if self._noted:
                return {}
            self._noted = True
            note = _("[Too much output: the rest of this cell's is left out.]")
            return super().send(stream, "stream", {"name": "stdout", "text": f"\n{note}\n"}, {"header": cell})
        return super().send(stream, msg_or_type, content, parent, *args, **kwargs)

    def _is_too_much(self, kind: str, cell: Any, content: Any) -> bool:
        if cell != self._cell:
            self._cell, self._spent, self._count, self._noted = cell, 0, 0, False
        size = _size(content)
        if kind in {"execute_result", "error"} and size < _SMALL:
            return False  # what a cell ends with is never lost to what it printed
        self._spent += size
        self._count += 1
        if self._spent > self._budget or size > self._left or self._count > MOST_CELL_MESSAGES:
            return True  # what is dropped burdens nobody, so it takes nothing from the cells that follow
        self._left -= size
        return False


def _shorten(content: dict[str, Any]) -> None:
    """Cut an error's message and traceback, which go out twice."""
    if isinstance(content.get("evalue"), str):
        content["evalue"] = content["evalue"][:_SMALL]
    if content.get("traceback"):
        content["traceback"] = [str(line)[:_SMALL] for line in content["traceback"][-100:]]


def _size(value: Any) -> int:
    """About the bytes that a value takes in a message."""
    if isinstance(value, str):
        return (
            len(value)
            if len(value) < _SMALL
            else len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        )
    if isinstance(value, bytes):
        return len(value) * 4 // 3
    if isinstance(value, Mapping):
        return sum(_size(key) + _size(v) for key, v in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return 8
