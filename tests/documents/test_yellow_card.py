"""The yellow card: every case has a next step, and each rule of the Regulations decides what it should."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from bordercourse.documents import judge_yellow_card, yellow_card_fields, yellow_card_table
from bordercourse.errors import InputError
from tests.protection.test_screening import VERDICTS

EFFECTS = {"counts", "not yet", "may be invalid", "not in order", "cannot say", "medical reason", "no card"}


def test_the_table_is_sound() -> None:
    check = yellow_card_table().check()
    assert check.sound, check
    assert check.cases == 6144


def test_each_case_has_an_effect_and_a_step_and_is_no_finding() -> None:
    table, cases = yellow_card_table(), yellow_card_table().walk()
    assert set(cases["effect"]) == EFFECTS
    assert cases["next_step"].str.len().gt(20).all()
    for rule in table.rules:
        assert not VERDICTS.search(rule.then["next_step"])
        assert re.search(r"annex|Regulations", rule.because), rule.id
    assert not {"nationality", "sex", "country", "religion"} & set(table.inputs)


@pytest.mark.parametrize(
    ("vaccinated", "on", "effect", "rule"),
    [
        ("2025-05-23", "2025-06-02", "counts", "Y1"),  # the tenth day
        ("2025-05-24", "2025-06-02", "not yet", "Y14"),  # the ninth
        ("2025-06-02", "2025-06-02", "not yet", "Y14"),
        ("2015-06-02", "2025-06-02", "counts", "Y1"),  # ten years to the day
        ("2015-06-01", "2025-06-02", "counts", "Y2"),
        ("1971-01-01", "2025-06-02", "counts", "Y2"),
        ("2016-02-29", "2026-03-01", "counts", "Y2"),
        ("2025-06-03", "2025-06-02", "may be invalid", "Y10"),  # a day that is still to come
        (None, "2025-06-02", "may be invalid", "Y10"),
        (date(2020, 1, 1), date(2025, 6, 2), "counts", "Y1"),
    ],
)
def test_ten_days_and_for_life(vaccinated: Any, on: Any, effect: str, rule: str) -> None:
    found = judge_yellow_card(vaccinated=vaccinated, on=on)
    assert found.outcome["effect"] == effect
    assert found.rules[0].startswith(f"{rule} ")


@pytest.mark.parametrize(
    ("seen", "effect", "rule"),
    [
        ({"holder_signed": "mark"}, "counts", "Y1"),
        ({"holder_signed": "parent"}, "counts", "Y1"),
        ({"form": "armed forces"}, "counts", "Y1"),
        ({"medical_reason": "yes"}, "counts", "Y1"),  # vaccinated all the same: the card decides
        ({"form": "none", "medical_reason": "yes"}, "medical reason", "Y3"),
        ({"form": "none"}, "no card", "Y4"),
        ({"own_card": "no"}, "no card", "Y5"),
        ({"form": "other"}, "not in order", "Y6"),
        ({"clinician_signed": "no"}, "not in order", "Y7"),
        ({"gap_or_change": "yes"}, "may be invalid", "Y8"),
        ({"holder_signed": "nobody"}, "may be invalid", "Y9"),
        ({"english_or_french": "no"}, "not in order", "Y11"),
        ({"vaccine": "not approved"}, "not in order", "Y12"),
        ({"vaccine": "unknown"}, "cannot say", "Y13"),
    ],
)
def test_each_point_of_annex_6(seen: dict[str, str], effect: str, rule: str) -> None:
    found = judge_yellow_card(vaccinated="2020-01-01", on="2025-06-02", **seen)
    assert found.outcome["effect"] == effect
    assert found.rules[0].startswith(f"{rule} ")


def test_age_alone_never_costs_a_card_its_effect() -> None:
    cases = yellow_card_table().walk()
    young = cases[cases["days"] == "10 days to 10 years"]
    old = cases[cases["days"] == "over 10 years"]
    assert young["effect"].tolist() == old["effect"].tolist()


def test_only_the_health_authority_decides_on_a_measure() -> None:
    for rule in yellow_card_table().rules:
        if rule.then["effect"] not in {"counts"} and "Say from which day" not in rule.then["next_step"]:
            assert "health authority" in rule.then["next_step"], rule.id


def test_a_written_medical_reason_is_always_considered() -> None:
    cases = yellow_card_table().walk()
    reason = cases[cases["medical_reason"] == "yes"]
    assert set(reason["effect"]) == {"counts", "medical reason"}


def test_the_card_has_no_photograph_and_no_code() -> None:
    fields = " ".join(yellow_card_fields()["field"]).lower()
    assert not re.search(r"photo|chip|code|picture", fields)
    assert yellow_card_fields().shape == (13, 2)


def test_a_question_that_the_table_does_not_ask() -> None:
    with pytest.raises(InputError, match="does not ask"):
        judge_yellow_card(on="2025-06-02", nationality="UTO")
