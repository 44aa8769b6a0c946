"""Every blank of every exercise: what cannot be an answer is refused, and no message gives one away."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

import bordercourse.course
from bordercourse.course import AnswerError, module
from bordercourse.course.checks import UnansweredError
from bordercourse.course.form import AskedNumber, blanks_in
from bordercourse.course.typed import evaluate

ROOT = Path(__file__).resolve().parent.parent
EXERCISES = [
    path
    for path in sorted((ROOT / "exercises" / "source").glob("*/*.ipynb"))
    if module(path.stem).kind == "module"
]
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n.*?\n?### END HIDDEN TESTS", re.S)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n?### END SOLUTION", re.S)

every_exercise = pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)


@cache
def cells(path: Path) -> dict[str, str]:
    notebook = nbformat.read(path, as_version=4)
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells}


def solution(path: Path, question: str) -> dict[str, Any]:
    """Return the model answers of a question in part B, by name."""
    names: dict[str, Any] = {}
    (code,) = SOLUTION.findall(cells(path)[f"{question}-answer"])
    exec(code, {}, names)
    return names


def questions(path: Path) -> list[str]:
    """Return the questions that are answered by typing."""
    return [name.removesuffix("-answer") for name in cells(path) if name.endswith("-answer")]


class Desk:
    """An exercise whose setup has run: it shows what a visible check says of answers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(cells(path)["setup"], self.names)

    def check(self, question: str, answers: dict[str, Any]) -> str:
        visible = HIDDEN.sub("", cells(self.path)[question])
        page = io.StringIO()
        with contextlib.redirect_stdout(page):
            exec(visible, {**self.names, **answers})
        return page.getvalue()


@pytest.fixture
def desk(path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(path.parent)
    return Desk(path)


Place = tuple[Any, ...]  # the name of an answer, and the key or position inside it


def leaves(answers: dict[str, Any]) -> Iterator[tuple[Place, Any]]:
    for name, value in answers.items():
        if isinstance(value, dict):
            yield from (((name, key), entry) for key, entry in value.items())
        elif isinstance(value, list):
            yield from (((name, n), entry) for n, entry in enumerate(value))
        else:
            yield (name,), value


def changed(answers: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    answers = copy.deepcopy(answers)
    if len(place) == 1:
        answers[place[0]] = value
    else:
        answers[place[0]][place[1]] = value
    return answers


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


# What cannot be an answer where a number is asked, made from the right one.
NOT_NUMBERS: dict[str, Callable[[float], Any]] = {
    "the number as text": str,
    "text with a unit": lambda n: f"{n:g} people",
    "other digits": lambda n: "៣",
    "a word": lambda n: "seven",
    "thousands by a comma": lambda n: (n, 0),
    "true": lambda n: True,
    "a list": lambda n: [n],
    "named": lambda n: {"a": n},
    "no number": lambda n: float("nan"),
    "infinite": lambda n: float("inf"),
    "far too large": lambda n: 10**9,
    "far too small": lambda n: -(10**9),
    "negative": lambda n: -1,
}


@every_exercise
def test_the_model_answers_pass_the_visible_checks(path: Path, desk: Desk) -> None:
    assert questions(path)
    for question in questions(path):
        assert "Visible checks passed" in desk.check(question, solution(path, question)), question


@every_exercise
@pytest.mark.parametrize("kind", NOT_NUMBERS)
def test_what_is_no_number_never_passes_where_one_is_asked(path: Path, desk: Desk, kind: str) -> None:
    for question in questions(path):
        answers = solution(path, question)
        for place, value in leaves(answers):
            if is_number(value):
                with pytest.raises(AnswerError) as told:
                    desk.check(question, changed(answers, place, NOT_NUMBERS[kind](value)))
                assert str(place[-1]) in str(told.value), "the message names another answer"


@every_exercise
def test_words_are_held_to_those_that_are_listed(path: Path, desk: Desk) -> None:
    for question in questions(path):
        answers = solution(path, question)
        for place, value in leaves(answers):
            if isinstance(value, str):
                for odd in (5, f"{value}{value}", "nonsense", [value], True):
                    with pytest.raises(AnswerError):
                        desk.check(question, changed(answers, place, odd))


@every_exercise
def test_a_blank_that_is_open_is_not_called_a_mistake(path: Path, desk: Desk) -> None:
    for question in questions(path):
        answers = solution(path, question)
        for place, _value in leaves(answers):
            for blank in (..., "", "..."):
                with pytest.raises(UnansweredError, match="still empty"):
                    desk.check(question, changed(answers, place, blank))


def numbers_asked(path: Path) -> Iterator[tuple[str, AskedNumber, float]]:
    for question in questions(path):
        blanks = blanks_in([HIDDEN.sub("", cells(path)[question])])
        for place, value in leaves(solution(path, question)):
            if is_number(value):
                number = blanks[place[0]].of(place[1] if len(place) > 1 else None)
                assert number is not None, f"{question}: nothing is stated about {place}"
                yield question, number, value


@every_exercise
def test_each_number_has_a_range_that_its_answer_does_not_mark(path: Path) -> None:
    for question, number, value in numbers_asked(path):
        low, high = number.range
        assert low is not None, question
        assert high is not None, question
        assert value != high, f"{question}: the message about the range would name the answer"
        assert number.problem("", value) == ""


@every_exercise
def test_people_births_and_days_are_counted_in_whole_numbers(path: Path, desk: Desk) -> None:
    people = {"people", "women", "girls", "births", "families", "entries", "visits", "days", "certificates"}
    for question, number, _value in numbers_asked(path):
        assert (number.unit not in people) or number.whole, f"{question} counts {number.unit}"
    for question in questions(path):
        answers = solution(path, question)
        blanks = blanks_in([HIDDEN.sub("", cells(path)[question])])
        for place, value in leaves(answers):
            number = blanks[place[0]].of(place[1] if len(place) > 1 else None)  # type: ignore[assignment]
            if is_number(value) and number is not None and number.whole:
                with pytest.raises(AnswerError, match="whole number"):
                    desk.check(question, changed(answers, place, value + 0.5))


# -- what a message shows ------------------------------------------------------------------------


def messages() -> Iterator[tuple[str, str]]:
    """Yield the texts of the course room that a participant may read."""
    for path in sorted(Path(bordercourse.course.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                yield path.name, ast.literal_eval(node.args[0])


@cache
def answers_of_the_course() -> tuple[frozenset[float], frozenset[str]]:
    """Return every number and every word that is an answer in part B of some exercise."""
    numbers, words = set(), set()
    for path in EXERCISES:
        for question in questions(path):
            for _place, value in leaves(solution(path, question)):
                if is_number(value):
                    numbers.add(float(value))
                else:
                    words.add(value.casefold())
    return frozenset(numbers), frozenset(words)


def numbers_in(text: str) -> list[float]:
    text = re.sub(r"\{[^}]*\}|U\+\w+|(?<=by )100", "", text)  # "multiply by 100" is what percent means
    return [float(n.replace(",", "")) for n in re.findall(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?", text)]


def test_no_message_has_an_answer_of_the_course_as_its_example() -> None:
    numbers, words = answers_of_the_course()
    assert {1050.0, 2500.0, 9.0} <= numbers
    assert {"quotation", "unknown"} <= words
    shown = list(messages())
    assert len(shown) > 60
    for place, text in shown:
        assert not set(numbers_in(text)) & numbers, f"{place}: {text}"
        quoted = {word.casefold() for word in re.findall(r'["“]([^"”{]+)["”]', text)}
        assert not quoted & words, f"{place}: {text}"


EXAMPLES = [
    re.compile(r"`([^`]+)`"),  # a sum in code marks
    re.compile(r"(?:like|such as) `?\"(\w+)\""),
    re.compile(r"(?:like|such as) (\d[\d.]*)"),
    re.compile(r"\b(\d[\d.]*), not 0"),
]


@every_exercise
def test_no_example_beside_a_blank_is_an_answer(path: Path) -> None:
    numbers, words = answers_of_the_course()
    for question in questions(path):
        scaffold = SOLUTION.sub("", cells(path)[f"{question}-answer"])
        text = scaffold + cells(path).get(f"{question.split('-')[0]}-text", "")
        model = solution(path, question)
        # Where every word that may be used has its place in the answer, naming one gives nothing away.
        listed = [word for value in model.values() if isinstance(value, list) for word in value]
        free = set(listed) if all(f'"{word}"' in text for word in listed) else set()
        for example in (found for pattern in EXAMPLES for found in pattern.findall(text)):
            value = evaluate(example)
            assert value is None or value not in numbers, f"{question}: {example}"
            if example in free or not re.search(rf"(?:like|such as) [`\"]*{re.escape(example)}", text):
                continue  # code marks also name the words that may be used
            assert example.casefold() not in words, f"{question}: {example}"
