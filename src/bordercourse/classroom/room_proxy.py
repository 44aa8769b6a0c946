"""The door of a class: the proxy that stands between browsers and everybody's server."""

from __future__ import annotations

import ssl
import sys
from typing import Any

__all__ = ["COMMAND", "main"]

_AT_A_TIME = 1000  # requests; tornado's own bound of ten lets a class wait in line, and then gives up
_PATIENCE = 300_000  # milliseconds for an answer; a server in a full class is slow, not dead
COMMAND = ["-m", "bordercourse.classroom.room_proxy", f"--proxy-timeout={_PATIENCE}"]


def main() -> None:
    """Run the proxy with the arguments that the hub gives it."""
    from configurable_http_proxy import cli
    from tornado.httpclient import AsyncHTTPClient

    AsyncHTTPClient.configure(None, max_clients=_AT_A_TIME)
    key, certificate = _taken("--ssl-key"), _taken("--ssl-cert")
    if certificate:
        _lock(cli, certificate, key)
    cli.main()


def _taken(name: str) -> str:
    """Take an argument and its value out of the command."""
    if name not in sys.argv:
        return ""
    place = sys.argv.index(name)
    value = sys.argv[place + 1]
    del sys.argv[place : place + 2]
    return value


def _lock(cli: Any, certificate: str, key: str) -> None:
    """Encrypt the line to browsers, which the proxy itself cannot do; tornado, under it, can.

    The proxy makes the server of its door first, and then the one that the hub speaks to on this machine.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    plain, doors = cli.HTTPServer, iter([{"ssl_options": context}])

    def server(app: Any) -> Any:
        return plain(app, **next(doors, {}))

    cli.HTTPServer = server
    # Behind the door nobody would know that the line is encrypted, and cookies would not be kept to it.
    sys.argv += ["--custom-header", "X-Scheme:https"]


if __name__ == "__main__":
    main()
