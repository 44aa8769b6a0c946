"""The system calls of Linux that walls are made of, and those that are refused inside.

Python has names for few of them; here they are called through the C library. This module needs
nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

__all__ = [
    "ATTR_NODEV",
    "ATTR_NOSUID",
    "ATTR_RDONLY",
    "MACHINES",
    "MS_BIND",
    "MS_NODEV",
    "MS_NOEXEC",
    "MS_NOSUID",
    "MS_PRIVATE",
    "MS_REC",
    "NEWCGROUP",
    "NEWIPC",
    "NEWNET",
    "NEWNS",
    "NEWPID",
    "NEWUSER",
    "NEWUTS",
    "PR_DUMPABLE",
    "PR_NO_NEW_PRIVS",
    "PR_PDEATHSIG",
    "drop_capabilities",
    "filter_calls",
    "forget_bounding_set",
    "mount",
    "pivot_root",
    "prctl",
    "seal",
    "setns",
    "unmount",
    "unshare",
]

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
_ANY_NAMESPACE = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_MNT_DETACH = 2
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
PR_PDEATHSIG, PR_DUMPABLE, _PR_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
PR_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97

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
    "fanotify_init": (300, 262),
    "vmsplice": (278, 75),  # from here on: memory that no limit counts
    "io_setup": (206, 0),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Processors that the numbers are known of: their column, and how the filter knows them."""
_CLONE, _CLONE3, _SOCKET, _CAPSET = (56, 220), (435, 435), (41, 198), (126, 91)

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _number(pair: tuple[int, int]) -> int:
    return pair[MACHINES[platform.machine()][0]]


def _syscall(pair: tuple[int, int], what: str, *arguments: object) -> int:
    assert _libc is not None
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _check(int(_libc.syscall(ctypes.c_long(_number(pair)), *values)), what)


def prctl(option: int, *arguments: int) -> int:
    """Change what the kernel keeps about this process."""
    assert _libc is not None
    four = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _check(int(_libc.prctl(ctypes.c_int(option), *four)), f"prctl({option})")


def unshare(flags: int) -> None:
    """Enter new namespaces of the kinds in `flags`."""
    assert _libc is not None
    _check(int(_libc.unshare(ctypes.c_int(flags))), "unshare")


def setns(handle: int, kind: int) -> None:
    """Enter the namespace that the file descriptor `handle` names.

    Parameters
    ----------
    handle : int
        Of a file in ``/proc/PID/ns``.
    kind : int
        `NEWPID` and the like.
    """
    assert _libc is not None
    _check(int(_libc.setns(handle, ctypes.c_int(kind))), "setns")


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str = "") -> None:
    """Mount `source` at `target`.

    Parameters
    ----------
    source, target : str
        Paths; a file system without a disk has any word for a source.
    kind : str, optional
        Of file system; a folder that is bound has none.
    flags : int
        `MS_BIND` and the like.
    data : str
        Options of the file system's own.
    """
    assert _libc is not None
    result = _libc.mount(
        source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags), data.encode()
    )
    _check(int(result), f"mount {target}")


def unmount(target: str) -> None:
    """Let go of what is mounted at `target`, as soon as nobody uses it."""
    assert _libc is not None
    _check(int(_libc.umount2(target.encode(), _MNT_DETACH)), "umount")


def seal(target: str, attributes: int, recursive: bool = True) -> None:
    """Make what is mounted at `target` read-only and the like.

    Parameters
    ----------
    target : str
    attributes : int
        `ATTR_RDONLY` and the like.
    recursive : bool
        With all that is mounted below it.
    """
    attr = ctypes.create_string_buffer(struct.pack("=QQQQ", attributes, 0, 0, 0), 32)
    flags = _AT_RECURSIVE if recursive else 0
    _syscall(_CALLS["mount_setattr"], f"seal {target}", _AT_FDCWD, target.encode(), flags, attr, 32)


def pivot_root(root: str) -> None:
    """Make `root` the root, and let go of the old one."""
    os.chdir(root)
    _syscall(_CALLS["pivot_root"], "pivot_root", b".", b".")
    unmount(".")
    os.chdir("/")


def forget_bounding_set() -> None:
    """No program that is started from now on gives back any capability."""
    with open("/proc/sys/kernel/cap_last_cap") as file:
        last = int(file.read())
    for capability in range(last + 1):
        prctl(_PR_CAPBSET_DROP, capability)


def drop_capabilities() -> None:
    """Give up all capabilities."""
    prctl(_PR_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0), 8)
    _syscall(_CAPSET, "capset", header, ctypes.create_string_buffer(24))


def filter_calls() -> None:
    """Refuse the system calls of `_CALLS`, new namespaces, and sockets other than Unix and internet ones."""
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    kill, refuse, allow = 0x80000000, 0x00050000, 0x7FFF0000
    architecture = MACHINES[platform.machine()][1]
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
    prctl(_PR_SECCOMP, 2, ctypes.addressof(filters))
