"""From the cells of a marked notebook to questions: what was asked, what was answered, what it earned."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markupsafe import Markup
from nbgrader import utils

from bordercourse.course.notebooks import MEMO_STUB, clean_text
from bordercourse.grading.intake.source import without_hidden
from bordercourse.grading.limits import MOST_ADDED_CELLS
from bordercourse.grading.pages.clean import plain
from bordercourse.grading.pages.shown import Shown, ShownParts
from bordercourse.i18n import gettext as _

__all__ = ["Part", "Question", "message_of", "question_label", "questions_of"]

_COURSE_ERRORS = (
    "AnswerError",
    "CourseError",
    "InputError",
    "MissingAnswerError",
    "NotebookStopped",
    "UnansweredError",
)


@dataclass
class Part:
    """What a page needs to know of one cell."""

    name: str
    graded: bool
    answer: bool
    heading: bool = False
    score: float = 0.0
    points: float = 0.0
    waiting: bool = False
    comment: Markup = field(default_factory=Markup)
    source: str = ""
    text: Markup = field(default_factory=Markup)
    messages: list[str] = field(default_factory=list)
    outputs: list[Shown] = field(default_factory=list)

    @property
    def test(self) -> bool:
        """Whether it is a test cell, which the instructor wrote."""
        return self.graded and not self.answer


@dataclass
class Question:
    """One question: the cells that lead to the graded one, which stands last."""

    label: str
    parts: list[Part]

    @property
    def marked(self) -> Part:
        """The graded cell."""
        return self.parts[-1]

    @property
    def state(self) -> str:
        """``waiting``, ``full``, ``some`` or ``none``: what became of the points."""
        if self.marked.waiting:
            return "waiting"
        if self.marked.score >= self.marked.points:
            return "full"
        return "some" if self.marked.score > 0 else "none"

    @property
    def comments(self) -> list[Markup]:
        """The instructor's own words."""
        return [part.comment for part in self.parts if part.comment]


def questions_of(
    notebook: Any, shown: ShownParts, *, for_instructor: bool = False
) -> tuple[list[Question], list[Part]]:
    """Return the questions of a marked notebook, and the cells that belong to none.

    Parameters
    ----------
    notebook : NotebookNode
        Its graded cells carry ``score``, ``points``, ``waiting`` and ``comment`` beside nbgrader's marks.
    shown : ShownParts
        What the page may still show.
    for_instructor : bool
        Show what a test printed as it is; a participant reads only words that were written for them.
    """
    cells = list(enumerate(notebook.cells))
    # The questions first: cells that a participant added may not take the room that a memo needs.
    asked = [(n, cell) for n, cell in cells if "grade_id" in cell.metadata.get("nbgrader", {})]
    added = [(n, cell) for n, cell in cells if "grade_id" not in cell.metadata.get("nbgrader", {})]
    by_place = {n: _part(cell, shown, for_instructor) for n, cell in [*asked, *added[:MOST_ADDED_CELLS]]}
    parts = [part for _n, part in sorted(by_place.items()) if part is not None]
    return _gathered(parts)


def question_label(name: str) -> str:
    """Return what a participant calls a question: its part and number.

    Examples
    --------
    >>> question_label("b1-two-lists"), question_label("d-memo"), question_label("share")
    ('B1', 'D', 'share')
    """
    short = re.fullmatch(r"([a-z]\d{0,2})-.+", name)
    return short[1].upper() if short else name


def _gathered(parts: Sequence[Part]) -> tuple[list[Question], list[Part]]:
    """Gather the cells of each question: those since the last heading that lead to its graded cell."""
    questions: list[Question] = []
    rest: list[Part] = []
    since: list[Part] = []
    for part in parts:
        if part.heading and not part.graded:
            rest += [*since, part]
            since = []
            continue
        if part.graded and part.answer and not since and rest and rest[-1].heading:
            since = [rest.pop()]  # a memo's task stands under the heading itself
        since.append(part)
        if part.graded:
            questions.append(Question(plain(question_label(part.name)), since))
            since = []
    return questions, rest + since


def _part(cell: Any, shown: ShownParts, for_instructor: bool) -> Part | None:
    meta = cell.metadata.get("nbgrader", {})
    source = without_hidden(cell.source)
    part = Part(
        name=str(meta.get("grade_id", "")),
        graded=utils.is_grade(cell) or utils.is_task(cell),
        answer=utils.is_solution(cell),
        score=float(meta.get("score") or 0),
        points=float(meta.get("points") or 0),
        waiting=bool(meta.get("waiting")),
    )
    if meta.get("comment"):
        part.comment = shown.markdown(meta["comment"])
    if cell.cell_type == "markdown":
        part.heading = bool(re.match(r"\s*#{1,6}\s", source)) and not part.answer
        if part.answer and source.strip() == MEMO_STUB:
            source = _(MEMO_STUB)  # as it stood on the participant's page
        part.text = shown.markdown(source, cell.get("attachments", {}))
    elif cell.cell_type == "code":
        part.source = shown.text(source)
        _put_outputs(part, cell, shown, for_instructor)
    if part.graded or part.text or part.source or part.outputs:
        return part
    return None


def _put_outputs(part: Part, cell: Any, shown: ShownParts, for_instructor: bool) -> None:
    for output in cell.outputs:
        kind = output.output_type
        if part.test and kind == "execute_result":
            continue  # the score, which stands in the heading
        if part.test and kind == "error" and not for_instructor:
            part.messages.append(message_of(output, cell.source))
        elif part.test and kind == "stream" and output.name == "stdout":
            part.messages += shown.text(output.text).splitlines()
        elif part.test and kind == "stream" and not for_instructor:
            continue  # a warning on the other stream was not written for the participant
        elif one := shown.output(output):
            part.outputs.append(one)


def message_of(output: Any, source: str) -> str:
    """Return what a participant may read of an error in a test cell.

    Only words that were written for them: a message of the course, or a text that stands in the
    test itself. Anything else (a traceback, two tables that differ) could hold the key.

    Parameters
    ----------
    output : NotebookNode
        An output of kind ``error``.
    source : str
        The test cell.
    """
    kind, words = str(output.get("ename", "")), clean_text(output.get("evalue", "")).strip()
    if kind in _COURSE_ERRORS and words:
        return words
    if words and words in _texts(source):
        return words
    if kind == "CellTimeoutError":
        return _("This took too long and was stopped.")
    name = re.fullmatch(r"name '(\w+)' is not defined", words)
    if name and re.search(rf"\b{name[1]}\b", without_hidden(source)):
        return _("{name} does not exist. Did the cell that makes it run without an error?").format(
            name=name[1]
        )
    return _("The test stopped before its end ({kind}). Look at your answer again.").format(kind=kind[:60])


@cache
def _texts(source: str) -> frozenset[str]:
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    # The message of an assertion or of an error that the test raises; not the key it compares with.
    texts = set()
    for node in nodes:
        spoken = getattr(node, "msg" if isinstance(node, ast.Assert) else "exc", None)
        for inside in ast.walk(spoken) if spoken is not None else ():
            if isinstance(inside, ast.Constant) and isinstance(inside.value, str):
                texts.add(inside.value.strip())
    return frozenset(texts)
