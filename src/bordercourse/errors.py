"""The errors that people see: what was wrong with which input, and what to do."""

from __future__ import annotations

__all__ = ["CourseError", "InputError"]


class CourseError(Exception):
    """A mistake that the reader of the message can mend.

    In a notebook it shows as one short paragraph, without a traceback: a
    participant who made a usual mistake needs the message, not our code.
    """

    def _render_traceback_(self) -> list[str]:
        """Lines that IPython shows in place of a traceback."""
        return [str(self)]


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
