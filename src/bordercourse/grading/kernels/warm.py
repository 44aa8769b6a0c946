"""The warm parent: a clean process that has imported what an exercise imports, and forks kernels.

It is started by `bordercourse.grading.kernels.provisioner.Pool` as a process of its own,
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
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bordercourse.grading.kernels import isolation
from bordercourse.grading.limits import KernelLimits

if sys.platform != "win32":
    import resource

__all__ = ["main"]

_PERIOD = 0.5  # seconds between two looks at what the kernels use


@dataclass
class _Kernel:
    pid: int
    watch: int
    line: socket.socket
    deadline: float
    reason: str = ""
    ended: bool = False


def main(number: int) -> None:
    """Serve on the control line, which is file descriptor `number`, until it closes."""
    control = socket.socket(fileno=number)
    settings = json.loads(control.recv(1 << 20))
    parent = None
    if settings["isolate"]:
        parent = isolation.become_parent()
    else:
        isolation.die_with_parent()
    _leave_out_debugger()
    kernel = importlib.import_module("bordercourse.grading.kernels.kernel")
    kernel.warm_up()
    for name in [name for name in sys.modules if name.partition(".")[0] == "bordercourse"]:
        del sys.modules[name]  # a participant's process holds what the exercise imports, and no more
    failed = _preload(settings["preload"])
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
    return failed


def _font_cache() -> list[tuple[str, bytes]]:
    """Matplotlib's list of fonts, which takes a second to make."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    found = glob.glob(os.path.join(glob.escape(cache), "matplotlib", "fontlist-*.json"))
    return [(f".cache/matplotlib/{Path(path).name}", Path(path).read_bytes()) for path in found]


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
        self.readable = [
            os.path.abspath(p) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path)
        ]
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.kernels: dict[int, _Kernel] = {}

    # ------------------------------------------------------------ the parent's side

    def run(self) -> None:
        looked = time.monotonic()
        while True:
            alive = any(not kernel.ended for kernel in self.kernels.values())
            for key, _ in self.selector.select(_PERIOD if alive else None):
                if key.fileobj is self.control:
                    if not self._request():
                        return self._end()
                elif key.data.ended and key.fileobj is not key.data.line:
                    continue
                elif key.fileobj is key.data.line:
                    self._command(key.data)
                else:
                    self._reap(key.data)
            if alive and time.monotonic() - looked >= _PERIOD:
                looked = time.monotonic()
                self._look()

    def _request(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self.control, 1 << 20, 1)
        if not message:
            return False
        request = json.loads(message)
        line = socket.socket(fileno=fds[0])
        line.set_inheritable(False)
        try:
            pid = self.parent.fork() if self.parent else os.fork()
        except OSError as error:
            _say(line, failed=f"fork: {error}")
            line.close()
            return True
        if not pid:
            self._child(request, line)
        kernel = _Kernel(pid, os.pidfd_open(pid), line, time.monotonic() + self.limits.wall_seconds)
        self.kernels[pid] = kernel
        self.selector.register(line, selectors.EVENT_READ, kernel)
        self.selector.register(kernel.watch, selectors.EVENT_READ, kernel)
        return True

    def _command(self, kernel: _Kernel) -> None:
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

    def _reap(self, kernel: _Kernel) -> None:
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

    def _kill(self, kernel: _Kernel, reason: str) -> None:
        if not kernel.ended and not kernel.reason:
            kernel.reason = reason
            _signal(kernel.pid, signal.SIGKILL)

    def _look(self) -> None:
        now = time.monotonic()
        for kernel in self.kernels.values():
            if not kernel.ended and now > kernel.deadline:
                self._kill(kernel, "wall")
        if self.parent:
            for kernel, family in self._families():
                if sum(process.cpu for process in family) > self.limits.cpu_seconds:
                    self._kill(kernel, "cpu")
                elif len(family) > 1 and _memory_kb(family, self.limits.memory_mb << 10) is None:
                    self._kill(kernel, "memory")

    def _families(self) -> list[tuple[_Kernel, list[_Process]]]:
        """Each kernel with its descendants: it is process 1 there, so orphans are its children too."""
        processes = {process.pid: process for process in _processes()}
        families: dict[int, list[_Process]] = {}
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

    def _child(self, request: Mapping[str, Any], line: socket.socket) -> None:
        try:
            for number in ("SIGCHLD", "SIGTERM", "SIGHUP", "SIGQUIT"):
                signal.signal(signal.Signals[number], signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.selector.close()
            listeners = {name: _listen(f"{request['ip']}-{port}") for name, port in request["ports"].items()}
            home = isolation.HOME if self.parent else request["home"]
            environment = self.environment(request["env"], home)
            if self.parent:
                jail = isolation.Jail(
                    request["root"],
                    request["folder"],
                    self.readable,
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
            _close_all_but(sorted(listeners.values()))
        except BaseException as error:
            _say(line, failed=f"{type(error).__name__}: {error}")
            os._exit(1)
        try:
            self.serve(listeners, request["ip"], request["key"].encode(), self.limits)
        finally:
            os._exit(1)


def _listen(path: str) -> int:
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(16)
    server.setblocking(False)
    return server.detach()


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


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    cpu: float
    resident_kb: int


def _processes() -> Iterator[_Process]:
    tick, page = os.sysconf("SC_CLK_TCK"), resource.getpagesize() // 1024
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                row = [
                    int(x) for x in Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1:22]
                ]
                yield _Process(int(name), row[0], sum(row[10:14]) / tick, row[20] * page)


def _memory_kb(family: Sequence[_Process], enough: int) -> int | None:
    """Memory of the processes together, shared pages counted once; None if it is more than `enough`."""
    total = sum(process.resident_kb for process in family)
    if total > enough:  # then it is worth counting well
        total = 0
        for process in family:
            total += _share_kb(process)
    return total if total <= enough else None


def _share_kb(process: _Process) -> int:
    try:
        rows = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except PermissionError:
        return process.resident_kb  # it hides
    except OSError:
        return 0  # it has ended meanwhile
    return next((int(row.split()[1]) for row in rows if row.startswith("Pss:")), 0)
