"""What the proxy of a class sends itself: the right file, compressed, and nothing that it should not."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPMessage
from pathlib import Path

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bordercourse.classroom.shared_files import send_compressed, shared_files

TEXT = b"let place = 'Utopia';\n" * 400
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
SCRIPT = "/user/st1/static/lab/a.0123.js"


class Behind(RequestHandler):
    """Stands for a participant's server: says that it was asked."""

    def get(self) -> None:
        self.set_header("Content-Type", self.get_query_argument("kind", "text/html"))
        self.finish("behind " * 400)

    head = get


@dataclass
class Door:
    """A proxy with files of its own, in a thread."""

    folder: Path
    port: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def serve(self, up: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        app = Application([(".*", Behind)])
        send_compressed(app, {f"static/lab/{p.name}": p for p in self.folder.iterdir()})
        sockets = bind_sockets(0, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        self.server = HTTPServer(app)
        self.loop.call_soon(self.server.add_sockets, sockets)
        self.loop.call_soon(up.set)
        self.loop.run_forever()

    def ask(self, path: str, headers: dict[str, str], method: str = "GET") -> tuple[int, HTTPMessage, bytes]:
        """Ask for a path exactly as it is written."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        reply = line.getresponse()
        content = reply.read()
        line.close()
        return reply.status, reply.headers, content

    def plain(self, path: str, headers: dict[str, str]) -> str:
        """What a browser reads."""
        _status, found, content = self.ask(path, headers)
        return (gzip.decompress(content) if found["Content-Encoding"] == "gzip" else content).decode()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    folder = tmp_path / "installed"
    folder.mkdir()
    (folder / "a.0123.js").write_bytes(TEXT)
    (tmp_path / "codes.json").write_bytes(TEXT)
    running, up = Door(folder), threading.Event()
    thread = threading.Thread(target=running.serve, args=(up,))
    thread.start()
    assert up.wait(60)
    yield running
    running.loop.call_soon_threadsafe(running.loop.stop)
    thread.join()


def test_a_file_comes_compressed_with_all_that_a_browser_must_know(door: Door) -> None:
    status, headers, content = door.ask(SCRIPT, GZIP)
    assert (status, gzip.decompress(content)) == (200, TEXT)
    assert int(headers["Content-Length"]) == len(content) < len(TEXT) / 10
    assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert headers["Content-Type"].endswith("/javascript")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    asked = door.ask(SCRIPT, GZIP, "HEAD")
    assert (asked[0], asked[1]["Content-Length"], asked[2]) == (200, headers["Content-Length"], b"")


def test_a_browser_that_has_a_file_is_told_so_until_the_file_is_another(door: Door) -> None:
    etag = door.ask(SCRIPT, GZIP)[1]["Etag"]
    assert etag.startswith('"')
    status, headers, content = door.ask(SCRIPT, {**GZIP, "If-None-Match": etag})
    assert (status, content, headers["Etag"], headers["Vary"]) == (304, b"", etag, "Accept-Encoding")
    (door.folder / "a.0123.js").write_bytes(TEXT * 2)
    status, headers, content = door.ask(SCRIPT, {**GZIP, "If-None-Match": etag})
    assert (status, gzip.decompress(content)) == (200, TEXT * 2)
    assert headers["Etag"] != etag
    (door.folder / "a.0123.js").unlink()
    assert door.plain(SCRIPT, GZIP).startswith("behind")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip;q=0, *"}, {**GZIP, "Range": "bytes=0-9"}],
)
def test_who_takes_no_gzip_or_wants_a_part_asks_the_server(door: Door, headers: dict[str, str]) -> None:
    status, found, content = door.ask(SCRIPT, headers)
    assert (status, content[:6]) == (200, b"behind")
    assert found["Content-Encoding"] is None
    assert found["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/user/st1/static/lab/../../codes.json",
        "/user/st1/static/lab/%2e%2e/%2e%2e/codes.json",
        "/user/st1/static/lab/..%2f..%2fcodes.json",
        "/user/st1/static/lab//etc/passwd",
        "/user/st1/static/lab/",
        "/user/st1/other/lab/a.0123.js",
        "/user/st1/files/static/lab/a.0123.js",
        "/static/lab/a.0123.js",
    ],
)
def test_what_is_not_in_the_list_is_never_looked_for(door: Door, path: str) -> None:
    assert door.plain(path, GZIP).startswith("behind")


def test_a_file_is_compressed_once_though_everybody_comes_at_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    real = gzip.compress

    def counted(*given: object, **named: object) -> bytes:
        done.append(1)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("bordercourse.classroom.shared_files.gzip.compress", counted)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda n: door.plain(SCRIPT.replace("st1", f"st{n}"), GZIP), range(30)))
    assert said == [TEXT.decode()] * 30
    assert len(done) == 1


def test_data_of_the_servers_is_compressed_and_their_pages_are_not(door: Door) -> None:
    for kind, coded in (("application/json", "gzip"), ("image/svg%2Bxml", "gzip"), ("text/html", None)):
        _status, headers, content = door.ask(f"/user/st1/api?kind={kind}", GZIP)
        assert headers["Content-Encoding"] == coded
        assert headers["Etag"].startswith('W/"' if coded else '"'), "another coding of the same is no equal"
        assert len(content) == int(headers["Content-Length"])
        again = door.ask(f"/user/st1/api?kind={kind}", {**GZIP, "If-None-Match": headers["Etag"]})
        assert again[0] == 304


def test_the_list_holds_what_jupyterlab_loads_and_only_files_of_the_installation() -> None:
    files = shared_files()
    core = [place for place in files if place.startswith("static/lab/jlab_core.")]
    assert len(core) == 1
    widgets = "lab/extensions/@jupyter-widgets/jupyterlab-manager/static/remoteEntry"
    for start in (widgets, "hub/static/css/style", "lab/extensions/@bordercourse/"):
        assert any(place.startswith(start) for place in files), start
    homes = (os.path.realpath(sys.prefix), str(Path(__file__).resolve().parents[2]))
    assert all(os.path.realpath(path).startswith(homes) for path in files.values())
    assert {path.suffix for path in files.values()} <= {".js", ".css", ".json", ".svg"}
