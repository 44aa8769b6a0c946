"""Copy what was handed in: plain files only, never through a link, within limits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bordercourse.course.answers import is_like_sheet
from bordercourse.course.notebooks import is_like_notebook
from bordercourse.files import printable, read_plain
from bordercourse.i18n import gettext as _

__all__ = ["copy_plain_files"]

_LARGEST_FILE = 50_000_000
_LARGEST_FOLDER = 200_000_000
_MOST_FILES = 200  # nbgrader takes time with the square of it
_DEEPEST = 8
_LEFT_OUT = (".ipynb_checkpoints", "__pycache__")


@dataclass
class _Copying:
    """One walk through a folder that its owner may have filled with anything."""

    left_out: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0

    def walk(self, source: Path, target: Path, skip: Iterable[str], depth: int = 0) -> None:
        if depth > _DEEPEST:
            self.left_out.append(_("{name}: nested too deep").format(name=printable(source.name)))
            return
        target.mkdir(parents=True, exist_ok=True)
        with os.scandir(source) as listing:
            entries = sorted(listing, key=_notebooks_first)
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


def _notebooks_first(entry: os.DirEntry[str]) -> tuple[bool, str]:
    """What counts comes before what only lies beside it, and before any limit is reached."""
    return not (is_like_notebook(entry.name) or is_like_sheet(entry.name)), entry.name


def copy_plain_files(source: Path, target: Path, skip: Iterable[str] = ()) -> list[str]:
    """Copy the plain files of a folder and return those left out, with the reason.

    Parameters
    ----------
    source, target : path
        From where, and to where.
    skip : iterable of str
        Names that are not copied from the top of `source`.
    """
    copying = _Copying()
    copying.walk(source, target, tuple(skip))
    return copying.left_out
