"""The command ``bordercourse authoring``: what a contributor does to the course itself."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_TASKS = {
    "tables": (
        "bordercourse.authoring.synthetic_tables",
        _("make the invented tables anew and write them"),
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one task and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="bordercourse authoring",
        description=_("What a contributor does to the course itself."),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<10} {text}" for name, (_module, text) in _TASKS.items()),
    )
    parser.add_argument("task", choices=[*_TASKS])
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    return int(import_module(_TASKS[given.task][0]).main(given.rest))
