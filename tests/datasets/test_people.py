"""Invented people: the same for a seed, mistaken at the stated rates, and stored as made."""

from __future__ import annotations

import pytest

from bordercourse import datasets
from bordercourse.datasets import make_linked_files, make_people
from bordercourse.datasets.makers.people import MISTAKES
from bordercourse.errors import InputError
from bordercourse.identity import compare_names, read_date, script_of


def test_a_seed_makes_the_same_people_and_another_seed_others() -> None:
    assert make_people(50, seed=4).equals(make_people(50, seed=4))
    assert not make_people(50, seed=4).equals(make_people(50, seed=5))


def test_stored_files_can_be_linked_as_loaded() -> None:
    register = datasets.load("utopia_birth_register")
    database = datasets.load("utopia_identity_database")
    assert len(set(register["true_person"]) & set(database["true_person"])) == 270


def test_the_register_holds_four_scripts_three_calendars_and_people_with_one_name() -> None:
    people = make_people(2000)
    assert set(people["given_name"].map(script_of)) == {"Latin", "Arabic", "Khmer", "Thai"}
    assert set(people["calendar"]) == {"gregorian", "buddhist", "hijri"}
    assert 0.02 < people["family_name"].isna().mean() < 0.1
    assert "no row is a real person" in repr(people)
    for row in people.itertuples():
        country = row.calendar_country if row.calendar == "buddhist" else None
        assert read_date(row.birth_date, row.calendar, country=country)  # every date exists


def test_siblings_share_mother_and_place() -> None:
    people = make_people(500)
    families = people.groupby(["mother_name", "place_of_birth", people["family_name"].fillna("")])
    assert (families.size() > 1).any()


def test_mistakes_happen_at_their_stated_rates() -> None:
    register, database = make_linked_files(5000, seed=1)
    both = register.merge(database, on="true_person", suffixes=("_r", "_d"))
    missing = {
        "mother's name missing": both["mother_name_d"].isna(),
        "place of birth missing": both["place_of_birth_d"].isna(),
        "only the year of birth written": both["birth_date_d"].str.len() == 4,
    }
    for mistake, found in missing.items():
        assert found.mean() == pytest.approx(MISTAKES[mistake], abs=0.01), mistake
    january = both["birth_date_d"].str.startswith("1/1/").mean()
    assert january == pytest.approx(MISTAKES["1 January written for an unknown day"], abs=0.015)
    latin = both[both["given_name_r"].map(script_of) == "Latin"].head(300)
    levels = [
        compare_names(*pair).level for pair in zip(latin["given_name_r"], latin["given_name_d"], strict=True)
    ]
    assert 0.5 < sum(level in {"same", "accents", "sound"} for level in levels) / 300 < 0.97


def test_shared_people_and_the_rest() -> None:
    files = make_linked_files(1000, seed=1, shared=0.7)
    assert [len(file) for file in files] == [1000, 1000]
    assert len(set(files.register["true_person"]) & set(files.database["true_person"])) == 700
    assert all(file["record_id"].is_unique and file["true_person"].is_unique for file in files)


@pytest.mark.parametrize("n", [0, -1, 2.5, True])
def test_a_wrong_number_of_people_is_refused(n: int) -> None:
    with pytest.raises(InputError, match="^n: .*whole"):
        make_people(n)


def test_a_wrong_share_is_refused() -> None:
    with pytest.raises(InputError, match="shared: 0"):
        make_linked_files(10, shared=0)
