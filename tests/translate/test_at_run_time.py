"""What a class meets: pages that ask for texts, and exercises that are handed out, answered and marked."""

from __future__ import annotations

import ast
import contextlib
import io
from collections import defaultdict
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bordercourse.course import notebooks
from bordercourse.course.checks import AnswerError
from bordercourse.grading.rehearsal import rehearse, simulate
from bordercourse.i18n import heard
from bordercourse.translate import localise, texts
from bordercourse.translate.library_texts import library_texts
from bordercourse.translate.pseudo import pseudo

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "exercises" / "source"
ANSWERS = ROOT / "tests" / "answers"


def run(path: Path) -> None:
    """Run the cells of a notebook in this process, and show what each ends with."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.suppress(AnswerError):  # a source's own checks stand before its answers
            exec(compile(tree, cell.id, "exec"), names)
            if last is not None:
                shown = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
                str(shown)
                getattr(shown, "_repr_html_", str)()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_text_that_a_page_asks_for_is_one_that_a_translator_sees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A constant that is shown through `gettext` is written ``mark("...")`` where it stands."""
    known = {one.text for one in library_texts()}
    asked: dict[str, set[str]] = defaultdict(set)
    for path in [*sorted((ROOT / "notebooks").glob("*.ipynb")), *sorted(SOURCE.glob("*/*.ipynb"))]:
        monkeypatch.chdir(path.parent)
        name = path.stem
        with heard(lambda text, name=name: asked[text].add(name)), contextlib.redirect_stdout(io.StringIO()):  # type: ignore[misc]
            run(path)
    assert len(asked) > 500
    assert {text: sorted(where) for text, where in asked.items() if text and text not in known} == {}


def abroad(notebook: Any) -> Any:
    return localise(notebook, {text.text: pseudo(text.text) for text in texts(notebook)})


@pytest.mark.slow
def test_an_exercise_in_another_language_gives_the_same_scores(tmp_path: Path) -> None:
    source = tmp_path / "exercises" / "source"
    module = "04-irregular-migrants"  # its `protection.choices` look like the exercise's
    (source / module).mkdir(parents=True)
    (source.parent / "nbgrader_config.py").write_bytes((SOURCE.parent / "nbgrader_config.py").read_bytes())
    english = nbformat.read(SOURCE / module / f"{module}.ipynb", as_version=4)
    nbformat.write(abroad(english), source / module / f"{module}.ipynb")
    rows = rehearse.rehearse(source, ANSWERS, [module])
    assert len(rows) > 4
    assert [(row.participant, row.given) for row in rows] == [(row.participant, row.expected) for row in rows]
    # Words may be other words; no question has another score.
    assert not [line for row in rows for line in row.differences if "message without" not in line]


@pytest.mark.slow
def test_a_class_of_many_languages_is_marked_by_the_english_gradebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in = simulate.SimulatedParticipant.hand_in

    def hand_in_abroad(person: simulate.SimulatedParticipant, folder: Path, module: str) -> None:
        person.notebook = abroad(person.notebook)
        hand_in(person, folder, module)

    monkeypatch.setattr(simulate.SimulatedParticipant, "hand_in", hand_in_abroad)
    # The empty memo of a language that is installed is known; this language is of the test alone.
    monkeypatch.setattr(notebooks, "in_every_language", lambda text: {text, pseudo(text)})
    rows = rehearse.rehearse(SOURCE, ANSWERS, ["00-welcome"])
    assert len(rows) > 3
    assert [row for row in rows if row.differences] == []
