"""What a mark rests on: the hand-in and the exercise, by their content.

A submission is graded when the mark that it has was given for these files and for this exercise.
Neither times nor the mere presence of a marked notebook can say that: files are copied by hand, clocks
are wrong, exercises are mended. So every marked notebook carries the digests of both.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from bordercourse import __version__
from bordercourse.files import LARGEST_NOTEBOOK, DamagedError, read_json, read_plain
from bordercourse.grading.intake.source import SourceCell, SourceNotebook
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["Basis", "NoteBasis", "changes", "fingerprint", "noted_basis", "parts"]

_KEY = "bordercourse"
_LARGEST_FILE = 50_000_000
_LARGEST_FOLDER = 200_000_000
_MOST_ENTRIES = 2000
_NO_PART = (".ipynb_checkpoints", "__pycache__")
_MOST_TOLD = 5


@dataclass(frozen=True)
class Basis:
    """What a mark rests on.

    Parameters
    ----------
    handed_in : str
        Digest of the names and contents of all files that were handed in.
    exercise : mapping of str to str
        Digest of each part of the exercise that can change a mark; a question's points stand before it.
    language : str
        The language in which the marks are told; it changes none. Empty for English.
    """

    handed_in: str
    exercise: Mapping[str, str] = field(default_factory=dict)
    language: str = field(default="", compare=False)


def parts(sources: Sequence[SourceNotebook]) -> dict[str, str]:
    """Return a digest of each part of an exercise that can change a mark.

    These are its code, its questions with their points, and its files. A sentence between two questions
    is none of them: to mend a word in it grades nobody again. Nor is the instructor's own solution.

    Parameters
    ----------
    sources : sequence of SourceNotebook
        All notebooks of the exercise.
    """
    digests: dict[str, str] = {}
    for source in sources:
        for n, cell in enumerate(source.cells):
            if cell.name or cell.kind == "code":
                digests[f"{source.name}/{cell.name or cell.cell_id or n}"] = _cell(cell)
    for folder in sorted({source.folder for source in sources if source.folder}):
        for name, content in _files(Path(folder)):
            if not name.endswith(".ipynb"):
                digests[name] = content
    return digests


def _cell(cell: SourceCell) -> str:
    marks = {key: cell.meta.get(key) for key in ("grade", "solution", "locked", "task", "points")}
    digest = sha256(json.dumps([cell.kind, cell.text, marks], sort_keys=True).encode("utf-8", "replace"))
    points = cell.meta.get("points") if cell.grade or cell.task else None
    return f"{'' if points is None else format(float(points), 'g')} {digest.hexdigest()[:16]}"


def fingerprint(folder: Path) -> str:
    """Return the digest of the names and contents of everything in a folder.

    Links and devices count by their kind, never by what they lead to; what is too large to be taken in
    counts by its size.

    Parameters
    ----------
    folder : path
        A folder that its owner may have filled with anything.
    """
    whole = sha256()
    if folder.is_symlink():
        whole.update(b"link")
    else:
        for name, content in _files(folder):
            whole.update(f"{name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def _files(folder: Path) -> Iterable[tuple[str, str]]:
    """Yield the name and a digest of the content of each thing in a folder, in an order of its own."""
    places, seen, left = [folder], 0, _LARGEST_FOLDER
    while places:
        place = places.pop()
        try:
            with os.scandir(place) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield place.relative_to(folder).as_posix(), f"unreadable-{error.errno}"
            continue
        for entry in inside:
            seen += 1
            if entry.name in _NO_PART or seen > _MOST_ENTRIES:
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                places.append(path)
                continue
            size, digest = _content(path, min(_LARGEST_FILE, left))
            left -= size
            yield path.relative_to(folder).as_posix(), digest


def _content(path: Path, largest: int) -> tuple[int, str]:
    """Return how many bytes of a file were read, and a digest of it."""
    try:
        data = read_plain(path, largest)
        return len(data), sha256(data).hexdigest()
    except OSError as error:
        with contextlib.suppress(OSError):
            status = os.lstat(path)
            return 0, f"{status.st_mode}-{status.st_size}-{error.errno}"
        return 0, f"unreadable-{error.errno}"


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Say in words what changed in an exercise, part by part.

    Parameters
    ----------
    old, new : mapping of str to str
        From `parts`: before, and now.

    Examples
    --------
    >>> changes({"01/b1-total": "2 aa", "areas.csv": "x"}, {"01/b1-total": "3 aa", "01/b2-rural": "1 bb"})
    ['b1-total has 3 points, and had 2', 'areas.csv is gone', 'b2-rural is new']
    """
    lines = []
    for part in [*old, *(part for part in new if part not in old)]:
        name = part.rpartition("/")[2] if " " in (old.get(part) or new[part]) else part
        before, after = old.get(part), new.get(part)
        if before == after:
            continue
        if before is None:
            lines.append(_("{part} is new").format(part=name))
        elif after is None:
            lines.append(_("{part} is gone").format(part=name))
        elif before.split(" ")[0] != after.split(" ")[0] and " " in before + after:
            points = after.split(" ")[0] or "0"
            lines.append(
                ngettext(
                    "{part} has {points} point, and had {old}",
                    "{part} has {points} points, and had {old}",
                    round(float(points)),
                ).format(part=name, points=points, old=before.split(" ")[0] or "0")
            )
        else:
            lines.append(_("{part} is changed").format(part=name))
    more = len(lines) - _MOST_TOLD
    if more > 1:
        lines[_MOST_TOLD:] = [ngettext("{n} more is changed", "{n} more are changed", more).format(n=more)]
    return lines


# -- in the marked notebook ------------------------------------------------------------------------


class NoteBasis(NbGraderPreprocessor):
    """The last step of grading: note in the marked notebook what its marks rest on.

    The basis comes with the resources: it was read before the hand-in was, so that a file that changed
    meanwhile is graded again.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Note it in one notebook."""
        basis = resources["nbgrader"].get("basis")
        if basis is not None:
            noted = {"handed_in": basis.handed_in, "exercise": dict(basis.exercise), "version": __version__}
            if basis.language:
                noted["language"] = basis.language
            nb.metadata[_KEY] = from_dict(noted)
        return nb, resources


def noted_basis(notebook: Path) -> Basis | None:
    """Return what the marks of a marked notebook rest on; None where it does not say so.

    Parameters
    ----------
    notebook : path
        A file under ``autograded``.
    """
    try:
        content = read_json(read_plain(notebook, 4 * LARGEST_NOTEBOOK))
        noted = content["metadata"][_KEY]
        return Basis(str(noted["handed_in"]), {str(k): str(v) for k, v in noted["exercise"].items()})
    except (OSError, DamagedError, KeyError, TypeError, AttributeError):
        return None
