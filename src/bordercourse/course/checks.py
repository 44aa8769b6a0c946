"""Visible checks: is the answer there, of the right kind, in the right unit?

Each returns the answer in plain form or raises `AnswerError` with a message that helps.
They never say whether the answer is correct.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.i18n import gettext as _

__all__ = ["AnswerError", "check_list", "check_mapping", "check_number", "check_table", "check_text"]


class AnswerError(CourseError):
    """An answer that is missing or of the wrong form. It shows as a message, without a traceback."""


def _filled(value: Any, name: str) -> None:
    if value is ... or value is None:
        raise AnswerError(
            _(
                "{name} is still empty. Type your answer in place of the three dots, then run the cell."
            ).format(name=name)
        )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def check_number(
    value: Any, name: str, *, low: float | None = None, high: float | None = None, unit: str = ""
) -> float:
    """Return `value` as a number between `low` and `high`, or raise `AnswerError`.

    Examples
    --------
    >>> check_number(81.2, "completeness", low=0, high=100, unit="percent")
    81.2
    >>> check_number("81.2", "completeness")
    Traceback (most recent call last):
        ...
    bordercourse.course.checks.AnswerError: completeness is text, '81.2'. Type the number without ...
    """
    _filled(value, name)
    if isinstance(value, str):
        raise AnswerError(
            _("{name} is text, {value}. Type the number without quotation marks.").format(
                name=name, value=_shown(value)
            )
        )
    if isinstance(value, bool) or not isinstance(value, Real):
        if isinstance(value, tuple) and len(value) == 2:
            raise AnswerError(
                _(
                    "{name} is two numbers. Write a number without a comma: 1050; "
                    "and a decimal with a point: 3.5."
                ).format(name=name)
            )
        raise AnswerError(
            _("{name} is not a number: {value}. Give one number.").format(name=name, value=_shown(value))
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise AnswerError(
            _("{name} is {value}: some value in the calculation is missing or divided by zero.").format(
                name=name, value=number
            )
        )
    if (low is not None and number < low) or (high is not None and number > high):
        limits = (
            _("between {low:,g} and {high:,g}").format(low=low, high=high)
            if low is not None and high is not None
            else (
                _("at least {low:,g}").format(low=low)
                if low is not None
                else _("at most {high:,g}").format(high=high)
            )
        )
        raise AnswerError(
            _(
                "{name} is {value:,g}. It must be {limits}{unit}. Check the unit and the numbers you used."
            ).format(name=name, value=number, limits=limits, unit=f" {unit}" if unit else "")
        )
    return number


def check_text(value: Any, name: str, *, options: Iterable[str] | None = None) -> str:
    """Return `value` as text, one of `options` where given, or raise `AnswerError`.

    Capital letters do not count against `options`.

    Examples
    --------
    >>> check_text(" Rural ", "area", options=["urban", "rural"])
    'rural'
    """
    _filled(value, name)
    if not isinstance(value, str):
        raise AnswerError(
            _('{name} is not text: {value}. Write it between quotation marks, like "rural".').format(
                name=name, value=_shown(value)
            )
        )
    text = str(value).strip()
    if not text:
        raise AnswerError(_("{name} is empty text. Type your answer between the marks.").format(name=name))
    return text if options is None else _one_of(text, name, list(options))


def _one_of(value: Any, name: str, options: list[str]) -> str:
    found = {option.casefold(): option for option in options}.get(str(value).strip().casefold())
    if found is None:
        raise AnswerError(
            _("{name} is {value}. It must be one of: {options}.").format(
                name=name, value=_shown(value), options=", ".join(options)
            )
        )
    return found


def check_list(
    value: Any, name: str, *, length: int | None = None, options: Iterable[str] | None = None
) -> list[Any]:
    """Return `value` as a list, or raise `AnswerError`.

    Parameters
    ----------
    value, name
        The answer, and the name that it has in the notebook.
    length : int, optional
        How many entries it must have.
    options : iterable of str, optional
        What an entry may be; each may stand there once.

    Examples
    --------
    >>> check_list(["brigade", "notices"], "order", options=["notices", "brigade"])
    ['brigade', 'notices']
    """
    _filled(value, name)
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise AnswerError(
            _('{name} is not a list: {value}. Write it in square brackets, like ["A", "B"].').format(
                name=name, value=_shown(value)
            )
        )
    items = list(value)
    for item in items:
        if item is ...:
            _filled(item, _("one entry of {name}").format(name=name))
    if length is not None and len(items) != length:
        raise AnswerError(
            _("{name} has {n} entries. It must have {length}, with a comma between two.").format(
                name=name, n=len(items), length=length
            )
        )
    if options is None:
        return items
    allowed = list(options)
    named = [_one_of(item, _("an entry of {name}").format(name=name), allowed) for item in items]
    twice = sorted({item for item in named if named.count(item) > 1})
    if twice:
        raise AnswerError(_("{name} names {twice} more than once.").format(name=name, twice=", ".join(twice)))
    return named


def check_mapping(value: Any, name: str, *, keys: Iterable[str]) -> dict[str, Any]:
    """Return `value` as a dict with exactly `keys`, or raise `AnswerError`."""
    _filled(value, name)
    if not isinstance(value, Mapping):
        raise AnswerError(
            _('{name} is not a set of named answers: {value}. Keep the form {{"name": answer}}.').format(
                name=name, value=_shown(value)
            )
        )
    wanted = list(keys)
    missing = [key for key in wanted if key not in value]
    extra = [str(key) for key in value if key not in wanted]
    if missing or extra:
        raise AnswerError(
            _(
                "{name} needs exactly these names: {wanted}. Missing: {missing}. Not expected: {extra}."
            ).format(
                name=name,
                wanted=", ".join(wanted),
                missing=", ".join(missing) or "-",
                extra=", ".join(extra) or "-",
            )
        )
    for key in wanted:
        _filled(value[key], f"{name}[{key!r}]")
    return {key: value[key] for key in wanted}


def check_table(value: Any, name: str, *, columns: Iterable[str], rows: int | None = None) -> Any:
    """Return `value`, a pandas DataFrame that has `columns` (and `rows` rows), or raise `AnswerError`."""
    import pandas as pd

    _filled(value, name)
    if not isinstance(value, pd.DataFrame):
        raise AnswerError(_("{name} is not a table: it is {value}.").format(name=name, value=_shown(value)))
    missing = [column for column in columns if column not in value.columns]
    if missing:
        raise AnswerError(
            _("{name} has no column {missing}. Its columns are: {have}.").format(
                name=name, missing=", ".join(missing), have=", ".join(map(str, value.columns))
            )
        )
    if rows is not None and len(value) != rows:
        raise AnswerError(
            _("{name} has {n} rows. It must have {rows}: check the filter.").format(
                name=name, n=len(value), rows=rows
            )
        )
    return value
