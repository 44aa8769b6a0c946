"""When something was handed in, as far as that is sure.

nbgrader leaves a time with its zone in ``timestamp.txt``. It reads a zone of which it knows no name as if
it were not there, and ``+07`` as seconds. Two times are compared only where both are sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bordercourse.files import read_plain

__all__ = ["TIMESTAMP", "StatedTime", "read_time", "stated_time"]

TIMESTAMP = "timestamp.txt"
_ANY_ZONE = timedelta(hours=26)  # between the first place of the earth to see a day, and the last


@dataclass(frozen=True)
class StatedTime:
    """A time of handing in.

    Parameters
    ----------
    at : datetime or None
        The time, in UTC; None where nothing is known.
    off : timedelta
        How far off it may be.
    """

    at: datetime | None
    off: timedelta = timedelta()

    @property
    def sure(self) -> datetime | None:
        """The time, where it is sure."""
        return None if self.off else self.at


def stated_time(folder: Path) -> StatedTime:
    """Return when a submission was handed in, as its time stamp says.

    Parameters
    ----------
    folder : path
        The submission.
    """
    try:
        return read_time(read_plain(folder / TIMESTAMP, 200).decode("ascii"))
    except (OSError, ValueError):
        return StatedTime(None)


def read_time(text: str) -> StatedTime:
    """Return the time that a text states.

    Parameters
    ----------
    text : str
        What nbgrader, or a person, wrote.

    Examples
    --------
    >>> print(read_time("2026-11-02 09:00:00.000000 +07").sure)
    2026-11-02 02:00:00+00:00
    >>> print(read_time("2026-11-02 09:00:00 WIB").sure)  # the name of a zone may mean several
    None
    """
    region = re.fullmatch(r"(.+\d)\s+([A-Za-z_]+(?:/[A-Za-z_+-]+)+)", text.strip())
    if region is not None:
        return _time_in(region[1], region[2])
    text = re.sub(r"\s*(UTC|GMT|Z)$", "+00:00", text.strip())
    text = re.sub(r"(:\d\d(?:\.\d+)?)\s+([+-]\d\d(?::?\d\d)?)$", r"\1\2", text)
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return StatedTime(time.astimezone(UTC))
        return StatedTime(time.replace(tzinfo=UTC), _ANY_ZONE)
    except (ValueError, OverflowError):
        return _time_without_zone(text)


def _time_in(text: str, region: str) -> StatedTime:
    """Return a time by the clocks of a region such as ``Asia/Bangkok``, whose zone everybody knows."""
    try:
        time = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(region))
        first, second = (time.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError):
        return _time_without_zone(text)
    return StatedTime(first, abs(second - first))  # clocks that were put back show an hour twice


def _time_without_zone(text: str) -> StatedTime:
    """Return a time in another form; what it says of a zone is not looked up, for it may name any file."""
    from dateutil.parser import parse  # type: ignore[import-untyped]

    try:
        time = parse(text, ignoretz=True)
    except (ValueError, TypeError, OverflowError, AttributeError):
        return StatedTime(None)
    return StatedTime(time.replace(tzinfo=UTC), _ANY_ZONE)
