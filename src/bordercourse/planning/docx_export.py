"""A plan as a DOCX file, for Word and LibreOffice, by python-docx.

The file says of itself only its title, language and day: no author, no program, no machine.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from bordercourse.i18n import language
from bordercourse.inputs import checked
from bordercourse.planning.country_plan import PLAN, CountryPlan
from bordercourse.planning.plan_document import PlanPart, parts_of, small_print, state_of, title_of

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["plan_docx"]

_INK, _QUIET, _TEAL, _NAVY, _SAND, _LINE = (
    "1F2A30",
    "566069",
    "1F5F63",
    "33475B",
    "F8F3EA",
    "D9CFBD",
)  # course.css
_LATIN, _COMPLEX = "Segoe UI", "Leelawadee UI"  # every Windows has both; the second draws Thai, Khmer and Lao
_WIDTH = 17.4  # cm between the margins
_ONE_PAGE = 2_000  # characters; a longer row has to go on over the page
_STYLES = {
    "Normal": (10, _INK),
    "Title": (22, _NAVY),
    "Heading 1": (14, _TEAL),
    "Caption": (8.5, _QUIET),
    "Footer": (8, _QUIET),
}


@checked(plan=PLAN)
def plan_docx(plan: CountryPlan) -> bytes:
    """Return the plan as a DOCX file.

    Parameters
    ----------
    plan : CountryPlan
        The plan, whole or not: what is open is listed.

    Examples
    --------
    >>> plan_docx(CountryPlan())[:2]
    b'PK'
    """
    import docx
    from docx.shared import Cm

    document = docx.Document()
    _describe(document, plan)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.8)
    _dress(document)
    document.add_paragraph(title_of(plan), style="Title")
    document.add_paragraph().add_run(state_of(plan)).bold = True
    for part in parts_of(plan):
        _add(document, part)
    section.footer.paragraphs[0].text = small_print(plan)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: Document, plan: CountryPlan) -> None:
    known = document.core_properties
    known.title, known.language = title_of(plan)[:250], language() or "en"
    known.author = known.last_modified_by = known.comments = known.keywords = ""
    known.created = known.modified = dt.datetime.combine(plan.written, dt.time())


def _dress(document: Document) -> None:
    """The look of the course; letters of Thai and Khmer take the font and size for complex scripts."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, (size, colour) in _STYLES.items():
        style: Any = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
        style.font.italic = False
        style.font.bold = name == "Heading 1"
        letters = style.element.get_or_add_rPr()
        for complex_size in letters.findall(qn("w:szCs")):
            letters.remove(complex_size)
        letters.find(qn("w:sz")).addnext(_element("szCs", val=str(round(2 * size))))
        fonts = letters.get_or_add_rFonts()
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
        for kind, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", _LATIN), ("cs", _COMPLEX)):
            fonts.set(qn(f"w:{kind}"), font)
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), language() or "en-GB")
        spoken.set(qn("w:bidi"), "km-KH")
    lines: Any = document.styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
    if lines is not None:  # the line below the title, in the colour of the course
        for line in lines:
            for key in [key for key in line.attrib if "theme" in key]:
                del line.attrib[key]
            line.set(qn("w:color"), _TEAL)
            line.set(qn("w:sz"), "24")


def _add(document: Document, part: PlanPart) -> None:
    from docx.shared import Cm

    document.add_paragraph(part.heading, style="Heading 1")
    table: Any = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    widths = (part.first * _WIDTH, (1 - part.first) * _WIDTH)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    properties = table._tbl.tblPr
    properties.append(_element("tblCaption", val=part.heading))
    properties.append(_element("tblDescription", val=" | ".join(part.heads)))
    _line(properties)
    for n, (label, text) in enumerate([part.heads, *part.rows]):
        row = table.add_row()
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
        if part.room and n:
            row.height = Cm(1)
        row.cells[0].paragraphs[0].add_run(label).bold = True
        row.cells[1].paragraphs[0].add_run(text).bold = n == 0 or None
        _shade(row.cells[0])
        marks = row._tr.get_or_add_trPr()
        if len(text) < _ONE_PAGE:
            marks.append(_element("cantSplit"))
        if n == 0:
            _shade(row.cells[1])
            marks.append(_element("tblHeader"))  # repeated on each page, and read aloud as the heads
    document.add_paragraph(part.note, style="Caption")


def _line(properties: Any) -> None:
    borders = _element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(side, val="single", sz="4", space="0", color=_LINE))
    properties.find("{*}tblLayout").addprevious(borders)


def _shade(cell: Any) -> None:
    cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=_SAND))


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
