"""Columns of a table: found by name, and read by what they must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from bordercourse.inputs.declared import Input

__all__ = ["read_columns"]


def read_columns(
    table: pd.DataFrame,
    kinds: Sequence[tuple[Any, Input | None]],
    name: str,
    *,
    do: str = "",
    within: str = "",
) -> pd.DataFrame:
    """Return a copy of `table` with each named column read by its kind.

    Levels of the index count as columns. An error names the column, after `within` if that is given.
    """
    columns = [column for column, _kind in kinds]
    if any(column not in table.columns and column in table.index.names for column in columns):
        table = table.reset_index()
    missing = [column for column in columns if column not in table.columns]
    if missing:
        have = ", ".join(map(repr, table.columns)) or _("none")
        raise InputError(
            name,
            _("there is no column {missing}.").format(missing=", ".join(map(repr, missing))),
            do or _("The columns are {have}.").format(have=have),
        )
    twice = table.columns[table.columns.duplicated()].intersection(columns)
    if len(twice):
        raise InputError(
            name, _("there are two columns {twice}.").format(twice=repr(twice[0])), _("Drop or rename one.")
        )
    table = table.copy()
    for column, kind in kinds:
        if kind is not None:
            values = kind.read(table[column], f"{within}[{column!r}]" if within else str(column))
            table[column] = values.array
    return table
