"""One class is published once: two pages about the same people can be subtracted from each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bordercourse.errors import InputError
from bordercourse.evaluation.class_results import ClassResults
from bordercourse.files import DamagedError, read_json, why_not_written, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["fingerprint", "may_publish", "note_published"]

_NAME = "published.json"


def fingerprint(classes: Sequence[ClassResults]) -> str:
    """Return a short text that changes with the people or the results of a report.

    Parameters
    ----------
    classes : sequence of ClassResults
        The classes of the report.
    """
    parts = sorted(
        json.dumps([[p.id, p.sex, p.country] for p in one.people]) + one.points.to_csv() for one in classes
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _noted(course: Path) -> dict[str, Any]:
    path = course / "report" / _NAME
    try:
        noted = read_json(path.read_bytes())
        return {"class": str(noted["class"]), "with": list(noted["with"]), "print": str(noted["print"])}
    except FileNotFoundError:
        return {}
    except (OSError, DamagedError, KeyError, TypeError) as error:
        raise InputError(
            str(path),
            _("it cannot be read ({why}), and it says what was published.").format(why=error),
            _("Put back a copy of it. With none, and if no page is out, delete it."),
        ) from None


def may_publish(courses: Sequence[Path], current: str, *, replace: bool = False) -> None:
    """Refuse a page about people of whom another page is out.

    Parameters
    ----------
    courses : sequence of path
        The courses of the report.
    current : str
        What `fingerprint` gives now.
    replace : bool
        Whether the earlier pages were taken back.

    Raises
    ------
    InputError
        If one of the classes was published alone, with other classes, or with other results.
    """
    noted = [_noted(course) for course in courses]
    own = sorted(one["class"] for one in noted if one)
    for course, one in zip(courses, noted, strict=True):
        if replace or not one:
            continue
        if one["print"] != current or sorted(one["with"]) != own or len(own) != len(courses):
            raise InputError(
                str(course),
                _("a page about this class is out, with other classes or other results."),
                _(
                    "Two pages about the same people can be subtracted from each other. Take the earlier "
                    "page back from everybody who has it, then give --replace."
                ),
            )


def note_published(courses: Sequence[Path], current: str) -> None:
    """Note in each course what was published.

    Parameters
    ----------
    courses : sequence of path
        The courses of the report.
    current : str
        What `fingerprint` gives now.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    names = [_noted(course).get("class") or uuid4().hex for course in courses]
    for course, name in zip(courses, names, strict=True):
        noted = {"format": 1, "class": name, "with": sorted(names), "print": current}
        noted["on"] = f"{datetime.now(UTC):%Y-%m-%d}"
        path = course / "report" / _NAME
        try:
            path.parent.mkdir(exist_ok=True)
            write_whole(path, json.dumps(noted, indent=1) + "\n")
        except OSError as error:
            raise InputError(str(path), *why_not_written(error)) from None
