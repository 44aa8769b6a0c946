"""Workers on other machines: participants' cells run where a Dask scheduler finds room.

Dask brings what is hard: it hears when a worker is gone, and gives what that one had to another. Here
stands what grading adds. Workers are asked beforehand whether they run the same course and can shut
participants' code in, and again with each submission, since one may join later. A submission travels
as bytes: no disk need be shared. Sources, tests, judge and gradebook stay on the instructor's machine.

Whoever reaches a scheduler can run programs on its workers, and a worker's answer is unpickled here. So
all of them belong to the instructor, on a network of their own or behind Dask's certificates.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from bordercourse import __version__
from bordercourse.errors import InputError
from bordercourse.grading.elsewhere import Elsewhere, WorkersError, other_version, source_digest, unfit
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels.kept import close_idle_kernels
from bordercourse.i18n import gettext as _

__all__ = ["Workers", "workers_at"]

_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_ANSWER_SECONDS = 10.0  # in which a scheduler answers
_ABSENCE_SECONDS = 60.0  # for which a run waits for a worker when none is left


@dataclass(frozen=True)
class Workers:
    """Workers that were asked and found fit.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Runs participants' cells there, see `bordercourse.grading.grade`.
    slots : int
        How many submissions they run at a time.
    names : tuple of str
        Their addresses.
    """

    executor: Executor
    slots: int
    names: tuple[str, ...]


@contextlib.contextmanager
def workers_at(
    address: str, *, isolate: bool = True, absence_seconds: float = _ABSENCE_SECONDS
) -> Iterator[Workers]:
    """Ask the workers of a scheduler, and use them inside the block.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://192.168.7.2:8786``; with ``tls://`` the certificates that Dask's
        own settings name are used.
    isolate : bool
        Refuse workers that cannot shut participants' code in.
    absence_seconds : float
        How long to wait for a worker when none is left.

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler answers at the address.
    WorkersError
        If there is no worker, or one would not grade as this machine does.
    """
    try:
        import dask.config
        from distributed import Client
    except ModuleNotFoundError as error:
        raise InputError(
            "--scheduler",
            _("grading on several machines needs {name}, which is not installed.").format(name=error.name),
            _("Install it on this machine and on each worker: pip install 'bordercourse[scale]'."),
        ) from None
    # A hand-in may be larger than what Dask expects of a task; it is bounded where it is taken in.
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GiB"}):
        try:
            client = Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                "--scheduler",
                _("no Dask scheduler answers at {address} ({why}).").format(address=address, why=error),
                _("Start one with: dask scheduler. It prints its address, such as tcp://192.168.7.2:8786."),
            ) from None
        with client:
            threads = _ask(client, address, isolate)
            executor = Elsewhere(client, absence_seconds)
            try:
                yield Workers(executor, sum(threads.values()), tuple(sorted(threads)))
            finally:
                executor.shutdown(wait=False)
                with contextlib.suppress(Exception):
                    client.run(close_idle_kernels, on_error="ignore")


# -- asking beforehand ---------------------------------------------------------------------------------


def _ask(client: Any, address: str, isolate: bool) -> Mapping[str, int]:
    """Return the workers with their threads; WorkersError where one would not grade as we do."""
    threads: dict[str, int] = client.nthreads()
    if not threads:
        raise WorkersError(
            _(
                "The scheduler at {address} has no worker. Start one on each machine: dask worker {address}"
            ).format(address=address)
        )
    versions = client.get_versions(packages=["bordercourse"])["workers"]
    for worker in sorted(threads):
        packages = versions.get(worker, {}).get("packages", {})
        python = ".".join(str(packages.get("python", "?")).split(".")[:2])
        if packages.get("bordercourse") is None:
            why = _("bordercourse is not installed there. Install the version of this machine, {ours}.")
            raise unfit(worker, why.format(ours=__version__))
        if python != _PYTHON:
            why = _("it runs Python {theirs}, this machine {ours}. Start it with Python {ours}.")
            raise unfit(worker, why.format(theirs=python, ours=_PYTHON))
    answers = client.run(_about, on_error="return")
    for worker in sorted(threads):
        answer = answers.get(worker)
        if not isinstance(answer, dict) or answer.get("source") != source_digest():
            version = versions[worker]["packages"]["bordercourse"]
            raise unfit(worker, other_version(answer["version"] if isinstance(answer, dict) else version))
        if isolate and not answer["isolation"]:
            raise unfit(
                worker,
                _(
                    "it cannot isolate submissions ({why}). Start workers on Linux machines that can, or use "
                    "--no-isolation: participants' code then runs with the worker's rights."
                ).format(why=answer["isolation"].reason),
            )
    return threads


def _about() -> dict[str, Any]:
    """On a worker: what it runs, and whether it can shut participants' code in."""
    return {"version": __version__, "source": source_digest(), "isolation": isolation.available()}
