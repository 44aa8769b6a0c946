"""The instructor's pages, in the place of nbgrader's own Formgrader.

They stand at the same addresses and work on the same gradebook. nbgrader's pages put a memo's HTML
and a participant's name into the page as they are, and their actions end in tracebacks; these clean
what came from a participant, send a Content-Security-Policy, and run the course's own commands.

`tables` reads the gradebook, `marking` makes the page of one hand-in, `views` and `actions` answer
the browser, and `extension` adds them to Jupyter's server. Switch it on with::

    {"ServerApp": {"jpserver_extensions": {"bordercourse.grading.formgrader": true,
                                           "nbgrader.server_extensions.formgrader": false}}}
"""

from __future__ import annotations

from typing import Any

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "bordercourse.grading.formgrader"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from bordercourse.grading.formgrader.extension import load

    load(server)
