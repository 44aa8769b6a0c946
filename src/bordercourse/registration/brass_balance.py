"""Brass growth balance: one census and the deaths of a year near it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.registration._balance_plot import median_of, plot_estimates, plot_line
from bordercourse.registration._input import age_range, names, numbers, scalar_or_series, stack
from bordercourse.registration._line import Line, fit_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["BrassBalance", "brass_growth_balance"]


@dataclass(frozen=True, repr=False)
class BrassBalance:
    """How complete the deaths are, judged by one census of a stable population.

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row a population: slope, growth_rate (the intercept, a year), correlation, completeness.
    points : pandas.DataFrame
        One row a population and age: birthdays (persons a year), birth_rate (the y of the line),
        death_rate (the x), used.
    ages : tuple of int
        Lower limits of the first and the last age in the line.
    line : str
        "sd" or "orthogonal".
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    """

    estimates: pd.DataFrame
    points: pd.DataFrame
    ages: tuple[int, int]
    line: Line
    by: tuple[str, ...]

    @property
    def slope(self) -> Any:
        """Slope of the line: a number, or a Series for several populations."""
        return scalar_or_series(self.estimates["slope"], bool(self.by))

    @property
    def growth_rate(self) -> Any:
        """Rate of growth that the line implies, a year."""
        return scalar_or_series(self.estimates["growth_rate"], bool(self.by))

    @property
    def completeness(self) -> Any:
        """Reported deaths as a share of all, relative to the census."""
        return scalar_or_series(self.estimates["completeness"], bool(self.by))

    def __repr__(self) -> str:
        first, last = self.ages
        if self.by:
            return _("Brass growth balance of {n} populations, ages {first} to {last}: {median}").format(
                n=len(self.estimates),
                first=first,
                last=last + 4,
                median=median_of(self.estimates["completeness"]),
            )
        if np.isnan(self.slope):
            return _(
                "Brass growth balance, ages {first} to {last}: no estimate, the points do not rise together"
            ).format(first=first, last=last + 4)
        return _(
            "Brass growth balance, ages {first} to {last}: completeness {c:.1%}, growth {r:.2%} a year"
        ).format(first=first, last=last + 4, c=self.completeness, r=self.growth_rate)

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw the points, the ages used and the line of one population."""
        if self.by and population is None:
            return plot_estimates(self.estimates["completeness"], ax)
        return plot_line(
            self.points,
            self.estimates.rename(columns={"growth_rate": "intercept"}),
            self.by,
            population,
            ax,
            x="death_rate",
            y="birth_rate",
            x_label=_("Reported death rate above age a, per person a year"),
            y_label=_("Birthdays into age a and over,\nper person a year"),
        )


def brass_growth_balance(
    table: pd.DataFrame,
    *,
    population: str,
    deaths: str,
    ages: tuple[int, int],
    years_from_deaths_to_census: float = 0.0,
    line: Line = "sd",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> BrassBalance:
    r"""Estimate how complete reported deaths are from one census, by the Brass growth balance.

    In a closed stable population the birthdays into age a and over balance one growth rate r and
    the deaths: ``b(a+) = r + d(a+) / c``. The intercept of the line is r, and 1 / slope is c.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an age group (and population). Five-year groups in order; the last is open.
    population : str
        Column with the census, in persons.
    deaths : str
        Column with the deaths of one year.
    ages : tuple of int
        Lower limits of the first and the last age in the line.
    years_from_deaths_to_census : float
        Years from the middle of the year of the deaths to the census; below zero if the census came
        first. The deaths are moved to the census by the growth rate: ``c = exp(r years) / slope``.
    line : {"sd", "orthogonal"}
        Ratio of the standard deviations, or principal axis.
    age : str
        Column with the lower limit of each age group.
    by : str or list of str, optional
        Columns that tell several populations apart.

    Returns
    -------
    BrassBalance

    Raises
    ------
    InputError
        As `growth_balance`.

    Notes
    -----
    *What the result is not.* One growth rate at all ages is a strong assumption: a
    fall of fertility, migration or war breaks it. With two censuses use `growth_balance`. Deaths that
    households reported are not registered deaths. The birthdays are
    ``sqrt(N[a-5] N[a]) / 5``.

    References
    ----------
    W. Brass (1975), *Methods for Estimating Fertility and Mortality from Limited and Defective Data*,
    University of North Carolina. United Nations (1983), *Manual X*, chapter V.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import brass_growth_balance
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> result = brass_growth_balance(
    ...     censuses[censuses["sex"] == "female"],
    ...     population="population_2007",
    ...     deaths="household_deaths_per_year",
    ...     ages=(25, 55),
    ... )
    >>> 0 < result.completeness < 1
    True
    """
    data = stack(table, age=age, by=by, positive=(population,), counts=(deaths,))
    lag = numbers(years_from_deaths_to_census, "years_from_deaths_to_census", negative=True)
    if lag.ndim or abs(lag) > 10:
        raise InputError(
            "years_from_deaths_to_census",
            _("{value} is not a few years.").format(value=repr(years_from_deaths_to_census)),
            _("Give one number of years, such as 0.5."),
        )
    n, d = data.values[population], data.values[deaths]
    above = np.cumsum(n[:, ::-1], axis=1)[:, ::-1]
    birthdays = np.full_like(n, np.nan)
    birthdays[:, 1:-1] = np.sqrt(n[:, :-2] * n[:, 1:-1]) / 5
    x = np.cumsum(d[:, ::-1], axis=1)[:, ::-1] / above
    y = birthdays / above
    used = np.concatenate([[False], age_range(ages, data.ages[1:-1]), [False]])
    slope, growth, correlation = fit_line(x[:, used], y[:, used], line)
    estimates = pd.DataFrame(
        {
            "slope": slope,
            "growth_rate": growth,
            "correlation": correlation,
            "completeness": np.exp(growth * lag) / slope,
        },
        index=data.index,
    )
    points = data.long(birthdays=birthdays, birth_rate=y, death_rate=x)
    points["used"] = np.tile(used, len(data.index))
    return BrassBalance(estimates, points, (int(ages[0]), int(ages[1])), line, names(by))
