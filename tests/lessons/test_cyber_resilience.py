"""The figures of module 10 say what the room gives, at the ends of every control too."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import pytest
from bs4 import BeautifulSoup

from bordercourse import datasets, page, resilience
from bordercourse.lessons import cyber_resilience as lesson


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr(page, "show_html", lambda html: pages.append(str(html)))
    return pages


def test_the_alarms_of_the_lesson(shown: list[str]) -> None:
    lesson.show_alarms()
    text = BeautifulSoup("".join(shown), "html.parser").get_text(" ")
    assert "36 5 31" in " ".join(text.split())
    assert "19 accounts rang: 3 were misused, 13 belong to honest people, 3 to machines." in text


def test_the_hours_of_the_lesson(shown: list[str]) -> None:
    lesson.show_availability()
    cells = [td.get_text() for td in BeautifulSoup(shown[0], "html.parser").find_all("td")]
    rows = {row[0]: row[1:] for row in zip(*[iter(cells)] * 4, strict=True)}
    assert rows["two servers, one failure in ten strikes both"][1:] == ("99.89%", "9 h 33 min")
    assert rows["board and disk"][1:] == ("99.98%", "1 h 45 min")
    assert rows["a cable of 99%, then such two servers"][1:] == ("98.99%", "88 h 28 min")
    for by_hand, works, _lost in rows.values():  # the sums that are printed give the shares that are printed
        shown = eval(by_hand.replace("÷", "/").replace("×", "*").replace("−", "-").replace(",", ""))
        assert f"{shown:.2%}" == works


def test_one_cause_costs_about_eleven_times_the_hours() -> None:
    server = resilience.availability(99, 1)
    apart, shared = (resilience.in_parallel([server, server], common_cause=beta) for beta in (0.0, 0.1))
    assert shared.hours_down / apart.hours_down == pytest.approx(11, abs=0.2)


def test_a_narrow_column_does_not_break_a_date(shown: list[str]) -> None:
    lesson.show_incidents(datasets.load("system_incidents"))
    assert '<span style="white-space:nowrap">2020-08-27</span>' in shown[0]


def test_the_evidence_of_the_exercise_does_not_tell_the_answer(shown: list[str]) -> None:
    lines, accounts = (datasets.load(f"casebook_border_{name}") for name in ("log", "accounts"))
    four_days = lines["line"][lines["line"].str.contains("2026-03-0[5-8]T")]  # as the exercise reads them
    lesson.show_evidence(four_days, accounts)
    rows = BeautifulSoup(shown[0], "html.parser").find_all("tr")[1:]
    assert len(rows) == 10
    assert {"misused", "answer"}.isdisjoint(accounts.columns)
    # No single column tells the two: each of its values is shared with somebody honest.
    two = {"k055", "t02"}
    cells = {row.td.get_text(): [td.get_text() for td in row.find_all("td")] for row in rows}
    for column in (2, 3, 4, 5):
        values = {cells[name][column] for name in two}
        honest = {name for name in cells if name not in two and cells[name][column] in values}
        assert honest or column == 2, column
    assert {cells[name][2] for name in two} == {"on leave", "at work"}


@pytest.mark.parametrize(
    ("records", "share", "false_alarms"), [*itertools.product((1, 50), (10, 100), (1, 1000))]
)
def test_every_end_of_the_controls_has_a_picture_and_a_sentence(
    records: int, share: int, false_alarms: int
) -> None:
    ax, sentence = lesson.draw_odds(records, share, false_alarms)
    assert sentence.endswith("hours.")
    assert ax.get_title(loc="left")
    plt.close("all")


def test_the_base_rate_of_the_lesson() -> None:
    _ax, sentence = lesson.draw_odds(2, 100, 100)
    assert "2.0 true alarms and 100 false ones. 2.0% of alarms are true" in sentence
    assert "17.0 hours" in sentence
    assert "16.7% of alarms" in lesson.draw_odds(2, 100, 10)[1]
    assert "1.0% of alarms" in lesson.draw_odds(2, 50, 100)[1]
    plt.close("all")


def test_the_safe_of_the_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    alts: list[str] = []
    monkeypatch.setattr(lesson.plotting, "show", lambda ax, alt: alts.append(alt))
    lesson.show_safe()
    assert "8 ways" in alts[0]
    for cost in ("10 thousand", "20, to bribe", "30, to pick"):
        assert cost in alts[0]
    plt.close("all")
