"""The pages that the browser asks for."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import Environment, PackageLoader
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import Exchange as ExchangeFolder
from nbgrader.server_extensions.formgrader.base import BaseHandler
from tornado import web
from tornado.escape import url_escape

from bordercourse import __version__, look
from bordercourse.grading.formgrader.marking_page import marking_page, neighbours
from bordercourse.grading.formgrader.overviews import exercises, hand_ins, participants, wall_clock
from bordercourse.grading.pages.clean import POLICY, plain
from bordercourse.grading.record.course import Course
from bordercourse.grading.record.feedback import feedback_pages
from bordercourse.grading.record.shared_gradebook import gradebook_versions
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["PAGE_POLICY", "ROUTES", "CoursePage", "NoSuchPage"]

# What a page of ours may do: run the one script that bears the page's own number, and ask this server.
PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


class CoursePage(BaseHandler):  # type: ignore[misc]
    """What all pages and actions share: the course, its gradebook, and the policy of a page."""

    @property
    def content_security_policy(self) -> str:
        """The header that Jupyter's server sends with the page."""
        return PAGE_POLICY.format(nonce=self.nonce)

    @property
    def base_url(self) -> str:
        """Where the server begins. nbgrader takes the slash off, and with it the path of its cookies."""
        return str(self.settings["base_url"])

    @property
    def nonce(self) -> str:
        """A number that no participant can know: the page's own script bears it."""
        if not hasattr(self, "_nonce"):
            self._nonce = secrets.token_urlsafe(16)
        return self._nonce

    @property
    def course(self) -> Course:
        """The course, as the grader knows it."""
        return Course(self.coursedir, self.coursedir.parent.config)

    @contextmanager
    def open_gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook for one answer: another program may write it between two."""
        with Gradebook(self.db_url, self.coursedir.course_id) as gradebook:
            yield gradebook

    @property
    def outbound(self) -> Path | None:
        """Where the exchange offers exercises; none where it cannot be used."""
        if sys.platform == "win32" or not self.coursedir.course_id:
            return None
        root = Path(ExchangeFolder(coursedir=self.coursedir, config=self.coursedir.parent.config).root)
        return root / self.coursedir.course_id / "outbound" if root.is_dir() else None

    def show(self, template: str, **parts: Any) -> None:
        """Send a page."""
        page = _environment().get_template(template)
        self.finish(
            page.render(
                base=f"{self.base_url}formgrader",
                nonce=self.nonce,
                xsrf=self.xsrf_token.decode("ascii"),
                version=__version__,
                **parts,
            )
        )

    def write_error(self, status_code: int, **reason: Any) -> None:
        """Send a page that says in words what went wrong."""
        self.clear()
        self.set_status(status_code)
        self.show("error.html.j2", code=status_code, words=_words(status_code))

    def not_found(self) -> NoReturn:
        """Send the page that says that there is no such thing."""
        raise web.HTTPError(404)


def _words(status: int) -> str:
    """What to tell a person in the place of a number."""
    if status == 403:
        return _("You are not signed in here. Open the course anew from its first address.")
    if status == 404:
        return _("There is no such page. It may have gone, or the address is wrong.")
    return _("The page could not be made. The reason stands in .lab/lab.log in your workspace.")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bordercourse.grading.formgrader", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, ngettext=ngettext)
    environment.filters.update(
        points=lambda value: f"{float(value or 0):.2f}".rstrip("0").rstrip("."),
        address=lambda text: url_escape(str(text), plus=False),
        plain=plain,
        clock=wall_clock,
    )
    return environment


class Start(CoursePage):
    """The old addresses of nbgrader's lists lead to ours."""

    @web.authenticated
    def get(self, module: str = "", *_more: str) -> None:
        """Lead to the list of exercises, or to one exercise."""
        page = f"manage_submissions/{url_escape(module, plus=False)}" if module else "manage_assignments"
        self.redirect(f"{self.base_url}formgrader/{page}")


class Exercises(CoursePage):
    """All exercises: what came in, what is graded, what waits."""

    @web.authenticated
    def get(self) -> None:
        """Send the list."""
        outbound = self.outbound
        with self.open_gradebook() as gradebook:
            listed = exercises(self.course, gradebook, outbound)
        self.show(
            "exercises.html.j2",
            here="exercises",
            exercises=listed,
            exchange=outbound is not None,
            versions=gradebook_versions(self.db_url),
        )


class HandIns(CoursePage):
    """One exercise: everybody who handed in."""

    @web.authenticated
    def get(self, module: str) -> None:
        """Send the table of one exercise."""
        outbound = self.outbound
        with self.open_gradebook() as gradebook:
            listed = {one.slug: one for one in exercises(self.course, gradebook, outbound)}
        if module not in listed:
            self.not_found()
        self.show(
            "hand_ins.html.j2", here="exercises", exercise=listed[module], exchange=outbound is not None
        )


class Marking(CoursePage):
    """One hand-in, to be marked."""

    @web.authenticated
    def get(self, page: str) -> None:
        """Send the marking page."""
        try:
            with self.open_gradebook() as gradebook:
                shown = marking_page(self.course, gradebook, page)
                others = hand_ins(self.course, gradebook, shown.module)
        except (MissingEntry, FileNotFoundError):
            self.not_found()
        order = [(name, one.to_mark) for one in others for name in one.pages]
        self.show(
            "marking.html.j2",
            here="exercises",
            marking=shown,
            around=neighbours(order, page),
            notebook_path=f"{self.url_prefix}/{shown.path}",
        )


class SeeFeedback(CoursePage):
    """What the participant will read, with a way back: JupyterLab opens no second window for a frame."""

    @web.authenticated
    def get(self, module: str, participant: str) -> None:
        """Send the page around the feedback."""
        with self.open_gradebook() as gradebook:
            people = [
                one for one in hand_ins(self.course, gradebook, module) if one.participant == participant
            ]
        if not people or not people[0].graded:
            self.not_found()
        self.show("see_feedback.html.j2", here="exercises", hand_in=people[0])


class Feedback(CoursePage):
    """The feedback itself."""

    @property
    def content_security_policy(self) -> str:
        """A feedback page needs no script, in whatever frame it stands."""
        return POLICY + "; frame-ancestors 'self'; sandbox"

    @web.authenticated
    def get(self, module: str, participant: str) -> None:
        """Send the feedback as it would be given back now."""
        pages = feedback_pages(self.course, module, participant)
        if not pages:
            self.not_found()
        self.finish("\n".join(page.html for page in pages))


class Participants(CoursePage):
    """Everybody, with the points of all exercises."""

    @web.authenticated
    def get(self) -> None:
        """Send the list."""
        with self.open_gradebook() as gradebook:
            people = participants(gradebook, exercises(self.course, gradebook, None))
        self.show("participants.html.j2", here="participants", people=people)


class OneParticipant(CoursePage):
    """One person's exercises."""

    @web.authenticated
    def get(self, participant: str, *_module: str) -> None:
        """Send the table of one person."""
        with self.open_gradebook() as gradebook:
            everything = exercises(self.course, gradebook, None)
            people = participants(gradebook, everything)
        known = {one.participant: one for one in people}
        if participant not in known:
            self.not_found()
        titles = {one.slug: one.title for one in everything}
        self.show("participant.html.j2", here="participants", person=known[participant], titles=titles)


class Sheet(CoursePage):
    """The stylesheet: the course's own, and what these pages add."""

    @web.authenticated
    def get(self) -> None:
        """Send the sheet."""
        own = Path(__file__).parent / "static" / "formgrader.css"
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish(look.stylesheet("fonts/") + own.read_text(encoding="utf-8"))


class Status(CoursePage):
    """nbgrader's list of courses asks whether these pages are there."""

    @web.authenticated
    def get(self) -> None:
        """Say yes."""
        self.finish({"status": True})


class NoSuchPage(CoursePage):
    """Every other address below these pages."""

    def prepare(self) -> None:
        """Say that there is nothing."""
        self.not_found()


ROUTES = [
    (r"/formgrader/?", Start),
    (r"/formgrader/manage_assignments/?", Exercises),
    (r"/formgrader/manage_submissions/([^/]+)/?", HandIns),
    (r"/formgrader/gradebook/?", Start),
    (r"/formgrader/gradebook/([^/]+)/?", Start),
    (r"/formgrader/gradebook/([^/]+)/([^/]+)/?", Start),
    (r"/formgrader/submissions/([0-9a-f]+)/?", Marking),
    (r"/formgrader/feedback/([^/]+)/([^/]+)/?", SeeFeedback),
    (r"/formgrader/feedback/([^/]+)/([^/]+)/page", Feedback),
    (r"/formgrader/manage_students/?", Participants),
    (r"/formgrader/manage_students/([^/]+)/?", OneParticipant),
    (r"/formgrader/manage_students/([^/]+)/([^/]+)/?", OneParticipant),
    (r"/formgrader/static/course.css", Sheet),
    (r"/formgrader/api/status", Status),
]
