"""Preparing files: every value is read or counted, and a file that is mostly unread is refused."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bordercourse.datasets import make_linked_files
from bordercourse.errors import CourseWarning, InputError
from bordercourse.identity import (
    inclusion_audit,
    link,
    linkage_errors,
    pairs_that_agree,
    prepare,
    reading_report,
)


def records(**columns: Any) -> pd.DataFrame:
    """A file in which only the named columns matter; the others are alike."""
    size = max(len(values) for values in columns.values() if not isinstance(values, str))
    plain: dict[str, Any] = {
        "record_id": [f"R{i}" for i in range(size)],
        "given_name": ["Lan"] * size,
        "family_name": [None] * size,
        "sex": ["F"] * size,
        "birth_date": ["4/5/1987"] * size,
    }
    return pd.DataFrame(plain | columns)


@pytest.fixture
def no_warning() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize(
    "dates",
    [
        [dt.date(1999, 12, 31)] * 2,
        [dt.datetime(1999, 12, 31)] * 2,
        pd.to_datetime(["1999-12-31"] * 2),
        np.array(["1999-12-31"] * 2, dtype="datetime64[D]"),
        ["19991231", "31 Dec 1999"],
        [19991231, 19991231],
        ["31/12/1999 00:00:00", "1999-12-31T00:00:00"],
    ],
)
def test_dates_that_programs_write_are_read(dates: Any) -> None:
    assert prepare(records(birth_date=dates))["birth_date"].tolist() == ["1999-12-31"] * 2


@pytest.mark.usefixtures("no_warning")
def test_a_year_without_its_day_is_kept() -> None:
    prepared = prepare(records(birth_date=["00/00/1990", "1990-00-00", "1990", 1990, 1990.0, "00/03/1990"]))
    assert prepared["birth_year"].tolist() == ["1990"] * 6
    assert prepared["birth_date"].isna().all()
    years = prepare(records(birth_date=[1987.0, np.nan]))  # a column of years with a gap
    assert years["birth_year"].tolist()[0] == "1987"
    assert reading_report(years).table.set_index("column").loc["birth_date", "missing"] == 1


@pytest.mark.usefixtures("no_warning")
@pytest.mark.parametrize(
    ("written", "sex"),
    [
        (["female", "Female ", "F", "f.", "2", "02", 2, 2.0], "F"),
        (["perempuan", "nữ", "หญิง", "ស្រី", "Feminino", "أنثى"], "F"),
        (["male", "Male", "m", "1", 1, np.float64(1), "١"], "M"),
        (["laki-laki", "Nam", "ชาย", "ប្រុស", "masculino"], "M"),
        (["X", "x", "<", "9", 0, "unspecified", "Other", "", "-", None, "not stated"], None),
    ],
)
def test_sex_is_read_as_tables_write_it(written: list[object], sex: str | None) -> None:
    read = prepare(records(sex=pd.Series(written, dtype=object)))["sex"]
    assert [None if pd.isna(value) else value for value in read] == [sex] * len(written)


def test_m_beside_h_may_be_mulher() -> None:
    with pytest.raises(InputError, match="sex: the column has both H and M"):
        prepare(records(sex=["H", "M", "M"]))


@pytest.mark.usefixtures("no_warning")
def test_an_empty_text_is_no_value() -> None:
    prepared = prepare(records(place_of_birth=["", "  ", "-", "Port  Alma ", 12, 12.0, "n/a"]))
    places = [None if pd.isna(place) else place for place in prepared["place_of_birth"]]
    assert places == [None, None, None, "Port Alma", "12", "12", None]
    assert prepared["place_name"].tolist()[3] == "port alma"
    assert prepared["place_name"].isna().tolist() == [True] * 3 + [False] + [True] * 3  # a code is no name
    names = prepare(records(given_name=["Lan", "", "—", " . "], mother_name=["", None, "n/a", "Hoa"]))
    assert names["given_key"].isna().tolist() == [False, True, True, True]
    assert names["mother_key"].isna().tolist() == [True, True, True, False]
    zero = prepare(records(birth_date=["00/00/0000", "0000-00-00", "-", " "]))
    assert zero["birth_year"].isna().all()


def test_what_is_not_read_is_counted_with_the_first_example() -> None:
    dates = ["4/5/1987"] * 30
    dates[7], dates[11] = "in the year of the flood", "31/2/1990"
    with pytest.warns(CourseWarning, match="birth_date: 2 of 30 values not read") as caught:
        prepared = prepare(records(birth_date=dates))
    assert {one.filename for one in caught if one.category is CourseWarning} == {__file__}
    assert len(prepared) == 30  # no one is lost for it
    (loss,) = reading_report(prepared).losses
    assert (loss.column, loss.values, loss.not_read, loss.record_id) == ("birth_date", 30, 2, "R7")
    assert loss.example == "'in the year of the flood'"
    assert loss.share == pytest.approx(2 / 30)
    assert "year of four digits" in str(reading_report(prepared))
    assert "flood" in reading_report(prepared)._repr_html_()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"birth_date": ["4/5/2530"] * 9 + ["4/5/1987"]}, "birth_date: 9 of 10.*looks like the Buddhist Era"),
        ({"birth_date": [31901, 31902]}, "birth_date: 2 of 2.*Excel"),
        ({"birth_date": [["4/5/1987"], "4/5/1987"]}, "birth_date: 1 of 2"),
        ({"sex": ["K", "F"]}, "sex: 1 of 2.*F, M or X"),
        ({"given_name": [12, "Lan"]}, "given_name: 1 of 2.*not a text"),
        ({"family_name": ["123", "Lan"]}, "family_name: 1 of 2.*no letter"),
        ({"birth_date": ["4/5/1987"] * 2, "calendar": ["lunar", None]}, "'lunar' is not a choice"),
        ({"birth_date": ["4/5/2530"] * 2, "calendar": ["buddhist"] * 2}, "no rule for the Buddhist Era"),
    ],
)
def test_a_column_that_is_mostly_unread_is_refused(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        prepare(records(**columns))
    share = float(str(error.value).split("most_unread=")[1].rstrip("."))
    with pytest.warns(CourseWarning):
        prepared = prepare(records(**columns), most_unread=share)
    assert reading_report(prepared).losses


@pytest.mark.usefixtures("no_warning")
def test_calendars_and_orders_are_said_in_the_file_or_in_the_call() -> None:
    thai = records(birth_date=["4/5/2530"], calendar=["Buddhist "], calendar_country=["th"])
    assert prepare(thai)["birth_date"].tolist() == ["1987-05-04"]
    american = records(birth_date=["5/4/1987", "12/31/1999"])
    assert prepare(american, date_order="mdy")["birth_date"].tolist() == ["1987-05-04", "1999-12-31"]
    khmer = records(birth_date=["29/2/2531", "4/5/2531"], calendar="buddhist", calendar_country="KH")
    assert prepare(khmer)["birth_date"].isna().tolist() == [False, True]  # near Visak Bochea the doubt stays


def test_an_id_that_is_blank_or_stands_twice_is_refused() -> None:
    for ids in (["a", " "], ["a", None], ["1", 1]):
        with pytest.raises(InputError, match="missing or stands twice"):
            prepare(records(given_name=["Lan", "Lan"]).assign(record_id=ids))


def test_link_tells_what_it_could_not_read() -> None:
    register, database = make_linked_files(300, seed=8)
    database.loc[5, "birth_date"] = "unreadable"
    with pytest.warns(CourseWarning, match="right: birth_date: 1 of 300") as caught:
        linkage = link(register, database)
    # Other warnings may be caught beside it, such as one of a collector that runs just then.
    assert [one.filename for one in caught if one.category is CourseWarning] == [__file__]
    assert "birth_date: 1 of 300 values not read" in str(linkage)
    assert [len(reading.losses) for reading in linkage.readings] == [0, 1]
    dates = pd.to_datetime(pd.Series(["1990-01-01"] * 300)) + pd.to_timedelta(np.arange(300), unit="D")
    prepared = prepare(register.assign(birth_date=dates, calendar=None))
    assert prepared["birth_date"].notna().all()


def test_a_proposal_about_a_record_of_no_file_is_not_left_out_in_silence() -> None:
    file = pd.DataFrame({"record_id": ["R1"], "true_person": ["a"], "sex": ["F"]})
    other = pd.DataFrame({"record_id": ["D1"], "true_person": ["a"]})
    swapped = pd.DataFrame({"left": ["D1"], "right": ["R1"]})
    with pytest.raises(
        InputError, match="1 pairs name a record that is not in the left file, the first 'D1'"
    ):
        linkage_errors(swapped, file, other)
    with pytest.raises(InputError, match="'R1' stands twice"):
        linkage_errors(swapped, pd.concat([file, file]), other)
    with pytest.raises(InputError, match="the column 'left' is missing"):
        inclusion_audit(other, file, by=["sex"])


def test_what_is_no_table_or_has_a_column_twice_is_named() -> None:
    for wrong in (None, [1, 2], {"record_id": ["a"]}):
        with pytest.raises(InputError, match="records: .* is not a DataFrame"):
            prepare(wrong)  # type: ignore[arg-type]
    rows = records(sex=["F"])
    with pytest.raises(InputError, match="the column 'sex' stands twice"):
        prepare(pd.concat([rows, rows[["sex"]]], axis=1))


def test_two_files_that_both_count_from_one_are_kept_apart() -> None:
    register, database = make_linked_files(300, seed=5, shared=0.8)
    numbers = [str(n) for n in range(300)]
    left, right = register.assign(record_id=numbers), database.assign(record_id=numbers)
    linkage = link(left, right)
    persons = linkage.persons()
    assert len(persons) == 600
    assert persons.groupby(["person", "file"]).size().max() == 1
    assert (persons.groupby("person").size() == 2).sum() == len(linkage.proposals())
    for _at, row in linkage.proposals().head(50).iterrows():
        explanation = linkage.explain(row["left"], row["right"])
        assert (explanation.left, explanation.right) == (row["left"], row["right"])
        assert explanation.weight == pytest.approx(row["weight"], abs=1e-6)


def test_two_empty_entries_agree_on_nothing() -> None:
    left = pd.DataFrame({"record_id": ["R1", "R2"], "place": ["", "Port Alma"]})
    right = pd.DataFrame({"record_id": ["D1", "D2"], "place": [" ", "Port Alma"]})
    assert pairs_that_agree(left, right, on=["place"]).values.tolist() == [["R2", "D2"]]
    linkable = records(place_of_birth=["", ""])
    pairs = pairs_that_agree(prepare(linkable), prepare(linkable), on=["place_of_birth"])
    assert pairs.empty
