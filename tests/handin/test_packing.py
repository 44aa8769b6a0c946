"""A participant's own computer reads what is handed in as the grader does; what is not clear is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest

import bordercourse
from bordercourse.course.answers import read_sheet
from bordercourse.course.notebooks import own_lines, read_notebook
from bordercourse.errors import InputError
from bordercourse.files import LARGEST_NOTEBOOK
from bordercourse.handin.hand_in import hand_in, last_name, main
from bordercourse.handin.packing import Packed, pack
from bordercourse.handin.parcel import read_parcel

MODULE = "01-tiny"
PAGE, SHEET = f"{MODULE}.ipynb", "answers.json"
CLICKED = {"a1-word": "b", "a2-ticks": ["c", "d"]}
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def page(answer: str = "total = ...", memo: str = "Write your memo here.") -> str:
    def cell(name: str, made: Any, **marks: Any) -> Any:
        made.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, **marks}
        return made

    cells = [
        nbformat.v4.new_code_cell(f"exercise = Exercise({MODULE!r})"),
        cell("b1-sum-answer", nbformat.v4.new_code_cell(f"# Add the births.\n{answer}"), solution=True),
        cell("d-memo", nbformat.v4.new_markdown_cell(memo), solution=True, grade=True, points=3),
    ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "their laptop" / "exercises" / MODULE
    folder.mkdir(parents=True)
    (folder / PAGE).write_text(page("total = 4"), encoding="utf-8")
    (folder / SHEET).write_text(json.dumps({"module": MODULE, "answers": CLICKED}), encoding="utf-8")
    return tmp_path / "their laptop"


def change(folder: Path, name: str, new: Callable[[bytes], bytes]) -> None:
    (folder / name).write_bytes(new((folder / name).read_bytes()))


def contents(packed: Packed) -> tuple[str, dict[str, Any]]:
    files = packed.parcel.files
    code = "\n".join(cell["source"] for cell in read_notebook(files[PAGE]))
    return code, read_sheet(files[SHEET], MODULE) if SHEET in files else {}


HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "byte-order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "zeros at the end": lambda data: data + b"\0" * 64,
    "no-break spaces": lambda data: b"\xc2\xa0" + data.replace(b'": ', b'":\xc2\xa0'),
}


@pytest.mark.parametrize("name", [PAGE, SHEET])
@pytest.mark.parametrize("kind", HARMLESS)
def test_twins_are_repaired_alike_and_any_program_reads_them_after(
    workspace: Path, kind: str, name: str
) -> None:
    folder = workspace / "exercises" / MODULE
    change(folder, name, HARMLESS[kind])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    packed = pack("01", "an", workspace)
    assert contents(packed)[1] == CLICKED
    assert "total = 4" in contents(packed)[0]
    assert all(json.loads(content.decode("utf-8")) for content in packed.parcel.files.values())
    assert packed.notes == ()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before, (
        "nothing is moved or changed"
    )


@pytest.mark.parametrize("name", [PAGE, SHEET])
@pytest.mark.parametrize("new", ["{stem} (1){suffix}", "{stem}-Copy1{suffix}", "my/{stem}{suffix}"])
def test_twins_under_another_name_are_found_and_told(workspace: Path, name: str, new: str) -> None:
    path = workspace / "exercises" / MODULE / name
    target = path.parent / new.format(stem=path.stem, suffix=path.suffix)
    target.parent.mkdir(exist_ok=True)
    path.rename(target)
    packed = pack("01", "an", workspace)
    assert contents(packed)[1] == CLICKED
    assert "total = 4" in contents(packed)[0]
    assert target.name in " ".join(packed.notes)


def test_a_page_with_a_name_of_its_own_is_known_by_what_it_holds(workspace: Path) -> None:
    folder = workspace / "exercises" / MODULE
    (folder / PAGE).rename(folder / "bài của tôi.ipynb")
    assert "total = 4" in contents(pack("01", "an", workspace))[0]


@pytest.mark.parametrize("copy", [f"{MODULE} (1).ipynb", f"old/{PAGE}"])
def test_an_answered_copy_beside_an_untouched_page_is_given_and_told(workspace: Path, copy: str) -> None:
    folder = workspace / "exercises" / MODULE
    (folder / copy).parent.mkdir(exist_ok=True)
    (folder / PAGE).rename(folder / copy)
    (folder / PAGE).write_text(page(), encoding="utf-8")
    packed = pack("01", "an", workspace)
    assert "total = 4" in contents(packed)[0]
    assert packed.page == folder / copy
    assert f"{copy} is handed in as {PAGE}." in packed.notes


def test_an_older_copy_of_which_every_answer_is_on_the_page_is_no_question(workspace: Path) -> None:
    folder = workspace / "exercises" / MODULE
    (folder / "backup").mkdir()
    (folder / "backup" / PAGE).write_text((folder / PAGE).read_text())
    (folder / PAGE).write_text(page("total = 4", "My memo, written later."))
    packed = pack("01", "an", workspace)
    assert packed.page == folder / PAGE
    assert packed.notes == ()


@pytest.mark.parametrize("name", [PAGE, SHEET])
def test_copies_that_differ_are_asked_about(workspace: Path, name: str) -> None:
    folder = workspace / "exercises" / MODULE
    other = page("total = 5") if name == PAGE else json.dumps({"module": MODULE, "answers": {"a1-word": "a"}})
    stem, suffix = os.path.splitext(name)
    (folder / f"{stem} (1){suffix}").write_text(other, encoding="utf-8")
    with pytest.raises(InputError, match=r"\(1\).*: these copies hold different answers\. Keep the one"):
        pack("01", "an", workspace)


@pytest.mark.parametrize(
    ("name", "new", "says"),
    [
        (SHEET, lambda data: data[:30], r"answers\.json: the file is broken off or damaged\. Run your page"),
        (SHEET, lambda data: b"[]", r"answers\.json: the file is no answer sheet"),
        (SHEET, lambda data: data + b" " * 1_000_000, r"answers\.json: larger than 1 MB\. Run your page"),
        (SHEET, lambda data: data.replace(b"01-tiny", b"02-other"), "holds the answers of 02-other"),
        (PAGE, lambda data: data[:300], r"01-tiny\.ipynb: the file is broken off or damaged\. Open it"),
        (PAGE, lambda data: b"", r"01-tiny\.ipynb: the file is empty"),
        (PAGE, lambda data: data + b" " * LARGEST_NOTEBOOK, r"larger than 30 MB\. In JupyterLab choose"),
    ],
    ids=["cut", "list", "giant", "other", "cut-page", "empty-page", "giant-page"],
)
def test_what_cannot_be_read_is_told_before_it_is_given(
    workspace: Path, name: str, new: Callable[[bytes], bytes], says: str
) -> None:
    change(workspace / "exercises" / MODULE, name, new)
    with pytest.raises(InputError, match=says):
        pack("01", "an", workspace)
    assert not (workspace / "hand-ins").exists()


def test_a_page_of_25_megabytes_is_handed_in(workspace: Path) -> None:
    folder = workspace / "exercises" / MODULE
    notebook = json.loads((folder / PAGE).read_text())
    notebook["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 25_000_000}]
    (folder / PAGE).write_text(json.dumps(notebook))
    assert len(read_parcel(hand_in("01", "an", workspace)).files[PAGE]) > 25_000_000


def test_letters_that_are_lost_are_told(workspace: Path) -> None:
    change(
        workspace / "exercises" / MODULE,
        PAGE,
        lambda data: data.replace(b"memo here", "mémo".encode("cp1252")),
    )
    assert "Some letters of your page cannot be read" in " ".join(pack("01", "an", workspace).notes)


def test_the_slip_names_the_person_and_the_version_of_the_course(workspace: Path) -> None:
    parcel = read_parcel(hand_in("01", "  Nguye\u0302\u0303n  An ", workspace, now=NOON))
    assert parcel.name == "Nguyễn An"
    assert parcel.participant == "nguyen-an"
    assert parcel.version == bordercourse.__version__


@pytest.mark.parametrize("year", [1, 1970, 1979, 2026, 2107, 2108, 9999])
def test_no_clock_stops_a_hand_in(workspace: Path, year: int) -> None:
    now = datetime(year, 2, 28, 23, 59, 59, tzinfo=UTC)
    notes = " ".join(pack("01", "an", workspace, now=now).notes)
    assert ("The clock of this computer says" in notes) == (year not in (2026,))
    assert read_parcel(hand_in("01", "an", workspace, now=now)).time == now


@pytest.mark.parametrize(
    "name", ["50% [x] {a} 'b'", "สุขใจ ភូមិ", "a+b&c#d~e", "naïve Œuvre", "%(here)s $HOME ``"]
)
def test_a_folder_may_have_any_name(tmp_path: Path, workspace: Path, name: str) -> None:
    root = tmp_path / name
    workspace.rename(root)
    assert main(["01", "--name", "an", "--workspace", str(root)]) == 0
    assert len(list((root / "hand-ins").iterdir())) == 1


def test_the_command_asks_for_a_name_every_time(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["01", "--name", "Nguyễn An", "--workspace", str(workspace)]) == 0
    assert last_name(workspace) == "Nguyễn An"
    for given in ([], ["--name", ""], ["--name", " \u200b "]):
        with pytest.raises(InputError, match="--name: it is missing"):
            main(["01", *given, "--workspace", str(workspace)])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _prompt: "")
    with pytest.raises(InputError, match="--name: it is missing"):
        main(["01", "--workspace", str(workspace)])
    monkeypatch.setattr("builtins.input", lambda _prompt: "Lê Bình")
    assert main(["01", "--workspace", str(workspace)]) == 0
    assert "The last file from here was for Nguyễn An" in capsys.readouterr().out
    assert len(list((workspace / "hand-ins").iterdir())) == 2


def test_bytes_of_another_terminal_are_letters(workspace: Path) -> None:
    name = "Nguyễn Ân".encode().decode("ascii", "surrogateescape")
    assert main(["01", "--name", name, "--workspace", str(workspace)]) == 0
    (path,) = (workspace / "hand-ins").iterdir()
    assert read_parcel(path).name == "Nguyễn Ân"


def test_a_name_that_cannot_be_remembered_does_not_stop_the_hand_in(workspace: Path) -> None:
    (workspace / ".lab").write_text("a file in the place of the folder")
    assert main(["01", "--name", "an", "--workspace", str(workspace)]) == 0


def test_a_disk_that_is_full_loses_nothing(workspace: Path, small_disk: Path) -> None:
    """The real thing: the page fills the disk, so that the hand-in finds no room."""
    noise = os.urandom(75_000).hex()
    root = small_disk / "work"
    folder = root / "exercises" / MODULE
    folder.mkdir(parents=True)
    (folder / PAGE).write_text(page("total = 4", noise))
    (folder / SHEET).write_text(json.dumps({"module": MODULE, "answers": CLICKED}))
    (root / "photo.jpg").write_bytes(b"x" * 860_000)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match=r"hand-ins: the disk is full\. .* Your work is saved"):
        main(["01", "--name", "an", "--workspace", str(root)])
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    (root / "photo.jpg").unlink()
    assert main(["01", "--name", "an", "--workspace", str(root)]) == 0


def test_scaffold_and_blanks_are_no_answers() -> None:
    empty = own_lines(read_notebook(page().encode()))
    assert own_lines(read_notebook(page("total = 4").encode())) - empty == {("b1-sum-answer", "total = 4")}
    assert own_lines(read_notebook(page(memo="").encode())) == empty
