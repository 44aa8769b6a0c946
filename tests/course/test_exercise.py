"""The exercise object reads points from the notebook, checks, marks, and shows questions headless."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import ipywidgets
import nbformat
import pytest

from bordercourse import page
from bordercourse.course import AnswerError, AnswerSheet, Exercise, progress, selfcheck
from bordercourse.course.manifest import module
from bordercourse.errors import InputError

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "exercises" / "source" / "00-welcome" / "00-welcome.ipynb"


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    folder = tmp_path / "00-welcome"
    folder.mkdir()
    shutil.copy(SOURCE, folder)
    return Exercise("00-welcome", folder)


def test_points_come_from_the_notebook(exercise: Exercise) -> None:
    assert exercise.points("a2-definition") == 4
    with pytest.raises(AnswerError, match="no question a9"):
        exercise.points("a9")


def test_a_renamed_notebook_is_named_in_the_message(exercise: Exercise) -> None:
    (exercise.folder / "00-welcome.ipynb").rename(exercise.folder / "copy.ipynb")
    with pytest.raises(AnswerError, match="cannot find 00-welcome.ipynb"):
        exercise.mark("a2-definition", 1.0, "Right.")


@pytest.mark.parametrize(
    ("share", "score"), [(0, 0), (1, 4), (1.2, 4), (-1, 0), (1 / 3, 1.33), (2 / 3, 2.67)]
)
def test_a_score_is_rounded_and_never_above_the_points(
    exercise: Exercise, capsys: pytest.CaptureFixture[str], share: float, score: float
) -> None:
    assert exercise.mark("a2-definition", share, "Look again.") == score
    assert capsys.readouterr().out == f"A2: {score:g} of 4 points. Look again.\n"


def test_checks_tell_missing_from_wrong_form(exercise: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AnswerError, match="A1 is not answered yet"):
        exercise.check_choice("a1-registration")
    exercise.sheet["a1-registration"] = ["b"]
    with pytest.raises(AnswerError, match="needs one answer"):
        exercise.check_choice("a1-registration")
    exercise.sheet["a1-registration"] = "c"
    exercise.check_choice("a1-registration")
    said = capsys.readouterr().out
    assert said == "A1 (2 points): Visible checks passed. Your answer is saved.\n"
    assert "correct" not in said.lower()
    for damaged in ("x", ["case-1"], {"case-1": "register"}, {"case-1": {"decision": "register"}}):
        exercise.sheet["c-first-cases"] = damaged
        with pytest.raises(AnswerError):
            exercise.check_casebook("c-first-cases")


def test_named_numbers_are_checked_one_by_one(exercise: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    exercise.check_mapping(
        "a2-definition", {"one": 1, "two": 2.5}, name="n", keys=["one", "two"], numbers=True
    )
    assert "Visible checks passed" in capsys.readouterr().out
    with pytest.raises(
        AnswerError, match="n\\['two'\\] is text, '២'. Type the number without quotation marks"
    ):
        exercise.check_mapping(
            "a2-definition", {"one": 1, "two": "២"}, name="n", keys=["one", "two"], numbers=True
        )
    exercise.check_mapping("a2-definition", {"one": "a"}, name="n", keys=["one"])
    listed = {"one": ["a", "b"]}
    capsys.readouterr()
    exercise.check_mapping(
        "a2-definition", {"one": "B", "two": 2}, name="n", keys=["one", "two"], options=listed
    )
    assert capsys.readouterr().out.count("Visible checks passed") == 1  # one line, however many keys
    with pytest.raises(AnswerError, match=r"n\['one'\] is 'c'. It must be one of: a, b"):
        exercise.check_mapping("a2-definition", {"one": "c"}, name="n", keys=["one"], options=listed)


def test_questions_show_as_plain_html_without_a_kernel(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(page, "show_html", shown.append)
    exercise.sheet["a1-registration"] = "b"
    exercise.choice("a1-registration", "Is <b> safe?", {"a": "one", "b": "two & more"})
    (html,) = shown
    assert "Is &lt;b&gt; safe?" in html
    assert "(2 points)" in html
    assert "<b>b) two &amp; more</b> (your answer)" in html
    exercise.sheet["c-first-cases"] = {"case-1": {"decision": "d", "reason": "gone"}}
    exercise.casebook("c-first-cases", {"case-1": "A boy."}, {"d": "Register"}, {"r": "Section 2"})
    assert "Register" in shown[-1]
    assert "not answered" in shown[-1]


def test_clicks_are_saved_at_once(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real widgets, as a kernel would show them, without a browser."""
    shown: list[ipywidgets.Widget] = []
    monkeypatch.setattr(page, "live", lambda: True)
    monkeypatch.setattr(page, "show_html", lambda html: None)
    monkeypatch.setattr("IPython.display.display", shown.append)

    def parts(kind: type[ipywidgets.Widget]) -> list[ipywidgets.Widget]:
        return [w for w in shown[-1].children if isinstance(w, kind)]

    options = {"a": "one", "b": "two"}
    exercise.choice("a1-registration", "Which?", options)
    (radio,) = parts(ipywidgets.RadioButtons)
    assert radio.value is None
    radio.value = "b"
    assert exercise.sheet["a1-registration"] == "b"
    assert "Saved" in parts(ipywidgets.HTML)[-1].value

    exercise.choices("a2-definition", "Which?", options)
    first, second = parts(ipywidgets.Checkbox)
    first.value, second.value = True, True
    first.value = False
    assert exercise.sheet["a2-definition"] == ["b"]

    exercise.casebook("c-first-cases", {"case-1": "A boy."}, {"d": "Register"}, {"r": "Section 2"})
    decision, reason = parts(ipywidgets.Dropdown)
    decision.value = "d"
    assert "0 of 1" in parts(ipywidgets.HTML)[-1].value
    reason.value = "r"
    assert "1 of 1" in parts(ipywidgets.HTML)[-1].value
    assert exercise.sheet["c-first-cases"] == {"case-1": {"decision": "d", "reason": "r"}}

    # A new kernel shows what was stored, also when an option no longer exists.
    exercise.choice("a1-registration", "Which?", options)
    assert parts(ipywidgets.RadioButtons)[0].value == "b"
    exercise.choice("a1-registration", "Which?", {"a": "one", "c": "three"})
    assert parts(ipywidgets.RadioButtons)[0].value is None

    def full(self: AnswerSheet, question: str, answer: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AnswerSheet, "__setitem__", full)
    parts(ipywidgets.RadioButtons)[0].value = "c"
    assert "could not be saved (No space left on device)" in parts(ipywidgets.HTML)[-1].value


def test_progress_reads_the_saved_files(exercise: Exercise) -> None:
    nb = nbformat.read(SOURCE, as_version=4)
    for cell in nb.cells:
        if cell.metadata.nbgrader.solution and cell.cell_type == "code":
            cell.source = cell.source.split("### BEGIN")[0]
        elif cell.metadata.nbgrader.solution:
            cell.source = "Write your memo here."
    path = exercise.folder / "00-welcome.ipynb"
    nbformat.write(nb, path)
    table = progress(exercise.folder.parent).set_index("question")
    assert table["points"].sum() == 26
    assert not table["answered"].any()
    exercise.sheet["a1-registration"] = "a"
    for cell in nb.cells:
        if cell.metadata.nbgrader.grade_id == "b2-percentage-answer":
            cell.source = "registered_births = 308\nexpected_births = ..."
        if cell.metadata.nbgrader.grade_id == "b1-without-paper-answer":
            cell.source = "without_paper = 71"
        if cell.metadata.nbgrader.grade_id == "d-memo":
            cell.source = "អក្សរខ្មែរ"
    nbformat.write(nb, path)
    table = progress(exercise.folder).set_index("question")
    assert table.index[table["answered"]].tolist() == ["a1-registration", "b1-without-paper", "d-memo"]
    path.write_text("{")
    with pytest.raises(InputError, match="fresh copy"):
        progress(exercise.folder)
    with pytest.raises(InputError, match="holds no exercise"):
        progress(exercise.folder.parent.parent / "nothing")


def test_self_check_answers_every_option() -> None:
    for question in module("00").self_check:
        said = {key: selfcheck.feedback(question, key) for key in question.options}
        assert [k for k, text in said.items() if text.startswith("Right.")] == [question.answer]


def test_unknown_module_lists_the_modules() -> None:
    with pytest.raises(InputError, match="00-welcome"):
        module("99")


def test_answer_sheet_format_is_what_nbgrader_collects(exercise: Exercise) -> None:
    exercise.sheet["a1-registration"] = "b"
    stored = json.loads((exercise.folder / "answers.json").read_text(encoding="utf-8"))
    assert stored == {"format": 1, "module": "00-welcome", "answers": {"a1-registration": "b"}}


ODD = [
    {"x": 1},
    [{"x": 1}],
    [["b"]],
    3,
    True,
    {"case-1": {"decision": ["d1"], "reason": {"r": 1}}},
    {"case-1": 7},
]


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("stored", ODD, ids=str)
def test_a_stored_answer_of_an_odd_form_never_stops_the_page(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch, stored: object, live: bool
) -> None:
    monkeypatch.setattr(page, "live", lambda: live)
    exercise.sheet["a1-registration"] = stored
    exercise.choice("a1-registration", "Which?", {"a": "one", "b": "two"})
    exercise.choices("a1-registration", "Which?", {"a": "one", "b": "two"})
    exercise.casebook("a1-registration", {"case-1": "Somebody."}, {"d1": "Register"}, {"r1": "Section 3"})
    assert exercise.sheet["a1-registration"] == stored  # showing it changes nothing
