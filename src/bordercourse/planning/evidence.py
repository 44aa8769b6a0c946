"""Evidence for a plan: rows of the course's own tables, each with the caution of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

from bordercourse import datasets
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language
from bordercourse.inputs import Text, Whole, checked

__all__ = ["Evidence", "evidence_of", "evidence_tables", "indicator_words", "indicators", "target_of"]

_MOST_ROWS = 200  # a longer table is no list to choose from
_WORDINGS = "sdg_wording"


@dataclass(frozen=True)
class Evidence:
    """A row of a table of the course. Its caution and source come from the table's record, always.

    Parameters
    ----------
    table : str
        The data set.
    row : int
        The row, from 0.
    """

    table: str
    row: int

    @cached_property
    def words(self) -> str:
        """The row as a sentence: each heading with its value."""
        table = datasets.load(self.table)
        twice = {"iso3"}  # the country's name stands beside it
        if "wording" in table:
            twice.add("value")  # the source's own words say it
        columns = [name for name in table.columns if name not in twice]
        shown = datasets.readable(table.iloc[[self.row]], columns, name=self.table).iloc[0]
        return "; ".join(f"{heading}: {value}" for heading, value in shown.items() if str(value).strip())

    @property
    def title(self) -> str:
        """The title of the table."""
        return datasets.describe(self.table).title

    @property
    def caution(self) -> str:
        """What the table must not be used for."""
        return datasets.describe(self.table).caution

    @property
    def source(self) -> str:
        """Publishers, titles and years."""
        known = datasets.describe(self.table).sources
        return "; ".join(f"{one.publisher}, {one.title} ({one.year})" for one in known)


def evidence_tables() -> Mapping[str, str]:
    """Return the tables from which evidence may be chosen, by name, with their titles.

    Invented tables are left out, and those too long to choose from.

    Examples
    --------
    >>> "identity_gender_gap" in evidence_tables(), "utopia_border_log" in evidence_tables()
    (True, False)
    """
    return _tables(language())


@cache
def _tables(language: str) -> Mapping[str, str]:
    """Looked through once in each language."""
    records = {name: datasets.describe(name) for name in datasets.names() if name != _WORDINGS}
    return MappingProxyType(
        {
            name: record.title
            for name, record in records.items()
            if not record.synthetic and len(datasets.load(name)) <= _MOST_ROWS
        }
    )


@checked(table=Text(), row=Whole(low=0))
def evidence_of(table: str, row: int) -> Evidence:
    """Return a row of a table as evidence.

    Parameters
    ----------
    table : str
        One of `evidence_tables`.
    row : int
        The row, from 0.

    Raises
    ------
    InputError
        If the table is invented or not known, or has no such row.

    Examples
    --------
    >>> evidence_of("identity_gender_gap", 0).words.rpartition("; ")[2]
    'Wording: close to 45 percent of women'
    """
    if table not in evidence_tables():
        raise InputError(
            repr(table),
            _("this table is no evidence."),
            _("Choose one of evidence_tables(): published, and short."),
        )
    rows = len(datasets.load(table))
    if row >= rows:
        raise InputError(
            "row", _("{table} has no row {row}.").format(table=table, row=row), _("Count rows from 0.")
        )
    return Evidence(table, row)


def indicators() -> dict[str, str]:
    """Return the indicators of the table ``sdg_wording``, by number, in the words of the United Nations.

    Examples
    --------
    >>> indicators()["5.5.2"]
    'Proportion of women in managerial positions'
    """
    return _wordings("indicator")


@checked(code=Text(empty=True))
def indicator_words(code: str) -> tuple[str, str]:
    """Return the wording of an indicator, and what it leaves out; two empty texts where it is not known.

    Parameters
    ----------
    code : str
        Such as ``"16.9.1"``.

    Examples
    --------
    >>> indicator_words("5.5.2")[1]
    'What women in these posts may decide, and the women at the counter.'
    """
    table = datasets.load(_WORDINGS)
    found = table[(table["kind"] == "indicator") & (table["code"] == code)]
    return (found.iloc[0]["wording"], found.iloc[0]["leaves_out"]) if len(found) else ("", "")


@checked(code=Text(empty=True))
def target_of(code: str) -> str:
    """Return number and wording of the target that an indicator belongs to; empty where the table lacks it.

    Parameters
    ----------
    code : str
        Such as ``"16.9.1"``.

    Examples
    --------
    >>> target_of("16.9.1")
    '16.9 By 2030, provide legal identity for all, including birth registration'
    """
    number = code.rpartition(".")[0]
    wording = _wordings("target").get(number)
    return f"{number} {wording}" if wording else ""


def _wordings(kind: str) -> dict[str, str]:
    table = datasets.load(_WORDINGS)
    rows = table[table["kind"] == kind]
    return dict(zip(rows["code"], rows["wording"], strict=True))
