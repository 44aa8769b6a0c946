"""What the instructor's commands ask of the class's hub."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from bordercourse.classroom.premises import Premises
from bordercourse.errors import CourseError

__all__ = ["HubLine", "HubSilentError"]

_AT_A_TIME = 8


class HubSilentError(CourseError):
    """The hub does not answer."""


class HubLine:
    """The hub of a class, as its desk speaks to it.

    Parameters
    ----------
    premises : Premises
        The class.
    """

    def __init__(self, premises: Premises) -> None:
        ports = premises.stored()["ports"]
        self._address = f"http://127.0.0.1:{ports['hub']}/hub/api"
        self._token = (premises.records / "desk_token").read_text(encoding="ascii")
        self._door = f"http://127.0.0.1:{ports['proxy']}/api/routes"
        self._door_token = (premises.records / "proxy_token").read_text(encoding="ascii")
        self._opener = build_opener(ProxyHandler({}))  # never through an office's own proxy

    def _ask(self, method: str, path: str) -> Any:
        return self._asked(method, self._address + path, self._token)

    def _asked(self, method: str, address: str, token: str) -> Any:
        request = Request(address, method=method, headers={"Authorization": f"token {token}"})
        try:
            with self._opener.open(request, timeout=60) as reply:
                text = reply.read()
        except HTTPError as error:
            if error.code in (400, 409):  # it is there already
                return None
            raise HubSilentError(f"{error.code} {error.reason}") from None
        except (URLError, OSError, HTTPException) as error:  # the last: another program has the port
            raise HubSilentError(str(error)) from None
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise HubSilentError(str(error)) from None

    def answers(self) -> bool:
        """Tell whether the hub is up."""
        try:
            return self._ask("GET", "/") is not None
        except HubSilentError:
            return False

    def servers(self) -> dict[str, str | None]:
        """Return, for everybody whom the hub knows, when their server was last used; None without one."""
        people = self._ask("GET", "/users?limit=10000")
        if isinstance(people, dict):
            people = people["items"]
        return {
            one["name"]: (one.get("last_activity") or "") if one.get("server") else None for one in people
        }

    def start_servers(self, participants: Iterable[str], seconds: float = 180) -> list[str]:
        """Start the servers of these participants, and return those who do not find theirs in time.

        A hub that was started again answers before its door is there and knows the way to every server.
        """
        wanted = list(participants)
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            list(pool.map(self._start, wanted))
        end = time.monotonic() + seconds
        while True:
            up = {name for name, used in self.servers().items() if used is not None}
            left = [name for name in wanted if name not in up or not self._leads_to(name)]
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.3)

    def _leads_to(self, participant: str) -> bool:
        """Tell whether the door knows the way to a server."""
        try:
            return self._asked("GET", f"{self._door}/user/{participant}", self._door_token) is not None
        except HubSilentError:
            return False

    def _start(self, participant: str) -> None:
        self._ask("POST", f"/users/{participant}")
        self._ask("POST", f"/users/{participant}/server")
