"""Make the stick: a folder from which laptops without internet install the course.

``python tools/stick/make.py [FOLDER]`` takes the wheels that requirements.txt pins, each with its hash, for
each system and Python, the course's own wheel, and what installs them. A stick that is not whole for every
kind of machine is not made. This needs the network; installing from the stick needs none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename
from pins import SYSTEMS, Pin, System, read_pins

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CARRIED = ("install.py", "install.sh", "install.cmd", "README.txt")
# The only package without a wheel; it is pure Python, so one wheel serves every machine.
FROM_SOURCE = {"b45"}
INSTALLS = ["pip"]  # it runs from its wheel: a system's Python often comes without pip
BUILDS = ["editables", "hatchling"]  # what installs the instructor's sources


def needed(extras: Sequence[str], more: Sequence[str] = INSTALLS) -> list[Pin]:
    """What these extras of the project and some packages more need, of what requirements.txt pins."""
    pinned = ROOT / "requirements.txt"
    known = {(pin.name, pin.version): pin for pin in read_pins(pinned.read_text(encoding="utf-8"))}
    wanted = [item for extra in extras for item in ("--extra", extra)]
    with tempfile.TemporaryDirectory() as scratch:
        others, out = Path(scratch) / "more.in", Path(scratch) / "out.txt"
        others.write_text("\n".join(more), encoding="utf-8")
        _run(
            _uv(),
            ["pip", "compile", "--universal", "--no-header", "--no-emit-index-url", "--no-annotate"],
            [*wanted, "--constraint", str(pinned), "--output-file", str(out)],
            [str(ROOT / "pyproject.toml"), str(others)],
        )
        found = read_pins(out.read_text(encoding="utf-8"))
    missing = [pin.name for pin in found if (pin.name, pin.version) not in known]
    if missing:
        raise SystemExit(f"Not in requirements.txt: {', '.join(missing)}. Run `make requirements`.")
    return [Pin(pin.requirement, known[pin.name, pin.version].hashes) for pin in found]


def fetch(pins: Sequence[Pin], system: System, python: str, wheels: Path) -> None:
    """Take the wheels for one kind of machine; pip refuses each whose hash is not the pinned one."""
    fits = [pin for pin in pins if pin.name not in FROM_SOURCE]
    # Some packages have one version for the first releases of a Python and another for the last.
    first, last = f"{python}.0", f"{python}.99"
    early = [pin for pin in fits if pin.applies(system, first)]
    late = [pin for pin in fits if pin.applies(system, last) and pin not in early]
    places = [item for tag in system.tags for item in ("--platform", tag)]
    for release, here in ((first, early), (last, late)):
        with tempfile.TemporaryDirectory() as scratch:
            wanted = Path(scratch) / "wanted.txt"
            # pip asks this machine, not the other, whether a marker holds: it gets lines without markers.
            lines = [pin.line(pin.hashes, marker=False) for pin in here]
            wanted.write_text("\n".join(lines), encoding="utf-8")
            _run(
                _pip(),
                ["download", "--no-deps", "--only-binary", ":all:", "--require-hashes"],
                [*places, "--python-version", release, "--implementation", "cp"],
                ["--dest", str(wheels), "--requirement", str(wanted)],
            )


def build(pins: Sequence[Pin], wheels: Path) -> None:
    """Make the wheel of each package that has none, with the pinned setuptools of this environment."""
    with tempfile.TemporaryDirectory() as scratch:
        for pin in (pin for pin in pins if pin.name in FROM_SOURCE):
            wanted = Path(scratch) / "wanted.txt"
            wanted.write_text(pin.line(pin.hashes), encoding="utf-8")
            _run(
                _pip(),
                ["wheel", "--no-deps", "--no-binary", pin.name, "--no-build-isolation", "--require-hashes"],
                ["--wheel-dir", str(wheels), "--requirement", str(wanted)],
            )
            (made,) = wheels.glob(f"{pin.name}-*.whl")
            if not made.name.endswith("-none-any.whl"):
                raise SystemExit(f"{made.name} was built for this machine alone: it cannot go on the stick.")


def course_wheel(wheels: Path) -> Path:
    """Build the course's own wheel: lessons, exercises without solutions, and data."""
    return Path(next(iter(WheelBuilder(str(ROOT)).build(directory=str(wheels), versions=["standard"]))))


def requirements(pins: Sequence[Pin], wheels: Path, whole: Path | None) -> str:
    """The requirements file of the stick: what lies there, each with its own hash, and the course itself."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(wheels.iterdir()):
        name, version, *_ = parse_wheel_filename(path.name)
        found.setdefault((name, str(version)), []).append(digest(path))
    lines = [pin.line(found[key]) for pin in pins if (key := (pin.name, pin.version)) in found]
    if whole is not None:
        name, version, *_ = parse_wheel_filename(whole.name)
        lines.append(Pin(Requirement(f"{name}=={version}"), ()).line([digest(whole)]))
    return "\n".join(lines) + "\n"


def is_whole(folder: Path, named: str, system: System, python: str) -> str:
    """Let uv's resolver install for a machine from this folder alone; return what is missing, or nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        alone = ["--dry-run", "--offline", "--no-cache", "--no-index", "--no-config", "--require-hashes"]
        machine = ["--python-platform", system.uv, "--python-version", python, "--only-binary", ":all:"]
        places = ["--find-links", str(folder / "wheels"), "--target", str(Path(scratch) / "there")]
        done = subprocess.run(
            [*_uv(), "pip", "install", *alone, *machine, *places, "--requirement", str(folder / named)],
            capture_output=True,
            text=True,
            check=False,
        )
    return "" if done.returncode == 0 else done.stderr.strip()


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path) -> None:
    """Write the checksum of every file, as ``sha256sum --check`` reads it."""
    (folder / "SHA256SUMS").unlink(missing_ok=True)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


def carry(folder: Path, version: str, pythons: dict[str, list[str]]) -> None:
    """Put what installs beside the wheels; what Windows reads has Windows' ends of lines."""
    for name in CARRIED:
        text = (HERE / name).read_text(encoding="utf-8")
        for key, value in {
            "@VERSION@": version,
            "@WINDOWS@": " or ".join(pythons.get("windows", [])) or "(none)",
            "@LINUX@": " or ".join(pythons.get("linux", [])) or "(none)",
            "@TRIES@": " ".join(pythons.get("windows", [])),
        }.items():
            text = text.replace(key, value)
        ends = "\r\n" if name.endswith((".cmd", ".txt")) else "\n"
        (folder / name).write_text(text, encoding="utf-8", newline=ends)
        (folder / name).chmod(0o755 if name.endswith(".sh") else 0o644)


def lists(extra: str, instructor: bool) -> dict[str, list[Pin]]:
    """The requirements files of the stick; only the first is for every kind of machine."""
    sets = {"requirements.txt": needed([extra])}
    if extra == "course":
        sets["requirements-class.txt"] = needed(["course", "class"])
    if instructor:
        sets["instructor/requirements.txt"] = needed(["course"], [*INSTALLS, *BUILDS])
    return sets


def make(
    folder: Path,
    pythons: dict[str, list[str]],
    *,
    extra: str = "course",
    instructor: bool = False,
    installer: Path | None = None,
) -> None:
    """Make the stick, and put it in place when it is whole."""
    if folder.exists() and not (folder / "SHA256SUMS").is_file():
        raise SystemExit(f"{folder} is there and is no stick. Name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        new = Path(scratch) / folder.name
        wheels = new / "wheels"
        wheels.mkdir(parents=True)
        sets = lists(extra, instructor)
        machines = [(name, python) for name, held in pythons.items() for python in held]
        for name, python in machines:
            print(f"Taking the wheels for {name}, Python {python} ...", flush=True)
            for named, pins in sets.items():
                if serves(named, name):
                    fetch(pins, SYSTEMS[name], python, wheels)
        build(sets["requirements.txt"], wheels)
        own = course_wheel(wheels)
        if instructor:
            sources(new / "instructor")
        for named, pins in sets.items():
            text = requirements(pins, wheels, None if "instructor" in named else own)
            (new / named).write_text(text, encoding="utf-8", newline="\n")
        if installer is not None:
            (new / "python").mkdir()
            shutil.copy(installer, new / "python")
        version = str(parse_wheel_filename(own.name)[1])
        carry(new, version, pythons)
        contents = json.dumps({"version": version, "pythons": pythons}, indent=1)
        (new / "contents.json").write_text(contents, encoding="utf-8")
        for name, python in machines:
            for named in sets:
                lacks = is_whole(new, named, SYSTEMS[name], python) if serves(named, name) else ""
                if lacks:
                    raise SystemExit(f"Not whole for {name}, Python {python}, {named}:\n{lacks}")
        seal(new)
        if folder.exists():
            shutil.rmtree(folder)
        new.rename(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"The stick is {folder}: {size / 1e6:,.0f} MB. Copy the whole folder.")


def serves(named: str, system: str) -> bool:
    """Whether a requirements file is for this kind of machine: a class is served by Linux alone."""
    return system == "linux" or "class" not in named


def sources(folder: Path) -> None:
    """Add what an instructor's laptop has more: the course's sources, with the solutions."""
    folder.mkdir()
    packed = folder / "sources.zip"
    _run(["git", "-C", str(ROOT), "archive", "--format", "zip", "--output", str(packed), "HEAD"])


def _uv() -> list[str]:
    return [sys.executable, "-m", "uv", "--quiet"]


def _pip() -> list[str]:
    return [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


def _run(*parts: Sequence[str]) -> None:
    command = [word for part in parts for word in part]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-6:])
        raise SystemExit(f"{' '.join(command[1:6])} ... failed:\n{last}")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make stick", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist" / "stick", metavar="FOLDER")
    parser.add_argument("--system", choices=SYSTEMS, action="append", help="one kind of machine only")
    parser.add_argument("--python", action="append", metavar="3.N", help="for this Python only")
    parser.add_argument("--extra", default="course", help="a part of the library, in place of the course")
    parser.add_argument("--instructor", action="store_true", help="add the sources, with the solutions")
    parser.add_argument(
        "--python-installer", type=Path, metavar="FILE", help="Python's installer for Windows, to add"
    )
    options = parser.parse_args(argv)
    if options.python_installer and not options.python_installer.is_file():
        parser.error(f"{options.python_installer} is no file")
    systems = options.system or list(SYSTEMS)
    pythons = {name: list(options.python or SYSTEMS[name].pythons) for name in systems}
    make(
        options.folder.resolve(),
        pythons,
        extra=options.extra,
        instructor=options.instructor,
        installer=options.python_installer,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
