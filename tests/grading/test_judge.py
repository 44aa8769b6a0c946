"""The judge loses one question to an answer that was made to hurt it, and nobody else waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bordercourse.grading.intake.source import Plan, SourceError, SourceNotebook
from bordercourse.grading.judging import judge as judging
from bordercourse.grading.judging.asking import ask
from bordercourse.grading.judging.judge import Judge

SETUP = (("setup", "import itertools, os, time\nfrom fractions import Fraction"),)
SOURCE = SourceNotebook("tiny", "tiny", (), "")


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge(SOURCE, Plan("", SETUP, {"q": ()}, ()), seconds=1) as judge:
        yield judge


def question(source: str, answer: Any = 1, **more: str) -> dict[str, Any]:
    text = answer if isinstance(answer, str) else ask(["it"], {"it": answer})
    return {"name": "q", "source": source, "points": 1.0, "names": ["it"], "answers": text, **more}


def score(outputs: list[dict[str, Any]]) -> str:
    """The score, or the kind of the error."""
    last = outputs[-1]
    return str(last["data"]["text/plain"] if last["output_type"] == "execute_result" else last["ename"])


HURTS = {
    "endless": "while True: pass",
    "endless, and swallows errors": "while True:\n    try:\n        while True: pass\n"
    "    except Exception: pass",
    "endless inside one call": "sum(itertools.repeat(1))",
    "ends the judge": "os._exit(3)",
    "kills the judge": "os.kill(os.getpid(), 9)",
    "crashes": "import ctypes; ctypes.string_at(0)",
}


@pytest.mark.parametrize("hurt", HURTS.values(), ids=HURTS)
def test_one_question_is_lost_and_those_around_it_count(judge: Judge, hurt: str) -> None:
    outputs = judge.mark([question("0.5"), question(hurt), question("it * 1.0")], None)
    assert [score(one) for one in outputs] == ["0.5", "CellTimeoutError", "1.0"]
    assert score(judge.mark([question("0.25")], None)[0]) == "0.25"


def test_all_questions_of_one_submission_have_a_bound_together(judge: Judge) -> None:
    outputs = judge.mark([question("os._exit(3)")] * 6 + [question("0.5")], None)
    assert [score(one) for one in outputs] == ["CellTimeoutError"] * 7, "the last was not tried"


def test_memory_is_bounded(judge: Judge) -> None:
    outputs = judge.mark([question("bytearray(4_000_000_000)"), question("0.5")], None)
    assert [score(one) for one in outputs] == ["MemoryError", "0.5"]


def test_nobody_waits_for_another(judge: Judge, tmp_path: Path) -> None:
    """The first submission is in the judge until the second one is marked."""
    flag, outputs = tmp_path / "flag", []
    waits = question(f"while not os.path.exists({str(flag)!r}): time.sleep(0.01)\n0.5")
    first = threading.Thread(target=lambda: outputs.extend(judge.mark([waits], None)))
    first.start()
    second = judge.mark([question("0.25")], None)
    assert not outputs
    flag.touch()
    first.join()
    assert (score(second[0]), score(outputs[0])) == ("0.25", "0.5")


def test_a_judge_that_was_killed_is_replaced(judge: Judge) -> None:
    assert judge._process is not None
    judge._process.kill()
    judge._process.wait()
    assert score(judge.mark([question("0.5")], None)[0]) == "0.5"


def test_leaves_nothing_from_one_submission_for_the_next(judge: Judge) -> None:
    outputs = judge.mark([question("setup_name = it; Fraction.stolen = it; 1.0")], b"{}")
    assert score(outputs[0]) == "1.0"
    outputs = judge.mark([question("hasattr(Fraction, 'stolen') or os.path.exists('answers.json')")], None)
    assert score(outputs[0]) == "False"


def test_says_that_the_setup_fails() -> None:
    plan = Plan("", (("setup", "1 / 0"),), {"q": ()}, ())
    with pytest.raises(SourceError, match="setup: ZeroDivisionError"), Judge(SOURCE, plan):
        pass


def test_without_fork_each_submission_has_a_judge_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_FORKS", False)
    with Judge(SOURCE, Plan("", SETUP, {"q": ()}, ()), seconds=1) as judge:
        outputs = judge.mark([question("0.5"), question("os._exit(3)"), question("it * 1.0")], None)
        assert [score(one) for one in outputs] == ["0.5", "CellTimeoutError", "1.0"]
        assert score(judge.mark([question("0.25")], None)[0]) == "0.25"


def test_a_module_beside_the_source_hides_nothing_that_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the search path of the person who grades holds an empty entry: the folder they are in."""
    (tmp_path / "fractions.py").write_text("raise SystemExit('hidden')")
    (tmp_path / "helper.py").write_text("value = 0.5")
    monkeypatch.setenv("PYTHONPATH", ":/nowhere")
    source = SourceNotebook("tiny", "tiny", (), str(tmp_path))
    with Judge(source, Plan("", SETUP, {"q": ()}, ())) as judge:
        assert score(judge.mark([question("import helper\nhelper.value")], None)[0]) == "0.5"
