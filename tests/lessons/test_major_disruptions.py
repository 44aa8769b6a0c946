"""The figures of module 08 say what the arithmetic gives, at the ends of every control too."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import pytest

from bordercourse.lessons import major_disruptions as lesson


def test_the_line_of_the_lesson() -> None:
    _ax, sentence = lesson.draw_post(1000, 6, 34)
    assert "9,520 people wait" in sentence
    assert "47.6 hours later" in sentence
    assert "if they stay open, 10.3 hours later" in sentence
    assert "48,552 litres" in sentence
    plt.close("all")


@pytest.mark.parametrize(
    ("arrivals", "desks", "hours"), [*itertools.product((400, 1200, 1600), (1, 12), (1, 48))]
)
def test_every_end_of_the_controls_has_a_picture_and_a_sentence(
    arrivals: int, desks: int, hours: int
) -> None:
    ax, sentence = lesson.draw_post(arrivals, desks, hours)
    assert sentence.endswith(".")
    assert ("nobody waits long" in sentence) == (arrivals <= 120 * desks)
    assert ("goes on growing" in sentence) == (arrivals > 120 * desks and arrivals >= 1200)
    assert ax.get_ylim()[1] > 0
    plt.close("all")


def test_a_side_lane_helps_those_who_cannot_stand_and_costs_the_others_little() -> None:
    one, two = lesson.one_line().by_kind().set_index("kind"), lesson.two_lines().by_kind().set_index("kind")
    assert one["people"].equals(two["people"]), "the same people on both days"
    for weak in ("a person who is ill", "a person in a wheelchair"):
        assert two.loc[weak, "mean_wait"] < 0.1 * one.loc[weak, "mean_wait"]
    assert two.loc["a person alone", "mean_wait"] < 1.25 * one.loc["a person alone", "mean_wait"]


def test_a_shift_with_one_woman_makes_women_wait() -> None:
    one, two = lesson.one_line().by_sex().set_index("sex"), lesson.two_lines().by_sex().set_index("sex")
    gap = one.loc["women", "mean_wait"] / one.loc["men", "mean_wait"]
    assert gap > 5
    assert two.loc["women", "mean_wait"] / two.loc["men", "mean_wait"] < gap / 3
