"""Events whose place, sex or age nobody wrote down, shared out like those that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Numbers, Table, Text, checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["NOT_STATED", "redistribute", "whole_numbers"]

NOT_STATED = "not stated"


@checked(counts=Table(cells=Numbers(low=0)), not_stated=Text())
def redistribute(counts: pd.DataFrame, *, not_stated: str = NOT_STATED) -> pd.DataFrame:
    """Share out the not stated of a table of counts in proportion to what is stated.

    The not stated column of each row goes to the other columns as they stand in that row; then the not
    stated row goes to the other rows as they stand in each column. A row that states nothing
    takes the proportions of all rows. Totals stay as they are, in whole numbers.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole counts, such as places (rows) by sex (columns); without totals.
    not_stated : str
        The name of the row and the column of what was not written down.

    Returns
    -------
    pandas.DataFrame
        Without the not stated row and column.

    Raises
    ------
    InputError
        A count is negative or missing, or nothing at all is stated.

    Notes
    -----
    *What the result is not.* It supposes that those whose sex or place nobody wrote are like the others.
    Where
    one hospital leaves a field empty, they are not. Print how many there were beside the result.

    References
    ----------
    Vital Strategies, ECA, ESCAP and Statistics Norway (2020), *Production of a Vital Statistics Report:
    Guide*, section 3.4, "Data adjustment and redistribution".

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import redistribute
    >>> counts = pd.DataFrame({"girl": [40, 10, 2], "boy": [60, 10, 2], "not stated": [10, 0, 0]},
    ...                       index=["North", "South", "not stated"])
    >>> redistribute(counts).values.tolist()
    [[46, 68], [10, 10]]
    """
    rows, columns = counts.index != not_stated, counts.columns != not_stated
    values = counts.to_numpy()
    known = values[:, columns]
    if not known[rows].sum() > 0:
        raise InputError("counts", _("nothing is stated."), _("There is nothing to go by; leave it out."))
    overall = known.sum(axis=0) / known.sum()
    whole = known.sum(axis=1, keepdims=True)
    share = np.divide(known, whole, out=np.tile(overall, (len(known), 1)), where=whole > 0)
    spread = known + share * values[:, ~columns].sum(axis=1, keepdims=True)
    stated, unknown = spread[rows], spread[~rows].sum(axis=0)
    below = stated.sum(axis=0)
    by_row = np.tile((stated.sum(axis=1) / stated.sum())[:, None], (1, stated.shape[1]))
    by_row = np.divide(stated, below, out=by_row, where=below > 0)
    result = stated + by_row * unknown
    return pd.DataFrame(whole_numbers(result), index=counts.index[rows], columns=counts.columns[columns])


def whole_numbers(values: Floats) -> NDArray[np.int64]:
    """Round so that the total stays: what lacks goes to the largest remainders."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    down = np.floor(flat + 1e-9)
    lacking = round(float(flat.sum() - down.sum()))
    order = np.argsort(-(flat - down), kind="stable")[:lacking]
    down[order] += 1
    return down.reshape(np.shape(values)).astype(np.int64)
