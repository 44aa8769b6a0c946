"""Tables of a report: every count is that of the rows, totals stay, and Excel holds what the tables hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bordercourse.errors import CourseWarning, InputError
from bordercourse.registration import population_at, redistribute, vital_statistics, write_workbook


def register(n: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(7)
    born = pd.Timestamp("2022-01-01") + pd.to_timedelta(random.integers(0, 730, n), unit="D")
    lag = random.choice([5, 60, 500], n, p=[0.6, 0.3, 0.1])
    districts = pd.Series(random.choice(["North", "South", "=1+1", ""], n, p=[0.5, 0.3, 0.15, 0.05]))
    return pd.DataFrame({
        "born": born,
        "entered": born + pd.to_timedelta(lag, unit="D"),
        "sex": random.choice(["girl", "boy", "", "Unknown"], n, p=[0.46, 0.48, 0.03, 0.03]),
        "district": districts.replace("", None),
        "mother": pd.Series(random.integers(14, 48, n)).astype(float).where(random.random(n) < 0.9),
    })  # fmt: skip


ASKED: dict[str, Any] = {
    "event": "births",
    "year": 2023,
    "occurred": "born",
    "registered": "entered",
    "cutoff": "2024-12-31",
    "limit_days": 30,
    "sex": "sex",
    "place": "district",
}


def test_every_count_is_that_of_the_rows() -> None:
    births = register()
    found = vital_statistics(births, **ASKED, mothers_age="mother")
    there = births[births["entered"] <= "2024-12-31"]
    of_year = there[there["born"].dt.year == 2023]
    years = found.table("3.1")
    assert years.loc["all", "total"] == len(there)
    assert years.loc[2023, 2024] == (of_year["entered"].dt.year == 2024).sum()
    timing = found.table("3.2")
    days = (there["entered"] - there["born"]).dt.days
    assert timing.loc["all", "on time"] == (days <= 30).sum()
    assert timing.loc["all", "late"] == ((days > 30) & (days <= 365)).sum()
    assert timing.loc["all", "delayed"] == (days > 365).sum()
    assert timing.filter(like="%").sum(axis=1).to_numpy() == pytest.approx(100)
    assert found.table("4.1").loc["all", "total"] == len(of_year)
    ages = found.table("4.3")
    assert ages.loc["all"].tolist() == [len(of_year), len(of_year)]
    assert ages.loc["20 to 24", "registered"] == of_year["mother"].between(20, 24).sum()
    assert ages.loc["not stated", "registered"] == of_year["mother"].isna().sum()
    shown = found.table("3.4")
    assert shown.loc["all", "registered, not stated"] == of_year["sex"].isin(["", "Unknown"]).sum()


def test_counts_are_adjusted_with_their_interval() -> None:
    plain = vital_statistics(register(), **ASKED).table("4.1")
    place = pd.Series({"North": 0.9, "South": 0.5, "=1+1": 0.8})
    found = vital_statistics(
        register(),
        **ASKED,
        completeness=place,
        completeness_low=place - 0.1,
        completeness_high=place + 0.1,
    ).table("3.5")
    for (name, sex), row in found.drop(index=("all", "all")).iterrows():
        assert row["registered"] == plain.loc[name, sex]
        assert row["adjusted"] == pytest.approx(plain.loc[name, sex] / place[name], abs=1)
        assert row["low"] < row["adjusted"] < row["high"]
    whole = found.loc[("all", "all")]
    assert whole["adjusted"] == found["adjusted"].sum() - whole["adjusted"]
    by_sex = vital_statistics(register(), **ASKED, completeness=pd.Series({"girl": 0.5, "boy": 1.0}))
    rows = by_sex.table("3.5")
    assert rows.loc[("North", "girl"), "adjusted"] == 2 * rows.loc[("North", "girl"), "registered"]
    assert "low" not in rows
    both = pd.Series(
        [0.5, 0.8, 0.9, 1.0, 0.7, 0.6],
        index=pd.MultiIndex.from_product([["South", "North", "=1+1"], ["girl", "boy"]]),
    )
    cells = vital_statistics(register(), **ASKED, completeness=both).table("3.5")
    assert cells.loc[("South", "boy"), "completeness, %"] == pytest.approx(80)
    with pytest.raises(InputError, match="none for"):
        vital_statistics(register(), **ASKED, completeness=place[["North"]])
    with pytest.raises(InputError, match="which place"):
        vital_statistics(register(), **ASKED, completeness=[0.5, 0.6])


def test_the_workbook_holds_the_tables(tmp_path: Path) -> None:
    found = vital_statistics(register(), **ASKED, mothers_age="mother", completeness=0.8)
    path = write_workbook(
        found, tmp_path / "births.xlsx", country="Utopia", office="Registry", notes=["One."]
    )
    book = load_workbook(path)
    names = ["Table 3.1", "Table 3.2", "Table 3.4", "Table 3.5", "Table 4.1", "Table 4.3"]
    assert book.sheetnames == ["Contents", *names, "Notes"]
    assert [book["Contents"].cell(row, 1).value for row in range(4, 10)] == names
    sheet = book["Table 4.1"]
    assert sheet["A1"].value == "Table 4.1. Live births of 2023 by place of usual residence and sex"
    assert sheet["A2"].value == "Utopia, 2023"
    table = found.table("4.1")
    for row, (place, values) in enumerate(table.iterrows(), start=5):
        assert sheet.cell(row, 1).value == place
        assert [sheet.cell(row, column).value for column in range(2, 5)] == values.tolist()
    named = {sheet.cell(row, 1).value: sheet.cell(row, 1) for row in range(5, 9)}
    assert named["=1+1"].data_type == "s", "a place is a name and no formula"
    assert sheet.freeze_panes == "B5"
    assert sheet["B5"].number_format == "#,##0"
    texts = [cell.value for cell in sheet["A"] if cell.value]
    assert "Source: Registry." in texts
    assert "Register read on 2024-12-31." in texts
    assert "One." in [cell.value for cell in book["Notes"]["A"]]
    years = book["Table 3.1"]
    assert years["B4"].number_format == "General"  # 2,022 is no year
    for again in (path, "births.csv", tmp_path / "none" / "a.xlsx", 7):
        with pytest.raises(InputError, match="path"):
            write_workbook(found, again, country="Utopia", office="Registry")


def test_deaths_stand_in_chapter_five() -> None:
    found = vital_statistics(register(), **{**ASKED, "event": "deaths"})
    assert [one.number for one in found.tables] == ["3.1", "3.2", "3.4", "5.1"]
    assert str(found).startswith("Deaths of 2023 in 4 tables")
    assert len(found.plot().patches) == 3 * (len(found.table("3.2")) - 1)
    with pytest.raises(InputError, match="There are 3.1"):
        found.table("9")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"year": 1999}, "nothing is registered of 1999"),
        ({"limit_days": 400}, "not in order"),
        ({"cutoff": "2022-06-01"}, "after the cut-off"),
        ({"occurred": "entered", "registered": "born"}, "before their event"),
    ],
)
def test_what_is_no_report_is_said(change: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        vital_statistics(register().query("entered <= '2024-12-31'"), **{**ASKED, **change})


@given(st.lists(st.lists(st.integers(0, 500), min_size=3, max_size=3), min_size=3, max_size=3))
def test_redistribution_keeps_the_total_and_takes_from_nobody(counts: list[list[int]]) -> None:
    names = ["a", "b", "not stated"]
    table = pd.DataFrame(counts, index=names, columns=names)
    if table.loc[["a", "b"], ["a", "b"]].to_numpy().sum() == 0:
        with pytest.raises(InputError, match="nothing is stated"):
            redistribute(table)
        return
    result = redistribute(table)
    assert result.to_numpy().sum() == table.to_numpy().sum()
    assert (result >= table.loc[["a", "b"], ["a", "b"]]).all(axis=None)


def test_population_between_two_censuses() -> None:
    ages = pd.DataFrame({"sex": ["f", "m"], "age": [0, 0], "first": [100, 100], "second": [400, 50]})
    asked: dict[str, Any] = {
        "population": ("first", "second"), "dates": ("2000-01-01", "2010-01-01"), "by": "sex"
    }  # fmt: skip
    assert population_at(ages, **asked, on="2000-01-01")["population"].tolist() == [100, 100]
    assert population_at(ages, **asked, on="2010-01-01")["population"].to_numpy() == pytest.approx([400, 50])
    line = population_at(ages, **asked, on="2005-01-01", growth="linear")["population"]
    assert line.to_numpy() == pytest.approx([250, 75], rel=1e-3)
    with pytest.warns(CourseWarning, match="projection"):
        assert population_at(ages, **asked, on="2012-01-01")["population"][0] > 400
    with pytest.raises(InputError, match="outside the censuses"):
        population_at(ages, **asked, on="2030-01-01")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"completeness": 0.88, "completeness_low": 0.92, "completeness_high": 0.96},
            "completeness_low: it lies",
        ),
        (
            {"completeness": 0.88, "completeness_low": 0.8, "completeness_high": 0.86},
            "completeness_high: it lies",
        ),
        ({"completeness": 0.88, "completeness_low": 0.84}, "completeness_high: one end"),
        ({"completeness_low": 0.84, "completeness_high": 0.9}, "completeness: there is an interval"),
    ],
)
def test_an_interval_that_does_not_hold_its_estimate_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        vital_statistics(register(), **ASKED, **given)


def test_it_says_what_one_register_cannot_show() -> None:
    births = register()
    found = vital_statistics(births.replace({"sex": {"boy": "M"}}), **ASKED)
    assert not any("the column of sex" in note for note in found.notes)
    some = births["sex"].where(births["sex"] != "boy", ["M", "boy"] * 200)
    notes = "\n".join(vital_statistics(births.assign(sex=some), **ASKED).notes)
    assert "the column of sex has 3 values: M, boy, girl" in notes
    assert "no event before 2022" in notes
    assert "no event after 2023" in notes
