"""How well ages are reported: heaping on digits, and accuracy by age and sex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Input, Numbers, Whole, checked, shown
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["AgeHeaping", "AgeSexAccuracy", "age_sex_accuracy", "bachi", "myers", "whipple"]


@dataclass(frozen=True, repr=False)
class AgeHeaping(Result):
    """An index of preference for some digits of age.

    Attributes
    ----------
    method : str
        "Whipple", "Myers" or "Bachi".
    indices : pandas.Series
        One index a population.
    digits : pandas.DataFrame
        One row a population, one column a last digit 0 to 9: the percentage of people at it, 10 where
        no digit is preferred. For Whipple, the plain percentage between its two ages.
    """

    method: str
    indices: pd.Series[float]
    digits: pd.DataFrame

    @property
    def value(self) -> Any:
        """The index: a number, or a Series for several populations."""
        return float(self.indices.iloc[0]) if len(self.indices) == 1 else self.indices

    def sentence(self) -> str:
        """Return the index in one line."""
        if len(self.indices) > 1:
            return _("{method} index of {n} populations: {low:.2f} to {high:.2f}").format(
                method=self.method, n=len(self.indices), low=self.indices.min(), high=self.indices.max()
            )
        first = self.digits.iloc[0].sort_values(ascending=False)
        return _("{method} index {index:.2f}; most reported last digits {a} and {b}").format(
            method=self.method, index=self.value, a=first.index[0], b=first.index[1]
        )

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw the percentage of people at each last digit of one population."""
        if population is None and len(self.digits) > 1:
            raise InputError(
                "population", _("there are several."), _("Choose one of digits.index, such as the first.")
            )
        try:
            known = population is None or population in self.digits.index
        except TypeError:  # a list cannot be looked up
            known = False
        if not known:
            raise InputError(
                "population",
                _("{value} is not among the {n} populations.").format(
                    value=shown(population), n=len(self.digits)
                ),
                _("Choose one of digits.index, such as {first}.").format(first=shown(self.digits.index[0])),
            )
        row = self.digits.iloc[0] if population is None else self.digits.loc[population]  # type: ignore[index]
        ax = axes(ax)
        ax.bar(row.index.astype(str), row.to_numpy(), color=COLOURS["blue"])
        ax.axhline(10, color=COLOURS["vermilion"])
        title = _("Ages that end in {digit} are reported most: {share:.0f}% instead of 10%").format(
            digit=row.idxmax(), share=row.max()
        )
        return label(ax, title=title, x=_("Last digit of age"), y=_("People, %"))


class AgeCounts(Input):
    """People by age: a Series with ages as index, or a table with one column a population."""

    def __init__(self, *, above: float | None = None) -> None:
        self.above = above

    def read(self, value: Any, name: str) -> Any:
        """Return the Series or the table, as floats."""
        if not isinstance(value, pd.Series | pd.DataFrame):
            raise InputError(
                name,
                _("this is {kind}.").format(kind=type(value).__name__),
                _("Give a Series with ages as index, or a DataFrame with one column a population."),
            )
        if isinstance(value, pd.DataFrame) and not len(value.columns):
            raise InputError(name, _("it has no columns."), _("Give one column a population."))
        return Numbers(low=0, above=self.above, frame=True).read(value, name)


_SINGLE = {"counts": AgeCounts(), "first": Whole(low=0), "last": Whole(low=0)}


@checked(**_SINGLE)
def whipple(counts: pd.Series[float] | pd.DataFrame, *, first: int = 23, last: int = 62) -> AgeHeaping:
    """Return Whipple's index of heaping on ages that end in 0 and 5.

    Five times the people at ages 25, 30, …, 60 for every 100 people at ages 23 to 62: 100 where no one
    prefers 0 or 5, 500 where every age ends in 0 or 5.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People by single year of age (the index). A DataFrame has one column a population.
    first, last : int
        The ages, both included; a multiple of ten of them. 23 and 62 by convention.

    Returns
    -------
    AgeHeaping

    Raises
    ------
    InputError
        An age is missing, a count is negative, or a population has no one between the ages.

    Notes
    -----
    Bands of the United Nations: below 105 highly accurate, 105 to 110 fairly accurate, 110 to 125
    approximate, 125 to 175 rough, above 175 very rough. *What the result is not.* It sees
    heaping on 0 and 5 only, and no shifting of ages that leaves no heap. The Census Bureau's sheet SINGAGE
    prints it divided by 100.

    References
    ----------
    United Nations (1955), *Manual II*. US Census Bureau, Population Analysis Spreadsheets, sheet
    SINGAGE, males: 2.34.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import whipple
    >>> whipple(pd.Series(100, index=range(100))).value
    100.0
    """
    people, populations = _single_years(pd.DataFrame(counts), first, last)
    at = np.arange(first, last + 1)
    # The 0s and 5s inside, two ages from either end, as 25 … 60 stand in 23 … 62.
    heaped = people[:, at % 5 == 0].sum(axis=1)
    return AgeHeaping(
        "Whipple",
        pd.Series(500 * heaped / people.sum(axis=1), index=populations, name="Whipple"),
        _by_digit(people, at, populations),
    )


@checked(**_SINGLE)
def myers(counts: pd.Series[float] | pd.DataFrame, *, first: int = 10, last: int = 89) -> AgeHeaping:
    """Return Myers' blended index of preference for any last digit.

    Half the sum of the distances from 10% of the blended shares of the ten digits: 0 with no
    preference, 90 where all ages end in one digit. Some texts print the whole sum, 0 to 180.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People by single year of age (the index). A DataFrame has one column a population.
    first, last : int
        The ages, both included; a multiple of ten of them, at least twenty.

    Returns
    -------
    AgeHeaping
        With the blended shares in ``digits``.

    Raises
    ------
    InputError
        As `whipple`.

    Notes
    -----
    Each digit is counted in ten ranges that start at each of the first ten ages; so digits that come first
    in the range gain nothing. The last range of ten enters once less than the first: for
    10 to 89, digits weigh 1 to 10 over 10-79 and 9 to 0 over 20-89. *What the result is not.* It sees no
    shifting of ages that leaves no heap.

    References
    ----------
    R. J. Myers (1940), "Errors and bias in the reporting of ages in census data", Transactions of the
    Actuarial Society of America 41, 395-415.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import myers
    >>> myers(pd.Series(100, index=range(100))).value
    0.0
    """
    people, populations = _single_years(pd.DataFrame(counts), first, last)
    if last - first + 1 < 20:
        raise InputError(
            "first, last",
            _("{first} to {last} is too short.").format(first=first, last=last),
            _("Take twenty ages or more."),
        )
    decades = people.reshape(len(people), -1, 10)
    weight = np.arange(1, 11)
    blended = weight * decades[:, :-1].sum(axis=1) + (10 - weight) * decades[:, 1:].sum(axis=1)
    whole = blended.sum(axis=1, keepdims=True)
    if (whole == 0).any():
        raise InputError("counts", _("nobody has these ages."), _("Join small populations first."))
    share = np.roll(blended / whole, first % 10, axis=1)
    return AgeHeaping(
        "Myers",
        pd.Series(50 * np.abs(share - 0.1).sum(axis=1), index=populations, name="Myers"),
        pd.DataFrame(100 * share, index=populations, columns=range(10)),
    )


@checked(**_SINGLE)
def bachi(counts: pd.Series[float] | pd.DataFrame, *, first: int = 23, last: int = 77) -> AgeHeaping:
    """Return Bachi's index of preference for any last digit.

    Whipple's idea for each digit: the share of the digit in a range centred so that no digit gains by age,
    the mean of two such ranges a year apart, and half the sum of the distances from 10%. 0 with no
    preference, 90 where all ages end in one digit.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People by single year of age (the index). A DataFrame has one column a population.
    first, last : int
        The ages, both included: 5 more than a multiple of ten of them. 23 and 77 by default.

    Returns
    -------
    AgeHeaping
        With the mean shares in ``digits``.

    Raises
    ------
    InputError
        As `whipple`.

    Notes
    -----
    The spreadsheet SINGAGE of the US Census Bureau pools the two ranges before it divides, which moves the
    second decimal. *What the result is not.* It sees no shifting of ages that leaves no heap.

    References
    ----------
    R. Bachi (1951), "The tendency to round off age returns: measurement and correction", Bulletin of
    the International Statistical Institute 33, 195-221.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import bachi
    >>> round(bachi(pd.Series(100, index=range(100))).value, 9)
    0.0
    """
    people, populations = _single_years(pd.DataFrame(counts), first, last, beyond=5)
    length = last - first + 1 - 5
    at = np.arange(first, last + 1)
    share = np.zeros((len(people), 10))
    for digit in range(10):  # over digits, not over populations
        # Two ranges of whole decades, a year apart, with the digit near their middle five.
        start = (digit - first) % 5
        for shift in (start, start + 1):
            inside = slice(shift, shift + length)
            whole = people[:, inside].sum(axis=1)
            if (whole == 0).any():
                raise InputError("counts", _("nobody has these ages."), _("Join small populations first."))
            share[:, digit] += people[:, inside][:, at[inside] % 10 == digit].sum(axis=1) / whole / 2
    return AgeHeaping(
        "Bachi",
        pd.Series(50 * np.abs(share - 0.1).sum(axis=1), index=populations, name="Bachi"),
        pd.DataFrame(100 * share, index=populations, columns=range(10)),
    )


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


def _single_years(
    frame: pd.DataFrame, first: int, last: int, *, beyond: int = 0
) -> tuple[Floats, pd.Index[Any]]:
    """Return counts of shape (populations, ages first to last) and the names of the populations."""
    if last <= first or (last - first + 1) % 10 != beyond:
        raise InputError(
            "first, last",
            _("{first} to {last} is not a range that this index can use.").format(first=first, last=last),
            _("Take whole tens of ages, such as 23 to 62.")
            if not beyond
            else _("Take whole tens of ages and five more, such as 23 to 77."),
        )
    wanted = np.arange(first, last + 1)
    if frame.index.has_duplicates:
        raise InputError("counts", _("an age occurs twice."), _("Give each population its own column."))
    missing = [int(age) for age in wanted if age not in frame.index]
    if missing:
        raise InputError(
            "counts",
            _("age {age} is missing.").format(age=missing[0]),
            _("Give every single year of age from {first} to {last}.").format(first=first, last=last),
        )
    people = frame.loc[wanted].to_numpy().T
    if (people.sum(axis=1) == 0).any():
        raise InputError("counts", _("nobody has these ages."), _("Join small populations first."))
    return people, frame.columns


def _by_digit(people: Floats, ages: NDArray[np.int64], populations: pd.Index[Any]) -> pd.DataFrame:
    digit = np.stack([people[:, ages % 10 == d].sum(axis=1) for d in range(10)], axis=1)
    return pd.DataFrame(100 * digit / people.sum(axis=1, keepdims=True), index=populations, columns=range(10))
