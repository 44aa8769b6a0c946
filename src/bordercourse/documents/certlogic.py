"""CertLogic: the small language in which States publish what a health certificate must fulfil.

A rule is JSON: an operation with its operands, evaluated over a certificate and a clock. It has no loop but
`reduce`, sees nothing outside its data, and every error in it is a `MalformedError`.

References
----------
European eHealth Network, CertLogic specification 1.3.3 (ehn-dcc-development/eu-dcc-business-rules). Its own
cases are held by tests/documents/test_certlogic.py.
"""

from __future__ import annotations

import operator
import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["evaluate"]

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d{1,2})(?::?(\d\d))?)?", re.ASCII
)
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_UNITS = ("year", "month", "day", "hour")
_SEPARATORS = re.compile(r"[/#:]")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_COMPARE_TIMES = {
    "before": operator.lt,
    "after": operator.gt,
    "not-after": operator.le,
    "not-before": operator.ge,
}


def evaluate(expression: Any, data: Any) -> Any:
    """Return the value of an expression.

    Parameters
    ----------
    expression : object
        JSON: a literal, a list of expressions, or one operation with its operands.
    data : object
        JSON that ``var`` reads, such as ``{"payload": ..., "external": {"validationClock": ...}}``.

    Raises
    ------
    MalformedError
        If the expression is none of CertLogic, or a value in it has another type than its operation needs.

    Examples
    --------
    >>> evaluate({">": [{"var": "dn"}, 1]}, {"dn": 2})
    True
    """
    try:
        return _value(expression, data)
    except RecursionError:
        raise MalformedError(_("The rule is nested too deeply.")) from None


def _value(expression: Any, data: Any) -> Any:
    if type(expression) in (str, int, bool):
        return expression
    if type(expression) is list:
        return [_value(item, data) for item in expression]
    if type(expression) is not dict or len(expression) != 1:
        raise MalformedError(_("A part of the rule is no expression."))
    ((name, operands),) = expression.items()
    if name == "var":
        return _read(operands, data)
    if name not in _OPERATIONS or type(operands) is not list:
        raise MalformedError(_("The rule uses {name}, which is no operation.").format(name=repr(name)))
    counts, run = _OPERATIONS[name]
    if len(operands) not in counts:
        raise MalformedError(_("{name} has a wrong number of operands.").format(name=repr(name)))
    return run(operands, data)


def _read(path: Any, data: Any) -> Any:
    if type(path) is not str:
        raise MalformedError(_("A path into the data is no text."))
    for part in path.split(".") if path else []:
        if type(data) is list:
            data = data[int(part)] if part.isascii() and part.isdigit() and int(part) < len(data) else None
        else:
            data = data.get(part) if type(data) is dict else None
    return data


def _truth(value: Any) -> bool:
    """Say whether a value counts as true; a moment is neither true nor false."""
    if value is None or type(value) in (bool, int, float, str, list, dict):
        return bool(value)
    raise MalformedError(_("A condition is neither true nor false."))


def _if(operands: Sequence[Any], data: Any) -> Any:
    guard, then, other = operands
    return _value(then if _truth(_value(guard, data)) else other, data)


def _and(operands: Sequence[Any], data: Any) -> Any:
    value: Any = True
    for operand in operands:
        value = _value(operand, data)
        if not _truth(value):
            return value
    return value


def _not(operands: Sequence[Any], data: Any) -> bool:
    return not _truth(_value(operands[0], data))


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and left == right  # in Python, True equals 1


def _equal(operands: Sequence[Any], data: Any) -> bool:
    return _same(*(_value(each, data) for each in operands))


def _in(operands: Sequence[Any], data: Any) -> bool:
    one, several = (_value(each, data) for each in operands)
    if type(several) is not list:
        raise MalformedError(_("What should be a list is none."))
    return any(_same(one, each) for each in several)


def _plus(operands: Sequence[Any], data: Any) -> int:
    left, right = (_whole(_value(each, data)) for each in operands)
    return left + right


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise MalformedError(_("What should be a whole number is none."))
    return value


def _comparison(compare: Callable[[Any, Any], bool], kind: type) -> Callable[[Sequence[Any], Any], bool]:
    def run(operands: Sequence[Any], data: Any) -> bool:
        values = [_value(each, data) for each in operands]
        if any(type(value) is not kind for value in values):
            raise MalformedError(_("A comparison mixes numbers, dates or nothing."))
        return all(compare(left, right) for left, right in pairwise(values))

    return run


def _plus_time(operands: Sequence[Any], data: Any) -> datetime:
    start, amount, unit = _value(operands[0], data), _whole(operands[1]), operands[2]
    if unit not in _UNITS:
        raise MalformedError(_("{unit} is no unit of time.").format(unit=repr(unit)))
    try:
        return _moved(_moment(start), amount, unit)
    except (ValueError, OverflowError) as error:
        raise _no_date(start) from error


def _moved(at: datetime, amount: int, unit: str) -> datetime:
    """Return a moment `amount` units later; a day that a month lacks runs over into the next month."""
    if unit in ("day", "hour"):
        return at + timedelta(**{f"{unit}s": amount})
    months = 12 * at.year + at.month - 1 + amount * (12 if unit == "year" else 1)
    first = at.replace(year=months // 12, month=months % 12 + 1, day=1)
    return first + timedelta(days=at.day - 1)


def _moment(text: Any) -> datetime:
    if type(text) is not str:
        raise MalformedError(_("What should be a date is none."))
    match = _TIME.fullmatch(text)
    if match is None:
        return _last_day(text)
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-offset if sign == "-" else offset)
    thousandths = int((fraction or "0").ljust(3, "0")[:3])
    clock = int(hour), int(minute), int(second), 1000 * thousandths
    return datetime(int(year), int(month), int(day), *clock, tzinfo=zone).astimezone(UTC)


def _last_day(text: Any) -> datetime:
    """Return the last day that a date may mean: of a year alone, its 31 December."""
    match = _DAY.fullmatch(text) if type(text) is str else None
    if match is None:
        raise _no_date(text)
    year, month = int(match[1]), int(match[2] or 12)
    return datetime(year, month, int(match[3] or monthrange(year, month)[1]), tzinfo=UTC)


def _no_date(value: Any) -> MalformedError:
    return MalformedError(_("{value} is not a date.").format(value=repr(value)))


def _birth(operands: Sequence[Any], data: Any) -> datetime:
    text = _value(operands[0], data)
    try:
        return _last_day(text)
    except ValueError as error:
        raise _no_date(text) from error


def _reduce(operands: Sequence[Any], data: Any) -> Any:
    several, step, first = operands
    items, value = _value(several, data), _value(first, data)
    if items is not None and type(items) is not list:
        raise MalformedError(_("What should be a list is none."))
    for item in items or []:
        value = _value(step, {"accumulator": value, "current": item})
    return value


def _from_identifier(operands: Sequence[Any], data: Any) -> str | None:
    text, place = _value(operands[0], data), _whole(operands[1])
    if text is None:
        return None
    if type(text) is not str:
        raise MalformedError(_("What should be an identifier is none."))
    parts = _SEPARATORS.split(text.removeprefix("URN:UVCI:"))
    return parts[place] if 0 <= place < len(parts) else None


#: By name: how many operands an operation takes, and what it does.
_OPERATIONS: dict[str, tuple[Sequence[int], Callable[[Sequence[Any], Any], Any]]] = {
    "if": ((3,), _if),
    "and": (range(2, 1000), _and),
    "!": ((1,), _not),
    "===": ((2,), _equal),
    "in": ((2,), _in),
    "+": ((2,), _plus),
    "plusTime": ((3,), _plus_time),
    "dccDateOfBirth": ((1,), _birth),
    "reduce": ((3,), _reduce),
    "extractFromUVCI": ((2,), _from_identifier),
    **{name: ((2, 3), _comparison(compare, int)) for name, compare in _COMPARE.items()},
    **{name: ((2, 3), _comparison(compare, datetime)) for name, compare in _COMPARE_TIMES.items()},
}
