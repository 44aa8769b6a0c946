"""Put a damaged notebook right where the intent is clear, and say what was done.

A participant's file is untrusted: it is read as JSON of limited size, and a new notebook is built
from the few parts that count. Cells are found again by their grade id, then by their cell id, then
by their text, then by their place between two cells that were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bordercourse.course.notebooks import grade_id
from bordercourse.grading.intake.source import SourceCell, SourceNotebook, without_hidden
from bordercourse.i18n import gettext as _

__all__ = ["likeness", "mend"]

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def likeness(cells: Sequence[Mapping[str, Any]], source: SourceNotebook) -> float:
    """Return the share of the instructor's marked cells that `cells` still names or quotes.

    Parameters
    ----------
    cells : sequence of dict
        From `bordercourse.course.notebooks.read_notebook`.
    source : SourceNotebook
        The instructor's notebook.
    """
    marked = source.marked
    if not marked:
        return 0.0
    names = {grade_id(cell) for cell in cells}
    texts = {_bare(cell["source"]) for cell in cells}
    known = sum(name in names or _bare(without_hidden(c.text)) in texts for name, c in marked.items())
    return known / len(marked)


def mend(cells: list[dict[str, Any]], source: SourceNotebook) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the cells with the instructor's marks on them again, and what was repaired.

    The marks (points, ids, locks) are always taken from `source`. A cell that was deleted is put
    back at its place, save a cell for an answer in code: an empty one would wipe an answer out.

    Parameters
    ----------
    cells : list of dict
        From `bordercourse.course.notebooks.read_notebook`; they are changed.
    source : SourceNotebook
        The instructor's notebook.
    """
    repairs: list[str] = []
    where = _by_name(cells, source, repairs)
    _find_lost(cells, source, where, repairs)
    _put_marks(cells, source, where, repairs)
    cells = _put_back(cells, source, where, repairs)
    _put_ids(cells, source)
    return cells, repairs


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _by_name(cells: list[dict[str, Any]], source: SourceNotebook, repairs: list[str]) -> dict[str, int]:
    """Which cell bears which name; of copies, the last one counts."""
    places: dict[str, list[int]] = {}
    for n, cell in enumerate(cells):
        if grade_id(cell) in source.marked:
            places.setdefault(grade_id(cell), []).append(n)
    where = {name: copies[-1] for name, copies in places.items()}
    for name, copies in places.items():
        if len(copies) == 1:
            continue
        repairs.append(_("{cell} was there {n} times; the last one counts").format(cell=name, n=len(copies)))
        if source.marked[name].solution and source.marked[name].kind == "markdown":
            # A memo that was split: its halves belong together.
            texts = dict.fromkeys(cells[n]["source"].strip() for n in copies)
            cells[copies[-1]]["source"] = "\n\n".join(text for text in texts if text)
    return where


def _find_lost(
    cells: list[dict[str, Any]], source: SourceNotebook, where: dict[str, int], repairs: list[str]
) -> None:
    """Find cells that lost their marks: by cell id, by text, by place."""
    free = [
        n for n in range(len(cells)) if n not in where.values() and grade_id(cells[n]) not in source.marked
    ]

    def take(cell: SourceCell, n: int) -> None:
        where[cell.name] = n
        free.remove(n)
        repairs.append(_("{cell} had lost its marks").format(cell=cell.name))

    lost = [cell for cell in source.marked.values() if cell.name not in where]
    for cell in lost:
        same = [n for n in free if cell.cell_id and cells[n]["id"] == cell.cell_id]
        if not same:
            wanted = _bare(without_hidden(cell.text))
            same = [n for n in free if wanted and _bare(cells[n]["source"]) == wanted]
        if len(same) == 1:
            take(cell, same[0])
    # One answer missing between two cells that are there, and one unknown cell of its kind between them.
    order = list(source.marked.values())
    for i, cell in enumerate(order):
        if cell.name in where or not cell.solution:
            continue
        before = max((where[c.name] for c in order[:i] if c.name in where), default=-1)
        after = min((where[c.name] for c in order[i + 1 :] if c.name in where), default=len(cells))
        between = [
            n
            for n in free
            if before < n < after and cells[n]["cell_type"] == cell.kind and cells[n]["source"].strip()
        ]
        if len(between) == 1:
            take(cell, between[0])


def _put_marks(
    cells: list[dict[str, Any]], source: SourceNotebook, where: dict[str, int], repairs: list[str]
) -> None:
    marked = source.marked
    names = {n: name for name, n in where.items()}
    for n, cell in enumerate(cells):
        old = cell["metadata"].pop("nbgrader", None)
        if n in names:
            meta = dict(marked[names[n]].meta)
            if _claim_of(old) == names[n] and _changed(old, meta):
                repairs.append(_("the marks of {cell} were changed").format(cell=names[n]))
            cell["metadata"]["nbgrader"] = meta
            _put_kind(cell, marked[names[n]], repairs)


def _put_kind(cell: dict[str, Any], source: SourceCell, repairs: list[str]) -> None:
    """Make a cell code, or text, again: an answer in a text cell would not be run."""
    if cell["cell_type"] == source.kind:
        return
    was, cell["cell_type"] = cell["cell_type"], source.kind
    if source.kind == "code":
        repairs.append(_("{cell} had become text; it is code again").format(cell=source.name))
    elif was == "code":
        repairs.append(_("{cell} had become code; it is text again").format(cell=source.name))


def _claim_of(old: Any) -> Any:
    return old.get("grade_id") if isinstance(old, dict) else None


def _changed(old: Mapping[str, Any], meta: Mapping[str, Any]) -> bool:
    keys = ("grade", "solution", "locked", "points")
    return any(key in meta and old.get(key) != meta[key] for key in keys)


def _put_back(
    cells: list[dict[str, Any]], source: SourceNotebook, where: Mapping[str, int], repairs: list[str]
) -> list[dict[str, Any]]:
    """Put deleted cells back, each after the nearest marked cell before it that is there."""
    after: dict[int, list[dict[str, Any]]] = {}
    place = -1
    for name, cell in source.marked.items():
        if name in where:
            place = where[name]
        elif not (cell.solution and cell.kind == "code" and not cell.grade):
            after.setdefault(place, []).append(
                {
                    "cell_type": cell.kind,
                    "id": cell.cell_id,
                    "metadata": {"nbgrader": dict(cell.meta)},
                    "source": cell.text,
                }
            )
            if cell.kind == "code" or cell.solution:
                repairs.append(_("{cell} was missing and was put back").format(cell=name))
    whole = list(after.get(-1, []))
    for n, old in enumerate(cells):
        whole += [old, *after.get(n, [])]
    return whole


def _put_ids(cells: Iterable[dict[str, Any]], source: SourceNotebook) -> None:
    """Give every cell an id of its own."""
    used: set[str] = set()
    for n, cell in enumerate(cells):
        name = cell["id"]
        if not isinstance(name, str) or not _CELL_ID.fullmatch(name) or name in used:
            name = f"cell-{n}"
            while name in used:
                name += "-"
        cell["id"] = name
        used.add(name)
