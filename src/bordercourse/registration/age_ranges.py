"""Completeness under every choice of ages: the surface, the ages that fit best, and how far the rest lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import shown
from bordercourse.plotting import COLOURS, axes, in_words, label
from bordercourse.registration.death_distribution import plot_estimates
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Method = Literal["growth balance", "extinct generations", "hybrid"]
Fit = Literal["r2", "rmse"]

__all__ = ["AgeSensitivity", "Fit", "Method"]


@dataclass(frozen=True, repr=False)
class AgeSensitivity(Result):
    """Completeness for every first and last age.

    Attributes
    ----------
    surface : pandas.DataFrame
        One row a population and range of ages: first, last (lower limits), ages (their number),
        completeness, coverage_ratio (census 1 relative to census 2; 1 for extinct generations), r2 (of the
        line; missing without one), rmse (from the line, a year; or from the mean), chosen.
        The growth balance has completeness_full_census too.
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    method : str
        "growth balance", "extinct generations" or "hybrid".
    fit : str
        What chose the ages: "r2" (highest) or "rmse" (least).
    """

    surface: pd.DataFrame
    by: tuple[str, ...]
    method: Method
    fit: Fit

    @property
    def best(self) -> pd.DataFrame:
        """The row of the ages that fit best, one a population."""
        rows = self.surface[self.surface["chosen"]]
        return rows.set_index(list(self.by)) if self.by else rows.reset_index(drop=True)

    @property
    def ages(self) -> Any:
        """The ages that fit best: a pair for one population, a Series of pairs for several."""
        pairs = [(int(a), int(b)) for a, b in zip(self.best["first"], self.best["last"], strict=True)]
        return pd.Series(pairs, index=self.best.index) if self.by else pairs[0]

    @property
    def completeness(self) -> Any:
        """Completeness over the ages that fit best: a number, or a Series for several populations."""
        return self.best["completeness"] if self.by else float(self.best["completeness"].iloc[0])

    def interval(self, share: float = 0.9) -> pd.DataFrame:
        """Return between which values the middle `share` of all choices lies, one row a population.

        It is no confidence interval: it holds the choice of ages alone, and no error of the data.
        """
        if not 0 < share <= 1:
            raise InputError("share", _("{value} is not a share.").format(value=shown(share)), _("Give 0.9."))
        groups = self.surface.groupby(list(self.by) if self.by else np.zeros(len(self.surface), dtype=int))
        middle = groups["completeness"].quantile([(1 - share) / 2, 0.5, (1 + share) / 2]).unstack()
        return middle.set_axis(["low", "median", "high"], axis=1)

    def sentence(self) -> str:
        """Return the chosen ages, their completeness and the range of all choices, in one line."""
        span = self.interval()
        if self.by:
            return _(
                "{method}, {n} populations under all ages: the middle 90% of choices part by up to {gap:.1%}"
            ).format(method=self.words(), n=len(span), gap=(span["high"] - span["low"]).max())
        row = self.best.iloc[0]
        return _(
            "{method}, ages {first:.0f} to {last:.0f} fit best: completeness {c:.1%} "
            "(middle 90% of {n} choices {low:.1%} to {high:.1%}{apart})"
        ).format(
            method=self.words(),
            first=row["first"],
            last=row["last"] + 4,
            c=row["completeness"],
            n=len(self.surface),
            low=span["low"].iloc[0],
            high=span["high"].iloc[0],
            apart=""
            if span["low"].iloc[0] <= row["completeness"] <= span["high"].iloc[0]
            else _("; the best fit lies outside, so look at the surface"),
        )

    def against_both_censuses(self) -> AgeSensitivity:
        """Return completeness against the average of both censuses, on which death rates stand.

        1 / slope of the growth balance is so already. The hybrid measures against the second census: it is
        brought to the average by the root of k1 / k2. Extinct generations take the censuses as equal.
        """
        if self.method != "hybrid":
            return self
        surface = self.surface.assign(
            completeness=self.surface["completeness"] / np.sqrt(self.surface["coverage_ratio"])
        )
        return replace(self, surface=surface)

    def words(self) -> str:
        """Return the method's name."""
        return {
            "growth balance": _("Growth balance"),
            "extinct generations": _("Extinct generations"),
            "hybrid": _("Hybrid of growth balance and extinct generations"),
        }[self.method]

    def plot(self, ax: Axes | None = None, population: object = None) -> Axes:
        """Draw completeness by first and last age; the ages that fit best are framed.

        Several populations and no choice: completeness over the best ages, one dot a population.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; new axes without it.
        population : optional
            The population to draw, as it stands in the index.

        Returns
        -------
        matplotlib Axes
        """
        if self.by and population is None:
            return plot_estimates(self.best["completeness"], ax)
        rows = self._of(population)
        grid = rows.pivot(index="last", columns="first", values="completeness")
        ax = axes(ax, height=4.6)
        image = ax.imshow(grid, origin="lower", aspect="auto", cmap="cividis")
        ax.figure.colorbar(image, ax=ax, label=_("Share of deaths reported"))
        ax.set_xticks(range(len(grid.columns)), grid.columns.astype(str))
        ax.set_yticks(range(len(grid.index)), (grid.index + 4).astype(str))
        middle = (np.nanmin(grid) + np.nanmax(grid)) / 2
        for (row, column), value in np.ndenumerate(grid.to_numpy()):
            if not np.isnan(value):
                colour = "white" if value < middle else "black"
                ax.text(column, row, f"{100 * value:.0f}", ha="center", va="center", color=colour, fontsize=8)
        best = rows[rows["chosen"]].iloc[0]
        at = (list(grid.columns).index(best["first"]), list(grid.index).index(best["last"]))
        frame = [at[0] - 0.5, at[0] + 0.5], [at[1] - 0.5, at[1] + 0.5]
        ax.plot(*zip(*_corners(*frame), strict=True), color=COLOURS["vermilion"], lw=2.5)
        title = _(
            "Completeness runs from {low:.0%} to {high:.0%} with the ages; {best:.0%} fits best"
        ).format(low=rows["completeness"].min(), high=rows["completeness"].max(), best=best["completeness"])
        title = title if population is None else f"{in_words(population)}: {title}"
        return label(ax, title=title, x=_("First age"), y=_("Last age"))

    def _of(self, population: object) -> pd.DataFrame:
        if not self.by:
            return self.surface
        keys = population if isinstance(population, tuple) else (population,)
        rows = self.surface
        if len(keys) == len(self.by):
            rows = rows[np.logical_and.reduce([rows[c] == k for c, k in zip(self.by, keys, strict=True)])]
        if len(keys) != len(self.by) or rows.empty:
            raise InputError(
                "population",
                _("{value} is not among the populations.").format(value=shown(population)),
                _("Choose one of best.index, such as {first}.").format(first=shown(self.best.index[0])),
            )
        return rows


def _corners(x: list[float], y: list[float]) -> list[tuple[float, float]]:
    return [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1]), (x[0], y[0])]
