"""The scanner of module 03: what it shows follows from the code, and hostile pictures get an answer."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bordercourse.datasets import load
from bordercourse.documents import BEARER, make_qr, practice
from bordercourse.errors import InputError
from bordercourse.lessons import cross_border_verification as room

ROWS = {str(row["case_id"]): row for row in practice.certificates().to_dict("records")}
TEXT = {str(row["case_id"]): str(row["text"]) for row in practice.certificates().to_dict("records")}


def picture(*texts: str, kind: str = "PNG", turned: int = 0, scale: int = 4) -> bytes:
    """Codes side by side on white paper, as a photograph shows them."""
    codes = []
    for text in texts:
        raw = io.BytesIO()
        make_qr(text).save(raw, kind="png", scale=scale, border=6)
        codes.append(Image.open(raw).convert("L"))
    sheet = Image.new(
        "L", (sum(c.width for c in codes) or 200, max((c.height for c in codes), default=200)), 255
    )
    x = 0
    for code in codes:
        sheet.paste(code, (x, 0))
        x += code.width
    out = io.BytesIO()
    sheet.rotate(turned, expand=True, fillcolor=255).save(out, format=kind)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "turned"), [("PNG", 0), ("JPEG", 0), ("PNG", 90), ("JPEG", 12)])
def test_a_picture_of_a_code_gives_its_text(kind: str, turned: int) -> None:
    assert room.scan_picture(picture(TEXT["P01"], kind=kind, turned=turned)) == TEXT["P01"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (picture(), "no code was found"),
        (picture(TEXT["P01"], TEXT["P02"]), "it shows 2 codes"),
        (b"%PDF-1.7 no picture", "cannot be read"),
        (b"", "cannot be read"),
        (picture("UTOPIA")[:90], "cannot be read"),
    ],
)
def test_a_picture_that_cannot_be_used_says_what_to_do(given: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        room.scan_picture(given)


@pytest.mark.parametrize(
    "text", ["", "https://example.org", "<script>x</script>", "{", "សុខ ។ สมชาย", "مريم", "A" * 4000, "\ud800"]
)
def test_whatever_a_code_holds_is_drawn_and_told(text: str) -> None:
    found = practice.verify_case(text)
    _ax, sentence = room.draw_verification(found, text)
    assert sentence.startswith("form: no; integrity: cannot say")
    assert found.next_step in sentence


class Page:
    """The live scanner, with its widgets by what they say."""

    def __init__(self, box: Any) -> None:
        choices, files, self.safety, self.note, self.page, self.picture, self.said = box.children
        self.menu, self.day = choices.children
        self.upload, self.save = files.children

    def give(self, raw: bytes, name: str = "photo.png") -> None:
        self.upload.value = (
            {
                "name": name,
                "type": "image/png",
                "size": len(raw),
                "content": memoryview(raw),
                "last_modified": datetime(2025, 6, 2, tzinfo=UTC),
            },
        )


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Page:
    import IPython.display

    shown: list[Any] = []
    monkeypatch.setattr(room.page, "live", lambda: True)
    monkeypatch.setattr(IPython.display, "display", shown.append)
    monkeypatch.chdir(tmp_path)
    room.scanner()
    (box,) = shown
    return Page(box)


def test_the_menu_shows_four_answers_the_fixed_line_and_the_next_step(page: Page) -> None:
    for case in ("P03", "P08", "P15", "P16"):
        page.menu.value, text = case, TEXT[case]
        found = room._judge(ROWS[case], text)
        for said in (BEARER, found.protection, found.next_step, *(v.reason for v in found.verdicts)):
            assert said in unescape(page.said.value)
        assert f"<b>{case}</b>" in page.page.value
        assert page.picture.value


def test_another_day_makes_the_lists_stale_and_not_the_certificate(page: Page) -> None:
    page.menu.value = "P09"
    assert "vouches for" in page.said.value
    page.day.value = "2025-06-30"
    assert "revocation list at hand speaks for" in page.said.value
    assert "The person does not pay for your list" in page.said.value


def test_a_picture_is_judged_and_a_bad_one_is_told(page: Page) -> None:
    page.give(picture(TEXT["P02"]))
    assert "The content and the signature do not fit" in page.said.value
    assert "photo.png" in page.page.value
    assert "<b>P02</b>" in page.page.value  # the picture is of a certificate that the page knows
    assert page.save.disabled
    page.give(b"no picture", "<img src=x>.png")
    assert "cannot be read" in page.said.value
    assert page.picture.layout.display == "none"
    assert "&lt;img src=x&gt;.png" in page.said.value
    page.give(picture("<b>x</b>"), "<b>.png")
    assert "<b>x</b>" not in page.said.value
    assert "&lt;b&gt;.png" in page.page.value


def test_a_saved_code_can_be_given_back(page: Page, tmp_path: Path) -> None:
    page.menu.value = "P18"
    page.save.click()
    assert "P18.png" in page.note.value
    assert str(tmp_path / "P18.png") in page.note.value
    page.menu.value = "P01"
    assert "P18" not in page.note.value  # an old answer does not stay above a new one
    page.give(picture(TEXT["P03"]))
    page.menu.value = "P01"
    assert "<b>P01</b>" in page.page.value
    page.give((tmp_path / "P18.png").read_bytes())
    assert "The content and the signature do not fit" in page.said.value


def test_the_line_about_real_documents_is_never_replaced(page: Page) -> None:
    before = page.safety.value
    assert "real person" in before
    page.save.click()
    page.give(picture(TEXT["P02"]))
    page.give(b"no picture")
    page.menu.value = "P09"
    page.day.value = "2025-06-30"
    assert page.safety.value == before


@pytest.mark.parametrize("case", list(TEXT))
def test_protection_stands_above_the_next_step_and_a_sign_is_the_only_step(page: Page, case: str) -> None:
    page.menu.value = "P02"
    page.menu.value = case
    said, sign = page.said.value, ROWS[case]["protection"]
    assert said.index("Protection first") < said.lower().index("next step")
    steps = practice.verify_case(TEXT[case]).next_step
    if sign == "no need seen":
        assert room.escape(steps) in said
        assert "Only if none of this is so" in said
        assert "Stop here" not in page.page.value
    else:
        assert sign in said
        assert "Stop here" in page.page.value  # above the four answers, too
        assert "Stop here" in said
        assert room.escape(steps) not in said
        page.give(picture(TEXT[case]), f"{case}.png")
        assert "Stop here" in page.said.value
        page.day.value = "2025-06-30"
        assert "Stop here" in page.said.value


def test_a_code_of_somebody_else_says_to_ask_no_register_about_them(page: Page) -> None:
    page.menu.value = "P13"
    assert "Ask no register about them" in page.page.value
    page.menu.value = "P09"
    assert "Ask no register" not in page.page.value
    page.give(picture(TEXT["P13"]), "P13.png")
    assert "Ask no register about them" in page.page.value


def test_of_two_certificates_with_one_code_the_person_in_need_counts() -> None:
    calm = {"case_id": "A", "text": "x", "protection": "no need seen"}
    in_need = {"case_id": "B", "text": "x", "protection": "seeks asylum"}
    assert room._row_of({"A": calm, "B": in_need}, "x", "A.png") is in_need
    assert room._row_of({"A": calm, "B": calm | {"case_id": "B"}}, "x", "B.png")["case_id"] == "B"
    assert room._row_of({"A": calm}, "y", "A.png") is None


def test_without_a_kernel_there_is_a_figure_and_the_whole_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(room.plotting, "show", lambda _ax, alt: shown.append(alt))
    monkeypatch.setattr(room.page, "show_html", shown.append)
    room.scanner(practice.casebook())
    assert shown[0].startswith("form: yes")
    assert BEARER in shown[1]
    assert "Only if none of this is so" in shown[1]
    room.scanner()  # the first person of the practice set seeks asylum
    assert "Stop here" in shown[3]
    assert "the next step" not in shown[3]


def test_figures_state_what_is_in_their_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(room.plotting, "show", lambda _ax, alt: said.append(alt))
    room.show_face_errors(load("face_matching_officers_2014"))
    assert "14%" in said[-1]
    assert "6%" in said[-1]
    monkeypatch.setattr(room.page, "show_html", said.append)
    verdicts = practice.verify_cases(practice.certificates())
    room.show_verdicts(verdicts)
    assert said[-2].startswith("The machine says yes three times for 10 of 20")
    told = {str(answer).partition(": ")[2] for answer in verdicts.to_numpy().ravel()}
    told -= {"", "not checked", "officer decides"}
    assert told == set(room._SAYS)  # each reason that occurs is explained below the figure
    assert "P02, P18" in said[-1]


def test_certificates_with_the_same_answers_share_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(room.plotting, "show", lambda ax, alt: drawn.append(ax))
    monkeypatch.setattr(room.page, "show_html", drawn.append)
    verdicts = practice.verify_cases(practice.certificates())
    room.show_verdicts(verdicts)
    lines = [label.get_text() for label in drawn[0].get_yticklabels()]
    assert len(lines) == len(verdicts.drop_duplicates())
    assert sum(int(line.split()[0]) for line in lines) == len(verdicts)


def test_the_register_is_asked_about_nobody_in_need_and_nobody_absent() -> None:
    cases = practice.certificates().set_index("case_id", drop=False)
    answers = room.answers_of_register(cases.loc[["P01", "P08", "P13", "P09", "P12"]])
    assert list(answers["Before asking"]) == [
        "seeks asylum",
        "not sure",
        "seems somebody else",
        "no need seen",
        "no need seen",
    ]
    assert list(answers["Answer"]) == ["not asked", "not asked", "not asked", "match", "differs"]
    assert list(answers["What differs"]) == ["", "", "", "", "date of the event"]
    assert "Synthetic data" in answers._repr_html_()


def test_one_certificate_is_shown_with_its_four_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(room.plotting, "show", lambda _ax, alt: shown.append(alt))
    cases = practice.certificates().set_index("case_id", drop=False)
    room.show_certificate(cases.loc["P02"])
    room.show_certificate(cases.loc["P01"])
    assert shown[0].startswith("form: yes; integrity: no;")
    assert "Stop here" in shown[1]  # the table says that the person seeks asylum


@pytest.mark.parametrize(
    "zone",
    [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    ],
)
def test_the_zone_colours_exactly_what_a_check_digit_sees(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try every character: a change by one is seen exactly where the picture says so."""
    from bordercourse.documents import parse_mrz

    monkeypatch.setattr(room.plotting, "show", lambda _ax, alt: None)
    room.show_zone(zone)
    lines = zone.split("\n")
    covered = room._covered(parse_mrz(zone).format)
    for row, line in enumerate(lines):
        for column, old in enumerate(line):
            new = "Q" if not old.isdigit() else str((int(old) + 1) % 10)
            changed = [*lines]
            changed[row] = line[:column] + new + line[column + 1 :]
            try:
                read = parse_mrz("\n".join(changed))
            except InputError:
                continue  # no longer a zone
            if read.format != parse_mrz(zone).format:
                continue  # the first letter says which format it is
            seen = not read.check_digits_fit
            if (row, column) not in covered:
                assert not seen, (row, column)
            elif covered[row, column] == "digit" or old.isdigit():
                assert seen, (row, column)
