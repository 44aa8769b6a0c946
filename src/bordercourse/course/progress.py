"""What a participant has done, and what is still open, read from the saved files."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse.course.answers import AnswerSheet
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEMO_STUB", "progress"]

# What a released memo cell says until the participant writes; nbgrader_config.py takes it from here.
MEMO_STUB = "Write your memo here."


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
    found = sorted(
        path
        for path in [*folder.glob("*.ipynb"), *folder.glob("*/*.ipynb")]
        if path.stem == path.parent.resolve().name
    )
    if not found:
        raise InputError(str(exercises), _("holds no exercise."), _("Give the folder of your exercises."))
    rows = [row for path in found for row in _rows(path)]
    return pd.DataFrame(rows, columns=["module", "question", "points", "answered"])


def _rows(path: Path) -> list[tuple[str, str, float, bool]]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        raise InputError(
            path.name, _("cannot be read."), _("Get a fresh copy from your instructor.")
        ) from None
    answers = AnswerSheet(path.stem, path.parent).read()
    marked = {c["metadata"]["nbgrader"]["grade_id"]: c for c in cells if "nbgrader" in c.get("metadata", {})}
    return [
        (
            path.stem,
            name,
            float(cell["metadata"]["nbgrader"]["points"]),
            _answered(name, cell, marked, answers),
        )
        for name, cell in marked.items()
        if cell["metadata"]["nbgrader"].get("grade")
    ]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _answered(
    name: str, cell: dict[str, Any], marked: dict[str, dict[str, Any]], answers: dict[str, Any]
) -> bool:
    if cell["metadata"]["nbgrader"].get("solution"):  # a memo, marked by the instructor
        return _source(cell).strip() not in ("", MEMO_STUB)
    if f"{name}-answer" in marked:
        return _no_blank_left(_source(marked[f"{name}-answer"]))
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
            blank = any(isinstance(n, ast.Constant) and n.value is ... for n in ast.walk(node.value))
            last.update({t.id: blank for t in node.targets if isinstance(t, ast.Name)})
    return bool(last) and not any(last.values())
