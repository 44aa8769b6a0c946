"""Files as people's machines leave them are read; what is written is there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.files import (
    DamagedError,
    lost_letters,
    printable,
    put_in_place,
    read_json,
    read_plain,
    why_not_written,
    write_whole,
)

SHEET = {"module": "01-x", "answers": {"a1": "ខ្មែរ", "a2": ["b\n", "“c”"]}}
TEXT = json.dumps(SHEET, ensure_ascii=False, indent=1)


def outside_texts(letter: str) -> str:
    """The sheet with `letter` in the place of each blank between its texts."""
    return json.dumps(SHEET, ensure_ascii=False, separators=(f",{letter}", f":{letter}"))


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8-sig"),
        b"\xef\xbb\xbf" + TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode() + b"\0" * 500,
        b"\0" * 8 + TEXT.encode(),
        TEXT.encode("utf-16") + b"\0" * 6,
        outside_texts("\xa0").encode(),
        outside_texts("\u2028").encode(),
        outside_texts("\u200b").encode(),
        outside_texts("\x0b").encode(),
        TEXT.replace("\n", "\xa0\r\n").encode(),
        TEXT.replace("\\n", "\n").encode(),
    ],
    ids=[
        "bom",
        "two",
        "16",
        "16le",
        "16be",
        "32",
        "zeros",
        "first",
        "16z",
        "nbsp",
        "ls",
        "zw",
        "vt",
        "cr",
        "nl",
    ],
)
def test_what_a_machine_adds_around_a_file_does_not_change_it(data: bytes) -> None:
    assert read_json(data) == SHEET
    assert not lost_letters(data)


def test_what_stands_inside_a_text_stays_as_it_is() -> None:
    inside = {"a\xa0b": 'c\u2028\ufeff "d" \\ “e”'}
    text = json.dumps(inside, ensure_ascii=False).replace(": ", ":\xa0")
    assert read_json(text.encode()) == inside


def test_curly_quotes_are_quotes_where_there_is_no_other() -> None:
    assert read_json("{“a”: „b“}".encode()) == {"a": "b"}


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.dictionaries(st.text(), inner)))
def test_every_json_is_read_as_json(tree: object) -> None:
    assert read_json(json.dumps(tree).encode()) == tree


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    for text in (data, b'{"a": "' + data, b'{"a":\xa0' + data):
        with contextlib.suppress(DamagedError):
            read_json(text)


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 4000, b" \n", TEXT.encode()[:-2], b'{"a": 1} more', b"[" * 300_000]
)
def test_what_is_not_clear_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedError, match="the file is"):
        read_json(data)


@pytest.mark.parametrize(
    "data",
    [b"[" + b"[]," * 3_000_000 + b"[]]", b'{"a":\xc2\xa0"' + b"x" * 10_000_001 + b'"}'],
    ids=["parts", "odd"],
)
def test_what_would_take_much_memory_or_time_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedError, match="the file"):
        read_json(data)


def test_letters_of_an_old_encoding_are_lost_and_known_to_be() -> None:
    data = '{"memo": "São Tomé"}'.encode("cp1252")
    assert read_json(data) == {"memo": "S\ufffdo Tom\ufffd"}
    assert lost_letters(data)
    assert not lost_letters('{"memo": "\ufffd"}'.encode())


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, "one\n")
    write_whole(path, b"two\r\n")
    assert path.read_bytes() == b"two\r\n"
    assert os.listdir(tmp_path) == ["a"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failed_write_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a"
    write_whole(path, "old")

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    path = small_disk / "a"
    write_whole(path, "old")
    with pytest.raises(OSError, match=r"\w") as caught:
        write_whole(path, b"x" * 5_000_000)
    assert why_not_written(caught.value)[0] == "the disk is full."
    assert path.read_text() == "old"
    assert os.listdir(small_disk) == ["a"]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "right"),
        (errno.EROFS, "right"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_the_reason_is_a_sentence(number: int, says: str) -> None:
    problem, do = why_not_written(OSError(number, os.strerror(number)))
    assert says in problem
    assert do.endswith(".")


def a_link(path: Path) -> None:
    (path.parent / "other").write_text("x")
    path.symlink_to("other")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_giant(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1001)


@pytest.mark.skipif(os.name == "nt", reason="needs pipes and links")
@pytest.mark.parametrize("make", [a_link, a_pipe, a_giant, Path.mkdir])
def test_only_plain_files_are_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "a")
    with pytest.raises(OSError, match=r"\w"):
        read_plain(tmp_path / "a", 1000)


def test_a_name_is_one_short_line() -> None:
    assert printable("a\nb\x1b[31m\udc80\u202e.zip") == "a?b?[31m??.zip"
    assert len(printable("x" * 500)) == 200
    assert printable("សុខា.zip") == "សុខា.zip"


@pytest.fixture
def busy_moves(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Windows, where each move is refused three times; the list fills with the pauses between them."""
    move = os.replace
    pauses: list[float] = []

    def refused(source: object, target: object) -> None:
        if len(pauses) < 3:
            raise PermissionError(errno.EACCES, "Access is denied")
        move(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr("bordercourse.files.os.name", "nt")
    monkeypatch.setattr("bordercourse.files.os.replace", refused)
    monkeypatch.setattr("bordercourse.files.time.sleep", pauses.append)
    return pauses


def test_a_move_that_windows_refuses_for_a_moment_is_tried_again(
    tmp_path: Path, busy_moves: list[float]
) -> None:
    source, target = os.path.join(tmp_path, "new"), os.path.join(tmp_path, "old")
    os.mkdir(source)
    put_in_place(source, target)
    assert os.listdir(tmp_path) == ["old"]
    assert len(busy_moves) == 3


def test_a_move_that_windows_refuses_for_good_is_an_error(
    tmp_path: Path, busy_moves: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bordercourse.files.time.sleep", lambda _seconds: None)
    source, target = os.path.join(tmp_path, "new"), os.path.join(tmp_path, "old")
    os.mkdir(source)
    with pytest.raises(PermissionError):
        put_in_place(source, target)
    assert os.listdir(tmp_path) == ["new"]


def test_elsewhere_a_forbidden_move_is_an_error_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def refused(source: object, _target: object) -> None:
        tries.append(source)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("bordercourse.files.os.replace", refused)
    with pytest.raises(PermissionError):
        put_in_place(tmp_path / "new", tmp_path / "old")
    assert len(tries) == 1
