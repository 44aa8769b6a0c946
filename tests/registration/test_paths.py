"""Paths to a paper: shortest by trying all, lawful, and longer for some."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.datasets import load
from bordercourse.errors import InputError
from bordercourse.registration import (
    Member,
    blocked_by,
    compare_paths,
    document_graph,
    household_path,
    shortest_path,
)

STEPS = load("document_steps")


def table(rows: Any) -> Any:
    frame = pd.DataFrame(rows, columns=["step", "gives", "needs", "visits"])
    return frame.assign(
        country="UTO",
        level="person",
        applies_to="anyone",
        circumstance=None,
        basis="law",
        title="t",
        office="o",
    )


@st.composite
def step_tables(draw: Any) -> Any:
    papers = [f"p{i}" for i in range(draw(st.integers(2, 5)))]
    rows = []
    for i in range(draw(st.integers(2, 8))):
        gives = draw(st.sampled_from(papers))
        others = [p for p in [*papers, "base"] if p != gives]
        parts = draw(st.lists(st.lists(st.sampled_from(others), min_size=1, max_size=2), max_size=2))
        rows.append((f"s{i}", gives, "; ".join(" | ".join(p) for p in parts), draw(st.integers(0, 3))))
    return table(rows), papers


def closes(rows: Any, held: Any, goal: Any) -> Any:
    have = set(held)
    changed = True
    while changed:
        changed = False
        for row in rows:
            parts = [p.split(" | ") for p in row["needs"].split("; ")] if row["needs"] else []
            if row["gives"] not in have and all(set(p) & have for p in parts):
                have.add(row["gives"])
                changed = True
    return goal in have


@settings(max_examples=80, deadline=None)
@given(step_tables(), st.booleans())
def test_no_set_of_steps_is_cheaper(case: Any, with_base: Any) -> None:
    steps, _papers = case
    held = ("base",) if with_base else ()
    goals = sorted(set(steps["gives"]))
    goal = goals[0]
    rows = steps.to_dict("records")
    fits = [
        sum(r["visits"] for r in chosen)
        for n in range(len(rows) + 1)
        for chosen in combinations(rows, n)
        if closes(chosen, held, goal)
    ]
    path = shortest_path(steps, goal, held)
    assert path.found is bool(fits)
    if fits:
        assert path.visits == min(fits)
        # The order can be walked, and every step on it is needed.
        have = set(held)
        for name in path.steps:
            row = next(r for r in rows if r["step"] == name)
            parts = [p.split(" | ") for p in row["needs"].split("; ")] if row["needs"] else []
            assert all(set(p) & have for p in parts)
            have.add(row["gives"])
        assert goal in have
    else:
        assert path.missing


def test_a_circle_of_papers_is_no_path() -> None:
    steps = table([("s1", "a", "b", 1), ("s2", "b", "a", 1)])
    stuck = shortest_path(steps, "a")
    assert not stuck.found
    assert stuck.missing == ("a", "b")
    assert shortest_path(steps, "a", ("b",)).steps == ("s1",)


def test_a_mother_alone_has_the_longer_path_in_iraq() -> Any:
    """Same child, same birth after the time limit: both spouses present, or the husband missing."""

    def path(members: Any, circumstances: Any) -> Any:
        return household_path(
            STEPS,
            [*members, Member("child", "child")],
            "birth_certificate",
            country="IRQ",
            for_members=["child"],
            circumstances=["late_birth", *circumstances],
        )

    mother = Member("mother", "woman", ("national_card",))
    father = Member("father", "man", ("national_card",))
    alone = path([mother], ["husband_missing"])
    together = path([mother, father], ["both_spouses_present"])
    both = compare_paths(alone, together, ("mother alone", "both parents"))
    assert alone.found
    assert together.found
    assert both.extra_visits == 2
    assert {"IRQ-09", "IRQ-10", "IRQ-11"} <= set(both.extra_steps)
    assert not path([mother], []).found
    # With the court's marriage contract in hand the two paths are equally long.
    held = household_path(
        STEPS,
        [mother, Member("child", "child")],
        "birth_certificate",
        country="IRQ",
        for_members=["child"],
        household_held=["marriage_contract"],
        circumstances=["late_birth"],
    )
    assert held.visits == 2


def test_abroad_the_fathers_card_is_enough_and_the_mothers_is_not() -> Any:
    def path(*parents: Any, household: Any = ()) -> Any:
        child = Member("child", "child", ("foreign_birth_certificate",))
        return household_path(
            STEPS,
            [*parents, child],
            "birth_certificate",
            country="IRQ",
            for_members=["child"],
            household_held=household,
            circumstances=["birth_abroad"],
        )

    mother = Member("mother", "woman", ("national_card",))
    father = Member("father", "man", ("national_card",))
    assert path(father).visits == 2
    assert not path(mother).found
    assert path(mother).missing == ("husband_card", "wife_card_with_husband_name")
    assert str(path(mother)).endswith("nobody can supply husband card or wife card with husband name.")
    assert path(mother, household=["wife_card_with_husband_name"]).visits == 2


def test_security_clearance_is_practice_and_never_a_lawful_step() -> None:
    assert set(STEPS.loc[STEPS["gives"] == "security_clearance", "basis"]) == {"de_facto"}
    assert not STEPS["needs"].fillna("").str.contains("security_clearance").any()
    facts: dict[str, Any] = {"country": "IRQ", "held": ("family_record",), "circumstances": ["no_old_card"]}
    lawful = shortest_path(STEPS, "national_card", **facts)
    met = shortest_path(STEPS, "national_card", **facts, lawful=False)
    assert "IRQ-18" not in lawful.steps
    assert met.steps[0] == "IRQ-18"
    assert met.visits == lawful.visits + 1
    # A mobile mission spares the journey; the card still has to be made.
    mission = shortest_path(
        STEPS,
        "national_card",
        ("family_record",),
        country="IRQ",
        circumstances=["no_old_card", "mobile_mission"],
    )
    assert mission.visits == 1


def test_a_closed_office_blocks_the_card_and_a_mission_opens_it_again() -> None:
    facts: dict[str, Any] = {"country": "IRQ", "closed": ["governorate of origin"]}
    shut = shortest_path(STEPS, "national_card", ("family_record",), circumstances=["no_old_card"], **facts)
    assert not shut.found
    assert shut.missing == ("presence_in_origin",)
    mission = shortest_path(
        STEPS,
        "national_card",
        ("family_record",),
        circumstances=["no_old_card", "mobile_mission"],
        **facts,
    )
    assert mission.steps == ("IRQ-17", "IRQ-15")
    # A goal that only a closed office gives is named as what nobody can supply.
    court = shortest_path(
        STEPS,
        "birth_judgment",
        ("marriage_contract",),
        kind="child",
        country="IRQ",
        circumstances=["late_birth"],
        closed=["court"],
    )
    assert court.missing == ("birth_judgment",)


def test_shared_steps_are_counted_once() -> None:
    children = [Member(f"child {i}", "child") for i in range(3)]
    parents = [Member("mother", "woman", ("national_card",)), Member("father", "man", ("national_card",))]
    family = household_path(
        STEPS,
        [*parents, *children],
        "birth_certificate",
        country="IRQ",
        for_members=[c.name for c in children],
        circumstances=["late_birth", "both_spouses_present"],
    )
    one = household_path(
        STEPS,
        [*parents, children[0]],
        "birth_certificate",
        country="IRQ",
        for_members=["child 0"],
        circumstances=["late_birth", "both_spouses_present"],
    )
    # Medical check and marriage contract once (2 visits), court and registration for each (2 visits).
    assert (one.visits, family.visits) == (4, 8)
    assert list(family.table["gives"]).count("marriage_contract") == 1


@pytest.mark.parametrize(
    ("circumstance", "held", "visits"),
    [("within_120_days", (), 1), ("after_120_days", (), 1), ("after_one_year", (), 1)],
)
def test_a_birth_in_mozambique(circumstance: Any, held: Any, visits: Any) -> None:
    family = [Member("mother", "woman", ("identity_card",)), Member("child", "child", held)]
    path = household_path(
        STEPS, family, "birth_record", country="MOZ", for_members=["child"], circumstances=[circumstance]
    )
    assert path.found
    assert path.visits == visits


def test_one_lost_paper_blocks_what_hangs_on_it() -> None:
    assert "family_record" in blocked_by(STEPS, "birth_certificate", country="IRQ")
    assert "nationality_certificate" in blocked_by(STEPS, "birth_certificate", country="IRQ")
    assert blocked_by(STEPS, "passport", country="IRQ") == ()
    late = blocked_by(STEPS, "marriage_contract", country="IRQ", circumstances=["late_birth"])
    assert {"birth_certificate", "birth_judgment", "family_record"} <= set(late)
    old = blocked_by(STEPS, "old_civil_status_card", country="IRQ", circumstances=[])
    assert "national_card" in old
    # Where a first card can be had from the family record, the lost old card blocks it no longer.
    assert "national_card" not in blocked_by(
        STEPS, "old_civil_status_card", country="IRQ", circumstances=["no_old_card", "hospital_birth"]
    )


def test_the_graph_shows_every_need() -> None:
    for country in ("IRQ", "MOZ"):
        graph = document_graph(STEPS, country)
        depth = graph.depth()
        assert set(graph.edges["kind"]) <= {"all", "one of", "practice"}
        # Left to right: what can be had at once stands at the left.
        assert min(depth.values()) == 0
        before, after = {
            "IRQ": ("birth_certificate", "nationality_certificate"),
            "MOZ": ("birth_record", "birth_certificate"),
        }[country]
        assert depth[before] < depth[after]
        ax = graph.plot()
        assert len(ax.texts) >= len(depth)
    practice = document_graph(STEPS, "IRQ").edges.query("kind == 'practice'")
    assert set(practice["needs"]) == {"security_clearance"}


def test_every_need_of_the_table_can_be_met_or_is_named() -> None:
    """A need that no step gives must be a paper that people bring along."""
    brought = {
        "old_civil_status_card",
        "foreign_birth_certificate",
        "poverty_certificate",
        "personal_booklet",
        "old_identity_card",
        "identity_card_number",
        "passport",
    }
    for country, part in STEPS.groupby("country"):
        graph = document_graph(STEPS, country)
        assert set(graph.edges["needs"]) - set(part["gives"]) <= brought


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shortest_path(STEPS, "birth_record"), "several countries"),
        (lambda: shortest_path(STEPS, "visa", country="IRQ"), "given by no step"),
        (lambda: shortest_path(STEPS, "passport", country="XXX"), "no steps"),
        (lambda: shortest_path(STEPS, "passport", country="IRQ", circumstances=["luck"]), "'luck'"),
        (lambda: shortest_path(STEPS.drop(columns="needs"), "passport"), "no column 'needs'"),
        (lambda: shortest_path(STEPS, "passport", country="IRQ", cost="days"), "no column 'days'"),
        (lambda: shortest_path(STEPS, "passport", country="IRQ", closed=["the moon"]), "'the moon'"),
        (lambda: Member("a", "boy"), "kind"),
        (lambda: household_path(STEPS, [], "passport", country="IRQ"), "members"),
        (lambda: blocked_by(STEPS, "visa", country="IRQ"), "no paper of these steps"),
        (
            lambda: household_path(STEPS, [Member("a", "man")], "passport", country="IRQ", for_members=["b"]),
            "for_members",
        ),
    ],
)
def test_what_cannot_be_used_is_named(call: Any, message: Any) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_paths_to_different_papers_are_not_compared() -> None:
    first = shortest_path(STEPS, "residence_card", country="IRQ")
    second = shortest_path(STEPS, "passport", ("national_card",), country="IRQ")
    with pytest.raises(InputError, match="same paper"):
        compare_paths(first, second, ("a", "b"))
    assert str(first) == "1 visit to residence card: residence card"
    assert "<table" in first._repr_html_()
