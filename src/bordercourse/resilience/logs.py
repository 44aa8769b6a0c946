"""Read the log of a border system: lines of RFC 5424, or one JSON object a line; what cannot be read is told.

No parser that is kept up fits: the one for RFC 5424 alone was last released in 2019 and breaks another
package of the course, so the grammar of section 6 stands here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Input, Several, Text, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["LogReading", "read_logs"]

HEADER = ("time", "local_time", "facility", "severity", "host", "app", "process", "event", "message")
_LONGEST = 65_536  # characters in a line
_KINDS = 100  # names of parameters in one log

# RFC 5424 section 6: a visible character of ASCII; a name in structured data leaves out = ] and ".
_NAME = r"[!#-<>-\\^-~]{1,32}"
_HEAD = re.compile(
    r"<(?P<priority>0|[1-9]\d{0,2})>(?P<version>[1-9]\d{0,2}) (?P<time>\S{1,40}) (?P<host>[!-~]{1,255}) "
    r"(?P<app>[!-~]{1,48}) (?P<process>[!-~]{1,128}) (?P<event>[!-~]{1,32}) ",
    re.ASCII,
)
_STAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_ELEMENT = re.compile(rf"\[(?P<id>{_NAME})")
_PARAMETER = re.compile(rf' (?P<name>{_NAME})="(?P<value>(?:[^"\\\]]|\\["\\\]]|\\(?!["\\\]]))*)"')
_ESCAPED = re.compile(r'\\(["\\\]])')


class LogLines(Input):
    """A text of several lines, or several lines."""

    def read(self, value: Any, name: str) -> tuple[str, ...]:
        """Return the lines."""
        if isinstance(value, str):
            value = value.split("\n")
        return tuple(line.rstrip("\r\n") for line in Several(Text(empty=True)).read(value, name))


@dataclass(frozen=True, repr=False)
class LogReading(Result):
    """A log as a table, and the lines that could not be read.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a line that was read, in order of time: line, time (UTC), local_time (the clock of the host),
        facility, severity, host, app, process, event, message, and a column for each parameter.
    refused : pandas.DataFrame
        line, why.
    """

    table: pd.DataFrame
    refused: pd.DataFrame

    def sentence(self) -> str:
        """Return how much was read, in one line."""
        return _("{n:,} lines read, {r:,} could not be read").format(n=len(self.table), r=len(self.refused))

    def shown_table(self) -> pd.DataFrame:
        """Return the first lines that were read."""
        return self.table.head(10)

    def of(self, event: str, *columns: str) -> pd.DataFrame:
        """Return the rows of one kind of event that hold something in each of these columns.

        Parameters
        ----------
        event : str
            The kind (MSGID in RFC 5424).
        *columns : str
            Columns that must be there.
        """
        lacking = [column for column in columns if column not in self.table.columns]
        if lacking:
            return self.table.iloc[:0].reindex(columns=[*self.table.columns, *lacking])
        rows = self.table[self.table["event"] == event]
        return rows.dropna(subset=list(columns))


@checked(lines=LogLines())
def read_logs(lines: str | Sequence[str]) -> LogReading:
    """Read a log. Nothing in a line makes it raise: a line that is damaged or hostile is counted and told.

    A line is one message of RFC 5424, or one JSON object with ``time`` (with its zone) and further texts and
    numbers. A parameter becomes a column of its name; one that is named as a part of the header is written
    with ``param.`` before it.

    *What the result is not.* No proof of what happened: a log holds what a machine wrote, under a name that
    somebody typed, and whoever owns the machine can change it. Keep logs on another machine than the one
    that writes them.

    Parameters
    ----------
    lines : str or sequence of str
        The log.

    Returns
    -------
    LogReading
        The table, and what could not be read.

    Raises
    ------
    InputError
        If `lines` is neither a text nor a list of texts.

    References
    ----------
    R. Gerhards, "The Syslog Protocol", RFC 5424, 2009, sections 6.1 to 6.4; the example is its section 6.5.

    Examples
    --------
    >>> line = ("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - "
    ...         "'su root' failed for lonvick on /dev/pts/8")
    >>> row = read_logs(line).table.iloc[0]
    >>> int(row["facility"]), int(row["severity"]), row["event"]
    (4, 2, 'ID47')
    """
    rows, refused, kinds = [], [], set[str]()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _read_line(line)
            if len(kinds | row.keys()) > _KINDS + len(HEADER):
                raise MalformedError(_("The log has more than {n} names of parameters.").format(n=_KINDS))
        except MalformedError as error:
            refused.append((number, str(error)))
            continue
        kinds |= row.keys()
        rows.append({"line": number, **row})
    table = pd.DataFrame(rows, columns=["line", *HEADER, *_others(rows)])
    table["time"] = pd.to_datetime(table["time"], utc=True)
    table["local_time"] = pd.to_datetime(table["local_time"])
    table = table.sort_values(["time", "line"], kind="stable").reset_index(drop=True)
    return LogReading(table, pd.DataFrame(refused, columns=["line", "why"]))


def _others(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [
        name for name in dict.fromkeys(key for row in rows for key in row) if name not in (*HEADER, "line")
    ]


def _read_line(line: str) -> dict[str, Any]:
    if len(line) > _LONGEST:
        raise MalformedError(_("The line has more than {n:,} characters.").format(n=_LONGEST))
    return _read_json(line) if line.startswith("{") else _read_syslog(line)


def _read_syslog(line: str) -> dict[str, Any]:
    head = _HEAD.match(line)
    if head is None:
        raise MalformedError(_("It does not begin as RFC 5424 says."))
    priority = int(head["priority"])
    if priority > 191:  # section 6.2.1: 24 facilities of 8 severities
        raise MalformedError(_("Its priority is above 191."))
    row: dict[str, Any] = {**_times(head["time"]), "facility": priority // 8, "severity": priority % 8}
    row |= {name: None if head[name] == "-" else head[name] for name in ("host", "app", "process", "event")}
    parameters, rest = _structured(line, head.end())
    if rest and not rest.startswith(" "):
        raise MalformedError(_("Its structured data cannot be read."))
    row["message"] = rest[1:].removeprefix("\ufeff") or None  # section 6.4: a BOM says that it is UTF-8
    return row | parameters


def _structured(line: str, at: int) -> tuple[dict[str, str], str]:
    """Return the parameters of the structured data that begins at `at`, and what follows it."""
    if line.startswith("-", at):
        return {}, line[at + 1 :]
    found: dict[str, str] = {}
    begin = at
    while element := _ELEMENT.match(line, at):
        at = element.end()
        while parameter := _PARAMETER.match(line, at):
            name = parameter["name"]
            name = f"param.{name}" if name in (*HEADER, "line") else name
            if name in found:
                raise MalformedError(_("A parameter stands in it twice."))
            found[name] = _ESCAPED.sub(r"\1", parameter["value"])
            at = parameter.end()
        if not line.startswith("]", at):
            raise MalformedError(_("Its structured data cannot be read."))
        at += 1
    if at == begin:
        raise MalformedError(_("Its structured data cannot be read."))
    return found, line[at:]


def _times(text: str) -> dict[str, Any]:
    if not _STAMP.fullmatch(text):  # a time is needed here, though RFC 5424 lets a sender leave it out
        raise MalformedError(_("It has no time with a zone, such as 2026-03-02T08:00:00+07:00."))
    try:
        local = pd.Timestamp(text)
        return {"time": local.tz_convert("UTC"), "local_time": local.tz_localize(None)}
    except (ValueError, OverflowError):
        raise MalformedError(_("Its time is no time.")) from None


def _read_json(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise MalformedError(_("It is no JSON object.")) from None
    if not isinstance(value, dict) or not isinstance(value.get("time"), str):
        raise MalformedError(_("It has no time with a zone, such as 2026-03-02T08:00:00+07:00."))
    row = _times(value.pop("time"))
    for name, one in value.items():
        if isinstance(one, dict | list):
            problem = _("{name} holds more than a text or a number.").format(name=_whole(name[:32]))
            raise MalformedError(problem)
        key = f"param.{name}" if name in ("line", "local_time") else name
        row[_whole(key)] = one if one is None or name in ("facility", "severity") else _whole(str(one))
    return row


def _whole(text: str) -> str:
    """Return a text that every page can show: halves of characters, which JSON can hold, are replaced."""
    return text.encode("utf-8", "replace").decode()
