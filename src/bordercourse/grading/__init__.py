"""Grading that is fast, safe and never loses a submission, on nbgrader's own gradebook.

The way of a submission, one module a step:

1. The folder `intake` takes in (`take_in`): it copies plain files within limits (`files`), chooses
   the notebook and the answer sheet that are meant, and puts a damaged notebook right (`repair`).
2. There too, `source` reads what the instructor wrote and plans, from the names that cells use
   (`names`), which answers each test needs.
3. `sitting` runs the participant's cells in a kernel and asks it for those answers. The folder
   `kernels` makes that kernel: `pool`, `warm` and `kernel` fork it, `isolation` shuts it in with
   only what is in its `sight`, and `usage` watches it. `client` hears it over a `wire`, and
   believes only what `messages` has checked. All within `limits`.
4. The folder `judging` holds the other side: `asking` writes answers down as plain values,
   `reading` reads them, and `judge` is the clean process whose `bench` runs the tests on them.
5. The folder `record` keeps what comes of it: `marking` puts what the judge says into the notebook,
   `course` commits the grades and then shows the marked notebook, with the `basis` that its marks
   rest on. `release` and `feedback` make what participants get, on nbgrader's own `steps`.

`run` leads a whole run over those who are `due`, `command` is its command line, `workers` are other
machines that run cells `elsewhere`, and `preprocessor`
gives nbgrader's own ``autograde`` and Formgrader's button the same safety. The folder `rehearsal` is
the dry run with simulated participants.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bordercourse.grading.limits import KernelLimits
    from bordercourse.grading.run import Outcome, grade, open_course

__all__ = ["KernelLimits", "Outcome", "grade", "open_course"]

_HOMES = {"KernelLimits": "limits", "Outcome": "run", "grade": "run", "open_course": "run"}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: a participant's kernel imports one module of this room, not nbgrader.
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
