"""nbgrader's gradebook as one run uses it: one transaction a submission, and nothing asked for twice.

nbgrader asks the database for each cell of each notebook, several times, with joins over half of its
tables; that was a third of what the grader itself did. What cannot change during a run is kept here, and
the marks of one notebook are fetched in one question.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, Gradebook

__all__ = ["RunGradebook"]

_OF_SOURCE = ("name", "cell_type", "locked", "checksum", "source")


class RunGradebook(Gradebook):
    """The gradebook of a whole run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cells: dict[tuple[str, ...], SimpleNamespace] = {}
        self._marks: dict[tuple[type, str], Any] = {}
        self._whose: tuple[str, str, str] | None = None

    def refresh(self) -> None:
        """Write what is pending, and read anew what is asked for next: sums are made in the database."""
        self.db.flush()
        self.db.expire_all()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold every commit back until the end of the block; undo all of it if the block fails."""
        session = self.db()
        self.db.commit = session.flush
        try:
            yield
        except BaseException:
            session.rollback()
            raise
        else:
            session.commit()
        finally:
            del self.db.commit
            self.db.expire_all()

    # -- what the instructor's notebooks say ----------------------------------------------------------

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Return a copy of what the source says of a cell; no run changes it.

        Parameters
        ----------
        name, notebook, assignment : str
            As for nbgrader's own.
        """
        return self._kept(super().find_source_cell, _OF_SOURCE, name, notebook, assignment)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Return a copy of what the source says of a question's points.

        Parameters
        ----------
        name, notebook, assignment : str
            As for nbgrader's own.
        """
        return self._kept(super().find_graded_cell, ("max_score",), name, notebook, assignment)

    def _kept(self, find: Any, fields: tuple[str, ...], *place: str) -> SimpleNamespace:
        key = (*fields, *place)
        if key not in self._cells:
            found = find(*place)
            self._cells[key] = SimpleNamespace(**{field: getattr(found, field) for field in fields})
        return self._cells[key]

    # -- the marks of one notebook --------------------------------------------------------------------

    @contextmanager
    def marks_of(self, notebook: str, assignment: str, student: str) -> Iterator[None]:
        """Have the marks and comments of one notebook at hand; what changes in them is written together.

        Parameters
        ----------
        notebook, assignment, student : str
            Whose; inside `transaction`.
        """
        book = self.find_submission_notebook(notebook, assignment, student)
        for kind in (Grade, Comment):
            rows = self.db.query(kind, BaseCell.name).join(BaseCell, BaseCell.id == kind.cell_id)
            for mark, name in rows.filter(kind.notebook_id == book.id):
                self._marks[kind, name] = mark
        self._whose = (notebook, assignment, student)
        commit = self.db.commit
        self.db.commit = _nothing
        try:
            yield
        finally:
            self.db.commit = commit
            self._marks.clear()
            self._whose = None

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """Return the grade of a question, the one at hand where there is one.

        Parameters
        ----------
        grade_cell, notebook, assignment, student : str
            As for nbgrader's own.
        """
        if self._whose == (notebook, assignment, student) and (Grade, grade_cell) in self._marks:
            return self._marks[Grade, grade_cell]
        return super().find_grade(grade_cell, notebook, assignment, student)

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """Return the comment on an answer, the one at hand where there is one.

        Parameters
        ----------
        solution_cell, notebook, assignment, student : str
            As for nbgrader's own.
        """
        if self._whose == (notebook, assignment, student) and (Comment, solution_cell) in self._marks:
            return self._marks[Comment, solution_cell]
        return super().find_comment(solution_cell, notebook, assignment, student)


def _nothing() -> None:
    """In the place of a commit, where all is written together at the end."""
