"""The form at the end of a day names nobody, and takes only what it offers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bordercourse.desk.reactions import REACTIONS, Reaction, read_reaction, store_reaction


def stored(root: Path) -> list[Path]:
    folder = root / REACTIONS
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_a_form_is_kept_and_says_nothing_else(tmp_path: Path) -> None:
    assert store_reaction(tmp_path, "2", {"follow": "most", "pace": "fast", "name": "An", "use": "<script>"})
    (path,) = stored(tmp_path)
    assert re.fullmatch(r"day-2-[0-9a-f]{16}\.json", path.name)
    assert json.loads(path.read_bytes()) == {
        "format": 1,
        "day": 2,
        "answers": {"follow": "most", "pace": "fast"},
    }
    assert read_reaction(path) == Reaction(2, {"follow": "most", "pace": "fast"})


def test_a_second_form_of_a_day_takes_the_first_ones_place(tmp_path: Path) -> None:
    for day, answer in (("1", "all"), ("2", "most"), ("1", "little")):
        assert store_reaction(tmp_path, day, {"follow": answer})
    found = [read_reaction(path) for path in stored(tmp_path)]
    assert found == [Reaction(1, {"follow": "little"}), Reaction(2, {"follow": "most"})]


@pytest.mark.parametrize("day", ["", "0", "6", "-1", "11", "1.0", "١", "²", "../1"])
def test_no_such_day(tmp_path: Path, day: str) -> None:
    assert not store_reaction(tmp_path, day, {"follow": "most"})
    assert not stored(tmp_path)


def test_no_answer_is_no_form(tmp_path: Path) -> None:
    assert not store_reaction(tmp_path, "1", {"follow": "", "use": "perhaps"})
    assert not stored(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "5",
        "\0",
        '{"day": 1}',
        '{"day": true, "answers": {"follow": "all"}}',
        '{"day": 1, "answers": 5}',
        '{"day": 1, "answers": {"follow": ["all"]}}',
        '{"day": 9, "answers": {"follow": "all"}}',
    ],
)
def test_a_file_that_is_no_form_is_left_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "day-1-0000000000000000.json"
    path.write_text(text, encoding="utf-8")
    assert read_reaction(path) is None
