"""Every lesson keeps to the length, the parts and the manifest that participants rely on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bordercourse import datasets
from bordercourse.course import module, modules

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ANNEXES = sorted((ROOT / "notebooks" / "annex").glob("*.ipynb"))
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)
every_notebook = pytest.mark.parametrize("path", LESSONS + ANNEXES, ids=lambda p: f"{p.parent.name}-{p.stem}")


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def prose(path: Path) -> str:
    text = "\n\n".join(c.source for c in read(path).cells if c.cell_type == "markdown")
    return re.sub(
        r"<!--.*?-->|(?<=\])\([^)\s]*\)", "", text, flags=re.S
    )  # what no reader sees: marks and addresses


def test_every_module_has_a_lesson() -> None:
    assert [p.stem for p in LESSONS] == [m.slug for m in modules()]


@every_lesson
def test_length(path: Path) -> None:
    cells = read(path).cells
    words = len(re.findall(r"\w[\w'’.,-]*", prose(path)))
    code = [c for c in cells if c.cell_type == "code"]
    figures = sum("image/png" in o.get("data", {}) for c in code for o in c.outputs)
    terms = re.findall(r"^\| \*\*", prose(path), re.M)
    assert words <= 1800, words
    assert len(code) <= 12, len(code)
    assert figures <= 5, figures
    assert len(terms) <= 8, len(terms)


@every_lesson
def test_title_cell_says_what_the_manifest_says(path: Path) -> None:
    m = module(path.stem)
    title = re.sub(r"^!\[[^\]]*\]\([^)]*\)\s*", "", read(path).cells[0].source)  # below the picture
    # A recast lesson begins with its picture; see tests/test_mould.py.
    first = re.sub(r"\A!\[[^\]]*\]\([^)]*\)\n\n", "", title).splitlines()[0]
    assert first == f"# {m.title}"
    assert m.question in title
    for verb in m.able_to:
        assert verb in title
    assert f"{m.lesson_minutes} minutes" in title
    assert f"{m.exercise_minutes} minutes" in title
    for goal in m.goals:
        assert goal.indicator.split()[0] in prose(path)
    used = set(re.findall(r'load\("([a-z0-9_]+)"\)', "\n".join(c.source for c in read(path).cells)))
    assert used <= set(m.tables), "the manifest lacks a table of the lesson"
    assert set(m.tables) <= set(datasets.names())


@every_lesson
def test_parts_stand_in_order(path: Path) -> None:
    headings = " | ".join(re.findall(r"^## (.*)$", prose(path), re.M)).lower()
    places = [
        headings.find(w)
        for w in (
            "person",
            "idea",
            "evidence",
            "method",
            "explore",
            "judgement",
            "check yourself",
            "take home",
        )
    ]
    assert -1 not in places, headings
    assert places == sorted(places), headings
    assert len(module(path.stem).self_check) == 5
    assert "mistakes" in prose(path).lower()
    assert "**Sources**" in prose(path)
    note = ROOT / "exercises" / "facilitation" / f"{path.stem}.md"
    assert note.is_file(), "the facilitator's note is missing"


@every_lesson
def test_self_check_keys_fit_their_options(path: Path) -> None:
    for q in module(path.stem).self_check:
        assert q.answer in q.options
        assert set(q.why) == set(q.options), q.text


@every_notebook
def test_sentences_are_short(path: Path) -> None:
    """No sentence of the running text has more than 25 words."""
    body = prose(path).split("**Sources**")[0]
    body = re.sub(r"```.*?```", "", body, flags=re.S)
    lines = [re.sub(r"^([-*>\d.]+ )+", "", line).strip() for line in body.splitlines()]
    text = " ".join(f"{line}." for line in lines if line and not line.startswith(("|", "#", "$")))
    text = re.sub(r"[*_`\"“”()]", "", text)
    limit = 25 if path in LESSONS else 32
    long = [s for s in re.split(r"(?<=[.!?:;])\s+", text) if len(s.split()) > limit]
    assert not long, long[:3]


@every_notebook
def test_saved_page_is_clean(path: Path) -> None:
    raw = path.read_text(encoding="utf-8")
    assert raw.endswith("}\n")
    nb = json.loads(raw)
    assert set(nb["metadata"]) == {"kernelspec", "language_info"}
    assert nb["metadata"]["language_info"] == {"name": "python"}
    for cell in nb["cells"]:
        assert not re.fullmatch(r"[0-9a-f]{8}(-.*)?", cell["id"]), "give the cell a worded id"
        if cell["cell_type"] != "code":
            continue
        assert cell["execution_count"] is not None, f"{cell['id']} was never run"
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", cell["id"]
            assert output["output_type"] != "error", cell["id"]
            data = output.get("data", {})
            assert "application/vnd.jupyter.widget-view+json" not in data, "save with `bordercourse lesson`"
            if "image/png" in data:
                assert len("".join(data["text/plain"])) > 40, f"{cell['id']}: give the figure a text"
    assert not re.search(r"/hom[e]/|/roo[t]/|/wor[k]/|/tm[p]/|C:\\\\Users", raw)


@every_notebook
def test_a_cell_that_leans_on_a_number_is_compared(path: Path) -> None:
    """nbval compares the cells tagged for it; a lesson without one would prove nothing."""
    tags = [t for c in read(path).cells for t in c.metadata.get("tags", [])]
    assert "nbval-check-output" in tags
    for cell in read(path).cells:
        shows = any(o.output_type == "execute_result" for o in cell.get("outputs", []))
        if shows:
            assert set(cell.metadata.get("tags", [])) & {"nbval-check-output", "nbval-ignore-output"}, cell.id


def test_the_readme_lists_the_modules_as_the_manifest_has_them() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\d-[a-z-]+) \| (.+?) \| (\d+) \| (\d+) \|$", text, re.M)
    assert rows == [(m.slug, m.question, str(m.lesson_minutes), str(m.exercise_minutes)) for m in modules()]
    for m in modules("check"):
        assert m.slug in text
        assert f"| {m.exercise_minutes} each |" in text
