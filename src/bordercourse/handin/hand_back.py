"""``bordercourse return MODULE``: the feedback, one file a participant, to give back as the hand-in came.

A file bears the participant's identifier, the exercise and the day, and holds that participant's page
alone. Who handed in through nbgrader's exchange finds the page there as well.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bordercourse.desk.places import default_workspace
from bordercourse.errors import CourseError, InputError
from bordercourse.files import printable, why_not_written, write_whole
from bordercourse.grading.record.release import exercises_in, named_exercise
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

if TYPE_CHECKING:
    from bordercourse.grading.record.course import Course
    from bordercourse.grading.record.feedback import FeedbackPage

__all__ = ["HandedBack", "hand_back", "main"]

SHELF = "return"
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=-feedback\.html$)")


@dataclass(frozen=True)
class HandedBack:
    """What became of one participant's feedback.

    Parameters
    ----------
    participant : str
        Whose it is.
    file : path or None
        The page that was written; none where nothing is graded yet.
    waiting : bool
        Whether a memo still waits for marks: the page says "so far".
    exchange : bool
        Whether nbgrader's exchange can give the page back too.
    problem : str
        Why nothing was written.
    """

    participant: str
    file: Path | None = None
    waiting: bool = False
    exchange: bool = False
    problem: str = ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse return``; return 1 if a page could not be made."""
    options = _parser().parse_args(argv)
    root = options.course or _here() or default_workspace() / "course"
    source = root / "source"
    if not source.is_dir():
        raise InputError(
            "--course",
            _("{path} is no nbgrader course.").format(path=root),
            _("Start the command in the course's folder, or name it with --course."),
        )
    modules = [named_exercise(name, source) for name in options.modules]
    known = exercises_in(source)
    for module in modules:
        if module not in known:
            raise InputError(
                repr(module),
                _("there is no exercise of this name."),
                _("The exercises are: {names}.").format(names=", ".join(known) or "-"),
            )
    from bordercourse.grading.run import open_course

    course = open_course(root)
    # The path that nbgrader needs for an awkwardly named course is a link that nobody would find again.
    shelf = options.to or root.resolve() / SHELF
    statuses = [_return_one(course, module, shelf / module, options) for module in dict.fromkeys(modules)]
    return max(statuses)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse return",
        description=_(
            "Make the feedback files, one a participant, to give back on a stick or by mail. Who handed in "
            "through Assignment List finds the feedback there too."
        ),
        epilog=_("Exit status: 0 all is made, 1 something is missing, 2 nothing was started."),
    )
    parser.add_argument(
        "modules", nargs="+", metavar="MODULE", help=_("such as 01-civil-registration, or 01 alone")
    )
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER", help=_("where the files go (default: course/return/MODULE)")
    )
    parser.add_argument(
        "--participant", action="append", metavar="ID", help=_("only this one; may be given several times")
    )
    parser.add_argument(
        "--check-after-is-over",
        action="store_true",
        help=_("give back check-before though somebody has not handed in check-after"),
    )
    parser.add_argument("--course", type=Path, metavar="DIR", help=_("the nbgrader course"))
    return parser


def _here() -> Path | None:
    return Path.cwd() if (Path.cwd() / "nbgrader_config.py").is_file() else None


def _return_one(course: Course, module: str, folder: Path, options: argparse.Namespace) -> int:
    """Make the files of one exercise and tell what became of each; return the exit status."""
    from bordercourse.grading.record.exchange import AFTER, give_through_exchange, still_to_hand_in

    over = options.check_after_is_over
    waiting = [] if over else still_to_hand_in(course, module)
    if waiting:
        print(
            _(
                "{module}: held back. Its feedback explains what {after} asks for, and these have not handed "
                "in {after} yet: {names}. When that check is over, add --check-after-is-over."
            ).format(module=module, after=AFTER, names=", ".join(map(printable, waiting)))
        )
        return 1
    done = list(hand_back(course, module, folder, participants=options.participant))
    for one in done:
        if one.problem:
            print(f"{printable(one.participant)}: {one.problem}")
    if not done:
        print(_("{module}: nobody has handed it in, so there is nothing to give back.").format(module=module))
        return 1
    written = [one for one in done if one.file is not None]
    print(
        ngettext("{module}: {n} file in {folder}.", "{module}: {n} files in {folder}.", len(written)).format(
            module=module, n=len(written), folder=folder
        )
    )
    memos = [printable(one.participant) for one in written if one.waiting]
    if memos:
        print(_("A memo is not marked yet: {names}.").format(names=", ".join(memos)))
    online = sum(one.exchange for one in written)
    if online:
        try:
            give_through_exchange(course, module, check_after_is_over=over)
        except CourseError as error:
            print(error)
            return 1
        print(
            ngettext(
                "{n} participant finds it in Assignment List too.",
                "{n} participants find it in Assignment List too.",
                online,
            ).format(n=online)
        )
    return 0 if written and len(written) == len(done) else 1


def hand_back(
    course: Course, module: str, folder: Path, *, participants: Sequence[str] | None = None
) -> Iterator[HandedBack]:
    """Write the feedback of one exercise, one file a participant, and yield what became of each.

    An earlier file of the same participant and exercise is replaced: two days would mean two truths.

    Parameters
    ----------
    course : Course
        From `open_course`.
    module : str
        The exercise.
    folder : path
        Where the files go; made where it is missing.
    participants : sequence of str, optional
        Only these.
    """
    from bordercourse.grading.record.feedback import feedback_pages, page_name

    today = datetime.now()
    used: set[str] = set()
    handed_in = course.participants(module)
    for participant in handed_in if participants is None else participants:
        name = page_name(module, participant, today)
        pages = feedback_pages(course, module, participant) if participant in handed_in else []
        if participant not in handed_in:
            yield HandedBack(participant, problem=_("has handed in nothing."))
        elif not pages:
            yield HandedBack(participant, problem=_("is not graded yet. Run `bordercourse grade` first."))
        elif name.casefold() in used:  # they differ in a sign that not every file system tells apart
            yield HandedBack(participant, problem=_("its file would bear another's name. Rename its folder."))
        else:
            used.add(name.casefold())
            try:
                yield _written(course, module, participant, pages, folder / name)
            except OSError as error:
                yield HandedBack(participant, problem=" ".join(why_not_written(error)))


def _written(
    course: Course, module: str, participant: str, pages: Sequence[FeedbackPage], path: Path
) -> HandedBack:
    from bordercourse.grading.record.exchange import store_feedback

    online = store_feedback(course, module, participant, pages)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "\n".join(page.html for page in pages))
    for earlier in path.parent.iterdir():
        if earlier != path and _DAY.sub("", earlier.name) == _DAY.sub("", path.name):
            earlier.unlink()
    return HandedBack(participant, path, any(page.waiting for page in pages), online)
