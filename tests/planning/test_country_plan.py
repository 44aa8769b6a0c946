"""A plan: what is open in it is said line by line, evidence keeps its caution, and no file harms it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bordercourse import datasets
from bordercourse.errors import InputError
from bordercourse.lessons import action_plan
from bordercourse.planning import (
    FIELDS,
    CountryPlan,
    evidence_of,
    evidence_tables,
    indicators,
    open_points,
    read_plan,
    target_of,
)
from bordercourse.planning.plan_file import PlanFile
from tests.planning.test_checklist import GOOD

EXAMPLE = action_plan.example_plan()
WHOLE = replace(EXAMPLE, checked=GOOD)


def with_line(name: str, text: str) -> CountryPlan:
    return replace(WHOLE, lines={**WHOLE.lines, name: text})


def test_a_whole_plan_has_no_open_point_and_an_empty_one_names_each() -> None:
    assert open_points(WHOLE) == []
    assert len(open_points(CountryPlan())) == len(FIELDS) + 3  # evidence, indicator and checklist


def test_a_plan_whose_lines_are_filled_is_still_open_where_the_checklist_stops_it() -> None:
    first, second = open_points(EXAMPLE)
    assert first.startswith("Checklist, stop: Write down the one use")
    assert second.startswith("Checklist, mend: Ask women and men apart")
    some = replace(WHOLE, checked={"reveals": "no"})
    assert open_points(some) == ["Checklist: 9 questions have no answer yet."]


@pytest.mark.parametrize("name", FIELDS)
def test_each_line_that_is_missing_is_named(name: str) -> None:
    (point,) = open_points(with_line(name, " \n "))
    assert point.startswith(FIELDS[name].label)


@pytest.mark.parametrize("name", ["risk", "safeguard"])
@pytest.mark.parametrize(
    "text",
    ["none", "None.", "No risk!", "n/a", "N.A.", "-", "...", "\u200b", "\u2060", "0", "nobody", "no risks"],
)
def test_a_harm_cannot_be_waved_away(name: str, text: str) -> None:
    assert [p for p in open_points(with_line(name, text)) if p.startswith(FIELDS[name].label)]


@pytest.mark.parametrize(
    "text", ["ម្ដាយខ្លាច", "แม่กลัว", "Nobody asks her, so she is afraid", "No mother dares"]
)
def test_a_harm_in_any_script_is_read_as_written(text: str) -> None:
    assert open_points(with_line("risk", text)) == []


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("baseline", "about 50 percent", "begin with a number"),
        ("baseline", "inf", "begin with a number"),
        ("baseline", "75 of all", "Nothing would change"),
        ("baseline_date", "31.3.2027", "2027-03-31"),
        ("baseline_date", "2027-01-01", "before the plan"),
        ("goal_date", "2026-12-04", "after the plan"),
        ("first_step_date", "2026-12-19", "two weeks"),
        ("first_step_date", "2026-12-03", "two weeks"),
    ],
)
def test_numbers_and_days_that_do_not_fit_are_told(name: str, text: str, words: str) -> None:
    assert any(words in point for point in open_points(with_line(name, text)))


def test_digits_of_every_script_are_numbers() -> None:
    assert open_points(with_line("baseline", "៥០ ភាគរយ")) == open_points(with_line("baseline", "๕๐")) == []


def test_two_weeks_are_fourteen_days() -> None:
    assert open_points(with_line("first_step_date", "2026-12-18")) == []


@pytest.mark.parametrize(
    ("written", "later"),
    [((2026, 12, 4), (2027, 3, 4)), ((2026, 11, 30), (2027, 2, 28)), ((2027, 11, 30), (2028, 2, 29))],
)
def test_three_months_later(written: tuple[int, int, int], later: tuple[int, int, int]) -> None:
    assert CountryPlan(written=dt.date(*written)).follow_up == dt.date(*later)


@pytest.mark.parametrize("table", evidence_tables())
def test_every_table_of_evidence_has_a_caution_a_source_and_words(table: str) -> None:
    first, last = (evidence_of(table, row) for row in (0, len(datasets.load(table)) - 1))
    for one in (first, last):
        assert len(one.caution) > 40
        assert one.source
        assert one.title in evidence_tables().values()
        assert ": " in one.words


@pytest.mark.parametrize("table", evidence_tables())
def test_a_figure_is_quoted_once_in_the_words_of_its_source(table: str) -> None:
    for row in range(len(datasets.load(table))):
        assert "as the column unit says" not in evidence_of(table, row).words


def test_a_row_of_evidence_keeps_the_words_of_its_source() -> None:
    words = evidence_of("mozambique_health_posts", 1).words
    assert "75% (6095/8131)" in words
    assert "6,095" not in words


def test_no_invented_table_is_evidence() -> None:
    assert not [name for name in evidence_tables() if datasets.describe(name).synthetic]
    with pytest.raises(InputError, match="this table is no evidence"):
        evidence_of("utopia_border_log", 0)
    with pytest.raises(InputError, match="has no row 2"):
        evidence_of("identity_gender_gap", 2)


def test_every_indicator_of_the_table_has_its_words_and_most_their_target() -> None:
    assert len(indicators()) == 17
    lacking = {code for code in indicators() if not target_of(code)}
    assert lacking == {"11.5.1", "16.7.1"}  # the table holds these two without their target


def test_a_plan_is_read_back_as_it_was_written() -> None:
    assert read_plan(json.loads(json.dumps(WHOLE.stored()))).stored() == WHOLE.stored()


@pytest.mark.parametrize(
    "stored", [None, 3, "text", [], {}, {"format": 2, "lines": {}}, {"format": 1, "lines": 3}]
)
def test_what_is_no_plan_is_refused(stored: Any) -> None:
    with pytest.raises(InputError, match="holds no plan"):
        read_plan(stored)


def test_what_does_not_fit_in_a_file_is_left_out() -> None:
    plan = read_plan(
        {
            "format": 1,
            "lines": {"owner": "Post", "unknown": "x", "cost": 3, "risk": "y" * 50_000},
            "indicator": ["16.9.1"],
            "evidence": [["identity_gender_gap", 0], ["identity_gender_gap", 99], ["no", 0], 3, [], [{}, []]],
            "checked": {"reveals": "no", "origin": "perhaps", "sorted": ["no"], "strange": "yes"},
            "written": "yesterday",
        }
    )
    assert set(plan.lines) == {"owner", "risk"}
    assert plan.indicator == ""
    assert [one.row for one in plan.evidence] == [0]
    assert dict(plan.checked) == {"reveals": "no"}
    assert plan.written == dt.date.today()


# --- the file -----------------------------------------------------------------------------------


def test_a_plan_is_saved_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.json"
    file = PlanFile(path)
    assert (file.notice, file.may_save) == ("", True)
    file.save(WHOLE)
    assert PlanFile(path).plan.stored() == WHOLE.stored()
    assert [one.name for one in tmp_path.iterdir()] == ["my-plan.json"]


@pytest.mark.parametrize("data", [b"", b"{", b"\x00\xff", b'{"format": 1}', b"[" * 5000])
def test_a_file_that_holds_no_plan_is_kept_under_another_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "my-plan.json"
    path.write_bytes(data)
    file = PlanFile(path)
    file.save(WHOLE)
    assert "my-plan-damaged-1.json" in file.notice
    assert (tmp_path / "my-plan-damaged-1.json").read_bytes() == data
    assert PlanFile(path).plan.line("owner") == WHOLE.line("owner")


def test_what_cannot_be_opened_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "my-plan.json"
    path.mkdir()  # as a file that this person may not read
    file = PlanFile(path)
    assert "Nothing is saved over it" in file.notice
    file.save(WHOLE)
    assert path.is_dir()


def test_an_older_plan_is_put_aside_under_a_free_name(tmp_path: Path) -> None:
    file = PlanFile(tmp_path / "my-plan.json")
    for n in (1, 2):
        file.save(WHOLE)
        assert file.put_aside().name == f"my-plan-{n}.json"
    assert file.plan.stored()["lines"] == dict.fromkeys(FIELDS, "")


def test_half_a_letter_does_not_stop_the_saving(tmp_path: Path) -> None:
    file = PlanFile(tmp_path / "my-plan.json")
    file.save(with_line("owner", "Post \ud83d of Old Port"))
    assert PlanFile(tmp_path / "my-plan.json").plan.line("owner").endswith("of Old Port")
