"""The parts of a class that need neither the administrator nor an open class."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import segno
from zxingcpp import read_barcode

from bordercourse.classroom import opening, premises
from bordercourse.classroom.codes import LETTERS_OF_CODES, PersonalCodes, new_code
from bordercourse.classroom.hub_line import HubLine
from bordercourse.classroom.opening import needs_linux, roster_people
from bordercourse.classroom.parent_line import ForkedProcess, ParentSilentError, ask_parent
from bordercourse.classroom.premises import Premises, named_class
from bordercourse.classroom.roster_login import RosterLogin
from bordercourse.classroom.running import free_ports
from bordercourse.classroom.sheet import class_sheet
from bordercourse.classroom.standing import Seat, Standing, standing_lines
from bordercourse.errors import CourseError, InputError


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Premises:
    """A class of two that is laid out and not open."""
    monkeypatch.setenv("BORDERCOURSE_CLASS_ROOT", str(tmp_path))
    here = Premises("class", tmp_path)
    here.records.mkdir(parents=True)
    here.store({"people": {"st1": "Nguyễn An", "st2": "Sokha"}, "title": "Bangkok"})
    return here


def test_a_code_has_no_letter_that_is_taken_for_another_and_is_kept_only_as_a_hash(tmp_path: Path) -> None:
    assert not set(LETTERS_OF_CODES) & set("il01o")
    assert len({new_code() for _n in range(200)}) == 200
    codes = PersonalCodes(tmp_path / "codes.json")
    first = codes.give("st1")
    assert first not in codes.path.read_text(encoding="utf-8")
    assert codes.path.stat().st_mode & 0o777 == 0o600
    second = codes.give("st1")
    assert codes.right("st1", second)
    assert not codes.right("st1", first)
    assert codes.without(["st1", "st2"]) == ["st2"]


def login(door: RosterLogin, name: str, code: str) -> str | None:
    return asyncio.run(door.authenticate(None, {"username": name, "password": code}))


def test_a_name_or_identifier_with_its_code_comes_in_and_guessing_is_slowed(
    place: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = PersonalCodes(place.codes)
    code = codes.give("st1")
    door = RosterLogin(codes_file=str(place.codes), record_file=str(place.records / "class.json"))
    now = [1000.0]
    monkeypatch.setattr("bordercourse.classroom.roster_login.time.monotonic", lambda: now[0])
    assert login(door, " ST1 ", code) == "st1"
    assert login(door, "nguyễn an", code.upper()) == "st1"
    assert login(door, "st2", code) is None
    assert login(door, "nobody", code) is None
    for _n in range(6):
        assert login(door, "st1", "aaaaaa") is None
    assert login(door, "st1", code) is None, "half a minute to wait"
    now[0] += 31
    assert login(door, "st1", code) == "st1"


def test_everybody_has_the_rosters_language_or_that_of_the_class(
    place: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bordercourse.classroom.languages import roster_languages
    from bordercourse.classroom.room_spawner import RoomSpawner
    from bordercourse.translate import offered

    made = tmp_path / "locale" / "th" / "LC_MESSAGES" / "bordercourse.mo"
    made.parent.mkdir(parents=True)
    made.touch()
    monkeypatch.setattr(offered, "COMPILED", tmp_path / "locale")
    monkeypatch.setattr(offered, "_CATALOGUES", tmp_path)
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,language\nst1,An,th\nST2,Sokha,Klingon\nst3,Li,\nst4,Mo,English\n", "utf-8")
    languages, notes = roster_languages(roster)
    assert languages == {"st1": "th", "st4": "en"}
    assert notes == ["The course does not speak 'klingon' yet: 1 person works in English."]
    assert roster_languages(roster, "th")[0] == {"st1": "th", "st2": "th", "st3": "th", "st4": "en"}
    with pytest.raises(InputError, match="does not speak 'xq'"):
        roster_languages(roster, "xq")
    # The hub tells it to each person's server, and the machine's own counts for nothing.
    place.store({**place.stored(), "languages": languages})
    monkeypatch.setenv("BORDERCOURSE_LANGUAGE", "vi")
    for name, language in (("st1", "th"), ("st2", "")):
        spawner = RoomSpawner(record_file=str(place.records / "class.json"))
        spawner.user = type("User", (), {"name": name})()
        assert spawner._language() == language


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("id,name\n" + "a" * 30 + ",X\n", "cannot be the name of an account"),
        ("id,name\nst.1,X\n", "cannot be the name of an account"),
        ("id,name\n", "it names nobody"),
        ("name\nX\n", "no column named id"),
    ],
)
def test_a_roster_that_makes_no_accounts_is_told(tmp_path: Path, rows: str, says: str) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(rows, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        roster_people(roster)


def test_a_roster_of_excel_is_read(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("ID;Name;Sex\nST1;Nguyễn An;f\n\nst-2;;m\n", encoding="utf-8-sig")
    assert roster_people(roster) == {"st1": "Nguyễn An", "st-2": ""}


def test_elsewhere_a_sentence_says_what_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening.sys, "platform", "win32")
    with pytest.raises(CourseError, match="WSL2"):
        needs_linux()
    monkeypatch.setattr(opening.sys, "platform", "linux")
    monkeypatch.setattr(opening.os, "geteuid", lambda: 1000)
    with pytest.raises(CourseError, match="sudo"):
        needs_linux()


def test_the_only_class_needs_no_name(place: Premises) -> None:
    assert named_class(None) == place
    assert named_class("Hà Nội", new=True).name == "ha-noi"
    Premises("other", place.root).records.mkdir()
    Premises("other", place.root).store({})
    with pytest.raises(InputError, match="class, other"):
        named_class(None)
    with pytest.raises(InputError, match="say which"):
        named_class("third")
    assert [one.name for one in premises.classes()] == ["class", "other"]


def test_without_a_class_the_way_to_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDERCOURSE_CLASS_ROOT", str(tmp_path))
    with pytest.raises(InputError, match="class open ROSTER"):
        named_class(None)


def test_the_sheet_shows_every_code_and_its_square_leads_to_the_class() -> None:
    address = "http://192.168.7.20:8000"
    page = class_sheet(
        "Bangkok <2026>",
        address,
        {"st1": "Nguyễn An", "st2": ""},
        {"st1": "abc234", "st2": "xyz789"},
        wifi="Class",
    )
    for text in ("Nguyễn An", "abc 234", "xyz 789", ">st2<", "Bangkok &lt;2026&gt;", "Class"):
        assert text in page
    assert "http" not in page.replace(address, "").replace("http://www.w3.org/2000/svg", ""), (
        "it loads nothing"
    )
    (drawn,) = re.findall(r'<path [^>]*d="([^"]+)"', page)
    code = segno.make(address, error="m", micro=False)
    assert f'd="{drawn}"' in code.svg_inline(border=4, omitsize=True), "what is drawn is what is read here"
    picture = np.kron(np.array(list(code.matrix_iter(border=4))), np.ones((6, 6)))
    found = read_barcode(((1 - picture) * 255).astype(np.uint8))
    assert found is not None
    assert found.text == address


def standing(**other: object) -> Standing:
    usual = {
        "title": "Bangkok",
        "address": "http://10.0.0.1:8000",
        "hub": True,
        "parent": True,
        "seats": (
            Seat("st1", "Nguyễn An", True, 90_000_000, 5_000_000, 940.0),
            Seat("st2", "", False, 0, 0, None),
        ),
        "memory_left": 9_000_000_000,
        "disk_left": 50_000_000_000,
    }
    return Standing(**{**usual, **other})  # type: ignore[arg-type]


def test_the_status_is_one_line_a_person_and_silent_where_all_is_well() -> None:
    assert list(standing_lines(standing(), now=1240.0)) == [
        "Bangkok: http://10.0.0.1:8000",
        "1 of 2 servers are up. 9000 MB of memory and 50 GB of disk are left.",
        "Nguyễn An (st1): in, 90 MB of memory, 5 MB on disk, saved 5 minutes ago",
        "st2: out, 0 MB of memory, 0 MB on disk, saved never",
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"hub": False}, "The hub is silent"),
        ({"parent": False}, "the plain way"),
        ({"memory_left": 400_000_000}, "Memory is short"),
        ({"disk_left": 1_000_000}, "The disk is nearly full"),
        ({"seats": (Seat("st1", "An", True, 2_000_000_000, 0, None),)}, "An uses 2000 MB"),
    ],
)
def test_each_trouble_has_one_sentence_of_advice(change: dict[str, object], says: str) -> None:
    (advice,) = standing(**change).advice()
    assert says in advice


def test_a_silent_parent_is_an_error_that_is_caught(tmp_path: Path) -> None:
    with pytest.raises(ParentSilentError):
        ask_parent(tmp_path / "no.sock", "ping")


@pytest.mark.skipif(sys.platform != "linux", reason="another system")
def test_a_forked_process_is_watched_like_an_own_one() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    watched = ForkedProcess(child.pid)
    assert watched.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        watched.wait(0.05)
    watched.terminate()
    assert watched.wait(30) == 0
    child.wait()
    watched.kill()  # too late, and no harm
    assert ForkedProcess(child.pid).poll() == 1


def test_what_a_class_remembers_is_for_the_administrator_alone(place: Premises) -> None:
    path = place.records / "class.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))["people"]["st1"] == "Nguyễn An"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="it cannot be read"):
        place.stored()


@pytest.mark.parametrize("words", [b"\xff\x00\x7f stream.stderr\n", b"HTTP/1.1 200 OK\r\n\r\n<html>"])
def test_another_program_at_the_hubs_port_counts_as_silence(place: Premises, words: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        place.store({**place.stored(), "ports": {"hub": other.getsockname()[1], "proxy": 1}})
        for name in ("desk_token", "proxy_token"):
            place.keep(name, "x")

        def answer() -> None:
            with other.accept()[0] as line:
                line.recv(1000)
                line.sendall(words)

        thread = threading.Thread(target=answer)
        thread.start()
        assert not HubLine(place).answers()
        thread.join()


@pytest.mark.skipif(sys.platform != "linux", reason="another system")
def test_ports_of_a_class_are_none_that_the_system_hands_out() -> None:
    handed_out = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert max(ports) < handed_out
