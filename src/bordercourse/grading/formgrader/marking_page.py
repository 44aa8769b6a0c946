"""The page on which an instructor marks one hand-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat
from markupsafe import Markup
from nbgrader.api import Gradebook, MissingEntry

from bordercourse.grading.pages.clean import plain
from bordercourse.grading.pages.questions import Part, Question, questions_of
from bordercourse.grading.pages.shown import ShownParts
from bordercourse.grading.record.course import Course
from bordercourse.grading.record.gradebook import name_of

__all__ = ["MarkedQuestion", "MarkingPage", "Neighbours", "marking_page", "neighbours"]


@dataclass(frozen=True)
class MarkedQuestion:
    """One question with what the instructor may change.

    Parameters
    ----------
    question : Question
        What was asked and answered.
    grade : str
        The gradebook's identifier of the mark.
    given, automatic : float or None
        Points that the instructor gave; points that the test gave.
    comment, words : str
        The gradebook's identifier of the comment, empty where there can be none; what it says.
    scheme : Markup
        The model answer and the mark scheme.
    """

    question: Question
    grade: str
    given: float | None
    automatic: float | None
    comment: str
    words: str
    scheme: Markup


@dataclass(frozen=True)
class MarkingPage:
    """What stands on the page.

    Parameters
    ----------
    page, module, notebook, participant, name : str
        Which hand-in.
    flagged : bool
        Whether it bears a flag.
    questions : sequence of MarkedQuestion
        All questions.
    rest : sequence of Part
        Cells that belong to no question.
    path : str
        The marked notebook, as seen from the course's folder.
    """

    page: str
    module: str
    notebook: str
    participant: str
    name: str
    flagged: bool
    questions: Sequence[MarkedQuestion]
    rest: Sequence[Part]
    path: str

    @property
    def score(self) -> float:
        """Points so far."""
        return sum(one.question.marked.score for one in self.questions)

    @property
    def most(self) -> float:
        """Points that can be had."""
        return sum(one.question.marked.points for one in self.questions)


@dataclass(frozen=True)
class Neighbours:
    """Where to go from one marking page.

    Parameters
    ----------
    place, count : int
        Which of how many hand-ins of the exercise this is, from 1.
    before, after : str
        The page before and the page after; empty at the ends.
    to_mark : str
        The next page on which a memo waits, round the end; empty where there is none.
    waiting : int
        How many memos wait on other pages.
    """

    place: int
    count: int
    before: str
    after: str
    to_mark: str
    waiting: int


def marking_page(course: Course, gradebook: Gradebook, page: str) -> MarkingPage:
    """Return the page of one hand-in's notebook.

    Parameters
    ----------
    course : Course
        From `open_course`.
    gradebook : nbgrader.api.Gradebook
        Its gradebook, open.
    page : str
        The gradebook's identifier of the notebook that was handed in.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook knows no such page.
    FileNotFoundError
        If the marked notebook is gone.
    """
    book = gradebook.find_submission_notebook_by_id(page)
    module, participant = book.assignment.name, book.student.id
    folder = course.folder(course.coursedir.autograded_directory, participant, module)
    path = folder / f"{book.name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    grades = {grade.name: grade for grade in book.grades}
    comments = {comment.name: comment for comment in book.comments}
    _put_marks(notebook, grades)
    shown = ShownParts(folder)
    questions, rest = questions_of(notebook, shown, for_instructor=True)
    return MarkingPage(
        page=page,
        module=module,
        notebook=book.name,
        participant=participant,
        name=plain(name_of(book.student)),
        flagged=bool(book.flagged),
        questions=[
            _marked(
                question, grades[question.marked.name], comments, _scheme(gradebook, book, question, shown)
            )
            for question in questions
            if question.marked.name in grades
        ],
        rest=rest,
        path=path.relative_to(course.root).as_posix(),
    )


def _put_marks(notebook: Any, grades: Mapping[str, Any]) -> None:
    """Write the gradebook's points into the cells, where `questions_of` looks for them."""
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        grade = grades.get(meta.get("grade_id"))
        if grade is not None:
            meta |= {
                "score": grade.score,
                "points": grade.max_score,
                "waiting": bool(grade.needs_manual_grade) and grade.manual_score is None,
            }


def _marked(question: Question, grade: Any, comments: Mapping[str, Any], scheme: Markup) -> MarkedQuestion:
    named = [comments[part.name] for part in question.parts if part.name in comments]
    comment = named[-1] if named else None
    return MarkedQuestion(
        question,
        grade.id,
        grade.manual_score,
        grade.auto_score,
        comment.id if comment is not None else "",
        (comment.manual_comment or "") if comment is not None else "",
        scheme,
    )


def _scheme(gradebook: Gradebook, book: Any, question: Question, shown: ShownParts) -> Markup:
    """The instructor's own text of a cell that a participant overwrote: the model and the mark scheme."""
    if not question.marked.answer:
        return Markup()
    try:
        source = gradebook.find_source_cell(question.marked.name, book.name, book.assignment.name).source
    except MissingEntry:
        return Markup()
    return shown.markdown(source or "")


def neighbours(pages: Sequence[tuple[str, bool]], page: str) -> Neighbours:
    """Return where to go from `page`.

    Parameters
    ----------
    pages : sequence of (str, bool)
        The pages of an exercise in order, and whether a memo waits on each.
    page : str
        The page that is open.

    Examples
    --------
    >>> neighbours([("a", True), ("b", False), ("c", True)], "c")
    Neighbours(place=3, count=3, before='b', after='', to_mark='a', waiting=1)
    """
    names = [name for name, _waits in pages]
    here = names.index(page)
    others = [name for name, waits in (*pages[here + 1 :], *pages[:here]) if waits]
    return Neighbours(
        place=here + 1,
        count=len(names),
        before=names[here - 1] if here else "",
        after=names[here + 1] if here + 1 < len(names) else "",
        to_mark=others[0] if others else "",
        waiting=len(others),
    )
