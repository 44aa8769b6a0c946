"""A gradebook on a server holds the marks that a file holds.

These tests run on PostgreSQL where ``BORDERCOURSE_POSTGRES_URL`` names a database for tests: nbgrader's
tables in it are dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine, text

from bordercourse import __version__
from bordercourse.errors import InputError
from bordercourse.grading import command
from bordercourse.grading.disk import StoppedError, is_full
from bordercourse.grading.record.course import LockedError, only_one
from bordercourse.grading.record.gradebook import VERSIONS, GradebookError
from bordercourse.grading.record.release import course_gradebook, release
from bordercourse.grading.record.shared_gradebook import begin_on_server, gradebook_versions
from bordercourse.grading.run import grade, open_course
from bordercourse.handin.owners import People
from bordercourse.handin.roster import gradebook_people
from tests.grading.classroom import Classroom

POSTGRES = os.environ.get("BORDERCOURSE_POSTGRES_URL", "")
on_postgres = pytest.mark.skipif(not POSTGRES, reason="BORDERCOURSE_POSTGRES_URL names no database")


@pytest.fixture
def server(fresh: Any) -> Iterator[Classroom]:
    """A course whose settings name a gradebook on the server, with three hand-ins."""
    engine = create_engine(POSTGRES)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        for table in ("alembic_version", VERSIONS):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    room: Classroom = fresh()
    (room.root / "gradebook.db").unlink()
    room.url = POSTGRES
    settings = room.root / "nbgrader_config.py"
    settings.write_text(f"{settings.read_text()}\nc.CourseDirectory.db_url = {POSTGRES!r}\n")
    begin_on_server(POSTGRES)
    release(room.root / "source", room.root / "release", ["tiny"], gradebook=POSTGRES)
    hand_in(room)
    yield room
    engine.dispose()


def hand_in(room: Classroom) -> None:
    room.hand_in("good", "tiny", room.model("tiny"))
    room.hand_in("half", "tiny", room.answer("tiny", {"b1-share-answer": "share = 0.8"}))
    room.hand_in("blank", "tiny", room.released("tiny"))


@on_postgres
def test_marks_are_those_of_a_file(server: Classroom, fresh: Any, isolate: bool) -> None:
    here: Classroom = fresh()
    hand_in(here)
    for room in (server, here):
        assert {one.state for one in room.grade("tiny", isolate=isolate).values()} == {"graded"}
        with Gradebook(room.url, "tests") as gradebook:
            gradebook.find_grade("d-memo", "tiny", "tiny", "good").manual_score = 1.5
            gradebook.db.commit()
        again = room.grade("tiny", force=True, participants=["good"], isolate=isolate)
        assert again["good"].state == "graded"
    assert server.everything() == here.everything()
    assert {one.state for one in server.grade("tiny", isolate=isolate).values()} == {"skipped"}
    assert not (server.root / "gradebook.db").exists()
    for room in (server, here):
        assert [version for version, _since in gradebook_versions(room.url)] == [__version__]


@on_postgres
def test_the_address_may_stand_on_the_command_line(
    server: Classroom, capsys: pytest.CaptureFixture[str], isolate: bool
) -> None:
    settings = server.root / "nbgrader_config.py"
    settings.write_text(settings.read_text().replace(repr(POSTGRES), "''"))
    no = [] if isolate else ["--no-isolation"]
    assert command.main(["tiny", "--course", str(server.root), "--db", POSTGRES, *no]) == 0
    assert "3 submissions graded." in capsys.readouterr().out
    assert server.scores("tiny")["half"]["b1-share"] == 1.5


@on_postgres
def test_one_machine_at_a_time_grades_into_it(server: Classroom, tmp_path: Path) -> None:
    other = server.copy(tmp_path / "other")
    with only_one(other.root, POSTGRES), pytest.raises(LockedError, match="Another machine is grading"):
        grade(open_course(server.root), ["tiny"])
    with only_one(server.root, POSTGRES):
        pass


@on_postgres
def test_a_run_stops_when_the_server_goes_away_and_goes_on_later(server: Classroom, isolate: bool) -> None:
    engine = create_engine(POSTGRES)

    def end_all_sessions(outcome: Any, done: int, total: int) -> None:
        with engine.begin() as connection:
            ended = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            )
            connection.execute(text(f"{ended} AND pid <> pg_backend_pid()"))

    course = open_course(server.root)
    with pytest.raises(StoppedError, match="server does not answer any more. What is graded is kept"):
        grade(course, ["tiny"], jobs=1, isolate=isolate, report=end_all_sessions)
    states = [one.state for one in server.grade("tiny", isolate=isolate).values()]
    assert sorted(states) == ["graded", "graded", "skipped"]
    engine.dispose()


@on_postgres
def test_names_of_the_class_go_into_it(server: Classroom, isolate: bool) -> None:
    assert course_gradebook(server.root) == POSTGRES
    (server.root / "roster.csv").write_text("id,name\ngood,Nguyễn An\n")
    people = People.of(server.root)
    people.keep("good", "")
    server.grade("tiny", isolate=isolate)
    assert [(one.id, one.names) for one in gradebook_people(POSTGRES)] == [("good", ("Nguyễn An",))]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("not an address", "db_url: this is no address of a database. Write it as postgresql"),
        ("postgresql+nobody://u:hush@127.0.0.1/x", "db_url: "),
        ("postgresql+psycopg://u:hush@127.0.0.1:9/x", "cannot be used|the driver of this database is not"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(
    room: Classroom, address: str, words: str
) -> None:
    with pytest.raises((InputError, GradebookError), match=words) as caught:
        command.main(["tiny", "--course", str(room.root), "--db", address, "--no-isolation"])
    assert "hush" not in str(caught.value)


def test_a_full_disk_of_a_server_is_a_full_disk() -> None:
    error = Exception("could not extend file")
    error.sqlstate = "53100"  # type: ignore[attr-defined]
    assert is_full(error)
