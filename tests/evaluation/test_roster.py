"""`bordercourse roster`: tables as instructors have them, mistakes by line, and again without harm."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bordercourse.cli import main
from bordercourse.errors import InputError
from bordercourse.evaluation.class_list import class_members, import_roster
from bordercourse.evaluation.roster_file import ClassMember, RosterFile, read_roster_file
from bordercourse.handin.roster import read_roster


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    (folder / "source").mkdir(parents=True)
    return folder


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "class.csv"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, rows: list[list[Any]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "class.xlsx"
    book.save(path)
    return path


def people(path: Path) -> list[tuple[str, ...]]:
    return [(p.id, p.name, p.email, p.country, p.sex, p.language) for p in read_roster_file(path).people]


AN = ("st1", "Nguyễn An", "an@b.vn", "Viet Nam", "female", "vi")


@pytest.mark.parametrize(
    "text",
    [
        "id,name,email,country,sex,language\nst1,Nguyễn An,an@b.vn,VN,F,vi\n",
        "\ufeffid;name;email;country;sex;language\r\nst1;Nguyễn An;an@b.vn;Vietnam;female;vi\r\n;;;;;\r\n",
        "sep=;\r\nid;name;email;country;sex;language\r\nst1;Nguyễn An;an@b.vn;viet nam;Woman;vi\r\n",
        "\n\nStudent ID\tFull name\tE-mail\tState\tGender\tLanguage\n"
        " st1\u00a0\t Nguye\u0302\u0303n\u00a0 An \t an@b.vn \tVNM\t f. \tvi\n",
        "language,sex,country,email,first name,last name,id\nvi,w,VN,an@b.vn,An,Nguyễn,st1\u200b\n",
    ],
    ids=["plain", "excel", "sep", "blanks", "order"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_table_is_read_as_programs_write_it(tmp_path: Path, text: str, encoding: str) -> None:
    assert people(csv_file(tmp_path, text, encoding)) == [AN]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["id", "name", "email", "country", "sex", "language"],
            ["st1", " Nguyễn An ", "an@b.vn", "VN", "F", "vi"],
            [None, None],
            [12.0, "សុខា ចាន់", None, "Cambodia", "M", "km"],
            [13, "สมชาย ใจดี", "", "TH", "", "th"],
        ],
    )
    assert people(path) == [
        AN,
        ("12", "សុខា ចាន់", "", "Cambodia", "male", "km"),
        ("13", "สมชาย ใจดี", "", "Thailand", "", "th"),
    ]


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    text = (
        "id,name,email,sex\n"
        "st1,An,an@b.vn,F\n"
        "\n"
        "a/b,Bình,,\n"
        ",Chi,,\n"
        "ST1,Dara,not an address,\n"
        "con,Em,,maybe\n"
        "សុខា,Sokha,,\n"
    )
    with pytest.raises(InputError) as refused:
        read_roster_file(csv_file(tmp_path, text))
    said = str(refused.value)
    for line in (
        "line 4: 'a/b' cannot be an identifier. Use Latin letters",
        "line 5: it has no identifier",
        "line 6: 'not an address' is no e-mail address",
        "line 6: ST1 stands in line 2 already",
        "line 7: 'con' cannot be an identifier",
        "line 7: sex 'maybe' is not known. Write female, male, other, or nothing",
        "line 8: 'សុខា' cannot be an identifier",
    ):
        assert line in said
    assert said.count("line ") - said.count("in line") == 7


def test_many_mistakes_do_not_fill_the_screen(tmp_path: Path) -> None:
    text = "id,name\n" + "".join(f"!{n},An\n" for n in range(500))
    with pytest.raises(InputError, match="and 480 more") as refused:
        read_roster_file(csv_file(tmp_path, text))
    assert len(str(refused.value).splitlines()) < 25


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "it is empty"),
        (b"name\nAn\n", "no column named id"),
        (b"id,name\n", "there is nobody in it"),
        (b"id,ID,name\n1,1,An\n", "two columns are named id"),
        ("id,first_name,last_name\nst3,Sören,Müller\n".encode("cp1252"), "not saved as UTF-8"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old form, or has a password"),
        (b"PK\x03\x04 no workbook", "cannot be read as a workbook"),
        (b"id,name\nst1,\0\0\n", "no table of text"),
        (b"id,name\n" + b"st1,An\n" * 6_000, "more than 5000 lines"),
        (b"id," + b"x" * 5_000_001, "larger than five megabytes"),
        (b'id,name\nst1,"' + b"x\n" * 80_000 + b'"\n', "cannot be cut into cells"),
    ],
)
def test_what_is_no_roster_is_said(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "class.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=says) as refused:
        read_roster_file(path)
    assert refused.value.do


def test_a_date_that_excel_made_of_an_identifier_is_no_identifier(tmp_path: Path) -> None:
    import datetime as dt

    path = workbook(tmp_path, [["id", "name"], [dt.datetime(2026, 1, 2), "An"]])
    with pytest.raises(InputError, match="line 2: '2026-01-02 00:00' cannot be an identifier"):
        read_roster_file(path)


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+1+1",
    "-2+3",
    "\t=1+1",
    "<script>alert(1)</script>",
    "\u202ename",
    "a\u2028b",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_of_the_roster_starts_a_formula_or_holds_markup(
    tmp_path: Path, course: Path, name: str
) -> None:
    path = workbook(tmp_path, [["id", "name", "country", "language"], ["st1", name, name, name]])
    import_roster(read_roster_file(path), course)
    text = (course / "roster.csv").read_text(encoding="utf-8-sig")
    for cell in [cell for line in text.splitlines() for cell in line.split(",")]:
        assert not cell.startswith(("=", "+", "-", "@", "\t"))
        assert not set(cell) & set("<>|!\u202e\u2028")
    assert len(text.splitlines()) == 2


def test_an_address_that_starts_a_formula_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no e-mail address"):
        read_roster_file(csv_file(tmp_path, "id,email\nst1,=1+1@b.vn\n"))


def test_what_is_not_needed_is_not_kept(tmp_path: Path, course: Path) -> None:
    file = read_roster_file(csv_file(tmp_path, "id,name,passport,phone\nst1,An,B1234567,+84 12\n"))
    assert file.notes == ("Not read, and not kept: passport, phone.",)
    import_roster(file, course)
    assert "B1234567" not in (course / "roster.csv").read_text(encoding="utf-8")


def test_two_lines_that_may_be_one_person_are_told(tmp_path: Path) -> None:
    text = "id,name,email\na,NGUYỄN An,x@b.vn\nb,Bình,\nc,Nguyễn  An.,X@b.vn\n"
    assert read_roster_file(csv_file(tmp_path, text)).notes == (
        "Lines 2 and 4 have one name. Are they two people?",
        "Lines 2 and 4 have one e-mail address.",
    )


def test_to_import_again_changes_nothing(tmp_path: Path, course: Path) -> None:
    path = csv_file(tmp_path, "id;name;country;sex\nst1;Nguyễn An;VN;F\nst2;សុខា ចាន់;KH;M\n")
    first = import_roster(read_roster_file(path), course)
    assert first.new == ("st1", "st2")
    stored = (course / "roster.csv").read_bytes()
    again = import_roster(read_roster_file(path), course)
    assert (again.new, again.changed, again.same) == ((), (), ("st1", "st2"))
    assert (course / "roster.csv").read_bytes() == stored
    # The course's own roster is a roster file too.
    assert import_roster(read_roster_file(course / "roster.csv"), course).same == ("st1", "st2")


def test_a_later_list_corrects_and_removes_nobody(tmp_path: Path, course: Path) -> None:
    path = csv_file(tmp_path, "id,name,country,sex\nst1,An,VN,F\nst2,Bình,VN,M\n")
    import_roster(read_roster_file(path), course)
    change = import_roster(read_roster_file(csv_file(tmp_path, "id,name\nST1,Nguyễn An\nst3,Chi\n")), course)
    assert (change.new, change.changed, change.absent) == (("st3",), ("st1",), ("st2",))
    assert [(p.id, p.name, p.country, p.sex) for p in class_members(course)] == [
        ("st1", "Nguyễn An", "Viet Nam", "female"),  # the list has no column of sex: it stays
        ("st3", "Chi", "", ""),
        ("st2", "Bình", "Viet Nam", "male"),
    ]
    import_roster(read_roster_file(csv_file(tmp_path, "id,name\nst1,Nguyễn An\n")), course, remove=True)
    assert [person.id for person in class_members(course)] == ["st1"]


def test_a_mistake_writes_nothing(tmp_path: Path, course: Path) -> None:
    import_roster(read_roster_file(csv_file(tmp_path, "id,name\nst1,An\n")), course)
    stored = (course / "roster.csv").read_bytes()
    bad = csv_file(tmp_path, "id,name\nst2,Bình\nst2,Chi\n")
    assert main(["roster", str(bad), "--course", str(course)]) == 2
    assert (course / "roster.csv").read_bytes() == stored


def test_collecting_knows_both_orders_of_a_name(tmp_path: Path, course: Path) -> None:
    import_roster(read_roster_file(csv_file(tmp_path, "id,first_name,last_name\nst1,Sören,Müller\n")), course)
    (person,) = read_roster(course / "roster.csv")
    assert set(person.names) == {"Müller Sören", "Sören Müller"}


def test_country_and_sex_stay_out_of_the_gradebook(tmp_path: Path, course: Path) -> None:
    with closing(sqlite3.connect(course / "gradebook.db")) as db:
        db.execute("CREATE TABLE student (id TEXT PRIMARY KEY, first_name TEXT, last_name TEXT)")
    file = RosterFile((ClassMember("st1", "An", country="Utopia", sex="female"),), ("id", "name", "sex"), ())
    import_roster(file, course)
    with closing(sqlite3.connect(course / "gradebook.db")) as db:
        assert db.execute("SELECT * FROM student").fetchall() == [("st1", "", "An")]
    everything = b"".join(p.read_bytes() for p in course.rglob("*") if p.is_file() and p.name != "roster.csv")
    assert b"female" not in everything
    assert b"Utopia" not in everything


def test_the_command(tmp_path: Path, course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = csv_file(tmp_path, "id,name,phone\nst1,An,1\nst2,Bình,2\n")
    assert main(["roster", str(path), "--check", "--course", str(course)]) == 0
    assert not (course / "roster.csv").exists()
    assert main(["roster", str(path), "--course", str(course)]) == 0
    said = capsys.readouterr().out
    assert "2 people, no mistake." in said
    assert "Roster: 2 new, 0 changed, 0 as before." in said
    assert "Not read, and not kept: phone." in said
    assert (course / "roster.csv").stat().st_mode & 0o077 == 0
