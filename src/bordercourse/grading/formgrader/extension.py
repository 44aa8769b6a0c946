"""Add the instructor's pages to Jupyter's server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from tornado import web

from bordercourse import look
from bordercourse.grading.formgrader import actions, views
from bordercourse.i18n import gettext as _

__all__ = ["InstructorPages", "load"]

_STATIC = Path(__file__).parent / "static"


class InstructorPages(FormgradeExtension):  # type: ignore[misc]
    """nbgrader's extension, which finds the course, with pages of our own."""

    debug = False

    def init_handlers(self, webapp: Any) -> None:
        """Add the pages and what they call; whatever else nbgrader serves there is not served."""
        base = webapp.settings["base_url"]
        fonts = {"path": str(Path(look.__file__).parent / "fonts")}
        routes: list[Any] = [
            *views.ROUTES,
            *actions.ROUTES,
            (r"/formgrader/static/fonts/(.*\.ttf)", web.StaticFileHandler, fonts),
            (r"/formgrader/static/(.*\.(?:js|css))", web.StaticFileHandler, {"path": str(_STATIC)}),
            (r"/formgrader/.*", views.NoSuchPage),
        ]
        webapp.add_handlers(".*$", [(url_path_join(base, route[0]), *route[1:]) for route in routes])


def load(server: Any) -> None:
    """Load the extension into a running Jupyter server.

    Parameters
    ----------
    server : jupyter_server.serverapp.ServerApp
        The server.
    """
    pages = InstructorPages(parent=server)
    pages.root_dir = server.root_dir
    pages.log = server.log
    pages.initialize([])
    pages.init_tornado_settings(server.web_app)
    pages.init_handlers(server.web_app)
    server.log.info(_("The instructor's pages are ready."))
