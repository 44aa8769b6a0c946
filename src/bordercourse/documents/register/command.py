"""``bordercourse register serve``: a register on this machine, with practice entries or your own."""

from __future__ import annotations

import argparse
import ipaddress
from typing import TYPE_CHECKING

from bordercourse.documents import practice
from bordercourse.documents.register.practice import open_practice_register
from bordercourse.errors import CourseError, InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    try:
        _hold_to_loopback(options.host)
        register = open_practice_register(options.database)
    except CourseError as error:
        print(error)
        return 2
    import uvicorn

    from bordercourse.documents.register.app import make_app

    print(
        _("The register of Utopia answers on http://{host}:{port}/verify with {n} invented entries.").format(
            host=options.host, port=options.port, n=len(register)
        )
    )
    print(_("Practice only: its keys are public. Stop it with Ctrl+C."))
    app = make_app(register, hosts=(options.host, "localhost"))
    try:
        uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False)
    finally:
        register.close()
    return 0


def _hold_to_loopback(host: str) -> None:
    try:
        safe = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        safe = False
    if not safe:
        raise InputError(
            "--host",
            f"{host!r} is open to other machines.",
            "Its keys are public, so it serves this machine only: leave --host out.",
        )
