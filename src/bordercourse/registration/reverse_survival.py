"""Births of the last fifteen years, from the children and the women of a census."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Number, Several, Share, checked, shown
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.registration.ages import AgeCounts
from bordercourse.registration.parity import by_mothers_age
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["ReverseSurvival", "reverse_survival"]

CHILDREN = np.array([0, 5, 10])
MOTHERS = np.arange(10, 50, 5)
WOMEN = np.arange(10, 65, 5)
SURVIVORS = np.arange(10, 70, 5)
#: Years before the census of the middles of the three periods.
MIDDLES = np.array([2.5, 7.5, 12.5])


@dataclass(frozen=True, repr=False)
class ReverseSurvival(Result):
    """Births and fertility of three periods of five years before a census.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a period, by years before the census ("0 to 4"): middle (years before the census), births (a
        year), tfr (children a woman).
    births_by_age : pandas.DataFrame
        Births a year by period (rows) and age of the mother (columns).
    """

    table: pd.DataFrame
    births_by_age: pd.DataFrame

    def shown_table(self) -> pd.DataFrame:
        """Return the periods."""
        return self.table.reset_index().round(2)

    def sentence(self) -> str:
        """Return the births and the fertility of the last five years, in one line."""
        row, first = self.table.iloc[0], self.table.iloc[-1]
        return _(
            "Reverse survival: {births:,.0f} births a year and {tfr:.2f} children a woman "
            "in the last five years ({before:.2f} ten years earlier)"
        ).format(births=row["births"], tfr=row["tfr"], before=first["tfr"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw children a woman by years before the census."""
        ax = axes(ax)
        ax.plot(-self.table["middle"], self.table["tfr"], "o-", color=COLOURS["blue"])
        ax.set_ylim(bottom=0)
        title = _("From {before:.1f} to {after:.1f} children a woman").format(
            before=self.table["tfr"].iloc[-1], after=self.table["tfr"].iloc[0]
        )
        return label(ax, title=title, x=_("Years from the census"), y=_("Children a woman"))


PATTERN = AgeCounts()
_THREE = Several(
    Share(0.0001, 0.99), least=3, do=mark("Give 45q15 of women 0 to 4, 5 to 9 and 10 to 14 years ago.")
)


@checked(
    children=AgeCounts(above=0),
    women=AgeCounts(above=0),
    children_lived=AgeCounts(above=0),
    women_survivors=AgeCounts(above=0),
    women_45q15=_THREE,
    pattern=PATTERN,
    pattern_before=PATTERN,
    radix=Number(above=0),
)
def reverse_survival(
    children: pd.Series[float],
    women: pd.Series[float],
    *,
    children_lived: pd.Series[float],
    women_survivors: pd.Series[float],
    women_45q15: Sequence[float],
    pattern: pd.Series[float],
    pattern_before: pd.Series[float] | None = None,
    radix: float = 1.0,
) -> ReverseSurvival:
    """Estimate births and fertility of fifteen years by bringing back to life whom a census counted.

    Children of a census are the survivors of births. Their number over the share that survives is
    the births; the women of each age, brought back in the same way, are who could have borne them.
    Set the births beside those of the register of the same years: the quotient is its completeness.

    Parameters
    ----------
    children : pandas.Series
        Children of both sexes counted, by age 0, 5, 10 (lower limits of five-year groups; the index).
    women : pandas.Series
        Women counted, by age 10, 15, …, 60.
    children_lived : pandas.Series
        Years lived in each of these groups of children (5Lx of a life table).
    women_survivors : pandas.Series
        Women alive at exact ages 10, 15, …, 65 of a standard life table (lx).
    women_45q15 : list of float
        Probability of women of 15 to die before 60 in the periods 0 to 4, 5 to 9 and 10 to 14 years before.
    pattern : pandas.Series
        Fertility by age 10, 15, …, 45 at the census: only its shape counts.
    pattern_before : pandas.Series, optional
        The same 15 years before; between them it is interpolated. Without it the shape is constant.
    radix : float
        Births (l0) of both life tables; 100,000 in many that are printed.

    Returns
    -------
    ReverseSurvival

    Raises
    ------
    InputError
        An age is missing, a value is not above zero, or there are not three values of 45q15.

    Notes
    -----
    *What the result is not.* Small children are the people whom a census misses most: the last five years
    come out too low. Migration of children or women is taken for births. Children who were counted are not
    registered births.

    References
    ----------
    I. Timæus and T. Moultrie (2013), "Estimation of fertility by reverse survival", in *Tools for Demographic
    Estimation*, IUSSP. The example is theirs: Cambodia, census of 2008.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import reverse_survival
    >>> women = [815930, 780320, 697160, 626430, 361650, 435880, 393760, 352520, 294280, 230200, 160590]
    >>> lx = [0.91381, 0.90989, 0.90492, 0.89798, 0.88893, 0.87596, 0.86029, 0.84188, 0.81791, 0.78472,
    ...       0.73735, 0.67316]
    >>> reverse_survival(
    ...     pd.Series([1376790, 1472470, 1673110], index=[0, 5, 10]),
    ...     pd.Series(women, index=range(10, 65, 5)),
    ...     children_lived=pd.Series([4.71985, 4.65228, 4.62406], index=[0, 5, 10]),
    ...     women_survivors=pd.Series(lx, index=range(10, 70, 5)),
    ...     women_45q15=[0.1946, 0.2290, 0.2674],
    ...     pattern=pd.Series([0, 42, 154, 148, 112, 71, 30, 3], index=range(10, 50, 5)),
    ... )
    Reverse survival: 291,702 births a year and 2.78 children a woman in the last five years (4.45 ten years
    earlier)
    """
    if len(women_45q15) != 3:
        raise InputError(
            "women_45q15",
            _("there are {n} values for 3 periods.").format(n=len(women_45q15)),
            _("Give one for 0 to 4, 5 to 9 and 10 to 14 years before the census."),
        )
    counted = _one(children, "children", CHILDREN)
    lived = _one(children_lived, "children_lived", CHILDREN) / radix
    if (lived > 5).any():
        raise InputError(
            "children_lived",
            _("a child lives {years:,.0f} years in a group of five.").format(years=lived.max()),
            _("Give 5Lx, and the l0 of its life table as radix: 1, or 100000."),
        )
    births = counted / lived
    survivors = _one(women_survivors, "women_survivors", SURVIVORS) / radix
    if (survivors >= 1).any():
        raise InputError(
            "women_survivors",
            _("a share of survivors is 1 or more."),
            _("Give lx from age 10, and its l0 as radix: 1, or 100000."),
        )
    back = _women_before(_one(women, "women", WOMEN), survivors, np.asarray(women_45q15, dtype=np.float64))
    exposed = (back[:-1] + back[1:]) / 2  # the middle of each period, between its two ends
    shape = _one(pattern, "pattern", MOTHERS)
    earlier = shape if pattern_before is None else _one(pattern_before, "pattern_before", MOTHERS)
    shapes = np.stack([shape, earlier])
    if (shapes.sum(axis=1) == 0).any():
        raise InputError("pattern", _("no age has births."), _("Give the rates by age."))
    shapes = shapes / (5 * shapes.sum(axis=1, keepdims=True))
    # Half a year and fourteen and a half years before the census: the first and the last year of birth.
    weight = ((MIDDLES - 0.5) / 14)[:, None]
    expected = exposed * ((1 - weight) * shapes[0] + weight * shapes[1])
    tfr = births / expected.sum(axis=1)
    periods = pd.Index(["0 to 4", "5 to 9", "10 to 14"], name="years_before")
    table = pd.DataFrame({"middle": MIDDLES, "births": births, "tfr": tfr}, index=periods)
    by_age = pd.DataFrame(expected * tfr[:, None], index=periods, columns=pd.Index(MOTHERS, name="age"))
    return ReverseSurvival(table, by_age)


def _one(values: pd.Series[float], name: str, wanted: NDArray[np.int64]) -> Floats:
    """Return the values of the ages wanted of one population."""
    between = pd.Index(values.index).difference(pd.Index(wanted))
    if len(between) and between.min() < wanted.max():
        raise InputError(
            name,
            _("it has age {age}, between the groups of five years.").format(age=shown(between.min())),
            _("Add up single ages first; regroup_ages does it."),
        )
    frame = by_mothers_age(values, name, wanted)
    if len(frame.columns) > 1:
        raise InputError(name, _("there are several populations."), _("Give one at a time, as a Series."))
    column: Floats = frame.iloc[:, 0].to_numpy()
    return column


def _women_before(women: Floats, survivors: Floats, q: Floats) -> Floats:
    """Return women of 10 to 49 at the census and 5, 10 and 15 years before it, shape (4, ages).

    The standard life table is moved in its logits so that it has the 45q15 of each period.
    """
    y = np.log((1 - survivors) / survivors) / 2
    y15, y60 = y[SURVIVORS == 15][0], y[SURVIVORS == 60][0]
    with np.errstate(invalid="ignore", divide="ignore"):
        twice_alpha = np.log(q / ((1 - q) * np.exp(2 * y60) - np.exp(2 * y15)))
    if not np.isfinite(twice_alpha).all():
        raise InputError(
            "women_45q15",
            _("the standard life table cannot be moved to it."),
            _("Give a probability such as 0.2, and a standard of the same level."),
        )
    stages = [women]
    for alpha in twice_alpha:
        lived = 1 / (1 + np.exp(alpha + y[:-1] + y[1:]))
        survive = lived[1:] / lived[:-1]
        now = stages[-1]
        stages.append(now[1:] / survive[: len(now) - 1])
    return np.stack([stage[: len(MOTHERS)] for stage in stages])
