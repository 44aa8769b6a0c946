"""What a page about a class may say so that no person follows from it.

The strict end of the published thresholds (three, five, ten) is used: a class has 10 to 40 people who know
each other. What groups are shown, and how exactly, is decided here; a linear programme then plays the reader
who knows everybody's group, and what fails is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.protection import suppress

__all__ = [
    "NARROWEST",
    "THRESHOLD",
    "KnownSum",
    "broad",
    "finished_by_group",
    "joined_groups",
    "kinds_of",
    "narrowest_range",
    "percent",
    "percent_bounds",
    "shown_groups",
]

THRESHOLD = 10  # people: no smaller group is shown
NARROWEST = 0.5  # of the scale: nobody's score may follow more closely
_LOW, _HIGH = 10, 90  # percent: beyond them a mean says something about every member


def percent(share: float) -> str:
    """Return a share as a page may show it: a whole percent, without its ends.

    Near 0 or 100 percent a mean says of every member that they had nearly nothing, or nearly all.

    Examples
    --------
    >>> percent(0.614), percent(0.97), percent(0.02)
    ('61 %', '90 % or more', '10 % or less')
    """
    if 100 * share >= _HIGH:
        return _("{n} % or more").format(n=_HIGH)
    if 100 * share <= _LOW:
        return _("{n} % or less").format(n=_LOW)
    return f"{100 * share:.0f} %"


def broad(share: float) -> str:
    """Return the share who answered one question as a page may show it: a tenth of the scale.

    Examples
    --------
    >>> broad(0.614), broad(0.95), broad(0.0)
    ('60 to 70 %', '90 % or more', '10 % or less')
    """
    if 100 * share >= _HIGH or 100 * share <= _LOW:
        return percent(share)
    low = int(10 * share + 1e-9) * 10
    return _("{low} to {high} %").format(low=low, high=low + 10)


def percent_bounds(share: float) -> tuple[float, float]:
    """Return what a reader of `percent` knows of a share: the lowest and the highest.

    Examples
    --------
    >>> percent_bounds(0.97), percent_bounds(0.614)
    ((0.9, 1.0), (0.605, 0.615))
    """
    if 100 * share >= _HIGH:
        return _HIGH / 100, 1.0
    if 100 * share <= _LOW:
        return 0.0, _LOW / 100
    whole = round(100 * share)
    return (whole - 0.5) / 100, (whole + 0.5) / 100


def joined_groups(labels: pd.Series[str], rest: str, threshold: int = THRESHOLD) -> pd.Series[str] | None:
    """Return the groups that may be shown: small ones, and who said nothing, stand together.

    Parameters
    ----------
    labels : pandas.Series of str
        Each person's group; empty where nothing was said.
    rest : str
        What the joined ones are called.
    threshold : int
        The smallest group, in people.

    Returns
    -------
    pandas.Series of str or None
        None where fewer than two groups would be left: then there is no table.
    """
    groups = labels.where(labels.map(len) > 0, rest)
    while True:
        sizes = groups[groups != rest].value_counts().sort_index(kind="stable")
        joined = int((groups == rest).sum())
        small = sizes[sizes < threshold]
        if len(small):
            groups = groups.where(~groups.isin(small.index), rest)
        elif 0 < joined < threshold and len(sizes):
            groups = groups.where(groups != sizes.idxmin(), rest)
        else:
            break
    return groups if groups.nunique() > 1 else None


def shown_groups(sizes: pd.Series[int], threshold: int = THRESHOLD) -> list[Any]:
    """Return the groups whose mean may be shown beside the mean of all.

    Who is not shown could be worked out by subtraction, so they are none, or `threshold` people at least.

    Parameters
    ----------
    sizes : pandas.Series of int
        People behind each mean.
    threshold : int
        The smallest group, in people.
    """
    shown = sizes[sizes >= threshold].sort_values(kind="stable")
    hidden = int(sizes.sum() - shown.sum())
    while len(shown) and 0 < hidden < threshold:
        hidden += int(shown.iloc[0])
        shown = shown.iloc[1:]
    return [group for group in sizes.index if group in shown.index]


def finished_by_group(counts: pd.DataFrame, threshold: int = THRESHOLD) -> pd.DataFrame | None:
    """Return a table of counts with the cells that may be shown, or None where none may.

    `bordercourse.protection.suppress` leaves out small cells and what would give them away. Where a reader
    could still tell a small cell to within fewer than `threshold` people, the table is not shown.

    Parameters
    ----------
    counts : pandas.DataFrame of int
        One row a group, one column an outcome, without totals.
    threshold : int
        The smallest count that may be shown, in people.
    """
    try:
        result = suppress(counts, threshold)
    except InputError:  # no choice of cells hides the small ones
        return None
    primary = set(result.primary)
    for row in result.ranges.itertuples():
        if (row.row, row.column) in primary and row.highest - row.lowest < threshold:
            return None
    return result.published.drop(index="total", columns="total")


@dataclass(frozen=True)
class KnownSum:
    """What a page says of a sum over some people.

    Parameters
    ----------
    kinds : tuple of int
        The kinds of people whom it adds up, as places in the list of kinds.
    low, high : float
        Between these it lies.
    """

    kinds: tuple[int, ...]
    low: float
    high: float


def narrowest_range(people: Sequence[int], sums: Sequence[KnownSum], top: float = 1.0) -> float:
    """Return how narrowly a reader can bound the value of one person, by linear programming.

    The reader knows how many people there are of each kind (such as women of one country), and every sum on
    the page. People of one kind are alike to them, so one person of each kind is tried.

    Parameters
    ----------
    people : sequence of int
        How many there are of each kind.
    sums : sequence of KnownSum
        What the page says.
    top : float
        The largest value of a person; the smallest is 0.

    Returns
    -------
    float
        The width of the narrowest range; `top` where nothing is learned, and where there is nobody.

    Examples
    --------
    >>> narrowest_range([10], [KnownSum((0,), 4.95, 5.05)])
    1.0
    >>> narrowest_range([1, 9], [KnownSum((0, 1), 5.0, 5.0), KnownSum((1,), 5.0, 5.0)])
    0.0
    """
    from scipy.optimize import linprog

    kinds = len(people)
    rows = np.array([[1.0 if kind in one.kinds else 0.0 for kind in range(kinds)] for one in sums])
    lows, highs = np.array([one.low for one in sums]), np.array([one.high for one in sums])
    narrowest = top
    for kind in range(kinds):
        if not sums or not people[kind]:
            continue
        # One person of this kind stands in the last column, the others of each kind together in theirs.
        table = np.column_stack([rows, rows[:, kind]])
        bounds = [(0.0, top * (people[k] - (k == kind))) for k in range(kinds)] + [(0.0, top)]
        ends = []
        for sign in (1.0, -1.0):
            goal = np.append(np.zeros(kinds), sign)
            found = linprog(goal, A_ub=np.vstack([table, -table]), b_ub=[*highs, *-lows], bounds=bounds)
            if found.x is None:  # rounding made the sums contradict: say nothing
                return 0.0
            ends.append(float(found.x[-1]))
        narrowest = min(narrowest, ends[1] - ends[0])
    return max(0.0, round(narrowest, 9))


def kinds_of(*labels: pd.Series[str]) -> tuple[list[int], list[Mapping[str, str]]]:
    """Return how many people there are of each kind, and the kinds: one group of every labelling.

    Parameters
    ----------
    *labels : pandas.Series of str
        Each person's group, by one labelling after the other; the same people in each.
    """
    if not labels:
        return [], []
    table = pd.concat(list(labels), axis=1, keys=[str(n) for n in range(len(labels))])
    counted = table.value_counts(sort=False)
    kinds: list[Mapping[str, str]] = [
        dict(zip(table.columns, key if isinstance(key, tuple) else (key,), strict=True))
        for key in counted.index
    ]
    return [int(n) for n in counted], kinds
