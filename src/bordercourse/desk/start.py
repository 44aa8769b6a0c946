"""``bordercourse start``: lay out the workspace and open the home page."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener
from zlib import crc32

from bordercourse.desk.home import ADDRESS
from bordercourse.desk.language import settle_language, workspace_language
from bordercourse.desk.places import default_workspace, shipped
from bordercourse.desk.settings import environment, write_settings
from bordercourse.desk.workspace import Workspace, lay_out
from bordercourse.errors import CourseError, InputError
from bordercourse.files import need_space, why_not_written
from bordercourse.i18n import gettext as _
from bordercourse.i18n import speaking

__all__ = ["LabError", "main", "prepare_workspace"]

_PORTS = range(8888, 8988)
_PATIENCE = 120  # seconds until the first answer; a first start on a slow disk is long


class LabError(CourseError):
    """JupyterLab does not start."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse start``; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="bordercourse start", description=_("Lay out the workspace and open JupyterLab.")
    )
    parser.add_argument(
        "--workspace", type=Path, metavar="DIR", help=_("where your lessons and exercises lie")
    )
    parser.add_argument("--no-browser", action="store_true", help=_("only print the address"))
    parser.add_argument("--port", type=int, metavar="N", help=_("the port; a free one where left out"))
    parser.add_argument("--author", action="store_true", help=_("show what writes exercises as well"))
    parser.add_argument(
        "--language",
        metavar="LANG",
        help=_("the language, such as th; later starts remember it; en for English"),
    )
    options = parser.parse_args(argv)
    root = (options.workspace or default_workspace()).expanduser().absolute()
    before = workspace_language(root)
    language, _note = settle_language(root, options.language)
    with speaking(language):
        return _start(root, options, language != before)


def _start(root: Path, options: argparse.Namespace, changed: bool) -> int:
    browser = not options.no_browser
    print(_("Preparing your workspace ..."), flush=True)
    workspace, notes = prepare_workspace(root, author=options.author)
    for line in (*notes, *_unsafe_places()):
        print(line)
    running = _running(workspace)
    if running:
        if changed:
            print(_("Stop the course that is open, and start it again: then it speaks the other language."))
        _greet(_("The course is open already:"), running, workspace, browser)
        return 0
    signal.signal(signal.SIGTERM, _interrupt)  # else a killed start would leave JupyterLab behind
    server = None
    try:
        server, address = _launch(workspace, options.port)
        _greet(_("The course is open. In your browser:"), address, workspace, browser)
        print(_("Keep this window open while you work. To stop, press Ctrl+C here."), flush=True)
        status = server.wait()
        if status:
            raise LabError(_("JupyterLab stopped by itself.\n{log}").format(log=_tail(_log(workspace))))
    except KeyboardInterrupt:
        print()
    finally:
        if server is not None:
            _stop(server)
    print(_("Stopped. Your work is saved in {folder}.").format(folder=workspace.root))
    return 0


def prepare_workspace(root: Path, *, author: bool = False, hub: bool = False) -> tuple[Workspace, list[str]]:
    """Lay out a workspace with its settings, on a disk that takes what will be saved.

    Parameters
    ----------
    root : path
        The workspace.
    author : bool
        Whether exercises are written here.
    hub : bool
        Whether JupyterLab is started by the hub of a class, which says where it listens.

    Returns
    -------
    tuple
        The workspace, and what its owner should be told.

    Raises
    ------
    InputError
        If something cannot be written.
    """
    parts = shipped()
    try:
        language, note = settle_language(root, None)
        workspace, notes = lay_out(root, parts, author=author, language=language)
        notes += [note] if note else []
        write_settings(workspace, instructor=parts.sources is not None, author=author, hub=hub)
        _trust(workspace.pages / "lessons" if language else parts.lessons, workspace)
        need_space(workspace.lab)
    except OSError as error:
        problem, do = why_not_written(error)
        raise InputError(str(error.filename or root), problem, do) from error
    return workspace, notes


def _unsafe_places() -> list[str]:
    """Warn of an installation where Windows often cannot start a kernel: see Jupyter's notebook #5181."""
    if os.name != "nt" or sys.prefix.isascii():
        return []
    return [
        _(
            "The course is installed in {path}. On Windows, kernels often do not start from a folder with "
            "letters such as these. If no cell runs, install it in a folder of plain letters, such as "
            "C:\\bordercourse."
        ).format(path=sys.prefix)
    ]


def _launch(workspace: Workspace, wanted: int | None) -> tuple[subprocess.Popen[bytes], str]:
    """Start JupyterLab; return it with its address once it answers."""
    token = secrets.token_hex(16)
    for last in (False, False, True):
        port = _free_port(wanted)
        with _log(workspace).open("wb") as lines:
            server = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", f"--ServerApp.port={port}"],
                cwd=workspace.served.root,
                env=environment(workspace, token),
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=subprocess.STDOUT,
            )
        try:
            return server, _wait(server, workspace, token)
        except BaseException as error:
            _stop(server)
            # Between the look for a free port and the start another program may have taken it.
            if isinstance(error, LabError) and "in use" in str(error) and wanted is None and not last:
                continue
            raise
    raise AssertionError("the last try returned or raised")


def _log(workspace: Workspace) -> Path:
    return workspace.lab / "lab.log"


def _greet(headline: str, address: str, workspace: Workspace, browser: bool) -> None:
    print(f"\n{headline}\n\n    {address}\n")
    print(_("Your work is saved in {folder}.").format(folder=workspace.root), flush=True)
    if browser:
        webbrowser.open(address)


def _free_port(wanted: int | None) -> int:
    """Return `wanted` if it is free, else the first free port from Jupyter's usual one on."""
    for port in _PORTS if wanted is None else [wanted]:
        with socket.socket() as probe:
            if sys.platform != "win32":  # where it would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return port
    if wanted is not None:
        raise InputError(
            "--port", _("{port} cannot be used.").format(port=wanted), _("Leave it out, or choose another.")
        )
    raise LabError(_("No port is free. Close other programs, or start the machine anew."))


def _answers(address: str, token: str) -> bool:
    asked = Request(f"{address}api/status", headers={"Authorization": f"token {token}"})
    try:
        with build_opener(ProxyHandler({})).open(asked, timeout=5) as reply:
            return bool(reply.status == 200)
    except (URLError, OSError):
        return False


def _running(workspace: Workspace, token: str | None = None) -> str | None:
    """Return the address of the JupyterLab that serves this workspace, if one does.

    It is known by what it wrote about itself, and by its token: on its port another program could answer.
    """
    from jupyter_server.serverapp import list_running_servers

    root = workspace.served.root
    for server in list_running_servers(str(workspace.lab / "data" / "runtime")):
        own = Path(server.get("root_dir", "")) == root and token in (None, server["token"])
        if own and _answers(server["url"], server["token"]):
            return f"{server['url']}{ADDRESS}?token={server['token']}"
    return None


def _wait(server: subprocess.Popen[bytes], workspace: Workspace, token: str) -> str:
    """Return the address once the server answers."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.poll() is None:
        address = _running(workspace, token)
        if address:
            return address
        time.sleep(0.1)
    raise LabError(_("JupyterLab does not start. Its last words:\n{log}").format(log=_tail(_log(workspace))))


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    try:
        server.wait(timeout=5)  # Ctrl+C reached it as well: let it end its kernels
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        server.terminate()
        try:
            server.wait(timeout=15)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            server.kill()
            server.wait()


def _trust(lessons: Path, workspace: Workspace) -> None:
    """Sign the shipped lessons, so that their stored pictures and tables show before the first run.

    Reading all of them takes longer than the rest of a start. So the list of signatures remembers, in the
    number that SQLite keeps for a program (``PRAGMA user_version``), for which files it was made.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    data = workspace.lab / "data"
    data.mkdir(parents=True, exist_ok=True)
    notary = NotebookNotary(data_dir=str(data))
    signatures, made_for = notary.store.db, crc32(notary.secret)
    found = [path for path in sorted(lessons.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
    for path in found:
        status = path.stat()
        made_for = crc32(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode(), made_for)
    made_for >>= 1  # the number has a sign
    if signatures.execute("PRAGMA user_version").fetchone() != (made_for,):
        signatures.execute("PRAGMA synchronous=OFF")  # what a power cut takes is signed again
        for path in found:
            notary.sign(nbformat.read(path, as_version=4))
        signatures.execute(f"PRAGMA user_version={made_for}")
    notary.store.close()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
