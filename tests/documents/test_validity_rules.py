"""Validity rules: the 99 published cases, and the days on which words and cases disagree.

The cases stay with their publisher (tests/vectors.toml).
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bordercourse import documents as doc
from bordercourse.documents import practice_health
from bordercourse.errors import InputError

RULES = doc.validity_rules()
# How many cases the publisher gives for each rule.
CASES = {
    "VR-EU-0002": 5,
    "RR-EU-0001": 11,
    "RR-EU-0002": 7,
    "TR-EU-0004": 4,
    "TR-EU-0005": 8,
    "TR-EU-0006": 8,
    "VR-HR-0004": 5,
    "VR-ES-0003": 11,
    "VR-FI-0003": 13,
    "VR-FI-0004": 18,
    "VR-PL-0003": 5,
    "VR-AT-0005": 4,
}
FILES = [
    f"{RULES[rule].state}/{rule}/tests/test{n:03d}.json"
    for rule, count in CASES.items()
    for n in range(1, count + 1)
]
PASSES = {"accepts", "does not speak of it"}  # a published case knows yes and no only


def published_case(vectors: Path, file: str) -> dict[str, Any]:
    """Return a case as published, or from a table of the cases where the folder holds one."""
    folder = vectors / "dcc_rules"
    table = folder / "rule_test_cases.csv"
    if (folder / file).is_file():
        case: dict[str, Any] = json.loads((folder / file).read_text(encoding="utf-8"))
        return case
    if not table.is_file():
        pytest.skip(f"dcc_rules/{file} is not on this machine: run `make vectors`")
    with table.open(encoding="utf-8", newline="") as lines:
        (row,) = [row for row in csv.DictReader(lines) if row["file"] == file]
    event = {name: row[name] for name in ("mp", "dt", "fr", "df", "du", "sc", "tt", "tr") if row[name]}
    event |= {name: int(row[name]) for name in ("dn", "sd") if row[name]}
    payload: dict[str, Any] = {row["kind"]: [event]} if row["kind"] else {}
    if row["dob"]:
        payload["dob"] = row["dob"]
    clock = {"validationClock": row["validation_clock"]} if row["validation_clock"] else {}
    return {"payload": payload, "external": clock, "expected": row["expected"] == "true"}


def clock_of(case: dict[str, Any], rule: doc.ValidityRule) -> datetime:
    written = case["external"].get("validationClock")
    return datetime.fromisoformat(written) if written else rule.start


def test_there_are_99() -> None:
    assert len(FILES) == 99
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("file", FILES)
def test_each_published_case(vectors: Path, file: str) -> None:
    case, rule = published_case(vectors, file), RULES[file.split("/")[1]]
    found = rule.judge(case["payload"], on=clock_of(case, rule))
    assert found.answer in {"accepts", "refuses", "does not speak of it"}
    assert (found.answer in PASSES) == case["expected"]
    assert (found.answer == "does not speak of it") == (not case["payload"].get(rule.event))


@pytest.mark.parametrize("identifier", sorted(RULES))
def test_the_rule_as_published_gives_the_same_answers(vectors: Path, identifier: str) -> None:
    own = RULES[identifier]
    folder = vectors / "dcc_rules"
    paths = [folder / own.state / identifier / "rule.json", folder / f"{identifier}.rule.json"]
    path = next((each for each in paths if each.is_file()), None)
    if path is None:
        pytest.skip(f"the rule {identifier} is not on this machine: run `make vectors`")
    published = doc.read_rule(json.loads(path.read_text(encoding="utf-8")))
    assert published.edges == ()
    for name in ("version", "state", "event", "start", "end"):
        assert getattr(published, name) == getattr(own, name)
    for file in FILES:
        case = published_case(vectors, file)
        at = clock_of(case, own)
        assert published.judge(case["payload"], on=at).answer == own.judge(case["payload"], on=at).answer


EDGES = [(rule, edge) for rule in RULES.values() for edge in rule.edges]


@pytest.mark.parametrize(("rule", "edge"), EDGES, ids=lambda part: getattr(part, "identifier", ""))
def test_each_edge_is_the_one_that_its_published_case_fixes(
    vectors: Path, rule: doc.ValidityRule, edge: doc.RuleEdge
) -> None:
    case = published_case(vectors, edge.file)
    (event,) = case["payload"][rule.event]
    at, since = clock_of(case, rule), datetime.fromisoformat(event[edge.since])
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    unit = timedelta(days=1) if edge.unit == "day" else timedelta(hours=1)
    assert at - since == edge.at * unit
    assert case["expected"] == (edge.case == "counts")
    whole = {rule.event: [{"dn": 2, "sd": 2} | event]}  # one case leaves the doses out
    around = [rule.judge(whole, on=at + step).answer for step in (-unit, unit)]
    assert set(around) == {"accepts", "refuses"}  # the answer turns here


def test_where_words_and_case_disagree_the_table_holds_both() -> None:
    table = doc.validity_table()
    disputed = table[table["agree"] == "no"]
    assert disputed[["rule", "edge"]].values.tolist() == [
        ["VR-ES-0003", "14 days"],
        ["VR-ES-0003", "270 days"],
        ["VR-AT-0005", "270 days"],
    ]
    assert set(disputed["words"]) == {"does not count"}
    assert set(disputed["case"]) == {"counts"}
    assert (table["agree"] == "words silent").sum() == 2


SECOND_DOSE = {"v": [{"dn": 2, "sd": 2, "dt": "2022-01-01"}]}


@pytest.mark.parametrize(
    ("on", "answer", "noted"),
    [
        ("2022-09-27", "accepts", False),
        (datetime(2022, 9, 28, tzinfo=UTC), "accepts", True),
        (datetime(2022, 9, 28, 0, 0, 1, tzinfo=UTC), "refuses", True),
        ("2022-09-28", "refuses", True),
        ("2022-09-29", "refuses", False),
    ],
)
def test_on_the_disputed_day_the_answer_comes_with_a_note(on: Any, answer: str, noted: bool) -> None:
    """A rule in days and a clock in seconds: the published case holds for the first second of day 270."""
    found = RULES["VR-AT-0005"].judge(SECOND_DOSE, on=on)
    assert found.answer == answer
    assert bool(found.notes) == noted
    assert not noted or "day 270" in found.notes[0]


def test_no_note_where_the_rule_does_not_turn_there() -> None:
    booster = {"v": [{"dn": 3, "sd": 3, "dt": "2022-01-01"}]}
    assert RULES["VR-ES-0003"].judge(booster, on="2022-09-28").notes == ()


def test_a_rule_speaks_within_its_dates_only() -> None:
    found = RULES["VR-FI-0003"].judge(SECOND_DOSE, on="2022-09-28")
    assert found.answer == "not in force"
    assert "2023-04-15" in found.because


def test_a_certificate_that_lacks_what_the_rule_reads_gets_cannot_say() -> None:
    found = RULES["VR-HR-0004"].judge({"v": [{"dt": "2021-06-01"}]}, on="2022-03-21")
    assert found.answer == "cannot say"
    assert found.because


def utopia(asks: dict[str, Any]) -> doc.ValidityRule:
    return doc.read_rule(
        {
            "Identifier": "VR-UT-0001",
            "Version": "1.0.0",
            "Country": "UT",
            "CertificateType": "Vaccination",
            "ValidFrom": "2025-01-01T00:00:00Z",
            "ValidTo": "2026-01-01T00:00:00Z",
            "Description": [{"lang": "en", "desc": "the whole series"}],
            "Logic": asks,
        }
    )


def test_a_rule_is_laid_on_what_a_scan_found() -> None:
    rule = utopia({"===": [{"var": "payload.v.0.dn"}, {"var": "payload.v.0.sd"}]})
    trust, on = practice_health.trust_list(), practice_health.TODAY
    scan = doc.verify_document(practice_health.health_code(), trust=trust, on=on)
    assert rule.judge(scan, on=on).answer == "accepts"
    stranger = doc.verify_document(practice_health.health_code(), trust=doc.TrustList([]), on=on)
    with pytest.raises(InputError, match="integrity is 'cannot say'"):
        rule.judge(stranger, on=on)
    card = doc.verify_document(practice_health.card_code(), trust=trust, on=on)
    with pytest.raises(InputError, match="EU certificates"):
        rule.judge(card, on=on)


def test_a_rule_that_gives_neither_yes_nor_no() -> None:
    assert utopia({"+": [1, 1]}).judge(SECOND_DOSE, on="2025-06-02").answer == "cannot say"


@pytest.mark.parametrize("part", ["Logic", "Country", "CertificateType", "ValidFrom", "Description"])
def test_a_published_rule_that_is_not_whole_is_refused(part: str) -> None:
    whole: dict[str, Any] = {
        "Identifier": "VR-UT-0001",
        "Version": "1.0.0",
        "Country": "UT",
        "CertificateType": "Vaccination",
        "ValidFrom": "2025-01-01T00:00:00Z",
        "ValidTo": "2026-01-01T00:00:00Z",
        "Description": [{"lang": "en", "desc": "the whole series"}],
        "Logic": True,
    }
    with pytest.raises(InputError, match=part):
        doc.read_rule({name: value for name, value in whole.items() if name != part})
