"""The arithmetic of Fellegi and Sunter, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.identity import agreement_weight, disagreement_weight, match_probability, prior_weight


def test_weights_of_the_worked_example() -> None:
    # log2(0.9 / 0.01) and log2(0.1 / 0.99)
    assert agreement_weight(0.9, 0.01) == pytest.approx(6.4919, abs=5e-5)
    assert disagreement_weight(0.9, 0.01) == pytest.approx(-3.3074, abs=5e-5)


def test_a_field_that_agrees_as_often_by_chance_says_nothing() -> None:
    assert agreement_weight(0.3, 0.3) == disagreement_weight(0.3, 0.3) == 0


@given(st.floats(0.001, 0.999))
def test_prior_and_probability_undo_each_other(p: float) -> None:
    assert match_probability(prior_weight(p)) == pytest.approx(p)


def test_extreme_weights_do_not_overflow() -> None:
    assert match_probability(-5000) == 0
    assert match_probability(5000) == 1


@pytest.mark.parametrize("value", [0, 1, -0.1, 1.5, float("nan")])
def test_values_that_are_no_probability_are_refused(value: float) -> None:
    for call in (lambda: agreement_weight(value, 0.1), lambda: prior_weight(value)):
        with pytest.raises(InputError, match="between 0 and 1"):
            call()
