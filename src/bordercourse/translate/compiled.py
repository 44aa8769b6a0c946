"""Catalogues made ready for those who read: only what is whole, and nothing that marking keeps back.

What is made, and where it lies, stands in `bordercourse.translate.offered`. It is not kept in git.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

from bordercourse.course.notebooks import MEMO_STUB
from bordercourse.errors import InputError
from bordercourse.files import put_in_place, write_whole
from bordercourse.translate.catalogues import (
    AFTER_MARKING,
    METHODS,
    REVIEWER,
    files_of,
    notebooks_of,
    open_catalogue,
)
from bordercourse.translate.faults import faults_of_entry
from bordercourse.translate.library_texts import PACKAGE
from bordercourse.translate.localise import localise
from bordercourse.translate.menus import MENUS, with_menus
from bordercourse.translate.offered import COMPILED
from bordercourse.translate.pack import PACK, pack_json

__all__ = ["Readiness", "build", "readiness", "why_not_laid"]

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


def _open(root: Path, language: str) -> dict[str, polib.POFile]:
    return {name: open_catalogue(path, language) for name, path in files_of(root, language).items()}


def _active(catalogue: Iterable[polib.POEntry]) -> Iterator[polib.POEntry]:
    return (entry for entry in catalogue if not entry.obsolete)


def _state(name: str, entries: Iterable[polib.POEntry], language: str) -> Readiness:
    done = fuzzy = missing = faulty = 0
    for entry in entries:
        if not _words(entry):
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


def _needed(name: str, root: Path) -> list[str]:
    """Name the catalogues that a page needs, besides its tables."""
    return [*_CORE, name, *(room for room in _rooms_of(name, root) if room != name)]


def _lacking(name: str, root: Path, language: str, held: Mapping[str, polib.POFile]) -> list[str]:
    """Name the catalogues that a page needs and that are not whole."""
    lacking = [
        one
        for one in _needed(name, root)
        if one not in held or not _state(one, _active(held[one]), language).whole
    ]
    if name not in lacking and why_not_laid(name, root, held[name]):
        lacking.append(name)
    tables = _tables_of(name, root)
    records = [entry for entry in _active(held.get(_RECORDS, ())) if _stands_in(entry, tables)]
    there = {table for entry in records for table in tables if _stands_in(entry, {table})}
    if there != tables or not _state(_RECORDS, records, language).whole:
        lacking.append(_RECORDS)
    return lacking


def why_not_laid(name: str, root: Path, catalogue: polib.POFile) -> str:
    """Say what a translation would change besides words in a notebook of a page; nothing where all is well.

    Parameters
    ----------
    name : str
        The page; nothing is said of a catalogue that is no page's.
    root : path
        The checkout.
    catalogue : polib.POFile
        Its translations; those of hidden tests count too.
    """
    import nbformat

    words = {entry.msgid: entry.msgstr for entry in _active(catalogue) if not entry.fuzzy}
    try:
        for path in notebooks_of(root, name):
            localise(nbformat.read(path, as_version=4), words)
    except InputError as error:
        return str(error)
    return ""


def _stands_in(entry: polib.POEntry, tables: set[str]) -> bool:
    return any(
        place == f"datasets/tables/{name}.toml" for place, _line in entry.occurrences for name in tables
    )


def _code_of(name: str, root: Path) -> Iterator[str]:
    """Yield all code that a page runs: its notebooks' and its module of figures."""
    for path in notebooks_of(root, name):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])
    slug = name.removesuffix("-annex")
    figures = PACKAGE / "lessons" / f"{slug.partition('-')[2].replace('-', '_')}.py"
    if figures.is_file():
        yield figures.read_text(encoding="utf-8")


def _rooms_of(name: str, root: Path) -> list[str]:
    """Return the rooms of methods that a page imports: their messages may be shown on it."""
    named: set[str] = set()
    for source in _code_of(name, root):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module == "bordercourse":
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bordercourse."):
                named.add((node.module or "").split(".")[1])
    return sorted(named & set(METHODS))


def _tables_of(name: str, root: Path) -> set[str]:
    """Return the data sets that a page loads by name."""
    loaded = set()
    for source in _code_of(name, root):
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
        For each page with a catalogue, the catalogues that are not whole. A page with none is offered.
        Where the library or the desk is not whole, nothing is written: the language is not offered.
    """
    held = _open(root, language)
    named = [name for name in held if any(True for _path in notebooks_of(root, name))]
    lacking = {name: _lacking(name, root, language, held) for name in named}
    whole = {name for name, po in held.items() if _state(name, _active(po), language).whole}
    if not set(_CORE) <= whole:
        shutil.rmtree(target / language, ignore_errors=True)
        return lacking
    offered = {name for name in named if not lacking[name]}
    menus = _menus(held[PACK] if PACK in whole else (), held["desk"])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".build-") as scratch:
        folder = Path(scratch) / language
        _write_library(folder, held, whole - set(named) | offered, menus, language)
        (folder / "pages").mkdir()
        for name in sorted(offered):
            _write_page(folder / "pages" / f"{name}.json", held, name, menus, root)
        write_whole(folder / "menus.json", json.dumps(menus, ensure_ascii=False, indent=0) + "\n")
        if PACK in whole:
            # The course's own word for "and" stands between two parts of a menu.
            every = (entry for po in held.values() for entry in _active(po) if entry.msgid == " and ")
            words = {entry.msgid: _words(entry) for entry in (*every, *_active(held[PACK]))}
            (folder / "lab").mkdir()
            write_whole(folder / "lab" / "jupyterlab.json", pack_json(language, words))
        shutil.rmtree(target / language, ignore_errors=True)
        put_in_place(folder, target / language)
    return lacking


def _words(entry: polib.POEntry) -> str:
    return str(entry.msgstr or entry.msgstr_plural.get(0, ""))


def _menus(pack: Iterable[polib.POEntry], desk: polib.POFile) -> dict[str, str]:
    """Return what the screen calls each menu; the pack has an ellipsis where a question follows."""
    words = {entry.msgid.removesuffix("…"): entry.msgstr.removesuffix("…") for entry in _active(pack)}
    words |= {entry.msgid: entry.msgstr for entry in _active(desk) if entry.msgid == "Home"}
    named = (*MENUS, "Run All Above Selected Cell", "Clear Outputs of All Cells")
    return {name: words[name] for name in named if name in words}


def _write_library(
    folder: Path, held: Mapping[str, polib.POFile], spoken: set[str], menus: Mapping[str, str], language: str
) -> None:
    """Write what the library itself asks for; a page's own texts only where the page is offered."""
    library = polib.POFile()
    reviewed = all(held[name].metadata.get(REVIEWER) for name in _CORE)
    library.metadata = {**held["library"].metadata, REVIEWER: "yes" if reviewed else ""}
    seen: set[str] = set()
    for name, po in held.items():
        # A page speaks as a whole or not at all; single records are whole by themselves.
        if name == PACK or (name != _RECORDS and name not in spoken):
            continue
        for entry in _active(po):
            if entry.msgid not in seen and _may_be_shown(entry, language):
                seen.add(entry.msgid)
                entry.msgstr = with_menus(entry.msgid, entry.msgstr, menus)
                library.append(entry)
    (folder / "LC_MESSAGES").mkdir(parents=True)
    library.save_as_mofile(str(folder / "LC_MESSAGES" / "bordercourse.mo"))


def _write_page(
    path: Path, held: Mapping[str, polib.POFile], name: str, menus: Mapping[str, str], root: Path
) -> None:
    shown = {
        entry.msgid: with_menus(entry.msgid, entry.msgstr, menus)
        for entry in _active(held[name])
        if AFTER_MARKING not in entry.comment
    }
    shown |= {e.msgid: e.msgstr for e in _active(held["library"]) if e.msgid == MEMO_STUB}
    draft = not all(held[one].metadata.get(REVIEWER) for one in _needed(name, root))
    page = {"draft": draft, "texts": shown}
    write_whole(path, json.dumps(page, ensure_ascii=False, indent=0, sort_keys=True) + "\n")


def _may_be_shown(entry: polib.POEntry, language: str) -> bool:
    """Whether the library itself asks for an entry, and it is whole."""
    of_library = any(not place.partition("#")[0].endswith(".ipynb") for place, _line in entry.occurrences)
    return of_library and not faults_of_entry(entry, language)
