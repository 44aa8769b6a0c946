"""Who may come in: a name of the roster with the code of its slip."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import Unicode

from bordercourse.classroom.codes import PersonalCodes
from bordercourse.files import read_json
from bordercourse.handin.identifiers import full_name

__all__ = ["RosterLogin"]

_TRIES = 6
_PAUSE = 30  # seconds after so many wrong codes for one name


class RosterLogin(Authenticator):
    """Lets in who types a name or identifier of the roster and the code that belongs to it."""

    codes_file = Unicode(help="The personal codes, hashed.").tag(config=True)
    record_file = Unicode(help="What the class remembers: its people.").tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._failures: dict[str, tuple[int, float]] = {}

    @property
    def people(self) -> dict[str, str]:
        """Identifier and name of everybody: read each time, so that who is added later may come in."""
        return dict(read_json(Path(self.record_file).read_bytes())["people"])

    def normalize_username(self, username: str) -> str:
        """Return the identifier that a typed name means."""
        typed = username.strip().lower()
        people = self.people
        if typed in people:
            return typed
        name = full_name(username).casefold()
        meant = [id for id, known in people.items() if name and known.casefold() == name]
        return meant[0] if len(meant) == 1 else typed

    async def authenticate(self, _handler: Any, data: dict[str, str]) -> str | None:
        """Return the identifier if the code is right."""
        who = self.normalize_username(data["username"])
        count, until = self._failures.get(who, (0, 0.0))
        if time.monotonic() < until:
            self.log.warning("%s must wait: too many wrong codes", who)
            return None
        # The hash takes a moment, by design; others are answered meanwhile.
        if await asyncio.to_thread(PersonalCodes(Path(self.codes_file)).right, who, data["password"]):
            self._failures.pop(who, None)
            return who
        if who in self.people:
            self._failures[who] = (count + 1, time.monotonic() + _PAUSE if count + 1 >= _TRIES else 0.0)
        return None
