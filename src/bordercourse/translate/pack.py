"""JupyterLab's words that a participant meets, in the language of the course: a language pack of our own.

``pack.toml`` lists them; their translations are the catalogue ``pack``. JupyterLab finds the packs by the
entry points ``jupyterlab.languagepack``, one a locale, and reads every JSON file beside the module that one
names. What nbgrader says stays English: it asks no catalogue.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LOCALES", "PACK", "PackText", "locale_of", "pack_json", "pack_texts"]

PACK = "pack"
_AND = " and "
#: The names of the entry points, which JupyterLab takes for locales; it takes no hyphen here.
LOCALES = {"id": "id_ID", "km": "km_KH", "ms": "ms_MY", "th": "th_TH", "vi": "vi_VN"}


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


def locale_of(language: str) -> str:
    """Return what JupyterLab calls a language of the course; empty where it has no pack.

    Examples
    --------
    >>> locale_of("km"), locale_of("")
    ('km_KH', '')
    """
    return LOCALES.get(language, "")


def pack_json(language: str, words: Mapping[str, str]) -> str:
    """Return the pack of a language as JupyterLab reads it.

    Parameters
    ----------
    language : str
        Its short name.
    words : mapping of str to str
        For each text its translation. " and " joins two of them in a menu, where it is given.
    """
    # Inside the file the locale has a hyphen: with another sign the pack is read and not used.
    name = LOCALES.get(language, language).replace("_", "-")
    head = {"domain": "jupyterlab", "language": name, "plural_forms": "nplurals=1; plural=0;"}
    pack: dict[str, object] = {"": head}
    for text in pack_texts():
        # None of our languages has a form for several; JupyterLab takes a text for one only with two entries.
        pack[text.text] = [words[text.text]] * (2 if text.plural else 1)
        if text.context:
            pack[f"{text.context}\u0004{text.text}"] = [words[text.text]]
    if words.get(_AND):
        pack["%1 and %2"] = [f"%1{words[_AND]}%2"]  # "Restart Kernel and Run All Cells…"
    return json.dumps(pack, ensure_ascii=False, indent=0) + "\n"


class _Pack:
    """One language's pack as an entry point: JupyterLab asks it only in which folder its file lies."""

    def __init__(self, language: str) -> None:
        self.__file__ = str(Path(__file__).parent.parent / "locale" / language / "lab" / "jupyterlab.json")


INDONESIAN, KHMER, MALAY, THAI, VIETNAMESE = map(_Pack, LOCALES)
