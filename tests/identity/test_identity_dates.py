"""Dates of birth in three calendars, and the slips that offices make."""

from __future__ import annotations

import datetime as dt

import pytest
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


def test_the_khmer_year_leaves_two_gregorian_years_and_says_so() -> None:
    date = read_date("10/12/2569", "buddhist", country="KH")
    assert date.possible == ((dt.date(2025, 12, 10),) * 2, (dt.date(2026, 12, 10),) * 2)
    assert not date.exact
    assert not date.could_be(dt.date(2026, 1, 1))
    assert "Visak Bochea" in str(date)


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


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("4/5/2530", "looks like the Buddhist Era"),
        ("4/5/1409", "looks like a Hijri year"),
        ("31/4/1990", "does not exist"),
        ("4/5/87", "year of four digits"),
        ("May 1987", "not a date in numbers"),
        ("", "not a date in numbers"),
        ("123/4/1987", "not a date in numbers"),
    ],
)
def test_a_wrong_date_says_what_to_do(written: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_date(written)


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789/-. ๔٣¼abc", max_size=14), st.sampled_from(["gregorian", "buddhist", "hijri"]))
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
    with pytest.raises(InputError, match="there is no date"):
        january_heaping([None])  # type: ignore[list-item]
