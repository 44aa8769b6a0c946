"""A gradebook on a database server, where several instructors' machines reach it.

nbgrader takes any address of SQLAlchemy's as ``CourseDirectory.db_url``. What it leaves to the one who
gives such an address stands here: to begin the gradebook, to say what is wrong with a server, and to
let one run at a time write it, which on one machine a file's lock does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from bordercourse import __version__
from bordercourse.errors import InputError
from bordercourse.grading.record.gradebook import (
    VERSIONS,
    GradebookError,
    course_versions,
    is_on_server,
    newest_version,
)
from bordercourse.i18n import gettext as _

__all__ = [
    "begin_on_server",
    "gradebook_versions",
    "hold_on_server",
    "is_gone",
    "name_on_server",
    "names_on_server",
]


@contextmanager
def _connected(url: str, **settings: Any) -> Iterator[Connection]:
    """A connection in one transaction; GradebookError where the server cannot be used."""
    try:
        shown = make_url(url).render_as_string()
        engine = create_engine(url, **settings)
    except (ArgumentError, ValueError):
        raise InputError(
            "db_url",
            _("this is no address of a database."),
            _("Write it as postgresql+psycopg://USER@HOST/DATABASE."),
        ) from None
    except ModuleNotFoundError as error:
        raise InputError(
            "db_url",
            _("the driver of this database is not installed ({name}).").format(name=error.name),
            _("For PostgreSQL write postgresql+psycopg://... and pip install 'bordercourse[postgresql]'."),
        ) from None
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        try:
            connection = stack.enter_context(engine.begin())
        except SQLAlchemyError as error:
            raise GradebookError(
                _(
                    "The gradebook {url} cannot be used ({why}). See that the server runs, that this machine "
                    "reaches it, and that name, password and database are right."
                ).format(url=shown, why=_reason(error))
            ) from None
        yield connection


def _reason(error: SQLAlchemyError) -> str:
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return words[-1].strip() if words else type(error).__name__


def begin_on_server(url: str) -> None:
    """Begin a gradebook in an empty database, and note the course's version in it.

    nbgrader would ask the program ``alembic`` for the version of a new one. A gradebook that is whole is
    left as it is.

    Parameters
    ----------
    url : str
        The address.

    Raises
    ------
    GradebookError
        If the server does not answer, or refuses.
    InputError
        If the address is none, or its driver is not installed.
    """
    from nbgrader.api import Base

    with _connected(url) as connection:
        try:
            if _can_lock(connection):  # two machines may begin it at once
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_number('begin')})"))
            if not inspect(connection).has_table("alembic_version"):
                Base.metadata.create_all(connection)
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(
                    text("INSERT INTO alembic_version VALUES (:version)"), {"version": newest_version()}
                )
            _note_course_version(connection)
        except SQLAlchemyError as error:
            raise GradebookError(
                _("The gradebook {url} cannot be written ({why}).").format(
                    url=make_url(url).render_as_string(), why=_reason(error)
                )
            ) from None


def _note_course_version(connection: Connection) -> None:
    columns = "version VARCHAR(64) NOT NULL, since VARCHAR(32) NOT NULL"
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {VERSIONS} ({columns})"))
    noted = _versions(connection)
    if not noted or noted[-1][0] != __version__:
        connection.execute(
            text(f"INSERT INTO {VERSIONS} VALUES (:version, :since)"),
            {"version": __version__, "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"},
        )


def _versions(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(text(f"SELECT version, since FROM {VERSIONS} ORDER BY since"))
    return [(str(version), str(since)) for version, since in rows]


def gradebook_versions(url: str) -> list[tuple[str, str]]:
    """Return the versions of the course that worked on a gradebook, with the time of the first work of each.

    Parameters
    ----------
    url : str
        The address: of a file, or on a server.
    """
    if not is_on_server(url):
        return course_versions(Path(url.removeprefix("sqlite:///")))
    try:
        with _connected(url) as connection:
            return _versions(connection)
    except (SQLAlchemyError, GradebookError, InputError):
        return []


@contextmanager
def hold_on_server(url: str) -> Iterator[bool]:
    """Hold a gradebook for one run, and give whether it could be had; it is free when this process ends.

    Only PostgreSQL has such a lock. On another server two runs must be kept apart by their people.

    Parameters
    ----------
    url : str
        The address.
    """
    # No transaction is held open for the time of a run: it would keep the server from tidying.
    with _connected(url, isolation_level="AUTOCOMMIT") as connection:
        if _can_lock(connection):
            yield bool(connection.execute(text(f"SELECT pg_try_advisory_lock({_number('grade')})")).scalar())
        else:
            yield True


def _can_lock(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _number(name: str) -> int:
    """A number of our own in a database, which its locks are known by."""
    return int.from_bytes(sha256(f"bordercourse {name}".encode()).digest()[:8], "big", signed=True)


def is_gone(error: BaseException) -> bool:
    """Return whether an error says that the server went away.

    Parameters
    ----------
    error : BaseException
        What was raised.
    """
    return isinstance(error, DBAPIError) and bool(error.connection_invalidated)


# -- names ---------------------------------------------------------------------------------------------


def names_on_server(url: str) -> list[tuple[Any, Any, Any]]:
    """Return identifier, first and last name of each student; none where they cannot be read.

    Parameters
    ----------
    url : str
        The address.
    """
    try:
        with _connected(url) as connection:
            rows = connection.execute(text("SELECT id, first_name, last_name FROM student ORDER BY id"))
            return [(id, first, last) for id, first, last in rows]
    except (SQLAlchemyError, GradebookError, InputError):
        return []


def name_on_server(url: str, statement: str, values: dict[str, str]) -> bool:
    """Run one statement that names a student, and return whether it could be done.

    Parameters
    ----------
    url : str
        The address.
    statement : str
        SQL with names of values, such as ``:id``.
    values : dict of str
        The values.
    """
    try:
        with _connected(url) as connection:
            connection.execute(text(statement), values)
            return True
    except (SQLAlchemyError, GradebookError, InputError):
        return False
