"""A small nbgrader course to grade in tests: exercises, hand-ins, and what the gradebook says."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "tests"
c.ClearSolutions.code_stub = {"python": ""}
c.ClearSolutions.text_stub = "Write your memo here."
c.GenerateFeedback.exporter_class = "bordercourse.grading.record.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "bordercourse.grading.record.feedback.GetMarks",
]
"""

SECRET = "the-key-nobody-may-see"


def cell(kind: str, name: str, source: str, *, points: float | None = None, **marks: bool) -> Any:
    """A marked cell."""
    made = (new_markdown_cell if kind == "markdown" else new_code_cell)(source, id=name)
    made.metadata["nbgrader"] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": marks.get("locked", False),
        "solution": marks.get("solution", False),
        "schema_version": 3,
        "task": False,
        **({} if points is None else {"points": points}),
    }
    return made


def notebook(cells: list[Any]) -> Any:
    made = new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return made


def question(name: str, stub: str, solution: str, visible: str, hidden: str, points: float) -> list[Any]:
    answer = f"{stub}\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    tests = f"{visible}\n### BEGIN HIDDEN TESTS\n# {SECRET}\n{hidden}\n### END HIDDEN TESTS"
    return [
        cell("code", f"{name}-answer", answer, solution=True),
        cell("code", name, tests, points=points, locked=True),
    ]


def tiny() -> Any:
    """An exercise that imports next to nothing: three answers and a memo."""
    return notebook(
        [
            cell("code", "setup", "births = [30, 50]\nexpected = 100", locked=True),
            *question(
                "b1-share",
                "share = ...",
                "share = sum(births) / expected * 100",
                "assert share is not ..., 'share is still empty'",
                "import warnings\nif isinstance(share, int): warnings.warn('a whole number')\n"
                "key = sum(births) / expected * 100\n"
                "print('not percent') if abs(share - key / 100) < 0.01 else None\n"
                "3.0 if abs(share - key) < 0.1 else (1.5 if abs(share - key / 100) < 0.01 else 0.0)",
                3,
            ),
            *question(
                "b2-names",
                "names = ...",
                "names = ['A', 'B']",
                "assert isinstance(names, list), 'names must be a list'",
                "float(2 * (names == ['A', 'B']))",
                2,
            ),
            *question(
                "b3-table",
                "counts = ...",
                "counts = {1: 'one', 2: 'two'}",
                "assert len(counts) == 2, 'two entries, please'",
                "assert counts[1] == 'one' and counts[2] == 'two'",
                1,
            ),
            cell(
                "markdown",
                "d-memo",
                "=== BEGIN MARK SCHEME ===\nA rule.\n=== END MARK SCHEME ===",
                points=2,
                solution=True,
            ),
        ]
    )


def small() -> Any:
    """An exercise of the course's own shape: a clicked answer, a number and a table."""
    return notebook(
        [
            cell(
                "code",
                "setup",
                "import pandas as pd\nfrom bordercourse.course import Exercise, Slip\n"
                "exercise = Exercise('small')\n"
                "district = pd.DataFrame({'area': ['urban', 'rural'], 'births': [30, 50]})",
                locked=True,
            ),
            cell(
                "code",
                "a1-word-show",
                "exercise.choice('a1-word', 'Which?', {'a': 'One', 'b': 'Two'})",
                locked=True,
            ),
            cell(
                "code",
                "a1-word",
                "exercise.check_choice('a1-word')\n### BEGIN HIDDEN TESTS\n"
                "exercise.mark_choice('a1-word', key='b', hints={'a': 'One is not two.'})\n"
                "### END HIDDEN TESTS",
                points=2,
                locked=True,
            ),
            *question(
                "b1-total",
                "total = ...",
                "total = district['births'].sum()",
                "exercise.check_number('b1-total', total, name='total', low=0, high=1000)",
                "exercise.mark_number('b1-total', total, key=80, tolerance=0.1, "
                "slips=[Slip(50, 0.5, 'You left the towns out.')])",
                3,
            ),
            *question(
                "b2-rural",
                "rural = ...",
                "rural = district[district['area'] == 'rural']",
                "exercise.check_table('b2-rural', rural, name='rural', columns=['births'])",
                "exercise.mark('b2-rural', float(rural['births'].sum() == 50), 'The sum is looked at.')",
                2,
            ),
            cell("markdown", "d-memo", "Write your memo here.", points=2, solution=True),
        ]
    )


class Classroom:
    """A course folder; `hand_in` what participants made, then look at the gradebook."""

    def __init__(self, root: Path, exercises: Mapping[str, Callable[[], Any]], config: str = CONFIG) -> None:
        from nbgrader.apps import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory

        from bordercourse.grading.record.gradebook import mend_gradebook
        from bordercourse.grading.record.release import course_config

        self.root, self.url = root, f"sqlite:///{root / 'gradebook.db'}"
        root.mkdir(parents=True, exist_ok=True)
        (root / "nbgrader_config.py").write_text(config)
        for name, make in exercises.items():
            (root / "source" / name).mkdir(parents=True)
            nbformat.write(make(), root / "source" / name / f"{name}.ipynb")
        settings = course_config(root)
        settings.CourseDirectory.root = str(root)
        mend_gradebook(root / "gradebook.db")
        self.api = NbGraderAPI(CourseDirectory(config=settings), config=settings)
        for name in exercises:
            made = self.api.generate_assignment(name)
            assert made["success"], made

    def released(self, exercise: str) -> Any:
        return nbformat.read(self.root / "release" / exercise / f"{exercise}.ipynb", as_version=4)

    def answer(self, exercise: str, answers: Mapping[str, str]) -> Any:
        """The released notebook with code (or a memo) put into its cells."""
        made = copy.deepcopy(self.released(exercise))
        for one in made.cells:
            name = one.metadata.get("nbgrader", {}).get("grade_id", "")
            if name in answers:
                one.source = answers[name]
        return made

    def model(self, exercise: str) -> Any:
        """The instructor's own answers."""
        source = nbformat.read(self.root / "source" / exercise / f"{exercise}.ipynb", as_version=4)
        answers = {
            one.metadata.nbgrader.grade_id: one.source.replace("### BEGIN SOLUTION\n", "").replace(
                "\n### END SOLUTION", ""
            )
            for one in source.cells
            if one.cell_type == "code" and one.metadata.get("nbgrader", {}).get("solution")
        }
        return self.answer(exercise, {**answers, "d-memo": "My memo."})

    def hand_in(self, who: str, exercise: str, made: Any, *, sheet: Any = None) -> Path:
        folder = self.root / "submitted" / who / exercise
        folder.mkdir(parents=True)
        nbformat.write(made, folder / f"{exercise}.ipynb")
        if sheet is not None:
            said = {"format": 1, "module": exercise, "answers": sheet}
            (folder / "answers.json").write_text(json.dumps(said))
        return folder

    def grade(self, *exercises: str, **settings: Any) -> dict[str, Any]:
        from bordercourse.grading.run import grade, open_course

        return {one.participant: one for one in grade(open_course(self.root), exercises, **settings)}

    def stock(self, *exercises: str, **settings: Any) -> dict[str, Any]:
        from bordercourse.grading.run import open_course, stock

        return {one.participant: one for one in stock(open_course(self.root), exercises, **settings)}

    def scores(self, exercise: str) -> dict[str, dict[str, Any]]:
        """What the gradebook holds: automatic score, manual score and comments of each question."""
        from nbgrader.api import Gradebook

        with Gradebook(self.url, "tests") as gradebook:
            return {
                submission.student.id: {
                    grade.name: grade.auto_score for book in submission.notebooks for grade in book.grades
                }
                for submission in gradebook.assignment_submissions(exercise)
            }

    def everything(self) -> list[tuple[Any, ...]]:
        """All that the gradebook holds about submissions, in an order of its own."""
        from nbgrader.api import Gradebook

        rows: list[tuple[Any, ...]] = []
        with Gradebook(self.url, "tests") as gradebook:
            for assignment in gradebook.assignments:
                for one in gradebook.assignment_submissions(assignment.name):
                    rows.append((assignment.name, one.student.id, str(one.timestamp), one.score))
                    for book in one.notebooks:
                        rows += [
                            (
                                one.student.id,
                                g.name,
                                g.auto_score,
                                g.manual_score,
                                g.extra_credit,
                                g.needs_manual_grade,
                            )
                            for g in book.grades
                        ]
                        rows += [
                            (one.student.id, c.name, c.auto_comment, c.manual_comment) for c in book.comments
                        ]
        return sorted(rows, key=repr)

    def said(self, who: str, exercise: str) -> dict[str, str]:
        """What the marked notebook says under each marked cell."""
        path = self.root / "autograded" / who / exercise / f"{exercise}.ipynb"
        made = nbformat.read(path, as_version=4)
        return {
            one.metadata.nbgrader.grade_id: "".join(
                output.get("text", "") + "\n".join(output.get("traceback", [])) for output in one.outputs
            )
            for one in made.cells
            if one.cell_type == "code" and "grade_id" in one.metadata.get("nbgrader", {})
        }

    def copy(self, root: Path) -> Classroom:
        """The same course in another folder."""
        shutil.copytree(self.root, root, symlinks=True)
        made = object.__new__(Classroom)
        made.root, made.url, made.api = root, f"sqlite:///{root / 'gradebook.db'}", None
        return made
