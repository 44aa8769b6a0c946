"""The grader's end of a forked kernel's lines, with the face of Jupyter's asynchronous client.

Nothing is read before somebody asks for it, and all that is read is counted.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Awaitable, Callable
from queue import Empty
from typing import TYPE_CHECKING, Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.session import Session

from bordercourse.grading.kernels import wire
from bordercourse.grading.kernels.kernel_messages import from_parts
from bordercourse.grading.limits import LARGEST_MESSAGE, MOST_MESSAGES

if TYPE_CHECKING:
    from bordercourse.grading.kernels.pool import WarmProcess
    from bordercourse.grading.kernels.provisioner import WarmKernelManager

__all__ = ["Channel", "Traffic", "WarmKernelClient"]

_LOG = logging.getLogger("bordercourse.grading")
_LAST_WORDS = 5.0  # seconds in which a kernel that ended is heard out, and its end is told
_TURN = 64  # messages after which the others have their turn


class Traffic:
    """Counts what one kernel sends and is sent; `kill` is called where it is too much.

    Parameters
    ----------
    most : int
        Bytes.
    kill : callable
        Ends the kernel.
    """

    def __init__(self, most: int, kill: Callable[[], None]) -> None:
        self._most, self._kill = most, kill
        self._size = self._messages = 0

    def count(self, size: int, messages: int = 0) -> None:
        """Add so many bytes, and so many messages."""
        self._size += size
        self._messages += messages
        if self._size > self._most or self._messages > MOST_MESSAGES:
            self._kill()


class Channel:
    """One line to a kernel, with the face of a channel of Jupyter's.

    Parameters
    ----------
    line : socket.socket
        Our end, which does not block.
    session : jupyter_client.session.Session
        Writes what is sent.
    traffic : Traffic
    """

    def __init__(self, line: socket.socket, session: Session, traffic: Traffic) -> None:
        self._line, self.session, self._traffic = line, session, traffic
        self._assembler = wire.Assembler(LARGEST_MESSAGE)
        self._unsent: deque[bytes] = deque()
        self._number = line.fileno()
        self._turn = 0
        self._open = True
        self.ended = self.reading = False

    def start(self) -> None:
        """A line is open from the start."""

    def stop(self) -> None:
        """Use the line no more; it is its kernel's manager who closes it."""
        if self._open and self._unsent:
            asyncio.get_running_loop().remove_writer(self._number)
        self._open = False

    def is_alive(self) -> bool:
        """Whether the line is in use."""
        return self._open

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message that somebody may wait for; queue.Empty after `timeout` seconds."""
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        self._turn = (self._turn + 1) % _TURN
        self.reading = True
        try:
            if not self._turn:
                await asyncio.sleep(0)
            while (message := self._next()) is None:
                if self.ended:
                    await self._end()
                await self._wait(None if deadline is None else deadline - loop.time())
            return message
        finally:
            self.reading = False

    async def _end(self) -> None:
        """What to do at the end of the line: nothing here, for another line's end is the kernel's."""

    async def _wait(self, seconds: float | None) -> None:
        """Until there is something to read."""
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        listens = not self.ended
        if listens:
            loop.add_reader(self._number, _settle, ready)
        try:
            await asyncio.wait_for(ready, seconds)
        except TimeoutError:
            raise Empty from None
        finally:
            if listens:
                loop.remove_reader(self._number)

    def _next(self) -> dict[str, Any] | None:
        while not self.ended:
            try:
                packet = self._line.recv(wire.PACKET)
            except BlockingIOError:
                return None
            except OSError:
                packet = b""
            if not packet:
                self.ended = True
                return None
            self._traffic.count(len(packet))
            try:
                whole = self._assembler.add(packet)
                parts = None if whole is None else wire.part(whole)
            except wire.TooLargeError:
                self._traffic.count(1 << 62)
                return None
            except ValueError as error:
                _LOG.debug("a message was left out: %s", error)
                parts = [b""] * 4
            if parts is not None:
                self._traffic.count(0, 1)
                message = from_parts(parts)
                if message is not None:
                    return message
        return None

    def send(self, message: dict[str, Any]) -> None:
        """Send a request; what does not fit into the line waits here, and counts."""
        frames = self.session.serialize(message)
        whole = wire.join(frames[2:6])
        self._traffic.count(len(whole))
        waiting = bool(self._unsent)
        self._unsent.extend(wire.packets(whole))
        if not waiting:
            self._push()
            if self._unsent:
                asyncio.get_running_loop().add_writer(self._number, self._push)

    def _push(self) -> None:
        try:
            while self._unsent:
                self._line.send(self._unsent[0])
                self._unsent.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._unsent.clear()  # the kernel is gone, which is found out in reading
        asyncio.get_running_loop().remove_writer(self._number)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


class _Shell(Channel):
    """The line of requests and replies: its end is the kernel's."""

    def __init__(self, *args: Any, ending: Callable[[], Awaitable[None]]) -> None:
        super().__init__(*args)
        self._ending = ending

    async def _end(self) -> None:
        await self._ending()
        raise Empty  # and whoever waits looks whether the kernel lives


class WarmKernelClient(AsyncKernelClient):
    """A client of a forked kernel, which can be asked as soon as it was forked."""

    parent: WarmKernelManager

    def start_channels(self, *_args: Any, **_kwargs: Any) -> None:
        """Use the lines of the kernel that runs now."""
        process = self.parent.process
        traffic = self.parent.traffic
        self._shell_channel = _Shell(process.lines["shell"], self.session, traffic, ending=self._hear_out)
        self._iopub_channel = Channel(process.lines["iopub"], self.session, traffic)
        self.allow_stdin = False

    def stop_channels(self) -> None:
        """Use them no more."""
        for channel in (self._shell_channel, self._iopub_channel):
            if channel is not None:
                channel.stop()

    @property
    def channels_running(self) -> bool:
        """Whether the lines are in use."""
        return self._shell_channel is not None and bool(self._shell_channel.is_alive())

    async def _hear_out(self) -> None:
        """Wait until what a kernel wrote before its end is read, and until it is known how it ended."""
        process: WarmProcess = self.parent.process
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _LAST_WORDS
        while loop.time() < deadline and self._iopub_channel.reading:
            if self._iopub_channel.ended:
                break
            await asyncio.sleep(0.002)
        process.kill()  # one that lives and only closed its line
        while loop.time() < deadline and process.poll() is None:
            await asyncio.sleep(0.002)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Requests wait in the line until the kernel reads them."""

    wait_for_ready = _async_wait_for_ready
