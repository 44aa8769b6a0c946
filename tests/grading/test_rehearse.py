"""The rehearsal notices a wrong score, a missing message and a bad feedback page."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordercourse.errors import InputError
from bordercourse.grading.rehearsal import rehearse, simulate

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "exercises" / "source"


def test_a_wrong_expectation_is_a_difference(tmp_path: Path) -> None:
    answers = tmp_path / "answers" / "00-welcome"
    answers.mkdir(parents=True)
    text = (ROOT / "tests" / "answers" / "00-welcome" / "answers.toml").read_text(encoding="utf-8")
    changed = text.replace('score = 0.99, says = "all children', 'score = 1.5, says = "no such words')
    assert changed != text
    (answers / "answers.toml").write_text(changed, encoding="utf-8")
    rows = rehearse.rehearse(SOURCE, answers.parent, ["00-welcome"], count=2)
    assert [row.participant for row in rows] == ["model", "wrong-1"]
    assert rows[0].differences == ()
    assert rows[0].given == rows[0].expected == 23
    assert [d.split(":")[0] for d in rows[1].differences] == ["b1-without-paper"] * 2
    assert "0.99" in rows[1].differences[0]
    assert "no such words" in rows[1].differences[1]


def test_a_page_that_loads_from_the_network_or_shows_a_hidden_test_is_a_difference(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert rehearse._feedback(page) == ["no feedback page"]
    page.write_text('<script src="https://example.org/x.js"></script>### BEGIN HIDDEN TESTS')
    assert len(rehearse._feedback(page)) == 2
    page.write_text('<p>Read <a href="https://example.org">this</a>.</p>')
    assert rehearse._feedback(page) == []


def test_answers_that_do_not_fit_the_exercise_are_named(tmp_path: Path) -> None:
    notebook = SOURCE / "00-welcome" / "00-welcome.ipynb"
    with pytest.raises(InputError, match="are missing"):
        next(simulate.participants(notebook, notebook, tmp_path / "answers.toml"))
    (tmp_path / "answers.toml").write_text("[a9-none]\nmodel = 'b'\n", encoding="utf-8")
    with pytest.raises(InputError, match="a9-none"):
        next(simulate.participants(notebook, notebook, tmp_path / "answers.toml"))


@pytest.mark.parametrize(
    "entry",
    [
        'answer = "b", score = 0',
        'answer = "b", says = "two records"',
        'score = 0, says = "two records"',
        'answer = "b", code = "a = 1", score = 0, says = "two records"',
    ],
)
def test_a_wrong_answer_that_lacks_a_key_is_named(tmp_path: Path, entry: str) -> None:
    notebook = SOURCE / "00-welcome" / "00-welcome.ipynb"
    whole = (ROOT / "tests" / "answers" / "00-welcome" / "answers.toml").read_text(encoding="utf-8")
    first = '{ answer = "b", score = 0, says = "A second entry would make two records" }'
    assert first in whole
    (tmp_path / "answers.toml").write_text(whole.replace(first, f"{{ {entry} }}", 1), encoding="utf-8")
    with pytest.raises(InputError, match="wrong answer 1 of a1-registration is not whole"):
        next(simulate.participants(notebook, notebook, tmp_path / "answers.toml"))


def test_an_unknown_module_is_named() -> None:
    with pytest.raises(InputError, match="no exercise of this name"):
        rehearse.rehearse(SOURCE, ROOT / "tests" / "answers", ["99-nothing"])
