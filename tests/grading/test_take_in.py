"""What was handed in is found and read, notebook and answer sheet alike; what cannot be read is named."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bordercourse.course import AnswerSheet
from bordercourse.course.notebooks import read_notebook
from bordercourse.files import LARGEST_NOTEBOOK, DamagedError
from bordercourse.grading.intake.source import SourceNotebook
from bordercourse.grading.intake.take_in import Submission, take_in
from bordercourse.grading.run import open_course
from tests.grading.classroom import Classroom

PAGE, SHEET = "small.ipynb", "answers.json"
CLICKED = {"a1-word": "b", "c-cases": {"P1": {"decision": "refer", "reason": "fear"}}, "a2": ["x", "y"]}


@pytest.fixture(scope="module")
def source(room: Classroom) -> SourceNotebook:
    with open_course(room.root) as course:
        return course.sources("small")[0]


@pytest.fixture
def folder(room: Classroom, tmp_path: Path) -> Path:
    """A hand-in with everything right."""
    made = tmp_path / "handed in"
    made.mkdir()
    (made / PAGE).write_text(json.dumps(room.model("small")), encoding="utf-8")
    (made / SHEET).write_text(sheet(CLICKED), encoding="utf-8")
    return made


def sheet(answers: Any, module: str = "small") -> str:
    return json.dumps({"format": 1, "module": module, "answers": answers})


def rewrite(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(change(path.read_bytes())) and None  # type: ignore[return-value]


def rename(name: str) -> Callable[[Path], None]:
    def move(path: Path) -> None:
        target = path.parent / name.format(stem=path.stem, suffix=path.suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)

    return move


# What editors, mail, browsers and crashes do to a file; each is tried on the notebook and on the sheet.
HARMLESS: dict[str, Callable[[Path], None]] = {
    "byte-order mark": rewrite(lambda data: b"\xef\xbb\xbf" + data),
    "UTF-16": rewrite(lambda data: data.decode().encode("utf-16")),
    "UTF-16 without a mark": rewrite(lambda data: data.decode().encode("utf-16-le")),
    "zeros at the end": rewrite(lambda data: data + b"\0" * 512),
    "no-break spaces": rewrite(lambda data: b"\xc2\xa0" + data.replace(b'": ', b'":\xc2\xa0')),
    "line ends of Windows": rewrite(lambda data: data.replace(b'", "', b'",\r\n"')),
    "a second download": rename("{stem} (1){suffix}"),
    "JupyterLab's copy": rename("{stem}-Copy1{suffix}"),
    "a copy of Windows": rename("{stem} - Copy{suffix}"),
    "capital letters": lambda path: rename(path.name.upper())(path),
    "an ending more": rename("{stem}{suffix}.txt"),
    "a subfolder": rename("small/{stem}{suffix}"),
    "a folder of a folder": rename("Thu Hà/bài 1/{stem} (2){suffix}"),
}


def taken(folder: Path, source: SourceNotebook) -> tuple[Submission, str, dict[str, Any]]:
    """Take a folder in; return the outcome, the code of the notebook and the clicked answers."""
    out = folder.with_name("out")
    shutil.rmtree(out, ignore_errors=True)
    submission = take_in(folder, out, [source])
    assert [path.name for path in out.glob("*.ipynb")] == [PAGE]
    cells = read_notebook((out / PAGE).read_bytes())
    return submission, "\n".join(cell["source"] for cell in cells), AnswerSheet("small", out).read()


def test_an_untouched_hand_in_needs_no_word(folder: Path, source: SourceNotebook) -> None:
    submission, code, answers = taken(folder, source)
    assert submission == Submission()
    assert "district['births'].sum()" in code
    assert answers == CLICKED


@pytest.mark.parametrize("name", [PAGE, SHEET])
@pytest.mark.parametrize("change", HARMLESS)
def test_twins_are_read_alike(folder: Path, source: SourceNotebook, change: str, name: str) -> None:
    HARMLESS[change](folder / name)
    submission, code, answers = taken(folder, source)
    assert "district['births'].sum()" in code
    assert answers == CLICKED
    assert submission.left_out == ()
    if not (folder / name).exists():
        assert f"was taken for {name}" in "; ".join(submission.repairs)


@pytest.mark.parametrize("change", HARMLESS)
def test_both_twins_may_be_changed(folder: Path, source: SourceNotebook, change: str) -> None:
    HARMLESS[change](folder / PAGE)
    HARMLESS[change](folder / SHEET)
    _submission, code, answers = taken(folder, source)
    assert "district['births'].sum()" in code
    assert answers == CLICKED


@pytest.mark.parametrize("original", [PAGE, SHEET])
@pytest.mark.parametrize("copy", ["{stem} (1){suffix}", "backup/{stem}{suffix}", "{stem}-Copy1{suffix}"])
def test_an_answered_copy_beside_an_untouched_original_counts(
    room: Classroom, folder: Path, source: SourceNotebook, original: str, copy: str
) -> None:
    rename(copy)(folder / original)
    untouched = json.dumps(room.released("small")) if original == PAGE else sheet({"a2": []})
    (folder / original).write_text(untouched, encoding="utf-8")
    submission, code, answers = taken(folder, source)
    assert "district['births'].sum()" in code
    assert answers == CLICKED
    assert f"was taken for {original}" in "; ".join(submission.repairs)


@pytest.mark.parametrize("name", ["small (1).ipynb", "old/small.ipynb"])
def test_an_untouched_copy_beside_an_answered_original_does_not_count(
    room: Classroom, folder: Path, source: SourceNotebook, name: str
) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(room.released("small")), encoding="utf-8")
    (folder / "answers (1).json").write_text(sheet({"a1-word": "b"}), encoding="utf-8")
    submission, code, answers = taken(folder, source)
    assert submission.repairs == ()
    assert "district['births'].sum()" in code
    assert answers == CLICKED


def test_two_notebooks_with_different_answers_are_left_to_a_person(
    room: Classroom, folder: Path, source: SourceNotebook
) -> None:
    other = room.answer("small", {"b1-total-answer": "total = 79"})
    (folder / "small (1).ipynb").write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(DamagedError, match=r"small\.ipynb, small \(1\)\.ipynb: which one counts\?"):
        taken(folder, source)


def test_two_sheets_with_different_answers_are_left_to_a_person(folder: Path, source: SourceNotebook) -> None:
    (folder / "answers (1).json").write_text(sheet({**CLICKED, "a1-word": "a"}), encoding="utf-8")
    with pytest.raises(DamagedError, match=r"answers\.json, answers \(1\)\.json: which one counts\?"):
        taken(folder, source)


def test_a_sheet_that_was_set_aside_counts_only_where_nothing_else_does(
    folder: Path, source: SourceNotebook
) -> None:
    aside = folder / "answers-damaged-1.json"
    (folder / SHEET).rename(aside)
    assert taken(folder, source)[2] == CLICKED
    (folder / SHEET).write_text(sheet({"a1-word": "a"}), encoding="utf-8")
    submission, _code, answers = taken(folder, source)
    assert answers == {"a1-word": "a"}
    assert "holds other answers" in "; ".join(submission.repairs)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (rewrite(cut), "answers.json: the file is broken off"),
        (rewrite(lambda data: b""), "answers.json: the file is empty"),
        (rewrite(lambda data: b"\0" * 900), "answers.json: the file is empty"),
        (rewrite(lambda data: b"[]"), "answers.json: the file is no answer sheet"),
        (rewrite(lambda data: b'{"answers": [1]}'), "answers.json: the file is no answer sheet"),
        (rewrite(lambda data: b'{"answers": ' + b'{"a":' * 50 + b"1" + b"}" * 51), "nested too deep"),
        (rewrite(lambda data: sheet(CLICKED, "tiny").encode()), "holds the answers of tiny"),
        (rewrite(lambda data: data + b" " * 1_000_001), "answers.json: larger than 1 MB"),
        (Path.unlink, "no answers.json was handed in"),
    ],
    ids=["cut", "empty", "zeros", "list", "table", "deep", "other", "giant", "none"],
)
def test_a_sheet_that_cannot_be_read_is_told(
    folder: Path, source: SourceNotebook, change: Callable[[Path], None], says: str
) -> None:
    change(folder / SHEET)
    submission, code, answers = taken(folder, source)
    assert answers == {}
    assert "district['births'].sum()" in code
    assert says in "; ".join([*submission.repairs, *submission.left_out])


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_link_is_no_sheet_and_is_told(folder: Path, source: SourceNotebook) -> None:
    (folder / SHEET).rename(folder.with_name("neighbour.json"))
    (folder / SHEET).symlink_to(folder.with_name("neighbour.json"))
    submission, _code, answers = taken(folder, source)
    assert answers == {}
    assert "answers.json: a link" in submission.left_out


def test_a_damaged_notebook_gives_way_to_a_whole_copy(folder: Path, source: SourceNotebook) -> None:
    shutil.copy(folder / PAGE, folder / "small (1).ipynb")
    rewrite(cut)(folder / PAGE)
    submission, code, _answers = taken(folder, source)
    assert "district['births'].sum()" in code
    told = "; ".join(submission.repairs)
    assert "small.ipynb: the file is broken off" in told
    assert "small (1).ipynb was taken for small.ipynb" in told


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (rewrite(cut), r"small\.ipynb: the file is broken off"),
        (rewrite(lambda data: b"{}"), r"small\.ipynb: the file holds no cells"),
        (rewrite(lambda data: data + b" " * LARGEST_NOTEBOOK), r"small\.ipynb: .*larger than 30 MB"),
        (Path.unlink, "no notebook of this exercise was handed in"),
    ],
    ids=["cut", "none", "giant", "gone"],
)
def test_a_notebook_that_cannot_be_read_is_told(
    folder: Path, source: SourceNotebook, change: Callable[[Path], None], says: str
) -> None:
    change(folder / PAGE)
    with pytest.raises(DamagedError, match=says):
        taken(folder, source)


def test_a_notebook_of_25_megabytes_is_taken(room: Classroom, folder: Path, source: SourceNotebook) -> None:
    made = room.model("small")
    made.cells[0].outputs = [{"output_type": "stream", "name": "stdout", "text": "x" * 25_000_000}]
    (folder / PAGE).write_text(json.dumps(made), encoding="utf-8")
    assert taken(folder, source)[0] == Submission()


def test_another_exercise_under_the_right_name_gives_way_to_the_right_one(
    room: Classroom, folder: Path, source: SourceNotebook
) -> None:
    (folder / PAGE).rename(folder / "my work.ipynb")
    (folder / PAGE).write_text(json.dumps(room.model("tiny")), encoding="utf-8")
    submission, code, _answers = taken(folder, source)
    assert "district['births'].sum()" in code
    assert "my work.ipynb was taken for small.ipynb" in "; ".join(submission.repairs)


def test_letters_of_an_old_encoding_are_told(folder: Path, source: SourceNotebook, room: Classroom) -> None:
    text = json.dumps(room.answer("small", {"d-memo": "São Tomé"}), ensure_ascii=False)
    (folder / PAGE).write_bytes(text.encode("cp1252"))
    assert "some letters could not be read" in "; ".join(taken(folder, source)[0].repairs)


def test_two_hundred_other_files_do_not_push_the_work_out(folder: Path, source: SourceNotebook) -> None:
    for number in range(250):
        (folder / f"Photo {number}.jpg").write_bytes(b"x")
    submission, code, answers = taken(folder, source)
    assert answers == CLICKED
    assert "district['births'].sum()" in code
    assert "all files after the first 200" in submission.left_out


def test_what_a_computer_hides_is_no_copy(folder: Path, source: SourceNotebook) -> None:
    (folder / "._small.ipynb").write_bytes(b"\0\5\x16\7 of a Mac")
    (folder / "._answers.json").write_bytes(b"\0\5\x16\7 of a Mac")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "small-checkpoint.ipynb").write_text("{", encoding="utf-8")
    assert taken(folder, source)[0] == Submission()


def test_the_scores_are_the_same_however_the_sheet_came(
    fresh: Callable[[], Classroom], isolate: bool
) -> None:
    room = fresh()
    changes = {"bom": "byte-order mark", "utf16": "UTF-16", "sub": "a subfolder"}
    for who, change in changes.items():
        folder = room.hand_in(who, "small", room.model("small"), sheet={"a1-word": "b"})
        HARMLESS[change](folder / SHEET)
    lost = room.hand_in("lost", "small", room.model("small"), sheet={"a1-word": "b"})
    rewrite(cut)(lost / SHEET)
    outcomes = room.grade("small", isolate=isolate)
    scores = room.scores("small")
    assert {who: scores[who]["a1-word"] for who in changes} == dict.fromkeys(changes, 2.0)
    assert scores["lost"]["a1-word"] == 0.0
    assert "answers.json: the file is broken off" in str(outcomes["lost"])


@pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_formgraders_button_reads_the_sheet_alike(fresh: Callable[[], Classroom], isolate: bool) -> None:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from bordercourse.grading.preprocessor import AUTOGRADE, SANITIZE
    from bordercourse.grading.record.release import course_config

    room = fresh()
    for who, change in (("wide", "UTF-16"), ("second", "a second download")):
        folder = room.hand_in(who, "small", room.model("small"), sheet={"a1-word": "b"})
        HARMLESS[change](folder / SHEET)
    config = course_config(room.root)
    config.CourseDirectory.root = str(room.root)
    config.Autograde.sanitize_preprocessors, config.Autograde.autograde_preprocessors = SANITIZE, AUTOGRADE
    config.JudgeAnswers.isolate = isolate
    answer = NbGraderAPI(CourseDirectory(config=config), config=config).autograde("small", "*")
    assert answer["success"], answer
    assert {who: scores["a1-word"] for who, scores in room.scores("small").items()} == {
        "wide": 2.0,
        "second": 2.0,
    }
