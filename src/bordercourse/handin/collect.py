"""``bordercourse collect FOLDER``: file hand-ins where nbgrader looks for submissions, on any system."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bordercourse import __version__
from bordercourse.desk.places import default_workspace
from bordercourse.errors import InputError
from bordercourse.files import printable, why_not_written
from bordercourse.grading.record.release import exercises_in
from bordercourse.handin.filing import file_parcel
from bordercourse.handin.folder import PARCEL, WORK, things
from bordercourse.handin.owners import People
from bordercourse.handin.parcel import Parcel, ParcelError, read_parcel
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["Collected", "collect", "main"]

KINDS = ("filed", "known", "older", "apart", "refused", "left")


@dataclass(frozen=True)
class Collected:
    """What became of one thing in the folder.

    Parameters
    ----------
    path : path
        Where it lies.
    kind : str
        filed; known (filed before); older (a newer one is filed); apart (kept, but a person must look);
        refused (not filed, and a person must look); left (nothing to collect in it).
    text : str
        The same for a person, with what to do.
    """

    path: Path
    kind: str
    text: str


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse collect``; return 1 if a person must look at something."""
    options = _parser().parse_args(argv)
    course = options.course or default_workspace() / "course"
    if not (course / "source").is_dir():
        raise InputError(
            "--course",
            _("{path} is no nbgrader course.").format(path=course),
            _("Run `bordercourse start` once in a checkout, or name the course's folder."),
        )
    counts = dict.fromkeys(KINDS, 0)
    for one in collect(options.folder, course, exercises_in(course / "source"), roster=options.roster):
        counts[one.kind] += 1
        _say(f"{printable(_place(one.path, options.folder))}: {one.text}")
    _say(_sum(counts))
    return 1 if counts["refused"] or counts["apart"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse collect",
        description=_("File the hand-ins of a folder for grading, and say what became of each thing in it."),
        epilog=_("Exit status: 0 all is filed, 1 a person must look at something, 2 nothing was started."),
    )
    parser.add_argument("folder", type=Path, help=_("where the hand-in files lie; folders inside count"))
    parser.add_argument("--course", type=Path, metavar="DIR", help=_("the nbgrader course to file them in"))
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help=_("who is in the class: a CSV file with id and name (default: roster.csv in the course)"),
    )
    return parser


def _place(path: Path, folder: Path) -> str:
    return path.name if path == folder else path.relative_to(folder).as_posix()


def _say(line: str) -> None:
    """Print a line; a reader who went away, or a full disk behind the output, does not stop the filing."""
    try:
        print(line, flush=True)
    except OSError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sum(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    if not total:
        return _("The folder is empty.")
    text = ngettext("{n} thing", "{n} things", total).format(n=total)
    parts = _(
        "filed {filed}, filed before {known}, older than what is filed {older}, kept apart {apart}, "
        "not filed {refused}, nothing to file {left}."
    )
    return f"{text}: {parts.format(**counts)}"


def collect(
    folder: Path,
    course: Path,
    modules: Collection[str],
    *,
    roster: Path | None = None,
    now: datetime | None = None,
) -> Iterator[Collected]:
    """File every hand-in of `folder`, and yield what became of each thing in it.

    The newest hand-in of a participant stands in ``submitted/<participant>/<module>``; the others are
    kept under ``earlier``. A hand-in is filed whole or not at all, and one that cannot be filed does
    not stop the next.

    Parameters
    ----------
    folder : path
        Where the files lie, or one file.
    course : path
        The nbgrader course.
    modules : collection of str
        The exercises that may be handed in.
    roster : path, optional
        Who is in the class; ``roster.csv`` of the course, else the gradebook's students, where left out.
    now : datetime, optional
        The time of collection; the clock's where left out.

    Raises
    ------
    InputError
        If `folder` is not there, or the roster cannot be read.
    """
    if not folder.exists():
        raise InputError(str(folder), _("it is not there."), _("Name the folder with the hand-in files."))
    people = People.of(course, roster)
    when = now or datetime.now(UTC)
    for thing in things(folder, course):
        if thing.kind != PARCEL:
            yield Collected(thing.path, "refused" if thing.kind == WORK else "left", thing.note)
            continue
        try:
            kind, text = _collect_one(read_parcel(thing.path), people, course, modules, when)
        except ParcelError as error:
            kind, text = "refused", _("not filed: {why}. {do}").format(why=error, do=error.do)
        except OSError as error:
            problem, do = why_not_written(error)
            kind, text = (
                "refused",
                _("not filed, since in the course {why} {do} Then collect again.").format(why=problem, do=do),
            )
        yield Collected(thing.path, kind, text)


def _collect_one(
    parcel: Parcel, people: People, course: Path, modules: Collection[str], now: datetime
) -> tuple[str, str]:
    if parcel.module not in modules:
        raise ParcelError(
            _("this course has no exercise {name}").format(name=parcel.module),
            _("Look whether it belongs to another course, or update this one."),
        )
    whose = people.whose(parcel)
    people.keep(whose.id, parcel.name)
    filed = file_parcel(parcel, whose.id, course, now)
    kind = "apart" if whose.apart and filed.kind == "filed" else filed.kind
    heads = {
        "filed": _("filed"),
        "known": _("filed before"),
        "older": _("a newer one is filed"),
        "apart": _("filed apart") if whose.apart else _("kept apart"),
    }
    known = people.name_of(whose.id)
    who = whose.id if known in ("", whose.id) else f"{whose.id}, {printable(known)}"
    parts = [f"{who}, {parcel.module}, {parcel.time:%Y-%m-%d %H:%M} UTC", whose.note, filed.note]
    if parcel.version != __version__:
        parts.append(
            _("made with version {theirs} of the course, this is {ours}").format(
                theirs=parcel.version or _("unknown"), ours=__version__
            )
        )
    text = f"{heads[kind]} ({'; '.join(part for part in parts if part)})."
    if kind == "apart":
        text += " " + _what_to_do(parcel, whose.apart)
    return kind, text


def _what_to_do(parcel: Parcel, by_name: bool) -> str:
    if not by_name:
        return _("Look at both. The one that counts must lie in submitted.")
    return _(
        "If it is the same person, write one line with identifier and name into roster.csv, and collect "
        "again; else give both an identifier there. {name} is the name that was typed."
    ).format(name=parcel.name or parcel.participant)
