"""Starting JupyterLab where another program holds, or takes, the port."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from bordercourse.desk import start
from bordercourse.desk.settings import write_settings
from bordercourse.desk.workspace import Workspace
from bordercourse.errors import InputError


class _AnswersEverything(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def taken() -> Iterator[int]:
    """The port of a program that says 200 to whatever is asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _AnswersEverything)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_port_taken_in_the_last_moment_is_left_to_its_owner(
    tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path / "work")
    for folder in (workspace.lessons, workspace.exercises):
        folder.mkdir(parents=True)
    write_settings(workspace, instructor=False)
    free, first = start._free_port, iter([taken])
    monkeypatch.setattr(start, "_free_port", lambda wanted: next(first, None) or free(wanted))
    server, address = start._launch(workspace, None)
    try:
        assert f":{taken}/" not in address
        assert "token=" in address
        with urlopen(address.replace(f"{start.ADDRESS}?", "api/status?")) as reply:
            assert "kernels" in json.load(reply)
        assert start._running(workspace) == address
        assert start._running(workspace, "another token") is None
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_a_full_disk_is_told_before_anything_opens(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=r"work.*: the disk is full\. Delete what"):
        start.main(["--no-browser", "--workspace", str(small_disk / "work")])
    assert "http" not in capsys.readouterr().out


def test_a_workspace_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("a file")
    with pytest.raises(InputError, match=r"notes.*: it cannot be written or read \(Not a directory\)"):
        start.main(["--no-browser", "--workspace", str(tmp_path / "notes" / "work")])


@pytest.mark.parametrize(
    ("system", "place", "warned"),
    [("nt", "C:\\khóa học", True), ("nt", "C:\\bordercourse", False), ("posix", "/khóa học", False)],
)
def test_letters_in_the_path_of_the_installation_are_warned_of_on_windows(
    monkeypatch: pytest.MonkeyPatch, system: str, place: str, warned: bool
) -> None:
    monkeypatch.setattr("bordercourse.desk.start.os.name", system)
    monkeypatch.setattr("bordercourse.desk.start.sys.prefix", place)
    lines = start._unsafe_places()
    assert [place in line for line in lines] == [True] * warned


def trusted(root: Path) -> list[bool]:
    """Whether JupyterLab would show what each lesson holds."""
    notary = NotebookNotary(data_dir=str(root / ".lab" / "data"))
    lessons = sorted((root / "lessons").glob("*.ipynb"))
    found = [notary.check_signature(nbformat.read(path, as_version=4)) for path in lessons]
    notary.store.close()
    return found


def test_lessons_are_signed_at_the_first_start_and_again_only_where_their_list_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "work"
    start.prepare_workspace(root)
    assert len(trusted(root)) > 10
    assert all(trusted(root))
    signed: list[int] = []
    real = NotebookNotary.sign

    def counted(self: NotebookNotary, notebook: object) -> None:
        signed.append(1)
        real(self, notebook)

    monkeypatch.setattr(NotebookNotary, "sign", counted)
    start.prepare_workspace(root)
    assert signed == []
    for name, content in (
        ("nbsignatures.db", None),
        ("nbsignatures.db", b"damaged"),
        ("notebook_secret", b"x"),
    ):
        lost = root / ".lab" / "data" / name
        lost.write_bytes(content) if content else lost.unlink()
        start.prepare_workspace(root)
        assert len(signed) > 10, name
        assert all(trusted(root)), name
        signed.clear()
