"""How well rows hide in groups, and counts with noise: before person-level data or tables leave the house.

Groups of rows are measured by k-anonymity, l-diversity and t-closeness through the library pycanon.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.i18n import mark
from bordercourse.inputs import Column, Columns, Labels, Number, Numbers, Table, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Anonymity", "anonymity", "laplace_noise"]

_FILLED = Labels(do=mark("Fill or drop the missing values first."))


@dataclass(frozen=True, repr=False)
class Anonymity(Result):
    """How well the rows of a table hide in groups. None of it protects against what a reader knows already.

    Attributes
    ----------
    k : int
        Size of the smallest group that shares all quasi-identifiers.
    l : int
        Smallest number of different sensitive values in a group.
    t : float
        Largest distance between a group's sensitive values and those of the whole table (0 to 1).
    rows, groups : int
        How many there are.
    smallest : pandas.DataFrame
        The groups, the ones that protect least first.
    """

    k: int
    l: int  # noqa: E741 - the name that the literature gives it
    t: float
    rows: int
    groups: int
    smallest: pd.DataFrame

    def sentence(self) -> str:
        """Return k, l and t in one line."""
        return f"k = {self.k}, l = {self.l}, t = {self.t:.3f} ({self.rows} rows in {self.groups} groups)"


@checked(frame=Table(), quasi_identifiers=Columns("frame", _FILLED), sensitive=Column("frame", _FILLED))
def anonymity(frame: pd.DataFrame, quasi_identifiers: Sequence[str], sensitive: str) -> Anonymity:
    """Measure k-anonymity, l-diversity and t-closeness of person-level rows.

    Parameters
    ----------
    frame : DataFrame
        One row a person. Use synthetic rows in a class.
    quasi_identifiers : sequence of str
        Columns that a reader could know from elsewhere: age, sex, place, nationality, date.
    sensitive : str
        The column that must not be learned about a person.

    Returns
    -------
    Anonymity
        `smallest` lists the groups, the ones that protect least first.

    Raises
    ------
    InputError
        If a column is missing, or a value in one of them is.

    Notes
    -----
    Computed by pycanon (Sainz-Pardo Diaz and Lopez Garcia, Scientific Data 9, 2022). k is by
    Sweeney (2002), l by Machanavajjhala and others (2007), t by Li and others (2007).

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> anonymity(load("clinic_twelve"), ["area", "age_group"], "condition")
    k = 4, l = 1, t = 0.583 (12 rows in 3 groups)
    """
    from pycanon import anonymity as pc

    columns = [*quasi_identifiers, sensitive]
    data = pd.DataFrame({c: frame[c].astype(object) for c in columns}).reset_index(drop=True)
    data = data.astype(str)
    qi = list(quasi_identifiers)
    groups = data.groupby(qi)[sensitive].agg(people="size", different="nunique").reset_index()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # pycanon asks pandas for groups in an older way
        k = int(pc.k_anonymity(data, qi))
        diversity = int(pc.l_diversity(data, qi, [sensitive]))
        closeness = float(pc.t_closeness(data, qi, [sensitive]))
    return Anonymity(
        k=k,
        l=diversity,
        t=closeness,
        rows=len(data),
        groups=len(groups),
        smallest=groups.sort_values(["different", "people", *qi], ignore_index=True),
    )


@checked(counts=Numbers(frame=True), epsilon=Number(above=0), seed=Whole(low=0), sensitivity=Number(above=0))
def laplace_noise(
    counts: pd.DataFrame | pd.Series, epsilon: float, *, seed: int, sensitivity: float = 1.0
) -> Any:
    """Add Laplace noise to counts: epsilon-differential privacy for one publication.

    The scale of the noise is `sensitivity` / `epsilon`. Noisy counts may be negative or broken;
    they are returned as drawn, because rounding and clipping belong to the reader.

    Parameters
    ----------
    counts : DataFrame or Series of numbers
        Counts in which each person is in one cell only.
    epsilon : float
        Privacy loss, above zero; smaller is safer and less exact. It adds up over publications.
    seed : int
        Start of the random numbers. In real use it must be secret and never used twice.
    sensitivity : float
        By how much one person can change the counts, in people.

    Returns
    -------
    DataFrame or Series
        The counts with noise.

    Raises
    ------
    InputError
        If the counts are no numbers, or `epsilon` or `sensitivity` is not above zero.

    Examples
    --------
    >>> laplace_noise(pd.Series([100, 20, 3]), epsilon=1.0, seed=7).round(1).tolist()
    [100.3, 21.6, 3.8]
    """
    drawn = np.random.default_rng(seed).laplace(0.0, sensitivity / epsilon, size=np.shape(counts))
    return counts + drawn
