"""One straight way in: copy the plain files, choose the sheet and the notebooks that are meant, mend them.

Whatever was repaired is named, and so is whatever could not be.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from bordercourse.course.answers import (
    FILE_NAME,
    is_like_sheet,
    sheet_language,
    sheet_text,
    stored_answers,
)
from bordercourse.course.duplicates import Copy, chosen
from bordercourse.course.notebooks import is_like_notebook, own_lines, read_notebook
from bordercourse.files import (
    LARGEST_NOTEBOOK,
    LARGEST_SHEET,
    DamagedError,
    gather,
    lost_letters,
    printable,
    read_plain,
)
from bordercourse.grading.intake.repair import likeness, mend
from bordercourse.grading.intake.source import SourceNotebook
from bordercourse.grading.intake.submitted_files import copy_plain_files
from bordercourse.grading.intake.times import TIMESTAMP, stated_time
from bordercourse.i18n import gettext as _

__all__ = ["Submission", "handed_in_language", "settle_sheet", "take_in"]

_ALIKE = 0.5  # the share of the instructor's cells that a file under another name must hold
_CLICKED = re.compile(r"\.(choice|choices|casebook)\(")

Cells = list[dict[str, Any]]


@dataclass(frozen=True)
class Submission:
    """What was taken in: what was repaired, what was left out or lost, with the reason, and its language."""

    repairs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    language: str = ""


def take_in(submitted: Path, target: Path, notebooks: Sequence[SourceNotebook]) -> Submission:
    """Copy a submission to `target`, with its answer sheet and each notebook found and mended.

    Parameters
    ----------
    submitted : path
        What was handed in; its owner may have put anything into it.
    target : path
        Where the copy goes.
    notebooks : sequence of SourceNotebook
        The instructor's notebooks of the assignment.

    Raises
    ------
    DamagedError
        If no notebook of the assignment is there or none can be read, or if two copies hold
        different answers.
    """
    if submitted.is_symlink():
        raise DamagedError(_("the folder is a link"))
    left_out = copy_plain_files(submitted, target, skip=[TIMESTAMP]) + _timestamp(submitted, target)
    pages, repairs = gather(target, is_like_notebook, LARGEST_NOTEBOOK)
    mended: dict[str, Cells] = {}
    for source in notebooks:
        others = {f"{other.name}.ipynb" for other in notebooks if other is not source}
        copy, damaged = _meant({name: pages[name] for name in pages if name not in others}, source)
        repairs += damaged
        if copy is not None:
            mended[source.name], done = copy.content
            repairs += [*_taken(copy.name, f"{source.name}.ipynb", pages), *done]
    if not mended:
        # Why a file could not be read says more than that there is none.
        reasons = repairs or [line for line in left_out if is_like_notebook(line.rsplit(": ", 1)[0])]
        raise DamagedError("; ".join(reasons) or _("no notebook of this exercise was handed in"))
    sheet, missing = settle_sheet(target, notebooks[0].assignment)
    if missing and any(_CLICKED.search(cell.text) for source in notebooks for cell in source.cells):
        left_out.append(_("no {name} was handed in, so no clicked answer counts").format(name=FILE_NAME))
    for path in [path for path in target.iterdir() if path.suffix.lower() == ".ipynb" and path.is_file()]:
        path.unlink()
    for name, cells in mended.items():
        _write(target / f"{name}.ipynb", cells)
    return Submission(tuple(repairs + sheet), tuple(left_out), handed_in_language(target))


def handed_in_language(folder: Path) -> str:
    """Return the language of a hand-in, as its settled answer sheet has it; empty for English.

    Parameters
    ----------
    folder : path
        Where `settle_sheet` left it.
    """
    try:
        return sheet_language(read_plain(folder / FILE_NAME, LARGEST_SHEET))
    except OSError:
        return ""


def _timestamp(submitted: Path, target: Path) -> list[str]:
    """Keep the time of handing in where it is sure, in the one form that nbgrader reads rightly."""
    if not os.path.lexists(submitted / TIMESTAMP):
        return []
    time = stated_time(submitted)
    if time.sure is not None:
        stamp = f"{time.sure:%Y-%m-%d %H:%M:%S.%f} UTC\n"
        (target / TIMESTAMP).write_text(stamp, encoding="ascii")
        return []
    if time.at is None:
        return [_("{name}: not a time").format(name=TIMESTAMP)]
    return [_("{name}: its time zone is not sure, so it counts as no time").format(name=TIMESTAMP)]


def _meant(
    pages: Mapping[str, bytes], source: SourceNotebook
) -> tuple[Copy[tuple[Cells, list[str]]] | None, list[str]]:
    """Choose the file that is the notebook `source`, mended; and say which ones could not be read."""
    wanted = f"{source.name}.ipynb"
    given = {name: _lines(cell.text) for name, cell in source.marked.items()}
    copies: list[Copy[tuple[Cells, list[str]]]] = []
    others: list[Copy[tuple[Cells, list[str]]]] = []
    damaged: list[str] = []
    for name, data in pages.items():
        try:
            cells = read_notebook(data)
        except DamagedError as error:
            damaged.append(f"{printable(name)}: {error}")
            continue
        alike = likeness(cells, source) >= _ALIKE
        if not alike and PurePath(name).name.lower() != wanted.lower():
            continue
        whole, repairs = mend(cells, source)
        if lost_letters(data):
            repairs.append(_("some letters could not be read: it was saved in an old encoding"))
        copy = Copy(name, (whole, repairs), own_lines(whole, given))
        (copies if alike else others).append(copy)
    # A file of the right name that is not like the notebook at all is taken only where there is no other.
    return chosen(copies or others, wanted), damaged


def _lines(text: str) -> set[str]:
    return {" ".join(line.split()) for line in text.splitlines()}


def _taken(name: str, wanted: str, pages: Mapping[str, bytes]) -> list[str]:
    if name == wanted:
        return []
    if wanted in pages:
        return [
            _("{old} was taken for {new}, since it holds more answers").format(
                old=printable(name), new=wanted
            )
        ]
    return [_("{old} was taken for {new}").format(old=printable(name), new=wanted)]


def settle_sheet(folder: Path, module: str) -> tuple[list[str], bool]:
    """Leave the answers that count in ``answers.json`` of a folder, however they came.

    Parameters
    ----------
    folder : path
        A copy of what was handed in.
    module : str
        Number and slug of the exercise.

    Returns
    -------
    tuple
        What was repaired or could not be read, a line each; and whether there is no sheet at all.

    Raises
    ------
    UnclearError
        If two sheets hold different answers.
    """
    files, refused = gather(folder, is_like_sheet, LARGEST_SHEET)
    sheet = stored_answers(files, module)
    notes = [line for line in refused if line.startswith(FILE_NAME)] + list(sheet.notes)
    if sheet.name:
        (folder / FILE_NAME).write_text(
            sheet_text(module, sheet.answers, sheet.language), encoding="utf-8", newline="\n"
        )
        if lost_letters(files[sheet.name]):
            notes.append(_("{name}: some letters could not be read").format(name=printable(sheet.name)))
    elif notes:
        notes.append(_("no clicked answer counts"))
    return notes, not sheet.name and not notes


def _write(path: Path, cells: Cells) -> None:
    for cell in cells:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
