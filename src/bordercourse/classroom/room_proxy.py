"""The door of a class: the proxy that stands between browsers and everybody's server."""

from __future__ import annotations

__all__ = ["COMMAND", "main"]

_AT_A_TIME = 1000  # requests; tornado's own bound of ten lets a class wait in line, and then gives up
_PATIENCE = 300_000  # milliseconds for an answer; a server in a full class is slow, not dead
COMMAND = ["-m", "bordercourse.classroom.room_proxy", f"--proxy-timeout={_PATIENCE}"]


def main() -> None:
    """Run the proxy with the arguments that the hub gives it."""
    from configurable_http_proxy.cli import main as proxy
    from tornado.httpclient import AsyncHTTPClient

    AsyncHTTPClient.configure(None, max_clients=_AT_A_TIME)
    proxy()


if __name__ == "__main__":
    main()
