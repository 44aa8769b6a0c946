"""Visible checks: is the answer there, of the right kind, in the right unit?

Each returns the answer in plain form or raises `AnswerError` with a message that helps.
They never say whether the answer is correct.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

from bordercourse.course.characters import is_blank, odd_characters
from bordercourse.course.form import AskedNumber
from bordercourse.course.typed import advice
from bordercourse.errors import CourseError
from bordercourse.i18n import gettext as _

__all__ = [
    "AnswerError",
    "UnansweredError",
    "check_list",
    "check_mapping",
    "check_number",
    "check_table",
    "check_text",
]


class AnswerError(CourseError):
    """An answer that is missing or of the wrong form. It shows as a message, without a traceback."""


class UnansweredError(AnswerError):
    """An answer that is not there yet: no mistake, so a page shows it in grey.

    Parameters
    ----------
    message : str
        What is open, and what to do.
    question : str
        The question that is clicked and not typed: its note changes as soon as an answer is saved.
    """

    def __init__(self, message: str, question: str = "") -> None:
        super().__init__(message)
        self.question = question


def _filled(value: Any, name: str) -> None:
    if value is ... or value is None or (isinstance(value, str) and is_blank(value)):
        raise UnansweredError(
            _("{name} is still empty. Type your answer in place of the three dots, then run the box.").format(
                name=name
            )
        )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def check_number(value: Any, name: str, asked: AskedNumber | None = None) -> float:
    """Return `value` as a number of the form that is `asked` for, or raise `AnswerError`.

    Examples
    --------
    >>> check_number(81.2, "completeness", AskedNumber("percent"))
    81.2
    >>> check_number("81.2", "completeness")
    Traceback (most recent call last):
        ...
    bordercourse.course.checks.AnswerError: completeness is text, '81.2'. Type the number without ...
    """
    _filled(value, name)
    asked = asked or AskedNumber()
    if isinstance(value, bool) or not isinstance(value, Real):
        raise AnswerError(_not_a_number(value, name, asked))
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
    problem = asked.problem(name, number)
    if problem:
        raise AnswerError(problem)
    return number


def _not_a_number(value: Any, name: str, asked: AskedNumber) -> str:
    if isinstance(value, str):
        head = _("{name} is text, {value}. Type the number without quotation marks.")
        tip = advice(value, asked)
        if not tip and not any(char.isdigit() for char in value):
            tip = _("Type it in figures, without words.")
    elif isinstance(value, tuple) and value and all(type(part) in (int, float) for part in value):
        head = _("{name} is read as several numbers, {value}.")
        tip = _split_by_commas(value, asked) or _("Type one number, without a comma.")
    elif isinstance(value, (list, set, tuple)) and len(value) == 1:
        head = _("{name} is a list, {value}. Type the number without brackets.")
        tip = ""
    else:
        head, tip = _("{name} is not a number: {value}. Give one number."), ""
    return f"{head.format(name=name, value=_shown(value))} {tip}".strip()


def _split_by_commas(parts: tuple[float, ...], asked: AskedNumber) -> str:
    """Return the advice on a number that its commas have split: 12,000 is read as (12, 0)."""
    if any(type(part) is not int or part < 0 for part in parts):
        return ""
    groups = [str(part) if n == 0 or part else "000" for n, part in enumerate(parts)]
    return advice(",".join(groups) + ("," if len(parts) == 1 else ""), asked)


def check_text(value: Any, name: str, *, options: Iterable[str] | None = None) -> str:
    """Return `value` as text, one of `options` where given, or raise `AnswerError`.

    Capital letters do not count against `options`.

    Examples
    --------
    >>> check_text(" Rural ", "area", options=["urban", "rural"])
    'rural'
    """
    _filled(value, name)
    if not isinstance(value, str) and options is None:
        raise AnswerError(
            _('{name} is not text: {value}. Write it between quotation marks, "like this".').format(
                name=name, value=_shown(value)
            )
        )
    return str(value).strip() if options is None else _one_of(value, name, list(options))


def _one_of(value: Any, name: str, options: list[str]) -> str:
    by_folded = {option.casefold(): option for option in options}
    option = by_folded.get(value.strip().casefold()) if isinstance(value, str) else None
    if option is None:
        raise AnswerError(
            " ".join(
                [
                    _("{name} is {value}. It must be one of: {options}.").format(
                        name=name, value=_shown(value), options=", ".join(options)
                    ),
                    *_text_tips(value, by_folded),
                ]
            )
        )
    return option


def _text_tips(value: Any, by_folded: Mapping[str, str]) -> list[str]:
    """Name what stands in a word that would be one of the options without it."""
    if not isinstance(value, str):
        return [_("Type a word between quotation marks.")]
    sentences, plain = odd_characters(value)
    if sentences and plain.strip().casefold() in by_folded:
        return sentences
    bare = value.strip(" \t\n.,;:!?'\"()[]").casefold()
    if bare in by_folded:
        return [_("Leave out the signs around the word.")]
    folded = value.strip().casefold()
    if any(folded.startswith(word) and folded[len(word) :] in by_folded for word in by_folded):
        return [_("A comma is missing between two words: each stands between its own quotation marks.")]
    if any(part.strip() in by_folded for part in folded.split(",")):
        return [_("Put each word between its own quotation marks, with a comma between two.")]
    return []


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
            _(
                "{name} is not a set of named answers: {value}. "
                "Keep the lines of the box as they were, with a name, a colon and your answer in each."
            ).format(name=name, value=_shown(value))
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
