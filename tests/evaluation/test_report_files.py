"""What `bordercourse report` writes: pages that load nothing, tables in which no cell starts a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bordercourse.cli import main
from bordercourse.course.answers import sheet_text
from bordercourse.errors import InputError
from bordercourse.evaluation.class_results import class_results, unmarked
from bordercourse.evaluation.instructor_page import instructor_summary, instructor_tables
from bordercourse.evaluation.marks_out import marks_rows
from bordercourse.evaluation.moodle_marks import fill_moodle
from bordercourse.evaluation.report import cohort, public_report
from bordercourse.evaluation.report_pages import report_csv, report_page, report_workbook
from bordercourse.evaluation.safe_cells import csv_text, safe_cell, workbook_bytes
from bordercourse.grading.record.gradebook import mend_gradebook
from bordercourse.grading.record.steps import without_session_warnings

from .simulated_class import COUNTRIES, NAMES, simulated

ON = date(2026, 3, 6)
CLASS = simulated(40, 1)
HOSTILE_TITLE = "=cmd|' /C calc'!A0 <script>alert(1)</script> សុខា"


class Page(HTMLParser):
    """The parts of a page that a test looks at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def public_page() -> str:
    report = public_report(cohort([CLASS]), HOSTILE_TITLE)
    return report_page(report.title, report.summary, report.tables, on=ON)


def instructor_page() -> str:
    return report_page("Class", instructor_summary(CLASS), instructor_tables(CLASS), on=ON, private=True)


@pytest.mark.parametrize("make", [public_page, instructor_page])
def test_a_page_loads_nothing_and_runs_nothing(make: object) -> None:
    html = make()  # type: ignore[operator]
    page = Page(html)
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _a in page.tags}
    sources = [a["src"] for tag, a in page.tags if tag == "img"]
    assert all((source or "").startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"https?://|url\((?!data:)", html.replace("http-equiv", ""))
    assert "<script>alert(1)</script>" in page.text  # as text, where a title or a name holds it


@pytest.mark.parametrize("make", [public_page, instructor_page])
def test_a_page_reads_aloud(make: object) -> None:
    page = Page(make())  # type: ignore[operator]
    assert ("html", {"lang": "en"}) in page.tags
    assert [tag for tag, _a in page.tags].count("h1") == 1
    names = {a["id"] for tag, a in page.tags if tag == "h2" and "id" in a}
    regions = [a for tag, a in page.tags if a.get("role") == "region"]
    assert regions
    assert all(a["aria-labelledby"] in names for a in regions)
    assert all(a.get("scope") in ("col", "row") for tag, a in page.tags if tag == "th")
    assert all(len(a["alt"] or "") > 60 for tag, a in page.tags if tag == "img")


def test_the_public_page_names_nobody() -> None:
    report = public_report(cohort([CLASS]), "Report")
    written = [
        Page(report_page(report.title, report.summary, report.tables, on=ON)).text,
        report_csv(report.summary, report.tables),
    ]
    for text in written:
        for person in CLASS.people:
            assert person.name not in text
            assert not re.search(rf"\b{person.id}\b", text)
            assert person.email not in text


def test_figures_say_no_more_than_the_tables() -> None:
    page = Page(public_page())
    alts = " ".join(a["alt"] or "" for tag, a in page.tags if tag == "img")
    assert set(re.findall(r"\d+\.\d+", alts)) == set()


def test_the_instructors_page_holds_neither_checks_of_persons_nor_sex_nor_country() -> None:
    text = Page(instructor_page()).text
    assert "For the instructor only." in text
    assert not [country for country in COUNTRIES if country in text]
    assert "female" not in text
    (marks,) = [table for table in instructor_tables(CLASS) if table.name == "marks"]
    assert marks.heads == ("Name", "Identifier", "00", "01", "02")
    assert [row[0] for row in marks.rows] == sorted((row[0] for row in marks.rows), key=str.casefold)


def test_marks_are_those_of_the_gradebook_and_of_no_check() -> None:
    rows = marks_rows(CLASS)
    assert len(rows) == 41
    assert [str(head)[:2] for head in rows[0][3:]] == ["00", "01", "02"]
    for row in rows[1:]:
        for module, mark in zip(
            ("00-welcome", "01-civil-registration", "02-legal-identity"), row[3:], strict=True
        ):
            there = CLASS.handed_in.loc[str(row[0]), module]
            assert mark == (CLASS.points.loc[str(row[0]), module].sum() if there else None)


STARTS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", STARTS)
def test_no_cell_starts_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")
    (row,) = csv.reader(io.StringIO(csv_text([[text, 12.5, -1, "An"]]), newline=""))
    assert row[0].startswith("'")
    assert row[1:] == ["12.5", "-1", "An"]
    sheet = load_workbook(io.BytesIO(workbook_bytes([("=Marks[1]/2", [["name"], [text], [3]])]))).worksheets[
        0
    ]
    assert [cell.data_type for (cell,) in sheet.iter_rows()] == ["s", "s", "n"]
    assert str(sheet["A2"].value).startswith("'")


def test_a_workbook_of_the_report_holds_every_table() -> None:
    report = public_report(cohort([CLASS]), "Report")
    book = load_workbook(io.BytesIO(report_workbook(report.summary, report.tables)))
    assert book.sheetnames == ["Summary", *(table.title[:31] for table in report.tables)]
    for table, sheet in zip(report.tables, book.worksheets[1:], strict=True):
        assert [tuple(cell.value for cell in row) for row in sheet.iter_rows()] == [table.heads, *table.rows]


# --- Moodle -------------------------------------------------------------------------------------------

EXPORT = (
    '\ufeff"First name","Surname","ID number","Email address","Assignment: 00-welcome (Real)",'
    '"Assignment: 00-welcome (Feedback)","Quiz: other (Real)"\r\n'
    '"An","Nguyễn","st1","x@example.org","-","","7"\r\n'
    '"សុខា","ចាន់","","ST0@example.org","-","Kept","8"\r\n'
    '"=1+1","Somebody","st99","","-","","9"\r\n'
)


def test_an_export_of_moodle_is_filled_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text(EXPORT, encoding="utf-8", newline="")
    filled = fill_moodle(path, CLASS)
    before = list(csv.reader(io.StringIO(EXPORT.lstrip("\ufeff"), newline="")))
    after = list(csv.reader(io.StringIO(filled.text, newline="")))
    assert after[0] == before[0]
    for n, (row, person) in enumerate([(after[1], "st1"), (after[2], "st0")], start=1):
        there = CLASS.handed_in.loc[person, "00-welcome"]
        points = CLASS.points.loc[person, "00-welcome"].sum()
        assert row[4] == (f"{points:g}" if there else "-")
        assert row[:4] + row[6:] == before[n][:4] + before[n][6:]
    given = CLASS.points.loc["st1", "00-welcome"].sum()
    assert (
        after[1][5] == f"{given:g} of 4 points. Your feedback comes as a file."
    )  # Moodle takes both or none
    assert after[2][5] == "Kept"
    assert after[3] == ["'=1+1", "Somebody", "st99", "", "-", "", "9"]
    assert filled.filled == 2
    assert any("00 Welcome" in note and "4 points" in note for note in filled.notes)


@pytest.mark.parametrize("text", ["", "id,name\nst1,An\n", "ID number,Quiz: other (Real)\nst1,-\n"])
def test_what_is_no_export_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "grades.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no column for people or none for an exercise"):
        fill_moodle(path, CLASS)


# --- from a gradebook ---------------------------------------------------------------------------------

SOURCE = """exercise.choice("a1-word", "Which?", {"a": "this", "b": "that", "z": "I do not know"})"""
KEY = """exercise.mark_choice("a1-word", key="b", hints={"z": "Lesson 00-welcome teaches this."})"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of twelve people with one exercise; one answered nothing, and one memo waits."""
    from nbgrader.api import Gradebook

    root = tmp_path / "class" / "course"
    module = "00-welcome"
    (root / "source" / module).mkdir(parents=True)
    cells = [{"cell_type": "code", "source": text} for text in (SOURCE, KEY)]
    (root / "source" / module / f"{module}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    mend_gradebook(root / "gradebook.db")
    with without_session_warnings(), Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        book.add_assignment(module)
        book.add_notebook(module, module)
        book.add_grade_cell("a1-word", module, module, max_score=4, cell_type="code")
        book.add_grade_cell("d-memo", module, module, max_score=6, cell_type="markdown")
        for n in range(12):
            book.add_student(f"st{n}", last_name=NAMES[n % len(NAMES)])
            if n == 11:
                continue
            book.add_submission(module, f"st{n}")
            grade = book.find_grade("a1-word", module, module, f"st{n}")
            grade.auto_score, grade.needs_manual_grade = (4.0 if n % 2 else 0.0), False
            memo = book.find_grade("d-memo", module, module, f"st{n}")
            memo.manual_score = None if n == 0 else 3.0
            memo.needs_manual_grade = n == 0
            folder = root / "submitted" / f"st{n}" / module
            folder.mkdir(parents=True)
            answers = {"a1-word": "b" if n % 2 else "a"}
            (folder / "answers.json").write_text(sheet_text(module, answers), encoding="utf-8")
        book.db.commit()
    return root


def test_results_are_those_of_gradebook_and_sheets(course: Path) -> None:
    (course / "roster.csv").write_text("id,name,sex\nST1,An,F\nst50,Nobody yet,M\n", encoding="utf-8")
    results = class_results(course)
    assert results.name == "class"
    assert [one.id for one in results.people] == ["ST1", "st50", *(f"st{n}" for n in (0, 10, *range(2, 10)))]
    assert results.handed_in["00-welcome"].sum() == 11
    assert not results.handed_in.loc["st50", "00-welcome"]
    scores = results.scores("00-welcome")
    assert scores["ST1"] == pytest.approx(7 / 10)
    assert scores["st0"] == 0  # of the points that were marked
    assert scores["st2"] == pytest.approx(3 / 10)
    assert unmarked(results) == 1
    assert results.chosen.loc["ST1", ("00-welcome", "a1-word")] == "b"
    asked = results.asked["00-welcome", "a1-word"]
    assert (asked.key, asked.lesson, asked.options["a"]) == ("b", "00-welcome", "this")


def test_the_command(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--course", str(course), "--title", HOSTILE_TITLE]) == 0
    out = capsys.readouterr().out
    assert "Public report, without names:" in out
    names = {str(path.relative_to(course / "report")) for path in (course / "report").rglob("*.*")}
    assert names == {
        "published.json",
        *(f"public/report.{kind}" for kind in ("html", "csv", "xlsx")),
        *(f"instructor/{name}" for name in ("instructor.html", "marks.csv", "marks.xlsx")),
    }
    page = Page((course / "report" / "public" / "report.html").read_text(encoding="utf-8")).text
    assert "11 of 12 people took part" in page
    assert (course / "report" / "instructor").stat().st_mode & 0o077 == 0
    sheet = load_workbook(course / "report" / "instructor" / "marks.xlsx").worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert main(["report", "--course", str(course), "--course", str(course)]) == 2


def test_a_long_text_has_room_for_its_lines() -> None:
    book = load_workbook(io.BytesIO(workbook_bytes([("Summary", [["Summary"], ["short"], ["word " * 30]])])))
    heights = [book.worksheets[0].row_dimensions[row].height for row in (1, 2, 3)]
    assert heights == [15, 15, 45]  # 150 letters in a column of 60
