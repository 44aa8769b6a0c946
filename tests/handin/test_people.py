"""Two people never share a folder because their names look alike; a roster decides where there is one."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.handin.collect import Collected, collect
from bordercourse.handin.owners import level_name
from bordercourse.handin.roster import Person, gradebook_people, read_roster

from .conftest import MODULE

Give = Callable[..., Path]


def filed(box: Path, course: Path) -> dict[str, Collected]:
    return {one.path.name: one for one in collect(box, course, [MODULE])}


def works(course: Path) -> dict[str, str]:
    """Whose folder holds whose words."""
    found = {}
    for path in sorted((course / "submitted").glob("*/*/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path.parts[-3]] = cells[0]["source"] if cells else ""
    return found


ALIKE = [
    ("Nguyễn An", "Nguyễn Ân"),
    ("Nguyễn Văn An", "Nguyen Van An"),
    ("Võ Thị Hồng", "Vò Thị Hông"),
    ("李伟", "李威"),
    ("สมชาย ใจดี", "สมชาย ใจดี่"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_people_with_one_identifier_are_kept_apart_and_told(
    course: Path, box: Path, give: Give, one: str, other: str
) -> None:
    first, second = give(one, f"work of {one}"), give(other, f"work of {other}")
    told = filed(box, course)
    assert told[first.name].kind == "filed"
    assert told[second.name].kind == "apart"
    assert one in told[second.name].text
    assert other in told[second.name].text
    assert "roster.csv" in told[second.name].text
    assert sorted(works(course).values()) == sorted([f"work of {one}", f"work of {other}"])
    before = works(course)
    assert {thing.kind for thing in filed(box, course).values()} == {"known"}
    assert works(course) == before


def test_a_later_hand_in_finds_its_own_folder(course: Path, box: Path, give: Give) -> None:
    from datetime import timedelta

    from .conftest import NOON

    give("Nguyễn An", "An 1")
    give("Nguyễn Ân", "Ân 1")
    filed(box, course)
    give("NGUYỄN ÂN", "Ân 2", NOON + timedelta(hours=1))
    give(unicodedata.normalize("NFD", "Nguyễn  An"), "An 2", NOON + timedelta(hours=1))
    give("Nguyên An", "a third one", NOON + timedelta(hours=1))
    filed(box, course)
    assert works(course) == {"nguyen-an": "An 2", "nguyen-an-2": "Ân 2", "nguyen-an-3": "a third one"}


def test_one_name_in_two_spellings_is_one_person(course: Path, box: Path, give: Give) -> None:
    give("Nguyễn Thị Hoà", "1")
    give("nguyễn thị  Hòa.", "1")
    assert sorted(one.kind for one in filed(box, course).values()) == ["filed", "known"]


def test_a_file_of_an_older_version_says_its_identifier_alone(course: Path, box: Path, give: Give) -> None:
    give("Nguyễn An", "named")
    give("nguyen-an", "named", old=True)
    assert sorted(one.kind for one in filed(box, course).values()) == ["filed", "known"]


def test_what_was_filed_by_hand_is_not_replaced_by_a_look_alike(course: Path, box: Path, give: Give) -> None:
    folder = course / "submitted" / "nguyen-an-2" / MODULE
    folder.mkdir(parents=True)
    give("Nguyễn An")
    give("Nguyễn Ân")
    filed(box, course)
    assert sorted(path.name for path in (course / "submitted").iterdir()) == [
        "nguyen-an",
        "nguyen-an-2",
        "nguyen-an-3",
    ]


ROSTER = "id,name\nst1,Nguyễn An\nst2,Nguyễn Ân\nst3,Võ Thị Hồng\nst4,សុខា ចាន់\nst5,Lê Bình\nst6,Lê Bình\n"


@pytest.mark.parametrize(
    ("typed", "folder", "kind", "says"),
    [
        ("Nguyễn An", "st1", "filed", ""),
        ("Nguyễn Ân", "st2", "filed", ""),
        ("ST2", "st2", "filed", ""),
        ("st2", "st2", "filed", ""),
        ("សុខា ចាន់", "st4", "filed", ""),
        ("Vo Thi Hong", "st3", "filed", "taken for Võ Thị Hồng (st3) of the roster"),
        ("Vò Thị Hông", "vo-thi-hong-2", "apart", "it looks like Võ Thị Hồng (st3)"),
        ("Nguyen An", "nguyen-an-2", "apart", "it looks like Nguyễn An (st1), Nguyễn Ân (st2)"),
        ("Lê Bình", "le-binh-2", "apart", "it can be Lê Bình (st5), Lê Bình (st6)"),
        ("Somebody Else", "somebody-else", "filed", "not on the roster"),
    ],
)
def test_the_roster_says_who_is_meant(
    course: Path, box: Path, give: Give, typed: str, folder: str, kind: str, says: str
) -> None:
    (course / "roster.csv").write_text(ROSTER, encoding="utf-8")
    path = give(typed, "work")
    told = filed(box, course)[path.name]
    assert works(course) == {folder: "work"}
    assert told.kind == kind
    assert says in told.text


def test_a_roster_that_comes_later_decides(course: Path, box: Path, give: Give) -> None:
    give("Nguyễn An", "An")
    give("Nguyễn Ân", "Ân")
    filed(box, course)
    (course / "roster.csv").write_text("id,name\nnguyen-an,Nguyễn Ân\nan1,Nguyễn An\n", encoding="utf-8")
    filed(box, course)
    assert works(course)["an1"] == "An"
    assert works(course)["nguyen-an-2"] == "Ân"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffid,first_name,last_name,email\nst1,An,Nguyễn,a@b.c\n\n",
        "id;first_name;last_name\nst1;An;Nguyễn\n;;\n",
        "ID\tFirst name\tLast name\nst1\tAn\tNguyễn\n",
        'last_name,first_name,id\n"Nguyễn"," An ","st1"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_roster_is_read_as_programs_write_it(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    assert read_roster(path) == [Person("st1", ("Nguyễn An", "An Nguyễn"))]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("id,name\nst1,Müller\n".encode("cp1252"), r"roster\.csv: it is not saved as UTF-8.*CSV UTF-8"),
        (b"name\nAn\n", "it has no column named id"),
        (b"id,name\na/../b,An\n", "line 2: 'a/../b' cannot be an identifier"),
        (b"id,name\ncon,An\n", "line 2: 'con' cannot be an identifier"),
        (b"id,name\n,An\n", "line 2: '' cannot be an identifier"),
        (b"id,name\nst1,An\nST1,Binh\n", "line 3: ST1 stands there twice"),
    ],
    ids=["old", "no-id", "path", "windows", "none", "twice"],
)
def test_a_roster_that_cannot_be_used_is_told_before_anything_is_filed(
    course: Path, box: Path, give: Give, data: bytes, says: str
) -> None:
    (course / "roster.csv").write_bytes(data)
    give("an")
    with pytest.raises(InputError, match=says):
        filed(box, course)
    assert not (course / "submitted").exists()


def gradebook(course: Path, *students: tuple[str, str | None, str | None]) -> Path:
    from bordercourse.grading.record.gradebook import mend_gradebook

    path = course / "gradebook.db"
    mend_gradebook(path)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path}") as book:
        for id, first, last in students:
            book.add_student(id, first_name=first, last_name=last)
    return path


def test_the_students_of_the_gradebook_are_a_roster_where_they_have_names(
    course: Path, box: Path, give: Give
) -> None:
    gradebook(course, ("st1", "An", "Nguyễn"), ("st2", "Ân", "Nguyễn"), ("nameless", None, None))
    assert [person.id for person in gradebook_people(course / "gradebook.db")] == ["st1", "st2"]
    give("Nguyễn Ân", "Ân")
    give("An Nguyễn", "An")
    give("nguyen an", "who?")
    filed(box, course)
    assert works(course) == {"nguyen-an-2": "who?", "st1": "An", "st2": "Ân"}


def test_the_gradebook_learns_the_typed_name_and_does_not_take_it_for_a_roster(
    course: Path, box: Path, give: Give
) -> None:
    path = gradebook(course, ("le-binh", None, None))
    give("Nguyễn An", "1")
    give("Lê Bình", "2")
    give("Nguyễn Ân", "3")
    filed(box, course)
    with closing(sqlite3.connect(path)) as db:
        names = dict(db.execute("SELECT id, last_name FROM student"))
    assert names == {"nguyen-an": "Nguyễn An", "le-binh": "Lê Bình", "nguyen-an-2": "Nguyễn Ân"}
    give("Hồng", "4")
    assert "roster" not in " ".join(one.text for one in filed(box, course).values() if one.kind == "filed")


def names_on_pages(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT id, first_name, last_name FROM student").fetchall()
    return {id: " ".join(part for part in (last, first) if part) for id, first, last in rows}


def test_the_names_of_the_roster_stand_on_the_pages_of_people_who_look_alike(
    course: Path, box: Path, give: Give
) -> None:
    path = gradebook(course, ("st3", "Bình", "Lê"))
    (course / "roster.csv").write_text(
        "id,name\nst1,Nguyễn An\nst2,Nguyễn Ân\nst3,Another Name\n", encoding="utf-8"
    )
    give("Nguyễn An", "1")
    give("st2", "2")
    give("st3", "3")
    told = [one.text for one in filed(box, course).values()]
    assert names_on_pages(path) == {"st1": "Nguyễn An", "st2": "Nguyễn Ân", "st3": "Lê Bình"}
    assert "st1, Nguyễn An, " in told[0]
    assert "st2, Nguyễn Ân, " in told[1]


def test_a_roster_that_comes_later_corrects_the_name_that_was_typed(
    course: Path, box: Path, give: Give
) -> None:
    path = gradebook(course)
    give("Nguyễn An", "1")
    filed(box, course)
    assert names_on_pages(path) == {"nguyen-an": "Nguyễn An"}
    (course / "roster.csv").write_text("id,name\nnguyen-an,Nguyễn Ân\nan1,Nguyễn An\n", encoding="utf-8")
    give("Nguyễn Ân", "2")
    filed(box, course)
    assert names_on_pages(path) == {"nguyen-an": "Nguyễn Ân", "an1": "Nguyễn An"}


def test_the_report_names_who_typed_in_another_script(course: Path, box: Path, give: Give) -> None:
    file = give("สมชาย ใจดี", "1")
    assert ", สมชาย ใจดี, 01-tiny" in filed(box, course)[file.name].text


def test_a_gradebook_in_use_does_not_stop_the_filing(
    course: Path, box: Path, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "gradebook.db").write_bytes(b"no database at all" * 100)
    give("Nguyễn An", "1")
    assert [one.kind for one in filed(box, course).values()] == ["filed"]


def test_damaged_names_are_told_before_anything_is_filed(course: Path, box: Path, give: Give) -> None:
    (course / "people.json").write_text("{", encoding="utf-8")
    give("an")
    with pytest.raises(InputError, match=r"people\.json: it cannot be read"):
        filed(box, course)


@given(st.text(min_size=1, max_size=30))
def test_a_name_is_level_with_itself_in_any_form(name: str) -> None:
    assert level_name(unicodedata.normalize("NFD", name)) == level_name(unicodedata.normalize("NFC", name))
    assert level_name(level_name(name)) == level_name(name)
