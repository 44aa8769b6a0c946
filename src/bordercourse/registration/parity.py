"""Births: what women say of all their children beside the births of a year (Brass P/F)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Several, Whole, checked
from bordercourse.plotting import COLOURS, axes, in_words, label
from bordercourse.registration.ages import AgeCounts
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    ByAge: TypeAlias = pd.Series[float] | pd.DataFrame

__all__ = ["FERTILE", "ParityFertility", "by_mothers_age", "parity_fertility_ratio"]

#: Lower limits of the ages of mothers.
FERTILE = np.arange(15, 50, 5)

# United Nations (1983), Manual X, chapter II, section B.2: coefficients that turn cumulated rates into the
# parity of a group, and that move rates by half a year. By age of the mother at the birth, and at the survey.
_AT_BIRTH = np.array([
    [2.147, -0.244, 0.0034], [2.838, -0.758, 0.0162], [2.760, -0.594, 0.0133], [2.949, -0.566, 0.0025],
    [3.029, -0.823, 0.0006], [3.419, -2.966, -0.0001], [3.535, -0.007, -0.0002],
])  # fmt: skip
_AT_SURVEY = np.array([
    [2.531, -0.188, 0.0024], [3.321, -0.754, 0.0161], [3.265, -0.627, 0.0145], [3.442, -0.563, 0.0029],
    [3.518, -0.763, 0.0006], [3.862, -2.481, -0.0001], [3.828, 0.016, -0.0002],
])  # fmt: skip
_HALF_A_YEAR = np.array([
    [0.031, 2.287, 0.114], [0.068, 0.999, -0.233], [0.094, 1.219, -0.977],
    [0.120, 1.139, -1.531], [0.162, 1.739, -3.592], [0.270, 3.454, -21.497],
])  # fmt: skip
# W. Brass, in The Demography of Tropical Africa (1968), chapter 3: multipliers by P1/P2 for the first three
# groups, and by the mean age of the rates for the other four.
_MULTIPLIERS = np.array([
    [1.120, 1.310, 1.615, 1.950, 2.305, 2.640, 2.925, 3.170],
    [2.555, 2.690, 2.780, 2.840, 2.890, 2.925, 2.960, 2.985],
    [2.925, 2.960, 2.985, 3.010, 3.035, 3.055, 3.075, 3.095],
    [3.055, 3.075, 3.095, 3.120, 3.140, 3.165, 3.190, 3.215],
    [3.165, 3.190, 3.215, 3.245, 3.285, 3.325, 3.375, 3.435],
    [3.325, 3.375, 3.435, 3.510, 3.610, 3.740, 3.915, 4.150],
    [3.640, 3.895, 4.150, 4.395, 4.630, 4.840, 4.985, 5.000],
])  # fmt: skip
_BY_RATIO = np.array([0.014, 0.045, 0.090, 0.143, 0.205, 0.268, 0.330, 0.387])
_BY_MEAN_AGE = np.array([31.7, 30.7, 29.7, 28.7, 27.7, 26.7, 25.7, 24.7])


@dataclass(frozen=True, repr=False)
class ParityFertility(Result):
    """Births of a year beside all children ever born.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a population and age, both in the index: parity (children ever born a woman), rate (births a
        woman a year, as reported), cumulated (children that the rates would have given: F), ratio (P / F),
        rate_adjusted (at the conventional ages).
    estimates : pandas.DataFrame
        One row a population: factor (mean ratio over the ages chosen), completeness (1 / factor),
        tfr_reported and tfr_adjusted (children a woman).
    ages : tuple of int
        The groups whose ratios make the factor.
    """

    table: pd.DataFrame
    estimates: pd.DataFrame
    ages: tuple[int, ...]

    @property
    def completeness(self) -> Any:
        """Births reported as a share of those that parity implies: a number, or a Series."""
        column = self.estimates["completeness"]
        return float(column.iloc[0]) if len(column) == 1 else column

    def sentence(self) -> str:
        """Return the ratios and what they make of the births, in one line."""
        if len(self.estimates) > 1:
            return _("P/F ratios of {n} populations: factors {low:.2f} to {high:.2f}").format(
                n=len(self.estimates), low=self.estimates["factor"].min(), high=self.estimates["factor"].max()
            )
        row = self.estimates.iloc[0]
        return _(
            "P/F ratio {factor:.3f} at {ages}: {c:.1%} of births are reported, if fertility was constant; "
            "{before:.2f} children a woman as reported, {after:.2f} adjusted"
        ).format(
            factor=row["factor"],
            ages=", ".join(f"{a} to {a + 4}" for a in self.ages),
            c=row["completeness"],
            before=row["tfr_reported"],
            after=row["tfr_adjusted"],
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw P / F by age: level where births are missed alike, rising with age where fertility fell."""
        ax = axes(ax)
        for name, rows in self.table.groupby(level=0, sort=False):
            ages = rows.index.get_level_values("age")
            ax.plot(ages + 2.5, rows["ratio"], "o-", label=in_words(name))
        if 1 < len(ax.lines) <= 8:
            ax.legend(frameon=False)
        ax.axhline(1, color=COLOURS["grey"], lw=1)
        ax.set_ylim(bottom=0)
        return label(ax, title=self.sentence().split(":")[0], x=_("Age of woman, years"), y=_("P / F"))


def by_mothers_age(counts: ByAge, name: str, wanted: NDArray[np.int64] = FERTILE) -> pd.DataFrame:
    """Return values of the five-year ages of mothers, one column a population."""
    frame = pd.DataFrame(counts)
    lacking = [int(age) for age in wanted if age not in frame.index]
    if lacking or frame.index.has_duplicates:
        raise InputError(
            name,
            _("there is no age {age}.").format(age=lacking[0]) if lacking else _("an age occurs twice."),
            _("Give lower limits of five-year groups from {first} to {last} as the index.").format(
                first=int(wanted[0]), last=int(wanted[-1])
            ),
        )
    return frame.loc[wanted]


@checked(
    parity=AgeCounts(above=0),
    rates=AgeCounts(above=0),
    mothers_age_at=Choice("birth", "survey"),
    multipliers=Choice("Coale-Trussell", "Brass"),
    ages=Several(Whole(15, 45), least=1, do=mark("Give lower limits of groups, such as (20, 25, 30).")),
)
def parity_fertility_ratio(
    parity: ByAge,
    rates: ByAge,
    *,
    mothers_age_at: Literal["birth", "survey"] = "birth",
    multipliers: Literal["Coale-Trussell", "Brass"] = "Coale-Trussell",
    ages: Sequence[int] = (20, 25, 30),
) -> ParityFertility:
    """Estimate how complete reported births are, by Brass's P/F ratio.

    Young women remember their few children (P). The births of a year, cumulated by age, say how many
    they would have (F). Where births of every age are missed alike and fertility did not change, P / F is one
    number, by which the rates are raised.

    Parameters
    ----------
    parity : pandas.Series or pandas.DataFrame
        Children ever born per woman, by lower limit of age 15, 20, …, 45 (the index).
        A DataFrame has one column a population.
    rates : pandas.Series or pandas.DataFrame
        Births in a year per woman, of the same ages and populations: 0.23, not 230 per 1,000.
    mothers_age_at : {"birth", "survey"}
        Age of the mother at the birth, as a register writes it; or at the survey, half a year later
        on average.
    multipliers : {"Coale-Trussell", "Brass"}
        How cumulated rates become the parity of a group. Brass's multipliers are for ages at the survey, and
        do not move the rates.
    ages : list of int
        Groups whose ratios are averaged.

    Returns
    -------
    ParityFertility

    Raises
    ------
    InputError
        An age is missing, a value is not above zero, a rate is above 1, or the two hold other populations.

    Notes
    -----
    *What the result is not.* Where fertility falls, the ratio rises with age and says nothing of
    completeness: look at the plot. Births that women told a survey are not registered births: take the rates
    from the register, and the parity from the survey, to judge the register.

    References
    ----------
    United Nations (1983), *Manual X*, chapter II, section B. W. Brass (1968), "Methods of analysis and
    estimation", in *The Demography of Tropical Africa*, Princeton, pages 88-139. The example is Bangladesh
    1974, which Manual X works out.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import parity_fertility_ratio
    >>> ages = range(15, 50, 5)
    >>> parity = pd.Series([0.385, 1.847, 3.485, 4.917, 5.861, 6.194, 6.084], index=ages)
    >>> rates = pd.Series([0.1063, 0.2296, 0.2154, 0.1825, 0.1339, 0.0644, 0.0336], index=ages)
    >>> parity_fertility_ratio(parity, rates, mothers_age_at="survey")
    P/F ratio 1.499 at 20 to 24, 25 to 29, 30 to 34: 66.7% of births are reported, if fertility was constant;
    4.83 children a woman as reported, 7.24 adjusted
    """
    p, f = by_mothers_age(parity, "parity"), by_mothers_age(rates, "rates")
    if list(p.columns) != list(f.columns) and (len(p.columns) > 1 or len(f.columns) > 1):
        raise InputError(
            "rates", _("it holds other populations than parity."), _("Give both for the same populations.")
        )
    if (f > 1).to_numpy().any():
        raise InputError(
            "rates",
            _("{value:g} births a woman a year cannot be.").format(value=f.to_numpy().max()),
            _("Give births per woman (0.23), not per 1,000 women (230)."),
        )
    wrong = [age for age in ages if age % 5]
    if wrong:
        raise InputError("ages", _("{age} begins no group.").format(age=wrong[0]), _("Give 20, 25, 30, say."))
    births, children = f.to_numpy().T, p.to_numpy().T
    shifted = mothers_age_at == "survey" and multipliers == "Coale-Trussell"
    if multipliers == "Brass":
        cumulated = _by_brass(births, children)
    else:
        cumulated = _by_coale_trussell(births, _AT_SURVEY if shifted else _AT_BIRTH)
    conventional = _at_birth(births) if shifted else births
    ratio = children / cumulated
    factor = ratio[:, np.isin(FERTILE, list(ages))].mean(axis=1)
    index = pd.MultiIndex.from_product([p.columns, FERTILE], names=["population", "age"])
    columns = {
        "parity": children,
        "rate": births,
        "cumulated": cumulated,
        "ratio": ratio,
        "rate_adjusted": factor[:, None] * conventional,
    }
    table = pd.DataFrame({name: array.ravel() for name, array in columns.items()}, index=index)
    estimates = pd.DataFrame(
        {
            "factor": factor,
            "completeness": 1 / factor,
            "tfr_reported": 5 * births.sum(axis=1),
            "tfr_adjusted": 5 * factor * conventional.sum(axis=1),
        },
        index=p.columns,
    )
    return ParityFertility(table, estimates, tuple(ages))


def _by_coale_trussell(births: Floats, coefficients: Floats) -> Floats:
    whole = 5 * births.sum(axis=1, keepdims=True)
    before = np.cumsum(5 * births, axis=1) - 5 * births
    # The last group leans on the one before it, every other on the one after.
    beside = np.column_stack([births[:, 1:], births[:, -2]])
    a, b, c = coefficients.T
    return before + a * births + b * beside + c * whole  # type: ignore[no-any-return]


def _at_birth(births: Floats) -> Floats:
    """Return rates by age at the birth from rates by age half a year later."""
    x, y, z = _HALF_A_YEAR.T
    whole = 5 * births.sum(axis=1, keepdims=True)
    weight = x + y * births[:, :-1] / whole + z * births[:, 1:] / whole
    kept = np.column_stack([np.ones(len(births)), 1 - weight])
    taken = np.column_stack([weight * births[:, 1:], np.zeros(len(births))])
    return kept * births + taken  # type: ignore[no-any-return]


def _by_brass(births: Floats, children: Floats) -> Floats:
    mean_age = (births * (FERTILE + 2.5)).sum(axis=1) / births.sum(axis=1)
    young = children[:, 0] / children[:, 1]
    k = [
        np.interp(young, _BY_RATIO, row) if i < 3 else np.interp(mean_age, _BY_MEAN_AGE[::-1], row[::-1])
        for i, row in enumerate(_MULTIPLIERS)
    ]
    before = np.cumsum(5 * births, axis=1) - 5 * births
    return before + np.column_stack(k) * births  # type: ignore[no-any-return]
