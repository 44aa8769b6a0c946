"""The door of a class that is served over https: who knocks with ``http://`` is shown the right address."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream, StreamClosedError
from tornado.web import Application, RequestHandler

__all__ = ["LockedDoor"]

_HANDSHAKE = b"\x16"  # how an encrypted line begins (RFC 8446, section 5.1: ContentType handshake)
_PATIENCE = 60  # seconds until the first byte; browsers open lines that they may need


class LockedDoor(HTTPServer):
    """A server of one port for both: encrypted lines are served, plain ones are sent there.

    Parameters
    ----------
    app : tornado.web.Application
        What is served.
    context : ssl.SSLContext
        With certificate and key.
    """

    def initialize(self, app: Any, context: ssl.SSLContext) -> None:  # type: ignore[override]
        super().initialize(app)
        self._context = context
        self._sign = HTTPServer(Application([(".*", _Sign)]))

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> Any:
        """Look at the first byte before anything is read."""
        return self._let_in(stream, address)

    async def _let_in(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        first = await _first_byte(stream.socket)
        if first == _HANDSHAKE:
            with contextlib.suppress(StreamClosedError, OSError):  # it was no TLS, or is gone
                super().handle_stream(await stream.start_tls(True, ssl_options=self._context), address)
        elif first:
            self._sign.handle_stream(stream, address)
        else:
            stream.close()


async def _first_byte(line: socket.socket) -> bytes:
    """Return what a line begins with, and leave it there; nothing where it ended or stays silent."""
    loop, heard = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(line, heard.set)
    try:
        await asyncio.wait_for(heard.wait(), _PATIENCE)
        return line.recv(1, socket.MSG_PEEK)
    except OSError:  # also TimeoutError
        return b""
    finally:
        loop.remove_reader(line)


class _Sign(RequestHandler):
    """Shows the same address with https; not for good, since a class may be served without it tomorrow."""

    def get(self) -> None:
        self.redirect(f"https://{self.request.host}{self.request.uri}", status=307)

    head = get
