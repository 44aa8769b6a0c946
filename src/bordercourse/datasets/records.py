"""One record (TOML) and one table (CSV) a data set, side by side in ``tables/``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, ClassVar, Literal

import pandas as pd
from markupsafe import Markup

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language
from bordercourse.inputs import Text, checked
from bordercourse.page import table
from bordercourse.validation import in_own_words, read_record

__all__ = ["ColumnRecord", "Maker", "Record", "Source", "SyntheticFrame", "describe", "load", "names"]

_TABLES = Path(__file__).parent / "tables"
_STRICT: Mapping[str, str] = {"extra": "forbid"}  # a key that is spelt wrongly is not passed over


@dataclass(frozen=True)
class Source:
    """Where a table's figures were published."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    publisher: str
    title: str
    year: str
    address: str
    reference_date: str


@dataclass(frozen=True)
class Maker:
    """How an invented table was made, so that it can be made again.

    Attributes
    ----------
    name : str
        The function in `bordercourse.datasets`.
    arguments : mapping
        What it was called with, the seed among them.
    part : str
        Which of the tables that it makes together; empty where it makes one.
    leaves_out : tuple of str
        Columns that are made and not stored.
    key : str
        A file of the checkout with further arguments that would tell the answers of an exercise.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    leaves_out: tuple[str, ...] = ()
    key: str = ""

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return (
            f"datasets.{self.name}({given}{', ...' if self.key else ''}){'.' if self.part else ''}{self.part}"
        )


@dataclass(frozen=True)
class ColumnRecord:
    """What a column means; `kind` is text, integer, number, boolean or date, `label` its name for readers."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT
    __texts__: ClassVar[tuple[str, ...]] = ("meaning", "unit", "codes", "missing", "label")

    name: str
    kind: Literal["text", "integer", "number", "boolean", "date"]
    meaning: str
    unit: str = ""
    codes: Mapping[str, str] | None = None
    missing: str = ""
    label: str = ""

    @property
    def heading(self) -> str:
        """The label, or where there is none the name in words."""
        return self.label or self.name.replace("_", " ").capitalize()

    @property
    def explained(self) -> str:
        """The meaning, what each code stands for, and what an empty field says."""
        text = self.meaning
        codes = [f"{code} = {word}" if code != word else code for code, word in (self.codes or {}).items()]
        if codes:
            text += f" ({'; '.join(codes)})"
        if self.missing:
            text += ". " + _("Empty: {what}").format(what=self.missing)
        return text


@dataclass(frozen=True)
class Record:
    """All that a reader must know before using a table. It prints well and shows as HTML."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = _STRICT
    __texts__: ClassVar[tuple[str, ...]] = ("title", "description", "caution")

    name: str
    title: str
    description: str
    caution: str
    licence: str
    synthetic: bool
    sources: tuple[Source, ...]
    columns: tuple[ColumnRecord, ...]
    maker: Maker | None = None

    def __str__(self) -> str:
        lines = [self.title, "=" * len(self.title)]
        if self.synthetic:
            lines.append(_("SYNTHETIC: no row is a real person."))
        lines += [self.description, "", _("Columns")]
        for c in self.columns:
            unit = f" [{c.unit}]" if c.unit else ""
            lines.append(f"  {c.name}{unit}: {c.explained}")
        lines += ["", _("Sources")]
        lines += [f"  {s.publisher}, {s.title} ({s.year}). {s.address}" for s in self.sources]
        if self.maker:
            lines += ["", f"{_('Made by')}: {self.maker}"]
        lines += ["", f"{_('Licence')}: {self.licence}", f"{_('Caution')}: {self.caution}"]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        columns = table(
            [_("Column"), _("Meaning"), _("Unit")],
            [(Markup("<code>{}</code>").format(c.name), c.explained, c.unit) for c in self.columns],
        )
        sources = "".join(
            f"<li>{escape(s.publisher)}, <i>{escape(s.title)}</i> ({escape(s.year)}). "
            f"{escape(s.address)}</li>"
            for s in self.sources
        )
        maker = f"<p><b>{_('Made by')}:</b> <code>{escape(str(self.maker))}</code></p>" if self.maker else ""
        synthetic = f"<p><b>{_('SYNTHETIC: no row is a real person.')}</b></p>" if self.synthetic else ""
        return (
            f"<h4>{escape(self.title)}</h4>{synthetic}<p>{escape(self.description)}</p>"
            f"{columns}<p><b>{_('Sources')}</b></p><ul>{sources}</ul>"
            f"{maker}<p><b>{_('Licence')}:</b> {escape(self.licence)}</p>"
            f"<p><b>{_('Caution')}:</b> {escape(self.caution)}</p>"
        )


class SyntheticFrame(pd.DataFrame):
    """A table of invented rows that says so whenever it is displayed."""

    @property
    def _constructor(self) -> type[SyntheticFrame]:
        return SyntheticFrame

    def __repr__(self) -> str:
        return f"{_('Synthetic data: no row is a real person.')}\n{super().__repr__()}"

    def _repr_html_(self) -> str | None:
        rows = super()._repr_html_()  # type: ignore[misc]
        return f"<p><i>{_('Synthetic data: no row is a real person.')}</i></p>{rows}"


@cache
def _records(language: str) -> dict[str, Record]:
    """Every record in the language that texts are in now, which is `language`."""
    if language:
        return {name: in_own_words(record) for name, record in _records("").items()}
    return {path.stem: read_record(path, Record, name=path.stem) for path in sorted(_TABLES.glob("*.toml"))}


def _make_ready() -> None:
    """Read the records before a process forks the kernels that load tables, if it holds the reader."""
    if "pydantic" in sys.modules:
        _records("")


def names() -> list[str]:
    """Return the names of all data sets, sorted.

    Examples
    --------
    >>> "people_without_proof_of_identity" in names()
    True
    """
    return list(_records(""))


@checked(name=Text())
def describe(name: str) -> Record:
    """Return the record of a data set: meaning, units, sources, licence and caution.

    Raises
    ------
    InputError
        If there is no data set of that name.
    """
    try:
        return _records(language())[name]
    except KeyError:
        import difflib

        near = difflib.get_close_matches(str(name), names(), n=1)
        hint = _("Did you mean {name}?").format(name=repr(near[0])) if near else ""
        raise InputError(
            repr(name),
            _("no data set has this name."),
            f"{hint} {_('names() lists them all.')}".strip(),
        ) from None


_KINDS = {"text": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}


@checked(name=Text())
def load(name: str) -> pd.DataFrame:
    """Return a data set as a DataFrame, one row a record, columns as ``describe(name)`` says.

    Parameters
    ----------
    name : str
        One of ``names()``.

    Returns
    -------
    pandas.DataFrame
        A fresh copy. A synthetic table is a `SyntheticFrame`, which says so when displayed.

    Raises
    ------
    InputError
        If there is no data set of that name.

    Examples
    --------
    >>> int(load("people_without_proof_of_identity")["reference_year"].min())
    2017
    """
    record = describe(name)
    kinds = {c.name: _KINDS[c.kind] for c in record.columns if c.kind in _KINDS}
    dates = [c.name for c in record.columns if c.kind == "date"]
    # Only an empty field is missing: "NA" is Namibia's code, "None" may be an answer.
    frame = pd.read_csv(
        _TABLES / f"{name}.csv",
        dtype=kinds,
        parse_dates=dates,
        date_format="%Y-%m-%d",
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8",
    )
    frame = SyntheticFrame(frame) if record.synthetic else frame
    frame.attrs = {"name": name, "synthetic": record.synthetic}
    return frame
