"""Utopia's register for the classroom."""

from __future__ import annotations

import contextlib
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse.datasets import SyntheticFrame, load
from bordercourse.documents import practice
from bordercourse.documents.register.app import running
from bordercourse.documents.register.client import ask_register
from bordercourse.documents.register.messages import MINIMUM
from bordercourse.documents.register.store import QuestionLimits, Register
from bordercourse.documents.verdicts import moment
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Flag, Labels, Table, Text, Words, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from datetime import datetime

    import pandas as pd

__all__ = ["ask_practice_register", "open_practice_register", "practice_clock", "practice_register"]


def practice_clock() -> Callable[[], datetime]:
    """Return a clock that starts at noon of the practice day and then runs as clocks do."""
    start, began = moment(practice.TODAY), time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


LIMITS = A(QuestionLimits, do=mark("Give QuestionLimits(per_minute=30)."))
CASES = Table(
    {"case_id": Labels(), "text": Words(), **dict.fromkeys(MINIMUM, Words())},
    do=mark("Give rows of practice.certificates()."),
)


@checked(url=Text(), limits=LIMITS)
def open_practice_register(url: str, *, limits: QuestionLimits | None = None) -> Register:
    """Open Utopia's register in this database; an empty one is filled with the practice entries.

    Parameters
    ----------
    url : str
        A database as SQLAlchemy names it.
    limits : QuestionLimits, optional
        How much one asker may ask.
    """
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


@checked(limits=LIMITS)
@contextlib.contextmanager
def practice_register(*, limits: QuestionLimits | None = None) -> Iterator[Register]:
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


@checked(cases=CASES, line_down=Flag())
def ask_practice_register(cases: pd.DataFrame, *, line_down: bool = False) -> pd.DataFrame:
    """Start Utopia's register on this machine, ask it about practice certificates, and stop it.

    Parameters
    ----------
    cases : pandas.DataFrame
        Rows of ``practice.certificates()``. What the officer found comes first: nothing is sent where the
        column `protection` is not ``no need seen``, or `bearer` is not ``seems the subject``.
    line_down : bool
        Stop the register before asking.

    Returns
    -------
    pandas.DataFrame
        One row a case: the two checks, the number of questions in the register's log so far, the answer,
        the fields that differ, and why where it was not asked or cannot say.

    Raises
    ------
    InputError
        If the cases do not say what was found: nobody is asked about before somebody looked.

    Examples
    --------
    >>> cases = practice.certificates().set_index("case_id", drop=False).loc[["P10", "P17"]]
    >>> ask_practice_register(cases)["answer"].tolist()
    ['match', 'not asked']
    """
    unchecked = [name for name in ("protection", "bearer") if name not in cases]
    if unchecked:
        raise InputError(
            "cases",
            _("these checks are not in it: {names}.").format(names=", ".join(unchecked)),
            _("Look at each person first, and write down what you found. Then ask."),
        )
    now = moment(practice.TODAY)
    rows = []
    with contextlib.ExitStack() as until_asked:
        register = until_asked.enter_context(practice_register())
        with running(register) as address:
            if not line_down:
                rows = [_ask(case, address, register, now) for case in cases.to_dict("records")]
        if line_down:
            rows = [_ask(case, address, register, now) for case in cases.to_dict("records")]
    return SyntheticFrame(rows, index=cases["case_id"].rename("case"))


def _ask(case: dict[Hashable, Any], address: str, register: Register, now: datetime) -> dict[str, str | int]:
    # What the code states; where it cannot be read, the officer copies the same parts from the page.
    page = {name: str(case[name]) for name in MINIMUM} | {"is": practice.registry_root().state}
    answer = ask_register(
        practice.verify_case(case["text"]).stated or page,
        address=address,
        asker=practice.border_agency(),
        trust=practice.trust_list(),
        protection=case["protection"],
        bearer=case["bearer"],
        on=now,
    )
    return {
        "protection check": case["protection"],
        "who holds it": case["bearer"],
        "answer": answer.answer,
        "differs": ", ".join(answer.differs),
        "why": answer.why,
        "questions so far": len(register.log()),
    }
