"""The course itself: modules, answer sheets, questions, checks, marks and progress.

A participant's exercise uses one object, `Exercise`; a lesson uses `self_check`.
"""

from bordercourse.course.answers import AnswerSheet
from bordercourse.course.casebook import Case
from bordercourse.course.checks import AnswerError
from bordercourse.course.exercise import Exercise
from bordercourse.course.manifest import Goal, Module, module, modules
from bordercourse.course.marks import Slip
from bordercourse.course.progress import progress
from bordercourse.course.selfcheck import self_check

__all__ = [
    "AnswerError",
    "AnswerSheet",
    "Case",
    "Exercise",
    "Goal",
    "Module",
    "Slip",
    "module",
    "modules",
    "progress",
    "self_check",
]
