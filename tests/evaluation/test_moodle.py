"""What goes to Moodle: marks in the teacher's own files, and the knowledge checks as its importer reads them.

The forms are those that Moodle's own source reads: mod/assign/feedback/offline/importgradeslib.php for the
worksheet, question/format/xml/format.php for the questions. No Moodle runs here.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bordercourse.cli import main
from bordercourse.errors import InputError
from bordercourse.evaluation.class_results import ClassResults, asked_questions
from bordercourse.evaluation.moodle_marks import fill_moodle
from bordercourse.evaluation.moodle_questions import CHECKS, moodle_questions

from .simulated_class import simulated

CLASS = simulated(40, 1)
COURSE = Path(__file__).resolve().parents[2] / "exercises"
ANSWERS = Path(__file__).resolve().parents[1] / "answers"
MODULE = "00-welcome"

# As Moodle 4 writes it, with the columns of an assignment that takes online text.
HEADS = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Online text,Last modified (grade),Feedback comments"
)
DAY = '"Sunday, 1 March 2026, 9:05 AM"'
WORKSHEET = (
    f"{HEADS}\n"
    f'Participant 1201,"Nguyễn An",st1,x@example.org,Submitted,,4.00,Yes,{DAY},"<p>two\nlines</p>",-,\n'
    f"Participant 1202,សុខា ចាន់,,ST0@example.org,No submission,,4.00,Yes,-,,{DAY},Well read\n"
    f"Participant 1203,Not Ours,st99,,No submission,,4.00,Yes,-,,-,\n"
    f"Participant 1204,Locked One,st2,,No submission,2.00,4.00,No,-,,-,\n"
)
GRADE, COMMENT = 5, 11


def written(folder: Path, text: str, name: str = "Grades-C1-00-welcome-77.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def points(person: str, results: ClassResults = CLASS) -> float:
    assert results.handed_in.loc[person, MODULE], "the simulated person handed in"
    return float(results.points.loc[person, MODULE].sum())


def test_a_worksheet_gets_grade_and_feedback_together_and_nothing_else_changes(tmp_path: Path) -> None:
    filled = fill_moodle(written(tmp_path, WORKSHEET), CLASS)
    before, after = rows(WORKSHEET), rows(filled.text)
    assert after[0] == before[0]
    for old, new in zip(before, after, strict=True):
        kept = [n for n in range(len(old)) if n not in (GRADE, COMMENT)]
        assert [new[n] for n in kept] == [old[n] for n in kept]
    assert after[1][GRADE] == f"{points('st1'):g}"
    assert after[1][COMMENT] == f"{points('st1'):g} of 4 points. Your feedback comes as a file."
    assert after[2][GRADE] == f"{points('st0'):g}"
    assert after[2][COMMENT] == "Well read", "the teacher's own words stay"
    assert after[3] == before[3]
    assert after[4] == before[4], "Moodle would leave it out without a word"
    assert filled.filled == 2
    assert "In the file, and not in the class: Not Ours." in filled.notes
    assert "Moodle lets nobody change this mark: Locked One." in filled.notes
    (absent,) = [note for note in filled.notes if note.startswith("Handed in, and not in the file")]
    assert absent.count(",") > 10


def test_what_was_filled_can_be_filled_again(tmp_path: Path) -> None:
    once = fill_moodle(written(tmp_path, WORKSHEET), CLASS)
    again = fill_moodle(written(tmp_path, once.text), CLASS)
    assert again.text == once.text


def test_a_person_whose_memo_waits_gets_no_mark_yet(tmp_path: Path) -> None:
    table = CLASS.points.copy()
    table.loc["st1", table[[MODULE]].columns[-1]] = float("nan")
    filled = fill_moodle(written(tmp_path, WORKSHEET), replace(CLASS, points=table))
    assert rows(filled.text)[1][GRADE] == ""
    assert rows(filled.text)[1][COMMENT] == ""
    assert "A memo waits for its mark, so no mark was written: Nguyễn An." in filled.notes


def test_two_rows_of_one_person_are_not_both_filled(tmp_path: Path) -> None:
    line = (
        WORKSHEET.split("\n")[-2].replace("st2", "st1").replace(",No,", ",Yes,").replace("Locked", "Second")
    )
    filled = fill_moodle(written(tmp_path, f"{WORKSHEET}{line}\n"), CLASS)
    assert rows(filled.text)[-1][GRADE] == "2.00"
    assert any("not in the class: Not Ours, Second One" in note for note in filled.notes)


@pytest.mark.parametrize(
    ("text", "name", "exercise", "problem"),
    [
        (
            WORKSHEET.replace("4.00", "100.00"),
            "Grades-C1-00-welcome-77.csv",
            "",
            "gives 100.00, and 00 Welcome",
        ),
        (WORKSHEET.replace("4.00", "A B C"), "Grades-C1-00-welcome-77.csv", "", "gives A B C"),
        (WORKSHEET, "Grades.csv", "", "not clear for which exercise"),
        (WORKSHEET, "Grades.csv", "77", "not clear for which exercise"),
        (
            WORKSHEET.replace("ID number", "Group").replace("Email address", "City"),
            "x-00-welcome.csv",
            "",
            "people",
        ),
    ],
)
def test_a_worksheet_that_moodle_would_half_read_is_refused(
    tmp_path: Path, text: str, name: str, exercise: str, problem: str
) -> None:
    with pytest.raises(InputError, match=re.escape(problem)):
        fill_moodle(written(tmp_path, text, name), CLASS, exercise=exercise)


@pytest.mark.parametrize("maximum", ["4", "4,00", "4.000", ""])
def test_points_are_read_with_either_comma(tmp_path: Path, maximum: str) -> None:
    given = f'"{maximum}"' if "," in maximum else maximum
    path = written(tmp_path, WORKSHEET.replace("4.00", given), "Grades.csv")
    assert fill_moodle(path, CLASS, exercise="00").filled == 2


def test_a_worksheet_without_comments_says_so(tmp_path: Path) -> None:
    text = "".join(
        f"{','.join(line[:-1])}\r\n"
        for line in csv.reader(["Identifier,ID number,Grade,Feedback comments", "Participant 1,st1,,"])
    )
    filled = fill_moodle(written(tmp_path, text), CLASS)
    assert rows(filled.text) == [
        ["Identifier", "ID number", "Grade"],
        ["Participant 1", "st1", f"{points('st1'):g}"],
    ]
    assert any("no feedback comments" in note for note in filled.notes)


# --- the knowledge checks -----------------------------------------------------------------------------


def text_at(node: ElementTree.Element, path: str) -> str:
    found = node.find(f"{path}/text" if path else "text")
    return (found.text or "").strip() if found is not None else ""


def as_moodle_reads(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The category and the questions, as Moodle's importer takes them from the tree."""
    assert text.startswith("<?xml"), "a first line that is anything else confuses Moodle's parser"
    quiz = ElementTree.fromstring(text.encode())
    assert quiz.tag == "quiz"
    category, *questions = quiz.findall("question")
    assert category.get("type") == "category"
    found = []
    for node in questions:
        assert node.get("type") == "multichoice"
        formats = {
            part.get("format") for part in node.iter() if part.tag in ("questiontext", "answer", "feedback")
        }
        assert formats == {"html"}
        found.append(
            {
                "name": text_at(node, "name"),
                "text": text_at(node, "questiontext"),
                "single": node.findtext("single") not in ("false", "0", "", None),
                "shuffle": node.findtext("shuffleanswers") not in ("false", "0", "", None),
                "numbering": node.findtext("answernumbering"),
                "answers": [text_at(one, "") for one in node.findall("answer")],
                "fractions": [float(one.get("fraction", 0)) / 100 for one in node.findall("answer")],
                "feedback": [text_at(one, "feedback") for one in node.findall("answer")],
            }
        )
    return text_at(category, "category"), found


@pytest.mark.parametrize("check", CHECKS)
def test_moodle_reads_every_question_of_a_check_with_its_key(check: str) -> None:
    text = moodle_questions(COURSE, check)
    category, questions = as_moodle_reads(text)
    assert category.startswith("$course$/top/bordercourse/")
    asked = asked_questions(COURSE / "source" / check / f"{check}.ipynb")
    assert len(questions) == len(asked) == 20
    assert len({one["name"] for one in questions}) == 20
    for question, source in zip(questions, asked.values(), strict=True):
        assert html.unescape(question["text"]) == source.text
        assert [html.unescape(one) for one in question["answers"]] == list(source.options.values())
        assert sorted(question["fractions"]) == [0, 0, 0, 0, 1]
        assert list(source.options)[question["fractions"].index(1)] == source.key
        assert (question["single"], question["shuffle"], question["numbering"]) == (True, False, "none")
        assert all(question["feedback"])
        assert "do not know" in question["answers"][-1]
    assert text.count("<![CDATA[") == 20 * (1 + 5 + 5)


@pytest.mark.parametrize("check", CHECKS)
def test_the_key_of_the_file_is_the_model_answer(check: str) -> None:
    """The answer that Moodle counts is the one for which the rehearsal gets all points."""
    model = tomllib.loads((ANSWERS / check / "answers.toml").read_text(encoding="utf-8"))
    right = {name: one["model"] for name, one in model.items() if name.startswith("q")}
    _category, questions = as_moodle_reads(moodle_questions(COURSE, check))
    asked = asked_questions(COURSE / "source" / check / f"{check}.ipynb")
    counted = {
        one["name"].removeprefix(f"{check} "): list(source.options)[one["fractions"].index(1)]
        for one, source in zip(questions, asked.values(), strict=True)
    }
    assert counted == right


HOSTILE = (
    """exercise.choice("q", "Is 1 < 2 ]]> <script>alert(1)</script> & 'so'?\\nSay.", """
    """{"a": "<b>yes</b>", "b": "no"})"""
)
KEY = """exercise.mark_choice("q", key="a", hints={"b": "]]>"})"""


def source(folder: Path, *cells: str) -> Path:
    notebook = folder / "source" / "check-before" / "check-before.ipynb"
    notebook.parent.mkdir(parents=True)
    content = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    notebook.write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_what_stands_in_a_question_is_text_and_no_markup(tmp_path: Path) -> None:
    _category, (question,) = as_moodle_reads(moodle_questions(source(tmp_path, HOSTILE, KEY), "check-before"))
    assert "<script" not in question["text"]
    assert html.unescape(question["text"]) == "Is 1 < 2 ]]> <script>alert(1)</script> & 'so'?<br>Say."
    assert question["answers"][0] == "&lt;b&gt;yes&lt;/b&gt;"
    assert question["feedback"][1] == "Not right. ]]&gt;"


def test_a_question_without_one_key_is_no_question_for_moodle(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="q has no single right answer"):
        moodle_questions(source(tmp_path, HOSTILE), "check-before")


def test_the_command_writes_both_checks_and_says_that_they_show_the_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "for Moodle"
    assert main(["report", "--course", str(COURSE), "--moodle-questions", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "For the instructor only" in said
    assert "shows the right answers" in said
    assert sorted(path.name for path in folder.iterdir()) == ["check-after.xml", "check-before.xml"]
    (tmp_path / "course" / "source").mkdir(parents=True)
    (tmp_path / "course" / "nbgrader_config.py").write_text("", encoding="utf-8")
    assert main(["report", "--course", str(tmp_path / "course"), "--moodle-questions", str(folder)]) == 2
    assert "Only an installation with the sources knows the key" in capsys.readouterr().err
