"""A notebook in another language is the English one with other words, and nothing else can change."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4 as v4
import pytest

from bordercourse.errors import InputError
from bordercourse.translate import localise, texts
from bordercourse.translate.pseudo import pseudo

ROOT = Path(__file__).resolve().parents[2]
BOOKS = [
    path
    for folder in ("notebooks", "exercises/source")
    for path in sorted((ROOT / folder).rglob("*.ipynb"))
    if ".ipynb_checkpoints" not in path.parts
]


def page(source: str, kind: str = "code") -> Any:
    cell = v4.new_code_cell(source) if kind == "code" else v4.new_markdown_cell(source)
    return v4.new_notebook(cells=[cell])


def told(source: str, words: dict[str, str], kind: str = "code") -> str:
    return str(localise(page(source, kind), words).cells[0].source)


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_the_identity_catalogue_gives_a_notebook_back_byte_for_byte(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    found = list(texts(notebook))
    assert found
    assert nbformat.writes(localise(notebook, {t.text: t.text for t in found})) == nbformat.writes(notebook)
    # Each text, put back by the way that a translation takes, stands as it stood; several lines become one.
    written = [t for t in found if t.written and "\n" not in t.written]
    assert [t.rewritten(t.text) for t in written] == [t.written for t in written]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_notebook_comes_back_from_another_language_as_it_was(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    there = {t.text: pseudo(t.text) for t in texts(notebook)}
    abroad = localise(notebook, there)
    if any(words != text for text, words in there.items()):
        assert [cell.source for cell in abroad.cells] != [cell.source for cell in notebook.cells]
    # Its every text is found again in the other language, and leads home.
    home = localise(abroad, {words: text for text, words in there.items()})
    for back, here in zip(home.cells, notebook.cells, strict=True):
        assert back.source == here.source or ast.dump(ast.parse(back.source)) == ast.dump(
            ast.parse(here.source)
        )
    assert [(cell.id, cell.metadata) for cell in abroad.cells] == [
        (cell.id, cell.metadata) for cell in notebook.cells
    ]


def test_only_calls_of_the_closed_list_are_reached_and_by_their_whole_name() -> None:
    words = {"yes": "ya", "a question": "pertanyaan", "the answer": "jawaban"}
    call = '.choices("a", "a question", {"a": "yes"})'
    assert told(f"protection{call}", words) == f"protection{call}"
    assert told(f"exercise{call}", words) == 'exercise.choices("a", "pertanyaan", {"a": "ya"})'
    for untouched in (
        'answer = "the answer"',
        'exercise.check_text("b1", answer, name="answer", options=["the answer"])',
        'exercise.mark_text("b1", answer, key="the answer")',
        'table["the answer"]',
    ):
        assert told(untouched, words) == untouched


def test_texts_before_and_after_letters_of_several_bytes_are_replaced_in_place() -> None:
    source = (
        'print("Ελένη និង yes"); exercise.choice("a1", "is it so", {"ក": "yes", "b": "no"})  # កខ one more'
    )
    words = {"is it so": "ใช่ไหม", "yes": "ya", "no": "tidak", "កខ one more": "lagi"}
    assert told(source, words) == (
        'print("Ελένη និង yes"); exercise.choice("a1", "ใช่ไหม", {"ក": "ya", "b": "tidak"})  # lagi'
    )


@pytest.mark.parametrize("words", ["ปี", "ชื่อ", "ឆ្នាំ", "—", "年"])
def test_a_translation_of_one_letter_is_a_text_too(words: str) -> None:
    source = 'exercise.choice("a1", "is it so", {"a": "name", "b": "3"})'
    assert told(source, {"name": words}) == source.replace('"name"', f'"{words}"')


@pytest.mark.parametrize("words", ['Dia berkata "ya".', 'It\'s "so".', "C:\\new", "ja'"])
def test_quotation_marks_and_backslashes_of_a_translation_stay_text(words: str) -> None:
    source = told('exercise.choice("a1", "a text", {})', {"a text": words})
    seen: list[str] = []
    exec(source, {"exercise": type("E", (), {"choice": lambda _self, _q, text, _o: seen.append(text)})()})
    assert seen == [words]


@pytest.mark.parametrize(
    ("source", "text", "words", "says"),
    [
        ('Slip(1, 0.5, "a text")', "a text", "x ### END HIDDEN TESTS", "###"),
        ('Slip(1, 0.5, "a text")', "a text", "END", "BEGIN"),
        ("x = 1  # a text", "a text", "satu\nx = 2", "line break"),
        ("x = 1  # a text", "a text", "satu\u2028x = 2", "line break"),
        ('print(f"a text {x}")', "a text {x}", "teks {y}", "braces"),
        ('print(f"a text {x}")', "a text {x}", 'teks {x} " + secret', "quotation"),
    ],
)
def test_a_translation_that_would_change_more_than_words_is_refused(
    source: str, text: str, words: str, says: str
) -> None:
    with pytest.raises(InputError, match="Mend it in the catalogue") as refused:
        told(source, {text: words})
    assert says in str(refused.value)


def test_model_answers_are_for_nobody_and_hidden_texts_only_for_marking() -> None:
    source = (
        "x = ...  # type it here\n### BEGIN SOLUTION\nx = 3  # the key is three\n### END SOLUTION\n"
        '### BEGIN HIDDEN TESTS\nexercise.mark_number("b", x, key=3, tolerance=0, why="because of it")\n'
        "### END HIDDEN TESTS"
    )
    assert [(t.text, t.after_marking) for t in texts(page(source))] == [
        ("type it here", False),
        ("because of it", True),
    ]
    memo = page("We ask for a form.", "markdown")
    memo.cells[0].metadata["nbgrader"] = {"solution": True}
    assert list(texts(memo)) == []


def test_markdown_keeps_its_shape() -> None:
    source = (
        "# Title\n\n> First\n>\n> second `code`\n\n- one item\n2. other\n\n"
        "| head | 12 |\n|---|---|\n| cell | |\n<!-- cell -->"
    )
    words = {
        "Title": "Judul",
        "First": "Pertama",
        "one item": "satu",
        "other": "lain",
        "head": "kepala",
        "cell": "sel",
    }
    assert told(source, words, "markdown") == (
        "# Judul\n\n> Pertama\n>\n> second `code`\n\n- satu\n2. lain\n\n"
        "| kepala | 12 |\n|---|---|\n| sel | |\n<!-- cell -->"
    )


def test_a_translated_cell_loses_its_english_output_and_the_given_notebook_stays() -> None:
    notebook = page("# A figure\nshow()")
    notebook.cells[0].outputs = [v4.new_output("stream", text="English words")]
    assert localise(notebook, {"A figure": "Gambar"}).cells[0].outputs == []
    assert len(notebook.cells[0].outputs) == 1
    assert len(localise(notebook, {}).cells[0].outputs) == 1


def test_a_heading_stands_at_the_head_of_the_page() -> None:
    pages = localise(page("# Title", "markdown"), {}, heading="Draf")
    assert pages.cells[0].source == "> Draf\n\n# Title"
