"""Generalised growth balance: two censuses and the deaths between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import warn
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Choice, Column, Numbers, Table, checked
from bordercourse.registration.ages import (
    AGE,
    BY,
    CENSUSES,
    DATES,
    DEATHS,
    SPAN,
    Stack,
    age_range,
    names,
    stack,
    years_between,
)
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
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DeathsAre = Literal["yearly", "total"]
Growth = Literal["logarithm", "increment"]

__all__ = [
    "DEATHS_ARE",
    "GROWTH",
    "MIGRATION",
    "DeathsAre",
    "Growth",
    "GrowthBalance",
    "a_year",
    "balance_of",
    "balance_points",
    "fit_balance",
    "growth_balance",
    "slip_of",
]

DEATHS_ARE = Choice("yearly", "total")
#: Net migration a year above this share of the people is more often a slip of a unit than a finding.
RARE_MIGRATION = 0.01
GROWTH = Choice("logarithm", "increment")
MIGRATION = Column("table", Numbers())


@dataclass(frozen=True, repr=False)
class GrowthBalance(DeathDistribution):
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
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    years : float
        Years between the censuses.
    line : str
        "sd", "orthogonal", "least squares" or "resistant".
    notes : tuple of str
        What was done to the input, or looks wrong in it.
    """

    years: float
    line: Line

    @property
    def slope(self) -> Any:
        """Slope of the line: a number, or a Series for several populations."""
        return self.estimate("slope")

    @property
    def intercept(self) -> Any:
        """Intercept of the line, a year."""
        return self.estimate("intercept")

    @property
    def completeness(self) -> Any:
        """1 / slope: reported deaths as a share of all, against the average of the two censuses."""
        return self.estimate("completeness")

    @property
    def completeness_full_census(self) -> Any:
        """Completeness adjusted for relative coverage: sqrt(k1 k2) / slope, the better census complete."""
        return self.estimate("completeness_full_census")

    @property
    def coverage_ratio(self) -> Any:
        """k1 / k2: coverage of the first census relative to the second."""
        return self.estimate("coverage_ratio")

    def words(self) -> tuple[str, str]:
        """Return the method's name, and what to say where there is no estimate."""
        return _("Growth balance"), _("no estimate, the points do not rise together")

    def finding(self) -> str:
        """Return the estimates of one population in words."""
        return _(
            "completeness {c:.1%} (1 / slope {slope:.4f}), adjusted for relative coverage {full:.1%} "
            "(census 1 / census 2 {k:.4f})"
        ).format(
            c=self.completeness,
            slope=self.slope,
            full=self.completeness_full_census,
            k=self.coverage_ratio,
        )

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw the points, the ages used and the line of one population.

        Several populations and no choice: their completeness, one dot a population.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; new axes without it.
        population : optional
            The population to draw, as it stands in the index.

        Returns
        -------
        matplotlib Axes
        """
        if self.by and population is None:
            return plot_estimates(self.estimates["completeness"], ax)
        points, row = self.chosen(population)
        return plot_line(
            points,
            row,
            population,
            ax,
            x="death_rate",
            y="residual",
            x_label=_("Reported death rate above age a, per person a year"),
            y_label=_("Birthdays less growth above age a,\nper person a year"),
        )


@checked(
    table=Table(),
    population=CENSUSES,
    deaths=DEATHS,
    dates=DATES,
    ages=SPAN,
    deaths_are=DEATHS_ARE,
    migration=MIGRATION,
    migration_are=DEATHS_ARE,
    line=LINE,
    growth=GROWTH,
    age=AGE,
    by=BY,
)
def growth_balance(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    ages: tuple[int, int],
    deaths_are: DeathsAre = "yearly",
    migration: str | None = None,
    migration_are: DeathsAre = "yearly",
    line: Line = "sd",
    growth: Growth = "logarithm",
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
        One row an age group (and population), in any order. The last group is open; groups narrower
        than five years (0, 1, 5, …, or single years) are joined. `notes` says what was done.
    population : tuple of str
        Columns with the first and the second census, in persons.
    deaths : str
        Column with the deaths between the censuses: the average **a year**, or the total of the years.
    dates : tuple
        Days of the two censuses, in one calendar. A bare year is not a date.
    ages : tuple of int
        Lower limits of the first and the last age in the line: ``(25, 55)`` for "25 to 59".
        The answer depends on them; try several and show the range.
    deaths_are : {"yearly", "total"}
        Whether `deaths` is the average a year, or the total of all years between the censuses. A
        completeness above 150% brings a warning that names this slip.
    migration : str, optional
        Column with net migrants (arrivals less departures). Without it the population is taken as closed.
    migration_are : {"yearly", "total"}
        Whether `migration` is the average a year, or the total of all years between the censuses. More than
        one percent of the people a year brings a warning that names this slip.
    line : {"sd", "orthogonal", "least squares", "resistant"}
        Ratio of the standard deviations, principal axis, least squares of y on x, or Tukey's resistant
        line, which one wild age cannot move.
    growth : {"logarithm", "increment"}
        ``ln(N2/N1)/t`` reproduces the worked tables of Lima and Queiroz for Mozambique;
        ``(N2 - N1)/(t sqrt(N1 N2))`` is what R's package DDM computes (version 1.3-21, ``ggbMakeColumns``).
        Where a population grows fast they part: over the 27 states of Brazil in DDM's data, ages 20 to 69,
        completeness differs by up to 0.03 (women, 1991 to 2000) and 0.05 (1980 to 1991). Say which one you
        used.
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
        A column is missing or holds text or dates, a count is negative or a population zero, ages have
        a gap, the second census is not after the first, the censuses are less than a year
        or more than 50 years apart, or fewer than three ages are left.

    Notes
    -----
    *What the result is not.* It judges the deaths that are in the table. Deaths that
    households reported in a census are not registered deaths: their completeness says nothing
    about civil registration. It speaks of adults only, it is an average of the period, and
    migration, age exaggeration or completeness that changes with age bend the line: look at the plot.
    Two values are printed. ``completeness`` is 1 / slope. ``completeness_full_census`` is
    sqrt(k1 k2) / slope, adjusted for the relative coverage of the censuses with the better one taken
    as complete; DDM and the IUSSP tools print that one. A value above 1 says that deaths are counted
    better than people, or that an assumption fails. A population whose points do not rise together has no
    estimate (NaN).

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
    Growth balance, ages 25 to 59: completeness 65.8% (1 / slope 1.5207), adjusted for relative coverage
    65.4% (census 1 / census 2 1.0097)
    """
    columns = (*population, deaths, *([] if migration is None else [migration]))
    data = stack(table, age=age, by=by, columns=columns)
    t = years_between(dates)
    d = a_year(data.values[deaths], deaths_are, t)
    migrants = None if migration is None else a_year(data.values[migration], migration_are, t)
    estimates, points = fit_balance(data, population, d, migrants, t, ages, line, growth)
    notes = data.notes + too_complete(estimates["completeness"], slip_of(deaths_are), several=bool(by))
    notes += much_migration(data, population, migrants, migration_are)
    return GrowthBalance(estimates, points, ages, names(by), t, line, notes=notes)


def a_year(deaths: Floats, deaths_are: DeathsAre, years: float) -> Floats:
    """Return the deaths, or the migrants, a year."""
    return deaths / years if deaths_are == "total" else deaths


def slip_of(deaths_are: DeathsAre) -> str:
    """Return the slip that makes completeness hardly possible, in a sentence."""
    if deaths_are == "yearly":
        return _('If the deaths are those of all years between the censuses, say deaths_are="total".')
    return _("Check that deaths and people are counted in the same unit.")


def much_migration(
    data: Stack, population: tuple[str, str], migrants: Floats | None, migration_are: DeathsAre
) -> tuple[str, ...]:
    """Return a note, and warn, where net migration a year is one that hardly any population has."""
    if migrants is None or migration_are == "total":
        return ()
    people = np.sqrt(data.values[population[0]].sum(axis=1) * data.values[population[1]].sum(axis=1))
    share = np.abs(migrants.sum(axis=1) / people).max()
    if share <= RARE_MIGRATION:
        return ()
    note = _(
        "net migration of {share:.1%} of the people a year is rare. If it is that of all years between the "
        'censuses, say migration_are="total".'
    ).format(share=share)
    warn(note)
    return (note,)


def balance_points(
    data: Stack,
    population: tuple[str, str],
    deaths: Floats,
    migrants: Floats | None,
    t: float,
    growth: Growth = "logarithm",
) -> dict[str, Floats]:
    """Return the columns of the points, as arrays of shape (populations, ages), with deaths a year."""
    n1, n2 = data.values[population[0]], data.values[population[1]]
    above1, above2 = _above(n1), _above(n2)
    lived = np.sqrt(above1 * above2)
    birthdays = np.full_like(n1, np.nan)
    birthdays[:, 1:-1] = np.sqrt(n1[:, :-2] * n2[:, 1:-1]) / 5
    rate = np.log(above2 / above1) / t if growth == "logarithm" else (above2 - above1) / (t * lived)
    moved = np.zeros_like(n1) if migrants is None else _above(migrants) / lived
    return {
        "birthdays": birthdays,
        "years_lived": lived,
        "birth_rate": birthdays / lived,
        "growth_rate": rate,
        "migration_rate": moved,
        "death_rate": _above(deaths) / lived,
        "residual": birthdays / lived - rate + moved,
    }


def balance_of(x: Floats, y: Floats, t: float, line: Line) -> dict[str, Floats]:
    """Return the estimates of each population from the points of its line."""
    slope, intercept, correlation = fit_line(x, y, line)
    return {
        "slope": slope,
        "intercept": intercept,
        "correlation": correlation,
        "completeness": 1 / slope,
        "completeness_full_census": np.exp(-np.abs(intercept) * t / 2) / slope,
        "coverage_ratio": np.exp(intercept * t),
    }


def fit_balance(
    data: Stack,
    population: tuple[str, str],
    deaths: Floats,
    migrants: Floats | None,
    t: float,
    ages: tuple[int, int],
    line: Line,
    growth: Growth = "logarithm",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the estimates and the points of the line, for stacked populations with deaths a year."""
    columns = balance_points(data, population, deaths, migrants, t, growth)
    used = np.concatenate([[False], age_range(ages, data.ages[1:-1]), [False]])
    estimates = balance_of(columns["death_rate"][:, used], columns["residual"][:, used], t, line)
    points = data.long(**columns)
    points["used"] = np.tile(used, len(data.index))
    return pd.DataFrame(estimates, index=data.index), points


def _above(counts: Floats) -> Floats:
    """Return counts at each age and over."""
    return np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
