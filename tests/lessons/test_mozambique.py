"""The planner of module 06: map, sentence and prices must follow from its controls."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.datasets import load
from bordercourse.lessons import mozambique
from bordercourse.lessons.mozambique import draw_brigade_plan
from bordercourse.registration import brigade_rates, plan_brigades


def numbers(sentence: str) -> list[float]:
    return [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", sentence)]


def texts(ax: Any) -> list[str]:
    return [t.get_text() for t in ax.texts]


@settings(max_examples=6, deadline=None)
@given(
    budget=st.sampled_from([150, 300, 500]),
    far=st.sampled_from([0, 40]),
    least=st.sampled_from([0, 2]),
)
def test_the_sentence_is_the_plan(budget: int, far: int, least: int) -> None:
    plan = plan_brigades(
        brigade_rates(load("mozambique_brigades")),
        1000 * budget,
        far_share=far / 100 or None,
        min_days=least,
    )
    ax, sentence = draw_brigade_plan(budget, 0, far, least)
    assert numbers(sentence)[0] == round(plan.registrations)
    days = dict(re.findall(r"(D\d\d) (\d+)", sentence.split("Days:")[1]))
    assert {k: int(v) for k, v in days.items()} == plan.days
    assert texts(ax).count("no day") == sum(n == 0 for n in plan.days.values())


def test_each_rule_has_its_own_price_and_so_have_all_together() -> None:
    _ax, sentence = draw_brigade_plan(300, 52, 40, 3)
    assert "against 7,088 without rules" in sentence
    assert "girls and women 52%: 622; 40% of days far away: 62; 3 days everywhere: 134" in sentence
    assert "all rules together: 771" in sentence


@pytest.mark.parametrize(("share", "women"), [(0, "3,585"), (51, "3,603"), (53, "2,955")])
def test_a_higher_share_registers_fewer_women_in_the_end(share: int, women: str) -> None:
    """The lesson prints these numbers."""
    _ax, sentence = draw_brigade_plan(300, share)
    assert f"Girls and women: {women} (" in sentence
    assert (", without rules 3,585" in sentence) == (share > 0)


@pytest.mark.parametrize("rule", [{"women": 51}, {"far": 40}])
def test_only_days_in_every_district_promise_days_to_ledi(rule: dict[str, int]) -> None:
    """The lesson says so, and that one to five days everywhere cost the same."""
    assert "D10 0" not in draw_brigade_plan(300, **rule)[1]
    assert "D10 0" in draw_brigade_plan(100, **rule)[1]
    for days in (1, 3, 5):
        sentence = draw_brigade_plan(300, least=days)[1]
        assert "everywhere: 134" in sentence
        assert "D10 5" in sentence


def test_one_day_and_one_district_are_said_in_the_singular() -> None:
    _ax, sentence = draw_brigade_plan(300, 51, 0, 0)
    assert "1 of 12 districts gets no day" in sentence
    _ax, sentence = draw_brigade_plan(300, 0, 0, 1)
    assert "1 day everywhere: 134" in sentence


@pytest.mark.parametrize(
    ("controls", "advice"),
    [((300, 0, 0, 10), "Give more money, or loosen a rule"), ((700, 55, 0, 3), "No money helps")],
)
def test_more_money_is_advised_only_where_it_helps(controls: tuple[int, ...], advice: str) -> None:
    _ax, sentence = draw_brigade_plan(*controls)
    assert advice in sentence
    plans = [mozambique._planned(b, (("min_days", 10),)) for b in (300_000.0, 10_000_000.0)]
    assert plans[0] is None
    assert plans[1] is not None


def test_where_no_plan_keeps_all_rules_the_picture_says_so() -> None:
    ax, sentence = draw_brigade_plan(100, 54, 80, 10)
    assert sentence.startswith("No plan keeps all rules with this money")
    assert "impossible with this money" in texts(ax)
    assert "no day" not in texts(ax)


def test_no_rule_has_no_price() -> None:
    ax, sentence = draw_brigade_plan(300)
    assert "Price" not in sentence
    assert "no rule is set" in texts(ax)


@pytest.mark.parametrize("region", ["inland", "coast", "north"])
def test_every_district_has_its_own_tile(region: str) -> None:
    _rates, tiles = mozambique._districts()
    assert len(set(tiles.values())) == len(tiles) == 12
    km = load("mozambique_brigades").groupby("district")[["region", "distance_km"]].first()
    column = [
        name for name, (x, _y) in sorted(tiles.items(), key=lambda t: t[1][1]) if km["region"][name] == region
    ]
    assert list(km["distance_km"][column]) == sorted(km["distance_km"][column])


def test_surveys_are_points_and_never_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(mozambique.plotting, "show", lambda ax, alt: shown.append((ax, alt)))
    mozambique.show_birth_surveys(load("birth_registration_under5"))
    ax, alt = shown[0]
    assert all(len(line.get_xdata()) == 1 for line in ax.lines)
    assert len(ax.lines) == 5
    assert "DHS 2022-23: 32%" in alt
