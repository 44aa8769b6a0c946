"""A running course, and what every browser test needs to watch it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .watch import PythonWatch

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [  # what a browser would ask its maker on its own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
COMMAND = [sys.executable, "-u", "-m", "bordercourse.cli"]
PATIENCE = 60_000  # milliseconds; a busy machine fails nobody


class Lab:
    """A running `bordercourse start`."""

    def __init__(self, workspace: Path, watch: PythonWatch) -> None:
        self.workspace, self.watch = workspace, watch
        self.process = self._start()
        self.said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "Ctrl+C" in line:
                break
        found = re.search(r"http://127\.0\.0\.1:\d+/bordercourse/home\S+", self.said)
        assert found, f"no address was printed:\n{self.said}"
        self.address = found[0]

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, "start", "--no-browser", "--workspace", str(self.workspace)],
            env=self.watch.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A run that a script put into the background ignores Ctrl+C, and so would what it starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def again(self) -> str:
        """What a second start beside the first says."""
        second = self._start()
        said, _none = second.communicate(timeout=300)
        assert second.returncode == 0, said
        return said

    def stop(self) -> str:
        """Press Ctrl+C, and return the last words."""
        self.process.send_signal(signal.SIGINT)
        said, _none = self.process.communicate(timeout=300)
        return said


def outside(address: str) -> bool:
    return re.match(r"(http|ws)://127\.0\.0\.1:|(data|blob|about):", address) is None


def until(true: Callable[[], object], what: str, patience: int = PATIENCE) -> None:
    end = time.monotonic() + patience / 1000
    while not true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.1)
