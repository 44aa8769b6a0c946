"""Where the course's own files lie: in a checkout, or inside the installed package."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["HAND_INS", "Shipped", "default_workspace", "shipped"]

HAND_INS = "hand-ins"  # the folder of a workspace in which hand-in files are made
LEDGER = Path(".lab", "shipped.json")  # what every workspace holds

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Shipped:
    """What this installation carries.

    A checkout has the lessons and the exercises' `sources`; an installed package has the lessons
    and the `released` exercises, without solutions.
    """

    lessons: Path
    released: Path | None
    sources: Path | None


def shipped() -> Shipped:
    """Return the places of lessons and exercises in this installation.

    Raises
    ------
    InputError
        If the installation carries none.
    """
    checkout = _checkout()
    if checkout is not None:
        return Shipped(checkout / "notebooks", None, checkout / "exercises" / "source")
    carried = _PACKAGE / "_course"
    if (carried / "lessons").is_dir():
        return Shipped(carried / "lessons", carried / "exercises", None)
    raise InputError(
        "bordercourse",
        _("this installation carries no lessons."),
        _("Install the course from its wheel, or start it from a checkout."),
    )


def default_workspace() -> Path:
    """Return where the workspace lies where nobody says otherwise.

    ``BORDERCOURSE_WORKSPACE``, else the workspace that the working folder lies in, else ``workspace``
    in a checkout, else ``bordercourse`` in the home folder.
    """
    named = os.environ.get("BORDERCOURSE_WORKSPACE")
    if named:
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / LEDGER).is_file():
            return folder
    checkout = _checkout()
    return checkout / "workspace" if checkout is not None else Path.home() / "bordercourse"


def _checkout() -> Path | None:
    root = _PACKAGE.parent.parent
    is_one = (root / "pyproject.toml").is_file() and (root / "exercises" / "source").is_dir()
    return root if is_one else None
