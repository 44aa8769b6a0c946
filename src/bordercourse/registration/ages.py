"""Five-year age groups of many populations, and what the methods that read them ask of their input.

A table may hold one population or many (districts, sexes, years). Many are stacked into arrays of shape
(populations, ages), so that no method loops over districts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import (
    Column,
    Columns,
    Day,
    Input,
    Labels,
    Numbers,
    Several,
    Whole,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "AGE",
    "BY",
    "CENSUSES",
    "DATES",
    "DEATHS",
    "SPAN",
    "AgeCounts",
    "Stack",
    "age_range",
    "names",
    "scalar_or_series",
    "stack",
    "years_between",
]

WIDTH = 5


def names(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the grouping columns as a tuple, empty for one population."""
    if by is None:
        return ()
    return (by,) if isinstance(by, str) else tuple(by)


class AgeLimits(Input):
    """A column of ages: the lower limit of each group, in whole years."""

    def read(self, value: Any, name: str) -> pd.Series[float]:
        """Return the ages as floats; a group in words ("<1", "1-4", "85+") counts by its lower limit."""
        do = _("Give the lower limit of each group: 0, 5, …, 80 for 80+.")
        column = pd.Series(value)
        if len(column) and all(isinstance(age, str) for age in column):
            column = _limits(column, name, do)
        try:
            ages: pd.Series[float] = Numbers(low=0, whole=True).read(column, name)
        except InputError as error:
            missing = pd.isna(column).any() or "negative" in error.problem
            raise InputError(
                name,
                _("an age is missing or negative.") if missing else _("ages are not whole numbers."),
                do,
            ) from None
        return ages


_UNDER_ONE = r"(?i)^(?:<\s*1|under 1|less than 1|infants?)$"
_GROUP = r"(?i)^(\d{1,3})(?:\s*(?:\+|plus|and over|and above|or more|(?:-|–|—|to)\s*\d{1,3}))?$"


def _limits(column: pd.Series[Any], name: str, do: str) -> pd.Series[float]:
    """Return the lower limits of groups in words; a column of mere digits stays text, and is refused."""
    text = column.str.strip()
    if text.str.fullmatch(r"[\d.,]*").all():
        raise InputError(name, _("ages are text, not whole numbers."), do)
    limits = text.str.replace(_UNDER_ONE, "0", regex=True).str.extract(_GROUP)[0]
    if limits.isna().any():
        at = limits.isna().to_numpy()
        raise InputError(
            name,
            _("{value} in row {row} is no age.").format(
                value=shown(column[at].iloc[0]), row=shown(column.index[at][0])
            ),
            do,
        )
    return limits.astype(float)


class CensusDays(Input):
    """The days of two censuses, the earlier first, one to fifty years apart."""

    def read(self, value: Any, name: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Return the two days."""
        do = _('Give two dates, such as ("1997-08-01", "2007-08-01").')
        days = Several(Day(do), do=do).read(value, name)
        if len(days) != 2:
            raise InputError(name, _("{value} are not two dates.").format(value=shown(value)), do)
        first, second = days
        if not second > first:
            raise InputError(
                name,
                _("the second census ({second}) is not after the first ({first}).").format(
                    first=str(first)[:10], second=str(second)[:10]
                ),
                _("Give the earlier census first."),
            )
        years = years_between((first, second))
        if not 1 <= years <= 50:
            raise InputError(
                name,
                _("the censuses are {years:.1f} years apart.").format(years=years),
                _("Give dates of one calendar, a year or more apart: growth needs time to show."),
            )
        return first, second


class AgeSpan(Input):
    """The lower limits of the first and the last age that a method uses."""

    def read(self, value: Any, name: str) -> tuple[int, int]:
        """Return two whole numbers, the first not above the last."""
        do = _("Give two lower limits, such as (25, 55) for ages 25 to 59.")
        span = Several(Whole(low=0), do=do).read(value, name)
        if len(span) != 2:
            raise InputError(name, _("{value} is not a first and a last age.").format(value=shown(value)), do)
        return span[0], span[1]


class AgeCounts(Input):
    """People by age: a Series with ages as index, or a table with one column a population."""

    def __init__(self, *, above: float | None = None) -> None:
        self.above = above

    def read(self, value: Any, name: str) -> Any:
        """Return the Series or the table, as floats."""
        if not isinstance(value, pd.Series | pd.DataFrame):
            raise InputError(
                name,
                _("this is {kind}.").format(kind=type(value).__name__),
                _("Give a Series with ages as index, or a DataFrame with one column a population."),
            )
        if isinstance(value, pd.DataFrame) and not len(value.columns):
            raise InputError(name, _("it has no columns."), _("Give one column a population."))
        return Numbers(low=0, above=self.above, frame=True).read(value, name)


# The inputs that the methods share, declared once.
AGE = Column("table", AgeLimits())
BY = Columns("table", Labels())
CENSUSES = Columns(
    "table",
    Numbers(above=0),
    number=2,
    do=mark('Name the first and the second census, such as ("census_1", "census_2").'),
)
DEATHS = Column("table", Numbers(low=0))
DATES = CensusDays()
SPAN = AgeSpan()


def years_between(dates: tuple[Any, Any]) -> float:
    """Return the years from the first census to the second, of 365.25 days each."""
    first, second = dates
    return float((second - first) / pd.Timedelta(days=365.25))


@dataclass(frozen=True)
class Stack:
    """Many populations of the same ages, as arrays of shape (populations, ages)."""

    index: pd.Index[Any]
    ages: NDArray[np.int64]
    values: dict[str, Floats]
    notes: tuple[str, ...] = ()

    def long(self, **columns: Floats) -> pd.DataFrame:
        """Return arrays of shape (populations, ages) as a table, one row a population and age."""
        size = len(self.index)
        keys = self.index.repeat(len(self.ages)).to_frame(index=False) if self.index.names[0] else None
        flat = pd.DataFrame({name: array.ravel() for name, array in columns.items()})
        flat.insert(0, "age", np.tile(self.ages, size))
        return flat if keys is None else pd.concat([keys, flat], axis=1)


def stack(table: pd.DataFrame, *, age: str, by: str | Sequence[str] | None, columns: Sequence[str]) -> Stack:
    """Stack the populations of a table whose columns are read already.

    Ages are the lower limits of the groups; the last group is open. Rows may stand in any order. Groups
    narrower than five years are joined where they fill five years; both is noted.
    """
    keys = names(by)
    codes, index = populations_of(table, keys)
    ages = table[age].to_numpy()
    once(codes, ages, age, index, bool(keys))
    notes = []
    order = np.lexsort((ages, codes))
    if (np.diff(ages)[np.diff(codes) == 0] < 0).any():
        notes.append(_("the rows were sorted by age."))
    codes, ages = codes[order], ages[order]
    flat = {column: table[column].to_numpy()[order] for column in columns}
    lower = ages - ages % WIDTH
    if (lower != ages).any():
        first = np.flatnonzero((np.diff(codes, prepend=-1) != 0) | (np.diff(lower, prepend=-1) != 0))
        filled(ages[first], lower[first], age)
        flat = {column: np.add.reduceat(values, first) for column, values in flat.items()}
        codes, ages = codes[first], lower[first]
        notes.append(_("ages were joined into groups of five years (0 and 1 to 4 into 0 to 4)."))
    n = _size(codes, keys, index)
    lowest = _same_ages(ages.reshape(len(index), n), age, index, bool(keys))
    values = {column: array.reshape(len(index), n) for column, array in flat.items()}
    return Stack(index, lowest, values, tuple(notes))


def populations_of(table: pd.DataFrame, keys: tuple[str, ...]) -> tuple[NDArray[np.int64], pd.Index[Any]]:
    """Return a number for the population of each row, and the names of the populations in that order."""
    if not keys:
        return np.zeros(len(table), dtype=np.int64), pd.Index([0])
    groups = table.groupby(list(keys), sort=False, observed=True)
    return groups.ngroup().to_numpy(), groups.size().index


def once(codes: NDArray[np.int64], ages: Floats, name: str, index: pd.Index[Any], several: bool) -> None:
    again = pd.DataFrame({"code": codes, "age": ages}).duplicated().to_numpy()
    if again.any():
        row = int(np.argmax(again))
        where = _(" in {population}").format(population=shown(index[codes[row]])) if several else ""
        raise InputError(
            name,
            _("age {age:g} stands twice{where}.").format(age=ages[row], where=where),
            _("Give each population each age once.")
            if several
            else _("If the table holds several populations, name their column in by=."),
        )


def filled(ages: Floats, lower: Floats, name: str) -> None:
    """Refuse a five-year group whose first age is not there: it cannot be joined from its parts."""
    if (ages != lower).any():
        at = int(np.argmax(ages != lower))
        raise InputError(
            name,
            _("there is no group that starts at {lower:g}, and one at {age:g}.").format(
                lower=lower[at], age=ages[at]
            ),
            _("Give groups that start at 0, 5, 10, …; narrower ones are joined."),
        )


def _size(codes: NDArray[np.int64], keys: tuple[str, ...], index: pd.Index[Any]) -> int:
    """Return the number of age groups, the same in every population."""
    sizes = pd.Series(np.bincount(codes))
    if sizes.nunique() > 1:
        usual = int(sizes.mode().iloc[0])
        odd = int(np.argmax(np.asarray(sizes != usual)))
        raise InputError(
            ", ".join(keys),
            _("{odd} has {n} age groups, others have {usual}.").format(
                odd=shown(index[odd]), n=int(sizes.iloc[odd]), usual=usual
            ),
            _("Give every population the same age groups; regroup_ages(open_age=…) joins the oldest ones."),
        )
    return int(sizes.iloc[0])


def _same_ages(ages: Floats, name: str, index: pd.Index[Any], several: bool) -> NDArray[np.int64]:
    steps = np.diff(ages, axis=1)
    if not (steps == WIDTH).all():
        row, column = (int(i) for i in np.argwhere(steps != WIDTH)[0])
        where = _(" in {population}").format(population=shown(index[row])) if several else ""
        raise InputError(
            name,
            _("age {after:g} follows age {before:g}{where}.").format(
                after=ages[row, column + 1], before=ages[row, column], where=where
            ),
            _("Give five-year groups without a gap."),
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
    first, last = ages
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
