"""How much a cell may say, and that what it says beyond it costs the cells after it nothing."""

from __future__ import annotations

from typing import Any

import pytest
from jupyter_client.session import Session

from bordercourse.grading.kernels.shell import FrugalSession

BUDGET = 100_000  # bytes a cell


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that reach the grader."""
    texts: list[str] = []

    def keep(self: Session, stream: Any, kind: Any, content: Any = None, *args: Any, **kwargs: Any) -> Any:
        texts.append(content["text"])

    monkeypatch.setattr(Session, "send", keep)
    return texts


def say(session: FrugalSession, cell: str, text: str) -> None:
    session.send(None, "stream", {"name": "stdout", "text": text}, {"header": {"msg_id": cell}})


def test_a_flood_costs_the_next_cell_nothing(sent: list[str]) -> None:
    session = FrugalSession(BUDGET)
    for _piece in range(200):
        say(session, "flood", "x" * 50_000)
    say(session, "next", "the next cell runs\n")
    assert sum(text.count("Too much output") for text in sent) == 1
    assert sum(map(len, sent[:-1])) < BUDGET + 200
    assert sent[-1] == "the next cell runs\n"


def test_all_cells_together_have_a_limit_too(sent: list[str]) -> None:
    session = FrugalSession(BUDGET)
    for cell in range(100):
        say(session, str(cell), "x" * (BUDGET - 200))
    assert sum(map(len, sent)) < 9 * BUDGET
