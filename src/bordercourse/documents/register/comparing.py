"""When two spellings on paper and in a register count as the same. Exact, apart from writing habits."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["compare", "same"]

_NAMES = {"name", "mother", "father", "spouse"}


def same(field: str, asked: str, held: str) -> bool:
    r"""Say whether `asked` is `held`, apart from capitals, Latin accents, punctuation and word order.

    Another romanisation is not the same here.

    Parameters
    ----------
    field : str
        Name of the field; the order of words counts in none that holds a person's name.
    asked : str
        What the certificate states.
    held : str
        What the register holds; several spellings are separated by ``|``.

    Examples
    --------
    >>> same("name", "Anna-María ERIKSSON", "ERIKSSON ANNA MARIA")
    True
    >>> same("name", "BOONMEE SOMCHAI", "BUNMI SOMCHAI | BOONMEE SOMCHAI")
    True
    >>> same("name", "نورا\u200cلله", "نورالله")
    True
    >>> same("event_date", "1990-12-05", "1990-05-12")
    False
    """
    plain = _plain(field, asked)
    return any(_plain(field, spelling) == plain for spelling in held.split("|"))


def compare(asked: Mapping[str, str], held: Mapping[str, str | None]) -> dict[str, bool | None]:
    """Return for each asked field whether it is the same; None where the register holds nothing.

    Every field is compared, whatever the others give: the work does not depend on the result.

    Parameters
    ----------
    asked : mapping
        The fields of a question.
    held : mapping
        The fields of an entry.
    """
    return {
        field: None if held.get(field) is None else same(field, value, str(held[field]))
        for field, value in asked.items()
    }


def _plain(field: str, text: str) -> str:
    kept: list[str] = []
    latin = False
    for character in unicodedata.normalize("NFKD", text.casefold()):
        category = unicodedata.category(character)
        if category == "Cf":  # a joiner stands inside a word, and is not seen
            continue
        kind = category[0]
        if kind == "M":  # an accent of a Latin letter falls away; a Thai or Khmer vowel sign does not
            if not latin:
                kept.append(character)
            continue
        latin = "a" <= character <= "z"
        kept.append(character if kind in "LN" else " ")
    words = "".join(kept).split()
    return " ".join(sorted(words) if field in _NAMES else words)
