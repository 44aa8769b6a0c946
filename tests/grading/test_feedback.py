"""A feedback page tells what to look at again, and no key."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from markupsafe import escape
from PIL import Image

import bordercourse
from bordercourse.grading.pages.clean import POLICY
from bordercourse.grading.pages.questions import message_of
from bordercourse.grading.record.feedback import FeedbackExporter, page_name
from tests.grading.classroom import cell
from tests.hostile_markup import HTML, MARKDOWN

TEST = """assert x > 0, 'x must be positive'
### BEGIN HIDDEN TESTS
assert x == 4711
compare(x, key='k')
### END HIDDEN TESTS"""


@pytest.mark.parametrize(
    ("kind", "said", "shown"),
    [
        ("AssertionError", "x must be positive", "x must be positive"),
        ("AssertionError", "left: 3, right: 4711", "stopped before its end"),
        ("KeyError", "'k'", "stopped before its end"),
        ("NameError", "name 'x' is not defined", "x does not exist"),
        ("NameError", "name 'compare' is not defined", "stopped before its end"),
        ("AnswerError", "x is text", "x is text"),
    ],
)
def test_only_words_written_for_the_participant_are_shown(kind: str, said: str, shown: str) -> None:
    assert shown in message_of({"ename": kind, "evalue": said}, TEST)


def page_of(cells: list[Any], folder: Path, **marks: Any) -> str:
    resources = {"metadata": {"path": str(folder)}, "nbgrader": {"notebook": "tiny", **marks}}
    page, _resources = FeedbackExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells), resources)
    return page


def question(name: str, score: float, points: float, *, kind: str = "code", **marks: Any) -> Any:
    made = cell(kind, "x", marks.pop("source", "1"), points=points, locked=True)
    made["id"] = nbformat.v4.new_code_cell().id
    made.metadata["nbgrader"] |= {"grade_id": name, "score": score, **marks}
    return made


def folded(page: str) -> dict[str, bool]:
    """Whether each question is folded, in the order of the page."""
    found = re.findall(
        r"<(section|details)[^>]* id=\"q\d+\".*?(?:<h3[^>]*>|<summary>)([^:]+):", page, re.DOTALL
    )
    return {name: tag == "details" for tag, name in found}


def test_a_page_is_complete_in_itself(tmp_path: Path) -> None:
    memo = nbformat.v4.new_markdown_cell(
        "# Big\n$\\frac{1}{2}$ and ![my map](map.png) and ![far](http://x.org/y.png) [page](https://a.org)"
    )
    Image.new("RGB", (2, 2)).save(tmp_path / "map.png")
    page = page_of([memo], tmp_path)
    assert "<h2>Big" in page
    assert re.search(r'<img alt="my map" src="data:image/png;base64,[A-Za-z0-9+/=]+">', page)
    assert 'alt="\\frac{1}{2}"' in page
    assert "x.org" not in page
    assert "(picture left out: far)" in page
    assert 'href="https://a.org"' in page
    assert f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">' in page


def test_a_formula_that_cannot_be_drawn_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    memo = nbformat.v4.new_markdown_cell("$\\nosuchcommand{1}$")
    assert "<code>\\nosuchcommand{1}</code>" in page_of([memo], tmp_path)


@pytest.fixture
def bangkok(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock runs seven hours before UTC."""
    monkeypatch.setenv("TZ", "Asia/Bangkok")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows takes its zone from the system alone")
@pytest.mark.usefixtures("bangkok")
def test_a_page_says_whose_it_is_and_of_which_course(tmp_path: Path) -> None:
    handed_in = datetime(2026, 11, 27, 19, 5)  # as nbgrader stores it: in UTC, without saying so
    page = page_of([], tmp_path, assignment="01-civil-registration", name="Ân <Nguyễn>", handed_in=handed_in)
    for words in (
        "Ân &lt;Nguyễn&gt;",
        "2026-11-28, 02:05 UTC+07:00",
        bordercourse.__version__,
        '<html lang="en">',
    ):
        assert words in page
    assert re.search(
        r"<title>Feedback 01-civil-registration, Ân &lt;Nguyễn&gt;, \d{4}-\d\d-\d\d</title>", page
    )


def test_a_page_opens_on_points_and_unfolds_what_lost_some(tmp_path: Path) -> None:
    text = cell("markdown", "b1-text", "**B1.** Fill in the share.", locked=True)
    cells = [
        cell("markdown", "part-a", "## Part A. Know", locked=True),
        question("a1-word", 2, 2),
        text,
        cell("code", "b1-share-answer", "share = 40", solution=True),
        question("b1-share", 1.5, 3),
        question("c-cases", 0, 6),
        question("d-memo", 0, 3, kind="markdown", solution=True, waiting=True, source="My memo."),
    ]
    page = page_of(cells, tmp_path, score=3.5, max_score=14)
    assert folded(page) == {"B1": False, "C": False, "A1": True, "D": True}
    assert page.index("3.5 of 14 points") < page.index("Points by question") < page.index("Fill in the share")
    section = re.search(r'<section[^>]*id="q2".*?</section>', page, re.DOTALL)
    assert section
    assert "Fill in the share" in section[0]
    assert "share = 40" in section[0]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page)
    words = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    assert words == [
        "A1 ✓ right 2 2",
        "B1 ◐ partly right 1.5 3",
        "C ✗ no points 0 6",
        "D … not marked yet – 3",
    ]
    assert "so far" in page


def test_the_instructors_words_stand_before_the_questions(tmp_path: Path) -> None:
    memo = question(
        "d-memo", 3, 3, kind="markdown", solution=True, comment="Well **said**.<script>1</script>"
    )
    page = page_of([question("a1-word", 0, 2), memo], tmp_path)
    assert page.index("<strong>said</strong>.</p>") < page.index("Look at these again")
    assert "<script" not in page


def test_no_two_pages_bear_one_name() -> None:
    day = datetime(2026, 11, 28)
    names = {page_name(m, p, day) for m in ("00-welcome", "01-x") for p in ("an", "ân", "chan sokha")}
    assert len(names) == 6
    assert not any(re.search(r'[\\/:*?"<>| ]', name) for name in names)


@pytest.mark.parametrize("name", [*HTML, *MARKDOWN])
def test_nothing_hostile_is_in_a_page(name: str, tmp_path: Path) -> None:
    trick = {**HTML, **MARKDOWN}[name]
    memo = question("d-memo", 0, 3, kind="markdown", solution=True, source=trick, comment=trick)
    code = nbformat.v4.new_code_cell(trick)
    code.outputs = [
        nbformat.v4.new_output("display_data", {"text/html": trick}),
        nbformat.v4.new_output("display_data", {"text/markdown": trick}),
        nbformat.v4.new_output("stream", text=trick),
        nbformat.v4.new_output("error", ename=trick, evalue=trick, traceback=[trick]),
    ]
    test = question(trick, 0, 2)
    test.outputs = [nbformat.v4.new_output("error", ename="AnswerError", evalue=trick, traceback=[])]
    page = page_of([code, test, memo], tmp_path, name=trick, assignment=trick)
    body = page[page.index("<body") :]
    assert not re.search(r"<(script|iframe|svg|meta|link|base|style|form|input|object|embed|video)\b", body)
    assert not re.search(r"<[^>]*\s(on\w+|srcset|background)\s*=", re.sub(r'"[^"]*"', '""', body))
    assert not re.search(r"<img[^>]*src=\"(?!data:image/)", body)


def test_thousands_of_formulas_and_deep_tags_end_in_a_page(tmp_path: Path) -> None:
    memo = question("d-memo", 0, 3, kind="markdown", solution=True, source="$x^2$ " * 3000)
    code = nbformat.v4.new_code_cell("1")
    deep = "<div>" * 60_000
    code.outputs = [nbformat.v4.new_output("display_data", {"text/html": deep, "text/plain": "table"})] * 50
    page = page_of([code, memo], tmp_path)
    assert page.count("<img") <= 60
    assert "table" in page
    assert len(page) < 2_000_000


def test_cells_that_were_added_take_no_room_from_the_memo(tmp_path: Path) -> None:
    flood = [nbformat.v4.new_markdown_cell("word " * 3900) for _n in range(400)]
    for n in range(1200):
        code = nbformat.v4.new_code_cell("1")
        code.outputs = [nbformat.v4.new_output("stream", text=f"line {n} " * 2000)]
        flood.append(code)
    memo = question("d-memo", 0, 3, kind="markdown", solution=True, source="My **memo**.", waiting=True)
    page = page_of([*flood, memo], tmp_path)
    assert "My <strong>memo</strong>." in page
    assert len(page) < 6_000_000
