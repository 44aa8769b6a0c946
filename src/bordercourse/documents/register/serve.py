"""``bordercourse register serve``: a register on this machine, with practice entries or your own."""

from __future__ import annotations

import argparse
import ipaddress
import socket
from typing import TYPE_CHECKING

from bordercourse.documents import practice
from bordercourse.documents.register.utopia import open_practice_register
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bordercourse.documents.register.store import Register

__all__ = ["main", "parser"]


def parser() -> argparse.ArgumentParser:
    """Return the parser of what follows ``bordercourse register``."""
    top = argparse.ArgumentParser(
        prog="bordercourse register", description=_("A civil register that answers verification requests.")
    )
    serve = top.add_subparsers(dest="what", required=True).add_parser(
        "serve",
        help=_("answer requests until you press Ctrl+C"),
        description=_(
            "Serve a register with invented entries of Utopia. Its keys are public: it is for practice and "
            "tests, never for real people. It judges every request as if today were {day}."
        ).format(day=practice.TODAY),
    )
    serve.add_argument("--host", default="127.0.0.1", help=_("address to listen on (this machine only)"))
    serve.add_argument("--port", type=int, default=8765, help=_("port to listen on"))
    serve.add_argument(
        "--database",
        default="sqlite:///register.sqlite",
        help=_("database address as SQLAlchemy writes it; the default is a file in this folder"),
    )
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; `argv` is what follows ``bordercourse register``."""
    options = parser().parse_args(argv)
    _hold_to_loopback(options.host)
    with _listener(options.host, options.port) as listener:
        register = open_practice_register(options.database)
        try:
            _serve(register, options.host, listener)
        finally:
            register.close()
    return 0


def _serve(register: Register, host: str, listener: socket.socket) -> None:
    import uvicorn

    from bordercourse.documents.register.app import make_app

    print(
        _("The register of Utopia answers on http://{host}:{port}/verify with {n} invented entries.").format(
            host=f"[{host}]" if ":" in host else host, port=listener.getsockname()[1], n=len(register)
        )
    )
    print(_("Practice only: its keys are public. Stop it with Ctrl+C."), flush=True)
    app = make_app(register, hosts=(host, "localhost"))
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if not 0 <= port <= 65535:  # Python would open a socket first, and leave it open
            raise OverflowError(_("a port is a number from 0 to 65535"))
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise InputError(
            "--port",
            _("{port} cannot be used ({error}).").format(port=port, error=error),
            _("Give another one, for example --port 8766."),
        ) from None


def _hold_to_loopback(host: str) -> None:
    try:
        safe = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        safe = False
    if not safe:
        raise InputError(
            "--host",
            _("{host} is open to other machines.").format(host=repr(host)),
            _("Its keys are public, so it serves this machine only: leave --host out."),
        )
