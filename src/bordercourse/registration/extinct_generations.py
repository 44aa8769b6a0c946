"""Synthetic extinct generations, and its hybrid with the growth balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.plotting import COLOURS, axes, in_words, label
from bordercourse.registration._balance_plot import choose, median_of, plot_estimates
from bordercourse.registration._input import (
    Stack,
    age_range,
    interval_years,
    names,
    numbers,
    scalar_or_series,
    shown,
    stack,
    two_censuses,
)
from bordercourse.registration.growth_balance import growth_balance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from bordercourse.registration._line import Line

    Numbers = NDArray[np.float64]

__all__ = [
    "ExtinctGenerations",
    "adjusted_extinct_generations",
    "deaths_ratio_10_39_to_40_59",
    "extinct_generations",
    "open_age_expectation",
]


@dataclass(frozen=True, repr=False)
class ExtinctGenerations:
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
    """

    estimates: pd.DataFrame
    points: pd.DataFrame
    ages: tuple[int, int]
    by: tuple[str, ...]

    @property
    def completeness(self) -> Any:
        """Mean completeness over the ages used: a number, or a Series for several populations."""
        return scalar_or_series(self.estimates["completeness"], bool(self.by))

    @property
    def coverage_ratio(self) -> Any:
        """Coverage of census 1 relative to census 2 that was taken out; 1 if none."""
        return scalar_or_series(self.estimates["coverage_ratio"], bool(self.by))

    def __repr__(self) -> str:
        first, last = self.ages
        if self.by:
            return _("Extinct generations of {n} populations, ages {first} to {last}: {median}").format(
                n=len(self.estimates),
                first=first,
                last=last,
                median=median_of(self.estimates["completeness"]),
            )
        if np.isnan(self.completeness):
            return _(
                "Extinct generations, mean of ages {first} to {last}: "
                "no estimate, the growth balance has none"
            ).format(first=first, last=last)
        return _(
            "Extinct generations, mean of ages {first} to {last}: completeness {c:.1%} "
            "({low:.1%} to {high:.1%} by age)"
        ).format(
            first=first,
            last=last,
            c=self.completeness,
            low=self.estimates["lowest"].iloc[0],
            high=self.estimates["highest"].iloc[0],
        )

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw completeness by age with the mean of the ages used.

        Several populations and no choice: their completeness, one dot a population.
        """
        if self.by and population is None:
            return plot_estimates(self.estimates["completeness"], ax)
        chosen, row = choose(self.points, self.estimates, self.by, population)
        drawn = chosen.dropna(subset=["completeness"])
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


def extinct_generations(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    ages: tuple[int, int],
    open_expectation: object,
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
        One row an age group (and population). Five-year groups in order; the last is open.
    population : tuple of str
        Columns with the first and the second census, in persons.
    deaths : str
        Column with the average deaths **a year** between the censuses.
    dates : tuple
        Days of the two censuses.
    ages : tuple of int
        Lower limits of the first and the last age in the mean.
    open_expectation : float or pandas.Series
        Expectation of life at the start of the open group, in years; for several populations one
        number for all, or a Series with their names as index. `open_age_expectation` helps.
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
    data = stack(table, age=age, by=by, positive=two_censuses(population), counts=(deaths,))
    one = np.ones(len(data.index))
    return _rebuild(data, population, deaths, interval_years(dates), ages, open_expectation, one, names(by))


def adjusted_extinct_generations(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    ages: tuple[int, int],
    balance_ages: tuple[int, int],
    open_expectation: object,
    line: Line = "sd",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> ExtinctGenerations:
    """Estimate completeness by extinct generations after the growth balance evened the censuses.

    The growth balance over `balance_ages` gives k1 / k2, the coverage of the first census relative
    to the second. The first census is divided by it, and `extinct_generations` follows.

    Parameters
    ----------
    table, population, deaths, dates, ages, open_expectation, age, by
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
    balance = growth_balance(
        table,
        population=population,
        deaths=deaths,
        dates=dates,
        ages=balance_ages,
        line=line,
        age=age,
        by=by,
    )
    data = stack(table, age=age, by=by, positive=population, counts=(deaths,))
    ratio = balance.estimates["coverage_ratio"].to_numpy()
    return _rebuild(data, population, deaths, balance.years, ages, open_expectation, ratio, names(by))


def _rebuild(
    data: Stack,
    population: tuple[str, str],
    deaths: str,
    t: float,
    ages: tuple[int, int],
    open_expectation: object,
    ratio: Numbers,
    by: tuple[str, ...],
) -> ExtinctGenerations:
    n1 = data.values[population[0]] / ratio[:, None]
    n2, d = data.values[population[1]], data.values[deaths]
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
    return ExtinctGenerations(estimates, points, (int(ages[0]), int(ages[1])), by)


def _per_population(value: object, index: pd.Index[Any], *, several: bool) -> Numbers:
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
    array = numbers(value, name, positive=True)
    if array.ndim and array.shape != (len(index),):
        raise InputError(
            name,
            _("there are {n} values for {m} populations.").format(n=array.size, m=len(index)),
            _("Give one number, or a Series with the populations as index."),
        )
    if (array > 40).any():
        raise InputError(
            name,
            _("{value:g} years is too long for an open age group.").format(value=array.max()),
            _("Give the remaining years of life at its first age, often 3 to 8."),
        )
    return np.broadcast_to(array, (len(index),)).astype(np.float64)


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
    table, population, deaths, dates, age, by
        As `extinct_generations`; ages must start at 0.

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
    N. Bennett and S. Horiuchi (1984), Demography 21(2), 217-233.

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
    data = stack(table, age=age, by=by, positive=two_censuses(population), counts=(deaths,))
    if data.ages[0] != 0 or data.ages[-1] < 60:
        raise InputError(
            age,
            _("groups run from {first} to {last}.").format(first=data.ages[0], last=data.ages[-1]),
            _("Give all groups from 0 to 60 or more."),
        )
    growth = np.log(data.values[population[1]] / data.values[population[0]]) / interval_years(dates)
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
    N. Bennett and S. Horiuchi (1984), Demography 21(2), 217-233, table on page 221.

    Examples
    --------
    >>> from bordercourse.registration import open_age_expectation
    >>> open_age_expectation(0.955, sex="male")
    3.835
    """
    if sex not in ("female", "male") or open_age not in (75, 80):
        raise InputError(
            "sex, open_age",
            _("the table has no {sex}, {age}.").format(sex=repr(sex), age=repr(open_age)),
            _('Give "female" or "male", and 75 or 80.'),
        )
    at = numbers(ratio, "ratio", positive=True)
    years = np.interp(at, _RATIO[sex][::-1], _EXPECTATION[sex, open_age][::-1])
    if isinstance(ratio, pd.Series):
        return pd.Series(years, index=ratio.index)
    return float(years) if at.ndim == 0 else years
