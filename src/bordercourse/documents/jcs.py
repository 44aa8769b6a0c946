"""JSON that has one spelling only (RFC 8785), read within fixed bounds.

Our own code, because a seal needs more than one spelling. What is read is bounded in size and depth, names
a member once, and holds whole numbers below 2**53 only, so that no rounding rule can make two of one. The
package ``rfc8785`` writes 1.5 and reads nothing; a property test holds our spelling to it.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Anything, checked

__all__ = ["canonical", "read_json", "spell"]

MAX_CHARACTERS = 16_384
MAX_CONTAINERS = 200
MAX_INTEGER = 2**53 - 1
_BLANKS = " \t\n\r"  # RFC 8259 section 2
_NO_JSON = mark("The text is cut off, or is no seal (it is not JSON).")


def read_json(text: str | bytes, *, fractions: bool = False) -> Any:
    """Read JSON text strictly: bounded size and depth, no repeated name, whole numbers only.

    Parameters
    ----------
    text : str or bytes
        The text; bytes are UTF-8.
    fractions : bool
        Whether numbers may have a fraction: where nobody spells the value again to check a signature.

    Raises
    ------
    MalformedError
        For anything else. No other exception leaves this function.

    Examples
    --------
    >>> read_json('{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    bordercourse.errors.MalformedError: The name 'a' stands twice.
    """
    if len(text) > MAX_CHARACTERS:
        raise MalformedError(_("It is longer than {n} characters.").format(n=MAX_CHARACTERS))
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        # As many as are opened, at most, can be inside one another: this bounds the depth as well.
        if text.count("{") + text.count("[") > MAX_CONTAINERS:
            raise MalformedError(_("It has more than {n} objects and lists.").format(n=MAX_CONTAINERS))
        text = text.strip(_BLANKS)
        value, end = (_WITH_FRACTIONS if fractions else _DECODER).raw_decode(text)
        if end != len(text):
            raise MalformedError(_(_NO_JSON))  # something stands behind it
    except MalformedError:
        raise
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise MalformedError(_(_NO_JSON)) from error
    return value


@checked(value=Anything())
def canonical(value: Any) -> bytes:
    """Return the one spelling of `value` (JSON Canonicalization Scheme, RFC 8785).

    Numbers must be whole and below 2**53, so that no rounding rule is needed.

    Raises
    ------
    MalformedError
        If `value` holds something else than objects, lists, text, whole numbers, true, false and null.

    Examples
    --------
    >>> canonical({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    try:
        _check(value)
    except RecursionError as error:
        raise MalformedError(_("It is nested too deep.")) from error
    return spell(value)


def spell(value: Any) -> bytes:
    """Do as `canonical` for a value that `read_json` returned, which needs no second check."""
    try:
        spelling = _ENCODER.encode(value).encode("utf-8")
        if _BEYOND_PLANE_0.search(spelling):
            # RFC 8785 section 3.2.3 sorts names by UTF-16 code units; Python sorts by code points.
            # The two orders differ only where characters beyond U+FFFF take part.
            spelling = _UNSORTED.encode(_sorted(value)).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise MalformedError(_("It holds text or values that JSON cannot carry.")) from error
    return spelling


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), sort_keys=True
)
_UNSORTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_BEYOND_PLANE_0 = re.compile(rb"[\xf0-\xf4]")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _item in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedError(_("The name {name} stands twice.").format(name=repr(twice[:40])))
    return result


def _whole(digits: str) -> int:
    if len(digits) > 17 or not -MAX_INTEGER <= (number := int(digits)) <= MAX_INTEGER:
        raise MalformedError(_("A number is too large."))
    return number


def _fraction(digits: str) -> float:
    if len(digits) > 25 or not math.isfinite(number := float(digits)):
        raise MalformedError(_("A number is too large."))
    return number


def _refuse(literal: str) -> Any:
    raise MalformedError(_("Numbers must be whole, not {literal}.").format(literal=repr(literal[:20])))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_whole, parse_float=_refuse, parse_constant=_refuse
)
_WITH_FRACTIONS = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_whole, parse_float=_fraction, parse_constant=_refuse
)


def _check(value: Any) -> None:
    """Hold a value made in Python to what JSON carries here."""
    kind = type(value)
    if kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise MalformedError(_("A number is too large."))
    elif kind is dict:
        for name, item in value.items():
            if type(name) is not str:
                raise MalformedError(_("A name is not text."))
            _check(item)
    elif kind is list:
        for item in value:
            _check(item)
    elif kind is not str and kind is not bool and value is not None:
        raise MalformedError(_("JSON carries no {kind}.").format(kind=kind.__name__))


def _sorted(value: Any) -> Any:
    if type(value) is dict:
        ordered = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _sorted(value[name]) for name in ordered}
    return [_sorted(item) for item in value] if type(value) is list else value
