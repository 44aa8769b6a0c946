"""Logs that are damaged or hostile, the four rules, and the week with its three misused accounts."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse import datasets
from bordercourse.authoring.synthetic_tables import CHECKOUT
from bordercourse.errors import InputError
from bordercourse.resilience import (
    Alarms,
    LogReading,
    check_switched_off,
    count_alarms,
    failed_bursts,
    impossible_travel,
    night_exports,
    read_logs,
)

GOOD = (
    '<86>1 2026-03-02T08:00:00+07:00 h border - LOGIN [u@32473 account="k1" place="A" result="ok"] login ok'
)


def line(event: str, time: str, **parameters: object) -> str:
    inside = " ".join(f'{name}="{value}"' for name, value in parameters.items())
    return f"<86>1 2026-03-{time}:00+07:00 h border - {event} [u@32473 {inside}]"


# --- reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (GOOD[:31], "begin"),
        (GOOD.replace("<86>", "<192>"), "191"),
        (GOOD.replace("<86>", "<086>"), "begin"),
        (GOOD.replace("2026-03-02T08:00:00+07:00", "-"), "no time"),
        (GOOD.replace("+07:00", ""), "no time"),
        (GOOD.replace("2026-03-02", "2026-02-30"), "no time"),
        (GOOD.replace('result="ok"]', 'result="ok"'), "structured"),
        (GOOD.replace('result="ok"', 'result="o]k"'), "structured"),
        (GOOD.replace('result="ok"', 'place="B"'), "twice"),
        (GOOD.replace("[u@32473", "u@32473"), "structured"),
        (GOOD + "x" * 70_000, "characters"),
        ('{"time": "2026-03-02T08:00:00Z", "account": {"a": 1}}', "account"),
        ('{"account": "k1"}', "no time"),
        ("{", "JSON"),
        ('{"a":' * 9_000, "JSON"),
        ("[]", "begin"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_read(bad: str, why: str) -> None:
    reading = read_logs([GOOD, bad, GOOD])
    assert len(reading.table) == 2
    assert list(reading.refused["line"]) == [2]
    assert why in reading.refused["why"][0]


@given(st.text())
def test_no_text_makes_the_reader_raise(text: str) -> None:
    reading = read_logs(text)
    assert len(reading.table) + len(reading.refused) <= text.count("\n") + 1


@given(st.integers(0, len(GOOD) - 1), st.characters(exclude_characters="\n"))
def test_no_change_of_a_good_line_makes_the_reader_raise(at: int, other: str) -> None:
    reading = read_logs(GOOD[:at] + other + GOOD[at + 1 :])
    assert len(reading.table) + len(reading.refused) in (0, 1)


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])))
def test_a_value_comes_back_as_it_was_written(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
    table = read_logs([line("X", "02T08:00", account=escaped)]).table
    assert table["account"][0] == value


def test_a_backslash_before_any_other_sign_stays_as_it_is() -> None:
    """RFC 5424, section 6.3.3."""
    assert read_logs([line("X", "02T08:00", path=r"C:\new")]).table["path"][0] == r"C:\new"


def test_a_parameter_does_not_take_the_place_of_the_header() -> None:
    table = read_logs([GOOD.replace('account="k1"', 'host="forged" time="1999"')]).table
    assert table["host"][0] == "h"
    assert table["param.host"][0] == "forged"
    assert table["time"][0].year == 2026


def test_json_lines_are_read_beside_the_others() -> None:
    one = {"time": "2026-03-02T09:00:00+07:00", "event": "LOGIN", "account": "k2", "rows": 5, "line": "x"}
    table = read_logs([GOOD, json.dumps(one)]).table
    assert list(table["account"]) == ["k1", "k2"]
    assert table["rows"][1] == "5"
    assert table["param.line"][1] == "x"


def test_a_log_with_endless_names_of_parameters_does_not_fill_the_memory() -> None:
    reading = read_logs([line("X", "02T08:00", **{f"p{i}": 1}) for i in range(300)])
    assert reading.table.shape[1] < 120
    assert len(reading.refused) == 200


def test_neither_text_nor_lines_is_refused() -> None:
    with pytest.raises(InputError, match="lines"):
        read_logs(7)  # type: ignore[arg-type]


def test_an_empty_log_has_no_alarms() -> None:
    empty = read_logs("")
    assert empty.table.empty
    for rule in (night_exports, failed_bursts, check_switched_off):
        assert len(rule(empty).table) == 0
    assert len(impossible_travel(empty, {}).table) == 0


def test_halves_of_characters_and_years_at_the_ends_of_time_are_read_or_told() -> None:
    half = json.dumps({"time": "2026-03-02T09:00:00Z", "account": "k\ud800", "\udc00": "x"})
    reading = read_logs([half, GOOD.replace("2026", "0001"), GOOD.replace("2026", "9999"), GOOD])
    reading.table.to_html().encode()
    assert len(reading.table) + len(reading.refused) == 4
    assert str(reading)


hostile = st.text(st.characters(exclude_characters='\n\r"\\]', exclude_categories=["Cs"]), max_size=12)
number = st.sampled_from(["1e4", "inf", "-inf", "nan", "1" * 400, "4000.5", "-1", "", "0x10"])


@given(
    st.lists(
        st.tuples(st.sampled_from(["LOGIN", "EXPORT", "SETTING"]), hostile, number | hostile), max_size=12
    )
)
def test_no_value_in_a_log_makes_a_rule_raise(rows: list[tuple[str, str, str]]) -> None:
    lines = [
        line(
            event,
            f"02T{i:02}:30",
            account=who,
            place="A",
            source=who,
            rows=what,
            check="revocation",
            value="off" if i % 2 else what,
            change=what,
            result="failed" if i % 3 else what,
        )
        for i, (event, who, what) in enumerate(rows)
    ]
    log = read_logs(lines)
    for alarms in rung(log, {"A": (0, 0)}):
        assert str(alarms)
        assert len(alarms.table) <= len(lines)


# --- the rules at their edges -------------------------------------------------------------------------


def logins(*rows: tuple[str, str], result: str = "ok") -> LogReading:
    return read_logs([line("LOGIN", t, account="k1", place=p, result=result, source="s") for t, p in rows])


def test_travel_at_the_limit_does_not_ring_and_just_above_does() -> None:
    places = {"A": (0, 0), "B": (150, 200)}  # 250 km
    assert not impossible_travel(logins(("02T08:00", "A"), ("02T09:00", "B")), places).accounts
    assert impossible_travel(logins(("02T08:00", "A"), ("02T08:59", "B")), places).accounts == ("k1",)
    assert not impossible_travel(logins(("02T08:00", "A"), ("02T08:00", "A")), places).accounts
    assert not impossible_travel(
        logins(("02T08:00", "A"), ("02T08:01", "B"), result="failed"), places
    ).accounts
    with pytest.raises(InputError, match="B"):
        impossible_travel(logins(("02T08:00", "B")), {"A": (0, 0)})


def test_travel_counts_real_time_across_zones() -> None:
    late = logins(("02T08:00", "A")).table, '"B"'
    one = line("LOGIN", "02T08:00", account="k1", place="A", result="ok")
    other = one.replace('"A"', late[1]).replace("08:00:00+07:00", "09:30:00+09:00")  # half an hour before
    assert impossible_travel(read_logs([one, other]), {"A": (0, 0), "B": (300, 0)}).accounts == ("k1",)


@pytest.mark.parametrize(
    ("time", "rows", "rings"),
    [
        ("02T21:59", 1000, False),
        ("02T22:00", 1000, True),
        ("02T04:59", 1000, True),
        ("02T05:00", 1000, False),
        ("02T23:00", 999, False),
        ("02T23:00", "many", False),
    ],
)
def test_a_night_has_a_beginning_and_an_end(time: str, rows: object, rings: bool) -> None:
    log = read_logs([line("EXPORT", time, account="k1", place="A", rows=rows)])
    assert bool(night_exports(log).accounts) is rings


def test_a_burst_is_ten_in_ten_minutes() -> None:
    ten = [(f"02T08:{m:02}", "A") for m in range(10)]
    assert failed_bursts(logins(*ten, result="failed")).table["why"][0] == "10 failed logins"
    assert not failed_bursts(logins(*ten[:9], result="failed")).accounts
    slow = [(f"02T{8 + m // 30:02}:{2 * m % 60:02}", "A") for m in range(40)]
    assert not failed_bursts(logins(*slow, result="failed")).accounts
    two = ten + [(f"02T14:{m:02}", "A") for m in range(10)]
    assert len(failed_bursts(logins(*two, result="failed")).table) == 2


def test_one_password_on_many_names_is_seen_by_its_address_alone() -> None:
    tries = [
        line("LOGIN", f"02T03:{m:02}", account=f"k{m}", place="A", result="failed", source="203.0.113.9")
        for m in range(12)
    ]
    log = read_logs(tries)
    assert not failed_bursts(log, minutes=15).accounts
    assert failed_bursts(log, minutes=15, by="source").accounts == ("203.0.113.9",)


def switched(*rows: tuple[str, str, str]) -> LogReading:
    made = []
    for time, value, change in rows:
        number = {"change": change} if change else {}
        made.append(line("SETTING", time, account="t1", place="A", check="revocation", value=value, **number))
    return read_logs(made)


def test_a_check_that_is_off() -> None:
    assert not check_switched_off(switched(("02T08:00", "off", "C-1"), ("02T09:00", "on", "C-1"))).accounts
    assert check_switched_off(switched(("02T08:00", "off", "C-1"), ("02T09:01", "on", "C-1"))).accounts
    assert check_switched_off(switched(("02T08:00", "off", " "), ("02T08:01", "on", ""))).accounts
    twice = switched(("02T08:00", "off", "C-1"), ("02T08:50", "off", "C-2"), ("02T09:10", "on", ""))
    assert check_switched_off(twice).table["why"][0].startswith("off for 70 minutes")


def test_a_check_that_is_still_off_when_the_log_ends() -> None:
    log = read_logs(
        [
            line(
                "SETTING", "02T08:00", account="t1", place="A", check="revocation", value="off", change="C-1"
            ),
            line("LOGIN", "02T12:00", account="k1", place="A", result="ok"),
        ]
    )
    assert check_switched_off(log).table["why"][0] == "off for 240 minutes, change C-1"


# --- the week -----------------------------------------------------------------------------------------

# Alarms and false ones of each rule, counted in the two weeks.
COUNTED = {10: [(7, 5), (17, 16), (9, 8), (3, 2)], 23: [(5, 4), (17, 16), (9, 8), (3, 2)]}


def rung(log: LogReading, places: dict[str, Any]) -> list[Alarms]:
    return [impossible_travel(log, places), night_exports(log), failed_bursts(log), check_switched_off(log)]


def week(prefix: str) -> tuple[LogReading, pd.DataFrame, dict[str, Any]]:
    """Return a stored week, its accounts with what the questions showed, and the map."""
    log = read_logs(datasets.load(f"{prefix}_border_log")["line"])
    maker = datasets.describe(f"{prefix}_border_log").maker
    assert maker is not None
    key = tomllib.loads((CHECKOUT / maker.key).read_text(encoding="utf-8")) if maker.key else {}
    accounts = datasets.make_border_week(**maker.arguments, **key).accounts
    places = datasets.load("utopia_border_places")
    return log, accounts, {p: (e, n) for p, e, n in places.itertuples(index=False)}


@pytest.mark.parametrize(("prefix", "seed"), [("utopia", 10), ("casebook", 23)])
def test_the_three_misused_accounts_are_found_and_the_false_alarms_are_counted(
    prefix: str, seed: int
) -> None:
    log, accounts, places = week(prefix)
    assert len(log.refused) == 3
    misused = list(accounts.loc[accounts["misused"], "account"])
    assert len(misused) == 3
    count = count_alarms(rung(log, places), misused)
    assert count.missed == ()
    assert list(zip(count.table["alarms"], count.table["false"], strict=True)) == COUNTED[seed]
    assert count.asked == 16


@pytest.mark.parametrize("prefix", ["utopia", "casebook"])
def test_every_alarm_has_an_answer_and_every_answer_an_alarm(prefix: str) -> None:
    log, accounts, places = week(prefix)
    asked = {account for alarms in rung(log, places) for account in alarms.accounts}
    answered = set(accounts.loc[accounts["answer"] != "", "account"])
    assert asked == answered


@pytest.mark.parametrize("prefix", ["utopia", "casebook"])
def test_no_owner_of_a_misused_account_is_blamed(prefix: str) -> None:
    _log, accounts, _places = week(prefix)
    for answer in accounts.loc[accounts["misused"], "answer"]:
        assert "The owner was" in answer


def test_no_rule_finds_all_three() -> None:
    log, accounts, places = week("utopia")
    misused = set(accounts.loc[accounts["misused"], "account"])
    for alarms in rung(log, places):
        assert len(misused & set(alarms.accounts)) == 1
