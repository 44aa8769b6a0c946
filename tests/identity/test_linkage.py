"""Linkage: five thousand and five thousand without labels, both errors, and who bears them."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from bordercourse.datasets import LinkedFiles, make_linked_files
from bordercourse.errors import InputError
from bordercourse.identity import (
    Linkage,
    LinkageErrors,
    error_tradeoff,
    link,
    linkage_errors,
    linkage_settings,
    match_probability,
    pairs_that_agree,
    prepare,
)


@pytest.fixture(scope="module")
def files() -> LinkedFiles:
    return make_linked_files(5000, seed=1)


@pytest.fixture(scope="module")
def linkage(files: LinkedFiles) -> Linkage:
    # The answer is taken away before the linkage sees the files.
    return link(*(file.drop(columns="true_person") for file in files))


@pytest.fixture(scope="module")
def errors(files: LinkedFiles, linkage: Linkage) -> LinkageErrors:
    return linkage_errors(linkage.proposals(), *files)


@pytest.fixture(scope="module")
def small() -> LinkedFiles:
    return make_linked_files(400, seed=3, shared=0.9)


@pytest.fixture(scope="module")
def duplicates(small: LinkedFiles) -> tuple[pd.DataFrame, Linkage]:
    both = pd.concat([small.register, small.database], ignore_index=True)
    return both, link(both)


def test_five_thousand_and_five_thousand_reach_f_099_without_labels(errors: LinkageErrors) -> None:
    assert errors.f >= 0.99
    assert errors.missed_rate < 0.01
    assert errors.false_rate < 0.005


def test_both_errors_are_told_for_each_sex_and_script(errors: LinkageErrors) -> None:
    table = errors.table
    assert set(zip(table["by"], table["group"], strict=True)) == {
        ("all", "all records"),
        *(("sex", sex) for sex in "FM"),
        *(("script", script) for script in ("Arabic", "Khmer", "Latin", "Thai")),
    }
    for by in ("sex", "script"):
        rows = table[table["by"] == by]
        for column in ("true_links", "missed", "proposed", "false"):
            assert rows[column].sum() == table[column].iloc[0]
    text = str(errors)
    assert "women: missed" in text
    assert "Thai script: missed" in text
    assert text.count("false") == len(table)


def test_names_in_thai_and_khmer_letters_are_missed_more_often(errors: LinkageErrors) -> None:
    rates = errors.table.set_index("group")["missed_rate"]
    assert rates["Latin"] < min(rates["Thai"], rates["Khmer"]) < 0.03
    assert rates["Arabic"] < 0.005  # the article glued to a name in Latin letters is taken off


def test_a_rule_that_wants_the_family_name_falls_on_women(files: LinkedFiles) -> None:
    prepared = [prepare(file) for file in files]

    def missed(on: list[str]) -> pd.Series[float]:
        found = linkage_errors(pairs_that_agree(*prepared, on=on), *files, by=["sex"])  # type: ignore[misc]
        return found.table.set_index("group")["missed_rate"]

    with_family = missed(["given_key", "family_key", "birth_date"])
    without = missed(["given_key", "birth_date"])
    assert with_family["F"] - with_family["M"] > 0.03  # some took a husband's family name
    assert abs(without["F"] - without["M"]) < 0.02


def test_a_pair_explains_itself_and_its_steps_add_up(linkage: Linkage) -> None:
    for at in (0, len(linkage.proposals()) - 1):
        row = linkage.proposals().iloc[at]
        found = linkage.explain(row["left"], row["right"])
        assert found.weight == pytest.approx(row["weight"], abs=1e-6)
        assert found.probability == pytest.approx(row["probability"], abs=1e-9)
        assert found.weight == pytest.approx(found.prior + sum(s.weight for s in found.field_weights))
        assert [s.field for s in found.field_weights] == [
            "given name",
            "family name",
            "mother's name",
            "date of birth",
            "sex",
            "place of birth",
        ]
        assert linkage.explain(row["right"], row["left"]) == found
        assert "A registrar decides" in str(found)
        assert "100" not in str(found).splitlines()[-2]  # never certainty
        assert row["left"] in found._repr_html_()


def test_the_waterfall_ends_at_the_total(linkage: Linkage) -> None:
    row = linkage.proposals().iloc[10]
    found = linkage.explain(row["left"], row["right"])
    bars = found.plot().patches
    assert len(bars) == 2 + len(found.field_weights)
    assert bars[-1].get_width() == pytest.approx(found.weight)  # type: ignore[attr-defined]


def test_each_number_of_the_waterfall_stands_where_its_bar_ends(linkage: Linkage) -> None:
    row = linkage.proposals().iloc[10]
    found = linkage.explain(row["left"], row["right"])
    numbers = [t for t in found.plot().texts if t.get_text()[:1] in "+-"]
    level, sides = 0.0, []
    for number, change in zip(
        numbers, [found.prior, *(step.weight for step in found.field_weights), found.weight], strict=True
    ):
        level = change if number is numbers[-1] else level + change
        assert number.xy[0] == pytest.approx(level)  # type: ignore[attr-defined]
        assert number.get_text() == f"{change:+.1f}"
        assert number.get_ha() == ("left" if change >= 0 else "right")  # type: ignore[attr-defined]
        sides.append(number.get_ha())  # type: ignore[attr-defined]
    assert set(sides) == {"left", "right"}


def test_results_say_who_decides(linkage: Linkage) -> None:
    assert "a registrar decides, tells the person, and hears an appeal" in str(linkage)


def test_two_files_give_each_person_at_most_one_record_of_each(linkage: Linkage) -> None:
    persons = linkage.persons(0.9)
    assert len(persons) == 10_000
    assert persons["record_id"].is_unique
    file = persons["record_id"].str[0]
    assert persons.groupby([persons["person"], file]).size().max() == 1
    assert (persons.groupby("person").size() == 2).sum() == len(linkage.proposals(0.9))


def test_a_stricter_threshold_misses_more_and_joins_fewer(linkage: Linkage, files: LinkedFiles) -> None:
    found = error_tradeoff(linkage, *files)
    assert found.table["missed"].is_monotonic_increasing
    assert found.table["false"].is_monotonic_decreasing
    assert found.cheapest(1, 0) == found.table["probability"].iloc[0]
    assert found.cheapest(0, 1) == found.table["probability"][found.table["false"].idxmin()]
    lines = found.plot().lines
    assert list(lines[0].get_ydata()) == pytest.approx(list(found.table["missed_rate"] * 100))  # type: ignore[arg-type]
    # Who bears them, at each threshold: sexes and scripts each add up to all.
    for by in ("sex", "script"):
        rows = found.groups[found.groups["by"] == by].groupby("probability")[["missed", "false"]].sum()
        assert rows["missed"].tolist() == found.table["missed"].tolist()
        assert rows["false"].tolist() == found.table["false"].tolist()
    with pytest.raises(InputError, match="negative"):
        found.cheapest(-1, 1)


def test_files_without_mother_and_place_can_be_linked_and_the_result_repeats(small: LinkedFiles) -> None:
    less = [file.drop(columns=["mother_name", "place_of_birth"]) for file in small]
    wrong = [file.assign(true_person="same for all") for file in less]
    first, second = link(*less), link(*wrong)
    assert linkage_errors(first.proposals(), *small).f > 0.9
    pd.testing.assert_frame_equal(first.pairs.round(6), second.pairs.round(6))


def test_the_answer_never_reaches_the_linkage(small: LinkedFiles) -> None:
    hidden = small.register.drop(columns="true_person")
    pd.testing.assert_frame_equal(prepare(small.register), prepare(hidden))
    assert "true_person" not in prepare(small.register)


def test_duplicates_in_one_file_become_persons(
    duplicates: tuple[pd.DataFrame, Linkage], small: LinkedFiles
) -> None:
    both, found = duplicates
    errors = linkage_errors(found.proposals(0.9), both)
    assert errors.table["true_links"].iloc[0] == len(
        set(small.register["true_person"]) & set(small.database["true_person"])
    )
    assert errors.recall > 0.95
    for by in ("sex", "script"):
        assert errors.table.loc[errors.table["by"] == by, "true_links"].sum() == pytest.approx(360)
    persons = found.persons(0.9)
    assert sorted(persons["record_id"]) == sorted(both["record_id"])
    assert persons.groupby("person").size().max() >= 2


def test_errors_counted_by_hand() -> None:
    left = pd.DataFrame(
        {"record_id": ["R1", "R2", "R3"], "true_person": ["a", "b", "c"], "sex": ["F", "F", None]}
    )
    right = pd.DataFrame({"record_id": ["D1", "D2", "D3"], "true_person": ["a", "b", "z"]})
    proposals = pd.DataFrame({"left": ["R1", "R2", "R3"], "right": ["D1", "D3", "D2"]})
    table = linkage_errors(proposals, left, right, by=["sex"]).table.set_index("group")
    assert table.loc["all records", ["true_links", "missed", "proposed", "false"]].tolist() == [2, 1, 3, 2]
    assert table.loc["F", ["true_links", "missed", "proposed", "false"]].tolist() == [2, 1, 2, 1]
    assert table.loc["not stated", ["true_links", "missed", "proposed", "false"]].tolist() == [0, 0, 1, 1]


def test_no_proposals_and_no_truth_give_rates_not_errors() -> None:
    left = pd.DataFrame({"record_id": ["R1"], "true_person": ["a"]})
    right = pd.DataFrame({"record_id": ["D1"], "true_person": ["b"]})
    found = linkage_errors(pd.DataFrame({"left": [], "right": []}), left, right, by=())
    assert (found.missed_rate, found.false_rate) == (0, 0)
    with pytest.raises(InputError, match="'true_person' is missing"):
        linkage_errors(pd.DataFrame({"left": [], "right": []}), left.drop(columns="true_person"), right)


def test_wrong_input_is_named(small: LinkedFiles, duplicates: tuple[pd.DataFrame, Linkage]) -> None:
    register = small.register
    with pytest.raises(InputError, match="'sex' is missing"):
        prepare(register.drop(columns="sex"))
    with pytest.raises(InputError, match="stands twice"):
        prepare(pd.concat([register, register]))
    _both, found = duplicates
    with pytest.raises(InputError, match="was not scored"):
        found.explain("R1", "nobody")
    with pytest.raises(InputError, match="probability: 2"):
        found.proposals(2)
    with pytest.raises(InputError, match="too little to learn from"):
        link(register.head(2), small.database.head(2))
    with pytest.raises(InputError, match="no two of them agree on names and date of birth"):
        link(register)  # a clean register has no duplicate to learn from


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_the_settings_are_plain_sql_for_both_backends(dialect: str) -> None:
    """Without Spark installed: Splink writes the settings in its dialect, and every rule parses."""
    sqlglot = pytest.importorskip("sqlglot")
    made = linkage_settings().create_settings_dict(dialect)
    conditions = [
        level["sql_condition"]
        for comparison in made["comparisons"]
        for level in comparison["comparison_levels"]
        if level["sql_condition"] != "ELSE"
    ]
    conditions += [rule["blocking_rule"] for rule in made["blocking_rules_to_generate_predictions"]]
    assert len(conditions) > 30
    for condition in conditions:
        assert sqlglot.parse_one(f"select 1 where {condition}", dialect=dialect)
    functions = {"levenshtein", "jaro_winkler", "jaro_winkler_similarity", "substr", "abs", "is", "in"}
    import re

    used = {name.lower() for sql in conditions for name in re.findall(r"(\w+)\(", sql)}
    assert used <= functions


def test_a_trained_model_is_saved_and_read_by_splink_itself(
    small: LinkedFiles, duplicates: tuple[pd.DataFrame, Linkage]
) -> None:
    from splink import DuckDBAPI, Linker

    _both, found = duplicates
    db = DuckDBAPI()
    again = Linker(db.register(prepare(small.register), dataset_display_name="register"), found.model)
    pairs = again.inference.predict(threshold_match_probability=0.5, warning_mode="never")
    weights = pairs.as_pandas_dataframe()["match_weight"]
    assert all(math.isfinite(w) and match_probability(w) >= 0.5 for w in weights)
