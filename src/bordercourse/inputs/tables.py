"""Declarations of tables, and of inputs that name columns of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs.columns import read_columns
from bordercourse.inputs.declared import Input, InTable, advice, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Column", "Columns", "Table"]


@dataclass(frozen=True)
class Table(Input):
    """A table with rows. `holds` names columns that it needs, and what each must hold; `may_hold` others.

    `cells` is what every column must hold. `do` says where to get such a table.
    """

    holds: Mapping[str, Input] = field(default_factory=dict)
    may_hold: Mapping[str, Input] = field(default_factory=dict)
    cells: Input | None = None
    do: str = ""

    def read(self, value: Any, name: str) -> pd.DataFrame:
        """Return the table with its columns read."""
        if not isinstance(value, pd.DataFrame):
            raise InputError(
                name,
                _("this is {kind}, not a table.").format(kind=type(value).__name__),
                advice(self.do, _("Give a pandas DataFrame.")),
            )
        kinds = [*self.holds.items(), *((c, kind) for c, kind in self.may_hold.items() if c in value.columns)]
        if self.cells is not None:
            kinds += [(column, self.cells) for column in value.columns]
        within = name if self.cells is not None else ""
        if len(value) and len(value.columns):
            return read_columns(value, kinds, name, do=self.do, within=within)
        read_columns(value, [(column, None) for column in self.holds], name, do=self.do)
        raise InputError(name, _("the table has no rows."), _("Check the filter that made it."))


@dataclass(frozen=True)
class Column(InTable):
    """A column of the input `table`, given by its name; `holds` is what must stand in it."""

    table: str
    holds: Input | None = None
    maybe: bool = False

    def read(self, value: Any, name: str) -> str:
        """Return the name of the column."""
        return _column(value, name)

    def columns(self, value: str) -> tuple[str, ...]:
        """Return the column."""
        return (value,)


@dataclass(frozen=True)
class Columns(InTable):
    """Columns of the input `table`, given by their names in a list; one alone may be given as a text.

    Exactly `number` different ones if that is given, else `least` or more.
    """

    table: str
    holds: Input | None = None
    number: int | None = None
    least: int = 1
    do: str = ""

    def read(self, value: Any, name: str) -> tuple[str, ...]:
        """Return the names of the columns."""
        several = isinstance(value, list | tuple | pd.Index | pd.Series)
        if self.number is not None and (not several or len(value) != self.number):
            raise self._count(value, name)
        columns = tuple(_column(one, name) for one in value) if several else (_column(value, name),)
        if self.number is not None and len(set(columns)) < self.number:
            raise self._count(value, name)
        if len(set(columns)) < len(columns):
            raise InputError(
                name,
                _("{value} names a column twice.").format(value=shown(value)),
                _("Name each column once."),
            )
        if len(columns) < self.least:
            raise InputError(name, _("the list is empty."), advice(self.do, _("Name at least one column.")))
        return columns

    def columns(self, value: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns."""
        return value

    def _count(self, value: object, name: str) -> InputError:
        return InputError(
            name,
            _("{value} are not {n} columns.").format(value=shown(value), n=self.number),
            advice(self.do, _("Name {n} different columns.").format(n=self.number)),
        )


def _column(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise InputError(
            name, _("{value} is not the name of a column.").format(value=shown(value)), _("Give it as text.")
        )
    return str(value)
