"""One record (TOML) and one table (CSV) a data set, side by side in ``tables/``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Column", "Record", "Source", "SyntheticFrame", "describe", "load", "names"]

_TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Source:
    """Where a table's figures were published."""

    publisher: str
    title: str
    year: str
    address: str
    reference_date: str


@dataclass(frozen=True)
class Column:
    """What a column means; `kind` is text, integer, number, boolean or date."""

    name: str
    kind: str
    meaning: str
    unit: str = ""
    codes: Mapping[str, str] | None = None
    missing: str = ""

    @property
    def explained(self) -> str:
        """The meaning, what each code stands for, and what an empty field says."""
        text = self.meaning
        told = [f"{code} = {word}" if code != word else code for code, word in (self.codes or {}).items()]
        if told:
            text += f" ({'; '.join(told)})"
        if self.missing:
            text += ". " + _("Empty: {what}").format(what=self.missing)
        return text


@dataclass(frozen=True)
class Record:
    """All that a reader must know before using a table. It prints well and shows as HTML."""

    name: str
    title: str
    description: str
    caution: str
    licence: str
    synthetic: bool
    sources: tuple[Source, ...]
    columns: tuple[Column, ...]

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
        lines += ["", f"{_('Licence')}: {self.licence}", f"{_('Caution')}: {self.caution}"]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'><code>{escape(c.name)}</code></td>"
            f"<td style='text-align:left'>{escape(c.explained)}</td>"
            f"<td style='text-align:left'>{escape(c.unit)}</td></tr>"
            for c in self.columns
        )
        sources = "".join(
            f"<li>{escape(s.publisher)}, <i>{escape(s.title)}</i> ({escape(s.year)}). "
            f"{escape(s.address)}</li>"
            for s in self.sources
        )
        synthetic = f"<p><b>{_('SYNTHETIC: no row is a real person.')}</b></p>" if self.synthetic else ""
        return (
            f"<h4>{escape(self.title)}</h4>{synthetic}<p>{escape(self.description)}</p>"
            f"<table><thead><tr><th>{_('Column')}</th><th>{_('Meaning')}</th><th>{_('Unit')}</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p><b>{_('Sources')}</b></p><ul>{sources}</ul>"
            f"<p><b>{_('Licence')}:</b> {escape(self.licence)}</p>"
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
        table = super()._repr_html_()  # type: ignore[misc]
        return f"<p><i>{_('Synthetic data: no row is a real person.')}</i></p>{table}"


@cache
def _records() -> dict[str, Record]:
    return {path.stem: _read(path) for path in sorted(_TABLES.glob("*.toml"))}


def _read(path: Path) -> Record:
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Record(
        name=path.stem,
        title=raw["title"],
        description=raw["description"],
        caution=raw["caution"],
        licence=raw["licence"],
        synthetic=raw["synthetic"],
        sources=tuple(Source(**source) for source in raw["sources"]),
        columns=tuple(Column(**column) for column in raw["columns"]),
    )


def names() -> list[str]:
    """Return the names of all data sets, sorted.

    Examples
    --------
    >>> "people_without_proof_of_identity" in names()
    True
    """
    return list(_records())


def describe(name: str) -> Record:
    """Return the record of a data set: meaning, units, sources, licence and caution.

    Raises
    ------
    InputError
        If there is no data set of that name.
    """
    try:
        return _records()[name]
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
    frame.attrs = {"name": name, "synthetic": record.synthetic}
    return SyntheticFrame(frame) if record.synthetic else frame
