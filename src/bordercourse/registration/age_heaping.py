"""How well ages are reported: heaping on last digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Whole, checked, shown
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.registration.ages import AgeCounts
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["AgeHeaping", "bachi", "myers", "single_years", "whipple"]


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
        """Draw the percentage of people at each last digit of one population.

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
    return single_years(frame, np.arange(first, last + 1))


def single_years(frame: pd.DataFrame, wanted: NDArray[np.int64]) -> tuple[Floats, pd.Index[Any]]:
    """Return counts of shape (populations, ages wanted) and the names of the populations."""
    if frame.index.has_duplicates:
        raise InputError("counts", _("an age occurs twice."), _("Give each population its own column."))
    missing = [int(age) for age in wanted if age not in frame.index]
    if missing:
        raise InputError(
            "counts",
            _("age {age} is missing.").format(age=missing[0]),
            _("Give every single year of age from {first} to {last}.").format(
                first=int(wanted[0]), last=int(wanted[-1])
            ),
        )
    people = frame.loc[wanted].to_numpy().T
    if (people.sum(axis=1) == 0).any():
        raise InputError("counts", _("nobody has these ages."), _("Join small populations first."))
    return people, frame.columns


def _by_digit(people: Floats, ages: NDArray[np.int64], populations: pd.Index[Any]) -> pd.DataFrame:
    digit = np.stack([people[:, ages % 10 == d].sum(axis=1) for d in range(10)], axis=1)
    return pd.DataFrame(100 * digit / people.sum(axis=1, keepdims=True), index=populations, columns=range(10))
