"""The surface of completeness over all ages: it holds what the methods give, and names the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bordercourse.errors import InputError
from bordercourse.registration import (
    adjusted_extinct_generations,
    age_sensitivity,
    extinct_generations,
    growth_balance,
)


def test_each_cell_is_what_the_method_gives(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    given: dict[str, Any] = {**census, "by": "sex"}
    rest: dict[str, Any] = {"open_expectation": 2.4}
    methods: list[Any] = ["growth balance", "extinct generations", "hybrid"]
    surfaces = {
        name: age_sensitivity(mozambique, method=name, **given, **rest).surface.set_index(
            ["sex", "first", "last"]
        )
        for name in methods
    }
    for ages in [(15, 75), (25, 55), (30, 65)]:
        direct: dict[str, Any] = {
            "growth balance": growth_balance(mozambique, ages=ages, **given),
            "extinct generations": extinct_generations(mozambique, ages=ages, **given, **rest),
            "hybrid": adjusted_extinct_generations(mozambique, ages=ages, balance_ages=ages, **given, **rest),
        }
        for name, found in direct.items():
            for sex in ("female", "male"):
                cell = surfaces[name].loc[(sex, *ages)]
                assert cell["completeness"] == pytest.approx(found.completeness[sex], rel=1e-12)
                assert cell["coverage_ratio"] == pytest.approx(
                    found.coverage_ratio[sex] if name != "extinct generations" else 1, rel=1e-12
                )


def test_the_best_is_the_best_and_stands_once(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    fits: list[Any] = ["r2", "rmse"]
    for fit in fits:
        found = age_sensitivity(mozambique, by="sex", fit=fit, least_ages=6, **census)
        for sex, rows in found.surface.groupby("sex"):
            best = rows.loc[rows["r2"].idxmax() if fit == "r2" else rows["rmse"].idxmin()]
            assert found.ages[sex] == (best["first"], best["last"])
            assert rows["chosen"].sum() == 1
        assert (found.surface["ages"] >= 6).all()


def test_the_interval_holds_the_median_and_widens(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    found = age_sensitivity(mozambique, by="sex", **census)
    wide, narrow = found.interval(1.0), found.interval(0.5)
    assert (wide["low"] <= narrow["low"]).all()
    assert (narrow["low"] <= narrow["median"]).all()
    assert wide.loc["male", "high"] == found.surface.query("sex == 'male'")["completeness"].max()
    with pytest.raises(InputError, match="share"):
        found.interval(0)


def test_it_draws_one_population_or_all(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    found = age_sensitivity(mozambique, by="sex", **census)
    one = found.plot(population="male")
    drawn = {text.get_text() for text in one.texts}
    best = found.best.loc["male", "completeness"]
    assert f"{100 * best:.0f}" in drawn
    assert len(one.texts) == len(found.surface) / 2
    assert "2 populations" in found.plot().get_title(loc="left")
    with pytest.raises(InputError, match="not among"):
        found.plot(population="nobody")


def test_what_it_cannot_do_is_said(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    with pytest.raises(InputError, match="open age group"):
        age_sensitivity(women, method="hybrid", **census)
    with pytest.raises(InputError, match="a range needs 8"):
        age_sensitivity(women, between=(25, 40), least_ages=8, **census)
    assert np.isnan(
        age_sensitivity(women, method="extinct generations", open_expectation=2, **census).best["r2"]
    ).all()
