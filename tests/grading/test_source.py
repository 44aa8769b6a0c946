"""Which answers a test needs is read from the names that cells use."""

from __future__ import annotations

from typing import Any

import pytest

from bordercourse.grading.intake.cell_names import cell_names
from bordercourse.grading.intake.source import Plan, SourceCell, SourceNotebook, plan, without_hidden
from tests.grading.classroom import cell, question, small, tiny


def planned(notebook: Any) -> Plan:
    """Plan a notebook as if the gradebook held its cells as they stand."""
    cells = tuple(
        SourceCell(
            one.metadata.get("nbgrader", {}).get("grade_id", ""),
            one.id,
            one.cell_type,
            one.source,
            one.source,
            one.metadata.get("nbgrader", {}),
        )
        for one in notebook.cells
    )
    return plan(SourceNotebook("x", "x", cells, ""))


@pytest.mark.parametrize(
    ("code", "reads", "binds"),
    [
        ("a = b + c\na = a + 1", "b c", "a"),
        ("def f(x):\n    return x + y + g(z)", "g y z", "f"),
        ("[a for a in b if a in c]", "b c", ""),
        ("[a for a in a]", "a", ""),
        ("{k: v for k, v in d.items()}", "d", ""),
        ("t['x'] = 3", "t", "t"),
        ("x += 1", "x", "x"),
        ("with open(f) as g:\n    g.read()", "f", "g"),
        ("try:\n    s()\nexcept NameError as e:\n    print(e)", "s", "e"),
        ("def f():\n    global q\n    q = 1", "", "f q"),
        ("lambda q: q + w", "w", ""),
        ("class A(B):\n    def m(self):\n        return zz", "B zz", "A"),
        ("def f():\n    a = 1\n    def g():\n        return a + bb", "bb", "f"),
        ("if (n := len(xs)) > 1:\n    print(n)", "xs", "n"),
        ("match x:\n    case [a, b]:\n        a + b", "x", "a b"),
    ],
)
def test_names(code: str, reads: str, binds: str) -> None:
    names = cell_names(code)
    assert " ".join(sorted(names.reads)) == reads
    assert " ".join(sorted(names.binds)) == binds


def test_an_exercise_of_plain_values_is_judged_apart() -> None:
    made = planned(tiny())
    assert made.trusting == ""
    assert dict(made.asked) == {"b1-share": ("share",), "b2-names": ("names",), "b3-table": ("counts",)}
    made = planned(small())
    assert dict(made.asked) == {"a1-word": (), "b1-total": ("total",), "b2-rural": ("rural",)}
    assert [name for name, _code in made.setup] == ["setup", "a1-word-show"]
    assert made.imports == ("pandas", "bordercourse.course")


def test_given_data_that_an_answer_changes_are_asked_for() -> None:
    made = tiny()
    made.cells[1:3] = question("b1", "", "births[0] = 31", "assert births", "float(births[0] == 31)", 1)
    assert planned(made).asked["b1"] == ("births",)


@pytest.mark.parametrize(
    ("solution", "test", "why"),
    [
        ("def f(n):\n    return n", "assert f(2) == 2", "f, which is code"),
        ("f = lambda n: n", "assert f(2) == 2", "f, which is code"),
        ("import math as f", "assert f.pi > 3", "f, which is code"),
        ("f = 1", "%time f", "IPython"),
        ("f = 1", "get_ipython()", "IPython"),
        ("f = 1", "names = 3\nf", "binds names, which b2-names reads"),
    ],
)
def test_a_test_that_needs_code_is_as_trusting_as_stock(solution: str, test: str, why: str) -> None:
    made = tiny()
    made.cells[1:3] = question("b1", "f = ...", solution, "", test, 1)
    assert why in planned(made).trusting


def test_a_locked_cell_that_needs_an_answer_is_not_run_by_the_judge() -> None:
    made = tiny()
    made.cells.insert(3, cell("code", "show", "print(share)", locked=True))
    assert [name for name, _code in planned(made).setup] == ["setup"]


def test_hidden_tests_and_mark_schemes_are_taken_out() -> None:
    hidden = "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc"
    assert without_hidden(hidden) == "a\nc"
    assert without_hidden("a\n### BEGIN HIDDEN TESTS\nb") == "a"
    assert without_hidden("a\n=== BEGIN MARK SCHEME ===\nb\n=== END MARK SCHEME ===\n") == "a"
    assert without_hidden("a\nb") == "a\nb"
