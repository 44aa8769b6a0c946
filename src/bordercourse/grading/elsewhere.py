"""Calls that run on the workers of a Dask scheduler, and what is told where they cannot.

A call travels as one sealed parcel with the digest of the code that made it; a worker opens it only
where its own code is the same.
"""

from __future__ import annotations

import contextlib
import pickle
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from bordercourse import __version__
from bordercourse.errors import CourseError
from bordercourse.grading.disk import StoppedError
from bordercourse.grading.kernels.pool import IsolationError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language, speaking

__all__ = ["Elsewhere", "WorkersError", "other_version", "source_digest", "unfit"]

_LOOK_SECONDS = 1.0  # between two looks whether any worker is there


class WorkersError(CourseError):
    """Workers that are not there, or that would not grade as this machine does."""


def unfit(worker: str, why: str) -> WorkersError:
    return WorkersError(_("The worker {worker}: {why}").format(worker=worker, why=why))


def other_version(theirs: str) -> str:
    if theirs == __version__:
        return _(
            "its bordercourse {ours} is not the one of this machine: a file differs. Install the same on "
            "both, then start the worker again."
        ).format(ours=__version__)
    return _(
        "it runs bordercourse {theirs}, this machine {ours}. Install the same version on both, then start "
        "the worker again."
    ).format(theirs=theirs, ours=__version__)


@cache
def source_digest() -> str:
    """Digest of the package's own code: two checkouts of one version may differ.

    Examples
    --------
    >>> len(source_digest())
    64
    """
    package = Path(__file__).parents[1]
    whole = sha256()
    for path in sorted(package.rglob("*.py"), key=lambda path: path.relative_to(package).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{path.relative_to(package).as_posix()}\0{sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _on_worker(wanted: str, packed: bytes) -> Any:
    """Run one call on a worker, which may have joined after the others were asked."""
    here = socket.gethostname()
    if source_digest() != wanted:
        raise unfit(here, other_version(__version__))
    spoken, call, arguments, settings = pickle.loads(packed)
    try:
        with speaking(spoken):
            return call(*arguments, **settings)
    except IsolationError as error:
        raise unfit(here, str(error)) from None


class Elsewhere(Executor):
    """Gives calls to Dask's workers, and gives up where the scheduler or every worker is gone."""

    def __init__(self, client: Any, absence_seconds: float) -> None:
        self._client, self._patience = client, absence_seconds
        self._inner = client.get_executor(pure=False)
        self._lock = threading.Lock()
        self._waiting: set[Future[Any]] = set()
        self._stopped: StoppedError | None = None
        self._end = threading.Event()
        self._watch = threading.Thread(target=self._look, name="workers", daemon=True)
        self._watch.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        # One sealed parcel: Dask would look into lists and texts for names of its own.
        parcel = pickle.dumps((language(), fn, args, kwargs))
        ours: Future[Any] = Future()
        with self._lock:
            if self._stopped is not None:
                raise self._stopped
            self._waiting.add(ours)
        try:
            theirs = self._inner.submit(_on_worker, source_digest(), parcel)
        except Exception as error:
            self._settle(ours, error=_lost(error))
            return ours
        theirs.add_done_callback(lambda done: self._hand_over(done, ours))
        return ours

    def _hand_over(self, theirs: Future[Any], ours: Future[Any]) -> None:
        if theirs.cancelled():
            self._settle(ours, error=_lost())
        elif error := theirs.exception():
            killed = type(error).__name__ == "KilledWorker"
            self._settle(ours, error=WorkersError(_killed()) if killed else error)
        else:
            self._settle(ours, result=theirs.result())

    def _settle(self, ours: Future[Any], result: Any = None, error: BaseException | None = None) -> None:
        with self._lock:
            if ours not in self._waiting:
                return
            self._waiting.discard(ours)
        if error is None:
            ours.set_result(result)
        else:
            ours.set_exception(error)

    def _look(self) -> None:
        """End what waits for workers that do not come back."""
        absent = 0.0
        while not self._end.wait(_LOOK_SECONDS):
            try:
                absent = 0.0 if self._client.nthreads() else absent + _LOOK_SECONDS
            except Exception as error:
                return self._give_up(_lost(error))
            if absent >= self._patience:
                return self._give_up(_nobody())
        return None

    def _give_up(self, error: StoppedError) -> None:
        with self._lock:
            self._stopped = self._stopped or error
            waiting = list(self._waiting)
        for ours in waiting:
            self._settle(ours, error=error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._end.set()
        with contextlib.suppress(Exception):
            self._inner.shutdown(wait=wait)
        self._give_up(_lost())


def _lost(error: BaseException | None = None) -> StoppedError:
    why = str(error or "").strip().splitlines()
    return StoppedError(
        _(
            "The scheduler does not answer any more{why}. What is graded is kept. Start it again with its "
            "workers, then run the command again: it goes on where it stopped."
        ).format(why=f" ({why[0][:200]})" if why else "")
    )


def _nobody() -> StoppedError:
    return StoppedError(
        _(
            "No worker is left. What is graded is kept. Start workers, then run the command again: it goes "
            "on where it stopped."
        )
    )


def _killed() -> str:
    return _("every worker that was given it ended; see what ends workers on those machines")
