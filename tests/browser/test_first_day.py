"""A first day in a real browser: open the course, run a cell, answer, validate, hand in, look at grading.

Set BORDERCOURSE_SCREENSHOTS to a folder to keep what the browser showed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .heard import NOTEBOOK, serious_faults
from .running import PATIENCE, Lab, outside, until
from .watch import BrowserWatch, PythonWatch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange does not run on Windows")

MODULE = "00-welcome"
QUESTION = "a1-registration"
SCROLLED = "document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer').scrollTop"


class Desk:
    """The browser's window, and the clicks of a person before it."""

    def __init__(self, page: Any, pictures: Path) -> None:
        self.page, self.pictures = page, pictures
        pictures.mkdir(parents=True, exist_ok=True)
        page.set_default_timeout(PATIENCE)

    def picture(self, name: str) -> None:
        self.page.wait_for_timeout(400)  # the fading of dialogs
        self.page.screenshot(path=self.pictures / f"{name}.png")

    @property
    def notebook(self) -> Any:
        """The notebook that is shown; others may be open behind it."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def menu(self, name: str, item: str) -> None:
        self.page.locator("#jp-MainMenu .lm-MenuBar-itemLabel", has_text=re.compile(f"^{name}$")).click()
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    def idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) [data-status=idle]")

    def answers(self, workspace: Path) -> dict[str, Any]:
        path = workspace / "exercises" / MODULE / "answers.json"
        stored: dict[str, Any] = (
            json.loads(path.read_text(encoding="utf-8"))["answers"] if path.exists() else {}
        )
        return stored


def test_a_first_day(lab: Lab, browser: tuple[Any, BrowserWatch], tmp_path: Path) -> None:
    window, proxy = browser
    page = window.new_page(viewport={"width": 1366, "height": 768})
    failures: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("request", lambda request: asked.append(request.url) if outside(request.url) else None)
    desk = Desk(page, Path(os.environ.get("BORDERCOURSE_SCREENSHOTS") or tmp_path / "pictures"))

    # The course opens at home. Its first station opens with its cells run, at its top, without a pop-up.
    page.goto(lab.address)
    page.locator(".bc-station").first.wait_for()
    desk.picture("0-home")
    assert serious_faults(page) == []

    # The form of the day is kept without a name, and no script is needed for it.
    page.get_by_text("Open the form").click()
    page.get_by_role("radio", name="1", exact=True).check()
    page.get_by_role("radio", name="too fast").check()
    assert serious_faults(page) == []
    page.get_by_role("button", name="Save without my name").click()
    page.get_by_role("status").get_by_text("Your answers are saved").wait_for()
    (form,) = (lab.workspace / "reactions").iterdir()
    assert json.loads(form.read_bytes()) == {"format": 1, "day": 1, "answers": {"pace": "fast"}}
    page.locator(".bc-station").first.get_by_role("link", name="Lesson").click()
    desk.notebook.locator("h1").first.wait_for()
    desk.notebook.locator(".jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"\[\d+\]")).last.wait_for()
    until(lambda: page.evaluate(SCROLLED) == 0, "the top of the page")
    assert page.locator("#filebrowser").is_hidden(), "the page opens without a side bar"
    desk.idle()
    assert page.locator("#jp-title-panel-title").is_visible(), "one document at a time"
    assert page.locator(".jp-toast-message, .Toastify__toast").count() == 0
    assert (
        page.evaluate("getComputedStyle(document.body).getPropertyValue('--jp-content-font-size1')") == "16px"
    )
    desk.picture("1-welcome")
    assert desk.notebook.locator(".jp-RenderedImage img[alt]").count(), "a figure lost its description"
    assert serious_faults(page, NOTEBOOK) == []

    # What JupyterLab prints has the pictures, and the code stays folded.
    place = lab.address.partition("/bordercourse")[0]
    address = f"{place}/nbconvert/html/lessons/{MODULE}.ipynb"
    printed = page.request.get(address, headers={"Referer": page.url})
    assert printed.ok
    assert 'src="data:image/svg+xml;base64,' in printed.text()
    assert "widgets.story(" not in printed.text()

    # The open cell runs with Shift and Enter.
    desk.menu("Edit", "Clear Outputs of All Cells")
    first = desk.notebook.locator(".jp-CodeCell", has_text="2 + 3")
    assert first.locator(".jp-OutputArea-output").count() == 0
    first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    first.locator(".jp-OutputArea-output").wait_for()
    assert "5" in first.locator(".jp-OutputArea-output").inner_text()
    desk.picture("2-first-cell")

    # A clicked answer is saved at once.
    page.locator("#bc-home").click()
    page.locator(".bc-station", has_text="Lesson begun").wait_for()
    page.locator(".bc-station").first.get_by_role("link", name="Exercise").click()
    desk.notebook.get_by_role("heading", name="Part A").wait_for()  # not the lesson, which is open too
    choice = desk.notebook.locator("input[type=radio]").first
    choice.wait_for()
    choice.click()
    until(lambda: desk.answers(lab.workspace).get(QUESTION), "the clicked answer in answers.json")
    # The grey line under the question no longer says that it is open, though its check has not run again.
    desk.notebook.get_by_text("A1: what you choose is saved at once.").wait_for()
    assert desk.notebook.get_by_text("A1 is not answered yet").count() == 0
    choice.scroll_into_view_if_needed()
    desk.picture("3-quiz")
    assert serious_faults(page, NOTEBOOK) == []

    # Validate tells what is open, and no longer names the answered question.
    desk.idle()
    desk.notebook.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog", has_text="Validation Results")
    dialog.wait_for()
    said = dialog.inner_text()
    assert "not answered yet" in said
    assert QUESTION not in said
    assert "Traceback" not in said
    desk.picture("4-validate")
    dialog.get_by_role("button", name="Ok").click()

    # Home knows of the answer.
    page.locator("#bc-home").click()
    page.locator(".bc-station").first.get_by_text("1 of").wait_for()
    page.go_back()
    desk.notebook.get_by_role("heading", name="Part A").wait_for()

    # Assignment List hands in, answers with it.
    desk.menu("Nbgrader", "Assignment List")
    row = page.locator("#fetched_assignments_list .row", has_text=MODULE).first
    row.get_by_role("button", name="Submit").click()
    inbound = lab.workspace / "exchange" / "bordercourse" / "inbound"
    until(lambda: list(inbound.glob(f"*+{MODULE}+*/answers.json")), "the submission in the exchange")
    page.locator("#submitted_assignments_list", has_text=MODULE).wait_for()
    desk.picture("5-assignment-list")

    # Formgrader shows what was released and what came in.
    desk.menu("Nbgrader", "Formgrader")
    frame = page.frame_locator("iframe[src*=formgrader]")
    line = frame.locator("tr", has_text=MODULE)
    line.get_by_text("released").wait_for()
    desk.picture("6-formgrader")

    assert failures == []
    assert asked == [], "a page asked for something outside this machine"
    assert proxy.foreign() == [], "the browser asked for something outside this machine"
    assert lab.watch.seen() == [], "the server or a kernel asked for something outside this machine"

    # A second start finds the first; Ctrl+C ends it, and the work is still there.
    assert lab.address in lab.again()
    page.close()
    assert str(lab.workspace) in lab.stop()
    assert lab.process.returncode == 0
    assert desk.answers(lab.workspace)[QUESTION]


def test_the_watches_see_what_leaves(browser: tuple[Any, BrowserWatch], tmp_path: Path) -> None:
    window, proxy = browser
    page = window.new_page()
    page.set_content("<img src='http://course.example/picture.png'>")
    until(lambda: any("course.example" in line for line in proxy.foreign()), "the proxy's record")
    page.close()
    proxy.requests.clear()
    watch = PythonWatch(tmp_path / "watch")
    ask = "import socket; s = socket.socket(); s.settimeout(1); s.connect_ex(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", ask], env=watch.environment, check=True)
    assert any("192.0.2.1" in line for line in watch.seen())
