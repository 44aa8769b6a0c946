"""Test-wise people who have not learned: what they would hand in for parts A and C of an exercise.

Each guesser sees what a participant sees: the questions, the options, the cases. It knows nothing of the
field. `score` marks its answers with the exercise's own key.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
import numpy as np
from scipy.optimize import linear_sum_assignment

from bordercourse.course import Case, marks
from bordercourse.course.casebook import mark_casebook

__all__ = ["GUESSERS", "Question", "questions", "score"]

Options = Mapping[str, str]
Pick = Callable[[str, Options], str]  # the text of a question or case, and what may be picked


@dataclass(frozen=True)
class Question:
    """One question of part A, or the casebook of part C, with its key."""

    kind: str  # choice, choices, casebook
    points: float
    text: str = ""
    options: Options = field(default_factory=dict)
    cases: Options = field(default_factory=dict)
    decisions: Options = field(default_factory=dict)
    reasons: Options = field(default_factory=dict)
    key: Any = None


def questions(path: Any) -> list[Question]:
    """Read the clicked questions of an exercise's source, with keys and points."""
    cells = nbformat.read(path, as_version=4).cells
    points = {
        c.metadata.nbgrader.grade_id: float(c.metadata.nbgrader.points)
        for c in cells
        if c.metadata.get("nbgrader", {}).get("grade")
    }
    given: dict[str, Any] = {}
    for cell in cells:
        if cell.cell_type == "code":
            for call in (node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                if name in SHOWS | MARKS and ast.unparse(call.func) == f"exercise.{name}":
                    arguments = [value(a) for a in call.args]
                    named = {str(k.arg): value(k.value) for k in call.keywords}
                    given.setdefault(arguments[0], {})[name] = (arguments, named)
    asked = (question(calls, points.get(name, 0.0)) for name, calls in given.items())
    return [one for one in asked if one]


SHOWS = {"choice", "choices", "casebook"}
MARKS = {f"mark_{name}" for name in SHOWS}


def value(node: ast.expr) -> Any:
    """The value of an argument: literals, and the cases of a key."""
    return eval(compile(ast.Expression(node), "<exercise>", "eval"), {"Case": Case})


def question(calls: Mapping[str, Any], points: float) -> Question | None:
    kind = next((name for name in SHOWS if name in calls), None)
    if kind is None or f"mark_{kind}" not in calls:
        return None
    (shown, named), (marked, key) = calls[kind], calls[f"mark_{kind}"]
    answer = key.get("key", marked[1] if len(marked) > 1 else None)
    if kind == "casebook":
        parts = dict(zip(["cases", "decisions", "reasons"], shown[1:], strict=False)) | named
        return Question(kind, points, key=answer, **parts)
    return Question(
        kind, points, text=shown[1], options=shown[2] if len(shown) > 2 else named["options"], key=answer
    )


# --- what a guesser likes -----------------------------------------------------------------------

_SECTION = re.compile(r"section|article|rule|\bs\. ?\d|\d", re.IGNORECASE)
_POLITE = re.compile(
    r"\b(please|ask|asks|offer|explain|help|respect|together|hear|listen|kind|thank|may|with)\b",
    re.IGNORECASE,
)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


def longest(_text: str, options: Options) -> str:
    return max(options, key=lambda name: len(options[name]))


def shortest(_text: str, options: Options) -> str:
    return min(options, key=lambda name: len(options[name]))


def place(number: int) -> Pick:
    return lambda _text, options: list(options)[min(number, len(options) - 1) if number >= 0 else number]


def cites(text: str, options: Options) -> str:
    return max(options, key=lambda name: (len(_SECTION.findall(options[name])), len(options[name])))


def polite(text: str, options: Options) -> str:
    return max(options, key=lambda name: (len(_POLITE.findall(options[name])), len(options[name])))


def overlap(text: str, options: Options) -> str:
    return max(options, key=lambda name: len(words(text) & words(options[name])))


PICKS: dict[str, Pick] = {
    "longest": longest,
    "shortest": shortest,
    "first": place(0),
    "second": place(1),
    "last": place(-1),
    "cites a section": cites,
    "most polite": polite,
    "same words": overlap,
}


def pick_answers(pick: Pick, question: Question) -> Any:
    """What a guesser answers who picks every option by the same rule."""
    if question.kind == "choice":
        return pick(question.text, question.options)
    if question.kind == "choices":
        # Half of the boxes: those that the rule likes best, one after another.
        left, ticked = dict(question.options), []
        for _ in range((len(left) + 1) // 2):
            ticked.append(pick(question.text, left))
            del left[ticked[-1]]
        return ticked
    return {
        name: {"decision": pick(text, question.decisions), "reason": pick(text, question.reasons)}
        for name, text in question.cases.items()
    }


def each_once(question: Question) -> Any:
    """A guesser who gives each decision to one case, and each reason, by the words that they share."""
    if question.kind != "casebook":
        return pick_answers(overlap, question)
    decision, reason = (assign(question.cases, options) for options in (question.decisions, question.reasons))
    return {name: {"decision": decision[name], "reason": reason[name]} for name in question.cases}


def assign(cases: Options, options: Options) -> dict[str, str]:
    """Every case gets an option of its own as long as there are any; the rest, the option with most words."""
    names, choices = list(cases), list(options)
    shared = np.array([[len(words(cases[n]) & words(options[c])) for c in choices] for n in names])
    rows, columns = linear_sum_assignment(-shared)
    given = {names[r]: choices[c] for r, c in zip(rows, columns, strict=True)}
    return {name: given.get(name, overlap(cases[name], options)) for name in names}


GUESSERS: dict[str, Callable[[Question], Any]] = {
    **{name: (lambda question, pick=pick: pick_answers(pick, question)) for name, pick in PICKS.items()},  # type: ignore[misc]
    "each once": each_once,
}


def score(guesser: Callable[[Question], Any], asked: Iterable[Question]) -> tuple[float, float]:
    """The points that a guesser gets, and the points that there are."""
    got = total = 0.0
    for question in asked:
        answer = guesser(question)
        if question.kind == "choice":
            share, _message = marks.mark_choice(answer, question.key)
        elif question.kind == "choices":
            share, _message = marks.mark_choices(answer, question.key)
        else:
            share, _message = mark_casebook(answer, question.key)
        got += share * question.points
        total += question.points
    return got, total
