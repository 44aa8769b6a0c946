"""Cell suppression: publish a table of counts without publishing a person.

Small cells are left out together with further cells that would give them away; the result is attacked with
linear programming before it is called safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Flags, Numbers, Table, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

# A table needs a handful of rounds; the bound only makes sure that nothing runs for ever.
_MOST_ROUNDS = 100

__all__ = ["Suppressed", "recoverable", "small_cells", "suppress"]

COUNTS = Table(
    cells=Numbers(low=0, whole=True, do=mark("Keep only columns of counts: whole numbers of zero or more.")),
    do=mark("Give a DataFrame of counts, without totals."),
)
THRESHOLD = Whole(low=2)


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype("int64")


@checked(table=COUNTS, threshold=THRESHOLD)
def small_cells(table: pd.DataFrame, threshold: int = 5) -> pd.DataFrame:
    """Say which cells of a table of counts are small: above zero and below the threshold.

    Parameters
    ----------
    table : DataFrame of int
        Counts of people, one row and one column a category, without totals.
    threshold : int
        The smallest count that may be shown. Three to ten are usual; your own office decides.

    Returns
    -------
    DataFrame of bool

    Raises
    ------
    InputError
        If the table holds something else than counts, or the threshold is below two.

    Examples
    --------
    >>> table = pd.DataFrame({"girls": [12, 3], "boys": [9, 11]}, index=["north", "south"])
    >>> small_cells(table).to_numpy().tolist()
    [[False, False], [True, False]]
    """
    counts = _whole(table)
    return (counts > 0) & (counts < threshold)


@dataclass(frozen=True, repr=False)
class Suppressed(Result):
    """A table of counts with some cells left out, safe against subtraction from its totals.

    Attributes
    ----------
    published : DataFrame
        What may be shown: counts with missing cells, and the totals "total".
    primary, complementary : tuple of (row, column)
        Cells left out because they are small, and cells left out to hide those.
    ranges : DataFrame
        What a reader can still work out about each cell left out: lowest and highest count.
    """

    published: pd.DataFrame
    primary: tuple[tuple[Any, Any], ...]
    complementary: tuple[tuple[Any, Any], ...]
    ranges: pd.DataFrame

    def sentence(self) -> str:
        """Return how many cells were left out, in one line."""
        return _("{p} small cells left out, {c} more to hide them; {n} cells shown.").format(
            p=len(self.primary),
            c=len(self.complementary),
            n=int(self.published.drop(index="total", columns="total").notna().to_numpy().sum()),
        )

    def _repr_html_(self) -> str:
        return super()._repr_html_() + str(self.published.to_html(na_rep="*"))


@checked(table=COUNTS, hidden=Table(cells=Flags(), do=mark("Give a DataFrame of true and false.")))
def recoverable(table: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    """Attack a suppressed table: what can be worked out from its totals?

    Every row and column total is taken as published. For each hidden cell the lowest and the
    highest count that fit all totals are found by linear programming (no count is negative).

    Parameters
    ----------
    table : DataFrame of int
        The true counts, without totals.
    hidden : DataFrame of bool
        True where the cell is left out; same shape.

    Returns
    -------
    DataFrame
        One row a hidden cell: row, column, lowest, highest, exact (True if a reader learns it).

    Raises
    ------
    InputError
        If `table` holds no counts, or `hidden` has another shape.

    Examples
    --------
    >>> table = pd.DataFrame({"girls": [12, 3], "boys": [9, 11]}, index=["north", "south"])
    >>> bool(recoverable(table, small_cells(table))["exact"].all())  # one empty cell hides nothing
    True
    """
    from scipy.optimize import linprog

    counts = _whole(table).to_numpy()
    mask = np.asarray(hidden, dtype=bool)
    if mask.shape != counts.shape:
        raise InputError("hidden", f"{mask.shape}.", _("Give it the shape of the table."))
    cells = np.argwhere(mask)
    rows, columns = mask.shape
    equations = np.zeros((rows + columns, len(cells)))
    for i, (r, c) in enumerate(cells):
        equations[r, i] = equations[rows + c, i] = 1
    rest = np.where(mask, counts, 0)
    totals = np.concatenate([rest.sum(axis=1), rest.sum(axis=0)])
    out = []
    for i, (r, c) in enumerate(cells):
        goal = np.zeros(len(cells))
        goal[i] = 1
        found = [linprog(s * goal, A_eq=equations, b_eq=totals, bounds=(0, None)) for s in (1, -1)]
        ends = [float(f.x[i]) for f in found]
        low, high = round(ends[0], 6), round(ends[1], 6)
        out.append(
            {
                "row": table.index[r],
                "column": table.columns[c],
                "lowest": int(np.ceil(low)),
                "highest": int(np.floor(high)),
                "exact": high - low < 1,
            }
        )
    return pd.DataFrame(out, columns=["row", "column", "lowest", "highest", "exact"])


@checked(table=COUNTS, threshold=THRESHOLD)
def suppress(table: pd.DataFrame, threshold: int = 5) -> Suppressed:
    """Leave out small cells, and the fewest further people that hide them from subtraction.

    A small cell alone is no secret: its row total gives it back. Further cells are chosen by an
    integer programme so that the sum of the counts left out is smallest. Where a small cell can
    still be worked out from the totals, a constraint is added that it cannot, and the programme
    is solved again. `ranges` is the proof, by linear programming (`recoverable`).

    Parameters
    ----------
    table : DataFrame of int
        Counts without totals, at least two rows and two columns.
    threshold : int
        The smallest count that may be shown.

    Returns
    -------
    Suppressed

    Raises
    ------
    InputError
        If the table is no table of counts, or so small that nothing can hide a small cell.

    See Also
    --------
    recoverable : attack a table in which cells were left out by hand.

    Notes
    -----
    The method is cell suppression as in statistical offices (Hundepool and others, Statistical
    Disclosure Control, 2012, chapter on magnitude and frequency tables). It protects one table.
    Two tables about the same people can be subtracted from each other.

    Examples
    --------
    >>> table = pd.DataFrame({"girls": [12, 3, 8], "boys": [9, 11, 6]}, index=["a", "b", "c"])
    >>> result = suppress(table)
    >>> result
    1 small cells left out, 3 more to hide them; 2 cells shown.
    >>> bool(result.ranges["exact"].any())
    False
    """
    counts = _whole(table)
    if "total" in counts.columns or "total" in counts.index:
        raise InputError("table", _("it has a total already."), _("Give the counts without totals."))
    primary = small_cells(counts, threshold).to_numpy()
    people = counts.to_numpy()
    chosen, cuts = primary.copy(), list[np.ndarray[Any, Any]]()
    for _round in range(_MOST_ROUNDS):
        if not chosen.any():
            break
        chosen = _complement(people, primary, cuts)
        found = [cut for cell in np.argwhere(primary) for cut in _escapes(people, chosen, cell)]
        if not found:
            break
        cuts += found
    else:
        raise InputError(
            "table",
            _("no safe choice of cells was found in {n} rounds.").format(n=_MOST_ROUNDS),
            _("Join small categories first, or publish a smaller table."),
        )
    ranges = recoverable(counts, pd.DataFrame(chosen, index=counts.index, columns=counts.columns))
    published = counts.astype("Int64").mask(chosen)
    published["total"] = counts.sum(axis=1).astype("Int64")
    published.loc["total"] = [*counts.sum(axis=0), int(counts.to_numpy().sum())]

    def named(cells: np.ndarray[Any, Any]) -> tuple[tuple[Any, Any], ...]:
        return tuple((counts.index[r], counts.columns[c]) for r, c in np.argwhere(cells))

    return Suppressed(published.astype("Int64"), named(primary), named(chosen & ~primary), ranges)


def _escapes(
    people: np.ndarray[Any, Any], hidden: np.ndarray[Any, Any], cell: np.ndarray[Any, Any]
) -> list[np.ndarray[Any, Any]]:
    """Return, for a hidden cell that the totals give away, sets of cells of which one must be hidden.

    A count stays open if people can be moved round a circle of hidden cells, one more here and one
    fewer there, so that no total changes. Rows and columns are the places of a graph; a hidden cell
    leads from its row to its column (one more) and back (one fewer, if anybody is in it). If there is
    no way round a cell, some cell that leaves the places reached has to be hidden too.
    """
    r, c = int(cell[0]), int(cell[1])
    itself = np.zeros(people.shape, dtype=bool)
    itself[r, c] = True
    more = hidden & ~itself
    fewer = more & (people > 0)
    borders, leaving = [], np.zeros(people.shape, dtype=bool)
    # One more in the cell needs a way from its column to its row; one fewer, from its row to its column.
    for from_column in (True, False):
        rows, columns = np.zeros(len(people), dtype=bool), np.zeros(people.shape[1], dtype=bool)
        rows[r], columns[c] = not from_column, from_column
        size = 0
        while size != (size := int(rows.sum() + columns.sum())):
            columns |= more[rows].any(axis=0)
            rows |= fewer[:, columns].any(axis=1)
        if rows[r] and columns[c]:
            return []
        borders.append((rows[:, None] != columns) & ~itself)
        leaving |= (rows[:, None] & ~columns) | (~rows[:, None] & columns & (people > 0))
    if any((hidden & border).any() for border in borders):
        return [leaving & ~itself]  # a one-way cell crosses already, so either way would do
    return borders


def _complement(
    counts: np.ndarray[Any, Any], primary: np.ndarray[Any, Any], cuts: Sequence[np.ndarray[Any, Any]]
) -> np.ndarray[Any, Any]:
    """Choose the cheapest cells: each line hides none or at least two, and every cut is crossed."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, columns = counts.shape
    n = rows * columns
    lines = np.zeros((rows + columns, n))
    for i in range(n):
        lines[i // columns, i] = lines[rows + i % columns, i] = 1
    # In a line, each hidden cell needs another one: sum of the others >= this one.
    needs = [line - 2 * np.eye(n)[i] for line in lines for i in np.flatnonzero(line)]
    constraints = [LinearConstraint(np.array(needs), 0, np.inf)]
    if cuts:
        constraints.append(LinearConstraint(np.array([cut.ravel() for cut in cuts], dtype=float), 1, np.inf))
    # A cell with nobody in it is a poor hiding place, so it costs as much as one person.
    cost = np.maximum(counts.ravel(), 1).astype(float)
    result = milp(
        cost,
        constraints=constraints,
        bounds=Bounds(primary.ravel().astype(float), np.ones(n)),
        integrality=np.ones(n),
        options={"mip_rel_gap": 0},
    )
    if result.x is None:
        raise InputError(
            "table",
            _("no choice of cells can hide the small ones."),
            _("Join small categories first; two rows and two columns are the least."),
        )
    return np.asarray(result.x > 0.5).reshape(counts.shape)
