"""What a cell prints, on its way out of a forked kernel."""

from __future__ import annotations

from typing import Any

from ipykernel.iostream import OutStream

__all__ = ["spare_the_thread"]


def spare_the_thread(*streams: Any) -> None:
    """Have a cell's streams wake the thread that sends their text only where there is some.

    IPython's kernel flushes both streams twice a cell, and each time wakes that thread and waits for it:
    longer work than a short cell's own.

    Parameters
    ----------
    *streams : ipykernel.iostream.OutStream
    """
    for stream in streams:
        if type(stream) is OutStream:
            stream.__class__ = _Stream


class _Stream(OutStream):
    _sending = False

    def flush(self) -> None:
        # In this order: who sends sets `_sending` before it says that nothing is pending.
        if self._flush_pending or self._buffers or self._sending:
            super().flush()

    def _flush(self) -> None:
        self._sending = True
        try:
            super()._flush()
        finally:
            self._sending = False


# A cell that prints its ``sys.stdout`` shows what it shows in any kernel.
_Stream.__module__, _Stream.__qualname__, _Stream.__name__ = (
    OutStream.__module__,
    OutStream.__qualname__,
    OutStream.__name__,
)
