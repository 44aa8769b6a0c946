"""Ratios of digits and of old ages: what is known beforehand, the table of provinces, the figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bordercourse.errors import InputError
from bordercourse.registration import (
    coale_li,
    heaping_table,
    jdanov,
    kannisto,
    noumbissi,
    spoorenberg,
    whipple,
)

AGES = np.arange(111)
EVEN = pd.Series(200.0, index=AGES)
ROUNDED = EVEN.where(AGES % 5 == 0, 0.0) * 5


def test_where_nobody_rounds_every_ratio_is_one() -> None:
    for found in (noumbissi(EVEN), spoorenberg(EVEN), coale_li(EVEN), kannisto(EVEN), jdanov(EVEN)):
        assert found.ratios.to_numpy() == pytest.approx(1)
    assert spoorenberg(EVEN).value == 0
    assert jdanov(EVEN).value == 100


def test_where_everybody_rounds_the_limit_is_reached() -> None:
    assert spoorenberg(ROUNDED).value == 16
    assert noumbissi(ROUNDED).ratios.loc[0].tolist() == [5, 0, 0, 0, 0, 5, 0, 0, 0, 0]
    assert jdanov(ROUNDED).value == 500
    assert np.isnan(kannisto(ROUNDED).value)  # a geometric mean with an empty age has no size


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_a_share_that_rounds_is_found_again(share: float) -> None:
    reported = (1 - share) * EVEN + share * ROUNDED
    expected = 1 + 4 * share
    assert noumbissi(reported).ratios[[0, 5]].to_numpy() == pytest.approx(expected)
    assert jdanov(reported).value == pytest.approx(100 * expected)
    assert whipple(reported).value == pytest.approx(100 * expected)


def test_provinces_stand_in_one_table_each_as_alone() -> None:
    provinces = pd.DataFrame({"North": EVEN, "South": 0.7 * EVEN + 0.3 * ROUNDED})
    table = heaping_table(provinces)
    assert list(table.index) == ["North", "South"]
    assert table.loc["South", "spoorenberg"] == pytest.approx(spoorenberg(provinces["South"]).value)
    assert table.loc["South", "digit_most_preferred"] in (0, 5)
    assert table.loc["North", "ratio_of_that_digit"] == 1


def test_the_figure_names_the_digit_and_takes_one_or_all() -> None:
    provinces = pd.DataFrame({"North": EVEN, "South": 0.7 * EVEN + 0.3 * ROUNDED})
    found = noumbissi(provinces)
    assert len(found.plot().lines) == 3
    one = found.plot(population="South")
    assert "2.2 times" in one.get_title(loc="left")
    with pytest.raises(InputError, match="not among"):
        found.plot(population="East")
    assert "age 95" in str(kannisto(0.9 * EVEN + (AGES == 95) * 300.0, ages=(90, 95)))


def test_ages_that_are_not_there_are_named() -> None:
    with pytest.raises(InputError, match="age 100 is missing"):
        jdanov(EVEN.loc[:99], ages=(98,))
    with pytest.raises(InputError, match="multiple of ten"):
        noumbissi(EVEN, years=25)
    for method in (spoorenberg, coale_li):
        with pytest.raises(InputError, match="fewer than ten"):
            method(EVEN, first=60, last=65)
