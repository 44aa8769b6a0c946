"""Brass growth balance: one census and the deaths of a year near it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.i18n import gettext as _
from bordercourse.inputs import Column, Number, Numbers, Table, checked
from bordercourse.registration.ages import AGE, BY, DEATHS, SPAN, age_range, names, stack
from bordercourse.registration.death_distribution import (
    DeathDistribution,
    plot_estimates,
    plot_line,
    too_complete,
)
from bordercourse.registration.line import LINE, Line, fit_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["BrassBalance", "brass_growth_balance"]


@dataclass(frozen=True, repr=False)
class BrassBalance(DeathDistribution):
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
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    line : str
        "sd", "orthogonal", "least squares" or "resistant".
    notes : tuple of str
        What was done to the input, or looks wrong in it.
    """

    line: Line

    @property
    def slope(self) -> Any:
        """Slope of the line: a number, or a Series for several populations."""
        return self.estimate("slope")

    @property
    def growth_rate(self) -> Any:
        """Rate of growth that the line implies, a year."""
        return self.estimate("growth_rate")

    def words(self) -> tuple[str, str]:
        """Return the method's name, and what to say where there is no estimate."""
        return _("Brass growth balance"), _("no estimate, the points do not rise together")

    def finding(self) -> str:
        """Return the estimates of one population in words."""
        return _("completeness {c:.1%}, growth {r:.2%} a year").format(
            c=self.completeness, r=self.growth_rate
        )

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw the points, the ages used and the line of one population.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; new axes without it.
        population : optional
            The population to draw, as it stands in the index; needed where there are several.

        Returns
        -------
        matplotlib Axes
        """
        if self.by and population is None:
            return plot_estimates(self.estimates["completeness"], ax)
        points, row = self.chosen(population)
        return plot_line(
            points,
            row.rename({"growth_rate": "intercept"}),
            population,
            ax,
            x="death_rate",
            y="birth_rate",
            x_label=_("Reported death rate above age a, per person a year"),
            y_label=_("Birthdays into age a and over,\nperson a year"),
        )


@checked(
    table=Table(),
    population=Column("table", Numbers(above=0)),
    deaths=DEATHS,
    ages=SPAN,
    years_from_deaths_to_census=Number(-10, 10),
    line=LINE,
    age=AGE,
    by=BY,
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
        One row an age group (and population). The last group is open; narrower groups
        than five years are joined.
    population : str
        Column with the census, in persons.
    deaths : str
        Column with the deaths of one year.
    ages : tuple of int
        Lower limits of the first and the last age in the line.
    years_from_deaths_to_census : float
        Years from the middle of the year of the deaths to the census; below zero if the census came
        first. The deaths are moved to the census by the growth rate: ``c = exp(r years) / slope``.
    line : {"sd", "orthogonal", "least squares", "resistant"}
        As in `growth_balance`.
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
    data = stack(table, age=age, by=by, columns=(population, deaths))
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
            "completeness": np.exp(growth * years_from_deaths_to_census) / slope,
        },
        index=data.index,
    )
    points = data.long(birthdays=birthdays, birth_rate=y, death_rate=x)
    points["used"] = np.tile(used, len(data.index))
    slip = _("Check that the deaths are those of one year, and that people are counted in the same unit.")
    notes = data.notes + too_complete(estimates["completeness"], slip, several=bool(by))
    return BrassBalance(estimates, points, ages, names(by), line, notes=notes)
