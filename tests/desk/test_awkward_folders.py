"""A course works in a folder of any name: no part of its path is taken for a pattern or an order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from urllib.request import urlopen

import pytest

from bordercourse.desk import start
from bordercourse.desk.places import Shipped
from bordercourse.desk.settings import write_settings
from bordercourse.desk.workspace import Workspace, lay_out
from bordercourse.grading.kernels import isolation
from bordercourse.grading.plain_path import is_plain, plain_path
from bordercourse.handin import collect
from bordercourse.handin.hand_in import hand_in

from .conftest import MODULE, write_source

# What a file system may take, and what takes it for something else.
SIGNS = [
    *(
        "[HQ]",
        "%20",
        "%25",
        "'",
        '"',
        "{x}",
        " ",
        "#",
        "&",
        "?",
        "*",
        "\n",
        "សុខា",
        "%(here)s",
        "$5",
        "!",
        "+",
    ),
    *("~", ";", "`", "<", "|", ":", "\\", "\t"),
]


def awkward(parent: Path) -> Path:
    """A folder whose name holds all of them that this system takes."""
    name = "a"
    for sign in SIGNS:
        try:
            (parent / (name + sign)).mkdir()
        except OSError:
            continue
        (parent / (name + sign)).rmdir()
        name += sign
    (parent / f"{name}z").mkdir()
    return parent / f"{name}z"


@pytest.fixture(autouse=True)
def _links(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to folders of a test go with the test."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=cwd, capture_output=True, text=True, errors="replace", check=False
    )


def test_the_whole_loop_in_a_folder_of_any_name(tmp_path: Path) -> None:
    root = awkward(tmp_path)
    sources = write_source(root / "checkout" / "exercises")
    (root / "checkout" / "notebooks").mkdir()
    workspace, notes = lay_out(root / "work", Shipped(root / "checkout" / "notebooks", None, sources))
    assert notes == []
    assert (workspace.exercises / MODULE / f"{MODULE}.ipynb").is_file()

    parcel = hand_in(MODULE, "sok", workspace.root)
    assert collect.main([str(parcel.parent), "--course", str(workspace.course)]) == 0
    safety = [] if isolation.available() else ["--no-isolation"]
    graded = run("bordercourse", "grade", MODULE, "--plain", *safety, cwd=workspace.course)
    assert graded.stdout.splitlines()[-1] == "1 submission graded.", graded
    given_back = run("bordercourse", "return", MODULE, cwd=workspace.course)
    assert given_back.returncode == 0, given_back
    (page,) = (workspace.course / "return" / MODULE).iterdir()
    assert page.name.startswith(f"{MODULE}-sok-")
    for command in ("generate_feedback", "autograde"):
        done = run("nbgrader", command, MODULE, "--force", cwd=workspace.course)
        assert done.returncode == 0, done.stderr[-2000:]
    assert (workspace.course / "feedback" / "sok" / MODULE / f"{MODULE}.html").is_file()
    assert (workspace.course / "gradebook.db").is_file()
    assert os.listdir(tmp_path) == [root.name], "nothing stands beside the folder"


def test_jupyterlab_and_formgrader_open_a_course_in_a_folder_of_any_name(tmp_path: Path) -> None:
    root = awkward(tmp_path)
    sources = write_source(root / "checkout" / "exercises")
    (root / "checkout" / "notebooks").mkdir()
    workspace, _notes = lay_out(root / "$HOME", Shipped(root / "checkout" / "notebooks", None, sources))
    write_settings(workspace, instructor=True)
    server, address = start._launch(workspace, None)
    try:
        with urlopen(address) as reply:
            assert reply.status == 200
        with urlopen(address.replace(f"{start.ADDRESS}?", "formgrader/manage_assignments?")) as reply:
            assert f'manage_submissions/{MODULE}"' in reply.read().decode()
        page = address.replace(f"{start.ADDRESS}?", f"api/contents/exercises/{MODULE}?")
        with urlopen(page) as reply:
            assert [one["name"] for one in json.load(reply)["content"]] == [f"{MODULE}.ipynb"]
    finally:
        server.terminate()
        server.wait(timeout=30)
    said = (workspace.lab / "lab.log").read_text(encoding="utf-8")
    assert "not a subdirectory of the notebook server root" not in said


@pytest.mark.parametrize("name", ["plain", "two words", "សុខា", "Nguyễn-2026_v1.0 (copy)"])
def test_a_plain_path_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    assert plain_path(tmp_path / name) == tmp_path / name


def test_a_link_stands_for_the_part_that_is_not_plain(tmp_path: Path) -> None:
    course = tmp_path / "Ministry [HQ]" / "work" / "course"
    course.mkdir(parents=True)
    path = plain_path(course)
    assert is_plain(path)
    assert path.resolve() == course.resolve()
    assert path.parent == plain_path(course.parent)
    assert plain_path(course) == path


def test_a_link_that_leads_elsewhere_is_put_right(tmp_path: Path) -> None:
    course = tmp_path / "[a]"
    course.mkdir()
    link = plain_path(course)
    link.unlink()
    link.symlink_to(tmp_path)
    assert plain_path(course) == link
    assert link.resolve() == course.resolve()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners")
def test_a_folder_that_others_may_write_holds_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tmp_path / "[a]").mkdir()
    runtime = tmp_path_factory.mktemp("open")
    shelf = runtime / f"bordercourse-{os.getuid()}"
    shelf.mkdir()
    shelf.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    assert shelf not in plain_path(tmp_path / "[a]").parents


def test_a_running_course_is_known_by_its_folder(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "%20")
    assert is_plain(workspace.served.root)
    assert workspace.served.root.parent.is_dir()


@pytest.mark.skipif(not Path(sys.prefix, ".made-in").is_file(), reason="tools/install did not make this one")
def test_python_starts_in_any_locale_whatever_the_folder_of_the_course_is_called() -> None:
    """It reads the file that leads to the course in the locale's encoding: no names may be in it."""
    files = list(Path(sysconfig.get_path("purelib")).glob("_*bordercourse*.pth"))
    assert [path.read_text().strip() for path in files] in ([], ["../../../../src"], ["../../../src"])
