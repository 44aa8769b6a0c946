"""What the pages' buttons and fields do: store marks and names, and run the course's own commands."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from tornado import web

from bordercourse.grading.formgrader.views import CoursePage
from bordercourse.grading.limits import LONGEST_TEXT
from bordercourse.grading.pages.clean import plain
from bordercourse.grading.record.course import Course
from bordercourse.grading.record.release import exercises_in
from bordercourse.i18n import gettext as _

__all__ = ["ROUTES"]

_LONGEST_NAME = 120


class _Refused(Exception):  # noqa: N818 - a sentence for the person at the page, no error
    """What was asked cannot be done; the text says why."""


class _Action(CoursePage):
    """An answer to a script of ours: JSON, which no browser takes for a page."""

    @property
    def content_security_policy(self) -> str:
        """The header: whoever opens this address as a page sees text and nothing more."""
        return "default-src 'none'; frame-ancestors 'none'; sandbox"

    def set_default_headers(self) -> None:
        """Say what kind of answer it is, and that nobody may guess otherwise."""
        super().set_default_headers()
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("X-Content-Type-Options", "nosniff")

    def write_error(self, status_code: int, **reason: Any) -> None:
        """Answer with a sentence."""
        self.clear()
        self.set_status(status_code)
        self.finish({"problem": _("This could not be stored. Load the page again, then try once more.")})

    def asked(self) -> Mapping[str, Any]:
        """What the script sent."""
        try:
            body = json.loads(self.request.body or b"{}")
        except ValueError:
            raise web.HTTPError(400) from None
        if not isinstance(body, dict):
            raise web.HTTPError(400)
        return body

    def answer(self, done: Callable[[], Mapping[str, Any]]) -> None:
        """Send what `done` returns, or why it refused."""
        try:
            self.finish(dict(done()))
        except MissingEntry:
            raise web.HTTPError(404) from None
        except _Refused as refusal:
            self.set_status(400)
            self.finish({"problem": str(refusal)})


class GradeAction(_Action):
    """Points that the instructor gives."""

    @web.authenticated
    def post(self, grade: str) -> None:
        """Store points, or take them back where the field is empty."""
        self.answer(lambda: self._store(grade, self.asked().get("score")))

    def _store(self, name: str, score: object) -> Mapping[str, Any]:
        with self.open_gradebook() as gradebook:
            grade = gradebook.find_grade_by_id(name)
            grade.manual_score = _points(score, float(grade.max_score))
            grade.needs_manual_grade = grade.manual_score is None and grade.auto_score is None
            gradebook.db.commit()
            book = grade.notebook
            return {"score": grade.score, "total": book.score, "waiting": bool(grade.needs_manual_grade)}


def _points(score: object, most: float) -> float | None:
    if score is None or score == "":
        return None
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not math.isfinite(score):
        raise _Refused(_("Points are a number."))
    if not 0 <= score <= most:
        raise _Refused(_("Points lie between 0 and {most}.").format(most=f"{most:g}"))
    return float(score)


class CommentAction(_Action):
    """Words that the instructor writes to a participant."""

    @web.authenticated
    def post(self, comment: str) -> None:
        """Store a comment, or take it back where the field is empty."""
        self.answer(lambda: self._store(comment, self.asked().get("comment")))

    def _store(self, name: str, words: object) -> Mapping[str, Any]:
        if not isinstance(words, str) or len(words) > LONGEST_TEXT:
            raise _Refused(_("A comment is text of at most {n} characters.").format(n=LONGEST_TEXT))
        with self.open_gradebook() as gradebook:
            gradebook.find_comment_by_id(name).manual_comment = words.strip() or None
            gradebook.db.commit()
        return {}


class FlagAction(_Action):
    """A mark for the instructor's own use."""

    @web.authenticated
    def post(self, page: str) -> None:
        """Put the flag up, or take it down."""
        self.answer(lambda: self._turn(page))

    def _turn(self, page: str) -> Mapping[str, Any]:
        with self.open_gradebook() as gradebook:
            book = gradebook.find_submission_notebook_by_id(page)
            book.flagged = not book.flagged
            gradebook.db.commit()
            return {"flagged": book.flagged}


class NameAction(_Action):
    """A participant's name."""

    @web.authenticated
    def post(self) -> None:
        """Store the name of somebody who is known."""
        self.answer(lambda: self._store(self.asked()))

    def _store(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        names = {key: body.get(key) for key in ("first_name", "last_name")}
        for value in names.values():
            if not isinstance(value, str) or len(value) > _LONGEST_NAME or plain(value) != value:
                raise _Refused(_("A name is one line of at most {n} characters.").format(n=_LONGEST_NAME))
        known = {one for slug in self._exercises() for one in self.course.participants(slug)}
        person = str(body.get("participant"))
        with self.open_gradebook() as gradebook:
            if person not in known | {student.id for student in gradebook.students}:
                raise MissingEntry
            gradebook.update_or_create_student(
                person, **{key: (value or "").strip() or None for key, value in names.items()}
            )
        return {}

    def _exercises(self) -> list[str]:
        course = self.course
        return exercises_in(course.root / course.coursedir.source_directory)


class RunAction(_Action):
    """A command of the course, whose lines are sent as it says them."""

    def set_default_headers(self) -> None:
        """Send lines of text."""
        super().set_default_headers()
        self.set_header("Content-Type", "text/plain; charset=utf-8")

    @web.authenticated
    async def post(self, action: str) -> None:
        """Run ``grade``, ``return`` or ``collect``; the last line is the exit status."""
        root = str(self.course.root)
        if action == "collect":
            with tempfile.TemporaryDirectory(prefix="bordercourse-") as scratch:
                self._save(Path(scratch))
                await self._run(["collect", scratch, "--course", root])
            return
        body = self.asked()
        module = self._module(body.get("module"))
        command = [action, module, "--course", root]
        if isinstance(body.get("participant"), str):
            command += [f"--participant={body['participant']}"]
        if action == "grade":
            command += ["--plain", *(["--force"] if body.get("again") is True else [])]
        elif body.get("over") is True:
            command += ["--check-after-is-over"]
        await self._run(command)

    def _module(self, name: object) -> str:
        course = self.course
        if name not in exercises_in(course.root / course.coursedir.source_directory):
            raise web.HTTPError(404)
        return str(name)

    def _save(self, folder: Path) -> None:
        """Save the files that were chosen, each in a folder of its own: two may bear one name."""
        for n, file in enumerate(self.request.files.get("files", [])):
            name = re.sub(r"[\x00-\x1f\x7f/\\:]", "_", file["filename"])[-120:].strip(". ") or "hand-in"
            place = folder / f"{n:04}" / name
            place.parent.mkdir()
            place.write_bytes(file["body"])

    async def _run(self, command: list[str]) -> None:
        loop = asyncio.get_running_loop()
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "bordercourse.cli", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8:replace", "BORDERCOURSE_PLAIN": "1"},
        )
        assert process.stdout is not None
        try:
            # A thread reads: not every event loop can wait for another program.
            while line := await loop.run_in_executor(None, process.stdout.readline):
                self.write(line)
                await self.flush()
        finally:
            process.stdout.close()
            status = await loop.run_in_executor(None, process.wait)
        self.finish(f"{status}\n")


class ExchangeAction(_Action):
    """nbgrader's exchange: offer an exercise, withdraw it, take in what was handed in."""

    @web.authenticated
    def post(self, action: str) -> None:
        """Do one of ``offer``, ``withdraw``, ``take``; the last for all exercises where none is named."""
        self.answer(lambda: self._do(action, self.asked().get("module")))

    def _do(self, action: str, module: object) -> Mapping[str, Any]:
        course = self.course
        known = exercises_in(course.root / course.coursedir.source_directory)
        if action == "take" and module is None:
            outbound = self.outbound
            offered = [one for one in known if outbound is not None and (outbound / one).is_dir()]
            return {"words": "\n".join(self._take(course, one) for one in offered)}
        if module not in known:
            raise MissingEntry
        if action == "take":
            return {"words": self._take(course, str(module))}
        api = self.api
        if action == "withdraw":
            self._must(api.unrelease(module))
            return {"words": _("Assignment List no longer offers it. Who has it keeps it.")}
        self._must(api.generate_assignment(module))
        self._must(api.release_assignment(module))
        return {"words": _("Assignment List offers it.")}

    def _take(self, course: Course, module: str) -> str:
        before = set(course.participants(module))
        self._must(self.api.collect(module))
        here = set(course.participants(module))
        return _("{module}: {n} here, {new} of them new.").format(
            module=module, n=len(here), new=len(here - before)
        )

    def _must(self, result: Mapping[str, Any]) -> None:
        if not result["success"]:
            lines = str(result.get("log") or result.get("error") or "").strip().splitlines()
            reasons = [line for line in lines if not re.match(r"\[(DEBUG|INFO)\]", line)]
            raise _Refused(re.sub(r"^\[\w+\]\s*", "", (reasons or [_("nbgrader does not say why.")])[-1]))


ROUTES = [
    (r"/formgrader/api/grade/([0-9a-f]+)", GradeAction),
    (r"/formgrader/api/comment/([0-9a-f]+)", CommentAction),
    (r"/formgrader/api/flag/([0-9a-f]+)", FlagAction),
    (r"/formgrader/api/name", NameAction),
    (r"/formgrader/run/(grade|return|collect)", RunAction),
    (r"/formgrader/exchange/(offer|withdraw|take)", ExchangeAction),
]
