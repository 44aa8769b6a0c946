"""Linkage on further fields: addresses, codes, comparisons of Splink's own, and places by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bordercourse.datasets import LinkedFiles, make_linked_files
from bordercourse.errors import CourseWarning, InputError
from bordercourse.identity import Linkage, link, linkage_errors, linkage_settings, prepare
from bordercourse.identity.further_fields import agree_on, plain_code, plain_text
from tests.published import PublishedFiles

FEBRL_KINDS = {
    **dict.fromkeys(("address_1", "address_2", "suburb"), "text"),
    **dict.fromkeys(("street_number", "postcode", "state", "soc_sec_id"), "code"),
}
PLACES = ["Port Alma", "Hillford", "Lang Mun", "Sungai Baru", "Ban Thung Yai", "Vila Nova"]
SPELT = ["PORT-ALMA", "Hilford", "Langmun", "Sungei Baru", "Ban Tung Yai", "Vila  Nova"]


@pytest.fixture(scope="module")
def files() -> LinkedFiles:
    """Two files of 700 with 600 people in both; each person has an address and a number, with slips."""
    files = make_linked_files(700, seed=12, shared=6 / 7)
    rng = np.random.default_rng(12)
    people = sorted(set(files.register["true_person"]) | set(files.database["true_person"]))
    numbers = dict(zip(people, rng.permutation(900_000)[: len(people)] + 100_000, strict=True))
    streets = dict(zip(people, rng.integers(1, 400, len(people)), strict=True))
    register, database = (pd.DataFrame(file) for file in files)
    register = register.assign(
        id_number=[f"{numbers[p]}" for p in register["true_person"]],
        address=[f"{streets[p]} Jalan Merdeka" for p in register["true_person"]],
    )
    database = database.assign(
        id_number=[
            None if at % 6 == 0 else f"{numbers[p] // 1000}-{numbers[p] % 1000:03d}"
            for at, p in enumerate(database["true_person"])
        ],
        address=[f"{streets[p]}, JLN. Merdeka" for p in database["true_person"]],
    )
    return LinkedFiles(register, database)


@pytest.fixture(scope="module")
def on_all_fields(files: LinkedFiles) -> Linkage:
    return link(*files, extra={"id_number": "code", "address": "text"})


def test_further_fields_find_people_whom_names_and_dates_miss(
    files: LinkedFiles, on_all_fields: Linkage
) -> None:
    less = [file.drop(columns=["mother_name", "place_of_birth"]) for file in files]
    before = linkage_errors(link(*less).proposals(), *files)
    after = linkage_errors(link(*less, extra={"id_number": "code", "address": "text"}).proposals(), *files)
    assert after.missed_rate < before.missed_rate / 2
    assert after.false_rate <= before.false_rate
    assert linkage_errors(on_all_fields.proposals(), *files).f > 0.99


def test_a_further_field_explains_itself(on_all_fields: Linkage) -> None:
    row = on_all_fields.proposals().iloc[0]
    explanation = on_all_fields.explain(row["left"], row["right"])
    assert [step.field for step in explanation.field_weights][-2:] == ["id_number", "address"]
    assert explanation.weight == pytest.approx(row["weight"], abs=1e-6)


def test_a_comparison_of_splinks_own_is_called_as_the_caller_calls_it(files: LinkedFiles) -> None:
    import splink.comparison_library as cl

    linkage = link(
        *files,
        extra={"street": cl.JaroWinklerAtThresholds("address", [0.9, 0.7]), "id_number": "code"},
        blocking=["id_number", ["given_key", "place_of_birth"], "l.birth_year = r.birth_year"],
        certain=["id_number"],
    )
    row = linkage.proposals().iloc[0]
    fields = [step.field for step in linkage.explain(row["left"], row["right"]).field_weights]
    assert fields[-2:] == ["street", "id_number"]
    assert linkage_errors(linkage.proposals(), *files).f > 0.99


def test_prepared_records_are_linked_on_the_fields_that_they_carry(files: LinkedFiles) -> None:
    carried = [prepare(file, extra={"id_number": "code"}) for file in files]
    assert carried[1]["id_number"].dropna().str.fullmatch(r"\d{6}").all()
    assert len(link(*carried, extra={"id_number": "code"}).proposals()) > 550
    with pytest.raises(InputError, match="do not hold 'id_number'"):
        link(*map(prepare, files), extra={"id_number": "code"})


def test_a_place_is_found_in_another_spelling_and_a_code_is_not_nearly_another(files: LinkedFiles) -> None:
    at = {f"UT-{n:02d}": n % len(PLACES) for n in range(1, 61)}
    register, database = files
    named = (
        register.assign(place_of_birth=[PLACES[at[place]] for place in register["place_of_birth"]]),
        database.assign(
            place_of_birth=[
                SPELT[at[place]] if isinstance(place, str) else None for place in database["place_of_birth"]
            ]
        ),
    )
    linkage = link(*named)
    findings = {
        step.finding.split(",")[0]
        for _at, row in linkage.proposals().head(150).iterrows()
        for step in linkage.explain(row["left"], row["right"]).field_weights
        if step.field == "place of birth"
    }
    assert {"nearly the same place", "same place in another spelling or script"} <= findings
    coded = {
        level["label_for_charts"]
        for comparison in link(*files).model["comparisons"]
        if comparison["output_column_name"] == "place_of_birth"
        for level in comparison["comparison_levels"]
    }
    assert "nearly the same place" not in coded


def test_febrl4_without_labels_on_all_its_fields(vectors: PublishedFiles) -> None:
    """P. Christen's data set 4: 5,000 records and 5,000 of the same synthetic people with mistakes."""
    folder, both = vectors / "febrl", []
    for name in ("dataset4a.csv", "dataset4b.csv"):
        file = pd.read_csv(folder / name, skipinitialspace=True, dtype=str)
        file = file.set_axis([column.strip() for column in file.columns], axis=1)
        file = file.rename(
            columns={"rec_id": "record_id", "surname": "family_name", "date_of_birth": "birth_date"}
        )
        both.append(file.assign(sex=None, true_person=file["record_id"].str.extract(r"(\d+)")[0]))
    with pytest.warns(CourseWarning, match="birth_date: 55 of 4,801 values not read"):
        linkage = link(*(file.drop(columns="true_person") for file in both), extra=FEBRL_KINDS)
    errors = linkage_errors(linkage.proposals(), *both, by=[])
    assert errors.table["true_links"].iloc[0] == 5000
    assert errors.f >= 0.999


def test_texts_and_codes_are_levelled() -> None:
    assert plain_text("No. 12/4, Jalan Lê‑Lợi") == "no 12 4 jalan le loi"
    assert plain_text("១២ ផ្លូវ") == plain_text("12 ផ្លូវ")
    assert plain_code(" ab-12 / 3 ") == plain_code("AB123") == "AB123"
    assert plain_code("๑๐๒๐๐") == "10200"
    rows = {
        "record_id": ["a", "b"],
        "given_name": "Lan",
        "family_name": None,
        "sex": "F",
        "birth_date": "1987",
    }
    frame = prepare(pd.DataFrame(rows | {"code": [10200.0, None]}), extra={"code": "code"})
    assert frame["code"].tolist()[0] == "10200"
    assert frame["code"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"extra": {"address": "number"}}, "'number' is no way to compare"),
        ({"extra": ["address"]}, "is not a mapping"),
        ({"extra": {"Sex": "code"}}, "'Sex' is compared already"),
        ({"extra": {"house": "text"}}, "the column 'house' is missing"),
        ({"extra": {"Post code": "code"}}, "a name that a database does not take"),
        ({"extra": {"order": "code"}}, "a name that a database does not take"),
        ({"blocking": ["house"]}, 'does not have a column named "house"'),
        ({"blocking": [7]}, "7 is no rule"),
        ({"blocking": "id_number"}, "is not a list"),
        ({"certain": ["l.given = "]}, "rule 'l.given = ': Parser Error"),
    ],
)
def test_a_field_or_rule_that_cannot_be_used_is_named(
    how: dict[str, Any], message: str, files: LinkedFiles
) -> None:
    with pytest.raises(InputError, match=message):
        link(*files, **how)


def test_settings_for_another_backend_hold_the_further_fields() -> None:
    settings = linkage_settings(
        extra={"address": "text", "postcode": "code"}, blocking=[["given_key", "postcode"]], place_names=True
    ).create_settings_dict("spark")
    names = [comparison["output_column_name"] for comparison in settings["comparisons"]]
    assert names[-2:] == ["address", "postcode"]
    rules = [rule["blocking_rule"] for rule in settings["blocking_rules_to_generate_predictions"]]
    assert any("postcode" in rule for rule in rules)
    assert any("place_name" in rule for rule in rules)
    sqlglot = pytest.importorskip("sqlglot")
    for rule in rules:
        assert sqlglot.parse_one(f"select 1 where {rule}", dialect="spark")
    assert agree_on(["given_key", "sex"]) == "l.given_key = r.given_key and l.sex = r.sex"
