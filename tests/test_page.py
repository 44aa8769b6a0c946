"""What a page shows is escaped once, in one place."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import bordercourse
from bordercourse import page

CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_every_text_of_a_table_is_read_back_as_text(rows: list[tuple[str, str]]) -> None:
    soup = BeautifulSoup(page.table(["<one>", "two"], rows), "html.parser")
    assert [th.get_text() for th in soup.thead.find_all("th")] == ["<one>", "two"]
    assert [tuple(td.get_text() for td in tr.find_all("td")) for tr in soup.tbody.find_all("tr")] == rows
    assert {tag.name for tag in soup.find_all()} == {"table", "thead", "tbody", "tr", "th", "td"}


def test_markup_stays_and_a_named_row_is_read_aloud_with_its_cells() -> None:
    soup = BeautifulSoup(page.table([], [["<i>", Markup("<b>yes</b>"), 3]], named_rows=True), "html.parser")
    assert soup.thead is None
    assert (soup.tbody.th["scope"], soup.tbody.th.get_text()) == ("row", "<i>")
    assert soup.td.b.get_text() == "yes"
    assert soup.find_all("td")[1].get_text() == "3"


def test_there_is_one_way_to_build_a_table() -> None:
    folder = Path(bordercourse.__file__).parent
    built = [
        path.name
        for path in folder.rglob("*.py")
        if "<td" in path.read_text(encoding="utf-8") and path.name != "page.py"
    ]
    assert built == []
