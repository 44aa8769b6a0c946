"""The letters of a name, levelled once: comparison, key and transliteration all start from here.

One name reaches an office with many characters that look alike or cannot be seen at all: seven
hyphens, ten apostrophes, joiners that a keyboard leaves behind, Arabic letters in the forms that an old
printer used. What each of them counts for is said here and nowhere else.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from bordercourse.identity.kinds import NAME
from bordercourse.inputs import checked

__all__ = ["bare_letters", "level_arabic", "level_letters", "script_of", "scripts_of"]

# Left out wherever they stand: O'Brien, ʻOkina, Nur'ain. The last one is a letter in some alphabets of
# America, and an apostrophe on most keyboards.
APOSTROPHES = (
    "'\u2019\u2018\u201b`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u2032\u2035\u055a\uff07\ua78c"
)
# Between two parts of a name, and so a space: every dash of Unicode (category Pd), and signs used as one.
_HYPHENS = "\u2212\u2043\u02d7"
# Never seen: characters of control (category Cf), variation selectors, the grapheme joiner, the Arabic
# stretch, and two Khmer vowels that are never written.
_UNSEEN = {0x034F, 0x0640, 0x17B4, 0x17B5, *range(0xFE00, 0xFE10), *range(0x180B, 0x1810)}
# Thai and Lao write one vowel sign; compatibility normalisation takes it apart.
_ONE_SIGN = {"\u0e4d\u0e32": "\u0e33", "\u0ecd\u0eb2": "\u0eb3"}

_SCRIPTS = {
    "LATIN": "Latin",
    "ARABIC": "Arabic",
    "KHMER": "Khmer",
    "THAI": "Thai",
    "LAO": "Lao",
    "MYANMAR": "Burmese",
    "CJK": "Chinese",
}
_ARABIC_MARKS = dict.fromkeys([*range(0x064B, 0x0653), 0x0670])
_ARABIC_LETTERS = str.maketrans("أإآٱىیکةؤئ", "ااااييكهوي", "ء")
# Latin letters that Unicode does not take apart into a letter and a mark.
_STROKES = str.maketrans("đðħıłøŧ", "ddhilot")
# Combining classes of marks that sit on a letter as an accent or a tone: of Latin, Greek, Cyrillic and
# Arabic (above 200), attached (1), Thai tones (107), Lao tones (122). Vowel signs have others.
_ACCENT_CLASSES = {1, 107, 122, *range(201, 241)}


@checked(text=NAME)
def level_letters(text: str) -> str:
    """Return a text in which characters that are one to a reader are one.

    Parameters
    ----------
    text : str
        A name as written, in any script.

    Returns
    -------
    str
        Composed letters (NFKC: no presentation forms, no full-width letters). Apostrophes and
        characters that nobody sees are left out, every hyphen and dash is a space. Case, accents,
        and other punctuation stay.

    Raises
    ------
    InputError
        If `text` is not a text.

    Examples
    --------
    >>> [level_letters(name) for name in ("Jean\u2011Luc", "\u02bbOkina", "\ufee3\ufea4\ufee4\ufeaa")]
    ['Jean Luc', 'Okina', 'محمد']
    """
    return _level(text)


@functools.lru_cache(maxsize=50_000)
def _level(text: str) -> str:
    # Apostrophes go first: normalisation turns some of them into a space with a mark.
    seen = unicodedata.normalize("NFKC", _without(text))
    for parts, sign in _ONE_SIGN.items():
        seen = seen.replace(parts, sign)
    return unicodedata.normalize("NFC", _without(seen))


def _without(text: str) -> str:
    return "".join(map(_kept, text))


@functools.lru_cache(maxsize=10_000)
def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if character in APOSTROPHES or category == "Cf" or ord(character) in _UNSEEN:
        return ""
    return " " if category == "Pd" or character in _HYPHENS else character


def level_arabic(text: str) -> str:
    """Return a text in which Arabic letters that writers exchange are one, without vowel signs.

    Parameters
    ----------
    text : str
        As `level_letters` returns it.

    Returns
    -------
    str
        Alef, yeh, kaf and teh marbuta in their plain forms, no hamza.

    Examples
    --------
    >>> level_arabic("فَاطِمَة") == level_arabic("فاطمه")
    True
    """
    return text.translate(_ARABIC_MARKS).translate(_ARABIC_LETTERS)


def bare_letters(text: str) -> str:
    """Return a text without its accents and tones, in its own script and in small letters.

    Parameters
    ----------
    text : str
        A name, levelled or not.

    Returns
    -------
    str
        The base letters. Vowel signs of Thai, Lao, Khmer and Burmese are no accents and stay.

    Examples
    --------
    >>> bare_letters("Đặng João"), bare_letters("王"), bare_letters("มาลี่") == bare_letters("มาลี")
    ('dang joao', '王', True)
    """
    apart = unicodedata.normalize("NFD", text.casefold())
    kept = "".join(ch for ch in apart if unicodedata.combining(ch) not in _ACCENT_CLASSES)
    return unicodedata.normalize("NFC", kept).translate(_STROKES)


def scripts_of(text: str) -> set[str]:
    """Return the scripts of the letters in a text, by the name that Unicode begins their names with.

    Parameters
    ----------
    text : str
        A text in any script.

    Returns
    -------
    set of str
        As "LATIN", "CJK"; empty if there is no letter.

    Examples
    --------
    >>> sorted(scripts_of("Sara سارة 12"))
    ['ARABIC', 'LATIN']
    """
    names = {unicodedata.name(ch, "OTHER") for ch in set(text) if ch.isalpha()}
    return {re.split("[ -]", name)[0] for name in names}


@checked(name=NAME)
def script_of(name: str) -> str:
    """Return the script that a name is written in.

    Parameters
    ----------
    name : str
        A name as written.

    Returns
    -------
    str
        "Latin", "Arabic", "Khmer", "Thai", "Lao", "Burmese" or "Chinese"; "Mixed" if letters of several
        occur; "Other" for another script; "None" if there is no letter.

    Raises
    ------
    InputError
        If `name` is not a text.

    Examples
    --------
    >>> [script_of(n) for n in ["Nguyễn Thị Ánh", "سارة", "សុខា", "มาลี", "Sara سارة", "王"]]
    ['Latin', 'Arabic', 'Khmer', 'Thai', 'Mixed', 'Chinese']
    """
    scripts = {_SCRIPTS.get(script, "Other") for script in scripts_of(level_letters(name))}
    return scripts.pop() if len(scripts) == 1 else "Mixed" if scripts else "None"
