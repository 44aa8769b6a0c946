"""The family of results: each prints as a sentence, shows as HTML in a notebook, and draws itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Result"]


@dataclass(frozen=True, repr=False)
class Result:
    """What a method found.

    A result of a room is a frozen dataclass (``repr=False``) with a method `sentence`, with `shown_table`
    where a table belongs to it on a page, and with `plot` where it can be drawn.

    Attributes
    ----------
    notes : tuple of str
        What was done to the input, or looks wrong in it, a sentence each. They print with the result.
    """

    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def sentence(self) -> str:
        """Return the result in one line of words."""
        raise NotImplementedError

    def shown_table(self) -> pd.DataFrame | None:
        """Return the table that stands below the sentence on a page; none unless a result has one."""
        return None

    def __str__(self) -> str:
        return "\n".join([self.sentence(), *(_("Note: {note}").format(note=note) for note in self.notes)])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())
        table = self.shown_table()
        return lines if table is None else lines + table.to_html(index=False)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the result on `ax`, or on new axes."""
        raise InputError(
            type(self).__name__,
            _("this result has no figure."),
            _("Print it, or draw one of its tables."),
        )
