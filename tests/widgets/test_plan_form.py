"""The form of a plan: each change is saved, opened again whole, and shown as the text that was typed."""

from __future__ import annotations

import base64
import importlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import ipywidgets as w
import pytest
from bs4 import BeautifulSoup

from bordercourse import widgets
from bordercourse.lessons import action_plan
from bordercourse.planning import FIELDS, evidence_tables, harm_checklist, open_points
from bordercourse.planning.plan_file import PlanFile

module = importlib.import_module("bordercourse.widgets.plan_form")
EXAMPLE = action_plan.example_plan()
NASTY = '<b onclick="x">សួស្តី 😀</b>'


def inside(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def named(form: Any, words: str, kind: type = w.Widget) -> Any:
    (found,) = [
        one
        for one in inside(form.box)
        if isinstance(one, kind)
        and words in (str(getattr(one, "tooltip", "")) + str(getattr(one, "description", "")))
    ]
    return found


def line(form: Any, name: str) -> Any:
    return named(form, f"{FIELDS[name].label}.</b> {FIELDS[name].asks}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "my-plan.json"


def opened(path: Path) -> Any:
    return module._Form(EXAMPLE, PlanFile(path))


def fill(form: Any) -> None:
    for name, one in FIELDS.items():
        text = EXAMPLE.line(name)
        line(form, name).value = module._day(text) if one.kind == "date" else text
    named(form, "Day of the plan").value = EXAMPLE.written
    table = named(form, "Choose a table", w.Dropdown)
    table.value = "mozambique_health_posts"
    named(form, "Row.<", w.Select).value = 1
    named(form, "Add this row").click()
    named(form, "Indicator", w.Dropdown).value = "16.9.1"
    for name, question in harm_checklist().questions.items():
        named(form, question, w.ToggleButtons).value = EXAMPLE.checked[name]


def test_everything_that_is_filled_in_is_saved_at_once_and_shown_again(path: Path) -> None:
    fill(opened(path))
    assert PlanFile(path).plan.stored() == EXAMPLE.stored()
    again = opened(path)
    for name, one in FIELDS.items():
        value = line(again, name).value
        assert (value.isoformat() if one.kind == "date" else value) == EXAMPLE.line(name)
    assert named(again, "Indicator", w.Dropdown).value == "16.9.1"
    items = BeautifulSoup(again.still_open.value, "html.parser").find_all("li")
    assert [one.get_text().partition(":")[0] for one in items] == ["Checklist, stop", "Checklist, mend"]
    html = "".join(str(one.value) for one in inside(again.box) if isinstance(one, w.HTML))
    assert EXAMPLE.evidence[0].caution in html
    rows = BeautifulSoup(again.found.value, "html.parser").find_all("th", scope="row")
    assert [one.get_text() for one in rows] == ["stop", "mend"]


def test_each_letter_is_saved(path: Path) -> None:
    form = opened(path)
    for n in range(1, 6):
        line(form, "problem").value = "Mothers"[:n]
        assert PlanFile(path).plan.lines["problem"] == "Mothers"[:n]


def test_evidence_is_chosen_with_its_caution_and_at_most_five_times(path: Path) -> None:
    form = opened(path)
    table, row = named(form, "Choose a table", w.Dropdown), named(form, "Row.<", w.Select)
    add = named(form, "Add this row")
    assert dict(table.options) == {title: name for name, title in evidence_tables().items()}
    table.value = "birth_registration_under5"
    for n in (0, 1, 1, 2, 3, 4):
        row.value = n
        add.click()
    assert [one.row for one in PlanFile(path).plan.evidence] == [0, 1, 2, 3, 4]
    assert add.disabled
    away = [one for one in inside(form.box) if getattr(one, "description", "") == "Take it out"]
    assert len(away) == 5
    away[1].click()
    assert [one.row for one in PlanFile(path).plan.evidence] == [0, 2, 3, 4]
    assert not add.disabled


def test_what_is_typed_is_text_everywhere(path: Path) -> None:
    form = opened(path)
    for name in ("country", "problem", "risk"):
        line(form, name).value = NASTY
    named(form, "Make my documents").click()
    for one in inside(form.box):
        if isinstance(one, w.HTML):
            assert "onclick" not in one.value
    page = BeautifulSoup(path.with_suffix(".html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.get_text() == f"Action plan: {NASTY}"
    assert [one.get_text() for one in page.find_all("b")] == ["A draft. 14 points are still open."]


def test_the_documents_lie_beside_the_lesson_and_can_be_saved_elsewhere(path: Path) -> None:
    form = opened(path)
    fill(form)
    named(form, "Make my documents").click()
    links = BeautifulSoup(form.links.value, "html.parser").find_all("a")
    assert [one["download"] for one in links] == ["my-plan.docx", "my-plan.html"]
    for link, ending in zip(links, (".docx", ".html"), strict=True):
        data = base64.b64decode(link["href"].partition("base64,")[2])
        assert data == path.with_suffix(ending).read_bytes()
    document = docx.Document(io.BytesIO(path.with_suffix(".docx").read_bytes()))
    assert document.paragraphs[0].text == f"Action plan: {EXAMPLE.line('country')}"
    line(form, "owner").value = "Another post"
    assert form.links.value == "", "a document of an older plan is offered as if it were this one"


def test_a_full_disk_is_told_and_the_documents_can_still_be_saved(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = opened(path)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    monkeypatch.setattr("bordercourse.planning.plan_file.write_whole", full)
    line(form, "owner").value = "Registrar"
    assert "role='alert'" in form.status.value
    assert "the disk is full" in form.status.value
    named(form, "Make my documents").click()
    assert "could not be written" in form.links.value
    assert form.links.value.count("download=") == 2


def test_the_next_team_begins_anew_and_nothing_is_lost(path: Path) -> None:
    form = opened(path)
    named(form, "Put this plan aside").click()
    assert "Nothing was written yet" in form.status.value
    line(form, "owner").value = "Registrar"
    named(form, "Put this plan aside").click()
    assert "my-plan-1.json" in form.status.value
    assert line(form, "owner").value == ""
    assert PlanFile(path.with_name("my-plan-1.json")).plan.line("owner") == "Registrar"


def test_every_box_has_a_name_that_is_read_aloud(path: Path) -> None:
    boxes = (w.Text, w.Textarea, w.DatePicker, w.Dropdown, w.Select, w.ToggleButtons)
    for one in inside(opened(path).box):
        if isinstance(one, boxes):
            assert len(one.description) > 10, one


def test_without_a_kernel_the_example_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr("bordercourse.page.show_html", pages.append)
    widgets.plan_form(EXAMPLE)
    text = BeautifulSoup(pages[0], "html.parser").get_text()
    assert all(EXAMPLE.line(name) in text for name in FIELDS)
    assert EXAMPLE.evidence[0].caution in text
    widgets.show_plan(EXAMPLE, "owner")
    assert re.findall(r'scope="row"', pages[1]) == ['scope="row"']


def test_the_example_of_the_lesson_is_whole_but_for_the_checklist() -> None:
    assert all(point.startswith("Checklist") for point in open_points(EXAMPLE))
