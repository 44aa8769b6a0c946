"""The home page: the stations of the course, what is done, and a way to each lesson and exercise.

A small extension of the Jupyter server. It reads files only, starts no kernel, and works the same on one
person's computer and on a class server.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = ["ADDRESS", "LAB_EXTENSIONS"]

ADDRESS = "bordercourse/home"
LAB_EXTENSIONS = Path(__file__).parent / "lab"


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "bordercourse.desk.home"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    from bordercourse.desk.home.server import handlers

    server.web_app.add_handlers(".*$", handlers(server.web_app.settings["base_url"], Path(server.root_dir)))
