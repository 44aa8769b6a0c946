"""Put a hand-in where nbgrader looks for submissions: whole or not at all, and never over another one.

The newest of a participant stands in ``submitted/<participant>/<module>``; the others are kept under
``earlier/<participant>/<module>/<time>``. Which one is newer is told by their times where both are
sure: a clock that was never set, or a time without its zone, decides nothing.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bordercourse.files import put_in_place, read_plain
from bordercourse.grading.intake.times import TIMESTAMP, stated_time
from bordercourse.handin.parcel import LARGEST, Parcel
from bordercourse.i18n import gettext as _

__all__ = ["Filed", "file_parcel"]

_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)  # no hand-in is older than the course
_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Filed:
    """What became of a parcel: `kind` is filed, known, older or apart; `note` says what else there is."""

    kind: str
    note: str = ""


def file_parcel(parcel: Parcel, participant: str, course: Path, now: datetime) -> Filed:
    """File a hand-in under an identifier, and return what became of it.

    Parameters
    ----------
    parcel : Parcel
        The hand-in.
    participant : str
        Under whose identifier.
    course : path
        The nbgrader course.
    now : datetime
        The time of collection, in UTC.

    Raises
    ------
    OSError
        If it cannot be written. What was filed before then stands as it stood.
    """
    place = course / "submitted" / participant / parcel.module
    earlier = course / "earlier" / participant / parcel.module
    sure = now < _BEGIN or _BEGIN <= parcel.time <= now + _AHEAD
    if not os.path.lexists(place):
        _put(parcel, place, course, parcel.time if sure else now)
        return Filed("filed", "" if sure else _wrong_clock(parcel))
    if _same(parcel.files, place) or _kept(parcel, earlier):
        return Filed("known")
    here = stated_time(place)
    if not sure:
        kept = _keep_aside(parcel, earlier, course)
        return Filed("apart", _("{clock}; kept as {place}").format(clock=_wrong_clock(parcel), place=kept))
    if here.at is not None and parcel.time - here.at < -here.off:
        return Filed("older", _("kept as {place}").format(place=_keep_aside(parcel, earlier, course)))
    if here.at == parcel.time:
        kept = _keep_aside(parcel, earlier, course)
        return Filed("apart", _("another one of the same time is filed; kept as {place}").format(place=kept))
    doubt = here.at is None or parcel.time - here.at <= here.off
    aside = _free(earlier / (_folder_name(here.at) if here.at else "without-a-time"))
    _put(parcel, place, course, parcel.time, aside)
    note = _("in the place of an earlier one, kept as {place}")
    if doubt:
        note = _("in the place of one whose time is not sure, kept as {place}")
    return Filed("filed", note.format(place=aside.relative_to(course).as_posix()))


def _wrong_clock(parcel: Parcel) -> str:
    return _("the clock of that computer was wrong ({time:%Y-%m-%d})").format(time=parcel.time)


def _same(files: Mapping[str, bytes], place: Path) -> bool:
    """Whether a folder holds these very files; its time and what lies beside do not count."""
    for name in ("answers.json", *files):
        try:
            here: bytes | None = read_plain(place / name, LARGEST[Path(name).suffix])
        except OSError:
            here = None
        if here != files.get(name):
            return False
    return True


def _kept(parcel: Parcel, earlier: Path) -> bool:
    try:
        folders = sorted(earlier.iterdir())
    except OSError:
        return False
    return any(_same(parcel.files, one) and stated_time(one).at == parcel.time for one in folders)


def _keep_aside(parcel: Parcel, earlier: Path, course: Path) -> str:
    aside = _free(earlier / _folder_name(parcel.time))
    _put(parcel, aside, course, parcel.time)
    return aside.relative_to(course).as_posix()


def _free(folder: Path) -> Path:
    n, free = 2, folder
    while os.path.lexists(free):
        free, n = folder.with_name(f"{folder.name}+{n}"), n + 1
    return free


def _put(parcel: Parcel, place: Path, course: Path, time: datetime, aside: Path | None = None) -> None:
    """Write the files beside; then move what is there to `aside`, and the finished folder into its place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course, prefix=".collect-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch) / parcel.module
        folder.mkdir()
        stamp = f"{time.strftime('%Y-%m-%d %H:%M:%S.%f')} UTC"  # as nbgrader's own collect leaves it
        for name, content in {**parcel.files, TIMESTAMP: stamp.encode()}.items():
            with (folder / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if aside is not None:
            aside.parent.mkdir(parents=True, exist_ok=True)
            put_in_place(place, aside)
        try:
            put_in_place(folder, place)
        except OSError:
            if aside is not None:
                with contextlib.suppress(OSError):
                    put_in_place(aside, place)
            raise


def _folder_name(time: datetime) -> str:
    return f"{time:%Y%m%dT%H%M%S.%fZ}"
