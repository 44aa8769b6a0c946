"""Names that a statistician types lead to the function, and every other name leads to one."""

from __future__ import annotations

import inspect

import pytest

from bordercourse import registration
from bordercourse.registration import find
from bordercourse.registration.finding import OTHER_NAMES, source_of


@pytest.mark.parametrize(
    ("typed", "method"),
    [
        ("ggb", "growth_balance"),
        ("SEG", "extinct_generations"),
        ("ggbseg", "adjusted_extinct_generations"),
        ("ggb-seg", "adjusted_extinct_generations"),
        ("Bennett-Horiuchi", "extinct_generations"),
        ("bennett horiuchi", "extinct_generations"),
        ("Generalized Growth Balance", "growth_balance"),
        ("45q15", "adult_mortality"),
        ("p/f ratio", "parity_fertility_ratio"),
        ("Chandrasekaran-Deming", "dual_system"),
        ("growth_balance", "growth_balance"),
        ("ddm", "three_methods"),
    ],
)
def test_a_known_name_leads_to_its_method(typed: str, method: str) -> None:
    found = find(typed)
    assert found.exact
    assert found.table["method"].tolist() == [method]


def test_every_other_name_leads_to_a_method_that_is_there() -> None:
    for method, names in OTHER_NAMES.items():
        assert inspect.isfunction(getattr(registration, method))
        for name in names:
            found = find(name)
            assert found.exact, name
            assert method in found.table["method"].tolist(), name


def test_what_several_methods_estimate_finds_them_all() -> None:
    methods = find("completeness of death registration").table["method"].tolist()
    assert {"growth_balance", "extinct_generations", "three_methods", "adair_lopez"} <= set(methods)
    assert find("read Excel").table["method"].tolist() == ["write_workbook"]
    assert find("net migration a year").table["method"].tolist()[:2] == [
        "extinct_generations",
        "growth_balance",
    ]


def test_a_name_that_is_only_near_says_so() -> None:
    found = find("bennet horiuchy")
    assert not found.exact
    assert "extinct_generations" in found.table["method"].tolist()
    assert str(found).startswith("No method is called bennet horiuchy. Near it:")
    assert find("zzzzqqqq").table.empty
    assert "none is near" in str(find("zzzzqqqq"))


def test_words_of_the_help_are_found_too() -> None:
    assert "parity_fertility_ratio" in find("young women remember").table["method"].tolist()


def test_all_methods_are_listed_with_what_they_do() -> None:
    table = find("").table
    functions = [n for n in registration.__all__ if inspect.isfunction(getattr(registration, n))]
    assert sorted(table["method"]) == sorted(functions)
    assert table["does"].str.len().min() > 10


@pytest.mark.parametrize("method", sorted(OTHER_NAMES))
def test_a_method_with_other_names_has_a_source(method: str) -> None:
    if method != "regroup_ages":  # it joins rows, and estimates nothing
        assert len(source_of(getattr(registration, method))) > 20
