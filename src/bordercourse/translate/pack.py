"""JupyterLab's words that a participant meets, in the language of the course: a language pack of our own.

``pack.toml`` lists them; their translations are the catalogue ``pack``. JupyterLab finds the packs by the
entry points ``jupyterlab.languagepack``, one a locale, and reads every JSON file beside the module that one
names. What nbgrader says stays English: it asks no catalogue.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PACK", "PackText", "pack_texts"]

PACK = "pack"


@dataclass(frozen=True)
class PackText:
    """A text of JupyterLab.

    Attributes
    ----------
    text, plural : str
        The text, and its form for several where it has one.
    context : str
        Where JupyterLab asks for it by its place too, such as ``menu``; else empty.
    where : str
        What a translator is told about its place.
    """

    text: str
    plural: str
    context: str
    where: str


def pack_texts() -> Iterator[PackText]:
    """Yield the texts of JupyterLab that the course translates, place by place.

    Examples
    --------
    >>> [text.text for text in pack_texts() if text.where == "name of a menu"][:3]
    ['File', 'Edit', 'View']
    """
    stored = tomllib.loads((Path(__file__).parent / "pack.toml").read_text(encoding="utf-8"))
    for group in stored["groups"]:
        pairs = [*((text, "") for text in group["texts"]), *group.get("plural", {}).items()]
        for text, plural in pairs:
            yield PackText(text, plural, group.get("context", ""), group["where"])
