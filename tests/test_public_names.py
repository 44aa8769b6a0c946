"""What every public name of a room owes its reader: help with its parameters, and errors of one family."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import bordercourse
from bordercourse import errors
from bordercourse.results import Result

PACKAGE = Path(bordercourse.__file__).parent
METHOD_ROOMS = (
    "registration",
    "identity",
    "protection",
    "documents",
    "documents.register",
    "crossing",
    "displacement",
    "resilience",
    "evaluation",
)
ROOMS = ("datasets", *METHOD_ROOMS)


def public_functions(room: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions of a room and the methods of its classes, by name."""
    module = import_module(f"bordercourse.{room}")
    for name in module.__all__:
        one = getattr(module, name)
        if inspect.isclass(one):
            own = vars(one).items()
            yield from ((f"{name}.{k}", f) for k, f in own if inspect.isfunction(f) and k[0] != "_")
        elif callable(one):
            yield name, one


@pytest.mark.parametrize("room", ROOMS)
def test_two_parameters_or_more_are_explained_each(room: str) -> None:
    for name, function in public_functions(room):
        parameters = [p for p in inspect.signature(function).parameters if p not in ("self", "cls")]
        text = inspect.getdoc(function) or ""
        if len(parameters) > 1:
            section = text.partition("Parameters\n----------")[2].split("\n\n")[0]
            missing = [p for p in parameters if p not in section]
            assert not missing, f"{room}.{name} does not explain {missing}"


@pytest.mark.parametrize("room", [*ROOMS, "inputs"])
def test_a_room_raises_only_errors_of_the_family(room: str) -> None:
    family = {name for name in errors.__all__ if inspect.isclass(getattr(errors, name))}
    # A mistake of whoever writes a room is no mistake of its reader.
    inside = {("inputs", "declared.py", "TypeError"), ("inputs", "declared.py", "NotImplementedError")}
    inside |= {("registration", "death_distribution.py", "NotImplementedError")}
    # Caught where they are raised.
    inside |= {("identity", "linkage.py", "ValueError"), ("documents", "serve.py", "OverflowError")}
    for path in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and node.exc is not None:
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                name = getattr(raised, "id", getattr(raised, "attr", ""))
                made_elsewhere = name.startswith("_") or name == "error"  # by a function, or kept until now
                assert name in family or made_elsewhere or (room, path.name, name) in inside, (path, name)
            if isinstance(node, ast.ClassDef):
                bases = {getattr(base, "id", "") for base in node.bases}
                assert not bases & {"Exception", "ValueError", *family}, f"{node.name} belongs in errors.py"


@pytest.mark.parametrize("room", METHOD_ROOMS)
def test_results_are_one_family(room: str) -> None:
    own_print = {"Verification"}  # four verdicts must not become one sentence
    own_print |= {"Verdict", "FieldWeight", "ColumnReading"}  # a line each of what prints them
    own_print |= {"DecisionTable", "MRZ"}  # they hold what was given: rules, the text of a zone
    module = import_module(f"bordercourse.{room}")
    for name in set(module.__all__) - own_print:
        one = getattr(module, name)
        if inspect.isclass(one) and "__dataclass_fields__" in vars(one):
            names = {name for base in one.__mro__[:-1] for name in vars(base)}
            prints = names & {"sentence", "__str__", "_repr_html_", "plot"}
            assert not prints or issubclass(one, Result), f"{name} prints in its own way: make it a Result"
            assert not issubclass(one, Result) or one.__repr__ is Result.__repr__, f"{name}: repr=False"


def test_a_result_without_a_figure_says_so() -> None:
    from bordercourse.protection import screen

    with pytest.raises(errors.InputError, match="Screening: this result has no figure"):
        screen().plot()
