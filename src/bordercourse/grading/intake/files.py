"""Take in what was handed in: plain files only, never through a link, within limits."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bordercourse.files import LARGEST_NOTEBOOK, DamagedError, printable, read_plain
from bordercourse.grading.intake.repair import likeness, mend, read_notebook
from bordercourse.grading.intake.source import SourceNotebook
from bordercourse.i18n import gettext as _

__all__ = ["HandIn", "copy_plain_files", "take_in"]

_LARGEST_FILE = 50_000_000
_LARGEST_FOLDER = 200_000_000
_MOST_FILES = 200  # nbgrader takes time with the square of it
_DEEPEST = 8
_LEFT_OUT = (".ipynb_checkpoints", "__pycache__")


@dataclass(frozen=True)
class HandIn:
    """What was taken in: what was repaired, and files left out with the reason."""

    repairs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass
class _Copy:
    """One walk through a folder that its owner may have filled with anything."""

    left_out: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0

    def walk(self, source: Path, target: Path, skip: Iterable[str], depth: int = 0) -> None:
        if depth > _DEEPEST:
            self.left_out.append(_("{name}: nested too deep").format(name=printable(source.name)))
            return
        target.mkdir(parents=True, exist_ok=True)
        with os.scandir(source) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.name in _LEFT_OUT or (depth == 0 and entry.name in skip):
                continue
            path = Path(entry.path)
            if entry.is_symlink():
                self.left_out.append(_("{name}: a link").format(name=printable(path.name)))
            elif entry.is_dir(follow_symlinks=False):
                self.walk(path, target / entry.name, skip, depth + 1)
            else:
                self._file(path, target / entry.name)

    def _file(self, path: Path, target: Path) -> None:
        self.files += 1
        if self.files > _MOST_FILES:
            if self.files == _MOST_FILES + 1:
                self.left_out.append(_("all files after the first {n}").format(n=_MOST_FILES))
            return
        try:
            path.name.encode("utf-8")
            data = read_plain(path, min(_LARGEST_FILE, _LARGEST_FOLDER - self.size))
        except UnicodeEncodeError:
            self.left_out.append(_("{name}: an unreadable name").format(name=printable(path.name)))
        except OSError as error:
            self.left_out.append(f"{printable(path.name)}: {error.strerror or error}")
        else:
            self.size += len(data)
            target.write_bytes(data)


def copy_plain_files(source: Path, target: Path, skip: Iterable[str] = ()) -> list[str]:
    """Copy the plain files of a folder and return those left out, with the reason."""
    copy = _Copy()
    copy.walk(source, target, tuple(skip))
    return copy.left_out


def take_in(submitted: Path, target: Path, notebooks: Sequence[SourceNotebook]) -> HandIn:
    """Copy a submission to `target`, with each notebook found and mended.

    Raises
    ------
    DamagedError
        If no notebook of the assignment is there, or one cannot be read.
    """
    if submitted.is_symlink():
        raise DamagedError(_("the folder is a link"))
    handed_in = sorted(path.name for path in submitted.iterdir() if path.suffix.lower() == ".ipynb")
    left_out = copy_plain_files(submitted, target, skip=[*handed_in, "timestamp.txt"])
    left_out += _timestamp(submitted, target)
    repairs: list[str] = []
    chosen = _choose(submitted, handed_in, notebooks, repairs)
    for source in notebooks:
        if source.name not in chosen:
            continue
        cells, done = mend(chosen[source.name], source)
        repairs += done
        _write(target / f"{source.name}.ipynb", cells)
    return HandIn(tuple(repairs), tuple(left_out))


def _timestamp(submitted: Path, target: Path) -> list[str]:
    """Keep the time of handing in only if nbgrader can read it."""
    from nbgrader.utils import parse_utc

    path = submitted / "timestamp.txt"
    if not os.path.lexists(path):
        return []
    try:
        text = read_plain(path, 200).decode("ascii").strip()
        parse_utc(text)
    except (OSError, ValueError, TypeError, OverflowError, AttributeError):
        return [_("timestamp.txt: not a time")]
    (target / "timestamp.txt").write_text(text + "\n", encoding="ascii")
    return []


def _choose(
    submitted: Path, handed_in: list[str], notebooks: Sequence[SourceNotebook], repairs: list[str]
) -> dict[str, list[dict[str, Any]]]:
    """Pick the file of each notebook: by its name, or else the one unnamed file that is like it."""
    wanted = {f"{source.name}.ipynb": source for source in notebooks}
    chosen: dict[str, list[dict[str, Any]]] = {}
    for name, source in wanted.items():
        if name in handed_in:
            try:
                chosen[source.name] = read_notebook(read_plain(submitted / name, LARGEST_NOTEBOOK))
            except OSError as error:
                raise DamagedError(f"{name}: {error.strerror or error}") from None
            except DamagedError as error:
                raise DamagedError(f"{name}: {error}") from None
    others = [name for name in handed_in if name not in wanted]
    if len(chosen) < len(notebooks) and others:
        read = dict(_readable(submitted, others))
        for source in notebooks:
            if source.name in chosen:
                continue
            alike = [name for name, cells in read.items() if likeness(cells, source) >= 0.5]
            if len(alike) == 1:
                chosen[source.name] = read.pop(alike[0])
                repairs.append(
                    _("{old} was taken for {new}").format(old=printable(alike[0]), new=f"{source.name}.ipynb")
                )
            elif alike:
                raise DamagedError(
                    _("{names}: which one counts? Keep one, named {name}").format(
                        names=", ".join(printable(n) for n in alike), name=f"{source.name}.ipynb"
                    )
                )
    if not chosen:
        raise DamagedError(_("no notebook of this exercise was handed in"))
    return chosen


def _readable(submitted: Path, names: list[str]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    for name in names[:20]:
        try:
            yield name, read_notebook(read_plain(submitted / name, LARGEST_NOTEBOOK))
        except (OSError, DamagedError):
            continue


def _write(path: Path, cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
