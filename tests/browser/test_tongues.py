"""A workspace in another language shows no English but what a list allows, and cuts no option of a menu.

Thai has letters of its own, so that every Latin one on the screen is seen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bordercourse.course.manifest import modules
from bordercourse.desk.language import settle_language
from bordercourse.translate.offered import pages
from tests.translate.test_class_of_languages import is_whole

from .running import PATIENCE, Lab
from .watch import BrowserWatch, PythonWatch

LANGUAGE = "th"
STAYS = tomllib.loads((Path(__file__).parent / "stays_english.toml").read_text(encoding="utf-8"))
FORMS = re.compile(
    r"[\w-]+(?:[./][\w-]+)+"  # files and addresses
    r"|\b\d\d-[a-z-]+"  # exercises by their number
    r"|\w*_\w+(?:\['\w+'\])?"  # names in code
    r"|\b(?=[A-Z0-9]*[A-Z])[A-Z0-9]{2,}s?\b"  # abbreviations: UNHCR, SDGs, ID4D
)
ENGLISH = re.compile(r"[A-Za-z][A-Za-z']+")
# What is seen, what is said when the pointer rests, and what is heard. Code is what is typed.
SHOWN = """() => {
    const words = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        const seen = node.checkVisibility({checkVisibilityCSS: true}) || node.closest(".jp-skiplink");
        if (seen && !node.closest("script, style, code, pre, .cm-editor, mjx-container")) {
            words.push(walker.currentNode.textContent);
        }
    }
    for (const node of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
        for (const name of node.checkVisibility() ? ["aria-label", "title", "placeholder", "alt"] : []) {
            words.push(node.getAttribute(name) ?? "");
        }
    }
    return words;
}"""
CUT = """() => {
    const pen = document.createElement("canvas").getContext("2d"), cut = [];
    for (const menu of document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) select")) {
        const style = getComputedStyle(menu);
        pen.font = `${style.fontSize} ${style.fontFamily}`;
        for (const option of menu.offsetParent ? menu.options : []) {
            const room = menu.clientWidth - parseFloat(style.paddingLeft) - 20; // the arrow
            if (pen.measureText(option.text).width > room) cut.push(option.text);
        }
        if (parseFloat(style.height) < 1.5 * parseFloat(style.fontSize)) cut.push("too low: " + menu.value);
    }
    return cut;
}"""


@pytest.fixture
def spoken(tmp_path: Path) -> Iterator[Lab]:
    if not is_whole(LANGUAGE):
        pytest.skip("Thai is not whole")
    settle_language(tmp_path / "work", LANGUAGE)
    running = Lab(tmp_path / "work", PythonWatch(tmp_path / "watch"))
    try:
        yield running
    finally:
        running.process.terminate()
        running.process.wait(timeout=300)


def english_left(page: Any) -> set[str]:
    """The texts of a page that hold English which no list allows."""
    titles = [one.title for one in modules() if one.slug not in pages(LANGUAGE)]
    words = [*titles, *(word for group in STAYS.values() for word in group["words"])]
    left = set()
    for text in page.evaluate(SHOWN):
        rest = " ".join(text.split())
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, " ")
        if ENGLISH.search(FORMS.sub(" ", rest)):
            left.add(" ".join(text.split()))
    return left


def test_no_english_is_left_but_what_the_list_allows(spoken: Lab, browser: tuple[Any, BrowserWatch]) -> None:
    page = browser[0].new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(PATIENCE)
    page.goto(spoken.address)
    page.locator(".bc-station").first.wait_for()
    assert english_left(page) == set()
    place = spoken.address.partition("/bordercourse")[0]
    ran = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden).bc-ran")
    for path in ("lessons/00-welcome.ipynb", "exercises/00-welcome/00-welcome.ipynb"):
        page.goto(f"{place}/lab/tree/{path}?course=run")
        ran.wait_for()
        page.wait_for_timeout(500)
        assert english_left(page) == set(), path
    # A wrong form is told in the language, too.
    answer = ran.locator(".jp-CodeCell", has_text="without_paper =").first
    answer.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type('without_paper = "มาก"')
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    ran.locator(".jp-OutputArea", has_text="'มาก'").first.wait_for()
    assert english_left(page) == set()
    page.goto(f"{place}/lab/tree/lessons/04-irregular-migrants.ipynb?course=run")
    ran.wait_for()
    assert ran.locator("select").count() > 8
    assert page.evaluate(CUT) == []
    page.close()
