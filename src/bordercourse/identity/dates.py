"""Dates of birth as they are written: three calendars, missing parts, and the usual slips.

A written date becomes a `CivilDate`: the earliest and the latest day that it can mean. Where a
calendar leaves a doubt, the doubt stays in the result; where a rule cannot be applied, the date
is refused with the reason, and nothing is guessed.
"""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

__all__ = [
    "CivilDate",
    "DateComparison",
    "JanuaryHeaping",
    "age_only",
    "compare_dates",
    "january_heaping",
    "read_date",
    "swap_day_and_month",
]

_CALENDARS = ("gregorian", "buddhist", "hijri")
_COUNTRIES = ("TH", "KH")
_THAI_ERA_BEGINS = 2456  # From 1 April 1913 Siam counted its solar years in the Buddhist Era.
_THAI_SHORT_YEAR = 2483  # 1 April to 31 December 1940, Calendar Years Act B.E. 2483, section 4.


@dataclass(frozen=True)
class CivilDate:
    """The day or days that a written date can mean, in the Gregorian calendar.

    Attributes
    ----------
    written : str
        The date as it was written.
    calendar : str
        "gregorian", "buddhist", "hijri" or "age".
    possible : tuple of (date, date)
        Ranges of days, first and last included. One range of one day is an exact date.
    note : str
        What a reader must know: the rule applied, or why a doubt remains.
    calculated : date, optional
        A Hijri date's one day by the printed tables, for comparing; None elsewhere.
    """

    written: str
    calendar: str
    possible: tuple[tuple[dt.date, dt.date], ...]
    note: str = ""
    calculated: dt.date | None = None

    @property
    def earliest(self) -> dt.date:
        """The first day that the written date can mean."""
        return self.possible[0][0]

    @property
    def latest(self) -> dt.date:
        """The last day that the written date can mean."""
        return self.possible[-1][1]

    @property
    def exact(self) -> bool:
        """Whether the written date means one day only."""
        return self.earliest == self.latest

    @property
    def day(self) -> dt.date:
        """The one day that it means.

        Raises
        ------
        InputError
            If it can mean more than one day.
        """
        if not self.exact:
            raise InputError(
                repr(self.written),
                _("it can mean more than one day ({days}).").format(days=self._days()),
                _("Use earliest and latest, or ask the person or the register that wrote it."),
            )
        return self.earliest

    def could_be(self, day: dt.date) -> bool:
        """Return whether the written date can mean `day`."""
        return any(first <= day <= last for first, last in self.possible)

    def _days(self) -> str:
        ranges = (
            first.isoformat() if first == last else _("{first} to {last}").format(first=first, last=last)
            for first, last in self.possible
        )
        return _(" or ").join(ranges)

    def __str__(self) -> str:
        return f"{self.written} ({self.calendar}): {self._days()}." + (
            f"\n    {self.note}" if self.note else ""
        )


def read_date(
    written: str, calendar: str = "gregorian", *, country: str | None = None, order: str = "dmy"
) -> CivilDate:
    """Read a written date in its calendar and say which day or days it can mean.

    Parameters
    ----------
    written : str
        A day, month and year in numbers ("4/5/2530", "2530-05-04", Thai, Khmer or Arabic digits),
        a month and year ("5/1987"), or a year ("1987"). A part written first with four digits is
        the year.
    calendar : {"gregorian", "buddhist", "hijri"}
        The calendar it was written in. It is never guessed.
    country : {"TH", "KH"}, optional
        Whose Buddhist Era; needed for that calendar only.
    order : {"dmy", "mdy"}
        The order of the parts when the year stands last.

    Returns
    -------
    CivilDate
        The possible days in the Gregorian calendar, with a note.

    Raises
    ------
    InputError
        If the date does not exist, the year does not fit the calendar, or no rule covers it.

    Notes
    -----
    Thailand: year minus 543 since 1 January 2484 (1941). Before that the year began on 1 April,
    so January to March belong to the next Gregorian year (minus 542), and year 2483 ended on 31
    December after nine months [1]_. The Buddhist Era counts official solar years since 1 April
    2456 (1913); earlier Thai dates stand in other calendars and are refused.

    Cambodia: the year of the Khmer calendar changes at Visak Bochea, in April or May, and not on
    1 January; a Khmer year Y then runs from May Y - 544 to May Y - 543. No official rule for
    civil registers was found, so both Gregorian years stay possible.

    Hijri: the Umm al-Qura calendar of Saudi Arabia through the hijridate library (1343 to 1500).
    Where a country starts a month by sighting the moon, a date can be one day earlier or later,
    and the result says so.

    References
    ----------
    .. [1] Calendar Years Act B.E. 2483, section 4. Royal Gazette of Thailand, volume 57, 17
       September 2483 (1940).

    Examples
    --------
    >>> read_date("๔/๕/๒๕๓๐", "buddhist", country="TH").day
    datetime.date(1987, 5, 4)
    >>> read_date("15/2/2480", "buddhist", country="TH").day  # the year had begun in April 1937
    datetime.date(1938, 2, 15)
    >>> print(read_date("1 9 1445", "hijri"))
    1 9 1445 (hijri): 2024-03-10 to 2024-03-12.
        Umm al-Qura (Saudi calendar) gives 2024-03-11; sighting the moon can move it by one day.
    """
    if calendar not in _CALENDARS:
        raise InputError(
            "calendar",
            _("{calendar} is not known.").format(calendar=repr(calendar)),
            _("Give one of {known}.").format(known=", ".join(_CALENDARS)),
        )
    year, month, day = _parts(written, order)
    if calendar == "hijri":
        return _hijri(written, year, month, day)
    if calendar == "buddhist":
        return _buddhist(written, year, month, day, country)
    if not 1850 <= year <= 2150:
        raise _wrong_year(written, year)
    return CivilDate(written, calendar, (_span(written, year, month, day),))


def _parts(written: str, order: str) -> tuple[int, int | None, int | None]:
    if order not in {"dmy", "mdy"}:
        raise InputError("order", repr(order), _('Give "dmy" (day first) or "mdy" (month first).'))
    if not isinstance(written, str):
        raise InputError("written", repr(written), _("Give the date as a text."))
    digits = "".join(str(unicodedata.digit(ch)) if ch.isdigit() else ch for ch in written.strip())
    if not re.fullmatch(r"\d+(?:\D{1,3}\d+){0,2}", digits):
        raise _unreadable(written)
    numbers = re.findall(r"\d+", digits)
    if len(numbers[0]) != 4:
        rest = numbers[:-1]
        numbers = [numbers[-1], *(rest if order == "mdy" else rest[::-1])]
    if len(numbers[0]) != 4 or any(len(number) > 2 for number in numbers[1:]):
        raise _unreadable(written)
    year, month, day = (*map(int, numbers), None, None)[:3]
    assert year is not None
    return year, month, day


def _unreadable(written: str) -> InputError:
    return InputError(
        repr(written),
        _("this is not a date in numbers with a year of four digits."),
        _('Write it as "4/5/2530", "2530-05-04", "5/1987" or "1987".'),
    )


def _wrong_year(written: str, year: int) -> InputError:
    hint = _("Check the year and the calendar.")
    if 2393 <= year <= 2693:
        hint = _('It looks like the Buddhist Era: give calendar="buddhist" and country="TH" or "KH".')
    elif 1266 <= year <= 1574:
        hint = _('It looks like a Hijri year: give calendar="hijri".')
    return InputError(
        repr(written), _("{year} is not a year of a living person in this calendar.").format(year=year), hint
    )


def _day(written: str, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise InputError(
            repr(written),
            _("day {day} of month {month} does not exist in {year}.").format(day=day, month=month, year=year),
            _("Check whether day and month are swapped, and the calendar."),
        ) from None


def _span(written: str, year: int, month: int | None, day: int | None) -> tuple[dt.date, dt.date]:
    if month is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if day is None:
        first = _day(written, year, month, 1)
        return first, first.replace(day=_calendar.monthrange(year, month)[1])
    one = _day(written, year, month, day)
    return one, one


def _buddhist(written: str, year: int, month: int | None, day: int | None, country: str | None) -> CivilDate:
    if country not in _COUNTRIES:
        raise InputError(
            "country",
            _("{country} has no rule for the Buddhist Era here.").format(country=repr(country)),
            _('Give "TH" (Thailand) or "KH" (Cambodia); each counts the year in its own way.'),
        )
    if not 2393 <= year <= 2693:
        raise _wrong_year(written, year)
    if country == "KH":
        spans = tuple(_span(written, year - offset, month, day) for offset in (544, 543))
        note = _(
            "The Khmer year changes at Visak Bochea (a holy day, April or May): both years are possible. Ask."
        )
        return CivilDate(written, "buddhist", spans, note)
    if year < _THAI_ERA_BEGINS:
        raise InputError(
            repr(written),
            _("before 1 April B.E. 2456 (1913) Thai official dates did not use this calendar."),
            _("Treat the date as not known and keep the written text."),
        )
    if year > _THAI_SHORT_YEAR:
        return CivilDate(written, "buddhist", (_span(written, year - 543, month, day),))
    note = _("Before 1941 the Thai year began on 1 April.")
    if month is None:
        last = dt.date(1940, 12, 31) if year == _THAI_SHORT_YEAR else dt.date(year - 542, 3, 31)
        return CivilDate(written, "buddhist", ((dt.date(year - 543, 4, 1), last),), note)
    if month <= 3 and year == _THAI_SHORT_YEAR:
        raise InputError(
            repr(written),
            _("B.E. 2483 had no January, February or March: it ran from 1 April to 31 December 1940."),
            _("Ask the register: early 1940 was written 2482 and early 1941 was written 2484."),
        )
    gregorian = year - 542 if month <= 3 else year - 543
    return CivilDate(written, "buddhist", (_span(written, gregorian, month, day),), note)


def _hijri(written: str, year: int, month: int | None, day: int | None) -> CivilDate:
    from hijridate import Hijri

    if not 1343 <= year <= 1500:
        raise InputError(
            repr(written),
            _("the Umm al-Qura tables cover Hijri years 1343 to 1500, not {year}.").format(year=year),
            _("Check the calendar, or treat the date as not known and keep the written text."),
        )
    first_month, last_month = (1, 12) if month is None else (month, month)
    try:
        last_day = day or Hijri(year, last_month, 1).month_length()
        first = _gregorian(Hijri(year, first_month, day or 1))
        last = _gregorian(Hijri(year, last_month, last_day))
    except ValueError:
        raise InputError(
            repr(written),
            _("day {day} of month {month} does not exist in {year}.").format(day=day, month=month, year=year),
            _("Hijri months have 29 or 30 days; check day and month."),
        ) from None
    one = dt.timedelta(days=1)
    given = first.isoformat() if first == last else f"{first} / {last}"
    note = _("Umm al-Qura (Saudi calendar) gives {day}; sighting the moon can move it by one day.").format(
        day=given
    )
    calculated = first if first == last else None
    return CivilDate(written, "hijri", ((first - one, last + one),), note, calculated)


def _gregorian(hijri: object) -> dt.date:
    return dt.date(*hijri.to_gregorian().datetuple())  # type: ignore[attr-defined]


def age_only(age: int, on: dt.date) -> CivilDate:
    """Return the days of birth that fit an age in completed years on a given day.

    Parameters
    ----------
    age : int
        Completed years, 0 to 120.
    on : datetime.date
        The day on which the age was stated.

    Returns
    -------
    CivilDate
        A range of one year. Never store its first day as if it were a date of birth.

    Raises
    ------
    InputError
        If the age is outside 0 to 120.

    Examples
    --------
    >>> import datetime
    >>> print(age_only(17, datetime.date(2025, 6, 10)))
    17 (age): 2007-06-11 to 2008-06-10.
        Age on 2025-06-10; the day of birth is not known.
    """
    if not 0 <= age <= 120:
        raise InputError("age", str(age), _("Give completed years from 0 to 120."))
    first = _years_before(on, age + 1) + dt.timedelta(days=1)
    note = _("Age on {day}; the day of birth is not known.").format(day=on)
    return CivilDate(str(age), "age", ((first, _years_before(on, age)),), note)


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def swap_day_and_month(day: dt.date) -> dt.date | None:
    """Return the date with day and month exchanged, or None where that date does not exist.

    Examples
    --------
    >>> import datetime
    >>> swap_day_and_month(datetime.date(1990, 4, 12))
    datetime.date(1990, 12, 4)
    >>> swap_day_and_month(datetime.date(1990, 4, 13)) is None
    True
    """
    return dt.date(day.year, day.day, day.month) if day.day <= 12 else None


# Written for an unknown day: 1 January in many registers, 1 July in those that follow a mid-year rule.
_DEFAULTS = ((1, 1), (7, 1))


def _month_day(day: dt.date) -> tuple[int, int]:
    return day.month, day.day


@dataclass(frozen=True)
class DateComparison:
    """How two written dates agree: one word, one sentence.

    Attributes
    ----------
    left, right : CivilDate
        The dates compared.
    level : str
        "same", "possible", "swapped", "default", "calendar", "slip" or "different".
    reason : str
        The level in a sentence.
    """

    left: CivilDate
    right: CivilDate
    level: str
    reason: str

    def __str__(self) -> str:
        return f"{self.left.written} / {self.right.written}: {self.level}. {self.reason}"


def compare_dates(left: CivilDate, right: CivilDate) -> DateComparison:
    """Compare two dates of birth and name the usual slip that would explain a difference.

    Parameters
    ----------
    left, right : CivilDate
        From `read_date` or `age_only`.

    Returns
    -------
    DateComparison
        "same" day; "possible" (the ranges overlap); day and month "swapped"; same year and one is
        the "default" of 1 January or 1 July; 543 or 544 years apart, a "calendar" not converted; one digit
        different, a "slip"; "different".

    Examples
    --------
    >>> compare_dates(read_date("3/4/1990"), read_date("4/3/1990")).level
    'swapped'
    >>> compare_dates(read_date("1/1/1990"), read_date("4/3/1990")).reason
    'Same year, and one is 1 January, which many offices write when the day is not known.'
    """
    a, b = left.earliest, right.earliest
    if left.exact and right.exact:
        if a == b:
            level, reason = "same", _("The same day.")
        elif swap_day_and_month(a) == b:
            level, reason = "swapped", _("Day and month are exchanged.")
        elif a.year == b.year and (default := next((d for d in (a, b) if _month_day(d) in _DEFAULTS), None)):
            level = "default"
            reason = _(
                "Same year, and one is {day}, which many offices write when the day is not known."
            ).format(day=_("1 January") if default.month == 1 else _("1 July"))
        elif abs(a.year - b.year) in {543, 544} and (a.month, a.day) == (b.month, b.day):
            level, reason = "calendar", _("One year stands in the Buddhist Era and was not converted.")
        elif sum(x != y for x, y in zip(a.isoformat(), b.isoformat(), strict=True)) == 1:
            level, reason = "slip", _("One digit differs.")
        else:
            level, reason = "different", _("The dates differ, and no usual slip explains it.")
    elif any(f <= last and first <= t for f, t in left.possible for first, last in right.possible):
        level, reason = "possible", _("One of them is not exact, and both can mean the same day.")
    else:
        level, reason = "different", _("No day fits both.")
    return DateComparison(left, right, level, reason)


@dataclass(frozen=True)
class JanuaryHeaping:
    """How many dates of birth fall on 1 January, beside what chance would give.

    Attributes
    ----------
    dates : int
        Dates counted.
    on_first_january : int
        Dates on 1 January.
    by_month : tuple of int
        Dates by month, January to December, without 1 January.
    """

    dates: int
    on_first_january: int
    by_month: tuple[int, ...]

    @property
    def share(self) -> float:
        """Share of dates on 1 January, 0 to 1."""
        return self.on_first_january / self.dates

    @property
    def expected_share(self) -> float:
        """Share if births were spread evenly over the days of four years: 4 in 1,461."""
        return 4 / 1461

    @property
    def times_expected(self) -> float:
        """How many times more often 1 January stands there than chance would give."""
        return self.share / self.expected_share

    def __str__(self) -> str:
        return _(
            "{on:,} of {n:,} dates of birth are 1 January ({share:.1%}): {times:.0f} times what chance gives."
        ).format(on=self.on_first_january, n=self.dates, share=self.share, times=self.times_expected)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw births by month, with 1 January apart."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        months = [_calendar.month_abbr[month] for month in range(1, 13)]
        ax.bar([_("1 Jan")], [self.on_first_january], color=COLOURS["vermilion"])
        ax.bar([_("rest of Jan"), *months[1:]], self.by_month, color=COLOURS["blue"])
        ax.tick_params(axis="x", rotation=45)
        title = _("One day holds {share:.0%} of all births").format(share=self.share)
        return label(ax, title=title, y=_("dates of birth"))


def january_heaping(dates: Iterable[dt.date]) -> JanuaryHeaping:
    """Count dates of birth on 1 January: the mark of days of birth that nobody knew.

    Parameters
    ----------
    dates : iterable of datetime.date
        Exact dates; missing ones (None, NaT) are left out.

    Returns
    -------
    JanuaryHeaping
        A sign of how a register was kept, and never a sign against a person in it.

    Raises
    ------
    InputError
        If there is no date.

    Examples
    --------
    >>> import datetime
    >>> days = [datetime.date(1990, 1, 1)] * 3 + [datetime.date(1990, 5, d) for d in range(1, 8)]
    >>> print(january_heaping(days))
    3 of 10 dates of birth are 1 January (30.0%): 110 times what chance gives.
    """
    import pandas as pd

    known = [day for day in dates if not pd.isna(day)]
    if not known:
        raise InputError("dates", _("there is no date."), _("Give at least one date of birth."))
    rest = [day.month for day in known if (day.month, day.day) != (1, 1)]
    by_month = tuple(rest.count(month) for month in range(1, 13))
    return JanuaryHeaping(len(known), len(known) - len(rest), by_month)
