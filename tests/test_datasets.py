"""Every table is held to its record."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bordercourse import datasets
from bordercourse.errors import InputError

TABLES = Path(datasets.__file__).parent / "tables"


def test_every_table_has_a_record_and_every_record_a_table() -> None:
    tables, records = ({p.stem for p in TABLES.glob(f"*.{kind}")} for kind in ("csv", "toml"))
    assert tables
    alone = sorted(tables ^ records)
    assert not alone, f"{alone}: give each table NAME.csv a record NAME.toml too, and the reverse"


@pytest.mark.parametrize("name", datasets.names())
def test_table_fits_its_record(name: str) -> None:
    record, table = datasets.describe(name), datasets.load(name)
    in_table, in_record = list(table.columns), [c.name for c in record.columns]
    assert in_table == in_record, (
        f"{name}.toml needs one [[columns]] for each column of {name}.csv, in the same order. "
        f"Not in the record: {[c for c in in_table if c not in in_record]}. "
        f"Not in the table: {[c for c in in_record if c not in in_table]}."
    )
    assert len(table) > 0
    assert isinstance(table.index, pd.RangeIndex), f"{name}.csv: a row has more fields than the heading"
    for key in ("title", "description", "caution", "licence"):
        assert getattr(record, key).strip(), f"{name}.toml: {key} is empty"
    assert record.sources, f"{name}.toml: say in [[sources]] where the figures were published"
    for source in record.sources:
        assert all(vars(source).values()), f"{name}.toml: a source has an empty line: {source}"
    for column in record.columns:
        assert column.meaning.strip(), f"{name}.{column.name}: say what it means"
        values = table[column.name]
        if values.isna().any():
            assert column.missing, (
                f'{name}.{column.name} has empty fields: say what they mean, missing = "..."'
            )
        if column.codes is not None:
            strange = set(values.dropna().astype(str)) - set(column.codes)
            assert not strange, f"{name}.{column.name}: codes has no word for {sorted(strange)}"
        if column.kind == "date":
            assert pd.api.types.is_datetime64_any_dtype(values), (
                f"{name}.{column.name}: write each day as 2025-06-02"
            )
        if column.kind in {"number", "integer"}:
            assert (
                column.unit
                or "year" in column.name
                or column.codes
                or column.name.endswith(("_id", "published"))
            ), f'{name}.{column.name}: give its unit, unit = "people"'
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
