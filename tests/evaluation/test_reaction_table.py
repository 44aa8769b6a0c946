"""What a class said of its days, counted without names."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordercourse.desk.reactions import Reaction, store_reaction
from bordercourse.errors import InputError
from bordercourse.evaluation.reaction_table import reaction_table, read_reactions


def test_forms_are_counted_by_day(tmp_path: Path) -> None:
    for n in range(12):
        stick = tmp_path / f"stick-{n}"
        stick.mkdir()
        store_reaction(stick, "1", {"pace": "fast" if n < 9 else "right"})
    store_reaction(tmp_path / "stick-0", "2", {"pace": "slow"})
    found = read_reactions(tmp_path)
    assert len(found) == 13
    table = reaction_table(found)
    # Nobody said too slow: that is told as ten percent or less. One form of the second day is no table.
    assert table.rows == (
        (
            "1",
            "How was the pace?",
            "12",
            "too slow: 10 % or less; just right: 20 to 30 %; too fast: 70 to 80 %",
        ),
    )


def test_a_form_copied_twice_counts_once(tmp_path: Path) -> None:
    store_reaction(tmp_path, "1", {"pace": "right"})
    (path,) = (tmp_path / "reactions").iterdir()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
    assert read_reactions(tmp_path) == [Reaction(1, {"pace": "right"})]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is not there"):
        read_reactions(tmp_path / "none")
