"""Heaping measured digit by digit: people at an age for those expected from the ages around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Whole, checked, shown
from bordercourse.plotting import COLOURS, axes, in_words, label
from bordercourse.registration.age_heaping import single_years
from bordercourse.registration.ages import AgeCounts
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    People: TypeAlias = pd.Series[float] | pd.DataFrame

__all__ = ["COUNTS", "DigitRatios", "noumbissi", "over", "spoorenberg"]


@dataclass(frozen=True, repr=False)
class DigitRatios(Result):
    """People at some ages for each one expected there: 1 where nothing heaps.

    Attributes
    ----------
    method : str
        Who proposed it.
    ratios : pandas.DataFrame
        One row a population, one column a last digit or an age. Missing where nobody is expected.
    indices : pandas.Series
        One index a population, where the method has one.
    over : str
        "digit" or "age": what the columns are.
    """

    method: str
    ratios: pd.DataFrame
    indices: pd.Series[float]
    over: str

    @property
    def value(self) -> Any:
        """The index: a number, or a Series for several populations."""
        return float(self.indices.iloc[0]) if len(self.indices) == 1 else self.indices

    def sentence(self) -> str:
        """Return the index and the highest ratio, or their range, in one line."""
        if len(self.indices) > 1:
            return _("{method}, {n} populations: {low:.2f} to {high:.2f}").format(
                method=self.method, n=len(self.indices), low=self.indices.min(), high=self.indices.max()
            )
        row = self.ratios.iloc[0].dropna()
        if row.empty:
            return _("{method}: nobody has these ages").format(method=self.method)
        form = (
            _("{method} {index:.2f}; digit {most} is reported {ratio:.2f} times as often as expected")
            if self.over == "digit"
            else _("{method} {index:.2f}; age {most} is reported {ratio:.2f} times as often as expected")
        )
        return form.format(method=self.method, index=self.value, most=row.idxmax(), ratio=row.max())

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw the ratio at each digit or age, of one population or of all.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; new axes without it.
        population : optional
            The population to draw, as it stands in the index; all without it.

        Returns
        -------
        matplotlib Axes
        """
        if population is not None and population not in list(self.ratios.index):
            raise InputError(
                "population",
                _("{value} is not among the {n} populations.").format(
                    value=shown(population), n=len(self.ratios)
                ),
                _("Choose one of ratios.index, such as {first}.").format(first=shown(self.ratios.index[0])),
            )
        rows = self.ratios if population is None else self.ratios.loc[[population]]
        ax = axes(ax)
        for name, row in rows.iterrows():
            colour = COLOURS["blue"] if len(rows) == 1 else None
            ax.plot(row.index.astype(str), row.to_numpy(), "o-", color=colour, label=in_words(name))
        ax.axhline(1, color=COLOURS["grey"], lw=1)
        ax.set_ylim(bottom=0)
        if 1 < len(rows) <= 8:
            ax.legend(frameon=False)
        typical = rows.median()
        title = (
            _("Ages that end in {most}: {ratio:.1f} times the people expected")
            if self.over == "digit"
            else _("Age {most}: {ratio:.1f} times the people expected")
        ).format(most=typical.idxmax(), ratio=typical.max())
        if len(rows) > 1:
            title += _(" (median of {n} populations)").format(n=len(rows))
        x = _("Last digit of age") if self.over == "digit" else _("Age, years")
        return label(ax, title=title, x=x, y=_("Reported for each one expected"))


COUNTS = AgeCounts()


@checked(counts=COUNTS, first=Whole(low=2, high=100), years=Whole(low=10, high=90))
def noumbissi(counts: People, *, first: int = 20, years: int = 30) -> DigitRatios:
    """Return Noumbissi's ratio of each last digit: five times its people for those of five ages around it.

    Whipple's idea for each digit, with denominators centred on it: digit 3 is 23, 33, 43, 53
    against 21 to 25, 31 to 35, 41 to 45, 51 to 55.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People by single year of age (the index). A DataFrame has one column a population.
    first : int
        The youngest age that is counted; the first of each digit stands at it or in the nine ages after it.
    years : int
        Years from the first to the last age of a digit, a multiple of ten.

    Returns
    -------
    DigitRatios
        With the highest ratio less 1 as the index.

    Raises
    ------
    InputError
        An age is missing, a count is negative, or `years` is no multiple of ten.

    Notes
    -----
    *What the result is not.* A ratio of 1 is no proof: ages that are shifted together leave no heap.

    References
    ----------
    A. Noumbissi (1992), "L'indice de Whipple modifié: une application aux données du Cameroun, de la Suède
    et de la Belgique", Population 47(4), 1038-1041.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import noumbissi
    >>> noumbissi(pd.Series(100, index=range(100))).ratios.loc[0].tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    if years % 10:
        raise InputError("years", _("{n} is not a multiple of ten.").format(n=years), _("Give 30, or 40."))
    starts = {digit: first + (digit - first) % 10 for digit in range(10)}
    chosen = {digit: np.arange(a, a + years + 1, 10) for digit, a in starts.items()}
    return _by_digit(counts, chosen, _("Noumbissi"), lambda ratio: (ratio - 1).max(axis=1))


@checked(counts=COUNTS, first=Whole(low=2, high=100), last=Whole(low=10, high=118))
def spoorenberg(counts: People, *, first: int = 20, last: int = 64) -> DigitRatios:
    """Return Spoorenberg's total modified Whipple index: how far the ten ratios are from 1 in all.

    The sum over the ten digits of the distance of their ratio from 1: 0 where no digit is preferred or
    shunned, 16 where all ages end in 0 or 5.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People by single year of age (the index). A DataFrame has one column a population.
    first, last : int
        The ages that are counted, both included; two ages on either side are read too.

    Returns
    -------
    DigitRatios

    Raises
    ------
    InputError
        As `noumbissi`; also fewer than ten ages.

    Notes
    -----
    *What the result is not.* It sees no shifting of ages that leaves no heap, and does not say which digit is
    preferred: `ratios` does.

    References
    ----------
    T. Spoorenberg and C. Dutreuilh (2007), "Quality of age reporting: extension and application of the
    modified Whipple's index", Population-E 62(4), 729-741.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import spoorenberg
    >>> spoorenberg(pd.Series(100, index=range(100))).value
    0.0
    """
    if last - first < 9:
        raise InputError("first, last", _("there are fewer than ten ages."), _("Give 20 and 64, say."))
    ages = np.arange(first, last + 1)
    chosen = {digit: ages[ages % 10 == digit] for digit in range(10)}
    # A digit where nobody is expected has no ratio, and takes no part in the sum of those who are there.
    return _by_digit(counts, chosen, _("Spoorenberg"), lambda ratio: (ratio.fillna(0) - 1).abs().sum(axis=1))


def _by_digit(counts: People, chosen: dict[int, NDArray[np.int64]], method: str, index: Any) -> DigitRatios:
    ages = np.concatenate(list(chosen.values()))
    wanted = np.arange(ages.min() - 2, ages.max() + 3)
    people, populations = single_years(pd.DataFrame(counts), wanted)
    around = np.lib.stride_tricks.sliding_window_view(people, 5, axis=1).sum(axis=2)
    ratios = pd.DataFrame(
        {
            digit: over(5 * people[:, at - wanted[0]].sum(axis=1), around[:, at - wanted[0] - 2].sum(axis=1))
            for digit, at in chosen.items()
        },
        index=populations,
    )
    return DigitRatios(method, ratios, index(ratios).rename(method), "digit")


def over(top: Floats, bottom: Floats) -> Floats:
    """Return a ratio, missing where nobody is below the line."""
    ratio: Floats = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
    return ratio
