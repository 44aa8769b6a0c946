"""A workspace speaks the language that it was started in, a page as a whole, and never the machine's."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import nbformat
import pytest
from nbgrader.utils import determine_grade

from bordercourse import i18n
from bordercourse.course.notebooks import MEMO_STUB, own_lines, read_notebook
from bordercourse.course.progress import questions
from bordercourse.desk import start
from bordercourse.desk.home import LAB_EXTENSIONS
from bordercourse.desk.home import server as home_server
from bordercourse.desk.home.stations import course_state
from bordercourse.desk.language import settle_language, workspace_language
from bordercourse.desk.settings import environment
from bordercourse.desk.workspace import Workspace
from bordercourse.errors import InputError
from bordercourse.translate.pseudo import pseudo
from tests.pretended import offered, pretend

XB = "xb"
COMMAND = [sys.executable, "-m", "bordercourse.cli"]
NAMES = ("library", "desk", "records", "pack", "00-welcome")
DRAFT = "Draft translation, not yet reviewed by a native speaker."


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A language of its own, so that no other test's is taken away."""
    root = pretend(tmp_path_factory.mktemp("checkout"), XB, NAMES)
    with offered(root, XB) as lacking:
        assert lacking == {"00-welcome": []}
        yield XB


@pytest.fixture(scope="module")
def workspace(spoken: str, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("work")
    assert settle_language(root, spoken) == (spoken, "")
    laid, notes = start.prepare_workspace(root)
    assert notes == []
    return laid


def cells(path: Path) -> list[Any]:
    return list(nbformat.read(path, as_version=4).cells)


def test_a_page_is_translated_as_a_whole_or_english_and_says_so(workspace: Workspace) -> None:
    for page in (
        workspace.lessons / "00-welcome.ipynb",
        workspace.exercises / "00-welcome" / "00-welcome.ipynb",
    ):
        first = next(cell for cell in cells(page) if cell.cell_type == "markdown").source
        assert first.startswith(f"> {pseudo(DRAFT)} · {DRAFT}\n\n")
        shown = [cell for cell in cells(page) if cell.cell_type == "code"]
        assert any("ř" in cell.source for cell in shown), "captions, questions and options"
        assert not any(cell.outputs for cell in shown)
    english = cells(workspace.lessons / "04-irregular-migrants.ipynb")
    line = pseudo("This page is in English, because its translation is not ready.")
    assert english[0].source.startswith(f"> {line}\n\n")
    assert any(cell.get("outputs") for cell in english), "its figures are English, as it is"
    # The menus are called as on the screen, on every page.
    for module in ("00-welcome", "04-irregular-migrants"):
        whole = "".join(cell.source for cell in cells(workspace.exercises / module / f"{module}.ipynb"))
        assert f"**{pseudo('Run')}**" in whole
        assert "**Run**" not in whole
        assert "**Submit**" in whole  # nbgrader's


def test_answers_have_the_same_questions_points_and_names_in_every_language(workspace: Workspace) -> None:
    released = workspace.course / "release" / "00-welcome" / "00-welcome.ipynb"
    laid = workspace.exercises / "00-welcome" / "00-welcome.ipynb"
    ours, theirs = cells(laid), cells(released)
    for cell in (*ours, *theirs):  # the one thing that follows from words: what the empty memo is known by
        if cell.id == "d-memo":
            assert determine_grade(cell) == (0, 3)
            del cell.metadata.nbgrader["checksum"]
    assert [(c.id, c.metadata) for c in ours] == [(c.id, c.metadata) for c in theirs]
    if sys.platform != "win32":  # nbgrader's exchange hands out what the class reads
        (handed_out,) = workspace.exchange.glob("*/outbound/00-welcome/00-welcome.ipynb")
        assert handed_out.read_bytes() == laid.read_bytes()


def test_a_memo_that_nobody_began_is_empty_in_every_language(workspace: Workspace) -> None:
    laid = workspace.exercises / "00-welcome" / "00-welcome.ipynb"
    assert next(cell.source for cell in cells(laid) if cell.id == "d-memo") == pseudo(MEMO_STUB)

    def counts(source: str) -> bool:
        notebook = nbformat.read(laid, as_version=4)
        memo = next(cell for cell in notebook.cells if cell.id == "d-memo")
        memo.source = source
        asked = questions(read_notebook(nbformat.writes(notebook).encode()), {})
        return next(done for name, _points, done in asked if name == "d-memo")

    assert not counts(pseudo(MEMO_STUB))
    assert not counts(MEMO_STUB)
    assert counts(f"{pseudo(MEMO_STUB)} No: first hear each person alone.")
    read = read_notebook(laid.read_bytes())
    assert {text for name, text in own_lines(read) if name == "d-memo"} == set()


def test_the_link_home_is_called_the_same_on_every_page_and_on_the_screen(workspace: Workspace) -> None:
    """`home.js` asks no catalogue: its words reach it in the settings of the page, each one of them."""
    said = json.loads((workspace.lab / "labconfig" / "page_config.json").read_text("utf-8"))
    words = json.loads(said["bordercourseWords"])
    assert words["Home"] == pseudo("Home")
    script = next(LAB_EXTENSIONS.rglob("home.js")).read_text("utf-8")
    assert set(re.findall(r'say\("([^"]+)"\)', script)) == set(words)
    lesson = "".join(cell.source for cell in cells(workspace.lessons / "00-welcome.ipynb"))
    assert lesson.count(f"**{pseudo('Home')}**") == 3
    assert "**Home**" not in lesson
    # A page that is in English as a whole names the link that its reader sees.
    assert f"**{pseudo('Home')}**" in "".join(
        cell.source for cell in cells(workspace.lessons / "01-civil-registration.ipynb")
    )
    with i18n.speaking(XB):
        shown = home_server.page(base="/", state=course_state(workspace.root), thanks="", guard="")
    assert pseudo("On every page, the link ") + pseudo("Home") in shown


def test_a_second_start_remembers_the_language_and_changes_nothing(workspace: Workspace) -> None:
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*.ipynb")}
    _laid, notes = start.prepare_workspace(workspace.root)
    assert notes == []
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*.ipynb")} == before


def test_kernels_and_server_get_the_workspaces_language_and_not_the_machines(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("LANG", "LANGUAGE", "LC_ALL", "BORDERCOURSE_LANGUAGE"):
        monkeypatch.setenv(name, "th")
    variables = environment(workspace, "t")
    assert variables["BORDERCOURSE_LANGUAGE"] == XB
    english = variables["BORDERCOURSE_ENGLISH"].split(",")
    assert "00-welcome" not in english
    assert {"04-irregular-migrants", "04-irregular-migrants-annex", "check-before"} <= set(english)
    assert not {"BORDERCOURSE_LANGUAGE", "BORDERCOURSE_ENGLISH"} & set(environment(Workspace(tmp_path), "t"))
    monkeypatch.setenv("BORDERCOURSE_LANGUAGE", XB)
    monkeypatch.setenv("BORDERCOURSE_ENGLISH", "04-irregular-migrants")
    for page, language in (
        ("lessons/00-welcome.ipynb", XB),
        ("lessons/04-irregular-migrants.ipynb", ""),
        ("lessons/04-irregular-migrants-version-2.ipynb", ""),
        ("lessons/annex/04-irregular-migrants.ipynb", XB),
    ):
        monkeypatch.setenv("JPY_SESSION_NAME", page)
        assert i18n.language() == language


def test_a_language_that_the_course_does_not_speak_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for name in ("xq", "../th", "Thai", ""):
        with pytest.raises(InputError, match="does not speak"):
            settle_language(tmp_path, name)
    assert workspace_language(tmp_path) == ""
    # One whose language is gone opens in English, and says why.
    (tmp_path / ".lab").mkdir()
    (tmp_path / ".lab" / "language").write_text("xq\n", encoding="utf-8")
    language, note = settle_language(tmp_path, None)
    assert language == ""
    assert "does not speak 'xq'" in note
    assert settle_language(tmp_path, "en") == ("", "")
    assert not (tmp_path / ".lab" / "language").exists()


def test_a_hand_in_says_in_which_language_it_was_answered(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bordercourse.course.answers import AnswerSheet, sheet_language
    from bordercourse.handin.packing import pack

    for name, value in environment(workspace, "t").items():
        monkeypatch.setenv(name, value)
    packed = pack("00", "An", workspace.root).parcel
    assert sheet_language(packed.files["answers.json"]) == XB, "also where nothing was clicked"
    AnswerSheet("00-welcome", workspace.exercises / "00-welcome")["a1-registration"] = "a"
    assert sheet_language((workspace.exercises / "00-welcome" / "answers.json").read_bytes()) == XB
    assert sheet_language(pack("00", "An", workspace.root).parcel.files["answers.json"]) == XB
    # An exercise that is in English as a whole is handed in as English.
    assert "answers.json" not in pack("04", "An", workspace.root).parcel.files
    (workspace.exercises / "00-welcome" / "answers.json").unlink()


@pytest.mark.parametrize("named", ['"../../etc"', '"TH"', "[]", "7", "null", '"thai"'])
def test_a_sheet_that_names_a_strange_language_is_english(named: str) -> None:
    from bordercourse.course.answers import sheet_language

    assert sheet_language(f'{{"answers": {{}}, "language": {named}}}'.encode()) == ""
    assert sheet_language(b"no sheet") == ""


def test_english_comes_back_and_work_stays(spoken: str, tmp_path: Path) -> None:
    settle_language(tmp_path, spoken)
    laid, _notes = start.prepare_workspace(tmp_path)
    lesson, exercise = laid.lessons / "00-welcome.ipynb", laid.exercises / "00-welcome"
    answers = exercise / "answers.json"
    answers.write_text("{}", encoding="utf-8")
    settle_language(tmp_path, "en")
    _laid, notes = start.prepare_workspace(tmp_path)
    assert DRAFT not in lesson.read_text(encoding="utf-8")
    assert answers.exists()
    assert DRAFT in (exercise / "00-welcome.ipynb").read_text(encoding="utf-8")
    assert [line for line in notes if "00-welcome" in line]


def test_home_and_jupyterlab_speak_the_workspaces_language(workspace: Workspace, tmp_path: Path) -> None:
    """The pack is asked for as the browser does; its locale is one that this test installs beside."""
    pack = tmp_path / "packed_xb"
    pack.mkdir()
    (pack / "__init__.py").touch()
    made = Path(i18n.__file__).parent / "locale" / XB / "lab" / "jupyterlab.json"
    (pack / "jupyterlab.json").write_bytes(made.read_bytes())
    info = tmp_path / "packed_xb-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: packed-xb\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[jupyterlab.languagepack]\nen_GB = packed_xb\n", encoding="utf-8")
    path = os.pathsep.join(part for part in (str(tmp_path), os.environ.get("PYTHONPATH", "")) if part)
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bordercourse.cli",
            "start",
            "--no-browser",
            "--workspace",
            str(workspace.root),
        ],
        env={**os.environ, "PYTHONPATH": path, "LANG": "de_DE.UTF-8"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = ""
        while pseudo("Keep this window open") not in said and (line := server.stdout.readline()):
            said += line
        assert pseudo("Your work is saved in") in said
        address = next(word for word in said.split() if word.startswith("http://"))
        place, _home, token = address.partition("bordercourse/home?token=")

        def get(path: str) -> str:
            asked = Request(place + path, headers={"Authorization": f"token {token}"})
            with build_opener(ProxyHandler({})).open(asked, timeout=60) as reply:
                return str(reply.read().decode("utf-8"))

        home = get("bordercourse/home")
        assert f'<html lang="{XB}">' in home
        assert f"{pseudo(DRAFT)} · {DRAFT}" in home
        assert pseudo("The stations of the course") in home
        assert pseudo("In English.") in home
        answer = json.loads(get("lab/api/translations/en_GB"))
        assert answer["message"] == ""
        words = answer["data"]["jupyterlab"]
        assert words["menu\u0004Run"] == [pseudo("Run")]
        assert words["Run All Cells"] == [pseudo("Run All Cells")]
        assert words["Run this cell and advance"] == [pseudo("Run these %1 cells and advance")] * 2
        listed = json.loads(get("lab/api/translations"))["data"]
        assert {"id_ID", "km_KH", "ms_MY", "th_TH", "vi_VN"} <= set(listed)
    finally:
        server.terminate()
        server.wait(timeout=120)
