"""A language that nobody speaks, to see which texts reach a catalogue: English with accents."""

from __future__ import annotations

import re

from bordercourse.translate.menus import MENUS, WAY

__all__ = ["pseudo"]

_ACCENTS = str.maketrans(
    "aceginorsuyzACEGINORSUYZ",
    "áçéğíñôřšúýžÁÇÉĞÍÑÔŘŠÚÝŽ",
)
# Places, code, the targets of links, tags, entities and the menus of JupyterLab stay.
_KEPT = re.compile(
    r"(\{[^{}]*\}|`[^`]*`|\]\([^)]*\)|<[^>]+>|&\w+;|https?://[^\s)]+|"
    + "|".join(rf"\*\*{menu}\*\*" for menu in MENUS)
    + f"|{WAY}|%\\d)"
)


def pseudo(text: str) -> str:
    """Return `text` with accents on its letters; each letter by itself, so that parts stay parts.

    Examples
    --------
    >>> pseudo("Open `load()` for {name}.")
    'Ôpéñ `load()` fôř {name}.'
    """
    parts = _KEPT.split(text)
    return "".join(part if n % 2 else part.translate(_ACCENTS) for n, part in enumerate(parts))
