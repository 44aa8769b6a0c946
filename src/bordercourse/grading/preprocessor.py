"""The same safety for nbgrader's own ``autograde`` and for Formgrader's button.

In ``nbgrader_config.py``::

    c.Autograde.sanitize_preprocessors = bordercourse.grading.preprocessor.SANITIZE
    c.Autograde.autograde_preprocessors = bordercourse.grading.preprocessor.AUTOGRADE
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from bordercourse.files import DamagedError
from bordercourse.grading.hand_in_language import put_into_language, spoken_language
from bordercourse.grading.intake.repair import mend
from bordercourse.grading.intake.source import Plan, SourceNotebook, plan, read_sources
from bordercourse.grading.intake.submitted_files import PlainFiles, copy_plain_files
from bordercourse.grading.intake.take_in import handed_in_language, settle_sheet
from bordercourse.grading.judging.judge import Judge
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels.kept import kept_kernels
from bordercourse.grading.kernels.pool import IsolationError
from bordercourse.grading.limits import KernelLimits
from bordercourse.grading.record.basis import Basis, fingerprint, parts
from bordercourse.grading.record.marking import fill, script, shown_notebook
from bordercourse.grading.sitting import run_cells
from bordercourse.i18n import gettext as _

__all__ = ["AUTOGRADE", "SANITIZE", "JudgeAnswers", "MendCells"]

_HERE = "bordercourse.grading.preprocessor"
_NBGRADER = "nbgrader.preprocessors"

SANITIZE = [
    f"{_NBGRADER}.ClearOutput",
    f"{_HERE}.MendCells",
    f"{_NBGRADER}.OverwriteKernelspec",
    f"{_NBGRADER}.OverwriteCells",
    f"{_NBGRADER}.CheckCellMetadata",
]
AUTOGRADE = [
    f"{_HERE}.JudgeAnswers",
    f"{_NBGRADER}.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    f"{_NBGRADER}.LimitOutput",
    f"{_NBGRADER}.SaveAutoGrades",
    f"{_NBGRADER}.AssignLatePenalties",
    f"{_NBGRADER}.CheckCellMetadata",
    "bordercourse.grading.pages.stored.CleanStored",
    "bordercourse.grading.record.basis.NoteBasis",
]


class _Batch:
    """What one run of nbgrader's converter needs again for each notebook."""

    def __init__(self, converter: Any) -> None:
        self.converter = weakref.ref(converter)
        self.sources: dict[str, dict[str, tuple[SourceNotebook, Plan]]] = {}
        self.bases: dict[tuple[str, str], Basis] = {}
        self.judges: dict[tuple[str, str], Judge] = {}
        self.stack = ExitStack()

    @cached_property
    def aside(self) -> ThreadPoolExecutor:
        """Formgrader grades inside the server's event loop, and a kernel needs a loop of its own."""
        self.stack.enter_context(kept_kernels())
        return self.stack.enter_context(ThreadPoolExecutor(1))


_current: _Batch | None = None


def _batch(converter: Any) -> _Batch:
    """The batch of `converter`; that of another ends first, for nbgrader says nothing when it is done."""
    global _current
    if _current is None or _current.converter() is not converter:
        _end(_current)
        _current = _Batch(converter)
        weakref.finalize(converter, _end, _current)
    return _current


def _end(batch: _Batch | None) -> None:
    global _current
    if batch is not None and batch is _current:
        _current = None
        batch.stack.close()


class _OfConverter(NbGraderPreprocessor):
    """A preprocessor that knows the course of the converter it works for."""

    def source(self, resources: Any) -> tuple[SourceNotebook, Plan, _Batch]:
        converter = self.parent.parent
        batch = _batch(converter)
        assignment, notebook = resources["nbgrader"]["assignment"], resources["nbgrader"]["notebook"]
        if assignment not in batch.sources:
            coursedir = converter.coursedir
            folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
            with Gradebook(resources["nbgrader"]["db_url"], coursedir.course_id) as gradebook:
                sources = read_sources(gradebook, assignment, folder)
            batch.sources[assignment] = {source.name: (source, plan(source)) for source in sources}
        return (*batch.sources[assignment][notebook], batch)


class MendCells(_OfConverter):
    """In the place of nbgrader's DeduplicateIds: mend what a participant broke."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Mend one notebook that was handed in."""
        from nbformat.notebooknode import from_dict

        source, _plan, batch = self.source(resources)
        coursedir, marks = self.parent.parent.coursedir, resources["nbgrader"]
        handed_in = Path(
            coursedir.format_path(coursedir.submitted_directory, marks["student"], marks["assignment"])
        )
        if handed_in.is_symlink() or (handed_in / f"{source.name}.ipynb").is_symlink():
            raise DamagedError(_("the notebook is a link"))
        exercise = parts([one for one, _plan in batch.sources[marks["assignment"]].values()])
        batch.bases[marks["assignment"], marks["student"]] = Basis(fingerprint(handed_in), exercise)
        cells, repairs = mend([dict(cell, id=cell.get("id")) for cell in nb.cells], source)
        for repair in repairs:
            self.log.warning(repair)
        for cell in cells:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        nb.cells = [from_dict(cell) for cell in cells]
        nb.nbformat_minor = max(5, nb.nbformat_minor)
        return nb, resources


class JudgeAnswers(_OfConverter):
    """In the place of nbgrader's Execute: run the cells shut in, and judge the answers apart."""

    runs_code = True
    isolate = Bool(True, help="Shut participants' code in; without it, it runs with your rights").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Run the cells of one notebook shut in, and put what the judge says into its outputs."""
        source, way, batch = self.source(resources)
        if self.isolate and not (possible := isolation.available()):
            raise IsolationError(
                _(
                    "Submissions cannot be isolated on this machine: {why}. Grade on a Linux machine that "
                    "can, or set c.JudgeAnswers.isolate = False in nbgrader_config.py: participants' code "
                    "then runs with your rights."
                ).format(why=possible.reason)
            )
        key = (source.assignment, source.name)
        if key not in batch.judges and way.asked and not way.trusting:
            batch.judges[key] = batch.stack.enter_context(Judge(source, way))
        converter = self.parent.parent
        files = Path(resources["metadata"]["path"])
        marks = resources["nbgrader"]
        with _without_links(converter, resources, files) as clean:
            language = spoken_language(handed_in_language(clean), marks["assignment"])
            put_into_language(nb, language, marks["assignment"])
            task = batch.aside.submit(
                run_cells,
                script(nb, way),
                PlainFiles(clean, [f"{source.name}.ipynb"]),
                f"{source.name}.ipynb",
                shown_notebook(nb),
                batch.judges[key].modules if key in batch.judges else way.imports,
                KernelLimits(),
                self.isolate,
                str(Path(converter.coursedir.root).resolve()),
                language,
            )
            result = task.result()
            fill(nb, way, result, batch.judges.get(key), clean, language)
        for note in filter(None, (result["stopped"], *result["left_out"])):
            self.log.warning(note)
        basis = batch.bases.get((marks["assignment"], marks["student"]))
        marks["basis"] = basis and replace(basis, language=language)
        return nb, resources


@contextmanager
def _without_links(converter: Any, resources: Any, files: Path) -> Iterator[Path]:
    """The files without those that were links when they were handed in.

    nbgrader has copied what such links point to; those copies are removed, so that no feedback
    carries them.
    """
    coursedir, marks = converter.coursedir, resources["nbgrader"]
    handed_in = Path(
        coursedir.format_path(coursedir.submitted_directory, marks["student"], marks["assignment"])
    )
    own_files = Path(coursedir.format_path(coursedir.source_directory, ".", marks["assignment"]))
    with tempfile.TemporaryDirectory(prefix="bordercourse-") as scratch:
        target = Path(scratch) / "files"
        copy_plain_files(handed_in, target)
        for note in settle_sheet(target, marks["assignment"])[0]:
            converter.log.warning(note)
        if own_files.is_dir():
            shutil.copytree(own_files, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.ipynb"))
        kept = {path.relative_to(target) for path in target.rglob("*")}
        for path in files.rglob("*"):
            if path.is_file() and path.suffix != ".ipynb" and path.relative_to(files) not in kept:
                path.unlink()
        yield target
