"""The tables of a vital-statistics report as an Excel workbook, laid out as an office publishes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Anything, Several, Text, checked
from bordercourse.registration.vital_statistics import ReportTable, VitalStatistics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["write_workbook"]

_WHOLE, _PERCENT, _RATE = "#,##0", "0.0", "#,##0.00"


@checked(
    report=A(VitalStatistics, do=mark("Give what vital_statistics returned.")),
    path=Anything(),
    country=Text(),
    office=Text(),
    notes=Several(Text()),
)
def write_workbook(
    report: VitalStatistics,
    path: object,
    *,
    country: str,
    office: str,
    notes: Sequence[str] = (),
) -> Path | BinaryIO:
    """Write the tables of a report to an Excel workbook: a list of contents, one sheet a table, the notes.

    Each sheet holds number and title, country and year, a heading that stays when scrolling, whole numbers
    with marks of thousands, totals in bold, and notes and source below; it prints on one page in width.

    Parameters
    ----------
    report : VitalStatistics
        What `vital_statistics` found.
    path : str, path or binary file
        Where to write, ending in .xlsx; or a binary file that is open. A file that is there is not
        overwritten.
    country, office : str
        Country or area, and who publishes it.
    notes : list of str
        Further notes for the last sheet.

    Returns
    -------
    pathlib.Path or binary file
        Where it was written.

    Raises
    ------
    InputError
        The name does not end in .xlsx, the file is there already, or its folder is not.

    Notes
    -----
    *What the result is not.* Official statistics: an office decides what it publishes. Small counts may name
    a person: look at cells below five before anything leaves the office.

    References
    ----------
    Vital Strategies, ECA, ESCAP and Statistics Norway (2020), *Production of a Vital Statistics
    Report: Guide*, whose sections give the tables their numbers.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from bordercourse.registration import vital_statistics, write_workbook
    >>> deaths = pd.DataFrame({
    ...     "died": pd.to_datetime(["2023-01-01", "2023-05-01"]),
    ...     "entered": pd.to_datetime(["2023-01-11", "2023-09-01"]),
    ...     "sex": ["female", "male"],
    ...     "district": ["North", "South"],
    ... })
    >>> report = vital_statistics(
    ...     deaths, event="deaths", year=2023, occurred="died", registered="entered", cutoff="2024-12-31",
    ...     limit_days=30, sex="sex", place="district",
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_workbook(report, f"{folder}/deaths.xlsx", country="Utopia", office="Registry").name
    'deaths.xlsx'
    """
    target = _target(path)
    from openpyxl import Workbook

    book = Workbook()
    contents: Any = book.active
    contents.title = _("Contents")
    for one in report.tables:
        _sheet(book, one, report, country, office)
    _contents(contents, report, country, office)
    _notes(book, report, notes)
    book.save(target)
    return target


def _target(path: Any) -> Path | BinaryIO:
    if hasattr(path, "write"):
        return path  # type: ignore[no-any-return]
    if not isinstance(path, str | Path) or not str(path):
        raise InputError("path", _("this is no path."), _("Give it as text, such as births_2023.xlsx."))
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise InputError("path", _("{name} does not end in .xlsx.").format(name=target.name), _("Add it."))
    if target.exists():
        raise InputError(
            "path", _("{name} is there already.").format(name=target.name), _("Choose another name.")
        )
    if not target.parent.is_dir():
        raise InputError(
            "path", _("there is no folder {name}.").format(name=target.parent), _("Make the folder first.")
        )
    return target


def _sheet(book: Workbook, one: ReportTable, report: VitalStatistics, country: str, office: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    sheet: Worksheet = book.create_sheet(_("Table {number}").format(number=one.number))
    _write(sheet, 1, 1, _("Table {number}. {title}").format(number=one.number, title=one.title), bold=True)
    _write(sheet, 2, 1, _("{country}, {year}").format(country=country, year=report.year))
    flat = one.table.reset_index()
    names = {"occurred_in": _("Year of occurrence"), "registered_in": _("Year of registration")}
    names |= {"index": _("Group"), "place": _("Place"), "sex": _("Sex")}
    if one.number.endswith(".3"):
        flat = flat.rename(columns={flat.columns[0]: _("Age of mother")})
    line = Side(style="thin")
    for column, name in enumerate(flat.columns, start=1):
        cell = _write(sheet, 4, column, names.get(str(name), name), bold=True)
        cell.border = Border(top=line, bottom=line)
        cell.alignment = Alignment(
            wrap_text=True, vertical="center", horizontal="left" if column == 1 else "right"
        )
        sheet.column_dimensions[cell.column_letter].width = 24 if column == 1 else 14
    for row, values in enumerate(flat.itertuples(index=False), start=5):
        bold = str(values[0]) == "all"
        for column, value in enumerate(values, start=1):
            percent = str(flat.columns[column - 1]).endswith("%")
            _write(sheet, row, column, value, bold=bold, percent=percent)
    end = 4 + len(flat)
    for column in range(1, len(flat.columns) + 1):
        sheet.cell(end, column).border = Border(bottom=line)
    for shift, text in enumerate([*one.notes, _("Source: {office}.").format(office=office)], start=2):
        _write(sheet, end + shift, 1, text).font = Font(size=9, italic=True)
    sheet.freeze_panes = "B5"
    _print_on_one_page(sheet)


def _contents(sheet: Worksheet, report: VitalStatistics, country: str, office: str) -> None:
    event = _("births") if report.event == "births" else _("deaths")
    _write(sheet, 1, 1, _("Vital statistics of {country}: {event} of {year}").format(
        country=country, event=event, year=report.year), bold=True)  # fmt: skip
    _write(sheet, 2, 1, office)
    for row, one in enumerate(report.tables, start=4):
        cell = _write(sheet, row, 1, _("Table {number}").format(number=one.number))
        cell.hyperlink = f"#'{cell.value}'!A1"
        _write(sheet, row, 2, one.title)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 80


def _notes(book: Workbook, report: VitalStatistics, notes: Sequence[str]) -> None:
    sheet: Worksheet = book.create_sheet(_("Notes"))
    said = [
        _("Register read on {day}. An event that was registered later is not in the tables.").format(
            day=f"{report.cutoff:%Y-%m-%d}"
        ),
        _("Registered events are not all events: table 3.5, where there is one, shows an estimate of all."),
        _("Not stated are shared out like those stated; table 3.4 shows how many there were."),
        _("Tables are numbered after the sections of Production of a Vital Statistics Report: Guide (2020), "
          "by Vital Strategies, ECA, ESCAP and Statistics Norway. Late registration: United Nations, "
          "Principles and Recommendations for a Vital Statistics System, Revision 3 (2014), paragraphs "
          "356-373."),
        *notes,
    ]  # fmt: skip
    _write(sheet, 1, 1, _("Notes"), bold=True)
    sheet.column_dimensions["A"].width = 110
    for row, text in enumerate(said, start=3):
        from openpyxl.styles import Alignment

        _write(sheet, row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")


def _write(
    sheet: Worksheet, row: int, column: int, value: Any, *, bold: bool = False, percent: bool = False
) -> Any:
    from openpyxl.styles import Font

    if isinstance(value, np.generic):
        value = value.item()
    cell: Any = sheet.cell(row, column)
    if value is None or value is pd.NA or value != value:
        cell.value = ".."  # not available, as the United Nations write it
    else:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # a place that begins with = is a name, and no formula
    if isinstance(value, float):
        cell.number_format = _PERCENT if percent else _RATE
    elif isinstance(value, int) and not (column == 1 or row == 4):  # years take no mark of thousands
        cell.number_format = _WHOLE
    if bold:
        cell.font = Font(bold=True)
    return cell


def _print_on_one_page(sheet: Worksheet) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "4:4"
