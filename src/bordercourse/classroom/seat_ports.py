"""Ports of this machine, a stretch of them for each participant.

Jupyter asks the system for a free port, lets it go, and hopes to get it again. Where thirty servers do so in
one second, each six times, two of them often hope for the same one, and a kernel dies before its first cell.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

__all__ = ["free_seat_ports"]

_FIRST, _STRETCH, _PEOPLE = 20_000, 100, 127  # below the ports that Linux hands out: ip(7), 32768 and above


def free_seat_ports(user: int, count: int) -> list[int]:
    """Return ports that nobody holds now, from the stretch of one user.

    Parameters
    ----------
    user : int
        The number of the user; those of a class follow one another.
    count : int
        How many.

    Raises
    ------
    OSError
        If too few are free.

    Examples
    --------
    >>> sorted(port // 100 for port in free_seat_ports(1003, 2)) == [314, 314]
    True
    """
    start = _FIRST + (user % _PEOPLE) * _STRETCH
    ports: list[int] = []
    for port in _free(start):
        ports.append(port)
        if len(ports) == count:
            return ports
    raise OSError(0, "no port is free")


def _free(start: int) -> Iterator[int]:
    for port in range(start, start + _STRETCH):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        yield port
