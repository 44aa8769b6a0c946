"""Catalogues hold every text once, keep what was translated, and show nothing before its time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from bordercourse import i18n
from bordercourse.errors import InputError
from bordercourse.translate import command
from bordercourse.translate.catalogues import (
    AFTER_MARKING,
    CourseText,
    course_texts,
    files_of,
    languages,
    merge,
    open_catalogue,
)
from bordercourse.translate.compiled import build
from bordercourse.translate.faults import faults
from bordercourse.translate.glossary import glossary_terms, missing_terms
from bordercourse.translate.library_texts import library_texts
from bordercourse.translate.pseudo import pseudo
from bordercourse.translate.sheets import read_translations, write_translations
from tests.pretended import pretend

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("library", "desk", "records", "00-welcome")


@pytest.fixture(scope="module")
def pretended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the catalogues of a language that nobody speaks, whole for one module."""
    return pretend(tmp_path_factory.mktemp("checkout"), "xa", NAMES)


def test_the_catalogues_are_as_the_course_is_and_without_fault() -> None:
    """After a change of any text run `bordercourse translate extract`."""
    assert languages(ROOT)
    assert set(languages(ROOT)) <= {"id", "km", "ms", "th", "vi"}
    assert [line for language in languages(ROOT) for line in command.check(ROOT, language)] == []


def test_texts_that_stock_extractors_miss_are_found() -> None:
    found = {(one.place, one.text) for one in library_texts()}
    assert ("course/exercise.py", "Visible checks passed.") in found  # inside an f-string
    assert ("course/modules/00-welcome.toml", "Ask Mara, in private, whether she and Ilo are safe") in found
    assert ("desk/home/home.html.j2", "The stations of the course") in found
    sayings = {text for _place, text in found}
    assert any(text.startswith("Protection first: if the person seeks asylum") for text in sayings)
    assert "Call the protection officer. Stop here: ask no register, and contact no State." in sayings
    assert "do not contact that State or its consulate; wait until a protection officer agrees" in sayings


def test_extracting_twice_changes_nothing(pretended: Path) -> None:
    assert command.extract(pretended, "xa") == []
    assert command.check(pretended, "xa") == []


def test_a_changed_text_keeps_its_translation_to_be_looked_at() -> None:
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Press the button to hand in.", msgstr="Tekan tombol."))
    old.append(polib.POEntry(msgid="Quite another sentence.", msgstr="Lain."))
    new = merge(old, [CourseText("Press the button and hand in.", after_marking=False)])
    assert [(e.msgid, e.msgstr, e.fuzzy, bool(e.obsolete)) for e in new] == [
        ("Press the button and hand in.", "Tekan tombol.", True, False),
        ("Press the button to hand in.", "Tekan tombol.", False, True),
        ("Quite another sentence.", "Lain.", False, True),
    ]


def test_a_page_is_offered_when_it_is_whole_and_shows_nothing_before_its_time(
    pretended: Path, tmp_path: Path
) -> None:
    assert build(pretended, "xa", tmp_path) == {"00-welcome": []}
    page = json.loads((tmp_path / "xa" / "pages" / "00-welcome.json").read_text(encoding="utf-8"))
    assert page["draft"] is True
    hidden = [t.text for t in course_texts(ROOT)["00-welcome"] if t.after_marking]
    assert len(hidden) > 20
    written = "".join(p.read_bytes().decode("utf-8", "ignore") for p in tmp_path.rglob("*.*"))
    assert [text for text in hidden if text in written or pseudo(text) in written] == []
    assert "Their entries are safe; each needs a new copy." in page["texts"]


@pytest.mark.parametrize("name", NAMES)
def test_one_missing_text_keeps_the_page_english(pretended: Path, tmp_path: Path, name: str) -> None:
    root = tmp_path / "checkout"
    root.mkdir()
    for folder in ("notebooks", "exercises"):
        (root / folder).symlink_to(ROOT / folder)
    for path in files_of(pretended, "xa").values():
        po = open_catalogue(path, "xa")
        if path.stem == name:
            entry = next(
                e for e in po if name != "records" or "unregistered_children_world" in str(e.occurrences)
            )
            entry.msgstr = ""
        (root / "locale" / "xa").mkdir(parents=True, exist_ok=True)
        (root / "locale" / "xa" / path.name).write_text(str(po) + "\n", encoding="utf-8")
    assert build(root, "xa", tmp_path / "made") == {"00-welcome": [name]}
    assert not (tmp_path / "made" / "xa" / "pages" / "00-welcome.json").exists()
    spoken = (tmp_path / "made" / "xa" / "LC_MESSAGES" / "bordercourse.mo").exists()
    assert spoken == (name not in ("library", "desk"))


@pytest.fixture
def spoken(pretended: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    build(pretended, "xa", tmp_path)
    monkeypatch.setattr(i18n, "_LOCALE", tmp_path)
    i18n._catalogue.cache_clear()
    yield
    monkeypatch.undo()
    i18n._catalogue.cache_clear()


def test_library_records_and_modules_speak_the_language(spoken: None) -> None:
    from bordercourse.course import module
    from bordercourse.datasets import describe, load, readable

    english = module("00").title
    with i18n.speaking("xa"):
        assert i18n.gettext("Right.") == pseudo("Right.")
        assert module("00").title == pseudo(english) != english
        assert module("00").slug == "00-welcome"
        assert "\n\n" in module("00").story.settled
        assert module("01").title.isascii()  # not whole: English
        record = describe("unregistered_children_world")
        assert not record.title.isascii()
        heads = list(readable(load("unregistered_children_world")).columns)
        assert all(not head.isascii() for head in heads)
        assert list(load("unregistered_children_world").columns) == [c.name for c in record.columns]
    assert module("00").title == english


def test_the_language_is_the_workspaces_and_never_the_machines(
    spoken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.setenv(name, "xa")
    monkeypatch.delenv("BORDERCOURSE_LANGUAGE", raising=False)
    assert i18n.gettext("Right.") == "Right."
    monkeypatch.setenv("BORDERCOURSE_LANGUAGE", "xa")
    assert i18n.gettext("Right.") == pseudo("Right.")
    # A page that is English as a whole has English messages.
    monkeypatch.setenv("BORDERCOURSE_ENGLISH", "01-civil-registration,05-iraq")
    monkeypatch.setenv("JPY_SESSION_NAME", "exercises/05-iraq/05-iraq.ipynb")
    assert i18n.gettext("Right.") == "Right."
    monkeypatch.setenv("JPY_SESSION_NAME", "lessons/00-welcome.ipynb")
    assert i18n.gettext("Right.") == pseudo("Right.")
    for strange in ("../xa", "/etc", "xa/../xa", "qq"):
        monkeypatch.setenv("BORDERCOURSE_LANGUAGE", strange)
        assert i18n.gettext("Right.") == "Right."
        assert i18n.language() == ""


@pytest.mark.parametrize(
    ("english", "words", "language", "says"),
    [
        ("{n} of {m}", "{n}", "id", "braces"),
        ("Use `load()`", "Pakai load()", "id", "code"),
        ("See [this](a.ipynb)", "Lihat [ini](b.ipynb)", "id", "link"),
        ("**One** word", "Satu kata", "id", "bold"),
        ("Press **Validate**", "Tekan **Validasi**", "id", "menu Validate"),
        ("In 2025", "Pada 2024", "id", "numbers"),
        ("300,000 people", "៣០០.០០១ នាក់", "km", "numbers"),
        ("In 2025", "ใน พ.ศ. 2568", "id", "numbers"),
        ("Done", "### BEGIN", "id", "###"),
        ("Done", "Se\nlesai", "id", "line break"),
        (" or ", "atau", "id", "space"),
        ("<b>x</b>", "<i>x</i>", "id", "tags"),
    ],
)
def test_a_fault_is_named(english: str, words: str, language: str, says: str) -> None:
    assert any(says in fault for fault in faults(english, words, language=language))


@pytest.mark.parametrize(
    ("english", "words", "language"),
    [
        ("{n} of {m}", "{m}, {n}", "id"),
        ("300,000 people in 2025", "៣០០.០០០ នាក់ ឆ្នាំ២០២៥", "km"),
        ("300,000 people in 2025", "ปี พ.ศ. ๒๕๖๘ มี ๓๐๐,๐๐๐ คน", "th"),
        ("In 2025", "ใน พ.ศ. 2568 (ค.ศ. 2025)", "th"),
        ("1,234.5 percent", "1.234,5 persen", "id"),
        ("Press **Run**, then `x`", "Tekan **Run**, lalu `x`", "id"),
    ],
)
def test_a_right_translation_has_no_fault(english: str, words: str, language: str) -> None:
    assert list(faults(english, words, language=language)) == []


def test_the_glossary_is_used_and_every_term_has_a_source_or_waits_for_one() -> None:
    for language in ("id", "km", "ms", "th", "vi"):
        terms = glossary_terms(language)
        assert len(terms) > 100
        assert {term.confidence for term in terms} <= {"READ", "READ-2nd", "OWN"}
    terms = glossary_terms("id")
    missing = missing_terms("A birth certificate is a copy.", "Sebuah surat lahir adalah salinan.", terms)
    assert [term.english for term in missing] == ["birth certificate"]


def test_a_translators_day_with_a_sheet_alone(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    root = tmp_path / "checkout"
    root.mkdir()
    for folder in ("notebooks", "exercises"):
        (root / folder).symlink_to(ROOT / folder)
    command.extract(root, "xa", ["desk"])
    path = root / "locale" / "xa" / "desk.po"
    sheet = tmp_path / "desk.xlsx"
    write_translations(sheet, "desk", "xa", open_catalogue(path, "xa"))
    book = load_workbook(sheet)
    page = book.active
    assert page["A3"].protection.locked
    assert not page["B3"].protection.locked
    rows = {page.cell(n, 1).value: n for n in range(3, page.max_row + 1)}
    page.cell(rows["Lesson"], 2).value = "  Pelajaran\n"
    page.cell(rows["Lesson"], 3).value = "as in the ministry's own texts"
    page.cell(rows["About {hours} hours are left."], 2).value = "Kira-kira {jam} jam lagi."
    book.save(sheet)
    assert read_translations(sheet)[:2] == ("xa", "desk")
    lines = command.read(root, sheet)
    assert lines[0] == "2 translations are new."
    hours = rows["About {hours} hours are left."]
    assert any(line.startswith(f"row {hours}: ") and "braces" in line for line in lines[1:])
    assert page.row_dimensions[hours].height == 15
    longest = max(rows, key=lambda text: len(text or ""))
    assert page.row_dimensions[rows[longest]].height > 45, "LibreOffice makes no room by itself"
    entry = next(e for e in open_catalogue(path, "xa") if e.msgid == "Lesson")
    assert (entry.msgstr, entry.tcomment) == ("Pelajaran", "as in the ministry's own texts")
    assert command.extract(root, "xa") == []
    # A text that changed, whose translation still fits, is confirmed by a note alone.
    catalogue = open_catalogue(path, "xa")
    next(e for e in catalogue if e.msgid == "Lesson").flags.append("fuzzy")
    path.write_text(str(catalogue) + "\n", encoding="utf-8")
    assert any("write ok" in line for line in command.read(root, sheet))
    page.cell(rows["Lesson"], 3).value = "OK"
    book.save(sheet)
    command.read(root, sheet)
    entry = next(e for e in open_catalogue(path, "xa") if e.msgid == "Lesson")
    assert (entry.fuzzy, entry.msgstr, entry.tcomment) == (False, "Pelajaran", "")


def test_a_strange_sheet_or_name_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "no.xlsx").write_bytes(b"no sheet")
    with pytest.raises(InputError, match="cannot be read"):
        read_translations(tmp_path / "no.xlsx")
    (tmp_path / "saved.ods").write_bytes(b"PK")
    with pytest.raises(InputError, match="as Excel"):
        read_translations(tmp_path / "saved.ods")
    with pytest.raises(InputError, match="no catalogue of this name"):
        command.extract(ROOT, "xa", ["99-nothing"])
    with pytest.raises(InputError, match="short name"):
        command.main(["extract", "../x"])


def test_a_text_of_a_template_has_its_form_for_many() -> None:
    """Without it a catalogue answers a number of one alone, and every other number is told in English."""
    many = {text.text: text.plural for text in library_texts() if text.place.endswith(".j2")}
    assert many["{score} of {most} point"] == "{score} of {most} points"
    assert many["Feedback"] == ""


def test_what_is_kept_back_until_marking_is_marked_so() -> None:
    course = course_texts(ROOT)
    welcome = {text.text: text for text in course["00-welcome"]}
    assert welcome["Religion is not part of the definition."].after_marking
    assert not welcome["Register the birth now"].after_marking
    assert not any(text.after_marking for text in course["library"])
    assert AFTER_MARKING
