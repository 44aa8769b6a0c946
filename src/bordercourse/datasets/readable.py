"""A table as a reader wants to see it: columns named in words, codes spelt out, numbers with their marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.datasets.records import describe
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Several, Text, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bordercourse.datasets.records import ColumnRecord

__all__ = ["ReadableFrame", "readable"]


class ReadableFrame(pd.DataFrame):
    """A table for reading: shown without row numbers, nothing in it is a code."""

    @property
    def _constructor(self) -> type[ReadableFrame]:
        return ReadableFrame

    def _repr_html_(self) -> str:
        note = ""
        if self.attrs.get("synthetic"):
            note = f"<p><i>{_('Synthetic data: no row is a real person.')}</i></p>"
        return note + str(self.to_html(index=False, border=0, escape=True, na_rep=""))


@checked(
    table=A(pd.DataFrame, do=mark("Give rows of a data set, from load().")),
    columns=Several(Text()),
    name=Text(),
)
def readable(
    table: pd.DataFrame, columns: Sequence[str] | None = None, *, name: str | None = None
) -> ReadableFrame:
    """Return a table of the course, or some rows of one, as a reader wants to see it.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of a data set, from `load`.
    columns : sequence of str, optional
        The columns to show, in this order; all where left out.
    name : str, optional
        The data set, where `table` no longer knows it.

    Returns
    -------
    ReadableFrame
        Text only: columns named by their label and unit, codes as words, whole numbers with thousands marks,
        years without, an empty field where the source says nothing.

    Raises
    ------
    InputError
        If the data set is not known, or a column is not one of it.

    Examples
    --------
    >>> from bordercourse import load
    >>> table = readable(load("identity_gender_gap"), ["sex", "without_id_percent"])
    >>> list(table.columns)
    ['Sex', 'Without id percent (percent of adults of that sex)']
    """
    known = name or table.attrs.get("name")
    if known is None:
        raise InputError("table", _("it does not know its data set."), _("Give name=."))
    record = {column.name: column for column in describe(known).columns}
    wanted = list(columns if columns is not None else table.columns)
    strange = [one for one in wanted if one not in record or one not in table.columns]
    if strange:
        raise InputError(
            "columns",
            _("{known} has no column {names}.").format(known=known, names=", ".join(map(str, strange))),
            _("The columns are: {names}.").format(names=", ".join(record)),
        )
    shown = {_heading(record[one]): [_word(record[one], value) for value in table[one]] for one in wanted}
    frame = ReadableFrame(shown)
    frame.attrs = {"name": known, "synthetic": describe(known).synthetic}
    return frame


def _heading(column: ColumnRecord) -> str:
    label = column.label or _(column.heading)
    # "Year of the note (year)" would say it twice.
    return f"{label} ({column.unit})" if column.unit and column.unit not in label.lower() else label


def _word(column: ColumnRecord, value: Any) -> str:
    if pd.isna(value):
        return ""
    if column.codes and str(value) in column.codes:
        return column.codes[str(value)]
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool) or column.kind == "boolean":
        return _("yes") if value else _("no")
    if column.kind == "integer" and "year" not in column.name and column.unit not in ("year", _("year")):
        return f"{int(value):,}"
    if column.kind == "number":
        return f"{float(value):,.10g}"
    return str(value)
