"""What goes into a hand-in: the page and the answers that are meant, read as the grader reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from bordercourse.course.answers import FILE_NAME as ANSWERS
from bordercourse.course.answers import StoredAnswers, is_like_sheet, sheet_text, stored_answers
from bordercourse.course.duplicates import Copy, UnclearError, chosen
from bordercourse.course.manifest import number_of
from bordercourse.course.notebooks import is_like_notebook, own_lines, read_notebook
from bordercourse.desk.language import page_language
from bordercourse.desk.places import HAND_INS
from bordercourse.errors import InputError
from bordercourse.files import (
    LARGEST_NOTEBOOK,
    LARGEST_SHEET,
    DamagedError,
    gather,
    lost_letters,
    printable,
    read_json,
    why_not_written,
)
from bordercourse.handin.identifiers import full_name, participant_id
from bordercourse.handin.parcel import Parcel, write_parcel
from bordercourse.i18n import gettext as _

__all__ = ["Packed", "deliver", "pack"]

_LIKELY_YEARS = 2025, 2100


@dataclass(frozen=True)
class Packed:
    """A hand-in before it is written.

    Parameters
    ----------
    parcel : Parcel
        What is given.
    page : path
        The notebook that was packed.
    notes : tuple of str
        What the participant must be told: another copy was taken, or a part cannot be read.
    """

    parcel: Parcel
    page: Path
    notes: tuple[str, ...] = ()


def pack(
    module: str, name: str, workspace: Path, *, page: Path | None = None, now: datetime | None = None
) -> Packed:
    """Choose and read what is handed in. See `hand_in` for `module`, `name`, `workspace` and `now`.

    Parameters
    ----------
    page : path, optional
        The notebook that the participant looks at. Where it is known, no other copy is taken.

    Raises
    ------
    InputError
        As `hand_in`.
    """
    participant = participant_id(name)
    folder = _exercise(module, workspace / "exercises")
    try:
        pages, large = gather(folder, is_like_notebook, LARGEST_NOTEBOOK)
        sheets, large_sheets = gather(folder, is_like_sheet, LARGEST_SHEET)
    except OSError as error:
        raise InputError(str(folder), *why_not_written(error)) from None
    wanted = f"{folder.name}.ipynb"
    copy, notes = _chosen_page(pages, large, folder, page)
    files = {wanted: _clean(pages[copy.name])}
    if copy.name != wanted:
        notes.append(_("{old} is handed in as {new}.").format(old=printable(copy.name), new=wanted))
    if lost_letters(pages[copy.name]):
        notes.append(_("Some letters of your page cannot be read. Look at it once more before you give it."))
    sheet = _chosen_sheet(sheets, large_sheets, folder.name, copy.name, seen=page is not None)
    language = page_language(workspace, folder.name) or sheet.language
    if sheet.name or language:
        same = sheet.name == ANSWERS and _clean(sheets[ANSWERS]) == sheets[ANSWERS]
        if not same or language != sheet.language:
            files[ANSWERS] = sheet_text(folder.name, sheet.answers, language).encode()
        else:
            files[ANSWERS] = sheets[ANSWERS]
        notes += [f"{note}." for note in sheet.notes]
    time = now or datetime.now(UTC)
    if not _LIKELY_YEARS[0] <= time.year <= _LIKELY_YEARS[1]:
        clock = _("The clock of this computer says {time:%Y-%m-%d}. Set it, or tell your instructor.")
        notes.append(clock.format(time=time))
    parcel = Parcel(participant, folder.name, time, files, full_name(name))
    return Packed(parcel, folder / copy.name, tuple(notes))


def deliver(parcel: Parcel, workspace: Path) -> Path:
    """Write a hand-in into the folder ``hand-ins`` of a workspace, and return the file.

    Parameters
    ----------
    parcel : Parcel
        The hand-in.
    workspace : path
        The workspace that it was made in.

    Raises
    ------
    InputError
        If it cannot be written. The work itself stays as it is.
    """
    folder = workspace / HAND_INS
    path = folder / f"{parcel.module}_{parcel.participant}_{parcel.time.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_parcel(parcel, path)
    except OSError as error:
        problem, do = why_not_written(error)
        raise InputError(
            str(folder),
            problem,
            _("{do} Your work is saved; only the hand-in file is missing.").format(do=do),
        ) from None
    return path


def _exercise(module: str, exercises: Path) -> Path:
    try:
        known = sorted(path.name for path in exercises.iterdir() if path.is_dir() and path.name[0] != ".")
    except OSError:
        known = []
    if not known:
        raise InputError(
            "--workspace",
            _("there are no exercises in {folder}.").format(folder=exercises),
            _("Go into the folder that `bordercourse start` printed, or name it."),
        )
    meant = [name for name in known if module in (name, number_of(name))]
    if len(meant) != 1:
        raise InputError(
            repr(module),
            _("no exercise of this name is in {folder}.").format(folder=exercises),
            _("The exercises are: {names}.").format(names=", ".join(known)),
        )
    return exercises / meant[0]


def _chosen_page(
    pages: Mapping[str, bytes], large: Sequence[str], folder: Path, open_page: Path | None
) -> tuple[Copy[Any], list[str]]:
    """Choose the page that is open, else the one that holds most; and say what else there is to know."""
    wanted = f"{folder.name}.ipynb"
    copies, damaged = _copies(pages, folder.name)
    for copy in copies:
        if open_page is not None and (folder / copy.name).resolve() == open_page.resolve():
            more = [printable(other.name) for other in copies if not other.answers <= copy.answers]
            note = _("This page is handed in. Answers that it lacks stand in {names}.")
            return copy, [note.format(names=", ".join(more))] if more else []
    try:
        fullest = chosen(copies, wanted)
    except UnclearError as error:
        raise _unclear(error) from None
    if fullest is not None:
        return fullest, [f"{line}." for line in damaged]
    if large:
        do = _("In JupyterLab choose Edit, Clear Outputs of All Cells, save, and hand in again.")
        raise _refused(large[0], do)
    if damaged:
        raise _refused(damaged[0], _("Open it in JupyterLab, put that right, save it, and hand in again."))
    raise InputError(
        folder.name,
        _("there is no {name} in {folder}.").format(name=wanted, folder=folder),
        _("If you renamed it, give it this name again."),
    )


def _copies(pages: Mapping[str, bytes], module: str) -> tuple[list[Copy[Any]], list[str]]:
    """Return the readable pages of one exercise, and a line for each damaged one of its name."""
    copies, damaged = [], []
    for name, data in pages.items():
        named = PurePosixPath(name).name.lower() == f"{module}.ipynb".lower()
        try:
            cells = read_notebook(data)
        except DamagedError as error:
            damaged += [f"{printable(name)}: {error}"] if named else []
            continue
        code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        if module in PurePosixPath(name).name or any(module in source for source in code) or named:
            copies.append(Copy(name, cells, own_lines(cells)))
    return copies, damaged


def _chosen_sheet(
    sheets: Mapping[str, bytes], large: Sequence[str], module: str, page: str, *, seen: bool
) -> StoredAnswers:
    """Choose the answers that the page shows, else those beside it, else the sheet that holds most."""
    folder = PurePosixPath(page).parent
    beside = {name: data for name, data in sheets.items() if PurePosixPath(name).parent == folder}
    shown = {name: data for name, data in beside.items() if PurePosixPath(name).name == ANSWERS}
    try:
        for some in ([shown] if seen else []) + [beside, sheets]:
            sheet = stored_answers(some, module)
            if sheet.answers:
                return sheet
    except UnclearError as error:
        raise _unclear(error) from None
    problems = [*sheet.notes, *(line for line in large if line.startswith(ANSWERS))]
    if not sheet.name and problems:
        raise _refused(
            problems[0],
            _("Run your page again, answer the questions to click once more, save, and hand in again."),
        )
    return sheet


def _refused(line: str, do: str) -> InputError:
    """Turn a line ``name: why`` about a file into the error for it."""
    name, why = line.split(": ", 1)
    return InputError(name, f"{why}.", do)


def _unclear(error: UnclearError) -> InputError:
    return InputError(
        ", ".join(map(printable, error.names)),
        _("these copies hold different answers."),
        _("Keep the one that counts, named {name}. Take the others out of the folder.").format(
            name=error.wanted
        ),
    )


def _clean(data: bytes) -> bytes:
    """Return a JSON file as it is where every program reads it, else written anew."""
    try:
        json.loads(data.decode("utf-8"))
    except ValueError:
        return json.dumps(read_json(data), ensure_ascii=False).encode(errors="replace")
    return data
