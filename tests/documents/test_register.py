"""The register: what it answers, whom it refuses, and what a fisher catches (nothing).

Each test runs on SQLite, and on PostgreSQL where ``BORDERCOURSE_POSTGRES_URL`` names a database for tests:
its tables of the register are dropped.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from bordercourse.documents import practice
from bordercourse.documents.register import (
    QuestionLimits,
    Register,
    ask_register,
    running,
    write_question,
)
from bordercourse.documents.register.store import _META
from bordercourse.documents.seals import write_seal
from bordercourse.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bordercourse.documents.authorities import Authority

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
POSTGRES = os.environ.get("BORDERCOURSE_POSTGRES_URL")
ENTRY = {
    "certificate": "UTO-B-7K3F-9Q2M",
    "entry": "1990/0123",
    "event": "birth",
    "event_date": "1990-05-12",
    "registered": "1990-05-30",
    "name": "ERIKSSON ANNA MARIA | ERICSSON ANNA",
    "sex": "F",
    "place": "Harbour",
    "mother": "ERIKSSON EVA",
}
STATED = {**ENTRY, "name": "Eriksson Anna-María", "is": "UTO"}
OTHER = {**ENTRY, "certificate": "UTO-B-2222-2222", "entry": "1990/0124", "name": "TRAN VAN HUNG"}
HIDDEN = {**ENTRY, "certificate": "UTO-B-3333-3333", "entry": "1990/0125", "protected": True}
OPEN = QuestionLimits(
    per_minute=10**6, per_certificate=10**6, per_certificate_all=10**6, misses_per_day=10**6
)


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES else ["sqlite"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    url = (
        f"sqlite:///{(tmp_path / 'register.sqlite').as_posix()}"
        if request.param == "sqlite"
        else str(POSTGRES)
    )
    made = Register(url, trust=practice.trust_list(), signer=practice.register_signer(), clock=Clock())
    if request.param == "postgresql":
        _META.drop_all(made.engine)
        _META.create_all(made.engine)
    made.add([ENTRY, OTHER, HIDDEN])
    yield made
    made.close()


def question(
    asker: Authority | None = None, at: datetime = NOW, fields: tuple[str, ...] = (), **changes: str
) -> str:
    return write_question(
        STATED | changes, to="UTO", asker=asker or practice.border_agency(), at=at, fields=fields
    )


def answer(register: Register, text: str) -> tuple[str, list[str]]:
    reply = register.answer(text)
    assert reply.status in {200, 429}, reply
    message = json.loads(reply.text)["data"]["msg"]
    return message["answer"], message["differs"]


# --- what it answers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fields", "expected"),
    [
        ({}, (), ("match", [])),
        ({}, ("sex", "place", "mother"), ("match", [])),
        ({"name": "ERICSSON anna"}, (), ("match", [])),
        ({"event_date": "1990-12-05"}, (), ("differs", ["event_date"])),
        ({"name": "TRAN VAN HUNG"}, (), ("differs", ["name"])),
        ({"mother": "SOMEONE ELSE"}, ("mother",), ("differs", ["mother"])),
        ({"mother": "SOMEONE ELSE"}, (), ("match", [])),  # not sent, so not compared
        ({"father": "ERIKSSON OLE"}, ("father",), ("cannot say", [])),  # the register holds no father
        ({"name": "TRAN VAN HUNG", "event_date": "1991-01-01"}, (), ("not found", [])),
        ({"entry": "1990/9999"}, (), ("not found", [])),
        ({"event": "death"}, (), ("not found", [])),
        ({"certificate": "UTO-B-0000-0000"}, (), ("not found", [])),
        ({"certificate": "UTO-B-2222-2222"}, (), ("not found", [])),
        ({"certificate": "UTO-B-3333-3333", "entry": "1990/0125"}, (), ("cannot say", [])),
    ],
)
def test_answers(
    register: Register, changes: dict[str, Any], fields: tuple[str, ...], expected: tuple[str, list[str]]
) -> None:
    assert answer(register, question(fields=fields, **changes)) == expected


def test_the_log_says_who_asked_what_and_holds_no_content(register: Register) -> None:
    answer(register, question(fields=("mother",)))
    (row,) = register.log().to_dict("records")
    assert row["asker"] == "CN=Freedonia Verification Desk"
    assert (row["asker_state"], row["certificate"], row["answer"]) == ("FRE", "UTO-B-7K3F-9Q2M", "match")
    assert row["fields"] == "certificate entry event event_date mother name"
    assert "ERIKSSON" not in str(row).upper()


# --- whom it refuses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 400, "malformed"),
        ("{}", 400, "malformed"),
        ("[]", 400, "malformed"),
        (question(practice.registrar()), 403, "wrong_usage"),
        (question(practice.foreign_registrar()), 403, "unknown_key"),
        (question(dataclasses.replace(practice.border_agency(), state="UTO")), 403, "wrong_issuer"),
        (question(at=NOW + timedelta(minutes=6)), 403, "wrong_time"),
        (question(at=NOW - timedelta(minutes=6)), 403, "wrong_time"),
        (question().replace("1990-05-12", "1990-05-13"), 403, "altered"),
    ],
    # A question is sealed anew in each worker, so it is no name for a test.
    ids=[
        "nothing",
        "no keys",
        "a list",
        "registrar",
        "stranger",
        "another state",
        "late",
        "early",
        "altered",
    ],
)
def test_refusals_are_told_apart(register: Register, text: str, status: int, code: str) -> None:
    reply = register.answer(text)
    assert (reply.status, json.loads(reply.text)) == (status, {"refused": code})
    assert len(register.log()) == 0


def _sealed(message: dict[str, Any], kind: str = "civil.request") -> str:
    asker = practice.border_agency()
    return write_seal({"t": kind, "v": 1, "is": "FRE"}, message, asker.key, asker.certificate)


@pytest.mark.parametrize(
    "change",
    [
        {"fields": {"certificate": "UTO-B-7K3F-9Q2M"}},  # one field at a time is what a fisher wants
        {"fields": {k: v for k, v in ENTRY.items() if k != "name"}},
        {"fields": {**ENTRY, "protected": "true"}},
        {"fields": {**ENTRY, "issued": "2024-01-01"}},
        {"fields": {**ENTRY, "mother": "%"}, "extra": "x"},
        {"fields": {**ENTRY, "mother": ""}},
        {"fields": {**ENTRY, "mother": ["a"]}},
        {"fields": {**ENTRY, "mother": "A" * 201}},
        {"fields": "name"},
        {"id": "1"},
        {"at": "yesterday"},
        {"at": "2025-02-30T12:00:00Z"},
        {"to": None},
    ],
)
def test_a_question_outside_the_form_is_refused(register: Register, change: dict[str, Any]) -> None:
    message = {"id": "0" * 32, "to": "UTO", "at": "2025-06-02T12:00:00Z", "fields": ENTRY} | change
    assert register.answer(_sealed(message)).status == 400


def test_a_question_for_another_register_is_refused(register: Register) -> None:
    message = {"id": "0" * 32, "to": "RUR", "at": "2025-06-02T12:00:00Z", "fields": ENTRY}
    assert register.answer(_sealed(message)).text == '{"refused":"wrong_register"}'
    assert register.answer(_sealed(message, "civil.answer")).status == 400


def test_a_question_counts_once(register: Register) -> None:
    text = question()
    assert answer(register, text)[0] == "match"
    assert register.answer(text).status == 409
    assert len(register.log()) == 1


# --- fishing -----------------------------------------------------------------------------------


def test_going_through_numbers_catches_nothing(register: Register) -> None:
    """Entry numbers run on, so a fisher tries them all; existing and absent ones answer alike."""
    register.limits = OPEN
    seen = {
        answer(register, question(entry=f"1990/{n:04}", certificate=f"UTO-B-7K3F-{n:04}"))[0]
        for n in range(100, 160)
    }
    assert seen == {"not found"}


def test_a_right_number_with_wrong_name_and_date_answers_like_an_absent_one(register: Register) -> None:
    register.limits = OPEN
    there = register.answer(question(name="X", event_date="2000-01-01"))
    absent = register.answer(question(name="X", event_date="2000-01-01", certificate="UTO-B-0000-0000"))
    first, second = (json.loads(reply.text)["data"]["msg"] for reply in (there, absent))
    assert (first["answer"], first["differs"]) == (second["answer"], second["differs"]) == ("not found", [])
    assert (there.status, len(there.text)) == (absent.status, len(absent.text))


def test_probing_a_date_day_by_day_ends_before_it_begins(register: Register) -> None:
    """Who holds the certificate and tries dates learns only that his date differs, a few times a day."""
    heard = []
    for day in range(1, 13):
        heard.append(answer(register, question(event_date=f"1990-05-{day:02}")))
    most = register.limits.per_certificate
    assert heard[:most] == [("differs", ["event_date"])] * most
    assert set(map(str, heard[most:])) == {str(("cannot say", []))}
    register.clock.now += timedelta(days=1, seconds=1)  # type: ignore[attr-defined]
    assert answer(register, question(at=register.clock.now))[0] == "match"  # type: ignore[attr-defined]


def test_guessing_the_mother_gives_no_more_than_differs(register: Register) -> None:
    heard = [answer(register, question(fields=("mother",), mother=f"GUESS {n}")) for n in range(8)]
    assert heard[0] == ("differs", ["mother"])
    assert heard[-1] == ("cannot say", [])
    assert "EVA" not in str(heard)


def test_many_askers_together_do_not_get_further(register: Register) -> None:
    from bordercourse.documents import REQUEST, make_signer

    desks = [make_signer(f"Desk {n}", practice.border_root(), REQUEST) for n in range(8)]
    heard = [
        answer(register, question(desk, event_date=f"1991-{n + 1:02}-01"))[0]
        for desk in desks
        for n in range(4)
    ]
    assert heard.count("differs") == register.limits.per_certificate_all


def test_misses_and_speed_are_limited(register: Register) -> None:
    register.limits = QuestionLimits(per_minute=12, misses_per_day=5)
    heard = [answer(register, question(certificate=f"UTO-B-0000-{n:04}"))[0] for n in range(10)]
    assert heard == ["not found"] * 5 + ["cannot say"] * 5
    replies = [register.answer(question()).status for _each in range(5)]
    assert replies == [200, 200, 429, 429, 429]
    register.clock.now += timedelta(seconds=61)  # type: ignore[attr-defined]
    assert register.answer(question(at=register.clock.now)).status == 200  # type: ignore[attr-defined]


def test_the_same_steps_are_taken_whatever_the_answer(register: Register) -> None:
    """By design, not by stopwatch: the same statements in the same order for each answer."""
    register.answer(question(certificate="UTO-B-9999-9999"))  # the asker is known from here on
    steps: list[list[str]] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        steps[-1].append(statement)

    event.listen(register.engine, "before_cursor_execute", note)
    heard = []
    for changes in ({}, {"event_date": "1990-12-05"}, {"entry": "1/1"}, {"certificate": "X"}):
        steps.append([])
        heard.append(answer(register, question(**changes))[0])  # type: ignore[arg-type]
    event.remove(register.engine, "before_cursor_execute", note)
    assert heard == ["match", "differs", "not found", "not found"]
    assert steps[0] == steps[1] == steps[2] == steps[3]
    assert len(steps[0]) > 5


def test_what_looks_like_a_query_is_only_text(register: Register) -> None:
    for text in ("%", "' OR 1=1 --", "*", "_", "\\", "UTO-B-7K3F-9Q2M' --"):
        assert answer(register, question(certificate=text))[0] == "not found"
        assert answer(register, question(name=text, event_date="x"))[0] in {"not found", "cannot say"}


def test_hostile_questions_get_a_reply_and_never_an_exception(register: Register) -> None:
    rng = random.Random(5)
    original = question()
    for _try in range(400):
        i = rng.randrange(len(original))
        text = original[:i] + rng.choice('{}[]",:0aé\x00\ud800') + original[i + rng.randint(0, 2) :]
        assert register.answer(text).status in {200, 400, 403, 409}
    whole = json.loads(original)
    for value in (None, 1, [], {}, "x", {"a": {"b": []}}):  # type: ignore[var-annotated]
        for part in ("hdr", "msg"):
            text = json.dumps({**whole, "data": {**whole["data"], part: value}})
            assert register.answer(text).status in {400, 403}


def test_questions_at_the_same_moment_are_each_counted(register: Register) -> None:
    register.limits = QuestionLimits(per_minute=5)
    texts = [question() for _each in range(12)]
    heard: list[str] = []
    threads = [threading.Thread(target=lambda t=t: heard.append(answer(register, t)[0])) for t in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(register.log()) == 12
    assert heard.count("match") == 5
    assert heard.count("cannot say") == 7


# --- over the line -----------------------------------------------------------------------------


def ask(address: str, protection: str = "no need seen", **more: Any) -> Any:
    options: dict[str, Any] = {
        "address": address,
        "asker": practice.border_agency(),
        "trust": practice.trust_list(),
        "bearer": "seems the subject",
        "on": NOW,
    }
    return ask_register(STATED, protection=protection, **(options | more))


def test_over_loopback(register: Register) -> None:
    with running(register) as address:
        assert ask(address).answer == "match"
        found = ask_register(
            STATED | {"event_date": "1990-12-05"},
            address=address,
            asker=practice.border_agency(),
            trust=practice.trust_list(),
            protection="officer agrees",
            bearer="seems the subject",
            on=NOW,
        )
        assert (found.answer, found.differs) == ("differs", ("event_date",))
        assert "event_date" in str(found)
        assert ask(address, asker=practice.registrar()).why == "refused: wrong_usage"

        import httpx

        with httpx.Client(base_url=address, trust_env=False) as line:
            assert line.post("/verify", content=b"x" * 20_000).status_code == 413
            assert line.get("/verify").status_code == 405
            assert line.get("/").status_code == line.get("/docs").status_code == 404
            assert line.post("/verify", content=b"{}", headers={"Host": "evil.example"}).status_code == 400
    down = ask(address, seconds=0.5)
    assert (down.answer, down.why) == ("cannot say", "no answer on the line")


def test_protection_comes_before_any_question(register: Register) -> None:
    with running(register) as address:
        for sign in ("seeks asylum", "may be trafficked", "child alone", "fears that State", "not sure"):
            found = ask(address, protection=sign)
            assert found.answer == "not asked"
            assert "protection officer" in found.next_step
        with pytest.raises(InputError, match="protection"):
            ask(address, protection="yes")
        for bearer in ("seems somebody else", "not sure who it is"):
            found = ask(address, bearer=bearer)
            assert (found.answer, found.why) == ("not asked", bearer)
            assert "second line" in found.next_step
        assert "protection officer" in ask(address, "not sure", bearer="not sure who it is").next_step
    assert len(register.log()) == 0


def test_not_found_is_never_called_forgery(register: Register) -> None:
    with running(register) as address:
        found = ask_register(
            STATED | {"certificate": "UTO-B-0000-0000"},
            address=address,
            asker=practice.border_agency(),
            trust=practice.trust_list(),
            protection="no need seen",
            bearer="seems the subject",
            on=NOW,
        )
    assert found.answer == "not found"
    assert "never evidence of forgery" in found.next_step


def test_an_answer_that_another_hand_wrote_is_not_believed(tmp_path: Path) -> None:
    """A register in the middle, with a signer that may seal certificates but no answers."""
    url = f"sqlite:///{(tmp_path / 'false.sqlite').as_posix()}"
    false = Register(url, trust=practice.trust_list(), signer=practice.registrar(), clock=Clock())
    false.add([ENTRY])
    with running(false) as address:
        found = ask(address)
    false.close()
    assert (found.answer, found.why) == ("cannot say", "the answer could not be verified")


def test_only_what_is_needed_leaves_the_desk() -> None:
    fields = json.loads(question())["data"]["msg"]["fields"]
    assert set(fields) == {"certificate", "entry", "event", "event_date", "name"}
    with pytest.raises(InputError, match="cannot be asked"):
        question(fields=("issued",))
    with pytest.raises(InputError, match="not on the certificate"):
        question(fields=("father",))


def test_entries_are_held_to_their_numbers(register: Register) -> None:
    with pytest.raises(InputError, match="no certificate number"):
        register.add([{"entry": "1"}])
    with pytest.raises(InputError, match="stands twice"):
        register.add([ENTRY])
    assert len(register) == 3


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        Register(
            f"sqlite:///{(tmp_path / 'no' / 'such.sqlite').as_posix()}",
            trust=practice.trust_list(),
            signer=practice.register_signer(),
        )


# --- the command -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "open to other machines"),
        (["--host", "example.org"], "open to other machines"),
        (["--port", "70000"], "cannot be used"),
        (["--port", "0", "--database", "not an address"], "no address of a database"),
        (["--port", "0", "--database", "sqlite:///no/such/folder/register.sqlite"], "cannot be opened"),
    ],
)
def test_the_command_tells_a_mistake_in_one_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from bordercourse.cli import main

    assert main(["register", "serve", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("bordercourse register: ")
    assert says in said


def test_a_driver_that_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"bordercourse\[postgresql\]"):
        Register(
            "postgresql+psycopg://127.0.0.1/none",
            trust=practice.trust_list(),
            signer=practice.register_signer(),
        )


def test_the_command_serves_until_it_is_stopped(tmp_path: Path) -> None:
    """``bordercourse register serve`` as a person starts it, asked over loopback, stopped with Ctrl+C."""
    import re
    import signal
    import subprocess
    import sys

    database = f"sqlite:///{(tmp_path / 'served.sqlite').as_posix()}"
    command = [sys.executable, "-m", "bordercourse", "register", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--database", database], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = re.search(r"answers on (http://127\.0\.0\.1:\d+)/verify with \d+ invented entries", first)
        assert found, first
        assert "Ctrl+C" in process.stdout.readline()
        case = practice.certificates().query("what_happened == 'Buddhist-Era date'").iloc[0]
        stated = json.loads(case["text"])["data"]["msg"] | {"is": "UTO"}
        heard = ask_register(
            stated,
            address=found[1],
            asker=practice.border_agency(),
            trust=practice.trust_list(),
            protection=case["protection"],
            bearer=case["bearer"],
            on=NOW,
        )
        assert heard.answer == "match", heard
    finally:
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=15)
    assert "Traceback" not in err
    with_log = Register(database, trust=practice.trust_list(), signer=practice.register_signer())
    assert with_log.log()["answer"].tolist() == ["match"]  # the log outlives the server
    with_log.close()
