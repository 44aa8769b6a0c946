"""Abridged life tables from death rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Choice, checked
from bordercourse.plotting import COLOURS, axes, in_words, label
from bordercourse.registration.ages import AgeCounts
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rates: TypeAlias = pd.Series[float] | pd.DataFrame

__all__ = ["LifeTable", "abridged_life_table", "death_probability"]

#: A death rate above this is no rate a year of life: it is given per 1,000, or counts stand in its place.
HIGHEST = 2.0


@dataclass(frozen=True, repr=False)
class LifeTable(Result):
    """What would become of people who met these death rates all their life.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a population and age, with the population in the index: m (death rate a year), a (years
        lived in the group by those who die in it), q (probability of dying in it), l (survivors of one at
        the first age), d (deaths), L and T (years lived in it, and from it on), e (expectation, years).
    """

    table: pd.DataFrame

    def at(self, column: str, age: int) -> Any:
        """Return one column at one age: a number, or a Series for several populations.

        Parameters
        ----------
        column : str
            m, a, q, l, d, L, T or e.
        age : int
            Lower limit of the group.

        Returns
        -------
        float or pandas.Series
        """
        one = self.table.loc[(slice(None), age), column].droplevel("age")
        return float(one.iloc[0]) if len(one) == 1 else one

    def probability(self, first: int, last: int) -> Any:
        """Return the probability that one alive at `first` dies before `last`: 45q15 for 15 and 60.

        Parameters
        ----------
        first, last : int
            Exact ages, lower limits of groups.

        Returns
        -------
        float or pandas.Series
        """
        return 1 - self.at("l", last) / self.at("l", first)

    def sentence(self) -> str:
        """Return the expectation of life at the first age, in one line."""
        first = int(self.table.index.get_level_values("age")[0])
        years = self.table.xs(first, level="age")["e"]
        if len(years) == 1:
            return _("Life table: {e:.1f} years of life at age {age}").format(e=years.iloc[0], age=first)
        return _("{n} life tables: {low:.1f} to {high:.1f} years of life at age {age}").format(
            n=len(years), low=years.min(), high=years.max(), age=first
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the survivors by age, one line a population."""
        ax = axes(ax)
        for name, rows in self.table.groupby(level=0, sort=False):
            ax.plot(rows.index.get_level_values("age"), 100 * rows["l"], label=in_words(name))
        if 1 < len(ax.lines) <= 8:
            ax.legend(frameon=False)
        ax.set_ylim(0, 100)
        ax.axvline(60, color=COLOURS["grey"], lw=1)
        return label(ax, title=self.sentence(), x=_("Age, years"), y=_("Alive, % of those at the first age"))


@checked(rates=AgeCounts(), sex=Choice("female", "male"))
def abridged_life_table(rates: Rates, *, sex: Literal["female", "male"]) -> LifeTable:
    """Return the abridged life table of death rates.

    ``q = n m / (1 + (n - a) m)``. People who die in a five-year group have lived half of it; for ages 0 and
    1 to 4 the years are those of Coale and Demeny's model West; the open group lives 1 / m.

    Parameters
    ----------
    rates : pandas.Series or pandas.DataFrame
        Deaths per person a year (0.012, not 12), by the lower limit of each age group (the index): 0, 1, 5,
        10, …, or from 5 or any later multiple of five. The last group is open. A DataFrame has one column a
        population.
    sex : {"female", "male"}
        Sex of the people, for ages 0 and 1 to 4.

    Returns
    -------
    LifeTable

    Raises
    ------
    InputError
        The ages are not those of an abridged life table, a rate is negative or above 2, or the open group
        has no deaths.

    Notes
    -----
    *What the result is not.* It is as complete as the deaths: with rates as reported it is too
    long. It follows no real generation. An open group that starts before 75 makes the expectation of life a
    matter of one number.

    References
    ----------
    A. Coale, P. Demeny and B. Vaughan (1983), *Regional Model Life Tables and Stable Populations*, 2nd
    edition, page 20 (years lived by those who die in childhood, model West). S. Preston, P. Heuveline and M.
    Guillot (2001), *Demography: Measuring and Modeling Population Processes*, chapter 3.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import abridged_life_table
    >>> rates = pd.Series([0.05, 0.004, *[0.002] * 11, 0.02, 0.05, 0.15], index=[0, 1, *range(5, 75, 5)])
    >>> abridged_life_table(rates, sex="female")
    Life table: 64.8 years of life at age 0
    """
    frame = pd.DataFrame(rates).sort_index()
    m = frame.to_numpy().T
    ages = _ages_of(frame.index)
    if (m > HIGHEST).any():
        raise InputError(
            "rates",
            _("{value:g} deaths per person a year cannot be.").format(value=m.max()),
            _("Give deaths per person a year (0.012), not per 1,000 (12), and no counts."),
        )
    if (m[:, -1] == 0).any():
        raise InputError(
            "rates", _("the open group has no deaths."), _("Let an earlier group be the open one.")
        )
    n = np.append(np.diff(ages), np.inf)
    a = np.tile(n / 2, (len(m), 1))
    if ages[0] == 0:
        a[:, 0], a[:, 1] = _childhood(m[:, 0], sex)
    a[:, -1] = 1 / m[:, -1]
    q = np.ones_like(m)
    q[:, :-1] = death_probability(m[:, :-1], n[:-1], a[:, :-1])
    survivors = np.cumprod(np.column_stack([np.ones(len(m)), 1 - q[:, :-1]]), axis=1)
    d = survivors * q
    lived = np.empty_like(m)
    lived[:, :-1] = n[:-1] * (survivors - d)[:, :-1] + (a * d)[:, :-1]
    lived[:, -1] = (a * d)[:, -1]
    total = np.cumsum(lived[:, ::-1], axis=1)[:, ::-1]
    years = np.divide(total, survivors, out=np.full_like(m, np.nan), where=survivors > 0)
    index = pd.MultiIndex.from_product([frame.columns, ages], names=["population", "age"])
    columns = {"m": m, "a": a, "q": q, "l": survivors, "d": d, "L": lived, "T": total, "e": years}
    return LifeTable(pd.DataFrame({name: array.ravel() for name, array in columns.items()}, index=index))


def death_probability(m: Floats, n: Any, a: Any) -> Floats:
    """Return the probability of dying in groups of `n` years with death rates `m`; at most 1."""
    q: Floats = np.minimum(n * m / (1 + (n - a) * m), 1.0)
    return q


def _ages_of(index: pd.Index[Any]) -> NDArray[np.int64]:
    do = _("Give 0, 1, 5, 10, …, or begin at 5 or later; regroup_ages joins narrower groups.")
    values = np.asarray(index)
    if values.dtype.kind not in "iuf" or len(values) < 3:
        raise InputError("rates", _("the index holds no ages of groups."), do)
    ages: NDArray[np.int64] = values.astype(np.int64)
    wanted = [0, 1, *range(5, 5 * len(ages) - 5, 5)] if ages[0] == 0 else ages[0] + 5 * np.arange(len(ages))
    if ages[0] % 5 or (values != ages).any() or (ages != wanted).any():
        raise InputError("rates", _("the ages are not those of an abridged life table."), do)
    return ages


def _childhood(m0: Floats, sex: str) -> tuple[Floats, Floats]:
    """Return the years lived by those who die before 1, and from 1 to 4: model West.

    Both are printed for q0; m0 gives q0 by the equation of second degree that joins the two.
    """
    level, rise = (0.05, 3.0) if sex == "female" else (0.0425, 2.875)
    second, first = rise * m0, 1 + m0 * (1 - level)
    root = first**2 - 4 * second * m0
    root = np.where(root < 0, np.nan, root)  # beyond any q0 of the model: its constants hold
    with np.errstate(divide="ignore", invalid="ignore"):
        q0 = np.where(second > 0, (first - np.sqrt(root)) / (2 * second), 0.0)
    high = ~(q0 <= 0.1)
    a0 = np.where(high, 0.35 if sex == "female" else 0.33, level + rise * q0)
    q0 = death_probability(m0, 1, a0)
    later = (1.524 - 1.627 * q0) if sex == "female" else (1.653 - 3.013 * q0)
    return a0, np.where(q0 > 0.1, 1.361 if sex == "female" else 1.352, later)
