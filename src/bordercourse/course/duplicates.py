"""Which of several copies of a file is meant: the one that holds whatever the others hold.

A file that went by mail or stick comes back as ``name (1)``, in a folder of its own, or in capital
letters, often beside the untouched original. The same rule serves the participant's own computer
and the grader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Generic, TypeVar

from bordercourse.files import DamagedError, printable
from bordercourse.i18n import gettext as _

__all__ = ["Copy", "UnclearError", "chosen"]

Content = TypeVar("Content")


class UnclearError(DamagedError):
    """Two copies hold different answers, and only a person can say which one counts."""

    def __init__(self, names: Sequence[str], wanted: str) -> None:
        self.names, self.wanted = tuple(names), wanted
        super().__init__(
            _("{names}: which one counts? Keep one, named {name}").format(
                names=", ".join(map(printable, names)), name=wanted
            )
        )

    def __reduce__(self) -> tuple[type[UnclearError], tuple[tuple[str, ...], str]]:
        return type(self), (self.names, self.wanted)


@dataclass(frozen=True)
class Copy(Generic[Content]):
    """One readable copy.

    Parameters
    ----------
    name : str
        Where it lies, from the folder of the exercise.
    content : object
        What was read.
    answers : frozenset
        What its owner put in, as small pieces that can be compared.
    """

    name: str
    content: Content
    answers: frozenset[object]


def chosen(copies: Iterable[Copy[Content]], wanted: str) -> Copy[Content] | None:
    """Return the copy that counts; None where there is none.

    A copy counts if every answer of the others stands in it too. Of copies with equal answers, the
    one named `wanted` counts, else the one nearest to the top of the folder.

    Parameters
    ----------
    copies : iterable of Copy
        The readable ones, in any order.
    wanted : str
        The name that the file should have.

    Raises
    ------
    UnclearError
        If two copies hold different answers.

    Examples
    --------
    >>> old, new = Copy("a.ipynb", 1, frozenset()), Copy("a (1).ipynb", 2, frozenset({"b1: 12"}))
    >>> chosen([old, new], "a.ipynb").name
    'a (1).ipynb'
    """
    kept: list[Copy[Content]] = []
    for copy in sorted(copies, key=lambda copy: _rank(copy.name, wanted)):
        if not any(copy.answers <= other.answers for other in kept):
            kept = [other for other in kept if not other.answers < copy.answers] + [copy]
    if len(kept) > 1:
        raise UnclearError([copy.name for copy in kept], wanted)
    return kept[0] if kept else None


def _rank(name: str, wanted: str) -> tuple[int, bool, bool, str]:
    path = PurePath(name)
    return len(path.parts), path.name != wanted, path.name.lower() != wanted.lower(), name
