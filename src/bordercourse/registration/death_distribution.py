"""What the methods share that judge deaths by the ages at which they happen: results, figures, warnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError, warn
from bordercourse.i18n import gettext as _
from bordercourse.inputs import shown
from bordercourse.plotting import COLOURS, axes, in_words, label, name_rows
from bordercourse.registration.ages import scalar_or_series
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FEW", "HARDLY_POSSIBLE", "DeathDistribution", "plot_estimates", "plot_line", "too_complete"]

#: Completeness above this is more often a slip of a unit than a finding.
HARDLY_POSSIBLE = 1.5
#: So many populations are named in a sentence; of more, the median is said. Men and women are no median.
FEW = 3


@dataclass(frozen=True, repr=False)
class DeathDistribution(Result):
    """What growth balance, Brass growth balance and extinct generations have in common.

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row a population, with completeness among its columns.
    points : pandas.DataFrame
        One row a population and age, with used among its columns.
    ages : tuple of int
        Lower limits of the first and the last age that was used.
    by : tuple of str
        The columns that tell the populations apart; empty for one population.
    """

    estimates: pd.DataFrame
    points: pd.DataFrame
    ages: tuple[int, int]
    by: tuple[str, ...]

    @property
    def completeness(self) -> Any:
        """Reported deaths as a share of all: a number, or a Series for several populations."""
        return self.estimate("completeness")

    def estimate(self, column: str) -> Any:
        """Return one column of the estimates: a number, or a Series for several populations."""
        return scalar_or_series(self.estimates[column], bool(self.by))

    def sentence(self) -> str:
        """Return method, ages and completeness in one line."""
        method, lacking = self.words()
        if self.by:
            return _("{method} of {n} populations, {ages}: {finding}").format(
                method=method,
                n=len(self.estimates),
                ages=self.span(),
                finding=in_a_sentence(self.estimates["completeness"]),
            )
        finding = lacking if np.isnan(self.completeness) else self.finding()
        return f"{method}, {self.span()}: {finding}"

    def span(self) -> str:
        """Return the ages of the line in words: they end with the last year of the last group."""
        return _("ages {first} to {last}").format(first=self.ages[0], last=self.ages[1] + 4)

    def words(self) -> tuple[str, str]:
        """Return the method's name, and what to say where there is no estimate."""
        raise NotImplementedError

    def finding(self) -> str:
        """Return the estimates of one population in words."""
        raise NotImplementedError

    def chosen(self, population: object) -> tuple[pd.DataFrame, pd.Series[float]]:
        """Return the points and the estimates of one population."""
        if not self.by:
            return self.points, self.estimates.iloc[0]
        try:
            known = population in self.estimates.index
        except TypeError:  # a list cannot be looked up
            known = False
        if not known:
            raise InputError(
                "population",
                _("{value} is not among the {n} populations.").format(
                    value=shown(population), n=len(self.estimates)
                ),
                _("Choose one of estimates.index, such as {first}.").format(
                    first=shown(self.estimates.index[0])
                ),
            )
        keys = population if isinstance(population, tuple) else (population,)
        same = [self.points[column] == key for column, key in zip(self.by, keys, strict=True)]
        row: pd.Series[float] = self.estimates.loc[population]  # type: ignore[assignment,index]
        return self.points[np.logical_and.reduce(same)], row


def in_a_sentence(completeness: pd.Series[float]) -> str:
    """Return a few populations by name, the median of many, and how many have no estimate."""
    if len(completeness) <= FEW and completeness.notna().all():
        each = ", ".join(f"{in_words(name)} {share:.1%}" for name, share in completeness.items())
        return _("completeness {each}").format(each=each)
    lacking = int(completeness.isna().sum())
    if lacking == len(completeness):
        return _("no estimate")
    words = _("median completeness {middle:.1%}").format(middle=completeness.median())
    return words + (_(" ({n} without an estimate)").format(n=lacking) if lacking else "")


def too_complete(completeness: pd.Series[float], slip: str, *, several: bool) -> tuple[str, ...]:
    """Return a note where completeness is hardly possible, and warn of it; `slip` names the likely reason."""
    above = completeness[completeness > HARDLY_POSSIBLE]
    if above.empty:
        return ()
    where = _(" in {name}").format(name=in_words(above.index[0])) if several else ""
    if len(above) > 1:
        where += _(" and {n} more").format(n=len(above) - 1)
    note = _("completeness of {share:.0%}{where} is hardly possible. {slip}").format(
        share=above.iloc[0], where=where, slip=slip
    )
    warn(note)
    return (note,)


def plot_line(
    points: pd.DataFrame,
    row: pd.Series[float],
    population: object,
    ax: Axes | None,
    *,
    x: str,
    y: str,
    x_label: str,
    y_label: str,
) -> Axes:
    """Draw points marked with their age, those in the line filled, and the line."""
    ax = axes(ax)
    drawn = points.dropna(subset=[y])
    used, spare = drawn[drawn["used"]], drawn[~drawn["used"]]
    ax.plot(spare[x], spare[y], "o", mfc="none", color=COLOURS["grey"], label=_("age not used"))
    ax.plot(used[x], used[y], "o", color=COLOURS["blue"], label=_("age used in the line"))
    if not np.isnan(row["slope"]):
        ends = np.array([0.0, float(drawn[x].max())])
        line = row["intercept"] + row["slope"] * ends
        ax.plot(ends, line, color=COLOURS["vermilion"], label=_("fitted line"))
    # Points used first, so that a crowded corner loses the names of the others.
    _name_points(ax, pd.concat([used, spare]), x, y)
    ax.legend(frameon=False)
    if np.isnan(row["slope"]):
        finding = _("no estimate: the points do not rise together")
    else:
        finding = _("{c:.0%} of deaths are reported, if the line holds").format(c=row["completeness"])
    title = finding if population is None else f"{in_words(population)}: {finding}"
    return label(ax, title=title, x=x_label, y=y_label)


def _name_points(ax: Axes, points: pd.DataFrame, x: str, y: str) -> None:
    """Write the age beside each point, where no other age stands already."""
    named: list[Any] = []
    ax.get_xlim()  # brings the scale up to date
    for __, point in points.iterrows():
        at = ax.transData.transform((point[x], point[y]))
        if all(abs(at - other).max() > 12 for other in named):
            named.append(at)
            text = str(int(point["age"]))
            ax.annotate(text, (point[x], point[y]), xytext=(4, -9), textcoords="offset points", fontsize=8)


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
