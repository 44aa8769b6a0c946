"""What the home page answers: the page itself, and the few files that it shows."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from bordercourse import __version__, look
from bordercourse.desk.home import ADDRESS
from bordercourse.desk.home.stations import course_state
from bordercourse.i18n import gettext as _

__all__ = ["handlers"]


@cache
def _page() -> Any:
    environment = Environment(
        loader=PackageLoader("bordercourse.desk.home", "."), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["version"] = __version__
    return environment.get_template("home.html.j2")


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
        self.set_header("Content-Security-Policy", "default-src 'self'; script-src 'none'; object-src 'none'")
        self.set_header("Cache-Control", "no-store")
        self.finish(_page().render(base=self.base_url, state=state, _=_))


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
        (f"{base}bordercourse/look.css", Look),
        (f"{base}bordercourse/fonts/(.*\\.ttf)", File, {"path": fonts}),
        (f"{base}bordercourse/pictures/(.*\\.svg)", File, {"path": str(root / "lessons" / "pictures")}),
    ]
