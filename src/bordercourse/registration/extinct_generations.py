"""Synthetic extinct generations, and its hybrid with the growth balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Numbers, Table, checked
from bordercourse.plotting import COLOURS, axes, in_words, label
from bordercourse.registration.ages import (
    AGE,
    BY,
    CENSUSES,
    DATES,
    DEATHS,
    SPAN,
    names,
    stack,
    years_between,
)
from bordercourse.registration.death_distribution import DeathDistribution, plot_estimates, too_complete
from bordercourse.registration.growth_balance import (
    DEATHS_ARE,
    GROWTH,
    MIGRATION,
    DeathsAre,
    Growth,
    a_year,
    fit_balance,
    much_migration,
    slip_of,
)
from bordercourse.registration.line import LINE, Line
from bordercourse.registration.rebuilding import Compared, rebuild

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

Adjust = Literal["census", "growth"]

__all__ = ["ExtinctGenerations", "adjusted_extinct_generations", "extinct_generations"]

# Years of life at the first age of the open group; more is no open group, or no years.
EXPECTATION = Numbers(
    above=0, high=40, do=mark("Give the remaining years of life at its first age, often 3 to 8.")
)


COMPARED = Choice("birthdays", "groups")


@dataclass(frozen=True, repr=False)
class ExtinctGenerations(DeathDistribution):
    """How complete the deaths are, judged by rebuilding the population from them.

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row a population: completeness (mean over the ages used), lowest, highest, median,
        lower_quartile, upper_quartile, trimean (median and quartiles, weighted 2, 1, 1), open_expectation
        (years), coverage_ratio (census 1 relative to census 2, which was taken out; 1 if unadjusted).
    points : pandas.DataFrame
        One row a population and age: growth_rate (a year, less migration), deaths_rebuilt (persons reaching
        the age in a year, or living in the group, rebuilt from deaths), birthdays or population (the same,
        from the censuses), completeness, used.
    ages : tuple of int
        Lower limits of the first and the last age in the mean.
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    compared : str
        "birthdays" or "groups".
    notes : tuple of str
        What was done to the input, or looks wrong in it.
    """

    compared: Compared = "birthdays"

    @property
    def completeness(self) -> Any:
        """Mean completeness over the ages used: a number, or a Series for several populations."""
        return self.estimate("completeness")

    @property
    def median(self) -> Any:
        """Median of completeness over the ages used: one wild age does not move it."""
        return self.estimate("median")

    @property
    def quartiles(self) -> pd.DataFrame:
        """Lower quartile, median and upper quartile over the ages used, one row a population."""
        return self.estimates[["lower_quartile", "median", "upper_quartile"]]

    @property
    def coverage_ratio(self) -> Any:
        """Coverage of census 1 relative to census 2 that was taken out; 1 if none."""
        return self.estimate("coverage_ratio")

    def words(self) -> tuple[str, str]:
        """Return the method's name, and what to say where there is no estimate."""
        lacking = _("no estimate, the growth balance has none")
        # An unadjusted estimate has a ratio of exactly 1; a fitted line never gives it.
        if (self.estimates["coverage_ratio"] == 1).all():
            return _("Extinct generations"), lacking
        return _("Extinct generations after growth balance"), lacking

    def span(self) -> str:
        """Return the ages of the mean in words: it is taken at exact ages, or over whole groups."""
        form = _("ages {first} to {last}") if self.by else _("mean of ages {first} to {last}")
        return form.format(first=self.ages[0], last=self.ages[1] + (4 if self.compared == "groups" else 0))

    def finding(self) -> str:
        """Return the estimates of one population in words."""
        row = self.estimates.iloc[0]
        return _("completeness {c:.1%} ({low:.1%} to {high:.1%} by age)").format(
            c=row["completeness"], low=row["lowest"], high=row["highest"]
        )

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw completeness by age with the mean of the ages used.

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
        drawn = points.dropna(subset=["completeness"])
        used, spare = drawn[drawn["used"]], drawn[~drawn["used"]]
        ax = axes(ax)
        ax.plot(
            spare["age"],
            spare["completeness"],
            "o",
            mfc="none",
            color=COLOURS["grey"],
            label=_("age not used"),
        )
        ax.plot(used["age"], used["completeness"], "o", color=COLOURS["blue"], label=_("age used"))
        ax.plot(list(self.ages), [row["completeness"]] * 2, color=COLOURS["vermilion"], label=_("mean"))
        ax.set_ylim(0, max(1.1, 1.05 * drawn["completeness"].max(skipna=True)) if len(drawn) else 1.1)
        ax.legend(frameon=False)
        if np.isnan(row["completeness"]):
            finding = _("no estimate: the growth balance has none")
        else:
            finding = _("{c:.0%} of deaths are reported, if the ages agree").format(c=row["completeness"])
        title = finding if population is None else f"{in_words(population)}: {finding}"
        return label(ax, title=title, x=_("Age a, years"), y=_("Share of deaths reported at a and over"))


@checked(
    table=Table(),
    population=CENSUSES,
    deaths=DEATHS,
    dates=DATES,
    ages=SPAN,
    open_expectation=EXPECTATION,
    deaths_are=DEATHS_ARE,
    migration=MIGRATION,
    migration_are=DEATHS_ARE,
    compared=COMPARED,
    age=AGE,
    by=BY,
)
def extinct_generations(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    ages: tuple[int, int],
    open_expectation: object,
    deaths_are: DeathsAre = "yearly",
    migration: str | None = None,
    migration_are: DeathsAre = "yearly",
    compared: Compared = "birthdays",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> ExtinctGenerations:
    r"""Estimate how complete reported deaths are, by synthetic extinct generations.

    Those alive at age a will all die at some later age. So the persons who reach age a in a year can be
    rebuilt from the deaths of today, each raised by the growth rates r between a and its age:

    .. math:: N^*(a) = N^*(a+5)\, e^{5 r} + D \, e^{2.5 r}

    and set against the birthdays that the two censuses show, ``sqrt(N1[a-5] N2[a]) / 5``. The
    ratio at each age is the completeness; the estimate is its mean over the ages chosen. With migrants the
    growth rate of each age is ``ln(N2 / N1) / t - M / sqrt(N1 N2)``, M net migrants a year.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an age group (and population), in any order. The last group is open; groups narrower
        than five years are joined.
    population : tuple of str
        Columns with the first and the second census, in persons.
    deaths : str
        Column with the deaths between the censuses: the average **a year**, or the total of the years.
    dates : tuple
        Days of the two censuses.
    ages : tuple of int
        Lower limits of the first and the last age in the mean.
    open_expectation : float or pandas.Series
        Expectation of life at the start of the open group, in years; for several populations one
        number for all, or a Series with their names as index. `open_age_expectation` helps.
    deaths_are : {"yearly", "total"}
        Whether `deaths` is the average a year, or the total of all years between the censuses.
    migration : str, optional
        Column with net migrants (arrivals less departures). Without it the population is taken as closed.
    migration_are : {"yearly", "total"}
        Whether `migration` is the average a year, or the total of all years between the censuses.
    compared : {"birthdays", "groups"}
        Set the rebuilt people against birthdays at each exact age, as the worked tables of Lima and Queiroz
        do, or people of each five-year group, ``2.5 (N*(a) + N*(a+5))``, against ``sqrt(N1 N2)``, as R's
        package DDM and the IUSSP tools do.
    age : str
        Column with the lower limit of each age group.
    by : str or list of str, optional
        Columns that tell several populations apart.

    Returns
    -------
    ExtinctGenerations

    Raises
    ------
    InputError
        As `growth_balance`; also an expectation that is not above zero or that a population lacks.

    Notes
    -----
    *What the result is not.* It judges the deaths in the table: deaths that households reported
    are not registered deaths. A change of census coverage from one census to the next
    tilts completeness with age; `adjusted_extinct_generations` takes it out. Migration that is not given
    does the same.
    The open group is worth ``D (e^z - z²/6)`` with z = its growth rate times the expectation; old
    ages lean on it, adult ages little.

    References
    ----------
    N. Bennett and S. Horiuchi (1981), Population Index 47(2), 207-221; (1984), Demography 21(2),
    217-233. The example is Mozambique, women, in the worked tables of E. Lima and
    B. Queiroz: mean of 25 to 55, 0.613236; of 15 to 65, 0.623618; expectation 2.261886 years. Their
    sheet read that expectation off the wrong levels of the table of 1984: see `open_age_expectation`.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import extinct_generations
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> extinct_generations(
    ...     censuses[censuses["sex"] == "female"],
    ...     population=("population_1997", "population_2007"),
    ...     deaths="household_deaths_per_year",
    ...     dates=("1997-08-01", "2007-08-01"),
    ...     ages=(25, 55),
    ...     open_expectation=2.261886,
    ... )
    Extinct generations, mean of ages 25 to 55: completeness 61.3% (59.7% to 63.9% by age)
    """
    columns = (*population, deaths, *([] if migration is None else [migration]))
    data = stack(table, age=age, by=by, columns=columns)
    t = years_between(dates)
    d = a_year(data.values[deaths], deaths_are, t)
    migrants = None if migration is None else a_year(data.values[migration], migration_are, t)
    one = np.ones(len(data.index))
    estimates, points = rebuild(
        data, population, d, migrants, t, ages, open_expectation, one, 0 * one, compared
    )
    notes = data.notes + too_complete(estimates["completeness"], slip_of(deaths_are), several=bool(by))
    notes += much_migration(data, population, migrants, migration_are)
    return ExtinctGenerations(estimates, points, ages, names(by), compared, notes=notes)


@checked(
    table=Table(),
    population=CENSUSES,
    deaths=DEATHS,
    dates=DATES,
    ages=SPAN,
    balance_ages=SPAN,
    open_expectation=EXPECTATION,
    deaths_are=DEATHS_ARE,
    migration=MIGRATION,
    migration_are=DEATHS_ARE,
    line=LINE,
    growth=GROWTH,
    adjust=Choice("census", "growth"),
    compared=COMPARED,
    age=AGE,
    by=BY,
)
def adjusted_extinct_generations(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    ages: tuple[int, int],
    balance_ages: tuple[int, int],
    open_expectation: object,
    deaths_are: DeathsAre = "yearly",
    migration: str | None = None,
    migration_are: DeathsAre = "yearly",
    line: Line = "sd",
    growth: Growth = "logarithm",
    adjust: Adjust = "census",
    compared: Compared = "birthdays",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> ExtinctGenerations:
    """Estimate completeness by extinct generations after the growth balance evened the censuses.

    The growth balance over `balance_ages` gives k1 / k2, the coverage of the first census relative
    to the second. The first census is divided by it, and `extinct_generations` follows.

    Parameters
    ----------
    table, population, deaths, dates, ages, open_expectation, deaths_are, compared, age, by
        As `extinct_generations`.
    balance_ages : tuple of int
        Lower limits of the first and the last age in the line of the growth balance.
    migration, migration_are
        As `extinct_generations`; the growth balance uses them too.
    line : {"sd", "orthogonal", "least squares", "resistant"}
        The line of the growth balance.
    growth : {"logarithm", "increment"}
        How the growth balance measures growth, as in `growth_balance`.
    adjust : {"census", "growth"}
        Divide the first census by k1 / k2; or leave the censuses and add ln(k1/k2) / t, the intercept,
        to every growth rate (R. Dorrington's delta).
        The second measures the deaths against the average of the two censuses as they were counted.

    Returns
    -------
    ExtinctGenerations
        With the ratio that was taken out in ``coverage_ratio``.

    Raises
    ------
    InputError
        As `extinct_generations`.

    Notes
    -----
    *What the result is not.* Deaths that households reported are not registered deaths, and
    the hybrid inherits the assumptions of both parents.

    References
    ----------
    K. Hill, D. You and Y. Choi (2009), Demographic Research 21, 235-254. Example: Mozambique, women,
    Lima and Queiroz, mean of 15 to 65: 0.643077 with an expectation of 2.371737 years.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import adjusted_extinct_generations
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> result = adjusted_extinct_generations(
    ...     censuses[censuses["sex"] == "female"],
    ...     population=("population_1997", "population_2007"),
    ...     deaths="household_deaths_per_year",
    ...     dates=("1997-08-01", "2007-08-01"),
    ...     ages=(15, 65),
    ...     balance_ages=(25, 55),
    ...     open_expectation=2.371737,
    ... )
    >>> round(result.completeness, 4)
    0.6431
    """
    columns = (*population, deaths, *([] if migration is None else [migration]))
    data = stack(table, age=age, by=by, columns=columns)
    t = years_between(dates)
    d = a_year(data.values[deaths], deaths_are, t)
    migrants = None if migration is None else a_year(data.values[migration], migration_are, t)
    balance, _points = fit_balance(data, population, d, migrants, t, balance_ages, line, growth)
    ratio, delta = (balance[column].to_numpy() for column in ("coverage_ratio", "intercept"))
    none = np.zeros_like(ratio)
    divisor, added = (none + 1, delta) if adjust == "growth" else (ratio, none)
    estimates, points = rebuild(
        data, population, d, migrants, t, ages, open_expectation, divisor, added, compared
    )
    estimates["coverage_ratio"] = ratio
    notes = data.notes + too_complete(estimates["completeness"], slip_of(deaths_are), several=bool(by))
    notes += much_migration(data, population, migrants, migration_are)
    return ExtinctGenerations(estimates, points, ages, names(by), compared, notes=notes)
