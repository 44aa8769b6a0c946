"""Figures shared by the death distribution methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.plotting import COLOURS, axes, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["choose", "plot_estimates", "plot_line"]


def choose(
    points: pd.DataFrame, estimates: pd.DataFrame, by: tuple[str, ...], population: object
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Return the points and the estimates of one population."""
    if not by:
        return points, estimates.iloc[0]
    if population not in estimates.index:
        raise InputError(
            "population",
            _("{value} is not among the {n} populations.").format(value=repr(population), n=len(estimates)),
            _("Choose one of estimates.index, such as {first}.").format(first=repr(estimates.index[0])),
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
    ends = np.array([0.0, float(drawn[x].max())])
    ax.plot(ends, row["intercept"] + row["slope"] * ends, color=COLOURS["vermilion"], label=_("fitted line"))
    for a, at_x, at_y in zip(drawn["age"], drawn[x], drawn[y], strict=True):
        ax.annotate(str(a), (at_x, at_y), xytext=(4, -9), textcoords="offset points", fontsize=8)
    ax.legend(frameon=False)
    finding = _("{c:.0%} of deaths are reported, if the line holds").format(c=row["completeness"])
    title = finding if population is None else f"{population}: {finding}"
    return label(ax, title=title, x=x_label, y=y_label)


def plot_estimates(completeness: pd.Series[float], ax: Axes | None) -> Axes:
    """Draw the completeness of several populations, lowest first."""
    ordered = completeness.sort_values()
    ax = axes(ax, height=max(2.5, min(8.0, 0.3 * len(ordered) + 1.2)))
    ax.plot(ordered.to_numpy(), np.arange(len(ordered)), "o", color=COLOURS["blue"])
    if len(ordered) <= 30:
        ax.set_yticks(np.arange(len(ordered)), [str(name) for name in ordered.index])
    ax.axvline(1, color=COLOURS["grey"], lw=1)
    ax.set_xlim(left=0)
    ax.margins(y=0.2 if len(ordered) < 10 else 0.02)
    return label(
        ax,
        title=_("Completeness runs from {low:.0%} to {high:.0%} among {n} populations").format(
            low=ordered.min(), high=ordered.max(), n=len(ordered)
        ),
        x=_("Share of deaths reported (1 = all)"),
    )
