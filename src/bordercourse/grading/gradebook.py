"""Guards for nbgrader's gradebook, a SQLite file that nbgrader makes with the program ``alembic``.

nbgrader calls ``alembic`` by name. Where the environment's programs are not on PATH, its first
command stops half-way and leaves a gradebook without a version, which no later command mends.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.i18n import gettext as _

__all__ = ["GradebookError", "mend_gradebook", "name_of", "programs_on_path", "put_programs_on_path"]

_SECONDS = 20  # that another program may take to finish what it writes


class GradebookError(CourseError):
    """A gradebook that cannot be used, or the program that makes one is missing."""


def put_programs_on_path(environment: MutableMapping[str, str]) -> None:
    """Put the programs of this Python first on the PATH of `environment`, and look for ``alembic``.

    Raises
    ------
    GradebookError
        If ``alembic`` is still not found.

    Examples
    --------
    >>> environment = {"PATH": "/usr/bin"}
    >>> put_programs_on_path(environment)
    >>> Path(environment["PATH"].split(os.pathsep)[0]) == Path(sys.executable).parent
    True
    """
    programs = str(Path(sys.executable).parent)
    others = [p for p in environment.get("PATH", "").split(os.pathsep) if p and p != programs]
    environment["PATH"] = os.pathsep.join([programs, *others])
    if shutil.which("alembic", path=environment["PATH"]) is None:
        raise GradebookError(
            _(
                "The program alembic is missing. nbgrader needs it to make a gradebook. "
                "Install the course again, with all its requirements."
            )
        )


@contextmanager
def programs_on_path() -> Iterator[None]:
    """Run a block with the programs of this Python first on PATH."""
    before = os.environ.get("PATH")
    put_programs_on_path(os.environ)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before


def mend_gradebook(path: Path) -> bool:
    """Give a half-made gradebook the version it lacks; return whether anything was mended.

    Raises
    ------
    GradebookError
        If the file is no SQLite database or cannot be written, or ``alembic`` does not tell its
        version.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(path, timeout=_SECONDS)) as database:
            database.execute("BEGIN IMMEDIATE")
            (number,) = database.execute("PRAGMA user_version").fetchone()
            database.execute(f"PRAGMA user_version = {number}")  # fails where nothing can be written
            found = {
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            if not found:
                return False
            if "alembic_version" in found and database.execute("SELECT * FROM alembic_version").fetchone():
                return False
            database.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
            database.execute("INSERT INTO alembic_version VALUES (?)", (_newest_version(),))
            database.commit()
    except sqlite3.OperationalError as error:
        raise GradebookError(
            _(
                "{path} cannot be written ({why}). End other programs that use it, see that the disk "
                "is not full and that you may write there, then run the command again."
            ).format(path=path, why=error)
        ) from None
    except sqlite3.DatabaseError as error:
        raise GradebookError(
            _("{path} cannot be read as a gradebook ({why}). Keep a copy of it, then rename it.").format(
                path=path, why=error
            )
        ) from None
    return True


def _newest_version() -> str:
    from nbgrader.api import get_alembic_version

    try:
        with programs_on_path():
            return str(get_alembic_version())
    except (OSError, subprocess.CalledProcessError) as error:
        raise GradebookError(_("alembic does not run: {why}").format(why=error)) from None


def name_of(student: Any) -> str:
    """Return a participant's name as the gradebook holds it, else the identifier.

    Parameters
    ----------
    student : object
        nbgrader's ``Student``, or whatever has ``first_name``, ``last_name`` and ``id``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> name_of(SimpleNamespace(id="nguyen-an", first_name="An", last_name="Nguyễn"))
    'An Nguyễn'
    >>> name_of(SimpleNamespace(id="nguyen-an", first_name=None, last_name=None))
    'nguyen-an'
    """
    return " ".join(part for part in (student.first_name, student.last_name) if part) or str(student.id)
