"""What `collect` says: each thing in the folder, what became of it, what to do, and a sum that adds up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bordercourse.handin.collect import Collected, collect, main
from bordercourse.handin.parcel import SLIP, read_parcel

from .conftest import MODULE, notebook

Give = Callable[..., Path]


def told(box: Path, course: Path) -> dict[str, Collected]:
    return {one.path.relative_to(box).as_posix(): one for one in collect(box, course, [MODULE])}


OTHERS: dict[str, tuple[bytes, str, str]] = {
    "01-tiny.ipynb": (notebook("work"), "refused", "does not say whose it is. Ask for the file"),
    "answers.json": (b'{"answers": {}}', "refused", "does not say whose it is"),
    "class.rar": (b"Rar!\x1a\x07\x01\x00", "refused", "a RAR archive. Unpack it"),
    "class.7z": (b"7z\xbc\xaf\x27\x1c", "refused", "a 7z archive. Unpack it"),
    "half.zip.crdownload": (b"PK\x03\x04", "refused", "Copy or download it again"),
    "empty.zip": (b"", "refused", "empty: it was not copied to the end"),
    "text.zip": (b"Hello, here is my homework", "refused", "no zip file"),
    "report.docx": (b"PK\x03\x04 a document", "refused", "not filed"),
    "photo.JPG": (b"\xff\xd8\xff\xe0", "left", "no hand-in file"),
    "notes.txt": (b"Class of March", "left", "no hand-in file"),
    ".DS_Store": (b"\0\0\0\1Bud1", "left", "a file of the system"),
    "Thumbs.db": (b"\xd0\xcf\x11\xe0", "left", "a file of the system"),
    "desktop.ini": (b"[.ShellClassInfo]", "left", "a file of the system"),
    "._00 an.zip": (b"\0\5\x16\7", "left", "a file of the system"),
    "~$notes.docx": (b"\7An", "left", "a file of the system"),
    "សុខា.txt": (b"x", "left", "no hand-in file"),
    "no ending": (b"x", "left", "no hand-in file"),
    "a\nname\x1b[2J": (b"x", "left", "no hand-in file"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_each_thing_is_named_with_what_became_of_it(course: Path, box: Path, give: Give, name: str) -> None:
    content, kind, says = OTHERS[name]
    give("an")
    (box / "deep" / "er").mkdir(parents=True)
    for folder in (box, box / "deep" / "er"):
        (folder / name).write_bytes(content)
    lines = told(box, course)
    assert set(lines) == {"00 an.zip", name, f"deep/er/{name}"}
    assert lines["00 an.zip"].kind == "filed"
    for place in (name, f"deep/er/{name}"):
        assert lines[place].kind == kind
        assert says in lines[place].text
        assert lines[place].text.endswith(".")
        assert (box / place).read_bytes() == content


@pytest.mark.parametrize(
    "name", ["an.ZIP", "an.zip.txt", "an", "an.zip_", "សុខា.zip", "an (1).zip", "[an]*?.zip"]
)
def test_a_hand_in_is_known_by_what_it_is_not_by_its_name(
    course: Path, box: Path, give: Give, name: str
) -> None:
    give("an", file=name)
    assert told(box, course)[name].kind == "filed"


def test_a_hand_in_that_was_unpacked_is_filed(course: Path, box: Path, give: Give) -> None:
    path = give("Nguyễn An", "work")
    with zipfile.ZipFile(path) as bag:
        bag.extractall(box / "sub" / path.stem)
    path.unlink()
    (box / "sub" / path.stem / ".DS_Store").write_bytes(b"x")
    (one,) = collect(box, course, [MODULE])
    assert one.kind == "filed"
    assert (course / "submitted" / "nguyen-an" / MODULE / f"{MODULE}.ipynb").is_file()


def test_a_hand_in_that_was_unpacked_and_packed_again_is_filed(course: Path, box: Path, give: Give) -> None:
    path = give("an", "work")
    with zipfile.ZipFile(path) as bag, zipfile.ZipFile(box / "again.zip", "w") as new:
        new.writestr("01-tiny_an/", b"")
        for name in bag.namelist():
            new.writestr(f"01-tiny_an/{name}", bag.read(name))
            new.writestr(f"__MACOSX/01-tiny_an/._{name}", b"\0\5\x16\7")
    path.unlink()
    assert told(box, course)["again.zip"].kind == "filed"


def test_a_changed_unpacked_hand_in_is_refused(course: Path, box: Path, give: Give) -> None:
    path = give("an", "work")
    with zipfile.ZipFile(path) as bag:
        bag.extractall(box / "an")
    path.unlink()
    (box / "an" / f"{MODULE}.ipynb").write_bytes(notebook("other work"))
    assert "changed or damaged on the way" in told(box, course)["an"].text
    (box / "an" / f"{MODULE}.ipynb").unlink()
    assert "holds other files" in told(box, course)["an"].text
    (box / "an" / SLIP).write_bytes(b"{")
    assert told(box, course)["an"].kind == "refused"


def test_hand_ins_in_one_zip_are_to_be_unpacked(course: Path, box: Path, give: Give) -> None:
    paths = [give("an"), give("binh")]
    with zipfile.ZipFile(box / "class.zip", "w") as bag:
        for path in paths:
            bag.write(path, path.name)
            path.unlink()
    assert "holds other zip files. Unpack it, then collect again." in told(box, course)["class.zip"].text


@pytest.mark.skipif(os.name == "nt", reason="needs links, pipes and rights")
def test_what_is_no_file_is_named_too(course: Path, box: Path, give: Give, tmp_path: Path) -> None:
    give("an").rename(tmp_path / "elsewhere.zip")
    (box / "link.zip").symlink_to(tmp_path / "elsewhere.zip")
    (box / "loop").symlink_to(box, target_is_directory=True)
    (box / "gone").symlink_to(box / "nowhere")
    os.mkfifo(box / "pipe.zip")
    (box / "System Volume Information").mkdir()
    (box / "System Volume Information" / "x").write_bytes(b"x")
    lines = told(box, course)
    assert {name: one.kind for name, one in lines.items()} == {
        "System Volume Information": "left",
        "gone": "refused",
        "link.zip": "refused",
        "loop": "refused",
        "pipe.zip": "left",
    }
    assert "not followed. Put the file itself here." in lines["link.zip"].text


def test_a_folder_that_cannot_be_opened_is_named_and_the_rest_goes_on(
    course: Path, box: Path, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    give("an")
    (box / "closed").mkdir()
    really = os.scandir

    def scandir(path: object) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return really(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", scandir)
    lines = told(box, course)
    assert lines["closed"].kind == "refused"
    assert "cannot be looked into: you have no right" in lines["closed"].text
    assert lines["00 an.zip"].kind == "filed"


def test_one_file_may_be_named_alone(course: Path, give: Give) -> None:
    path = give("an")
    (one,) = collect(path, course, [MODULE])
    assert (one.path, one.kind) == (path, "filed")


def test_the_course_inside_the_folder_is_not_collected(course: Path, give: Give, tmp_path: Path) -> None:
    give("an")
    lines = told(tmp_path, course)
    assert lines["course"].text == "the course itself."
    assert lines["stick/00 an.zip"].kind == "filed"
    assert len(lines) == 2


def test_thousands_of_things_are_told_to_be_too_many(
    course: Path, box: Path, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bordercourse.handin.folder._MOST_THINGS", 3)
    for name in ("an", "binh", "cuc", "dung", "em"):
        give(name)
    kinds = [one.kind for one in collect(box, course, [MODULE])]
    assert kinds == ["filed", "filed", "filed", "refused"]


def test_another_version_of_the_course_is_told(
    course: Path, box: Path, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = give("an")
    assert "version" not in told(box, course)[path.name].text
    monkeypatch.setattr("bordercourse.handin.collect.__version__", "9.9.9")
    made = read_parcel(path).version
    assert f"made with version {made} of the course, this is 9.9.9" in told(box, course)[path.name].text


def mixed(box: Path, give: Give) -> int:
    """A stick as it comes back; return how many things lie on it."""
    give("an")
    give("binh")
    shutil.copy(give("cuc"), box / "cuc (1).zip")
    give("Nguyễn An")
    give("Nguyễn Ân")
    for name in ("01-tiny.ipynb", "photo.JPG", "Thumbs.db", "សុខា.txt", "text.zip"):
        (box / name).write_bytes(OTHERS[name][0])
    return 11


def test_the_sum_adds_up(course: Path, box: Path, give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    n = mixed(box, give)
    for _again in range(2):
        assert main([str(box), "--course", str(course)]) == 1
        *lines, total = capsys.readouterr().out.splitlines()
        assert len(lines) == n
        assert total.startswith(f"{n} things: ")
        assert sum(map(int, re.findall(r" (\d+)[,.]", total))) == n


def test_an_empty_folder_is_said_to_be_empty(
    course: Path, box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (box / "nothing").mkdir()
    assert main([str(box), "--course", str(course)]) == 0
    assert capsys.readouterr().out == "The folder is empty.\n"


def run(course: Path, box: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bordercourse", "collect", str(box), "--course", str(course)],
        env={**os.environ, **environment},
        capture_output=True,
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp874", "shift_jis:strict"])
def test_a_screen_that_knows_few_letters_stops_nothing(
    course: Path, box: Path, give: Give, encoding: str
) -> None:
    for name in ("សុខា", "Nguyễn Ân", "Nguyễn An", "李伟"):
        give(name, file=f"{name}.zip")
    done = run(course, box, PYTHONIOENCODING=encoding)
    assert done.stderr == b""
    assert done.returncode == 1, "two names look alike"
    assert len(list((course / "submitted").iterdir())) == 4
    assert done.stdout.splitlines()[-1].startswith(b"4 things: ")


@pytest.mark.skipif(os.name == "nt", reason="needs a C locale and bytes as names")
def test_a_file_name_that_is_no_text_stops_nothing(course: Path, box: Path, give: Give) -> None:
    give("an").rename(os.fsdecode(os.fsencode(box) + b"/bad\xff\xfe.zip"))
    give("binh")
    done = run(course, box, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.stderr == b""
    assert sorted(path.name for path in (course / "submitted").iterdir()) == ["an", "binh"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_reader_who_went_away_stops_nothing(course: Path, box: Path, give: Give) -> None:
    for name in ("an", "binh", "cuc"):
        give(name)
    command = [sys.executable, "-m", "bordercourse", "collect", str(box), "--course", str(course)]
    with open("/dev/full", "wb") as full:
        assert subprocess.run(command, stdout=full, stderr=subprocess.PIPE).stderr == b""
    assert len(list((course / "submitted").iterdir())) == 3


@pytest.mark.parametrize("name", ["Ministry [HQ]", "50% {x}", "ភូមិ  Thái", "a%20b#c"])
def test_course_and_stick_may_lie_anywhere(
    tmp_path: Path, course: Path, box: Path, give: Give, name: str
) -> None:
    give("an")
    root = tmp_path / name
    root.mkdir()
    there = course.rename(root / "course"), box.rename(root / "stick")
    assert main([str(there[1]), "--course", str(there[0])]) == 0
    assert (there[0] / "submitted" / "an" / MODULE / f"{MODULE}.ipynb").is_file()
