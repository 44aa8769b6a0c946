"""An instructor's afternoon in the browser: collect, grade, mark, name, give back.

Set BORDERCOURSE_SCREENSHOTS to a folder to keep what the browser showed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bordercourse.grading.kernels import isolation
from bordercourse.handin.parcel import Parcel, write_parcel

from .heard import serious_faults
from .running import PATIENCE, Lab
from .watch import BrowserWatch

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange does not run on Windows"),
    pytest.mark.skipif(not isolation.available(), reason="the page grades only where code can be shut in"),
]

MODULE = "00-welcome"
PEOPLE = ("chan-sokha", "nguyen-an", "somchai")
STRANGE = "<img src=x onerror=alert(1)>.zip"


@pytest.fixture
def stick(tmp_path: Path, lab: Lab) -> list[Path]:
    """Three hand-ins with memos, and a file that is none."""
    released = lab.workspace / "exercises" / MODULE / f"{MODULE}.ipynb"
    folder = tmp_path / "stick"
    folder.mkdir()
    files = []
    for n, person in enumerate(PEOPLE):
        notebook = nbformat.read(released, as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "d-memo":
                cell.source = f"The memo of {person}."
        content = nbformat.writes(notebook).encode()
        time = datetime(2026, 11, 27, 9, n, tzinfo=UTC)
        files.append(folder / f"{MODULE}-{person}.zip")
        write_parcel(Parcel(person, MODULE, time, {f"{MODULE}.ipynb": content}), files[-1])
    files.append(folder / STRANGE)
    files[-1].write_bytes(b"no zip")
    return files


@pytest.fixture
def page(browser: tuple[Any, BrowserWatch], lab: Lab) -> Iterator[Any]:
    window, _proxy = browser
    context = window.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.failures = []
    opened.on("pageerror", lambda error: opened.failures.append(str(error)))
    opened.on("dialog", lambda dialog: opened.failures.append(dialog.message))
    yield opened
    context.close()


def run(page: Any, button: Any) -> str:
    """Press a button, wait until its command has ended, close the box, and return what it said."""
    button.click()
    page.locator("#log-end", has_text=re.compile("Done|problem")).wait_for()
    said: str = page.locator("#log").inner_text()
    with page.expect_navigation():
        page.locator("#log").get_by_role("button", name="Close").click()
    return said


def nameless(page: Any) -> list[str]:
    """Fields, buttons and links that say nothing to who cannot see them."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('input, textarea, button, a')].filter(one => {
            const words = one.labels && one.labels.length ? one.labels[0].textContent : one.textContent;
            return !words.trim() && !one.getAttribute('aria-label');
        }).map(one => one.outerHTML)"""
    )
    return found


def test_an_afternoon(page: Any, lab: Lab, stick: list[Path], tmp_path: Path) -> None:
    pictures = Path(os.environ.get("BORDERCOURSE_SCREENSHOTS") or tmp_path / "pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    token = lab.address.split("token=")[1]
    host = re.match(r"http://[^/]+", lab.address)
    assert host
    page.goto(f"{host[0]}/formgrader?token={token}")
    assert page.locator("html").get_attribute("lang") == "en"
    assert nameless(page) == []

    # Collect: each file is named with what became of it, and the odd one is only text.
    page.locator("#files").set_input_files([str(path) for path in stick])
    said = run(page, page.get_by_role("button", name="Collect", exact=True))
    for person in PEOPLE:
        assert re.search(rf"{MODULE}-{person}\.zip: ", said), said
    assert STRANGE in said
    assert page.locator("#log img").count() == 0
    row = page.locator("tr", has_text=MODULE)
    assert "3" in row.locator("td").first.inner_text()

    # Grade: the command's own lines, no log of nbgrader.
    said = run(page, row.get_by_role("button", name=f"Grade {MODULE}"))
    assert "3 submissions graded." in said
    assert not re.search(r"DEBUG|INFO|Traceback|\[W", said)
    assert row.get_by_role("link", name=f"Mark memos {MODULE}").is_visible()
    page.screenshot(path=pictures / "instructor-1.png")

    # Mark: the page opens at the first memo without marks, its field is focused and has a name.
    row.get_by_role("link", name=f"Mark memos {MODULE}").click()
    field = page.get_by_label("Points for D")
    assert field.evaluate("field => field === document.activeElement")
    memo = page.get_by_text("The memo of chan-sokha.")
    for shown in (field, memo):
        box = shown.bounding_box()
        assert box
        assert 0 <= box["y"] <= 768 - box["height"], "it is in sight"
    assert nameless(page) == []
    page.screenshot(path=pictures / "instructor-2.png")
    field.fill("99")
    field.press("Tab")
    page.locator(".fg-saved.wrong").wait_for()
    field.fill("1.5")
    field.press("Tab")
    page.locator(".fg-saved", has_text="Saved").wait_for()
    page.get_by_label("Comment on D").fill("Please name **one** number. <img src=x onerror=alert(1)>")
    page.locator("#next-to-mark").click()  # without leaving the field first

    # The next memo that waits, by name; its points come with a button.
    page.get_by_text("The memo of nguyen-an.").wait_for()
    page.get_by_role("button", name="All points").click()
    page.locator(".fg-saved", has_text="Saved").wait_for()
    assert "Next memo to mark (1)" in page.locator("#next-to-mark").inner_text()

    # Who handed in, with names and state; the last column is in sight beside JupyterLab's side bar.
    page.get_by_role("link", name=MODULE).first.click()
    states = page.locator("tbody tr").all_inner_texts()
    assert [("memo to mark" in state) for state in states] == [False, False, True]
    page.get_by_role("link", name="Participants").click()
    page.get_by_role("button", name="Change name chan-sokha").click()
    page.get_by_label("First name").fill("សុខា")
    page.get_by_label("Last name").fill("Chan <b>")
    with page.expect_navigation():
        page.locator("#name").get_by_role("button", name="Save").click()
    assert page.get_by_role("link", name="សុខា Chan <b>").is_visible()
    page.screenshot(path=pictures / "instructor-3.png")
    in_sight_beside_the_side_bar(page, host[0])

    # Give back: files with names, and the comment in them, harmless.
    page.goto(f"{host[0]}/formgrader/manage_assignments")
    said = run(page, page.get_by_role("button", name=f"Give back {MODULE}"))
    assert "3 files in" in said
    assert "A memo is not marked yet: somchai." in said
    (file,) = (lab.workspace / "course" / "return" / MODULE).glob("*-chan-sokha-*-feedback.html")
    text = file.read_text(encoding="utf-8")
    assert "Please name <strong>one</strong> number." in text
    assert "onerror" not in text
    assert "សុខា Chan &lt;b&gt;" in text
    assert page.failures == []
    page.goto(file.as_uri())
    page.screenshot(path=pictures / "feedback.png")
    assert serious_faults(page) == []


def in_sight_beside_the_side_bar(page: Any, host: str) -> None:
    """JupyterLab's side bar leaves about 1030 of 1366 pixels to a page."""
    page.set_viewport_size({"width": 1030, "height": 768})
    for address in ("manage_assignments", f"manage_submissions/{MODULE}", "manage_students"):
        page.goto(f"{host}/formgrader/{address}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 1030, f"{address} is {wide} pixels wide"
        last = page.locator("thead th").last.bounding_box()
        assert last["x"] + last["width"] <= 1030
    page.set_viewport_size({"width": 1366, "height": 768})
