"""Where browsers find a class: address, port, and whether the line is encrypted."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from bordercourse.classroom.certificate import RoomCertificate, own_certificate, taken_certificate
from bordercourse.classroom.premises import Premises
from bordercourse.classroom.running import free_ports, stop_programs
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["own_address", "settle_place"]

PORT = 8000


def own_address() -> str:
    """Return the address of this machine in its network.

    Raises
    ------
    InputError
        If it has none, or several.
    """
    import psutil

    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        str(place.address)
        for name, places in psutil.net_if_addrs().items()
        for place in places
        if name in up and place.family == socket.AF_INET and not place.address.startswith("127.")
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            "--address",
            _("this computer is in no network."),
            _("Switch the Wi-Fi on first. To try alone, add --address 127.0.0.1."),
        )
    raise InputError(
        "--address",
        _("this computer has several addresses."),
        _("Name the one of the class's Wi-Fi: {addresses}.").format(addresses=", ".join(found)),
    )


def settle_place(
    premises: Premises,
    record: dict[str, Any],
    port: int | None,
    bind: str | None,
    *,
    https: bool | None = None,
    certificate: tuple[Path, Path] | None = None,
) -> str:
    """Write into `record` where the class is found, and return its address.

    Who wants it elsewhere, or with another certificate, has its door closed first.

    Parameters
    ----------
    premises : Premises
        The class.
    record : dict
        What the class remembers.
    port : int, optional
        The port; as before, or 8000, where left out.
    bind : str, optional
        The only address at which it answers; as before, or all, where left out.
    https : bool, optional
        Whether the line is encrypted; as before, or not, where left out.
    certificate : tuple of path, optional
        A certificate and its key that were brought along.

    Raises
    ------
    InputError
        If there is no such address, port or certificate.
    """
    known, lock = record.get("ports", {}), record.get("https") or {}
    room, at = port or known.get("room", PORT), record.get("bind", "") if bind is None else bind
    host = at or own_address()
    before = (known.get("room"), record.get("bind"), lock.get("fingerprint"))
    if certificate is not None:
        taken = taken_certificate(premises, *certificate, host)
        lock = {**_kept(taken), "own": False}
    elif https is False:
        lock = {}
    elif https or lock:
        lock = {**_kept(own_certificate(premises, host)), "own": True} if lock.get("own", True) else lock
    after = (room, at, lock.get("fingerprint"))
    if after != before:
        if known:
            stop_programs(premises, ("hub", "proxy"))
        _must_be_free(at, room)
        inside = {name: known[name] for name in ("hub", "proxy")} if known else _inside()
        record["ports"] = {"room": room, **inside}
    record["bind"], record["https"] = at, lock
    return f"{'https' if lock else 'http'}://{lock.get('host', host)}:{room}"


def _kept(certificate: RoomCertificate) -> dict[str, Any]:
    return {name: str(value) for name, value in vars(certificate).items()}


def _inside() -> dict[str, int]:
    hub, proxy = free_ports(2)
    return {"hub": hub, "proxy": proxy}


def _must_be_free(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as error:
            raise InputError(
                "--port",
                _("{port} cannot be used ({why}).").format(port=port, why=error),
                _("Choose another, such as 8080."),
            ) from None
