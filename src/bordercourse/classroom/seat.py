"""One participant's server: the workspace laid out, then JupyterLab as the hub's single-user server."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from bordercourse.desk.language import settle_language
from bordercourse.desk.settings import environment
from bordercourse.desk.start import prepare_workspace
from bordercourse.desk.workspace import Workspace
from bordercourse.errors import CourseError, InputError

__all__ = ["main", "serve"]


def main(argv: Sequence[str] | None = None) -> int:
    """Start the server the plain way, in a Python of its own."""
    serve(sys.argv[1:] if argv is None else argv)
    return 0


def serve(arguments: Sequence[str]) -> None:
    """Be the server of the user that this process belongs to, until it is ended.

    Parameters
    ----------
    arguments : sequence of str
        For JupyterHub's single-user server.
    """
    workspace = Workspace((Path.home() / "bordercourse").absolute())
    _prepare_apart(workspace.root, os.environ.get("BORDERCOURSE_LANGUAGE", ""))
    variables = environment(workspace, "")
    del variables["JUPYTER_TOKEN"]  # the hub lets people in
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(workspace.root)
    # JupyterLab asked for these folders when it was imported, which the warm parent did elsewhere.
    folders = [
        f"--LabApp.user_settings_dir={variables['JUPYTERLAB_SETTINGS_DIR']}",
        f"--LabApp.workspaces_dir={variables['JUPYTERLAB_WORKSPACES_DIR']}",
    ]
    sys.argv = ["jupyterhub-singleuser", *arguments, *folders]
    from jupyterhub.singleuser import main as single_user

    single_user()


def _prepare_apart(root: Path, language: str) -> None:
    """Lay out the workspace in a process of its own, whose memory goes back when it is done.

    The class names the language; one that this installation does not speak keeps nobody from the course.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            try:
                settle_language(root, language or None)
            except InputError as error:
                print(error, flush=True)
            for line in prepare_workspace(root, hub=True)[1]:
                print(line, flush=True)
            status = 0
        except CourseError as error:
            print(error, flush=True)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise SystemExit(1)  # the hub tells the person that the server did not start; the log says why


if __name__ == "__main__":
    raise SystemExit(main())
