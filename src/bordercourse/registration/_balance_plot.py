"""Figures shared by the death distribution methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.plotting import COLOURS, axes, in_words, label, name_rows
from bordercourse.registration._input import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["choose", "median_of", "plot_estimates", "plot_line"]


def median_of(completeness: pd.Series[float]) -> str:
    """Return the median of several populations in words, and how many have no estimate."""
    lacking = int(completeness.isna().sum())
    if lacking == len(completeness):
        return _("no estimate")
    words = _("median completeness {middle:.1%}").format(middle=completeness.median())
    return words + (_(" ({n} without an estimate)").format(n=lacking) if lacking else "")


def choose(
    points: pd.DataFrame, estimates: pd.DataFrame, by: tuple[str, ...], population: object
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Return the points and the estimates of one population."""
    if not by:
        return points, estimates.iloc[0]
    if population not in estimates.index:
        raise InputError(
            "population",
            _("{value} is not among the {n} populations.").format(value=shown(population), n=len(estimates)),
            _("Choose one of estimates.index, such as {first}.").format(first=shown(estimates.index[0])),
        )
    keys = population if isinstance(population, tuple) else (population,)
    chosen = np.logical_and.reduce([points[column] == key for column, key in zip(by, keys, strict=True)])
    row: pd.Series[float] = estimates.loc[population]  # type: ignore[assignment,index]
    return points[chosen], row


def plot_line(
    points: pd.DataFrame,
    estimates: pd.DataFrame,
    by: tuple[str, ...],
    population: object,
    ax: Axes | None,
    *,
    x: str,
    y: str,
    x_label: str,
    y_label: str,
) -> Axes:
    """Draw points marked with their age, those in the line filled, and the line."""
    chosen, row = choose(points, estimates, by, population)
    ax = axes(ax)
    drawn = chosen.dropna(subset=[y])
    used, spare = drawn[drawn["used"]], drawn[~drawn["used"]]
    ax.plot(spare[x], spare[y], "o", mfc="none", color=COLOURS["grey"], label=_("age not used"))
    ax.plot(used[x], used[y], "o", color=COLOURS["blue"], label=_("age used in the line"))
    if not np.isnan(row["slope"]):
        ends = np.array([0.0, float(drawn[x].max())])
        line = row["intercept"] + row["slope"] * ends
        ax.plot(ends, line, color=COLOURS["vermilion"], label=_("fitted line"))
    # Points used first, so that a crowded corner loses the names of the others.
    named: list[Any] = []
    ax.get_xlim()  # brings the scale up to date
    for __, point in pd.concat([used, spare]).iterrows():
        at = ax.transData.transform((point[x], point[y]))
        if all(abs(at - other).max() > 12 for other in named):
            named.append(at)
            text = str(int(point["age"]))
            ax.annotate(text, (point[x], point[y]), xytext=(4, -9), textcoords="offset points", fontsize=8)
    ax.legend(frameon=False)
    if np.isnan(row["slope"]):
        finding = _("no estimate: the points do not rise together")
    else:
        finding = _("{c:.0%} of deaths are reported, if the line holds").format(c=row["completeness"])
    title = finding if population is None else f"{in_words(population)}: {finding}"
    return label(ax, title=title, x=x_label, y=y_label)


def plot_estimates(completeness: pd.Series[float], ax: Axes | None) -> Axes:
    """Draw the completeness of several populations, lowest first."""
    ordered = completeness.dropna().sort_values()
    lacking = len(completeness) - len(ordered)
    ax = axes(ax, height=max(2.5, min(8.0, 0.3 * len(ordered) + 1.2)))
    ax.plot(ordered.to_numpy(), np.arange(len(ordered)), "o", color=COLOURS["blue"])
    name_rows(ax, ordered.index, many=_("{n} populations, lowest first"))
    ax.axvline(1, color=COLOURS["grey"], lw=1)
    ax.set_xlim(left=0)
    ax.margins(y=0.2 if len(ordered) < 10 else 0.02)
    title = _("No population has an estimate")
    if len(ordered) == 1:
        title = _("Completeness is {share:.0%} in {name}").format(
            share=ordered.iloc[0], name=in_words(ordered.index[0])
        )
    elif len(ordered):
        title = _("Completeness runs from {low:.0%} to {high:.0%} among {n} populations").format(
            low=ordered.min(), high=ordered.max(), n=len(ordered)
        )
    if len(ordered) and lacking:
        title += _(" ({n} without an estimate)").format(n=lacking)
    return label(ax, title=title, x=_("Share of deaths reported (1 = all)"))
