"""A hand-in made in one workspace is filed unchanged in another; a bad file is refused whole."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.handin import collect as collect_command
from bordercourse.handin import hand_in as hand_in_command
from bordercourse.handin.collect import collect
from bordercourse.handin.hand_in import hand_in
from bordercourse.handin.identifiers import full_name, participant_id
from bordercourse.handin.parcel import LARGEST, SLIP, Parcel, read_parcel, write_parcel

MODULE = "01-tiny"
NOON = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)
NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
ANSWERS = json.dumps({"format": 1, "module": MODULE, "answers": {"a1": "ខ"}}).encode()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "their laptop" / "exercises" / MODULE
    folder.mkdir(parents=True)
    (folder / f"{MODULE}.ipynb").write_bytes(NOTEBOOK)
    (folder / "answers.json").write_bytes(ANSWERS)
    (folder / "private.txt").write_text("not for the instructor", encoding="utf-8")
    return tmp_path / "their laptop"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    source = folder / "source" / MODULE
    source.mkdir(parents=True)
    (source / f"{MODULE}.ipynb").write_bytes(NOTEBOOK)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    found = {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }
    kept = {name: content for name, content in found.items() if name != "people.json"}
    return {name: content for name, content in kept.items() if not name.startswith("source/")}


def test_round_trip_between_two_machines(workspace: Path, course: Path, tmp_path: Path) -> None:
    made = hand_in("01", "an", workspace, now=NOON)
    stick = tmp_path / "stick" / "class a"
    stick.mkdir(parents=True)
    (stick / made.name).write_bytes(made.read_bytes())
    (outcome,) = collect(tmp_path / "stick", course, [MODULE])
    assert outcome.kind == "filed"
    assert everything(course) == {
        f"submitted/an/{MODULE}/{MODULE}.ipynb": NOTEBOOK,
        f"submitted/an/{MODULE}/answers.json": ANSWERS,
        f"submitted/an/{MODULE}/timestamp.txt": b"2026-03-04 12:00:00.123456 UTC",
    }


def test_nbgrader_reads_the_time(workspace: Path, course: Path) -> None:
    from nbgrader.coursedir import CourseDirectory

    list(collect(hand_in("01", "an", workspace, now=NOON).parent, course, [MODULE]))
    stamp = CourseDirectory(root=str(course)).get_existing_timestamp(
        str(course / "submitted" / "an" / MODULE)
    )
    assert stamp == NOON.replace(tzinfo=None)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_the_newest_wins_and_the_older_are_kept(
    workspace: Path, course: Path, tmp_path: Path, order: list[int]
) -> None:
    notebook = workspace / "exercises" / MODULE / f"{MODULE}.ipynb"
    made = []
    for hour in range(3):
        notebook.write_bytes(NOTEBOOK + b"\n" * hour)
        made.append(hand_in("01", "an", workspace, now=NOON + timedelta(hours=hour)))
    for n, which in enumerate(order):
        box = tmp_path / f"box{n}"
        box.mkdir()
        (box / "x.zip").write_bytes(made[which].read_bytes())
        list(collect(box, course, [MODULE]))
    filed = everything(course)
    assert filed[f"submitted/an/{MODULE}/{MODULE}.ipynb"] == NOTEBOOK + b"\n\n"
    earlier = [c for name, c in filed.items() if name.startswith("earlier/") and name.endswith(".ipynb")]
    assert sorted(earlier, key=len) == [NOTEBOOK, NOTEBOOK + b"\n"]
    again = {outcome.kind for outcome in collect(made[0].parent, course, [MODULE])}
    assert again == {"known"}, "collecting a folder twice changes nothing"
    assert everything(course) == filed


def forge(path: Path, entries: dict[str, bytes], slip: dict[str, Any] | None = None) -> Path:
    """Write a zip with `entries` and a slip that fits them unless `slip` says otherwise."""
    sums = {name: sha256(content).hexdigest() for name, content in entries.items()}
    whole = {"format": 1, "course": "bordercourse", "participant": "an", "module": MODULE}
    whole |= {"time": NOON.isoformat(), "files": sums, **(slip or {})}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bag:
        bag.writestr(SLIP, json.dumps(whole))
        for name, content in entries.items():
            bag.writestr(name, content)
    return path


def good(path: Path) -> Path:
    return forge(path, {f"{MODULE}.ipynb": NOTEBOOK})


def cut_short(path: Path) -> None:
    good(path)
    path.write_bytes(path.read_bytes()[:-40])


def flipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bag:
        slip = {"format": 1, "course": "bordercourse", "participant": "an", "module": MODULE}
        slip |= {"time": NOON.isoformat(), "files": {f"{MODULE}.ipynb": sha256(NOTEBOOK).hexdigest()}}
        bag.writestr(SLIP, json.dumps(slip))
        bag.writestr(f"{MODULE}.ipynb", NOTEBOOK.replace(b"4", b"3"))


def bomb(path: Path) -> None:
    forge(path, {f"{MODULE}.ipynb": b" " * (LARGEST[".ipynb"] + 1)})


def nested(path: Path) -> None:
    forge(path, {f"{MODULE}.ipynb": b"[" * 100_000})


def random_bytes(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(sum(LARGEST.values()) + 1)


def slip_with(**changes: Any) -> Callable[[Path], None]:
    return lambda path: forge(path, {f"{MODULE}.ipynb": NOTEBOOK}, changes) and None  # type: ignore[return-value]


def with_entry(name: str) -> Callable[[Path], None]:
    return lambda path: forge(path, {f"{MODULE}.ipynb": NOTEBOOK, name: b"{}"}) and None  # type: ignore[return-value]


BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut short": (cut_short, "cut short"),
    "no zip": (random_bytes, "no zip"),
    "too large": (large, "too large"),
    "bomb": (bomb, "too large"),
    "nested": (nested, "nested too deep"),
    "changed on the way": (flipped, "changed"),
    "path upwards": (with_entry("../../escape.ipynb"), "other files"),
    "absolute path": (with_entry("/tmp/escape.ipynb"), "other files"),
    "windows path": (with_entry("..\\escape.ipynb"), "other files"),
    "unknown file": (with_entry("virus.exe"), "other files"),
    "participant upwards": (slip_with(participant="../an"), "no participant"),
    "participant of dots": (slip_with(participant=".."), "no participant"),
    "participant with capitals": (slip_with(participant="AN"), "no participant"),
    "participant no folder on Windows": (slip_with(participant="con"), "no participant"),
    "module upwards": (slip_with(module="../01-tiny"), "no module"),
    "other course": (slip_with(course="cooking"), "not made by"),
    "other format": (slip_with(format=2), "another version"),
    "no time": (slip_with(time="yesterday"), "when"),
    "time without zone": (slip_with(time="2026-03-04T12:00:00"), "when"),
    "time before all times": (slip_with(time="0001-01-01T00:00:00+23:00"), "when"),
    "files no list": (slip_with(files=["x"]), "list of files"),
    "no slip": (lambda path: zipfile.ZipFile(path, "w").close(), "not made by"),
    "no notebook": (lambda path: forge(path, {"answers.json": ANSWERS}) and None, "other files"),  # type: ignore[dict-item]
    "no notebook inside": (lambda path: forge(path, {f"{MODULE}.ipynb": b"[]"}) and None, "no cells"),  # type: ignore[dict-item]
    "answers no table": (  # type: ignore[dict-item]
        lambda path: forge(path, {f"{MODULE}.ipynb": NOTEBOOK, "answers.json": b"[]"}) and None,
        "no answer sheet",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_and_the_others_are_filed(course: Path, tmp_path: Path, kind: str) -> None:
    make, says = BAD[kind]
    box = tmp_path / "box"
    box.mkdir()
    make(box / "bad.zip")
    forge(box / "good.zip", {f"{MODULE}.ipynb": NOTEBOOK}, {"participant": "binh"})
    bad, fine = collect(box, course, [MODULE])
    assert bad.kind == "refused"
    assert says in bad.text
    assert "\n" not in bad.text
    assert fine.kind == "filed"
    assert {name.split("/")[1] for name in everything(course)} == {"binh"}
    assert not list(tmp_path.rglob("escape*"))


def test_an_unknown_module_is_refused(course: Path, tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    good(tmp_path / "box" / "x.zip")
    (outcome,) = collect(tmp_path / "box", course, ["02-other"])
    assert outcome.kind == "refused"


def test_a_repeated_entry_is_refused(course: Path, tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    path = good(tmp_path / "box" / "x.zip")
    with zipfile.ZipFile(path, "a") as bag, pytest.warns(UserWarning, match="Duplicate"):
        bag.writestr(f"{MODULE}.ipynb", NOTEBOOK)
    (outcome,) = collect(tmp_path / "box", course, [MODULE])
    assert outcome.kind == "refused"


@given(content=st.binary(max_size=300))
def test_no_bytes_bring_the_reader_down(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.zip"
    for text in (content, b"PK\x03\x04" + content + b"PK\x05\x06" + b"\0" * 18):
        path.write_bytes(text)
        with pytest.raises(Exception, match=r"\w") as caught:
            read_parcel(path)
        assert type(caught.value).__name__ == "ParcelError"


@given(name=st.text(max_size=80))
def test_an_identifier_is_safe_or_refused(name: str) -> None:
    try:
        made = participant_id(name)
    except InputError:
        return
    assert made == participant_id(made)
    assert Path(made).name == made
    assert not set(made) & set('/\\:*?"<>|+ ')
    assert made[0] not in ".-"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Siti Aminah bte Ahmad", "Siti Aminah bte Ahmad"),
        ("Kumar a/l Raju (Tan @ Lim)", "Kumar a/l Raju (Tan @ Lim)"),
        ("D'Souza-Ngoʻo, J. R.", "D'Souza-Ngoʻo, J. R."),
        ("ចាន់\u200cសុខា", "ចាន់\u200cសុខា"),
        ("<script>alert(1)</script>", "script alert(1) /script"),
        ("<img src=x onerror='x'>", "img src x onerror 'x'"),
        ('=HYPERLINK("http://x")', "HYPERLINK( http //x )"),
        ("@SUM(1)+2|cmd", "SUM(1) 2 cmd"),
        ("-2+3", "2 3"),
        ("{{ x }} %s $(rm) `ls` \\", "x s (rm) ls"),
        ("An\u202egnp.exe\n\tBinh\0", "An gnp.exe Binh"),
        ("A" * 500, "A" * 100),
    ],
)
def test_a_name_holds_nothing_that_a_page_or_a_spreadsheet_obeys(typed: str, kept: str) -> None:
    assert full_name(typed) == kept
    assert full_name(kept) == kept


@given(st.text())
def test_a_name_is_level_and_harmless(text: str) -> None:
    name = full_name(text)
    assert full_name(name) == name
    assert not set(name) & set('<>&"`{}$\\|=+\n\r\t\0')
    assert name[:1] not in set("=+-@")


def test_parcels_are_the_same_bytes_for_the_same_work(tmp_path: Path) -> None:
    parcel = Parcel("an", MODULE, NOON, {f"{MODULE}.ipynb": NOTEBOOK})
    write_parcel(parcel, tmp_path / "a.zip")
    write_parcel(parcel, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert read_parcel(tmp_path / "a.zip") == parcel


@pytest.mark.parametrize(
    ("module", "says"), [("02", "01-tiny"), ("../01-tiny", "01-tiny"), ("", "01-tiny"), ("bad", "bad")]
)
def test_what_cannot_be_handed_in_is_named(workspace: Path, module: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        hand_in(module, "an", workspace)


def test_a_damaged_or_renamed_notebook_is_not_handed_in(workspace: Path) -> None:
    notebook = workspace / "exercises" / MODULE / f"{MODULE}.ipynb"
    notebook.write_bytes(NOTEBOOK[:10])
    with pytest.raises(InputError, match="damaged"):
        hand_in("01", "an", workspace)
    notebook.rename(notebook.with_name("my copy.ipynb"))
    with pytest.raises(InputError, match="renamed"):
        hand_in("01", "an", workspace)


def test_the_commands(workspace: Path, course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hand_in_command.main(["01", "--name", "Trần Bình", "--workspace", str(workspace)]) == 0
    (workspace / "hand-ins" / "note.zip").write_bytes(b"a note")
    assert "You hand in 01-tiny as tran-binh." in capsys.readouterr().out
    assert collect_command.main([str(workspace / "hand-ins"), "--course", str(course)]) == 1
    said = capsys.readouterr().out
    assert "note.zip: not filed" in said
    assert "not filed 1," in said
    assert (course / "submitted" / "tran-binh" / MODULE / f"{MODULE}.ipynb").is_file()
