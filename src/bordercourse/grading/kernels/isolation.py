"""Linux namespaces around a forked kernel, entered by the forked process itself.

What a submission sees inside: a system folder and the Python installation, read
only; its own files, as a private copy that vanishes with it; an empty network;
itself as process 1. No gradebook, no source, no other submission, no environment
but the one given. A program that runs as root first becomes an unprivileged
user; an ordinary user enters through a user namespace.

The order of a life: `become_parent` (once, before anything is imported),
`Parent.fork` (for each kernel, in the parent), `enter` (in the forked child).

Why our own, where bubblewrap, nsjail and firejail are well kept? They build walls
and then start a program behind them, and starting a program throws away what the
process held. A kernel is worth forking because it holds pandas and the rest
already, which take a second or two to import; a forked process can only go
through walls that it builds around itself, and must do so one step after the
other: a process namespace holds for children alone, a user namespace can be
entered by a process of one thread only, capabilities and the filter of system
calls are given up last. The calls are the same, and the tests attack each wall.
Containers (Docker, Podman) have the same limit, need a service or a setup that a
classroom's laptop lacks, and could not start one kernel a tenth of a second.

This module, `calls` and `tree` need nothing but the standard library, so that
the warm parent can load them alone. The host's own kernel is shared: this is a
wall against a participant's code, not against a flaw in Linux.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bordercourse.grading.kernels import calls
from bordercourse.grading.kernels.tree import HOME, INSIDE, WORK, Jail, build
from bordercourse.grading.limits import KernelLimits

if sys.platform != "win32":
    import resource

__all__ = [
    "HOME",
    "WORK",
    "Isolation",
    "Jail",
    "Parent",
    "address_space_kb",
    "available",
    "become_parent",
    "die_with_parent",
    "end_with_parent",
    "enter",
    "limit",
    "probe",
]

_ROOTS_PARTICIPANTS = (1_900_000_000, 1_000_000, 40_000)  # first user ids to try, see _private_uid
_PROBE = """
import sys
sys.path.append(sys.argv[1])
from bordercourse.grading.kernels.isolation import probe
probe(sys.argv[2])
"""


@dataclass(frozen=True)
class Isolation:
    """Whether submissions can be isolated here, and how or why not. True where they can."""

    works: bool
    reason: str

    def __bool__(self) -> bool:
        return self.works

    def __str__(self) -> str:
        return self.reason


def _id_ranges(path: str) -> list[tuple[int, int]]:
    with open(path) as lines:
        return [(int(first), int(count)) for first, _, count in (line.split() for line in lines)]


def _is_root() -> bool:
    """Whether this process may become somebody else (an only user of its namespace may not)."""
    return os.geteuid() == 0 and _private_uid(1) is not None


def _private_uid(number: int) -> int | None:
    """A user id of a kernel's own: limits on processes count each user's processes together."""
    ranges = _id_ranges("/proc/self/uid_map")
    groups = _id_ranges("/proc/self/gid_map")
    for first in _ROOTS_PARTICIPANTS:
        wanted = first + number % 20_000
        if all(any(a <= wanted < a + n for a, n in found) for found in (ranges, groups)):
            return wanted
    return None


def _map_ids(inside: int, uid: int, gid: int) -> None:
    """Call `uid` and `gid` of the namespace above `inside`, in the user namespace just entered."""
    for name, text in (("setgroups", "deny"), ("uid_map", uid), ("gid_map", gid)):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text if isinstance(text, str) else f"{inside} {text} 1")


def _version() -> tuple[int, int]:
    major, minor = platform.release().split(".")[:2]
    return int(major), int("".join(c for c in minor if c.isdigit()) or 0)


def die_with_parent() -> None:
    """Ask to be ended when the parent process ends, also by ``kill -9``.

    Linux sends the signal when the *thread* that started this process ends, so
    the handler looks whether the whole process is gone.
    """
    parent = os.getppid()

    def look(*_: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGTERM, look)
    calls.prctl(calls.PR_PDEATHSIG, signal.SIGTERM)


def end_with_parent() -> None:
    """Be killed when the parent, a process of one thread, ends."""
    calls.prctl(calls.PR_PDEATHSIG, signal.SIGKILL)


def become_parent() -> Parent:
    """Go on as process 1 of new namespaces; the process that called only waits, and ends with it.

    When process 1 ends, Linux ends every kernel that it forked.
    """
    root = _is_root()
    uid, gid = os.geteuid(), os.getegid()
    calls.unshare(calls.NEWPID | calls.NEWNS | (0 if root else calls.NEWUSER))
    if not root:
        _map_ids(INSIDE, uid, gid)
    child = os.fork()
    if child:
        os.closerange(3, 1 << 16)
        die_with_parent()
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    calls.prctl(calls.PR_PDEATHSIG, signal.SIGKILL)
    calls.mount("none", "/", None, calls.MS_REC | calls.MS_PRIVATE)
    calls.mount("proc", "/proc", "proc", calls.MS_NOSUID | calls.MS_NODEV | calls.MS_NOEXEC)
    return Parent(root)


class Parent:
    """A process that forks kernels, each as process 1 of a namespace of its own."""

    def __init__(self, root: bool) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._root = root
        self._next = int.from_bytes(os.urandom(2), "big")

    def fork(self) -> int:
        """Like `os.fork`; the child must call `enter`."""
        self._next += 1
        calls.unshare(calls.NEWPID)
        child = os.fork()
        if child:
            calls.setns(self._own, calls.NEWPID)
        return child

    def identity(self) -> int | None:
        """The user id for the kernel just forked; None where the parent is an ordinary user."""
        return _private_uid(self._next) if self._root else None


def enter(jail: Jail, limits: KernelLimits, uid: int | None) -> None:
    """Shut this forked process in; there is no way back.

    Parameters
    ----------
    jail : Jail
    limits : KernelLimits
    uid : int or None
        The user to become (`Parent.identity`); None enters one more user
        namespace, whose processes Linux counts by themselves.

    Raises
    ------
    OSError
        With the step that failed. The process must then end.
    """
    os.setsid()  # os.kill(os.getppid()) inside is os.kill(0): it must reach our own group alone
    base_kb = address_space_kb()
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    calls.unshare(calls.NEWNS | calls.NEWNET | calls.NEWIPC | calls.NEWUTS | calls.NEWCGROUP)
    calls.mount("none", "/", None, calls.MS_REC | calls.MS_PRIVATE)
    owner = uid if uid is not None else os.geteuid()
    build(jail, limits, owner)
    calls.pivot_root(jail.root)
    os.chdir(WORK)
    os.umask(0o022)
    limit(limits, base_kb)
    if uid is not None:
        os.setgroups([])
        calls.forget_bounding_set()
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        user, group = os.geteuid(), os.getegid()  # unknown once inside
        calls.unshare(calls.NEWUSER)
        _map_ids(INSIDE, user, group)
        calls.forget_bounding_set()
    # only now: a user namespace holds all that are in it together to the limit it was made under
    resource.setrlimit(resource.RLIMIT_NPROC, (limits.processes, limits.processes))
    calls.drop_capabilities()
    calls.prctl(calls.PR_DUMPABLE, 1)  # so that a participant may read the /proc of its own processes
    calls.prctl(calls.PR_NO_NEW_PRIVS, 1)
    calls.filter_calls()


def address_space_kb() -> int:
    """Address space of this process: a limit counts from here, for a warm child is born with a lot."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize() // 1024


def limit(limits: KernelLimits, base_kb: int) -> None:
    """Bind this process and its children to `limits`, for what Linux counts by the process.

    Parameters
    ----------
    limits : KernelLimits
    base_kb : int
        Address space that it was born with (`address_space_kb`).
    """
    mb = 1 << 20
    for kind, value in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, base_kb * 1024 + limits.memory_mb * mb),
        (resource.RLIMIT_FSIZE, limits.file_mb * mb),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


@cache
def available() -> Isolation:
    """Try the whole of it once, in a process of its own.

    Examples
    --------
    >>> print(available().works in (True, False))
    True
    """
    if sys.platform != "linux":
        return Isolation(False, "isolation needs Linux")
    if platform.machine() not in calls.MACHINES:
        return Isolation(False, f"isolation is not written for {platform.machine()} processors")
    if _version() < (5, 14):
        return Isolation(False, f"isolation needs Linux 5.14 or later; this is {platform.release()}")
    with tempfile.TemporaryDirectory(prefix="bc-") as folder:
        command = [sys.executable, "-I", "-S", "-c", _PROBE, str(Path(__file__).parents[3]), folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Isolation(False, str(error))
    if done.returncode == 0:
        return Isolation(True, done.stdout.strip())
    return Isolation(False, (done.stdout or done.stderr).strip().splitlines()[-1])


def probe(folder: str) -> None:
    """Try all walls in this process, say how it went, and end."""
    root, work = os.path.join(folder, "root"), os.path.join(folder, "work")
    os.mkdir(root)
    os.mkdir(work)
    limits = KernelLimits(cpu_seconds=10, memory_mb=512, processes=32, file_mb=1, disk_mb=1, open_files=64)
    try:
        parent = become_parent()
        child = parent.fork()
        if child:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
        uid = parent.identity()
        enter(Jail(root, work, (sys.base_prefix,)), limits, uid)
        how = "an unprivileged user" if uid is not None else "a user namespace"
        print(f"isolated: Linux namespaces, {how}", flush=True)
        os._exit(0)
    except BaseException as error:
        print(f"Linux does not allow isolation here ({error})", flush=True)
        os._exit(1)
