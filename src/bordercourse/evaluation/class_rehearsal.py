"""``bordercourse rehearse-class``: a whole class of invented people, from the roster to the certificates."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bordercourse.course import manifest
from bordercourse.errors import InputError
from bordercourse.evaluation.certifying import issue, key_path, replace_key
from bordercourse.evaluation.class_key import read_key
from bordercourse.evaluation.class_list import import_roster
from bordercourse.evaluation.class_results import class_results
from bordercourse.evaluation.report_command import write_reports
from bordercourse.evaluation.roster_file import read_roster_file
from bordercourse.evaluation.safe_cells import csv_text
from bordercourse.files import write_whole
from bordercourse.grading.rehearsal.rehearse import RehearsedHandIn, rehearse
from bordercourse.i18n import gettext as _

__all__ = ["main", "play_class", "roster_rows"]

# Invented people of five countries, in the letters that they write.
_NAMES = {
    "Cambodia": ("សុខា ចាន់", "ស្រីពៅ លី", "វិសាល កែវ"),
    "Indonesia": ("Sari Wulandari", "Budi Santoso", "Made Ayu"),
    "Malaysia": ("Siti Aminah", "Ahmad Faiz", "Tan Mei Ling"),
    "Thailand": ("สมชาย ใจดี", "อรุณี แสงทอง", "นภา ศรีสุข"),
    "Viet Nam": ("Nguyễn Thị Hoà", "Trần Văn Bình", "Lê Ngọc Ánh"),
}
CHECKS = ("check-before", "check-after")


def roster_rows(identifiers: Sequence[str]) -> list[list[str]]:
    """Return a roster of invented people for the identifiers of a rehearsal, heads first.

    Parameters
    ----------
    identifiers : sequence of str
        Whose hand-ins were played.
    """
    rows = [["id", "name", "email", "country", "sex"]]
    countries = list(_NAMES)
    for n, one in enumerate(identifiers):
        country = countries[n % len(countries)]
        name = _NAMES[country][n // len(countries) % 3]
        rows.append([one, name, f"{one}@example.org", country, ("female", "male")[n // 5 % 2]])
    return rows


def play_class(
    checkout: Path, folder: Path, modules: Sequence[str], people: int
) -> tuple[list[RehearsedHandIn], list[str]]:
    """Play a class, and return what each hand-in got and what was written.

    Parameters
    ----------
    checkout : path
        The course's checkout: only that holds the answers to play with.
    folder : path
        Where the played course is left.
    modules : sequence of str
        Numbers and slugs; the two knowledge checks are added.
    people : int
        How many people hand in each.

    Returns
    -------
    list of RehearsedHandIn, list of str
        Each hand-in with its expected and given score, and the lines of roster, report and certificates.

    Raises
    ------
    InputError
        If the folder holds a course already, or there is no such module.
    """
    course = folder / "course"
    if course.exists():
        raise InputError(str(folder), _("it holds a course already."), _("Name a new folder."))
    source, answers = checkout / "exercises" / "source", checkout / "tests" / "answers"
    rows = rehearse(source, answers, [*modules, *CHECKS], count=people, keep=folder, out=sys.stderr)
    roster = folder / "class.csv"
    write_whole(roster, csv_text(roster_rows(list(dict.fromkeys(row.participant for row in rows)))))
    change = import_roster(read_roster_file(roster), course)
    lines = [_("Roster: {n} people.").format(n=len(change.new))]
    today = datetime.now(UTC).date()
    lines += write_reports([course], _("Rehearsal with invented people"), on=today)
    passphrase = secrets.token_urlsafe(16)  # nobody needs this key again
    replace_key(course / "certificates", passphrase, _("Rehearsal"), today)
    key = read_key(key_path(course / "certificates"), passphrase)
    lines += issue(class_results(course), course / "certificates", key, today)
    return rows, lines


def _checkout() -> Path:
    for folder in [Path.cwd(), *Path.cwd().parents, *Path(__file__).parents]:
        if (folder / "exercises" / "source").is_dir() and (folder / "tests" / "answers").is_dir():
            return folder
    raise InputError(
        _("this folder"),
        _("is not inside a checkout of the course."),
        _("Rehearse where exercises/source and tests/answers are."),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if a score is not what it must be, or there is no public report."""
    parser = argparse.ArgumentParser(
        prog="bordercourse rehearse-class",
        description=_(
            "Play a class of invented people from five countries: roster, hand-ins, grades, report, marks "
            "and certificates."
        ),
    )
    parser.add_argument("folder", type=Path, help=_("a new folder, where the played course is left"))
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=_("such as 00-welcome; all if left out"))
    parser.add_argument("--people", type=int, default=40, metavar="N", help=_("how many (default: 40)"))
    options = parser.parse_args(argv)
    if not 1 <= options.people <= 200:
        raise InputError("--people", _("must be from 1 to 200."), _("A class has 10 to 40."))
    modules = [manifest.module(name).slug for name in options.modules] or [m.slug for m in manifest.modules()]
    rows, lines = play_class(_checkout(), options.folder, modules, options.people)
    wrong = [row for row in rows if row.differences]
    print()
    for row in wrong:
        print(f"{row.module} {row.participant}: {'; '.join(row.differences)}")
    print(_("{n} hand-ins, {right} as expected.").format(n=len(rows), right=len(rows) - len(wrong)))
    for line in lines:
        print(line.removeprefix("! "))
    return 1 if wrong or any(line.startswith("! ") for line in lines) else 0
