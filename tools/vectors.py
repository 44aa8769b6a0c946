"""Fetch the published files that tests read: ``python tools/vectors.py [FOLDER]``.

``tests/vectors.toml`` says what they are. A file is taken only with the hash written there. Files that are
present are not fetched again, so the command can be run on any day.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pooch

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "vectors.toml"
FOLDER = ROOT / "tests" / ".vectors"


def read_list(path: Path = LIST) -> list[dict[str, Any]]:
    """The entries of a list of published files."""
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["file"])


def cut(text: str, pieces: dict[str, str]) -> dict[str, str]:
    """The inputs that one published file holds, by name."""
    inputs = {}
    for name, pattern in pieces.items():
        match = re.search(pattern, text, re.DOTALL)
        if match is None:
            raise ValueError(f"{name}: the published file holds nothing that fits the pattern {pattern!r}")
        inputs[name] = match[1]
    return inputs


def fetch(entry: dict[str, Any], folder: Path) -> list[Path]:
    """Fetch one published file into a folder, unless its inputs are there; return what is new."""
    wanted = {name: folder / name for name in entry["pieces"]}
    if all(path.exists() for path in wanted.values()):
        return []
    published = pooch.retrieve(entry["address"], "sha256:" + entry["sha256"], path=folder / "published")
    inputs = cut(Path(published).read_text(encoding="utf-8"), entry["pieces"])
    for name, path in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(inputs[name], encoding="utf-8")
    return list(wanted.values())


def main(folder: Path = FOLDER, listed: Path = LIST) -> int:
    pooch.get_logger().setLevel("WARNING")
    failures = 0
    for entry in read_list(listed):
        try:
            new = fetch(entry, folder)
        except (OSError, ValueError) as error:
            failures += 1
            print(f"could not be had: {entry['address']}\n    {error}", file=sys.stderr)
            continue
        print(f"{', '.join(entry['pieces'])}: {'fetched' if new else 'here already'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*(Path(argument).resolve() for argument in sys.argv[1:2])))
