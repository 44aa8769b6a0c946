"""How a server or a kernel is asked of the warm parent, and what stands for a process that it forked."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bordercourse.errors import CourseError

__all__ = ["DOOR", "ForkedProcess", "ParentSilentError", "ask_parent"]

DOOR = "BORDERCOURSE_CLASS_DOOR"  # the variable in which a server finds the parent's socket
_PATIENCE = 60  # seconds; on a busy machine a fork waits its turn, and the plain way would take longer still


class ParentSilentError(CourseError):
    """The warm parent does not answer: what was asked must be started the plain way."""


def ask_parent(
    door: Path,
    want: str,
    *,
    participant: str = "",
    arguments: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    folder: str = "/",
) -> int:
    """Ask the warm parent for a process and return its number.

    Parameters
    ----------
    door : path
        The parent's socket.
    want : str
        server, kernel, or ping (which only answers).
    participant : str
        Whose server it is. For a kernel the system itself tells who asks.
    arguments, env, folder
        With what the process starts.

    Raises
    ------
    ParentSilentError
        If there is no parent, or it refuses.
    """
    request = {"want": want, "participant": participant, "arguments": list(arguments), "folder": folder}
    message = json.dumps({**request, "env": dict(env or {})}).encode() + b"\n"
    answer = b""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_PATIENCE)
            line.connect(str(door))
            line.sendall(message)
            while not answer.endswith(b"\n"):
                part = line.recv(4096)
                if not part:
                    break
                answer += part
        return int(json.loads(answer)["process"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = answer.decode(errors="replace").strip()
        raise ParentSilentError(said or str(error) or type(error).__name__) from None


class ForkedProcess:
    """Stands in for ``subprocess.Popen`` where another process did the forking.

    Parameters
    ----------
    pid : int
        The process.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle, self.returncode = None, 1

    def poll(self) -> int | None:
        """Return None while the process runs, else 0: who did not fork it does not learn how it ended."""
        if self.returncode is None and self._handle is not None:
            watch = select.poll()
            watch.register(self._handle, select.POLLIN)
            if watch.poll(0):
                os.close(self._handle)
                self._handle, self.returncode = None, 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the process.

        Raises
        ------
        TimeoutExpired
            If it still runs after `timeout` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(0.02)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, if the process still runs."""
        if self.poll() is None and self._handle is not None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)
