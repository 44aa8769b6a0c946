"""A whole run: nothing is lost, nobody stops another, and what a person marked stays."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from copy import deepcopy
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from bordercourse.errors import CourseError
from bordercourse.grading import command, run
from bordercourse.grading.intake.source import SourceError
from bordercourse.grading.kernels import kept, pool
from bordercourse.grading.limits import KernelLimits
from bordercourse.grading.record import gradebook
from bordercourse.grading.record.course import Course, LockedError, only_one
from bordercourse.grading.record.release import named_exercise
from bordercourse.grading.run import Outcome, grade, open_course
from tests.grading.classroom import SECRET, Classroom


@pytest.fixture(scope="module")
def graded(room: Classroom, isolate: bool) -> dict[str, Outcome]:
    """One run over participants of many kinds."""
    room.hand_in("good", "small", room.model("small"), sheet={"a1-word": "b"})
    half = room.answer("small", {"b1-total-answer": "total = 50"})
    room.hand_in("half", "small", half, sheet={"a1-word": "a"})
    deaf = "import time\nwhile True:\n try:\n  time.sleep(100)\n except KeyboardInterrupt:\n  pass"
    answers = {"b1-total-answer": "total = 80", "b2-rural-answer": "import os\nos._exit(1)"}
    room.hand_in("dies", "small", room.answer("small", answers), sheet={"a1-word": "b"})
    answers["b2-rural-answer"] = deaf
    room.hand_in("deaf", "small", room.answer("small", answers), sheet={"a1-word": "b"})
    (room.root / "submitted" / "broken" / "small").mkdir(parents=True)
    (room.root / "submitted" / "broken" / "small" / "small.ipynb").write_text('{"cells": [')
    renamed = room.hand_in("renamed", "small", room.model("small"), sheet={"a1-word": "b"})
    (renamed / "small.ipynb").rename(renamed / "small (1).ipynb")
    return room.grade("small", isolate=isolate, limits=KernelLimits(wall_seconds=10))


def test_scores(room: Classroom, graded: dict[str, Outcome]) -> None:
    scores = room.scores("small")
    full = {"a1-word": 2.0, "b1-total": 3.0, "b2-rural": 2.0, "d-memo": None}
    assert scores["good"] == scores["renamed"] == full
    assert scores["half"] == {"a1-word": 0.0, "b1-total": 1.5, "b2-rural": 0.0, "d-memo": 0.0}
    said = room.said("half", "small")
    assert "One is not two." in said["a1-word"]
    assert "You left the towns out." in said["b1-total"]
    assert "rural is still empty" in said["b2-rural"]


@pytest.mark.parametrize("who", ["dies", "deaf"])
def test_a_kernel_that_ends_keeps_what_it_gave(room: Classroom, graded: dict[str, Outcome], who: str) -> None:
    assert graded[who].state == "graded"
    assert graded[who].reason
    assert room.scores("small")[who] == {"a1-word": 2.0, "b1-total": 3.0, "b2-rural": 0.0, "d-memo": 0.0}
    assert "stopped before it" in room.said(who, "small")["b2-rural"]


def test_a_broken_file_is_reported_for_that_participant_alone(
    room: Classroom, graded: dict[str, Outcome]
) -> None:
    assert graded["broken"].state == "failed"
    assert "broken off" in graded["broken"].reason
    assert {who for who, one in graded.items() if one.state == "failed"} == {"broken"}
    assert "broken" not in room.scores("small")


def test_hidden_tests_reach_no_participant(
    room: Classroom, graded: dict[str, Outcome], isolate: bool
) -> None:
    spy = (
        "import os\nprint(os.environ.get('NBGRADER_EXECUTION'), sorted(os.listdir('.')))\n"
        "print(open('small.ipynb').read())"
    )
    room.hand_in("spy", "small", room.answer("small", {"b1-total-answer": spy}))
    room.grade("small", participants=["spy"], isolate=isolate)
    said = room.said("spy", "small")["b1-total-answer"]
    assert said.startswith("autograde ['small.ipynb']")
    assert "check_number" in said
    assert SECRET not in said
    assert "mark_" not in said


def test_what_a_person_marked_survives_grading_again(
    room: Classroom, graded: dict[str, Outcome], isolate: bool
) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{room.root / 'gradebook.db'}", "tests") as gradebook:
        gradebook.find_grade("d-memo", "small", "small", "good").manual_score = 1.5
        gradebook.find_grade("b1-total", "small", "small", "good").manual_score = 2.5
        gradebook.find_comment("d-memo", "small", "small", "good").manual_comment = "Well argued."
        gradebook.db.commit()
    again = room.grade("small", participants=["good"], force=True, isolate=isolate)
    assert again["good"].state == "graded"
    with Gradebook(f"sqlite:///{room.root / 'gradebook.db'}", "tests") as gradebook:
        memo = gradebook.find_grade("d-memo", "small", "small", "good")
        assert (memo.manual_score, memo.score) == (1.5, 1.5)
        total = gradebook.find_grade("b1-total", "small", "small", "good")
        assert (total.manual_score, total.auto_score, total.needs_manual_grade) == (2.5, 3.0, True)
        assert gradebook.find_comment("d-memo", "small", "small", "good").comment == "Well argued."


def test_a_marked_notebook_without_grades_is_graded_again(
    room: Classroom, graded: dict[str, Outcome], isolate: bool
) -> None:
    """What a killed run of nbgrader's own autograde leaves."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{room.root / 'gradebook.db'}", "tests") as gradebook:
        gradebook.find_grade("b1-total", "small", "small", "renamed").auto_score = None
        gradebook.db.commit()
    assert room.grade("small", participants=["renamed"], isolate=isolate)["renamed"].state == "graded"
    assert room.scores("small")["renamed"]["b1-total"] == 3.0


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_will_do(
    room: Classroom, graded: dict[str, Outcome], isolate: bool, kind: type[Executor]
) -> None:
    """Processes show that a task is a plain function of plain arguments."""
    more = {"mp_context": get_context("spawn")} if kind is ProcessPoolExecutor else {}
    with kind(1, **more) as executor:  # type: ignore[call-arg]
        made = room.grade("small", participants=["good"], force=True, executor=executor, isolate=isolate)
    assert made["good"].state == "graded"
    assert room.scores("small")["good"]["b1-total"] == 3.0


def test_the_end_of_one_run_leaves_the_kernels_of_another() -> None:
    """As when Formgrader's last batch is collected while the next is under way."""
    first, second = kept.kept_kernels(), kept.kept_kernels()
    with second:
        with first, kept.kept_pool((), KernelLimits(), False, "") as pool:
            pass
        assert next(iter(kept._POOLS.values())).pool is pool
        assert pool._parent.process.poll() is None
    assert kept._POOLS == {}
    assert pool._parent is None


def test_one_run_at_a_time(room: Classroom) -> None:
    with only_one(room.root), pytest.raises(LockedError, match="Another run"):
        grade(open_course(room.root), ["small"])


def test_who_handed_in_nothing_is_named(room: Classroom, isolate: bool) -> None:
    assert (
        room.grade("small", participants=["nobody"], isolate=isolate)["nobody"].reason == "handed in nothing"
    )


def test_an_exercise_that_was_never_released_is_named(room: Classroom) -> None:
    with pytest.raises(CourseError, match=r"another: .* It knows: small, tiny\. .*generate_assignment"):
        grade(open_course(room.root), ["another"], isolate=False)


def test_a_number_names_an_exercise(tmp_path: Path) -> None:
    for name in ("00-a", "01-b", "check-before", "check-after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.ipynb").write_text("{}")
    assert [named_exercise(name, tmp_path) for name in ("00", "01-b", "check", "02")] == [
        *("00-a", "01-b", "check", "02")
    ]


def test_a_bar_on_a_screen_and_lines_for_a_screen_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_PAUSE", 0)
    said = {}
    for plain in (False, True):
        out = StringIO()
        out.isatty = lambda: True  # type: ignore[method-assign]
        screen = command._Screen(out, plain=plain)
        screen.show(Outcome("x", "ana", "skipped"), 1, 3)
        screen.show(Outcome("x", "ben", "graded"), 2, 3)
        screen.end()
        said[plain] = out.getvalue()
    assert said[True] == "1 of 3\n2 of 3, about 0 s left\n"
    assert "[####################..........] 2 of 3, about 0 s left" in said[False]


def test_what_does_not_fit_on_a_disk_with_room_for_others_fails_alone(
    room: Classroom, graded: dict[str, Outcome], isolate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = room.everything(), room.said("good", "small")
    for name in ("inbox", "save"):  # before and after the kernel
        with monkeypatch.context() as patch:
            patch.setattr(Course, name, full)
            made = room.grade("small", participants=["good"], force=True, isolate=isolate)["good"]
        assert (made.state, made.reason, made.do) == (
            "failed",
            "it does not fit on the disk",
            "Make room, then run the command again.",
        )
    assert (room.everything(), room.said("good", "small")) == before
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", full)
        with pytest.raises(CourseError, match="The disk of .* is full"):
            grade(open_course(room.root), ["small"], isolate=False)


def test_a_gradebook_that_cannot_be_written_is_told_before_anyone_is_graded(fresh: Any) -> None:
    room: Classroom = fresh()
    book = room.root / "gradebook.db"
    with closing(sqlite3.connect(book)) as other, pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradebook, "_SECONDS", 0)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(gradebook.GradebookError, match="cannot be written .database is locked"):
            grade(open_course(room.root), ["small"], isolate=False)
    real = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda path, **_more: real(f"file:{path}?mode=ro", uri=True))
        with pytest.raises(gradebook.GradebookError, match="cannot be written .attempt to write a readonly"):
            grade(open_course(room.root), ["small"], isolate=False)
    book.write_text("notes, no gradebook " * 100)
    with pytest.raises(gradebook.GradebookError, match="cannot be read"):
        grade(open_course(room.root), ["small"], isolate=False)


def test_given_files_stand_whatever_was_handed_in_where_they_belong(fresh: Any, isolate: bool) -> None:
    room: Classroom = fresh()
    given = room.root / "source" / "tiny" / "data"
    given.mkdir()
    (given / "areas.csv").write_text("area\nnorth\n")
    (given / "towns.csv").write_text("town\n")
    reader = "names = open('data/areas.csv').read().split()"
    for who in ("file", "folder"):
        folder = room.hand_in(who, "tiny", room.answer("tiny", {"b2-names-answer": reader}))
        if who == "file":
            (folder / "data").write_text("a file where the folder belongs")
        else:
            (folder / "data" / "areas.csv").mkdir(parents=True)
    states = {who: one.state for who, one in room.grade("tiny", isolate=isolate).items()}
    assert states == {"file": "graded", "folder": "graded"}
    for who in states:
        data = room.root / "autograded" / who / "tiny" / "data"
        assert (data / "areas.csv").read_text() == "area\nnorth\n"
        assert (data / "towns.csv").is_file()
        assert "Error" not in room.said(who, "tiny")["b2-names-answer"]


ODD = ["a[b]", "x%20", "{y}", "two\nlines", "*", "-force", "q'\"", ".hid", "$HOME", "~", "(?P<x>", "\x1b[2J"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_folders_of_any_name_are_graded_and_one_that_cannot_be_written_down_is_told(
    fresh: Any, isolate: bool
) -> None:
    room: Classroom = fresh()
    for who in [*ODD, "\udce9latin"]:
        room.hand_in(who, "tiny", room.model("tiny"))
    outcomes = room.grade("tiny", isolate=isolate)
    assert {who for who, one in outcomes.items() if one.state == "graded"} == set(ODD)
    assert (
        outcomes["\udce9latin"].reason == "the name of its folder is in an old encoding: give it another name"
    )
    assert {who: scores["b1-share"] for who, scores in room.scores("tiny").items()} == dict.fromkeys(ODD, 3.0)
    again = room.grade("tiny", isolate=isolate)
    assert {who for who, one in again.items() if one.state == "skipped"} == set(ODD)
    assert "\x1b" not in command._line(Outcome("tiny", "\x1b[2J", "failed", "why", "do"))


def test_names_that_the_screen_cannot_show_stop_no_run(fresh: Any, isolate: bool) -> None:
    room: Classroom = fresh()
    for who in ("a-\u179f\u17bb\u1781\u17b6", "b-Nguy\u1ec5n"):
        folder = room.root / "submitted" / who / "tiny"
        folder.mkdir(parents=True)
        (folder / "tiny.ipynb").write_text("{")
    room.hand_in("c-good", "tiny", room.model("tiny"))
    words = ["grade", "tiny", "--course", str(room.root), *([] if isolate else ["--no-isolation"])]
    done = subprocess.run(
        [sys.executable, "-m", "bordercourse", *words],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 1, done.stderr
    lines = done.stdout.decode("cp1252").splitlines()
    assert sum(line.startswith("NOT GRADED") for line in lines) == 2
    assert lines[-2:] == ["1 submission graded.", "2 could not be graded."]


def test_names_in_any_script(room: Classroom, isolate: bool) -> None:
    who = "\u179f\u17bb\u1781\u17b6 \u0645\u0631\u064a\u0645"
    folder = room.hand_in(who, "small", room.model("small"), sheet={"a1-word": "b"})
    (folder / "\u1795\u17c2\u1793\u1791\u17b8.csv").write_text("1")
    assert room.grade("small", participants=[who], isolate=isolate)[who].state == "graded"
    assert room.scores("small")[who]["b1-total"] == 3.0
    assert (room.root / "autograded" / who / "small" / "\u1795\u17c2\u1793\u1791\u17b8.csv").is_file()


def test_ordinary_kernels_do_where_there_is_no_fork(
    room: Classroom, graded: dict[str, Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "WARM", False)
    monkeypatch.setattr(run, "WARM", False)
    said: list[str] = []
    before = room.scores("small")["good"]
    made = room.grade("small", participants=["good"], force=True, isolate=False, jobs=1, say=said.append)
    assert made["good"].state == "graded"
    assert said == [
        "small: 1 submission.",
        "Kernels are not forked on this system: each starts anew, which takes longer.",
    ]
    assert room.scores("small")["good"] == before


def test_a_setup_that_fails_stops_the_run_before_anyone_is_graded(room: Classroom) -> None:
    from nbgrader.api import Gradebook

    room.hand_in("early", "tiny", room.model("tiny"))
    url = f"sqlite:///{room.root / 'gradebook.db'}"
    with Gradebook(url, "tests") as gradebook:
        cell = gradebook.find_source_cell("setup", "tiny", "tiny")
        right, cell.source = cell.source, "births = 1 / 0"
        gradebook.db.commit()
    try:
        with pytest.raises(SourceError, match="setup: ZeroDivisionError"):
            grade(open_course(room.root), ["tiny"], isolate=False)
        assert not (room.root / "autograded" / "early").exists()
    finally:
        with Gradebook(url, "tests") as gradebook:
            gradebook.find_source_cell("setup", "tiny", "tiny").source = right
            gradebook.db.commit()


def test_the_command(
    room: Classroom, graded: dict[str, Outcome], capsys: pytest.CaptureFixture[str], isolate: bool
) -> None:
    no = [] if isolate else ["--no-isolation"]
    assert command.main(["small", "--course", str(room.root), *no]) == 1
    said = capsys.readouterr().out
    assert "NOT GRADED  small, broken: small.ipynb: the file is broken off or damaged. Mend" in said
    assert "1 could not be graded." in said
    assert command.main(["small", "--course", str(room.root), "--participant", "nobody", *no]) == 1
    assert "handed in nothing. Look at the name, or collect first." in capsys.readouterr().out
    assert command.main(["small", "--course", str(room.root), "--participant", "good", *no]) == 0
    assert "1 was graded already." in capsys.readouterr().out
    with pytest.raises(CourseError, match="no folder 'source'"):
        command.main(["small", "--course", str(room.root / "source")])


@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_nbgraders_own_autograde_is_as_safe(fresh: Any, isolate: bool) -> None:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from bordercourse.grading.preprocessor import AUTOGRADE, SANITIZE
    from bordercourse.grading.record.release import course_config

    room: Classroom = fresh()
    made = room.model("tiny")
    made.cells.insert(3, deepcopy(made.cells[2]))  # a copied test cell
    made.cells[3].id = "copied"
    folder = room.hand_in("good", "tiny", made)
    (folder / "stolen.db").symlink_to(room.root / "gradebook.db")
    liar = "class E(list):\n    def __eq__(self, other): return True\nnames = E()"
    room.hand_in("liar", "tiny", room.answer("tiny", {"b2-names-answer": liar}))
    config = course_config(room.root)
    config.CourseDirectory.root = str(room.root)
    config.Autograde.sanitize_preprocessors, config.Autograde.autograde_preprocessors = SANITIZE, AUTOGRADE
    config.JudgeAnswers.isolate = isolate
    api = NbGraderAPI(CourseDirectory(config=config), config=config)

    async def press() -> Any:
        return api.autograde("tiny", "*")  # as Formgrader's button does, inside the server's loop

    made = asyncio.run(press())
    assert made["success"], made
    assert room.scores("tiny")["good"]["b1-share"] == 3.0
    assert room.scores("tiny")["liar"]["b2-names"] == 0.0
    assert [path.name for path in (room.root / "autograded" / "good" / "tiny").iterdir()] == ["tiny.ipynb"]


def test_pages_say_points_and_messages_and_wait_for_the_instructor(
    room: Classroom, graded: dict[str, Outcome]
) -> None:
    from nbgrader.converters import GenerateFeedback

    course = open_course(room.root)
    course.coursedir.assignment_id, course.coursedir.student_id = "small", "half"
    GenerateFeedback(coursedir=course.coursedir, config=course.config).start()
    course.coursedir.student_id = "dies"
    GenerateFeedback(coursedir=course.coursedir, config=course.config).start()
    page = (room.root / "feedback" / "half" / "small" / "small.html").read_text()
    assert "1.5 of 9 points" in page
    assert "One is not two." in page
    assert "mark_choice" not in page
    assert "http:" not in page
    assert "https:" not in page
    page = (room.root / "feedback" / "dies" / "small" / "small.html").read_text()
    assert "The notebook stopped here" in page
