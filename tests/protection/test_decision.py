"""Decision tables: generated ones with planted gaps and overlaps, and each hit policy."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.protection import YES_NO, DecisionTable, Rule, choices, numbers

SETTINGS = settings(max_examples=60, deadline=None)


@st.composite
def domains(draw: Any) -> Any:
    """Return two to three inputs with two to four values each."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=3))
    return {f"i{n}": choices(*"abcd"[:size]) for n, size in enumerate(sizes)}


def one_rule_a_case(inputs: Any) -> Any:
    cases = list(product(*(d.values for d in inputs.values())))
    return [
        Rule(f"r{n}", dict(zip(inputs, case, strict=True)), {"route": f"door {n % 3}"})
        for n, case in enumerate(cases)
    ]


@SETTINGS
@given(domains(), st.sampled_from(["UNIQUE", "ANY", "FIRST", "COLLECT"]))
def test_a_rule_a_case_is_sound_and_decides_as_written(inputs: Any, hit: Any) -> None:
    rules = one_rule_a_case(inputs)
    table = DecisionTable("t", inputs, rules, hit)
    assert table.check().sound
    assert table.check().cases == len(rules)
    for rule in rules:
        assert table.decide(**rule.when).rules == (rule.id,)
    assert list(table.walk()["route"]) == [rule.then["route"] for rule in rules]


@SETTINGS
@given(domains(), st.sampled_from(["UNIQUE", "ANY", "FIRST", "COLLECT"]), st.data())
def test_a_planted_gap_is_refused_and_named(inputs: Any, hit: Any, data: Any) -> None:
    rules = one_rule_a_case(inputs)
    gone = rules.pop(data.draw(st.integers(0, len(rules) - 1)))
    table = DecisionTable("t", inputs, rules, hit)
    check = table.check()
    assert (check.gap_count, dict(check.gaps[0])) == (1, dict(gone.when))
    with pytest.raises(InputError, match="not sound") as refused:
        table.decide(**rules[0].when)
    for name, value in gone.when.items():
        assert f"{name} = {value}" in str(refused.value)


@SETTINGS
@given(domains(), st.data())
def test_a_planted_overlap_is_named_as_the_policy_sees_it(inputs: Any, data: Any) -> None:
    rules = one_rule_a_case(inputs)
    twin = rules[data.draw(st.integers(0, len(rules) - 1))]
    same = [*rules, Rule("twin", twin.when, twin.then)]
    other = [*rules, Rule("twin", twin.when, {"route": "elsewhere"})]
    for table, allowed in (
        (DecisionTable("t", inputs, same, "UNIQUE"), False),
        (DecisionTable("t", inputs, same, "ANY"), True),
        (DecisionTable("t", inputs, other, "ANY"), False),
        (DecisionTable("t", inputs, other, "COLLECT"), True),
    ):
        check = table.check()
        assert check.sound is allowed
        if not allowed:
            case, ids = check.overlaps[0]
            assert (dict(case), ids, check.overlap_count) == (dict(twin.when), (twin.id, "twin"), 1)
            with pytest.raises(InputError, match=twin.id):
                table.decide(**twin.when)
    collected = DecisionTable("t", inputs, other, "COLLECT").decide(**twin.when)
    assert [o["route"] for o in collected.outcomes] == [twin.then["route"], "elsewhere"]
    # Under FIRST the added rule can never decide: it is called dead.
    assert DecisionTable("t", inputs, other, "FIRST").check().dead == ("twin",)


@SETTINGS
@given(domains(), st.data())
def test_first_takes_the_first_that_fits(inputs: Any, data: Any) -> None:
    """Random rules with a default at the end, against a plain reading from top to bottom."""
    rules = []
    for n in range(data.draw(st.integers(1, 4))):
        when = {}
        for name, domain in inputs.items():
            kept = data.draw(st.sets(st.sampled_from(domain.values)), label=name)
            if kept:
                when[name] = ", ".join(sorted(kept))
        rules.append(Rule(f"r{n}", when, {"route": str(n)}))
    rules.append(Rule("else", {}, {"route": "else"}))
    table = DecisionTable("t", inputs, rules, "FIRST")
    check = table.check()
    assert check.gap_count == check.overlap_count == 0
    live = [rule for rule in rules if rule.id not in check.dead]
    table = DecisionTable("t", inputs, live, "FIRST")
    for case in product(*(d.values for d in inputs.values())):
        facts = dict(zip(inputs, case, strict=True))
        expected = next(r for r in rules if all(facts[k] in v.split(", ") for k, v in r.when.items()))
        assert table.decide(**facts).outcome == expected.then


@SETTINGS
@given(st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True), st.booleans())
def test_ranges_that_meet_are_sound_and_an_open_end_is_a_gap(cuts: Any, whole: Any) -> None:
    cuts = sorted(cuts)
    ends = [0, *cuts, 100]
    rules = [
        Rule(f"r{n}", {"age": f"[{low}..{high})"}, {"band": str(n)})
        for n, (low, high) in enumerate(pairwise(ends))
    ]
    inputs = {"age": numbers(0, 100, whole=whole)}
    open_end = DecisionTable("t", inputs, rules).check()
    assert (open_end.gap_count, open_end.gaps[0]["age"]) == (1, 100)
    rules.append(Rule("last", {"age": "100"}, {"band": "last"}))
    table = DecisionTable("t", inputs, rules)
    assert table.check().sound
    for n, low in enumerate(ends[:-1]):
        assert table.decide(age=low).outcome["band"] == str(n)
    rules.append(Rule("over", {"age": f">={cuts[0]}"}, {"band": "over"}))
    assert DecisionTable("t", inputs, rules).check().overlap_count == len(cuts) + 1


def test_negation_both_ways_round() -> None:
    inputs = {"x": choices("a", "b", "c"), "y": YES_NO}
    table = DecisionTable(
        "t",
        inputs,
        [Rule("1", {"x": "not(a, b)"}, {"r": "c"}), Rule("2", {"x": "a, b"}, {"r": "ab"})],
    )
    assert table.check().sound
    assert table.decide(x="c", y=True).outcome["r"] == "c"


def test_narrow_asks_only_what_still_matters() -> None:
    inputs = {"danger": YES_NO, "age": numbers(0, 120, whole=True), "papers": YES_NO}
    table = DecisionTable(
        "t",
        inputs,  # type: ignore[arg-type]
        [
            Rule("danger", {"danger": "yes"}, {"r": "help"}),
            Rule("child", {"age": "<18"}, {"r": "child"}),
            Rule("rest", {}, {"r": "desk"}),
        ],
        "FIRST",
    )
    assert table.narrow().ask == ("danger", "age")
    assert table.narrow(danger="yes").settled
    assert table.narrow(danger="no", age=30).rules == ("rest",)
    assert table.narrow(danger="no").rules == ("child", "rest")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: DecisionTable("t", {"x": YES_NO}, []), "needs inputs and rules"),
        (lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {"z": "yes"}, {"r": "a"})]), "'z' is no input"),
        (lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {"x": "maybe"}, {"r": "a"})]), "'maybe'"),
        (
            lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {}, {"r": "a"})], "BEST"),
            "hit: 'BEST' is not a choice",
        ),
        (
            lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {}, {"r": "a"}), Rule("1", {}, {"r": "a"})]),
            "appears twice",
        ),
        (
            lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {}, {"r": "a"}), Rule("2", {}, {"q": "a"})]),
            "other parts",
        ),
        (lambda: DecisionTable("t", {"x": numbers(0, 9)}, [Rule("1", {"x": "old"}, {"r": "a"})]), "'old'"),
        (lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {}, {"r": "a"})]).decide(), "needs an answer"),
        (lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {}, {"r": "a"})]).decide(y="yes"), "not ask"),
        (
            lambda: DecisionTable("t", {"x": YES_NO}, [Rule("1", {}, {"r": "a"})]).decide(x="?"),
            "not a choice",
        ),
        (
            lambda: DecisionTable("t", {"x": numbers(0, 9)}, [Rule("1", {}, {"r": "a"})]).decide(x=10),
            "not between 0 and 9",
        ),
        (lambda: choices("only"), "two or more"),
        (lambda: numbers(9, 9), "smaller"),
    ],
)
def test_what_cannot_be_used_is_named(call: Any, message: Any) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_a_table_too_large_to_walk_is_refused() -> None:
    inputs = {f"i{n}": choices(*"abcdefgh") for n in range(8)}
    table = DecisionTable("t", inputs, [Rule("1", {}, {"r": "a"})])
    with pytest.raises(InputError, match="too many to walk"):
        table.check()
