"""The command line: every command answers --help, and a mistake is one line, never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from bordercourse import __version__
from bordercourse.cli import _COMMANDS, main


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bordercourse", *arguments], capture_output=True, text=True, timeout=60
    )


def test_help_names_every_command_and_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in _COMMANDS)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"bordercourse {__version__}\n"
    assert main([]) == 2


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"bordercourse {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["strat"], "no command 'strat'"),
        (["rehearse", "99"], "no module has this name"),
        (["rehearse", "--participants", "0"], "must be 1 or more"),
        (["lesson", "nothing.ipynb"], "no such lesson"),
        (["grade", "00-welcome", "--course", "nowhere"], "is not a course"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "says"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "no right")])
def test_a_full_or_locked_disk_is_one_sentence_for_every_command(
    number: int, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_arguments: list[str]) -> int:
        raise OSError(number, "as the system says it", "gradebook.db")

    monkeypatch.setattr("bordercourse.handin.collect.main", fail)
    assert main(["collect", "."]) == 2
    line = capsys.readouterr().err
    assert says in line
    assert "gradebook.db" in line


def test_another_failure_of_the_system_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_arguments: list[str]) -> int:
        raise OSError(errno.EBADF, "a mistake of ours")

    monkeypatch.setattr("bordercourse.handin.collect.main", fail)
    with pytest.raises(OSError, match="a mistake of ours"):
        main(["collect", "."])


def test_a_disk_or_a_right_that_is_missing_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bordercourse.authoring import lessons

    def refuse(_arguments: list[str]) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", "/somewhere/else")

    monkeypatch.setattr(lessons, "main", refuse)
    assert main(["lesson", "notebooks/00-welcome.ipynb"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("bordercourse lesson: /somewhere/else: you have no right to write or read there.")


def test_a_name_that_the_screen_cannot_show_stops_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bordercourse", "grade", "00", "--course", "\u179f\u17bb\u1781\u17b6"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
        timeout=60,
    )
    assert done.returncode == 2
    assert b"\\u179f\\u17bb\\u1781\\u17b6: is not a course" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_traceback() -> None:
    """As with ``| head -1``: what was printed has nowhere to go any more."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "bordercourse", "translate", "status"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
