"""Where a class lies on the machine: its records, its homes, and the door of its warm parent."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bordercourse.errors import InputError
from bordercourse.files import DamagedError, read_json, write_whole
from bordercourse.handin.identifiers import participant_id
from bordercourse.i18n import gettext as _

__all__ = ["Premises", "classes", "named_class"]

_ROOT = "BORDERCOURSE_CLASS_ROOT"  # another place than the system's own, for tests
_USUAL = "class"


@dataclass(frozen=True)
class Premises:
    """The folders of one class.

    Parameters
    ----------
    name : str
        The class, as the name of a folder.
    root : path
        What stands before ``/var/lib``, ``/srv`` and ``/run``.
    """

    name: str
    root: Path = Path("/")

    @property
    def records(self) -> Path:
        """Codes, keys and logs: for the administrator alone."""
        return self.root / "var" / "lib" / "bordercourse" / self.name

    @property
    def homes(self) -> Path:
        """One home a participant."""
        return self.root / "srv" / "bordercourse" / self.name

    @property
    def door(self) -> Path:
        """The socket of the warm parent, at which everybody may knock."""
        return self.root / "run" / "bordercourse" / self.name / "parent.sock"

    @property
    def codes(self) -> Path:
        """The personal codes, hashed."""
        return self.records / "codes.json"

    @property
    def slips(self) -> Path:
        """New codes, until they are printed."""
        return self.records / "slips.json"

    @property
    def sheet(self) -> Path:
        """The join page and the slips."""
        return self.records / "sheet.html"

    def home(self, participant: str) -> Path:
        """Return the home of one participant."""
        return self.homes / participant

    def workspace(self, participant: str) -> Path:
        """Return where one participant's lessons and exercises lie."""
        return self.home(participant) / "bordercourse"

    def make(self) -> None:
        """Make the folders, each with the rights that it needs."""
        for folder, mode in ((self.records, 0o700), (self.homes, 0o711), (self.door.parent, 0o711)):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
        for folder in (self.homes.parent, self.door.parent.parent):
            folder.chmod(0o711)

    def stored(self) -> dict[str, Any]:
        """Return what the class remembers about itself: its people, ports and processes.

        Raises
        ------
        InputError
            If the record is there and cannot be read.
        """
        path = self.records / "class.json"
        try:
            return dict(read_json(path.read_bytes()))
        except FileNotFoundError:
            return {}
        except (DamagedError, TypeError, ValueError) as error:
            raise InputError(
                str(path),
                _("it cannot be read ({why}).").format(why=error),
                _("Run `bordercourse class remove --yes` and open the class again; fetch the homes first."),
            ) from None

    def store(self, record: dict[str, Any]) -> None:
        """Write what the class remembers."""
        self.keep("class.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")

    def keep(self, name: str, text: str) -> Path:
        """Write a record that nobody but the administrator may read, and return its place."""
        path = self.records / name
        write_whole(path, text)
        path.chmod(0o600)
        return path

    def people(self) -> dict[str, str]:
        """Return identifier and name of everybody in the class."""
        return {str(id): str(name) for id, name in self.stored().get("people", {}).items()}


def _root() -> Path:
    return Path(os.environ.get(_ROOT, "/"))


def classes() -> list[Premises]:
    """Return the classes on this machine."""
    shelf = Premises("", _root()).records
    try:
        names = sorted(path.name for path in shelf.iterdir() if (path / "class.json").is_file())
    except FileNotFoundError:
        return []
    return [Premises(name, _root()) for name in names]


def named_class(name: str | None, *, new: bool = False) -> Premises:
    """Return the class of a name; where none is given, the only one there is.

    Parameters
    ----------
    name : str or None
        As it was typed.
    new : bool
        Whether the class may still have to be made.

    Raises
    ------
    InputError
        If there is no such class, or there are several and none was named.
    """
    known = classes()
    wanted = participant_id(name) if name else None
    if new:
        return Premises(wanted or (known[0].name if len(known) == 1 else _USUAL), _root())
    found = [one for one in known if wanted in (None, one.name)]
    if len(found) == 1:
        return found[0]
    if not known:
        raise InputError(
            "class", _("there is none here."), _("Begin with `bordercourse class open ROSTER.csv`.")
        )
    names = ", ".join(one.name for one in known)
    raise InputError(
        "--name",
        _("say which class is meant."),
        _("The classes are: {names}.").format(names=names),
    )
