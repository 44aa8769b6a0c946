"""``bordercourse rehearse``: the dry run on the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bordercourse.course.manifest import module, modules
from bordercourse.errors import InputError
from bordercourse.grading.rehearse import Row, rehearse
from bordercourse.i18n import gettext as _

__all__ = ["main"]


def _checkout() -> Path:
    """Return the course's checkout: only that holds the solutions to rehearse with."""
    here = Path.cwd()
    for folder in [here, *here.parents, *Path(__file__).parents]:
        if (folder / "exercises" / "source").is_dir() and (folder / "tests" / "answers").is_dir():
            return folder
    raise InputError(
        _("this folder"),
        _("is not inside a checkout of the course."),
        _("Rehearse where exercises/source and tests/answers are."),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse rehearse",
        description=_(
            "Play the whole loop with simulated participants, and compare every score and message."
        ),
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=_("such as 00-welcome; all if left out"))
    parser.add_argument(
        "--participants", type=int, metavar="N", help=_("how many a module (default: each kind once)")
    )
    parser.add_argument("--stock", action="store_true", help=_("grade with nbgrader's own autograde"))
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help=_("leave the played course here to look at")
    )
    return parser


def _line(row: Row) -> str:
    mark = "!=" if row.differences else "ok"
    line = f"{mark}  {row.module:<24} {row.participant:<16} {row.expected:6.2f} {row.given:6.2f}"
    return "\n".join([line, *(f"      {difference}" for difference in row.differences)])


def main(arguments: list[str]) -> int:
    """Run the command; return 1 if any score, message or page is not what it must be."""
    options = _parser().parse_args(arguments)
    root = _checkout()
    wanted = [module(name).slug for name in options.modules] or [m.slug for m in modules(None)]
    if options.participants is not None and options.participants < 1:
        raise InputError("--participants", _("must be 1 or more."), "")
    rows = rehearse(
        root / "exercises" / "source",
        root / "tests" / "answers",
        wanted,
        count=options.participants,
        stock=options.stock,
        keep=options.keep,
        out=sys.stderr,
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(_("    module                   participant      expected  given"))
    for row in rows:
        print(_line(row))
    wrong = [row for row in rows if row.differences]
    print(
        _("{n} participants, {right} as expected, {wrong} not.").format(
            n=len(rows), right=len(rows) - len(wrong), wrong=len(wrong)
        )
    )
    return 1 if wrong else 0
