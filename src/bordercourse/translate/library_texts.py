"""The library's own texts: what its code wraps in gettext, its templates, and its records.

Babel's extractor passes over a call inside an f-string on Python 3.11, and none knows our records; so
code is read as a syntax tree, and a record by showing it and listening to what is asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bordercourse.i18n import heard, speaking

__all__ = ["PACKAGE", "LibraryText", "asked_dynamically", "library_texts"]

PACKAGE = Path(__file__).resolve().parent.parent
_FUNCTIONS = {"gettext", "ngettext", "mark"}


@dataclass(frozen=True)
class LibraryText:
    """A text of the library.

    Attributes
    ----------
    text, plural : str
        The text, and its form for many where it has one.
    place : str
        The file that holds it, from the package on.
    """

    text: str
    place: str
    plural: str = ""


@cache
def library_texts() -> tuple[LibraryText, ...]:
    """Return every text of the library, file by file; read once."""
    return tuple(_all_texts())


def _all_texts() -> Iterator[LibraryText]:
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] in ("_course", "locale"):
            continue
        if path.suffix == ".py":
            yield from _of_code(path, place.as_posix())
        elif path.suffix == ".j2":
            yield from _of_template(path, place.as_posix())
        elif path.suffix == ".toml":
            yield from (LibraryText(text, place.as_posix()) for text in _of_record(path))


def asked_dynamically() -> Iterator[str]:
    """Yield ``place: call`` for each call of gettext whose text stands elsewhere, in a marked constant."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for call in _calls(path):
            if not isinstance(call.args[0], ast.Constant):
                yield f"{path.relative_to(PACKAGE).as_posix()}: {ast.unparse(call)}"


def _calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "bordercourse.i18n"
        for alias in node.names
        if alias.name in _FUNCTIONS
    }
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]
    yield from sorted((call for call in found if call.args), key=lambda call: (call.lineno, call.col_offset))


def _of_code(path: Path, place: str) -> Iterator[LibraryText]:
    for call in _calls(path):
        given = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if given and given[0] and isinstance(call.args[0], ast.Constant):
            yield LibraryText(given[0], place, given[1] if len(given) > 1 else "")


def _of_template(path: Path, place: str) -> Iterator[LibraryText]:
    from jinja2 import Environment
    from jinja2.ext import extract_from_ast

    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for _line, _function, text in extract_from_ast(tree, babel_style=False):
        given = [part for part in text if isinstance(part, str)] if isinstance(text, tuple) else []
        if given and given[0]:
            yield LibraryText(given[0], place, given[1] if len(given) > 1 else "")


def _of_record(path: Path) -> Iterator[str]:
    """Yield what a reader of one record is shown, in its order."""
    asked: list[str] = []
    room = path.relative_to(PACKAGE).parts[0]
    with speaking(""):
        if room == "protection":
            from bordercourse.protection.screening import read_table

            with heard(asked.append):
                read_table(path.stem)
        elif room == "planning":
            from bordercourse.planning.checklist import read_checklist

            with heard(asked.append):
                read_checklist()
        elif room == "documents":
            from bordercourse.documents import validity_rules, yellow_card_fields
            from bordercourse.documents.yellow_card import read_yellow_card

            with heard(asked.append):
                if path.stem == "yellow_card":
                    read_yellow_card()
                    yellow_card_fields()
                else:
                    asked += [rule.asked for rule in validity_rules().values()]
        elif room in ("course", "datasets"):
            from bordercourse.course.manifest import Module
            from bordercourse.datasets import Record
            from bordercourse.validation import in_own_words, read_record

            record: Module | Record
            if room == "course":
                record = read_record(path, Module, slug=path.stem)
            else:
                record = read_record(path, Record, name=path.stem)
                asked += [column.heading for column in record.columns if not column.label]
            with heard(asked.append):
                in_own_words(record)
    yield from (text for text in dict.fromkeys(asked) if text)
