"""Names as people write them: in many scripts, with accents, in either order.

A name is compared in three steps, each coarser than the one before:
`normalise_name` (the same letters, however typed), `romanise` (Latin letters, so that two
scripts can meet) and `skeleton` (consonants only, because short vowels are not written in Arabic
and are spelled in many ways everywhere). `bordercourse.identity.compare_names` says in words how
far it had to go.

None of this decides that two people are one person. A name alone never does.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from bordercourse.identity.kinds import NAME
from bordercourse.identity.letters import level_arabic, level_letters
from bordercourse.identity.titles import level_descent, titles_off
from bordercourse.inputs import checked

__all__ = ["normalise_name", "romanise", "skeleton"]


@checked(name=NAME)
def normalise_name(name: str) -> str:
    """Return a name with the accidents of typing removed, in its own script.

    Case, hyphens, apostrophes, characters that nobody sees, presentation forms (see
    `bordercourse.identity.letters`), Arabic vowel signs and letter variants (alef, yeh, teh marbuta),
    double spaces and titles are evened out. Short words of descent are written out: "bt" is "binti",
    "a/l" is "anak lelaki". Vietnamese and Portuguese accents stay: they tell names apart.

    Parameters
    ----------
    name : str
        A name as written.

    Returns
    -------
    str
        Lower case words with one space between them; empty if the name has no letter.

    Raises
    ------
    InputError
        If `name` is not a text.

    Examples
    --------
    >>> normalise_name("  NGUYỄN  Thị-Ánh ")
    'nguyễn thị ánh'
    >>> normalise_name("فَاطِمَة") == normalise_name("فاطمه")
    True
    >>> normalise_name("นางสาวมาลี"), normalise_name("Haji Ahmad bt. Ali"), normalise_name("Devi a/p Raman")
    ('มาลี', 'ahmad binti ali', 'devi anak perempuan raman')
    """
    return _normalised(level_letters(name))


@functools.lru_cache(maxsize=50_000)
def _normalised(levelled: str) -> str:
    return " ".join(titles_off(_words(level_descent(levelled.casefold()))))


def words_as_written(name: str) -> list[str]:
    """Return the levelled words of a name with its titles and short forms still in it.

    Parameters
    ----------
    name : str
        A name as written.

    Returns
    -------
    list of str
        In lower case, without punctuation.

    Examples
    --------
    >>> words_as_written("Hj. Siti bt. Ali")
    ['hj', 'siti', 'bt', 'ali']
    """
    return _words(level_letters(name).casefold())


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFC", level_arabic(text))
    return "".join(ch if unicodedata.category(ch)[0] in "LM" else " " for ch in text).split()


# Thai letters with the "silent" sign, and the doubled r that stands for a vowel.
_THAI_SILENT = re.compile("[\u0e01-\u0e2e][\u0e31\u0e34-\u0e39]?\u0e4c")
_THAI_DOUBLE_R = re.compile("\u0e23\u0e23(?=[\u0e01-\u0e2e])")


@checked(name=NAME)
def romanise(name: str) -> str:
    """Return a name in plain lower-case Latin letters, so that names in two scripts can meet.

    The letters come from the anyascii library. It writes letter by letter: Arabic short vowels
    are missing because they are not written, and Thai vowels stand in their written order. The
    result is a key for comparing, not a spelling to print on a document.

    Parameters
    ----------
    name : str
        A name in any script.

    Returns
    -------
    str
        Letters a to z and single spaces.

    Examples
    --------
    >>> romanise("Conceição"), romanise("Đặng Văn Hùng"), romanise("محمد"), romanise("សុវណ្ណ")
    ('conceicao', 'dang van hung', 'mhmd', 'sovnn')
    """
    from anyascii import anyascii

    text = _THAI_SILENT.sub("", normalise_name(name))
    text = _THAI_DOUBLE_R.sub("", text).replace("รร", "น")
    return " ".join(re.sub("[^a-z ]", "", anyascii(text).lower()).split())


_FOLDS = [
    ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("ph", "p"), ("sh", "s"), ("dj", "j"),
    ("tch", "j"), ("ch", "j"), ("ck", "k"), ("q", "k"), ("c", "k"), ("x", "s"), ("z", "s"),
]  # fmt: skip


@checked(name=NAME)
def skeleton(name: str) -> str:
    """Return the consonants of a name in Latin letters: what survives most changes of spelling.

    Vowels, w, y, a final h, the Arabic article and words of descent (bin, binti, a/l) are
    dropped, a first w counts as v, aspirated letters are folded (kh, th, ph), doubled letters
    count once, and spaces are closed up. It is coarse on purpose: different names can share a skeleton, so
    use it to find candidates, and never alone.

    Parameters
    ----------
    name : str
        A name in any script.

    Returns
    -------
    str
        Letters a to z without spaces; empty if the name has no letter.

    Examples
    --------
    >>> skeleton("محمد"), skeleton("Mohammed"), skeleton("Muhamad")
    ('mhmd', 'mhmd', 'mhmd')
    >>> skeleton("عبد الرحيم") == skeleton("Abdul Rahim") == skeleton("Abd al-Rahim")
    True
    >>> skeleton("សុវណ្ណ") == skeleton("Sovann")
    True
    """
    text = _ARABIC_ARTICLE.sub("", normalise_name(name).replace("عبدال", "عبد "))
    words = re.sub(r"\babd(?:ul|el|al)", "abd ", _DESCENT.sub(" ", romanise(text))).split()
    words = [_WRITTEN_OUT.get(word, word) for word in words if word not in _PARTICLES] or words
    return "".join(map(_word_skeleton, words))


_PARTICLES = {"al", "el", "bin", "binti", "ibn", "bint", "bn", "bnt", "anak"}
_DESCENT = re.compile(r"\banak (?:lelaki|perempuan)\b")
# Short forms of Muhammad, as Malaysian and Indonesian documents write them.
_WRITTEN_OUT = dict.fromkeys(("mohd", "muhd", "mhd", "moh", "muh", "md"), "muhammad")
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{2})")
_GLUED_ARTICLE = re.compile(r"^al(?=[^aeiou][a-z]{4})")


def _word_skeleton(word: str) -> str:
    folded = _GLUED_ARTICLE.sub("", word)  # Alhammami, al-Hammami
    folded = re.sub("^w", "v", folded)  # Wilai, Vilai
    for old, new in _FOLDS:
        folded = folded.replace(old, new)
    folded = re.sub("[aeiouwy]|h$", "", folded)
    return re.sub(r"(.)\1+", r"\1", folded) or word[:1]
