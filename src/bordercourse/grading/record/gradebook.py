"""Guards for nbgrader's gradebook, a SQLite file; `shared_gradebook` has those of one on a server.

nbgrader asks the program ``alembic``, by name, for the version of a new gradebook. Where the
environment's programs are not on PATH, or its own path holds a ``%``, its first command stops half-way
and leaves a gradebook without a version, which no later command mends. So gradebooks are begun here.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import MutableMapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bordercourse import __version__
from bordercourse.errors import CourseError
from bordercourse.i18n import gettext as _

__all__ = [
    "VERSIONS",
    "GradebookError",
    "course_versions",
    "is_on_server",
    "mend_gradebook",
    "name_of",
    "newest_version",
    "put_programs_on_path",
]

_SECONDS = 20  # that another program may take to finish what it writes


class GradebookError(CourseError):
    """A gradebook that cannot be used."""


def put_programs_on_path(environment: MutableMapping[str, str]) -> None:
    """Put the programs of this Python first on the PATH of `environment`.

    Parameters
    ----------
    environment : mutable mapping of str
        Names and values, such as `os.environ`.

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


VERSIONS = "bordercourse_versions"
"""A table of our own beside nbgrader's."""


def mend_gradebook(path: Path) -> bool:
    """Begin a gradebook, or give a half-made one the version it lacks; return whether that was needed.

    The version of the course is noted in it, where it differs from the last one noted.

    Parameters
    ----------
    path : path
        The file; its folder must be there. A gradebook that is whole is left as it is.

    Raises
    ------
    GradebookError
        If the file is no SQLite database or cannot be written.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_SECONDS)) as database:
            database.execute("BEGIN IMMEDIATE")
            (number,) = database.execute("PRAGMA user_version").fetchone()
            database.execute(f"PRAGMA user_version = {number}")  # fails where nothing can be written
            tables = {
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            _note_course_version(database)
            if "alembic_version" in tables and database.execute("SELECT * FROM alembic_version").fetchone():
                database.commit()
                return False
            database.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
            database.execute("INSERT INTO alembic_version VALUES (?)", (newest_version(),))
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


def _note_course_version(database: sqlite3.Connection) -> None:
    database.execute(f"CREATE TABLE IF NOT EXISTS {VERSIONS} (version TEXT NOT NULL, since TEXT NOT NULL)")
    last = database.execute(f"SELECT version FROM {VERSIONS} ORDER BY rowid DESC LIMIT 1").fetchone()
    if last != (__version__,):
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        database.execute(f"INSERT INTO {VERSIONS} VALUES (?, ?)", (__version__, now))


def course_versions(path: Path) -> list[tuple[str, str]]:
    """Return the versions of the course that worked on a gradebook, with the time of the first work of each.

    Parameters
    ----------
    path : path
        The gradebook. One that no course of ours has opened names no version.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return database.execute(f"SELECT version, since FROM {VERSIONS} ORDER BY rowid").fetchall()
    except sqlite3.Error:
        return []


def newest_version() -> str:
    """Return the version of nbgrader's tables that a new gradebook has."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


def is_on_server(url: str) -> bool:
    """Return whether an address is none of a file of SQLite.

    Parameters
    ----------
    url : str
        An address as SQLAlchemy writes it.

    Examples
    --------
    >>> is_on_server("postgresql+psycopg://grader@192.168.7.2/course")
    True
    >>> is_on_server("sqlite:////srv/course/gradebook.db")
    False
    """
    return not url.startswith("sqlite:")


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
