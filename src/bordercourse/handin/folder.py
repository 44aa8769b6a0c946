"""What lies in a folder of hand-ins: every thing in it by name, whatever it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bordercourse.course.answers import is_like_sheet
from bordercourse.course.notebooks import is_like_notebook
from bordercourse.files import why_not_written
from bordercourse.handin.parcel import SLIP, of_the_system
from bordercourse.i18n import gettext as _

__all__ = ["PARCEL", "Thing", "things"]

PARCEL, WORK, OTHER = "parcel", "work", "other"
_MOST_THINGS = 5000
_DEEPEST = 20
_HALF = (".crdownload", ".part", ".partial", ".download", ".opdownload")
_ARCHIVES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b\x08\x00": "gzip", b"BZh9": "bzip2"}
_FOLDERS_OF_THE_SYSTEM = {
    "system volume information",
    "$recycle.bin",
    "__macosx",
    ".spotlight-v100",
    ".fseventsd",
    ".trashes",
    ".ipynb_checkpoints",
}


@dataclass(frozen=True)
class Thing:
    """One thing that lies there.

    Parameters
    ----------
    path : path
        Where it lies.
    kind : str
        ``parcel`` for what may be a hand-in file; ``work`` for what may be somebody's work and needs a
        person; ``other`` for the rest.
    note : str
        What it is and what to do, for what is no parcel.
    """

    path: Path
    kind: str
    note: str = ""


def things(folder: Path, course: Path) -> Iterator[Thing]:
    """Yield every file in and below a folder, and every folder that could not be looked into.

    A folder that holds an unpacked hand-in counts as one thing, as does what a system keeps for itself.

    Parameters
    ----------
    folder : path
        Where hand-ins lie, or one file.
    course : path
        The nbgrader course; where it lies in `folder`, it is not looked into.
    """
    if not folder.is_dir():
        yield _file(folder)
        return
    for number, thing in enumerate(_walk(folder, course.resolve(), 0), start=1):
        if number > _MOST_THINGS:
            yield Thing(
                folder,
                WORK,
                _(
                    "more than {n} things lie here. Take those that were named away, then collect again."
                ).format(n=_MOST_THINGS),
            )
            return
        yield thing


def _walk(folder: Path, course: Path, depth: int) -> Iterator[Thing]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Thing(
            folder, WORK, _("cannot be looked into: {why}").format(why=" ".join(why_not_written(error)))
        )
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.is_symlink():
            yield Thing(path, WORK, _("a link, which is not followed. Put the file itself here."))
        elif not entry.is_dir(follow_symlinks=False):
            yield _file(path)
        elif path.resolve() == course:
            yield Thing(path, OTHER, _("the course itself."))
        elif entry.name.lower() in _FOLDERS_OF_THE_SYSTEM or entry.name.lower().startswith(".trash"):
            yield Thing(path, OTHER, _("a folder of the system."))
        elif depth >= _DEEPEST:
            yield Thing(path, WORK, _("folders below each other too deep. Put the files higher up."))
        elif (path / SLIP).is_file():
            yield Thing(path, PARCEL)
        else:
            yield from _walk(path, course, depth + 1)


def _file(path: Path) -> Thing:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return Thing(path, OTHER, _("no plain file; there is nothing to collect in it."))
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        return Thing(path, WORK, _("cannot be read: {why}").format(why=" ".join(why_not_written(error))))
    name = path.name.lower()
    if of_the_system(path.name) or name.startswith("~$"):
        return Thing(path, OTHER, _("a file of the system."))
    if name.endswith(_HALF):
        return Thing(path, WORK, _("not copied to the end. Copy or download it again."))
    if not head:
        return Thing(
            path, WORK, _("empty: it was not copied to the end. Copy it again, or ask for it again.")
        )
    if head[:2] == b"PK" or name.endswith(".zip"):
        return Thing(path, PARCEL)
    if head in _ARCHIVES:
        return Thing(
            path, WORK, _("a {kind} archive. Unpack it, then collect again.").format(kind=_ARCHIVES[head])
        )
    if is_like_notebook(path.name) or is_like_sheet(path.name):
        return Thing(
            path,
            WORK,
            _(
                "a notebook or answer sheet by itself; it does not say whose it is. Ask for the file that "
                "the last box of the exercise makes, or put both into submitted/NAME/MODULE yourself."
            ),
        )
    return Thing(path, OTHER, _("no hand-in file; left as it is."))
