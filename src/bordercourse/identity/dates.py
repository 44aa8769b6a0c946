"""Dates of birth as they are written: four calendars, missing parts, and what each can mean.

A written date becomes a `CivilDate`: the earliest and the latest day that it can mean. Where a
calendar leaves a doubt, the doubt stays in the result; where a rule cannot be applied, the date
is refused with the reason, and nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.calendars import CALENDARS, COUNTRIES, meaning_of
from bordercourse.identity.kinds import AsWritten
from bordercourse.identity.written_dates import ORDERS, written_parts
from bordercourse.inputs import Choice, Day, Whole, checked
from bordercourse.results import Result

__all__ = ["CivilDate", "age_only", "read_date", "swap_day_and_month"]


@dataclass(frozen=True, repr=False)
class CivilDate(Result):
    """The day or days that a written date can mean, in the Gregorian calendar.

    Attributes
    ----------
    written : str
        The date as it was written.
    calendar : str
        "gregorian", "buddhist", "hijri", "persian" or "age".
    possible : tuple of (date, date)
        Ranges of days, first and last included. One range of one day is an exact date.
    calculated : date, optional
        A Hijri date's one day by the printed tables, for comparing; None elsewhere.
    notes : tuple of str
        What a reader must know: the rule applied, or why a doubt remains.
    """

    written: str
    calendar: str
    possible: tuple[tuple[dt.date, dt.date], ...]
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

    @checked(day=Day())
    def could_be(self, day: dt.date) -> bool:
        """Return whether the written date can mean a day.

        Parameters
        ----------
        day : datetime.date
            In the Gregorian calendar.

        Returns
        -------
        bool
            True also where other days are possible.
        """
        asked = dt.date(day.year, day.month, day.day)
        return any(first <= asked <= last for first, last in self.possible)

    def _days(self) -> str:
        ranges = (
            first.isoformat() if first == last else _("{first} to {last}").format(first=first, last=last)
            for first, last in self.possible
        )
        return _(" or ").join(ranges)

    def sentence(self) -> str:
        """Return the date as it was written, and the days that it can mean."""
        return f"{self.written} ({self.calendar}): {self._days()}."


@checked(written=AsWritten(), calendar=Choice(*CALENDARS), country=Choice(*COUNTRIES), order=Choice(*ORDERS))
def read_date(
    written: object, calendar: str = "gregorian", *, country: str | None = None, order: str = "dmy"
) -> CivilDate:
    """Read a written date in its calendar and say which day or days it can mean.

    Parameters
    ----------
    written : str, date, datetime, Timestamp, numpy.datetime64 or int
        A day, month and year in numbers ("4/5/2530", "2530-05-04", "19870504", Thai, Khmer or Arabic
        digits), with the month as a word ("4 May 1987", "ថ្ងៃទី៤ ខែឧសភា ឆ្នាំ១៩៨៧"), a month and year
        ("5/1987"), or a year ("1987"). "00", "xx" or "??" stands for a day or month that is not known.
        A part written first with four digits is the year. A midnight behind the day is left out.
    calendar : {"gregorian", "buddhist", "hijri", "persian"}
        The calendar it was written in. It is never guessed.
    country : {"TH", "KH"}, optional
        Whose Buddhist Era; needed for that calendar only.
    order : {"dmy", "mdy"}
        The order of the parts when all are numbers and the year stands last.

    Returns
    -------
    CivilDate
        The possible days in the Gregorian calendar, with a note.

    Raises
    ------
    InputError
        If the date does not exist, the year does not fit the calendar, no rule covers it, or an hour in a
        time zone could move the day.

    Notes
    -----
    Month names in Indonesian, Malay, Khmer, Thai, Lao, Burmese, Portuguese, Arabic and English come
    from Unicode's CLDR (babel library); those of the Hijri and Persian years from hijridate and
    persiantools.

    Thailand: year minus 543 since 1 January 2484 (1941). Before that the year began on 1 April,
    so January to March belong to the next Gregorian year (minus 542), and year 2483 ended on 31
    December after nine months [1]_. The Buddhist Era counts official solar years since 1 April
    2456 (1913); earlier Thai dates stand in other calendars and are refused.

    Cambodia: the number of the year changes on the day after Visak Bochea, between 25 April and 25
    May [2]_; some writers change it with the new year, from 13 April on. So two Gregorian years are
    possible from 13 April to 25 May, and one in the rest of the year.

    Hijri: the Umm al-Qura calendar of Saudi Arabia through the hijridate library (1343 to 1500).
    Where a country starts a month by sighting the moon, a date can be one day earlier or later,
    and the result says so.

    Persian: the solar calendar of Iran since the law of 31 March 1925 (1304), through the
    persiantools library. Older Afghan dates had months of other lengths.

    References
    ----------
    .. [1] Calendar Years Act B.E. 2483, section 4. Royal Gazette of Thailand, volume 57, 17
       September 2483 (1940).
    .. [2] Full moons of the month Pisakh 1900 to 2100 by the rules of Roath Kim Soeun, *Pratitin
       Soryakkatik-Chankatik 1900-1999*, as the library momentkh computes them; they are the public
       holidays of 2013 and 2020 to 2023.

    Examples
    --------
    >>> read_date("๔/๕/๒๕๓๐", "buddhist", country="TH").day
    datetime.date(1987, 5, 4)
    >>> read_date("15/2/2480", "buddhist", country="TH").day  # the year had begun in April 1937
    datetime.date(1938, 2, 15)
    >>> print(read_date("1 9 1445", "hijri"))
    1 9 1445 (hijri): 2024-03-10 to 2024-03-12.
    Note: Umm al-Qura (Saudi calendar) gives 2024-03-11; sighting the moon can move it by one day.
    >>> read_date("31 Dec 1999").day, read_date("00/00/1968").latest
    (datetime.date(1999, 12, 31), datetime.date(1968, 12, 31))
    >>> read_date("1 Farvardin 1400", "persian").day
    datetime.date(2021, 3, 21)
    """
    parts = written_parts(written, calendar, order)
    text = written.strip() if isinstance(written, str) else str(written)
    possible, note, calculated = meaning_of(text, parts, calendar, country)
    return CivilDate(text, calendar, possible, calculated, notes=(note,) if note else ())


@checked(age=Whole(low=0, high=120), on=Day())
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
    Note: Age on 2025-06-10; the day of birth is not known.
    """
    on = dt.date(on.year, on.month, on.day)
    first = _years_before(on, age + 1) + dt.timedelta(days=1)
    note = _("Age on {day}; the day of birth is not known.").format(day=on)
    return CivilDate(str(age), "age", ((first, _years_before(on, age)),), notes=(note,))


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@checked(day=Day())
def swap_day_and_month(day: dt.date) -> dt.date | None:
    """Return the date with day and month exchanged, or None where that date does not exist.

    Parameters
    ----------
    day : datetime.date
        In the Gregorian calendar.

    Returns
    -------
    datetime.date or None
        None where the day is 13 or more.

    Examples
    --------
    >>> import datetime
    >>> swap_day_and_month(datetime.date(1990, 4, 12))
    datetime.date(1990, 12, 4)
    >>> swap_day_and_month(datetime.date(1990, 4, 13)) is None
    True
    """
    return dt.date(day.year, day.day, day.month) if day.day <= 12 else None
