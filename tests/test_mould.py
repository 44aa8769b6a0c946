"""Lessons and exercises keep the shape that people enjoy: short, in plain words, without a wall of code."""

from __future__ import annotations

import html
import re
import tomllib
from pathlib import Path

import pytest

from bordercourse import course
from tests import guessers, mould

ROOT = mould.ROOT
LESSONS = [ROOT / "notebooks" / f"{module.slug}.ipynb" for module in course.modules()]
EXERCISES = [ROOT / "exercises" / "source" / m.slug / f"{m.slug}.ipynb" for m in course.modules(None)]
PICTURES = ROOT / "notebooks" / "pictures"
DESCRIPTIONS = tomllib.loads((ROOT / "tools" / "pictures" / "descriptions.toml").read_text(encoding="utf-8"))

lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)
exercises = pytest.mark.parametrize("path", EXERCISES, ids=lambda p: p.stem)


@lessons
def test_length(path: Path) -> None:
    cells = mould.read(path).cells
    code = [c for c in cells if c.cell_type == "code"]
    figures = sum("image/png" in o.get("data", {}) for c in code for o in c.outputs)
    prose = len(mould.words(mould.markdown(path)))
    assert prose <= mould.PROSE_WORDS, f"{prose} words of prose"
    everything = prose + len(mould.words(mould.printed(path)))
    assert everything <= mould.ALL_WORDS, f"{everything} words with what tables and cards print"
    assert len(code) <= mould.CODE_CELLS, f"{len(code)} code cells"
    assert figures <= mould.FIGURES, f"{figures} figures"


@lessons
def test_nothing_is_left_of_the_template(path: Path) -> None:
    left = [cell.id for cell in mould.read(path).cells if "<!-- write:" in cell.source]
    assert not left, f"these cells still say what to write: {left}"


@lessons
def test_every_part_says_its_minutes_and_they_add_up(path: Path) -> None:
    headings = re.findall(r"^## (.*)$", mould.markdown(path), re.M)
    assert len(mould.minutes(path)) == len(headings), f"a heading without minutes: {headings}"
    announced = course.module(path.stem).lesson_minutes
    added = sum(mould.minutes(path))
    assert added == announced, f"the parts make {added} minutes, and the record announces {announced}"


@lessons
def test_code_is_folded_under_a_caption_or_is_the_lesson(path: Path) -> None:
    wrong = {
        cell.id: faults
        for cell in mould.read(path).cells
        if cell.cell_type == "code" and (faults := mould.visible_code(cell))
    }
    assert not wrong, wrong


@lessons
def test_no_result_is_a_console_print(path: Path) -> None:
    for cell in mould.read(path).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "stream", f"{cell.id} prints: {''.join(output.text)[:80]!r}"


@lessons
def test_plain_words(path: Path) -> None:
    rare = mould.rare_words(path)
    assert not rare, f"{len(rare)} words to replace, or to print in bold where they are explained: {rare}"


@lessons
def test_short_sentences_that_do_not_open_with_who(path: Path) -> None:
    sentences = mould.sentences(mould.markdown(path))
    long = [s for s in sentences if len(s.split()) >= mould.SENTENCE]
    assert not long, long[:5]
    who = [s for s in sentences if s.startswith("Who ") and not s.rstrip(".").endswith("?")]
    assert not who, who


@lessons
def test_it_opens_with_its_picture_and_a_choice(path: Path) -> None:
    cells = mould.read(path).cells
    picture = re.match(r"!\[([^\]]+)\]\(pictures/([^)]+)\)", cells[0].source)
    assert picture, "the title cell begins with the module's picture"
    assert picture[2] == f"{path.stem}.svg"
    assert picture[1] == DESCRIPTIONS[path.stem]
    told = course.module(path.stem).story
    assert told is not None
    assert 3 <= len(told.choices) <= 4
    calls = [re.search(r"widgets\.(story|story_end)\(", c.source) for c in cells if c.cell_type == "code"]
    names = [call[1] for call in calls if call]
    assert names == ["story", "story_end"]
    assert "What you may have seen" in mould.markdown(path)


def test_every_picture_is_small_and_described() -> None:
    pictures = sorted(PICTURES.glob("*.svg"))
    assert {p.stem for p in pictures} == set(DESCRIPTIONS)
    for path in [*pictures, *PICTURES.rglob("taken/*/*.svg")]:
        assert path.stat().st_size <= 60_000, path.name
        text = path.read_text(encoding="utf-8")
        assert "http" not in text.replace("http://www.w3.org/", ""), path.name
        assert "<script" not in text, path.name
    for folder in (PICTURES / "taken").iterdir():
        assert (folder / "LICENSE").is_file(), folder.name


# --- exercises ----------------------------------------------------------------------------------


@exercises
@pytest.mark.parametrize("name", guessers.GUESSERS)
def test_guessing_does_not_pay(path: Path, name: str) -> None:
    got, total = guessers.score(guessers.GUESSERS[name], guessers.questions(path))
    assert got < 0.4 * total, f"{name}: {got:.1f} of {total:.0f}"


@exercises
def test_it_can_be_done_in_its_time(path: Path) -> None:
    parts = mould.working_seconds(path)
    spent = sum(parts.values()) / 60
    announced = course.module(path.stem).exercise_minutes
    assert spent <= announced, {name: round(seconds / 60, 1) for name, seconds in parts.items()}


@exercises
def test_the_law_is_a_page(path: Path) -> None:
    assert mould.law_words(path) <= mould.LAW_WORDS


@exercises
def test_the_key_names_only_what_can_be_picked(path: Path) -> None:
    for question in guessers.questions(path):
        for name, case in question.key.items() if question.kind == "casebook" else ():
            assert set(case.decision) | set(case.costs) <= set(question.decisions), name
            assert set(case.reason) <= set(question.reasons), name
            assert all(0 <= cost <= 2 for cost in case.costs.values()), name


@pytest.mark.parametrize("name", [n for n in DESCRIPTIONS if (PICTURES / f"{n}.svg").exists()])
def test_a_picture_says_its_description_itself(name: str) -> None:
    """A screen reader reads the title inside the picture; redraw it after a change of its description."""
    drawn = (PICTURES / f"{name}.svg").read_text(encoding="utf-8")
    said = html.unescape(re.search(r"<title[^>]*>(.*?)</title>", drawn, re.S)[1])  # type: ignore[index]
    assert said == DESCRIPTIONS[name]
