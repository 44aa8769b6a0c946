"""The same scores as nbgrader's own autograde, save in named classes, which a table prints."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.grading.classroom import Classroom

_LIAR = "class E(list):\n    def __eq__(self, other): return True\nnames = E()"

EQUAL, CRASHED, FOOLED = "equal", "stock crashed", "stock was fooled"
WARNED, OVERWRITTEN, REPAIRED = "a warning", "a given name overwritten", "a damaged notebook repaired"


def _answers(**code: str) -> Callable[[Classroom], Any]:
    return lambda room: room.answer(
        "tiny", {f"{name.replace('_', '-')}-answer": c for name, c in code.items()}
    )


def _without_test(room: Classroom) -> Any:
    made = room.model("tiny")
    del made.cells[2]
    return made


def _copied(room: Classroom) -> Any:
    made = room.model("tiny")
    made.cells.insert(3, copy.deepcopy(made.cells[2]))
    made.cells[3].id = "copied"  # as JupyterLab copies a cell
    return made


PEOPLE: dict[str, tuple[Callable[[Classroom], Any], str]] = {
    "model": (lambda room: room.model("tiny"), EQUAL),
    "empty": (_answers(), EQUAL),
    "slip": (_answers(b1_share="share = 0.8", b2_names="names = ('A', 'B')"), EQUAL),
    "wrong": (_answers(b1_share="share = 81.5", b2_names="names = ['B']", b3_table="counts = {1: 2}"), EQUAL),
    "error": (_answers(b1_share="share = 1 / 0", b2_names="names = ['A', 'B']", b3_table="x = {"), EQUAL),
    "types": (_answers(b1_share="import numpy as np\nshare = np.float64(80)"), EQUAL),
    "keys": (_answers(b3_table="counts = {'1': 'one', 2: 'two'}"), EQUAL),
    "dies": (_answers(b1_share="share = 80.0", b2_names="import os\nos._exit(1)"), CRASHED),
    "liar": (_answers(b2_names=_LIAR), FOOLED),
    "whole": (_answers(b1_share="share = 80"), WARNED),
    "given": (_answers(b1_share="expected = 800\nshare = 10.0"), OVERWRITTEN),
    "deleted": (_without_test, REPAIRED),
    "copied": (_copied, REPAIRED),
}


def table(rows: list[tuple[str, str, Any, Any]]) -> str:
    lines = [("participant", "class", "stock", "ours"), *rows]
    return "\n".join(f"{who:<16} {kind:<28} {theirs!s:>8} {ours!s:>8}" for who, kind, theirs, ours in lines)


def total(scores: dict[str, Any] | None) -> float | None:
    return (
        None
        if scores is None or all(v is None for v in scores.values())
        else sum(v or 0 for v in scores.values())
    )


def test_scores_equal_stocks_save_in_named_classes(fresh: Callable[[], Classroom], isolate: bool) -> None:
    theirs, ours = fresh(), fresh()
    for room in (theirs, ours):
        for who, (make, _kind) in PEOPLE.items():
            room.hand_in(who, "tiny", make(room))
    theirs.stock("tiny")
    ours.grade("tiny", isolate=isolate)
    stock, graded = theirs.scores("tiny"), ours.scores("tiny")
    rows = [(who, kind, total(stock.get(who)), total(graded[who])) for who, (_make, kind) in PEOPLE.items()]
    print("\n" + table(rows))
    for who, (_make, kind) in PEOPLE.items():
        assert (stock.get(who) == graded[who]) == (kind == EQUAL), (who, stock.get(who), graded[who])
    assert total(stock["liar"]) > total(graded["liar"])  # type: ignore[operator]
    assert total(stock["given"]) > total(graded["given"])  # type: ignore[operator]
    assert total(stock["whole"]) < total(graded["whole"])  # type: ignore[operator]
    assert graded["deleted"] == graded["copied"] == graded["model"]


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Classroom]:
    """nbgrader's own documentation course, which the installed package holds."""
    guide = Path(str(files("nbgrader"))) / "docs" / "source" / "user_guide"
    base = tmp_path_factory.mktemp("docs") / "course"
    shutil.copytree(guide / "source" / "ps1", base / "source" / "ps1")
    shutil.copytree(guide / "submitted", base / "submitted")
    (base / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'tests'\n")
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from bordercourse.grading.record.gradebook import mend_gradebook
    from bordercourse.grading.record.release import course_config

    mend_gradebook(base / "gradebook.db")
    config = course_config(base)
    config.CourseDirectory.root = str(base)
    made = NbGraderAPI(CourseDirectory(config=config), config=config).generate_assignment("ps1")
    assert made["success"], made
    room = object.__new__(Classroom)
    room.root = base
    return lambda: room.copy(tmp_path_factory.mktemp("docs") / "course")


def test_the_documentation_course_is_as_trusting_as_stock(
    documented: Callable[[], Classroom], isolate: bool
) -> None:
    theirs, ours = documented(), documented()
    said: list[str] = []
    theirs.stock("ps1")
    outcomes = ours.grade("ps1", isolate=isolate, say=said.append)
    assert {one.state for one in outcomes.values()} == {"graded"}
    assert said == [
        "ps1: as trusting as stock: correct_squares needs squares, which is code and not a value.",
        "ps1: 2 submissions.",
    ]
    stock, graded = theirs.scores("ps1"), ours.scores("ps1")
    print("\n" + table([(who, EQUAL, total(stock[who]), total(graded[who])) for who in sorted(stock)]))
    assert graded == stock
    assert ours.everything() == theirs.everything()
