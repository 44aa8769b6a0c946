"""Install the course from this stick. It asks nothing of a network, and checks every file that it installs.

``python install.py [--into FOLDER]``; ``--class`` on the Linux laptop that serves a class; ``--instructor``
where the stick has the sources. ``install.cmd`` and ``install.sh`` find a Python that fits and start this.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

STICK = Path(__file__).resolve().parent
LONGEST = 90  # letters: the longest path below it has 155, and Windows takes 259
CLASS = Path("/opt/bordercourse")


class StopError(Exception):
    """What is wrong, and what to do."""


def main() -> int:
    options = arguments()
    contents = json.loads((STICK / "contents.json").read_text(encoding="utf-8"))
    lacks = unfit(contents, sys.platform, platform.machine(), sys.version_info[:2], sys.maxsize > 2**32)
    if options.fits:
        return 1 if lacks else 0
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        if lacks:
            raise StopError(lacks)
        install(options)
    except StopError as stop:
        print(f"\nNothing was installed. {stop}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nNot installed: {error.filename or ''} {error.strerror or error}.", file=sys.stderr)
        print("Make room, or choose another folder: --into FOLDER. Then start again.", file=sys.stderr)
        return 1
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Install the course from this stick.")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="where the programs go")
    parser.add_argument(
        "--class", dest="serves", action="store_true", help="the Linux laptop that serves a class"
    )
    parser.add_argument("--instructor", action="store_true", help="the laptop that grades: with solutions")
    parser.add_argument("--fits", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def unfit(contents: dict, system: str, machine: str, version: tuple[int, ...], wide: bool) -> str:
    """Say why this stick cannot serve this Python, or nothing."""
    kind = {"linux": "linux", "win32": "windows"}.get(system, system)
    held = contents["pythons"].get(kind)
    mine = ".".join(str(part) for part in version)
    if not held:
        kinds = " and ".join(sorted(contents["pythons"]))
        return f"This stick serves {kinds}, and this computer is of another kind ({system})."
    if machine.lower() not in ("x86_64", "amd64") or not wide:
        return f"This stick needs a 64-bit Python for Intel or AMD processors; this one is for {machine}."
    if mine not in held:
        return f"This stick needs Python {' or '.join(held)}; this one is {mine}."
    return ""


def install(options: argparse.Namespace) -> None:
    if options.serves:
        may_serve()
    where, programs = places(options)
    part = "instructor/requirements" if options.instructor else "requirements"
    listed = STICK / f"{part}{'-class' if options.serves else ''}.txt"
    if not listed.is_file():
        raise StopError(f"This stick has no {listed.name} for that: it was made without this part.")
    print("Checking the files of the stick ...", flush=True)
    damaged = check(STICK)
    if damaged:
        names = "\n    ".join(damaged[:5])
        raise StopError(f"The stick is damaged: copy it again. Missing or changed:\n    {names}")
    print(f"Installing into {where}. This takes a few minutes ...", flush=True)
    # A folder with programs of an earlier version is made anew: nobody's work lies in it.
    run(sys.executable, "-m", "venv", "--clear", "--without-pip", programs)
    python = programs / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (pip,) = (STICK / "wheels").glob("pip-*.whl")
    alone = ["install", "--quiet", "--no-index", "--no-cache-dir", "--disable-pip-version-check"]
    # --isolated: no setting of this computer sends pip to another place.
    wheels = ["--require-hashes", "--only-binary", ":all:", "--find-links", STICK / "wheels"]
    run(python, pip / "pip", "--isolated", *alone, *wheels, "--requirement", listed)
    if options.instructor:
        unpack(where / "sources")
        sources = ["--no-build-isolation", "--no-deps", "--editable", where / "sources"]
        run(python, pip / "pip", "--isolated", *alone, *sources)
    run(python, "-m", "bordercourse", "--version")
    if options.serves:
        finish_class(programs, python)
    else:
        finish(where, python)


def places(options: argparse.Namespace) -> tuple[Path, Path]:
    """Return the folder, and the folder of programs in it."""
    if options.serves:
        if options.instructor:
            raise StopError(
                "--class and --instructor are two installations: participants could read the sources."
            )
        where = programs = options.into or CLASS
    else:
        where = options.into or usual_folder(os.name, os.environ, Path.home())
        programs = where / ".venv"
    where, programs = Path(os.path.abspath(where)), Path(os.path.abspath(programs))
    if os.name == "nt" and len(str(where)) > LONGEST:
        raise StopError(f"The name of {where} is too long for Windows. Add --into C:\\bordercourse.")
    if programs.is_dir() and any(programs.iterdir()) and not (programs / "pyvenv.cfg").is_file():
        raise StopError(f"{programs} holds something else. Choose another folder: --into FOLDER.")
    if options.instructor and (where / "sources").exists():
        raise StopError(f"{where / 'sources'} is there already. Give it another name, then start again.")
    return where, programs


def usual_folder(system: str, environment: dict, home: Path) -> Path:
    """Where programs go; on Windows, kernels often do not start from a folder with letters beyond ASCII."""
    if system != "nt":
        return home / ".local" / "share" / "bordercourse"
    own = environment.get("LOCALAPPDATA", "")
    return Path(own) / "bordercourse" if own and own.isascii() else Path("C:\\bordercourse")


def check(folder: Path) -> list[str]:
    """Return which files of the stick are missing or changed; wheels for other machines are not read."""
    other = "win_amd64" if os.name != "nt" else "manylinux"
    mine = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    damaged = []
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        bound = re.search(r"-(cp\d+)-cp\d+-", name)
        if (other in name and name.endswith(".whl")) or (bound and bound[1] != mine):
            continue
        try:
            with (folder / name).open("rb") as file:
                same = hashlib.file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            same = False
        if not same:
            damaged.append(name)
    return damaged


def run(*command: object) -> None:
    """Run one step; what it says is shown when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace")
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise StopError(f"A step failed. Show these lines to your instructor:\n{last}")


def unpack(folder: Path) -> None:
    """Lay out the sources for this person alone: they hold the solutions."""
    folder.mkdir(mode=0o700, parents=True)
    with zipfile.ZipFile(STICK / "instructor" / "sources.zip") as archive:
        archive.extractall(folder)


def finish(where: Path, python: Path) -> None:
    """Leave something to start the course with, and say where it is."""
    if os.name == "nt":
        starter = where / "Start the course.cmd"
        text = f'@echo off\n"{python}" -m bordercourse start %*\npause\n'
        starter.write_text(text, encoding="mbcs", newline="\r\n")
    else:
        starter = where / "start-the-course.sh"
        starter.write_text(f'#!/bin/sh\nexec "{python}" -m bordercourse start "$@"\n', encoding="utf-8")
        starter.chmod(0o755)
    desktop = Path.home() / "Desktop"
    try:
        shown = Path(shutil.copy(starter, desktop)) if desktop.is_dir() else starter
    except OSError:
        shown = starter
    print(f"\nThe course is installed. To start it, open:\n\n    {shown}\n")


def may_serve() -> None:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        raise StopError(
            "A class is served by Linux, and this needs its administrator: sudo sh install.sh --class"
        )
    if not as_nobody(sys.executable):
        raise StopError(
            "Participants' accounts cannot run this Python. Name one that every user can run:\n"
            "    sudo PYTHON=/usr/bin/python3 sh install.sh --class"
        )
    os.umask(0o022)


def as_nobody(python: str | Path, code: str = "import venv") -> bool:
    """Whether an account without any right of its own can run this code."""
    done = subprocess.run(
        [str(python), "-c", code], user=65534, group=65534, extra_groups=[], cwd="/", capture_output=True
    )
    return done.returncode == 0


def finish_class(programs: Path, python: Path) -> None:
    for path in (programs, *programs.rglob("*")):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode):
            reach = 0o055 if mode & stat.S_IXUSR else 0o044
            path.chmod(stat.S_IMODE(mode) | reach)
    if not as_nobody(python, "import bordercourse, jupyterhub"):
        raise StopError(f"Participants' accounts cannot run what lies in {programs}. Add --into FOLDER.")
    print(f"\nDone. Open the class with: sudo {programs}/bin/bordercourse class open ROSTER.csv")


if __name__ == "__main__":
    sys.exit(main())
