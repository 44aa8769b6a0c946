"""Five people of one class, each in a language of their own: home, exercise, marks, and what comes home.

`make class-languages` runs it; it takes minutes, so `make browser` leaves it out.
Set BORDERCOURSE_SCREENSHOTS to a folder to keep what the browser showed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from bordercourse import i18n
from bordercourse.course.answers import FILE_NAME
from bordercourse.grading.record.release import course_gradebook, release
from bordercourse.grading.rehearsal.simulate import SimulatedParticipant, participants
from bordercourse.grading.run import open_course
from tests.classroom.conftest import ROOT, Room, class_python, open_room  # noqa: F401
from tests.classroom.seated import Seated
from tests.translate.test_class_of_languages import SCRIPTS, is_whole

from .test_tongues import LANGUAGE, english_left
from .watch import BrowserWatch

LANGUAGES = ("id", "km", "ms", "th", "vi")
MODULES = {"00-welcome": "a1-registration", "04-irregular-migrants": "a1-words"}
PATIENCE = 240_000  # milliseconds: a class and a browser on one busy machine
DRAFT = "Draft translation, not yet reviewed by a native speaker."


@pytest.fixture(scope="module")
def room(class_python: Path) -> Iterator[Room]:  # noqa: F811
    lacking = [language for language in LANGUAGES if not is_whole(language)]
    if lacking:
        pytest.skip(f"not whole: {', '.join(lacking)}")
    with open_room(class_python, "abcde", languages=LANGUAGES) as running:
        yield running


def instructor(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "bordercourse", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


class Person:
    """One participant: a browser of their own, and what they are to answer."""

    def __init__(self, window: Any, room: Room, who: str, language: str, pictures: Path) -> None:
        self.room, self.who, self.language, self.pictures = room, who, language, pictures
        self.page = window.new_context(viewport={"width": 1366, "height": 768}).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.code = json.loads((room.records / "slips.json").read_text(encoding="utf-8"))[who]
        self.cast: dict[str, SimulatedParticipant] = {}

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{self.language}-{name}.png", full_page=True)

    def words(self, text: str) -> str:
        with i18n.speaking(self.language):
            return i18n.gettext(text)

    def come_in(self) -> None:
        self.page.goto(self.room.address)
        self.page.fill("input[name=username]", self.who)
        self.page.fill("input[name=password]", self.code)
        self.page.click("#login_submit")
        self.page.locator(".bc-station").first.wait_for()
        self.picture("home")
        assert self.page.locator("html").get_attribute("lang") == self.language
        shown = self.page.locator("body").inner_text()
        assert f"{self.words(DRAFT)} · {DRAFT}" in shown
        assert self.words("The stations of the course") in shown
        assert self.words("The stations of the course") != "The stations of the course"

    def click_first_answer(self, module: str) -> None:
        """Open an exercise from home, and click what is to be answered to its first question."""
        self.page.goto(f"{self.room.address}/user/{self.who}/bordercourse/home")
        self.page.locator(f"a[href*='exercises/{module}']").first.click()
        notebook = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden).bc-ran")
        notebook.wait_for()
        assert self.page.locator("#bc-home").inner_text() == f"⌂ {self.words('Home')}"
        shown = notebook.inner_text()
        assert f"{self.words(DRAFT)} · {DRAFT}" in shown
        assert self.words("Write your memo here.") in shown
        assert "Write your memo here." not in shown
        key = self.cast[module].answers.get(MODULES[module])
        if key:
            notebook.locator("input[type=radio]").nth("abcdef".index(key)).click()
            saved = self.words("{question}: what you choose is saved at once.").format(question="A1")
            notebook.get_by_text(saved).first.wait_for()
        self.picture(f"{module}-exercise")
        self.page.goto("about:blank")

    def answer_the_rest(self, module: str) -> None:
        """Save all other answers as the page does."""
        person, seat = self.cast[module], Seated(self.room.address, self.who)
        assert seat.come_in(self.code)
        seat.look("bordercourse/home")
        place = f"api/contents/exercises/{module}"
        stored = self.room.workspace(self.who) / "exercises" / module / FILE_NAME
        if person.answers:
            sheet = json.loads(stored.read_text(encoding="utf-8"))
            assert sheet["language"] == self.language
            sheet["answers"] |= person.answers
            body = {"type": "file", "format": "text", "content": json.dumps(sheet)}
            assert seat.ask("PUT", f"{place}/{FILE_NAME}", json=body).status_code in (200, 201)
        content = json.loads(nbformat.writes(person.notebook))
        assert seat.save(f"exercises/{module}/{module}.ipynb", content) == 200

    def read_feedback(self, module: str) -> None:
        self.page.goto(f"{self.room.address}/user/{self.who}/bordercourse/home")
        self.page.locator(f"a[href*='feedback/{module}']").first.click()
        self.page.wait_for_url("**/feedback/**")
        self.picture(f"{module}-feedback")
        shown = self.page.locator("body").inner_text()
        assert not re.search(r"\d points?\b|Write your memo|\bDid the cell\b|UnansweredError", shown)
        if self.language == LANGUAGE and module == "00-welcome":
            assert english_left(self.page) == {"Nguyễn D"}, "a person's own name"
        (path,) = (self.room.workspace(self.who) / "feedback").glob(f"{module}*.html")
        text = path.read_text(encoding="utf-8")
        assert f'<html lang="{self.language}">' in text
        assert f"{self.words(DRAFT)} · {DRAFT}" in text
        assert len(re.findall(SCRIPTS.get(self.language, "[a-z]"), text)) > 500
        for other in SCRIPTS:
            assert other == self.language or len(re.findall(SCRIPTS[other], text)) < 20, "one language"


def test_five_people_with_five_languages_work_in_one_class(
    browser: tuple[Any, BrowserWatch],
    room: Room,
    tmp_path: Path,
) -> None:
    pictures = Path(os.environ.get("BORDERCOURSE_SCREENSHOTS") or tmp_path / "pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    course = room.root / "course"
    for module in MODULES:
        shutil.copytree(ROOT / "exercises" / "source" / module, course / "source" / module)
    shutil.copy(ROOT / "exercises" / "nbgrader_config.py", course)
    release(course / "source", course / "release", list(MODULES), gradebook=course_gradebook(course))
    people = [
        Person(browser[0], room, who, language, pictures)
        for who, language in zip(room.ids, LANGUAGES, strict=True)
    ]
    for n, person in enumerate(people):
        person.come_in()
        for module in MODULES:
            own = room.workspace(person.who) / "exercises" / module / f"{module}.ipynb"
            source = course / "source" / module / f"{module}.ipynb"
            kinds = {
                one.name: one
                for one in participants(source, own, ROOT / "tests" / "answers" / module / "answers.toml")
            }
            person.cast[module] = kinds[("wrong-1", "model", "half", "wrong-2", "empty")[n]]
            person.click_first_answer(module)
            person.answer_the_rest(module)
    for module in MODULES:
        told = room.command("collect", module[:2], "--course", str(course))
        assert f"5 of 5 are filed. Next: bordercourse grade {module}" in told
        instructor("grade", module, "--plain", "--course", str(course))
        room.command("return", module[:2], "--course", str(course))
    opened = open_course(course).coursedir
    with Gradebook(opened.db_url, opened.course_id) as gradebook:
        for person in people:
            for module, one in person.cast.items():
                grades = gradebook.find_submission_notebook(module, module, person.who).grades
                given = {grade.name: grade.auto_score for grade in grades}
                wanted = {name: want.score for name, want in one.expected.items()}
                assert {name: given[name] for name in wanted} == wanted, (person.language, module)
    for person in people:
        for module in MODULES:
            person.read_feedback(module)
        person.page.context.close()
