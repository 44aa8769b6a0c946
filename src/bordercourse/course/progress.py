"""What a participant has done, and what is still open, read from the saved files."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse.course.answers import sheets_beside, stored_answers
from bordercourse.course.characters import is_blank
from bordercourse.course.notebooks import MEMO_STUB, grade_id, read_notebook
from bordercourse.errors import InputError
from bordercourse.files import DamagedError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEMO_STUB", "progress", "questions"]

Cell = Mapping[str, Any]  # as `bordercourse.course.notebooks.read_notebook` gives it


def progress(exercises: str | os.PathLike[str] = ".") -> pd.DataFrame:
    """Return one row a question: module, question, points and whether it is answered.

    Parameters
    ----------
    exercises : path
        A folder that holds an exercise notebook, or a folder of such folders.

    Returns
    -------
    pandas.DataFrame
        Columns ``module``, ``question``, ``points``, ``answered`` (bool). "Answered" means that
        something is there, not that it is right. Save the notebook first: the saved file is read.

    Raises
    ------
    InputError
        If no exercise is found there.
    """
    import pandas as pd

    folder = Path(exercises)
    notebooks = sorted(
        path
        for path in [*folder.glob("*.ipynb"), *folder.glob("*/*.ipynb")]
        if path.stem == path.parent.resolve().name
    )
    if not notebooks:
        raise InputError(str(exercises), _("holds no exercise."), _("Give the folder of your exercises."))
    rows = [row for path in notebooks for row in _rows(path)]
    return pd.DataFrame(rows, columns=["module", "question", "points", "answered"])


def _rows(path: Path) -> list[tuple[str, str, float, bool]]:
    try:
        cells = read_notebook(path.read_bytes())
        answers = stored_answers(sheets_beside(path), path.stem).answers
    except (DamagedError, OSError) as error:
        why = error if isinstance(error, DamagedError) else error.strerror
        raise InputError(
            path.name,
            _("it cannot be read: {why}.").format(why=why),
            _("Get a fresh copy from your instructor."),
        ) from None
    return [(path.stem, *question) for question in questions(cells, answers)]


def questions(cells: Iterable[Cell], answers: Mapping[str, Any]) -> list[tuple[str, float, bool]]:
    """Return each graded question of a notebook: its name, its points, and whether it is answered.

    Parameters
    ----------
    cells : iterable of dict
        From `bordercourse.course.notebooks.read_notebook`.
    answers : mapping
        What was clicked, by question.
    """
    marked = {grade_id(cell): cell for cell in cells if grade_id(cell)}
    return [
        (name, _points(cell), _answered(name, cell, marked, answers))
        for name, cell in marked.items()
        if cell["metadata"]["nbgrader"].get("grade")
    ]


def _points(cell: Cell) -> float:
    points = cell["metadata"]["nbgrader"].get("points")
    return float(points) if isinstance(points, (int, float)) else 0.0


def _answered(name: str, cell: Cell, marked: Mapping[str, Cell], answers: Mapping[str, Any]) -> bool:
    if cell["metadata"]["nbgrader"].get("solution"):  # a memo, marked by the instructor
        return cell["source"].strip() not in ("", MEMO_STUB)
    if f"{name}-answer" in marked:
        return _no_blank_left(marked[f"{name}-answer"]["source"])
    return bool(answers.get(name))


def _no_blank_left(source: str) -> bool:
    """Tell whether every name that the cell binds ends up with something other than ``...``."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False  # begun, but it does not run yet
    last: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            blank = any(isinstance(n, ast.Constant) and _is_open(n.value) for n in ast.walk(node.value))
            last.update({t.id: blank for t in node.targets if isinstance(t, ast.Name)})
    return bool(last) and not any(last.values())


def _is_open(value: object) -> bool:
    """Tell whether the three dots are left, bare or between quotation marks."""
    return value is ... or (isinstance(value, str) and is_blank(value))
