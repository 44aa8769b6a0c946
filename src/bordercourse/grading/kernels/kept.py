"""Warm parents that are kept between sittings, one for each set of imports in this process."""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bordercourse.grading.kernels.pool import WARM, Pool, start_kernels
from bordercourse.grading.kernels.warm_process import WarmParent
from bordercourse.grading.limits import KernelLimits

__all__ = ["close_idle_kernels", "kept_kernels", "kept_pool"]


@dataclass
class _Kept:
    """A warm parent that is kept, and how many sittings use it now."""

    pool: Pool
    stack: contextlib.ExitStack
    users: int = 0


_POOLS: dict[tuple[Any, ...], _Kept] = {}
_begun: list[WarmParent] = []  # at most one
_LOCK = threading.RLock()  # a garbage collection may end one run's use inside another's
_users = 0


@contextlib.contextmanager
def kept_pool(imports: tuple[str, ...], limits: KernelLimits, isolate: bool, hidden: str) -> Iterator[Pool]:
    """Give the pool with these settings, started where there is none.

    Parameters
    ----------
    imports : tuple of str
        Modules that its kernels hold before they start.
    limits : KernelLimits
    isolate : bool
    hidden : str
        A folder that no kernel may see; empty for none.
    """
    key = (imports, limits, isolate, hidden)
    with _LOCK:
        if key not in _POOLS:
            stack = contextlib.ExitStack()
            begun = _begun.pop() if _begun and _begun[-1].isolate is isolate else None
            folders = [Path(hidden)] if hidden else []
            kernels = start_kernels(imports, limits, isolate, folders, begun)
            _POOLS[key] = _Kept(stack.enter_context(kernels), stack)
        kept = _POOLS[key]
        kept.users += 1
    try:
        yield kept.pool
    finally:
        with _LOCK:
            kept.users -= 1


@contextlib.contextmanager
def kept_kernels(begin: bool = False, isolate: bool = True) -> Iterator[None]:
    """Keep warm parents for the runs inside; the last run of this process ends them all.

    Parameters
    ----------
    begin : bool, optional
        Whether the first parent begins now, before it is known what it shall hold.
    isolate : bool
        Whether that one shuts in what it forks.
    """
    global _users
    with _LOCK:
        _users += 1
        if begin and WARM and not _begun:
            _begun.append(WarmParent(isolate))
    try:
        yield
    finally:
        with _LOCK:
            _users -= 1
            if not _users:
                _close_kernels()


def close_idle_kernels() -> None:
    """End the warm parents that no sitting uses now: a worker outlasts the runs that it works for."""
    with _LOCK:
        for key in [key for key, kept in _POOLS.items() if not kept.users]:
            _POOLS.pop(key).stack.close()


@atexit.register
def _close_kernels() -> None:
    with _LOCK:
        for kept in _POOLS.values():
            kept.stack.close()
        _POOLS.clear()
        while _begun:
            _begun.pop().close()
