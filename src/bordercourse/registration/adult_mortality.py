"""Completeness used: death rates of adults, and 45q15, as reported and as corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Input, Numbers, Table, checked, shown
from bordercourse.plotting import COLOURS, axes, in_words, label, name_rows
from bordercourse.registration.age_ranges import AgeSensitivity
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
from bordercourse.registration.death_distribution import FEW
from bordercourse.registration.growth_balance import DEATHS_ARE, DeathsAre, a_year
from bordercourse.registration.life_table import death_probability
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["AdultMortality", "CompletenessOf", "adult_mortality", "completeness_for"]


@dataclass(frozen=True, repr=False)
class AdultMortality(Result):
    """How many adults die, before and after the correction.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a population: completeness, completeness_low, completeness_high (missing without an
        interval); q_reported, q_adjusted, q_low, q_high: the probability that one alive at 15 dies before 60.
    rates : pandas.DataFrame
        One row a population and age group from 15: reported, adjusted, low, high; deaths per person a year.
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    """

    table: pd.DataFrame
    rates: pd.DataFrame
    by: tuple[str, ...]

    @property
    def reported(self) -> Any:
        """45q15 by the deaths as reported: a number, or a Series for several populations."""
        return scalar_or_series(self.table["q_reported"], bool(self.by))

    @property
    def adjusted(self) -> Any:
        """45q15 after the correction: a number, or a Series for several populations."""
        return scalar_or_series(self.table["q_adjusted"], bool(self.by))

    def shown_table(self) -> pd.DataFrame:
        """Return the table of populations."""
        return (self.table.reset_index() if self.by else self.table).round(3)

    def sentence(self) -> str:
        """Return 45q15 before and after, in one line."""
        if not self.by:
            return f"45q15 {_before_after(self.table.iloc[0])}"
        if len(self.table) <= FEW:
            rows = self.table.iterrows()
            return "45q15 " + "; ".join(f"{in_words(name)} {_before_after(row)}" for name, row in rows)
        return _("45q15 of {n} populations: median {before:.3f} as reported, {after:.3f} adjusted").format(
            n=len(self.table),
            before=self.table["q_reported"].median(),
            after=self.table["q_adjusted"].median(),
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw 45q15 as reported and as adjusted, with the interval, one row a population."""
        ordered = self.table.sort_values("q_adjusted")
        ax = axes(ax, height=max(2.5, min(8.0, 0.3 * len(ordered) + 1.6)))
        at = np.arange(len(ordered))
        ax.hlines(at, 1000 * ordered["q_low"], 1000 * ordered["q_high"], color=COLOURS["sky"], lw=5)
        ax.plot(1000 * ordered["q_reported"], at, "o", mfc="none", color=COLOURS["grey"], label=_("reported"))
        ax.plot(1000 * ordered["q_adjusted"], at, "o", color=COLOURS["blue"], label=_("adjusted"))
        name_rows(ax, ordered.index, many=_("{n} populations, lowest first"))
        ax.set_xlim(left=0)
        ax.margins(y=0.3)
        ax.legend(frameon=False, loc="upper left")
        if len(ordered) == 1:
            title = _(
                "Of 1,000 people of 15, {before:.0f} die before 60 by the reports, {after:.0f} corrected"
            )
            title = title.format(
                before=1000 * ordered["q_reported"].iloc[0], after=1000 * ordered["q_adjusted"].iloc[0]
            )
        else:
            title = _("Of 1,000 people of 15, {low:.0f} to {high:.0f} die before 60, corrected")
            title = title.format(
                low=1000 * ordered["q_adjusted"].min(), high=1000 * ordered["q_adjusted"].max()
            )
        return label(
            ax,
            title=title,
            x=_("Die between 15 and 60, of 1,000 (band: choice of ages)"),
        )


def _before_after(row: pd.Series[float]) -> str:
    told = _("{before:.3f} as reported, {after:.3f} adjusted").format(
        before=row["q_reported"], after=row["q_adjusted"]
    )
    if np.isnan(row["q_low"]):
        return told
    return told + _(" ({low:.3f} to {high:.3f} by the choice of ages alone)").format(
        low=row["q_low"], high=row["q_high"]
    )


class CompletenessOf(Input):
    """Completeness: a share, a Series with the populations as index, or what `age_sensitivity` found."""

    def read(self, value: Any, name: str) -> Any:
        """Return the number, the Series or the surface."""
        if isinstance(value, AgeSensitivity):
            return value
        do = _("Give a share such as 0.66, or what age_sensitivity found.")
        if isinstance(value, Result | dict):
            raise InputError(name, _("this is {kind}.").format(kind=type(value).__name__), do)
        return Numbers(0.01, 5, do=do).read(value, name)


def completeness_for(value: Any, index: pd.Index[Any], *, several: bool) -> pd.DataFrame:
    """Return completeness with its low and high, one row a population of `index`."""
    if isinstance(value, AgeSensitivity):
        if bool(value.by) != several:
            raise InputError(
                "completeness",
                _("it was found for other populations than the table holds."),
                _("Give age_sensitivity the same by=."),
            )
        value = value.against_both_censuses()
        span = value.interval()
        found = pd.DataFrame({"best": value.best["completeness"], "low": span["low"], "high": span["high"]})
        # The ages that fit best may be odd ones out: the interval is stretched to hold them.
        found["low"], found["high"] = found[["best", "low"]].min(axis=1), found[["best", "high"]].max(axis=1)
    elif isinstance(value, pd.Series):
        found = pd.DataFrame({"best": value, "low": np.nan, "high": np.nan})
    else:
        array = np.asarray(value, dtype=np.float64)
        if array.ndim and array.shape != (len(index),):
            raise InputError(
                "completeness",
                _("there are {n} values for {m} populations.").format(n=array.size, m=len(index)),
                _("Give one number, or a Series with the populations as index."),
            )
        found = pd.DataFrame({"best": np.broadcast_to(array, (len(index),))}, index=index)
        return found.assign(low=np.nan, high=np.nan)
    if not found.index.is_unique or len(index.difference(found.index)):
        lacking = index.difference(found.index)
        raise InputError(
            "completeness",
            _("there is none for {population}.").format(population=shown(lacking[0]))
            if len(lacking)
            else _("a population occurs twice."),
            _("Give one for each population, with their names as index."),
        )
    return found.reindex(index)


@checked(
    table=Table(),
    population=CENSUSES,
    deaths=DEATHS,
    dates=DATES,
    completeness=CompletenessOf(),
    deaths_are=DEATHS_ARE,
    age=AGE,
    by=BY,
)
def adult_mortality(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    completeness: object,
    deaths_are: DeathsAre = "yearly",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> AdultMortality:
    """Return death rates from 15 and 45q15, as the deaths were reported and with completeness used.

    The rate of a group is its deaths a year over ``sqrt(N1 N2)``; the adjusted one is divided by
    completeness. 45q15 is ``1 - Π (1 - 5m / (1 + 2.5m))`` over ages 15 to 59.

    Parameters
    ----------
    table, population, deaths, dates, deaths_are, age, by
        As `growth_balance`.
    completeness : float, pandas.Series or AgeSensitivity
        Reported deaths as a share of all, of adults. For rates take **1 / slope** of the growth balance
        (``completeness``), which holds the coverage of the censuses too. A hybrid that `age_sensitivity`
        found is brought to the same base. What it found brings the interval: the middle 90% of all choices of
        ages, stretched to the best one where it lies outside.

    Returns
    -------
    AdultMortality

    Raises
    ------
    InputError
        As `growth_balance`; also a completeness that is no share or is missing for a population, or ages that
        do not reach from 15 to 60.

    Notes
    -----
    *What the result is not.* The interval holds the choice of ages and nothing else: no chance, no broken
    assumption. Deaths that households reported are not registered deaths. One completeness is used for all
    adult ages; children are not corrected by it.

    References
    ----------
    T. Moultrie and others, eds (2013), *Tools for Demographic Estimation*, IUSSP, chapter "The Generalized
    Growth Balance Method". Mozambique, women, 1997 to 2007, in the worked tables of E. Lima and B. Queiroz:
    0.3989 as reported, 0.5390 adjusted.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import adult_mortality
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> adult_mortality(
    ...     censuses[censuses["sex"] == "female"],
    ...     population=("population_1997", "population_2007"),
    ...     deaths="household_deaths_per_year",
    ...     dates=("1997-08-01", "2007-08-01"),
    ...     completeness=0.657587,
    ... )
    45q15 0.399 as reported, 0.539 adjusted
    """
    data = stack(table, age=age, by=by, columns=(*population, deaths))
    adult = data.ages >= 15
    if data.ages[0] > 15 or data.ages[-1] < 60:
        raise InputError(
            age,
            _("groups run from {first} to {last}.").format(first=data.ages[0], last=data.ages[-1]),
            _("Give all groups from 15 to 60 or more."),
        )
    yearly = a_year(data.values[deaths], deaths_are, years_between(dates))
    m = (yearly / np.sqrt(data.values[population[0]] * data.values[population[1]]))[:, adult]
    found = completeness_for(completeness, data.index, several=bool(by))
    # The lower the completeness, the higher the mortality: low and high change places.
    shares = {"reported": 1.0, "adjusted": found["best"], "low": found["high"], "high": found["low"]}
    rates = {name: m / np.broadcast_to(share, (len(m),))[:, None] for name, share in shares.items()}
    working = data.ages[adult] < 60
    q = {
        name: 1 - np.prod(1 - death_probability(rate[:, working], 5, 2.5), axis=1)
        for name, rate in rates.items()
    }
    columns = {f"completeness{end}": found[name].to_numpy() for end, name in _ENDS.items()}
    result = pd.DataFrame({**columns, **{f"q_{name}": value for name, value in q.items()}}, index=data.index)
    full = {name: np.full(data.values[deaths].shape, np.nan) for name in rates}
    for name, rate in rates.items():
        full[name][:, adult] = rate
    long = data.long(**full)
    return AdultMortality(result, long[long["age"] >= 15].reset_index(drop=True), names(by), notes=data.notes)


_ENDS = {"": "best", "_low": "low", "_high": "high"}
