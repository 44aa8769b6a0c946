"""Done means done: with these files, and with this exercise. Nothing else decides it."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bordercourse.grading.disk import StoppedError
from bordercourse.grading.due import ForcedRun
from bordercourse.grading.record.basis import fingerprint, noted_basis
from bordercourse.grading.run import Outcome, open_course
from tests.grading.classroom import Classroom

WRONG = {"b1-share-answer": "share = 0.8"}


@pytest.fixture(scope="module")
def graded(course: Classroom, tmp_path_factory: pytest.TempPathFactory, isolate: bool) -> Classroom:
    """Three who handed in wrong answers, graded."""
    room = course.copy(tmp_path_factory.mktemp("graded") / "course")
    for who in ("an", "binh", "chan"):
        room.hand_in(who, "tiny", room.answer("tiny", WRONG))
    assert {outcome.state for outcome in room.grade("tiny", isolate=isolate).values()} == {"graded"}
    return room


@pytest.fixture
def class_of_three(graded: Classroom, tmp_path: Path) -> Classroom:
    """A copy of them for one test."""
    return graded.copy(tmp_path / "course")


def again(room: Classroom, isolate: bool, **settings: Any) -> tuple[list[str], list[str]]:
    """Who is graded by another run, and what it says."""
    lines: list[str] = []
    outcomes = room.grade("tiny", isolate=isolate, say=lines.append, **settings)
    assert {outcome.state for outcome in outcomes.values()} <= {"graded", "skipped"}
    return sorted(who for who, one in outcomes.items() if one.state == "graded"), lines


def replace(room: Classroom, who: str, made: Any) -> Path:
    folder = room.root / "submitted" / who / "tiny"
    nbformat.write(made, folder / "tiny.ipynb")
    return folder


@pytest.mark.parametrize(
    "stamps",
    [
        ("", ""),
        ("", "2026-11-02 09:00:00 UTC"),
        ("2026-11-02 09:00:00 UTC", ""),
        ("2026-11-02 09:00:00 +07", "2026-11-02 03:00:00 UTC"),  # an hour later, though it reads earlier
        ("2026-11-02 09:00:00 UTC", "2026-11-01 09:00:00 UTC"),  # a clock that was set back
        ("2026-11-02 09:00:00 UTC", "2026-11-02 09:00:00 UTC"),
    ],
)
def test_another_hand_in_is_graded_whatever_the_times_say(
    class_of_three: Classroom, isolate: bool, stamps: tuple[str, str]
) -> None:
    room = class_of_three
    for stamp, notebook in zip(stamps, (room.answer("tiny", WRONG), room.model("tiny")), strict=True):
        folder = replace(room, "an", notebook)
        (folder / "timestamp.txt").unlink(missing_ok=True)
        if stamp:
            (folder / "timestamp.txt").write_text(stamp)
        graded, lines = again(room, isolate)
    assert graded == ["an"]
    assert lines[1:] == [
        "tiny: 1 hand-in has changed since it was graded (an). It is graded again.",
    ]
    assert room.scores("tiny")["an"]["b1-share"] == 3.0
    assert again(room, isolate)[0] == []


@pytest.mark.parametrize(
    ("stamp", "time", "note"),
    [
        ("2026-11-02 09:00:00.000000 UTC", "2026-11-02 09:00:00", ""),
        ("2026-11-02 09:00:00.000000 +07", "2026-11-02 02:00:00", ""),
        ("2026-11-02 09:00:00 +0730", "2026-11-02 01:30:00", ""),
        ("2026-11-02 09:00:00 Asia/Phnom_Penh", "2026-11-02 02:00:00", ""),
        (
            "2026-11-02 09:00:00 WIB",
            "None",
            "timestamp.txt: its time zone is not sure, so it counts as no time",
        ),
        ("2026-11-02 09:00:00", "None", "timestamp.txt: its time zone is not sure, so it counts as no time"),
        ("as soon as I can", "None", "timestamp.txt: not a time"),
        ("2026-11-02 09:00:00 /etc/localtime", "None", "timestamp.txt: not a time"),
    ],
)
def test_a_time_counts_where_it_is_sure(
    class_of_three: Classroom, isolate: bool, stamp: str, time: str, note: str
) -> None:
    (class_of_three.root / "submitted" / "an" / "tiny" / "timestamp.txt").write_text(stamp)
    outcome = class_of_three.grade("tiny", isolate=isolate)["an"]
    assert outcome.left_out == ((note,) if note else ())
    assert {row[2] for row in class_of_three.everything() if row[:2] == ("tiny", "an")} == {time}


def test_a_file_that_was_lost_and_put_back_counts(fresh: Callable[[], Classroom], isolate: bool) -> None:
    room = fresh()
    folder = room.hand_in("an", "small", room.model("small"), sheet={"a1-word": "b"})
    sheet = (folder / "answers.json").read_bytes()
    (folder / "answers.json").unlink()
    room.grade("small", isolate=isolate)
    assert room.scores("small")["an"]["a1-word"] == 0.0
    (folder / "answers.json").write_bytes(sheet)
    assert room.grade("small", isolate=isolate)["an"].state == "graded"
    assert room.scores("small")["an"]["a1-word"] == 2.0


def test_the_same_files_are_graded_once(class_of_three: Classroom, isolate: bool) -> None:
    for path in (class_of_three.root / "submitted").rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
    graded, lines = again(class_of_three, isolate)
    assert graded == []
    assert lines == ["tiny: 3 submissions."]


def mend(room: Classroom, change: Callable[[Any], None]) -> None:
    """Change the exercise, and release it anew."""
    from bordercourse.grading.record.release import release

    path = room.root / "source" / "tiny" / "tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)
    release(room.root / "source", room.root / "release", ["tiny"], gradebook=room.root / "gradebook.db")


def cell(notebook: Any, name: str) -> Any:
    return next(one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == name)


def test_another_maximum_grades_everybody_again_and_is_told(class_of_three: Classroom, isolate: bool) -> None:
    from nbgrader.api import Gradebook

    def change(notebook: Any) -> None:
        question = cell(notebook, "b1-share")
        question.metadata.nbgrader.points = 6
        question.source = question.source.replace("3.0 if", "6.0 if").replace("(1.5 if", "(4.0 if")

    mend(class_of_three, change)
    graded, lines = again(class_of_three, isolate)
    assert graded == ["an", "binh", "chan"]
    assert lines[1:] == [
        "tiny: the exercise has changed since 3 were graded (b1-share has 6 points, and had 3). "
        "They are graded again.",
    ]
    assert class_of_three.scores("tiny")["an"]["b1-share"] == 4.0
    with Gradebook(f"sqlite:///{class_of_three.root / 'gradebook.db'}", "tests") as gradebook:
        submission = gradebook.find_submission("tiny", "an")
        assert (submission.score, submission.max_score) == (4.0, 11.0)
    assert again(class_of_three, isolate)[0] == []


@pytest.mark.parametrize("part", ["setup", "b2-names", "areas.csv"])
def test_another_setup_test_or_given_file_grades_everybody_again(
    class_of_three: Classroom, isolate: bool, part: str
) -> None:
    def change(notebook: Any) -> None:
        if part == "areas.csv":
            (class_of_three.root / "source" / "tiny" / part).write_text("area\nnorth\n")
        else:
            cell(notebook, part).source += "\n# mended"

    mend(class_of_three, change)
    graded, lines = again(class_of_three, isolate)
    assert graded == ["an", "binh", "chan"]
    assert (f"{part} is new" if part == "areas.csv" else f"{part} is changed") in lines[1]


def test_another_sentence_or_model_answer_grades_nobody_again(
    class_of_three: Classroom, isolate: bool
) -> None:
    def change(notebook: Any) -> None:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell("Read the table first.", id="first"))
        answer = cell(notebook, "b1-share-answer")
        answer.source = answer.source.replace("sum(births)", "(births[0] + births[1])")

    mend(class_of_three, change)
    assert again(class_of_three, isolate) == ([], ["tiny: 3 submissions."])


def test_a_mark_that_does_not_say_what_it_rests_on_is_given_again(
    class_of_three: Classroom, isolate: bool
) -> None:
    """Such as one of an earlier version, or of nbgrader's own autograde."""
    class_of_three.stock("tiny", participants=["binh"], force=True)
    assert noted_basis(class_of_three.root / "autograded" / "binh" / "tiny" / "tiny.ipynb") is None
    graded, lines = again(class_of_three, isolate)
    assert graded == ["binh"]
    assert "1 mark does not say which files it was given for (binh). It is given again." in lines[1]
    assert again(class_of_three, isolate)[0] == []


@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_formgraders_button_notes_what_its_marks_rest_on(
    fresh: Callable[[], Classroom], isolate: bool
) -> None:
    from nbgrader.converters import Autograde

    from bordercourse.grading.preprocessor import AUTOGRADE, SANITIZE

    room = fresh()
    room.hand_in("an", "tiny", room.model("tiny"))
    course = open_course(room.root)
    course.config.Autograde.sanitize_preprocessors = SANITIZE
    course.config.Autograde.autograde_preprocessors = AUTOGRADE
    course.config.JudgeAnswers.isolate = isolate
    course.coursedir.assignment_id, course.coursedir.student_id = "tiny", "an"
    Autograde(coursedir=course.coursedir, config=course.config).start()
    gc.collect()  # nbgrader never says that it is done: a batch ends with its converter
    assert again(room, isolate) == ([], ["tiny: 1 submission."])
    replace(room, "an", room.answer("tiny", WRONG))
    assert again(room, isolate)[0] == ["an"]


def stopped_after(n: int) -> Callable[[Outcome, int, int], None]:
    def report(_outcome: Outcome, done: int, _total: int) -> None:
        if done == n:
            raise KeyboardInterrupt

    return report


@pytest.mark.parametrize("force", [True, False])
def test_a_forced_run_that_was_stopped_goes_on(class_of_three: Classroom, isolate: bool, force: bool) -> None:
    with pytest.raises(KeyboardInterrupt):
        class_of_three.grade("tiny", isolate=isolate, force=True, jobs=1, report=stopped_after(1))
    graded, lines = again(class_of_three, isolate, force=force)
    assert graded == ["binh", "chan"]
    if force:
        assert lines[1] == "A run with --force was stopped. It goes on: 2 of 3 are left."
    assert again(class_of_three, isolate)[0] == []
    assert again(class_of_three, isolate, force=True)[0] == ["an", "binh", "chan"], "and then begins anew"


def test_a_forced_run_over_more_people_does_not_count_as_the_rest_of_a_smaller_one(
    class_of_three: Classroom, isolate: bool
) -> None:
    with pytest.raises(KeyboardInterrupt):
        class_of_three.grade(
            "tiny", isolate=isolate, force=True, participants=["an", "binh"], report=stopped_after(1)
        )
    assert again(class_of_three, isolate, force=True)[0] == ["an", "binh", "chan"]


def test_a_damaged_list_stops_no_run(tmp_path: Path) -> None:
    for text in ("{", '{"asked": 1}', '[["a", "b"]]', '{"asked": [["a"]], "left": []}'):
        (tmp_path / "forced.json").write_text(text)
        run = ForcedRun(tmp_path / "forced.json")
        assert run.left == set()
        run.begin([("tiny", "an")], print)
        assert ForcedRun(tmp_path / "forced.json").left == {("tiny", "an")}
        run.done(("tiny", "an"))
        assert not (tmp_path / "forced.json").exists()


def test_a_digest_never_looks_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").symlink_to(tmp_path / "secret")
    (folder / "more").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    before = fingerprint(folder)
    (tmp_path / "secret").write_text("two")
    assert fingerprint(folder) == before
    (folder / "pipe").unlink()
    assert fingerprint(folder) != before


@pytest.mark.parametrize("small_disk", [24], indirect=True)
def test_a_disk_that_fills_up_is_one_sentence_and_the_next_run_goes_on(
    class_of_three: Classroom, small_disk: Path, isolate: bool
) -> None:
    room = class_of_three.copy(small_disk / "course")
    ballast = small_disk / "ballast"

    def fill(_outcome: Outcome, done: int, _total: int) -> None:
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(100_000))

    before = room.everything()
    with pytest.raises(StoppedError) as stop:
        room.grade("tiny", isolate=isolate, force=True, jobs=1, report=fill)
    assert str(stop.value) == (
        f"The disk of {room.root} is full. What is graded is kept. Make room, then run the command again: "
        "it goes on where it stopped."
    )
    with pytest.raises(StoppedError, match="The disk of"):
        room.grade("tiny", isolate=isolate)
    ballast.unlink()
    assert room.everything() == before
    assert again(room, isolate)[0] == ["binh", "chan"]


@pytest.mark.parametrize("small_disk", [1], indirect=True)
def test_a_full_disk_of_temporary_files_costs_nobody_a_mark(
    class_of_three: Classroom, small_disk: Path, isolate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    with pytest.raises(StoppedError, match=str(small_disk)):
        class_of_three.grade("tiny", isolate=isolate, force=True)


@pytest.mark.parametrize("small_disk", [8], indirect=True)
def test_a_disk_of_temporary_files_that_fills_up_during_a_run_costs_nobody_a_mark(
    class_of_three: Classroom, small_disk: Path, isolate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    def fill(_outcome: Outcome, done: int, _total: int) -> None:
        with contextlib.suppress(OSError), (small_disk / "ballast").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(100_000))

    before = class_of_three.everything()
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    with pytest.raises(StoppedError, match=f"The disk of {small_disk} is full"):
        class_of_three.grade("tiny", isolate=isolate, force=True, jobs=1, report=fill)
    assert class_of_three.everything() == before


def test_a_folder_of_marks_that_cannot_be_written_is_told_before_anyone_is_graded(
    class_of_three: Classroom, small_disk: Path, isolate: bool
) -> None:
    marks = class_of_three.root / "autograded"
    marks.rename(marks.with_name("before"))
    marks.symlink_to(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    lines: list[str] = []
    with pytest.raises(StoppedError, match=f"{small_disk} cannot be written .Read-only file system."):
        class_of_three.grade("tiny", isolate=isolate, force=True, say=lines.append)
    assert lines == []
