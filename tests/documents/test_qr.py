"""Codes and pictures: what goes into a code comes out of it, in every script that the course meets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bordercourse import documents as doc
from bordercourse.documents import practice
from bordercourse.documents.qr import MOST_IN_A_CODE
from bordercourse.errors import InputError
from tests.documents.specimen import RECORD

if TYPE_CHECKING:
    from pathlib import Path

# Every letter, mark and sign of the scripts in which people of the course write names.
SCRIPTS = {
    "Latin of Western Europe": (0x20, 0x180),
    "Vietnamese": (0x1E00, 0x1EFF),
    "Khmer": (0x1780, 0x17FF),
    "Thai": (0x0E01, 0x0E5B),
    "Lao": (0x0E81, 0x0EDF),
    "Burmese": (0x1000, 0x109F),
    "Arabic, Jawi, Kurdish": (0x0600, 0x06FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Chinese": (0x4E00, 0x9FFF),
    "Javanese": (0xA980, 0xA9DF),
}


def name_in(first: int, last: int) -> st.SearchStrategy[str]:
    letters = st.characters(min_codepoint=first, max_codepoint=last, exclude_categories=["Cc", "Cn", "Cf"])
    words = st.text(letters | st.just(" "), min_size=1, max_size=40)
    return words.map(str.strip).filter(lambda text: len(text) > 0 and text.isprintable())


NAMES = st.one_of([name_in(*letters) for letters in SCRIPTS.values()])


def png(code: Any, **options: Any) -> bytes:
    written = io.BytesIO()
    code.save(written, kind="png", **{"scale": 2} | options)
    return written.getvalue()


def sealed(**changes: str) -> str:
    return doc.issue_certificate(RECORD | changes, practice.registrar())


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_name_in_any_script_goes_through_a_code_and_back(script: str) -> None:
    @given(name_in(*SCRIPTS[script]))
    @settings(max_examples=60, deadline=None)
    def there_and_back(name: str) -> None:
        assert doc.read_qr(png(doc.make_qr(name))) == [name]

    there_and_back()


@given(NAMES, NAMES)
@settings(max_examples=60, deadline=None)
def test_a_certificate_of_any_name_is_intact_after_its_code(name: str, native: str) -> None:
    text = sealed(name=name, name_native=native)
    (read,) = doc.read_qr(png(doc.make_qr(text)))
    found = doc.verify_document(read, trust=practice.trust_list(), on=practice.TODAY)
    assert found.codes["integrity"] == "unchanged"
    assert found.stated["name"] == name
    assert found.stated["name_native"] == native


@given(NAMES)
@settings(max_examples=20, deadline=None)
def test_a_certificate_shown_in_part_is_intact_after_its_code(name: str) -> None:
    shown = doc.disclose(doc.issue_disclosable(RECORD | {"name": name}, practice.registrar()), ["name"])
    (read,) = doc.read_qr(png(doc.make_qr(shown)))
    found = doc.verify_document(read, trust=practice.trust_list(), on=practice.TODAY)
    assert (found.codes["integrity"], found.stated["name"]) == ("unchanged", name)


@pytest.mark.parametrize(
    "name", ["CONCEIÇÃO", "ASSUNÇÃO", "ÂNGELA", "JOÃO", "ÑUÑEZ", "MÜLLER", "NGUYỄN", "សុខា", "ดี"]
)
def test_a_short_name_keeps_its_letters(name: str) -> None:
    """In the old default of the standard, some of these read as Japanese."""
    assert doc.read_qr(png(doc.make_qr(name))) == [name]


def test_a_code_says_that_it_holds_utf_8() -> None:
    import zxingcpp as zx

    for text in ("UTOPIA 123", "CONCEIÇÃO", "សុខា"):
        picture = Image.open(io.BytesIO(png(doc.make_qr(text))))
        (code,) = zx.read_barcodes(picture, text_mode=zx.TextMode.HexECI)
        assert bytes.fromhex(code.text) == rb"]Q2\000026" + text.encode()


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("CONCEIÇÃO", {"encoding": "iso-8859-1"}),  # declares nothing: the default of the standard
        ("CONCEIÇÃO សុខា", {"encoding": "utf-8"}),  # declares nothing, and is UTF-8 all the same
        ("“CONCEIÇÃO”", {"encoding": "cp1252", "eci": True}),
        ("ЖУКОВ", {"encoding": "iso-8859-5", "eci": True}),
        ("東京", {"encoding": "shift-jis", "eci": True, "mode": "byte"}),
        ("東京都", {"mode": "kanji"}),
        ("12345", {"mode": "numeric"}),
        ("UTOPIA 1", {"mode": "alphanumeric"}),
    ],
)
def test_codes_that_others_made_are_read_as_they_declare(text: str, how: dict[str, Any]) -> None:
    import segno

    assert doc.read_qr(png(segno.make_qr(text, **how))) == [text]


def test_several_codes_in_several_encodings_are_told_apart() -> None:
    import segno

    codes = [doc.make_qr("សុខា"), segno.make_qr("ЖУКОВ", encoding="iso-8859-5", eci=True), doc.make_qr("ดี")]
    sheet = Image.new("L", (600, 200), 255)
    for place, code in enumerate(codes):
        sheet.paste(Image.open(io.BytesIO(png(code, scale=4))).convert("L"), (200 * place, 10))
    assert sorted(doc.read_qr(sheet)) == sorted(["សុខា", "ЖУКОВ", "ดี"])


# --- size and form -----------------------------------------------------------------------------


def test_as_much_fits_as_the_message_says() -> None:
    assert doc.make_qr("x" * MOST_IN_A_CODE).version == 40
    with pytest.raises(InputError, match="2,953 bytes do not fit"):
        doc.make_qr("x" * (MOST_IN_A_CODE + 1))
    with pytest.raises(InputError, match="3,000 bytes do not fit"):
        doc.make_qr("ក" * 1000)  # three bytes each


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (None, "is not text|the text is empty"),
        (7, "is not text|the text is empty"),
        (b"x", "is not text|the text is empty"),
        ("\ud800", "half"),
    ],
)
def test_what_no_code_can_carry_is_refused_with_its_reason(text: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        doc.make_qr(text)


# --- pictures ----------------------------------------------------------------------------------


def transparent(dark: tuple[int, ...], light: tuple[int, ...]) -> Image.Image:
    code = Image.open(io.BytesIO(png(doc.make_qr("UTOPIA"), scale=4))).convert("L")
    picture = Image.new("RGBA", code.size, light)
    picture.paste(Image.new("RGBA", code.size, dark), mask=code.point(lambda value: 255 - value))
    return picture


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("light", [(0, 0, 0, 0), (255, 255, 255, 0), (90, 0, 0, 0), (255, 255, 255, 255)])
def test_a_transparent_picture_is_read_on_white(mode: str, light: tuple[int, ...]) -> None:
    picture = transparent((0, 0, 0, 255), light).convert(mode)
    written = io.BytesIO()
    picture.save(written, "PNG")
    assert doc.read_qr(written.getvalue()) == doc.read_qr(picture) == ["UTOPIA"]


@pytest.mark.parametrize("white", [65535, 30000])
def test_a_picture_with_sixteen_bits_a_pixel_is_read(white: int) -> None:
    import numpy as np

    code = np.asarray(Image.open(io.BytesIO(png(doc.make_qr("UTOPIA")))).convert("L")) > 0
    written = io.BytesIO()
    Image.fromarray((code * (white - 2000) + 2000).astype(np.uint16)).save(written, "PNG")
    assert doc.read_qr(written.getvalue()) == ["UTOPIA"]


def test_a_photographed_code_is_read(tmp_path: Path) -> None:
    """Turned, shrunk, greyish and stored as JPEG, as a telephone would give it."""
    code = png(doc.make_qr(sealed()), scale=5, light="#ddd", dark="#333")
    page = Image.new("L", (1400, 1400), 215)
    page.paste(Image.open(io.BytesIO(code)).convert("L").rotate(7, expand=True, fillcolor=215), (90, 120))
    page.save(tmp_path / "photo.jpg", quality=70)
    assert doc.read_qr(tmp_path / "photo.jpg") == [sealed()]


def test_a_picture_that_is_none_is_refused_kindly(tmp_path: Path) -> None:
    for bad in (b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"0" * 50):
        with pytest.raises(InputError, match="picture"):
            doc.read_qr(bad)
    with pytest.raises(InputError, match="no file"):
        doc.read_qr(tmp_path / "absent.png")
    cut = png(doc.make_qr("UTOPIA"))[:90]
    with pytest.raises(InputError, match="cannot be read"):
        doc.read_qr(Image.open(io.BytesIO(cut)))  # in memory, and not unpacked yet
    with pytest.raises(InputError, match="40 million"):
        doc.read_qr(Image.new("1", (10_000, 5_000)))


def test_a_picture_without_a_code_gives_nothing() -> None:
    assert doc.read_qr(Image.new("L", (200, 200), 255)) == []
