"""A Python that participants can run, and a class of four people that is opened once."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


def can_run(python: str) -> bool:
    """Whether a user with no rights at all can run this Python, of the version that runs the tests."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    code = f"import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != {version!r})"
    try:
        done = subprocess.run([python, "-c", code], user=NOBODY, group=NOBODY, extra_groups=[], cwd="/")
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="session")
def class_python() -> Iterator[Path]:
    """An environment with the wheel of this checkout, outside all closed folders.

    What the wheel needs is taken from the environment that runs the tests, so nothing is installed.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a class needs Linux and its administrator")
    if shutil.which("useradd") is None:
        pytest.skip("this system makes no accounts")
    names = [sys.executable, f"/usr/bin/python3.{sys.version_info.minor}", "/usr/bin/python3"]
    base = next((name for name in names if can_run(name)), None)
    packages = Path(sys.prefix, "lib", f"python3.{sys.version_info.minor}", "site-packages")
    listed = subprocess.run(["ls", packages], user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True)
    if base is None or listed.returncode:
        pytest.skip("no Python of this version on this machine can be run by every user")
    folder = Path(tempfile.mkdtemp(prefix="class-python-"))
    try:
        folder.chmod(0o755)
        subprocess.run([base, "-m", "venv", "--without-pip", folder / "env"], check=True)
        wheel = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(wheel, cwd=ROOT, check=True, capture_output=True)
        own = folder / "env" / "lib" / packages.parent.name / "site-packages"
        (built,) = folder.glob("*.whl")
        shutil.unpack_archive(built, own, "zip")
        (own / "shared.pth").write_text(f"{packages}\n", encoding="utf-8")
        for name in ("share", "etc"):
            (folder / "env" / name).unlink(missing_ok=True)
            (folder / "env" / name).symlink_to(Path(sys.prefix, name))
        subprocess.run(["chmod", "-R", "go+rX", folder], check=True)
        yield folder / "env" / "bin" / "python"
    finally:
        shutil.rmtree(folder)


@dataclass
class Room:
    """An open class, with the command as the instructor types it."""

    root: Path
    python: Path
    roster: Path
    ids: list[str]
    port: int
    scheme: str = "http"

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def records(self) -> Path:
        return self.root / "var" / "lib" / "bordercourse" / "class"

    def workspace(self, who: str) -> Path:
        return self.root / "srv" / "bordercourse" / "class" / who / "bordercourse"

    def command(self, *words: str, status: int | None = 0, cwd: Path | None = None) -> str:
        done = subprocess.run(
            [str(self.python), "-m", "bordercourse", "class", *words],
            env={**os.environ, "BORDERCOURSE_CLASS_ROOT": str(self.root)},
            cwd=cwd or self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert status is None or done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def status(self) -> str:
        """What `class status` says; whether it has advice depends on the machine too, such as its memory."""
        return self.command("status", status=None)

    def open(self, *more: str) -> str:
        place = ["--address", "127.0.0.1", "--port", str(self.port)]
        return self.command("open", str(self.roster), *place, *more)


@contextmanager
def open_room(
    class_python: Path, letters: str, *more: str, scheme: str = "http", languages: Sequence[str] = ()
) -> Iterator[Room]:
    """A class of some people, in folders of its own; its accounts are removed at the end.

    Its roster has a column for languages where there are some, one a person.
    """
    from bordercourse.classroom.running import free_ports

    root = Path(tempfile.mkdtemp(prefix="class-room-"))
    root.chmod(0o755)
    mark = secrets.token_hex(3)
    ids = [f"{mark}-{letter}" for letter in letters]
    roster = root / "roster.csv"
    lines = ["id;name", *(f"{id};Nguyễn {id[-1].upper()}" for id in ids)]
    if languages:
        lines = [f"{a};{b}" for a, b in zip(lines, ["language", *languages], strict=True)]
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    running = Room(root, class_python, roster, ids, free_ports(1)[0], scheme)
    try:
        running.open(*more)
        yield running
    finally:
        if (running.records / "class.json").exists():
            running.command("remove", "--yes")
        shutil.rmtree(root)


@pytest.fixture(scope="module")
def room(class_python: Path) -> Iterator[Room]:
    """A class of four."""
    with open_room(class_python, "abcd") as running:
        yield running
