"""The warm parent's process, begun before it is known what the exercise imports.

What every kernel needs takes as long to import as what an exercise does. So the process may begin while
the judge runs the source's setup, and is told then.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.grading.kernels.sight import look_around
from bordercourse.i18n import gettext as _

__all__ = ["WarmParent"]

_KEPT = ("PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH")
_KEPT_BY_PARENT = ("HOME", "XDG_CACHE_HOME")  # for matplotlib's list of fonts
_BOOT = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from bordercourse.grading.kernels.warm import main
main(int(sys.argv[2]), isolate=sys.argv[3] == "isolate")
"""


class WarmParent:
    """A process that imports what every kernel needs, then waits to be told the rest.

    Parameters
    ----------
    isolate : bool
        Whether it shuts in what it forks.
    """

    def __init__(self, isolate: bool) -> None:
        self.isolate = isolate
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  it is read when the process has ended
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {k: v for k, v in os.environ.items() if k in (*_KEPT, *_KEPT_BY_PARENT) or k.startswith("LC_")}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        way = "isolate" if isolate else "trust"
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _BOOT, json.dumps(look_around(()).path), str(theirs.fileno()), way],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
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

    def tell(self, settings: Mapping[str, Any]) -> None:
        """Tell it what its kernels hold and may do, and wait until it can fork them.

        Raises
        ------
        CourseError
            If it ended.
        """
        message = b""
        try:
            self.control.send(json.dumps(settings).encode())
            message = self.control.recv(1 << 16)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it ended before: its last words say why
        if not message:
            self.process.wait()
            self._log.seek(0)
            lines = self._log.read().decode(errors="replace").strip().splitlines()
            self.close()
            raise CourseError(
                _("The process that starts kernels ended: {reason}").format(
                    reason=lines[-1] if lines else "?"
                )
            )

    def close(self) -> None:
        """End it, and all the kernels that it forked."""
        self.control.close()
        self._log.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
