"""The lines of a table, as CSV or XLSX: separators, encodings, marks and blanks as programs leave them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bordercourse.errors import InputError
from bordercourse.files import why_not_written
from bordercourse.handin.roster import roster_text
from bordercourse.i18n import gettext as _

__all__ = ["Line", "table_lines"]

_LARGEST = 5_000_000  # bytes
_MOST_LINES, _MOST_COLUMNS = 5_000, 60

Line = tuple[int, list[str]]


def table_lines(path: Path) -> list[Line]:
    """Return the lines of a table that are not empty, with their numbers as a spreadsheet shows them.

    Parameters
    ----------
    path : path
        A table of CSV or XLSX; of a workbook the first sheet.

    Raises
    ------
    InputError
        If it is no such table, or far larger than a class.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(str(path), *why_not_written(error)) from None
    if len(data) > _LARGEST:
        raise InputError(path.name, _("it is larger than five megabytes."), _("Give a table of one class."))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            path.name,
            _("it is in Excel's old form, or has a password."),
            _("In Excel choose Save as, Excel Workbook (.xlsx), without a password."),
        )
    found = _of_workbook(data, path.name) if data.startswith(b"PK") else _of_text(data, path.name)
    lines = []
    for number, cells in found:
        if any(cells) and number > _MOST_LINES:
            raise InputError(
                path.name,
                _("it has more than {n} lines.").format(n=_MOST_LINES),
                _("Give a table of one class."),
            )
        if any(cells):
            lines.append((number, cells[:_MOST_COLUMNS]))
    return lines


def _of_text(data: bytes, name: str) -> Iterator[Line]:
    text = roster_text(data, name)
    if "\0" in text:
        raise InputError(name, _("it is no table of text."), _("Save it as CSV UTF-8 or as .xlsx."))
    start = 0
    if text[:4].casefold() == "sep=":  # Excel's own first line
        start, text = 1, text.partition("\n")[2]
    head = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    end = start
    try:
        for cells in reader:
            begin, end = end + 1, start + reader.line_num
            yield begin, [_clean(cell) for cell in cells]
    except csv.Error as error:
        raise InputError(
            name,
            _("line {n}: it cannot be cut into cells ({why}).").format(n=end + 1, why=error),
            _("Look for a quotation mark that is not closed."),
        ) from None


def _of_workbook(data: bytes, name: str) -> Iterator[Line]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > 20 * _LARGEST:
                raise InputError(name, _("unpacked it is far too large."), _("Give a table of one class."))
        # Not read_only: there, a workbook that does not state its size has one column.
        sheet: Any = load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
        rows = sheet.iter_rows(
            max_row=min(sheet.max_row, _MOST_LINES + 1), max_col=_MOST_COLUMNS, values_only=True
        )
        for number, cells in enumerate(rows, start=1):
            yield number, [_of_cell(cell) for cell in cells]
    except InputError:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise
        raise InputError(
            name,
            _("it cannot be read as a workbook ({why}).").format(why=type(error).__name__),
            _("Open it in Excel or LibreOffice and save it as .xlsx again."),
        ) from None


def _of_cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # an identifier 12 stands there as 12.0
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d} 00:00"  # no identifier holds a blank: a date is refused, not taken for one
    return "" if value is None else _clean(str(value))


def _clean(text: str) -> str:
    """Return a cell without blanks of any kind around it, and without what is never seen."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf") or c in "\n\t\u200c\u200d")
    return " ".join(text.split())
