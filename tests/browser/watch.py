"""Watch what would leave the machine: from the browser through a proxy, from Python by an audit hook."""

from __future__ import annotations

import os
import re
import socketserver
import threading
from pathlib import Path

_ITS_MAKER = re.compile(r"(//|[ .])(google|googleapis|gvt1)\.com[:/]")

# Run by every Python that starts with this file's folder on PYTHONPATH: the server and each kernel.
_HOOK = """
import ipaddress, os, sys

def _local(host):
    if host in (None, "", "localhost", b"", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return host == os.uname().nodename

def _watch(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if not isinstance(address, tuple):
            return  # a socket of this machine's file system
        host = address[0]
        if host in ("0.0.0.0", "::"):
            return
    else:
        return
    if not _local(host):
        with open({record!r}, "a") as file:
            file.write(f"{{event}} {{arguments[0] if event == 'socket.getaddrinfo' else arguments[1]}}\\n")

sys.addaudithook(_watch)
"""


class PythonWatch:
    """Record connections of Python processes to other machines."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._record = folder / "connections.txt"
        (folder / "sitecustomize.py").write_text(_HOOK.format(record=str(self._record)), encoding="utf-8")
        self.environment = {**os.environ, "PYTHONPATH": str(folder)}

    def seen(self) -> list[str]:
        """The connections that were tried."""
        return self._record.read_text(encoding="utf-8").splitlines() if self._record.exists() else []


class BrowserWatch(socketserver.ThreadingTCPServer):
    """A proxy that answers nothing and remembers what was asked of it.

    A browser asks a proxy for every address but those of its own machine.
    """

    daemon_threads = True

    def __init__(self) -> None:
        self.requests: list[str] = []
        super().__init__(("127.0.0.1", 0), _Refuse)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def foreign(self) -> list[str]:
        """What was asked, without what Chromium asks its maker whatever it shows.

        It also keeps a spare connection open, on which it asks nothing.
        """
        return [line for line in self.requests if line and not _ITS_MAKER.search(line)]

    @property
    def address(self) -> str:
        """Where the browser finds the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Refuse(socketserver.StreamRequestHandler):
    server: BrowserWatch

    def handle(self) -> None:
        self.server.requests.append(self.rfile.readline(2000).decode("latin-1").strip())
        self.wfile.write(b"HTTP/1.1 502 This test lets nothing out\r\nContent-Length: 0\r\n\r\n")
