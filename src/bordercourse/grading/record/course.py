"""nbgrader's own converters and gradebook, staged so that a run killed at any moment does no harm.

A submission is converted into a staging folder. Its grades are committed in one transaction, and
only then does the folder appear as ``autograded/…``, by a rename. What a killed run leaves in the
staging folder is thrown away by the next one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import MissingEntry

from bordercourse.errors import CourseError, InputError
from bordercourse.files import put_in_place
from bordercourse.grading.disk import cannot_write
from bordercourse.grading.intake.source import SourceNotebook, read_sources
from bordercourse.grading.record.basis import Basis, noted_basis
from bordercourse.grading.record.gradebook import is_on_server, mend_gradebook
from bordercourse.grading.record.run_gradebook import RunGradebook
from bordercourse.grading.record.shared_gradebook import begin_on_server, hold_on_server
from bordercourse.grading.record.steps import (
    STAGING,
    StagedAutograde,
    without_session_warnings,
)
from bordercourse.i18n import gettext as _

__all__ = ["Course", "LockedError", "only_one"]

_SOMEBODY = "\0"  # no name holds it


class LockedError(CourseError):
    """Another run is grading this course."""


@contextmanager
def only_one(root: Path, gradebook: str = "") -> Iterator[None]:
    """Let one run at a time grade the course in `root`; the lock ends with the process.

    Parameters
    ----------
    root : path
        The course's folder.
    gradebook : str
        Address of its gradebook: on a server, other machines may grade into it.

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
        with hold_on_server(gradebook) if is_on_server(gradebook or "sqlite:") else nullcontext(True) as held:
            if not held:
                raise LockedError(
                    _("Another machine is grading into this gradebook. Wait until it ends, then start again.")
                )
            _clear(folder)
            yield
            _clear(folder)


def _clear(folder: Path) -> None:
    for left in ("in", "out", "old"):
        shutil.rmtree(folder / left, ignore_errors=True)


class Course:
    """An nbgrader course as the grader uses it: ``with Course(coursedir, config) as course: ...``.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
        Where the folders of the course lie.
    config : traitlets.config.Config
        Its settings.
    """

    def __init__(self, coursedir: Any, config: Any) -> None:
        self.coursedir, self.config = coursedir, config
        self.root = Path(coursedir.root)

    def __enter__(self) -> Course:
        self._stack = ExitStack()
        url = self.coursedir.db_url
        if is_on_server(url):
            begin_on_server(url)
        else:
            mend_gradebook(Path(url.removeprefix("sqlite:///")))
        self._stack.enter_context(without_session_warnings())
        self.gradebook = self._stack.enter_context(
            RunGradebook(url, self.coursedir.course_id or "default_course")
        )
        self._converter = StagedAutograde(coursedir=self.coursedir, config=self.config)
        self._converter.open(self.gradebook)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    # -- what is there ------------------------------------------------------------------------

    def folder(self, step: str, participant: str, assignment: str) -> Path:
        """Return the folder of one step, as the course lays its folders out.

        Parameters
        ----------
        step : str
            Such as ``submitted``.
        participant, assignment : str
            Who handed in, and the exercise.
        """
        return Path(self.coursedir.format_path(step, participant, assignment))

    def sources(self, assignment: str) -> list[SourceNotebook]:
        """Return the instructor's notebooks of an assignment.

        Parameters
        ----------
        assignment : str
            The exercise.

        Raises
        ------
        InputError
            If the gradebook does not know it.
        """
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
        """Return who handed in.

        Parameters
        ----------
        assignment : str
            The exercise.
        """
        # The path of one participant, cut at the place where the name stands: no glob, whose signs a
        # folder's name may hold.
        before, after = self.coursedir.format_path(
            self.coursedir.submitted_directory, _SOMEBODY, assignment
        ).split(_SOMEBODY)
        shelf, start = os.path.split(before)
        end, _sep, rest = after.partition(os.sep)
        try:
            entries = sorted(os.listdir(shelf))
        except (FileNotFoundError, NotADirectoryError):
            return []
        names = []
        for entry in entries:
            place = Path(shelf, entry, rest)
            if not (entry.startswith(start) and entry.endswith(end)):
                continue
            if place.is_dir() or place.is_symlink():
                names.append(entry.removeprefix(start).removesuffix(end))
        exclude = self.coursedir.student_id_exclude
        return [name for name in names if name not in exclude.split(",")]

    def noted_basis(self, assignment: str, participant: str, tests: Callable[[str], bool]) -> Basis | None:
        """Return what the marks of a submission rest on.

        Parameters
        ----------
        assignment, participant : str
            The exercise, and who handed it in.
        tests : callable
            Tells of a question whether tests mark it.

        Returns
        -------
        Basis or None
            None where it has no marks, or not all of them; an empty one where whoever gave them did not say.
        """
        folder = self.folder(self.coursedir.autograded_directory, participant, assignment)
        try:
            submission = self.gradebook.find_submission(assignment, participant)
            files = [path for path in folder.iterdir() if path.suffix == ".ipynb"]
        except (MissingEntry, OSError, UnicodeEncodeError):  # the last for a name in an old encoding
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
        """Return where to put the files that were taken in.

        Parameters
        ----------
        assignment, participant : str
            The exercise, and who handed it in.
        """
        folder = self._inbox(assignment, participant)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _inbox(self, assignment: str, participant: str) -> Path:
        return self.folder(os.path.join(STAGING, "in"), participant, assignment)

    def sanitise(self, assignment: str, participant: str) -> dict[str, Any]:
        """Record the hand-in and return its notebooks as nbgrader makes them ready for grading.

        Parameters
        ----------
        assignment, participant : str
            The exercise, and who handed it in.
        """
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
        """Return the hand-in's other files, the instructor's put over them.

        Parameters
        ----------
        assignment, participant : str
            The exercise, and who handed it in.
        """
        return self._staged(assignment, participant)

    def save(self, assignment: str, participant: str, notebooks: dict[str, Any], basis: Basis) -> None:
        """Write the marked notebooks, commit their grades, and show them under ``autograded``.

        Parameters
        ----------
        assignment, participant : str
            The exercise, and who handed it in.
        notebooks : dict
            The marked notebooks, by name.
        basis : Basis
            What their marks rest on.
        """
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
            put_in_place(done, old)
        put_in_place(staged, done)
        shutil.rmtree(old, ignore_errors=True)

    def forget(self, assignment: str, participant: str) -> None:
        """Throw away what is staged for a submission that could not be graded.

        Parameters
        ----------
        assignment, participant : str
            The exercise, and who handed it in.
        """
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
