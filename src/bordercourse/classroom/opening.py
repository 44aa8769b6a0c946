"""A class is opened, closed and removed."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bordercourse.classroom.accounts import LONGEST_ID, end_processes, make_account, remove_account
from bordercourse.classroom.codes import PersonalCodes
from bordercourse.classroom.hub_line import HubLine
from bordercourse.classroom.premises import Premises
from bordercourse.classroom.running import (
    class_python,
    parent_answers,
    start_hub,
    start_parent,
    stop_programs,
)
from bordercourse.classroom.whereabouts import settle_place
from bordercourse.errors import CourseError, InputError
from bordercourse.files import read_json
from bordercourse.handin.roster import read_roster
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Opened",
    "close_class",
    "needs_linux",
    "open_class",
    "read_slips",
    "remove_class",
    "roster_people",
]


@dataclass(frozen=True)
class Opened:
    """What opening a class did.

    Parameters
    ----------
    address : str
        What people type into their browser.
    people, added : int
        How many are in the class, and how many of them are new.
    left : tuple of str
        Whose server is not up; it starts when they come in.
    seconds : float
        How long it took.
    """

    address: str
    people: int
    added: int
    left: tuple[str, ...]
    seconds: float


def needs_linux() -> None:
    """Make sure that this is Linux and that the administrator asks.

    Raises
    ------
    CourseError
        If it is not; it says what to use in place of it.
    """
    if sys.platform != "linux":
        raise CourseError(
            _(
                "A class is served by Linux. On Windows use WSL2, which nobody has tried yet; else let each "
                "person install the course and run `bordercourse start`."
            )
        )
    if os.geteuid() != 0:
        raise CourseError(
            _("A class gives each person an account of this computer. Begin the line with sudo.")
        )


def roster_people(roster: Path) -> dict[str, str]:
    """Return identifier and name of everybody in a roster.

    Raises
    ------
    InputError
        If the roster cannot be read, or an identifier is too long for an account.
    """
    people = {}
    for person in read_roster(roster):
        id = person.id.lower()
        if len(id) > LONGEST_ID or not (id[0].isalnum() and id.replace("-", "").replace("_", "").isalnum()):
            raise InputError(
                roster.name,
                _("{id} cannot be the name of an account.").format(id=repr(person.id)),
                _("Use at most {n} letters, digits, - and _.").format(n=LONGEST_ID),
            )
        people[id] = person.names[0] if person.names else ""
    if not people:
        raise InputError(roster.name, _("it names nobody."), _("Write one line a participant."))
    return people


def open_class(
    premises: Premises,
    people: dict[str, str],
    *,
    title: str = "",
    port: int | None = None,
    bind: str | None = None,
    python: Path | None = None,
    https: bool | None = None,
    certificate: tuple[Path, Path] | None = None,
    languages: Mapping[str, str] | None = None,
) -> Opened:
    """Open a class, or bring an open one to what its roster says now; work and codes stay as they are.

    Parameters
    ----------
    premises : Premises
        The class.
    people : dict of str to str
        Who takes part: names by identifier. Who was there before stays.
    title : str
        What people call the class.
    port : int, optional
        Where browsers find it; as before, or 8000, where left out.
    bind : str, optional
        The only address at which it answers; as before, or all of this machine's, where left out.
    python : path, optional
        The installation that participants use.
    https : bool, optional
        Whether the line is encrypted; as before, or not, where left out.
    certificate : tuple of path, optional
        A certificate and its key, in the place of one that is made here.
    languages : mapping of str to str, optional
        The language of each person who has one; others keep theirs. It counts from the next start of the
        person's server.

    Raises
    ------
    CourseError
        If something is missing or does not start.
    """
    began = time.monotonic()
    python = class_python(python)
    premises.make()
    before = premises.stored()
    known = {**before.get("people", {}), **people}
    address = settle_place(premises, before, port, bind, https=https, certificate=certificate)
    for id in known:
        make_account(id, premises.home(id))
    premises.store(
        {
            **before,
            "people": known,
            "languages": {**before.get("languages", {}), **(languages or {})},
            "title": title or before.get("title") or _("Our class"),
            "address": address,
        }
    )
    added = _give_codes(premises, list(known))
    warm = None if parent_answers(premises) else start_parent(premises, python)
    hub_line = HubLine(premises) if (premises.records / "desk_token").exists() else None
    if hub_line is None or not hub_line.answers():
        start_hub(premises, python)()  # while the parent gets warm
        hub_line = HubLine(premises)
    if warm is not None:
        warm()
    left = hub_line.start_servers(known)
    return Opened(address, len(known), added, tuple(left), time.monotonic() - began)


def _give_codes(premises: Premises, people: Sequence[str]) -> int:
    codes = PersonalCodes(premises.codes)
    new = {id: codes.give(id) for id in codes.without(people)}
    if new:
        write_slips(premises, new)
    return len(new)


def read_slips(premises: Premises) -> dict[str, str]:
    """Return the codes that were not printed yet."""
    try:
        return dict(read_json(premises.slips.read_bytes()))
    except FileNotFoundError:
        return {}


def write_slips(premises: Premises, new: dict[str, str]) -> None:
    """Keep new codes until they are printed."""
    premises.keep(premises.slips.name, json.dumps({**read_slips(premises), **new}))


def close_class(premises: Premises, archive: Path | None = None) -> None:
    """End everything that runs for a class, and its codes; homes stay, and go into `archive` too.

    Raises
    ------
    OSError
        If the archive cannot be written. Everything is ended by then.
    """
    stop_programs(premises)
    people = list(premises.people())
    end_processes(people)
    for path in (premises.codes, premises.slips, premises.sheet):
        path.unlink(missing_ok=True)
    if archive is not None:
        beside = archive.with_name(f".{archive.name}.part")
        with tarfile.open(beside, "w:gz") as whole:
            for id in people:
                # Nobody runs anything there any more, and links are kept as links.
                if premises.workspace(id).exists():
                    whole.add(premises.workspace(id), arcname=id, filter=_kept)
        beside.chmod(0o600)
        beside.replace(archive)


def _kept(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    hidden = any(part.startswith(".") for part in Path(entry.name).parts)
    return entry if (entry.isfile() or entry.isdir() or entry.issym()) and not hidden else None


def remove_class(premises: Premises) -> int:
    """Remove a class with its accounts, homes and records; return how many people it had."""
    people = list(premises.people())
    close_class(premises)
    for id in people:
        remove_account(id, premises.home(id))
    for folder in (premises.door.parent, premises.homes, premises.records):
        shutil.rmtree(folder, ignore_errors=True)
    return len(people)
