"""Who is in the class, what the machine has left, and what to do about it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bordercourse.classroom.accounts import account
from bordercourse.classroom.hub_line import HubLine, HubSilentError
from bordercourse.classroom.premises import Premises
from bordercourse.classroom.running import parent_answers
from bordercourse.desk.places import LEDGER
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["Seat", "Standing", "class_standing", "standing_lines"]

_MB = 1_000_000
_LITTLE_MEMORY = 600 * _MB  # two more kernels of a large lesson
_LITTLE_DISK = 1000 * _MB
_MUCH_MEMORY = 1000 * _MB  # for one person
_WORK = (".ipynb", ".json")


@dataclass(frozen=True)
class Seat:
    """One participant.

    Parameters
    ----------
    id, name : str
        Who.
    present : bool
        Whether the server is up.
    memory, disk : int
        Bytes: the share of memory that is used (PSS), and what the home holds.
    saved : float or None
        When a notebook or answers were last saved, in seconds since 1970; None if nothing is there.
    """

    id: str
    name: str
    present: bool
    memory: int
    disk: int
    saved: float | None


@dataclass(frozen=True)
class Standing:
    """A class as it is now.

    Parameters
    ----------
    title, address : str
        What people call the class, and where they find it.
    hub, parent : bool
        Whether they answer.
    seats : tuple of Seat
        One a participant.
    memory_left, disk_left : int
        Bytes that the machine still has.
    """

    title: str
    address: str
    hub: bool
    parent: bool
    seats: tuple[Seat, ...]
    memory_left: int
    disk_left: int

    def advice(self) -> Iterator[str]:
        """What there is to do, one sentence each; nothing where all is well."""
        if not self.hub:
            yield _("The hub is silent: nobody new can come in. Run `bordercourse class open` again.")
        if not self.parent:
            yield _(
                "The warm parent is silent: new servers and kernels start the plain way, slower and larger. "
                "Run `bordercourse class open` again."
            )
        if self.memory_left < _LITTLE_MEMORY:
            yield _("Memory is short. Ask people to close lessons that they have finished (File, Shut Down).")
        if self.disk_left < _LITTLE_DISK:
            yield _("The disk is nearly full. Make room, or saving will fail.")
        for seat in self.seats:
            if seat.memory > _MUCH_MEMORY:
                yield _("{name} uses {n} MB: look at what runs there.").format(
                    name=seat.name or seat.id, n=seat.memory // _MB
                )


def class_standing(premises: Premises) -> Standing:
    """Look at a class.

    Parameters
    ----------
    premises : Premises
        The class.
    """
    import psutil

    record = premises.stored()
    try:
        servers, hub = HubLine(premises).servers(), True
    except (HubSilentError, OSError):
        servers, hub = {}, False
    memory = _memory_by_user()
    seats = []
    for id, name in premises.people().items():
        try:
            user = account(id).pw_uid
        except InputError:
            continue
        disk, saved = _disk(premises.home(id))
        seats.append(Seat(id, name, servers.get(id) is not None, memory.get(user, 0), disk, saved))
    disk_left = os.statvfs(premises.homes)
    return Standing(
        record["title"],
        record["address"],
        hub,
        parent_answers(premises),
        tuple(seats),
        psutil.virtual_memory().available,
        disk_left.f_bavail * disk_left.f_frsize,
    )


def _memory_by_user() -> dict[int, int]:
    import psutil

    memory: dict[int, int] = {}
    for one in psutil.process_iter(["uids"]):
        try:
            if one.info["uids"] is not None and one.info["uids"].real >= 1000:
                memory[one.info["uids"].real] = (
                    memory.get(one.info["uids"].real, 0) + one.memory_full_info().pss
                )
        except psutil.Error:
            continue
    return memory


def _disk(home: Path) -> tuple[int, float | None]:
    """Return what a home holds and when work was last saved there; no file is opened, no link followed."""
    total, saved = 0, None
    try:
        laid_out = os.lstat(home / "bordercourse" / LEDGER).st_mtime
    except OSError:
        laid_out = 0.0  # a home whose first server has not started yet holds nothing of anybody
    for folder, folders, names in os.walk(home):
        folders[:] = [name for name in folders if name != ".ipynb_checkpoints"]
        for name in names:
            try:
                status = os.lstat(os.path.join(folder, name))
            except OSError:
                continue
            total += status.st_blocks * 512
            own = name.endswith(_WORK) and "/." not in folder[len(str(home)) :]
            if own and status.st_mtime > laid_out:  # what the course itself laid there is older
                saved = max(saved or 0.0, status.st_mtime)
    return total, saved


def standing_lines(standing: Standing, now: float | None = None) -> Iterator[str]:
    """Tell a standing, one line a person.

    Parameters
    ----------
    standing : Standing
        The class.
    now : float, optional
        The time, in seconds since 1970; the clock's where left out.
    """
    now = time.time() if now is None else now
    present = sum(seat.present for seat in standing.seats)
    yield _("{title}: {address}").format(title=standing.title, address=standing.address)
    yield _(
        "{present} of {all} servers are up. {memory} MB of memory and {disk} GB of disk are left."
    ).format(
        present=present,
        all=len(standing.seats),
        memory=standing.memory_left // _MB,
        disk=standing.disk_left // (1000 * _MB),
    )
    for seat in standing.seats:
        who = f"{seat.name} ({seat.id})" if seat.name else seat.id
        state = _("in") if seat.present else _("out")
        yield _("{who}: {state}, {memory} MB of memory, {disk} MB on disk, saved {when}").format(
            who=who, state=state, memory=seat.memory // _MB, disk=seat.disk // _MB, when=_ago(seat.saved, now)
        )
    yield from standing.advice()


def _ago(moment: float | None, now: float) -> str:
    if moment is None:
        return _("never")
    minutes = max(0, round((now - moment) / 60))
    if minutes < 2:
        return _("just now")
    if minutes < 120:
        return _("{n} minutes ago").format(n=minutes)
    return _("{n} hours ago").format(n=round(minutes / 60))
