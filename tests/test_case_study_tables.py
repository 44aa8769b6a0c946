"""The tables of the case studies: what they must say, and invented rows that never move."""

from __future__ import annotations

import pandas as pd
import pytest

from bordercourse.datasets import describe, load, make_iraq_households
from bordercourse.errors import InputError


def test_another_seed_gives_other_rows() -> None:
    assert not pd.DataFrame(make_iraq_households(40, seed=1)).equals(
        pd.DataFrame(make_iraq_households(40, seed=2))
    )
    with pytest.raises(InputError, match="40 or more"):
        make_iraq_households(10)


def test_missing_document_estimates_cannot_be_taken_for_a_series() -> None:
    record, table = describe("iraq_missing_documents"), load("iraq_missing_documents")
    assert "Do not draw these rows as one series" in record.caution
    for column in ("unit", "document_wording", "sample", "reference_period", "population"):
        assert column in table.columns
        assert table[column].notna().all()
    assert table["unit"].nunique() >= 5
    assert table["document_wording"].nunique() >= 5


def test_households_match_the_published_shares() -> None:
    people = load("iraq_households")
    core = ["identity_card", "nationality_certificate", "birth_certificate"]
    missing = (people[core] != "held").any(axis=1)
    for status, share in {"displaced_camp": 0.28, "displaced_out_of_camp": 0.25, "returned": 0.16}.items():
        group = missing[people["status"] == status]
        assert abs(group.mean() - share) <= 0.5 / len(group) + 1e-9
    size = people.groupby(["status", "household_id"]).size().groupby("status").mean()
    assert size["displaced_camp"] == pytest.approx(5, abs=0.5)
    assert size.drop("displaced_camp").to_numpy() == pytest.approx(6, abs=0.5)
    young = people[(people["status"] == "resident") & (people["age"] < 5)]
    assert young["birth_registered"].mean() == pytest.approx(0.988, abs=0.5 / len(young) + 1e-9)
    by_head = missing.groupby(people["head_sex"]).mean()
    assert by_head["female"] > by_head["male"]


def test_no_row_marks_affiliation_and_papers_fit_people() -> None:
    people = load("iraq_households")
    for word in (
        "affiliat",
        "isil",
        "denounc",
        "suspect",
        "name",
        "tribe",
        "religion",
        "ethnic",
        "nationality_of",
    ):
        assert not any(word in column for column in people.columns)
    # Clearance is a state of a request: it is only ever open for one who misses a paper, and not by sex.
    asked = people[people["clearance"] != "not_asked"]
    papers = ["identity_card", "nationality_certificate", "birth_certificate"]
    assert (asked[papers] != "held").any(axis=1).all()
    assert set(people["clearance"]) == {"not_asked", "asked", "given"}
    assert (people.loc[people["age"] < 18, "residence_card"] == "not_applicable").all()
    assert (people.loc[people["relation"] == "child", "marriage_contract"] == "not_applicable").all()
    heads = people[people["relation"] == "head"]
    assert len(heads) == people["household_id"].nunique()
    assert (heads["sex"] == heads["head_sex"]).all()
    unrecognised = people[people["birth_certificate"] == "unrecognised"]
    assert len(unrecognised) > 10
    assert (unrecognised["age"] < 8).all()


def test_brigades_match_the_published_number_of_cards() -> None:
    work = load("mozambique_brigades")
    assert work[["cards_women", "cards_men"]].sum().sum() == round(31_576 * 12 / 18)
    shut = work[~work["open"]]
    counted = [c for c in work.columns if c.endswith(("_girls", "_boys")) or c.startswith("cards")]
    assert (shut[counted] == 0).all().all()
    assert (shut["closed_because"].notna()).all()
    assert work.loc[work["open"], "closed_because"].isna().all()
    assert set(shut.loc[shut["closed_because"] == "cyclone", "date"].dt.month) <= {1, 2, 3}
    children = [c for c in counted if c.startswith(("on_time", "late_0_4", "late_5_17"))]
    girls = work[[c for c in children if c.endswith("girls")]].sum().sum()
    assert girls / work[children].sum().sum() == pytest.approx(0.5, abs=0.01)
    women, men = work["late_18_plus_girls"].sum(), work["late_18_plus_boys"].sum()
    assert women / (women + men) == pytest.approx(31 / 54, abs=0.01)
    assert (work.loc[work["online"], "sync_delay_days"] == 0).all()
    assert all(date.weekday() < 5 for date in work["date"])


def test_counts_of_a_cyclone_rise_as_they_are_verified() -> None:
    kenneth = load("mozambique_cyclones").query("event == 'Kenneth'").sort_values("as_of")
    assert kenneth["deaths"].dropna().tolist() == [5, 38, 41, 45]


def test_the_wider_round_is_marked() -> None:
    rounds = load("mozambique_displacement_north").set_index("dtm_round")
    assert rounds.loc[17, "displaced"] == 1_028_743
    assert "not comparable" in rounds.loc[19, "note"]
    assert {14, 20}.isdisjoint(rounds.index)


def test_time_limits_and_fees_as_published() -> None:
    steps = load("document_steps").set_index("step")
    assert steps.loc["IRQ-02", "time_limit_days"] == 15
    assert steps.loc["IRQ-03", "time_limit_days"] == 30
    assert steps.loc["IRQ-21", "time_limit_days"] == 60
    assert steps.loc["MOZ-02", ["time_limit_days", "fee"]].tolist() == [120, 0]
    assert steps.loc["MOZ-03", "fee"] == 50
    assert "not as a lawful step" in describe("document_steps").caution


def test_mozambican_figures_that_must_not_be_joined_or_added_say_so() -> None:
    assert "rows must not be added" in describe("mozambique_documentation_outputs").caution
    assert "compares different surveys and is not settled" in describe("birth_registration_under5").caution
    assert "never of civil registration" in describe("mozambique_censuses_1997_2007").caution
    births = load("birth_registration_under5").query("iso3 == 'MOZ' and group == 'total'")
    assert births["survey"].is_unique
    assert births["survey"].str.split().str[0].nunique() == 4


def test_the_pilot_of_health_posts_registered_three_quarters() -> None:
    posts = load("mozambique_health_posts").set_index("what")["value"]
    came = posts["children who came to the service points"]
    assert posts["children registered, of the 8,131 who came"] / came == pytest.approx(0.75, abs=0.005)
