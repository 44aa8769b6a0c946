"""Linux namespaces around a forked kernel, entered by the forked process itself.

What a submission sees inside: a system folder and the Python installation, read
only; its own files, as a private copy that vanishes with it; an empty network;
itself as process 1. No gradebook, no source, no other submission, no environment
but the one given. A program that runs as root first becomes an unprivileged
user; an ordinary user enters through a user namespace.

The order of a life: `become_parent` (once, before anything is imported),
`Parent.fork` (for each kernel, in the parent), `enter` (in the forked child).

This module needs nothing but the standard library, so that the warm parent can
load it alone. The host's own kernel is shared: this is a wall against a
participant's code, not against a flaw in Linux.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from bordercourse.grading.limits import KernelLimits

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
]

WORK = "/exercise"
"""Where the submission's files stand inside."""
HOME = "/home/participant"

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_ANY_NAMESPACE = _NEWNS | _NEWCGROUP | _NEWUTS | _NEWIPC | _NEWUSER | _NEWPID | _NEWNET
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_MNT_DETACH = 2
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_PR_PDEATHSIG, _PR_DUMPABLE, _PR_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_PR_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97

_INSIDE = 1000  # the number an ordinary user has inside
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives", "/etc/mime.types")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_ROOTS_PARTICIPANTS = (1_900_000_000, 1_000_000, 40_000)  # first user ids to try, see _private_uid


@dataclass(frozen=True)
class Isolation:
    """Whether submissions can be isolated here, and how or why not. True where they can."""

    works: bool
    reason: str

    def __bool__(self) -> bool:
        return self.works

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Jail:
    """What one kernel sees: the copy of `folder` at `WORK`, and `readable` without `hidden`."""

    root: str
    folder: str
    readable: Sequence[str]
    hidden: Sequence[str] = ()
    home_files: Sequence[tuple[str, bytes]] = ()


# ---------------------------------------------------------------- the system's calls

_CALLS = {  # name: (x86-64, aarch64); what a participant never needs, and what would escape the limits
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "syslog": (103, 116),
    "kcmp": (312, 272),
    "memfd_create": (319, 279),  # memory that no limit counts
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_CLONE, _CLONE3, _SOCKET, _CAPSET = (56, 220), (435, 435), (41, 198), (126, 91)

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _number(pair: tuple[int, int]) -> int:
    return pair[_MACHINES[platform.machine()][0]]


def _syscall(pair: tuple[int, int], what: str, *arguments: object) -> int:
    assert _libc is not None
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _check(int(_libc.syscall(ctypes.c_long(_number(pair)), *values)), what)


def _prctl(option: int, *arguments: int) -> int:
    assert _libc is not None
    four = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _check(int(_libc.prctl(ctypes.c_int(option), *four)), f"prctl({option})")


def _unshare(flags: int) -> None:
    assert _libc is not None
    _check(int(_libc.unshare(ctypes.c_int(flags))), "unshare")


def _mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str = "") -> None:
    assert _libc is not None
    result = _libc.mount(
        source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags), data.encode()
    )
    _check(int(result), f"mount {target}")


def _seal(target: str, attributes: int, recursive: bool = True) -> None:
    """Make what is mounted at `target` read-only and the like, with all below it."""
    attr = ctypes.create_string_buffer(struct.pack("=QQQQ", attributes, 0, 0, 0), 32)
    flags = _AT_RECURSIVE if recursive else 0
    _syscall(_CALLS["mount_setattr"], f"seal {target}", _AT_FDCWD, target.encode(), flags, attr, 32)


# ---------------------------------------------------------------- the parent


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
    _prctl(_PR_PDEATHSIG, signal.SIGTERM)


def end_with_parent() -> None:
    """Be killed when the parent, a process of one thread, ends."""
    _prctl(_PR_PDEATHSIG, signal.SIGKILL)


def become_parent() -> Parent:
    """Go on as process 1 of new namespaces; the process that called only waits, and ends with it.

    When process 1 ends, Linux ends every kernel that it forked.
    """
    root = _is_root()
    uid, gid = os.geteuid(), os.getegid()
    _unshare(_NEWPID | _NEWNS | (0 if root else _NEWUSER))
    if not root:
        _map_ids(_INSIDE, uid, gid)
    child = os.fork()
    if child:
        os.closerange(3, 1 << 16)
        die_with_parent()
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    _prctl(_PR_PDEATHSIG, signal.SIGKILL)
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
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
        _unshare(_NEWPID)
        child = os.fork()
        if child:
            assert _libc is not None
            _check(int(_libc.setns(self._own, ctypes.c_int(_NEWPID))), "setns")
        return child

    def identity(self) -> int | None:
        """The user id for the kernel just forked; None where the parent is an ordinary user."""
        return _private_uid(self._next) if self._root else None


# ---------------------------------------------------------------- the child


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
    _write("/proc/self/oom_score_adj", "1000")
    _unshare(_NEWNS | _NEWNET | _NEWIPC | _NEWUTS | _NEWCGROUP)
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    owner = uid if uid is not None else os.geteuid()
    _build(jail, limits, owner)
    _pivot(jail.root)
    os.chdir(WORK)
    os.umask(0o022)
    limit(limits, base_kb)
    if uid is not None:
        os.setgroups([])
        for capability in range(_last_capability() + 1):
            _prctl(_PR_CAPBSET_DROP, capability)
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        user, group = os.geteuid(), os.getegid()  # unknown once inside
        _unshare(_NEWUSER)
        _map_ids(_INSIDE, user, group)
        for capability in range(_last_capability() + 1):
            _prctl(_PR_CAPBSET_DROP, capability)
    # only now: a user namespace holds all that are in it together to the limit it was made under
    resource.setrlimit(resource.RLIMIT_NPROC, (limits.processes, limits.processes))
    _drop_capabilities()
    _prctl(_PR_DUMPABLE, 1)  # so that a participant may read the /proc of its own processes
    _prctl(_PR_NO_NEW_PRIVS, 1)
    _filter_calls()


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def address_space_kb() -> int:
    """Address space of this process: a limit counts from here, for a warm child is born with a lot."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize() // 1024


def _last_capability() -> int:
    with open("/proc/sys/kernel/cap_last_cap") as file:
        return int(file.read())


def _build(jail: Jail, limits: KernelLimits, owner: int) -> None:
    """Lay out the new root at ``jail.root``: all is sealed first, then the writable places come on top."""
    root = jail.root
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=4m,nr_inodes=4k,mode=755")
    for path in (*_SYSTEM, "/etc"):
        if os.path.islink(path):
            os.symlink(os.readlink(path), root + path)
    for path in ("/etc", "/proc", "/dev/pts", "/dev/shm", "/tmp", "/private", WORK, HOME):
        os.makedirs(root + path, exist_ok=True)
    _bind_readable(jail)
    number = owner if owner != os.geteuid() else _INSIDE
    _write(root + "/etc/passwd", f"participant:x:{number}:{number}::{HOME}:/bin/sh\n")
    _write(root + "/etc/group", f"participant:x:{number}:\n")
    _write(root + "/etc/hosts", "127.0.0.1 localhost\n")
    for name in _DEVICES:
        _write(f"{root}/dev/{name}", "")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{root}/dev/{name}")
    os.symlink("/proc/self/fd", root + "/dev/fd")
    os.symlink("pts/ptmx", root + "/dev/ptmx")
    _seal(root, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV)
    for name in _DEVICES:
        _mount(f"/dev/{name}", f"{root}/dev/{name}", None, _MS_BIND)
    _mount("proc", root + "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    terminals = "newinstance,ptmxmode=0666,mode=620,max=8"  # IPython's ``!command`` needs one
    _mount("devpts", root + "/dev/pts", "devpts", _MS_NOSUID | _MS_NOEXEC, terminals)
    private = root + "/private"  # one small disk for everything that a participant may write
    options = f"size={limits.disk_mb}m,nr_inodes=16k,mode=755"
    _mount("tmpfs", private, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    for name, target in (("tmp", "/tmp"), ("shm", "/dev/shm"), ("work", WORK), ("home", HOME)):
        os.mkdir(f"{private}/{name}")
        os.chown(f"{private}/{name}", owner, owner if owner != os.geteuid() else -1)
        _mount(f"{private}/{name}", root + target, None, _MS_BIND)
    for target in _bind_readable(jail, below="/tmp/"):  # a course that lies under /tmp, covered just now
        _seal(target, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV)
    _copy(jail.folder, root + WORK)
    for path, content in jail.home_files:
        os.makedirs(os.path.dirname(f"{root}{HOME}/{path}"), exist_ok=True)
        with open(f"{root}{HOME}/{path}", "wb") as file:
            file.write(content)
    if owner != os.geteuid():
        for top in (WORK, HOME):
            for folder, folders, files in os.walk(root + top):
                for name in (*folders, *files):
                    os.chown(os.path.join(folder, name), owner, owner, follow_symlinks=False)
    assert _libc is not None
    _check(int(_libc.umount2(private.encode(), _MNT_DETACH)), "umount")


def _bind_readable(jail: Jail, below: str = "/") -> list[str]:
    """Bind what may be read and lies `below` a folder, without what is hidden; return the targets bound."""
    bound = []
    readable = {os.path.realpath(p) for p in (*_SYSTEM, *jail.readable) if os.path.exists(p)}
    hidden = {os.path.realpath(p) for p in jail.hidden} - readable
    for path in sorted(readable | hidden, key=lambda p: (p.count("/"), p)):  # what lies deeper comes later
        if not path.startswith(below):
            continue
        target = jail.root + path
        above = path
        while above != "/" and (above == path or above not in readable | hidden):
            above = os.path.dirname(above)
        if path in hidden:
            if os.path.isdir(target):
                _mount("tmpfs", target, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755")
        elif above not in readable:
            _bind(path, target)
            bound.append(target)
    for path in _SYSTEM_FILES:
        if below == "/" and os.path.exists(path):
            _bind(os.path.realpath(path), jail.root + path)
    return bound


def _bind(path: str, target: str) -> None:
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        _write(target, "")
    _mount(path, target, None, _MS_BIND | _MS_REC)


def _copy(source: str, target: str) -> None:
    """Copy plain files and folders; links, pipes, sockets and devices in a submission stay behind."""
    with os.scandir(source) as entries:
        for entry in entries:
            to = os.path.join(target, entry.name)
            if entry.is_dir(follow_symlinks=False):
                os.mkdir(to)
                _copy(entry.path, to)
            elif entry.is_file(follow_symlinks=False):
                _copy_file(entry.path, to)


def _copy_file(source: str, target: str) -> None:
    read = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(read).st_mode):
            return
        write = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        try:
            while os.sendfile(write, read, None, 1 << 20):  # type: ignore[arg-type]
                pass
        finally:
            os.close(write)
    finally:
        os.close(read)


def _pivot(root: str) -> None:
    """Make `root` the root, and let go of the old one."""
    os.chdir(root)
    _syscall(_CALLS["pivot_root"], "pivot_root", b".", b".")
    assert _libc is not None
    _check(int(_libc.umount2(b".", _MNT_DETACH)), "umount")
    os.chdir("/")


def limit(limits: KernelLimits, base_kb: int) -> None:
    """Bind this process and its children to `limits`, for what Linux counts by the process."""
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


def _drop_capabilities() -> None:
    _prctl(_PR_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0), 8)
    _syscall(_CAPSET, "capset", header, ctypes.create_string_buffer(24))


def _filter_calls() -> None:
    """Refuse the system calls of `_CALLS`, new namespaces, and sockets other than Unix and internet ones."""
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    kill, refuse, allow = 0x80000000, 0x00050000, 0x7FFF0000
    architecture = _MACHINES[platform.machine()][1]
    program: list[tuple[int, int, int, int]] = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (give, 0, 0, kill),
        (load, 0, 0, 0),
        (at_least, 0, 1, 0x40000000),  # the x32 call numbers
        (give, 0, 0, refuse | _ENOSYS),
        (equal, 0, 1, _number(_CLONE3)),  # its flags are out of sight; the C library goes on with clone
        (give, 0, 0, refuse | _ENOSYS),
        (equal, 0, 4, _number(_CLONE)),
        (load, 0, 0, 16),
        (any_bit, 0, 1, _ANY_NAMESPACE),
        (give, 0, 0, refuse | _EPERM),
        (give, 0, 0, allow),
        (equal, 0, 6, _number(_SOCKET)),
        (load, 0, 0, 16),
        (equal, 3, 0, 1),
        (equal, 2, 0, 2),
        (equal, 1, 0, 10),
        (give, 0, 0, refuse | _EAFNOSUPPORT),
        (give, 0, 0, allow),
    ]
    for pair in _CALLS.values():
        program += [(equal, 0, 1, _number(pair)), (give, 0, 0, refuse | _EPERM)]
    program.append((give, 0, 0, allow))
    code = b"".join(struct.pack("=HBBI", *step) for step in program)
    steps = ctypes.create_string_buffer(code, len(code))
    filters = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(steps)))
    _prctl(_PR_SECCOMP, 2, ctypes.addressof(filters))


# ---------------------------------------------------------------- can it be had?


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
    if platform.machine() not in _MACHINES:
        return Isolation(False, f"isolation is not written for {platform.machine()} processors")
    if _version() < (5, 14):
        return Isolation(False, f"isolation needs Linux 5.14 or later; this is {platform.release()}")
    with tempfile.TemporaryDirectory(prefix="bc-") as folder:
        command = [sys.executable, "-I", "-S", __file__, folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Isolation(False, str(error))
    if done.returncode == 0:
        return Isolation(True, done.stdout.strip())
    return Isolation(False, (done.stdout or done.stderr).strip().splitlines()[-1])


def _probe(folder: str) -> None:
    from types import SimpleNamespace

    root, work = os.path.join(folder, "root"), os.path.join(folder, "work")
    os.mkdir(root)
    os.mkdir(work)
    readable = (sys.base_prefix,)
    limits = SimpleNamespace(cpu_seconds=10, memory_mb=512, processes=32, file_mb=1, disk_mb=1, open_files=64)
    try:
        parent = become_parent()
        child = parent.fork()
        if not child:
            try:
                uid = parent.identity()
                enter(Jail(root, work, readable), limits, uid)  # type: ignore[arg-type]
                how = "an unprivileged user" if uid is not None else "a user namespace"
                print(f"isolated: Linux namespaces, {how}", flush=True)
                os._exit(0)
            except BaseException as error:
                print(f"Linux does not allow isolation here ({error})", flush=True)
                os._exit(1)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    except OSError as error:
        print(f"Linux does not allow isolation here ({error})", flush=True)
        os._exit(1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        _probe(sys.argv[1])
