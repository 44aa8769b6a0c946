"""One sheet, fonts for every script, lines that end between words."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from bordercourse import look, plotting
from bordercourse.look.lines import pieces, wrap

SCRIPTS = {
    "Khmer": "ការចុះឈ្មោះកំណើតក្នុងប្រទេសកម្ពុជានិងការបោះពុម្ពវិញ្ញាបនបត្រសម្រាប់កុមារទាំងអស់គ្នា",
    "Thai": "จำนวนการเกิดที่จดทะเบียนภายในหกสิบวันหลังจากวันเกิดของเด็กทุกคนในประเทศ" * 2,
    "Vietnamese": "Số trẻ em được đăng ký khai sinh trong vòng sáu mươi ngày sau khi sinh ra ở các huyện "
    * 2,
}


def drawn(text: str, **kind: Any) -> tuple[Any, Text]:
    ax = plotting.axes(width=4)
    added = ax.text(0.1, 0.5, text, transform=ax.transAxes, **kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # "Glyph … missing from font" is a warning
        ax.figure.savefig(BytesIO(), format="png")
    return ax, added


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_text_that_comes_late_has_its_letters(script: str) -> None:
    ax = plotting.axes()
    ax.bar([0], [1], label=SCRIPTS[script][:20])
    ax.legend()
    ax.annotate(SCRIPTS[script][:20], (0, 0))
    ax.set_title(SCRIPTS[script])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("png", "svg", "pdf"):
            ax.figure.savefig(BytesIO(), format=kind)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_wrapped_text_stays_in_the_figure(script: str) -> None:
    ax, text = drawn(SCRIPTS[script], wrap=True, va="top")
    assert "\n" in text.get_text()
    box = text.get_window_extent()
    assert box.x1 <= ax.figure.bbox.x1 + 1
    # Not a letter is lost: only spaces at line ends gave way.
    assert re.sub(r"\s", "", text.get_text()) == re.sub(r"\s", "", SCRIPTS[script])


def test_a_text_with_a_family_of_its_own_keeps_it() -> None:
    _ax, text = drawn("P<UTOTEO<<ANA", family="monospace")
    assert text.get_fontfamily() == ["monospace"]


def test_a_second_drawing_breaks_the_same_lines() -> None:
    ax, text = drawn(SCRIPTS["Thai"], wrap=True)
    first = text.get_text()
    ax.figure.savefig(BytesIO(), format="svg")
    assert text.get_text() == first


@given(st.text(alphabet="abc  กาทะเบียนកំណើត😀\n", max_size=60), st.integers(1, 30))
def test_wrapping_loses_no_letter_and_keeps_words_whole(text: str, width: int) -> None:
    lines = wrap(text, width, len)
    assert re.sub(r"\s", "", lines) == re.sub(r"\s", "", text)
    assert "".join(pieces(text)) == text
    for line in lines.split("\n"):
        assert len(line) <= width or len(pieces(line)) == 1, line


def test_the_sheet_carries_its_fonts_where_a_page_stands_alone() -> None:
    plain, beside, inside = look.stylesheet(), look.stylesheet("fonts/"), look.stylesheet("inside")
    assert "url(" not in plain
    assert sorted(re.findall(r'url\("fonts/([^"]+)"\)', beside)) == [path.name for path in look.font_files()]
    assert len(re.findall(r"data:font/ttf;base64,", inside)) == len(look.font_files()) == 4
    assert "http" not in beside  # nothing is asked of the network


def test_the_fonts_bring_their_licence() -> None:
    licence = (look.font_files()[0].parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence.upper()
