"""Trust lists: the order of lines, a line that stands twice, or a line in two parts change no verdict."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bordercourse import documents as doc
from bordercourse.documents import practice
from bordercourse.documents.verdicts import Verdict, moment

if TYPE_CHECKING:
    from bordercourse.documents.authorities import Authority

REGISTRY = practice.registry_root()
RENEWED = doc.make_root(REGISTRY.name, "UTO", start="2024-06-01", end="2040-01-01")  # the same key, new bytes
SHORT = doc.make_root(REGISTRY.name, "UTO", start="2019-01-01", end="2024-12-31")
ROOTS = [REGISTRY, RENEWED, SHORT, practice.health_root(), practice.border_root()]
SIGNERS = [
    practice.registrar(),
    practice.revoked_registrar(),
    practice.former_registrar(),
    practice.future_registrar(),
    practice.health_signer(),
    practice.register_signer(),
    practice.foreign_registrar(),
]
USAGES = {usage.name: usage for usage in (doc.CIVIL, doc.HEALTH, doc.ANSWER)}
REVOKED = {practice.revoked_registrar(): "2025-02-10"}
REVOCATION_LISTS = [
    (REGISTRY, doc.make_revocation_list(REGISTRY, REVOKED, start="2025-05-26", end="2025-06-09")),
    (REGISTRY, doc.make_revocation_list(REGISTRY, REVOKED, start="2025-02-10", end="2025-02-20")),
    (REGISTRY, doc.make_revocation_list(REGISTRY, start="2025-06-01", end="2025-06-20")),
    (REGISTRY, doc.make_revocation_list(REGISTRY, start="2025-06-01", end="2025-06-05")),
    (
        practice.health_root(),
        doc.make_revocation_list(practice.health_root(), start="2025-05-26", end="2025-06-09"),
    ),
]


def line(
    authority: Authority, state: str = "UTO", *usages: str, role: str = "root", source: str = "x"
) -> doc.Anchor:
    return doc.Anchor(authority.der, state, frozenset(usages or ("civil",)), role, source)


STATES = st.sampled_from(["UTO", "UTO", "RUR"])
SOME_USAGES = st.frozensets(st.sampled_from(list(USAGES)), min_size=1)
# The registry and its two civil signers come up most, so that most lists have a line that fits.
A_ROOT = st.sampled_from([REGISTRY] * 4 + ROOTS)
A_SIGNER = st.sampled_from(SIGNERS[:2] * 5 + SIGNERS)
A_USAGE = st.sampled_from(["civil"] * 4 + list(USAGES))
LINES = st.lists(
    st.one_of(
        st.builds(lambda who, state, usages: line(who, state, *usages), A_ROOT, STATES, SOME_USAGES),
        st.builds(
            lambda who, state, usages: line(who, state, *usages, role="signer"),
            A_SIGNER,
            STATES,
            SOME_USAGES,
        ),
    ),
    min_size=1,
    max_size=6,
)
DAYS = st.sampled_from(
    ["2022-01-01", "2024-02-01", "2025-01-10", "2025-06-02", "2025-06-08", "2025-07-01", "2037-01-01"]
)


def revocation_lists(lines: list[doc.Anchor], wanted: list[int]) -> list[bytes]:
    """Those of the wanted lists that a listed root signed."""
    names = {root.name for root in ROOTS for each in lines if each.certificate == root.der}
    return [der for number in wanted for root, der in [REVOCATION_LISTS[number]] if root.name in names]


def answer(
    lines: list[doc.Anchor], lists: list[bytes], signer: Authority, usage: str, state: str, on: datetime
) -> Verdict:
    trust = doc.TrustList(lines, lists)
    return trust.verdict(trust.signer(signer.der), USAGES[usage], on, state=state)


@given(
    LINES,
    st.lists(st.integers(0, len(REVOCATION_LISTS) - 1), max_size=4),
    A_SIGNER,
    A_USAGE,
    STATES,
    DAYS,
    st.randoms(use_true_random=False),
)
@settings(max_examples=600, deadline=None)
def test_shuffled_doubled_and_split_lists_give_the_same_verdict(
    lines: list[doc.Anchor],
    wanted: list[int],
    signer: Authority,
    usage: str,
    state: str,
    day: str,
    rng: random.Random,
) -> None:
    lists, on = revocation_lists(lines, wanted), moment(day)
    before = answer(lines, lists, signer, usage, state, on)
    event(before.code)
    changed = list(lines)
    changed += [replace(each, source="handed over again") for each in lines if rng.random() < 0.5]  # doubled
    for each in list(changed):  # split: one line a usage
        if rng.random() < 0.5:
            changed.remove(each)
            changed += [replace(each, usages=frozenset({name})) for name in each.usages]
    rng.shuffle(changed)
    shuffled = [*lists, *(each for each in lists if rng.random() < 0.5)]
    rng.shuffle(shuffled)
    after = answer(changed, shuffled, signer, usage, state, on)
    assert str(after) == str(before)


@given(
    LINES,
    st.lists(st.integers(0, len(REVOCATION_LISTS) - 1), max_size=4),
    A_SIGNER,
    A_USAGE,
    DAYS,
)
@settings(max_examples=400, deadline=None)
def test_the_answer_is_that_of_the_best_line_unless_the_signer_is_revoked(
    lines: list[doc.Anchor], wanted: list[int], signer: Authority, usage: str, day: str
) -> None:
    on = moment(day)
    lists = revocation_lists(lines, wanted)
    whole = answer(lines, lists, signer, usage, "UTO", on).code
    alone = [
        answer([each], revocation_lists([each], wanted), signer, usage, "UTO", on).code for each in lines
    ]
    event(whole)
    if whole == "revoked":
        assert signer is practice.revoked_registrar()
    else:
        assert whole in alone
        assert whole == "trusted" or "trusted" not in alone


# --- the cases that were wrong -----------------------------------------------------------------

FRESH = REVOCATION_LISTS[0][1]
ON = moment("2025-06-02")


@pytest.mark.parametrize("turned", [False, True])
def test_one_root_on_two_lines_vouches_for_both_usages(turned: bool) -> None:
    lines = [line(REGISTRY, "UTO", "civil"), line(REGISTRY, "UTO", "answer")]
    lines = lines[::-1] if turned else lines
    for signer, usage in ((practice.registrar(), "civil"), (practice.register_signer(), "answer")):
        assert answer(lines, [FRESH], signer, usage, "UTO", ON).code == "trusted"


@pytest.mark.parametrize("turned", [False, True])
def test_one_root_may_speak_for_two_states(turned: bool) -> None:
    lines = [line(REGISTRY, "UTO"), line(REGISTRY, "RUR")]
    lines = lines[::-1] if turned else lines
    for state in ("UTO", "RUR"):
        found = answer(lines, [FRESH], practice.registrar(), "civil", state, ON)
        assert found.code == "trusted"
        assert f"of {state}" in found.reason
    other = answer(lines, [FRESH], practice.registrar(), "civil", "FRE", ON)
    assert other.code == "wrong_issuer"
    assert "an authority of RUR, UTO" in other.reason


@pytest.mark.parametrize("turned", [False, True])
def test_usage_and_state_must_stand_on_one_line(turned: bool) -> None:
    lines = [line(REGISTRY, "UTO", "health"), line(REGISTRY, "RUR", "civil")]
    found = answer(lines[::-1] if turned else lines, [FRESH], practice.registrar(), "civil", "UTO", ON)
    assert found.code == "wrong_issuer"


@pytest.mark.parametrize("turned", [False, True])
def test_a_renewed_root_stands_beside_the_old_one(turned: bool) -> None:
    lines = [line(SHORT), line(RENEWED)]
    lines = lines[::-1] if turned else lines
    assert answer(lines, [FRESH], practice.registrar(), "civil", "UTO", ON).code == "trusted"
    late = answer(lines, [FRESH], practice.registrar(), "civil", "UTO", moment("2037-01-01"))
    assert (late.code, "2026-01-01" in late.reason) == ("expired", True)  # the signer's own end is the latest


@pytest.mark.parametrize("turned", [False, True])
def test_what_its_authority_revoked_stays_revoked_though_a_line_names_it(turned: bool) -> None:
    revoked = practice.revoked_registrar()
    lines = [line(revoked, role="signer"), line(REGISTRY)]
    lines = lines[::-1] if turned else lines
    found = answer(lines, [FRESH], revoked, "civil", "UTO", ON)
    assert (found.code, "2025-02-10" in found.reason) == ("revoked", True)
    assert answer(lines, [FRESH], practice.registrar(), "civil", "UTO", ON).code == "trusted"
    assert answer(lines[:1] if not turned else lines[1:], [], revoked, "civil", "UTO", ON).code == "trusted"


def test_a_listed_signer_needs_no_revocation_list_and_its_root_on_the_list_takes_nothing_away() -> None:
    signer = practice.registrar()
    lines = [line(REGISTRY, "UTO", "civil"), line(signer, role="signer")]
    assert answer(lines, [], signer, "civil", "UTO", ON).code == "trusted"
    assert answer(lines[:1], [], signer, "civil", "UTO", ON).code == "no_revocation_list"


def test_a_line_that_stands_twice_counts_once() -> None:
    trust = doc.TrustList([line(REGISTRY)] * 3, [FRESH] * 3)
    assert repr(trust) == "TrustList('trust list': 1 anchors, 1 revocation lists)"


def test_a_register_answers_whoever_the_list_knows_as_of_the_state_that_asks() -> None:
    """The State of an asker is the one that its question names and a line confirms, not the first line's."""
    from bordercourse.documents.register.messages import read_question, write_question

    asker = practice.border_agency()
    record = {
        "certificate": "UTO-B-1",
        "entry": "1",
        "event": "birth",
        "event_date": "1990-01-02",
        "name": "A B",
    }
    question = write_question(record, to="UTO", asker=asker, at=ON)
    crl = doc.make_revocation_list(practice.border_root(), start="2025-05-26", end="2025-06-09")
    for states in (["FRE", "RUR"], ["RUR", "FRE"]):
        trust = doc.TrustList([line(practice.border_root(), state, "request") for state in states], [crl])
        assert read_question(question, trust=trust, now=ON).asker_state == "FRE"
