"""A class in a real browser: the way in, the lesson, and what a page keeps when the power fails."""

from __future__ import annotations

import json
import pwd
import re
import secrets
from pathlib import Path
from typing import Any

import psutil
import pytest

from bordercourse.classroom.sheet import class_sheet
from tests.classroom.conftest import Room, class_python, room  # noqa: F401

from .running import until
from .watch import BrowserWatch

LESSON = "lessons/00-welcome.ipynb"
PATIENCE = 240_000  # milliseconds: a class and a browser on one busy machine
SAVED = "() => !document.querySelector('.jp-mod-dirty')"


@pytest.fixture
def codes(room: Room) -> dict[str, str]:  # noqa: F811
    return dict(json.loads((room.records / "slips.json").read_text(encoding="utf-8")))


def come_in(page: Any, room: Room, who: str, code: str) -> None:  # noqa: F811
    """Type name and code, and open the first lesson from the home page."""
    page.set_default_timeout(PATIENCE)
    page.goto(room.address)
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", code)
    page.click("#login_submit")
    page.locator("a:has-text('Lesson')").first.click()


def write(page: Any, text: str) -> None:
    """Open the second text of the lesson, and write below it."""
    cell = page.locator(".jp-MarkdownCell").nth(1)
    cell.dblclick()
    cell.locator(".cm-content").wait_for()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def end_all(room: Room) -> None:  # noqa: F811
    """Everything of the class dies at once, as when the power fails."""
    users = {pwd.getpwnam(f"bc-{id}").pw_uid for id in room.ids}
    record = json.loads((room.records / "class.json").read_text(encoding="utf-8"))
    proxy = int((room.records / "proxy.pid").read_text(encoding="ascii").split()[0])
    for one in psutil.process_iter(["uids"]):
        if one.info["uids"].real in users or one.pid in (record["hub"], record["parent"], proxy):
            one.kill()


def written(page: Any) -> str:
    """What stands in the text that is being written."""
    return str(page.locator(".jp-MarkdownCell").nth(1).locator(".cm-content").inner_text())


def test_a_first_page_is_small_and_comes_from_the_class_alone(
    browser: tuple[Any, BrowserWatch],
    room: Room,  # noqa: F811
    codes: dict[str, str],
) -> None:
    """Thirty laptops ask for it over one Wi-Fi; what comes is counted as it came, compressed or not."""
    context = browser[0].new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    line, sizes, asked = context.new_cdp_session(page), dict[str, int](), set[str]()
    line.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    line.on("Network.requestWillBeSent", lambda e: asked.add(e["request"]["url"]))
    line.send("Network.enable")
    come_in(page, room, room.ids[2], codes[room.ids[2]])
    page.locator(".bc-ran").wait_for()
    assert [url for url in asked if not url.startswith((room.address, "data:", "blob:"))] == []
    assert len(sizes) > 100, "the whole page was counted"
    assert sum(sizes.values()) < 3_500_000, "2.7 MB when this was written, 8.7 MB plain"
    context.close()


def test_the_sheet_is_one_page_for_the_wall_and_the_slips(browser: tuple[Any, BrowserWatch]) -> None:
    names = {f"st{n}": f"Participant {n}" for n in range(10)}
    page = browser[0].new_page()
    for fingerprint in ("", ":".join(["A0"] * 32)):
        title = "Border Management Training, Ministry of the Interior"
        codes = dict.fromkeys(names, "abc234")
        page.set_content(
            class_sheet(title, "https://192.168.100.117:8000", names, codes, fingerprint=fingerprint)
        )
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b(?!s)", printed)) == 2
    page.close()


def test_who_writes_while_a_lesson_still_runs_loses_no_letter(
    browser: tuple[Any, BrowserWatch],
    room: Room,  # noqa: F811
    codes: dict[str, str],
) -> None:
    context = browser[0].new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    come_in(page, room, room.ids[1], codes[room.ids[1]])
    write(page, "\n")
    typed = 0
    while not page.locator(".bc-ran").count() or typed < 20:
        page.keyboard.type("§")
        typed += 1
        page.wait_for_timeout(50)
        assert typed < 4000
    page.wait_for_timeout(500)
    page.keyboard.type("END")
    assert written(page).count("§") == typed
    assert "END" in written(page)
    context.close()


def test_a_page_keeps_what_was_typed_when_the_power_fails(
    browser: tuple[Any, BrowserWatch],
    room: Room,  # noqa: F811
    codes: dict[str, str],
) -> None:
    who = room.ids[0]
    notebook: Path = room.workspace(who) / LESSON
    context = browser[0].new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    failed: list[str] = []
    elsewhere: list[str] = []
    page.on("response", lambda r: failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.on(
        "request",
        lambda r: None if r.url.startswith((room.address, "data:", "blob:")) else elsewhere.append(r.url),
    )
    come_in(page, room, who, codes[who])
    page.locator(".bc-ran").wait_for()
    assert failed == []
    assert elsewhere == [], "everything comes from the class's own server"

    mark = secrets.token_hex(3)
    by_hand, by_itself, before, meanwhile = (f"{mark}-{n}" for n in range(4))
    write(page, f"\n{by_hand}")
    page.keyboard.press("Control+s")
    page.wait_for_function(SAVED)
    assert by_hand in notebook.read_text(encoding="utf-8"), "the page's own sign is true"
    write(page, f" {by_itself}")
    page.wait_for_function(SAVED)
    assert by_itself in notebook.read_text(encoding="utf-8")

    write(page, f" {before}")
    end_all(room)
    page.keyboard.type(f" {meanwhile}")
    assert f"{before} {meanwhile}" in written(page)
    assert all(saved in notebook.read_text(encoding="utf-8") for saved in (by_hand, by_itself))
    restart = page.locator(".jp-Dialog button:has-text('Restart')")

    def step_one() -> bool:
        """What stands before the message with Restart is answered with Ok."""
        page.wait_for_timeout(500)
        if page.locator(".jp-Dialog").count() and not restart.count():
            page.locator(".jp-Dialog button").last.click()
        return bool(restart.count())

    until(step_one, "the page says that the server is not there", PATIENCE)
    room.open()

    # The three steps of the sheet.
    with context.expect_page() as opened:
        restart.click()
    second = opened.value
    second.wait_for_url("**/bordercourse/home")
    second.close()
    page.bring_to_front()

    def steps_two_and_three() -> bool:
        """Ok to what the first tab says of the kernel; then Ctrl+S."""
        page.wait_for_timeout(500)
        if page.locator(".jp-Dialog").count():
            page.locator(".jp-Dialog button").last.click()
            return False
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
        return bool(page.evaluate(SAVED))

    until(steps_two_and_three, "the first tab is saved", PATIENCE)
    text = notebook.read_text(encoding="utf-8")
    assert [text.count(typed) for typed in (by_hand, by_itself, before, meanwhile)] == [1, 1, 1, 1]
    context.close()
