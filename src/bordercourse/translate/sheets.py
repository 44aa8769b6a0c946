"""A catalogue as an Excel sheet, for a translator without tools, and back."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from zipfile import BadZipFile

import polib
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.translate.faults import faults_of_entry

__all__ = ["SheetRow", "read_translations", "write_translations"]

SheetRow = tuple[int, str, str, str]
"""A line of the sheet: its number there, English, translation, note."""

_HEADS = ("English", "Translation", "Note", "Where it stands", "What is wrong")
_WIDTHS = (70, 70, 30, 40, 40)
_FIRST = 3  # the row of the first text
_LINE = 15  # points that a line of text takes


def write_translations(path: Path, name: str, language: str, catalogue: polib.POFile) -> None:
    """Write a catalogue as a sheet: the English column is locked, the translation's is open.

    Parameters
    ----------
    path : path
        The file to make.
    name, language : str
        Which catalogue it is; both stand in the first row, by which `read_translations` knows it.
    catalogue : polib.POFile
        The catalogue.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = f"{language} {name}"[:31]
    sheet.append(["bordercourse", language, name])
    sheet.append(list(_HEADS))
    for entry in catalogue:
        if entry.obsolete:
            continue
        where = "\n".join(place for place, _line in entry.occurrences[:3])
        wrong = "; ".join(faults_of_entry(entry, language))
        words = entry.msgstr or entry.msgstr_plural.get(0, "")
        kind = entry.comment.splitlines()[-1] if entry.comment else ""
        sheet.append([entry.msgid, words, entry.tcomment, f"{where}\n{kind}".strip(), wrong])
    for column, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with = is no formula
    for number, row in enumerate(sheet.iter_rows(min_row=_FIRST, values_only=True), start=_FIRST):
        # LibreOffice makes no room for a second line by itself; a translation may be longer than its text.
        tall = max(_lines(str(value or ""), wide) for value, wide in zip(row, _WIDTHS, strict=False))
        sheet.row_dimensions[number].height = _LINE * (tall + (tall > 1))
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for cell in sheet[2]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE7F0")
    for row in sheet.iter_rows(min_row=_FIRST, min_col=2, max_col=3):
        for cell in row:
            cell.protection = Protection(locked=False)
    sheet.protection.sheet = True
    sheet.freeze_panes = f"A{_FIRST}"
    book.save(path)


def _lines(text: str, wide: int) -> int:
    """Return how many lines a text may take in a column."""
    return sum(max(1, ceil(len(line) / (0.9 * wide))) for line in text.splitlines() or [""])


def read_translations(path: Path) -> tuple[str, str, list[SheetRow]]:
    """Return the language, the catalogue and the lines of a sheet.

    Raises
    ------
    InputError
        If it is no sheet that `write_translations` made.
    """
    do = _("Give a sheet that `bordercourse translate sheet` made.")
    try:
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        rows = [
            [_cell(value) for value in (*row, "", "", "")[:3]] for row in sheet.iter_rows(values_only=True)
        ]
    except InvalidFileException:
        problem = _("it is no Excel file.")
        raise InputError(
            path.name, problem, _("Save the sheet as Excel (.xlsx), and read that file.")
        ) from None
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        raise InputError(path.name, _("it cannot be read: {why}.").format(why=error), do) from None
    if not rows or rows[0][0] != "bordercourse":
        raise InputError(path.name, _("it is no sheet of translations."), do)
    lines = [
        (number, english, _spaced(english, words), note.strip())
        for number, (english, words, note) in enumerate(rows[_FIRST - 1 :], start=_FIRST)
        if english
    ]
    return rows[0][1], rows[0][2], lines


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n")


def _spaced(english: str, words: str) -> str:
    """Give a translation the spaces at its ends that the English text has: in a sheet nobody sees them."""
    words = words.strip()
    if not words:
        return ""
    before = english[: len(english) - len(english.lstrip())]
    return before + words + english[len(english.rstrip()) :]
