"""What a result is not stands in the help of every method that estimates."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from bordercourse import registration

# Modules by name: the package holds functions of the same names.
ESTIMATING = {
    "adair_lopez", "not_stated", "population_at", "vital_statistics", "vital_workbook", "parity",
     "reverse_survival", "adult_mortality", "life_table", "three_methods",
    "age_heaping",
     "digit_ratios", "old_age_heaping",
    "age_sex_accuracy", "brass_balance", "completeness", "dual_system",
    "extinct_generations",
    "growth_balance", "open_age", "process", "regroup", "sensitivity", "sex_ratio", "timeliness",
}  # fmt: skip
METHODS = [
    name
    for name in registration.__all__
    if inspect.isfunction(getattr(registration, name))
    and getattr(registration, name).__module__.rsplit(".", 1)[-1] in ESTIMATING
]
RESULTS = [
    name
    for name in registration.__all__
    if inspect.isclass(getattr(registration, name))
    and getattr(registration, name).__module__.rsplit(".", 1)[-1] in ESTIMATING
]


@pytest.mark.parametrize("name", METHODS)
def test_help_says_what_the_result_is_not_what_is_refused_and_an_example(name: str) -> None:
    text = inspect.getdoc(getattr(registration, name)) or ""
    assert "*What the result is not.*" in text
    for part in ("Raises", "InputError", "Examples", ">>> "):
        assert part in text, part


def test_methods_of_household_deaths_warn_of_them() -> None:
    for name in (
        "growth_balance", "brass_growth_balance", "extinct_generations", "adjusted_extinct_generations",
        "age_sensitivity", "adult_mortality", "three_methods",
    ):  # fmt: skip
        text = " ".join((inspect.getdoc(getattr(registration, name)) or "").split())
        assert "households reported" in text, name
        assert "are not registered deaths" in text, name


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_cannot_be_changed_and_plots_itself(name: str) -> None:
    result = getattr(registration, name)
    assert dataclasses.is_dataclass(result)
    assert result.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert callable(result.plot)
    assert result.__repr__ is not object.__repr__
