"""Titles before a name, and words of descent inside it.

A clerk writes "นายสมชาย", "Haji Ahmad", "Bà Lê Hoa"; another writes the name alone. Thai, Lao, Khmer
and Burmese write the title together with the name. Words of descent have short forms: "bt" is
"binti", "a/l" is "anak lelaki".

Some titles are names as well: in Burmese, Maung, Ko and Ma; in Viet Nam, U and Ong are families. Such
words are never taken off for good: see `weak_title_off`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["level_descent", "titles_off", "weak_title_off"]

# Written apart from the name, as the levelled and casefolded word.
_APART = {
    *("mr", "mrs", "ms", "miss", "dr", "prof"),
    *("sr", "sra", "dona", "senhor", "senhora"),
    *("haji", "hajah", "hajjah", "hj", "hjh", "bapak", "bpk", "ibu", "drs"),
    *("encik", "puan", "cik", "tuan", "datuk", "dato", "datin"),
    *("ông", "bà", "cô"),
    *("السيد", "السيده"),
    *("คุณ", "ดร", "ດຣ", "កញ្ញា"),
}
_SON, _DAUGHTER = "anak lelaki", "anak perempuan"
_DESCENT = {"bin": "bin", "ibn": "bin", "bn": "bin", "bint": "binti", "binte": "binti", "bte": "binti"}
_DESCENT |= {"bt": "binti", "binti": "binti"}
_SLASHED = re.compile(r"(?<!\w)(?:(?P<son>a\s?/\s?l|s\s?/\s?o)|a\s?/\s?p|d\s?/\s?o)(?!\w)")
_SHORT_THAI = [
    (re.compile(r"(?<!\w)น\s?\.\s?ส\s?\."), "นางสาว "),
    (re.compile(r"(?<!\w)ด\s?\.\s?ช\s?\."), "เด็กชาย "),
    (re.compile(r"(?<!\w)ด\s?\.\s?ญ\s?\."), "เด็กหญิง "),
]


class _Glued(NamedTuple):
    """Titles that a script writes together with the name, the longest first, and how a name begins."""

    titles: tuple[str, ...]
    begins: re.Pattern[str]


# What follows a title begins with a letter that can open a syllable, and that letter does not close the
# syllable before it: "นายิกา" and "မင်း" are whole words, "นายสมชาย" and "ဦးသန့်" are not.
_THAI = r"(?:[\u0e01-\u0e2e](?!\u0e4c)|[\u0e40-\u0e44])."
_LAO = r"(?:[\u0e81-\u0eae]|[\u0ec0-\u0ec4])."
_KHMER = r"[\u1780-\u17b3](?!\u17cd)."
_BURMESE = r"[\u1000-\u102a\u103f](?![\u103a\u1039]|[\u1037\u1038]?\u103a)"
_GLUED = [
    _Glued(("เด็กหญิง", "เด็กชาย", "นางสาว", "นาง", "นาย"), re.compile(_THAI)),
    _Glued(("ນາງສາວ", "ທ້າວ", "ທ່ານ", "ນາງ"), re.compile(_LAO)),
    _Glued(("លោកជំទាវ", "លោកស្រី", "អ្នកស្រី", "អ្នកនាង", "ឯកឧត្តម", "លោក"), re.compile(_KHMER)),
    _Glued(("ဒေါက်တာ", "ဒေါ်", "ဦး"), re.compile(_BURMESE)),
]
# Titles that are names, or parts of names, as well.
_WEAK_APART = {"u", "daw", "ko", "ma", "maung", "pak", "bu", "anh", "chị", "khun", "tun", "h"}
_WEAK_GLUED = [
    _Glued(("คุณ",), re.compile(_THAI)),
    _Glued(("កញ្ញា", "នាង"), re.compile(_KHMER)),
    _Glued(("မောင်", "ကို", "မ"), re.compile(_BURMESE)),
]


def level_descent(text: str) -> str:
    """Return a levelled, casefolded text with the short forms of descent and of Thai titles written out.

    Parameters
    ----------
    text : str
        Before its punctuation is taken away: "a/l" needs its stroke.

    Returns
    -------
    str
        "anak lelaki" for a/l and s/o, "anak perempuan" for a/p and d/o, นางสาว for น.ส.

    Examples
    --------
    >>> level_descent("kumar a/l raman")
    'kumar anak lelaki raman'
    """
    if "/" in text:
        text = _SLASHED.sub(lambda hit: f" {_SON if hit['son'] else _DAUGHTER} ", text)
    if "." in text:
        for pattern, title in _SHORT_THAI:
            text = pattern.sub(title, text)
    return " ".join(text.split())


def titles_off(words: list[str]) -> list[str]:
    """Return the words of a name without titles, and with one word for each kind of descent.

    Parameters
    ----------
    words : list of str
        Levelled and casefolded.

    Returns
    -------
    list of str
        At least one word: a name that is only a title stays.

    Examples
    --------
    >>> titles_off(["haji", "ahmad", "bin", "haji", "osman"])
    ['ahmad', 'bin', 'osman']
    >>> titles_off(["นางสาวมาลี"]), titles_off(["siti", "bt", "ali"]), titles_off(["haji", "bin", "ali"])
    (['มาลี'], ['siti', 'binti', 'ali'], ['haji', 'bin', 'ali'])
    """
    last = len(words) - 1
    words = [_DESCENT.get(word, word) if at < last else word for at, word in enumerate(words)]
    kept: list[str] = []
    rest = words
    while rest:
        if not kept or kept[-1] in {"bin", "binti"} or " ".join(kept[-2:]) in {_SON, _DAUGHTER}:
            rest = _opening_titles_off(rest)
        kept.append(rest[0])
        rest = rest[1:]
    return kept


def _opening_titles_off(words: list[str]) -> list[str]:
    while len(words) > 1 and _is_title(words[0]) and words[1] not in {"bin", "binti", "anak"}:
        words = words[1:]
    return [_split(words[0], _GLUED), *words[1:]]


def _is_title(word: str) -> bool:
    return word in _APART or any(word in group.titles for group in _GLUED)


def _split(word: str, groups: list[_Glued]) -> str:
    """Return a word without the title that it begins with, if what stays can be a name."""
    for group in groups:
        for title in group.titles:
            rest = word.removeprefix(title)
            if rest != word and group.begins.match(rest) and not rest.startswith(title):
                return rest
    return word


def weak_title_off(name: str) -> str:
    """Return a normalised name without a first word, or first syllable, that may be a title.

    Maung, Ko and Ma are titles in Burmese, and names. So two names are compared as they stand
    first, and only then without such a word; they never count as the same for it.

    Parameters
    ----------
    name : str
        As `bordercourse.identity.normalise_name` returns it.

    Returns
    -------
    str
        The rest; the name itself where there is nothing to take off.

    Examples
    --------
    >>> weak_title_off("u thant"), weak_title_off("thant"), weak_title_off("မောင်မောင်") == "မောင်မောင်"
    ('thant', 'thant', True)
    """
    first, _space, rest = name.partition(" ")
    if rest and first in _WEAK_APART:
        return rest
    return _split(first, _WEAK_GLUED) + (f" {rest}" if rest else "")
