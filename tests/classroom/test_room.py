"""A class that is truly open: accounts, servers, kernels, hand-ins, and what happens when a part dies."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import signal
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
import pytest

from tests.grading.classroom import Classroom, tiny

from .conftest import ROOT, Room
from .seated import PATIENCE, Kernel, Seated

LESSON = "lessons/00-welcome.ipynb"


@pytest.fixture(scope="module")
def codes(room: Room) -> dict[str, str]:
    """The codes as they stand on the slips, which the sheet then shows once."""
    stored = json.loads((room.records / "slips.json").read_text(encoding="utf-8"))
    page = room.root / "sheet.html"
    room.command("sheet", "--to", str(page), "--wifi", "Border class")
    assert page.stat().st_mode & 0o777 == 0o600
    text = page.read_text(encoding="utf-8")
    assert all(f"{code[:3]} {code[3:]}" in text for code in stored.values())
    assert not (room.records / "slips.json").exists()
    assert "It holds no slips" in room.command("sheet", "--to", str(page))
    return dict(stored)


def seated(room: Room, codes: dict[str, str], n: int) -> Seated:
    person = Seated(room.address, room.ids[n])
    assert person.come_in(codes[room.ids[n]])
    person.look("bordercourse/home")
    return person


def until(met: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.2)


def displays(kernel: Kernel) -> list[str]:
    """What the cells of the lesson show, with the numbers that are drawn anew each time in their order."""
    cells = nbformat.read(ROOT / "notebooks" / Path(LESSON).name, as_version=4).cells
    kinds = ("display_data", "execute_result", "stream", "error", "comm_open")
    said = [
        json.dumps([kind, content])
        for cell in cells
        if cell.cell_type == "code"
        for kind, content in kernel.shown(cell.source)
        if kind in kinds
    ]
    numbers: dict[str, str] = {}
    return [
        re.sub(r"[0-9a-f]{32}", lambda found: numbers.setdefault(found[0], f"<{len(numbers)}>"), text)
        for text in said
    ]


def test_nothing_is_left_to_each_kernel_that_the_parent_could_do_once(
    room: Room, codes: dict[str, str]
) -> None:
    log = (room.records / "parent.log").read_text(encoding="utf-8")
    assert "not warmed" not in log
    assert "warm after" in log
    person = seated(room, codes, 3)
    kernel = person.open_lesson(LESSON)
    # A list of all modules, which only the debugger needs, would write into each of them.
    assert kernel.run("import sys; print(get_ipython().kernel._kernel_modules)") == "[]\n"
    assert kernel.run("print([name for name in sys.modules if name.startswith('debugpy')])") == "[]\n"
    own = kernel.run("import psutil; print(psutil.Process().memory_full_info().uss)")
    assert int(own) < 45e6, "29 MB when this was written; 50 MB with the debugger"
    lazy = "print([name for name in sys.modules if name.startswith('pydantic._internal')] != [])"
    assert kernel.run(lazy) == "True\n"
    kernel.close()


def test_a_person_works_as_an_own_user_and_sees_nobody_else(room: Room, codes: dict[str, str]) -> None:
    stranger = Seated(room.address, room.ids[0])
    assert not stranger.come_in(codes[room.ids[1]])
    person = seated(room, codes, 0)
    assert person.look("formgrader").status_code == 404
    kernel = person.open_lesson(LESSON)
    mine = pwd.getpwnam(f"bc-{room.ids[0]}")
    assert kernel.run("import os; print(os.getuid(), os.getgroups())") == f"{mine.pw_uid} [{mine.pw_gid}]\n"
    assert kernel.run("print(open('/proc/self/comm').read())").strip() == "class-kernel"
    carried = kernel.run("from bordercourse.desk.places import shipped; print(shipped().sources)")
    assert carried == "None\n", "no solutions"
    closed = [room.workspace(room.ids[1]), room.records, room.records / "codes.json"]
    closed.append(room.root / "srv" / "bordercourse" / "class")
    for place in closed:
        assert "PermissionError" in kernel.run(f"os.listdir({str(place)!r})"), place
    ask = (
        "from pathlib import Path; from bordercourse.classroom.parent_line import ask_parent, DOOR\n"
        f"ask_parent(Path(os.environ[DOOR]), 'server', participant={room.ids[1]!r}, folder='/')"
    )
    assert "not for you" in kernel.run(ask)
    assert person.save(LESSON, person.notebook(LESSON)) == 200
    kernel.close()


def test_a_kernel_is_forked_for_who_asks_whatever_the_message_says(room: Room, codes: dict[str, str]) -> None:
    person = seated(room, codes, 0)
    kernel = person.open_lesson(LESSON)
    code = (
        "import os, time, psutil; from pathlib import Path\n"
        "from bordercourse.classroom.parent_line import ask_parent, DOOR\n"
        "door = Path(os.environ[DOOR])\n"
        f"n = ask_parent(door, 'kernel', participant={room.ids[1]!r}, env=dict(os.environ), folder='/')\n"
        "print(psutil.Process(n).uids().real == os.getuid())"
    )
    assert kernel.run(code) == "True\n"
    kernel.close()


def test_a_folder_with_solutions_that_participants_can_see_is_warned_of(room: Room) -> None:
    source = room.root / "checkout" / "exercises" / "source"
    source.mkdir(parents=True)
    words = ("open", str(room.roster), "--address", "127.0.0.1", "--port", str(room.port))
    assert "chmod 700" in room.command(*words, cwd=source.parent)
    (room.root / "checkout").chmod(0o700)
    assert "chmod 700" not in room.command(*words, cwd=source.parent)


def test_opening_again_changes_nothing_and_adds_who_is_new(room: Room, codes: dict[str, str]) -> None:
    work = room.workspace(room.ids[0]) / "exercises" / "00-welcome" / "answers.json"
    work.write_text('{"module": "00-welcome", "answers": {}}', encoding="utf-8")
    kept = {path: path.read_bytes() for path in [room.records / "codes.json", work]}
    servers = {p.pid for p in psutil.process_iter(["name"]) if p.info["name"] == "class-server"}
    assert "4 people are in the class, 0 new." in room.open()
    assert {path: path.read_bytes() for path in kept} == kept
    assert servers <= {p.pid for p in psutil.process_iter(["name"]) if p.info["name"] == "class-server"}
    late = room.ids[0][:-1] + "e"
    room.roster.write_text(f"id,name\n{late},Ana Late\n", encoding="utf-8")
    assert "5 people are in the class, 1 new." in room.open()
    stored = json.loads((room.records / "codes.json").read_text(encoding="utf-8"))
    before = json.loads(kept[room.records / "codes.json"])
    assert {who: stored[who] for who in before} == before
    (code,) = json.loads((room.records / "slips.json").read_text(encoding="utf-8")).values()
    assert Seated(room.address, "ana late").come_in(code), "the name serves as well"
    new = room.command("code", late).split(":")[1].strip()
    assert not Seated(room.address, late).come_in(code)
    assert Seated(room.address, late).come_in(new)


def test_a_hub_that_is_killed_leaves_everybody_at_work(room: Room, codes: dict[str, str]) -> None:
    person = seated(room, codes, 1)
    kernel = person.open_lesson(LESSON)
    kernel.run("x = 41")
    hub = json.loads((room.records / "class.json").read_text(encoding="utf-8"))["hub"]
    (culler,) = (p for p in psutil.Process(hub).children() if "jupyterhub_idle_culler" in p.cmdline())
    os.kill(hub, signal.SIGKILL)
    until(lambda: not culler.is_running())
    until(lambda: not psutil.pid_exists(hub) or psutil.Process(hub).status() == psutil.STATUS_ZOMBIE)
    assert kernel.run("x += 1; print(x)") == "42\n"
    page = person.notebook(LESSON)
    page["cells"].append({"cell_type": "markdown", "id": "kept", "metadata": {}, "source": "KEPT"})
    assert person.save(LESSON, page) == 200
    assert "The hub is silent" in room.status()
    room.open()
    kernel = Kernel(person, kernel.id)  # a new hub begins with a new door; the page knocks again by itself
    assert kernel.run("x += 1; print(x)") == "43\n"
    assert "KEPT" in (room.workspace(room.ids[1]) / LESSON).read_text(encoding="utf-8")
    kernel.close()


def test_without_the_warm_parent_everything_starts_the_plain_way(room: Room, codes: dict[str, str]) -> None:
    kernel = seated(room, codes, 2).open_lesson(LESSON)
    shown = displays(kernel)
    kernel.close()
    parent = json.loads((room.records / "class.json").read_text(encoding="utf-8"))["parent"]
    os.kill(parent, signal.SIGKILL)
    until(lambda: "The warm parent is silent" in room.status())
    person = seated(room, codes, 2)
    kernel = person.open_lesson("lessons/01-civil-registration.ipynb")
    assert displays(kernel) == shown
    assert "class-kernel" not in kernel.run("print(open('/proc/self/comm').read())")
    owner = pwd.getpwnam(f"bc-{room.ids[2]}")
    assert kernel.run("import os; print(os.getuid())") == f"{owner.pw_uid}\n"
    kernel.close()
    for one in psutil.process_iter(["uids"]):
        if one.info["uids"].real == owner.pw_uid:
            with contextlib.suppress(psutil.NoSuchProcess):  # a kernel ends with its server
                one.kill()
    until(lambda: f"({room.ids[2]}): out" in room.status())
    person = seated(room, codes, 2)  # a server too
    assert person.look("bordercourse/home").status_code == 200
    room.open()
    assert "the plain way" not in room.status()


def test_hand_ins_are_fetched_as_their_owners(room: Room, codes: dict[str, str]) -> None:
    course = room.root / "course"
    source = course / "source" / "00-welcome"
    source.mkdir(parents=True)
    exercise = ROOT / "exercises" / "source" / "00-welcome" / "00-welcome.ipynb"
    (source / "00-welcome.ipynb").write_bytes(exercise.read_bytes())
    good, linked, gone, piped = (room.workspace(id) / "exercises" / "00-welcome" for id in room.ids)
    (linked / "00-welcome.ipynb").unlink()
    (linked / "00-welcome.ipynb").symlink_to(room.records / "codes.json")
    (gone / "00-welcome.ipynb").unlink()
    (piped / "00-welcome.ipynb").unlink()
    os.mkfifo(piped / "00-welcome.ipynb")
    told = room.command("collect", "00", "--course", str(course), status=1)
    lines = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    assert lines[room.ids[0]].startswith(" filed")
    for id in room.ids[1:]:
        assert lines[id].startswith(" not fetched:"), lines[id]
    late = room.ids[0][:-1] + "e"
    assert "2 of 5 are filed. Next: bordercourse grade 00-welcome" in told
    assert sorted(path.name for path in (course / "submitted").iterdir()) == sorted([room.ids[0], late])
    assert good.is_dir()


def test_feedback_comes_home_as_its_owners_and_never_elsewhere(room: Room, codes: dict[str, str]) -> None:
    from bordercourse.grading.run import grade, open_course

    course = Classroom(room.root / "graded", {"tiny": tiny})
    course.hand_in(room.ids[0], "tiny", course.model("tiny"))
    course.hand_in("somebody-else", "tiny", course.model("tiny"))
    assert {one.state for one in grade(open_course(course.root), ["tiny"])} == {"graded"}
    told = room.command("return", "tiny", "--course", str(course.root), status=1)
    assert "somebody-else: is nobody of this class." in told
    (page,) = (room.workspace(room.ids[0]) / "feedback").iterdir()
    assert page.name.startswith("tiny")
    assert pwd.getpwuid(page.stat().st_uid).pw_name == f"bc-{room.ids[0]}"
    assert room.ids[0] in page.name
    assert not (room.workspace(room.ids[1]) / "feedback").exists()
    # A folder that leads elsewhere is not followed with the administrator's rights.
    trap = room.workspace(room.ids[1]) / "feedback"
    trap.symlink_to(room.records)
    course.hand_in(room.ids[1], "tiny", course.model("tiny"))
    list(grade(open_course(course.root), ["tiny"]))
    before = sorted(path.name for path in room.records.iterdir())
    told = room.command("return", "tiny", "--course", str(course.root), status=1)
    assert f"{room.ids[1]}: not brought:" in told
    assert sorted(path.name for path in room.records.iterdir()) == before


def test_a_closed_class_ends_everything_and_can_be_put_away(room: Room, codes: dict[str, str]) -> None:
    users = {pwd.getpwnam(f"bc-{id}").pw_uid for id in room.ids}
    archive = room.root / "work.tar.gz"
    room.command("close", "--archive", str(archive))
    left = [p for p in psutil.process_iter(["uids", "status"]) if p.info["uids"].real in users]
    assert all(p.info["status"] == psutil.STATUS_ZOMBIE for p in left)
    assert not (room.records / "codes.json").exists()
    with tarfile.open(archive) as whole:
        names = whole.getnames()
    assert f"{room.ids[0]}/exercises/00-welcome/answers.json" in names
    assert archive.stat().st_mode & 0o777 == 0o600
    assert "Then add --yes" in room.command("remove", status=2)
    room.command("remove", "--yes")
    for id in room.ids:
        with pytest.raises(KeyError):
            pwd.getpwnam(f"bc-{id}")
    assert not room.records.exists()
    assert not Path(room.root / "srv" / "bordercourse" / "class").exists()
