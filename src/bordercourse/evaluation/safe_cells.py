"""Tables for spreadsheets in which no cell starts a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from math import ceil

from bordercourse.i18n import gettext as _

__all__ = ["csv_text", "safe_cell", "workbook_bytes"]

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_TAB = 31  # of a sheet's name
_LINE = 15  # points that a line of text takes


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before what could be one.

    Examples
    --------
    >>> safe_cell("=cmd|' /C calc'!A0"), safe_cell("Nguyễn An"), safe_cell("-"), safe_cell("12.5")
    ("'=cmd|' /C calc'!A0", 'Nguyễn An', '-', '12.5')
    """
    text = "".join(c for c in text if c >= " " or c in "\t\n\r")
    harmless = text in ("-", "+")  # a sign alone computes nothing; Moodle writes it where a mark is missing
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_STARTS) and not harmless else text


def csv_text(rows: Iterable[Sequence[object]], *, delimiter: str = ",") -> str:
    """Return rows as CSV; numbers stay numbers, and text is made safe.

    Parameters
    ----------
    rows : iterable of sequences
        The cells.
    delimiter : str
        What parts them.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    table.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue()


def workbook_bytes(sheets: Sequence[tuple[str, Sequence[Sequence[object]]]]) -> bytes:
    """Return a workbook: each sheet with its heads in the first row; texts are texts, never formulas.

    Parameters
    ----------
    sheets : sequence of (str, rows)
        The name of each sheet, and its cells.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        tab = "".join(c for c in name if c not in "[]:*?/\\")[:_LONGEST_TAB].strip("' ") or _("Table")
        sheet = book.create_sheet(tab)
        for y, row in enumerate(rows, start=1):
            for x, value in enumerate(row, start=1):
                cell = sheet.cell(y, x)
                cell.value = safe_cell(value) if isinstance(value, str) else value
                if isinstance(value, str):
                    cell.data_type = "s"
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
                if y == 1:
                    cell.font = Font(bold=True)
        widths = []
        for x in range(1, max((len(row) for row in rows), default=0) + 1):
            longest = max(len(str(row[x - 1])) for row in rows if len(row) >= x)
            widths.append(min(60, max(10, longest + 2)))
            sheet.column_dimensions[get_column_letter(x)].width = widths[-1]
        for y, row in enumerate(rows, start=1):  # not every program makes room for a second line by itself
            lines = [_lines(str(value), wide) for value, wide in zip(row, widths, strict=False)]
            sheet.row_dimensions[y].height = _LINE * max(lines, default=1)
        sheet.freeze_panes = "A2"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(text: str, wide: int) -> int:
    """Return how many lines a text may take in a column; letters differ in width, so a little more."""
    return 1 if len(text) <= wide - 2 else ceil(len(text) / (0.85 * wide))
