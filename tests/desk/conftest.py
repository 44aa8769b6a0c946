"""A tiny course of one exercise, so that the desk's tests do not depend on the real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

MODULE = "01-tiny"
SOLUTION = "answer = 40 + 2  # the solution that nobody may see"
HIDDEN = "assert answer == 42, 'the hidden test that nobody may see'"


def cell(grade_id: str, source: str, **flags: Any) -> Any:
    marks = {"schema_version": 3, "grade": False, "solution": False, "locked": True, "task": False, **flags}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, **marks}})


def write_source(
    course: Path, solution: str = SOLUTION, module: str = MODULE, stub: str = "answer = ..."
) -> Path:
    """Write one exercise with a solution and a hidden test under `course`/source."""
    notebook = nbformat.v4.new_notebook(
        cells=[
            cell(
                "b1-sum-answer",
                f"{stub}\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION",
                solution=True,
                locked=False,
            ),
            cell(
                "b1-sum",
                f"print('checked')\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS",
                grade=True,
                points=2,
            ),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        },
    )
    path = course / "source" / module / f"{module}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    settings = [
        "c = get_config()",
        'c.CourseDirectory.course_id = "tiny"',
        'c.ClearSolutions.code_stub = {"python": ""}',
    ]
    (course / "nbgrader_config.py").write_text("\n".join(settings) + "\n", encoding="utf-8")
    return course / "source"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return write_source(tmp_path / "checkout" / "exercises")
