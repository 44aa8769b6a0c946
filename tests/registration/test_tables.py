"""The published tables of this room agree with themselves and with what their records say."""

from __future__ import annotations

import numpy as np

from bordercourse import describe, load


def test_completeness_of_deaths_is_registered_over_the_mean_expectation_cut_at_100() -> None:
    table = load("death_registration_2015_2019")
    mean = table[["expected_un", "expected_gbd", "expected_who"]].astype(float).mean(axis=1)
    np.testing.assert_allclose(table["expected_deaths"].astype(float), mean, atol=1)
    share = (100 * table["registered_deaths"] / table["expected_deaths"]).astype(float).clip(upper=100)
    np.testing.assert_allclose(table["completeness"], share, atol=0.006)
    assert set(table["iso3"]) == {"IDN", "IRQ", "KHM", "MOZ", "MYS", "THA", "VNM"}


def test_the_repeated_deaths_of_thailand_are_in_the_caution() -> None:
    table = load("death_registration_2015_2019")
    thailand = table[table["iso3"] == "THA"]
    repeated = thailand[thailand["registered_deaths"].duplicated(keep=False)]
    assert repeated["year"].tolist() == [2015, 2018]
    assert "473,541" in describe("death_registration_2015_2019").caution


def test_shares_from_the_register_of_indonesia_are_their_counts() -> None:
    table = load("indonesia_birth_certificates_2020_2021").dropna(subset=["numerator"])
    share = 100 * table["numerator"] / table["denominator"]
    np.testing.assert_allclose(share.astype(float).round(2), table["percent"])


def test_all_children_lie_between_the_groups_that_make_them() -> None:
    table = load("birth_registration_under5")
    wide = table.pivot(index=["iso3", "year"], columns="group", values="percent")
    for one, other in (("female", "male"), ("urban", "rural")):
        pair = wide.dropna(subset=["total", one, other])
        low, high = pair[[one, other]].min(axis=1), pair[[one, other]].max(axis=1)
        outside = pair[(pair["total"] < low - 0.11) | (pair["total"] > high + 0.11)]
        assert outside.empty, outside
    assert "MYS" not in set(table["iso3"])
    assert "Malaysia has no survey figure" in describe("birth_registration_under5").caution
