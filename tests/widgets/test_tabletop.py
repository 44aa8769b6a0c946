"""The tabletop: every hour can be decided, costs are added by group alone, and the paper says the same."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bordercourse import course, widgets
from bordercourse.course.manifest import Inject, InjectOption, Tabletop
from bordercourse.errors import InputError

page = importlib.import_module("bordercourse.widgets.tabletop")
ROOT = Path(__file__).resolve().parents[2]
GAME = Tabletop(
    "A night",
    {"line": "hours in line", "births": "days"},
    (
        Inject("01:00", "It is <b>dark</b>.", {"a": InjectOption("Wait", "They wait.", {"line": 5})}),
        Inject(
            "02:00",
            "It rains.",
            {"a": InjectOption("Go", "Wet."), "b": InjectOption("Stay", "Dry.", {"line": 2, "births": 1})},
        ),
    ),
)
TABLETOPS = [m.slug for m in course.modules() if m.tabletop]


def test_costs_are_added_for_each_team_and_each_group_apart() -> None:
    paid = page.who_paid(GAME, [{"Team 1": "a", "Team 2": "a"}, {"Team 1": "a", "Team 2": "b"}])
    assert paid.loc["hours in line"].to_dict() == {"Team 1": 5, "Team 2": 7}
    assert paid.loc["days"].to_dict() == {"Team 1": 0, "Team 2": 1}
    assert list(paid.index) == list(GAME.groups.values())  # and no row of sums


def test_the_debrief_names_who_decided_and_who_paid_and_escapes_its_texts() -> None:
    html = page.debrief(GAME, [{"Team 1": "a", "Team 2": "a"}, {"Team 1": "a", "Team 2": "b"}])
    soup = BeautifulSoup(html, "html.parser")
    rows = [
        [td.get_text() for td in tr.find_all("td")] for tr in soup.find_all("table")[1].find_all("tr")[1:]
    ]
    assert rows[0] == ["01:00", "Team 1, Team 2", "Wait", "They wait.", "5 hours in line"]
    assert rows[1] == ["02:00", "Team 1", "Go", "Wet.", "nobody"]
    assert "No team has won" in soup.get_text()


def test_without_a_kernel_the_first_hour_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr(page, "_tabletop", lambda slug: GAME)
    monkeypatch.setattr(page.page, "show_html", pages.append)
    widgets.play_tabletop("10")
    soup = BeautifulSoup(pages[0], "html.parser")
    assert "It is <b>dark</b>." in soup.get_text()
    assert [d.summary.get_text() for d in soup.find_all("details")] == ["a) Wait"]
    assert not soup.find_all("b", string="dark")


def press(button: Any) -> None:
    button.click()


def test_it_is_played_hour_by_hour_and_back() -> None:
    live = page._Live(GAME)
    live.teams.value = 2
    press(live.go)
    assert len(live.rows.children) == 2
    press(live.go)  # nobody has chosen
    assert "Team 1, Team 2" in live.note.value
    assert live.log == []
    for row in live.rows.children:
        row.value = "a"
    press(live.go)
    assert "02:00" in live.shown.value
    press(live.back)
    assert "01:00" in live.shown.value
    assert live.log == []
    press(live.back)
    assert live.rows.children == (live.teams,)
    press(live.go)
    for _hour in GAME.injects:
        for row in live.rows.children:
            row.value = "a"
        press(live.go)
    assert "No team has won" in live.shown.value
    assert live.go.disabled
    press(live.back)  # a slip in the last hour can be mended too
    assert "02:00" in live.shown.value
    assert not live.go.disabled


@pytest.mark.parametrize("slug", TABLETOPS)
def test_every_option_costs_known_groups_and_no_option_is_free_of_choice(slug: str) -> None:
    game = course.module(slug).tabletop
    assert game is not None
    for inject in game.injects:
        assert len(inject.options) == 3
        for option in inject.options.values():
            assert set(option.costs) <= set(game.groups)
            assert all(amount > 0 for amount in option.costs.values())
    used = {group for i in game.injects for option in i.options.values() for group in option.costs}
    assert used == set(game.groups), "a group that never pays is no group"


@pytest.mark.parametrize("slug", TABLETOPS)
def test_each_letter_can_be_the_gentle_one(slug: str) -> None:
    """Whoever always picks one letter pays at every hour with somebody outside the office."""
    game = course.module(slug).tabletop
    assert game is not None
    own = {"work"}
    gentle = [
        {key for key, option in inject.options.items() if set(option.costs) <= own} for inject in game.injects
    ]
    for letter in "abc":
        assert not all(letter in one for one in gentle)


@pytest.mark.parametrize("slug", TABLETOPS)
def test_the_instructors_page_prints_the_same_tabletop(slug: str) -> None:
    note = (ROOT / "exercises" / "facilitation" / f"{slug}.md").read_text(encoding="utf-8")
    lines = widgets.printed_tabletop(slug).splitlines()
    assert [line for line in lines if line not in note.splitlines()] == []


def test_a_module_without_a_tabletop_says_so() -> None:
    with pytest.raises(InputError, match="no tabletop"):
        widgets.play_tabletop("00")
