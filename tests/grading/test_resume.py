"""A run that is killed at any moment leaves a sound gradebook, and the next one completes it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.grading.classroom import Classroom

KILLS = 20


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_killed_at_twenty_random_moments(fresh: Callable[[], Classroom], isolate: bool) -> None:
    disturbed, undisturbed = fresh(), fresh()
    for room in (disturbed, undisturbed):
        for n in range(6):
            answers = {"b1-share-answer": f"share = {80.0 if n % 2 else 0.8}", "d-memo": f"Memo {n}."}
            room.hand_in(f"officer-{n}", "tiny", room.answer("tiny", answers))
    undisturbed.grade("tiny", isolate=isolate)
    made = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("killed.py")),
            str(disturbed.root),
            str(KILLS),
            "4",
            str(isolate),
        ],
        stdout=subprocess.PIPE,
        check=True,
        timeout=400,
    )
    seen = json.loads(made.stdout.splitlines()[-1])
    assert seen["problems"] == []
    assert seen["kills"] == KILLS
    assert seen["code"] == 0
    assert disturbed.everything() == undisturbed.everything()
    for n in range(6):
        path = Path("autograded", f"officer-{n}", "tiny", "tiny.ipynb")
        assert (disturbed.root / path).read_text() == (undisturbed.root / path).read_text()
