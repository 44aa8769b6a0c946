"""Bounds on everything that comes from a participant, in one place: size, depth, count and time.

A bound holds where a thing is read, before anything is made of it. What is honest
stays far below each; what is beyond is left out and told, or ends one kernel or one
question, never a run. The largest files of a hand-in stand in `bordercourse.files`.
This module needs nothing but the standard library, because the process that kernels
are forked from loads it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DEEPEST_ANSWER",
    "DEEPEST_MARKUP",
    "DEEPEST_MESSAGE",
    "JUDGE_START_SECONDS",
    "LARGEST_ANSWERS",
    "LARGEST_MESSAGE",
    "LARGEST_PICTURE",
    "LARGEST_VERDICT",
    "LONGEST_FORMULA",
    "LONGEST_KEY",
    "LONGEST_MARKUP",
    "LONGEST_NUMBER",
    "LONGEST_STYLE",
    "LONGEST_TEST_OUTPUT",
    "LONGEST_TEXT",
    "MOST_ADDED_CELLS",
    "MOST_ALIKE",
    "MOST_CELL_MESSAGES",
    "MOST_MESSAGES",
    "MOST_MESSAGE_VALUES",
    "MOST_PIXELS",
    "MOST_VALUES",
    "PAGE",
    "QUESTION_SECONDS",
    "QUESTION_WALL_SECONDS",
    "SUBMISSION_QUESTIONS",
    "KernelLimits",
]


@dataclass(frozen=True)
class KernelLimits:
    """Bounds on one submission's kernel and on every process that it starts.

    Time is counted in processor seconds, so that a busy machine fails nobody;
    the wall limits are several times larger and only catch code that waits.

    Parameters
    ----------
    cpu_seconds : int
        Processor time of the whole submission; beyond it the kernel is killed.
    cell_cpu_seconds : int
        Processor time of one cell; beyond it the cell ends with ``CellTimeoutError``
        and the next cell runs.
    wall_seconds : int
        Life of the kernel by the clock.
    memory_mb : int
        Memory of the submission beyond what the warm parent had imported: for
        each process by address space, for all of them together by sampling.
    processes : int
        Processes and threads (a kernel needs about six).
    file_mb, disk_mb : int
        Size of one file; size of all files in the private folder and in ``/tmp``.
    open_files : int
        Open files of a process.
    output_mb : int
        Output of one cell, and an eighth of the output of all; what comes after
        is left out. A kernel that sends 20 times as much in all is killed.

    Examples
    --------
    >>> KernelLimits(cpu_seconds=10).cpu_seconds
    10
    """

    cpu_seconds: int = 60
    cell_cpu_seconds: int = 30
    wall_seconds: int = 300
    memory_mb: int = 2048
    processes: int = 64
    file_mb: int = 64
    disk_mb: int = 256
    open_files: int = 256
    output_mb: int = 2


# -- messages, on their way from a kernel to the grader ----------------------------------------

LARGEST_MESSAGE = 8_000_000
"""Bytes of one message."""
MOST_MESSAGES = 20_000
"""Messages of one kernel; reading them costs the grader time, however small they are."""
MOST_CELL_MESSAGES = 1000
"""Outputs of one cell; what comes after is left out."""
MOST_MESSAGE_VALUES = 100_000
"""Single values in one message."""
DEEPEST_MESSAGE = 50
"""Levels of lists in lists in one message."""
LONGEST_KEY = 200
"""Characters of a name in a message: of a type, an identity, a kind of data."""

# -- answers, on their way from a kernel to the judge ------------------------------------------

LARGEST_ANSWERS = 2_000_000
"""Characters of JSON that the answers of one test cell may take."""
DEEPEST_ANSWER = 24
"""Levels of lists in lists in one answer."""
MOST_VALUES = 200_000
"""Single values in one answer."""
LONGEST_NUMBER = 4000
"""Digits of one number, and the largest exponent: ``1e99999999`` is short to write and endless to use."""
MOST_ALIKE = 100
"""Keys of one set or dict with the same hash: each is compared with all the others."""

# -- the judge ----------------------------------------------------------------------------------

JUDGE_START_SECONDS = 300
"""By the clock, for the source's own setup: imports on a slow disk."""
QUESTION_SECONDS = 10
"""Processor seconds for the tests of one question on one submission; an honest one takes far less."""
QUESTION_WALL_SECONDS = 120
"""By the clock: it catches what waits."""
SUBMISSION_QUESTIONS = 3
"""So many questions of one submission may use their time up; the rest are not tried."""
LONGEST_TEST_OUTPUT = 100_000
"""Characters that one test cell may print."""
LARGEST_VERDICT = 4_000_000
"""Bytes of what the judge says of one question."""

# -- pages ----------------------------------------------------------------------------------------

LONGEST_TEXT = 20_000
"""Characters of one text on a page: a memo, what a cell printed."""
LONGEST_MARKUP = 200_000
"""Characters of HTML in one output: a table of a thousand lines."""
DEEPEST_MARKUP = 100
"""Tags inside tags; the time of parsing grows with the square."""
LONGEST_STYLE = 500
"""Characters of one style."""
LONGEST_FORMULA = 200
"""Characters of a formula that is drawn."""
LARGEST_PICTURE = 3_000_000
"""Bytes of one picture."""
MOST_PIXELS = 40_000_000
"""Of one picture: a small file can unpack to one that fills the memory of a browser."""
MOST_ADDED_CELLS = 300
"""Cells on a page that are no part of the exercise."""
PAGE = {
    "markdown": 300_000,
    "html": 1_000_000,
    "text": 1_000_000,
    "pictures": 30_000_000,
    "formulas": 60,
    "outputs": 500,
}
"""What one page may hold in all: characters, bytes, numbers. The course's exercises stay below a tenth."""
