"""The kernel that a warm parent's child becomes: IPython's own, on sockets that were opened before.

The child opens its four sockets in the grader's private directory, then shuts
itself in, then serves on them; so no directory of the grader's is seen inside.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

import zmq
from ipykernel.control import ControlThread
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from IPython.core.ultratb import AutoFormattedTB
from jupyter_client.session import Session

from bordercourse.grading.limits import KernelLimits
from bordercourse.i18n import gettext as _

if sys.platform != "win32":
    import resource

__all__ = ["PORTS", "CellTimeoutError", "environment", "serve", "warm_up"]

PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "hb": 4, "control": 5}
"""A socket's name is the directory's with the number at the end, as Jupyter's ``ipc`` transport has it."""

_OUTPUT = {
    "stream",
    "display_data",
    "update_display_data",
    "execute_result",
    "error",
    "comm_msg",
    "comm_open",
}
_SMALL = 1 << 16


def serve(listeners: Mapping[str, int], ip: str, key: bytes, limits: KernelLimits) -> None:
    """Be the kernel until it is killed."""
    _reseed()
    sys.argv = ["ipykernel_launcher"]
    app = _App.instance(transport="ipc", ip=ip, **{f"{name}_port": port for name, port in PORTS.items()})
    app.listeners = {PORTS[name]: number for name, number in listeners.items()}
    app.session = _Session(parent=app, key=key, budget=limits.output_mb << 20)
    app.kernel_class = _Kernel
    _Kernel.cell_cpu_seconds = limits.cell_cpu_seconds
    app.config.HistoryManager.hist_file = ":memory:"
    app.initialize([])
    app.start()


def warm_up() -> None:
    """In the parent: import what every kernel imports while it starts, runs a cell and shows an error."""
    for name in _AT_START:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    try:
        raise ValueError
    except ValueError as error:
        AutoFormattedTB(mode="Context").structured_traceback(type(error), error, error.__traceback__)


_AT_START = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "sqlite3",
    "tornado.platform.asyncio",
)


def _reseed() -> None:
    """Every fork would otherwise draw the same random numbers."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


class _Session(Session):
    """Drops what a cell prints beyond its budget, before it burdens anyone."""

    def __init__(self, budget: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._budget, self._spent, self._cell, self._told = budget, 0, None, False

    def send(  # type: ignore[override]
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        if isinstance(msg_or_type, dict):
            kind, cell, what = msg_or_type["msg_type"], msg_or_type["parent_header"], msg_or_type["content"]
        else:
            kind, cell, what = msg_or_type, (parent or {}).get("header", {}), content
        if kind in {"error", "execute_reply"}:
            _shorten(what)
        if kind in _OUTPUT and self._is_too_much(kind, cell.get("msg_id"), what):
            if self._told:
                return {}
            self._told = True
            text = _("[More than {size} MB of output: the rest is left out.]").format(size=self._budget >> 20)
            return super().send(stream, "stream", {"name": "stdout", "text": f"\n{text}\n"}, {"header": cell})
        return super().send(stream, msg_or_type, content, parent, *args, **kwargs)

    def _is_too_much(self, kind: str, cell: Any, content: Any) -> bool:
        if cell != self._cell:
            self._cell, self._spent, self._told = cell, 0, False
        size = _size(content)
        if kind in {"execute_result", "error"} and size < _SMALL:
            return False  # what a cell ends with is never lost to what it printed
        self._spent += size
        return self._spent > self._budget


def _shorten(content: dict[str, Any]) -> None:
    """Cut an error's message and traceback, which go out twice."""
    if isinstance(content.get("evalue"), str):
        content["evalue"] = content["evalue"][:_SMALL]
    if content.get("traceback"):
        content["traceback"] = [str(line)[:_SMALL] for line in content["traceback"][-100:]]


def _size(value: Any) -> int:
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_size(v) for v in value.values())
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return 8


class CellTimeoutError(BaseException):
    """A cell did not end in time. No ``except Exception`` of a participant's stops it by accident."""


class _Kernel(IPythonKernel):
    """Ends a cell that uses too much processor time, and goes on with the next."""

    cell_cpu_seconds = 30
    _running = False

    def start(self) -> None:
        signal.signal(signal.SIGXCPU, self._too_long)
        super().start()

    def _too_long(self, *signal_and_frame: object) -> None:
        if self._running:
            raise CellTimeoutError(
                _("This cell used more than {n} seconds of processor time.").format(n=self.cell_cpu_seconds)
            )

    async def do_execute(self, *args: Any, **kwargs: Any) -> Any:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(time.process_time()) + 1 + self.cell_cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))
        self._running = True
        try:
            return await super().do_execute(*args, **kwargs)
        finally:
            self._running = False


class _App(IPKernelApp):
    """IPython's kernel application without what it needs a file, a network or a parent's number for."""

    listeners: Mapping[int, int] = {}

    def parse_command_line(self, argv: Any = None) -> None:
        pass

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        pass

    def init_connection_file(self) -> None:
        pass

    def write_connection_file(self, **kwargs: Any) -> None:
        pass

    def cleanup_connection_file(self) -> None:
        pass

    def log_connection_info(self) -> None:
        self._ports = dict(PORTS)

    def init_heartbeat(self) -> None:
        pass  # the grader sees the process itself

    def init_poller(self) -> None:
        self.poller = None  # the parent's number means nothing in another process namespace

    def _try_bind_socket(self, s: Any, port: int) -> int:
        s.setsockopt(zmq.USE_FD, self.listeners[port])
        s.bind(f"ipc://{self.ip}-{port}")
        return port

    def init_control(self, context: Any) -> None:
        self.control_socket = context.socket(zmq.ROUTER)
        self.control_socket.linger = 1000
        self.control_port = self._bind_socket(self.control_socket, self.control_port)
        self.control_socket.router_handover = 1
        self.debugpy_socket = context.socket(zmq.STREAM)
        self.debug_shell_socket = context.socket(zmq.DEALER)
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)

    def init_iopub(self, context: Any) -> None:
        self.iopub_socket = context.socket(zmq.XPUB)
        self.iopub_socket.linger = 1000
        self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = IOPubThread(self.iopub_socket, pipe=False, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket


def environment(given: Mapping[str, str], home: str) -> dict[str, str]:
    """The whole environment of a kernel: what a program needs to run, and what the grader gives."""
    kept = {
        k: v for k, v in os.environ.items() if k in _KEPT or k.startswith("LC_") or k.endswith("_NUM_THREADS")
    }
    return {**kept, "HOME": home, "USER": "participant", "LOGNAME": "participant", **given}


_KEPT = {
    "PATH",
    "LANG",
    "LANGUAGE",
    "TZ",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "MPLBACKEND",
    "BORDERCOURSE_LANGUAGE",
}
