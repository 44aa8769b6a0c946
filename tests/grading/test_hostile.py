"""Every hostile submission fails at what it tries, and no honest neighbour loses a point."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bordercourse.grading.kernels import isolation
from bordercourse.grading.limits import KernelLimits
from tests.grading.classroom import SECRET, Classroom
from tests.grading.hostile_judge import EVERYTHING, HOSTILE, Hostile

pytestmark = [
    pytest.mark.skipif(not isolation.available(), reason=str(isolation.available())),
    pytest.mark.slow,
]
HONEST = [f"honest-{n}" for n in range(4)]


class Graded:
    """One run over all hostile submissions, with honest ones among them."""

    def __init__(self, room: Classroom) -> None:
        self.room = room
        for number, hostile in enumerate(HOSTILE):
            hostile.hand_in(room)
            if number % 20 == 0:
                room.hand_in(HONEST[number // 20], "tiny", room.model("tiny"))
        self.before = self.files()
        limits = KernelLimits(cpu_seconds=5, cell_cpu_seconds=1, wall_seconds=10, memory_mb=600)
        self.outcomes = room.grade("tiny", jobs=4, limits=limits)
        self.after = self.files()
        self.scores = room.scores("tiny")
        self.feedback = _feedback(room)

    def files(self) -> dict[str, bytes]:
        """All files of the course that grading must leave as they are."""
        kept = [self.room.root / name for name in ("source", "release", "submitted", "nbgrader_config.py")]
        found = [p for top in kept for p in ([top] if top.is_file() else sorted(top.rglob("*")))]
        return {str(p): p.read_bytes() for p in found if p.is_file() and not p.is_symlink()}


def _feedback(room: Classroom) -> dict[str, str]:
    from nbgrader.converters import GenerateFeedback

    from bordercourse.grading.run import open_course

    course = open_course(room.root)
    course.coursedir.assignment_id = "tiny"
    converter: Any = GenerateFeedback(coursedir=course.coursedir, config=course.config)
    converter.start()
    return {path.parts[-3]: path.read_text() for path in (room.root / "feedback").glob("*/tiny/tiny.html")}


def _dangers(page: str) -> list[str]:
    """Tags that run or load something, and attributes that do."""
    found = []
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        if tag.name in ("script", "iframe", "object", "embed", "link", "svg", "form", "base"):
            found.append(str(tag))
        for name, value in tag.attrs.items():
            loads = name == "src" and not str(value).startswith("data:image/")
            if name.startswith("on") or loads or (name == "href" and "script:" in str(value).lower()):
                found.append(str(tag))
    return found


@pytest.fixture(scope="module")
def graded(room: Classroom) -> Graded:
    return Graded(room)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_fails_at_what_it_tries(graded: Graded, hostile: Hostile) -> None:
    outcome = graded.outcomes[hostile.name]
    if hostile.scores is None:
        assert outcome.state == "failed"
        assert hostile.why in outcome.reason
        assert not (graded.room.root / "autograded" / hostile.name).exists()
        return
    assert outcome.state == "graded", outcome
    got = {name: score for name, score in graded.scores[hostile.name].items() if name != "d-memo"}
    assert got == hostile.scores, hostile.tries
    said = "\n".join(graded.room.said(hostile.name, "tiny").values())
    for sign in ("OWNED", "FOUND", SECRET):
        assert sign not in said, hostile.tries
    page = graded.feedback[hostile.name]
    assert SECRET not in page
    assert _dangers(page) == [], hostile.tries


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_neighbour_loses_nothing(graded: Graded, name: str) -> None:
    assert graded.outcomes[name].state == "graded"
    assert graded.outcomes[name].reason == ""
    assert {**graded.scores[name], "d-memo": 0} == {**EVERYTHING, "d-memo": 0}


def test_nothing_of_the_course_is_changed(graded: Graded) -> None:
    assert graded.after == graded.before
    assert not Path("/tmp/owned").exists()


def test_the_gradebook_is_sound(graded: Graded) -> None:
    with sqlite3.connect(graded.room.root / "gradebook.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM grade WHERE manual_score IS NOT NULL").fetchone() == (0,)
        assert db.execute("SELECT max(auto_score) FROM grade").fetchone()[0] <= 3


def test_what_was_handed_over_holds_no_link(graded: Graded) -> None:
    links = [
        p
        for p in (graded.room.root / "autograded").rglob("*")
        if p.is_symlink() or not (p.is_file() or p.is_dir())
    ]
    assert links == []


def test_there_are_at_least_forty() -> None:
    assert len({hostile.name for hostile in HOSTILE}) == len(HOSTILE) >= 40
