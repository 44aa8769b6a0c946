"""Single years and narrower groups joined into five-year ages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Columns, Numbers, Table, Whole, checked
from bordercourse.registration.ages import AGE, BY, WIDTH, filled, names, once, populations_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["regroup_ages"]


@checked(
    table=Table(),
    counts=Columns("table", Numbers()),
    age=AGE,
    by=BY,
    open_age=Whole(low=5, high=120),
)
def regroup_ages(
    table: pd.DataFrame,
    *,
    counts: str | Sequence[str],
    age: str = "age",
    by: str | Sequence[str] | None = None,
    open_age: int | None = None,
) -> pd.DataFrame:
    """Join single years, or the groups 0, 1, 5, …, into five-year groups up to one open group.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an age (and population), in any order.
    counts : str or list of str
        Columns that are summed: people, deaths, net migrants. Rates cannot be summed.
    age : str
        Column with the lower limit of each age group, in whole years.
    by : str or list of str, optional
        Columns that tell several populations apart.
    open_age : int, optional
        Lower limit of the open group, such as 80: all older groups are joined into it. Without it the
        oldest group of the table stays the open one.

    Returns
    -------
    pandas.DataFrame
        One row a population and five-year group: the columns of `by`, `age` and `counts`.

    Raises
    ------
    InputError
        A column is missing or holds no numbers, an age stands twice, a five-year group lacks its first age,
        or `open_age` is no multiple of five or older than the oldest group.

    Notes
    -----
    *What the result is not.* Joining hides nothing and mends nothing: people who moved an age across a
    limit of a group stay where they were written.

    Examples
    --------
    >>> import pandas as pd
    >>> ages = pd.DataFrame({"age": [0, 1, 5, 10, 15, 20], "people": [3, 9, 11, 10, 8, 30]})
    >>> regroup_ages(ages, counts="people", open_age=15)["people"].tolist()
    [12.0, 11.0, 10.0, 38.0]
    """
    keys, columns = list(names(by)), list(names(counts))
    codes, index = populations_of(table, tuple(keys))
    ages = table[age].to_numpy()
    once(codes, ages, age, index, bool(keys))
    lower = ages - ages % WIDTH
    if open_age is not None:
        if open_age % WIDTH or open_age > lower.max():
            raise InputError(
                "open_age",
                _("{age} cannot be the first age of the open group.").format(age=open_age),
                _("Give a multiple of five up to {oldest:g}, the oldest group.").format(oldest=lower.max()),
            )
        lower = np.minimum(lower, open_age)
    first = pd.Series(ages).groupby([codes, lower]).min()
    filled(first.to_numpy(), first.index.get_level_values(1).to_numpy(), age)
    summed = table[columns].reset_index(drop=True).groupby([codes, lower]).sum()
    at, lowest = summed.index.get_level_values(0), summed.index.get_level_values(1)
    result = summed.reset_index(drop=True)
    result.insert(0, age, lowest.astype(int))
    if not keys:
        return result
    populations = index.take(at).to_frame(index=False)
    return pd.concat([populations, result], axis=1)
