"""Further fields to compare: addresses, postcodes, identity numbers, and comparisons of Splink's own."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.letters import level_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = [
    "KINDS",
    "agree_on",
    "blocking_by",
    "check_rule",
    "columns_to_read",
    "field_comparison",
    "labels_of",
    "plain_code",
    "plain_text",
]

KINDS = ("text", "code")


@functools.lru_cache(maxsize=50_000)
def plain_text(text: str) -> str:
    """Return an address or another text in small Latin letters and digits, so that two scripts can meet.

    Parameters
    ----------
    text : str
        As written.

    Returns
    -------
    str
        Letters a to z, digits and single spaces.

    Examples
    --------
    >>> plain_text("12/4  Đường Lê-Lợi"), plain_text("១២ ផ្លូវ")
    ('12 4 duong le loi', '12 phlouv')
    """
    from anyascii import anyascii

    return " ".join(re.sub("[^a-z0-9]", " ", anyascii(level_letters(text)).lower()).split())


def plain_code(text: str) -> str:
    """Return a postcode or a number of identity as letters and digits only.

    Parameters
    ----------
    text : str
        As written.

    Returns
    -------
    str
        Letters A to Z and digits.

    Examples
    --------
    >>> plain_code("p 012-345 / x"), plain_code("๑๐๒๐๐")
    ('P012345X', '10200')
    """
    return plain_text(text).replace(" ", "").upper()


def field_comparison(column: str, kind: str) -> Any:
    """Return a Splink comparison of one further field.

    Parameters
    ----------
    column : str
        A column that `bordercourse.identity.prepare` carried along.
    kind : {"text", "code"}
        A text may be nearly the same (Jaro-Winkler 0.92 and 0.8); a code may have one or two wrong
        characters. Values that many share weigh less.

    Returns
    -------
    splink.comparison_library.CustomComparison
        For any Splink backend.
    """
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    def labelled(level: Any, label: str) -> Any:
        return level.configure(label_for_charts=label)

    same = cll.ExactMatchLevel(column, term_frequency_adjustments=True)
    levels = [labelled(cll.NullLevel(column), _("missing in one of them")), labelled(same, _("the same"))]
    if kind == "text":
        levels += [
            labelled(cll.JaroWinklerLevel(column, 0.92), _("nearly the same")),
            labelled(cll.JaroWinklerLevel(column, 0.8), _("alike")),
        ]
    else:
        levels += [
            labelled(cll.LevenshteinLevel(column, 1), _("one character differs")),
            labelled(cll.LevenshteinLevel(column, 2), _("two characters differ")),
        ]
    return cl.CustomComparison([*levels, labelled(cll.ElseLevel(), _("different"))], column)


def columns_to_read(extra: Mapping[str, Any], known: Iterable[str]) -> dict[str, str]:
    """Return the columns that further comparisons need, with how each is read.

    Parameters
    ----------
    extra : mapping
        As `bordercourse.identity.link` takes it: a column with its kind, or a name with a comparison of
        Splink's own.
    known : iterable of str
        Columns that every prepared record has.

    Returns
    -------
    dict of str to str
        "text", "code" or "as_written".

    Raises
    ------
    InputError
        If a value is neither a kind nor a comparison, a column is compared already, or a name does not fit
        into SQL.
    """
    if not isinstance(extra, Mapping):
        raise InputError("extra", repr(extra), _('Give each field with its kind: {"postcode": "code"}.'))
    known = {column.casefold() for column in known}
    columns: dict[str, str] = {}
    compared = {"given", "family", "mother", "birth_date", "sex", "place_of_birth"}
    for name, how in extra.items():
        if isinstance(how, str) and how in KINDS:
            used, output = {name: how}, str(name)
        elif hasattr(how, "get_comparison"):
            comparison = how.get_comparison("duckdb")
            names = [column.unquote().name for column in comparison._input_columns_used_by_case_statement]
            used = {name: "as_written" for name in names if name.casefold() not in known}
            output = comparison.output_column_name
        else:
            raise InputError(
                f"extra[{name!r}]",
                _("{how} is no way to compare.").format(how=repr(how)),
                _('Give "text", "code", or a comparison of splink.comparison_library.'),
            )
        if output.casefold() in compared | (known if isinstance(how, str) else set()):
            raise InputError(
                f"extra[{name!r}]",
                _("the field {output} is compared already.").format(output=repr(output)),
                _("Leave it out of extra, or compare a column of another name."),
            )
        compared.add(output.casefold())
        odd = next((column for column in used if not _fits_sql(column)), None)
        if odd is not None:
            raise InputError(
                f"extra[{name!r}]",
                _("the column {column} has a name that a database does not take.").format(column=repr(odd)),
                _("Rename it: letters a to z, digits and _ only, a letter first, and no word of SQL."),
            )
        columns |= used
    return columns


def _fits_sql(column: str) -> bool:
    plain = re.fullmatch(r"[A-Za-z]\w*", column, re.ASCII)
    return bool(plain) and column.casefold() not in _sql_words()


@functools.cache
def _sql_words() -> frozenset[str]:
    import duckdb

    with duckdb.connect() as database:
        rows = database.execute(
            "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"
        )
        return frozenset(name for (name,) in rows.fetchall())


def labels_of(extra: Mapping[str, Any]) -> dict[str, str]:
    """Return what an explanation calls each further field, by the name that Splink gives it.

    Parameters
    ----------
    extra : mapping
        As `columns_to_read` took it.

    Returns
    -------
    dict of str to str
        Splink's name of the comparison, and the caller's.
    """
    return {
        name if isinstance(how, str) else how.get_comparison("duckdb").output_column_name: str(name)
        for name, how in extra.items()
    }


def blocking_by(extra: Mapping[str, Any], frames: Sequence[pd.DataFrame]) -> list[str]:
    """Return rules that bring pairs together on further fields, where they tell people apart.

    Parameters
    ----------
    extra : mapping
        As `bordercourse.identity.link` takes it; only columns with a kind are used.
    frames : sequence of DataFrame
        Prepared records.

    Returns
    -------
    list of str
        SQL. A field that few records share (five on average) is a rule by itself. One that is shared by
        up to a fiftieth of a file is a rule with the given name and one with the family name.
    """
    rules = []
    for column in (name for name, how in extra.items() if isinstance(how, str)):
        sharing = max(len(frame) / max(frame[column].nunique(), 1) for frame in frames)
        if sharing <= 5:
            rules.append(agree_on(column))
        elif sharing <= min(map(len, frames)) / 50:
            rules += [agree_on(["given_key", column]), agree_on(["family_key", column])]
    return rules


def agree_on(rule: Any) -> Any:
    """Return a rule that brings pairs together, as Splink takes it.

    Parameters
    ----------
    rule : str, sequence of str, or splink blocking rule
        Columns of the prepared records that must agree, or a rule of Splink's own (SQL with l. and r.).

    Returns
    -------
    str or splink blocking rule
        SQL, or the rule as given.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> agree_on(["given_key", "postcode"])
    'l.given_key = r.given_key and l.postcode = r.postcode'
    >>> agree_on("l.birth_year = r.birth_year")
    'l.birth_year = r.birth_year'
    """
    if hasattr(rule, "get_blocking_rule") or (isinstance(rule, str) and re.search(r"[=<>( ]", rule)):
        return rule
    columns = [rule] if isinstance(rule, str) else list(rule) if isinstance(rule, Iterable) else []
    if not columns or not all(isinstance(column, str) for column in columns):
        raise InputError(
            "rule", _("{rule} is no rule.").format(rule=repr(rule)), _("Name the columns that must agree.")
        )
    odd = next((column for column in columns if not _fits_sql(column)), None)
    if odd is not None:
        raise InputError(
            "rule",
            _("{column} is no column.").format(column=repr(odd)),
            _("Name the columns that must agree."),
        )
    return " and ".join(f"l.{column} = r.{column}" for column in columns)  # no quotes: dialects differ


def check_rule(rule: Any, frames: Sequence[pd.DataFrame]) -> Any:
    """Return a rule as `agree_on` does, tried once on the records without reading them.

    Parameters
    ----------
    rule : str, sequence of str, or splink blocking rule
        As `agree_on` takes it.
    frames : sequence of DataFrame
        One or two files of prepared records.

    Returns
    -------
    str or splink blocking rule
        The rule.

    Raises
    ------
    InputError
        If a column is missing or the SQL cannot be read, with the reason that the database gives.
    """
    import duckdb

    sql = agree_on(rule)
    where = sql if isinstance(sql, str) else sql.get_blocking_rule("duckdb").blocking_rule_sql
    with duckdb.connect() as database:
        for name, frame in (("left_file", frames[0]), ("right_file", frames[-1])):
            database.register(name, frame)
        try:
            database.execute(f"select 1 from left_file l, right_file r where {where} limit 0")
        except duckdb.Error as error:
            raise InputError(
                f"rule {where!r}",
                str(error).splitlines()[0] + ".",
                _("Use columns that prepare makes; write l. for the left record and r. for the right one."),
            ) from None
    return sql
