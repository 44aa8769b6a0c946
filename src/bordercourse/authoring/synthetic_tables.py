"""Make the invented tables again, as their records say, and write them."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse import datasets
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from bordercourse.datasets import Record

__all__ = ["CHECKOUT", "as_stored", "main", "remade", "synthetic_names"]

TABLES = Path(datasets.__file__).parent / "tables"
CHECKOUT = Path(__file__).parents[3]


def synthetic_names() -> list[str]:
    """Return the names of the invented tables, sorted."""
    return [name for name in datasets.names() if datasets.describe(name).synthetic]


def remade(record: Record, checkout: Path = CHECKOUT) -> pd.DataFrame:
    """Return an invented table, made again as its record says.

    Parameters
    ----------
    record : Record
        From ``datasets.describe``.
    checkout : pathlib.Path
        The folder of the repository: the arguments of some tables tell the answers of an exercise, so they
        stand there and not in the package.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    InputError
        If the record names no maker, or the file with further arguments is not there.
    """
    maker = record.maker
    if maker is None:
        raise InputError(record.name, _("its record names no maker."), _("Add [maker] with name and seed."))
    arguments: dict[str, Any] = dict(maker.arguments)
    if maker.key:
        path = checkout / maker.key
        if not path.is_file():
            raise InputError(
                record.name, _("{path} is not there.").format(path=maker.key), _("Work in a checkout.")
            )
        arguments |= tomllib.loads(path.read_text(encoding="utf-8"))
    made: Any = getattr(datasets, maker.name)(**arguments)
    table: pd.DataFrame = getattr(made, maker.part) if maker.part else made
    return table.drop(columns=list(maker.leaves_out))


def as_stored(table: pd.DataFrame) -> bytes:
    """Return the bytes of a stored table: UTF-8, one line a row, days as 2024-12-31."""
    text: str = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return text.encode()


def main(argv: Sequence[str] | None = None) -> int:
    """Write the invented tables; say which changed."""
    parser = argparse.ArgumentParser(
        prog="bordercourse authoring tables",
        description=_("Make the invented tables again, as their records say, and write them."),
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=_("some tables only"))
    parser.add_argument("--check", action="store_true", help=_("write nothing; fail if a table would change"))
    given = parser.parse_args(argv)
    changed = 0
    for name in given.names or synthetic_names():
        path = TABLES / f"{datasets.describe(name).name}.csv"
        made = as_stored(remade(datasets.describe(name)))
        same = path.is_file() and path.read_bytes() == made
        changed += not same
        if not same and not given.check:
            path.write_bytes(made)
        print(f"{name}: {_('as it was') if same else _('would change') if given.check else _('written')}")
    return int(given.check and changed > 0)
