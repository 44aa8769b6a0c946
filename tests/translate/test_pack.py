"""JupyterLab's words in the language of the course: those that it asks for, and no others."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from jupyterlab.commands import get_app_dir

from bordercourse.translate.catalogues import course_texts
from bordercourse.translate.faults import faults
from bordercourse.translate.pack import PACK, pack_json, pack_texts

ROOT = Path(__file__).resolve().parents[2]
_WORDS = r'("(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*')"
_ASKED = re.compile(rf"\.(__|_n|_p)\({_WORDS}(?:,{_WORDS})?")


def unquoted(text: str) -> str:
    """A string of JavaScript; a Python one reads the same, where it reads it at all."""
    try:
        return str(ast.literal_eval(text))
    except SyntaxError:
        return ""


@pytest.fixture(scope="module")
def asked() -> set[tuple[str, str]]:
    """What the installed JupyterLab asks a catalogue for: a text with its plural or its context."""
    found = set()
    app = Path(get_app_dir())
    for path in (app / "static").glob("*.js"):
        for function, first, second in _ASKED.findall(path.read_text(encoding="utf-8")):
            first, second = unquoted(first), unquoted(second) if second else ""
            found.add((second, first) if function == "_p" else (first, second if function == "_n" else ""))
    for path in (app / "schemas").rglob("*.json"):
        for label in re.findall(r'"label": "([^"]+)"', path.read_text(encoding="utf-8")):
            found.add((label, "menu"))
    return found


def test_jupyterlab_asks_for_every_text_of_the_pack(asked: set[tuple[str, str]]) -> None:
    words = list(pack_texts())
    assert 150 < len(words) < 250
    assert len({(one.text, one.context) for one in words}) == len(words)
    assert [one for one in words if (one.text, one.plural or one.context) not in asked] == []
    assert ("%1 and %2", "") in asked


def test_a_pack_is_written_as_jupyterlab_reads_it() -> None:
    words = {one.text: one.text.upper() for one in pack_texts()} | {" and ": " និង "}
    pack = json.loads(pack_json("km", words))
    assert pack[""]["language"] == "km-KH"
    assert pack["menu\u0004Run"] == pack["Run"] == ["RUN"]
    assert pack["Run Selected Cell"] == ["RUN SELECTED CELL"] * 2
    assert pack["%1 and %2"] == ["%1 និង %2"]
    assert "%1 and %2" not in json.loads(pack_json("km", {**words, " and ": ""}))


def test_a_pack_is_a_catalogue_like_the_others() -> None:
    texts = {text.text: text for text in course_texts(ROOT)[PACK]}
    assert texts["Run"].kinds == ["JupyterLab: name of a menu"]
    assert texts["Run this cell and advance"].plural == "Run these %1 cells and advance"
    assert not any(text.after_marking for text in texts.values())
    assert [*faults("Save %1", "Simpan")] == ["its places such as %1 differ", "its numbers differ"]
    assert not [*faults("Save %1", "Simpan %1")]
