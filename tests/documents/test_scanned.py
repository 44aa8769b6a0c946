"""What scanners and copies add around a code changes no verdict, in any format."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse import documents as doc
from bordercourse.documents import practice
from bordercourse.documents.mrz import LAYOUTS
from bordercourse.documents.scanned import level
from bordercourse.documents.verdicts import Verification
from bordercourse.errors import InputError, MalformedError
from tests.documents.specimen import RECORD as SPECIMEN

RECORD = SPECIMEN | {
    "office": 'Utopia "City" \\ Harbour',  # escaped in JSON, so that doubled backslashes matter
    "name": "CONCEIÇÃO សុខា",
}
HOLDER = {
    "state": "UTO",
    "primary": "ERIKSSON",
    "secondary": "ANNA MARIA",
    "number": "L898902C3",
    "nationality": "UTO",
    "born": "740812",
    "sex": "F",
    "expires": "320415",
}
ZONES = {
    format: doc.format_mrz(format, code=code, **HOLDER)
    for format, code in {"TD1": "I", "TD2": "I", "TD3": "P", "MRV-A": "V"}.items()
}
# Two fillers only: the names fill one line, and an own number of the State fills the other.
NAMES = {"primary": "VANDERMEULENBERGSTRAA", "secondary": "CHRISTINALEXANDE"}
FULL = doc.format_mrz("TD3", code="PP", **(HOLDER | NAMES), optional="12345678901234")


def texts() -> dict[str, str]:
    signer = practice.registrar()
    shown = doc.disclose(doc.issue_disclosable(RECORD, signer), ["name", "office"])
    return {"seal": doc.issue_certificate(RECORD, signer), "in part": shown, "full": FULL, **ZONES}


TEXTS = texts()


def verify(text: str | bytes) -> Verification:
    return doc.verify_document(text, trust=practice.trust_list(), on=practice.TODAY)


def alike(text: str | bytes, kind: str) -> bool:
    found, plain = verify(text), verify(TEXTS[kind])
    return (found.kind, found.codes, found.stated) == (plain.kind, plain.codes, plain.stated)


def test_the_plain_texts_are_in_order() -> None:
    assert FULL.count("<") == 2
    for kind, text in TEXTS.items():
        assert verify(text).form.answer == "yes", kind
        wanted = "unchanged" if kind in {"seal", "in part"} else "not_signed"
        assert verify(text).codes["integrity"] == wanted, kind


BLANKS = st.text(" \t\r\n\x0b\x00\x02\x03\x1d\x7f\xa0\ufeff\u200b\u200e\u2060\u3000", max_size=4)


@pytest.mark.parametrize("kind", TEXTS)
@given(BLANKS, st.sampled_from(["", "]Q1", "]Q2", "]d2", "]z0", "]C1"]), BLANKS, BLANKS)
@settings(max_examples=60, deadline=None)
def test_what_is_added_around_a_code_changes_nothing(
    kind: str, before: str, aim: str, between: str, after: str
) -> None:
    text = f"{before}{aim}{between}{TEXTS[kind]}{after}"
    assert alike(text, kind)
    assert alike(text.encode(), kind)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_declared_character_set_and_its_doubled_backslashes_are_taken_back(kind: str) -> None:
    text = TEXTS[kind].replace("\\", "\\\\")
    assert alike(f"]Q2\\000026{text}\r\n", kind)


@pytest.mark.parametrize("kind", TEXTS)
def test_each_door_levels_by_itself(kind: str) -> None:
    text = f"\ufeff]Q1{TEXTS[kind]}\r\n"
    trust = practice.trust_list()
    if kind == "seal":
        found = doc.verify_certificate(text, trust=trust, on=practice.TODAY)
    elif kind == "in part":
        found = doc.verify_disclosure(text, trust=trust, on=practice.TODAY)
    else:
        found = doc.verify_mrz(text, on=practice.TODAY)
    assert found.codes == verify(TEXTS[kind]).codes


def test_a_list_of_corrections_from_a_file_with_a_byte_order_mark_is_read() -> None:
    raw = codecs.BOM_UTF8 + practice.corrections_text().encode() + b"\r\n"
    assert doc.CorrectionList.read(raw, trust=practice.trust_list()) == practice.corrections()


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_text_file_of_another_encoding_is_read(kind: str, encoding: str) -> None:
    assert alike(TEXTS[kind].encode(encoding), kind)


def test_what_stands_inside_is_kept() -> None:
    assert level(" a\n b ") == "a\n b"
    assert level("]Q1]Q1") == "]Q1"  # only one identifier is the scanner's
    assert level(r"\000026 x") == r"\000026 x"  # without an identifier, nobody says that it is a declaration
    assert level("") == level("\ufeff") == ""
    for bad in (b"\xff", None, 7, ["{"]):
        with pytest.raises(MalformedError):
            level(bad)  # type: ignore[arg-type]


def test_a_long_run_of_blanks_inside_is_kept() -> None:
    text = " " * 200_000 + "x" + " " * 200_000 + "x"
    assert level(text) == text.strip()


# --- zones -------------------------------------------------------------------------------------

SHAPES = {
    "joined": lambda lines: "".join(lines),
    "joined by a blank": lambda lines: " ".join(lines),
    "blanks inside": lambda lines: "\n".join(f"{line[:7]} {line[7:]}" for line in lines),
    "empty lines between": lambda lines: "\n\n".join(lines),
    "old Mac": lambda lines: "\r".join(lines),
    "broken at the edge of a window": lambda lines: "\n".join(
        part for line in lines for part in (line[:25], line[25:])
    ),
    "pairs of fillers read as quotation marks": lambda lines: "\n".join(lines).replace("<<", "«"),
}


@pytest.mark.parametrize("kind", [*ZONES, "full"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_zone_that_was_joined_or_broken_is_the_same_zone(kind: str, shape: str) -> None:
    assert alike(SHAPES[shape](TEXTS[kind].split("\n")), kind)


def test_a_zone_with_a_lost_character_is_still_taken_for_a_zone_and_told() -> None:
    for kind, zone in ZONES.items():
        found = verify(zone[:-1])
        assert (found.kind, found.codes["form"]) == ("machine-readable zone", "malformed"), kind
        assert "fit no format of ICAO" in found.form.reason
    moved = ZONES["TD3"].replace("<\nL", "\n<L")  # two lines of the wrong length are not joined
    assert "43, 45" in verify(moved).form.reason


@pytest.mark.parametrize(
    ("zone", "document"),
    [
        ("IDFRABERTHIER<<<<<<<<<<<<<<<<<75C001\n8806923102858CORINNE<<<<<<<6512068F6", "France"),
        (
            "PNRUSIVANOV<<IVAN<IVANOVI3<<<<<<<<<<<<<<<<<<\n1234567897RUS7408122M<<<<<<<1231015123456<68",
            "Russia",
        ),
        ("CSC123456788<2601017<7408122<5", "China"),
        ("D1UTO1123456789012<<<<<<<<<<<0", "driving licence"),
    ],
)
def test_a_national_layout_is_named_and_blamed_on_nobody(zone: str, document: str) -> None:
    lines = zone.split("\n")
    assert {len(line) for line in lines} <= {30, 36, 44}
    found = verify(zone)
    assert found.kind == "machine-readable zone"
    assert document in found.form.reason
    assert "does not read" in found.form.reason
    assert "no evidence against the person" in found.next_step
    with pytest.raises(InputError, match="does not read"):
        doc.parse_mrz(zone)


def test_the_card_that_france_issues_now_is_read() -> None:
    zone = doc.format_mrz(
        "TD1",
        code="ID",
        state="FRA",
        primary="MARTIN",
        secondary="MAELYS",
        number="D2H6862M2",
        nationality="FRA",
        born="900713",
        sex="F",
        expires="320211",
    )
    assert verify(zone).form.answer == "yes"


def test_other_cards_hear_that_a_layout_may_be_national() -> None:
    for zone in ("X" + "<" * 27, "ABC<" * 10):
        assert "national layout" in verify(zone).form.reason
    assert set(LAYOUTS) == {"TD1", "TD2", "TD3", "MRV-A", "MRV-B"}
