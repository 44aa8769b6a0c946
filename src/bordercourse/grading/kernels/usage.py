"""What a kernel and all the processes that it started use: processor time and memory.

Linux counts processor time by the process, and adds a child's to its parent's only when the parent
waits for it. A process that ignores its children leaves no trace of them. So `Meter` looks at all
processes at moments that nobody inside can foresee, and lets each young process that it meets stand
for those that it missed.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

if sys.platform != "win32":
    import resource

__all__ = ["Meter", "Process", "memory_kb", "processes", "socket_kb", "swapped_kb"]


@dataclass(frozen=True)
class Process:
    """One process at one moment.

    Parameters
    ----------
    pid, parent : int
        Its number and its parent's.
    begun : float
        Seconds after the machine's start, rounded down to a hundredth.
    own, cpu : float
        Processor seconds that it used; with those of the children that it waited for.
    resident_kb : int
        Memory, shared pages included.
    """

    pid: int
    parent: int
    begun: float
    own: float
    cpu: float
    resident_kb: int


def processes() -> Iterator[Process]:
    """All processes that ``/proc`` shows."""
    tick, page = os.sysconf("SC_CLK_TCK"), resource.getpagesize() // 1024
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                row = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
                parent, user, system, waited, waited_system = (int(row[n]) for n in (1, 11, 12, 13, 14))
                own, others = (user + system) / tick, (waited + waited_system) / tick
                own = own or _young(name)
                yield Process(int(name), parent, int(row[19]) / tick, own, own + others, int(row[21]) * page)


def _young(name: str) -> float:
    """Processor seconds of a process that has not used a whole tick yet."""
    try:
        return int(Path(f"/proc/{name}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


@dataclass
class Meter:
    """Processor seconds of one family of processes, also of those that nobody waited for.

    Parameters
    ----------
    main : int
        The process from which the family comes; it is always counted exactly.

    Examples
    --------
    >>> meter = Meter(main=1)
    >>> meter.look([Process(1, 0, 10.0, 0.5, 0.5, 0)], now=11.0)
    0.5
    >>> child = Process(7, 1, 11.9, 0.1, 0.1, 0)  # it has run all its life: so have those before it
    >>> meter.look([Process(1, 0, 10.0, 0.5, 0.5, 0), child], now=12.0)
    1.5
    """

    main: int
    _seen: dict[tuple[int, float], float] = field(default_factory=dict)
    _spent: float = 0.0
    _looked: float | None = None

    def look(self, family: Sequence[Process], now: float) -> float:
        """The processor seconds used until now.

        Parameters
        ----------
        family : sequence of Process
            The main process and all that come from it, as they are now.
        now : float
            Seconds after the machine's start.
        """
        window = 0.0 if self._looked is None else now - self._looked
        self._looked = now
        before, self._seen = self._seen, {}
        for process in family:
            key = process.pid, process.begun
            used = process.own - before.get(key, 0.0)
            if key not in before and process.pid != self.main and process.own:
                share = process.own / max(now - process.begun, process.own)
                used = max(used, share * window)
            self._seen[key] = process.own
            self._spent += used
        return max(self._spent, sum(process.cpu for process in family))


def memory_kb(family: Sequence[Process], enough: int) -> int:
    """Memory of the processes together, in kB.

    Parameters
    ----------
    family : sequence of Process
    enough : int
        Only beyond it are shared pages counted once, for that takes longer.
    """
    total = sum(process.resident_kb + swapped_kb(process.pid) for process in family)
    return total if total <= enough else sum(map(_share_kb, family))


def _share_kb(process: Process) -> int:
    try:
        rows = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except PermissionError:
        return process.resident_kb + swapped_kb(process.pid)  # it hides
    except OSError:
        return 0  # it has ended meanwhile
    return sum(int(row.split()[1]) for row in rows if row.startswith(("Pss:", "SwapPss:")))


def swapped_kb(pid: int) -> int:
    """Memory of a process that Linux has put aside on the disk."""
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(row.split()[1]) for row in rows if row.startswith("VmSwap:")), 0)


def socket_kb(pid: int) -> int:
    """Memory that the sockets of a process's network may hold, in kB; no process's memory shows it.

    Each is taken for full. Sockets that were sent to somebody and are in no process's hands count too.
    A process that shares our own network has no sockets of its own yet.
    """
    try:
        if os.stat(f"/proc/{pid}/ns/net").st_ino == os.stat("/proc/self/ns/net").st_ino:
            return 0
        words = Path(f"/proc/{pid}/net/sockstat").read_text().split()  # sockets: used 12 ...
        return int(words[2]) * _socket_kb()
    except (OSError, ValueError, IndexError):
        return 0


def _socket_kb() -> int:
    """Memory that one socket may hold: what waits in its buffer, and its filters and options."""
    most = {"wmem_max": 212_992, "optmem_max": 131_072}
    for name in most:
        with contextlib.suppress(OSError, ValueError):
            most[name] = int(Path(f"/proc/sys/net/core/{name}").read_text())
    return (2 * most["wmem_max"] + most["optmem_max"]) // 1024  # Linux doubles what a program asks for
