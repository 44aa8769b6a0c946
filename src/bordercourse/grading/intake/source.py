"""What the instructor wrote: the cells that must be there, and how the notebook can be judged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from bordercourse.errors import CourseError
from bordercourse.grading.intake.cell_names import CellNames, cell_names
from bordercourse.i18n import gettext as _

__all__ = [
    "Plan",
    "SourceCell",
    "SourceError",
    "SourceNotebook",
    "plan",
    "read_source",
    "read_sources",
    "without_hidden",
]

_HIDDEN = re.compile(
    r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME)[^\n]*\n.*?(^[^\n]*END \1[^\n]*(?:\n|\Z)|\Z)",
    re.DOTALL | re.MULTILINE,
)


class SourceError(CourseError):
    """The instructor's own notebook cannot be used; nobody can be graded until it is mended."""


def without_hidden(source: str) -> str:
    """Return the text of a cell without its hidden tests and mark schemes.

    Examples
    --------
    >>> without_hidden("check()\\n### BEGIN HIDDEN TESTS\\nmark()\\n### END HIDDEN TESTS")
    'check()'
    """
    return _HIDDEN.sub("", source).rstrip("\n") if "BEGIN " in source else source


@dataclass(frozen=True)
class SourceCell:
    """One cell of the instructor's notebook.

    `name` is its grade id (empty where it has none), `text` what the gradebook holds (tests
    included, solutions left out), `master` what the source file holds (solutions included).
    """

    name: str
    cell_id: str
    kind: str  # code, markdown or raw
    text: str
    master: str
    meta: Mapping[str, Any]

    @property
    def grade(self) -> bool:
        return bool(self.meta.get("grade"))

    @property
    def solution(self) -> bool:
        return bool(self.meta.get("solution"))

    @property
    def task(self) -> bool:
        return bool(self.meta.get("task"))

    @property
    def locked(self) -> bool:
        return bool(self.meta.get("locked")) and not self.solution and not self.grade

    @property
    def test(self) -> bool:
        """Whether this cell holds tests that give points by themselves."""
        return self.kind == "code" and self.grade and not self.solution


@dataclass(frozen=True)
class SourceNotebook:
    """The instructor's notebook `name` of `assignment`, its cells in order."""

    assignment: str
    name: str
    cells: tuple[SourceCell, ...]
    folder: str  # where its other files lie; empty where there is none

    @property
    def marked(self) -> dict[str, SourceCell]:
        """The cells that nbgrader knows, by name."""
        return {cell.name: cell for cell in self.cells if cell.name}

    def skeleton(self) -> str:
        """Return a notebook of empty cells that still states every question's points."""
        cells = [
            {"cell_type": "raw", "id": f"c{n}", "metadata": {"nbgrader": dict(cell.meta)}, "source": ""}
            for n, cell in enumerate(self.marked.values())
        ]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@dataclass(frozen=True)
class Plan:
    """How the notebook is graded.

    `trusting` is empty where answers are judged apart; otherwise it says why the tests must run in
    the participant's own kernel, as nbgrader runs them.
    """

    trusting: str
    setup: tuple[tuple[str, str], ...]  # name and code of the cells that the judge runs first
    asked: Mapping[str, tuple[str, ...]]  # for each test cell, the names it needs from the participant
    imports: tuple[str, ...]  # modules that the notebook imports


def read_sources(gradebook: Any, assignment: str, folder: Path) -> list[SourceNotebook]:
    """Return all notebooks of an exercise as `gradebook` knows them.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        What knows their questions and points.
    assignment : str
        The exercise's name.
    folder : path
        Where its sources lie.

    Raises
    ------
    SourceError
        As `read_source`.
    nbgrader.api.MissingEntry
        If the gradebook knows no exercise of this name.
    """
    names = sorted(notebook.name for notebook in gradebook.find_assignment(assignment).notebooks)
    return [read_source(gradebook, assignment, name, folder) for name in names]


def read_source(gradebook: Any, assignment: str, notebook: str, folder: Path) -> SourceNotebook:
    """Return the notebook as `gradebook` knows it, in the order of the file in `folder`.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        The open gradebook.
    assignment, notebook : str
        Their names.
    folder : path
        Where the instructor's file lies.

    Raises
    ------
    SourceError
        If the gradebook does not know it, or the file cannot be read.
    """
    from nbgrader.api import MissingEntry
    from nbgrader.nbgraderformat import MetadataValidator

    try:
        known = gradebook.find_notebook(notebook, assignment)
    except MissingEntry:
        raise SourceError(
            _("{name}: the gradebook does not know it. Run nbgrader generate_assignment first.").format(
                name=assignment
            )
        ) from None
    texts = {cell.name: cell for cell in known.source_cells}
    points = {cell.name: cell.max_score for cell in [*known.grade_cells, *known.task_cells]}
    path = folder / f"{notebook}.ipynb"
    try:
        master = MetadataValidator().upgrade_notebook_metadata(nbformat.read(path, as_version=4))
    except FileNotFoundError:
        master = nbformat.v4.new_notebook()
    except Exception as error:
        raise SourceError(
            _("{name}: the source cannot be read: {why}").format(name=path.name, why=error)
        ) from None
    cells: list[SourceCell] = []
    for cell in master.cells:
        meta = dict(cell.metadata.get("nbgrader", {}))
        name = meta.get("grade_id", "")
        if name not in texts:
            name, meta = "", {}
        elif name in points:
            meta["points"] = points[name]
        meta.pop("checksum", None)
        text = texts[name].source if name else cell.source
        cells.append(SourceCell(name, cell.get("id", ""), cell.cell_type, text, cell.source, meta))
    missing = texts.keys() - {cell.name for cell in cells}
    if missing:
        raise SourceError(
            _(
                "{name}: the source file lacks {cells}, which the gradebook knows. If an update changed the "
                "exercise, install the version that it was handed out with, and grade with that. Else put "
                "the source back. If nobody handed it in yet, run nbgrader generate_assignment again."
            ).format(name=assignment, cells=", ".join(sorted(missing)))
        )
    return SourceNotebook(assignment, notebook, tuple(cells), str(folder))


def plan(source: SourceNotebook) -> Plan:
    """Decide how `source` is graded, from what its cells read and bind."""
    code = [(cell, cell_names(cell.master)) for cell in source.cells if cell.kind == "code"]
    setup, given = _setup(code)
    answers = _bound(names for cell, names in code if cell.solution)
    scratch = _bound(
        names for cell, names in code if not cell.grade and not cell.solution and cell.name not in dict(setup)
    )
    functions = _code(names for cell, names in code if cell.name not in dict(setup) and not cell.test)
    asked: dict[str, tuple[str, ...]] = {}
    trusting = ""
    for n, (cell, _names) in enumerate(code):
        if not cell.test:
            continue
        names = cell_names(cell.text)
        wanted = {
            name
            for name in names.reads
            if name in answers or name in scratch or (name not in given and "*" not in given)
        }
        asked[cell.name] = tuple(sorted(wanted))
        trusting = trusting or _why_not(cell, names, wanted & functions, code[n + 1 :])
    return Plan(trusting, tuple(setup), asked, _imports(source))


def _setup(code: list[tuple[SourceCell, CellNames]]) -> tuple[list[tuple[str, str]], set[str]]:
    """The locked cells that need nothing from the participant, and the names they give."""
    setup: list[tuple[str, str]] = []
    given: set[str] = set()
    for cell, names in code:
        if cell.locked and names.plain and (names.reads <= given or "*" in given):
            setup.append((cell.name, cell.text))
            given |= names.binds
    return setup, given


def _why_not(
    cell: SourceCell, names: CellNames, functions: set[str], later: list[tuple[SourceCell, CellNames]]
) -> str:
    """Say why a test cell cannot be judged apart; empty where it can."""
    if not names.plain or "get_ipython" in names.reads:
        return _("{cell} uses commands of IPython").format(cell=cell.name)
    called = sorted(names.calls & functions) or sorted(functions)
    if called:
        return _("{cell} needs {name}, which is code and not a value").format(cell=cell.name, name=called[0])
    for other, reads in later:
        shared = sorted(names.binds & reads.reads)
        if shared:
            return _("{cell} binds {name}, which {other} reads").format(
                cell=cell.name, name=shared[0], other=other.name or _("a later cell")
            )
    return ""


def _bound(cells: Any) -> set[str]:
    return {name for names in cells for name in names.binds}


def _code(cells: Any) -> set[str]:
    return {name for names in cells for name in names.code | names.calls & names.binds}


def _imports(source: SourceNotebook) -> tuple[str, ...]:
    """Modules that the notebook's own cells import: what a warm kernel may hold before it starts."""
    import ast

    modules: dict[str, None] = {}
    for cell in source.cells:
        if cell.kind != "code" or cell.test:
            continue
        try:
            tree = ast.parse(cell.master)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules.update(dict.fromkeys(alias.name for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules[node.module] = None
    return tuple(modules)
