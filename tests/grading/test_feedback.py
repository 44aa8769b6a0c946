"""A feedback page tells what to look at again, and no key."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from bordercourse.grading.feedback import FeedbackExporter, message_of

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


def test_a_page_is_complete_in_itself(tmp_path: Path) -> None:
    memo = nbformat.v4.new_markdown_cell(
        "# Big\n$\\frac{1}{2}$ and ![my map](map.png) and ![far](http://x.org/y.png) [page](https://a.org)"
    )
    (tmp_path / "map.png").write_bytes(b"\x89PNG")
    page, _resources = FeedbackExporter().from_notebook_node(
        nbformat.v4.new_notebook(cells=[memo]), {"metadata": {"path": str(tmp_path)}}
    )
    assert "<h2>Big" in page
    assert 'src="data:image/png;base64,iVBORw=="' in page
    assert 'alt="my map"' in page
    assert 'alt="\\frac{1}{2}"' in page
    assert "x.org" not in page
    assert "(picture left out)" in page
    assert 'href="https://a.org"' in page


def test_a_formula_that_cannot_be_drawn_is_shown_as_it_was_typed() -> None:
    memo = nbformat.v4.new_markdown_cell("$\\nosuchcommand{1}$")
    page, _resources = FeedbackExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[memo]), {})
    assert "<code>\\nosuchcommand{1}</code>" in page
