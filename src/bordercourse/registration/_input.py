"""What every method asks of its input: named columns, usable counts, ages in order.

A table may hold one population or many (districts, sexes, years). Many are stacked
into arrays of shape (populations, ages), so that no method loops over districts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from numbers import Number, Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = [
    "Stack",
    "age_range",
    "day",
    "interval_years",
    "names",
    "numbers",
    "require_columns",
    "same_names",
    "scalar_or_series",
    "shown",
    "stack",
    "two_censuses",
]


def shown(value: object) -> str:
    """Return a name from a table as a reader would write it: 5, not np.int64(5)."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def names(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the grouping columns as a tuple, empty for one population."""
    if by is None:
        return ()
    return (by,) if isinstance(by, str) else tuple(by)


def require_columns(table: pd.DataFrame, columns: Sequence[str], name: str = "table") -> pd.DataFrame:
    """Return `table` with index levels as columns, or say which column is missing."""
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            name,
            _("this is {kind}, not a table.").format(kind=type(table).__name__),
            _("Give a pandas DataFrame."),
        )
    if any(column not in table.columns and column in table.index.names for column in columns):
        table = table.reset_index()
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(
            name,
            _("there is no column {missing}.").format(missing=", ".join(map(repr, missing))),
            _("The columns are {have}.").format(have=", ".join(map(repr, table.columns))),
        )
    twice = [column for column in columns if isinstance(table[column], pd.DataFrame)]
    if twice:
        raise InputError(
            name, _("there are two columns {twice}.").format(twice=repr(twice[0])), _("Drop or rename one.")
        )
    if not len(table):
        raise InputError(name, _("the table has no rows."), _("Check the filter that made it."))
    return table


def numbers(values: object, name: str, *, positive: bool = False, negative: bool = False) -> Numbers:
    """Return `values` as floats, after refusing text, dates, gaps and impossible signs.

    Zero is refused where `positive`; values below zero are allowed only where `negative`.
    """
    array = _floats(values)
    if array is None:
        raise InputError(name, _("some values are not numbers."), _("Give numbers."))
    if not np.isfinite(array).all():
        raise InputError(
            name,
            _("a value is missing or infinite (position {position}).").format(
                position=int(np.flatnonzero(~np.isfinite(array.ravel()))[0])
            ),
            _("Remove or mend it; a gap is not a zero."),
        )
    low = array.min(initial=np.inf)
    if low < 0 and not negative:
        raise InputError(
            name,
            _("a count is negative ({value:g}).").format(value=low),
            _("Give counts of zero or more."),
        )
    if positive and low <= 0:
        raise InputError(name, _("a value is zero."), _("This method needs values above zero."))
    return array


def _floats(values: object) -> Numbers | None:
    """Return `values` as floats, missing ones as NaN, or None if some are text, dates or true and false.

    NumPy by itself reads "12" as 12, a date as nanoseconds and True as 1.
    """
    if isinstance(values, pd.DataFrame):
        kinds = set(values.dtypes)
        if all(map(_counts_in, kinds)):  # columns of Int64 would become objects, looked at one by one
            values = values.to_numpy(dtype=np.float64, na_value=np.nan)
    raw = np.asarray(values)
    if raw.dtype.kind == "O":
        for value in raw.ravel():
            missing = value is None or value is pd.NA
            if isinstance(value, (bool, np.bool_)) or not (missing or isinstance(value, (Real, Decimal))):
                return None
        raw = np.where(pd.isna(raw), np.nan, raw)
    elif raw.dtype.kind not in "iuf":
        return None
    return raw.astype(np.float64)


def _counts_in(kind: Any) -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(kind) and not (types.is_bool_dtype(kind) or types.is_complex_dtype(kind))


def same_names(given: Mapping[str, object], problem: str, do: str) -> tuple[Any, dict[str, object]]:
    """Return the index of the first Series among `given` (or None), and all values in its order."""
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


def day(value: object, name: str, do: str) -> pd.Timestamp:
    """Return a date; a bare number is refused, because pandas reads 2007 as nanoseconds after 1970."""
    try:
        at = None if isinstance(value, Number) else pd.Timestamp(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        at = None
    if not isinstance(at, pd.Timestamp):  # NaT is not a Timestamp
        raise InputError(name, _("{value} is not a date.").format(value=shown(value)), do)
    return at.tz_localize(None)


def interval_years(dates: tuple[Any, Any]) -> float:
    """Return the years from the first census to the second, of 365.25 days each."""
    do = _('Give two dates, such as ("1997-08-01", "2007-08-01").')
    if not isinstance(dates, (tuple, list)) or len(dates) != 2:
        raise InputError("dates", _("{value} are not two dates.").format(value=repr(dates)), do)
    first, second = (day(date, "dates", do) for date in dates)
    if not second > first:
        raise InputError(
            "dates",
            _("the second census ({second}) is not after the first ({first}).").format(
                first=str(first)[:10], second=str(second)[:10]
            ),
            _("Give the earlier census first."),
        )
    years = float((second - first) / pd.Timedelta(days=365.25))
    if not 1 <= years <= 50:
        raise InputError(
            "dates",
            _("the censuses are {years:.1f} years apart.").format(years=years),
            _("Give dates of one calendar, a year or more apart: growth needs time to show."),
        )
    return years


def two_censuses(population: tuple[str, str]) -> tuple[str, str]:
    """Return the columns of the first and the second census, after checking that they are two."""
    if isinstance(population, str) or len(population) != 2 or population[0] == population[1]:
        raise InputError(
            "population",
            _("{value} are not two columns.").format(value=repr(population)),
            _('Name the first and the second census, such as ("census_1", "census_2").'),
        )
    return population[0], population[1]


@dataclass(frozen=True)
class Stack:
    """Many populations of the same ages, as arrays of shape (populations, ages)."""

    index: pd.Index[Any]
    ages: NDArray[np.int64]
    values: dict[str, Numbers]

    def long(self, **columns: Numbers) -> pd.DataFrame:
        """Return arrays of shape (populations, ages) as a table, one row a population and age."""
        size = len(self.index)
        keys = self.index.repeat(len(self.ages)).to_frame(index=False) if self.index.names[0] else None
        flat = pd.DataFrame({name: array.ravel() for name, array in columns.items()})
        flat.insert(0, "age", np.tile(self.ages, size))
        return flat if keys is None else pd.concat([keys, flat], axis=1)


def stack(
    table: pd.DataFrame,
    *,
    age: str,
    by: str | Sequence[str] | None,
    positive: Sequence[str] = (),
    counts: Sequence[str] = (),
    signed: Sequence[str] = (),
) -> Stack:
    """Stack the populations of a table of five-year age groups.

    Ages are the lower limits of the groups, in order and without gaps; the last group is open.
    """
    keys = names(by)
    columns = [*positive, *counts, *signed]
    table = require_columns(table, [*keys, age, *columns])
    order, index, n = _order(table, keys)
    ages = _floats(table[age])
    if ages is None or np.isnan(ages).any() or ages.min() < 0:
        raise InputError(
            age,
            _("ages are not numbers.") if ages is None else _("an age is missing or negative."),
            _("Give the lower limit of each group: 0, 5, …, 80 for 80+."),
        )
    first = _same_ages(ages[order].reshape(len(index), n), age, index, bool(keys))
    values: dict[str, Numbers] = {}
    for column in columns:
        flat = numbers(table[column], column, positive=column in positive, negative=column in signed)
        values[column] = flat[order].reshape(len(index), n)
    return Stack(index, first, values)


def _order(table: pd.DataFrame, keys: tuple[str, ...]) -> tuple[NDArray[np.int64], pd.Index[Any], int]:
    """Return the row order that brings each population together, their names, and rows in each."""
    if not keys:
        return np.arange(len(table)), pd.Index([0]), len(table)
    groups = table.groupby(list(keys), sort=False, observed=True)
    if table[list(keys)].isna().any(axis=None):
        raise InputError(
            ", ".join(keys), _("a name is missing."), _("Give every row the name of its population.")
        )
    sizes = groups.size()
    if sizes.nunique() > 1:
        odd = sizes.index[int(np.argmax(np.asarray(sizes != sizes.mode().iloc[0])))]
        raise InputError(
            ", ".join(keys),
            _("{odd} has {n} age groups, others have {usual}.").format(
                odd=shown(odd), n=int(sizes.loc[odd]), usual=int(sizes.mode().iloc[0])
            ),
            _("Give every population the same age groups."),
        )
    index: pd.Index[Any] = sizes.index
    return np.argsort(groups.ngroup().to_numpy(), kind="stable"), index, int(sizes.iloc[0])


def _same_ages(ages: Numbers, name: str, index: pd.Index[Any], several: bool) -> NDArray[np.int64]:
    steps = np.diff(ages, axis=1)
    if not (steps == 5).all():
        row, column = (int(i) for i in np.argwhere(steps != 5)[0])
        before, after = ages[row, column], ages[row, column + 1]
        where = _(" in {population}").format(population=shown(index[row])) if several else ""
        if after > before:
            do = _("Give five-year groups without a gap (join ages 0 and 1 to 4 into 0 to 4).")
        elif several:
            do = _("Sort each population by age.")
        else:
            do = _("Sort by age; if the table holds several populations, name their column in by=.")
        raise InputError(
            name,
            _("age {after:g} follows age {before:g}{where}.").format(after=after, before=before, where=where),
            do,
        )
    if not (ages == ages[0]).all():
        row = int(np.flatnonzero((ages != ages[0]).any(axis=1))[0])
        raise InputError(
            name,
            _("{population} has other age groups than {first}.").format(
                population=shown(index[row]), first=shown(index[0])
            ),
            _("Give every population the same age groups."),
        )
    if ages.shape[1] < 5:
        raise InputError(
            name,
            _("there are {n} age groups.").format(n=ages.shape[1]),
            _("Give five or more: the first and the open group are left out, and a line needs three points."),
        )
    lower: NDArray[np.int64] = ages[0].astype(np.int64)
    return lower


def age_range(ages: tuple[int, int], available: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of the `available` ages lie from the first to the last of `ages`, both included."""
    try:
        first, last = ages
    except (TypeError, ValueError):
        raise InputError(
            "ages",
            _("{value} is not a first and a last age.").format(value=repr(ages)),
            _("Give two lower limits, such as (25, 55) for ages 25 to 59."),
        ) from None
    for age in (first, last):
        if age not in available:
            raise InputError(
                "ages",
                _("{age} is not the lower limit of a group that can be used.").format(age=age),
                _(
                    "Choose between {first} and {last}: the first group and the open group are left out."
                ).format(first=int(available[0]), last=int(available[-1])),
            )
    used: NDArray[np.bool_] = (available >= first) & (available <= last)
    if used.sum() < 3:
        raise InputError(
            "ages",
            _("{first} to {last} leaves {n} points.").format(first=first, last=last, n=int(used.sum())),
            _("Choose at least three ages, the earlier first."),
        )
    return used


def scalar_or_series(column: pd.Series[Any], several: bool) -> Any:
    """Return a plain number for one population, the column for several."""
    return column if several else float(column.iloc[0])
