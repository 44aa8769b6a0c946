"""The home page tells where a person stands, from files alone, and stands up to damaged ones."""

from __future__ import annotations

import json
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from bordercourse import course
from bordercourse.course import AnswerSheet, modules
from bordercourse.desk.copies import Ledger, copy_lessons
from bordercourse.desk.home import LAB_EXTENSIONS
from bordercourse.desk.home.server import page
from bordercourse.desk.home.stations import CourseState, Station, course_state
from bordercourse.desk.places import HAND_INS, LEDGER

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with the lessons as shipped and one exercise."""
    copy_lessons(ROOT / "notebooks", tmp_path / "lessons", Ledger(tmp_path / LEDGER))
    source = ROOT / "exercises" / "source" / "00-welcome"
    shutil.copytree(source, tmp_path / "exercises" / "00-welcome")
    notebook = tmp_path / "exercises" / "00-welcome" / "00-welcome.ipynb"
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = "Write your memo here." if cell["cell_type"] == "markdown" else "x = ..."
    notebook.write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def first(workspace: Path) -> Station:
    return course_state(workspace).stations[0]


def shown(state: CourseState) -> BeautifulSoup:
    html = page(base="/user/an/", state=state, thanks="", guard="")
    HTMLParser(convert_charrefs=True).feed(html)
    return BeautifulSoup(html, "html.parser")


def test_every_module_has_its_station(workspace: Path) -> None:
    state = course_state(workspace)
    assert [station.slug for station in state.stations] == [m.slug for m in modules()]
    assert [station.slug for station in state.checks] == ["check-before", "check-after"]
    assert {station.state for station in state.stations} == {"open"}
    first_module = modules()[0]
    assert first(workspace).minutes == first_module.lesson_minutes + first_module.exercise_minutes


def test_a_station_comes_further(workspace: Path) -> None:
    lesson = workspace / "lessons" / "00-welcome.ipynb"
    lesson.write_text(lesson.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert first(workspace).state == "begun"
    (workspace / HAND_INS).mkdir()
    (workspace / HAND_INS / "00-welcome_nguyen-an_20261128T090000Z.zip").touch()
    assert first(workspace).state == "handed in"
    minutes = course_state(workspace).minutes_left
    assert minutes == sum(station.minutes for station in course_state(workspace).stations[1:])
    (workspace / "feedback").mkdir()
    (workspace / "feedback" / "00-welcome សុខា.html").write_text("<p>8 of 10</p>", encoding="utf-8")
    station = first(workspace)
    assert station.state == "marked"
    assert station.feedback == ("feedback/00-welcome សុខា.html",)
    assert course_state(workspace).next == course_state(workspace).stations[1]


def test_the_hand_in_that_was_made_last_can_be_brought_to_an_own_device(workspace: Path) -> None:
    """Where the course runs on another computer, no file manager reaches the folder."""
    (workspace / HAND_INS).mkdir()
    old, new = (f"00-welcome_{name}_20261128T090000Z.zip" for name in ("sokha", "nguyen-an"))
    for moment, name in ((1000, old), (2000, new)):
        (workspace / HAND_INS / name).touch()
        os.utime(workspace / HAND_INS / name, (moment, moment))
    links = [
        link["href"] for link in shown(course_state(workspace)).select("a.bc-button") if "zip" in link["href"]
    ]
    assert set(links) == {f"/user/an/files/{HAND_INS}/{new}?download=1"}


def test_answers_count(workspace: Path) -> None:
    folder = workspace / "exercises" / "00-welcome"
    assert first(workspace).answered == 0
    question = course.progress(folder)["question"][0]
    AnswerSheet("00-welcome", folder)[question] = "b"
    station = first(workspace)
    assert station.state == "begun"
    assert (station.answered, station.questions > 5) == (1, True)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"cells": 3}', b"[]", b"null"])
def test_a_damaged_exercise_leaves_its_station_open(workspace: Path, content: bytes) -> None:
    (workspace / "exercises" / "00-welcome" / "00-welcome.ipynb").write_bytes(content)
    station = first(workspace)
    assert station.state == "open"
    page = shown(course_state(workspace))
    assert len(page.select(".bc-station")) == len(modules())


def test_an_empty_folder_shows_a_page(tmp_path: Path) -> None:
    state = course_state(tmp_path)
    assert len(shown(state).select(".bc-station")) == len(modules())
    assert not shown(state).select("a.bc-button")


def test_links_work_under_any_base_and_with_any_letters(workspace: Path) -> None:
    (workspace / "feedback").mkdir()
    (workspace / "feedback" / "00-welcome %20#?<b>.html").touch()
    html = shown(course_state(workspace))
    for link in html.select("a.bc-button"):
        assert link["href"].startswith("/user/an/")
        assert not set(link["href"]) & set("<>#\"' ")
    assert not html.find("script")
    assert not html.select("b")


def test_the_page_can_be_read_aloud(workspace: Path) -> None:
    page = shown(course_state(workspace))
    assert page.html["lang"] == "en"
    assert next(h.name for h in page.find_all(["h1", "h2"])) == "h1"
    assert len(page.find_all("h1")) == 1
    names = [" ".join(link.get_text().split()) for link in page.select(".bc-station a")]
    assert len(set(names)) == len(names), "two links of one name lead to two places"
    for section in page.find_all("section"):
        assert page.find(id=section["aria-labelledby"])


def test_the_extension_is_where_jupyterlab_looks() -> None:
    package = json.loads((LAB_EXTENSIONS / "@bordercourse" / "home" / "package.json").read_text("utf-8"))
    build = package["jupyterlab"]["_build"]
    script = LAB_EXTENSIONS / "@bordercourse" / "home" / build["load"]
    assert f'"{package["name"]}"' in script.read_text(encoding="utf-8")
