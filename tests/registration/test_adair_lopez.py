"""The empirical method: published predictions for Iraq, shape of the model, units."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse import load
from bordercourse.errors import CourseWarning, InputError
from bordercourse.registration import adair_lopez

# Adair and Lopez (2018), supporting information data, Iraq: registered crude death rate per 1,000, share
# aged 65 and over, 5q0, share of under-five deaths registered; predictions of models 1 and 2.
IRAQ = pd.DataFrame(
    [
        ("both", 1976, 3.99092, 0.041641, 0.0944206, 0.261476, 0.4341, 0.4935),
        ("both", 1977, 4.04057, 0.041447, 0.0895996, 0.278854, 0.4604, 0.5161),
        ("both", 1989, 5.38825, 0.03854, 0.0541926, 0.476898, 0.7865, 0.8043),
        ("both", 2008, 3.35973, 0.033037, 0.0366073, 0.456449, 0.6139, 0.5876),
        ("male", 1976, 4.51317, 0.0384, 0.102798, 0.261476, 0.4691, 0.5300),
        ("male", 1977, 4.48197, 0.0383, 0.097611, 0.278854, 0.4847, 0.5387),
        ("male", 1989, 6.09453, 0.0358, 0.05936, 0.476898, 0.7967, 0.8113),
        ("male", 2008, 3.50984, 0.0296, 0.038648, 0.456449, 0.6043, 0.5722),
        ("female", 1976, 3.44756, 0.045, 0.085499, 0.261476, 0.3912, 0.4317),
        ("female", 1977, 3.58071, 0.0447, 0.081068, 0.278854, 0.4300, 0.4711),
        ("female", 1989, 4.66876, 0.0414, 0.048689, 0.476898, 0.7622, 0.7702),
        ("female", 2008, 3.20619, 0.0366, 0.034439, 0.456449, 0.6345, 0.6066),
    ],
    columns=["sex", "year", "rate", "old", "q5", "child", "model_1", "model_2"],
)
ROUNDING = 0.025  # the printed coefficients have four decimals, and the year is about 2,000


@pytest.mark.parametrize("sex", ["both", "female", "male"])
@pytest.mark.parametrize("model", [1, 2])
def test_iraq_is_as_published_within_the_rounding_of_the_coefficients(sex: Any, model: Any) -> None:
    rows = IRAQ[IRAQ["sex"] == sex]
    result = adair_lopez(
        rows["rate"],
        rows["old"],
        rows["q5"],
        rows["year"],
        model=model,
        under5_completeness=rows["child"] if model == 1 else None,
        sex=sex,
        country="Iraq",
    )
    assert (result.completeness - rows[f"model_{model}"]).abs().max() < ROUNDING


def test_without_its_country_effect_iraq_is_not_met() -> None:
    rows = IRAQ[IRAQ["sex"] == "both"]
    result = adair_lopez(rows["rate"], rows["old"], rows["q5"], rows["year"], model=2)
    assert (result.completeness - rows["model_2"]).abs().max() > 4 * ROUNDING


def test_each_population_may_have_its_country() -> None:
    # The same source, both sexes, model 2: Malaysia 2012 and Thailand 2009.
    names = ["my", "th"]
    result = adair_lopez(
        pd.Series([4.66777, 5.92121], names),
        pd.Series([0.051675, 0.086478], names),
        pd.Series([0.007457, 0.009508], names),
        pd.Series([2012, 2009], names),
        model=2,
        country=pd.Series(["Thailand", "Malaysia"], names[::-1]),
    )
    assert result.completeness["my"] == pytest.approx(0.984198, abs=ROUNDING)
    assert result.completeness["th"] == pytest.approx(0.93149, abs=ROUNDING)
    assert result.table["country_effect"].tolist() == [0.3575, -0.9281]


@given(rate=st.floats(0.1, 12), old=st.floats(0.01, 0.1), q5=st.floats(0.005, 0.2), step=st.floats(0.01, 0.5))
@settings(max_examples=50, deadline=None)
def test_what_raises_completeness_and_what_lowers_it(rate: float, old: float, q5: float, step: float) -> None:
    def predicted(r: float, o: float, q: float, year: float = 2010) -> float:
        return float(adair_lopez(r, o, q, year, model=2).completeness)

    base = predicted(rate, old, q5)
    assert 0 < base < 1
    assert predicted(rate + step, old, q5) > base  # more deaths registered
    assert predicted(rate, old + step / 10, q5) < base  # an older population should have more deaths
    assert predicted(rate, old, q5 * (1 + step)) < base  # so should one with more child deaths
    assert predicted(rate, old, q5, 2015) < base


def test_a_scalar_goes_with_a_series() -> None:
    result = adair_lopez(pd.Series({"North": 2.0, "South": 5.0}), 0.04, 0.06, 2015, model=2)
    assert result.completeness["South"] > result.completeness["North"]
    assert repr(result).startswith("Adair-Lopez model 2, both sexes: 2 populations, ")
    assert result.plot().get_title(loc="left").startswith("Predicted: ")


GOOD: dict[str, Any] = {
    "registered_death_rate": 4.0,
    "share_65": 0.04,
    "under5_mortality": 0.0366,
    "year": 2010,
    "model": 2,
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"under5_mortality": 36.6}, r"under5_mortality: 36.6 is not between.*a probability \(0.0366\)"),
        ({"under5_mortality": 0.0}, "under5_mortality: 0 is not between"),
        ({"share_65": 4.0}, "share_65: 4 is not between 0 and 0.6. Give a share"),
        ({"registered_death_rate": -1.0}, "registered_death_rate: -1 is not between 0 and 60"),
        ({"registered_death_rate": 400.0}, "registered_death_rate: 400 is not between 0 and 60"),
        ({"registered_death_rate": 0}, "registered_death_rate: no death is registered"),
        ({"registered_death_rate": [[4.0]]}, "registered_death_rate: some values are not numbers"),
        ({"year": "2010"}, "year: some values are not numbers"),
        ({"country": ["Iraq"]}, "country: this is list"),
        (
            {
                "registered_death_rate": pd.Series({"A": 3.0, "B": 4.0}),
                "country": pd.Series({"A": "Iraq", "B": None}),
            },
            "country: nan is not text",
        ),
        ({"year": 2567}, "year: 2567 is not between 1950 and 2100"),
        ({"year": float("nan")}, "year: a value is missing"),
        ({"model": 3}, "model: 3 is not a choice. Choose from 1, 2"),
        ({"sex": "women"}, "sex: 'women' is not a choice"),
        ({"model": 1}, "under5_completeness: model 1 needs it"),
        ({"under5_completeness": 0.5}, "under5_completeness: model 2 has no place for it"),
        ({"model": 1, "under5_completeness": 50}, "under5_completeness: 50 is not between 0 and 1"),
        ({"country": "Mozambique"}, "country: 'Mozambique' has no effect in model 2"),
        ({"country": pd.Series(["Iraq"])}, "country: it names other populations"),
        ({"year": [2010, 2011], "share_65": [0.04] * 3}, "they have different lengths"),
        (
            {"year": pd.Series({"A": 2010}), "share_65": pd.Series({"B": 0.04})},
            "year: it names other populations",
        ),
    ],
)
def test_impossible_input_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        adair_lopez(**{**GOOD, **change})


def test_the_countries_said_to_lack_an_effect_lack_it() -> None:
    effects = load("adair_lopez_country_effects")
    both = effects[(effects["sex"] == "both") & (effects["model"] == 2)]
    assert len(both) == both["country"].nunique() == 110
    lacking = {"Cambodia", "Indonesia", "Mozambique", "Viet Nam", "Vietnam"}
    assert not lacking & set(effects["country"])
    assert {"Iraq", "Malaysia", "Thailand"} <= set(both["country"])


def test_a_rate_per_person_brings_a_warning() -> None:
    with pytest.warns(CourseWarning, match="multiply by 1,000"):
        found = adair_lopez(0.005, 0.06, 0.0366, 2010, model=2)
    assert "Note: 0.005 registered deaths" in str(found)
    assert adair_lopez(0.5, 0.06, 0.0366, 2010, model=2).notes == ()
