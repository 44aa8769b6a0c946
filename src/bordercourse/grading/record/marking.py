"""From a sanitised notebook to a marked one: which cells run where, and what goes into the outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbgrader import utils

from bordercourse.course.answers import FILE_NAME
from bordercourse.files import LARGEST_SHEET, read_plain
from bordercourse.grading.intake.source import Plan, without_hidden
from bordercourse.grading.judging.judge import Judge
from bordercourse.grading.sitting import ASK, NOTHING, RUN
from bordercourse.i18n import gettext as _
from bordercourse.i18n import speaking

__all__ = ["fill", "script", "shown_notebook"]


def script(notebook: Any, plan: Plan) -> list[dict[str, Any]]:
    """Return what the participant's kernel must do for each cell: run it, or be asked in its place.

    Parameters
    ----------
    notebook : NotebookNode
        As it was made ready for grading.
    plan : Plan
        How it is judged.
    """
    return [_step(cell, plan) for cell in notebook.cells]


def _step(cell: Any, plan: Plan) -> dict[str, Any]:
    if cell.cell_type != "code" or "skip-execution" in cell.metadata.get("tags", []):
        return {"do": NOTHING}
    if not plan.trusting and _is_test(cell):
        return {"do": ASK, "names": list(plan.asked.get(_name(cell), ()))}
    return {"do": RUN, "source": cell.source} if cell.source.strip() else {"do": NOTHING}


def _is_test(cell: Any) -> bool:
    return cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)


def _name(cell: Any) -> str:
    return str(cell.metadata.nbgrader["grade_id"])


def shown_notebook(notebook: Any) -> str:
    """Return the notebook without hidden tests, which the participant's code may read."""
    cells = [{**cell, "source": without_hidden(cell.source)} for cell in notebook.cells]
    return json.dumps({**notebook, "cells": cells})


def fill(
    notebook: Any,
    plan: Plan,
    result: Mapping[str, Any],
    judge: Judge | None,
    files: Path,
    language: str = "",
) -> None:
    """Put the outputs into `notebook`: the kernel's, and the judge's in the test cells.

    A question that the kernel did not live to answer says so and scores nothing; in nbgrader a
    test cell without output has full marks.

    Parameters
    ----------
    notebook : NotebookNode
        As it was made ready for grading; its outputs are put in.
    plan : Plan
        How it is judged.
    result : mapping
        From `run_cells`.
    judge : Judge or None
        Who marks the answers; nobody where the tests ran in the participant's own kernel.
    files : path
        Where the answer sheet lies.
    language : str
        The participant's language; empty for English.
    """
    with speaking(language):
        _fill(notebook, result, _verdicts(notebook, plan, result, judge, files))


def _fill(notebook: Any, result: Mapping[str, Any], verdicts: Mapping[int, list[dict[str, Any]]]) -> None:
    done: Sequence[Mapping[str, Any]] = result["cells"]
    stopped = str(result["stopped"])
    count = 0
    for n, (cell, step) in enumerate(zip(notebook.cells, done, strict=True)):
        if cell.cell_type != "code":
            continue
        outputs = list(step.get("outputs", []))
        if n in verdicts:
            outputs = verdicts[n]
        elif _is_test(cell) and "skip-execution" not in cell.metadata.get("tags", []):
            outputs = [o for o in outputs if not (o["output_type"] == "stream" and o["name"] == "stderr")]
            if stopped and (not step or n == _last(done)):
                outputs.append(_lost(stopped))
        elif stopped and n == _last(done):
            outputs.append(_lost(stopped))
        count += bool(step) or n in verdicts
        cell.outputs = [_node(output) for output in outputs]
        cell.execution_count = count if step or n in verdicts else None
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    if result["language"]:
        notebook.metadata["language_info"] = result["language"]


def _verdicts(
    notebook: Any, plan: Plan, result: Mapping[str, Any], judge: Judge | None, files: Path
) -> dict[int, list[dict[str, Any]]]:
    """Let the judge mark every test cell of one notebook."""
    if plan.trusting or judge is None:
        return {}
    places = [n for n, cell in enumerate(notebook.cells) if _is_test(cell)]
    questions = []
    for n in places:
        cell, step = notebook.cells[n], result["cells"][n]
        questions.append(
            {
                "name": _name(cell),
                "source": cell.source,
                "points": float(cell.metadata.nbgrader["points"]),
                "names": list(plan.asked.get(_name(cell), ())),
                "answers": step.get("answers", ""),
                "lost": "" if "answers" in step else result["stopped"] or "?",
            }
        )
    if not questions:
        return {}
    try:
        sheet: bytes | None = read_plain(files / FILE_NAME, LARGEST_SHEET)
    except OSError:
        sheet = None
    return dict(zip(places, judge.mark(questions, sheet), strict=True))


def _last(done: Sequence[Mapping[str, Any]]) -> int:
    """The cell in which the kernel ended."""
    return max((n for n, step in enumerate(done) if "outputs" in step), default=-1)


def _lost(stopped: str) -> dict[str, Any]:
    message = _("The notebook stopped here: {why}.").format(why=stopped)
    return {"output_type": "error", "ename": "NotebookStopped", "evalue": message, "traceback": [message]}


def _node(output: Mapping[str, Any]) -> Any:
    from nbformat.notebooknode import from_dict

    return from_dict(dict(output))
