"""nbgrader's own converters and gradebook, staged so that a run killed at any moment does no harm.

A submission is converted into a staging folder. Its grades are committed in one transaction, and
only then does the folder appear as ``autograded/…``, by a rename. What a killed run leaves in the
staging folder is thrown away by the next one.
"""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import jsonschema  # type: ignore[import-untyped]
import nbformat
from nbconvert.exporters import Exporter, NotebookExporter
from nbconvert.writers.files import FilesWriter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from sqlalchemy.exc import SAWarning

from bordercourse.errors import CourseError, InputError
from bordercourse.grading.disk import cannot_write
from bordercourse.grading.gradebook import mend_gradebook
from bordercourse.grading.intake.source import SourceNotebook, read_sources
from bordercourse.grading.pages.stored import CleanStored
from bordercourse.grading.record.basis import Basis, NoteBasis, noted_basis
from bordercourse.i18n import gettext as _

__all__ = ["STAGING", "Course", "LockedError", "only_one", "without_session_warnings"]

STAGING = ".grading"
_SOMEBODY = "\0"  # no name holds it
_LOG = logging.getLogger("bordercourse.grading.nbgrader")
_LOG.setLevel(logging.CRITICAL)


class LockedError(CourseError):
    """Another run is grading this course."""


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Let one run at a time grade the course in `root`; the lock ends with the process.

    Parameters
    ----------
    root : path
        The course's folder.

    Raises
    ------
    LockedError
        If another run is grading it.
    StoppedError
        If nothing can be written there.
    """
    folder = root / STAGING
    try:
        folder.mkdir(exist_ok=True)
        lock = open(folder / "lock", "a+b")  # noqa: SIM115 - closed below
    except OSError as error:
        raise cannot_write(root, error) from None
    with lock as file:
        try:
            if os.name == "nt":
                import msvcrt

                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockedError(
                _("Another run is grading this course. Wait until it ends, then start again.")
            ) from None
        _clear(folder)
        yield
        _clear(folder)


def _clear(folder: Path) -> None:
    for left in ("in", "out", "old"):
        shutil.rmtree(folder / left, ignore_errors=True)


# -- nbgrader, faster: one engine, one compiled schema --------------------------------------------


class _Shared(Gradebook):
    """One gradebook for a whole run, which nbgrader's code may "close" as often as it likes."""

    def close(self) -> None:
        self.db.flush()
        self.db.expire_all()

    def really_close(self) -> None:
        super().close()

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


@contextmanager
def without_session_warnings() -> Iterator[None]:
    """Leave out what SQLAlchemy says of the way in which nbgrader adds a submission, three times each."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)
        yield


_USERS_OF_GRADEBOOK = (
    "nbgrader.converters.autograde",
    "nbgrader.preprocessors.overwritecells",
    "nbgrader.preprocessors.overwritekernelspec",
    "nbgrader.preprocessors.saveautogrades",
    "nbgrader.preprocessors.latesubmissions",
)


@contextmanager
def _shared_gradebook(gradebook: _Shared) -> Iterator[None]:
    """Give nbgrader's converters this gradebook, and a validator that reads its schema once."""
    compiled: dict[int, Any] = {}

    def validate(instance: Any, schema: Any) -> None:
        key = schema["properties"]["schema_version"]["minimum"]
        if key not in compiled:
            kind = jsonschema.validators.validator_for(schema)
            kind.check_schema(schema)
            compiled[key] = kind(schema)
        error = jsonschema.exceptions.best_match(compiled[key].iter_errors(instance))
        if error is not None:
            raise error

    with ExitStack() as stack:
        stack.enter_context(without_session_warnings())
        for module in _USERS_OF_GRADEBOOK:
            stack.enter_context(patch(f"{module}.Gradebook", lambda *_args, **_kwargs: gradebook))
        stack.enter_context(
            patch("nbgrader.nbgraderformat.common.jsonschema", SimpleNamespace(validate=validate))
        )
        yield


class _Staged(Autograde):
    """nbgrader's Autograde with its two halves apart, reading and writing in the staging folder."""

    step = os.path.join(STAGING, "in")
    exporters: dict[bool, Any]

    def open(self) -> None:
        self.log = _LOG
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporters = {}
        grading = [pp for pp in self.autograde_preprocessors if not _executes(pp)]
        for sanitizing, kind, chain in (
            (True, Exporter, self.sanitize_preprocessors),  # a notebook; nobody needs its text yet
            (False, NotebookExporter, [*grading, CleanStored, NoteBasis]),  # whatever the configuration says
        ):
            exporter = kind(parent=self, config=self.config, optimistic_validation=True)
            for preprocessor in chain:
                exporter.register_preprocessor(preprocessor)
            self.exporters[sanitizing] = exporter
        self.exporter = self.exporters[True]

    @property
    def _input_directory(self) -> str:
        return os.path.join(STAGING, "in")

    @property
    def _output_directory(self) -> str:
        return os.path.join(STAGING, "out")

    def _init_preprocessors(self) -> None:
        self.exporter = self.exporters[self._sanitizing]

    def resources(
        self, assignment: str, participant: str, notebook: str, basis: Basis | None = None
    ) -> dict[str, Any]:
        """What nbgrader's steps are told of one notebook."""
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
        self._sanitizing = sanitizing
        self._init_preprocessors()
        try:
            made: tuple[Any, Any] = self.exporter.from_notebook_node(notebook, resources)
            return made
        finally:
            self._sanitizing = True


def _executes(preprocessor: Any) -> bool:
    """Whether a configured preprocessor runs participants' code."""
    if isinstance(preprocessor, str):
        from traitlets.utils.importstring import import_item

        preprocessor = import_item(preprocessor)
    kind = preprocessor if isinstance(preprocessor, type) else type(preprocessor)
    return issubclass(kind, Execute) or getattr(kind, "runs_code", False)


class Course:
    """An nbgrader course as the grader uses it: ``with Course(coursedir, config) as course: ...``."""

    def __init__(self, coursedir: Any, config: Any) -> None:
        self.coursedir, self.config = coursedir, config
        self.root = Path(coursedir.root)

    def __enter__(self) -> Course:
        self._stack = ExitStack()
        url = self.coursedir.db_url
        if url.startswith("sqlite:///"):
            mend_gradebook(Path(url.removeprefix("sqlite:///")))
        self.gradebook = _Shared(url, self.coursedir.course_id or "default_course")
        self._stack.callback(self.gradebook.really_close)
        self._stack.enter_context(_shared_gradebook(self.gradebook))
        self._converter = _Staged(coursedir=self.coursedir, config=self.config)
        self._converter.open()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    # -- what is there ------------------------------------------------------------------------

    def folder(self, step: str, participant: str, assignment: str) -> Path:
        """The folder of one step, such as ``submitted``, as the course lays its folders out."""
        return Path(self.coursedir.format_path(step, participant, assignment))

    def sources(self, assignment: str) -> list[SourceNotebook]:
        """The instructor's notebooks of an assignment."""
        folder = self.folder(self.coursedir.source_directory, ".", assignment)
        try:
            return read_sources(self.gradebook, assignment, folder)
        except MissingEntry:
            known = sorted(one.name for one in self.gradebook.assignments)
            raise InputError(
                assignment,
                _("the gradebook knows no exercise of this name."),
                _("It knows: {names}. A new one is made known by nbgrader generate_assignment.").format(
                    names=", ".join(known) or _("none")
                ),
            ) from None

    def participants(self, assignment: str) -> list[str]:
        """Who handed in."""
        # The path of one participant, cut at the place where the name stands: no glob, whose signs a
        # folder's name may hold.
        before, after = self.coursedir.format_path(
            self.coursedir.submitted_directory, _SOMEBODY, assignment
        ).split(_SOMEBODY)
        shelf, start = os.path.split(before)
        end, _sep, rest = after.partition(os.sep)
        try:
            entries = sorted(os.listdir(shelf))
        except FileNotFoundError:
            return []
        found = []
        for entry in entries:
            place = Path(shelf, entry, rest)
            if not (entry.startswith(start) and entry.endswith(end)):
                continue
            if place.is_dir() or place.is_symlink():
                found.append(entry.removeprefix(start).removesuffix(end))
        exclude = self.coursedir.student_id_exclude
        return [name for name in found if name not in exclude.split(",")]

    def noted_basis(self, assignment: str, participant: str, tests: Callable[[str], bool]) -> Basis | None:
        """What the marks of a submission rest on.

        None where it has no marks, or not all of them; an empty basis where whoever gave them did not say.
        """
        folder = self.folder(self.coursedir.autograded_directory, participant, assignment)
        try:
            submission = self.gradebook.find_submission(assignment, participant)
            files = [path for path in folder.iterdir() if path.suffix == ".ipynb"]
        except (MissingEntry, OSError):
            return None
        for notebook in submission.notebooks:
            if any(grade.auto_score is None and tests(grade.name) for grade in notebook.grades):
                return None
        bases = [noted_basis(path) or Basis("") for path in sorted(files)]
        if not bases:
            return None
        return bases[0] if all(basis == bases[0] for basis in bases) else Basis("")

    # -- the two halves of grading one submission -----------------------------------------------

    def inbox(self, assignment: str, participant: str) -> Path:
        """Where to put the files that were taken in."""
        folder = self._inbox(assignment, participant)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _inbox(self, assignment: str, participant: str) -> Path:
        return self.folder(os.path.join(STAGING, "in"), participant, assignment)

    def sanitise(self, assignment: str, participant: str) -> dict[str, Any]:
        """Record the hand-in and return its notebooks as nbgrader makes them ready for grading."""
        converter, inbox = self._converter, self.inbox(assignment, participant)
        shutil.rmtree(self._staged(assignment, participant), ignore_errors=True)
        self._staged(assignment, participant).mkdir(parents=True)
        converter.notebooks = sorted(str(path) for path in inbox.glob("*.ipynb"))
        with self.gradebook.transaction():
            converter.init_assignment(assignment, participant)
        ready = {}
        for path in converter.notebooks:
            notebook = nbformat.read(path, as_version=4)
            name = Path(path).stem
            resources = converter.resources(assignment, participant, name)
            ready[name], _resources = converter.convert(notebook, resources, sanitizing=True)
        return ready

    def _staged(self, assignment: str, participant: str) -> Path:
        return self.folder(os.path.join(STAGING, "out"), participant, assignment)

    def files(self, assignment: str, participant: str) -> Path:
        """The hand-in's other files, the instructor's put over them."""
        return self._staged(assignment, participant)

    def save(self, assignment: str, participant: str, notebooks: dict[str, Any], basis: Basis) -> None:
        """Write the marked notebooks, commit their grades, and show them under ``autograded``."""
        converter = self._converter
        with self.gradebook.transaction():
            for name, notebook in notebooks.items():
                resources = converter.resources(assignment, participant, name, basis)
                converter.write_single_notebook(*converter.convert(notebook, resources, sanitizing=False))
            converter.set_permissions(assignment, participant)
            _flush(self._staged(assignment, participant))
        self._publish(assignment, participant)
        shutil.rmtree(self._inbox(assignment, participant), ignore_errors=True)

    def _publish(self, assignment: str, participant: str) -> None:
        staged = self._staged(assignment, participant)
        done = self.folder(self.coursedir.autograded_directory, participant, assignment)
        done.parent.mkdir(parents=True, exist_ok=True)
        old = self.folder(os.path.join(STAGING, "old"), participant, assignment)
        if done.exists():
            shutil.rmtree(old, ignore_errors=True)
            old.parent.mkdir(parents=True, exist_ok=True)
            os.rename(done, old)
        os.rename(staged, done)
        shutil.rmtree(old, ignore_errors=True)

    def forget(self, assignment: str, participant: str) -> None:
        """Throw away what is staged for a submission that could not be graded."""
        shutil.rmtree(self._staged(assignment, participant), ignore_errors=True)
        shutil.rmtree(self._inbox(assignment, participant), ignore_errors=True)


def _flush(folder: Path) -> None:
    """Make sure that the files outlast a power cut before anyone relies on them."""
    for parent, _folders, names in os.walk(folder):
        for name in names:
            handle = os.open(os.path.join(parent, name), os.O_RDONLY)
            try:
                os.fsync(handle)
            except OSError:
                pass
            finally:
                os.close(handle)
