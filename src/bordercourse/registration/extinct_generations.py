"""Synthetic extinct generations, and its hybrid with the growth balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Numbers, Table, checked, shown
from bordercourse.plotting import COLOURS, axes, in_words, label
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
from bordercourse.registration.death_distribution import DeathDistribution, plot_estimates, too_complete
from bordercourse.registration.growth_balance import DEATHS_ARE, DeathsAre, a_year, fit_balance, slip_of
from bordercourse.registration.line import LINE, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["ExtinctGenerations", "adjusted_extinct_generations", "extinct_generations"]

# Years of life at the first age of the open group; more is no open group, or no years.
EXPECTATION = Numbers(
    above=0, high=40, do=mark("Give the remaining years of life at its first age, often 3 to 8.")
)


@dataclass(frozen=True, repr=False)
class ExtinctGenerations(DeathDistribution):
    """How complete the deaths are, judged by rebuilding the population from them.

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row a population: completeness (mean over the ages used), lowest, highest,
        open_expectation (years), coverage_ratio (by which the first census was divided; 1 if unadjusted).
    points : pandas.DataFrame
        One row a population and age: growth_rate (a year), deaths_rebuilt (persons reaching the age in
        a year, rebuilt from deaths), birthdays (the same, from the censuses), completeness, used.
    ages : tuple of int
        Lower limits of the first and the last age in the mean.
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    notes : tuple of str
        What was done to the input, or looks wrong in it.
    """

    @property
    def completeness(self) -> Any:
        """Mean completeness over the ages used: a number, or a Series for several populations."""
        return self.estimate("completeness")

    @property
    def coverage_ratio(self) -> Any:
        """Coverage of census 1 relative to census 2 that was taken out; 1 if none."""
        return self.estimate("coverage_ratio")

    def words(self) -> tuple[str, str]:
        """Return the method's name, and what to say where there is no estimate."""
        return _("Extinct generations"), _("no estimate, the growth balance has none")

    def span(self) -> str:
        """Return the ages of the mean in words: it is taken at exact ages."""
        form = _("ages {first} to {last}") if self.by else _("mean of ages {first} to {last}")
        return form.format(first=self.ages[0], last=self.ages[1])

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
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> ExtinctGenerations:
    r"""Estimate how complete reported deaths are, by synthetic extinct generations.

    Those alive at age a will all die at some later age. So the persons who reach age a in a year can be
    rebuilt from the deaths of today, each raised by the growth rates r between a and its age:

    .. math:: N^*(a) = N^*(a+5)\, e^{5 r} + D \, e^{2.5 r}

    and set against the birthdays that the two censuses show, ``sqrt(N1[a-5] N2[a]) / 5``. The
    ratio at each age is the completeness; the estimate is its mean over the ages chosen.

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
    tilts completeness with age; `adjusted_extinct_generations` takes it out. Migration is not allowed for.
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
    data = stack(table, age=age, by=by, columns=(*population, deaths))
    t = years_between(dates)
    d = a_year(data.values[deaths], deaths_are, t)
    one = np.ones(len(data.index))
    return _rebuild(data, population, d, t, ages, open_expectation, one, names(by), slip_of(deaths_are))


@checked(
    table=Table(),
    population=CENSUSES,
    deaths=DEATHS,
    dates=DATES,
    ages=SPAN,
    balance_ages=SPAN,
    open_expectation=EXPECTATION,
    deaths_are=DEATHS_ARE,
    line=LINE,
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
    line: Line = "sd",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> ExtinctGenerations:
    """Estimate completeness by extinct generations after the growth balance evened the censuses.

    The growth balance over `balance_ages` gives k1 / k2, the coverage of the first census relative
    to the second. The first census is divided by it, and `extinct_generations` follows.

    Parameters
    ----------
    table, population, deaths, dates, ages, open_expectation, deaths_are, age, by
        As `extinct_generations`.
    balance_ages : tuple of int
        Lower limits of the first and the last age in the line of the growth balance.
    line : {"sd", "orthogonal"}
        The line of the growth balance.

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
    data = stack(table, age=age, by=by, columns=(*population, deaths))
    t = years_between(dates)
    d = a_year(data.values[deaths], deaths_are, t)
    balance, _points = fit_balance(data, population, d, None, t, balance_ages, line)
    ratio = balance["coverage_ratio"].to_numpy()
    return _rebuild(data, population, d, t, ages, open_expectation, ratio, names(by), slip_of(deaths_are))


def _rebuild(
    data: Stack,
    population: tuple[str, str],
    d: Floats,
    t: float,
    ages: tuple[int, int],
    open_expectation: object,
    ratio: Floats,
    by: tuple[str, ...],
    slip: str,
) -> ExtinctGenerations:
    n1 = data.values[population[0]] / ratio[:, None]
    n2 = data.values[population[1]]
    expectation = _per_population(open_expectation, data.index, several=bool(by))
    growth = np.log(n2 / n1) / t
    rebuilt = np.empty_like(d)
    z = growth[:, -1] * expectation
    rebuilt[:, -1] = d[:, -1] * (np.exp(z) - z**2 / 6)
    for a in range(d.shape[1] - 2, -1, -1):  # over ages, not over populations
        rebuilt[:, a] = rebuilt[:, a + 1] * np.exp(5 * growth[:, a]) + d[:, a] * np.exp(2.5 * growth[:, a])
    birthdays = np.full_like(d, np.nan)
    birthdays[:, 1:-1] = np.sqrt(n1[:, :-2] * n2[:, 1:-1]) / 5
    completeness = rebuilt / birthdays
    used = np.concatenate([[False], age_range(ages, data.ages[1:-1]), [False]])
    chosen = completeness[:, used]
    estimates = pd.DataFrame(
        {
            "completeness": chosen.mean(axis=1),
            "lowest": chosen.min(axis=1),
            "highest": chosen.max(axis=1),
            "open_expectation": expectation,
            "coverage_ratio": ratio,
        },
        index=data.index,
    )
    points = data.long(
        growth_rate=growth, deaths_rebuilt=rebuilt, birthdays=birthdays, completeness=completeness
    )
    points["used"] = np.tile(used, len(data.index))
    notes = data.notes + too_complete(estimates["completeness"], slip, several=bool(by))
    return ExtinctGenerations(estimates, points, ages, by, notes=notes)


def _per_population(value: object, index: pd.Index[Any], *, several: bool) -> Floats:
    name = "open_expectation"
    if isinstance(value, pd.Series) and several:
        if not value.index.is_unique:
            raise InputError(name, _("a population occurs twice."), _("Give one for each population."))
        lacking = index.difference(value.index)
        if len(lacking):
            raise InputError(
                name,
                _("there is none for {population}.").format(population=shown(lacking[0])),
                _("Give one for each population, with their names as index."),
            )
        value = value.reindex(index)
    array = np.asarray(value, dtype=np.float64)
    if array.ndim and array.shape != (len(index),):
        raise InputError(
            name,
            _("there are {n} values for {m} populations.").format(n=array.size, m=len(index)),
            _("Give one number, or a Series with the populations as index."),
        )
    return np.broadcast_to(array, (len(index),))
