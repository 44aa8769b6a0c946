"""The folders that a kernel sees: laid out on a small disk of its own, sealed, and then made its root.

This module needs nothing but the standard library.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.grading.kernels import calls

if TYPE_CHECKING:
    from bordercourse.grading.limits import KernelLimits

__all__ = ["HOME", "INSIDE", "WORK", "Jail", "build", "layout"]

WORK = "/exercise"
"""Where the submission's files stand inside."""
HOME = "/home/participant"
INSIDE = 1000
"""The number an ordinary user has inside."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives", "/etc/mime.types")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_SEALED = calls.ATTR_RDONLY | calls.ATTR_NOSUID | calls.ATTR_NODEV
_WRITABLE = calls.MS_NOSUID | calls.MS_NODEV


@dataclass(frozen=True)
class Jail:
    """What one kernel sees: the copy of `folder` at `WORK`, and `readable` without `hidden`."""

    root: str
    folder: str
    readable: Sequence[str]
    hidden: Sequence[str] = ()
    home_files: Sequence[tuple[str, bytes]] = ()


def layout(readable: Iterable[str], hidden: Iterable[str]) -> list[tuple[str, str]]:
    """What is mounted where, in order: pairs of target and source, with an empty source for a cover.

    A path that leads through links is there under both of its names. Where readable and hidden
    folders lie in each other, the deeper one decides; where they are the same, it is hidden.

    Parameters
    ----------
    readable, hidden : iterable of str
        Paths of files and folders.

    Examples
    --------
    >>> layout(["/srv", "/srv/course/lib"], ["/srv/course"])
    [('/srv', '/srv'), ('/srv/course', ''), ('/srv/course/lib', '/srv/course/lib')]
    """
    covered = {os.path.realpath(path) for path in hidden}
    sources: dict[str, str] = {}
    for path in readable:
        real = os.path.realpath(path)
        if real not in covered:
            sources |= {os.path.abspath(path): real, real: real}
    covers = {
        target + path[len(real) :]: ""
        for target, real in sources.items()
        for path in covered
        if path.startswith(real.rstrip("/") + "/")
    }
    wanted = {**covers, **sources}
    placed: dict[str, str] = {}
    for target in sorted(wanted, key=lambda path: (path.count("/"), path)):
        above = os.path.dirname(target)
        while above not in placed and above != "/":
            above = os.path.dirname(above)
        seen = placed.get(above, "") and placed[above] + target[len(above) :]
        if wanted[target] and seen != wanted[target]:
            placed[target] = wanted[target]
        elif not wanted[target] and seen:
            placed[target] = ""
    return list(placed.items())


def build(jail: Jail, limits: KernelLimits, owner: int) -> None:
    """Lay out the new root at ``jail.root``: all is sealed first, then the writable places come on top.

    Parameters
    ----------
    jail : Jail
    limits : KernelLimits
    owner : int
        The user whom the writable places belong to.
    """
    root = jail.root
    mounts = layout([*filter(os.path.exists, (*_SYSTEM, *jail.readable))], jail.hidden)
    calls.mount("tmpfs", root, "tmpfs", _WRITABLE, "size=4m,nr_inodes=4k,mode=755")
    for path in (*_SYSTEM, "/etc"):
        if os.path.islink(path):
            os.symlink(os.readlink(path), root + path)
    for path in ("/etc", "/proc", "/dev/pts", "/dev/shm", "/tmp", "/private", WORK, HOME):
        os.makedirs(root + path, exist_ok=True)
    _place(root, mounts)
    for path in _SYSTEM_FILES:
        if os.path.exists(path):
            _bind(os.path.realpath(path), root + path)
    _write_system_files(root, owner)
    calls.seal(root, _SEALED)
    _mount_devices(root)
    private = _mount_writable(root, limits, owner)
    covered_now = [(target, source) for target, source in mounts if target.startswith("/tmp/")]
    for target in _place(root, covered_now):  # a course that lies under /tmp, covered just now
        calls.seal(target, _SEALED)
    _fill(jail, owner)
    calls.unmount(private)


def _place(root: str, mounts: Iterable[tuple[str, str]]) -> list[str]:
    """Mount what `layout` says; return the targets that show something."""
    shown = []
    for target, source in mounts:
        place = root + target
        if source:
            if not (os.path.islink(place) and os.path.realpath(target) == source):  # as /bin is one
                _bind(source, place)
                shown.append(place)
        elif os.path.isdir(place):
            calls.mount("tmpfs", place, "tmpfs", _WRITABLE, "size=1m,mode=755")
        elif os.path.exists(place):
            calls.mount("/dev/null", place, None, calls.MS_BIND)
    return shown


def _bind(path: str, target: str) -> None:
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target):
            _write(target, "")
    calls.mount(path, target, None, calls.MS_BIND | calls.MS_REC)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _write_system_files(root: str, owner: int) -> None:
    number = owner if owner != os.geteuid() else INSIDE
    _write(root + "/etc/passwd", f"participant:x:{number}:{number}::{HOME}:/bin/sh\n")
    _write(root + "/etc/group", f"participant:x:{number}:\n")
    _write(root + "/etc/hosts", "127.0.0.1 localhost\n")
    for name in _DEVICES:
        _write(f"{root}/dev/{name}", "")
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{descriptor}", f"{root}/dev/{name}")
    os.symlink("/proc/self/fd", root + "/dev/fd")
    os.symlink("pts/ptmx", root + "/dev/ptmx")


def _mount_devices(root: str) -> None:
    for name in _DEVICES:
        calls.mount(f"/dev/{name}", f"{root}/dev/{name}", None, calls.MS_BIND)
    calls.mount("proc", root + "/proc", "proc", _WRITABLE | calls.MS_NOEXEC)
    terminals = "newinstance,ptmxmode=0666,mode=620,max=8"  # IPython's ``!command`` needs one
    calls.mount("devpts", root + "/dev/pts", "devpts", calls.MS_NOSUID | calls.MS_NOEXEC, terminals)


def _mount_writable(root: str, limits: KernelLimits, owner: int) -> str:
    """One small disk for everything that a participant may write; return where it is mounted."""
    private = root + "/private"
    calls.mount("tmpfs", private, "tmpfs", _WRITABLE, f"size={limits.disk_mb}m,nr_inodes=16k,mode=755")
    for name, target in (("tmp", "/tmp"), ("shm", "/dev/shm"), ("work", WORK), ("home", HOME)):
        os.mkdir(f"{private}/{name}")
        os.chown(f"{private}/{name}", owner, owner if owner != os.geteuid() else -1)
        calls.mount(f"{private}/{name}", root + target, None, calls.MS_BIND)
    return private


def _fill(jail: Jail, owner: int) -> None:
    """Put the submission's files and those of the home folder in."""
    root = jail.root
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
