"""Written records turned into columns that can be compared across scripts and calendars."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.errors import InputError, warn
from bordercourse.i18n import gettext as _
from bordercourse.identity.dates import CivilDate, read_date, swap_day_and_month
from bordercourse.identity.further_fields import plain_code, plain_text
from bordercourse.identity.kinds import FILE
from bordercourse.identity.names import romanise, skeleton
from bordercourse.identity.readings import ColumnReading, ReadingReport, read_column
from bordercourse.identity.written_dates import ORDERS
from bordercourse.inputs import Choice, Keyed, Share, Text, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["PREPARED", "prepare"]

PREPARED = (
    *("record_id", "given", "given_key", "family", "family_key", "mother", "mother_key", "sex"),
    *("place_of_birth", "place_name", "birth_date", "birth_swapped", "birth_number", "birth_year"),
)
"""The columns that every prepared record has."""


_REQUIRED = ["record_id", "given_name", "family_name", "sex", "birth_date"]
_OPTIONAL = ["calendar", "calendar_country", "place_of_birth", "mother_name"]
_NAMES = {"given": "given_name", "family": "family_name", "mother": "mother_name"}

# ISO/IEC 5218 (1 male, 2 female, 0 not known, 9 not applicable) and words of the course's languages.
_SEX_WORDS = {
    "F": "f female woman girl 2 w perempuan wanita p nữ nu feminino mulher หญิง ญ ស្រី ស أنثى انثى",
    "M": "m male man boy 1 lelaki laki-laki laki pria l nam masculino homem h ชาย ช ប្រុស ប ذكر",
    "": "x u o 0 9 < unknown other unspecified indeterminate non-binary",
}
_SEXES = {word: sex for sex, words in _SEX_WORDS.items() for word in words.split()}
_NOTHING = {"n/a", "null", "nan", "none", "unknown", "not stated", "not known"}


@checked(records=FILE, extra=Keyed(Text()), date_order=Choice(*ORDERS), most_unread=Share())
def prepare(
    records: pd.DataFrame,
    *,
    extra: Mapping[str, str] | None = None,
    date_order: str = "dmy",
    most_unread: float = 0.1,
) -> pd.DataFrame:
    """Turn written records into columns that can be compared across scripts and calendars.

    Parameters
    ----------
    records : DataFrame
        One row a record: record_id (no repeats), given_name, family_name, sex, birth_date (as
        `read_date` takes it), and optionally calendar ("gregorian" if absent), calendar_country,
        place_of_birth, mother_name. Missing values are allowed except in record_id. Other columns,
        such as one that holds the true answer, are not read.
    extra : mapping of str to {"text", "code", "as_written"}, optional
        Further columns to carry along: an address is a text, a postcode or an identity number a code
        (letters and digits only). "as_written" leaves the values alone.
    date_order : {"dmy", "mdy"}
        The order of day and month in dates that are all numbers, with the year at the end.
    most_unread : float
        Share of a column's values that may stay unread, 0 to 1. Below it they are counted and told;
        above it the file is refused, since something is wrong with the whole column.

    Returns
    -------
    DataFrame
        record_id, sex (F or M; a marker X or any other is left empty, so that it never counts
        against a person), place_of_birth, place_name (romanised, where it is a name and no code); given,
        family, mother (romanised) and given_key, family_key, mother_key (their consonants); birth_date (ISO
        text, where one day is meant), birth_swapped (day and month exchanged), birth_number (days since 1
        January 1900), birth_year; and the extra columns. What could not be read is empty, so that no one
        is lost for it, and is told by `reading_report`.

    Raises
    ------
    InputError
        If a column is missing, a record_id is missing or repeated, or too much of a column cannot be read.

    Warns
    -----
    CourseWarning
        If a value could not be read: which column, how often, and the first one.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"record_id": "R1", "given_name": "ផល្លា", "family_name": "សុខ", "sex": "F",
    ...        "birth_date": "4/5/1987"}
    >>> prepare(pd.DataFrame([row]))[["given", "birth_date", "birth_swapped"]].values.tolist()
    [['phlla', '1987-05-04', '1987-04-05']]
    """
    frame = prepared_frame(records, dict(extra or {}), date_order=date_order, most_unread=most_unread)
    warn_of_losses(frame)
    return frame


def prepared_frame(
    records: pd.DataFrame, extra: Mapping[str, str], *, date_order: str, most_unread: float
) -> pd.DataFrame:
    """Do what `prepare` does, without a warning.

    Parameters
    ----------
    records, extra, date_order, most_unread
        As in `prepare`.

    Returns
    -------
    DataFrame
        With its `ReadingReport` in ``attrs["reading"]``.

    Raises
    ------
    InputError
        As in `prepare`.
    """
    plain = _checked(records, extra)
    ids = plain["record_id"].tolist()
    readings: list[ColumnReading] = []

    def read(column: str, reader: Callable[..., object], *beside: str) -> list[Any]:
        values, *more = (plain[name].tolist() for name in (column, *beside))
        results, reading = read_column(column, ids, values, reader, *more)
        readings.append(reading)
        return results

    out = pd.DataFrame({"record_id": ids})
    for column, source in _NAMES.items():
        names = read(source, _name)
        out[column] = [name and name[0] for name in names]
        out[f"{column}_key"] = [name and name[1] for name in names]
    out["sex"] = _sexes(read("sex", _sex), plain["sex"])
    places = read("place_of_birth", _place)
    out["place_of_birth"] = places
    out["place_name"] = [place and _place_name(place) for place in places]
    birth = functools.partial(_birth, order=date_order)
    _add_births(out, read("birth_date", birth, "calendar", "calendar_country"))
    for column, kind in extra.items():
        out[column] = read(column, _EXTRA_READERS[kind])
    # Splink asks both files for the same types, also where a column is empty in one of them.
    texts = [
        column for column in out.columns if column != "birth_number" and extra.get(column) != "as_written"
    ]
    out = out.astype(dict.fromkeys(texts, "str")).reset_index(drop=True)
    out.attrs["reading"] = _bounded(ReadingReport(tuple(readings)), most_unread)
    return out


def _checked(records: pd.DataFrame, extra: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns to read, with None for every missing value."""
    twice = records.columns[records.columns.duplicated()]
    if len(twice):
        raise InputError(
            "records",
            _("the column {name} stands twice.").format(name=repr(twice[0])),
            _("Give each column its own name."),
        )
    missing = [name for name in [*_REQUIRED, *extra] if name not in records.columns]
    if missing:
        raise InputError(
            "records",
            _("the column {name} is missing.").format(name=repr(missing[0])),
            _("Give the columns {names}; one that you do not have can be empty.").format(
                names=", ".join([*_REQUIRED, *extra])
            ),
        )
    kinds = ", ".join(_EXTRA_READERS)
    for column, kind in extra.items():
        if kind not in _EXTRA_READERS:
            raise InputError(
                f"extra[{column!r}]",
                _("{kind} is not known.").format(kind=repr(kind)),
                _("Give one of {known}.").format(known=kinds),
            )
    columns = list(dict.fromkeys([*_REQUIRED, *_OPTIONAL, *extra]))
    plain = pd.DataFrame(records).reindex(columns=columns).astype(object)
    plain = plain.where(plain.notna(), None)
    ids = plain["record_id"].map(lambda value: "" if value is None else str(value))
    if (ids.str.strip() == "").any() or ids.duplicated().any():
        raise InputError(
            "record_id",
            _("a value is missing or stands twice."),
            _("Give each record its own record_id."),
        )
    return plain.assign(record_id=ids).reset_index(drop=True)


def warn_of_losses(prepared: pd.DataFrame, file: str = "") -> None:
    """Warn of values that were not read.

    Parameters
    ----------
    prepared : DataFrame
        From `prepared_frame`.
    file : str
        Which of two files it is.
    """
    report = prepared.attrs.get("reading")
    if report and report.losses:
        warn(f"{file}{report}")


def _bounded(report: ReadingReport, most_unread: float) -> ReadingReport:
    worst = max(report.columns, key=lambda column: column.share)
    if worst.share > most_unread:
        raise InputError(
            worst.column,
            str(worst).removeprefix(f"{worst.column}: "),
            _("If the rest is enough for you, give most_unread={share:.2f}.").format(share=_up(worst.share)),
        )
    return report


def _up(share: float) -> float:
    return min(1.0, -(-share * 100 // 1) / 100)


def _text(value: object) -> str | None:
    """Return a text without blanks around it; None for a mark that stands for no value."""
    text = " ".join(str(value).split())
    marked = not any(unicodedata.category(ch)[0] in "LN" for ch in text) and text != "<"
    return None if marked or text.casefold() in _NOTHING else text


def _name(value: object) -> tuple[str, str] | None:
    if not isinstance(value, str):
        raise InputError("name", _("it is not a text."), _("Give names as texts."))
    if value.strip().casefold() == "n/a":
        return None
    return _name_parts(value) if any(unicodedata.category(ch)[0] in "LN" for ch in value) else None


@functools.lru_cache(maxsize=50_000)
def _name_parts(value: str) -> tuple[str, str]:
    latin, key = romanise(value), skeleton(value)
    if not latin or not key:
        raise InputError("name", _("it has no letter that can be read."), _("Give the name in letters."))
    return latin, key


def _sex(value: object) -> str | None:
    if isinstance(value, bool):
        raise InputError("sex", _("it is not a sex."), _("Give F, M or X."))
    text = _text(value)
    if text is None:
        return None
    word = "".join(str(int(ch)) if ch.isdecimal() else ch for ch in text.casefold())
    word = word.rstrip(".").removesuffix(".0").lstrip("0") or "0"
    if word not in _SEXES:
        raise InputError("sex", _("it is not known."), _("Write F, M or X (or 2, 1, 9 of ISO 5218)."))
    return _SEXES[word]


def _sexes(read: list[str | None], written: pd.Series[Any]) -> list[str | None]:
    """Return the sexes; a marker X, or one not stated, speaks neither for nor against a pair."""
    words = {str(value).strip().casefold() for value in written if value is not None}
    if "h" in words and "m" in words:
        raise InputError(
            "sex",
            _("the column has both H and M: M can mean man, or mulher (woman)."),
            _("Write F, M and X, or whole words."),
        )
    return [sex or None for sex in read]


def _place(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a code that pandas read as a number
    text = _text(value)
    return text and unicodedata.normalize("NFC", text)


@functools.lru_cache(maxsize=50_000)
def _place_name(place: str) -> str | None:
    """Return a place in Latin letters where it is a name: two codes that are nearly one are two places."""
    return None if any(ch.isnumeric() for ch in place) else romanise(place) or None


def _birth(written: object, calendar: object, country: object, *, order: str) -> CivilDate | None:
    if isinstance(written, str) and (_text(written) is None or set(written) <= set("0/-. ")):
        return None  # a dash, or 00/00/0000
    if not isinstance(written, Hashable):
        raise InputError("birth_date", _("it is not a date."), _("Give one date in each row."))
    return _cached_date(written, _word(calendar).casefold() or "gregorian", _word(country).upper(), order)


def _word(value: object) -> str:
    return "" if value is None else str(value).strip()


@functools.lru_cache(maxsize=50_000)
def _cached_date(written: object, calendar: str, country: str, order: str) -> CivilDate:
    return read_date(written, calendar, country=country or None, order=order)


def _add_births(out: pd.DataFrame, dates: Sequence[CivilDate | None]) -> None:
    days = [None if date is None else date.earliest if date.exact else date.calculated for date in dates]
    years = [None if date is None else {date.earliest.year, date.latest.year} for date in dates]
    out["birth_date"] = [day and day.isoformat() for day in days]
    swapped = [day and swap_day_and_month(day) for day in days]
    out["birth_swapped"] = [day and day.isoformat() for day in swapped]
    start = dt.date(1900, 1, 1)
    out["birth_number"] = pd.array([day and (day - start).days for day in days], dtype="Int64")
    out["birth_year"] = [
        str(day.year) if day else str(next(iter(year))) if year and len(year) == 1 else None
        for day, year in zip(days, years, strict=True)
    ]


def _as_written(value: object) -> object:
    return None if isinstance(value, str) and _text(value) is None else value


def _extra_text(value: object) -> str | None:
    text = _place(value)
    return text and (plain_text(text) or None)


def _extra_code(value: object) -> str | None:
    text = _place(value)
    return text and (plain_code(text) or None)


_EXTRA_READERS = {"text": _extra_text, "code": _extra_code, "as_written": _as_written}
