"""Generalised growth balance: two censuses and the deaths between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.registration._balance_plot import median_of, plot_estimates, plot_line
from bordercourse.registration._input import (
    age_range,
    interval_years,
    names,
    scalar_or_series,
    stack,
    two_censuses,
)
from bordercourse.registration._line import Line, fit_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = ["GrowthBalance", "growth_balance"]


@dataclass(frozen=True, repr=False)
class GrowthBalance:
    """How complete the deaths are, judged by two censuses.

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row a population: slope, intercept, correlation, completeness,
        completeness_full_census, coverage_ratio.
    points : pandas.DataFrame
        One row a population and age: birthdays (persons a year), years_lived (persons),
        birth_rate, growth_rate, migration_rate, death_rate (the x of the line), residual
        (the y of the line), all a year, and used (in the line or not).
    ages : tuple of int
        Lower limits of the first and the last age in the line.
    years : float
        Years between the censuses.
    line : str
        "sd" or "orthogonal".
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    """

    estimates: pd.DataFrame
    points: pd.DataFrame
    ages: tuple[int, int]
    years: float
    line: Line
    by: tuple[str, ...]

    @property
    def slope(self) -> Any:
        """Slope of the line: a number, or a Series for several populations."""
        return scalar_or_series(self.estimates["slope"], bool(self.by))

    @property
    def intercept(self) -> Any:
        """Intercept of the line, a year."""
        return scalar_or_series(self.estimates["intercept"], bool(self.by))

    @property
    def completeness(self) -> Any:
        """1 / slope: reported deaths as a share of all, against the average of the two censuses."""
        return scalar_or_series(self.estimates["completeness"], bool(self.by))

    @property
    def completeness_full_census(self) -> Any:
        """Completeness if the better counted census is complete: sqrt(k1 k2) / slope."""
        return scalar_or_series(self.estimates["completeness_full_census"], bool(self.by))

    @property
    def coverage_ratio(self) -> Any:
        """k1 / k2: coverage of the first census relative to the second."""
        return scalar_or_series(self.estimates["coverage_ratio"], bool(self.by))

    def __repr__(self) -> str:
        first, last = self.ages
        if self.by:
            return _("Growth balance of {n} populations, ages {first} to {last}: {median}").format(
                n=len(self.estimates),
                first=first,
                last=last + 4,
                median=median_of(self.estimates["completeness"]),
            )
        if np.isnan(self.slope):
            return _(
                "Growth balance, ages {first} to {last}: no estimate, the points do not rise together"
            ).format(first=first, last=last + 4)
        return _(
            "Growth balance, ages {first} to {last}: completeness {c:.1%} (slope {slope:.4f}), "
            "census 1 / census 2 coverage {k:.4f}"
        ).format(first=first, last=last + 4, c=self.completeness, slope=self.slope, k=self.coverage_ratio)

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw the points, the ages used and the line of one population.

        Several populations and no choice: their completeness, one dot a population.
        """
        if self.by and population is None:
            return plot_estimates(self.estimates["completeness"], ax)
        return plot_line(
            self.points,
            self.estimates,
            self.by,
            population,
            ax,
            x="death_rate",
            y="residual",
            x_label=_("Reported death rate above age a, per person a year"),
            y_label=_("Birthdays less growth above age a,\nper person a year"),
        )


def growth_balance(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    ages: tuple[int, int],
    migration: str | None = None,
    line: Line = "sd",
    growth: Literal["logarithm", "increment"] = "logarithm",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> GrowthBalance:
    r"""Estimate how complete reported deaths are, by the generalised growth balance.

    In any population, people enter an age a and over by birthday and leave it by death, so
    ``b(a+) - r(a+) = d(a+)``. Deaths that are reported with the same completeness c at every
    adult age, and censuses that count the shares k1 and k2 at every age, turn this into a line:

    .. math:: b(a+) - r(a+) = \frac{\ln(k_1/k_2)}{t} + \frac{\sqrt{k_1 k_2}}{c} \, d(a+)

    Parameters
    ----------
    table : pandas.DataFrame
        One row an age group (and population). Five-year groups in order; the last is open.
    population : tuple of str
        Columns with the first and the second census, in persons.
    deaths : str
        Column with the average deaths **a year** between the censuses. Divide a total by the years.
    dates : tuple
        Days of the two censuses, in one calendar. A bare year is not a date.
    ages : tuple of int
        Lower limits of the first and the last age in the line: ``(25, 55)`` for "25 to 59".
        The answer depends on them; try several and show the range.
    migration : str, optional
        Column with net migrants a year (arrivals less departures). Without it the
        population is taken as closed.
    line : {"sd", "orthogonal"}
        Ratio of the standard deviations, or principal axis.
    growth : {"logarithm", "increment"}
        ``ln(N2/N1)/t`` (Hill), or ``(N2 - N1)/(t sqrt(N1 N2))``. They differ little.
    age : str
        Column with the lower limit of each age group.
    by : str or list of str, optional
        Columns that tell several populations apart (sex, district).

    Returns
    -------
    GrowthBalance

    Raises
    ------
    InputError
        A column is missing or holds text or dates, a count is negative or a population zero, ages are
        unsorted or gapped, the second census is not after the first, the censuses are less than a year
        or more than 50 years apart, or fewer than three ages are left.

    Notes
    -----
    *What the result is not.* It judges the deaths that are in the table. Deaths that
    households reported in a census are not registered deaths: their completeness says nothing
    about civil registration. It speaks of adults only, it is an average of the period, and
    migration, age exaggeration or completeness that changes with age bend the line: look at the plot.
    A value above 1 says that deaths are counted better than people, or that an assumption fails. A
    population whose points do not rise together has no estimate (NaN).

    References
    ----------
    K. Hill (1987), "Estimating census and death registration completeness", Asian and Pacific
    Population Forum 1(3), 8-13 and 23-24. T. Moultrie and others, eds (2013), *Tools for
    Demographic Estimation*, IUSSP, chapter "The Generalized Growth Balance Method". The example is
    Mozambique, women, in the worked tables of E. Lima and B. Queiroz on the
    censuses of INE: slope 1.520712, completeness 0.657587, relative coverage 1.009657. An article on
    these censuses concludes that the question of 2007 found between 65% and 90% of deaths: S. A. Alberto and
    B. L. Queiroz (2015), Cadernos de Saúde Pública 31(10), 2211-2222.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import growth_balance
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> growth_balance(
    ...     censuses[censuses["sex"] == "female"],
    ...     population=("population_1997", "population_2007"),
    ...     deaths="household_deaths_per_year",
    ...     dates=("1997-08-01", "2007-08-01"),
    ...     ages=(25, 55),
    ... )
    Growth balance, ages 25 to 59: completeness 65.8% (slope 1.5207), census 1 / census 2 coverage 1.0097
    """
    first, second = two_censuses(population)
    t = interval_years(dates)
    signed = () if migration is None else (migration,)
    data = stack(table, age=age, by=by, positive=(first, second), counts=(deaths,), signed=signed)
    n1, n2 = data.values[first], data.values[second]
    above1, above2, deaths_above = _above(n1), _above(n2), _above(data.values[deaths])
    lived = np.sqrt(above1 * above2)
    birthdays = np.full_like(n1, np.nan)
    birthdays[:, 1:-1] = np.sqrt(n1[:, :-2] * n2[:, 1:-1]) / 5
    if growth == "logarithm":
        rate = np.log(above2 / above1) / t
    elif growth == "increment":
        rate = (above2 - above1) / (t * lived)
    else:
        raise InputError(
            "growth",
            _("{value} is not a growth rate of this method.").format(value=repr(growth)),
            _('Choose "logarithm" or "increment".'),
        )
    migrants = np.zeros_like(n1) if migration is None else _above(data.values[migration]) / lived
    x = deaths_above / lived
    y = birthdays / lived - rate + migrants
    inner = data.ages[1:-1]
    used = np.concatenate([[False], age_range(ages, inner), [False]])
    slope, intercept, correlation = fit_line(x[:, used], y[:, used], line)
    estimates = pd.DataFrame(
        {
            "slope": slope,
            "intercept": intercept,
            "correlation": correlation,
            "completeness": 1 / slope,
            "completeness_full_census": np.exp(-np.abs(intercept) * t / 2) / slope,
            "coverage_ratio": np.exp(intercept * t),
        },
        index=data.index,
    )
    points = data.long(
        birthdays=birthdays,
        years_lived=lived,
        birth_rate=birthdays / lived,
        growth_rate=rate,
        migration_rate=migrants,
        death_rate=x,
        residual=y,
    )
    points["used"] = np.tile(used, len(data.index))
    return GrowthBalance(estimates, points, (int(ages[0]), int(ages[1])), t, line, names(by))


def _above(counts: Numbers) -> Numbers:
    """Return counts at each age and over."""
    return np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
