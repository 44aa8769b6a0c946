"""Simulated participants of a rehearsal: what each hands in, and the score each must get.

The model answers are the solution regions of the source notebook and the ``model`` entries of
``tests/answers/<module>/answers.toml``; its ``wrong`` entries say which score and which message a
plausible wrong answer must get.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from bordercourse.course.answers import FILE_NAME
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["Expected", "SimulatedParticipant", "participants"]


@dataclass(frozen=True)
class Expected:
    """The score that a question must get (None: the instructor marks it) and words it must say."""

    score: float | None
    says: str = ""


@dataclass
class SimulatedParticipant:
    """A simulated participant: the notebook and answers to hand in, and what must come back."""

    name: str
    notebook: Any
    answers: dict[str, Any]
    expected: dict[str, Expected] = field(default_factory=dict)

    def hand_in(self, folder: Path, module: str) -> None:
        """Write the notebook and the answer sheet.

        Parameters
        ----------
        folder : path
            Where the participant's exercise lies.
        module : str
            Its name.
        """
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(self.notebook, folder / f"{module}.ipynb")
        sheet = {"format": 1, "module": module, "answers": self.answers}
        (folder / FILE_NAME).write_text(json.dumps(sheet, ensure_ascii=False), encoding="utf-8")


def _grade_id(cell: Any) -> str | None:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return None if grade_id is None else str(grade_id)


def _solution(source: str) -> str:
    return re.sub(r"(?m)^.*### (BEGIN|END) SOLUTION.*\n?", "", source)


class _Material:
    """One module's source, release and stored answers, cut into questions."""

    def __init__(self, source: Path, release: Path, answers: Path) -> None:
        self.source = nbformat.read(source, as_version=4)
        self.release = nbformat.read(release, as_version=4)
        try:
            self.stored: dict[str, Any] = tomllib.loads(answers.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(
                str(answers),
                _("the simulated answers of this module are missing."),
                _("Rehearse from a checkout of the course, which holds tests/answers."),
            ) from None
        cells = {_grade_id(c): c for c in self.source.cells if _grade_id(c)}
        graded = [c for c in self.source.cells if c.metadata.get("nbgrader", {}).get("grade")]
        self.points = {
            str(_grade_id(c)): float(c.metadata.nbgrader.points)
            for c in graded
            if not c.metadata.nbgrader.solution
        }
        self.memos = {str(_grade_id(c)): c.source for c in graded if c.metadata.nbgrader.solution}
        self.code = {q: _solution(cells[f"{q}-answer"].source) for q in self.points if f"{q}-answer" in cells}
        unknown = set(self.stored) - set(self.points)
        silent = [q for q in self.points if q not in self.stored]
        if unknown or silent:
            raise InputError(
                answers.parent.name,
                _("answers.toml names {unknown} that the exercise lacks, and lacks {silent}.").format(
                    unknown=sorted(unknown) or "-", silent=silent or "-"
                ),
                _("Give every graded question one entry."),
            )
        for question, stored in self.stored.items():
            for k, entry in enumerate(stored.get("wrong", []), start=1):
                if not {"score", "says"} <= set(entry) or len({"answer", "code"} & set(entry)) != 1:
                    raise InputError(
                        answers.parent.name,
                        _("answers.toml: wrong answer {k} of {question} is not whole.").format(
                            k=k, question=question
                        ),
                        _("Give it answer (part B: code), score, and says: words of its message."),
                    )

    def model(self, question: str) -> Any:
        value = self.stored[question].get("model")
        return _cases(value) if isinstance(value, Mapping) else value

    def wrong(self, question: str, k: int) -> Mapping[str, Any] | None:
        entries = self.stored[question].get("wrong", [])
        return entries[k] if k < len(entries) else None

    @property
    def depth(self) -> int:
        return max(len(entry.get("wrong", [])) for entry in self.stored.values())


def _cases(picked: Mapping[str, Any]) -> dict[str, Any]:
    return {case: {"decision": pair[0], "reason": pair[1]} for case, pair in picked.items()}


def _cell(notebook: Any, grade_id: str) -> Any:
    return next(c for c in notebook.cells if _grade_id(c) == grade_id)


def _answered(material: _Material, name: str, questions: set[str]) -> SimulatedParticipant:
    """Return a participant who gives the model answer to `questions` and leaves the others empty."""
    notebook = copy.deepcopy(material.release)
    answers = {}
    expected = {}
    for question, points in material.points.items():
        if question not in questions:
            expected[question] = Expected(0.0)
            continue
        expected[question] = Expected(points)
        if question in material.code:
            _cell(notebook, f"{question}-answer").source = material.code[question]
        else:
            answers[question] = material.model(question)
    for memo, text in material.memos.items():
        if questions >= set(material.points):
            _cell(notebook, memo).source = text
            expected[memo] = Expected(None)
        else:
            expected[memo] = Expected(0.0)
    return SimulatedParticipant(name, notebook, answers, expected)


def _wrong(material: _Material, k: int) -> SimulatedParticipant:
    person = _answered(material, f"wrong-{k + 1}", set(material.points))
    for question in material.points:
        entry = material.wrong(question, k)
        if entry is None:
            continue
        person.expected[question] = Expected(float(entry["score"]), entry["says"])
        if "code" in entry:
            _cell(person.notebook, f"{question}-answer").source = entry["code"]
        elif isinstance(entry["answer"], Mapping):
            person.answers[question] = {**material.model(question), **_cases(entry["answer"])}
        else:
            person.answers[question] = entry["answer"]
    return person


def participants(source: Path, release: Path, answers: Path) -> Iterator[SimulatedParticipant]:
    """Yield one participant of every kind for a module.

    Parameters
    ----------
    source, release : path
        The module's notebook with its solutions, and as released.
    answers : path
        Its ``answers.toml``.

    Raises
    ------
    InputError
        If ``answers.toml`` is missing or does not fit the questions of the exercise.
    """
    material = _Material(source, release, answers)
    everything = set(material.points)
    yield _answered(material, "model", everything)
    for k in range(material.depth):
        yield _wrong(material, k)
    yield _answered(material, "empty", set())
    yield _answered(material, "half", set(list(material.points)[::2]))

    stumbles = _answered(material, "does-not-run", everything)
    stumbles.notebook.cells.insert(1, nbformat.v4.new_code_cell("1 / 0  # my own note"))
    if material.code:
        broken = next(iter(material.code))
        _cell(stumbles.notebook, f"{broken}-answer").source = "this is (not Python"
        stumbles.expected[broken] = Expected(0.0)
    yield stumbles

    last = list(material.points)[-1]
    deleted = _answered(material, "deleted-cell", everything)
    deleted.notebook.cells.remove(_cell(deleted.notebook, last))
    yield deleted

    doubled = _answered(material, "doubled-cell", everything)
    position = doubled.notebook.cells.index(_cell(doubled.notebook, last))
    twin = copy.deepcopy(doubled.notebook.cells[position])
    twin.id = "twin"
    doubled.notebook.cells.insert(position + 1, twin)
    yield doubled
