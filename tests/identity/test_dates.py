"""Dates of birth in three calendars, and the slips that offices make."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from babel.dates import get_month_names
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.identity import (
    age_only,
    compare_dates,
    january_heaping,
    read_date,
    swap_day_and_month,
)


def test_orders_and_digits() -> None:
    day = dt.date(1987, 5, 4)
    for written in ("4/5/1987", "04.05.1987", "1987-05-04", "4 5 1987", "๔/๕/๑๙๘๗", "៤/៥/១៩៨៧", "٤/٥/١٩٨٧"):
        assert read_date(written).day == day
    assert read_date("5/4/1987", order="mdy").day == day


def test_missing_parts_stay_open() -> None:
    year = read_date("1987")
    assert (year.earliest, year.latest) == (dt.date(1987, 1, 1), dt.date(1987, 12, 31))
    month = read_date("2/1988")
    assert (month.earliest, month.latest) == (dt.date(1988, 2, 1), dt.date(1988, 2, 29))
    assert month.could_be(dt.date(1988, 2, 29))
    with pytest.raises(InputError, match="more than one day"):
        _ = month.day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("4/5/2530", dt.date(1987, 5, 4)),
        ("29/2/2543", dt.date(2000, 2, 29)),
        ("1/1/2484", dt.date(1941, 1, 1)),  # the first day of the new reckoning
        ("31/12/2483", dt.date(1940, 12, 31)),  # the day before it
        ("1/4/2483", dt.date(1940, 4, 1)),
        ("31/3/2482", dt.date(1940, 3, 31)),  # the day before 1 April 2483
        ("24/6/2475", dt.date(1932, 6, 24)),
        ("1/4/2456", dt.date(1913, 4, 1)),
    ],
)
def test_thai_years_on_both_sides_of_the_act_of_2483(written: str, day: dt.date) -> None:
    assert read_date(written, "buddhist", country="TH").day == day


def test_thai_days_follow_each_other_without_gap_or_overlap() -> None:
    """Every day from 1 April 1913 to 1950 is written once, and read back to itself."""
    day = dt.date(1913, 4, 1)
    while day < dt.date(1950, 1, 1):
        year = day.year + (542 if day < dt.date(1941, 1, 1) and day.month <= 3 else 543)
        assert read_date(f"{day.day}/{day.month}/{year}", "buddhist", country="TH").day == day
        day += dt.timedelta(days=17)


def test_the_short_year_and_older_years_are_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match="had no January, February or March"):
        read_date("15/2/2483", "buddhist", country="TH")
    with pytest.raises(InputError, match="before 1 April B.E. 2456"):
        read_date("15/2/2455", "buddhist", country="TH")
    whole = read_date("2483", "buddhist", country="TH")
    assert (whole.earliest, whole.latest) == (dt.date(1940, 4, 1), dt.date(1940, 12, 31))
    whole = read_date("2470", "buddhist", country="TH")
    assert (whole.earliest, whole.latest) == (dt.date(1927, 4, 1), dt.date(1928, 3, 31))


# The Khmer number of the year on a day, from the library momentkh 2.5.5 (MIT), run on 28 November 2026, with
# Visak Bochea of that year. Of 2013 and 2020 to 2023 it gives the days that Cambodia printed as holidays.
KHMER_YEARS = [
    ("1932-05-12", 2475, "1932-05-19"),
    ("1941-10-04", 2485, "1941-05-10"),
    ("1953-05-27", 2497, "1953-04-27"),
    ("1957-01-09", 2500, "1957-05-13"),
    ("1964-05-28", 2508, "1964-04-26"),
    ("1972-01-18", 2515, "1972-04-27"),
    ("1972-09-12", 2516, "1972-04-27"),
    ("1976-07-15", 2520, "1976-05-13"),
    ("1996-05-19", 2540, "1996-05-02"),
    ("2001-04-04", 2544, "2001-05-07"),
    ("2014-03-12", 2557, "2014-05-13"),
    ("2014-05-19", 2558, "2014-05-13"),
    ("2015-01-22", 2558, "2015-05-02"),
    ("2015-06-22", 2559, "2015-05-02"),
]
VISAK_BOCHEA = ("2013-05-24", "2020-05-06", "2021-04-26", "2022-05-15", "2023-05-04")


@pytest.mark.parametrize(("iso", "year", "change"), KHMER_YEARS)
def test_the_khmer_year_as_a_converter_gives_it(iso: str, year: int, change: str) -> None:
    day = dt.date.fromisoformat(iso)
    date = read_date(f"{day.day}/{day.month}/{year}", "buddhist", country="KH")
    assert date.could_be(day)
    near = (4, 13) <= (day.month, day.day) <= (5, 25)
    assert date.exact == (not near)
    assert "Visak Bochea" in str(date)
    assert dt.date.fromisoformat(change).replace(year=2000) < dt.date(2000, 5, 25)


def test_two_years_are_possible_only_near_visak_bochea() -> None:
    """The day before and the day after the holiday bear two numbers; both can mean that day."""
    for iso in VISAK_BOCHEA:
        holiday = dt.date.fromisoformat(iso)
        after = holiday + dt.timedelta(1)
        for day, offset in ((holiday, 543), (after, 544)):
            date = read_date(f"{day.day}/{day.month}/{day.year + offset}", "buddhist", country="KH")
            assert date.could_be(day)
            assert len(date.possible) == 2
    both = read_date("12/5/2543", "buddhist", country="KH")  # Visak Bochea: 29 April 1999 and 17 May 2000
    assert both.possible == ((dt.date(1999, 5, 12),) * 2, (dt.date(2000, 5, 12),) * 2)
    assert "both years are possible" in str(both)


@pytest.mark.parametrize(
    ("written", "possible"),
    [
        ("29/2/2555", [("2012-02-29", "2012-02-29")]),
        ("10/12/2569", [("2025-12-10", "2025-12-10")]),
        ("2/2555", [("2012-02-01", "2012-02-29")]),
        ("5/2555", [("2011-05-01", "2011-05-31"), ("2012-05-01", "2012-05-25")]),
        ("2555", [("2011-04-13", "2012-05-25")]),
    ],
)
def test_a_khmer_year_runs_from_one_spring_to_the_next(written: str, possible: list[tuple[str, str]]) -> None:
    date = read_date(written, "buddhist", country="KH")
    assert [(first.isoformat(), last.isoformat()) for first, last in date.possible] == possible


def test_a_day_that_no_khmer_year_has_is_refused() -> None:
    with pytest.raises(InputError, match="day 29 of month 2 does not exist in 2011"):
        read_date("29/2/2554", "buddhist", country="KH")


def test_the_buddhist_era_needs_a_country_with_a_known_rule() -> None:
    for country in (None, "LA"):
        with pytest.raises(InputError, match="country: "):
            read_date("4/5/2530", "buddhist", country=country)


@pytest.mark.parametrize(
    ("written", "printed"),
    [("1/9/1445", dt.date(2024, 3, 11)), ("1/1/1400", dt.date(1979, 11, 20))],
)
def test_hijri_by_the_umm_al_qura_tables(written: str, printed: dt.date) -> None:
    date = read_date(written, "hijri")
    assert date.calculated == printed
    assert (date.earliest, date.latest) == (printed - dt.timedelta(1), printed + dt.timedelta(1))


def test_hijri_outside_the_tables_is_refused() -> None:
    with pytest.raises(InputError, match="1343 to 1500"):
        read_date("1/1/1342", "hijri")
    with pytest.raises(InputError, match="does not exist"):
        read_date("30/1/1445", "hijri")


# The day of the law, and ends of leap years (1399, 1403); two more libraries (jdatetime 6.1, convertdate 2.5)
# give the same first day of every year from 1304 to 1500.
@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("11/1/1304", dt.date(1925, 3, 31)),  # the day of the law
        ("1375/01/01", dt.date(1996, 3, 20)),
        ("30 Esfand 1399", dt.date(2021, 3, 20)),
        ("۱ فروردین ۱۴۰۰", dt.date(2021, 3, 21)),
        ("30/12/1403", dt.date(2025, 3, 20)),
        ("14 Ordibehesht 1366", dt.date(1987, 5, 4)),
    ],
)
def test_persian_dates(written: str, day: dt.date) -> None:
    assert read_date(written, "persian").day == day


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("30/12/1400", "does not exist in 1400"),
        ("1/13/1400", "month 13"),
        ("1/1/1303", "law in Iran since 1304"),
    ],
)
def test_what_is_no_persian_date_is_refused(written: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_date(written, "persian")


def test_a_persian_year_or_month_without_its_day_stays_open() -> None:
    year, month = read_date("1399", "persian"), read_date("00/12/1399", "persian")
    assert (year.earliest, year.latest) == (dt.date(2020, 3, 20), dt.date(2021, 3, 20))
    assert (month.earliest, month.latest) == (dt.date(2021, 2, 19), dt.date(2021, 3, 20))


@pytest.mark.parametrize(
    "written",
    [
        "24 December 1976", "December 24, 1976", "24-DEC-1976", "24th of Dec. 1976", "1976 Dec 24",
        "24 Desember 1976", "24hb Disember 1976", "ngày 24 tháng 12 năm 1976", "24 de dezembro de 1976",
        "ថ្ងៃទី២៤ ខែធ្នូ ឆ្នាំ១៩៧៦", "ថ្ងៃទី២៤ខែធ្នូឆ្នាំ១៩៧៦", "24 ธันวาคม ค.ศ. 1976", "24 ธ.ค. 1976", "24 ธค 1976",
        "24 ທັນວາ 1976", "24 ဒီဇင်ဘာ 1976", "٢٤ ديسمبر ١٩٧٦", "24 كانون الأول 1976", "1976年12月24日",
        "19761224", "1976-12-24 00:00:00", "1976-12-24T00:00:00.000Z", "24/12/1976 12:00 AM",
        "1976-12-24T00:00+07:00", "24/12/1976 14:30", "\u200e24/12/1976\u200e",
        dt.date(1976, 12, 24), dt.datetime(1976, 12, 24, 3, 5), pd.Timestamp("1976-12-24"),
        pd.Timestamp("1976-12-24", tz="Asia/Bangkok"), np.datetime64("1976-12-24"), 19761224,
        np.int64(19761224),
    ],
)  # fmt: skip
def test_one_day_in_all_the_ways_it_is_written(written: object) -> None:
    assert read_date(written).day == dt.date(1976, 12, 24)


def test_months_by_name_belong_to_their_calendar() -> None:
    assert read_date("24 ธันวาคม พ.ศ. 2519", "buddhist", country="TH").day == dt.date(1976, 12, 24)
    assert read_date("1 Syawal 1445", "hijri").calculated == dt.date(2024, 4, 10)
    assert read_date("١ رمضان ١٤٤٥", "hijri").calculated == dt.date(2024, 3, 11)
    for calendar in ("gregorian", "persian"):
        with pytest.raises(InputError, match="not a date"):
            read_date("1 Ramadan 1445", calendar)


def test_every_name_of_a_month_is_read_as_that_month() -> None:
    for language in ("en", "id", "ms", "km", "th", "lo", "my", "pt", "ar", "ar_IQ"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                assert read_date(f"7 {name} 1990").day == dt.date(1990, number, 7), (language, name)


@pytest.mark.parametrize("unknown", ["00", "0", "xx", "XX", "??", "--", "__"])
def test_a_part_that_is_not_known_stays_open(unknown: str) -> None:
    month = read_date(f"{unknown}/05/1987")
    assert (month.earliest, month.latest) == (dt.date(1987, 5, 1), dt.date(1987, 5, 31))
    year = read_date(f"{unknown}/{unknown}/1987")
    assert (year.earliest, year.latest) == (dt.date(1987, 1, 1), dt.date(1987, 12, 31))


@pytest.mark.parametrize(
    ("written", "calendar", "days"),
    [
        ("1990-00-00", "gregorian", 365),
        ("19900700", "gregorian", 31),
        ("0 July 1990", "gregorian", 31),
        ("12/00/1990", "gregorian", 365),  # a day without its month says nothing
        ("0/9/1445", "hijri", 30 + 2),  # and a day before and after, where the moon is sighted
    ],
)
def test_zero_is_no_day(written: str, calendar: str, days: int) -> None:
    date = read_date(written, calendar)
    assert (date.latest - date.earliest).days + 1 == days


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("4/5/2530", "looks like the Buddhist Era"),
        ("4/5/1409", "looks like a Hijri year"),
        ("31/4/1990", "does not exist"),
        ("4/5/87", "year of four digits"),
        ("4 May 87", "year of four digits"),
        ("4 4 May 1987", "not a date"),
        ("4 May June 1987", "not a date"),
        ("", "not a date"),
        ("123/4/1987", "not a date"),
        ("¼/1987", "not a date"),
        ("0000-05-04", "0 is not a year"),
        ("1987-05-03T17:00:00Z", "time zone"),
        (pd.Timestamp("1987-05-03 17:00", tz="UTC"), "time zone"),
        (31901, "number that Excel keeps"),
        ("31901", "number that Excel keeps"),
        (pd.NaT, "no date"),
        (None, "as a text"),
        (True, "as a text"),
    ],
)
def test_a_wrong_date_says_what_to_do(written: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_date(written)


@settings(max_examples=200, deadline=None)
@given(
    st.text("0123456789/-. ๔٣¼abcมขธ.ค:TZ?xMay", max_size=16),
    st.sampled_from(["gregorian", "buddhist", "hijri", "persian"]),
)
def test_any_text_is_read_or_refused(text: str, calendar: str) -> None:
    try:
        date = read_date(text, calendar, country="TH")
    except InputError:
        return
    assert date.earliest <= date.latest


@settings(max_examples=100, deadline=None)
@given(
    st.dates(dt.date(1905, 1, 1), dt.date(2024, 12, 31)), st.dates(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
)
def test_an_age_holds_the_true_day_of_birth(birth: dt.date, on: dt.date) -> None:
    age = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    if age <= 120 and (birth.month, birth.day) != (2, 29):
        found = age_only(age, on)
        assert found.could_be(birth)
        assert 364 <= (found.latest - found.earliest).days <= 366


@settings(max_examples=100, deadline=None)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31)))
def test_swapping_twice_gives_the_day_again(day: dt.date) -> None:
    swapped = swap_day_and_month(day)
    assert (swapped is None) == (day.day > 12)
    if swapped:
        assert swap_day_and_month(swapped) == day


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("3/4/1990", "3/4/1990", "same"),
        ("3/4/1990", "4/3/1990", "swapped"),
        ("3/4/1990", "1/1/1990", "default"),
        ("3/4/1990", "1/7/1990", "default"),
        ("3/4/1990", "3/4/1980", "slip"),
        ("3/4/1990", "1990", "possible"),
        ("3/4/1990", "1991", "different"),
        ("3/4/1990", "17/8/1962", "different"),
    ],
)
def test_comparison_names_the_slip(left: str, right: str, level: str) -> None:
    a, b = read_date(left), read_date(right)
    assert compare_dates(a, b).level == compare_dates(b, a).level == level


def test_the_day_written_for_an_unknown_one_is_named() -> None:
    assert "1 July" in compare_dates(read_date("3/4/1957"), read_date("1/7/1957")).reason
    assert "1 January" in compare_dates(read_date("1/1/1957"), read_date("3/4/1957")).reason


def test_a_date_in_another_calendar_compares_through_the_days_it_can_mean() -> None:
    assert compare_dates(read_date("1/9/1445", "hijri"), read_date("12/3/2024")).level == "possible"
    unconverted = read_date("4/5/2530", "buddhist", country="TH")
    assert compare_dates(unconverted, read_date("4/5/1987")).level == "same"


def test_heaping_counts_and_draws() -> None:
    days = [dt.date(1990, 1, 1)] * 20 + [dt.date(1990, m, 15) for m in range(1, 13)] * 10
    found = january_heaping([*days, None])  # type: ignore[list-item]
    assert (found.dates, found.on_first_january) == (140, 20)
    assert found.by_month == (10,) * 12
    assert found.times_expected == pytest.approx(20 / 140 * 1461 / 4)
    heights = [bar.get_height() for bar in found.plot().patches]  # type: ignore[attr-defined]
    assert heights == [20, *[10] * 12]
    assert found.missing == 1
    assert "1 more have no date" in str(found)
    with pytest.raises(InputError, match="'1/1/1990' is not a date"):
        january_heaping([*days, "1/1/1990"])  # type: ignore[list-item]
    with pytest.raises(InputError, match="there is no date"):
        january_heaping([None])  # type: ignore[list-item]
