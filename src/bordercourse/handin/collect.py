"""``bordercourse collect FOLDER``: file hand-ins where nbgrader looks for submissions, on any system."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bordercourse.desk.places import default_workspace
from bordercourse.errors import InputError
from bordercourse.grading.release import exercises_in
from bordercourse.handin.parcel import Parcel, ParcelError, read_parcel
from bordercourse.i18n import gettext as _

__all__ = ["Outcome", "collect", "main"]

TIMESTAMP = "timestamp.txt"
_MOST_FILES = 5000


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `kind` is filed, known, older or refused; `text` says it to a person."""

    file: Path
    kind: str
    text: str


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse collect``; return 1 if a file was refused."""
    parser = argparse.ArgumentParser(
        prog="bordercourse collect", description=_("File the hand-ins of a folder for grading.")
    )
    parser.add_argument("folder", type=Path, help=_("where the hand-in files lie; folders inside count"))
    parser.add_argument("--course", type=Path, metavar="DIR", help=_("the nbgrader course to file them in"))
    options = parser.parse_args(argv)
    course = options.course or default_workspace() / "course"
    if not (course / "source").is_dir():
        raise InputError(
            "--course",
            _("{path} is no nbgrader course.").format(path=course),
            _("Run `bordercourse start` once in a checkout, or name the course's folder."),
        )
    counts = dict.fromkeys(("filed", "known", "older", "refused"), 0)
    for outcome in collect(options.folder, course, exercises_in(course / "source")):
        counts[outcome.kind] += 1
        print(f"{_printable(outcome.file.name)}: {outcome.text}")
    print(
        _("Filed {filed}, filed before {known}, older than what is filed {older}, refused {refused}.").format(
            **counts
        )
    )
    return 1 if counts["refused"] else 0


def collect(folder: Path, course: Path, modules: Collection[str]) -> Iterator[Outcome]:
    """File every hand-in of `folder`, and yield what became of each.

    The newest hand-in of a participant stands in ``submitted/<participant>/<module>``; older ones
    are kept under ``earlier/<participant>/<module>/<time>``. A file is filed whole or not at all.

    Parameters
    ----------
    folder : path
        Where the files lie.
    course : path
        The nbgrader course.
    modules : collection of str
        The exercises that may be handed in.

    Raises
    ------
    InputError
        If `folder` is no folder.
    """
    if not folder.is_dir():
        raise InputError(str(folder), _("it is no folder."), _("Name the folder with the hand-in files."))
    found = sorted(path for path in folder.rglob("*.zip") if path.is_file() and not path.is_symlink())
    for path in found[:_MOST_FILES]:
        try:
            parcel = read_parcel(path)
            if parcel.module not in modules:
                raise ParcelError(_("this course has no exercise {name}").format(name=parcel.module))
            yield Outcome(path, *_file(parcel, course))
        except ParcelError as error:
            yield Outcome(path, "refused", _("refused: {why}.").format(why=error))
    for path in found[_MOST_FILES:]:
        yield Outcome(path, "refused", _("refused: too many files in one folder."))


def _file(parcel: Parcel, course: Path) -> tuple[str, str]:
    who = f"{parcel.participant}, {parcel.module}, {parcel.time:%Y-%m-%d %H:%M} UTC"
    place = course / "submitted" / parcel.participant / parcel.module
    if parcel.time > datetime.now(UTC) + timedelta(days=1):
        # It would stay the newest for ever: no later hand-in could replace it.
        raise ParcelError(
            _("its time lies in the future ({who}); hand in again with a right clock").format(who=who)
        )
    here = _time_of(place)
    earlier = course / "earlier" / parcel.participant / parcel.module
    if here is not None and parcel.time <= here:
        known = parcel.time == here or (earlier / _folder_name(parcel.time)).is_dir()
        if known:
            return "known", _("filed before ({who}).").format(who=who)
        _put(parcel, earlier / _folder_name(parcel.time), course)
        return "older", _("a newer one is filed; this one is kept aside ({who}).").format(who=who)
    if place.exists():
        aside = earlier / (_folder_name(here) if here else "without-a-time")
        aside.parent.mkdir(parents=True, exist_ok=True)
        n = 2
        while aside.exists():
            aside, n = aside.with_name(f"{aside.name.split('+')[0]}+{n}"), n + 1
        place.rename(aside)
    _put(parcel, place, course)
    return "filed", _("filed ({who}).").format(who=who)


def _put(parcel: Parcel, place: Path, course: Path) -> None:
    """Write the files beside, then move the finished folder into its place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course, prefix=".collect-") as scratch:
        made = Path(scratch) / parcel.module
        made.mkdir()
        for name, content in parcel.files.items():
            (made / name).write_bytes(content)
        stamp = parcel.time.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        (made / TIMESTAMP).write_text(stamp, encoding="utf-8")  # as nbgrader's own collect leaves it
        os.replace(made, place)


def _time_of(place: Path) -> datetime | None:
    from nbgrader.utils import parse_utc

    try:
        time = parse_utc((place / TIMESTAMP).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    return time.replace(tzinfo=UTC) if isinstance(time, datetime) else None


def _folder_name(time: datetime) -> str:
    return f"{time:%Y%m%dT%H%M%S.%fZ}"


def _printable(name: str) -> str:
    return name if name.isprintable() else ascii(name)


if __name__ == "__main__":
    sys.exit(main())
