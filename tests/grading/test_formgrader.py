"""What the instructor's pages answer: to whom, with which headers, and what they store."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from bordercourse.desk import start
from bordercourse.desk.settings import write_settings
from bordercourse.desk.workspace import Workspace
from bordercourse.grading.formgrader.marking_page import neighbours
from tests.grading.classroom import CONFIG, Classroom, tiny

PEOPLE = ("an", "bao", "chan")


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Site:
    """A server with a graded course, and a browser's cookies before it."""

    def __init__(self, address: str, room: Classroom) -> None:
        self.room = room
        self.host, self.token = re.match(r"(http://[^/]+)/.*token=(\w+)", address).groups()  # type: ignore[union-attr, var-annotated]
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self.xsrf = re.search(
            r'name="xsrf" content="([^"]+)"', self.ask(f"/manage_assignments?token={self.token}").text
        )[1]  # type: ignore[index]

    def ask(self, path: str, body: object = None, *, opener: Any = None, **headers: str) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.host}/formgrader{path}", data=data, headers=headers)
        try:
            with (opener or self.opener).open(request, timeout=60) as reply:
                return Answer(reply.status, reply.headers, reply.read().decode())
        except HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())  # type: ignore[arg-type]

    def post(self, path: str, body: object) -> Answer:
        return self.ask(path, body, **{"X-XSRFToken": self.xsrf})

    def book(self, who: str) -> dict[str, Any]:
        """The marks and comments of one hand-in, as the gradebook holds them."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.room.root / 'gradebook.db'}", "tests") as gradebook:
            found = gradebook.find_submission_notebook("tiny", "tiny", who)
            memo = next(grade for grade in found.grades if grade.name == "d-memo")
            comment = next(one for one in found.comments if one.name == "d-memo")
            return {
                "page": found.id,
                "grade": memo.id,
                "score": memo.manual_score,
                "waits": memo.needs_manual_grade,
                "comment": comment.id,
                "words": comment.manual_comment,
                "flag": found.flagged,
            }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, isolate: bool) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("pages") / "work"
    config = CONFIG + f"c.CourseDirectory.root = {str(root / 'course')!r}\n"
    room = Classroom(root / "course", {"tiny": tiny}, config)
    for who in PEOPLE:
        room.hand_in(who, "tiny", room.answer("tiny", {"d-memo": f"The memo of {who}."}))
    room.grade("tiny", isolate=isolate)
    workspace = Workspace(root)
    write_settings(workspace, instructor=True)
    server, address = start._launch(workspace, None)
    try:
        yield Site(address, room)
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_pages_send_a_policy_and_answers_are_no_pages(site: Site) -> None:
    page = site.ask("/manage_assignments")
    policy = page.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]+)'", policy)
    assert nonce
    assert re.findall(r"<script[^>]*>", page.text) == [
        f'<script src="/formgrader/static/formgrader.js" nonce="{nonce[1]}" defer>'
    ]
    assert "default-src 'none'" in policy
    assert not re.search(r"\son\w+=|<style|javascript:", page.text)
    assert f"'nonce-{nonce[1]}'" not in site.ask("/manage_assignments").headers["Content-Security-Policy"]
    answer = site.post(f"/api/flag/{site.book('an')['page']}", {})
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.json == {"flagged": True}
    assert site.book("an")["flag"]


def test_feedback_is_shown_without_a_right_to_anything(site: Site) -> None:
    around = site.ask("/feedback/tiny/an")
    assert re.search(r'<iframe [^>]*src="/formgrader/feedback/tiny/an/page" sandbox ', around.text)
    page = site.ask("/feedback/tiny/an/page")
    assert "The memo of an." in page.text
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"], "default-src 'none' holds for scripts"


@pytest.mark.parametrize(
    "path", ["/manage_assignments", "/manage_submissions/tiny", "/manage_students", "/feedback/tiny/an/page"]
)
def test_a_stranger_sees_nothing(site: Site, path: str) -> None:
    stranger = build_opener(ProxyHandler({}))
    answer = site.ask(path, opener=stranger)
    assert "Password or token" in answer.text, "the server's own page to sign in"
    assert "fg-bar" not in answer.text
    assert "memo" not in answer.text
    grade = f"/api/grade/{site.book('chan')['grade']}"
    assert site.ask(grade, {"score": 2}, opener=stranger).status == 403
    assert site.book("chan")["score"] is None


def test_another_site_cannot_act(site: Site) -> None:
    """A page elsewhere can make the instructor's browser send cookies, and cannot read our token."""
    before = site.book("bao")
    path = f"/api/grade/{before['grade']}"
    assert site.ask(path, {"score": 2}).status == 403
    assert site.ask(path, {"score": 2}, **{"X-XSRFToken": "guessed"}).status == 403
    assert site.ask("/run/grade", {"module": "tiny"}).status == 403
    assert site.book("bao") == before


def test_nbgraders_own_addresses_that_show_names_as_pages_are_gone(site: Site) -> None:
    for path in ("/api/students", "/api/submissions/tiny", "/api/comments?submission_id=1", "/fonts/x"):
        assert site.ask(path).status == 404, path
    assert site.ask("/api/status").json == {"status": True}
    assert site.ask(f"/submissions/{site.book('an')['page']}/tiny.ipynb").status == 404


def test_points_are_stored_and_taken_back(site: Site) -> None:
    grade = f"/api/grade/{site.book('an')['grade']}"
    assert site.book("an")["waits"]
    answer = site.post(grade, {"score": 1.5})
    assert answer.json["score"] == 1.5
    assert not answer.json["waiting"]
    assert site.book("an")["score"] == 1.5
    assert site.post(grade, {"score": None}).json["waiting"]
    assert site.book("an")["score"] is None
    assert site.book("an")["waits"]


@pytest.mark.parametrize("score", [-1, 2.5, math.nan, math.inf, True, "1", [1], {"a": 1}])
def test_points_that_cannot_be_are_refused_with_a_sentence(site: Site, score: object) -> None:
    before = site.book("chan")
    answer = site.post(f"/api/grade/{before['grade']}", {"score": score})
    assert answer.status == 400
    assert answer.json["problem"].startswith("Points")
    assert site.book("chan") == before


def test_comments_are_stored_and_bounded(site: Site) -> None:
    comment = f"/api/comment/{site.book('an')['comment']}"
    assert site.post(comment, {"comment": " Name **one** number. "}).status == 200
    assert site.book("an")["words"] == "Name **one** number."
    assert site.post(comment, {"comment": "a" * 20_001}).status == 400
    assert site.post(comment, {"comment": None}).status == 400
    assert site.book("an")["words"] == "Name **one** number."
    assert site.post(comment, {"comment": ""}).status == 200
    assert site.book("an")["words"] is None


def test_names_are_stored_for_people_who_are_known(site: Site) -> None:
    name = {"participant": "bao", "first_name": "Bảo", "last_name": "Trần"}
    assert site.post("/api/name", name).status == 200
    assert "Bảo Trần" in site.ask("/manage_submissions/tiny").text
    assert "Bảo Trần" in site.ask("/feedback/tiny/bao/page").text
    joined = {"participant": "chan", "first_name": "ស\u200bខា", "last_name": ""}
    assert site.post("/api/name", joined).status == 200, "a word joiner belongs to the script"
    assert site.post("/api/name", {**name, "first_name": "\u202eoab"}).status == 400
    assert site.post("/api/name", {**name, "participant": "nobody"}).status == 404
    assert site.post("/api/name", {**name, "first_name": "a\nb"}).status == 400
    assert site.post("/api/name", {**name, "last_name": 7}).status == 400
    assert "nobody" not in site.ask("/manage_students").text


def test_commands_run_for_exercises_alone(site: Site) -> None:
    for module in ("--help", "nothing", "../tiny", None, ["tiny"], {"a": 1}):
        assert site.post("/run/grade", {"module": module}).status == 404, module
        assert site.post("/exchange/offer", {"module": module}).status == 404, module
    assert site.post("/run/register", {"module": "tiny"}).status == 404
    assert site.post("/run/grade", ["tiny"]).status == 400
    odd = site.post("/run/return", {"module": "tiny", "participant": "--to=/"})
    assert "has handed in nothing" in odd.text
    assert odd.text.endswith("1\n"), "the exit status stands last"


def test_a_command_says_its_lines_and_its_status(site: Site) -> None:
    answer = site.post("/run/return", {"module": "tiny"})
    assert answer.status == 200
    assert "tiny: 3 files in" in answer.text
    assert answer.text.endswith("\n0\n")
    assert not re.search(r"DEBUG|INFO|Traceback", answer.text)


def test_what_is_not_there_is_said_in_words(site: Site) -> None:
    for path in (
        "/manage_submissions/none",
        "/manage_students/none",
        "/feedback/tiny/none",
        "/submissions/0123abcd",
        "/x/y",
    ):
        answer = site.ask(path)
        assert answer.status == 404, path
        assert "There is no such page." in answer.text
        assert "Traceback" not in answer.text
    (site.room.root / "autograded" / "chan" / "tiny").rename(site.room.root / "aside")
    try:
        assert site.ask(f"/submissions/{site.book('chan')['page']}").status == 404
        assert "to grade" in site.ask("/manage_submissions/tiny").text
    finally:
        (site.room.root / "aside").rename(site.room.root / "autograded" / "chan" / "tiny")


def test_a_memo_that_waits_is_found_round_the_end() -> None:
    pages = [("a", True), ("b", False), ("c", True), ("d", False)]
    assert neighbours(pages, "c").to_mark == "a"
    assert neighbours(pages, "d").to_mark == "a"
    assert neighbours(pages, "a").to_mark == "c"
    assert neighbours([("a", True), ("b", False)], "a").to_mark == ""
    assert (neighbours(pages, "a").before, neighbours(pages, "d").after) == ("", "")


def test_no_page_of_ours_is_made_without_escaping() -> None:
    folder = Path(start.__file__).parents[1]
    for path in folder.rglob("*.html.j2"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), path
        assert not re.search(r"\son(click|load|error)=", text), path
