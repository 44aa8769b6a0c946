"""The wheel carries the course, and no solution and no hidden test."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bordercourse.course import modules
from bordercourse.translate.catalogues import AFTER_MARKING, files_of, languages, open_catalogue
from bordercourse.translate.compiled import build

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "exercises" / "source").glob("*/*.ipynb"))
SECRET = re.compile(r"### BEGIN (HIDDEN TESTS|SOLUTION)\n(.*?)\n?### END \1", re.S)
LONG = 20


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    from hatchling.builders.wheel import WheelBuilder

    (path,) = WheelBuilder(str(ROOT)).build(
        directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]
    )
    with zipfile.ZipFile(path) as opened:
        yield opened


def strings(value: Any) -> Iterator[str]:
    """Every text inside a JSON value; a cell's lines are joined first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from ["".join(value)] if all(isinstance(v, str) for v in value) else ()
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)


def texts(wheel: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for name in wheel.namelist():
        text = wheel.read(name).decode("utf-8", errors="ignore")
        yield name, text
        if name.endswith((".ipynb", ".json")):
            yield name, "\n".join(strings(json.loads(text)))


def secret_lines(path: Path) -> set[str]:
    lines: set[str] = set()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        blocks = [block for _kind, block in SECRET.findall(source)]
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution") and cell["cell_type"] == "markdown":
            blocks.append(source)  # the model memo
        lines |= {line.strip() for block in blocks for line in block.splitlines()}
    return {line for line in lines if len(line) >= LONG}


def test_it_carries_every_lesson_exercise_and_table(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    lessons = {
        path.relative_to(ROOT / "notebooks").as_posix()
        for path in (ROOT / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    assert {f"bordercourse/_course/lessons/{name}" for name in lessons} <= names
    assert {f"bordercourse/_course/exercises/{path.parent.name}/{path.name}" for path in SOURCES} <= names
    assert {f"bordercourse/_course/exercises/{m.slug}/{m.slug}.ipynb" for m in modules(None)} <= names
    assert not [name for name in names if "NN-slug" in name or "NN_name" in name], "the template is no module"
    package = ROOT / "src"
    data = {p.relative_to(package).as_posix() for p in package.rglob("*") if p.suffix in {".csv", ".toml"}}
    assert data <= names


def test_it_carries_no_solution_and_no_hidden_test(wheel: zipfile.ZipFile) -> None:
    secrets = {path.stem: secret_lines(path) for path in SOURCES}
    assert all(secrets.values()), "every exercise has something to hide"
    everything = set().union(*secrets.values())
    for name, text in texts(wheel):
        found = [line for line in everything if line in text]
        assert not found, f"{name} shows {found[:2]}"
        if name.startswith("bordercourse/_course/"):
            assert "BEGIN HIDDEN" not in text
            assert "BEGIN SOLUTION" not in text


def test_it_speaks_what_is_whole_and_no_translation_tells_an_answer(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    for language in languages(ROOT):
        build(ROOT, language, tmp_path)
    spoken = {path.parent.name for path in tmp_path.glob("*/pages")}
    carried = [name for name in wheel.namelist() if name.startswith("bordercourse/locale/")]
    assert {name.split("/")[2] for name in carried} == spoken
    made = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert {name.removeprefix("bordercourse/locale/"): wheel.read(name) for name in carried} == made
    for language in spoken:
        kept_back: set[str] = set()
        shown: set[str] = set()
        for path in files_of(ROOT, language).values():
            for entry in open_catalogue(path, language):
                words = entry.msgstr or entry.msgstr_plural.get(0, "")
                (kept_back if AFTER_MARKING in entry.comment else shown).update({entry.msgid, words})
        whole = "\n".join(shown)
        secrets = {text for text in kept_back if len(text) >= LONG and text not in whole}
        assert len(secrets) > 20
        for name, text in texts(wheel):
            if name.startswith(f"bordercourse/locale/{language}/"):
                found = [line for line in secrets if line in text]
                assert not found, f"{name} tells {found[:2]}"


def test_it_carries_nothing_of_the_workshop(wheel: zipfile.ZipFile) -> None:
    odd = [
        name
        for name in wheel.namelist()
        if not re.match(r"bordercourse(/|-[\d.]+\.dist-info/)", name)
        or re.search(
            r"answers\.toml|answers\.json|\.ipynb_checkpoints|__pycache__|gradebook\.db|facilitation", name
        )
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("remote", "addresses"),
    [
        (
            "https://me:token@example.org/team/course.git",
            {"Source": "https://example.org/team/course", "Issues": "https://example.org/team/course/issues"},
        ),
        (
            "git@example.org:team/course.git",
            {"Source": "https://example.org/team/course", "Issues": "https://example.org/team/course/issues"},
        ),
        ("/media/stick/course", {}),
        ("http://localhost:3000/course", {}),
        (None, {}),
    ],
)
def test_the_wheel_names_the_public_address_of_its_checkout(
    remote: str | None, addresses: dict[str, str], tmp_path: Path
) -> None:
    from hatchling.metadata.core import ProjectMetadata
    from hatchling.plugin.manager import PluginManager

    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "LICENSE-CONTENT"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "src" / "bordercourse").mkdir(parents=True)
    shutil.copy(ROOT / "src" / "bordercourse" / "__init__.py", tmp_path / "src" / "bordercourse")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    if remote:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", remote], check=True)

    assert ProjectMetadata(str(tmp_path), PluginManager()).core.urls == addresses
