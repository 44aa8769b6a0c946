"""``bordercourse grade``: the run on the command line."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TextIO

from bordercourse.errors import CourseError, InputError
from bordercourse.grading.gradebook import programs_on_path
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse grade",
        description=_(
            "Grade what participants handed in. A run that is interrupted goes on where it stopped "
            "when it is started again. Formgrader and nbgrader's other commands work on the same grades."
        ),
    )
    parser.add_argument("modules", nargs="+", metavar="MODULE", help=_("such as 01-civil-registration"))
    parser.add_argument(
        "--participant",
        action="append",
        metavar="NAME",
        help=_("only this participant; may be given several times"),
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help=_("how many at a time (default: one for each processor)")
    )
    parser.add_argument("--force", action="store_true", help=_("grade again what is graded already"))
    parser.add_argument(
        "--no-isolation",
        action="store_true",
        help=_("run participants' code with your own rights: it can read and change all your files"),
    )
    parser.add_argument(
        "--stock", action="store_true", help=_("use nbgrader's own autograde, to compare; it is not isolated")
    )
    parser.add_argument(
        "--course",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help=_("the course's folder, which holds nbgrader_config.py (default: this folder)"),
    )
    return parser


class _Screen:
    """A bar with the time left on a terminal; plain lines elsewhere, which a screen reader can follow."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.bar = out.isatty() and not os.environ.get("BORDERCOURSE_PLAIN")
        self.started = time.monotonic()
        self.last = 0.0

    def line(self, text: str) -> None:
        print(f"\r\033[K{text}" if self.bar else text, file=self.out, flush=True)

    def show(self, outcome: object, done: int, total: int) -> None:
        from bordercourse.grading.run import Outcome

        assert isinstance(outcome, Outcome)
        told = _told(outcome)
        if told:
            self.line(told)
        now = time.monotonic()
        left = (now - self.started) / done * (total - done)
        text = _("{done} of {total}, about {left} left").format(done=done, total=total, left=_span(left))
        if self.bar:
            width = 30 * done // total
            print(f"\r\033[K[{'#' * width}{'.' * (30 - width)}] {text}", end="", file=self.out, flush=True)
        elif now - self.last >= 10 and done < total:
            self.last = now
            self.line(text)

    def end(self) -> None:
        if self.bar:
            print("\r\033[K", end="", file=self.out, flush=True)


def _told(outcome: object) -> str:
    """One line for a failure, or for what was repaired or lost; nothing where all went well."""
    from bordercourse.grading.run import Outcome

    assert isinstance(outcome, Outcome)
    who = f"{outcome.assignment}, {outcome.participant}"
    if outcome.state == "failed":
        return _("NOT GRADED  {who}: {why}. {do}").format(
            who=who, why=outcome.reason.rstrip("."), do=_("Mend the hand-in, then run the command again.")
        )
    notes = [outcome.reason, *outcome.repairs, *outcome.left_out]
    notes = [note for note in notes if note]
    if not notes:
        return ""
    head = _("partly graded") if outcome.reason else _("graded")
    return f"{head}  {who}: {'; '.join(notes)}."


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def main(arguments: list[str]) -> int:
    """Run the command; return 1 if any submission could not be graded."""
    options = _parser().parse_args(arguments)
    if options.jobs is not None and options.jobs < 1:
        raise InputError("--jobs", _("must be 1 or more."), "")
    if not (options.course / "source").is_dir():
        raise InputError(
            str(options.course.absolute()),
            _("is not a course: there is no folder 'source'."),
            _("Start the command in the course's folder, or name it with --course."),
        )
    from bordercourse.grading.run import grade, open_course, stock

    screen = _Screen(sys.stdout)
    if options.no_isolation and not options.stock:
        screen.line(_("Without isolation: participants' code runs with your rights on this computer."))
    with programs_on_path():
        course = open_course(options.course)
        try:
            if options.stock:
                outcomes = stock(
                    course,
                    options.modules,
                    participants=options.participant,
                    force=options.force,
                    report=screen.show,
                )
            else:
                outcomes = grade(
                    course,
                    options.modules,
                    participants=options.participant,
                    jobs=options.jobs,
                    force=options.force,
                    isolate=not options.no_isolation,
                    report=screen.show,
                    say=screen.line,
                )
        except CourseError as error:
            screen.end()
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            screen.end()
            screen.line(_("Stopped. What is graded is kept; run the command again to go on."))
            return 130
    screen.end()
    for state, one, many in (
        ("graded", "{n} submission graded.", "{n} submissions graded."),
        ("skipped", "{n} was graded already.", "{n} were graded already."),
        ("failed", "{n} could not be graded.", "{n} could not be graded."),
    ):
        n = sum(outcome.state == state for outcome in outcomes)
        if n or state == "graded":
            screen.line(ngettext(one, many, n).format(n=n))
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0
