"""A strict clerk's rule beside the model, and an audit of who is left unlinked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.error_counts import group_of, label_of
from bordercourse.identity.kinds import FIELDS, FILE, GROUPS, PAIRS
from bordercourse.inputs import Whole, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["inclusion_audit", "pairs_that_agree"]


@checked(left=FILE, right=FILE, on=FIELDS)
def pairs_that_agree(left: pd.DataFrame, right: pd.DataFrame, on: Sequence[str]) -> pd.DataFrame:
    """Return all pairs of records that agree on every named column: the rule of a strict clerk.

    Parameters
    ----------
    left, right : DataFrame
        Two files with record_id, as written or as `prepare` returns them.
    on : sequence of str
        Columns that must be equal. A missing value, or an empty text, agrees with nothing.

    Returns
    -------
    DataFrame
        left and right (record_id), as `linkage_errors` takes them. A record may stand in several pairs.

    Raises
    ------
    InputError
        If no column is named, or one is missing in a file.

    Examples
    --------
    >>> import pandas as pd
    >>> a = pd.DataFrame({"record_id": ["R1", "R2"], "name": ["Lan", None]})
    >>> b = pd.DataFrame({"record_id": ["D1", "D2"], "name": ["Lan", None]})
    >>> pairs_that_agree(a, b, on=["name"]).values.tolist()
    [['R1', 'D1']]
    """
    columns = list(on)
    for name, frame in (("left", left), ("right", right)):
        lacking = [column for column in ["record_id", *columns] if column not in frame.columns]
        if lacking:
            raise InputError(
                name,
                _("the column {column} is missing.").format(column=lacking[0]),
                _("Name columns that stand in both files."),
            )
    files = [_complete(frame, columns) for frame in (left, right)]
    both = files[0].merge(files[1], on=columns, suffixes=("_left", "_right"))
    pairs = both[["record_id_left", "record_id_right"]].set_axis(["left", "right"], axis=1)
    return pairs.sort_values(["left", "right"]).reset_index(drop=True)


def _complete(file: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the records that hold something in every column: two empty entries agree on nothing."""
    rows = pd.DataFrame(file)[["record_id", *columns]]
    empty = rows.isna() | rows.map(lambda value: isinstance(value, str) and not value.strip())
    return rows[~empty.any(axis=1)]


@checked(proposals=PAIRS, left=FILE, by=GROUPS, smallest=Whole(low=1))
def inclusion_audit(
    proposals: pd.DataFrame,
    left: pd.DataFrame,
    *,
    by: Sequence[str] = ("sex", "script", "names"),
    smallest: int = 10,
) -> pd.DataFrame:
    """Count, for each group of `left`, the records for which no link is proposed.

    It needs no truth, so an office can run it on its own files. It shows where to look, and not why:
    some people without a link were never in the other file.

    Parameters
    ----------
    proposals : DataFrame
        Pairs with the columns left and right, as `Linkage.proposals` returns them.
    left : DataFrame
        The file that is audited.
    by : sequence of str
        Columns of `left`; "script" is the script of the given name, "names" whether there is a family name.
    smallest : int
        A group with fewer records is left out: a share of a few people says nothing, and can point at them.

    Returns
    -------
    DataFrame
        Indexed by group, all records first: records, unlinked, unlinked_percent.

    Raises
    ------
    InputError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> file = pd.DataFrame({"record_id": ["R1", "R2", "R3", "R4"], "sex": list("FFMM")})
    >>> pairs = pd.DataFrame({"left": ["R1", "R3", "R4"], "right": ["D1", "D2", "D3"]})
    >>> inclusion_audit(pairs, file, by=["sex"], smallest=1)["unlinked_percent"].to_dict()
    {'all records': 25.0, 'women': 50.0, 'men': 0.0}
    """
    for column, file in (("left", proposals), ("record_id", left)):
        if column not in file.columns:
            raise InputError(
                "proposals" if file is proposals else "left",
                _("the column {column} is missing.").format(column=repr(column)),
                _("Give pairs as Linkage.proposals returns them, and the file that was linked."),
            )
    unlinked = ~left["record_id"].astype(str).isin(set(proposals["left"].astype(str)))
    rows = [(_("all records"), len(left), int(unlinked.sum()))]
    for name in by:
        for group, flags in unlinked.groupby(group_of(left, name)):
            if len(flags) >= smallest:
                rows.append((label_of(name, str(group)), len(flags), int(flags.sum())))
    table = pd.DataFrame(rows, columns=["group", "records", "unlinked"]).set_index("group")
    table["unlinked_percent"] = (100 * table["unlinked"] / table["records"]).round(1)
    return table
