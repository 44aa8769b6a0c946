"""A participant's feedback page: points and what to look at again, and no hidden test.

In ``nbgrader_config.py``::

    c.GenerateFeedback.exporter_class = "bordercourse.grading.record.feedback.FeedbackExporter"
    c.GenerateFeedback.preprocessors = ["bordercourse.grading.record.feedback.GetMarks"]

The page is one file. It loads nothing from any network, runs no script, and keeps its headings,
tables and texts in an order that a screen reader can follow.

nbgrader wants the page at ``feedback/<participant>/<module>/<module>.html``, and its exchange finds it
by that name alone. The file that a participant receives on a stick or by mail bears a name of its
own: `page_name`. `feedback_pages` makes pages of what is graded, without nbgrader's converter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import GetGrades
from traitlets import default

from bordercourse import __version__, look
from bordercourse.course import manifest
from bordercourse.errors import InputError
from bordercourse.grading.hand_in_language import noted_language
from bordercourse.grading.pages.clean import POLICY, plain
from bordercourse.grading.pages.questions import questions_of
from bordercourse.grading.pages.shown import ShownParts
from bordercourse.grading.record.course import Course
from bordercourse.grading.record.gradebook import name_of
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language, ngettext, speaking
from bordercourse.translate.offered import draft_note, page_texts

__all__ = ["FeedbackExporter", "FeedbackPage", "GetMarks", "feedback_pages", "page_name"]


class GetMarks(GetGrades):
    """nbgrader's GetGrades, which also says who handed in when, and which answers still wait."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Add the marks of one notebook to its cells."""
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
        """Return the page, and what nbconvert passes along."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        with speaking(noted_language(nb)):
            return self._page(nb, resources), resources

    def _page(self, nb: Any, resources: Any) -> str:
        shown = ShownParts(Path(resources.get("metadata", {}).get("path", "") or "."))
        questions, rest = questions_of(nb, shown)
        marks = resources.get("nbgrader", {})
        module = str(marks.get("assignment") or marks.get("notebook") or "")
        spoken = language()
        return str(
            _environment()
            .get_template("feedback.html.j2")
            .render(
                language=spoken or "en",
                draft=draft_note(spoken, page_texts(spoken, module)),
                policy=POLICY,
                sheet=Markup(look.stylesheet()),  # nobody's words but ours
                module=module,
                title=_title(module),
                name=plain(marks.get("name") or marks.get("student") or ""),
                handed_in=_moment(marks.get("handed_in")),
                today=f"{datetime.now():%Y-%m-%d}",
                version=__version__,
                score=marks.get("score", 0.0),
                most=marks.get("max_score", 0.0),
                penalty=marks.get("late_penalty", 0.0),
                questions=questions,
                rest=rest,
            )
        )


@dataclass(frozen=True)
class FeedbackPage:
    """The feedback on one marked notebook.

    Parameters
    ----------
    notebook : str
        Its name.
    html : str
        The whole page.
    waiting : bool
        Whether an answer still waits for the instructor.
    """

    notebook: str
    html: str
    waiting: bool


def feedback_pages(course: Course, module: str, participant: str) -> list[FeedbackPage]:
    """Return the feedback of one participant, a page for each marked notebook.

    Parameters
    ----------
    course : Course
        From `open_course`.
    module, participant : str
        Whose feedback; nothing is returned where nothing is graded.
    """
    folder = course.folder(course.coursedir.autograded_directory, participant, module)
    pages = []
    for path in sorted(folder.glob("*.ipynb")):
        marks = {
            "assignment": module,
            "notebook": path.stem,
            "student": participant,
            "db_url": course.coursedir.db_url,
        }
        resources = {"nbgrader": marks, "metadata": {"path": str(folder)}}
        try:
            notebook, resources = GetMarks().preprocess(nbformat.read(path, as_version=4), resources)
        except MissingEntry:  # a notebook that is no part of the exercise
            continue
        html, _resources = FeedbackExporter().from_notebook_node(notebook, resources)
        waiting = any(cell.metadata.get("nbgrader", {}).get("waiting") for cell in notebook.cells)
        pages.append(FeedbackPage(path.stem, html, waiting))
    return pages


def page_name(module: str, participant: str, day: datetime) -> str:
    """Return the file name of one participant's feedback: no two are alike.

    It begins with the exercise: by that the home page finds it in the folder ``feedback``.

    Parameters
    ----------
    module, participant : str
        The exercise, and whose feedback it is.
    day : datetime
        When it is given.

    Examples
    --------
    >>> page_name("01-civil-registration", "nguyen-an", datetime(2026, 11, 28))
    '01-civil-registration-nguyen-an-2026-11-28-feedback.html'
    """
    person = re.sub(r"[^\w.-]+", "_", participant).strip(".") or "_"
    return f"{module}-{person}-{day:%Y-%m-%d}-feedback.html"


def _title(module: str) -> str:
    try:
        return manifest.module(module).title
    except InputError:
        return module


def _moment(time: Any) -> str:
    """A time of the gradebook, which is in UTC, as a clock on the wall shows it, with its distance to UTC."""
    if not isinstance(time, datetime):
        return ""
    local = time.replace(tzinfo=UTC).astimezone()
    offset = f"{local:%z}"
    zone = "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{local:%Y-%m-%d, %H:%M} {zone}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bordercourse.grading.record", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, ngettext=ngettext)
    environment.filters["points"] = lambda value: f"{float(value or 0):.2f}".rstrip("0").rstrip(".")
    return environment
