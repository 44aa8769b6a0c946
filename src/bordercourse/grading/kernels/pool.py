"""Kernels for submissions, forked from a warm parent: the grader's side.

`start_kernels` starts the parent; `Pool.manager` gives a Jupyter kernel manager
for one submission, to be used as any other (``nbclient.NotebookClient(nb, km=…)``).
Where Linux is missing, the pool starts ordinary kernels.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from bordercourse.errors import CourseError
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels.ordinary import OrdinaryKernelManager
from bordercourse.grading.kernels.provisioner import WarmKernelManager
from bordercourse.grading.kernels.sight import look_around
from bordercourse.grading.kernels.warm_process import WarmParent
from bordercourse.grading.kernels.wire import open_lines
from bordercourse.grading.limits import KernelLimits
from bordercourse.i18n import gettext as _

__all__ = ["WARM", "Ended", "IsolationError", "Pool", "WarmProcess", "start_kernels"]

WARM = sys.platform == "linux"
"""Whether kernels can be forked here; elsewhere ordinary ones are started."""


class IsolationError(CourseError):
    """Submissions cannot be isolated on this machine."""


@dataclass(frozen=True)
class Ended:
    """How a kernel ended.

    Parameters
    ----------
    code : int
        Exit code; minus the number of the signal that killed it.
    reason : str
        Why we killed it: ``cpu``, ``wall``, ``memory``, ``output``, or nothing.
    cpu_seconds : float
        Processor time that it used.
    """

    code: int
    reason: str = ""
    cpu_seconds: float = 0.0

    def __str__(self) -> str:
        return {
            "cpu": _("it used more processor time than a submission may"),
            "wall": _("it ran for longer than a submission may"),
            "memory": _("it used more memory than a submission may"),
            "output": _("it wrote more output than a submission may"),
        }.get(self.reason) or _("its process ended ({code})").format(code=self.code)


def start_kernels(
    preload: Sequence[str],
    limits: KernelLimits | None = None,
    isolate: bool = True,
    hidden: Sequence[Path] = (),
    begun: WarmParent | None = None,
) -> Pool:
    """A pool of kernels, to be used in a ``with`` statement.

    Parameters
    ----------
    preload : sequence of str
        Modules that the warm parent imports. Give exactly what the exercise's
        source imports: a submodule that only the parent imported would hide a
        missing import. Nothing secret may be in a module of this list.
    limits : KernelLimits, optional
    isolate : bool
        Refuse to start where submissions cannot be isolated.
    hidden : sequence of Path
        Folders that no kernel may see even if they lie under a folder that it
        reads, such as the Python installation. Give the course's folder.
    begun : WarmParent, optional
        A parent's process that was begun before `preload` was known.

    Raises
    ------
    IsolationError
        If `isolate` is asked for and cannot be had.
    """
    return Pool(preload, limits or KernelLimits(), isolate, hidden, begun)


class Pool:
    """A warm parent and the kernels that it forked. They all end with the ``with`` statement, or with us."""

    def __init__(
        self,
        preload: Sequence[str],
        limits: KernelLimits,
        isolate: bool,
        hidden: Sequence[Path],
        begun: WarmParent | None = None,
    ) -> None:
        self.preload, self.limits, self.isolate, self.hidden = tuple(preload), limits, isolate, tuple(hidden)
        self.warm = WARM
        if isolate and not (possible := isolation.available()):
            raise IsolationError(
                _("Submissions cannot be isolated on this machine: {reason}.").format(reason=possible.reason)
            )
        self._lock = threading.Lock()
        self._folder = ""
        self._begun = begun
        self._parent: WarmParent | None = None

    def __enter__(self) -> Pool:
        self._folder = tempfile.mkdtemp(prefix="bc-")
        for name in ("root", "home"):
            os.mkdir(os.path.join(self._folder, name))
        if self.warm:
            with self._lock:
                begun, self._begun = self._begun, None
                self._start(begun)
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def manager(self, folder: Path, env: Mapping[str, str] | None = None) -> AsyncKernelManager:
        """A kernel manager for one submission; its kernel starts when it is asked to.

        Parameters
        ----------
        folder : Path
            The submission's own folder. An isolated kernel works on a copy of
            its plain files (no links), which vanishes with the kernel; another
            one works in the folder itself.
        env : mapping, optional
            Environment variables; beyond these a kernel gets only what a
            program needs to run (``PATH``, ``LANG`` …).
        """
        if not self.warm:
            return OrdinaryKernelManager(Path(folder), env or {}, self.limits)
        return WarmKernelManager(self, Path(folder), env or {})

    # ------------------------------------------------------------ between the parent and us

    def _start(self, parent: WarmParent | None = None) -> None:
        parent = parent or WarmParent(self.isolate)
        sight = look_around(self.preload, self.hidden)
        parent.tell(
            {
                "path": sight.path,
                "preload": self.preload,
                "limits": asdict(self.limits),
                "readable": sight.readable,
                "hidden": sight.hidden,
                "env": {"PYTHONPATH": os.pathsep.join(sight.added)} if sight.added else {},
            }
        )
        self._parent = parent

    def _stop(self) -> None:
        parent, self._parent = self._parent, None
        if parent is not None:
            parent.close()

    def fork(self, folder: Path, env: Mapping[str, str]) -> WarmProcess:
        """Have a kernel forked; CourseError where the pool is closed.

        Parameters
        ----------
        folder : Path
            What it works on, see `manager`.
        env : mapping of str to str
            Variables beyond what a program needs to run.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        lines, their_lines = open_lines()
        request = {
            "lines": list(their_lines),
            "folder": os.path.abspath(folder),
            "root": os.path.join(self._folder, "root"),
            "home": os.path.join(self._folder, "home"),
            "env": dict(env),
        }
        given = [theirs, *their_lines.values()]
        try:
            with self._lock:
                self._request(json.dumps(request).encode(), [end.fileno() for end in given])
        except BaseException:
            for end in (ours, *lines.values()):
                end.close()
            raise
        finally:
            for end in given:
                end.close()
        return WarmProcess(ours, lines)

    def _request(self, data: bytes, numbers: list[int]) -> None:
        if self._parent is None:
            raise CourseError(_("The pool of kernels is closed."))
        try:
            socket.send_fds(self._parent.control, [data], numbers)
        except (BrokenPipeError, ConnectionResetError):  # something killed the parent: once more
            self._stop()
            self._start()
            socket.send_fds(self._parent.control, [data], numbers)


class WarmProcess:
    """A forked kernel, with the face of `subprocess.Popen` that Jupyter's provisioner knows."""

    stdin = stdout = stderr = None
    pid = 0

    def __init__(self, watch: socket.socket, lines: Mapping[str, socket.socket]) -> None:
        self._watch, self.lines = watch, lines
        watch.setblocking(False)
        self.ended: Ended | None = None
        self.reason = ""

    async def started(self) -> None:
        """Wait until the kernel is shut in; CourseError where that failed."""
        message = await asyncio.get_running_loop().sock_recv(self._watch, 1 << 16)
        news = json.loads(message) if message else {"failed": "the process ended"}
        if "started" not in news:
            self.close()
            raise CourseError(
                _("The kernel could not start: {reason}").format(reason=news.get("failed", news))
            )

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        if self.ended is None:
            try:
                message = self._watch.recv(1 << 16)
            except BlockingIOError:
                return None
            except OSError:
                message = b""
            news: dict[str, Any] = json.loads(message) if message else {"exit": -9, "reason": "", "cpu": 0.0}
            self.ended = Ended(news["exit"], self.reason or news["reason"], news["cpu"])
        return self.ended.code

    def wait(self) -> int:
        """Wait for the exit code."""
        while (code := self.poll()) is None:
            time.sleep(0.002)
        return code

    def send_signal(self, number: int) -> None:
        """Have a signal sent to the kernel and its group; nothing where it has ended."""
        if self.poll() is None:
            try:
                self._watch.send(json.dumps({"signal": int(number)}).encode())
            except OSError as error:
                raise ProcessLookupError(3, "No such process") from error

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(9)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(15)

    def close(self) -> None:
        """Close the lines to it, which ends it if it runs."""
        for line in (self._watch, *self.lines.values()):
            line.close()
