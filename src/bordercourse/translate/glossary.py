"""The terms of the course in its languages, each with its source: ``locale/glossary.csv``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bordercourse.translate.catalogues import checkout

__all__ = ["GlossaryTerm", "glossary_terms", "missing_terms"]


@dataclass(frozen=True)
class GlossaryTerm:
    """A term and its published equivalents in one language.

    Attributes
    ----------
    english : str
        The term.
    equivalents : tuple of str
        Each is right; the first is to be preferred.
    confidence : str
        ``READ`` in the publisher's own text, ``READ-2nd`` in another's, ``OWN`` where a native practitioner
        must still confirm it.
    note : str
        A trap, if there is one.
    """

    english: str
    equivalents: tuple[str, ...]
    confidence: str
    note: str = ""


def glossary_terms(language: str, path: Path | None = None) -> list[GlossaryTerm]:
    """Return the terms in a language.

    Parameters
    ----------
    language : str
        Its short name.
    path : path, optional
        The glossary; the checkout's where left out.
    """
    path = path or checkout() / "locale" / "glossary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lang"] == language]
    return [
        GlossaryTerm(
            row["term_en"],
            tuple(part.strip() for part in re.split(r"[;/]", row["equivalent"]) if part.strip()),
            row["confidence"],
            row["note"] or "",
        )
        for row in rows
    ]


def missing_terms(source: str, words: str, terms: Iterable[GlossaryTerm]) -> list[GlossaryTerm]:
    """Return the terms of a text whose equivalent its translation does not hold.

    A long term hides the short ones inside it. It is advice: a language may bend a word.

    Examples
    --------
    >>> term = GlossaryTerm("birth certificate", ("akta kelahiran",), "READ-2nd")
    >>> missing_terms("A birth certificate is a copy.", "Akta kelahiran adalah salinan.", [term])
    []
    >>> [one.english for one in missing_terms("Two birth certificates.", "Dua surat lahir.", [term])]
    ['birth certificate']
    """
    text, told, missing = source.casefold(), words.casefold(), []
    for term in sorted(terms, key=lambda term: -len(term.english)):
        english = re.compile(rf"\b{re.escape(term.english.casefold())}(?:s|es)?\b")
        if not english.search(text):
            continue
        text = english.sub(" ", text)
        if not any(one.casefold() in told for one in term.equivalents):
            missing.append(term)
    return missing
