"""Published files are fetched with their hash, cut into inputs, and fetched once."""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("vectors_tool", ROOT / "tools" / "vectors.py")
assert SPEC
assert SPEC.loader
tool = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)

PUBLISHED = 'val specimen = """\n{"name": "សុខា"}\n"""\nval root = "AbC="\n'


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder that a server on this machine publishes, and its address."""
    folder = tmp_path / "publisher"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def listed(tmp_path: Path, address: str, text: str = PUBLISHED) -> Path:
    path = tmp_path / "vectors.toml"
    path.write_text(
        f'[[file]]\naddress = "{address}/tests.kt"\nsha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n'
        "[file.pieces]\n"
        '"seal/specimen.json" = \'specimen = """\\s*(\\{.*?\\})\'\n'
        '"seal/root.b64" = \'root = "([^"]+)\'\n',
        encoding="utf-8",
    )
    return path


def test_fetched_once_and_cut(
    publisher: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, address = publisher
    (folder / "tests.kt").write_text(PUBLISHED, encoding="utf-8")
    into = tmp_path / "into"
    assert tool.main(into, listed(tmp_path, address)) == 0
    assert (into / "seal" / "specimen.json").read_text(encoding="utf-8") == '{"name": "សុខា"}'
    assert (into / "seal" / "root.b64").read_text() == "AbC="
    (folder / "tests.kt").unlink()
    assert tool.main(into, listed(tmp_path, address)) == 0
    assert "here already" in capsys.readouterr().out


def test_another_file_than_the_listed_one_is_refused(
    publisher: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, address = publisher
    (folder / "tests.kt").write_text(PUBLISHED.replace("AbC=", "AbD="), encoding="utf-8")
    assert tool.main(tmp_path / "into", listed(tmp_path, address)) == 1
    assert "could not be had" in capsys.readouterr().err
    assert not (tmp_path / "into" / "seal").exists()


def test_a_pattern_that_fits_nothing_is_named() -> None:
    with pytest.raises(ValueError, match=r"seal/root\.b64: the published file holds nothing"):
        tool.cut("val none = 1", {"seal/root.b64": 'root = "([^"]+)'})


def test_every_listed_file_says_where_it_is_from_and_what_it_proves() -> None:
    for entry in tool.read_list():
        assert entry["address"].startswith("https://")
        assert len(entry["sha256"]) == 64
        assert entry["licence"]
        assert entry["proves"]
        assert entry["pieces"]
