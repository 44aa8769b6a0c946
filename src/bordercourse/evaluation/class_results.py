"""The results of a class, read from its gradebook and its answer sheets."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from bordercourse.course import manifest
from bordercourse.course.answers import FILE_NAME, sheets_beside, stored_answers
from bordercourse.errors import CourseError
from bordercourse.evaluation.class_list import class_members
from bordercourse.evaluation.roster_file import ClassMember

__all__ = ["AskedQuestion", "ClassResults", "asked_questions", "class_results", "title_of", "unmarked"]

_LESSON = re.compile(r"[Ll]esson (\d\d-[a-z0-9-]+)")


@dataclass(frozen=True)
class AskedQuestion:
    """A choice question of an exercise, as its source asks it.

    Parameters
    ----------
    text : str
        The question.
    options : mapping of str to str
        The answers by their keys.
    key : str
        The right one; empty where several are right.
    lesson : str
        Number and slug of the lesson that teaches it; empty where the hints name none.
    hints : mapping of str to str
        What is said to who chose an answer, by its key.
    """

    text: str
    options: Mapping[str, str]
    key: str
    lesson: str
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClassResults:
    """One class.

    Parameters
    ----------
    name : str
        What its page calls it.
    people : tuple of ClassMember
        The roster, and whoever handed in without standing there.
    points : pandas.DataFrame
        One row a person, columns (module, question): points; missing where nothing was handed in or a memo
        waits for its mark.
    most : pandas.Series
        The points that each question gives.
    handed_in : pandas.DataFrame of bool
        One row a person, one column a module.
    chosen : pandas.DataFrame of str
        As `points`, choice questions alone: the key of the answer chosen.
    asked : mapping of (module, question) to AskedQuestion
        Choice questions.
    """

    name: str
    people: tuple[ClassMember, ...]
    points: pd.DataFrame
    most: pd.Series[float]
    handed_in: pd.DataFrame
    chosen: pd.DataFrame
    asked: Mapping[tuple[str, str], AskedQuestion]

    @property
    def modules(self) -> list[str]:
        """The modules that somebody handed in, exercises first, then the checks, before first."""
        used = [str(name) for name in self.handed_in.columns if self.handed_in[name].any()]
        return sorted(used, key=lambda name: (not name[:1].isdigit(), name != "check-before", name))

    def scores(self, module: str) -> pd.Series[float]:
        """Return each person's share of the marked points, from 0 to 1; missing without a hand-in."""
        points = self.points[module]
        weight = points.notna().mul(self.most[module], axis=1).sum(axis=1)
        share: pd.Series[float] = points.sum(axis=1) / weight.where(weight > 0)
        return share


def title_of(module: str) -> str:
    """Return a module's number and title; its name where the course has no record of it.

    Examples
    --------
    >>> title_of("05-iraq").startswith("05 ")
    True
    """
    try:
        record = manifest.module(module)
    except CourseError:
        return module
    return f"{record.number} {record.title}".strip()


def class_results(course: Path, name: str = "") -> ClassResults:
    """Read the results of a class.

    Parameters
    ----------
    course : path
        The nbgrader course.
    name : str
        What its page calls it; the name of its workspace where left out.

    Raises
    ------
    CourseError
        If roster or gradebook cannot be read.
    """
    from bordercourse.grading.run import open_course

    rows: dict[str, dict[tuple[str, str], float | None]] = {}
    most: dict[tuple[str, str], float] = {}
    with open_course(course) as opened:
        for assignment in opened.gradebook.assignments:
            for submission in assignment.submissions:
                row = rows.setdefault(str(submission.student_id), {})
                for notebook in submission.notebooks:
                    for grade in notebook.grades:
                        place = (str(assignment.name), str(grade.name))
                        most[place] = float(grade.max_score)
                        waits = grade.needs_manual_grade and grade.manual_score is None
                        row[place] = None if waits else float(grade.score)
    listed = class_members(course)
    known = {person.id for person in listed}
    folded = {person.id.casefold() for person in listed}
    people = (*listed, *(ClassMember(id) for id in sorted(rows) if id.casefold() not in folded))
    if len(known) < len(listed):  # two capitals of one identifier: the roster was written by hand
        people = tuple({person.id: person for person in people}.values())
    return _tables(name or course.resolve().parent.name, people, rows, most, course)


def _tables(
    name: str,
    people: tuple[ClassMember, ...],
    rows: Mapping[str, Mapping[tuple[str, str], float | None]],
    most: Mapping[tuple[str, str], float],
    course: Path,
) -> ClassResults:
    by_fold = {id.casefold(): id for id in rows}
    folders = {person.id: by_fold.get(person.id.casefold(), person.id) for person in people}
    ids = list(folders)
    columns = pd.MultiIndex.from_tuples(sorted(most), names=["module", "question"])
    points = pd.DataFrame(
        [[rows.get(folders[id], {}).get(place) for place in columns] for id in ids],
        index=ids,
        columns=columns,
        dtype=float,
    )
    modules = sorted({module for module, _question in most})
    handed_in = pd.DataFrame(
        [[any(place[0] == m for place in rows.get(folders[id], {})) for m in modules] for id in ids],
        index=ids,
        columns=modules,
        dtype=bool,
    )
    asked = {
        (module, question): one
        for module in modules
        for question, one in asked_questions(course / "source" / module / f"{module}.ipynb").items()
        if (module, question) in most and one.key
    }
    sheets = {
        (id, module): _answers(course / "submitted" / folders[id] / module, module)
        for id in ids
        for module in {module for module, _question in asked}
    }
    chosen = pd.DataFrame(
        [[_option(sheets[id, place[0]].get(place[1]), one) for place, one in asked.items()] for id in ids],
        index=ids,
        columns=pd.MultiIndex.from_tuples(list(asked), names=["module", "question"]) if asked else None,
        dtype=object,
    )
    weights = pd.Series([most[place] for place in columns], index=columns, dtype=float)
    return ClassResults(name, people, points, weights, handed_in, chosen, asked)


def _option(answer: object, question: AskedQuestion) -> str | None:
    return answer if isinstance(answer, str) and answer in question.options else None


def _answers(folder: Path, module: str) -> Mapping[str, Any]:
    try:
        return stored_answers(sheets_beside(folder / FILE_NAME), module).answers
    except (CourseError, OSError):  # what cannot be read was told when it was graded
        return {}


def asked_questions(notebook: Path) -> dict[str, AskedQuestion]:
    """Return the choice questions of an exercise's source, by name.

    Parameters
    ----------
    notebook : path
        The instructor's notebook; nothing is asked by one that is not there.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    asked: dict[str, list[Any]] = {}
    marked: dict[str, dict[str, Any]] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            for what, given, named in _calls("".join(cell["source"])):
                if what == "choice" and len(given) > 2:
                    asked[given[0]] = given
                elif what == "mark_choice" and given:
                    marked[given[0]] = named
    found = {}
    for name, (_name, text, options, *_rest) in asked.items():
        mark = marked.get(name, {})
        key = mark.get("key")
        hints = mark.get("hints") or {}
        lesson = next((m[1] for hint in hints.values() if (m := _LESSON.search(hint))), "")
        found[name] = AskedQuestion(text, options, key if isinstance(key, str) else "", lesson, hints)
    return found


def _calls(source: str) -> Iterable[tuple[str, list[Any], dict[str, Any]]]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in ("choice", "mark_choice"):
            continue
        try:
            given = [ast.literal_eval(one) for one in node.args]
            yield node.func.attr, given, {one.arg or "": ast.literal_eval(one.value) for one in node.keywords}
        except ValueError:  # made of what only a run knows
            continue


def unmarked(results: ClassResults) -> int:
    """Return how many memos of the class wait for their mark.

    Parameters
    ----------
    results : ClassResults
        The class.
    """
    there = results.handed_in.reindex(columns=results.points.columns.get_level_values(0)).to_numpy(bool)
    return int((results.points.isna().to_numpy() & there).sum())
