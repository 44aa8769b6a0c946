"""Growth balance, extinct generations and their hybrid on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Table, checked, shown
from bordercourse.plotting import COLOURS, axes, in_words, label, name_rows
from bordercourse.registration.age_ranges import AgeSensitivity, Method
from bordercourse.registration.ages import AGE, BY, CENSUSES, DATES, DEATHS, SPAN, names
from bordercourse.registration.death_distribution import FEW
from bordercourse.registration.extinct_generations import (
    COMPARED,
    EXPECTATION,
    ExtinctGenerations,
    adjusted_extinct_generations,
    extinct_generations,
)
from bordercourse.registration.growth_balance import (
    DEATHS_ARE,
    GROWTH,
    MIGRATION,
    DeathsAre,
    Growth,
    GrowthBalance,
    growth_balance,
)
from bordercourse.registration.line import LINE, Line
from bordercourse.registration.rebuilding import Compared
from bordercourse.registration.sensitivity import age_sensitivity
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ThreeMethods", "three_methods"]


@dataclass(frozen=True, repr=False)
class ThreeMethods(Result):
    """What three methods say of the same deaths.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a population and method: completeness over the ages given, each as its authors give it;
        completeness_full_census, all three against the fuller census, so that they can be compared; median
        over the ages (missing for a line); low and high, between which the middle 90% of all choices of ages
        lie; best_ages in words, and best, the completeness over them; coverage_ratio (census 1 relative to
        census 2).
    balance : GrowthBalance
    generations, hybrid : ExtinctGenerations
    surfaces : tuple of AgeSensitivity
        All choices of ages, in the order of the three methods.
    """

    table: pd.DataFrame
    balance: GrowthBalance
    generations: ExtinctGenerations
    hybrid: ExtinctGenerations
    surfaces: tuple[AgeSensitivity, ...]

    def shown_table(self) -> pd.DataFrame:
        """Return the table of methods."""
        return self.table.reset_index().round(3)

    def sentence(self) -> str:
        """Return the range of the three, in one line."""
        found = self.table["completeness"]
        if not self.balance.by:
            return _("Three methods: {parts}").format(parts=_parts(found))
        if len(self.balance.estimates) <= FEW:
            rest = [name for name in found.index.names if name != "method"]
            each = (
                f"{in_words(name)} {_parts(part.droplevel(rest))}"
                for name, part in found.groupby(level=rest, sort=False)
            )
            return _("Three methods: {parts}").format(parts="; ".join(each))
        middle = found.groupby(level="method", sort=False).median()
        return _("Three methods, medians of {n} populations: {parts}").format(
            n=len(self.balance.estimates), parts=_parts(middle)
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the estimate of each method with the range of all choices of ages."""
        rows = self.table.iloc[::-1]
        ax = axes(ax, height=max(2.5, min(8.0, 0.35 * len(rows) + 1.2)))
        at = np.arange(len(rows))
        ax.hlines(at, rows["low"], rows["high"], color=COLOURS["sky"], lw=5)
        ax.plot(rows["completeness"], at, "o", color=COLOURS["blue"])
        ax.axvline(1, color=COLOURS["grey"], lw=1)
        name_rows(ax, rows.index, many=_("{n} estimates"))
        ax.set_xlim(left=0)
        title = _("Three methods say {low:.0%} to {high:.0%}").format(
            low=rows["completeness"].min(), high=rows["completeness"].max()
        )
        return label(ax, title=title, x=_("Share of deaths reported (band: middle 90% of choices of ages)"))

    def page(self, population: object = None) -> Figure:
        """Draw one page: the line, both means by age, the surface of the growth balance.

        Parameters
        ----------
        population : optional
            The population to draw, as it stands in the index; needed where there are several.

        Returns
        -------
        matplotlib Figure
        """
        if population is None and self.balance.by:
            raise InputError(
                "population",
                _("there are {n} populations.").format(n=len(self.balance.estimates)),
                _("Choose one of them, such as {first}.").format(
                    first=shown(self.balance.estimates.index[0])
                ),
            )
        figure: Any = axes(width=11, height=8).figure
        figure.clear()
        panels = figure.subplots(2, 2)
        self.balance.plot(panels[0, 0], population)
        self.generations.plot(panels[0, 1], population)
        self.hybrid.plot(panels[1, 1], population)
        self.surfaces[0].plot(panels[1, 0], population)
        heads = [
            [_("Growth balance"), _("Extinct generations")],
            [_("All ages, growth balance"), _("Hybrid")],
        ]
        for row, words in zip(panels, heads, strict=True):
            for panel, head in zip(row, words, strict=True):
                panel.set_title(f"{head}\n{panel.get_title(loc='left')}", loc="left", fontsize=9, wrap=True)
        return figure  # type: ignore[no-any-return]


@checked(
    table=Table(),
    population=CENSUSES,
    deaths=DEATHS,
    dates=DATES,
    ages=SPAN,
    open_expectation=EXPECTATION,
    deaths_are=DEATHS_ARE,
    migration=MIGRATION,
    migration_are=DEATHS_ARE,
    line=LINE,
    growth=GROWTH,
    compared=COMPARED,
    age=AGE,
    by=BY,
)
def three_methods(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    ages: tuple[int, int],
    open_expectation: object,
    deaths_are: DeathsAre = "yearly",
    migration: str | None = None,
    migration_are: DeathsAre = "yearly",
    line: Line = "sd",
    growth: Growth = "logarithm",
    compared: Compared = "birthdays",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> ThreeMethods:
    """Run growth balance, extinct generations and their hybrid at once, over the same ages.

    Parameters
    ----------
    table, population, deaths, dates, open_expectation, deaths_are, migration, migration_are, compared
        As `extinct_generations`.
    age, by
        As `extinct_generations`.
    ages : tuple of int
        Lower limits of the first and the last age, for the line and for the means.
    line, growth
        As `growth_balance`.

    Returns
    -------
    ThreeMethods

    Raises
    ------
    InputError
        As the three methods.

    Notes
    -----
    *What the result is not.* Three methods that agree are not three witnesses: they read the same censuses
    and the same deaths, and share most assumptions. Deaths that households reported are not registered
    deaths.

    References
    ----------
    The common base is the fuller census: 1 / slope of the growth balance times
    ``min(sqrt(k1/k2), sqrt(k2/k1))``, and the hybrid, whose censuses are brought to the coverage of the
    second, times ``min(1, k2/k1)``. Extinct generations take both censuses as equal.

    K. Hill (1987); N. Bennett and S. Horiuchi (1984); K. Hill, D. You and Y. Choi (2009), in full at
    `growth_balance`, `extinct_generations` and `adjusted_extinct_generations`. R's package DDM,
    function ``ddm``, sets the three side by side too.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import three_methods
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> three_methods(
    ...     censuses[censuses["sex"] == "female"],
    ...     population=("population_1997", "population_2007"),
    ...     deaths="household_deaths_per_year",
    ...     dates=("1997-08-01", "2007-08-01"),
    ...     ages=(25, 55),
    ...     open_expectation=2.261886,
    ... )
    Three methods: growth balance 65.8%, extinct generations 61.3%, hybrid 63.1%
    Note: the censuses do not cover alike (up to 1.0% apart), so each method measures against another one.
    Compare the column completeness_full_census.
    """
    given: dict[str, Any] = {
        "population": population,
        "deaths": deaths,
        "dates": dates,
        "deaths_are": deaths_are,
        "migration": migration,
        "migration_are": migration_are,
        "age": age,
        "by": names(by) or None,
    }
    lines: dict[str, Any] = {"line": line, "growth": growth}
    means: dict[str, Any] = {"open_expectation": open_expectation, "compared": compared}
    balance = growth_balance(table, ages=ages, **given, **lines)
    generations = extinct_generations(table, ages=ages, **given, **means)
    hybrid = adjusted_extinct_generations(table, ages=ages, balance_ages=ages, **given, **lines, **means)
    found: dict[Method, GrowthBalance | ExtinctGenerations] = {
        "growth balance": balance,
        "extinct generations": generations,
        "hybrid": hybrid,
    }
    surfaces = {m: age_sensitivity(table, method=m, **given, **lines, **means) for m in found}
    rows = pd.concat({m: _row(found[m].estimates, surfaces[m]) for m in found}, names=["method"])
    if by:
        rows = rows.reorder_levels([*names(by), "method"]).sort_index(level=0, sort_remaining=False)
    else:
        rows = rows.droplevel(-1)
    return ThreeMethods(
        rows, balance, generations, hybrid, tuple(surfaces.values()), notes=balance.notes + _bases(balance)
    )


def _parts(completeness: pd.Series[float]) -> str:
    return ", ".join(f"{name} {value:.1%}" for name, value in completeness.items())


def _bases(balance: GrowthBalance) -> tuple[str, ...]:
    """Say that the three stand on different censuses, where it shows in the first decimal."""
    apart = (balance.estimates["coverage_ratio"] - 1).abs().max()
    if not apart > 0.005:
        return ()
    note = _(
        "the censuses do not cover alike (up to {gap:.1%} apart), so each method measures against another "
        "one. Compare the column completeness_full_census."
    )
    return (note.format(gap=apart),)


def _row(estimates: pd.DataFrame, surface: AgeSensitivity) -> pd.DataFrame:
    span, best = surface.interval(), surface.best
    rows = pd.DataFrame({"completeness": estimates["completeness"]})
    # The growth balance gives it; the hybrid stands on census 2; extinct generations have a ratio of 1.
    fuller = estimates["completeness"] / estimates["coverage_ratio"].clip(lower=1)
    rows["completeness_full_census"] = estimates.get("completeness_full_census", fuller)
    rows["median"] = estimates.get("median", np.nan)
    rows["low"], rows["high"] = span["low"], span["high"]
    rows["best_ages"] = [f"{a} to {b + 4}" for a, b in zip(best["first"], best["last"], strict=True)]
    rows["best"] = best["completeness"].to_numpy()
    rows["coverage_ratio"] = estimates["coverage_ratio"]
    return rows
