"""Multiple-systems estimates of a hidden population, with their fragility in plain view.

Several lists name some of the people; from their overlaps a Poisson model guesses how many
people are on none. The guess rests on what cannot be seen: whether being on one list makes
being on another more or less likely.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Column, Number, Numbers, Table, checked
from bordercourse.inputs.columns import read_columns
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Fragility", "HiddenPopulation", "fragility", "main_effects", "stepwise"]

ListPair = tuple[str, str]


# The lists stand in all other columns; a mark is 1 for a person on the list, 0 for one who is not.
LISTS = Table()
COUNT = Column("lists", Numbers(low=0))
ENTER = Number(above=0, below=1)
_MARKS = Numbers(0, 1, whole=True, do=mark("A mark is neither 0 nor 1: give 1 for on the list, 0 for not."))


@dataclass(frozen=True, repr=False)
class HiddenPopulation(Result):
    """A multiple-systems estimate.

    Attributes
    ----------
    model : str
        The model in words.
    observed : int
        People on at least one list.
    total : float
        The model's estimate of all people.
    low, high : float
        Its 95 % interval *if the model were right*, which no data can show.
    pairs : tuple
        Pairs of lists with an effect of their own.
    deviance : float
        Distance of the model from the counts.
    """

    model: str
    observed: int
    total: float
    low: float
    high: float
    pairs: tuple[ListPair, ...]
    deviance: float

    @property
    def hidden(self) -> float:
        """People estimated to be on no list."""
        return self.total - self.observed

    def sentence(self) -> str:
        """Return the estimate in one line."""
        extra = f" + {', '.join('×'.join(p) for p in self.pairs)}" if self.pairs else ""
        return _(
            "{total:,.0f} in all ({low:,.0f} to {high:,.0f} if the model were right); {n:,} seen; {model}"
        ).format(total=self.total, low=self.low, high=self.high, n=self.observed, model=self.model + extra)


def _cells(lists: pd.DataFrame, count: str) -> tuple[list[str], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return list names, all patterns on at least one list, and their counts."""
    names = [str(c) for c in lists.columns if c != count]
    if len(names) < 2:
        raise InputError("lists", _("there are fewer than two lists."), _("Give one 0/1 column a list."))
    marks = read_columns(lists, [(name, _MARKS) for name in names], "lists")[names].to_numpy()
    people = lists[count].to_numpy()
    if (marks.sum(axis=1) == 0).any():
        raise InputError(
            "lists", _("a row is on no list."), _("Leave it out: people on no list are what is estimated.")
        )
    patterns = np.array([p for p in product((0, 1), repeat=len(names)) if any(p)], dtype=float)
    place = {tuple(p): i for i, p in enumerate(patterns)}
    counts = np.zeros(len(patterns))
    for row, n in zip(marks, people, strict=True):
        counts[place[tuple(row)]] += n
    for i, name in enumerate(names):
        if counts[patterns[:, i] == 1].sum() == 0:
            raise InputError(repr(name), _("nobody is on this list."), _("Leave the list out."))
    return names, patterns, counts


def _fit(
    patterns: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], pairs: tuple[tuple[int, int], ...]
) -> tuple[float, float, float] | None:
    """Fit a Poisson model; return log of the hidden count, its standard error, the deviance.

    A pair of lists that share nobody has an effect of minus infinity: its cells are left out of
    the fit (Chan, Silverman and Vincent 2021). None if the estimate does not exist.
    """
    keep = np.ones(len(counts), dtype=bool)
    columns = [np.ones(len(counts)), *patterns.T]
    for i, j in pairs:
        both = patterns[:, i] * patterns[:, j]
        if counts[both == 1].sum() == 0:
            keep &= both == 0
        else:
            columns.append(both)
    design, seen = np.column_stack(columns)[keep], counts[keep]
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    mean = seen + 0.5
    beta = np.full(design.shape[1], np.inf)
    for _round in range(200):
        target = np.log(mean) + (seen - mean) / mean
        root = np.sqrt(mean)
        new = np.linalg.lstsq(design * root[:, None], target * root, rcond=None)[0]
        moved = np.max(np.abs(new - beta))
        beta = new
        mean = np.exp(np.clip(design @ beta, -30, 30))
        if moved < 1e-9:
            break
    else:
        return None
    if beta[0] > 25:
        return None
    covariance = np.linalg.inv(design.T @ (design * mean[:, None]))
    positive = np.where(seen > 0, seen, 1)
    deviance = 2 * float(np.sum(np.where(seen > 0, seen * np.log(positive / mean), 0) - (seen - mean)))
    return float(beta[0]), float(np.sqrt(covariance[0, 0])), deviance


def _result(
    model: str,
    names: list[str],
    counts: np.ndarray[Any, Any],
    pairs: tuple[tuple[int, int], ...],
    fit: tuple[float, float, float],
) -> HiddenPopulation:
    observed = int(counts.sum())
    log_hidden, error, deviance = fit
    low, high = (observed + float(np.exp(log_hidden + z * error)) for z in (-1.959964, 1.959964))
    return HiddenPopulation(
        model=model,
        observed=observed,
        total=observed + float(np.exp(log_hidden)),
        low=low,
        high=high,
        pairs=tuple((names[i], names[j]) for i, j in pairs),
        deviance=deviance,
    )


@checked(lists=LISTS, count=COUNT)
def main_effects(lists: pd.DataFrame, count: str = "cases") -> HiddenPopulation:
    """Estimate a hidden population, taking the lists as independent.

    Parameters
    ----------
    lists : DataFrame
        One row a combination of lists: a 0/1 column for each list, and a column of counts.
        Combinations that nobody has may be left out.
    count : str
        The column of counts, in people.

    Returns
    -------
    HiddenPopulation

    Raises
    ------
    InputError
        If the table is no table of lists, or the lists do not overlap at all.

    Notes
    -----
    A Poisson log-linear model with one effect a list (Fienberg 1972). With two lists it equals
    n1 * n2 / m, the estimate of Lincoln and Petersen. It is not a count of anybody: Whitehead
    and others (Journal of Human Trafficking 7, 2021) hold that the method is not suitable for
    victims of trafficking.

    Examples
    --------
    >>> lists = pd.DataFrame({"health": [1, 0, 1], "register": [0, 1, 1], "cases": [5, 10, 5]})
    >>> round(main_effects(lists).total, 6)
    30.0
    """
    names, patterns, counts = _cells(lists, count)
    fit = _fit(patterns, counts, ())
    if fit is None or counts[patterns.sum(axis=1) > 1].sum() == 0:
        raise InputError(
            "lists",
            _("the lists share nobody."),
            _("Without an overlap nothing can be estimated. Do not publish a number."),
        )
    return _result(_("main effects"), names, counts, (), fit)


@checked(lists=LISTS, count=COUNT, enter=ENTER)
def stepwise(lists: pd.DataFrame, count: str = "cases", *, enter: float = 0.05) -> HiddenPopulation:
    """Estimate a hidden population, adding pairs of lists that "matter", one after the other.

    At each step the pair that lowers the deviance most is added, while the likelihood-ratio test
    gives a p-value below `enter`. It looks objective. It is shown here because it is fragile.

    Parameters
    ----------
    lists, count
        As for `main_effects`.
    enter : float
        Largest p-value with which a pair is added, between 0 and 1.

    Returns
    -------
    HiddenPopulation
        The interval takes the chosen model as known, so it is far too narrow.

    Raises
    ------
    InputError
        As `main_effects`; also `enter` outside 0 to 1.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> round(stepwise(load("uk_trafficking_lists_2013")).total)
    11282
    """
    from scipy.stats import chi2

    names, patterns, counts = _cells(lists, count)
    current = main_effects(lists, count)
    fit = _fit(patterns, counts, ())
    chosen: tuple[tuple[int, int], ...] = ()
    drop = float(chi2.isf(enter, 1))
    candidates = set(combinations(range(len(names)), 2))
    while fit is not None:
        trials = [
            (trial, pair)
            for pair in sorted(candidates - set(chosen))
            if (trial := _fit(patterns, counts, (*chosen, pair)))
        ]
        if not trials:
            break
        best, pair = min(trials, key=lambda trial: trial[0][2])
        if fit[2] - best[2] < drop:
            break
        chosen, fit = (*chosen, pair), best
        current = _result(_("stepwise"), names, counts, chosen, fit)
    return current if chosen else _result(_("stepwise"), names, counts, (), fit or (0, 0, 0))


@dataclass(frozen=True, repr=False)
class Fragility(Result):
    """The same estimate made again with each list left out.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a choice: left_out, observed, main_effects, stepwise (people), pairs.
    """

    table: pd.DataFrame

    @property
    def low(self) -> float:
        """The smallest of all totals."""
        return float(self.table[["main_effects", "stepwise"]].min().min())

    @property
    def high(self) -> float:
        """The largest of all totals."""
        return float(self.table[["main_effects", "stepwise"]].max().max())

    def sentence(self) -> str:
        """Return the range of all estimates in one line."""
        return _("{n} estimates from one set of lists: {low:,.0f} to {high:,.0f}.").format(
            n=2 * len(self.table), low=self.low, high=self.high
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the table with whole people."""
        words = {column: self.table[column].map("{:,.0f}".format) for column in ("main_effects", "stepwise")}
        return self.table.assign(**words)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw every estimate, one line a list left out."""
        ax = axes(ax)
        places = np.arange(len(self.table))[::-1]
        ax.hlines(places, self.table["main_effects"], self.table["stepwise"], color=COLOURS["grey"], lw=1)
        for column, colour, marker in (("main_effects", "blue", "o"), ("stepwise", "vermilion", "D")):
            name = column.replace("_", " ")
            ax.plot(self.table[column], places, marker, color=COLOURS[colour], label=name, ls="")
        ax.set_yticks(places, self.table["left_out"].tolist())
        ax.set_xlim(left=0)
        ax.legend(frameon=False)
        return label(
            ax,
            title=_("Leave one list out: from {low:,.0f} to {high:,.0f} people").format(
                low=self.low, high=self.high
            ),
            x=_("Estimated people, seen and unseen"),
            y=_("List left out"),
        )


@checked(lists=LISTS, count=COUNT, enter=ENTER)
def fragility(lists: pd.DataFrame, count: str = "cases", *, enter: float = 0.05) -> Fragility:
    """Estimate a hidden population with all lists, and again with each list left out.

    Parameters
    ----------
    lists, count, enter
        As for `stepwise`; at least three lists.

    Returns
    -------
    Fragility
        People who were only on the list left out are no longer seen, so `observed` changes.

    Raises
    ------
    InputError
        As `stepwise`; also fewer than three lists.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> fragility(load("uk_trafficking_lists_2013"))
    14 estimates from one set of lists: 9,729 to 26,680.
    """
    names, _patterns, _counts = _cells(lists, count)
    if len(names) < 3:
        raise InputError("lists", _("there are only two lists."), _("Give three or more to leave one out."))
    rows = []
    for left_out in (None, *names):
        kept = [name for name in names if name != left_out]
        part = lists[[*kept, count]]
        part = part[part[kept].sum(axis=1) > 0]
        simple, chosen = main_effects(part, count), stepwise(part, count, enter=enter)
        rows.append(
            {
                "left_out": _("none") if left_out is None else left_out,
                "observed": simple.observed,
                "main_effects": simple.total,
                "stepwise": chosen.total,
                "pairs": ", ".join("×".join(pair) for pair in chosen.pairs),
            }
        )
    return Fragility(pd.DataFrame(rows))
