"""``bordercourse report``: what a class did and learned, for those who paid and for the instructor."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.evaluation.class_results import ClassResults, class_results
from bordercourse.evaluation.instructor_page import instructor_summary, instructor_tables
from bordercourse.evaluation.marks_out import marks_rows
from bordercourse.evaluation.moodle_marks import fill_moodle
from bordercourse.evaluation.moodle_questions import CHECKS, moodle_questions
from bordercourse.evaluation.publishing import fingerprint, may_publish, note_published
from bordercourse.evaluation.reaction_table import reaction_table, read_reactions
from bordercourse.evaluation.report import cohort, public_report
from bordercourse.evaluation.report_pages import report_csv, report_page, report_workbook
from bordercourse.evaluation.roster_command import course_folder
from bordercourse.evaluation.safe_cells import csv_text, workbook_bytes
from bordercourse.files import why_not_written, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["main", "write_reports"]


def write_reports(
    courses: Sequence[Path],
    title: str,
    *,
    on: date,
    moodle: Path | None = None,
    exercise: str = "",
    reactions: Path | None = None,
    replace: bool = False,
) -> list[str]:
    """Write the public report of all classes together, and each class's page and marks for its instructor.

    Parameters
    ----------
    courses : sequence of path
        The courses; the public report goes into the first one's folder ``report/public``.
    title : str
        The heading of the public page.
    on : datetime.date
        The day of the report.
    moodle : path, optional
        A gradebook export or a grading worksheet of Moodle to write marks into; for one class.
    exercise : str
        The exercise that a worksheet is for.
    reactions : path, optional
        The folder with the anonymous forms of the days.
    replace : bool
        Whether earlier public pages about these people were taken back.

    Returns
    -------
    list of str
        What was written and what to know, a line each. A line that begins with "! " needs a person.

    Raises
    ------
    InputError
        If a course, its roster or the export cannot be read, or a file cannot be written.
    """
    classes = [class_results(course) for course in courses]
    said = () if reactions is None else (reaction_table(read_reactions(reactions)),)
    lines: list[str] = []
    for course, one in zip(courses, classes, strict=True):
        lines += _for_instructor(course / "report" / "instructor", one, moodle, exercise, on)
    try:
        current = fingerprint(classes)
        report = public_report(cohort(classes), title)
        may_publish(courses, current, replace=replace)
    except InputError as error:
        return [*lines, "! " + _("No public report: {why}").format(why=error)]
    tables = (*report.tables, *(table for table in said if table.rows))
    folder = courses[0] / "report" / "public"
    _write(
        folder,
        {
            "report.html": report_page(report.title, report.summary, tables, on=on),
            "report.csv": report_csv(report.summary, tables),
            "report.xlsx": report_workbook(report.summary, tables),
        },
    )
    note_published(courses, current)
    return [*lines, _("Public report, without names: {folder}").format(folder=folder)]


def _for_instructor(
    folder: Path, results: ClassResults, moodle: Path | None, exercise: str, on: date
) -> list[str]:
    heading = _("Class {name}").format(name=results.name)
    marks = marks_rows(results)
    files: dict[str, str | bytes] = {
        "instructor.html": report_page(
            heading, instructor_summary(results), instructor_tables(results), on=on, private=True
        ),
        "marks.csv": "\ufeff" + csv_text(marks),
        "marks.xlsx": workbook_bytes([(_("Marks"), marks)]),
    }
    lines = [_("For the instructor only, with names: {folder}").format(folder=folder)]
    if moodle is not None:
        filled = fill_moodle(moodle, results, exercise=exercise)
        files["moodle.csv"] = filled.text
        lines += [_("moodle.csv: {n} marks written.").format(n=filled.filled), *filled.notes]
    _write(folder, files, private=True)
    return lines


def _write(folder: Path, files: dict[str, str | bytes], *, private: bool = False) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if private:
            with suppress(OSError):  # on Windows the folder's own rights hold
                folder.chmod(0o700)
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise InputError(str(folder), *why_not_written(error)) from None


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse report``; return 1 if there is no public report."""
    parser = argparse.ArgumentParser(
        prog="bordercourse report",
        description=_(
            "Write what a class did and learned: a public page without names (HTML, CSV, Excel), and a page "
            "with names and marks for its instructor. Small classes are reported together."
        ),
        epilog=_("Exit status: 0 written, 1 no public report, 2 nothing was started."),
    )
    parser.add_argument(
        "--course",
        type=Path,
        action="append",
        metavar="DIR",
        help=_("the nbgrader course; several are reported together"),
    )
    parser.add_argument("--title", default=_("Report of the masterclass"), help=_("the page's heading"))
    parser.add_argument(
        "--moodle",
        type=Path,
        metavar="FILE",
        help=_("write marks into this gradebook export or grading worksheet of Moodle"),
    )
    parser.add_argument(
        "--exercise", default="", metavar="NN", help=_("the exercise that the grading worksheet is for")
    )
    parser.add_argument(
        "--moodle-questions",
        type=Path,
        metavar="DIR",
        help=_("write the knowledge checks as questions for Moodle, with the key, and nothing else"),
    )
    parser.add_argument(
        "--reactions", type=Path, metavar="DIR", help=_("the folder with the anonymous forms of the days")
    )
    parser.add_argument(
        "--replace", action="store_true", help=_("the earlier public page was taken back from everybody")
    )
    options = parser.parse_args(argv)
    courses = [course_folder(one) for one in options.course or [None]]
    if len({one.resolve() for one in courses}) < len(courses):
        raise InputError("--course", _("one course stands there twice."), _("Name each once."))
    if options.moodle and len(courses) > 1:
        raise InputError("--moodle", _("it is for one class."), _("Run it for each class."))
    if options.moodle_questions:
        return _write_questions(courses[0], options.moodle_questions)
    lines = write_reports(
        courses,
        options.title,
        on=date.today(),
        moodle=options.moodle,
        exercise=options.exercise,
        reactions=options.reactions,
        replace=options.replace,
    )
    for line in lines:
        print(line.removeprefix("! "))
    return 1 if any(line.startswith("! ") for line in lines) else 0


def _write_questions(course: Path, folder: Path) -> int:
    files: dict[str, str | bytes] = {}
    for check in CHECKS:
        files[f"{check}.xml"] = moodle_questions(course, check)
    _write(folder, files, private=True)
    print(_("For the instructor only: {folder} shows the right answers.").format(folder=folder))
    print(
        _(
            "In Moodle: Question bank, Import, Moodle XML. The checks measure the course: let the quiz count "
            "nothing, and look at the whole class only."
        )
    )
    return 0
