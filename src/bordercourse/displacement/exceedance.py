"""How much a year on average, and how much in a rare year: curves of exceedance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, Numbers, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ExceedanceCurve", "chance_in_years", "event_curve", "exceedance_curve"]

_NEVER = 1e-9  # a chance in a year below which an event is no point of a curve


@dataclass(frozen=True, repr=False)
class ExceedanceCurve(Result):
    """How often a year a loss is reached or passed.

    Attributes
    ----------
    table : pandas.DataFrame
        return_period (years), yearly_chance (its inverse), loss (people, or the unit that was given); from
        the smallest loss to the largest.
    annual_average : float
        The loss of a year on average, `tail` included.
    tail : float
        The part of it that lies beyond the longest return period, where the loss is taken to stay as it is.
    """

    table: pd.DataFrame
    annual_average: float
    tail: float

    def probable_maximum(self, return_period: float) -> float:
        """Return the loss that is reached or passed once in so many years on average.

        It is read between the points of the curve, on a straight line over the yearly chance. Outside the
        curve nothing is known, and the call is refused.
        """
        periods, losses = (self.table[name].to_numpy(dtype=float) for name in ("return_period", "loss"))
        if not periods[0] <= return_period <= periods[-1]:
            raise InputError(
                "return_period",
                _("{given:g} years lie outside the curve.").format(given=return_period),
                _("Ask for {low:g} to {high:g} years.").format(low=periods[0], high=periods[-1]),
            )
        return float(np.interp(-1 / return_period, -1 / periods, losses))

    def sentence(self) -> str:
        """Return the average year and the rarest point of the curve, in one line."""
        last = self.table.iloc[-1]
        return _(
            "{a:,.0f} a year on average; once in {t:g} years {m:,.0f} or more. An average year may never come"
        ).format(a=self.annual_average, t=last["return_period"], m=last["loss"])

    def shown_table(self) -> pd.DataFrame:
        """Return the points of the curve."""
        return self.table

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the loss against the return period."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        ax.plot(self.table["return_period"], self.table["loss"], "o-", color=COLOURS["blue"], lw=2)
        ax.axhline(self.annual_average, color=COLOURS["orange"], ls="--")
        ax.annotate(
            _("average year {a:,.0f}").format(a=self.annual_average),
            (float(self.table["return_period"].iloc[-1]), self.annual_average),
            ha="right",
            va="bottom",
        )
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:,g}")  # 100, where a log scale writes a power of ten
        ax.yaxis.set_major_formatter("{x:,.0f}")
        ax.set_ylim(bottom=0)
        title = _("Rare events are large, and the average hides them")
        return label(ax, title=title, x=_("Once in so many years, on average"), y=_("Reached or passed"))


def _average(chances: Any, losses: Any) -> tuple[float, float]:
    """Return the area under a curve of loss over yearly chance, and its last block; chances fall."""
    tail = float(chances[-1] * losses[-1])
    return float(-np.trapezoid(losses, chances)) + tail, tail


@checked(return_periods=Numbers(low=1), losses=Numbers(low=0))
def exceedance_curve(return_periods: Any, losses: Any) -> ExceedanceCurve:
    """Return the average year from losses at return periods: the area under loss over yearly chance.

    The area is taken by trapezoids, ``(L1 + L2) / 2 * (1/T1 - 1/T2)``. Beyond the longest return period the
    largest loss is taken to stay (``L / T``), and what is more frequent than the shortest counts as nothing;
    both make the average too small rather than too large.

    *What the result is not.* No forecast of a year, and none of arrivals across a border: models of
    displacement by disasters hold movement within a country. The curve is a model's, and says nothing of how
    sure its points are.

    Parameters
    ----------
    return_periods : sequence of float
        Years, 1 or more, each once; in any order.
    losses : sequence of float
        People displaced, or another loss, that is reached or passed once in so many years. It never falls
        with the return period.

    Returns
    -------
    ExceedanceCurve
        The average year, its tail, and the loss of any return period inside the curve.

    Raises
    ------
    InputError
        If there are fewer than two points, the lists differ in length, a period stands twice, or a loss
        falls.

    References
    ----------
    P. Grossi and H. Kunreuther (eds), *Catastrophe Modeling*, Springer 2005, chapter 2. Average annual
    displacement and probable maximum displacement are the two measures of IDMC's Global Displacement Risk
    Model 2.0.

    Examples
    --------
    >>> curve = exceedance_curve(
    ...     [2, 5, 10, 25, 50, 100, 250], [1_000, 5_000, 12_000, 30_000, 55_000, 90_000, 140_000]
    ... )
    >>> round(curve.annual_average), round(curve.tail), curve.probable_maximum(100)
    (5835, 560, 90000.0)
    """
    periods, values = np.atleast_1d(return_periods).astype(float), np.atleast_1d(losses).astype(float)
    if len(periods) != len(values) or len(periods) < 2:
        raise InputError(
            "losses",
            _("{n} losses for {m} return periods.").format(n=len(values), m=len(periods)),
            _("Give a loss for each return period, two or more."),
        )
    order = np.argsort(periods, kind="stable")
    periods, values = periods[order], values[order]
    if (np.diff(periods) == 0).any():
        raise InputError("return_periods", _("a return period stands twice."), _("Give each once."))
    if (np.diff(values) < 0).any():
        raise InputError(
            "losses",
            _("a rarer event has a smaller loss."),
            _("Give what is reached or passed: it never falls with the return period."),
        )
    chances = 1 / periods
    average, tail = _average(chances, values)
    table = pd.DataFrame({"return_period": periods, "yearly_chance": chances, "loss": values})
    return ExceedanceCurve(table, average, tail)


@checked(chances=Numbers(low=0, high=1), losses=Numbers(low=0))
def event_curve(chances: Any, losses: Any) -> ExceedanceCurve:
    """Return the curve of a list of events, each with its chance in a year and its loss.

    The average year is the sum of chance times loss. The chance that the largest loss of a year reaches a
    size is one minus the chance that none of the events of that size comes: ``1 - (1 - p1)(1 - p2) ...``.

    *What the result is not.* No forecast. Events are taken as independent; storms of one season are not
    always so. Several events of one year add to the average, not to the largest loss of the year.

    Parameters
    ----------
    chances : sequence of float
        Chance of each event in a year, 0 to 1.
    losses : sequence of float
        Loss of each event: people displaced, or another unit.

    Returns
    -------
    ExceedanceCurve
        One point for each size of loss. `annual_average` is the sum, exact for the list; `tail` is 0.

    Raises
    ------
    InputError
        If the lists differ in length, or no event can come.

    References
    ----------
    P. Grossi and H. Kunreuther (eds), *Catastrophe Modeling*, Springer 2005, chapter 2, Table 2.1.

    Examples
    --------
    >>> curve = event_curve([0.01, 0.02, 0.1], [90_000, 50_000, 5_000])
    >>> round(curve.annual_average), curve.table["yearly_chance"].round(4).tolist()
    (2400, [0.1268, 0.0298, 0.01])
    """
    yearly, values = np.atleast_1d(chances).astype(float), np.atleast_1d(losses).astype(float)
    if len(yearly) != len(values) or not (yearly > _NEVER).any():
        raise InputError(
            "chances",
            _("they do not fit the losses, or no event can come."),
            _("Give a chance above 0 for an event, and one for each loss."),
        )
    average = float((yearly * values).sum())
    comes = yearly > _NEVER
    yearly, values = yearly[comes], values[comes]
    sizes = np.unique(values)
    passed = np.array([1 - np.prod(1 - yearly[values >= size]) for size in sizes])
    table = pd.DataFrame({"return_period": 1 / passed, "yearly_chance": passed, "loss": sizes})
    return ExceedanceCurve(table, average, 0.0)


@checked(return_period=Number(low=1), years=Whole(0, 100_000))
def chance_in_years(return_period: float, years: int) -> float:
    """Return the chance of at least one event in so many years: ``1 - (1 - 1/T)^n``.

    *What the result is not.* No date: an event "of 100 years" may come twice in ten. The years are taken as
    independent and alike, and a changing climate breaks the second.

    Parameters
    ----------
    return_period : float
        Years between events on average, 1 or more.
    years : int
        Years that are looked at.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        If a number is out of range, or `years` is not whole.

    References
    ----------
    NCAR Command Language, return periods of extremes: 0.091 for 53 years and 0.289 for 15.2 years, each
    within 5 years (the second is 0.2884 by the formula: its period is printed rounded).

    Examples
    --------
    >>> round(chance_in_years(100, 30), 2)  # a "100-year flood" in 30 years
    0.26
    """
    if years == 0 or return_period == 1:
        return float(years > 0)
    return float(-np.expm1(years * np.log1p(-1 / return_period)))
