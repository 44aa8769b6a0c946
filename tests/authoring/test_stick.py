"""From the stick a computer without a network installs the course, and what is damaged is never installed.

A small stick is made and installed from: the library with its documents, for this system and for Windows.
``make stick-check`` makes the whole one and tries it in each of its ways.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools" / "stick"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
WHOLE = os.environ.get("BORDERCOURSE_STICK", "")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux"
    or platform.machine() != "x86_64"
    or PYTHON not in ("3.11", "3.12", "3.13", "3.14"),
    reason="the stick serves Linux on Intel processors, Python 3.11 to 3.14, and Windows, which is not here",
)
only_whole = pytest.mark.skipif(not WHOLE, reason="of the whole stick: run `make stick-check`")


def tool(name: str) -> Any:
    """Return a module of the stick's tools, which are in no package."""
    sys.path.insert(0, str(TOOLS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(TOOLS))


def without_network(home: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command where there is no network device but a loopback, in a home of its own."""
    home.mkdir(exist_ok=True)
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    only_loopback = '[ "$(grep -c : /proc/self/net/dev)" = 1 ] || exit 77; exec "$@"'
    done = subprocess.run(
        [*alone, "sh", "-c", only_loopback, "sh", *command],
        env={**keep, "HOME": str(home), "PYTHON": sys.executable, **more},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 77, "the command would have had a network"
    if "unshare" in done.stderr and "Operation not permitted" in done.stderr:
        pytest.skip("this system lets nobody but its administrator take the network away")
    return done


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if WHOLE:
        return ROOT / WHOLE
    folder = tmp_path_factory.mktemp("made") / "stick"
    done = subprocess.run(
        [sys.executable, TOOLS / "make.py", folder, "--extra", "documents", "--python", PYTHON],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"no stick could be made from here: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def copy(stick: Path, tmp_path: Path) -> Path:
    """The stick once more, to be damaged; its files are the same until one is replaced."""
    return Path(shutil.copytree(stick, tmp_path / "copy", copy_function=os.link))


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_it_installs_without_a_network(stick: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "Desktop").mkdir(parents=True)
    there = tmp_path / "Nguyễn An" / "programs"
    done = without_network(home, "sh", str(stick / "install.sh"), "--into", str(there))
    assert done.returncode == 0, done.stdout + done.stderr
    starter = home / "Desktop" / "start-the-course.sh"
    assert str(starter) in done.stdout
    assert os.access(starter, os.X_OK)
    use = "import b45, bordercourse.documents; print(b45.decode(b45.encode(b'birth')), b45.__file__)"
    used = without_network(home, str(there / ".venv" / "bin" / "python"), "-c", use)
    assert used.stdout.startswith(f"b'birth' {there}"), used.stderr


def test_a_folder_that_holds_something_else_is_left_alone(stick: Path, tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    (letters / ".venv").mkdir(parents=True)
    (letters / ".venv" / "mine.txt").write_text("mine", encoding="utf-8")
    done = without_network(tmp_path / "home", "sh", str(stick / "install.sh"), "--into", str(letters))
    assert done.returncode == 1
    assert "holds something else" in done.stderr
    assert (letters / ".venv" / "mine.txt").is_file()


def test_a_damaged_stick_installs_nothing_and_names_the_file(copy: Path, tmp_path: Path) -> None:
    (wheel,) = copy.glob("wheels/b45-*.whl")
    replace(wheel, wheel.read_bytes()[:-1])
    (copy / "requirements.txt").unlink()
    (copy / "requirements.txt").symlink_to(copy / "README.txt")
    done = without_network(
        tmp_path / "home", "sh", str(copy / "install.sh"), "--into", str(tmp_path / "there")
    )
    assert done.returncode == 1
    assert "Nothing was installed. The stick is damaged" in done.stderr
    assert f"wheels/{wheel.name}" in done.stderr
    assert "requirements.txt" in done.stderr
    assert not (tmp_path / "there").exists()


def test_another_wheel_than_the_pinned_one_is_refused_even_with_its_checksum(
    copy: Path, tmp_path: Path
) -> None:
    (wheel,) = copy.glob("wheels/b45-*.whl")
    replace(wheel, wheel.read_bytes() + b"more")
    tool("make").seal(copy)
    done = without_network(
        tmp_path / "home", "sh", str(copy / "install.sh"), "--into", str(tmp_path / "there")
    )
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert "b45" in done.stderr


def test_a_file_that_nothing_takes_is_noticed_on_either_system(copy: Path) -> None:
    """As uv's resolver sees a machine of that kind; a machine with Windows is not here."""
    make, systems = tool("make"), tool("pins").SYSTEMS
    python = "3.12" if WHOLE else PYTHON
    for name in ("linux", "windows"):
        assert make.is_whole(copy, "requirements.txt", systems[name], python) == ""
    for only_windows in copy.glob("wheels/numpy-*-win_amd64.whl"):
        only_windows.unlink()
    assert make.is_whole(copy, "requirements.txt", systems["linux"], python) == ""
    assert "numpy" in make.is_whole(copy, "requirements.txt", systems["windows"], python)


def test_the_checksums_are_those_of_every_file(stick: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
        cwd=stick,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    listed = [
        line.split("  ", 1)[1] for line in (stick / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    ]
    files = [path.relative_to(stick).as_posix() for path in stick.rglob("*") if path.is_file()]
    assert sorted([*listed, "SHA256SUMS"]) == sorted(files)


def test_what_it_says_names_no_address_and_no_place_of_the_machine_that_made_it(stick: Path) -> None:
    texts = [path for path in stick.rglob("*") if path.is_file() and path.suffix not in {".whl", ".zip"}]
    assert len(texts) >= 7
    for path in texts:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"://|index-url|files\.|@[A-Z]+@", text), path.name
        assert str(ROOT) not in text
        assert str(stick.parent) not in text
    assert b"\r\n" in (stick / "install.cmd").read_bytes()
    assert b"\r" not in (stick / "install.sh").read_bytes()
    assert f"for %%V in ({PYTHON}) do" in (stick / "install.cmd").read_text() or WHOLE


def test_a_folder_that_is_no_stick_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit, match="is there and is no stick"):
        tool("make").make(tmp_path, {})
    assert (tmp_path / "letter.txt").is_file()


CONTENTS = {"version": "1", "pythons": {"linux": ["3.11", "3.12"], "windows": ["3.12", "3.13"]}}


@pytest.mark.parametrize(
    ("system", "machine", "version", "wide", "says"),
    [
        ("win32", "AMD64", (3, 13), True, ""),
        ("linux", "x86_64", (3, 11), True, ""),
        ("win32", "AMD64", (3, 11), True, "needs Python 3.12 or 3.13; this one is 3.11"),
        ("win32", "AMD64", (3, 12), False, "64-bit"),
        ("win32", "ARM64", (3, 12), True, "this one is for ARM64"),
        ("darwin", "arm64", (3, 12), True, "serves linux and windows"),
    ],
)
def test_a_machine_that_it_does_not_serve_is_told(
    system: str, machine: str, version: tuple[int, int], wide: bool, says: str
) -> None:
    told = tool("install").unfit(CONTENTS, system, machine, version, wide)
    assert says in told
    assert bool(told) == bool(says)


def test_on_windows_programs_go_where_kernels_start() -> None:
    usual = tool("install").usual_folder
    plain = {"LOCALAPPDATA": r"C:\Users\an\AppData\Local"}
    beyond = {"LOCALAPPDATA": r"C:\Users\Nguyễn An\AppData\Local"}
    assert usual("nt", plain, Path("x")).as_posix().endswith("Local/bordercourse")
    assert str(usual("nt", beyond, Path("x"))) == r"C:\bordercourse"
    assert str(usual("nt", {}, Path("x"))) == r"C:\bordercourse"


def test_no_path_below_the_programs_is_too_long_for_windows(stick: Path) -> None:
    longest = max(
        len(re.sub(r"^[^/]*\.data/(data|purelib|platlib|scripts)/", "", name))
        for wheel in stick.glob("wheels/*.whl")
        if "manylinux" not in wheel.name
        for name in zipfile.ZipFile(wheel).namelist()
    )
    assert tool("install").LONGEST + len(r"\.venv\Lib\site-packages" "\\") + longest <= 259


@only_whole
def test_the_whole_course_starts_without_a_network(stick: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    there = tmp_path / "programs"
    done = without_network(home, "sh", str(stick / "install.sh"), "--into", str(there))
    assert done.returncode == 0, done.stdout + done.stderr
    start = f"{there}/start-the-course.sh --no-browser --workspace {home}/w"
    opened = (
        f"ip link set lo up; {start} >said 2>&1 & number=$!; "
        'until grep -q "The course is open" said || ! kill -0 $number; do sleep 1; done; '
        "kill $number; wait $number; cat said"
    )
    started = without_network(home, "sh", "-c", opened)
    assert "The course is open" in started.stdout, started.stdout + started.stderr
    assert (home / "w" / "exercises" / "00-welcome").is_dir()
    assert not (there / "sources").exists(), "a participant's has no solutions"


@only_whole
def test_the_whole_stick_serves_a_class_without_a_network(
    stick: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if os.geteuid() != 0:
        pytest.skip("a class is installed by the administrator")
    # Not below pytest's own folder, which every other run of pytest closes to other users again.
    there = Path(tempfile.mkdtemp(prefix="stick-class-"))
    request.addfinalizer(lambda: shutil.rmtree(there))
    command = ["sh", str(stick / "install.sh"), "--class", "--into", str(there)]
    done = without_network(tmp_path / "home", *command, PYTHON="/usr/bin/python3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bordercourse class open" in done.stdout
    usable = subprocess.run(
        [there / "bin" / "bordercourse", "class", "--help"],
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert usable.returncode == 0, usable.stderr


@only_whole
def test_the_whole_stick_makes_an_instructors_laptop(stick: Path, tmp_path: Path) -> None:
    if not (stick / "instructor").is_dir():
        pytest.skip("this stick has no sources: make stick STICK=--instructor")
    there = tmp_path / "grading"
    home = tmp_path / "home"
    done = without_network(home, "sh", str(stick / "install.sh"), "--instructor", "--into", str(there))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (there / "sources").stat().st_mode & 0o077 == 0
    laid_out = "from bordercourse.desk.places import shipped; print(shipped().sources)"
    used = without_network(home, str(there / ".venv" / "bin" / "python"), "-c", laid_out)
    assert used.stdout.strip() == str(there / "sources" / "exercises" / "source"), used.stderr
    rehearsed = without_network(
        home,
        "sh",
        "-c",
        f"ip link set lo up; cd {there}/sources && {there}/.venv/bin/bordercourse rehearse 00-welcome",
    )
    assert rehearsed.returncode == 0, rehearsed.stdout[-2000:] + rehearsed.stderr[-2000:]
