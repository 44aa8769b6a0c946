"""No State learns from the course of a person in need: not by a case, a lesson, an exercise or a widget.

The practice certificates are joined by what they state, so that a copy of a code counts as its subject.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bordercourse import documents as doc
from bordercourse.datasets import make_practice_certificates
from bordercourse.datasets.makers.stories import STORIES
from bordercourse.documents import practice
from bordercourse.documents.register import ask_practice_register, client
from bordercourse.documents.register.client import IS_THE_SUBJECT, MAY_ASK
from bordercourse.documents.register.store import Register
from bordercourse.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "notebooks" / "03-cross-border-verification.ipynb"
# What is seen and heard of each person of the exercise; the stored casebook leaves it to the participant.
SEEN = {"C05": "seeks asylum", "C08": "fears that State", "C12": "child alone"}
COPIES = {"C11"}


def casebook() -> pd.DataFrame:
    cases = practice.casebook()
    number = cases["case_id"]
    return cases.assign(
        protection=[SEEN.get(case, "no need seen") for case in number],
        bearer=["seems somebody else" if case in COPIES else IS_THE_SUBJECT for case in number],
    )


def identifiers(stated: Any) -> set[object]:
    """What names a person: the certificate, its entry, and the name with the day of birth."""
    return {stated["certificate"], stated["entry"], (stated["name"], stated["event_date"])}


def of_case(case: dict[Any, Any]) -> set[object]:
    """By the page and by the code, which may differ."""
    on_the_code = practice.verify_case(case["text"]).stated
    return identifiers(case) | (identifiers(on_the_code) if on_the_code else set())


def in_need(cases: pd.DataFrame) -> set[object]:
    found: set[object] = set()
    for case in cases.to_dict("records"):
        if case["protection"] not in MAY_ASK and case["bearer"] == IS_THE_SUBJECT:
            found |= of_case(case)
    return found


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Everything that leaves the desk, and everything that a register receives."""
    fields: list[dict[str, str]] = []
    post, answer = client._post, Register.answer

    def sent(address: str, text: str, seconds: float) -> Any:
        fields.append(json.loads(text)["data"]["msg"]["fields"])
        return post(address, text, seconds)

    def received(self: Register, text: str | bytes) -> Any:
        fields.append(json.loads(text)["data"]["msg"]["fields"])
        return answer(self, text)

    monkeypatch.setattr(client, "_post", sent)
    monkeypatch.setattr(Register, "answer", received)
    return fields


def told(heard: list[dict[str, str]]) -> set[object]:
    return set().union(*(identifiers(fields) for fields in heard))


EVERYBODY_IN_NEED = in_need(practice.certificates()) | in_need(casebook())


def test_there_are_people_in_need_to_protect() -> None:
    assert len(in_need(practice.certificates())) >= 3 * 5
    assert len(in_need(casebook())) == 3 * 3


@pytest.mark.parametrize("line_down", [False, True])
@pytest.mark.parametrize("cases", [practice.certificates, casebook])
def test_no_case_tells_a_register_of_a_person_in_need(
    cases: Any, line_down: bool, heard: list[dict[str, str]]
) -> None:
    table = cases()
    answers = ask_practice_register(table.iloc[::-1], line_down=line_down)
    assert heard  # somebody was asked about, so the record works
    assert not told(heard) & EVERYBODY_IN_NEED
    asked = answers["answer"] != "not asked"
    allowed = table["protection"].isin(MAY_ASK) & (table["bearer"] == IS_THE_SUBJECT)
    assert set(answers.index[asked]) == set(table["case_id"][allowed])


def test_a_code_of_somebody_else_is_not_asked_about_and_the_next_step_accuses_nobody(
    heard: list[dict[str, str]],
) -> None:
    cases = practice.certificates().set_index("case_id", drop=False)
    (copy,) = cases.index[cases["what_happened"] == "replayed code"]
    (subject,) = set(cases.index[cases["text"] == cases["text"][copy]]) - {copy}
    assert cases["protection"][subject] in MAY_ASK  # the code of nobody in need
    answers = ask_practice_register(cases.loc[[copy, subject]])["answer"]
    assert (answers[copy], answers[subject]) == ("not asked", "match")  # a match is not the bearer
    said = client.ask_register(
        practice.verify_case(cases["text"][copy]).stated,
        address="",
        asker=practice.border_agency(),
        trust=practice.trust_list(),
        protection=cases["protection"][copy],
        bearer=cases["bearer"][copy],
    )
    assert said.answer == "not asked"
    assert "second line" in said.next_step
    assert "protection officer" not in said.next_step
    assert len(heard) == 2  # sent and received once: about the subject, who is there


def test_whoever_did_not_look_cannot_ask(heard: list[dict[str, str]]) -> None:
    for missing in (["protection"], ["bearer"], ["protection", "bearer"]):
        with pytest.raises(InputError, match="Look at each person first"):
            ask_practice_register(casebook().drop(columns=missing))
    with pytest.raises(InputError, match="Look at each person first"):
        ask_practice_register(practice.casebook())
    for bearer in ("", "yes", None):
        with pytest.raises(InputError, match="bearer"):
            ask_practice_register(casebook().assign(bearer=bearer))
    assert heard == []


def test_the_lesson_tells_a_register_of_nobody_in_need(heard: list[dict[str, str]], capsys: Any) -> None:
    """Every code cell of the lesson, in its order."""
    names: dict[str, Any] = {}
    for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert len(heard) >= 2 * 4  # sent and received for each person who may be asked about
    assert not told(heard) & EVERYBODY_IN_NEED


def test_no_other_lesson_and_no_exercise_knows_the_way_to_a_register() -> None:
    pages = [*(ROOT / "notebooks").rglob("*.ipynb"), *(ROOT / "exercises" / "source").rglob("*.ipynb")]
    assert len(pages) > 15
    for path in pages:
        if path == LESSON or ".ipynb_checkpoints" in path.parts:
            continue
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        for word in ("documents.register", "ask_practice_register", "ask_register", "practice_register("):
            assert word not in code, (path.name, word)


def test_the_scanner_asks_nobody(heard: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pick every certificate, judge it on another day, and give the picture of every code."""
    import IPython.display

    from bordercourse.lessons import cross_border_verification as room

    for cases in (practice.certificates(), practice.casebook()):
        shown: list[Any] = []
        monkeypatch.setattr(room.page, "live", lambda: True)
        monkeypatch.setattr(room, "as_png", lambda _ax: b"")  # how it looks is tested elsewhere
        monkeypatch.setattr(IPython.display, "display", shown.append)
        room.scanner(cases)
        choices, buttons, *_rest = shown[0].children
        menu, day = choices.children
        for case, text in zip(cases["case_id"], cases["text"], strict=True):
            menu.value = case
            day.value = day.options[-1][1]
            png = io.BytesIO()
            doc.make_qr(text).save(png, kind="png", scale=2)
            upload = {"name": "x.png", "type": "image/png", "size": 1, "content": memoryview(png.getvalue())}
            buttons.children[0].value = (upload | {"last_modified": room_time()},)
    assert heard == []


def room_time() -> Any:
    from datetime import UTC, datetime

    return datetime(2025, 6, 2, tzinfo=UTC)


# --- the maker ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_a_copied_code_is_never_that_of_a_person_in_need(seed: int) -> None:
    import random

    stories = [story for story in STORIES if story != "replayed code"] * 2
    stories = [*dict.fromkeys(s for s in stories if "since" in s), *(s for s in stories if "since" not in s)]
    random.Random(seed).shuffle(stories)
    stories.insert(seed % len(stories), "replayed code")
    made = make_practice_certificates(seed, stories).certificates
    copies = made["bearer"] != IS_THE_SUBJECT
    assert copies.sum() == 1
    needs = ~made["protection"].isin(MAY_ASK)
    assert not (needs & copies).any()
    numbers = set(made["certificate"][copies])
    assert not numbers & set(made["certificate"][needs])


def test_where_all_others_are_in_need_the_copy_is_of_nobody_among_them() -> None:
    signs = ["seeks asylum", "fears that State", "no need seen"]
    made = make_practice_certificates(1, ["genuine", "genuine", "replayed code"], signs).certificates
    assert made["certificate"].is_unique
