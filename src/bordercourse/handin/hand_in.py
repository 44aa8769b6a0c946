"""``bordercourse hand-in MODULE``: one file to give to the instructor, on any system."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bordercourse.course.answers import FILE_NAME as ANSWERS
from bordercourse.desk.places import default_workspace
from bordercourse.errors import InputError
from bordercourse.handin.parcel import LARGEST, Parcel, participant_id, write_parcel
from bordercourse.i18n import gettext as _

__all__ = ["hand_in", "main", "remember_name", "remembered_name"]

FOLDER = "hand-ins"


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse hand-in``; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="bordercourse hand-in", description=_("Put an exercise and its answers into one file.")
    )
    parser.add_argument("module", help=_("the exercise, such as 00-welcome, or its number"))
    parser.add_argument("--name", metavar="ID", help=_("your identifier; remembered for the next time"))
    parser.add_argument("--workspace", type=Path, metavar="DIR", help=_("where your exercises lie"))
    options = parser.parse_args(argv)
    workspace = options.workspace or default_workspace()
    made = hand_in(options.module, _name(workspace, options.name), workspace)
    print(_("Your hand-in is ready: {path}").format(path=made))
    print(_("Give this one file to your instructor, on a stick, a share or by mail."))
    return 0


def _name(workspace: Path, given: str | None) -> str:
    """Return the participant's identifier: as given, as remembered, or as asked for."""
    if given is None:
        given = remembered_name(workspace)
    if given is None and sys.stdin is not None and sys.stdin.isatty():
        given = input(_("Your identifier, as your instructor gave it: "))
    if given is None:
        raise InputError("--name", _("it is missing."), _("Add --name and your identifier."))
    name = remember_name(workspace, given)
    if name != given:
        print(_("You hand in as {name}.").format(name=name))
    return name


def _slip(workspace: Path) -> Path:
    return workspace / ".lab" / "participant.txt"


def remembered_name(workspace: Path) -> str | None:
    """Return the identifier of the last hand-in from this workspace, if there was one."""
    try:
        return _slip(workspace).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def remember_name(workspace: Path, given: str) -> str:
    """Return `given` as an identifier, and remember it for the next hand-in.

    Raises
    ------
    InputError
        If nothing usable is left of it.
    """
    name = participant_id(given)
    slip = _slip(workspace)
    slip.parent.mkdir(parents=True, exist_ok=True)
    slip.write_text(name + "\n", encoding="utf-8")
    return name


def hand_in(module: str, participant: str, workspace: Path, *, now: datetime | None = None) -> Path:
    """Put one exercise of a workspace into a file, and return the file.

    Parameters
    ----------
    module : str
        Number and slug, or the number alone.
    participant : str
        The participant's identifier.
    workspace : path
        The workspace; the exercise lies in ``exercises/<module>``.
    now : datetime, optional
        The time to state; the clock's where left out.

    Raises
    ------
    InputError
        If there is no such exercise, or its notebook is missing, unreadable or too large.
    """
    folder = _exercise(module, workspace / "exercises")
    notebook = folder / f"{folder.name}.ipynb"
    files = {}
    for path in (notebook, folder / ANSWERS):
        if path.is_file():
            files[path.name] = _content(path)
    if notebook.name not in files:
        raise InputError(
            folder.name,
            _("there is no {name} in {folder}.").format(name=notebook.name, folder=folder),
            _("If you renamed it, give it this name again."),
        )
    time = now or datetime.now(UTC)
    out = workspace / FOLDER
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{folder.name}_{participant}_{time.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    write_parcel(Parcel(participant, folder.name, time, files), path)
    return path


def _exercise(module: str, exercises: Path) -> Path:
    there = sorted(path.name for path in exercises.glob("*") if path.is_dir() and path.name[0] != ".")
    found = [name for name in there if name == module or name.split("-")[0] == module]
    if not there:
        raise InputError(
            "--workspace",
            _("there are no exercises in {folder}.").format(folder=exercises),
            _("Go into the folder that `bordercourse start` printed, or name it."),
        )
    if len(found) != 1:
        raise InputError(
            repr(module),
            _("no exercise of this name is in {folder}.").format(folder=exercises),
            _("The exercises are: {names}.").format(names=", ".join(there)),
        )
    return exercises / found[0]


def _content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST[path.suffix]:
        raise InputError(
            path.name,
            _("it is larger than {limit} MB.").format(limit=LARGEST[path.suffix] // 1_000_000),
            _("In JupyterLab choose Edit, Clear Outputs of All Cells, save, and hand in again."),
        )
    content = path.read_bytes()
    try:
        json.loads(content)
    except ValueError:
        raise InputError(
            path.name, _("it is damaged."), _("Open it once in JupyterLab, save it, and hand in again.")
        ) from None
    return content


if __name__ == "__main__":
    sys.exit(main())
