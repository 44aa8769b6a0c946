"""The checklist: every case has an answer, the graver stands first, and no plan is called good."""

from __future__ import annotations

import re

import pytest

from bordercourse.planning import CANNOT_SEE, NOTHING_FOUND, VERDICTS, CountryPlan, harm_checklist
from bordercourse.planning.plan_document import checked_rows

GOOD = dict.fromkeys(("reveals", "origin", "sorted", "other_use", "hurdle", "rewards"), "no") | dict.fromkeys(
    ("protection", "asked", "reach", "apart"), "yes"
)
# What stops a plan when it is not known: harm to a person is not left to a guess.
STOPS = {"reveals", "origin", "sorted", "other_use", "hurdle", "rewards", "protection"}


def test_it_is_whole() -> None:
    check = harm_checklist().check()
    assert check.sound, check
    assert set(GOOD) == set(harm_checklist().inputs)


def test_every_case_has_a_verdict_and_a_step_and_nothing_found_stands_alone() -> None:
    table = harm_checklist()
    for rules in table.walk()["rule"].unique():
        names = rules.split("; ")
        assert names[0] in {rule.id for rule in table.rules}
        assert (NOTHING_FOUND in names) == (names == [NOTHING_FOUND])


@pytest.mark.parametrize("name", GOOD)
def test_each_question_alone_can_stop_or_mend(name: str) -> None:
    table = harm_checklist()
    for value in table.inputs[name].atoms([]):
        if value in (GOOD[name], "too few"):
            continue
        (outcome,) = table.decide(**{**GOOD, name: value}).outcomes
        assert outcome["verdict"] == ("stop" if name in STOPS else "mend"), (name, value)
        assert len(outcome["step"]) > 20


def test_stops_stand_before_what_can_be_mended() -> None:
    worst = {name: "yes" if good == "no" else "no" for name, good in GOOD.items()}
    verdicts = [one["verdict"] for one in harm_checklist().decide(**worst).outcomes]
    assert verdicts == ["stop"] * len(STOPS) + ["mend"] * 3
    assert set(verdicts) <= set(VERDICTS)


def test_where_nothing_is_found_it_still_says_what_it_cannot_see() -> None:
    ((verdict, words),) = checked_rows(CountryPlan(checked=GOOD))
    assert verdict == "nothing found"
    assert "eleventh way" in words
    assert "gives no permission" in CANNOT_SEE
    assert len(harm_checklist().inputs) == 10


def test_questions_without_an_answer_give_no_verdict() -> None:
    some = dict.fromkeys(list(GOOD)[:4], "no")
    assert checked_rows(CountryPlan(checked=some)) == [("not whole", "6 questions have no answer yet.")]


def test_no_word_of_it_permits_a_plan_or_ranks_people() -> None:
    table = harm_checklist()
    texts = [str(text) for rule in table.rules for text in (*rule.then.values(), rule.because)]
    texts += [table.source, *table.questions.values(), *VERDICTS.values()]
    for text in texts:
        assert not re.search(
            r"\b(safe plan|approved|permitted|score|risk level|suspicious|illegal)\b", text
        ), text
    assert "no checklist of IOM" in table.source
    assert "DCAF, OSCE/ODIHR, UN Women" in table.source
