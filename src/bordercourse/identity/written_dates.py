"""The parts of a written date: year, month and day, or what stands there for "not known".

Offices write "4/5/2530", "2530-05-04", "ថ្ងៃទី៤ ខែឧសភា ឆ្នាំ១៩៨៧", "31 Dec 1999", "19991231",
"00/00/1990"; programs hand over dates of their own. Nothing is guessed here: a year has four digits, the
order of day and month is told, and what cannot be read is refused with its reason.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.letters import level_arabic, level_letters

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ORDERS", "WrittenDate", "written_parts"]

ORDERS = ("dmy", "mdy")
# Languages of the course and its neighbours; month names come from Unicode's CLDR through Babel.
_LANGUAGES = ("en", "en_GB", "id", "ms", "km", "th", "lo", "my", "pt", "ar", "ar_IQ")
_OTHER_SPELLINGS = {"pebruari": 2, "nopember": 11}  # Indonesian, beside Februari and November
_HIJRI_SPELLINGS = {
    "rabi al awal": 3, "rabi i": 3, "rabi al akhir": 4, "rabi ii": 4, "jumada al awwal": 5, "jumada i": 5,
    "jumada al thani": 6, "jumada ii": 6, "shaban": 8, "syaban": 8, "ramadhan": 9, "syawal": 10,
    "dhul qadah": 11, "dhu al qidah": 11, "zulkaedah": 11, "dhul hijjah": 12, "zulhijjah": 12,
}  # fmt: skip
# Words around the numbers. Those of the first group stand together with what follows.
_WORDS_GLUED = (
    *("ថ្ងៃទី", "ថ្ងៃ", "ខែ", "ឆ្នាំ", "ពុទ្ធសករាជ", "គ.ស.", "ព.ស."),
    *("วันที่", "เดือน", "พุทธศักราช", "พ.ศ.", "ค.ศ.", "ฮ.ศ."),
    *("ວັນທີ", "ເດືອນ", "ປີ", "年", "月", "日"),
)
_WORDS_APART = (
    *("of", "de", "ngày", "tháng", "thg", "năm", "tanggal", "tgl", "tarikh", "bulan", "tahun"),
    *("a.d.", "ad", "ce", "b.e.", "be", "a.h.", "ah", "ap", "هـ", "ه", "م", "ش"),
)
_BEHIND_NUMBERS = re.compile(r"(?<=\d)(?:st|nd|rd|th|hb)(?![^\W\d_])")
_TIME = re.compile(
    r"(?:\s*t\s*|\s+)(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<half>am|pm)?\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2})?$"
)
_NOT_KNOWN = re.compile(r"(?<![^\s/.\-])(?:[?x_*]{1,2}|-{1,2}(?=[/.]))(?![^\s/.\-])")
_NUMBERS = re.compile(r"\d+(?:[\s/.,\\]{1,3}\d+){0,2}")
_MONTH = "\ue000"  # stands for the name of a month; no name holds it


class WrittenDate(NamedTuple):
    """The parts of a written date in its own calendar.

    Attributes
    ----------
    year : int
        Of four digits.
    month, day : int or None
        None where it is not written, or written as not known.
    """

    year: int
    month: int | None
    day: int | None


def written_parts(written: object, calendar: str, order: str = "dmy") -> WrittenDate:
    """Take a written date apart.

    Parameters
    ----------
    written : str, date, datetime, numpy.datetime64 or int
        As `bordercourse.identity.read_date` takes it.
    calendar : str
        Whose month names it may hold.
    order : {"dmy", "mdy"}
        The order of the parts where all are numbers and the year stands last.

    Returns
    -------
    WrittenDate
        Not yet proved to exist.

    Raises
    ------
    InputError
        If it cannot be read, with the reason.

    Examples
    --------
    >>> written_parts("00/05/1987", "gregorian"), written_parts("4 Mei 1987", "gregorian").month
    (WrittenDate(year=1987, month=5, day=None), 5)
    """
    if isinstance(written, np.datetime64):
        written = written.astype("datetime64[us]").item()
    if isinstance(written, dt.date):
        return _of_program(written)
    text = _as_text(written)
    month, numbers = _numbers(text, calendar)
    if month is None:
        return _from_numbers(text, numbers, order)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(years) != 1 or len(days) > 1 or len(years) + len(days) != len(numbers):
        raise _unreadable(text)
    return _known(int(years[0]), month, int(days[0]) if days else None)


def _of_program(written: dt.date) -> WrittenDate:
    """Read a date that a program made; its day is sure only where no time zone can move it."""
    if written != written:  # pandas writes a missing date so
        raise InputError("written", _("there is no date."), _("Leave a missing date out."))
    if isinstance(written, dt.datetime) and written.tzinfo and written.time() != dt.time():
        raise _zoned(str(written))
    return WrittenDate(written.year, written.month, written.day)


def _as_text(written: object) -> str:
    if isinstance(written, str):
        return written
    if isinstance(written, np.integer | np.floating):
        written = written.item()
    if isinstance(written, float) and written.is_integer():
        written = int(written)  # a column of numbers with a gap
    if isinstance(written, int) and not isinstance(written, bool):
        text = str(max(-1, min(written, 10**9)))  # Python refuses to write a number of 5,000 digits
        if len(text) in {4, 8}:  # a year, or year, month and day, in a column of numbers
            return text
        raise _of_excel(text)
    raise InputError(
        "written", repr(written), _("Give the date as a text, or as a date of Python or pandas.")
    )


def _numbers(written: str, calendar: str) -> tuple[int | None, list[str]]:
    """Return the number of a month that is written as a name, and the numbers beside it."""
    if any(ch.isnumeric() and not ch.isdecimal() for ch in written):
        raise _unreadable(written)
    text = "".join(str(int(ch)) if ch.isdecimal() else ch for ch in written.strip()).casefold()
    text = _NOT_KNOWN.sub("00", _without_time(text, written))
    text = _without_words(level_arabic(level_letters(text)))
    month, text = _month_named(text, calendar)
    text = text.replace(_MONTH, " ").strip(" ,.")
    if not _NUMBERS.fullmatch(" ".join(text.split())):
        raise _unreadable(written)
    return month, re.findall(r"\d+", text)


def _without_time(text: str, written: str) -> str:
    time = _TIME.search(text)
    if not time:
        return text
    clock = [time["hour"], time["minute"], time["second"] or "0", time["part"] or "0"]
    midnight = not any(map(int, clock)) or (
        time["half"] == "am" and clock[0] == "12" and not any(map(int, clock[1:]))
    )
    if time["zone"] and not midnight:
        raise _zoned(written)
    return text[: time.start()]


def _without_words(text: str) -> str:
    for word in _WORDS_GLUED:
        text = text.replace(level_letters(word), " ")
    return _words_apart().sub(" ", _BEHIND_NUMBERS.sub("", text))


@functools.cache
def _words_apart() -> re.Pattern[str]:
    words = sorted((level_arabic(level_letters(word)) for word in _WORDS_APART), key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, words))})(?![^\W\d_])")


def _month_named(text: str, calendar: str) -> tuple[int | None, str]:
    months = _month_names(calendar)
    pattern = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(months)})(?![^\W\d_])")
    hits = list(pattern.finditer(text))
    if len(hits) != 1:
        return None, text
    number = next(n for form, n in months.items() if re.fullmatch(form, hits[0].group()))
    return number, pattern.sub(_MONTH, text)


@functools.cache
def _month_names(calendar: str) -> dict[str, int]:
    """Return the pattern of each name of a month, the longest first, with its number."""
    names = dict(_names_of(calendar))
    return {_pattern(name): names[name] for name in sorted(names, key=len, reverse=True)}


def _names_of(calendar: str) -> Iterable[tuple[str, int]]:
    if calendar == "hijri":
        from hijridate.locales import get_locale

        for language in ("en", "ar"):
            yield from _numbered(get_locale(language).month_names)
        yield from _HIJRI_SPELLINGS.items()
    elif calendar == "persian":
        from persiantools import jdatetime

        yield from _numbered(jdatetime.MONTH_NAMES_EN[1:])
        yield from _numbered(jdatetime.MONTH_NAMES_FA[1:])
    else:
        from babel.dates import get_month_names

        for language in _LANGUAGES:
            for width in ("wide", "abbreviated"):
                yield from _numbered(get_month_names(width, locale=language).values())
        yield from _OTHER_SPELLINGS.items()


def _numbered(names: Iterable[str | None]) -> Iterable[tuple[str, int]]:
    return ((name or "", number) for number, name in enumerate(names, 1))


def _pattern(name: str) -> str:
    """Return a pattern in which the stops and spaces of a short name may be missing."""
    levelled = level_arabic(level_letters(name).casefold()).rstrip(".")
    return re.escape(levelled).replace(r"\.", r"\.?\s?").replace(r"\ ", r"\s+") + r"\.?"


def _from_numbers(written: str, numbers: list[str], order: str) -> WrittenDate:
    if len(numbers) == 1 and len(numbers[0]) == 5:
        raise _of_excel(written)
    if len(numbers) == 1 and len(numbers[0]) == 8:
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    if len(numbers[0]) != 4:
        rest = numbers[:-1]
        numbers = [numbers[-1], *(rest if order == "mdy" else rest[::-1])]
    if len(numbers[0]) != 4 or any(len(number) > 2 for number in numbers[1:]):
        raise _unreadable(written)
    year, month, day = (*map(int, numbers), None, None)[:3]
    assert year is not None
    return _known(year, month, day)


def _known(year: int, month: int | None, day: int | None) -> WrittenDate:
    """Return the parts, where zero means not known; a day without its month says nothing."""
    return WrittenDate(year, month or None, (day or None) if month else None)


def _unreadable(written: str) -> InputError:
    return InputError(
        repr(written),
        _("this is not a date with a year of four digits."),
        _('Write it as "4/5/2530", "2530-05-04", "4 May 1987", "5/1987" or "1987".'),
    )


def _of_excel(number: str) -> InputError:
    return InputError(
        repr(number),
        _("it is not a date; it may be the number that Excel keeps for a day."),
        _("Format the column as a date in Excel, or write it as text: year, month, day."),
    )


def _zoned(written: str) -> InputError:
    return InputError(
        repr(written),
        _("it has an hour in a time zone: at the place of birth it can be another day."),
        _("Export the column as dates without a time."),
    )
