"""Feedback through nbgrader's exchange: for those who handed in there, and not before its time.

In ``nbgrader_config.py``::

    c.ExchangeFactory.release_feedback = "bordercourse.grading.record.exchange.ReleaseFeedback"
"""

from __future__ import annotations

import glob
import logging
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from nbgrader.auth import Authenticator
from nbgrader.exchange.abc import ExchangeError
from nbgrader.exchange.default import ExchangeReleaseFeedback

from bordercourse.errors import CourseError
from bordercourse.files import write_whole
from bordercourse.grading.record.course import Course
from bordercourse.grading.record.feedback import FeedbackPage
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = [
    "AFTER",
    "BEFORE",
    "ReleaseFeedback",
    "give_through_exchange",
    "still_to_hand_in",
    "store_feedback",
]

# Two forms of one check. The feedback of the first explains what the second asks for.
BEFORE, AFTER = "check-before", "check-after"

# What nbgrader's Assignment List leaves in a hand-in. A hand-in file that was collected has none.
_SECRET = "submission_secret.txt"
_TIME = "timestamp.txt"


def still_to_hand_in(course: Course, module: str) -> list[str]:
    """Return who has still to hand in the second knowledge check before feedback of `module` is given.

    Parameters
    ----------
    course : Course
        From `open_course`.
    module : str
        The exercise whose feedback is asked for; nobody is waited for unless it is the first check.
    """
    if module != BEFORE:
        return []
    return sorted(set(course.participants(BEFORE)) - set(course.participants(AFTER)))


def store_feedback(course: Course, module: str, participant: str, pages: Sequence[FeedbackPage]) -> bool:
    """Store pages where nbgrader looks for them; return whether its exchange can give them back.

    nbgrader's own converter also copies the answer sheet and every other file beside the page.

    Parameters
    ----------
    course : Course
        From `open_course`.
    module, participant : str
        Whose feedback.
    pages : sequence of FeedbackPage
        From `feedback_pages`.
    """
    graded = course.folder(course.coursedir.autograded_directory, participant, module)
    place = course.folder(course.coursedir.feedback_directory, participant, module)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for page in pages:
        write_whole(place / f"{page.notebook}.html", page.html)
    for name in (_TIME, _SECRET):
        if (graded / name).is_file():
            shutil.copyfile(graded / name, place / name)
    return _came_through_exchange(place)


def give_through_exchange(course: Course, module: str, *, check_after_is_over: bool = False) -> None:
    """Give stored feedback back in nbgrader's exchange to those who handed in there.

    Parameters
    ----------
    course : Course
        From `open_course`.
    module : str
        The exercise.
    check_after_is_over : bool
        Give feedback of the first knowledge check, whoever has still to hand in the second.

    Raises
    ------
    CourseError
        If the exchange cannot be written, or the feedback is held back.
    """
    if sys.platform == "win32":  # nbgrader's exchange does not run there
        return
    course.coursedir.assignment_id = module
    giver = ReleaseFeedback(
        coursedir=course.coursedir, authenticator=Authenticator(config=course.config), config=course.config
    )
    giver.check_after_is_over = check_after_is_over
    giver.log = logging.Logger("bordercourse.return")
    giver.log.addHandler(logging.NullHandler())  # what it says is in its error as well
    try:
        giver.start()
    except (ExchangeError, OSError) as error:
        raise CourseError(
            _("Assignment List could not be given the feedback: {why}").format(why=error)
        ) from None


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """nbgrader's release of feedback, which stops at no hand-in that came as a file."""

    check_after_is_over = False

    def init_src(self) -> None:
        super().init_src()
        self._course = Course(self.coursedir, self.config)
        waiting = still_to_hand_in(self._course, self.coursedir.assignment_id)
        if waiting and not self.check_after_is_over:
            self.fail(
                _(
                    "The feedback of {before} is held back: {names} have not handed in {after} yet. When "
                    "that check is over, use `bordercourse return {before} --check-after-is-over`."
                ).format(before=BEFORE, after=AFTER, names=", ".join(waiting))
            )

    def copy_files(self) -> None:
        module, asked = self.coursedir.assignment_id, self.coursedir.student_id
        by_file = 0
        for participant in self._course.participants(module):
            folder = self._course.folder(self.coursedir.feedback_directory, participant, module)
            if asked not in ("*", "", participant) or not folder.is_dir():
                continue
            if _came_through_exchange(folder):
                self.src_path = glob.escape(str(folder))
                super().copy_files()
            else:
                by_file += 1
        if by_file:
            self.log.info(
                ngettext(
                    "{n} hand-in came as a file: `bordercourse return {module}` makes the feedback for it.",
                    "{n} hand-ins came as files: `bordercourse return {module}` makes the feedback for them.",
                    by_file,
                ).format(n=by_file, module=module)
            )


def _came_through_exchange(folder: Path) -> bool:
    return (folder / _SECRET).is_file() and (folder / _TIME).is_file()
