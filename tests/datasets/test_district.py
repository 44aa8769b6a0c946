"""The invented district: tables that agree, and rules that hold."""

from __future__ import annotations

import pandas as pd
import pytest

from bordercourse.datasets import (
    District,
    make_district,
    make_facility_births,
    make_process_log,
    make_register,
)
from bordercourse.datasets.makers.births import CUTOFF, IMPROVEMENTS, LIMIT_DAYS
from bordercourse.errors import InputError


@pytest.fixture(scope="module")
def district() -> District:
    return make_district()


def test_the_tables_are_of_the_same_births(district: District) -> None:
    births = district.births.set_index("birth_id")
    assert births.index.is_unique
    assert set(district.register["birth_id"]) == set(births.index[births["registered"]])
    assert set(district.facility_births["birth_id"]) == set(births.index[births["on_health_list"]])
    assert set(district.process_log["birth_id"]) == set(births.index[births["came_to_counter"]])
    entered = district.process_log.query("step == 'register'").set_index("birth_id")["time"]
    register = district.register.set_index("birth_id")["registered_on"]
    assert entered.sort_index().tolist() == register.sort_index().tolist()
    for one in (make_register, make_facility_births, make_process_log):
        assert one(40, 3).columns.tolist()
    pd.testing.assert_frame_equal(make_register(40, 3), make_district(40, 3).register)


def test_nothing_happens_before_its_birth_or_after_the_cutoff(district: District) -> None:
    births = district.births.set_index("birth_id")["born"]
    log = district.process_log
    assert (log["time"] >= log["birth_id"].map(births)).all()
    assert log["time"].max() <= pd.Timestamp(CUTOFF)
    assert (log.groupby("case")["time"].diff().dropna() >= pd.Timedelta(0)).all()


def test_a_late_fee_is_asked_after_the_limit_and_only_then(district: District) -> None:
    log = district.process_log.merge(district.births[["birth_id", "born"]], on="birth_id")
    days = (log["time"] - log["born"]).dt.days
    assert (days[log["step"] == "late fee asked"] > LIMIT_DAYS).all()
    checked_late = set(log.loc[(log["step"] == "check") & (days > LIMIT_DAYS + 14), "case"])
    assert checked_late <= set(log.loc[log["step"] == "late fee paid", "case"])


def test_no_improvement_loses_a_child(district: District) -> None:
    births = district.births
    for name in IMPROVEMENTS:
        assert not (births["registered"] & ~births[f"with_{name}"]).any(), name
        assert not (births[f"with_{name}"] & ~births["with_all"]).any(), name


def test_each_improvement_reaches_only_whom_it_can(district: District) -> None:
    births = district.births
    gained = {name: births[births[f"with_{name}"] & ~births["registered"]] for name in IMPROVEMENTS}
    assert (gained["brigade"]["km_to_registry"] > 15).all()
    assert gained["notification"]["on_health_list"].all()
    assert (gained["signature"]["father"] != "shows papers").all()
    assert gained["waiver"]["came_to_counter"].all()


def test_the_lists_are_dependent_and_the_dates_heaped(district: District) -> None:
    births, register = district.births, district.register
    share = births.groupby("on_health_list")["registered"].mean()
    assert share[True] > share[False] + 0.1
    moved = register.merge(births, on="birth_id", suffixes=("_entry", "")).query("born_entry != born")
    assert len(moved) > 0
    assert set(moved["born_entry"].dt.day) == {1, 15}
    names = district.facility_births.merge(register, on="birth_id", suffixes=("_nurse", "_clerk"))
    different = (names["mother_name_nurse"] != names["mother_name_clerk"]).mean()
    assert 0.1 < different < 0.25


def test_no_rule_depends_on_the_sex_of_the_child() -> None:
    large = make_district(8000, 11).births
    share = large.groupby("sex")[["registered", *(f"with_{name}" for name in IMPROVEMENTS)]].mean()
    # Four standard errors of a difference between two halves of 8,000.
    assert (share.loc["girl"] - share.loc["boy"]).abs().max() < 4 * 0.5 * (2 / 4000) ** 0.5


@pytest.mark.parametrize("n", [0, -1, True, 1.5, "10"])
def test_impossible_size_is_refused_by_name(n: object) -> None:
    with pytest.raises(InputError, match="^n: "):
        make_district(n)  # type: ignore[arg-type]
