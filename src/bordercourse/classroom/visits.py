"""Work done in a participant's home, as that participant: the administrator follows no link in there."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bordercourse.classroom.accounts import become
from bordercourse.errors import CourseError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from pwd import struct_passwd

__all__ = ["VisitError", "can_look_into", "visit"]

_LARGEST = 64_000_000  # bytes
_DONE, _FAILED = b"+", b"-"


class VisitError(CourseError):
    """What was to be done as somebody could not be done."""


def visit(user: struct_passwd, work: Callable[[], bytes], *, seconds: float = 30) -> bytes:
    """Do `work` in a process that is `user`'s, and return what it returns.

    Parameters
    ----------
    user : struct_passwd
        Who does it. The administrator does it in a process apart all the same.
    work : callable
        What is done; everything that it needs is imported before.
    seconds : float
        When it is given up.

    Raises
    ------
    VisitError
        If it raised an error (whose text it then has), took too long or gave back too much.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(user, work, writing)
    os.close(writing)
    answer, problem = b"", ""
    end = time.monotonic() + seconds
    with os.fdopen(reading, "rb", buffering=0) as line:
        while not problem:
            if not select.select([line], [], [], max(0.0, end - time.monotonic()))[0]:
                problem = _("it took longer than {n} seconds.").format(n=round(seconds))
                break
            part = line.read(1 << 20)
            if not part:
                break
            answer += part
            if len(answer) > _LARGEST:
                problem = _("it is too large.")
    if problem:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if problem:
        raise VisitError(problem)
    if answer[:1] != _DONE:
        raise VisitError(answer[1:].decode(errors="replace") or _("it ended without a word."))
    return answer[1:]


def can_look_into(user: struct_passwd, folder: Path) -> bool:
    """Tell whether `user` can see what lies in a folder, such as one with solutions."""
    try:
        visit(user, lambda: str(len(os.listdir(folder))).encode())
    except VisitError:
        return False
    return True


def _work(user: struct_passwd, work: Callable[[], bytes], writing: int) -> None:
    status = 1
    try:
        if user.pw_uid != 0 or os.getuid() != 0:
            become(user)
        os.environ["HOME"] = user.pw_dir
        answer = _DONE + work()
        status = 0
    except BaseException as error:
        answer = _FAILED + str(error).encode(errors="replace")[:2000]
    try:
        with os.fdopen(writing, "wb") as line:
            line.write(answer)
    finally:
        os._exit(status)
