"""What can be wrong with a translation that no reader of the language needs to say."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

import polib

from bordercourse.i18n import gettext as _
from bordercourse.translate.localise import breaks_out
from bordercourse.translate.menus import MENUS, menus_in

__all__ = ["CONFIRMED", "faults", "faults_of_entry", "numbers"]

CONFIRMED = "ok"  # a translator's note on a text that changed, where the translation still fits
_BUDDHIST = 543  # years from the common calendar to the Thai one
_CODE = re.compile(r"`[^`]*`")
_TARGET = re.compile(r"\]\(([^)]*)\)")
_TAG = re.compile(r"</?[a-z][^<>]*>")
_ADDRESS = re.compile(r"https?://[^\s)]+")
_PLACE = re.compile(r"%\d")  # in JupyterLab's texts
# A digit after a Latin letter is part of a name; Thai and Khmer put no space before a number.
_NUMBER = re.compile(r"(?<![A-Za-z\u00c0-\u024f\u1e00-\u1eff.])\d+(?:[.,\u00a0\u202f]\d+)*")
_THOUSANDS = re.compile(r"[.,\u00a0\u202f](?=\d{3}(?!\d))")


def numbers(text: str) -> Counter[str]:
    """Return the numbers of a text, whatever their digits and their marks for thousands and decimals.

    Examples
    --------
    >>> numbers("1,234.5 and 2025") == numbers("1.234,5 dan 2025") == numbers("១.២៣៤,៥ និង ២០២៥")
    True
    """
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return Counter(_THOUSANDS.sub("", number).replace(",", ".") for number in _NUMBER.findall(plain))


def faults(source: str, words: str, *, language: str = "", markdown: bool = False) -> Iterator[str]:
    """Yield what is wrong with the translation `words` of `source`, a sentence each.

    Parameters
    ----------
    source, words : str
        A text of the course, and its translation.
    language : str
        Its short name; a Thai text may give a year in the Buddhist Era.
    markdown : bool
        Whether it stands in a Markdown cell.

    Examples
    --------
    >>> list(faults("Open **Run** for {name}.", "Buka **Jalankan** untuk {nama}."))
    ['its places in braces are not those of the English text', 'the menu Run stays English in a text']
    """
    problem = breaks_out(source, words, markdown=markdown)
    if problem:
        yield problem
    for pattern, what in (
        (_CODE, _("its code between back quotes differs")),
        (_TARGET, _("where a link leads differs")),
        (_TAG, _("its tags differ")),
        (_ADDRESS, _("an address differs")),
        (_PLACE, _("its places such as %1 differ")),
    ):
        if Counter(pattern.findall(source)) != Counter(pattern.findall(words)):
            yield what
    if source.count("**") != words.count("**"):
        yield _("it has more or fewer bold words")
    bold = re.compile(r"\*\*([^*]+)\*\*")
    for menu in MENUS:
        if bold.findall(source).count(menu) > bold.findall(words).count(menu):
            yield _("the menu {name} stays English in a text").format(name=menu)
    for menu in sorted(menus_in(source)[1]):
        if menu not in words:
            yield _("the menu {name} stays English in a text").format(name=menu)
    if not _same_numbers(numbers(_plain(source)), numbers(_plain(words)), language):
        yield _("its numbers differ")
    if source.strip() != source and words.strip() == words:
        yield _("the space at its beginning or end is gone")


def _plain(text: str) -> str:
    """Return `text` without what is compared elsewhere."""
    return re.sub(r"\{[^{}]*\}", "", _CODE.sub("", _TARGET.sub("]", _ADDRESS.sub("", text))))


def _same_numbers(english: Counter[str], other: Counter[str], language: str) -> bool:
    if language == "th":  # both eras may stand there, or the Buddhist year in the place of the other
        for year in [n for n in other if n.isdecimal() and int(n) - _BUDDHIST in range(1800, 2101)]:
            common = str(int(year) - _BUDDHIST)
            if common in english:
                other = other - Counter({year: other[year]})
                if common not in other:
                    other[common] = english[common]
    return english == other


def faults_of_entry(entry: polib.POEntry, language: str) -> list[str]:
    """Return what keeps an entry of a catalogue from being whole; nothing where it is.

    Parameters
    ----------
    entry : polib.POEntry
        An entry that is not obsolete.
    language : str
        The catalogue's.
    """
    words = entry.msgstr or entry.msgstr_plural.get(0, "")
    if not words:
        return [_("no translation yet")]
    if entry.fuzzy:
        return [_("the English text changed; if the translation still fits, write ok as its note")]
    markdown = "Markdown" in (entry.comment or "").splitlines()
    # A library's text may stand on several lines of a figure.
    lines = markdown or not any(place.endswith(".ipynb") for place in _files(entry))
    return list(faults(entry.msgid_plural or entry.msgid, words, language=language, markdown=lines))


def _files(entry: polib.POEntry) -> Iterable[str]:
    return (place.partition("#")[0] for place, _line in entry.occurrences)
