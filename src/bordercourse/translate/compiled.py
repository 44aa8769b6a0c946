"""Catalogues made ready for those who read: only what is whole, and nothing that marking keeps back.

For each language ``bordercourse/locale/LANG`` holds the library's texts (``LC_MESSAGES/bordercourse.mo``)
and, for each page that is whole, its own (``pages/NN-slug.json``). It is made, and not kept in git.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

from bordercourse.errors import InputError
from bordercourse.files import write_whole
from bordercourse.i18n import gettext as _
from bordercourse.i18n import is_language
from bordercourse.translate.catalogues import AFTER_MARKING, METHODS, REVIEWER, files_of, open_catalogue
from bordercourse.translate.faults import faults_of_entry
from bordercourse.translate.library_texts import PACKAGE
from bordercourse.translate.pack import PACK

__all__ = ["COMPILED", "Readiness", "TranslatedPage", "build", "page_texts", "pages", "readiness", "refresh"]

COMPILED = PACKAGE / "locale"
_CORE = ("library", "desk")  # without these two a language is not offered at all
_RECORDS = "records"


@dataclass(frozen=True)
class Readiness:
    """How far one catalogue is."""

    name: str
    done: int
    fuzzy: int
    missing: int
    faulty: int

    @property
    def whole(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.fuzzy or self.missing or self.faulty)


@dataclass(frozen=True)
class TranslatedPage:
    """A module in a language: what a person reads before marking, and whether anybody has reviewed it."""

    draft: bool
    texts: Mapping[str, str]


def _open(root: Path, language: str) -> dict[str, polib.POFile]:
    return {name: open_catalogue(path, language) for name, path in files_of(root, language).items()}


def _active(catalogue: Iterable[polib.POEntry]) -> Iterator[polib.POEntry]:
    return (entry for entry in catalogue if not entry.obsolete)


def _state(name: str, entries: Iterable[polib.POEntry], language: str) -> Readiness:
    done = fuzzy = missing = faulty = 0
    for entry in entries:
        if not (entry.msgstr or entry.msgstr_plural.get(0)):
            missing += 1
        elif entry.fuzzy:
            fuzzy += 1
        elif faults_of_entry(entry, language):
            faulty += 1
        else:
            done += 1
    return Readiness(name, done, fuzzy, missing, faulty)


def readiness(root: Path, language: str) -> list[Readiness]:
    """Return how far each catalogue of a language is.

    Parameters
    ----------
    root : path
        The checkout.
    language : str
        Its short name.
    """
    return [_state(name, _active(po), language) for name, po in _open(root, language).items()]


def _lacking(slug: str, root: Path, language: str, held: Mapping[str, polib.POFile]) -> list[str]:
    """Name the catalogues that a page needs and that are not whole."""
    lacking = [
        name
        for name in (*_CORE, slug, *_rooms_of(slug, root))
        if name not in held or not _state(name, _active(held[name]), language).whole
    ]
    tables = _tables_of(slug, root)
    records = [entry for entry in _active(held.get(_RECORDS, ())) if _stands_in(entry, tables)]
    there = {table for entry in records for table in tables if _stands_in(entry, {table})}
    if there != tables or not _state(_RECORDS, records, language).whole:
        lacking.append(_RECORDS)
    return lacking


def _stands_in(entry: polib.POEntry, tables: set[str]) -> bool:
    return any(
        place == f"datasets/tables/{name}.toml" for place, _line in entry.occurrences for name in tables
    )


def _code_of(slug: str, root: Path) -> Iterator[str]:
    """Yield all code that a page runs: its lesson's, its exercise's and its module of figures."""
    for path in (
        root / "notebooks" / f"{slug}.ipynb",
        root / "exercises" / "source" / slug / f"{slug}.ipynb",
    ):
        if path.is_file():
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                if cell["cell_type"] == "code":
                    yield "".join(cell["source"])
    figures = PACKAGE / "lessons" / f"{slug.partition('-')[2].replace('-', '_')}.py"
    if figures.is_file():
        yield figures.read_text(encoding="utf-8")


def _rooms_of(slug: str, root: Path) -> list[str]:
    """Return the rooms of methods that a page imports: their messages may be shown on it."""
    named: set[str] = set()
    for source in _code_of(slug, root):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module == "bordercourse":
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bordercourse."):
                named.add((node.module or "").split(".")[1])
    return sorted(named & set(METHODS))


def _tables_of(slug: str, root: Path) -> set[str]:
    """Return the data sets that a page loads by name."""
    loaded = set()
    for source in _code_of(slug, root):
        loaded |= set(re.findall(r"\b(?:load|describe|readable)\([^)]*?\"([a-z0-9_]+)\"", source))
    return {name for name in loaded if (PACKAGE / "datasets" / "tables" / f"{name}.toml").is_file()}


def build(root: Path, language: str, target: Path = COMPILED) -> dict[str, list[str]]:
    """Make the catalogues of a language ready; return each page that has one, with what it still lacks.

    Parameters
    ----------
    root : path
        The checkout.
    language : str
        Its short name.
    target : path
        The folder in which the folder of the language is made anew.

    Returns
    -------
    dict
        For each module with a catalogue, the catalogues that are not whole. A module with none is offered.
        Where the library or the desk is not whole, nothing is written: the language is not offered.
    """
    held = _open(root, language)
    folder = target / language
    shutil.rmtree(folder, ignore_errors=True)
    slugs = [name for name in held if (PACKAGE / "course" / "modules" / f"{name}.toml").is_file()]
    lacking = {slug: _lacking(slug, root, language, held) for slug in slugs}
    whole = {name for name, po in held.items() if _state(name, _active(po), language).whole}
    if not set(_CORE) <= whole:
        return lacking
    offered = {slug for slug in slugs if not lacking[slug]}
    library = polib.POFile()
    library.metadata = dict(held["library"].metadata)
    for name, po in held.items():
        if name == PACK:
            continue
        # A module speaks as a whole or not at all; single records are whole by themselves.
        if name == _RECORDS or name in (offered if name in slugs else whole):
            library.extend(entry for entry in _active(po) if _may_be_shown(entry, language))
    _drop_doubled(library)
    (folder / "LC_MESSAGES").mkdir(parents=True)
    library.save_as_mofile(str(folder / "LC_MESSAGES" / "bordercourse.mo"))
    (folder / "pages").mkdir()
    for slug in sorted(offered):
        shown = {
            entry.msgid: entry.msgstr for entry in _active(held[slug]) if AFTER_MARKING not in entry.comment
        }
        page = {"draft": not held[slug].metadata.get(REVIEWER), "texts": shown}
        text = json.dumps(page, ensure_ascii=False, indent=0, sort_keys=True)
        write_whole(folder / "pages" / f"{slug}.json", text + "\n")
    return lacking


def _may_be_shown(entry: polib.POEntry, language: str) -> bool:
    """Whether the library itself asks for an entry, and it is whole."""
    of_library = any(not place.partition("#")[0].endswith(".ipynb") for place, _line in entry.occurrences)
    return of_library and not faults_of_entry(entry, language)


def _drop_doubled(catalogue: polib.POFile) -> None:
    """Keep the first of entries that several catalogues hold."""
    seen: set[str] = set()
    for entry in list(catalogue):
        if entry.msgid in seen:
            catalogue.remove(entry)
        seen.add(entry.msgid)


def refresh(language: str) -> None:
    """Build a language anew where its catalogues are newer than what was built; nothing outside a checkout.

    Raises
    ------
    InputError
        If the course does not speak it.
    """
    root = PACKAGE.parent.parent
    made = COMPILED / language / "LC_MESSAGES" / "bordercourse.mo"
    if is_language(language) and (root / "locale" / language).is_dir():
        newest = max((path.stat().st_mtime for path in files_of(root, language).values()), default=0.0)
        if not made.is_file() or made.stat().st_mtime < newest:
            build(root, language)
    if not is_language(language) or not made.is_file():
        there = sorted(path.name for path in COMPILED.glob("*") if (path / "pages").is_dir())
        raise InputError(
            "--language",
            _("the course does not speak {name} yet.").format(name=repr(language)),
            _(
                "It speaks English and: {names}. `bordercourse translate status` tells what is missing."
            ).format(names=", ".join(there) or "-"),
        )


def pages(language: str) -> list[str]:
    """Return the modules that are offered in a language."""
    return sorted(path.stem for path in (COMPILED / language / "pages").glob("*.json"))


def page_texts(language: str, slug: str) -> TranslatedPage | None:
    """Return a module's texts in a language; None where it stays English."""
    try:
        stored = json.loads((COMPILED / language / "pages" / f"{slug}.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    return TranslatedPage(bool(stored["draft"]), dict(stored["texts"]))
