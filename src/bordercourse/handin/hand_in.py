"""``bordercourse hand-in MODULE``: one file to give to the instructor, on any system."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bordercourse.desk.places import default_workspace
from bordercourse.errors import InputError
from bordercourse.files import write_whole
from bordercourse.handin.identifiers import full_name
from bordercourse.handin.packing import deliver, pack
from bordercourse.i18n import gettext as _

__all__ = ["hand_in", "last_name", "main", "remember_name"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse hand-in``; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="bordercourse hand-in", description=_("Put an exercise and its answers into one file.")
    )
    parser.add_argument("module", help=_("the exercise, such as 00-welcome, or its number"))
    parser.add_argument(
        "--name", metavar="NAME", help=_("your name or identifier, as your instructor gave it")
    )
    parser.add_argument("--workspace", type=Path, metavar="DIR", help=_("where your exercises lie"))
    options = parser.parse_args(argv)
    workspace = options.workspace or default_workspace()
    name = _asked_name(options.name)
    packed = pack(options.module, name, workspace)
    before = last_name(workspace)
    path = deliver(packed.parcel, workspace)
    remember_name(workspace, name)
    parcel = packed.parcel
    print(_("You hand in {module} as {name}.").format(module=parcel.module, name=parcel.participant))
    if before not in (None, parcel.name):
        print(_("The last file from here was for {name}. Is the new name right?").format(name=before))
    for note in packed.notes:
        print(note)
    print(_("Your hand-in is ready: {path}").format(path=path))
    print(_("Give this one file to your instructor, on a stick, a share or by mail."))
    return 0


def _asked_name(given: str | None) -> str:
    """Return the name as given or as typed now; never that of the last person at this computer."""
    if given is None and sys.stdin is not None and sys.stdin.isatty():
        with contextlib.suppress(EOFError):
            given = input(_("Your name, as your instructor gave it: "))
    name = full_name(given or "")
    if not name:
        raise InputError("--name", _("it is missing."), _("Add --name and your name or identifier."))
    return name


def _memory(workspace: Path) -> Path:
    return workspace / ".lab" / "participant.txt"


def last_name(workspace: Path) -> str | None:
    """Return the name of the last hand-in from this workspace, to compare with, never to hand in under."""
    try:
        return full_name(_memory(workspace).read_text(encoding="utf-8")) or None
    except (OSError, ValueError):
        return None


def remember_name(workspace: Path, name: str) -> None:
    """Remember whose hand-in was made last; where that cannot be written, nothing is lost.

    Parameters
    ----------
    workspace : path
        The workspace.
    name : str
        As it was typed.
    """
    path = _memory(workspace)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, full_name(name) + "\n")


def hand_in(module: str, name: str, workspace: Path, *, now: datetime | None = None) -> Path:
    """Put one exercise of a workspace into a file, and return the file.

    Parameters
    ----------
    module : str
        Number and slug, or the number alone.
    name : str
        The participant's name or identifier.
    workspace : path
        The workspace; the exercise lies in ``exercises/<module>``.
    now : datetime, optional
        The time to state; the clock's where left out.

    Raises
    ------
    InputError
        If there is no such exercise, or what it holds cannot be read, is too large or is not clear, or
        if the file cannot be written.
    """
    return deliver(pack(module, name, workspace, now=now).parcel, workspace)
