"""The box inside an exercise that makes the hand-in file."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from bordercourse.course import quiz
from bordercourse.handin.box import _made, hand_in_box
from bordercourse.handin.parcel import read_parcel

MODULE = "01-tiny"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    def cell(grade_id: str, source: str, kind: str = "code", **marks: object) -> object:
        made = nbformat.v4.new_code_cell(source) if kind == "code" else nbformat.v4.new_markdown_cell(source)
        made.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, "points": 1, **marks}
        return made

    cells = [
        cell("a1-word", "exercise.check_choice('a1-word')", grade=True),
        cell("b1-sum-answer", "total = 4", solution=True),
        cell("b1-sum", "exercise.check_number('b1-sum', total)", grade=True),
        cell("d-memo", "Write your memo here.", "markdown", grade=True, solution=True),
    ]
    folder = tmp_path / "work" / "exercises" / MODULE
    folder.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{MODULE}.ipynb")
    return tmp_path / "work"


def test_the_file_is_made_and_what_is_open_is_named(workspace: Path) -> None:
    said = _made(MODULE, "សុខា <Sokha>", workspace)
    (made,) = (workspace / "hand-ins").iterdir()
    assert made.name in said
    parcel = read_parcel(made)
    assert parcel.module == MODULE
    assert parcel.participant in said
    assert "Still without an answer: A1, D." in said
    assert "Your last file" not in said
    assert "Your last file was for" in _made(MODULE, "somebody-else", workspace)
    again = _made(MODULE, "", workspace)  # the field left empty
    assert "for somebody-else" in again
    assert "Your last file" not in again


@pytest.mark.parametrize(
    ("name", "says"), [("", "Type your name first"), ("  ", "Type your name first"), ("//", "cannot be used")]
)
def test_without_a_usable_name_nothing_is_made(workspace: Path, name: str, says: str) -> None:
    said = _made(MODULE, name, workspace)
    assert says in said
    assert "role='alert'" in said
    assert not (workspace / "hand-ins").exists()


def test_a_renamed_page_is_told(workspace: Path) -> None:
    page = workspace / "exercises" / MODULE / f"{MODULE}.ipynb"
    page.rename(page.with_name("copy.ipynb"))
    assert "there is no 01-tiny.ipynb" in _made(MODULE, "an", workspace)


def test_a_full_disk_is_told(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bordercourse.handin.hand_in.write_parcel", full)
    assert "No space left on device" in _made(MODULE, "an", workspace)


def test_a_grader_sees_no_box(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quiz, "live", lambda: False)
    hand_in_box(MODULE, workspace)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(quiz, "live", lambda: True)
    hand_in_box(MODULE, workspace)
    assert "VBox" in capsys.readouterr().out
