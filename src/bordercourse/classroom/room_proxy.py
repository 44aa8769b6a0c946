"""The door of a class: the proxy that stands between browsers and everybody's server."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

__all__ = ["COMMAND", "main"]

_AT_A_TIME = 1000  # requests; tornado's own bound of ten lets a class wait in line, and then gives up
_PATIENCE = 300_000  # milliseconds for an answer; a server in a full class is slow, not dead
COMMAND = ["-m", "bordercourse.classroom.room_proxy", f"--proxy-timeout={_PATIENCE}"]


def main() -> None:
    """Run the proxy with the arguments that the hub gives it."""
    from configurable_http_proxy import cli
    from tornado.httpclient import AsyncHTTPClient
    from tornado.httpserver import HTTPServer

    from bordercourse.classroom.shared_files import send_compressed, shared_files

    AsyncHTTPClient.configure(None, max_clients=_AT_A_TIME)
    files = shared_files()

    def door(app: Any) -> Any:
        send_compressed(app, files)
        return _locked(app, key, certificate) if certificate else HTTPServer(app)

    key, certificate = _taken("--ssl-key"), _taken("--ssl-cert")
    if certificate:
        # Behind the door nobody would know that the line is encrypted, and cookies would not be kept to it.
        sys.argv += ["--custom-header", "X-Scheme:https"]
    # The proxy makes the server of its door first, and then the one that the hub speaks to on this machine.
    makers: Iterator[Callable[[Any], Any]] = chain([door], repeat(HTTPServer))
    cli.HTTPServer = lambda app: next(makers)(app)
    cli.main()


def _taken(name: str) -> str:
    """Take an argument and its value out of the command."""
    if name not in sys.argv:
        return ""
    place = sys.argv.index(name)
    value = sys.argv[place + 1]
    del sys.argv[place : place + 2]
    return value


def _locked(app: Any, key: str, certificate: str) -> Any:
    """Encrypt the line to browsers, which the proxy itself cannot do; tornado, under it, can."""
    from bordercourse.classroom.locked_door import LockedDoor

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return LockedDoor(app, context)


if __name__ == "__main__":
    main()
