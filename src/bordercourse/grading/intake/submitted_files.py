"""Copy what was handed in: plain files only, never through a link, within limits; here or elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from bordercourse.course.answers import is_like_sheet
from bordercourse.course.notebooks import is_like_notebook
from bordercourse.files import printable, read_plain
from bordercourse.i18n import gettext as _

__all__ = ["PlainFiles", "copy_plain_files"]

_LARGEST_FILE = 50_000_000
_LARGEST_FOLDER = 200_000_000
_MOST_FILES = 200  # nbgrader takes time with the square of it
_DEEPEST = 8
_TOP = PurePosixPath()
_LEFT_OUT = (".ipynb_checkpoints", "__pycache__")


@dataclass
class _Walk:
    """One walk through a folder that its owner may have filled with anything."""

    left_out: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0

    def through(
        self, source: Path, skip: Iterable[str], inside: PurePosixPath = _TOP
    ) -> Iterator[tuple[PurePosixPath, bytes | None]]:
        """Yield each plain file with its bytes, and each folder, before what is in it, with None."""
        depth = len(inside.parts)
        if depth > _DEEPEST:
            self.left_out.append(_("{name}: nested too deep").format(name=printable(source.name)))
            return
        yield inside, None
        with os.scandir(source) as listing:
            entries = sorted(listing, key=_notebooks_first)
        for entry in entries:
            if entry.name in _LEFT_OUT or (depth == 0 and entry.name in skip):
                continue
            if entry.is_symlink():
                self.left_out.append(_("{name}: a link").format(name=printable(entry.name)))
            elif entry.is_dir(follow_symlinks=False):
                yield from self.through(Path(entry.path), skip, inside / entry.name)
            elif (data := self._file(Path(entry.path))) is not None:
                yield inside / entry.name, data

    def _file(self, path: Path) -> bytes | None:
        self.files += 1
        if self.files > _MOST_FILES:
            if self.files == _MOST_FILES + 1:
                self.left_out.append(_("all files after the first {n}").format(n=_MOST_FILES))
            return None
        try:
            path.name.encode("utf-8")
            data = read_plain(path, min(_LARGEST_FILE, _LARGEST_FOLDER - self.size))
        except UnicodeEncodeError:
            self.left_out.append(_("{name}: an unreadable name").format(name=printable(path.name)))
            return None
        except OSError as error:
            self.left_out.append(f"{printable(path.name)}: {error.strerror or error}")
            return None
        self.size += len(data)
        return data


def _notebooks_first(entry: os.DirEntry[str]) -> tuple[bool, str]:
    """What counts comes before what only lies beside it, and before any limit is reached."""
    return not (is_like_notebook(entry.name) or is_like_sheet(entry.name)), entry.name


def _write(files: Iterable[tuple[PurePosixPath, bytes | None]], target: Path) -> None:
    for name, data in files:
        if data is None:
            (target / name).mkdir(parents=True, exist_ok=True)
        else:
            (target / name).write_bytes(data)


def copy_plain_files(source: Path, target: Path, skip: Iterable[str] = ()) -> list[str]:
    """Copy the plain files of a folder and return those left out, with the reason.

    Parameters
    ----------
    source, target : path
        From where, and to where.
    skip : iterable of str
        Names that are not copied from the top of `source`.
    """
    way = _Walk()
    _write(way.through(source, tuple(skip)), target)
    return way.left_out


class PlainFiles:
    """The plain files of a folder, for a process that may lie on another machine.

    In the process that made it, it is the folder, which no memory need hold. Pickled, it is the files'
    names and bytes: another machine has no such folder.

    Parameters
    ----------
    folder : path
        The folder.
    skip : iterable of str
        Names that are left out at its top.

    Examples
    --------
    >>> import pickle, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _size = Path(folder, "areas.csv").write_text("area")
    ...     sent = pickle.dumps(PlainFiles(Path(folder)))
    >>> with tempfile.TemporaryDirectory() as elsewhere:
    ...     pickle.loads(sent).copy_to(Path(elsewhere, "exercise"))
    ...     Path(elsewhere, "exercise", "areas.csv").read_text()
    'area'
    """

    def __init__(self, folder: Path, skip: Iterable[str] = ()) -> None:
        self._folder, self._skip = folder, tuple(skip)
        self._files: list[tuple[PurePosixPath, bytes | None]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        files = self._files
        if files is None:
            files = list(_Walk().through(self._folder, self._skip))
        return {"_files": files}

    def copy_to(self, target: Path) -> None:
        """Write them into `target`, which is made.

        Parameters
        ----------
        target : path
            A folder.
        """
        if self._files is None:
            copy_plain_files(self._folder, target, self._skip)
        else:
            _write(self._files, target)
