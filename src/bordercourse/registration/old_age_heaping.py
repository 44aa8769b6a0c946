"""Heaping at old ages, and all measures of heaping side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Several, Whole, checked
from bordercourse.registration.age_heaping import bachi, myers, single_years, whipple
from bordercourse.registration.digit_ratios import COUNTS, DigitRatios, noumbissi, over, spoorenberg

if TYPE_CHECKING:
    from collections.abc import Sequence

    People: TypeAlias = pd.Series[float] | pd.DataFrame

__all__ = ["coale_li", "heaping_table", "jdanov", "kannisto"]

_AGES = Several(Whole(2, 120), least=1, do=mark("Give ages, such as (95, 100, 105)."))


@checked(counts=COUNTS, first=Whole(low=4, high=110), last=Whole(low=10, high=115))
def coale_li(counts: People, *, first: int = 60, last: int = 95) -> DigitRatios:
    """Return the ratios of Coale and Li: people at each age for a moving mean of five, taken twice.

    The ratio of a digit is the mean over its ages. Made for old ages, and for death rates rather than people.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People, deaths or rates by single year of age (the index), with four ages more at either end.
    first, last : int
        The ages that are judged, both included; ten at least.

    Returns
    -------
    DigitRatios
        With the ratio of digit 0 as the index.

    Raises
    ------
    InputError
        As `noumbissi`; also fewer than ten ages.

    Notes
    -----
    *What the result is not.* A ratio of 1 is no proof: in China's table the paper found ages
    that were overstated together.

    References
    ----------
    A. Coale and S. Li (1991), "The effect of age misreporting in China on the calculation of mortality rates
    at very high ages", Demography 28(2), 293-301.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import coale_li
    >>> round(coale_li(pd.Series(100, index=range(100))).value, 9)
    1.0
    """
    if last - first < 9:
        raise InputError("first, last", _("there are fewer than ten ages."), _("Give 60 and 95, say."))
    people, populations = single_years(pd.DataFrame(counts), np.arange(first - 4, last + 5))
    twice = people
    for _turn in range(2):
        twice = np.lib.stride_tricks.sliding_window_view(twice, 5, axis=1).mean(axis=2)
    ratio = pd.DataFrame(over(people[:, 4:-4], twice), index=populations)
    digits = (np.arange(first, last + 1) % 10).astype(int)
    by_digit = ratio.T.groupby(digits).mean().T
    return DigitRatios(_("Coale and Li"), by_digit, by_digit[0].rename("coale_li"), "digit")


@checked(counts=COUNTS, ages=_AGES)
def kannisto(counts: People, *, ages: Sequence[int] = (90,)) -> DigitRatios:
    """Return Kannisto's ratio at old ages: people at an age for the geometric mean of five around it.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People or deaths by single year of age (the index). A DataFrame has one column a population.
    ages : list of int
        The ages that are judged, such as 90 and 95.

    Returns
    -------
    DigitRatios
        With the mean over the ages as the index; missing where one of the five ages is empty.

    Raises
    ------
    InputError
        An age, or one of the two on either side, is missing, or a count is negative.

    Notes
    -----
    *What the result is not.* Without any heap it stands a little above 1, because the curve bends. A
    geometric mean with an empty age in it is zero: such a population has no ratio.

    References
    ----------
    V. Kannisto (1999), "Assessing the information on age at death of old persons in national vital
    statistics", in *Validation of Exceptional Longevity*, Odense Monographs on Population Aging 6.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import kannisto
    >>> round(kannisto(pd.Series(100, index=range(100))).value, 9)
    1.0
    """
    frame = pd.DataFrame(counts)
    found = {}
    for age in ages:
        five, populations = single_years(frame, np.arange(age - 2, age + 3))
        with np.errstate(divide="ignore", invalid="ignore"):
            found[age] = pd.Series(five[:, 2] / np.exp(np.log(five).mean(axis=1)), index=populations)
    ratios = pd.DataFrame(found).replace([np.inf, -np.inf], np.nan)
    return DigitRatios(_("Kannisto"), ratios, ratios.mean(axis=1, skipna=False).rename("kannisto"), "age")


@checked(counts=COUNTS, ages=_AGES)
def jdanov(counts: People, *, ages: Sequence[int] = (95, 100, 105)) -> DigitRatios:
    """Return Jdanov's index at old ages: 500 times those at 95, 100 and 105 for the five ages around each.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        Deaths or people by single year of age (the index). A DataFrame has one column a population.
    ages : list of int
        The ages in the numerator.

    Returns
    -------
    DigitRatios
        With the index, 100 where nothing heaps, and the ratio of each age.

    Raises
    ------
    InputError
        As `kannisto`.

    Notes
    -----
    *What the result is not.* Ages that are overstated by more than a year or two leave no heap.

    References
    ----------
    D. Jdanov, D. Jasilionis, E. Soroko, R. Rau and J. Vaupel (2008), "Beyond the Kannisto-Thatcher database
    on old age mortality: an assessment of data quality at advanced ages", MPIDR working paper 2008-013.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import jdanov
    >>> jdanov(pd.Series(100, index=range(110))).value
    100.0
    """
    frame = pd.DataFrame(counts)
    at, around, ratios = np.zeros(len(frame.columns)), np.zeros(len(frame.columns)), {}
    for age in ages:
        five, populations = single_years(frame, np.arange(age - 2, age + 3))
        at, around = at + five[:, 2], around + five.sum(axis=1)
        ratios[age] = pd.Series(over(5 * five[:, 2], five.sum(axis=1)), index=populations)
    index = pd.Series(over(500 * at, around), index=populations, name="jdanov")
    return DigitRatios(_("Jdanov"), pd.DataFrame(ratios), index, "age")


@checked(counts=COUNTS)
def heaping_table(counts: People) -> pd.DataFrame:
    """Return six measures of heaping for each population, such as each province, side by side.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        People by single year of age from 10 to 99. A DataFrame has one column a population.

    Returns
    -------
    pandas.DataFrame
        One row a population: whipple, myers, bachi, spoorenberg, the digit that Noumbissi's ratios find most
        preferred and its ratio, coale_li (ages 60 to 95).

    Raises
    ------
    InputError
        As the methods.

    Notes
    -----
    *What the result is not.* No ranking of provinces: where fewer people know their day of birth, more heap,
    and the office may have done nothing wrong. It sees no shifting of ages that leaves no heap.

    References
    ----------
    Each measure by its own function: `whipple`, `myers`, `bachi`, `spoorenberg`, `noumbissi`, `coale_li`;
    those
    name Whipple's index as United Nations (1955), *Manual II*, prints it, R. J. Myers (1940), and the others.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import heaping_table
    >>> provinces = pd.DataFrame({"North": 100, "South": [300 if a % 5 == 0 else 50 for a in range(100)]})
    >>> heaping_table(provinces)[["whipple", "myers"]].round(1).values.tolist()
    [[100.0, 0.0], [300.0, 40.0]]
    """
    ratios = noumbissi(counts).ratios
    return pd.DataFrame(
        {
            "whipple": whipple(counts).indices,
            "myers": myers(counts).indices,
            "bachi": bachi(counts).indices,
            "spoorenberg": spoorenberg(counts).indices,
            "digit_most_preferred": ratios.idxmax(axis=1),
            "ratio_of_that_digit": ratios.max(axis=1),
            "coale_li": coale_li(counts).indices,
        }
    )
