"""Module 11: two readers, and the plans that lesson and exercise print."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from bordercourse import datasets
from bordercourse.lessons import action_plan as lesson
from bordercourse.planning import RUBRIC, open_points

FIRST = dict.fromkeys(RUBRIC, "yes")


def test_the_two_readers_of_the_lesson_have_the_kappa_that_is_printed() -> None:
    agreement = lesson.two_readers(20, 15, 5, 10)
    assert (agreement.agreed, agreement.by_chance, agreement.kappa) == pytest.approx((0.7, 0.5, 0.4))


@pytest.mark.parametrize(
    ("alike", "easy", "says"),
    [
        (18, 18, "Kappa is \N{MINUS SIGN}0.05"),
        (18, 9, "Kappa is 0.80"),
        (20, 20, "cannot be worked out"),
        (0, 20, "Kappa is \N{MINUS SIGN}1.00"),
    ],
)
def test_the_explorer_says_what_the_lesson_says(alike: int, easy: int, says: str) -> None:
    _ax, sentence = lesson.draw_two_readers(alike, easy)
    assert says in sentence


def test_every_setting_of_the_explorer_has_an_answer() -> None:
    for alike in range(0, 21, 2):
        for easy in range(0, 21, 3):
            ax, sentence = lesson.draw_two_readers(alike, easy)
            assert sum(float(text.get_text()) for text in ax.texts) == 20
            assert sentence


def test_two_readers_talk_first_about_what_they_differ_on() -> None:
    second = {**FIRST, "owner": "no", "dated": "partly"}
    page = BeautifulSoup(lesson.what_they_say(FIRST, second), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.find_all("tr")[1:]]
    assert rows == [[RUBRIC["owner"], "yes", "no"], [RUBRIC["dated"], "yes", "partly"]]
    assert "kappa 0.00: alike in 75% of 8, 75% by chance" in page.get_text()


def test_readers_who_agree_on_everything_or_have_not_finished_are_told_so() -> None:
    assert "Kappa says nothing here" in lesson.what_they_say(FIRST, FIRST)
    assert "8 points wait" in lesson.what_they_say({}, FIRST)
    assert "2 points wait" in lesson.what_they_say(FIRST, dict(list(FIRST.items())[2:]))


def test_the_plan_of_the_exercise_has_the_gaps_that_its_key_names() -> None:
    plan = lesson.plan_with_gaps()
    points = " ".join(open_points(plan))
    assert "Baseline: begin with a number" in points
    assert plan.written == dt.date(2026, 12, 4)
    assert plan.line("owner") == "All offices, together"
    assert "when the money comes" in plan.line("first_step")


def test_the_example_begins_on_a_monday_within_two_weeks() -> None:
    plan = lesson.example_plan()
    assert dt.date.fromisoformat(plan.line("first_step_date")).strftime("%A") == "Monday"
    assert [name for name, answer in plan.checked.items() if answer == "unknown"] == ["other_use"]
    # Women and men are asked in the week before, as the checklist demands.
    asked = plan.written + dt.timedelta(days=3)
    assert asked < dt.date.fromisoformat(plan.line("first_step_date")) <= plan.written + dt.timedelta(days=14)


def test_the_lesson_shows_how_it_comes_to_less_than_zero() -> None:
    agreement = lesson.two_readers(18, 0, 1, 1)
    assert agreement.by_chance == pytest.approx(0.95 * 0.95 + 0.05 * 0.05)
    assert agreement.kappa == pytest.approx((0.90 - 0.905) / (1 - 0.905))


def test_the_figure_names_each_survey_with_its_year_and_keeps_the_alphabet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("bordercourse.plotting.show", lambda ax, alt: shown.append(alt))
    births = datasets.load("birth_registration_under5")
    lesson.show_survey_years(births[births["iso3"].isin(["KHM", "THA"]) & births["group"].eq("total")])
    assert shown[0].endswith("Cambodia: 73.3% (2014); Thailand: 99.8% (2019).")
