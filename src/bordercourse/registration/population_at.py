"""Population at a date between two censuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError, warn
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Day, Table, checked
from bordercourse.registration.ages import AGE, BY, CENSUSES, DATES, names, populations_of, years_between

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["population_at"]


@checked(
    table=Table(),
    population=CENSUSES,
    dates=DATES,
    on=Day(mark('Give the day, such as "2003-07-01" for the middle of a year.')),
    growth=Choice("exponential", "linear"),
    age=AGE,
    by=BY,
)
def population_at(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    dates: tuple[Any, Any],
    on: object,
    growth: Literal["exponential", "linear"] = "exponential",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the population of each age group on a day: the denominator of the rates of a year.

    Each group changes at its own steady rate, ``N1 exp(r s)`` with ``r = ln(N2 / N1) / t``, or along a
    straight line.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an age group (and population).
    population : tuple of str
        Columns with the first and the second census, in persons.
    dates : tuple
        Days of the two censuses.
    on : date
        The day, usually the middle of a year. Up to ten years outside the censuses with a warning.
    growth : {"exponential", "linear"}
        How the numbers change in between.
    age : str
        Column with the lower limit of each age group.
    by : str or list of str, optional
        Columns that tell several populations apart.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, `age`, and population (persons, with a fraction).

    Raises
    ------
    InputError
        A column is missing, a census is not above zero, or the day is more than ten years outside.

    Notes
    -----
    *What the result is not.* No count. A crisis, a wave of births or migration between the censuses does not
    show in it, and a census that missed people misses them here too. Groups do not grow older in it: it is
    for rates of a year, not for following a generation.

    References
    ----------
    S. Preston, P. Heuveline and M. Guillot (2001), *Demography: Measuring and Modeling Population
    Processes*, section 1.4.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import population_at
    >>> ages = pd.DataFrame({"age": [0, 5], "first": [100, 100], "second": [400, 100]})
    >>> population_at(
    ...     ages, population=("first", "second"), dates=("2000-01-01", "2010-01-01"), on="2005-01-01"
    ... )["population"].round().tolist()
    [200.0, 100.0]
    """
    day = pd.Timestamp(on)  # type: ignore[arg-type]
    part = float((day - dates[0]) / (dates[1] - dates[0]))
    outside = max(-part, part - 1) * years_between(dates)
    if outside > 10:
        raise InputError(
            "on",
            _("{day} is {years:.0f} years outside the censuses.").format(
                day=f"{day:%Y-%m-%d}", years=outside
            ),
            _("Choose a day between them, or not far from one."),
        )
    if outside > 0:
        warn(_("{day} lies outside the two censuses: it is a projection.").format(day=f"{day:%Y-%m-%d}"))
    first, second = (table[column].to_numpy() for column in population)
    if growth == "exponential":
        people = first * np.exp(part * np.log(second / first))
    else:
        people = np.maximum(first + part * (second - first), 0)
    keys = names(by)
    populations_of(table, keys)
    return table[[*keys, age]].assign(population=people).reset_index(drop=True)
