"""Let the course believe that it runs on Windows, while everything it is built on works as it is.

Only modules of `bordercourse` are deceived: to them, `import os` gives a module without `fork`,
`import resource` fails, and ``sys.platform`` is ``win32``. So the course itself is tried, and not
Python's own library, which picks its parts by platform long before.

`shell` makes an environment in which each Python process, also one that the course starts, is
deceived from its first line.
"""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNIX_MODULES = _words(
    "crypt curses fcntl grp nis ossaudiodev posix pty pwd readline resource spwd syslog termios tty"
)
MISSING = {
    "os": _words(
        "O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH "
        "P_PIDFD WNOHANG WUNTRACED chown chroot confstr ctermid eventfd fchdir fchmod fchown fork forkpty "
        "fpathconf fstatvfs getegid geteuid getgid getgroups getloadavg getpgid getpgrp getpriority "
        "getresgid getresuid getsid getuid initgroups killpg lchown lockf memfd_create mkfifo mknod nice "
        "openpty pathconf pidfd_open pipe2 posix_fadvise posix_spawn pread preadv pwrite pwritev "
        "register_at_fork sched_getaffinity sched_setaffinity sendfile setegid seteuid setgid setgroups "
        "setpgid setpriority setregid setresgid setresuid setreuid setsid setuid splice statvfs sync "
        "sysconf tcgetpgrp ttyname uname wait wait3 wait4 waitid writev"
    ),
    "signal": _words(
        "ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGIO SIGKILL SIGPIPE "
        "SIGPROF SIGQUIT SIGSTOP SIGSYS SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM "
        "SIGWINCH SIGXCPU SIGXFSZ alarm getitimer pause pidfd_send_signal pthread_kill pthread_sigmask "
        "setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo"
    ),
    "socket": _words("AF_NETLINK AF_PACKET AF_UNIX SCM_RIGHTS SO_PEERCRED SO_PASSCRED"),
    "sys": frozenset(["abiflags"]),
}
OTHER: Mapping[str, Mapping[str, Any]] = {"os": {"name": "nt"}, "sys": {"platform": "win32"}}


class _Standin(ModuleType):
    """A module as the course sees it on Windows."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__dict__.update(OTHER.get(name, {}))

    def __getattr__(self, name: str) -> Any:
        if name in MISSING.get(self.__name__, ()):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} (as on Windows)")
        return getattr(sys.modules[self.__name__], name)


def pretend() -> None:
    """Deceive all modules of the course that are imported from now on."""
    standins = {name: _Standin(name) for name in MISSING}
    lock = ModuleType("msvcrt")
    lock.__dict__.update(LK_NBLCK=2, locking=lambda *_: None)
    real = builtins.__import__

    def guarded(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        who = str((globals or {}).get("__name__", ""))
        running = str(getattr((globals or {}).get("__spec__"), "name", ""))  # of ``python -m``
        if level == 0 and (who.startswith("bordercourse") or running.startswith("bordercourse")):
            if name in UNIX_MODULES:
                raise ModuleNotFoundError(f"No module named {name!r} (as on Windows)", name=name)
            if name == "msvcrt":
                return lock
            if name in standins:
                return standins[name]
        return real(name, globals, locals, fromlist, level)

    builtins.__import__ = guarded


def shell(folder: Path) -> dict[str, str]:
    """An environment whose Python processes are deceived; `folder` takes the file that does it."""
    here = str(Path(__file__).parent)
    (folder / "sitecustomize.py").write_text(
        f"import sys\nsys.path.append({here!r})\nimport as_windows\nas_windows.pretend()\n", encoding="utf-8"
    )
    return {**os.environ, "PYTHONPATH": str(folder)}
