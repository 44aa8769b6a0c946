"""What a person's points are the sum of: the exercises, and not the two knowledge checks."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook

from bordercourse.course import manifest
from bordercourse.grading.formgrader.overviews import exercises, participants
from bordercourse.grading.run import open_course
from tests.grading.classroom import Classroom, tiny


def test_a_knowledge_check_is_outside_the_total(tmp_path: Path, isolate: bool) -> None:
    names = ["00-welcome", *(check.slug for check in manifest.modules("check"))]
    assert len(names) == 3
    room = Classroom(tmp_path / "course", dict.fromkeys(names, tiny))
    for name in names:
        room.hand_in("an", name, room.model(name))
    room.grade(*names, isolate=isolate)
    course = open_course(room.root)
    with Gradebook(course.coursedir.db_url, "tests") as gradebook:
        (person,) = participants(gradebook, exercises(course, gradebook, None))
        assert gradebook.find_student("an").max_score == 24, "nbgrader's own total counts them"
    assert (person.score, person.most) == (6.0, 8.0)
    assert len(person.hand_ins) == 3
