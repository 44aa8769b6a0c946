"""A plan's documents: both say the same, open in every program, and nothing that is typed breaks them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.lessons import action_plan
from bordercourse.planning import CANNOT_SEE, FIELDS, CountryPlan, harm_checklist, plan_docx, plan_page
from bordercourse.planning.plan_document import clean, parts_of, title_of

WHOLE = action_plan.example_plan()
HOSTILE = [
    '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "</td></tr></table></style>&amp;&lt;",
    '=HYPERLINK("http://x")',
    "{{ 7 * 7 }} {title} %s",
    "សូមចុះឈ្មោះ កុំ​ភ្លេច แม่ของเด็ก đăng ký khai sinh 👩🏽‍🤝‍👩🏻 😀",
    "a\x00b\x07c\x0bd\x1be\x85f\ud83dg\ufffeh\uffff",
    "evil\u202egnp.exe\u2066\u2069",
    "x" * 10_000,
    "word " * 2_000,
    "line\nline\r\nline\u2028line",
]


def filled(text: str) -> CountryPlan:
    return replace(WHOLE, lines=dict.fromkeys(FIELDS, text))


def read(plan: CountryPlan) -> Any:
    return docx.Document(io.BytesIO(plan_docx(plan)))


def local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def words_of(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: ascii(t[:12]))
def test_nothing_that_is_typed_breaks_a_document(text: str) -> None:
    plan = filled(text)
    page, document = BeautifulSoup(plan_page(plan), "html.parser"), read(plan)
    shown = words_of(clean(text))
    assert [h.get_text() for h in page.find_all("h2")] == [part.heading for part in parts_of(plan)]
    assert not page.find_all(["script", "img", "a", "iframe"])
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert sum(words_of(cell) == shown for cell in cells) >= len(FIELDS) - 1  # the country is the title
    tds = [words_of(td.get_text()) for td in page.find_all("td")]
    assert tds.count(shown) >= len(FIELDS) - 1


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_any_text_opens_again(text: str) -> None:
    plan = CountryPlan(lines={"country": text, "owner": text}, written=WHOLE.written)
    assert read(plan).paragraphs[0].text.split() == title_of(plan).split()
    assert words_of(BeautifulSoup(plan_page(plan), "html.parser").h1.get_text()) == words_of(title_of(plan))


def test_what_stops_a_plan_stands_above_its_first_line() -> None:
    words = "A draft. 2 points are still open. The checklist says stop to 1 point: do not begin before it is"
    assert BeautifulSoup(plan_page(WHOLE), "html.parser").header.p.get_text().startswith(words)
    assert read(WHOLE).paragraphs[1].text.startswith(words)


def test_both_documents_say_the_same() -> None:
    page = BeautifulSoup(plan_page(WHOLE), "html.parser")
    in_page = [[c.get_text() for c in row.find_all(["th", "td"])] for row in page.find_all("tr")]
    in_word = [[c.text for c in row.cells] for table in read(WHOLE).tables for row in table.rows]
    assert in_page == in_word


@pytest.mark.parametrize("plan", [WHOLE, CountryPlan()], ids=["whole", "empty"])
def test_the_caution_of_evidence_the_checklist_and_its_limits_are_always_there(plan: CountryPlan) -> None:
    text = BeautifulSoup(plan_page(plan), "html.parser").get_text()
    assert all(one.caution in text and one.source in text for one in plan.evidence)
    assert all(question in text for question in harm_checklist().questions.values())
    assert CANNOT_SEE in text
    assert "no official plan of a country, and no publication of IOM" in text
    assert "this course's choice: no standard sets it" in text


def test_the_page_stands_alone_and_prints_on_a4() -> None:
    html = plan_page(WHOLE)
    policy = BeautifulSoup(html, "html.parser").find("meta", {"http-equiv": "Content-Security-Policy"})[
        "content"
    ]
    assert policy.startswith("default-src 'none'")
    assert "size: A4" in html
    assert not re.search(r'(?:src|href)\s*=|url\((?!"?data:)|@import', html)
    assert '<html lang="en">' in html
    for table in BeautifulSoup(html, "html.parser").find_all("table"):
        assert [th.get("scope") for th in table.thead.find_all("th")] == ["col", "col"]
        assert all(row.find("th")["scope"] == "row" for row in table.tbody.find_all("tr"))


def test_the_word_file_is_built_for_screen_readers_and_for_every_script() -> None:
    document = read(WHOLE)
    assert document.paragraphs[0].style.name == "Title"
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [part.heading for part in parts_of(WHOLE)]
    for table in document.tables:
        first = table.rows[0]._tr.trPr
        assert first.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) in headings
        assert table._tbl.tblPr.find(qn("w:tblDescription")) is not None
    for name in ("Normal", "Title", "Heading 1", "Caption"):
        letters = document.styles[name].element.rPr
        fonts = letters.find(qn("w:rFonts"))
        assert fonts.get(qn("w:cs")) == "Leelawadee UI"
        assert fonts.get(qn("w:ascii")) == "Segoe UI"
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
        assert letters.find(qn("w:szCs")).get(qn("w:val")) == letters.find(qn("w:sz")).get(qn("w:val"))
    languages = {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_the_word_file_tells_no_author_and_no_machine() -> None:
    known = read(WHOLE).core_properties
    assert (known.author, known.last_modified_by, known.comments) == ("", "", "")
    assert known.created.date() == WHOLE.written
    with zipfile.ZipFile(io.BytesIO(plan_docx(WHOLE))) as parts:
        assert not [name for name in parts.namelist() if name.endswith((".bin", ".vml"))]
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                parse_xml(parts.read(name))  # each part is well formed
                assert b'TargetMode="External"' not in parts.read(name), name


def test_table_properties_stand_in_the_order_that_word_demands() -> None:
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblLook", "tblCaption", "tblDescription"]
    rows = {"cantSplit", "trHeight", "tblHeader"}  # these may stand in any order
    for table in read(WHOLE).tables:
        names = [local(one) for one in table._tbl.tblPr]
        assert names == [name for name in order if name in names]
        for row in table.rows:
            assert {local(one) for one in row._tr.trPr} <= rows
            for cell in row.cells:
                inside = [local(one) for one in cell._tc.tcPr]
                assert inside == [name for name in ("tcW", "shd") if name in inside]
