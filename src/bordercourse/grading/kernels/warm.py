"""The warm parent: a clean process that has imported what an exercise imports, and forks kernels.

It is started by `bordercourse.grading.kernels.pool.Pool` as a process of its own,
so that nothing of the grader's memory is in it, and speaks over two kinds of
sockets: one control line, on which requests for kernels come in, and one line
for each kernel, which carries signals in and the end of the kernel out. Where a
line closes, its kernel is killed; where the control line closes, everything is.
"""

from __future__ import annotations

import contextlib
import gc
import glob
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bordercourse.grading.kernels import isolation, usage
from bordercourse.grading.limits import KernelLimits

if sys.platform != "win32":
    import resource

__all__ = ["main"]

_PERIOD = 0.25, 0.75  # seconds between two looks at what the kernels use: nobody inside can foresee them


@dataclass
class _Child:
    """A kernel that was forked."""

    pid: int
    watch: int
    line: socket.socket
    deadline: float
    meter: usage.Meter = field(init=False)
    reason: str = ""
    ended: bool = False

    def __post_init__(self) -> None:
        self.meter = usage.Meter(self.pid)


def main(number: int, isolate: bool) -> None:
    """Serve on the control line, which is file descriptor `number`, until it closes."""
    control = socket.socket(fileno=number)
    parent = None
    if isolate:
        parent = isolation.become_parent()
    else:
        isolation.die_with_parent()
    _leave_out_debugger()
    kernel = importlib.import_module("bordercourse.grading.kernels.kernel")
    kernel.warm_up()
    for name in [name for name in sys.modules if name.partition(".")[0] == "bordercourse"]:
        del sys.modules[name]  # a participant's process holds what the exercise imports, and no more
    message = control.recv(1 << 20)
    if not message:
        return  # it was begun, and not needed
    settings = json.loads(message)
    sys.path[:] = settings["path"]
    failed = _preload(settings["preload"])
    if (pandas := sys.modules.get("pandas")) is not None:
        pandas.set_option("display.max_columns", 20)  # as where a kernel imports it; here it saw none
    gc.collect()
    gc.freeze()
    control.send(json.dumps({"ready": True, "failed": failed}).encode())
    _Warm(control, settings, parent, kernel.serve, kernel.environment).run()


def _leave_out_debugger() -> None:
    """A debugger in every kernel would cost more than all the rest of its start, and open sockets."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]


def _preload(names: Sequence[str]) -> list[str]:
    failed = []
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:
            failed.append(name)  # the participant's own import will say why
    for name in names:
        # The course's own modules may make ready what each process would otherwise make for itself.
        if name.partition(".")[0] == "bordercourse" and (ready := vars(sys.modules[name]).get("_make_ready")):
            with contextlib.suppress(Exception):
                ready()
    return failed


def _font_cache() -> list[tuple[str, bytes]]:
    """Matplotlib's list of fonts, which takes a second to make."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    lists = glob.glob(os.path.join(glob.escape(cache), "matplotlib", "fontlist-*.json"))
    return [(f".cache/matplotlib/{Path(path).name}", Path(path).read_bytes()) for path in lists]


class _Warm:
    def __init__(
        self,
        control: socket.socket,
        settings: Mapping[str, Any],
        parent: isolation.Parent | None,
        serve: Any,
        environment: Any,
    ) -> None:
        self.control, self.settings, self.parent = control, settings, parent
        self.serve, self.environment = serve, environment
        self.limits = KernelLimits(**settings["limits"])
        self.fonts = _font_cache()
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.kernels: dict[int, _Child] = {}

    # ------------------------------------------------------------ the parent's side

    def run(self) -> None:
        next_look = 0.0
        while True:
            alive = any(not kernel.ended for kernel in self.kernels.values())
            pause = max(0.0, next_look - time.monotonic()) if alive else None
            for key, _ in self.selector.select(pause):
                if key.fileobj is self.control:
                    if not self._request():
                        return self._end()
                elif key.data.ended and key.fileobj is not key.data.line:
                    continue
                elif key.fileobj is key.data.line:
                    self._command(key.data)
                else:
                    self._reap(key.data)
            if alive and time.monotonic() >= next_look:
                self._look()
                next_look = time.monotonic() + random.uniform(*_PERIOD)

    def _request(self) -> bool:
        message, numbers, _, _ = socket.recv_fds(self.control, 1 << 20, 3)
        if not message:
            return False
        request = json.loads(message)
        line, *ends = [socket.socket(fileno=number) for number in numbers]
        try:
            pid = self.parent.fork() if self.parent else os.fork()
        except OSError as error:
            _say(line, failed=f"fork: {error}")
            for end in (line, *ends):
                end.close()
            return True
        if not pid:
            lines = dict(zip(request["lines"], (end.detach() for end in ends), strict=True))
            self._child(request, line, lines)
        for end in ends:
            end.close()
        kernel = _Child(pid, os.pidfd_open(pid), line, time.monotonic() + self.limits.wall_seconds)
        self.kernels[pid] = kernel
        self.selector.register(line, selectors.EVENT_READ, kernel)
        self.selector.register(kernel.watch, selectors.EVENT_READ, kernel)
        return True

    def _command(self, kernel: _Child) -> None:
        try:
            message = kernel.line.recv(1 << 16)
        except OSError:
            message = b""
        if message:
            number = json.loads(message)["signal"]
            if not kernel.ended:
                _signal(kernel.pid, number)
            return
        self.selector.unregister(kernel.line)
        kernel.line.close()
        if kernel.ended:
            del self.kernels[kernel.pid]
        else:
            _signal(kernel.pid, signal.SIGKILL)

    def _reap(self, kernel: _Child) -> None:
        _, status, used = os.wait4(kernel.pid, 0)
        self.selector.unregister(kernel.watch)
        os.close(kernel.watch)
        kernel.ended = True
        code = os.waitstatus_to_exitcode(status)
        seconds = used.ru_utime + used.ru_stime
        if not kernel.reason and code == -signal.SIGKILL and seconds >= self.limits.cpu_seconds - 1:
            kernel.reason = "cpu"
        if kernel.line.fileno() < 0:
            del self.kernels[kernel.pid]
            return
        _say(kernel.line, exit=code, reason=kernel.reason, cpu=seconds)

    def _kill(self, kernel: _Child, reason: str) -> None:
        if not kernel.ended and not kernel.reason:
            kernel.reason = reason
            _signal(kernel.pid, signal.SIGKILL)

    def _look(self) -> None:
        now = time.monotonic()
        for kernel in self.kernels.values():
            if not kernel.ended and now > kernel.deadline:
                self._kill(kernel, "wall")
        if self.parent:
            since_start = time.clock_gettime(time.CLOCK_BOOTTIME)
            for kernel, family in self._families():
                if kernel.meter.look(family, since_start) > self.limits.cpu_seconds:
                    self._kill(kernel, "cpu")
                elif self._memory_kb(kernel, family) > self.limits.memory_mb << 10:
                    self._kill(kernel, "memory")

    def _memory_kb(self, kernel: _Child, family: Sequence[usage.Process]) -> int:
        """Memory beyond what Linux bounds by itself: that of several processes, and of sockets."""
        sockets = usage.socket_kb(kernel.pid)
        if len(family) == 1:
            return sockets
        return sockets + usage.memory_kb(family, (self.limits.memory_mb << 10) - sockets)

    def _families(self) -> list[tuple[_Child, list[usage.Process]]]:
        """Each kernel with its descendants: it is process 1 there, so orphans are its children too."""
        processes = {process.pid: process for process in usage.processes()}
        families: dict[int, list[usage.Process]] = {}
        for process in processes.values():
            pid = process.pid
            while pid not in self.kernels and pid in processes:
                pid = processes[pid].parent
            if pid in self.kernels:
                families.setdefault(pid, []).append(process)
        return [(self.kernels[pid], family) for pid, family in families.items()]

    def _end(self) -> None:
        for kernel in self.kernels.values():
            if not kernel.ended:
                _signal(kernel.pid, signal.SIGKILL)

    # ------------------------------------------------------------ the child's side

    def _child(self, request: Mapping[str, Any], line: socket.socket, lines: Mapping[str, int]) -> None:
        try:
            for number in ("SIGCHLD", "SIGTERM", "SIGHUP", "SIGQUIT"):
                signal.signal(signal.Signals[number], signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.selector.close()
            home = isolation.HOME if self.parent else request["home"]
            environment = self.environment({**self.settings["env"], **request["env"]}, home)
            if self.parent:
                jail = isolation.Jail(
                    request["root"],
                    request["folder"],
                    self.settings["readable"],
                    self.settings["hidden"],
                    self.fonts,
                )
                isolation.enter(jail, self.limits, self.parent.identity())
            else:
                os.setsid()
                os.chdir(request["folder"])
                isolation.end_with_parent()
                isolation.limit(self.limits, isolation.address_space_kb())
            os.environ.clear()
            os.environ.update(environment)
            empty = os.open(os.devnull, os.O_RDWR)
            for standard in (0, 1, 2):
                os.dup2(empty, standard)
            _say(line, started=True)
            _close_all_but(sorted(lines.values()))
        except BaseException as error:
            _say(line, failed=f"{type(error).__name__}: {error}")
            os._exit(1)
        try:
            self.serve(lines, self.limits)
        finally:
            os._exit(1)


def _close_all_but(kept: Sequence[int]) -> None:
    start = 3
    for number in kept:
        os.closerange(start, number)
        start = number + 1
    _, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.closerange(start, 1 << 20 if highest < 0 else max(highest, 1 << 16))


def _say(line: socket.socket, **message: Any) -> None:
    with contextlib.suppress(OSError):
        line.send(json.dumps(message).encode())


def _signal(pid: int, number: int) -> None:
    """To the kernel and what it started, as far as it kept them in its group."""
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)  # so young that it has no group yet
