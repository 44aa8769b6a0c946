"""Brass's P/F ratio and reverse survival: what goes in comes out, and what cannot be is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bordercourse.errors import InputError
from bordercourse.registration import parity_fertility_ratio, reverse_survival
from tests.registration.reference.comparing import BANGLADESH, CAMBODIA, MALAWI


def test_births_missed_alike_at_every_age_are_found_again() -> None:
    full = parity_fertility_ratio(BANGLADESH["parity"], BANGLADESH["rates"])
    consistent = full.table["cumulated"].droplevel(0)  # the parity that these rates have made
    found = parity_fertility_ratio(consistent, 0.6 * BANGLADESH["rates"])
    assert found.completeness == pytest.approx(0.6)
    assert found.table["ratio"].to_numpy() == pytest.approx(1 / 0.6)
    assert found.estimates["tfr_adjusted"].iloc[0] == pytest.approx(full.estimates["tfr_reported"].iloc[0])
    assert "if fertility was constant" in str(found)


def test_populations_stand_side_by_side_each_as_alone() -> None:
    parity = pd.DataFrame({"BGD": BANGLADESH["parity"], "MWI": MALAWI["parity"]})
    rates = pd.DataFrame({"BGD": BANGLADESH["rates"], "MWI": MALAWI["rates"]})
    multipliers: list[Any] = ["Coale-Trussell", "Brass"]
    for kind in multipliers:
        both = parity_fertility_ratio(parity, rates, mothers_age_at="survey", multipliers=kind)
        alone = parity_fertility_ratio(
            MALAWI["parity"], MALAWI["rates"], mothers_age_at="survey", multipliers=kind
        )
        assert both.completeness["MWI"] == alone.completeness
    assert len(both.plot().lines) == 3
    with pytest.raises(InputError, match="other populations"):
        parity_fertility_ratio(parity, rates.set_axis(["a", "b"], axis=1))


def test_moving_rates_by_half_a_year_changes_the_number_of_children_little() -> None:
    found = parity_fertility_ratio(BANGLADESH["parity"], BANGLADESH["rates"], mothers_age_at="survey")
    moved = 5 * found.table["rate_adjusted"].sum() / found.estimates["factor"].iloc[0]
    assert moved == pytest.approx(found.estimates["tfr_reported"].iloc[0], rel=1e-9)
    rates = found.table["rate_adjusted"].droplevel(0) / found.estimates["factor"].iloc[0]
    assert rates[15] > BANGLADESH["rates"][15]  # women were half a year younger


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rates": 1000 * BANGLADESH["rates"]}, "per 1,000 women"),
        ({"rates": BANGLADESH["rates"].drop(30)}, "no age 30"),
        ({"ages": (20, 27)}, "27 begins no group"),
    ],
)
def test_what_is_no_rate_or_no_age_is_said(change: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        parity_fertility_ratio(**{**BANGLADESH, **change})


def test_births_by_age_add_up_to_the_births() -> None:
    found = reverse_survival(**CAMBODIA)
    assert found.births_by_age.sum(axis=1).to_numpy() == pytest.approx(found.table["births"].to_numpy())
    assert (found.births_by_age[10] == 0).all()
    assert len(found.plot().lines) == 1


def test_without_death_the_children_are_the_births_and_the_women_those_counted() -> None:
    nearly_all = pd.Series(0.9999 - 1e-4 * np.arange(12), index=range(10, 70, 5))
    given = {
        **CAMBODIA,
        "women_survivors": nearly_all,
        "women_45q15": [1 - nearly_all[60] / nearly_all[15]] * 3,
    }
    given["children_lived"] = pd.Series(5.0, index=[0, 5, 10])
    found = reverse_survival(**given)
    assert found.table["births"].to_numpy() == pytest.approx(CAMBODIA["children"].to_numpy() / 5)
    women = CAMBODIA["women"].to_numpy()
    exposed = (women[:8] + women[1:9]) / 2
    now, before = CAMBODIA["pattern"].to_numpy(), CAMBODIA["pattern_before"].to_numpy()
    shape = (12 * now / now.sum() + 2 * before / before.sum()) / 14 / 5
    expected = found.table["births"].iloc[0] / (exposed * shape).sum()
    assert found.table["tfr"].iloc[0] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"women_45q15": [0.2, 0.2, 0.2, 0.2]}, "4 values for 3 periods"),
        ({"women_survivors": CAMBODIA["women_survivors"] + 0.2}, "1 or more"),
        ({"pattern": 0 * CAMBODIA["pattern"]}, "no age has births"),
        ({"children": CAMBODIA["children"].drop(5)}, "no age 5"),
        ({"children": pd.DataFrame({"a": CAMBODIA["children"], "b": 1})}, "several populations"),
    ],
)
def test_what_reverse_survival_cannot_use_is_said(change: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        reverse_survival(**{**CAMBODIA, **change})


def test_single_ages_and_a_forgotten_radix_are_told() -> None:
    given = {
        "women": pd.Series(1000.0, index=range(10, 65, 5)),
        "women_survivors": pd.Series(np.linspace(0.95, 0.7, 12), index=range(10, 70, 5)),
        "women_45q15": [0.2, 0.2, 0.2],
        "pattern": pd.Series([0, 1, 2, 2, 1, 1, 0.5, 0.1], index=range(10, 50, 5)),
    }
    lived = pd.Series([4.7, 4.65, 4.6], index=[0, 5, 10])
    groups = pd.Series(1500.0, index=[0, 5, 10])
    with pytest.raises(InputError, match="children: it has age 1, between the groups of five years"):
        reverse_survival(pd.Series(300.0, index=range(15)), children_lived=lived, **given)
    with pytest.raises(InputError, match="a child lives 470,000 years in a group of five"):
        reverse_survival(groups, children_lived=lived * 1e5, **given)
