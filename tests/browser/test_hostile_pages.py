"""A hand-in that tries everything, on every page that shows it: no script runs and nothing is asked for.

Set BORDERCOURSE_SCREENSHOTS to a folder to keep what the browser showed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
import pytest

from bordercourse.grading.formgrader.views import PAGE_POLICY
from bordercourse.grading.kernels import isolation
from bordercourse.grading.pages.clean import POLICY
from tests.hostile_markup import FOREIGN, HTML, MARKDOWN, NAMES, RUN, svg

from .running import COMMAND, PATIENCE, Lab, outside
from .watch import BrowserWatch, PythonWatch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange does not run on Windows")

MODULE = "00-welcome"
PERSON = NAMES["tag"]
UNCLEAN = NAMES["script"]
PICTURE = "<img src=x onerror=window.ran=1>.png"


def hostile(notebook: Any) -> Any:
    """The released exercise with every trick in a memo, in cells of its own, and in outputs."""
    tricks = {**HTML, **MARKDOWN}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "d-memo":
            cell.source = "\n\n".join(f"{name}:\n\n{trick}" for name, trick in tricks.items())
            cell["attachments"] = {
                "a.svg": {"image/svg+xml": svg()},
                "b.html": {"text/html": HTML["onerror"]},
            }
    for trick in tricks.values():
        notebook.cells.append(nbformat.v4.new_markdown_cell(trick))
    notebook.cells.append(nbformat.v4.new_markdown_cell(f"![own](<{PICTURE}>) ![pasted](attachment:a.svg)"))
    for trick in tricks.values():
        data = dict.fromkeys(("text/html", "text/markdown", "text/latex", "text/plain"), trick)
        for kind in data:
            code = f"display({{{kind!r}: {trick!r}}}, raw=True, metadata={{'isolated': True}})"
            notebook.cells.append(with_output(code, {kind: trick}))
    for kind, content in (
        ("application/javascript", RUN),
        ("image/svg+xml", svg()),
        ("application/json", {"a": HTML["onerror"]}),
        ("application/vnd.jupyter.widget-view+json", {"model_id": HTML["onerror"], "version_major": 2}),
        ("text/html", "<script>" + RUN + "</script>"),
    ):
        code = f"display({{{kind!r}: {content!r}, 'text/plain': 'x'}}, raw=True)"
        notebook.cells.append(with_output(code, {kind: content}))
    error = nbformat.v4.new_code_cell(f"raise ValueError({HTML['onerror']!r})")
    error.outputs = [
        nbformat.v4.new_output("error", ename=HTML["script"], evalue="", traceback=[HTML["script"]])
    ]
    notebook.cells.append(error)
    notebook.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {HTML["script"]: {}}}
    }
    notebook.metadata["title"] = HTML["script"]
    return notebook


def with_output(code: str, data: dict[str, Any]) -> Any:
    """A cell that would show `data`, and that claims to have done so."""
    cell = nbformat.v4.new_code_cell(code)
    cell.outputs = [nbformat.v4.new_output("display_data", data, metadata={"isolated": True})]
    return cell


@dataclass
class Watched:
    """A page in a browser, with what it did."""

    page: Any
    proxy: BrowserWatch
    pictures: Path
    errors: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)
        self.page.on("request", self._request)
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))
        self.pictures.mkdir(parents=True, exist_ok=True)

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "violates the following" in message.text:
            self.refused.append(message.text)

    def _request(self, request: Any) -> None:
        if outside(request.url) and not request.url.startswith("file:"):
            self.asked.append(request.url)
        if request.method != "GET" and "/api/kernels" in request.url:
            self.posted.append(request.url)

    def open(self, address: str, name: str) -> None:
        self.page.goto(address)
        self.look(name)

    def look(self, name: str) -> None:
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.page.wait_for_timeout(500)
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)
        for frame in self.page.frames:
            assert not frame.evaluate("window.ran"), f"a script ran on {name}"
        assert self.errors == [], name
        assert self.posted == [], f"a kernel was asked for on {name}"
        assert self.proxy.foreign() == [], f"something was asked for on {name}"

    def nothing_was_even_tried(self) -> None:
        """Our own pages need no second wall."""
        assert self.refused == []
        assert self.asked == []


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A course in which people with hostile names handed in hostile work, and it was graded."""
    root = tmp_path_factory.mktemp("hostile")
    lab = Lab(root / "work", PythonWatch(root / "watch"))
    try:
        course = lab.workspace / "course"
        released = course / "release" / MODULE / f"{MODULE}.ipynb"
        for name in NAMES.values():
            folder = course / "submitted" / name / MODULE
            folder.mkdir(parents=True)
            made = nbformat.read(released, as_version=4)
            nbformat.write(hostile(made) if name == PERSON else made, folder / f"{MODULE}.ipynb")
            (folder / PICTURE).write_bytes(svg().encode())
        safety = [] if isolation.available() else ["--no-isolation"]
        command = [*COMMAND, "grade", MODULE, "--plain", "--course", str(course), *safety]
        done = subprocess.run(command, capture_output=True, text=True)
        assert f"{len(NAMES)} submissions graded." in done.stdout, done.stdout + done.stderr
        name_people(course)
        # A notebook that another grader left as it was handed in: the pages may not count on the first wall.
        stored = course / "autograded" / UNCLEAN / MODULE / f"{MODULE}.ipynb"
        stored.chmod(0o644)
        nbformat.write(hostile(nbformat.read(stored, as_version=4)), stored)
        yield lab
    finally:
        lab.stop()


def name_people(course: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "bordercourse") as gradebook:
        for person in NAMES.values():
            gradebook.update_or_create_student(person, first_name=HTML["onerror"], last_name=HTML["script"])
        for comment in gradebook.find_submission(MODULE, PERSON).notebooks[0].comments:
            comment.manual_comment = "\n\n".join([*HTML.values(), *MARKDOWN.values()])
        gradebook.db.commit()


@pytest.fixture
def watched(browser: tuple[Any, BrowserWatch], room: Lab, tmp_path: Path) -> Iterator[Watched]:
    window, proxy = browser
    proxy.requests.clear()
    context = window.new_context(viewport={"width": 1366, "height": 768})
    pictures = Path(os.environ.get("BORDERCOURSE_SCREENSHOTS") or tmp_path / "pictures")
    yield Watched(context.new_page(), proxy, pictures)
    context.close()


def site(room: Lab) -> tuple[str, str]:
    """Where the server answers, and the token that lets one in."""
    found = re.match(r"(http://[^/]+)/.*token=(\w+)", room.address)
    assert found
    return found[1], found[2]


def test_no_page_of_the_instructor_runs_or_loads_what_came_from_a_participant(
    watched: Watched, room: Lab
) -> None:
    host, token = site(room)
    watched.open(f"{host}/formgrader?token={token}", "exercises")
    watched.open(f"{host}/formgrader/manage_submissions/{MODULE}", "hand-ins")
    pages = watched.page.eval_on_selector_all(
        "tbody th a[href*=submissions]", "links => links.map(link => link.href)"
    )
    assert len(pages) == len(NAMES)
    for n, page in enumerate(pages):
        watched.open(page, f"marking-{n}")
        assert watched.page.locator(".fg-question").count() >= 1
    watched.open(f"{host}/formgrader/manage_students", "participants")
    for n, name in enumerate(NAMES.values()):
        address = quote(name, safe="")
        watched.open(f"{host}/formgrader/manage_students/{address}", f"participant-{n}")
        assert watched.page.locator("tbody tr").count() == 1
        watched.open(f"{host}/formgrader/feedback/{MODULE}/{address}", f"around-{n}")
        watched.page.frame_locator("iframe").get_by_text("Points by question").wait_for()
        watched.open(f"{host}/formgrader/feedback/{MODULE}/{address}/page", f"feedback-{n}")
        assert "Points by question" in watched.page.content()
    for strange in ("%22%3Balert(1)%2F%2F", "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "..%2F..%2Fapi"):
        watched.open(f"{host}/formgrader/manage_students/{strange}", "error")
        watched.open(f"{host}/formgrader/manage_submissions/{strange}", "error")
        watched.open(f"{host}/formgrader/gradebook/{strange}/{strange}", "error")
    watched.nothing_was_even_tried()


def test_a_participants_link_leads_the_page_nowhere(watched: Watched, room: Lab) -> None:
    """In JupyterLab's frame, whatever page stands there may give JupyterLab commands."""
    host, token = site(room)
    watched.open(f"{host}/formgrader/manage_submissions/{MODULE}?token={token}", "hand-ins")
    pages = watched.page.eval_on_selector_all(
        "tbody th a[href*=submissions]", "links => links.map(link => link.href)"
    )
    seen = 0
    for page in pages:
        watched.page.goto(page)
        watched.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        links = watched.page.locator("main a[href^=http]")
        for n in range(min(3, links.count())):
            seen += 1
            links.nth(n).click()
            watched.page.locator("#log-lines", has_text="http").wait_for()
            watched.page.locator("#log").get_by_role("button", name="Close").click()
            assert watched.page.url.split("#")[0] == page
    assert seen
    watched.nothing_was_even_tried()


def test_the_files_of_a_hand_in_are_not_served_as_pages(watched: Watched, room: Lab) -> None:
    host, token = site(room)
    (room.workspace / "course" / "autograded" / PERSON / MODULE / "evil.html").write_text(HTML["script"])
    watched.open(f"{host}/formgrader/manage_submissions/{MODULE}?token={token}", "hand-ins")
    link = watched.page.locator("tbody th a[href*=submissions]").first.get_attribute("href")
    watched.open(f"{host}{link}evil.html", "evil")
    assert "There is no such page" in watched.page.content()
    address = quote(f"course/autograded/{PERSON}/{MODULE}/evil.html")
    watched.page.goto(f"{host}/files/{address}")
    watched.look("files")


def test_feedback_files_run_and_load_nothing_on_a_participants_machine(watched: Watched, room: Lab) -> None:
    course = room.workspace / "course"
    done = subprocess.run(
        [*COMMAND, "return", MODULE, "--course", str(course)], capture_output=True, text=True
    )
    pages = sorted((course / "return" / MODULE).iterdir())
    assert len(pages) == len(NAMES), done.stdout + done.stderr
    for n, page in enumerate(pages):
        watched.open(page.as_uri(), f"file-{n}")
    watched.nothing_was_even_tried()


@pytest.mark.parametrize(
    ("folder", "person"), [("autograded", PERSON), ("submitted", PERSON), ("autograded", UNCLEAN)]
)
def test_jupyterlab_opens_the_notebook_and_runs_and_loads_nothing(
    watched: Watched, room: Lab, folder: str, person: str
) -> None:
    host, token = site(room)
    address = quote(f"course/{folder}/{person}/{MODULE}/{MODULE}.ipynb")
    watched.page.goto(f"{host}/lab/tree/{address}?token={token}&reset")
    watched.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-MarkdownOutput")
    watched.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) [data-status=idle]")
    watched.posted.clear()  # JupyterLab's own, for the notebook
    watched.page.wait_for_timeout(2000)
    assert watched.page.locator("a[href^='javascript' i]").count() == 0
    watched.look(f"lab-{folder}-{person == PERSON}")
    shown = watched.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").inner_html()
    if (folder, person) == ("autograded", PERSON):
        assert FOREIGN not in "".join(re.findall(r'(?:src|style|srcset)="[^"]*"', shown))


@pytest.mark.parametrize("policy", [POLICY, PAGE_POLICY.format(nonce="unknown")], ids=["feedback", "page"])
def test_the_second_wall_holds_alone(watched: Watched, policy: str) -> None:
    """Were the cleaner to fail, the browser would still refuse."""
    leads_away = ("refresh", "form")  # no policy stops a page from leading elsewhere: the cleaner does
    body = "".join(trick for name, trick in HTML.items() if name not in (*leads_away, "plaintext", "comment"))
    watched.page.route(
        "http://127.0.0.1:9/",
        lambda route: route.fulfill(
            body=f"<!DOCTYPE html><body>{body}",
            headers={"Content-Type": "text/html", "Content-Security-Policy": policy},
        ),
    )
    watched.page.goto("http://127.0.0.1:9/")
    watched.look("second-wall")
    assert watched.refused, "the browser said what it refused"


def test_the_tricks_work_where_nothing_stops_them(watched: Watched) -> None:
    """Else a clean page would prove nothing."""
    run, loaded = [], []
    for name, trick in HTML.items():
        watched.proxy.requests.clear()
        watched.page.set_content(f"<!DOCTYPE html><body>{trick}")
        watched.page.wait_for_timeout(150)
        run += [name] if watched.page.evaluate("Boolean(window.ran)") else []
        loaded += [name] if watched.proxy.foreign() else []
    assert {"script", "onerror", "onload", "srcdoc", "details", "form"} <= set(run)
    assert {"picture", "list-style", "background", "style", "link", "iframe", "svg-script", "video"} <= set(
        loaded
    )
