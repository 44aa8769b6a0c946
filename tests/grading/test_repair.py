"""Damaged notebooks are mended where the intent is clear, and reported where it is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bordercourse.course.notebooks import read_notebook
from bordercourse.files import LARGEST_NOTEBOOK, DamagedError
from bordercourse.grading.intake.repair import mend
from bordercourse.grading.intake.source import SourceNotebook
from bordercourse.grading.run import open_course
from tests.grading.classroom import Classroom, tiny


@pytest.fixture(scope="module")
def source(room: Classroom) -> SourceNotebook:
    with open_course(room.root) as course:
        return course.sources("tiny")[0]


def cells_of(notebook: Any) -> list[dict[str, Any]]:
    return read_notebook(json.dumps(notebook).encode())


def names(cells: list[dict[str, Any]]) -> list[str]:
    return [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in cells]


ORDER = [one.metadata.nbgrader.grade_id for one in tiny().cells]


def at(notebook: Any, name: str) -> int:
    return next(n for n, one in enumerate(notebook.cells) if one.metadata.nbgrader.get("grade_id") == name)


def unmark(notebook: Any) -> None:
    for one in notebook.cells:
        one.metadata.pop("nbgrader")


def delete(name: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        del notebook.cells[at(notebook, name)]

    return change


def copy_of(name: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        n = at(notebook, name)
        notebook.cells.insert(n, copy.deepcopy(notebook.cells[n]))

    return change


def marks(name: str, **changed: Any) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        notebook.cells[at(notebook, name)].metadata.nbgrader.update(changed)

    return change


def kind(name: str, other: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        cell = notebook.cells[at(notebook, name)]
        cell.cell_type = other
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)

    return change


def no_ids(notebook: Any) -> None:
    unmark(notebook)
    for one in notebook.cells:
        one.pop("id")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (delete("b1-share"), "b1-share was missing"),
        (delete("setup"), "setup was missing"),
        (copy_of("b1-share"), "b1-share was there 2 times"),
        (copy_of("b2-names-answer"), "b2-names-answer was there 2 times"),
        (marks("b1-share", grade_id="another"), "b1-share had lost its marks"),
        (marks("b1-share", grade=False), "marks of b1-share were changed"),
        (marks("b1-share", points=99), "marks of b1-share were changed"),
        (marks("b1-share", schema_version=1), ""),
        (kind("b1-share-answer", "markdown"), "b1-share-answer had become text; it is code again"),
        (kind("b1-share", "raw"), "b1-share had become text; it is code again"),
        (kind("d-memo", "code"), "d-memo had become code; it is text again"),
        (unmark, "setup had lost its marks"),
        (no_ids, "setup had lost its marks"),
    ],
)
def test_marks_are_put_back(
    room: Classroom, source: SourceNotebook, damage: Callable[[Any], None], told: str
) -> None:
    made = room.model("tiny")
    damage(made)
    mended, repairs = mend(cells_of(made), source)
    assert [name for name in names(mended) if name] == ORDER
    assert told in "; ".join(repairs)
    right = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in mended if cell["metadata"].get("nbgrader")
    }
    assert right["b1-share"]["metadata"]["nbgrader"]["points"] == 3
    assert right["b1-share-answer"]["cell_type"] == right["b1-share"]["cell_type"] == "code"
    assert right["d-memo"]["cell_type"] == "markdown"
    assert "sum(births)" in right["b1-share-answer"]["source"]


def test_an_untouched_notebook_is_not_said_to_be_repaired(room: Classroom, source: SourceNotebook) -> None:
    assert mend(cells_of(room.model("tiny")), source)[1] == []


def test_an_answer_that_was_deleted_does_not_come_back_empty(room: Classroom, source: SourceNotebook) -> None:
    made = room.model("tiny")
    n = at(made, "b1-share-answer")
    made.cells[n].metadata.pop("nbgrader")
    made.cells[n].pop("id")
    made.cells.insert(0, made.cells.pop(n))  # moved, and without its marks
    mended, _repairs = mend(cells_of(made), source)
    assert sum("share = ..." in cell["source"] for cell in mended) == 1  # the one that was moved


def test_halves_of_a_split_memo_are_joined(room: Classroom, source: SourceNotebook) -> None:
    made = room.model("tiny")
    n = at(made, "d-memo")
    half = copy.deepcopy(made.cells[n])
    made.cells[n].source, half.source = "First half.", "Second half."
    made.cells.insert(n + 1, half)
    mended, _repairs = mend(cells_of(made), source)
    memo = next(c for c in mended if c["metadata"].get("nbgrader", {}).get("grade_id") == "d-memo")
    assert memo["source"] == "First half.\n\nSecond half."


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b'{"cells": [{"cell_type": "code", "sou', "broken off"),
        (b"[" * 200_000, "nested too deep"),
        (b"[]", "no cells"),
        (b'{"cells": {}}', "no cells"),
        (b'{"cells": [' + b"{}," * 3000 + b"{}]}", "more than"),
        (b" " * (LARGEST_NOTEBOOK + 1), "larger than"),
        (json.dumps({"cells": [{"cell_type": "code", "source": "a" * 300_000}]}).encode(), "longer than"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_what_cannot_be_read_is_reported(data: bytes, told: str) -> None:
    with pytest.raises(DamagedError, match=told):
        read_notebook(data)


def test_harmless_oddities_are_read() -> None:
    made = json.dumps(
        {"cells": [{"cell_type": "code", "source": ["x = 'é'\n", 3, "y = 2"], "metadata": None}, 7]}
    )
    for data in (made.encode("utf-8-sig"), made.encode("utf-16"), made.encode() + b"\0" * 100):
        assert read_notebook(data)[0]["source"] == "x = 'é'\ny = 2"
    assert read_notebook(b'{"cells": [{"source": "a\\ud800"}]}')[0]["source"] == "a?"
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]}
    assert read_notebook(json.dumps(old).encode())[0]["source"] == "x = 1"
