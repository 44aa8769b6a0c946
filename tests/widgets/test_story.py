"""The story opens and closes without a kernel, and shows every text of its record as text."""

from __future__ import annotations

import dataclasses
import importlib

import pytest
from bs4 import BeautifulSoup

from bordercourse import course, widgets
from bordercourse.course.manifest import Story, StoryChoice
from bordercourse.errors import InputError

page = importlib.import_module("bordercourse.widgets.story")
STORY = Story(
    "What do you do now?",
    (
        StoryChoice("Call <b>at once</b>", "She hears & waits."),
        StoryChoice("Wait", "He goes."),
        StoryChoice("Ask", "They talk."),
    ),
    "Sefa is heard alone & asked.\n\nThe *call* is not made.",
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    record = dataclasses.replace(course.module("04"), story=STORY)
    monkeypatch.setattr(page, "module", lambda slug: record)
    monkeypatch.setattr(page.page, "show_html", pages.append)
    return pages


def test_each_choice_opens_what_it_leads_to(shown: list[str]) -> None:
    widgets.story("04")
    soup = BeautifulSoup(shown[0], "html.parser")
    choices = soup.find_all("details")
    assert [c.summary.get_text() for c in choices] == [c.do for c in STORY.choices]
    assert [c.p.get_text() for c in choices] == [c.leads_to for c in STORY.choices]
    assert len({c["name"] for c in choices}) == 1  # one is open at a time
    assert not any(c.has_attr("open") for c in choices)
    assert not soup.find_all(["script", "button"])


def test_the_end_has_its_paragraphs(shown: list[str]) -> None:
    widgets.story_end("04")
    soup = BeautifulSoup(shown[0], "html.parser")
    assert [p.get_text() for p in soup.find_all("p")] == STORY.settled.replace("*", "").split("\n\n")
    assert [new.get_text() for new in soup.find_all("em")] == ["call"]


def test_a_module_without_a_story_says_so() -> None:
    with pytest.raises(InputError, match="has no story"):
        widgets.story("check-before")
