"""The box inside an exercise that makes the hand-in file."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from bordercourse import page
from bordercourse.handin.box import _make, hand_in_box
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


def say(name: str, workspace: Path) -> str:
    return _make(MODULE, name, workspace)[1]


def test_the_file_is_made_and_what_is_open_is_named(workspace: Path) -> None:
    ready, text = _make(MODULE, "សុខា <Sokha>", workspace)
    assert ready
    (path,) = (workspace / "hand-ins").iterdir()
    assert path.name in text
    parcel = read_parcel(path)
    assert parcel.module == MODULE
    assert parcel.name == "សុខា Sokha"
    assert parcel.participant in text
    assert "Still without an answer: A1, D." in text
    assert "<Sokha>" not in text
    assert "Your last file" not in text


def test_an_empty_name_never_takes_the_last_one(workspace: Path) -> None:
    assert _make(MODULE, "an", workspace)[0]
    (workspace / "hand-ins").rename(workspace / "given")
    for empty in ("", "   ", "\u200b", "\n"):
        ready, text = _make(MODULE, empty, workspace)
        assert not ready
        assert "Type your name first" in text
    assert not (workspace / "hand-ins").exists()


def test_another_name_than_the_last_is_asked_about(workspace: Path) -> None:
    say("Nguyễn An", workspace)
    assert "Your last file was for Nguyễn An. Is the new name right?" in say("Nguyễn Ân", workspace)
    assert "Your last file" not in say("Nguyễn Ân", workspace)


@pytest.mark.parametrize(
    ("name", "says"),
    [("", "Type your name first"), ("  ", "Type your name first"), ("con", "cannot be used")],
)
def test_without_a_usable_name_nothing_is_made(workspace: Path, name: str, says: str) -> None:
    text = say(name, workspace)
    assert says in text
    assert "role='alert'" in text
    assert not (workspace / "hand-ins").exists()


def test_a_missing_page_is_told(workspace: Path) -> None:
    (workspace / "exercises" / MODULE / f"{MODULE}.ipynb").unlink()
    assert "there is no 01-tiny.ipynb" in say("an", workspace)


def test_a_full_disk_is_told(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bordercourse.handin.packing.write_parcel", full)
    ready, text = _make(MODULE, "an", workspace)
    assert not ready
    assert "the disk is full" in text
    assert "Your work is saved" in text


def test_the_sheet_stays_where_it_is(workspace: Path) -> None:
    sheet = workspace / "exercises" / MODULE / "answers.json"
    stored = b"\xef\xbb\xbf" + json.dumps({"module": MODULE, "answers": {"a1-word": "b"}}).encode()
    for content in (stored, stored[:20]):
        sheet.write_bytes(content)
        _make(MODULE, "an", workspace)
        assert sheet.read_bytes() == content


def test_the_page_that_is_open_is_the_one_that_is_given(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = workspace / "exercises" / MODULE
    mine, copy = folder / f"{MODULE}.ipynb", folder / f"{MODULE} (1).ipynb"
    copy.write_text(mine.read_text().replace("total = 4", "total = 5"))
    assert "these copies hold different answers" in say("an", workspace)
    for shown, total in ((mine, "total = 4"), (copy, "total = 5")):
        monkeypatch.setenv("JPY_SESSION_NAME", str(shown))
        ready, text = _make(MODULE, "an", workspace)
        assert ready
        assert "Answers that it lacks stand in" in text
        (path,) = (workspace / "hand-ins").iterdir()
        assert total in read_parcel(path).files[f"{MODULE}.ipynb"].decode()
        path.unlink()


def test_the_name_is_gone_once_the_file_is_made(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sits down next finds an empty field."""
    import ipywidgets

    shown: list[ipywidgets.VBox] = []
    monkeypatch.setattr(page, "live", lambda: True)
    monkeypatch.setattr("IPython.display.display", shown.append)
    hand_in_box(MODULE, workspace)
    field, button, answer = shown[0].children
    assert "leave empty" not in field.placeholder
    field.value = "Nguyễn An"
    button.click()
    assert "Your hand-in is ready" in answer.value
    assert field.value == ""
    button.click()
    assert "Type your name first" in answer.value
    assert len(list((workspace / "hand-ins").iterdir())) == 1


def test_a_grader_sees_no_box(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(page, "live", lambda: False)
    hand_in_box(MODULE, workspace)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(page, "live", lambda: True)
    hand_in_box(MODULE, workspace)
    assert "VBox" in capsys.readouterr().out
