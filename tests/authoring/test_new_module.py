"""A module that the command lays out is whole: it runs, is graded, and keeps the shape of the others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bordercourse import course
from bordercourse.authoring.new_module import lay_out
from bordercourse.desk.copies import Ledger, copy_lessons
from bordercourse.errors import CourseError, InputError

ROOT = Path(__file__).resolve().parents[2]
# A number that no module has yet, however many there will be.
NUMBER = max(int(m.slug[:2]) for m in course.modules()) + 1
SLUG = f"{NUMBER:02}-border-markets"
OF_THE_SHAPE = ("test_lessons", "test_lesson_figures", "test_mould", "test_exercises", "test_exercise_form")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The source code as it stands, in a folder of its own."""
    for name in ("src", "tools", "tests", "exercises", "notebooks", "locale"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules", ".*")
        )
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }


def run(checkout: Path, *command: str) -> str:
    own = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    own.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=checkout, env=own, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_it_stands_in_the_shape_of_the_course_at_once(checkout: Path) -> None:
    said = run(checkout, "bordercourse.cli", "lesson", "new", SLUG)
    assert f"notebooks/{SLUG}.ipynb" in said
    run(checkout, "bordercourse.cli", "lesson", f"notebooks/{SLUG}.ipynb")
    with pytest.raises(AssertionError, match="these cells still say what to write"):
        run(
            checkout,
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/test_mould.py",
            "-k",
            f"template and {SLUG}",
        )
    tests = [f"tests/{name}.py" for name in OF_THE_SHAPE]
    others = "readme or every_module or there_are or every_picture or secret or no_lesson"
    chosen = f"not template and ({SLUG} or {others})"
    counted = run(checkout, "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", chosen)
    assert "passed" in counted
    rehearsed = run(checkout, "bordercourse.cli", "rehearse", SLUG)
    assert ", 0 not." in rehearsed


@pytest.mark.parametrize(
    "slug", ["", "markets", "7-markets", "12_markets", "12-Markets", "12-", "../12-x", "12-a/b", "12-h5n1"]
)
def test_a_bad_name_is_refused_and_nothing_is_written(checkout: Path, slug: str) -> None:
    before = files(checkout)
    with pytest.raises(InputError, match="12-border-markets"):
        lay_out(slug, checkout)
    assert files(checkout) == before


def test_a_number_that_is_taken_is_refused(checkout: Path) -> None:
    with pytest.raises(InputError, match="04-irregular-migrants"):
        lay_out("04-markets", checkout)


def test_a_word_of_python_is_refused(checkout: Path) -> None:
    before = files(checkout)
    with pytest.raises(InputError, match="meaning in Python"):
        lay_out(f"{NUMBER:02}-class", checkout)
    assert files(checkout) == before


@pytest.mark.parametrize(
    "place",
    [
        f"exercises/facilitation/{SLUG}.md",
        f"notebooks/{SLUG}.ipynb",
        f"notebooks/pictures/{SLUG}.svg",
        f"tests/answers/{SLUG}/answers.toml",
        "src/bordercourse/lessons/border_markets.py",
    ],
)
def test_what_is_there_is_not_written_over(checkout: Path, place: str) -> None:
    own = checkout / place
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("mine", encoding="utf-8")
    before = files(checkout)
    with pytest.raises(InputError, match="there already"):
        lay_out(SLUG, checkout)
    assert files(checkout) == before


def test_another_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no source code of the course"):
        lay_out(SLUG, tmp_path)


def test_a_scene_that_was_drawn_ahead_stays_with_its_description(checkout: Path) -> None:
    scene = checkout / "notebooks" / "pictures" / f"{SLUG}.svg"
    scene.write_text("drawn", encoding="utf-8")
    descriptions = checkout / "tools" / "pictures" / "descriptions.toml"
    with descriptions.open("a", encoding="utf-8") as file:
        file.write(f'"{SLUG}" = "Stalls beside a bridge."\n')
    before = descriptions.read_bytes()
    written = lay_out(SLUG, checkout)
    assert scene.read_text(encoding="utf-8") == "drawn"
    assert scene not in written
    assert descriptions.read_bytes() == before
    lesson = (checkout / "notebooks" / f"{SLUG}.ipynb").read_text(encoding="utf-8")
    assert f"![Stalls beside a bridge.](pictures/{SLUG}.svg)" in lesson


def test_no_participant_gets_the_template(tmp_path: Path) -> None:
    assert not [m.slug for m in course.modules(None) if m.slug.startswith("NN")]
    copy_lessons(ROOT / "notebooks", tmp_path / "lessons", Ledger(tmp_path / "ledger.json"))
    copied = {path.name for path in (tmp_path / "lessons").rglob("*.ipynb")}
    assert "00-welcome.ipynb" in copied
    assert not {name for name in copied if "slug" in name or "template" in name}
