"""How the hub starts a participant's server: forked from the warm parent, else the plain way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Unicode

from bordercourse.classroom.accounts import account
from bordercourse.classroom.parent_line import DOOR, ParentSilentError, ask_parent
from bordercourse.classroom.seat_ports import free_seat_ports
from bordercourse.files import read_json

__all__ = ["RoomSpawner"]


class RoomSpawner(LocalProcessSpawner):
    """Starts each server as the participant's own user."""

    port: Any
    door = Unicode(help="The socket of the warm parent.").tag(config=True)
    record_file = Unicode(help="What the class remembers: everybody's language.").tag(config=True)

    async def start(self) -> tuple[str, int]:
        """Start the server and return where it listens."""
        self.port = self.port or free_seat_ports(account(self.user.name).pw_uid, 1)[0]
        env = self.get_env()
        try:
            self.pid = await asyncio.to_thread(  # the hub answers others while the parent forks
                ask_parent,
                Path(self.door),
                "server",
                participant=self.user.name,
                arguments=self.get_args(),
                env=env,
                folder=env["HOME"],
            )
        except ParentSilentError as error:
            self.log.warning(
                "The warm parent is silent (%s): %s starts the plain way.", error, self.user.name
            )
            address: tuple[str, int] = await super().start()
            return address
        self.proc = None
        return self.ip or "127.0.0.1", self.port

    def make_preexec_fn(self, name: str) -> Any:
        """Become the participant's user, whose name has a mark before it."""
        return super().make_preexec_fn(account(name).pw_name)

    def _language(self) -> str:
        languages = read_json(Path(self.record_file).read_bytes()).get("languages", {})
        return str(languages.get(self.user.name, ""))

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Add what a user's shell would know."""
        user = account(self.user.name)
        return {
            **env,
            "USER": user.pw_name,
            "HOME": user.pw_dir,
            "SHELL": "/bin/sh",
            DOOR: self.door,
            "BORDERCOURSE_LANGUAGE": self._language(),
            "JUPYTER_DEFAULT_PROVISIONER_NAME": "bordercourse-room",
        }
