"""nbgrader's own steps of grading, on one gradebook and one transaction for a submission.

nbgrader opens the gradebook anew in each step and commits after each question, so a run that is killed
leaves half a submission. The steps that read or write it are taken apart here: what they do to a cell
stays nbgrader's, only where they find the gradebook is ours. `tests/grading/test_contract.py` names
every part of nbgrader that this leans on.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from nbconvert.exporters import Exporter, NotebookExporter
from nbconvert.writers.files import FilesWriter
from nbgrader import preprocessors as nbgrader_steps
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde, BaseConverter
from nbgrader.nbgraderformat import MetadataValidator
from sqlalchemy.exc import SAWarning

from bordercourse.errors import InputError
from bordercourse.grading.pages.stored import CleanStored
from bordercourse.grading.record.basis import Basis, NoteBasis
from bordercourse.grading.record.run_gradebook import RunGradebook
from bordercourse.i18n import gettext as _

__all__ = ["STAGING", "StagedAutograde", "without_session_warnings"]

STAGING = ".grading"
_LOG = logging.getLogger("bordercourse.grading.nbgrader")
_LOG.setLevel(logging.CRITICAL)


@contextmanager
def without_session_warnings() -> Iterator[None]:
    """Leave out what SQLAlchemy says of the way in which nbgrader adds a submission, three times each."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)
        yield


# -- the steps ---------------------------------------------------------------------------------------


class _OnRunGradebook:
    """A step of nbgrader's that works on the gradebook of the run."""

    parent: Any

    @property
    def run_gradebook(self) -> RunGradebook:
        book: RunGradebook = self.parent.parent.gradebook
        return book

    def begin(self, resources: Any) -> dict[str, str]:
        marks: dict[str, str] = resources["nbgrader"]
        self.notebook_id, self.assignment_id = marks["notebook"], marks["assignment"]
        self.student_id, self.db_url = marks["student"], marks["db_url"]
        self.gradebook = self.run_gradebook
        return marks


class _OverwriteKernelspec(_OnRunGradebook, nbgrader_steps.OverwriteKernelspec):
    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        marks = self.begin(resources)
        kernel = self.gradebook.find_notebook(marks["notebook"], marks["assignment"]).kernelspec
        if kernel is not None and (spec := json.loads(kernel)):
            nb.metadata["kernelspec"] = spec
        return nb, resources


class _OverwriteCells(_OnRunGradebook, nbgrader_steps.OverwriteCells):
    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        self.begin(resources)
        nb, resources = super(nbgrader_steps.OverwriteCells, self).preprocess(nb, resources)
        if self.add_missing_cells:
            nb, resources = self.add_missing_grade_cells(nb, resources)
            nb, resources = self.add_missing_task_cells(nb, resources)
        return nb, resources


class _SaveAutoGrades(_OnRunGradebook, nbgrader_steps.SaveAutoGrades):
    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        marks = self.begin(resources)
        with self.gradebook.marks_of(marks["notebook"], marks["assignment"], marks["student"]):
            nb, resources = super(nbgrader_steps.SaveAutoGrades, self).preprocess(nb, resources)
        self.gradebook.refresh()
        return nb, resources


class _AssignLatePenalties(_OnRunGradebook, nbgrader_steps.AssignLatePenalties):
    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        marks = self.begin(resources)
        self.init_plugin()
        submission = self.gradebook.find_submission(marks["assignment"], marks["student"])
        notebook = self.gradebook.find_submission_notebook(
            marks["notebook"], marks["assignment"], marks["student"]
        )
        late = submission.total_seconds_late
        penalty = None
        if late > 0:
            penalty = self.plugin_inst.late_submission_penalty(marks["student"], notebook.score, late)
        if penalty is not None:
            penalty = self._check_late_penalty(notebook, penalty)
        notebook.late_submission_penalty = penalty
        self.gradebook.refresh()
        return nb, resources


class _Validator(MetadataValidator):
    """nbgrader's check of a cell's marks, which reads its schema once and not for each cell."""

    def validate_cell(self, cell: Any) -> None:
        marks = cell.metadata.get("nbgrader")
        if marks is None:
            return
        if marks.get("schema_version", 0) != self.schema_version:
            super().validate_cell(cell)  # which says what is wrong
        error = best_match(_compiled().iter_errors(marks))
        if error is not None:
            raise error


@cache
def _compiled() -> Any:
    schema = MetadataValidator().schema
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


class _CheckCellMetadata(nbgrader_steps.CheckCellMetadata):
    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        _Validator().validate_nb(nb)
        return nb, resources


_OURS = {
    nbgrader_steps.OverwriteKernelspec: _OverwriteKernelspec,
    nbgrader_steps.OverwriteCells: _OverwriteCells,
    nbgrader_steps.SaveAutoGrades: _SaveAutoGrades,
    nbgrader_steps.AssignLatePenalties: _AssignLatePenalties,
    nbgrader_steps.CheckCellMetadata: _CheckCellMetadata,
}


def _step(preprocessor: Any) -> Any:
    """Return a configured step, or ours in its place."""
    if isinstance(preprocessor, str):
        from traitlets.utils.importstring import import_item

        preprocessor = import_item(preprocessor)
    return _OURS.get(preprocessor, preprocessor) if isinstance(preprocessor, type) else preprocessor


def _executes(step: Any) -> bool:
    """Whether a step runs participants' code."""
    kind = step if isinstance(step, type) else type(step)
    return issubclass(kind, nbgrader_steps.Execute) or getattr(kind, "runs_code", False)


def _make_way(folder: Path, file: Path) -> None:
    """Take away what a participant put where a file of the instructor's belongs, be it file or folder."""
    for parent in reversed(file.parents):
        if not (folder / parent).is_dir():
            (folder / parent).unlink(missing_ok=True)
            (folder / parent).mkdir()
    if (folder / file).is_dir():
        shutil.rmtree(folder / file)
    else:
        (folder / file).unlink(missing_ok=True)


# -- the converter ------------------------------------------------------------------------------------


class StagedAutograde(Autograde):
    """nbgrader's Autograde with its two halves apart, reading and writing in the staging folder."""

    gradebook: RunGradebook
    exporters: dict[bool, Any]

    def open(self, gradebook: RunGradebook) -> None:
        """Make the two chains of steps.

        Parameters
        ----------
        gradebook : RunGradebook
            The gradebook of the run.
        """
        self.log, self.gradebook = _LOG, gradebook
        self.writer = FilesWriter(parent=self, config=self.config)
        marking = [step for step in map(_step, self.autograde_preprocessors) if not _executes(step)]
        self.exporters = {
            True: self._exporter(Exporter, [_step(one) for one in self.sanitize_preprocessors]),
            False: self._exporter(NotebookExporter, [*marking, CleanStored, NoteBasis]),
        }
        self.exporter = self.exporters[True]

    def _exporter(self, kind: type[Exporter], steps: list[Any]) -> Exporter:
        exporter = kind(parent=self, config=self.config, optimistic_validation=True)
        for step in steps:
            exporter.register_preprocessor(step)
        return exporter

    @property
    def _input_directory(self) -> str:
        return os.path.join(STAGING, "in")

    @property
    def _output_directory(self) -> str:
        return os.path.join(STAGING, "out")

    def _init_preprocessors(self) -> None:
        self.exporter = self.exporters[self._sanitizing]

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Record the hand-in, and copy its files with the instructor's over them, as nbgrader does."""
        BaseConverter.init_assignment(self, assignment_id, student_id)
        self._record_student(student_id)
        source = self._format_source(assignment_id, student_id)
        # A hand-in without a time takes the time of an earlier one away: it says nothing of this one.
        time = self.coursedir.get_existing_timestamp(source)
        self.gradebook.update_or_create_submission(assignment_id, student_id, timestamp=time)
        self._copy_given_files(assignment_id, student_id)
        handed_in = {Path(path).stem for path in self.notebooks}
        for notebook in self.gradebook.find_assignment(assignment_id).notebooks:
            if notebook.name not in handed_in:
                self._mark_missing(notebook.name, assignment_id, student_id)

    def _record_student(self, student: str) -> None:
        if self.create_student:
            self.gradebook.update_or_create_student(student)
            return
        try:
            self.gradebook.find_student(student)
        except MissingEntry:
            raise InputError(
                student,
                _("the gradebook knows nobody of this name."),
                _("Add the person, or let nbgrader_config.py say c.Autograde.create_student = True."),
            ) from None

    def _copy_given_files(self, assignment: str, student: str) -> None:
        target = Path(self._format_dest(assignment, student))
        own_files = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment)
        kept = {os.path.join(own_files, name) for name in self.exclude_overwriting.get(assignment, [])}
        for path in utils.find_all_files(own_files, [*self.coursedir.ignore, "*.ipynb"]):
            if path not in kept:
                inside = Path(os.path.relpath(path, own_files))
                _make_way(target, inside)
                shutil.copy(path, target / inside)

    def _mark_missing(self, notebook: str, assignment: str, student: str) -> None:
        for grade in self.gradebook.find_submission_notebook(notebook, assignment, student).grades:
            grade.auto_score, grade.needs_manual_grade = 0, False

    def resources(
        self, assignment: str, participant: str, notebook: str, basis: Basis | None = None
    ) -> dict[str, Any]:
        """Return what the steps are told of one notebook.

        Parameters
        ----------
        assignment, participant, notebook : str
            Whose notebook it is.
        basis : Basis, optional
            What its marks will rest on.
        """
        return {
            "unique_key": notebook,
            "output_files_dir": f"{notebook}_files",
            "nbgrader": {
                "student": participant,
                "assignment": assignment,
                "notebook": notebook,
                "db_url": self.coursedir.db_url,
                "basis": basis,
            },
        }

    def convert(self, notebook: Any, resources: dict[str, Any], *, sanitizing: bool) -> tuple[Any, Any]:
        """Put a notebook through one of the two chains.

        Parameters
        ----------
        notebook : NotebookNode
            As handed in, or as marked.
        resources : dict
            From `resources`.
        sanitizing : bool
            Whether it is made ready for grading, or its marks are saved.
        """
        self._sanitizing = sanitizing
        self._init_preprocessors()
        try:
            converted: tuple[Any, Any] = self.exporter.from_notebook_node(notebook, resources)
            return converted
        finally:
            self._sanitizing = True
