"""What was not read when a file was prepared: told column by column, and never lost in silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.kinds import FILE
from bordercourse.inputs import checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ColumnReading", "ReadingReport", "read_column", "reading_report"]


@dataclass(frozen=True)
class ColumnReading:
    """How much of one column was read.

    Attributes
    ----------
    column : str
        As the file names it.
    values : int
        Entries that hold something.
    missing : int
        Entries that are empty, or hold a mark for "nothing" such as a dash.
    not_read : int
        Of `values`, those that could not be read; they count as missing.
    record_id, example, reason : str
        The first value that was not read, where it stands, and why; "" if there is none.
    """

    column: str
    values: int
    missing: int
    not_read: int = 0
    record_id: str = ""
    example: str = ""
    reason: str = ""

    @property
    def share(self) -> float:
        """Share of the values that were not read, 0 to 1."""
        return self.not_read / self.values if self.values else 0.0

    def __str__(self) -> str:
        if not self.not_read:
            return _("{column}: all {n:,} values read, {missing:,} missing.").format(
                column=self.column, n=self.values, missing=self.missing
            )
        return _(
            "{column}: {lost:,} of {n:,} values not read ({share:.1%}). "
            "The first is {example}, record {id}: {reason}"
        ).format(
            column=self.column,
            lost=self.not_read,
            n=self.values,
            share=self.share,
            example=self.example,
            id=self.record_id,
            reason=self.reason,
        )


@dataclass(frozen=True, repr=False)
class ReadingReport(Result):
    """How much of each column of a file was read.

    Attributes
    ----------
    columns : tuple of ColumnReading
        In the order in which they were read.
    """

    columns: tuple[ColumnReading, ...]

    @property
    def losses(self) -> tuple[ColumnReading, ...]:
        """The columns in which a value was not read."""
        return tuple(column for column in self.columns if column.not_read)

    @property
    def table(self) -> pd.DataFrame:
        """One row a column: column, values, missing, not_read, share, record_id, example, reason."""
        rows = [
            (c.column, c.values, c.missing, c.not_read, c.share, c.record_id, c.example, c.reason)
            for c in self.columns
        ]
        names = ["column", "values", "missing", "not_read", "share", "record_id", "example", "reason"]
        return pd.DataFrame(rows, columns=names)

    def sentence(self) -> str:
        """Return a line for each column in which a value was not read."""
        return "\n".join(map(str, self.losses)) or _("Every value was read.")


@checked(prepared=FILE)
def reading_report(prepared: pd.DataFrame) -> ReadingReport:
    """Return what `bordercourse.identity.prepare` could not read.

    Parameters
    ----------
    prepared : DataFrame
        As `bordercourse.identity.prepare` returned it.

    Returns
    -------
    ReadingReport
        Counts and the first example for each column.

    Raises
    ------
    InputError
        If the frame does not come from `prepare`.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.identity import prepare
    >>> rows = pd.DataFrame({"record_id": ["a", "b"], "given_name": ["Lan", "-"], "family_name": None,
    ...                      "sex": ["female", "M"], "birth_date": ["31 Dec 1999", "4/5/1987"]})
    >>> print(reading_report(prepare(rows)))
    Every value was read.
    >>> reading_report(prepare(rows)).table[["column", "values", "missing"]].head(2).values.tolist()
    [['given_name', 1, 1], ['family_name', 0, 2]]
    """
    report = prepared.attrs.get("reading")
    if not isinstance(report, ReadingReport):
        raise InputError(
            "prepared", _("it holds no report of its reading."), _("Give the frame that prepare returned.")
        )
    return report


def read_column(
    name: str,
    ids: Sequence[str],
    values: Sequence[object],
    reader: Callable[..., object],
    *beside: Sequence[object],
) -> tuple[list[object], ColumnReading]:
    """Read the values of a column one by one, and count what cannot be read.

    Parameters
    ----------
    name : str
        The column, for the report.
    ids : sequence of str
        record_id of each value.
    values : sequence
        As written. None is missing.
    reader : callable
        Returns a value, or None for a mark that says "nothing here"; raises InputError with the reason.
    *beside : sequence
        What the reader needs beside each value, such as its calendar.

    Returns
    -------
    list
        What was read; None where nothing was.
    ColumnReading
        The counts.
    """
    read: list[object] = []
    missing, lost, first = 0, 0, ("", "", "")
    for record_id, value, *more in zip(ids, values, *beside, strict=True):
        result = None
        if value is not None:
            try:
                result = reader(value, *more)
            except InputError as error:
                lost += 1
                first = first if first[0] else (record_id, repr(value), f"{error.problem} {error.do}")
                read.append(None)
                continue
        missing += result is None
        read.append(result)
    return read, ColumnReading(name, len(read) - missing, missing, lost, *first)
