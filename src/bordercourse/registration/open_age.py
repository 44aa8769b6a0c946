"""Expectation of life at the open age, read off model life tables by the ages at which people die."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError, warn
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Numbers, Table, checked
from bordercourse.registration.ages import (
    AGE,
    BY,
    CENSUSES,
    DATES,
    DEATHS,
    names,
    scalar_or_series,
    stack,
    years_between,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["deaths_ratio_10_39_to_40_59", "open_age_expectation"]


@checked(table=Table(), population=CENSUSES, deaths=DEATHS, dates=DATES, age=AGE, by=BY)
def deaths_ratio_10_39_to_40_59(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> Any:
    """Return 30d10 / 20d40: deaths at 10 to 39 for one at 40 to 59, freed of growth.

    Each group's deaths are raised by the growth accumulated up to its middle, as if the population
    were stationary. The ratio tells the level of mortality without the level of reporting.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an age group (and population), from age 0 on. The last group is open; narrower groups than
        five years are joined, with a warning that says so.
    population : tuple of str
        Columns with the first and the second census, in persons.
    deaths : str
        Column with the deaths between the censuses; a total and an average a year give the same ratio.
    dates : tuple
        Days of the two censuses.
    age : str
        Column with the lower limit of each age group.
    by : str or list of str, optional
        Columns that tell several populations apart.

    Returns
    -------
    float or pandas.Series
        One number a population.

    Raises
    ------
    InputError
        As `extinct_generations`; also ages that do not start at 0 or end before 60.

    Notes
    -----
    *What the result is not.* It is no completeness: deaths that are missed at the same rate at all these ages
    leave it as it is. It tells old-age mortality only through a model; see `open_age_expectation`.

    References
    ----------
    Bennett, N. and S. Horiuchi (1984), Demography 21(2), 217-233.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import deaths_ratio_10_39_to_40_59
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> deaths_ratio_10_39_to_40_59(
    ...     censuses,
    ...     population=("population_1997", "population_2007"),
    ...     deaths="household_deaths_per_year",
    ...     dates=("1997-08-01", "2007-08-01"),
    ...     by="sex",
    ... ).round(4).to_dict()
    {'female': 1.451, 'male': 0.9529}
    """
    data = stack(table, age=age, by=by, columns=(*population, deaths))
    for note in data.notes:
        warn(note)
    if data.ages[0] != 0 or data.ages[-1] < 60:
        raise InputError(
            age,
            _("groups run from {first} to {last}.").format(first=data.ages[0], last=data.ages[-1]),
            _("Give all groups from 0 to 60 or more."),
        )
    growth = np.log(data.values[population[1]] / data.values[population[0]]) / years_between(dates)
    before = np.cumsum(5 * growth, axis=1) - 5 * growth
    stationary = data.values[deaths] * np.exp(before + 2.5 * growth)
    young = stationary[:, (data.ages >= 10) & (data.ages < 40)].sum(axis=1)
    old = stationary[:, (data.ages >= 40) & (data.ages < 60)].sum(axis=1)
    if (old == 0).any():
        raise InputError(deaths, _("no deaths at ages 40 to 59."), _("Join small populations first."))
    return scalar_or_series(pd.Series(young / old, index=data.index), bool(names(by)))


# Bennett and Horiuchi (1984), Demography 21(2), page 221: Coale-Demeny model West, levels 3 to 25.
_RATIO = {
    "male": (
        1.161, 1.094, 1.034, 0.980, 0.930, 0.885, 0.842, 0.802, 0.763, 0.725, 0.689, 0.648,
        0.609, 0.570, 0.530, 0.490, 0.447, 0.401, 0.352, 0.305, 0.255, 0.202, 0.147,
    ),
    "female": (
        1.376, 1.300, 1.233, 1.171, 1.115, 1.062, 1.012, 0.964, 0.918, 0.872, 0.827, 0.787,
        0.729, 0.673, 0.617, 0.560, 0.501, 0.438, 0.365, 0.298, 0.235, 0.175, 0.117,
    ),
}  # fmt: skip
_EXPECTATION = {
    ("male", 75): (
        4.55, 4.75, 4.95, 5.14, 5.32, 5.49, 5.67, 5.83, 5.99, 6.15, 6.30, 6.43,
        6.55, 6.68, 6.81, 6.95, 7.11, 7.26, 7.43, 7.70, 8.03, 8.48, 9.08,
    ),
    ("male", 80): (
        3.35, 3.49, 3.63, 3.77, 3.90, 4.03, 4.15, 4.27, 4.38, 4.50, 4.61, 4.70,
        4.79, 4.88, 4.98, 5.09, 5.20, 5.31, 5.44, 5.63, 5.88, 6.21, 6.66,
    ),
    ("female", 75): (
        4.88, 5.11, 5.33, 5.54, 5.75, 5.95, 6.14, 6.33, 6.52, 6.70, 6.88, 7.02,
        7.16, 7.32, 7.48, 7.65, 7.83, 8.01, 8.22, 8.54, 8.94, 9.46, 10.17,
    ),
    ("female", 80): (
        3.57, 3.73, 3.89, 4.04, 4.19, 4.33, 4.47, 4.61, 4.74, 4.88, 5.00, 5.11,
        5.21, 5.33, 5.44, 5.57, 5.70, 5.84, 5.99, 6.22, 6.52, 6.91, 7.45,
    ),
}  # fmt: skip


@checked(
    ratio=Numbers(above=0),
    sex=Choice("female", "male"),
    open_age=Choice(75, 80, do=mark("Choose 75 or 80; regroup_ages(open_age=80) joins the ages above.")),
)
def open_age_expectation(
    ratio: object, *, sex: Literal["female", "male"], open_age: Literal[75, 80] = 80
) -> Any:
    """Return the expectation of life at the open age that goes with a ratio of deaths.

    Between two levels of the model life tables the value is interpolated. A ratio outside the
    table (worse than level 3, better than level 25) gets the value of the nearest level.

    Parameters
    ----------
    ratio : float or pandas.Series
        30d10 / 20d40, from `deaths_ratio_10_39_to_40_59`.
    sex : {"female", "male"}
        Sex of the population.
    open_age : {75, 80}
        First age of the open group.

    Returns
    -------
    float or pandas.Series
        Years.

    Raises
    ------
    InputError
        The ratio is not above zero, or the table has no such sex or age.

    Notes
    -----
    *What the result is not.* It is read off a model life table, and epidemics that kill young
    adults (HIV) break the link between the ratio and old age. For Mozambique 1997 to 2007 the
    ratio of women, 1.451, is worse than level 3: this function gives 3.57 years. The published
    sheet gives 2.26, because it ran the line of levels 21 and 22 far beyond them. Over ages 25 to 55
    the choice moves completeness from 0.613 to 0.623.

    References
    ----------
    Bennett, N. and S. Horiuchi (1984), Demography 21(2), 217-233, table on page 221.

    Examples
    --------
    >>> from bordercourse.registration import open_age_expectation
    >>> open_age_expectation(0.955, sex="male")
    3.835
    """
    at = np.asarray(ratio, dtype=np.float64)
    years = np.interp(at, _RATIO[sex][::-1], _EXPECTATION[sex, open_age][::-1])
    if isinstance(ratio, pd.Series):
        return pd.Series(years, index=ratio.index)
    return float(years) if at.ndim == 0 else years
