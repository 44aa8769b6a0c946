"""The kernel that a warm parent's child becomes: IPython's own, on lines that were opened before.

It listens on no socket and opens none to anybody: it holds one end of two lines whose other ends
are the grader's.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from IPython.core.ultratb import AutoFormattedTB
from tornado.ioloop import IOLoop

from bordercourse.grading.kernels.output import spare_the_thread
from bordercourse.grading.kernels.shell import FrugalSession, LastingKernel, run_for_ever
from bordercourse.grading.kernels.wire import KernelLine
from bordercourse.grading.limits import KernelLimits
from bordercourse.i18n import gettext as _

if sys.platform != "win32":
    import resource

__all__ = ["CellTimeoutError", "environment", "serve", "warm_up"]


def serve(lines: Mapping[str, int], limits: KernelLimits) -> None:
    """Be the kernel until it is killed.

    Parameters
    ----------
    lines : mapping of str to int
        File descriptors of the kernel's ends of ``shell`` and ``iopub``.
    limits : KernelLimits
    """
    _reseed()
    sys.argv = ["ipykernel_launcher"]
    app = _App.instance()
    app.lines = {"shell": _Requests(lines["shell"]), "iopub": KernelLine(lines["iopub"])}
    app.session = FrugalSession(parent=app, budget=limits.output_mb << 20)
    app.session.auth = None  # the lines are the grader's alone: nothing need be signed
    app.kernel_class = _Kernel
    _Kernel.cell_cpu_seconds = limits.cell_cpu_seconds
    app.config.HistoryManager.hist_file = ":memory:"
    app.initialize([])
    app.kernel.start()
    run_for_ever()


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


class CellTimeoutError(BaseException):
    """A cell did not end in time. No ``except Exception`` of a participant's stops it by accident."""


class _Requests(KernelLine):
    """The line on which requests come in: hands each to the kernel, in the kernel's own loop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self._tasks: set[asyncio.Future[None]] = set()

    def on_recv(self, callback: Callable[[list[Any]], Awaitable[None] | None], copy: bool = True) -> None:
        loop: Any = IOLoop.current()
        loop.asyncio_loop.add_reader(self.fileno(), self._take, callback)

    def _take(self, callback: Callable[[list[Any]], Awaitable[None] | None]) -> None:
        if os.getpid() != self._process:  # a child that a cell forked in the loop
            os._exit(0)
        try:
            parts = self.receive()
        except EOFError:
            os._exit(0)  # the grader let go
        if parts is not None:
            frames = [zmq.Frame(frame) for frame in (b"<IDS|MSG>", b"", *parts)]
            answer = callback(frames)
            if answer is not None:  # older kernels have a queue of their own
                task = asyncio.ensure_future(answer)
                self._tasks.add(task)  # the loop alone does not keep it
                task.add_done_callback(self._tasks.discard)


class _NoThread:
    """In the place of the thread that takes requests for several shells: there is one, in this thread.

    IPython's kernel asks for its parent's thread even where there is none, when a cell awaits.
    """

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class _Kernel(LastingKernel):
    """Ends a cell that uses too much processor time, and goes on with the next."""

    _supports_kernel_subshells = False

    cell_cpu_seconds = 30
    _running = False
    _execute_sleep = 0.0  # the lines lose nothing that was flushed

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
    """IPython's kernel application without files, ports, a debugger and a parent to watch."""

    lines: Mapping[str, KernelLine] = {}

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
        pass

    def init_heartbeat(self) -> None:
        pass  # the grader sees the process itself

    def init_poller(self) -> None:
        self.poller = None  # the parent's number means nothing in another process namespace

    def init_sockets(self) -> None:
        output = self.lines["iopub"]
        output.context = zmq.Context(0)  # for messages between threads alone
        self.configure_tornado_logger()
        self.iopub_thread = IOPubThread(output)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_io(self) -> None:
        super().init_io()
        spare_the_thread(sys.stdout, sys.stderr)

    def init_kernel(self) -> None:
        kernel_class: Any = self.kernel_class
        self.kernel = kernel_class.instance(
            parent=self,
            session=self.session,
            shell_stream=self.lines["shell"],
            shell_channel_thread=_NoThread(),
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


def environment(given: Mapping[str, str], home: str) -> dict[str, str]:
    """The whole environment of a kernel: what a program needs to run, and what the grader gives.

    Parameters
    ----------
    given : mapping of str to str
        The grader's variables.
    home : str
        The kernel's home folder.
    """
    kept = {
        k: v for k, v in os.environ.items() if k in _KEPT or k.startswith("LC_") or k.endswith("_NUM_THREADS")
    }
    return {**kept, "HOME": home, "USER": "participant", "LOGNAME": "participant", **given}


_KEPT = {
    "PATH",
    "LANG",
    "LANGUAGE",
    "TZ",
    "LD_LIBRARY_PATH",
    "MPLBACKEND",
}
