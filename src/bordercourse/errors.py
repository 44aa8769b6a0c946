"""The family of errors and warnings that people see: what was wrong, and what to do.

Every error that a room raises is a `CourseError` and stands in this module, so that a caller can name one
family, and a reader finds all of them in one place.
"""

from __future__ import annotations

import sys
import warnings

__all__ = ["CourseError", "CourseWarning", "InputError", "MalformedError", "RefusedError", "warn"]


class CourseError(Exception):
    """A mistake that the reader of the message can mend.

    In a notebook it shows as one short paragraph, without a traceback: a
    participant who made a usual mistake needs the message, not our code.
    """

    def _render_traceback_(self) -> list[str]:
        """Lines that IPython shows in place of a traceback."""
        return [str(self)]


class CourseWarning(UserWarning):
    """A result was given, and something in its input is probably not what was meant."""


def warn(message: str) -> None:
    """Give a `CourseWarning` that points at the line which called the library, however deep it arose."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == __name__.split(".")[0]:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, CourseWarning, stacklevel=level)


class InputError(CourseError, ValueError):
    """An input that cannot be used.

    Parameters
    ----------
    name : str
        The input, as the caller wrote it (an argument, a column, a file).
    problem : str
        What is wrong with it, with the offending value.
    do : str
        What to do about it.

    Examples
    --------
    >>> raise InputError("deaths", "row 3 is negative (-2).", "Give counts of zero or more.")
    Traceback (most recent call last):
        ...
    bordercourse.errors.InputError: deaths: row 3 is negative (-2). Give counts of zero or more.
    """

    def __init__(self, name: str, problem: str, do: str) -> None:
        self.name, self.problem, self.do = name, problem, do
        super().__init__(f"{name}: {problem} {do}".strip())

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str, str]]:
        return type(self), (self.name, self.problem, self.do)


class MalformedError(CourseError, ValueError):
    """A document, message or code that does not have the form that it claims; the message says why."""


class RefusedError(CourseError):
    """A message that a register does not answer.

    Parameters
    ----------
    code : str
        Why, in a word, such as ``wrong_time``.
    status : int
        The HTTP status that says so.
    """

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code, self.status = code, status

    def __reduce__(self) -> tuple[type[RefusedError], tuple[str, int]]:
        return type(self), (self.code, self.status)
