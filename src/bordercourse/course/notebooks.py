"""A saved notebook of an exercise, read the same way on both sides: by the participant's own computer
before it is handed in, and by the grader.

The file is untrusted: it is read as JSON of limited size, and only the few parts that count are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath
from typing import Any

from bordercourse.files import LARGEST_NOTEBOOK, DamagedError, read_json
from bordercourse.i18n import gettext as _
from bordercourse.i18n import in_every_language, mark

__all__ = ["MEMO_STUB", "clean_text", "grade_id", "is_like_notebook", "own_lines", "read_notebook"]

# What a released memo cell says until the participant writes; nbgrader_config.py takes it from here.
# In a workspace of another language it stands there in that language; reading gives back this one.
MEMO_STUB = mark("Write your memo here.")

_MOST_CELLS = 2000
_LONGEST_CELL = 200_000  # characters
_LARGEST_ATTACHMENTS = 10_000_000  # characters, over the whole notebook
_KINDS = ("code", "markdown", "raw")


def read_notebook(data: bytes) -> list[dict[str, Any]]:
    """Return the cells of a handed-in notebook, in a known shape.

    Raises
    ------
    DamagedError
        If it is too large, no JSON, or no notebook.

    Examples
    --------
    >>> read_notebook(b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}]}')[0]["source"]
    'x = 1'
    >>> read_notebook(b'{"cells": [')
    Traceback (most recent call last):
        ...
    bordercourse.files.DamagedError: the file is broken off or damaged
    """
    if len(data) > LARGEST_NOTEBOOK:
        raise DamagedError(_("the notebook is larger than {n} MB").format(n=LARGEST_NOTEBOOK // 1_000_000))
    tree = read_json(data)
    if isinstance(tree, dict) and isinstance(tree.get("worksheets"), list) and tree["worksheets"]:
        tree = tree["worksheets"][0]  # the format before 2015
    cells = tree.get("cells") if isinstance(tree, dict) else None
    if not isinstance(cells, list):
        raise DamagedError(_("the file holds no cells"))
    if len(cells) > _MOST_CELLS:
        raise DamagedError(_("the notebook has more than {n} cells").format(n=_MOST_CELLS))
    room = [_LARGEST_ATTACHMENTS]
    return [_cell(cell, room) for cell in cells if isinstance(cell, dict)]


def clean_text(text: Any) -> str:
    """Return a source or output as text that can be written as UTF-8."""
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    if not isinstance(text, str):
        return ""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cell(cell: dict[str, Any], room: list[int]) -> dict[str, Any]:
    kind = cell.get("cell_type")
    text = clean_text(cell.get("source", cell.get("input", "")))
    if len(text) > _LONGEST_CELL:
        raise DamagedError(_("a cell is longer than {n} characters").format(n=_LONGEST_CELL))
    old = cell.get("metadata")
    old = old if isinstance(old, dict) else {}
    metadata: dict[str, Any] = {}
    marks = old.get("nbgrader")
    if isinstance(marks, dict):
        metadata["nbgrader"] = marks
        if kind == "markdown" and marks.get("solution"):
            text = _unwritten_in_english(text)
    tags = old.get("tags")
    if isinstance(tags, list):
        metadata["tags"] = [tag for tag in tags if isinstance(tag, str)][:20]
    plain: dict[str, Any] = {
        "cell_type": kind if kind in _KINDS else "markdown",
        "id": cell.get("id"),
        "metadata": metadata,
        "source": text,
    }
    pictures = _pictures(cell.get("attachments"), room)
    if pictures and plain["cell_type"] != "code":
        plain["attachments"] = pictures
    return plain


def _unwritten_in_english(text: str) -> str:
    """Return a memo with the stub of any language as the English one, by which an empty memo is known."""
    lines = text.splitlines(keepends=True)
    if any(line.strip() for line in lines):
        stubs = in_every_language(MEMO_STUB)
        lines = [line.replace(line.strip(), MEMO_STUB) if line.strip() in stubs else line for line in lines]
    return "".join(lines)


def _pictures(attachments: Any, room: list[int]) -> dict[str, dict[str, str]]:
    """Keep pasted pictures as they are, never unpacked, up to a total size."""
    kept: dict[str, dict[str, str]] = {}
    if not isinstance(attachments, dict):
        return kept
    for name, bundle in attachments.items():
        if not isinstance(bundle, dict):
            continue
        for kind, data in bundle.items():
            if kind in ("image/png", "image/jpeg", "image/gif", "image/webp") and isinstance(data, str):
                room[0] -= len(data)
                if room[0] >= 0:
                    kept.setdefault(clean_text(name), {})[kind] = clean_text(data)
    return kept


def grade_id(cell: Mapping[str, Any]) -> str:
    """Return nbgrader's name of a cell that `read_notebook` gave; empty where it has none."""
    name = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else ""


def is_like_notebook(name: str) -> bool:
    """Tell whether a file of this name may be a notebook; mail programs add ``.txt`` or ``.json``.

    Examples
    --------
    >>> [name for name in ("00 (1).IPYNB", "00.ipynb.txt", "answers.json") if is_like_notebook(name)]
    ['00 (1).IPYNB', '00.ipynb.txt']
    """
    return ".ipynb" in PurePath(name).name.lower()


def own_lines(
    cells: Iterable[Mapping[str, Any]], given: Mapping[str, Collection[str]] | None = None
) -> frozenset[tuple[str, str]]:
    """Return the lines that a participant wrote into the cells for answers, to compare copies by.

    Parameters
    ----------
    cells : iterable of dict
        From `read_notebook`.
    given : mapping, optional
        For the grade id of a cell, the lines that its release holds. Without them a scaffold counts
        as written, as it does in every copy alike.
    """
    lines = set()
    for cell in cells:
        marks = cell["metadata"].get("nbgrader", {})
        if not marks.get("solution"):
            continue
        name = grade_id(cell)
        blank = "..." if cell["cell_type"] == "code" else MEMO_STUB
        for line in cell["source"].splitlines():
            text = " ".join(line.split())
            if text and blank not in text and text not in (given or {}).get(name, ()):
                lines.add((name, text))
    return frozenset(lines)
