"""The shipped tables: every case has a route and a next step, and none puts a person at risk."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from bordercourse.errors import InputError
from bordercourse.protection import (
    CONTACT,
    ROUTES,
    screen,
    screening_names,
    screening_table,
)

# An officer has looked: nobody is hurt, and nobody is in danger.
SEEN = {"urgent_care": "no", "danger_now": "no"}
WITH_ROUTES = [name for name in screening_names() if name != "contact_with_origin"]
# Words that would be a finding about a person. Routes and steps must do without them.
VERDICTS = re.compile(
    r"\b(victim|illegal|fraud|fraudulent|liar|lie|lies|criminal|bogus|genuine|false|fake|suspect|"
    r"suspicious|economic migrant|not a refugee|is a refugee|is trafficked|is stateless|score|risk level)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", screening_names())
def test_every_table_is_sound(name: Any) -> None:
    check = screening_table(name).check()
    assert check.sound, check


@pytest.mark.parametrize("name", WITH_ROUTES)
def test_every_case_leads_to_a_route_and_a_next_step(name: Any) -> None:
    cases = screening_table(name).walk()
    for routes in cases["route"].unique():
        assert set(routes.split("; ")) <= set(ROUTES)
    assert (cases["next_step"].str.len() > 0).all()


@pytest.mark.parametrize("name", screening_names())
def test_no_outcome_is_a_finding_about_a_person(name: Any) -> None:
    table = screening_table(name)
    texts = [text for rule in table.rules for text in rule.then.values()]
    texts += [ROUTES[key] for key in ROUTES] + list(CONTACT.values()) + list(table.questions.values())
    for text in texts:
        assert not VERDICTS.search(text), text
    assert set(table.rules[0].then) <= {"route", "next_step", "contact"}
    assert all(rule.because for rule in table.rules)
    assert not {"nationality_of", "religion", "ethnicity", "sex", "looks", "country"} & set(table.inputs)


def test_nobody_in_need_of_protection_is_named_to_the_country_of_origin() -> None:
    """Walk the whole product of what an official can know, and the officer's agreement."""
    table, contact = screening_table("people_without_papers"), screening_table("contact_with_origin")
    cases = table.walk()
    young = cases["age"] != "adult"
    at_risk = (
        (cases["seeks_asylum"] != "no")
        | (cases["fears_state"] != "no")
        | (cases["trafficking_signs"] != "no")
        | young
    )
    assert at_risk.sum() > 3000
    assert (~at_risk).any()
    assert (cases.loc[at_risk, "contact"] == "not_until_protection_agrees").all()
    walked = contact.walk()
    open_to_contact = walked[walked["contact"] != "not_until_protection_agrees"]
    facts = ["seeks_asylum", "fears_state", "trafficking_signs", "child_alone"]
    nothing_feared = (open_to_contact[facts] == "no").all(axis=1)
    assert (nothing_feared | (open_to_contact["protection_agrees"] == "yes")).all()
    assert (open_to_contact["contact"] == "only_with_consent").all()
    refused = walked[walked["protection_agrees"] == "no"]
    assert (
        (refused["contact"] == "not_until_protection_agrees") == (refused[facts] != "no").any(axis=1)
    ).all()


# A sentence that sends an official to the State a person comes from, and the words that forbid it.
ABROAD = re.compile(r"countr(y|ies) of origin|consul|embass|that State", re.IGNORECASE)
FORBIDS = re.compile(r"\b(not|no|never|keep|kept)\b", re.IGNORECASE)


@pytest.mark.parametrize("name", screening_names())
def test_every_row_of_every_table_is_safe_to_follow(name: Any) -> None:
    """Walk the whole table: a step to take, no finding, and no question abroad where none may be asked."""
    table = screening_table(name)
    cases = table.walk()
    assert len(cases) == table.check().cases
    assert cases["next_step"].str.len().gt(20).all() or name == "open_doors"
    closed = (
        cases[cases["contact"] == "not_until_protection_agrees"] if "contact" in cases else cases.iloc[:0]
    )
    if "route" in cases:
        assert "consular" not in set("; ".join(closed["route"].unique()).split("; "))
        assert not cases["route"].str.strip().eq("").any()
    for step in cases["next_step"].unique():
        assert not VERDICTS.search(step)
    for step in closed["next_step"].unique():
        for sentence in re.split(r"(?<=[.:])\s+", step):
            assert not ABROAD.search(sentence) or FORBIDS.search(sentence), sentence


def test_no_open_door_leads_to_the_consulate() -> None:
    """Doors are opened all at once, so the consulate is not among them; people_without_papers decides."""
    routes = set("; ".join(screening_table("open_doors").walk()["route"].unique()).split("; "))
    assert "consular" not in routes
    assert routes <= set(ROUTES)


def test_nobody_is_sent_back_or_charged_while_something_is_not_known() -> None:
    for rule in screening_table("people_without_papers").rules:
        if rule.then["route"] == "private_talk":
            assert "sent back meanwhile" in rule.then["next_step"], rule.id
        if rule.then["route"] == "asylum":
            assert "Do not send the person back" in rule.then["next_step"], rule.id


def test_a_child_with_family_and_signs_of_control_goes_to_child_protection() -> None:
    for age in ("child", "unknown"):
        person = screen(**SEEN, age=age, company="family", trafficking_signs="yes")
        assert person.route == "child_protection"
        assert {"child_protection", "anti_trafficking"} <= set(person.doors)
        assert person.may_ask_origin == "not_until_protection_agrees"


def test_a_child_under_control_gets_the_strongest_instruction_whoever_is_beside_the_child() -> None:
    """Walk every case: a stranger's, a relative's and a lone child are all heard apart and not charged."""
    cases = screening_table("people_without_papers").walk()
    child = (cases["age"] != "adult") & (cases["urgent_care"] == "no") & (cases["danger_now"] == "no")
    controlled = cases[child & (cases["trafficking_signs"] == "yes")]
    assert set(controlled["company"]) == {"family", "other_adult", "alone", "unknown"}
    assert set(controlled["age"]) == {"child", "unknown"}
    assert controlled["next_step"].nunique() == 1
    words = ("child protection", "anti-trafficking", "apart from everyone", "Do not charge or detain")
    for step in controlled["next_step"].unique():
        assert all(word in step for word in words)
    alone = cases[child & (cases["company"] != "family")]
    assert (alone["route"] == "child_protection").all()
    for step in alone["next_step"].unique():
        assert "apart" in step
        assert "Do not charge or detain" in step
    # The tables for children and for trafficking say no less.
    children = screening_table("children_alone").walk()
    signs = children[children["trafficking_signs"] != "no"]
    assert signs["next_step"].str.contains("anti-trafficking").all()
    trafficking = screening_table("possible_trafficking").walk()
    young = trafficking[(trafficking["age"] != "adult") & (trafficking["trafficking_signs"] != "no")]
    assert young["next_step"].str.contains("child protection", case=False).all()


def test_danger_comes_before_every_question_and_care_before_danger() -> None:
    cases = screening_table("people_without_papers").walk()
    danger = (cases["danger_now"] == "yes") & (cases["urgent_care"] == "no")
    assert set(cases.loc[danger, "route"]) == {"safety"}
    assert set(cases.loc[cases["urgent_care"] == "yes", "route"]) == {"health"}
    assert "safety" not in set(cases.loc[cases["danger_now"] == "no", "route"])
    opened = screening_table("open_doors").walk()
    has_door = opened["route"].str.split("; ").map(lambda doors: "safety" in doors)
    assert (has_door == (opened["danger_now"] == "yes")).all()


def test_every_detained_person_is_told_of_consular_help() -> None:
    """Whoever fears is told too: only contact depends on the person (Vienna Convention, article 36)."""
    steps = screening_table("open_doors").walk()["next_step"]
    assert steps.str.contains("Tell every detained person of the right to consular help", regex=False).all()
    no_papers = screening_table("people_without_papers").rules[-1]
    assert "only if the person asks" in no_papers.then["next_step"]


def test_no_paper_is_kept_without_a_reason_and_a_date() -> None:
    table = screening_table("people_without_papers")
    step = next(rule for rule in table.rules if rule.then["route"] == "documents").then["next_step"]
    assert "give it back" in step
    assert "until when" in step


def test_company_that_nobody_checked_counts_as_a_child_alone() -> None:
    person = screen(**SEEN, age="child", company="unknown")
    assert person.route == "child_protection"
    quiet = {"trafficking_signs": "no", "seeks_asylum": "no", "fears_state": "no"}
    for age in ("child", "unknown"):
        assert screen(**SEEN, age=age, **quiet).may_ask_origin == "not_until_protection_agrees"
    assert screen(**SEEN, age="adult", **quiet).may_ask_origin == "only_with_consent"


def test_screen_keeps_the_rule_for_every_combination() -> None:
    table = screening_table("people_without_papers")
    kept = {"nationality": ("known",), "papers": ("none",)}
    lists = [kept.get(name, domain.values) for name, domain in table.inputs.items()]  # type: ignore[attr-defined]
    for values in product(*lists):  # type: ignore[arg-type]
        facts = dict(zip(table.inputs, values, strict=True))
        person = screen(**facts)
        protected = facts["age"] != "adult" or any(
            facts[f] != "no" for f in ("seeks_asylum", "fears_state", "trafficking_signs")
        )
        # While care or safety is urgent, or nobody looked, nobody asks either.
        urgent = facts["urgent_care"] != "no" or facts["danger_now"] != "no"
        assert (person.may_ask_origin == "not_until_protection_agrees") is (protected or urgent)
        assert (person.contact.outcome["contact"] == "not_until_protection_agrees") is protected
        # The first table is never looser than the table about contact.
        assert person.first.outcome["contact"] == person.may_ask_origin
        assert person.first.outcome["contact"] == "not_until_protection_agrees" or not protected
        assert person.route in ROUTES
        assert "information" in person.doors


def test_the_tables_for_children_and_trafficking_never_open_contact() -> None:
    assert set(screening_table("children_alone").walk()["contact"]) == {"not_until_protection_agrees"}
    trafficking = screening_table("possible_trafficking").walk()
    opened = trafficking[trafficking["contact"] != "not_until_protection_agrees"]
    assert (opened["trafficking_signs"] == "no").all()
    assert set(opened["contact"]) == {"see_contact_with_origin"}


def test_statelessness_keeps_what_the_contact_table_said() -> None:
    table = screening_table("possible_statelessness")
    given = [
        (facts, table.decide(**dict(zip(table.inputs, facts, strict=True))).outcome["contact"])
        for facts in product(*(domain.values for domain in table.inputs.values()))  # type: ignore[attr-defined]
    ]
    at = list(table.inputs).index("contact")
    assert all(facts[at] == out for facts, out in given)


def test_a_child_or_a_doubtful_age_alone_comes_before_papers() -> None:
    for age in ("child", "unknown"):
        person = screen(**SEEN, age=age, company="other_adult", papers="some", nationality="known")
        assert person.route == "child_protection"
    assert screen(urgent_care="yes", age="child").route == "health"


def test_consent_is_still_needed_when_protection_agrees() -> None:
    person = screen(**SEEN, fears_state="yes", age="adult", protection_agrees="yes")
    assert person.may_ask_origin == "only_with_consent"
    assert person.route in {"asylum", "private_talk"}


def test_one_person_may_be_several() -> None:
    person = screen(
        **SEEN, age="child", company="alone", trafficking_signs="yes", seeks_asylum="yes", fears_state="yes"
    )
    assert {"child_protection", "anti_trafficking", "asylum", "statelessness"} <= set(person.doors)


def test_what_is_not_known_is_asked() -> None:
    person = screen(**SEEN, age="adult", company="family")
    assert person.route == "private_talk"
    assert set(person.ask) >= {"trafficking_signs", "seeks_asylum", "fears_state"}


def test_bad_names_and_values_are_refused() -> None:
    with pytest.raises(InputError, match="no screening table"):
        screening_table("verdicts")
    with pytest.raises(InputError, match="not a choice"):
        screen(age="young")
    with pytest.raises(InputError, match="does not ask this"):
        screen(nationality="known", religion="any")


def test_a_screening_reads_well() -> None:
    person = screen(**SEEN, age="child")
    assert str(person).startswith("First: child protection authority.")
    assert "Country of origin" in person._repr_html_()
    assert "<table" in screening_table("children_alone")._repr_html_()
    assert "rule" in str(person.first)
    assert "Why" in person.first._repr_html_()


def test_no_child_with_a_parent_ends_at_the_consulate() -> None:
    """Whoever stands beside a child, child protection hears both apart before anybody else is called."""
    cases = screening_table("people_without_papers").walk()
    seen = (cases["urgent_care"] == "no") & (cases["danger_now"] == "no")
    young = cases[seen & (cases["age"] != "adult")]
    assert set(young["route"]) == {"child_protection"}
    quiet = {"trafficking_signs": "no", "seeks_asylum": "no", "fears_state": "no"}
    for age in ("child", "unknown"):
        person = screen(**SEEN, **quiet, age=age, company="family", nationality="known", papers="none")
        assert person.route == "child_protection"
        assert person.may_ask_origin == "not_until_protection_agrees"
        assert "heard apart" in person.next_step
        assert "stay together" in person.next_step
        assert "no informed consent" in person.first.because[0]
    assert screen(**SEEN, **quiet, age="adult", company="family", nationality="known").route == "consular"


def test_care_and_safety_that_nobody_looked_at_are_not_a_no() -> None:
    assert screen().route == "look"
    assert screen(urgent_care="no").route == "look"
    assert screen(danger_now="no", age="child", trafficking_signs="yes").route == "look"
    cases = screening_table("people_without_papers").walk()
    unseen = (cases["urgent_care"] == "unknown") | (cases["danger_now"] == "unknown")
    assert set(cases.loc[unseen, "route"]) == {"health", "safety", "look"}
    assert set(cases.loc[cases["route"] == "look", "contact"]) == {"not_until_protection_agrees"}


def test_no_x_ray_settles_an_age() -> None:
    table = screening_table("people_without_papers")
    assert "X-rays settle nothing" in table.questions["age"]
    assert "order no X-ray" in screen(**SEEN, age="unknown", company="alone").next_step
