"""The calendars of civil registers: which days of the Gregorian calendar a date of each can mean.

Where a calendar leaves a doubt, the doubt stays in the result; where no rule covers a date, it is
refused with the reason.
"""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from bordercourse.identity.written_dates import WrittenDate

__all__ = ["CALENDARS", "COUNTRIES", "Meaning", "meaning_of"]

CALENDARS = ("gregorian", "buddhist", "hijri", "persian")
COUNTRIES = ("TH", "KH")
_THAI_ERA_BEGINS = 2456  # From 1 April 1913 Siam counted its solar years in the Buddhist Era.
_THAI_SHORT_YEAR = 2483  # 1 April to 31 December 1940, Calendar Years Act B.E. 2483, section 4.
# The Khmer number of the year changes on the day after Visak Bochea: 25 April at the earliest and 25 May at
# the latest from 1900 to 2100. Some writers change it with the new year, from 13 April on.
_KHMER_CHANGE = ((4, 13), (5, 25))
_PERSIAN_BEGINS = 1304  # Law of 31 March 1925 in Iran
_PERSIAN_ENDS = 1500

DayRange = tuple[dt.date, dt.date]


class Meaning(NamedTuple):
    """What a date of one calendar means in the Gregorian one.

    Attributes
    ----------
    possible : tuple of (date, date)
        Ranges of days, first and last included, in order.
    note : str
        The rule applied, or why a doubt remains.
    calculated : date, optional
        A Hijri date's one day by the printed tables.
    """

    possible: tuple[DayRange, ...]
    note: str = ""
    calculated: dt.date | None = None


def meaning_of(written: str, parts: WrittenDate, calendar: str, country: str | None) -> Meaning:
    """Return the days that the parts of a date mean in its calendar.

    Parameters
    ----------
    written : str
        The date as written, for messages.
    parts : WrittenDate
        Year, month and day.
    calendar : {"gregorian", "buddhist", "hijri", "persian"}
        The calendar it was written in.
    country : {"TH", "KH"}, optional
        Whose Buddhist Era.

    Returns
    -------
    Meaning
        The possible days with a note.

    Raises
    ------
    InputError
        If the date does not exist, the year does not fit the calendar, or no rule covers it.
    """
    if calendar == "hijri":
        return _hijri(written, parts)
    if calendar == "persian":
        return _persian(written, parts)
    if calendar == "buddhist":
        return _buddhist(written, parts, country)
    if not 1850 <= parts.year <= 2150:
        raise _wrong_year(written, parts.year)
    return Meaning((_span(written, parts.year, parts),))


def _wrong_year(written: str, year: int) -> InputError:
    hint = _("Check the year and the calendar.")
    if 2393 <= year <= 2693:
        hint = _('It looks like the Buddhist Era: give calendar="buddhist" and country="TH" or "KH".')
    elif 1266 <= year <= 1574:
        hint = _('It looks like a Hijri year: give calendar="hijri", or "persian" where the year is solar.')
    return InputError(
        repr(written), _("{year} is not a year of a living person in this calendar.").format(year=year), hint
    )


def _no_such_day(written: str, year: int, month: int | None, day: int | None, hint: str) -> InputError:
    return InputError(
        repr(written),
        _("day {day} of month {month} does not exist in {year}.").format(day=day, month=month, year=year),
        hint,
    )


def _span(written: str, year: int, parts: WrittenDate) -> DayRange:
    """Return the first and last day of a Gregorian year, or of the month or day written."""
    if parts.month is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    try:
        first = dt.date(year, parts.month, parts.day or 1)
    except ValueError:
        hint = _("Check whether day and month are swapped, and the calendar.")
        raise _no_such_day(written, year, parts.month, parts.day or 1, hint) from None
    if parts.day is None:
        return first, first.replace(day=_calendar.monthrange(year, parts.month)[1])
    return first, first


def _buddhist(written: str, parts: WrittenDate, country: str | None) -> Meaning:
    if country not in COUNTRIES:
        raise InputError(
            "country",
            _("{country} has no rule for the Buddhist Era here.").format(country=repr(country)),
            _('Give "TH" (Thailand) or "KH" (Cambodia); each counts the year in its own way.'),
        )
    if not 2393 <= parts.year <= 2693:
        raise _wrong_year(written, parts.year)
    return _khmer(written, parts) if country == "KH" else _thai(written, parts)


def _khmer(written: str, parts: WrittenDate) -> Meaning:
    begins, ends = _KHMER_CHANGE
    first, last = dt.date(parts.year - 544, *begins), dt.date(parts.year - 543, *ends)
    if parts.month is None:
        note = _("A Khmer year begins and ends at Visak Bochea (a holy day, April or May).")
        return Meaning(((first, last),), note)
    possible: list[DayRange] = []
    for gregorian in (first.year, last.year):
        try:
            span = _span(written, gregorian, parts)
        except InputError as error:
            if gregorian == last.year and not possible:
                raise error from None
            continue
        if span[0] <= last and span[1] >= first:
            possible.append((max(span[0], first), min(span[1], last)))
    if len(possible) == 1:
        note = _("The Khmer year changes at Visak Bochea (a holy day, April or May). Only one year fits.")
    else:
        note = _(
            "The Khmer year changes at Visak Bochea (a holy day, April or May): both years are possible. Ask."
        )
    return Meaning(tuple(possible), note)


def _thai(written: str, parts: WrittenDate) -> Meaning:
    year, month = parts.year, parts.month
    if year < _THAI_ERA_BEGINS:
        raise InputError(
            repr(written),
            _("before 1 April B.E. 2456 (1913) Thai official dates did not use this calendar."),
            _("Treat the date as not known and keep the written text."),
        )
    if year > _THAI_SHORT_YEAR:
        return Meaning((_span(written, year - 543, parts),))
    note = _("Before 1941 the Thai year began on 1 April.")
    if month is None:
        last = dt.date(1940, 12, 31) if year == _THAI_SHORT_YEAR else dt.date(year - 542, 3, 31)
        return Meaning(((dt.date(year - 543, 4, 1), last),), note)
    if month <= 3 and year == _THAI_SHORT_YEAR:
        raise InputError(
            repr(written),
            _("B.E. 2483 had no January, February or March: it ran from 1 April to 31 December 1940."),
            _("Ask the register: early 1940 was written 2482 and early 1941 was written 2484."),
        )
    return Meaning((_span(written, year - 542 if month <= 3 else year - 543, parts),), note)


def _hijri(written: str, parts: WrittenDate) -> Meaning:
    from hijridate import Hijri

    year, month, day = parts
    if not 1343 <= year <= 1500:
        raise InputError(
            repr(written),
            _("the Umm al-Qura tables cover Hijri years 1343 to 1500, not {year}.").format(year=year),
            _("Check the calendar, or treat the date as not known and keep the written text."),
        )
    first_month, last_month = (month, month) if month else (1, 12)
    try:
        last_day = day or Hijri(year, last_month, 1).month_length()
        first, last = (
            dt.date(*hijri.to_gregorian().datetuple())
            for hijri in (Hijri(year, first_month, day or 1), Hijri(year, last_month, last_day))
        )
    except ValueError:
        hint = _("Hijri months have 29 or 30 days; check day and month.")
        raise _no_such_day(written, year, month, day or 1, hint) from None
    one = dt.timedelta(days=1)
    tables = first.isoformat() if first == last else f"{first} / {last}"
    note = _("Umm al-Qura (Saudi calendar) gives {day}; sighting the moon can move it by one day.").format(
        day=tables
    )
    return Meaning(((first - one, last + one),), note, first if first == last else None)


def _persian(written: str, parts: WrittenDate) -> Meaning:
    from persiantools.jdatetime import JalaliDate

    year, month, day = parts
    if not _PERSIAN_BEGINS <= year <= _PERSIAN_ENDS:
        raise InputError(
            repr(written),
            _("the Persian calendar is law in Iran since 1304 (1925); {year} is not read here.").format(
                year=year
            ),
            _("Check the calendar, or treat the date as not known and keep the written text."),
        )
    first_month, last_month = (month, month) if month else (1, 12)
    try:
        first = JalaliDate(year, first_month, day or 1).to_gregorian()
        last_day = day or JalaliDate.days_in_month(last_month, year)
        last = JalaliDate(year, last_month, last_day).to_gregorian()
    except ValueError:
        hint = _("Months 1 to 6 have 31 days, 7 to 11 have 30, and the last has 29 or 30.")
        raise _no_such_day(written, year, month, day or 1, hint) from None
    return Meaning(((first, last),))
