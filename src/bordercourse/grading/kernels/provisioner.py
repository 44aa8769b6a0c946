"""Kernels for submissions, forked from a warm parent: the grader's side.

`start_kernels` starts the parent; `Pool.manager` gives a Jupyter kernel manager
for one submission, to be used as any other (``nbclient.NotebookClient(nb, km=…)``).
Where Linux is missing, the pool starts ordinary kernels.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import channel_socket_types
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from bordercourse.errors import CourseError
from bordercourse.grading.kernels import isolation
from bordercourse.grading.limits import KernelLimits
from bordercourse.i18n import gettext as _

__all__ = ["WARM", "Ended", "IsolationError", "Pool", "WarmKernelManager", "WarmProvisioner", "start_kernels"]

_LOG = logging.getLogger("bordercourse.grading")
_PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "hb": 4, "control": 5}  # as in kernel.PORTS
WARM = sys.platform == "linux"
"""Whether kernels can be forked here; elsewhere ordinary ones are started."""
_HARD_OUTPUT = 32  # times output_mb: what a kernel that ignores its own bound may send before it is killed
_KEPT = ("PATH", "LANG", "LANGUAGE", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH", "BORDERCOURSE_LANGUAGE")
_KEPT_BY_PARENT = ("HOME", "XDG_CACHE_HOME")  # for matplotlib's list of fonts
_BOOT = """
import sys, types
sys.path[:] = [path for path in sys.path if path]
room = types.ModuleType("bordercourse.grading.kernels")
room.__path__ = [sys.argv[1]]
sys.modules[room.__name__] = room
from bordercourse.grading.kernels.warm import main
main(int(sys.argv[2]))
"""


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

    Raises
    ------
    IsolationError
        If `isolate` is asked for and cannot be had.
    """
    return Pool(preload, limits or KernelLimits(), isolate, hidden)


class Pool:
    """A warm parent and the kernels that it forked. They all end with the ``with`` statement, or with us."""

    def __init__(
        self, preload: Sequence[str], limits: KernelLimits, isolate: bool, hidden: Sequence[Path]
    ) -> None:
        self.preload, self.limits, self.isolate, self.hidden = tuple(preload), limits, isolate, tuple(hidden)
        self.warm = WARM
        if isolate and not (found := isolation.available()):
            raise IsolationError(
                _("Submissions cannot be isolated on this machine: {reason}.").format(reason=found.reason)
            )
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._folder = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Pool:
        self._folder = tempfile.mkdtemp(prefix="bc-")
        if len(self._folder) > 80:  # a Unix socket's path has at most 107 characters
            os.rmdir(self._folder)
            self._folder = tempfile.mkdtemp(prefix="bc-", dir="/tmp")
        for name in ("root", "home"):
            os.mkdir(os.path.join(self._folder, name))
        if self.warm:
            with self._lock:
                self._start()
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
            return _OrdinaryKernelManager(Path(folder), env or {})
        return WarmKernelManager(self, Path(folder), env or {})

    # ------------------------------------------------------------ between the parent and us

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {k: v for k, v in os.environ.items() if k in (*_KEPT, *_KEPT_BY_PARENT) or k.startswith("LC_")}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        with theirs, open(os.path.join(self._folder, "log"), "wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _BOOT, str(Path(__file__).parent), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                env={
                    **kept,
                    **threads,
                    "MALLOC_ARENA_MAX": "1",
                    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                },
                cwd="/",
                start_new_session=True,
            )
        self._control = ours
        settings = {
            "preload": self.preload,
            "limits": asdict(self.limits),
            "isolate": self.isolate,
            "hidden": [str(Path(path).resolve()) for path in self.hidden],
        }
        ours.send(json.dumps(settings).encode())
        message = ours.recv(1 << 16)
        if not message:
            self._process.wait()
            lines = Path(self._folder, "log").read_text(errors="replace").strip().splitlines()
            self._stop()
            raise CourseError(
                _("The process that starts kernels ended: {reason}").format(
                    reason=lines[-1] if lines else "?"
                )
            )

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _fork(self, request: Mapping[str, Any]) -> _WarmProcess:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        data = json.dumps(request).encode()
        with theirs, self._lock:
            if self._control is None:
                raise CourseError(_("The pool of kernels is closed."))
            try:
                socket.send_fds(self._control, [data], [theirs.fileno()])
            except (BrokenPipeError, ConnectionResetError):  # something killed the parent: once more
                self._stop()
                self._start()
                socket.send_fds(self._control, [data], [theirs.fileno()])
        return _WarmProcess(ours)


class _WarmProcess:
    """A forked kernel, with the face of `subprocess.Popen` that Jupyter's provisioner knows."""

    stdin = stdout = stderr = None
    pid = 0

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        line.setblocking(False)
        self.ended: Ended | None = None
        self.reason = ""

    async def started(self) -> None:
        message = await asyncio.get_running_loop().sock_recv(self._line, 1 << 16)
        said = json.loads(message) if message else {"failed": "the process ended"}
        if "started" not in said:
            self.close()
            raise CourseError(
                _("The kernel could not start: {reason}").format(reason=said.get("failed", said))
            )

    def poll(self) -> int | None:
        if self.ended is None:
            try:
                message = self._line.recv(1 << 16)
            except BlockingIOError:
                return None
            except OSError:
                message = b""
            said: dict[str, Any] = json.loads(message) if message else {"exit": -9, "reason": "", "cpu": 0.0}
            self.ended = Ended(said["exit"], self.reason or said["reason"], said["cpu"])
        return self.ended.code

    def wait(self) -> int:
        while (code := self.poll()) is None:
            time.sleep(0.002)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            try:
                self._line.send(json.dumps({"signal": int(number)}).encode())
            except OSError as error:
                raise ProcessLookupError(3, "No such process") from error

    def kill(self) -> None:
        self.send_signal(9)

    def terminate(self) -> None:
        self.send_signal(15)

    def close(self) -> None:
        self._line.close()


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel from the pool of its manager; as the local provisioner does where there is none."""

    process: Any

    @property
    def _manager(self) -> WarmKernelManager | None:
        return self.parent if isinstance(self.parent, WarmKernelManager) else None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        if self._manager is None:
            return await super().pre_launch(**kwargs)
        self._manager.make_folder()
        self.connection_info = self._manager.get_connection_info()
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if self._manager is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = self._manager.fork()
        try:
            await self.process.started()
        except BaseException:
            self.process = None
            raise
        return self.connection_info

    async def wait(self) -> int | None:
        if self._manager is None:
            return await super().wait()
        pause = 0.001
        while self.process is not None and self.process.poll() is None:
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.05)
        code = self.process.poll() if self.process is not None else 0
        self.process = None
        return code

    async def shutdown_requested(self, restart: bool = False) -> None:
        """There is nothing to tidy in a kernel whose files vanish: do not wait for it to end by itself."""
        if self._manager is not None:
            await self.kill()
            await self.wait()

    async def cleanup(self, restart: bool = False) -> None:
        if self._manager is None:
            await super().cleanup(restart)
        elif not restart:
            self._manager.remove_folder()


class _Channel(AsyncZMQSocketChannel):
    """Leaves out messages that cannot be read, which only a tampered kernel sends, and counts their size."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = None if deadline is None else max(0, int((deadline - time.monotonic()) * 1000))
            if not await self.socket.poll(left):
                raise Empty
            frames = await self.socket.recv_multipart()
            self.counted(sum(map(len, frames)))
            try:
                message = self.session.deserialize(self.session.feed_identities(frames)[1])
                if isinstance(message["content"], dict) and isinstance(message["parent_header"], dict):
                    return message
            except Exception as error:
                _LOG.debug("a message was left out: %s", error)

    def counted(self, size: int) -> None:
        pass


class WarmKernelClient(AsyncKernelClient):
    """A client that is ready as soon as the kernel is, without waiting for silence."""

    parent: WarmKernelManager
    shell_channel_class = _Channel
    iopub_channel_class = _Channel
    stdin_channel_class = _Channel
    control_channel_class = _Channel

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        super().start_channels(*args, **{**kwargs, "hb": False})  # the process itself is watched
        self.iopub_channel.counted = self._counted
        self.shell_channel.counted = self._counted

    def _counted(self, size: int) -> None:
        self.parent.count_output(size)

    def _create_connected_socket(self, channel: str, identity: bytes | None = None) -> Any:
        sock = self.context.socket(channel_socket_types[channel])
        sock.linger = 0
        sock.setsockopt(zmq.MAXMSGSIZE, self.parent.most_output)
        sock.setsockopt(zmq.RCVHWM, 100)
        if identity:
            sock.identity = identity
        sock.connect(self._make_url(channel))
        return sock

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        deadline = time.monotonic() + (timeout or 60)
        await self._until(self.iopub_channel, "iopub_welcome", deadline)
        self.kernel_info()
        self._handle_kernel_info_reply(await self._until(self.shell_channel, "kernel_info_reply", deadline))

    wait_for_ready = _async_wait_for_ready

    async def _until(self, channel: Any, kind: str, deadline: float) -> dict[str, Any]:
        while True:
            try:
                message: dict[str, Any] = await channel.get_msg(timeout=1)
                if message["msg_type"] == kind:
                    return message
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
            if time.monotonic() > deadline:
                raise RuntimeError("Kernel didn't respond in time")


class WarmKernelManager(AsyncKernelManager):
    """Manages one kernel of a `Pool`; `ended` tells how its last kernel ended."""

    def __init__(self, pool: Pool, folder: Path, env: Mapping[str, str]) -> None:
        number = next(pool._numbers)
        self._pool, self._work, self._env = pool, folder, dict(env)
        self._own = os.path.join(pool._folder, f"k{number}")
        ip = os.path.join(self._own, "k")
        super().__init__(
            transport="ipc",
            ip=ip,
            connection_file=os.path.join(self._own, "none.json"),
            client_factory=WarmKernelClient,
            **{f"{name}_port": port for name, port in _PORTS.items()},
        )
        self._kernel_spec = KernelSpec(
            argv=["python"],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "bordercourse-warm"}},
        )
        self.most_output = pool.limits.output_mb * _HARD_OUTPUT << 20
        self._output = 0
        self._last: _WarmProcess | None = None

    @property
    def ended(self) -> Ended | None:
        """How the kernel ended; None while it runs, or before it started."""
        if self._last is None:
            return None
        self._last.poll()
        return self._last.ended

    def make_folder(self) -> None:
        os.makedirs(self._own, mode=0o700, exist_ok=True)

    def remove_folder(self) -> None:
        if self._last is not None:
            self._last.poll()
            self._last.close()
        shutil.rmtree(self._own, ignore_errors=True)

    def fork(self) -> _WarmProcess:
        self._last = self._pool._fork(
            {
                "ip": self.ip,
                "ports": {name: port for name, port in _PORTS.items() if name != "hb"},
                "key": self.session.key.decode(),
                "folder": os.path.abspath(self._work),
                "root": os.path.join(self._pool._folder, "root"),
                "home": os.path.join(self._pool._folder, "home"),
                "env": self._env,
            }
        )
        return self._last

    def count_output(self, size: int) -> None:
        """Kill a kernel that sends more than any bound of its own would let through."""
        self._output += size
        if self._output > self.most_output and self._last is not None and not self._last.reason:
            self._last.reason = "output"
            self._last.kill()

    def _reconcile_connection_info(self, info: Any) -> None:
        pass  # both sides were told; there is no file to agree with


class _OrdinaryKernelManager(AsyncKernelManager):
    """An ordinary kernel in the submission's folder."""

    ended = None

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        super().__init__(kernel_name="python3")
        self._work, self._env = folder, dict(env)

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        kwargs.setdefault("cwd", str(self._work))
        kwargs["env"] = {**os.environ, **kwargs.get("env", {}), **self._env}
        return await super()._async_pre_start_kernel(**kwargs)
