"""Names as people write them: in five scripts, with accents, in either order.

A name is compared in three steps, each coarser than the one before:
`normalise_name` (the same letters, however typed), `romanise` (Latin letters, so that two
scripts can meet) and `skeleton` (consonants only, because short vowels are not written in Arabic
and are spelled in many ways everywhere). `compare_names` says in words how far it had to go.

None of this decides that two people are one person. A name alone never does.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NameComparison",
    "compare_names",
    "mrz_arabic",
    "name_distances",
    "normalise_name",
    "romanise",
    "script_of",
    "skeleton",
]

_SCRIPTS = {"LATIN": "Latin", "ARABIC": "Arabic", "KHMER": "Khmer", "THAI": "Thai"}

# Invisible characters that keyboards leave behind, and Khmer inherent vowels that are never written.
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0x17B4, 0x17B5])
_ARABIC_MARKS = dict.fromkeys([0x0640, *range(0x064B, 0x0653), 0x0670])
_ARABIC_LETTERS = str.maketrans("أإآٱىیکةؤئ", "ااااييكهوي", "ء")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼʻʾʿ"))

_TITLES = {
    *("mr", "mrs", "ms", "miss", "dr"),
    *("นาย", "นาง", "นางสาว", "เด็กชาย", "เด็กหญิง"),
    *("លោក", "លោកស្រី", "អ្នកស្រី"),
    *("السيد", "السيده"),
    *("sr", "sra", "dona"),
}


def _text(value: str, name: str = "name") -> str:
    if not isinstance(value, str):
        raise InputError(name, _("{value} is not a text.").format(value=repr(value)), _("Give a text."))
    return value


def script_of(name: str) -> str:
    """Return the script that a name is written in.

    Parameters
    ----------
    name : str
        A name as written.

    Returns
    -------
    str
        "Latin", "Arabic", "Khmer" or "Thai"; "Mixed" if letters of several occur; "Other" for
        another script; "None" if there is no letter.

    Examples
    --------
    >>> [script_of(n) for n in ["Nguyễn Thị Ánh", "سارة", "សុខា", "มาลี", "Sara سارة"]]
    ['Latin', 'Arabic', 'Khmer', 'Thai', 'Mixed']
    """
    found = {
        _SCRIPTS.get(unicodedata.name(ch, "OTHER").split()[0], "Other") for ch in _text(name) if ch.isalpha()
    }
    return found.pop() if len(found) == 1 else "Mixed" if found else "None"


def normalise_name(name: str) -> str:
    """Return a name with the accidents of typing removed, in its own script.

    Case, invisible characters, presentation forms, Arabic vowel signs and letter variants (alef,
    yeh, teh marbuta), apostrophes, hyphens, double spaces and a title in front are evened out.
    Vietnamese and Portuguese accents stay: they tell names apart.

    Parameters
    ----------
    name : str
        A name as written.

    Returns
    -------
    str
        Lower case words with one space between them.

    Examples
    --------
    >>> normalise_name("  NGUYỄN  Thị-Ánh ")
    'nguyễn thị ánh'
    >>> normalise_name("فَاطِمَة") == normalise_name("فاطمه")
    True
    >>> normalise_name("นางสาว มาลี")
    'มาลี'
    """
    text = unicodedata.normalize("NFKC", _text(name)).replace("\u0e4d\u0e32", "\u0e33").casefold()
    text = text.translate(_INVISIBLE | _ARABIC_MARKS | _APOSTROPHES).translate(_ARABIC_LETTERS)
    text = unicodedata.normalize("NFC", text)
    kept = "".join(ch if unicodedata.category(ch)[0] in "LM" else " " for ch in text)
    words = kept.split()
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return " ".join(words)


# Thai letters with the "silent" sign, and the doubled r that stands for a vowel.
_THAI_SILENT = re.compile("[\u0e01-\u0e2e][\u0e31\u0e34-\u0e39]?\u0e4c")
_THAI_DOUBLE_R = re.compile("\u0e23\u0e23(?=[\u0e01-\u0e2e])")


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


def skeleton(name: str) -> str:
    """Return the consonants of a name in Latin letters: what survives most changes of spelling.

    Vowels, w, y, a final h, the Arabic article and particles of descent (bin, binti, ibn) are
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
    words = re.sub(r"\babd(?:ul|el|al)", "abd ", romanise(text)).split()
    words = [word for word in words if word not in _PARTICLES] or words
    return "".join(map(_word_skeleton, words))


_PARTICLES = {"al", "el", "bin", "binti", "ibn", "bint", "bn"}
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{2})")
_GLUED_ARTICLE = re.compile(r"^al(?=[^aeiou][a-z]{4})")


def _word_skeleton(word: str) -> str:
    folded = _GLUED_ARTICLE.sub("", word)  # Alhammami, al-Hammami
    folded = re.sub("^w", "v", folded)  # Wilai, Vilai
    for old, new in _FOLDS:
        folded = folded.replace(old, new)
    folded = re.sub("[aeiouwy]|h$", "", folded)
    return re.sub(r"(.)\1+", r"\1", folded) or word[:1]


# ICAO Doc 9303 part 3, section 6.C: "Transliteration of Arabic Script", and appendix B.5.4.
_MRZ = {
    "ء": "XE", "آ": "XAA", "أ": "XAE", "ؤ": "U", "إ": "I", "ئ": "XI", "ا": "A", "ب": "B", "ت": "T",
    "ث": "XTH", "ج": "J", "ح": "XH", "خ": "XKH", "د": "D", "ذ": "XDH", "ر": "R", "ز": "Z", "س": "S",
    "ش": "XSH", "ص": "XSS", "ض": "XDZ", "ط": "XTT", "ظ": "XZZ", "ع": "E", "غ": "G", "ف": "F", "ق": "Q",
    "ك": "K", "ل": "L", "م": "M", "ن": "N", "ه": "H", "و": "W", "ى": "XAY", "ي": "Y", "ٱ": "XXA",
    "ٹ": "XXT", "ټ": "XRT", "پ": "P", "ځ": "XKE", "څ": "XXH", "چ": "XC", "ڈ": "XXD", "ډ": "XDR",
    "ڑ": "XXR", "ړ": "XRR", "ږ": "XRX", "ژ": "XJ", "ښ": "XXS", "ڤ": "V", "ڥ": "XF", "ک": "XKK",
    "ګ": "XXK", "ڭ": "XNG", "گ": "XGG", "ں": "XNN", "ڼ": "XXN", "ھ": "XDO", "ۀ": "XYH", "ہ": "XXG",
    "ۂ": "XGE", "ۃ": "XTG", "ی": "XYA", "ۍ": "XXY", "ې": "Y", "ے": "XYB", "ۓ": "XBE",
}  # fmt: skip
_MRZ_SILENT = {"ـ", "ً", "ٌ", "ٍ", "َ", "ُ", "ِ", "ْ", "ٰ", "ڜ", "ڢ", "ڧ", "ڨ"}
_SHADDA, _TEH_MARBUTA = "\u0651", "ة"


def mrz_arabic(name: str) -> str:
    """Return a name in Arabic script as ICAO recommends it for the machine-readable zone.

    Each letter has one fixed code, with X as escape, so that a machine can restore the Arabic.
    Many States print a phonetic spelling instead (MOHAMMED rather than MXHMD): two passports of
    one person can rightly differ.

    Parameters
    ----------
    name : str
        A name in Arabic script; a space or hyphen becomes the filler "<".

    Returns
    -------
    str
        Letters A to Z and "<".

    Raises
    ------
    InputError
        If a character has no code in the table.

    Notes
    -----
    Table in ICAO Doc 9303, part 3, section 6.C. Teh marbuta is XAH at the end of a name part and
    XTA elsewhere (note 2); shadda doubles the letter's code (note 3). Vowel signs are not coded.

    Examples
    --------
    The example printed in Doc 9303, part 3, appendix B:

    >>> mrz_arabic("ابو بكر محمد بن زكريا الرازي")
    'ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY'
    """
    text = unicodedata.normalize("NFC", "".join(unicodedata.normalize("NFKC", _text(name))))
    return "<".join(part for part in map(_mrz_part, re.split(r"[\s<-]+", text.strip())) if part)


def _mrz_part(part: str) -> str:
    codes: list[str] = []
    letters = [ch for ch in part.translate(_INVISIBLE) if ch not in _MRZ_SILENT]
    for at, ch in enumerate(letters):
        if ch == _SHADDA:
            codes.append(codes[-1] if codes else "")
        elif ch == _TEH_MARBUTA:
            last = not any(other != _SHADDA for other in letters[at + 1 :])
            codes.append("XAH" if last else "XTA")
        elif ch in _MRZ:
            codes.append(_MRZ[ch])
        else:
            raise InputError(
                "name",
                _("{character} has no code in ICAO's table for Arabic script.").format(character=repr(ch)),
                _("Give the name in Arabic letters only."),
            )
    return "".join(codes)


def name_distances(left: str, right: str) -> pd.Series[float]:
    """Return the usual distances between two names, on their romanised letters.

    Parameters
    ----------
    left, right : str
        Two names in any script.

    Returns
    -------
    pandas.Series
        jaro and jaro_winkler (similarities, 0 to 1; 1 is equal), levenshtein (edits),
        damerau_levenshtein (edits, a swap of neighbours counts one), osa (the restricted form of
        it, which many programs call Damerau-Levenshtein), words_in_any_order (similarity, 0 to 1).

    Notes
    -----
    From the rapidfuzz library, except damerau_levenshtein, where it is the unrestricted form.

    Examples
    --------
    >>> name_distances("MARTHA", "MARHTA").round(3)["jaro_winkler"].item()
    0.961
    >>> name_distances("CA", "ABC")[["damerau_levenshtein", "osa"]].tolist()
    [2.0, 3.0]
    """
    import pandas as pd
    from rapidfuzz import fuzz
    from rapidfuzz.distance import OSA, DamerauLevenshtein, Jaro, JaroWinkler, Levenshtein

    a, b = romanise(left), romanise(right)
    return pd.Series(
        {
            "jaro": Jaro.similarity(a, b),
            "jaro_winkler": JaroWinkler.similarity(a, b),
            "levenshtein": float(Levenshtein.distance(a, b)),
            "damerau_levenshtein": float(DamerauLevenshtein.distance(a, b)),
            "osa": float(OSA.distance(a, b)),
            "words_in_any_order": fuzz.token_sort_ratio(a, b) / 100,
        },
        name=f"{left} / {right}",
    )


@dataclass(frozen=True)
class NameComparison:
    """How alike two names are, in one word and one sentence.

    Attributes
    ----------
    left, right : str
        The names as written.
    level : str
        "same", "accents", "order", "sound", "near" or "different", from close to far.
    reason : str
        The level in a sentence.
    jaro_winkler : float
        Similarity of the romanised names with their words sorted, 0 to 1.
    same_soundex : bool
        Whether the American Soundex codes agree. Soundex was made for English surnames; it is
        shown so that its limits can be seen, and no level rests on it.
    """

    left: str
    right: str
    level: str
    reason: str
    jaro_winkler: float
    same_soundex: bool

    def __str__(self) -> str:
        return f"{self.left} / {self.right}: {self.level} ({self.jaro_winkler:.2f}). {self.reason}"


def compare_names(left: str, right: str) -> NameComparison:
    """Compare two names and say how far one had to go to see them as alike.

    Parameters
    ----------
    left, right : str
        Two names, each in any script and either order.

    Returns
    -------
    NameComparison
        With `level`, `reason` and the similarity.

    Raises
    ------
    InputError
        If a name has no letter.

    Examples
    --------
    >>> compare_names("Nguyễn Thị Ánh", "Ánh Nguyễn Thị").level
    'order'
    >>> print(compare_names("محمد", "Mohammed"))
    محمد / Mohammed: sound (0.74). Same consonants in another spelling or script.
    >>> compare_names("Hùng", "Hưng").level
    'accents'
    """
    import jellyfish
    from rapidfuzz.distance import JaroWinkler

    a, b = normalise_name(left), normalise_name(right)
    for name, plain in (("left", a), ("right", b)):
        if not plain:
            raise InputError(name, _("the name has no letter."), _("Leave a missing name out."))
    x, y = " ".join(sorted(romanise(a).split())), " ".join(sorted(romanise(b).split()))
    similarity = JaroWinkler.similarity(x, y)
    if a == b:
        level, reason = "same", _("Same letters in the same order.")
    elif romanise(a) == romanise(b) and script_of(a) == script_of(b):
        level, reason = "accents", _("Same base letters, other accents: this can be another name.")
    elif x == y and script_of(a) == script_of(b):
        level, reason = "order", _("Same words in another order.")
    elif skeleton(x) == skeleton(y) or skeleton(a) == skeleton(b):
        level, reason = "sound", _("Same consonants in another spelling or script.")
    elif similarity >= 0.92 or _one_slip(x, y, 5):
        level, reason = "near", _("A few letters differ, as after a slip of the hand.")
    elif script_of(a) != script_of(b) and _one_slip(skeleton(a), skeleton(b), 4):
        level, reason = "near", _("Nearly the same consonants in two scripts.")
    else:
        level, reason = "different", _("The names do not look alike.")
    codes = [jellyfish.soundex(text.replace(" ", "")) for text in (x, y)]
    return NameComparison(left, right, level, reason, similarity, codes[0] == codes[1])


def _one_slip(left: str, right: str, shortest: int) -> bool:
    """Whether one edit separates two texts that are long enough for that to mean something."""
    from rapidfuzz.distance import DamerauLevenshtein

    return min(len(left), len(right)) >= shortest and DamerauLevenshtein.distance(left, right) <= 1
