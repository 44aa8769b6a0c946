"""``bordercourse roster``: who is in the class."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bordercourse.desk.places import default_workspace
from bordercourse.errors import InputError
from bordercourse.evaluation.class_list import RosterChange, import_roster
from bordercourse.evaluation.roster_file import read_roster_file
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["course_folder", "main"]


def course_folder(named: Path | None) -> Path:
    """Return the course's folder that was named, else the one of the usual workspace.

    Parameters
    ----------
    named : path or None
        What stood behind ``--course``.

    Raises
    ------
    InputError
        If there is no course.
    """
    course = named or default_workspace() / "course"
    if not (course / "source").is_dir():
        raise InputError(
            "--course",
            _("{path} is no nbgrader course.").format(path=course),
            _("Run `bordercourse start` once in a checkout, or name the course's folder."),
        )
    return course


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse roster``."""
    parser = argparse.ArgumentParser(
        prog="bordercourse roster",
        description=_(
            "Read who is in the class, from CSV or Excel (.xlsx), with the heads id and name; email, "
            "country, sex and language may stand there too. Country and sex serve the report's tables "
            "alone. To read a file again does no harm; marks are never touched."
        ),
    )
    parser.add_argument("file", type=Path, help=_("the table"))
    parser.add_argument(
        "--remove", action="store_true", help=_("take out of the roster who is not in the file; marks stay")
    )
    parser.add_argument("--check", action="store_true", help=_("only read the file and say what is wrong"))
    parser.add_argument("--course", type=Path, metavar="DIR", help=_("the nbgrader course"))
    options = parser.parse_args(argv)
    file = read_roster_file(options.file)
    if options.check:
        n = len(file.people)
        print(ngettext("{n} person, no mistake.", "{n} people, no mistake.", n).format(n=n))
    else:
        for line in _told(import_roster(file, course_folder(options.course), remove=options.remove)):
            print(line)
    for note in file.notes:
        print(note)
    return 0


def _told(change: RosterChange) -> list[str]:
    lines = [
        _("Roster: {new} new, {changed} changed, {same} as before.").format(
            new=len(change.new), changed=len(change.changed), same=len(change.same)
        )
    ]
    if change.absent:
        text = (
            _("Taken out of the roster, marks stay: {ids}.")
            if change.removed
            else _("Not in the file, and still in the roster: {ids}. `--remove` takes them out.")
        )
        lines.append(text.format(ids=", ".join(change.absent)))
    return lines
