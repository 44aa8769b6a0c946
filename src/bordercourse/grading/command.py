"""``bordercourse grade``: the run on the command line."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bordercourse.errors import InputError
from bordercourse.files import printable
from bordercourse.grading.disk import StoppedError
from bordercourse.grading.record.release import named_exercise
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

if TYPE_CHECKING:
    from bordercourse.grading.run import Outcome

__all__ = ["main"]

_PAUSE = 10  # seconds between two lines of progress where there is no bar


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse grade",
        description=_(
            "Grade what participants handed in. A run that is interrupted goes on where it stopped "
            "when it is started again. Formgrader and nbgrader's other commands work on the same grades."
        ),
        epilog=_("Exit status: 0 all is graded, 1 a submission could not be graded, 2 nothing was started."),
    )
    parser.add_argument(
        "modules", nargs="+", metavar="MODULE", help=_("such as 01-civil-registration, or 01 alone")
    )
    parser.add_argument(
        "--participant",
        action="append",
        metavar="NAME",
        help=_("only this participant; may be given several times"),
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help=_("how many at a time (default: one more than processors)")
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help=_(
            "run participants' code on the workers of this Dask scheduler, such as tcp://192.168.7.2:8786"
        ),
    )
    parser.add_argument(
        "--db",
        metavar="ADDRESS",
        help=_("the gradebook's address, as nbgrader's db_url (default: the one of nbgrader_config.py)"),
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
        "--plain",
        action="store_true",
        help=_(
            "lines of text in the place of the bar, for a screen reader (default where there is no screen)"
        ),
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

    def __init__(self, out: TextIO, *, plain: bool) -> None:
        self.out = out
        self.bar = out.isatty() and not plain
        self.started = self.last = time.monotonic()
        self.counts: Counter[str] = Counter()

    def line(self, text: str) -> None:
        print(f"\r\033[K{text}" if self.bar else text, file=self.out, flush=True)

    def show(self, outcome: Outcome, done: int, total: int) -> None:
        line = _line(outcome)
        if line:
            self.line(line)
        self.counts[outcome.state] += 1
        worked = self.counts.total() - self.counts["skipped"]  # those tell nothing of the time left
        now = time.monotonic()
        text = _("{done} of {total}").format(done=done, total=total)
        if worked:
            left = (now - self.started) / worked * (total - done)
            text = _("{progress}, about {left} left").format(progress=text, left=_span(left))
        if self.bar:
            width = 30 * done // total
            print(f"\r\033[K[{'#' * width}{'.' * (30 - width)}] {text}", end="", file=self.out, flush=True)
        elif now - self.last >= _PAUSE and done < total:
            self.last = now
            self.line(text)

    def end(self) -> None:
        if self.bar:
            print("\r\033[K", end="", file=self.out, flush=True)


def _line(outcome: Outcome) -> str:
    """One line for a failure, or for what was repaired or lost; nothing where all went well."""
    who = f"{outcome.assignment}, {printable(outcome.participant)}"  # a folder's name may command a screen
    if outcome.state == "failed":
        why = outcome.reason.rstrip(".")
        return _("NOT GRADED  {who}: {why}. {do}").format(who=who, why=why, do=outcome.do).rstrip()
    notes = [note for note in (outcome.reason, *outcome.repairs, *outcome.left_out) if note]
    if not notes:
        return ""
    head = _("partly graded") if outcome.reason else _("graded")
    return f"{head}  {who}: {'; '.join(notes)}."


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def main(arguments: list[str]) -> int:
    """Run the command; return 1 if any submission could not be graded.

    Raises
    ------
    CourseError
        If nothing could be started, with what to do.
    """
    options = _parser().parse_args(arguments)
    if options.jobs is not None and options.jobs < 1:
        raise InputError("--jobs", _("must be 1 or more."), "")
    if options.scheduler and options.stock:
        raise InputError("--stock", _("runs on this machine alone."), _("Leave out --scheduler."))
    source = options.course / "source"
    if not source.is_dir():
        raise InputError(
            str(options.course.absolute()),
            _("is not a course: there is no folder 'source'."),
            _("Start the command in the course's folder, or name it with --course."),
        )
    from bordercourse.grading.run import grade, open_course, stock

    plain = options.plain or bool(os.environ.get("BORDERCOURSE_PLAIN")) or os.environ.get("TERM") == "dumb"
    screen = _Screen(sys.stdout, plain=plain)
    if options.no_isolation and not options.stock:
        screen.line(_("Without isolation: participants' code runs with your rights on this computer."))
    modules = list(dict.fromkeys(named_exercise(module, source) for module in options.modules))
    asked = {"participants": options.participant, "force": options.force, "report": screen.show}
    try:
        course = open_course(options.course, _settings(options))
        if options.stock:
            stock(course, modules, **asked)
        else:
            with _where(options, screen) as place:
                grade(course, modules, isolate=not options.no_isolation, say=screen.line, **place, **asked)
    except KeyboardInterrupt:
        screen.end()
        screen.line(_("Stopped. What is graded is kept; run the command again to go on."))
        return 130
    except StoppedError as error:
        if not screen.counts:
            raise
        screen.end()
        screen.line(str(error))
        _sum_up(screen)
        return 1
    finally:
        screen.end()
    _sum_up(screen)
    return 1 if screen.counts["failed"] else 0


def _settings(options: argparse.Namespace) -> Any:
    """The course's settings where the command line changes one; None for those of its file."""
    if not options.db:
        return None
    from bordercourse.grading.record.release import course_config

    settings = course_config(options.course)
    settings.CourseDirectory.db_url = options.db
    return settings


@contextmanager
def _where(options: argparse.Namespace, screen: _Screen) -> Iterator[dict[str, Any]]:
    """Where participants' code runs, and how many at a time."""
    if not options.scheduler:
        yield {"jobs": options.jobs}
        return
    from bordercourse.grading.workers import workers_at

    with workers_at(options.scheduler, isolate=not options.no_isolation) as workers:
        screen.line(
            ngettext(
                "{n} worker, {slots} at a time.", "{n} workers, {slots} at a time.", len(workers.names)
            ).format(n=len(workers.names), slots=workers.slots)
        )
        yield {"jobs": options.jobs or workers.slots, "executor": workers.executor}


def _sum_up(screen: _Screen) -> None:
    for state, one, many in (
        ("graded", "{n} submission graded.", "{n} submissions graded."),
        ("skipped", "{n} was graded already.", "{n} were graded already."),
        ("failed", "{n} could not be graded.", "{n} could not be graded."),
    ):
        n = screen.counts[state]
        if n or state == "graded":
            screen.line(ngettext(one, many, n).format(n=n))
