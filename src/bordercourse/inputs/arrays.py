"""Declarations of numbers, days and words that stand in a list, an array or a column."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs.declared import Input, advice, shown
from bordercourse.inputs.values import LARGEST, as_float, beyond, is_real, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Days", "Flags", "Labels", "Numbers", "Words", "same_names"]


@dataclass(frozen=True)
class Numbers(Input):
    """Numbers without a gap: one, a list, an array or a Series; a table too where `frame` is true.

    From `low` to `high`, both included, or above `above`; `whole` refuses fractions, and missing ones pass
    where `gaps` is true. `do` says what to give.
    """

    low: float = -math.inf
    high: float = math.inf
    above: float | None = None
    whole: bool = False
    frame: bool = False
    gaps: bool = False
    do: str = ""

    def read(self, value: Any, name: str) -> Any:
        """Return floats in the form they came in: a float, an array, a Series or a table."""
        array = None if isinstance(value, pd.DataFrame) and not self.frame else floats(value)
        if array is None or (array.ndim > 1 and not isinstance(value, pd.DataFrame)):
            do = _("Give numbers, not text.") if isinstance(value, str) else _("Give numbers.")
            raise InputError(name, _("some values are not numbers."), advice(self.do, do))
        if isinstance(value, pd.DataFrame) and not array.size:
            raise InputError(name, _("the table is empty."), _("Check the filter that made it."))
        bad = np.abs(array) > LARGEST if self.gaps else ~(np.abs(array) <= LARGEST)
        if bad.any():
            raise InputError(
                name,
                _("a value is missing, infinite or too large (position {position}).").format(
                    position=int(np.flatnonzero(bad.ravel())[0])
                ),
                _("Remove or mend it; a gap is not a zero."),
            )
        self._within(array[~np.isnan(array)], name)
        if isinstance(value, pd.DataFrame):
            return pd.DataFrame(array, index=value.index, columns=value.columns)
        if isinstance(value, pd.Series):
            return pd.Series(array, index=value.index, name=value.name)
        return float(array) if array.ndim == 0 else array

    def _within(self, array: Floats, name: str) -> None:
        low = array.min(initial=math.inf)
        nonnegative = self.above == 0 or (self.low == 0 and math.isinf(self.high))
        if nonnegative and low < 0:
            raise InputError(
                name,
                _("a count is negative ({value:g}).").format(value=low),
                advice(self.do, _("Give counts of zero or more.")),
            )
        if self.above == 0 and low <= 0:
            raise InputError(name, _("a value is zero."), _("This method needs values above zero."))
        outside = array[(array < self.low) | (array > self.high)]
        if len(outside):
            raise InputError(
                name,
                beyond(f"{outside[0]:g}", self.low, self.high),
                advice(self.do, within(_("numbers"), self.low, self.high, self.above)),
            )
        if self.whole and (array != np.floor(array)).any():
            raise InputError(
                name,
                _("a value is not a whole number ({value:g}).").format(
                    value=array[array != np.floor(array)][0]
                ),
                advice(self.do, _("Give whole numbers.")),
            )


def floats(values: object) -> Floats | None:
    """Return `values` as floats, missing ones as NaN, or None if some are text, dates or true and false.

    NumPy by itself reads "12" as 12, a date as nanoseconds and True as 1.
    """
    if isinstance(values, pd.DataFrame):
        kinds = set(values.dtypes)
        if all(map(_counts_in, kinds)):  # columns of Int64 would become objects, looked at one by one
            values = values.to_numpy(dtype=np.float64, na_value=np.nan)
    try:
        raw = np.asarray(values)
    except ValueError:  # lists of different lengths
        return None
    if raw.dtype.kind == "O":
        plain = [math.nan if one is None or one is pd.NA else one for one in raw.ravel()]
        if not all(map(is_real, plain)):
            return None
        return np.array([as_float(one) for one in plain], dtype=np.float64).reshape(raw.shape)
    return raw.astype(np.float64) if raw.dtype.kind in "iuf" else None


def _counts_in(kind: Any) -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(kind) and not (types.is_bool_dtype(kind) or types.is_complex_dtype(kind))


@dataclass(frozen=True)
class Flags(Input):
    """A column of true and false without a gap; 1 and 0 are read too, text is not."""

    def read(self, value: Any, name: str) -> pd.Series[bool]:
        """Return a column of bool."""
        column = pd.Series(value)
        if column.isna().any() or not column.isin([True, False]).all():
            raise InputError(name, _("it is not true or false in every row."), _("Give only true and false."))
        return column.astype(bool)


@dataclass(frozen=True)
class Days(Input):
    """A column of days; missing ones pass where `gaps` is true. Text is refused: 3/4/2024 reads two ways."""

    gaps: bool = False

    def read(self, value: Any, name: str) -> pd.Series[pd.Timestamp]:
        """Return a column of Timestamps without a time zone."""
        column = pd.Series(value)
        if column.dtype == object and all(isinstance(day, dt.date) for day in column[column.notna()]):
            column = pd.to_datetime(column)
        if not pd.api.types.is_datetime64_any_dtype(column):
            raise InputError(
                name,
                _("it does not hold dates."),
                _('Turn it into dates; with the day first: pandas.to_datetime(…, format="%d/%m/%Y").'),
            )
        if not self.gaps and column.isna().any():
            raise InputError(
                name, _("a day is missing."), _("Leave such rows out and say how many they are.")
            )
        return column.dt.tz_localize(None)


@dataclass(frozen=True)
class Labels(Input):
    """A column of names of groups, of any kind, none missing."""

    do: str = ""

    def read(self, value: Any, name: str) -> Any:
        """Return the column."""
        if pd.isna(value).any():
            raise InputError(
                name,
                _("a value is missing."),
                advice(self.do, _("Name it, for example 'not known': a row without a group would be lost.")),
            )
        return value


@dataclass(frozen=True)
class Words(Input):
    """A column of texts; missing ones pass where `gaps` is true, and `one_of` lists what may stand there."""

    gaps: bool = False
    one_of: tuple[str, ...] = ()

    def read(self, value: Any, name: str) -> Any:
        """Return the column."""
        there = value[value.notna()]
        bad = [
            word for word in there if not isinstance(word, str) or (self.one_of and word not in self.one_of)
        ]
        if bad or (len(there) < len(value) and not self.gaps):
            raise InputError(
                name,
                _("{value} cannot stand in it.").format(value=shown(bad[0]))
                if bad
                else _("a text is missing."),
                _("Choose from {values}.").format(values=", ".join(self.one_of))
                if self.one_of
                else _("Give a text in every row."),
            )
        return value


def same_names(given: Mapping[str, object], problem: str, do: str) -> tuple[Any, dict[str, object]]:
    """Return the index of the first Series among `given` (or None), and all values in its order.

    Parameters
    ----------
    given : mapping
        Numbers, arrays and Series, by the name of the input.
    problem, do : str
        What to say where a Series names others than the first one.

    Returns
    -------
    tuple
        The index of the first Series, and the values by name, each Series in the order of that index.

    Raises
    ------
    InputError
        Two Series name different populations, or one names a population twice.
    """
    index: pd.Index[Any] | None = None
    ordered = dict(given)
    for name, value in given.items():
        if not isinstance(value, pd.Series):
            continue
        if index is None:
            index = value.index
        elif not value.index.equals(index):
            if not (index.is_unique and value.index.is_unique):
                raise InputError(name, _("a name occurs twice."), _("Give each name once."))
            if len(value) != len(index) or not value.index.isin(index).all():
                raise InputError(name, problem, do)
            ordered[name] = value.reindex(index)
    return index, ordered
