"""One small course, made once; every test module grades a copy of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.grading.classroom import Classroom, small, tiny


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A course with the exercises tiny and small, released, nothing handed in."""
    return Classroom(tmp_path_factory.mktemp("course") / "course", {"tiny": tiny, "small": small})


@pytest.fixture(scope="module")
def room(course: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A copy of the course for one test module."""
    return course.copy(tmp_path_factory.mktemp("room") / "course")


@pytest.fixture
def fresh(course: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Classroom]:
    """Makes copies of the course."""
    return lambda: course.copy(tmp_path_factory.mktemp("fresh") / "course")


@pytest.fixture(scope="session")
def isolate() -> bool:
    """Whether participants' code can be shut in on this machine."""
    from bordercourse.grading.kernels import isolation

    return bool(isolation.available())
