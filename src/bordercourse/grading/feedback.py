"""A participant's feedback page: points and what to look at again, and no hidden test.

In ``nbgrader_config.py``::

    c.GenerateFeedback.exporter_class = "bordercourse.grading.feedback.FeedbackExporter"
    c.GenerateFeedback.preprocessors = ["bordercourse.grading.feedback.GetMarks"]

The page is one file. It loads nothing from any network, runs no script, and keeps its headings,
tables and texts in an order that a screen reader can follow.

nbgrader wants the page at ``feedback/<participant>/<module>/<module>.html``, and its exchange finds it
by that name alone. The file that a participant receives on a stick or by mail bears a name of its
own: `page_name`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbgrader import utils
from nbgrader.preprocessors import GetGrades
from traitlets import default

from bordercourse import __version__
from bordercourse.course import manifest
from bordercourse.errors import InputError
from bordercourse.grading.gradebook import name_of
from bordercourse.grading.intake.repair import clean_text
from bordercourse.grading.intake.source import without_hidden
from bordercourse.grading.pages.clean import POLICY, plain
from bordercourse.grading.pages.shown import Shown, ShownParts
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["FeedbackExporter", "GetMarks", "message_of", "page_name", "question_label"]

_COURSE_ERRORS = ("AnswerError", "CourseError", "InputError", "MissingAnswerError", "NotebookStopped")
_MOST_PARTS = 500  # cells of one page


class GetMarks(GetGrades):
    """nbgrader's GetGrades, which also says who handed in when, and which answers still wait."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        nb, resources = super().preprocess(nb, resources)
        marks = resources["nbgrader"]
        with self.gradebook:
            submission = self.gradebook.find_submission(marks["assignment"], marks["student"])
            marks["name"] = name_of(submission.student)
            marks["handed_in"] = submission.timestamp
        return nb, resources

    def _get_comment(self, cell: Any, resources: Any) -> None:
        """Take the instructor's own words; nbgrader's "No response." says what the points say."""
        comment = self.gradebook.find_comment(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["comment"] = comment.manual_comment or ""

    def _get_score(self, cell: Any, resources: Any) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        waiting = bool(grade.needs_manual_grade) and grade.manual_score is None
        cell.metadata.nbgrader["waiting"] = waiting


class FeedbackExporter(Exporter):
    """Writes the page from a marked notebook."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        shown = ShownParts(Path(resources.get("metadata", {}).get("path", "") or "."))
        parts = [part for cell in nb.cells[:_MOST_PARTS] if (part := _part(cell, shown))]
        questions, rest = _questions(parts)
        marks = resources.get("nbgrader", {})
        module = str(marks.get("assignment") or marks.get("notebook") or "")
        page = (
            _environment()
            .get_template("feedback.html.j2")
            .render(
                policy=POLICY,
                module=module,
                title=_title(module),
                name=plain(marks.get("name") or marks.get("student") or ""),
                handed_in=_moment(marks.get("handed_in")),
                today=f"{datetime.now(UTC):%Y-%m-%d}",
                version=__version__,
                score=marks.get("score", 0.0),
                most=marks.get("max_score", 0.0),
                penalty=marks.get("late_penalty", 0.0),
                questions=questions,
                rest=rest,
            )
        )
        return page, resources


def page_name(module: str, participant: str, day: datetime) -> str:
    """Return the file name of one participant's feedback: no two are alike.

    Examples
    --------
    >>> page_name("01-civil-registration", "nguyen-an", datetime(2026, 11, 28))
    'feedback-01-civil-registration-nguyen-an-2026-11-28.html'
    """
    person = re.sub(r"[^\w.-]+", "_", participant).strip(".") or "_"
    return f"feedback-{module}-{person}-{day:%Y-%m-%d}.html"


def question_label(name: str) -> str:
    """Return what a participant calls a question: its part and number.

    Examples
    --------
    >>> question_label("b1-two-lists"), question_label("d-memo"), question_label("share")
    ('B1', 'D', 'share')
    """
    found = re.fullmatch(r"([a-z]\d{0,2})-.+", name)
    return found[1].upper() if found else name


def _title(module: str) -> str:
    try:
        return manifest.module(module).title
    except InputError:
        return module


def _moment(time: Any) -> str:
    return f"{time:%Y-%m-%d, %H:%M} UTC" if isinstance(time, datetime) else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bordercourse.grading", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, ngettext=ngettext)
    environment.filters["points"] = lambda value: f"{float(value or 0):.2f}".rstrip("0").rstrip(".")
    return environment


# -- from cells to questions -----------------------------------------------------------------------


@dataclass
class _Part:
    """What the template needs to know of one cell."""

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
        return self.graded and not self.answer


@dataclass
class _Question:
    """One question: what was asked, what was answered, what it earned."""

    label: str
    parts: list[_Part]

    @property
    def marked(self) -> _Part:
        return self.parts[-1]

    @property
    def state(self) -> str:
        if self.marked.waiting:
            return "waiting"
        if self.marked.score >= self.marked.points:
            return "full"
        return "some" if self.marked.score > 0 else "none"

    @property
    def comments(self) -> list[Markup]:
        return [part.comment for part in self.parts if part.comment]


def _questions(parts: Sequence[_Part]) -> tuple[list[_Question], list[_Part]]:
    """Gather the cells of each question: those since the last heading that lead to its graded cell."""
    questions: list[_Question] = []
    rest: list[_Part] = []
    since: list[_Part] = []
    for part in parts:
        if part.heading and not part.graded:
            rest += [*since, part]
            since = []
            continue
        since.append(part)
        if part.graded:
            questions.append(_Question(plain(question_label(part.name)), since))
            since = []
    return questions, rest + since


def _part(cell: Any, shown: ShownParts) -> _Part | None:
    meta = cell.metadata.get("nbgrader", {})
    source = without_hidden(cell.source)
    part = _Part(
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
        part.text = shown.markdown(source, cell.get("attachments", {}))
    elif cell.cell_type == "code":
        part.source = shown.text(source)
        _put_outputs(part, cell, shown)
    if part.graded or part.text or part.source or part.outputs:
        return part
    return None


def _put_outputs(part: _Part, cell: Any, shown: ShownParts) -> None:
    for output in cell.outputs:
        kind = output.output_type
        if part.test and kind == "error":
            part.messages.append(message_of(output, cell.source))
        elif part.test and kind == "stream":
            # What the test prints is written for the participant; a warning on the other stream is not.
            part.messages += shown.text(output.text).splitlines() if output.name == "stdout" else []
        elif part.test and kind == "execute_result":
            continue  # the score, which stands in the heading
        elif one := shown.output(output):
            part.outputs.append(one)


# -- words for the participant ---------------------------------------------------------------------


def message_of(output: Any, source: str) -> str:
    """Return what a participant may read of an error in a test cell.

    Only words that were written for them: a message of the course, or a text that stands in the
    test itself. Anything else (a traceback, two tables that differ) could hold the key.
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
