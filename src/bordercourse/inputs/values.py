"""Declarations of one value, and of several values of one kind."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs.declared import Input, advice, shown

__all__ = [
    "LARGEST",
    "A",
    "Anything",
    "Choice",
    "Day",
    "Flag",
    "Keyed",
    "Named",
    "Number",
    "OneOrSeveral",
    "Several",
    "Share",
    "Text",
    "Whole",
    "as_float",
    "beyond",
    "is_real",
    "within",
]


#: Above this, a float no longer tells a count from the next one.
LARGEST = 2.0**53


def is_real(value: object) -> bool:
    """Return whether `value` is one number: not text, not true or false, not missing, not complex."""
    return isinstance(value, Real | Decimal) and not isinstance(value, bool | np.bool_)


def as_float(value: Any) -> float:
    """Return a real number as a float: infinite where it is beyond every float, NaN where it is none."""
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except ValueError:  # Decimal("sNaN")
        return math.nan


def _inner(value: Any) -> Any:
    """Return the value inside an array without dimensions, which numpy gives for a sum or a mean."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def within(kind: str, low: float, high: float, above: float | None = None, below: float | None = None) -> str:
    """Return what to give, in a sentence: the kind of number and its limits."""
    bounds = (low if above is None else above), (high if below is None else below)
    if above is not None and math.isinf(bounds[1]):
        return _("Give {kind} above {low:g}.").format(kind=kind, low=above)
    if above is not None or below is not None:
        low, high = bounds
        return _("Give {kind} between {low:g} and {high:g}.").format(kind=kind, low=low, high=high)
    if math.isinf(high):
        form = _("Give {kind}.") if math.isinf(low) else _("Give {kind} of {low:g} or more.")
        return form.format(kind=kind, low=low)
    return _("Give {kind} from {low:g} to {high:g}.").format(kind=kind, low=low, high=high)


def beyond(value: str, low: float, high: float) -> str:
    """Return how a value misses its limits, in a sentence."""
    if math.isinf(low) or math.isinf(high):
        return _("{value} is out of range.").format(value=value)
    return _("{value} is not between {low:g} and {high:g}.").format(value=value, low=low, high=high)


@dataclass(frozen=True)
class Number(Input):
    """One number from `low` to `high`, both included; or above `above` and below `below`."""

    low: float = -math.inf
    high: float = math.inf
    above: float | None = None
    below: float | None = None

    def read(self, value: Any, name: str) -> float:
        """Return a plain float (an int for `Whole`)."""
        value = _inner(value)
        if isinstance(value, str):
            raise InputError(
                name,
                _("{value} is text, not a number.").format(value=shown(value)),
                _("Write it without quotation marks."),
            )
        number = self._plain(value)
        if number is None or math.isnan(number):
            raise InputError(
                name, _("{value} is not {what}.").format(value=shown(value), what=self._kind()), self.demand
            )
        low, high, above, below = self.low, self.high, self.above, self.below
        inside = (
            low <= number <= high and (above is None or number > above) and (below is None or number < below)
        )
        if not inside or abs(number) > LARGEST:
            ends = (low if above is None else above), (high if below is None else below)
            raise InputError(name, beyond(shown(value), *ends), self.demand)
        return number

    @property
    def demand(self) -> str:
        """What to give, in a sentence."""
        return within(self._kind(), self.low, self.high, self.above, self.below)

    def _kind(self) -> str:
        return _("a number")

    def _plain(self, value: Any) -> float | None:
        return as_float(value) if is_real(value) else None


@dataclass(frozen=True)
class Share(Number):
    """One share: a number from 0 to 1, not a percentage."""

    low: float = 0.0
    high: float = 1.0

    def _kind(self) -> str:
        return _("a share")


@dataclass(frozen=True)
class Whole(Number):
    """One whole number; 30.0, as a sum of a column gives it, is 30."""

    def read(self, value: Any, name: str) -> int:
        """Return a plain int."""
        value = _inner(value)
        number = super().read(value, name)
        if number != math.floor(number):
            raise InputError(name, _("{value} is not whole.").format(value=shown(value)), self.demand)
        return int(value) if isinstance(value, Integral) else int(number)

    def _kind(self) -> str:
        return _("a whole number")


@dataclass(frozen=True)
class Flag(Input):
    """True or false."""

    def read(self, value: Any, name: str) -> bool:
        """Return a plain bool."""
        value = _inner(value)
        if not isinstance(value, bool | np.bool_):
            raise InputError(
                name, _("{value} is not true or false.").format(value=shown(value)), _("Give True or False.")
            )
        return bool(value)


class Choice(Input):
    """One of a few values, texts or numbers."""

    def __init__(self, *values: object, do: str = "") -> None:
        self.values = values
        self.do = do

    def __repr__(self) -> str:
        return f"Choice({', '.join(map(repr, self.values))})"

    def read(self, value: Any, name: str) -> Any:
        """Return the value as it was declared."""
        value = _inner(value)
        for known in self.values:
            if isinstance(known, str) == isinstance(value, str) and not isinstance(value, bool | np.bool_):
                try:
                    if bool(value == known):
                        return known
                except (TypeError, ValueError, ArithmeticError):  # a table or a missing value is no choice
                    break
        raise InputError(
            name,
            _("{value} is not a choice.").format(value=shown(value)),
            advice(self.do, _("Choose from {values}.").format(values=", ".join(map(repr, self.values)))),
        )


@dataclass(frozen=True)
class Text(Input):
    """One text that is not empty, save where `empty` allows it."""

    empty: bool = False

    def read(self, value: Any, name: str) -> str:
        """Return a plain str."""
        if not isinstance(value, str):
            do = _("Write it in quotation marks.") if is_real(value) else _("Give a text.")
            raise InputError(name, _("{value} is not text.").format(value=shown(value)), do)
        if not self.empty and not value.strip():
            raise InputError(name, _("the text is empty."), _("Give a text."))
        return str(value)


@dataclass(frozen=True)
class Day(Input):
    """One day: a date, or a text with the year first. 3/4/2024 reads two ways, and "12" is no day.

    A bare number is refused too, because pandas reads 2007 as nanoseconds after 1970.
    """

    do: str = ""

    def read(self, value: Any, name: str) -> pd.Timestamp:
        """Return a Timestamp without a time zone."""
        value = _inner(value)
        try:
            unclear = isinstance(value, str) and not re.match(r"\s*\d{4}-\d{1,2}-\d{1,2}(?!\d)", value)
            at = None if unclear or isinstance(value, Real | Decimal) else pd.Timestamp(value)
        except (TypeError, ValueError, OverflowError):
            at = None
        if not isinstance(at, pd.Timestamp):  # NaT is not a Timestamp
            raise InputError(
                name,
                _("{value} is not a date.").format(value=shown(value)),
                advice(self.do, _('Give a date, such as "2024-12-31".')),
            )
        return at.tz_localize(None)


class A(Input):
    """One object of a class of the library (or of several), which another function makes."""

    def __init__(self, *kinds: type, do: str) -> None:
        self.kinds, self.do = kinds, do

    def __repr__(self) -> str:
        return f"A({', '.join(kind.__name__ for kind in self.kinds)})"

    def read(self, value: Any, name: str) -> Any:
        """Return the object."""
        if not isinstance(value, self.kinds):
            raise InputError(
                name,
                _("{value} is not a {kind}.").format(value=shown(value), kind=self.kinds[0].__name__),
                _(self.do),
            )
        return value


@dataclass(frozen=True)
class Anything(Input):
    """A value that is looked up, and refused by the function itself where it is not found."""

    def read(self, value: Any, name: str) -> Any:
        """Return the value; numpy's scalars become Python's."""
        return value.item() if isinstance(value, np.generic) else value


@dataclass(frozen=True)
class Several(Input):
    """Several values of one kind: a list, a tuple, a set, an array, a column. A text alone is not several."""

    each: Input
    least: int = 0
    do: str = ""

    def read(self, value: Any, name: str) -> tuple[Any, ...]:
        """Return a tuple."""
        refused = isinstance(value, str | bytes | Mapping | pd.DataFrame)
        if refused or not isinstance(value, Iterable) or (isinstance(value, np.ndarray) and value.ndim != 1):
            raise InputError(
                name,
                _("{value} is not a list.").format(value=shown(value)),
                advice(self.do, _("Give a list.")),
            )
        found = tuple(self.each.read(one, name) for one in value)
        if len(found) < self.least:
            raise InputError(
                name,
                _("the list is empty.") if not found else _("there is only {n}.").format(n=len(found)),
                advice(self.do, _("Give {n} or more.").format(n=self.least)),
            )
        return found


@dataclass(frozen=True)
class OneOrSeveral(Input):
    """One value, or several of the same kind."""

    each: Input

    def read(self, value: Any, name: str) -> Any:
        """Return one value as its kind does, several as a tuple."""
        value = _inner(value)
        if isinstance(value, Iterable) and not isinstance(value, str | bytes):
            return Several(self.each).read(value, name)
        return self.each.read(value, name)


@dataclass(frozen=True)
class Keyed(Input):
    """A mapping from texts to values of one kind."""

    each: Input

    def read(self, value: Any, name: str) -> dict[str, Any]:
        """Return a dict."""
        if not isinstance(value, Mapping):
            raise InputError(
                name, _("{value} is not a mapping.").format(value=shown(value)), _('Give {"name": value}.')
            )
        return {Text().read(key, name): self.each.read(one, name) for key, one in value.items()}


class Named(Input):
    """The inputs that a function takes by name without a parameter for each (``**rules``)."""

    def __init__(self, **inputs: Input) -> None:
        self.inputs = inputs

    def __repr__(self) -> str:
        return f"Named({', '.join(self.inputs)})"

    def read(self, value: Any, name: str) -> dict[str, Any]:
        """Return the inputs by name."""
        for key in value:
            if key not in self.inputs:
                raise InputError(
                    key,
                    _("there is no such input."),
                    _("Choose from {values}.").format(values=", ".join(self.inputs)),
                )
        return {key: one if one is None else self.inputs[key].read(one, key) for key, one in value.items()}
