"""How much one submission may use while it is graded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission's kernel and on every process that it starts.

    Time is counted in processor seconds, so that a busy machine fails nobody;
    the wall limits are several times larger and only catch code that waits.

    Parameters
    ----------
    cpu_seconds : int
        Processor time of the whole submission; beyond it the kernel is killed.
    cell_cpu_seconds : int
        Processor time of one cell; beyond it the cell ends with ``CellTimeoutError``
        and the next cell runs.
    wall_seconds : int
        Life of the kernel by the clock.
    memory_mb : int
        Memory of the submission beyond what the warm parent had imported: for
        each process by address space, for all of them together by sampling.
    processes : int
        Processes and threads (a kernel needs about eight).
    file_mb, disk_mb : int
        Size of one file; size of all files in the private folder and in ``/tmp``.
    open_files : int
        Open files of a process.
    output_mb : int
        Output of one cell; what comes after is dropped. A kernel that sends
        32 times as much in all is killed.

    Examples
    --------
    >>> Limits(cpu_seconds=10).cpu_seconds
    10
    """

    cpu_seconds: int = 60
    cell_cpu_seconds: int = 30
    wall_seconds: int = 300
    memory_mb: int = 2048
    processes: int = 64
    file_mb: int = 64
    disk_mb: int = 256
    open_files: int = 256
    output_mb: int = 2
