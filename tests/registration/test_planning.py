"""Brigade plans: proved best by trying all plans, better than greedy, and fair at a price."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.datasets import load
from bordercourse.errors import InputError
from bordercourse.registration import constraint_prices, greedy_plan, plan_brigades


def make(rows: Any) -> Any:
    columns = ["per_day", "full_days", "max_days", "cost_day", "cost_travel", "female_share", "distance_km"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.insert(0, "district", [f"d{i}" for i in range(len(frame))])
    return frame


@st.composite
def small_cases(draw: Any) -> Any:
    rows = [
        (
            draw(st.integers(0, 60)),
            draw(st.integers(0, 3)),
            draw(st.integers(0, 4)),
            draw(st.integers(10, 60)),
            draw(st.integers(0, 80)),
            draw(st.sampled_from([0.3, 0.4, 0.5, 0.6])),
            draw(st.integers(1, 200)),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return make(rows), draw(st.integers(0, 400))


def brute_force(
    districts: Any, budget: Any, later: Any = 0.5, female: Any = None, far: Any = None, least: Any = 0
) -> Any:
    """Try every plan."""
    best = -1.0
    d = districts
    third = set(d["distance_km"].sort_values(ascending=False, kind="stable").index[: max(1, len(d) // 3)])
    for days in product(*(range(int(m) + 1) for m in d["max_days"])):
        n = np.array(days)
        cost = (d["cost_day"] * n + d["cost_travel"] * (n > 0)).sum()
        full = np.minimum(n, d["full_days"])
        gain = d["per_day"] * (full + later * (n - full))
        if cost > budget + 1e-9 or (n < np.minimum(least, d["max_days"])).any():
            continue
        if female is not None and ((d["female_share"] - female) * gain).sum() < -1e-9:
            continue
        if far is not None and sum(n[i] for i in third) - far * n.sum() < -1e-9:
            continue
        best = max(best, gain.sum())
    return best


@settings(max_examples=80, deadline=None)
@given(small_cases(), st.sampled_from([None, 0.45]), st.sampled_from([None, 0.4]), st.sampled_from([0, 1]))
def test_no_plan_is_better(case: Any, female: Any, far: Any, least: Any) -> None:
    districts, budget = case
    best = brute_force(districts, budget, female=female, far=far, least=least)
    if best < 0:
        with pytest.raises(InputError, match="no plan keeps all rules"):
            plan_brigades(districts, budget, female_share=female, far_share=far, min_days=least)
        return
    plan = plan_brigades(districts, budget, female_share=female, far_share=far, min_days=least)
    assert plan.registrations == pytest.approx(best, abs=1e-6)
    assert plan.cost <= budget + 1e-6


@settings(max_examples=60, deadline=None)
@given(small_cases(), st.sampled_from([None, 3]))
def test_never_worse_than_greedy(case: Any, limit: Any) -> None:
    districts, budget = case
    best = plan_brigades(districts, budget, days_available=limit)
    quick = greedy_plan(districts, budget, days_available=limit)
    assert best.registrations >= quick.registrations - 1e-6
    assert quick.cost <= budget + 1e-6
    if limit is not None:
        assert best.table["days"].sum() <= limit


def test_better_than_greedy_on_the_stated_case() -> None:
    districts = make([(50, 4, 4, 100, 0, 0.4, 5), (60, 10, 10, 80, 200, 0.5, 120)])
    assert plan_brigades(districts, 1000).registrations == 600
    assert greedy_plan(districts, 1000).registrations == 500
    assert plan_brigades(districts, 1000).days == {"d0": 0, "d1": 10}


def test_a_good_day_is_not_called_a_later_one_to_please_a_rule() -> None:
    """One day in a district of boys brings 3, not 1.5: with it the share would be too low."""
    districts = make([(2, 1, 1, 10, 0, 0.6, 1), (3, 1, 1, 10, 0, 0.3, 1)])
    plan = plan_brigades(districts, 20, female_share=0.45)
    assert plan.days == {"d0": 1, "d1": 0}
    assert plan.female_share >= 0.45


def test_rules_are_kept_and_cost_what_the_prices_say() -> None:
    districts = brigade_districts()
    rules = {"female_share": 0.512, "far_share": 0.4, "min_days": 3}
    prices = constraint_prices(districts, 300_000, **rules).set_index("rule")
    assert prices.loc["none", "price"] == 0
    assert (prices["price"] >= 0).all()
    assert prices.loc["all", "price"] >= prices["price"].drop("all").max()
    plan = plan_brigades(districts, 300_000, **rules)  # type: ignore[arg-type]
    assert plan.registrations == pytest.approx(prices.loc["all", "registrations"])
    assert plan.female_share >= 0.512 - 1e-9
    assert (plan.table["days"] >= 3).all()
    far = plan.table.sort_values("distance_km")["days"].iloc[-(len(districts) // 3) :]
    assert far.sum() >= 0.4 * plan.table["days"].sum() - 1e-9
    assert plan.far_share == pytest.approx(far.sum() / plan.table["days"].sum())
    assert prices.loc["all", "far_share"] == pytest.approx(plan.far_share)
    assert plan_brigades(districts, 0).far_share != plan_brigades(districts, 0).far_share  # no days


def brigade_districts() -> Any:
    """Planning rows from the synthetic year of brigade work."""
    from bordercourse.registration import brigade_rates

    return brigade_rates(load("mozambique_brigades"))


def test_the_synthetic_year_gives_planning_rows() -> None:
    districts = brigade_districts()
    assert len(districts) == 12
    best, quick = plan_brigades(districts, 300_000), greedy_plan(districts, 300_000)
    assert best.registrations > quick.registrations


def test_more_money_never_hurts() -> None:
    districts = brigade_districts()
    totals = [plan_brigades(districts, budget).registrations for budget in (0, 100_000, 200_000, 400_000)]
    assert totals == sorted(totals)
    assert totals[0] == 0


def test_a_plan_reads_and_draws() -> None:
    districts = make([(50, 4, 4, 100, 0, 0.4, 5), (60, 10, 10, 80, 200, 0.5, 120)])
    plan = plan_brigades(districts, 1000, min_days=1)
    assert "every district" in plan.rules[0]
    bars = plan.plot().patches
    assert sorted(bar.get_width() for bar in bars) == sorted(plan.days.values())  # type: ignore[attr-defined]


GOOD = make([(50, 4, 4, 100, 0, 0.4, 5)])


@pytest.mark.parametrize(
    ("districts", "budget", "rules", "message"),
    [
        (GOOD.drop(columns="per_day"), 10, {}, "no column 'per_day'"),
        (GOOD.assign(per_day=-1), 10, {}, "per_day"),
        (GOOD.assign(female_share=40), 10, {}, "female_share"),
        (GOOD.assign(max_days=1.5), 10, {}, "max_days: a value is not a whole number"),
        (pd.concat([GOOD, GOOD]), 10, {}, "stands twice"),
        (GOOD, -5, {}, "budget"),
        (GOOD, 10, {"later_yield": 2}, "later_yield"),
        (GOOD, 10, {"female_share": 1.5}, "female_share"),
        (GOOD, 10, {"min_days": -1}, "min_days"),
        (GOOD, 10, {"days_available": -1}, "days_available"),
        (GOOD, 10, {"min_days": 1}, "no plan keeps all rules"),
    ],
)
def test_what_cannot_be_used_is_named(districts: Any, budget: Any, rules: Any, message: Any) -> None:
    with pytest.raises(InputError, match=message):
        plan_brigades(districts, budget, **rules)


def test_prices_need_a_rule() -> None:
    with pytest.raises(InputError, match="there is none"):
        constraint_prices(GOOD, 100)
