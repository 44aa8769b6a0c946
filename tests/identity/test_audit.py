"""A strict clerk's rule, and the audit that needs no truth."""

from __future__ import annotations

import pandas as pd
import pytest

from bordercourse import datasets
from bordercourse.errors import InputError
from bordercourse.identity import inclusion_audit, linkage_errors, pairs_that_agree, prepare


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return datasets.load("utopia_birth_register")


@pytest.fixture(scope="module")
def database() -> pd.DataFrame:
    return datasets.load("utopia_identity_database")


def test_missing_values_agree_with_nothing_and_a_record_may_stand_twice() -> None:
    left = pd.DataFrame({"record_id": ["R1", "R2", "R3"], "name": ["a", "a", None], "day": ["1", "1", "1"]})
    right = pd.DataFrame({"record_id": ["D1", "D2"], "name": ["a", None], "day": ["1", "1"]})
    assert pairs_that_agree(left, right, on=["name", "day"]).values.tolist() == [["R1", "D1"], ["R2", "D1"]]
    with pytest.raises(InputError, match="place is missing"):
        pairs_that_agree(left, right, on=["place"])
    with pytest.raises(InputError, match="on: the list is empty"):
        pairs_that_agree(left, right, on=[])


def test_same_letters_find_nobody_whose_name_is_in_another_script(
    register: pd.DataFrame, database: pd.DataFrame
) -> None:
    found = linkage_errors(
        pairs_that_agree(register, database, on=["given_name", "birth_date"]), register, database
    )
    missed = found.table.set_index("group")["missed_rate"]
    assert missed[["Arabic", "Khmer", "Thai"]].tolist() == [1, 1, 1]
    assert missed["Latin"] < 0.6
    patient = pairs_that_agree(prepare(register), prepare(database), on=["given_key", "birth_date"])
    assert linkage_errors(patient, register, database).missed_rate < found.missed_rate / 2


def test_a_broad_rule_joins_brothers_and_sisters(register: pd.DataFrame, database: pd.DataFrame) -> None:
    broad = pairs_that_agree(prepare(register), prepare(database), on=["mother_key", "place_of_birth"])
    assert linkage_errors(broad, register, database).false_rate > 0.5


def test_the_audit_counts_by_hand_and_leaves_small_groups_out(register: pd.DataFrame) -> None:
    nobody = pd.DataFrame({"left": [], "right": []}, dtype=str)
    table = inclusion_audit(nobody, register)
    assert (table["unlinked_percent"] == 100).all()
    assert table.loc[["women", "men"], "records"].sum() == table.loc["all records", "records"] == 300
    assert table.loc[["one name only", "two names"], "records"].sum() == 300
    assert "Thai script" in table.index
    few = inclusion_audit(nobody, register.head(30), smallest=10)
    assert (few["records"] >= 10).all()
    half = pd.DataFrame({"left": register["record_id"].head(150), "right": "D"})
    assert inclusion_audit(half, register).loc["all records", "unlinked"] == 150
    with pytest.raises(InputError, match="'tribe' is not a column"):
        inclusion_audit(nobody, register, by=["tribe"])
