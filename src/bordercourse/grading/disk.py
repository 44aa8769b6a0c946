"""Whether there is room on the disks: a full one is one sentence for a run, not one for each person."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bordercourse.errors import CourseError
from bordercourse.files import need_space
from bordercourse.i18n import gettext as _

__all__ = ["StoppedError", "cannot_write", "check_room", "check_scratch", "is_full"]

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SCRATCH = 500_000  # bytes
_FULL_DATABASE = {13}  # SQLITE_FULL
_FULL_SERVER = "53100"  # disk_full, as PostgreSQL says it


class StoppedError(CourseError):
    """The run cannot go on. What is graded is kept."""


def is_full(error: BaseException) -> bool:
    """Return whether `error`, or one that led to it, says that a disk is full.

    Parameters
    ----------
    error : BaseException
        What was raised.
    """
    return any(
        (isinstance(one, OSError) and one.errno in _FULL)
        or (isinstance(one, shutil.Error) and any(f"[Errno {number}]" in str(one) for number in _FULL))
        or (isinstance(one, sqlite3.Error) and getattr(one, "sqlite_errorcode", 0) in _FULL_DATABASE)
        or getattr(one, "sqlstate", "") == _FULL_SERVER
        for one in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException | None] = [None]
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one in seen or one is None:
            continue
        seen.append(one)
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "orig", None)]


def cannot_write(place: Path, error: OSError) -> StoppedError:
    """Return what to say where nothing can be written in a folder that a run needs.

    Parameters
    ----------
    place : path
        The folder.
    error : OSError
        What the system said.
    """
    if is_full(error):
        message = _(
            "The disk of {folder} is full. What is graded is kept. Make room, then run the command "
            "again: it goes on where it stopped."
        )
    else:
        message = _(
            "{folder} cannot be written ({why}). Grade a course that lies on a disk where you may write."
        )
    return StoppedError(message.format(folder=place.resolve(), why=error.strerror or error))


def check_scratch() -> None:
    """Make sure that what a run judged a moment ago did not lack the room for its temporary files.

    Raises
    ------
    OSError
        If it may have: a mark could be lower for it.
    """
    need_space(Path(tempfile.gettempdir()), _SCRATCH)


def check_room(*folders: Path) -> None:
    """Make sure that a run can write where it must: in these folders, and where temporary files lie.

    Parameters
    ----------
    *folders : path
        Folders of the course; one that is not there yet is left out.

    Raises
    ------
    StoppedError
        If a disk is full, or a folder cannot be written.
    """
    place = folders[0]
    try:
        for place in [folder for folder in folders if folder.is_dir()]:
            need_space(place)
        place = Path(tempfile.gettempdir())
        need_space(place)
    except OSError as error:
        raise cannot_write(place, error) from None
