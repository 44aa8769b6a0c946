"""A hand-in made in one workspace and collected in another grades as it would have at home."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordercourse.desk.places import shipped
from bordercourse.desk.workspace import lay_out
from bordercourse.grading.rehearsal.simulate import participants
from bordercourse.grading.run import grade, open_course
from bordercourse.handin.collect import main as collect
from bordercourse.handin.hand_in import main as hand_in

ROOT = Path(__file__).resolve().parents[2]
MODULE = "00-welcome"


def scores(course: Path) -> dict[str, float | None]:
    from nbgrader.api import Gradebook

    opened = open_course(course)
    outcomes = grade(opened, [MODULE])
    assert [outcome.state for outcome in outcomes] == ["graded"]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "bordercourse") as book:
        return {g.name: g.auto_score for g in book.find_submission_notebook(MODULE, MODULE, "an").grades}


@pytest.mark.skipif(not (ROOT / "exercises" / "source").is_dir(), reason="needs the course's sources")
def test_it_grades_the_same(tmp_path: Path) -> None:
    home, school = (lay_out(tmp_path / name, shipped())[0] for name in ("home", "school"))
    cast = participants(
        ROOT / "exercises" / "source" / MODULE / f"{MODULE}.ipynb",
        home.exercises / MODULE / f"{MODULE}.ipynb",
        ROOT / "tests" / "answers" / MODULE / "answers.toml",
    )
    person = next(one for one in cast if one.name == "wrong-1")
    person.hand_in(home.exercises / MODULE, MODULE)
    person.hand_in(home.course / "submitted" / "an" / MODULE, MODULE)

    assert hand_in([MODULE, "--name", "an", "--workspace", str(home.root)]) == 0
    stick = tmp_path / "stick"
    stick.mkdir()
    (made,) = [p for p in home.root.glob("**/*.zip") if MODULE in p.name]
    made.rename(stick / made.name)
    assert collect([str(stick), "--course", str(school.course)]) == 0

    at_home, at_school = scores(home.course), scores(school.course)
    assert at_home == at_school
    assert {q: s for q, s in at_school.items() if q in person.expected} == {
        q: e.score for q, e in person.expected.items()
    }
