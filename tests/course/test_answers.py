"""The answer sheet is saved at once, survives restarts, and never loses a damaged file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bordercourse.course import AnswerSheet

NAMES = st.text(min_size=1, max_size=20)
VALUES = st.one_of(st.text(), st.lists(st.text()), st.dictionaries(NAMES, st.dictionaries(NAMES, st.text())))


@given(answers=st.dictionaries(NAMES, VALUES, max_size=4))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_stored_is_read_back(tmp_path: Path, answers: dict[str, Any]) -> None:
    (tmp_path / "answers.json").unlink(missing_ok=True)
    for question, answer in answers.items():
        AnswerSheet("00-welcome", tmp_path)[question] = answer
    assert AnswerSheet("00-welcome", tmp_path).read() == answers
    assert [p.name for p in tmp_path.iterdir()] in (["answers.json"], [])


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"answers": 3}', b"\xff\xfe\x00", b"[" * 200_000, b'{"answers": {}} extra', b"null"],
    ids=["empty", "cut off", "a list", "no table", "not text", "deep", "more", "null"],
)
def test_a_damaged_file_is_set_aside_and_told(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "answers.json"
    path.write_bytes(damage)
    sheet = AnswerSheet("00-welcome", tmp_path)
    assert sheet["a1"] is None
    assert "answers-damaged-1.json" in sheet.notice
    assert (tmp_path / "answers-damaged-1.json").read_bytes() == damage
    sheet["a1"] = "ខ្មែរ"
    assert json.loads(path.read_text(encoding="utf-8"))["answers"] == {"a1": "ខ្មែរ"}
    path.write_bytes(b"again")
    assert sheet["a1"] is None
    assert (tmp_path / "answers-damaged-2.json").read_bytes() == b"again"
    assert (tmp_path / "answers-damaged-1.json").read_bytes() == damage


def test_a_failed_write_keeps_the_old_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = AnswerSheet("00-welcome", tmp_path)
    sheet["a1"] = "b"

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        sheet["a1"] = "c"
    assert sheet["a1"] == "b"
    assert [p.name for p in tmp_path.iterdir()] == ["answers.json"]


def test_the_collector_may_read_the_sheet(tmp_path: Path) -> None:
    sheet = AnswerSheet("00-welcome", tmp_path)
    sheet["a1"] = "b"
    if os.name == "posix":
        assert sheet.path.stat().st_mode & 0o777 == 0o644


SHEET = json.dumps({"format": 1, "module": "00-welcome", "answers": {"a1": "b", "a2": ["ខ្មែរ"]}})


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + SHEET.encode(),
        SHEET.encode("utf-16"),
        SHEET.encode() + b"\0" * 300,
        SHEET.replace(": ", ":\xa0").encode(),
    ],
    ids=["mark", "utf-16", "zeros", "no-break space"],
)
def test_a_readable_sheet_is_read_and_stays_where_it_is(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "answers.json").write_bytes(data)
    sheet = AnswerSheet("00-welcome", tmp_path)
    assert sheet.read() == {"a1": "b", "a2": ["ខ្មែរ"]}
    assert sheet.notice == ""
    assert os.listdir(tmp_path) == ["answers.json"]
    sheet["a3"] = "c"
    assert AnswerSheet("00-welcome", tmp_path).read() == {"a1": "b", "a2": ["ខ្មែរ"], "a3": "c"}
    assert os.listdir(tmp_path) == ["answers.json"]


@pytest.mark.parametrize(
    "name",
    ["answers (1).json", "Answers.JSON", "answers-Copy1.json", "answers.json.txt", "answers-damaged-1.json"],
)
def test_a_sheet_under_another_name_is_found_and_told_once(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SHEET, encoding="utf-8")
    sheet = AnswerSheet("00-welcome", tmp_path)
    assert sheet["a1"] == "b"
    assert name in sheet.notice
    sheet.notice = ""
    assert sheet["a2"] == ["ខ្មែរ"]
    assert sheet.notice == ""
    sheet["a1"] = "c"
    assert AnswerSheet("00-welcome", tmp_path)["a1"] == "c"
    assert AnswerSheet("00-welcome", tmp_path)["a2"] == ["ខ្មែរ"]


def test_two_other_sheets_that_differ_are_left_to_the_participant(tmp_path: Path) -> None:
    (tmp_path / "answers (1).json").write_text(SHEET, encoding="utf-8")
    (tmp_path / "answers (2).json").write_text(SHEET.replace('"b"', '"c"'), encoding="utf-8")
    sheet = AnswerSheet("00-welcome", tmp_path)
    assert sheet.read() == {}
    assert "which one counts" in sheet.notice


def test_the_sheet_of_another_module_is_not_used_and_not_lost(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text(SHEET, encoding="utf-8")
    sheet = AnswerSheet("01-other", tmp_path)
    assert sheet.read() == {}
    assert "holds the answers of 00-welcome" in sheet.notice
    assert (tmp_path / "answers-damaged-1.json").read_text(encoding="utf-8") == SHEET


def test_a_sheet_that_cannot_be_opened_is_told_and_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(SHEET, encoding="utf-8")
    really = Path.open

    def locked(self: Path, *arguments: Any, **named: Any) -> Any:
        if self.name == "answers.json":
            raise PermissionError(13, "Permission denied")
        return really(self, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", locked)
        sheet = AnswerSheet("00-welcome", tmp_path)
        assert sheet.read() == {}
        assert "Permission denied" in sheet.notice
        with pytest.raises(PermissionError):
            sheet["a1"] = "c"
    assert path.read_text(encoding="utf-8") == SHEET
