"""Every table of the course can be shown in words: no code, no row number, nothing lost."""

from __future__ import annotations

import pandas as pd
import pytest

from bordercourse import datasets
from bordercourse.errors import InputError


@pytest.mark.parametrize("name", datasets.names())
def test_every_table_reads_well(name: str) -> None:
    table = datasets.load(name)
    shown = datasets.readable(table)
    assert len(shown) == len(table)
    assert shown.shape[1] == table.shape[1], (
        f'{name}: two columns have one heading; give one of them a label = "..."'
    )
    for heading, column in zip(shown.columns, datasets.describe(name).columns, strict=True):
        assert "_" not in heading, f'{name}.{column.name}: give it a label = "..." for readers'
        assert shown[heading].isin([""]).sum() == table[column.name].isna().sum()
        if column.codes:
            assert set(shown[heading]) - {""} <= set(column.codes.values()) | set(table[column.name].dropna())
    html = shown.head(3)._repr_html_()
    assert "<th>0</th>" not in html
    assert ("no row is a real person" in html) == datasets.describe(name).synthetic


def test_chosen_columns_in_their_order() -> None:
    table = datasets.load("births_and_deaths")
    shown = datasets.readable(table.head(2), ["year", "country"])
    assert list(shown.columns) == ["Year", "Country"]
    assert shown["Year"].tolist() == [str(year) for year in table["year"].head(2)]


def test_a_strange_column_or_table_is_named() -> None:
    table = datasets.load("births_and_deaths")
    with pytest.raises(InputError, match="no column wealth"):
        datasets.readable(table, ["wealth"])
    with pytest.raises(InputError, match="does not know its data set"):
        datasets.readable(pd.DataFrame({"a": [1]}))


def test_a_year_bears_no_mark_of_thousands_and_no_unit_stands_twice() -> None:
    laws = datasets.readable(datasets.load("nationality_laws_mothers"), ["as_of", "countries"])
    assert list(laws) == ["Year of the note", "Countries whose law says no"]
    assert laws["Year of the note"].tolist() == ["2015", "2017", "2022", "2025"]
