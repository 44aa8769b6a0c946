"""The languages that an installation speaks, and its pages in them.

For each language ``bordercourse/locale/LANG`` holds the library's texts (``LC_MESSAGES/bordercourse.mo``),
for each page that is whole its own (``pages/NN-slug.json``), what JupyterLab's menus are called
(``menus.json``) and JupyterLab's pack (``lab``). `compiled.build` makes it; a wheel carries it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import is_draft, is_language, mark, speaking
from bordercourse.translate.library_texts import PACKAGE
from bordercourse.translate.localise import localise, texts
from bordercourse.translate.menus import with_menus

__all__ = [
    "COMPILED",
    "TranslatedPage",
    "draft_note",
    "has_pack",
    "in_language",
    "marking_texts",
    "offered_languages",
    "page_texts",
    "pages",
    "refresh",
]

COMPILED = PACKAGE / "locale"
_CATALOGUES = PACKAGE.parent.parent / "locale"  # a checkout's
_DRAFT = mark("Draft translation, not yet reviewed by a native speaker.")


@dataclass(frozen=True)
class TranslatedPage:
    """A page in a language: what a person reads before marking, and whether nobody has reviewed it."""

    draft: bool
    texts: Mapping[str, str]


def offered_languages() -> list[str]:
    """Return the short names of the languages that this installation speaks besides English."""
    return sorted(path.parent.name for path in COMPILED.glob("*/pages") if is_language(path.parent.name))


def refresh(language: str) -> None:
    """Build a language anew where its catalogues are newer than what was built; nothing outside a checkout.

    Raises
    ------
    InputError
        If the course does not speak it.
    """
    root = _CATALOGUES.parent
    made = COMPILED / language / "LC_MESSAGES" / "bordercourse.mo"
    if is_language(language) and (_CATALOGUES / language).is_dir():
        from bordercourse.translate.catalogues import files_of
        from bordercourse.translate.compiled import build

        newest = max((path.stat().st_mtime for path in files_of(root, language).values()), default=0.0)
        if not made.is_file() or made.stat().st_mtime < newest:
            build(root, language)
    if not is_language(language) or not made.is_file():
        raise InputError(
            "--language",
            _("the course does not speak {name} yet.").format(name=repr(language)),
            _("It speaks English (en){others}.").format(
                others="".join(f", {name}" for name in offered_languages())
            ),
        )


def pages(language: str) -> list[str]:
    """Return the pages that are offered in a language: modules, their annexes, the glossary."""
    return sorted(path.stem for path in (COMPILED / language / "pages").glob("*.json"))


def page_texts(language: str, name: str) -> TranslatedPage | None:
    """Return a page's texts in a language; None where it stays English."""
    stored = _stored(COMPILED / language / "pages" / f"{name}.json") if is_language(language) else None
    return None if stored is None else TranslatedPage(bool(stored["draft"]), dict(stored["texts"]))


def has_pack(language: str) -> bool:
    """Tell whether JupyterLab itself speaks a language of the course."""
    return is_language(language) and (COMPILED / language / "lab" / "jupyterlab.json").is_file()


def marking_texts(language: str, name: str) -> Mapping[str, str] | None:
    """Return a page's texts with those that are seen only after marking; None where it stays English.

    Only a checkout has the latter: an installation holds nothing that would tell an answer.
    """
    page = page_texts(language, name)
    path = _CATALOGUES / language / f"{name}.po"
    if page is None or not path.is_file():
        return None if page is None else page.texts
    return {**_all_texts(path, path.stat().st_mtime_ns, language), **page.texts}


@lru_cache(maxsize=64)
def _all_texts(path: Path, _time: int, language: str) -> Mapping[str, str]:
    from bordercourse.translate.catalogues import open_catalogue

    entries = open_catalogue(path, language)
    return {entry.msgid: entry.msgstr for entry in entries if not (entry.obsolete or entry.fuzzy)}


def draft_note(language: str, page: TranslatedPage | None = None) -> str:
    """Return the line at the head of what nobody has reviewed, in its language and in English; else nothing.

    Parameters
    ----------
    language : str
        A language that is offered, or an empty text for English.
    page : TranslatedPage, optional
        The page that the line is for; without it, the line is for the library's own texts.
    """
    if not (is_draft(language) or (page is not None and page.draft)):
        return ""
    with speaking(language):
        return f"{_(_DRAFT)} · {_DRAFT}"


def in_language(notebook: Any, language: str, name: str) -> Any:
    """Return a page for a workspace in `language`: translated as a whole, or in English and saying so.

    Parameters
    ----------
    notebook : mapping
        The English page, as nbformat reads it.
    language : str
        A language that is offered.
    name : str
        The page: number and slug of the module, with ``-annex`` for its annex, or ``glossary``.
    """
    from nbgrader.utils import compute_checksum

    page = page_texts(language, name)
    if page is not None:
        translated = localise(notebook, page.texts, heading=draft_note(language, page))
        for cell in translated["cells"]:
            if cell["cell_type"] == "code":  # figures and tables of the English page
                cell["outputs"], cell["execution_count"] = [], None
            # By it nbgrader's Validate knows that a memo is not begun, in whatever words.
            elif cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["metadata"]["nbgrader"]["checksum"] = compute_checksum(cell)
        return translated
    # Its menus are those of the screen all the same.
    menus = _stored(COMPILED / language / "menus.json") or {}
    named = {text.text: with_menus(text.text, text.text, menus) for text in texts(notebook)} if menus else {}
    with speaking(language):
        line = _("This page is in English, because its translation is not ready.")
    return localise(notebook, named, heading=line)


def _stored(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return None
