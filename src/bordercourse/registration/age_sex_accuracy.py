"""The United Nations age-sex accuracy index: how much sex ratios and age ratios jump from group to group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Numbers, checked
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.registration.ages import AgeCounts
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["AgeSexAccuracy", "age_sex_accuracy"]


@dataclass(frozen=True, repr=False)
class AgeSexAccuracy(Result):
    """The United Nations age-sex accuracy index and its parts.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a population: sex_ratio_score, male_age_ratio_score, female_age_ratio_score, joint_score.
    sex_ratios : pandas.DataFrame
        Males for 100 females; one row an age group, one column a population.
    """

    table: pd.DataFrame
    sex_ratios: pd.DataFrame

    @property
    def value(self) -> Any:
        """The index: a number, or a Series for several populations."""
        column = self.table["joint_score"]
        return float(column.iloc[0]) if len(self.table) == 1 else column

    def sentence(self) -> str:
        """Return the index in one line."""
        if len(self.table) > 1:
            return _("UN age-sex accuracy index of {n} populations: {low:.1f} to {high:.1f}").format(
                n=len(self.table), low=self.value.min(), high=self.value.max()
            )
        row = self.table.iloc[0]
        return _(
            "UN age-sex accuracy index {index:.3f} "
            "(sex ratios {s:.3f}, male ages {m:.3f}, female ages {f:.3f})"
        ).format(
            index=row["joint_score"],
            s=row["sex_ratio_score"],
            m=row["male_age_ratio_score"],
            f=row["female_age_ratio_score"],
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the sex ratio by age of each population."""
        ax = axes(ax)
        for name, column in self.sex_ratios.items():
            ax.plot(column.index, column.to_numpy(), "o-", label=str(name), ms=4)
        ax.axhline(100, color=COLOURS["grey"], lw=1)
        if 1 < len(self.table) <= 8:
            ax.legend(frameon=False)
        title = _("Sex ratios jump by {score:.1f} points between neighbouring age groups").format(
            score=self.table["sex_ratio_score"].mean()
        )
        return label(ax, title=title, x=_("Age group, first year"), y=_("Males for 100 females"))


@checked(males=AgeCounts(above=0), females=AgeCounts(above=0))
def age_sex_accuracy(
    males: pd.Series[float] | pd.DataFrame, females: pd.Series[float] | pd.DataFrame
) -> AgeSexAccuracy:
    """Return the United Nations age-sex accuracy index (joint score).

    Three times the mean step between the sex ratios of neighbouring age groups, plus the mean distance
    from 100 of the age ratios of males, and of females. An age ratio is 100 times a group over the mean of
    its two neighbours.

    Parameters
    ----------
    males, females : pandas.Series or pandas.DataFrame
        People by five-year group (index: lower limits 0, 5, …). A DataFrame has one column a
        population. The **last group is taken as open** and left out.

    Returns
    -------
    AgeSexAccuracy

    Raises
    ------
    InputError
        Ages are unsorted or gapped, males and females differ in ages or populations, or a group is empty.

    Notes
    -----
    Small populations score worse by chance; no correction is made for them. *What the result is not.*
    Real history (war, migration of one sex, a fall of births) raises the index as errors do.

    References
    ----------
    United Nations (1952), "Accuracy tests for census age distributions tabulated in five-year and ten-year
    groups", Population Bulletin, 59-79; (1955), *Manual II*, chapter III. US Census Bureau, Population
    Analysis Spreadsheets, sheet AGESEX: 3.907, 3.655, 2.249 and 14.308.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import age_sex_accuracy
    >>> even = pd.Series(1000, index=range(0, 80, 5))
    >>> age_sex_accuracy(even, even).value
    0.0
    """
    m, f = pd.DataFrame(males), pd.DataFrame(females)
    plain = isinstance(males, pd.Series) and isinstance(females, pd.Series)
    if f.columns.is_unique and set(f.columns) == set(m.columns):
        f = f[m.columns]
    if not m.index.equals(f.index) or list(m.columns) != list(f.columns):
        if plain and m.index.equals(f.index):
            f.columns = m.columns
        else:
            raise InputError(
                "females", _("ages or populations differ from males."), _("Give both for the same ones.")
            )
    ages = Numbers(low=0).read(m.index, "ages")
    if len(ages) < 5 or not (np.diff(ages) == 5).all():
        raise InputError(
            "ages",
            _("they are not five-year groups in order without gaps."),
            _("Give the index 0, 5, 10, …, and an open group at the end."),
        )
    male, female = m.to_numpy()[:-1], f.to_numpy()[:-1]
    ratios = 100 * male / female
    sex_score = np.abs(np.diff(ratios, axis=0)).mean(axis=0)
    male_score, female_score = _age_ratio_score(male), _age_ratio_score(female)
    table = pd.DataFrame(
        {
            "sex_ratio_score": sex_score,
            "male_age_ratio_score": male_score,
            "female_age_ratio_score": female_score,
            "joint_score": 3 * sex_score + male_score + female_score,
        },
        index=m.columns,
    )
    return AgeSexAccuracy(table, pd.DataFrame(ratios, index=m.index[:-1], columns=m.columns))


def _age_ratio_score(people: Floats) -> Floats:
    ratios = 200 * people[1:-1] / (people[:-2] + people[2:])
    score: Floats = np.abs(ratios - 100).mean(axis=0)
    return score
