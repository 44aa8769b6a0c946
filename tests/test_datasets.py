"""Every table is held to its record."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bordercourse import datasets
from bordercourse.errors import InputError

TABLES = Path(datasets.__file__).parent / "tables"


def test_every_table_has_a_record_and_every_record_a_table() -> None:
    assert {p.stem for p in TABLES.glob("*.csv")} == {p.stem for p in TABLES.glob("*.toml")} != set()


@pytest.mark.parametrize("name", datasets.names())
def test_table_fits_its_record(name: str) -> None:
    record, table = datasets.describe(name), datasets.load(name)
    assert list(table.columns) == [c.name for c in record.columns]
    assert len(table) > 0
    for text in (record.title, record.description, record.caution, record.licence):
        assert text.strip()
    assert record.sources
    for source in record.sources:
        assert all(vars(source).values()), source
    for column in record.columns:
        assert column.meaning.strip(), column.name
        values = table[column.name]
        if values.isna().any():
            assert column.missing, f"{name}.{column.name} has empty fields; say what they mean"
        if column.codes is not None:
            assert set(values.dropna().astype(str)) <= set(column.codes), column.name
        if column.kind == "date":
            assert pd.api.types.is_datetime64_any_dtype(values), column.name
        if column.kind in {"number", "integer"}:
            assert (
                column.unit
                or "year" in column.name
                or column.codes
                or column.name.endswith(("_id", "published"))
            ), f"{name}.{column.name}: give its unit"
    # A displayed synthetic table says so; a real one is never marked.
    assert ("no row is a real person" in repr(table)) is record.synthetic
    assert ("no row is a real person" in str(record)) is record.synthetic
    assert record.title in record._repr_html_()


def test_a_synthetic_table_still_says_so_after_filtering() -> None:
    frame = datasets.SyntheticFrame({"a": [1, 2], "b": [3, 4]})
    for view in (frame[frame["a"] > 1], frame[["a"]], frame.sort_values("a"), frame.copy()):
        assert "no row is a real person" in repr(view)
        assert "no row is a real person" in str(view._repr_html_())


def test_unknown_name_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'people_without_proof_of_identity'"):
        datasets.load("people_without_proof_of_identitty")
    with pytest.raises(InputError, match="name: None is not text"):
        datasets.describe(None)  # type: ignore[arg-type]


def test_the_quotation_is_marked_and_never_given_a_year() -> None:
    table = datasets.load("people_without_proof_of_identity")
    quoted = table[table["kind"] == "quotation"]
    assert quoted["people_millions"].tolist() == [1200]
    assert quoted["reference_year"].isna().all()


def test_describe_tells_the_codes_and_what_an_empty_field_says() -> None:
    record = datasets.describe("birth_registration_under5")
    for text in (str(record), record._repr_html_()):
        assert "total = all children; female = girls" in text
        assert "Empty: the compilation does not name the survey" in text
    # A code that is its own word is said once.
    assert "(girl; boy)" in str(datasets.describe("utopia_district_births"))
