"""What ICAO Doc 9303 allows in each field of the zone; one table for reading and for writing."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FIELD_NAMES", "Fault", "fault", "faults"]

FIELD_NAMES = {
    "code": mark("document code"),
    "state": mark("issuing State"),
    "names": mark("name"),
    "number": mark("document number"),
    "nationality": mark("nationality"),
    "born": mark("date of birth"),
    "sex": mark("sex"),
    "expires": mark("date of expiry"),
    "optional": mark("optional data"),
    "optional_2": mark("optional data, second part"),
    "number_digit": mark("check digit of the number"),
    "born_digit": mark("check digit of the birth"),
    "expires_digit": mark("check digit of the expiry"),
    "optional_digit": mark("check digit of the optional data"),
    "composite_digit": mark("check digit of all"),
}


@dataclass(frozen=True)
class Fault:
    """A field that holds what Doc 9303 does not allow there.

    Attributes
    ----------
    field : str
        The name of the field, as in the layouts.
    text : str
        What it holds.
    words : str
        What is allowed there; see `problem` for the translated sentence.
    """

    field: str
    text: str
    words: str

    @property
    def problem(self) -> str:
        """What is wrong, in words."""
        return f"{_(FIELD_NAMES[self.field])} ({self.text}): {_(self.words)}"

    def __str__(self) -> str:
        return self.problem

    __repr__ = __str__


_NO_CODE = {
    "TD3": mark("a passport has P, then a letter or a filler (<)"),
    "TD1": mark("a card has A, C or I, then another character, never V"),
    "MRV": mark("a visa has V, then another character"),
}
# The second character is the issuing State's choice, save what is named here (9303-4, 9303-5 note k, 9303-7).
_CODE = {"TD3": re.compile(r"P[A-Z<]"), "TD1": re.compile(r"[ACI][^V]"), "MRV": re.compile(r"V.")}
_STATE = re.compile(r"(?:[A-Z]<<|[A-Z]{2}<|[A-Z]{3})")
_NAMES = re.compile(r"[A-Z]+(?:<[A-Z]+)*(?:<<[A-Z]+(?:<[A-Z]+)*)?<*")
# Doc 9303 prints < for a sex that is not specified. Some States print X instead, as on the page above it;
# a marker is never alone a ground for refusal, so it is none for a fault.
_SEXES = "MF<X"


def _code(format: str, text: str) -> str | None:
    kind = {"TD2": "TD1"}.get(format, format[:3])
    return None if _CODE[kind].fullmatch(text) else _NO_CODE[kind]


def _state(_format: str, text: str) -> str | None:
    return None if _STATE.fullmatch(text) else mark("it must be a code of one to three letters")


def _names(_format: str, text: str) -> str | None:
    if any(character.isdigit() for character in text):
        return mark("a name has no digits here")
    if not text.strip("<"):
        return mark("it is empty")
    return None if _NAMES.fullmatch(text) else mark("the fillers between its parts are not where they belong")


def _number(_format: str, text: str) -> str | None:
    return None if text.strip("<") else mark("it is empty")


def _born(_format: str, text: str) -> str | None:
    """A date of which any part may be unknown: then fillers stand for it (Doc 9303-3, 4.8)."""
    return None if _is_date(text, unknown_parts=True) else mark("it is no date: year, month, day, two each")


def _expires(format: str, text: str) -> str | None:
    if text == "<<<<<<" and format in {"TD1", "TD2"}:
        return None  # some cards never expire
    return None if _is_date(text, unknown_parts=False) else mark("it is no date: year, month, day, two each")


def _sex(_format: str, text: str) -> str | None:
    return None if text in _SEXES else mark("it must be M, F or a filler (<)")


def _digit(_format: str, text: str) -> str | None:
    return None if text.isdigit() else mark("it must be a digit")


def _digit_or_filler(_format: str, text: str) -> str | None:
    return None if text.isdigit() or text == "<" else mark("it must be a digit, or a filler (<)")


def _anything(_format: str, _text: str) -> str | None:
    return None


_RULES: dict[str, Callable[[str, str], str | None]] = {
    "code": _code,
    "state": _state,
    "names": _names,
    "number": _number,
    "nationality": _state,
    "born": _born,
    "sex": _sex,
    "expires": _expires,
    "optional": _anything,
    "optional_2": _anything,
    "number_digit": _digit,
    "born_digit": _digit,
    "expires_digit": _digit,
    "optional_digit": _digit_or_filler,
    "composite_digit": _digit,
}


def fault(format: str, field: str, text: str) -> Fault | None:
    """Return what is wrong with one field, fillers included, or None where Doc 9303 allows it.

    Parameters
    ----------
    format : str
        ``TD1``, ``TD2``, ``TD3``, ``MRV-A`` or ``MRV-B``.
    field : str
        Its name in the layout.
    text : str
        All its characters.

    Examples
    --------
    >>> fault("TD3", "born", "74<<<<") is None
    True
    >>> fault("TD3", "born", "741399")
    date of birth (741399): it is no date: year, month, day, two each
    """
    words = _RULES[field](format, text)
    return None if words is None else Fault(field, text, words)


def faults(format: str, parts: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return what is wrong with the fields of a zone, in their order.

    Parameters
    ----------
    format : str
        ``TD1``, ``TD2``, ``TD3``, ``MRV-A`` or ``MRV-B``.
    parts : mapping
        All characters of each field, by its name in the layout.
    """
    each_field = (fault(format, field, text) for field, text in parts.items())
    return tuple(each for each in each_field if each is not None)


def _is_date(text: str, *, unknown_parts: bool) -> bool:
    parts = (text[:2], text[2:4], text[4:])
    if not all(part.isdigit() or (unknown_parts and part == "<<") for part in parts):
        return False
    year, month, day = (None if part == "<<" else int(part) for part in parts)
    if month is not None and not 1 <= month <= 12:
        return False
    if day is None:
        return True
    # No century is printed: 29 February stands where any century gives it, as 00 does with 2000.
    leap = year is None or year % 4 == 0
    longest = 31 if month is None else calendar.monthrange(2000 if leap else 2001, month)[1]
    return 1 <= day <= longest
