"""Copy the course's files into a workspace without ever touching a participant's work.

A ledger remembers what was last shipped. A file that still reads as shipped may be renewed; a file
that a participant changed is theirs, and a newer version is laid beside it.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Self

from bordercourse.files import put_in_place, why_not_written, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["Ledger", "copy_exercise", "copy_lessons", "fingerprint", "shown_files"]

_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # no later copy would fare better


class Ledger:
    """What was last shipped, by name: one small JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waits = self._changed = False
        self._shipped: dict[str, str] = {}
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            self._shipped = {str(k): str(v) for k, v in stored.items()}
        except (OSError, ValueError, AttributeError):
            pass  # nothing known: everything that is there counts as a participant's work

    def __getitem__(self, name: str) -> str | None:
        return self._shipped.get(name)

    def __setitem__(self, name: str, value: str) -> None:
        if self._shipped.get(name) == value:
            return
        self._shipped[name], self._changed = value, True
        if not self._waits:
            self._write()

    @contextmanager
    def at_once(self) -> Iterator[Self]:
        """Write what a block notes at its end, also where it fails: each writing waits for the disk.

        A power cut in the block loses nothing: a file that reads as shipped is known again by that.
        """
        self._waits = True
        try:
            yield self
        finally:
            self._waits = False
            if self._changed:
                self._write()

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, json.dumps(self._shipped, indent=1, sort_keys=True) + "\n")
        self._changed = False


def shown_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, in order, without hidden ones and caches.

    Parameters
    ----------
    folder : path
        A folder of the course or of a person.
    """
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        # Unlike the path's own question, this one has an answer where looking is forbidden.
        if os.path.isfile(path) and not any(part.startswith((".", "__pycache__")) for part in inside):
            yield path


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's file names and contents.

    A file of the folder that cannot be read counts by its name: what holds it is no folder as shipped.

    Raises
    ------
    OSError
        If `path` is itself a file that cannot be read.
    """
    if os.path.isfile(path):
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    whole = sha256()
    for file_of_it in shown_files(path):
        try:
            content = fingerprint(file_of_it)
        except OSError:
            content = "unreadable"
        whole.update(f"{file_of_it.relative_to(path).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def copy_lessons(shipped: Path, workspace: Path, ledger: Ledger) -> list[str]:
    """Copy the lessons; return one line for every new version laid beside a changed lesson.

    Parameters
    ----------
    shipped, workspace : path
        From where, and to where.
    ledger : Ledger
        What was shipped before.
    """
    notices = []
    for source in shown_files(shipped):
        name = source.relative_to(shipped)
        try:
            notices.append(_copy_lesson(source, workspace / name, ledger, name.as_posix()))
        except OSError as error:
            # One file in the way of one lesson must not keep a person from all the others.
            notices.append(_left_out(name.as_posix(), error))
    return [line for line in notices if line]


def _copy_lesson(source: Path, target: Path, ledger: Ledger, name: str) -> str:
    new, known = fingerprint(source), f"lessons/{name}"
    notice = ""
    if os.path.exists(target):
        here = _as_it_is(target)
        if here != ledger[known]:
            if new in (ledger[known], here):
                ledger[known] = new
                return ""
            target = _free_place(target, new)
            notice = _("{old} is as you left it. The course has a new version: {new}.").format(
                old=name, new=Path(name).with_name(target.name).as_posix()
            )
    if not os.path.exists(target) or fingerprint(target) != new:
        _copy_file(source, target)
    ledger[known] = new
    return notice


def _as_it_is(path: Path) -> str:
    """Return the fingerprint of what a person has there; what cannot be read is like nothing shipped."""
    try:
        return fingerprint(path)
    except OSError:
        return "unreadable"


def _left_out(name: str, error: OSError) -> str:
    """Say what was not renewed and why; a disk that takes nothing more is everybody's concern."""
    if error.errno in _OF_THE_DISK:
        raise error
    problem, _advice = why_not_written(error)
    return _("{name} was left as it is: {why}").format(name=name, why=problem)


def _free_place(target: Path, new: str) -> Path:
    """Return the first name beside `target` that is free, or already holds the new version."""
    n = 2
    while True:
        place = target.with_name(f"{target.stem}-version-{n}{target.suffix}")
        if not os.path.lexists(place) or _as_it_is(place) == new:
            return place
        n += 1


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, source.read_bytes())


def copy_exercise(released: Path, target: Path, ledger: Ledger) -> str:
    """Copy one released exercise; return what its owner should be told, which is mostly nothing.

    An exercise that is there stays, unless not a byte of it differs from what was shipped.

    Parameters
    ----------
    released : path
        The exercise as the course ships it now.
    target : path
        Its place in the workspace.
    ledger : Ledger
        What was last shipped.
    """
    try:
        return _copy_exercise(released, target, ledger)
    except OSError as error:
        return _left_out(f"exercises/{released.name}", error)


def _copy_exercise(released: Path, target: Path, ledger: Ledger) -> str:
    known, new = f"exercises/{released.name}", fingerprint(released)
    if os.path.lexists(target):
        here = _as_it_is(target)
        if here == new:
            ledger[known] = new
            return ""
        if here != ledger[known]:
            return _stays_old(released.name) if ledger[known] not in (None, new) else ""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copy-") as scratch:
        copy = Path(scratch) / target.name
        for file in shown_files(released):
            _copy_file(file, copy / file.relative_to(released))
        if os.path.lexists(target):
            put_in_place(target, Path(scratch) / "old")
        put_in_place(copy, target)
    ledger[known] = new
    return ""


def _stays_old(module: str) -> str:
    return _(
        "The exercise {module} is as you left it. The course has a newer one. Your work counts as it is. To "
        "begin the newer one, first hand in. Then give the folder exercises/{module} another name, and start "
        "the course again."
    ).format(module=module)
