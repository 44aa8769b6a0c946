"""Utopia's register for the classroom."""

from __future__ import annotations

import contextlib
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bordercourse.datasets import load
from bordercourse.documents import practice
from bordercourse.documents.register.store import Limits, Register
from bordercourse.documents.verdicts import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

__all__ = ["open_practice_register", "practice_clock", "practice_register"]


def practice_clock() -> Callable[[], datetime]:
    """Return a clock that starts at noon of the practice day and then runs as clocks do."""
    start, began = moment(practice.TODAY), time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def open_practice_register(url: str, *, limits: Limits | None = None) -> Register:
    """Open Utopia's register in this database; an empty one is filled with the practice entries."""
    register = Register(
        url,
        trust=practice.trust_list(),
        signer=practice.register_signer(),
        limits=limits,
        clock=practice_clock(),
    )
    if len(register) == 0:
        register.add(load("practice_register"))
    return register


@contextlib.contextmanager
def practice_register(*, limits: Limits | None = None) -> Iterator[Register]:
    """Give Utopia's register with its practice entries and an empty log, while the block lasts.

    Examples
    --------
    >>> with practice_register() as register:
    ...     len(register) > 0, len(register.log())
    (True, 0)
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.sqlite"
        register = open_practice_register(f"sqlite:///{file.as_posix()}", limits=limits)
        try:
            yield register
        finally:
            register.close()
