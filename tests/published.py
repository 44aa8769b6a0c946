"""The published files that tests read: where they lie, and what to do where one does not."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def vectors_tool() -> ModuleType:
    """Return `tools/vectors.py`, which is a program and in no package."""
    spec = importlib.util.spec_from_file_location("vectors_tool", ROOT / "tools" / "vectors.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class PublishedFiles:
    """Published files by the name of their folder: ``files / "vdsnc"``.

    Parameters
    ----------
    folders : sequence of path
        Where somebody else keeps them; the first that has a folder of the name is taken as it is.
    listed : list of dict
        The entries of ``tests/vectors.toml``.
    fetched : path
        Where `make vectors` puts them. It is taken if all that is listed is there.
    fetching : bool
        Whether a missing one is fetched. Else the test is skipped, and the reason says what to do.
    """

    def __init__(
        self, folders: Sequence[Path], listed: list[dict[str, Any]], fetched: Path, fetching: bool = False
    ) -> None:
        self.folders, self.listed, self.fetched, self.fetching = folders, listed, fetched, fetching

    def __truediv__(self, name: str) -> Path:
        for folder in self.folders:
            if (folder / name).is_dir():
                return folder / name
        entries = [entry for entry in self.listed if any(p.startswith(f"{name}/") for p in entry["pieces"])]
        pieces = [piece for entry in entries for piece in entry["pieces"]]
        if not entries or not (self.fetching or all((self.fetched / piece).is_file() for piece in pieces)):
            pytest.skip(f"{name}: not on this machine: run `make vectors`, or set BORDERCOURSE_VECTORS")
        for entry in entries:
            try:
                vectors_tool().fetch(entry, self.fetched)
            except OSError as error:  # another content than the listed one is a ValueError, and no skip
                pytest.skip(f"{name}: could not be had from here: {error}")
        return self.fetched / name


def published_files() -> PublishedFiles:
    """Return the published files of this machine; under CI=true, a missing one is fetched where it can be."""
    tool = vectors_tool()
    named = os.environ.get("BORDERCOURSE_VECTORS")
    folders = [Path(named)] if named else [ROOT.parent / "shared" / "vectors"]
    ci = os.environ.get("CI", "").lower() in {"1", "true"}
    return PublishedFiles(folders, tool.read_list(), tool.FOLDER, fetching=ci)
