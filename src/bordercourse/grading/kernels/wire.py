"""The line between a kernel and the grader: whole messages, taken in only when they are asked for.

Jupyter's own way is ZeroMQ. Its reader takes messages in before anybody asks for them, and one
message may have parts without end, so that a kernel could fill the grader's memory. Here a message
waits in the kernel's own socket until the grader reads it, and a kernel that sends faster than it
is read has to wait. What is too large is noticed while it comes in.

A message is four texts in JSON: header, parent's header, metadata, content. It travels in packets
of a ``SOCK_SEQPACKET`` socket, which arrive whole or not at all, so that a forked child of the
kernel cannot tear a message of its parent.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

__all__ = [
    "PACKET",
    "Assembler",
    "KernelLine",
    "TooLargeError",
    "join",
    "open_lines",
    "packets",
    "part",
    "send",
]

PACKET = 1 << 16
"""Bytes of a packet at most."""
_ALONE, _FIRST, _MORE, _LAST = b".", b"(", b"+", b")"
_LENGTHS = struct.Struct("!4I")
_BEGIN = b"<IDS|MSG>"  # what stands before the signature and the parts in Jupyter's own messages


class TooLargeError(ValueError):
    """A message that is larger than its reader takes."""


def open_lines() -> tuple[dict[str, socket.socket], dict[str, socket.socket]]:
    """Two lines, ``shell`` (both ways) and ``iopub`` (from the kernel): our ends and the kernel's."""
    ours, theirs = {}, {}
    for name in ("shell", "iopub"):
        ours[name], theirs[name] = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours[name].setblocking(False)
    return ours, theirs


def join(parts: Sequence[bytes]) -> bytes:
    """One message of its four parts.

    Examples
    --------
    >>> part(join([b"{}", b"{}", b"{}", b"[1]"]))
    [b'{}', b'{}', b'{}', b'[1]']
    """
    return _LENGTHS.pack(*map(len, parts)) + b"".join(parts)


def part(message: bytes) -> list[bytes]:
    """The four parts of a message; ValueError for anything that `join` would not make."""
    if len(message) < _LENGTHS.size:
        raise ValueError("not a message")
    lengths = _LENGTHS.unpack_from(message)
    if sum(lengths) != len(message) - _LENGTHS.size:
        raise ValueError("not a message")
    parts, start = [], _LENGTHS.size
    for length in lengths:
        parts.append(message[start : start + length])
        start += length
    return parts


def packets(message: bytes) -> Iterator[bytes]:
    """The packets in which a message travels."""
    room = PACKET - 1
    if len(message) <= room:
        yield _ALONE + message
        return
    yield _FIRST + message[:room]
    for start in range(room, len(message), room):
        yield (_LAST if start + room >= len(message) else _MORE) + message[start : start + room]


class Assembler:
    """Puts packets together again, up to a size.

    Parameters
    ----------
    largest : int
        Bytes of a message; beyond it, `add` raises TooLargeError.
    """

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, packet: bytes) -> bytes | None:
        """The message that `packet` ends, or None."""
        kind, content = packet[:1], packet[1:]
        if kind == _ALONE:
            return content
        if kind == _FIRST:  # whatever came before it was broken off
            self._parts, self._size = [], 0
        self._size += len(content)
        if self._size > self.largest:
            raise TooLargeError(f"a message of more than {self.largest} bytes")
        self._parts.append(content)
        if kind != _LAST:
            return None
        message, self._parts, self._size = b"".join(self._parts), [], 0
        return message


def send(line: socket.socket, message: bytes, flags: int = 0) -> None:
    """Send a whole message, waiting where the other side does not read yet.

    Parameters
    ----------
    line : socket.socket
    message : bytes
        From `join`.
    flags : int
        As for `socket.socket.send`.
    """
    for packet in packets(message):
        line.send(packet, flags)


class KernelLine:
    """A kernel's end of a line, with the face of the ZeroMQ streams that IPython's kernel knows.

    A forked child of the kernel may send what fits into one packet; longer messages need a lock
    that a fork leaves in an unknown state.
    """

    context: Any = None  # for the thread that sends output, which makes a socket of its own

    def __init__(self, number: int) -> None:
        self._socket = socket.socket(fileno=number)
        self._socket.setblocking(True)
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._assembler = Assembler(1 << 30)  # what the grader sends is its own

    def send_multipart(self, frames: Iterable[bytes], *_args: Any, **_options: Any) -> None:
        """Send what Jupyter's session has written; widgets' raw buffers and anything else stay behind."""
        parts = [bytes(frame) for frame in frames]
        begin = parts.index(_BEGIN) + 2 if _BEGIN in parts else len(parts)
        message = join(parts[begin : begin + 4]) if len(parts) >= begin + 4 else b""
        try:
            if not message:
                return
            if os.getpid() == self._process:
                with self._lock:
                    send(self._socket, message)
            elif len(message) < PACKET:
                send(self._socket, message)
        except OSError:  # nobody is there any more
            return

    def flush(self, *_args: Any, **_options: Any) -> None:
        """There is nothing that waits."""

    def receive(self) -> list[bytes] | None:
        """The next message's parts; None where none is there yet. EOFError at the end of the line."""
        try:
            packet = self._socket.recv(PACKET, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        if not packet:
            raise EOFError
        message = self._assembler.add(packet)
        return None if message is None else part(message)

    def fileno(self) -> int:
        """Its file descriptor."""
        return self._socket.fileno()
