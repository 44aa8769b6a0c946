"""What the home page answers: the page itself, and the few files that it shows."""

from __future__ import annotations

import asyncio
import os
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jupyter_server.base.handlers import JupyterHandler
from markupsafe import Markup
from tornado import web

from bordercourse import __version__, look
from bordercourse.desk.home import ADDRESS
from bordercourse.desk.home.stations import CourseState, course_state
from bordercourse.desk.reactions import DAYS, QUESTIONS, REACTIONS, store_reaction
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language
from bordercourse.translate.offered import draft_note

__all__ = ["handlers", "page"]


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("bordercourse.desk.home", "."), autoescape=True, undefined=StrictUndefined
    )
    environment.globals.update(
        version=__version__,
        language=language,
        draft_note=draft_note,
        english=lambda: os.environ.get("BORDERCOURSE_ENGLISH", "").split(","),
    )
    return environment.get_template("home.html.j2")


def page(*, base: str, state: CourseState, thanks: str, guard: str) -> str:
    """Return the home page.

    Parameters
    ----------
    base : str
        Where the server stands, with ``/`` at both ends.
    state : CourseState
        Where the person stands.
    thanks : str
        What became of the form that was sent: kept, empty, or nothing.
    guard : str
        The hidden field that shows that a form is the server's own, as HTML.
    """
    text: str = _template().render(
        base=base,
        state=state,
        _=_,
        days=range(1, DAYS + 1),
        reactions=REACTIONS,
        form=QUESTIONS,
        thanks=thanks,
        guard=Markup(guard),
    )
    return text


class HomePage(JupyterHandler):
    """The page."""

    def initialize(self, root: Path) -> None:
        """Take the workspace's folder; called by tornado."""
        self.root = root

    @web.authenticated
    async def get(self) -> None:
        """Answer with the page as the files stand now."""
        # Reading thirty files takes a moment on a slow disk; the server goes on answering meanwhile.
        state = await asyncio.get_running_loop().run_in_executor(None, course_state, self.root)
        policy = "default-src 'self'; script-src 'none'; object-src 'none'; form-action 'self'"
        self.set_header("Content-Security-Policy", policy)
        self.set_header("Cache-Control", "no-store")
        thanks = self.get_argument("thanks", "")
        guard = self.xsrf_form_html()  # tornado's own field
        self.finish(
            page(
                base=self.base_url,
                state=state,
                thanks=thanks if thanks in ("kept", "empty") else "",
                guard=guard,
            )
        )


class ReactionForm(JupyterHandler):
    """The anonymous form at the end of a day."""

    def initialize(self, root: Path) -> None:
        """Take the workspace's folder; called by tornado."""
        self.root = root

    @web.authenticated
    async def post(self) -> None:
        """Keep the choices in a file that names nobody, and show the page again."""
        answers = {question.name: self.get_argument(question.name, "") for question in QUESTIONS}
        day = self.get_argument("day", "")
        keep = asyncio.get_running_loop().run_in_executor(None, store_reaction, self.root, day, answers)
        try:
            kept = await keep
        except InputError as error:
            raise web.HTTPError(500, str(error).replace("%", "%%"), reason="Not written") from None
        self.redirect(f"{self.base_url}{ADDRESS}?thanks={'kept' if kept else 'empty'}#reaction", status=303)


class Look(JupyterHandler):
    """The stylesheet."""

    @web.authenticated
    def get(self) -> None:
        """Answer with the sheet and where its fonts are found."""
        self.set_header("Content-Type", "text/css; charset=utf-8")
        own = (Path(__file__).parent / "home.css").read_text(encoding="utf-8")
        self.finish(look.stylesheet(f"{self.base_url}bordercourse/fonts/") + own)


class File(web.StaticFileHandler):
    """A font or a picture, which every page of the course may show."""


def handlers(base: str, root: Path) -> list[Any]:
    """Return the handlers of the home page for a server at `base` that serves the workspace `root`."""
    fonts = str(look.font_files()[0].parent)
    return [
        (f"{base}{ADDRESS}", HomePage, {"root": root}),
        (f"{base}bordercourse/reaction", ReactionForm, {"root": root}),
        (f"{base}bordercourse/look.css", Look),
        (f"{base}bordercourse/fonts/(.*\\.ttf)", File, {"path": fonts}),
        (f"{base}bordercourse/pictures/(.*\\.svg)", File, {"path": str(root / "lessons" / "pictures")}),
    ]
