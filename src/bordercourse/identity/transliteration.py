"""From national characters to the letters A to Z of the machine-readable zone (Doc 9303-3, section 6)."""

from __future__ import annotations

import unicodedata
from itertools import islice, product
from typing import TYPE_CHECKING

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.kinds import NAME
from bordercourse.identity.letters import level_letters, scripts_of
from bordercourse.inputs import Choice, checked

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mrz_arabic", "transliterate", "transliterations"]

# Table A. Every other letter of Latin-1 and Latin Extended-A has its bare letter.
_LATIN = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ð": ("D",),
    "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"),
    "Ø": ("OE",),
    "Ü": ("UE", "UXX", "U"),
    "Þ": ("TH",),
    "Đ": ("D",),
    "Ħ": ("H",),
    "ı": ("I",),
    "Ĳ": ("IJ",),
    "Ŀ": ("L",),
    "Ł": ("L",),
    "Ŋ": ("N",),
    "Œ": ("OE",),
    "Ŧ": ("T",),
    "ẞ": ("SS",),
}

# Table B, with its exceptions by language (ISO 639-2) and, for Ukrainian, by place in the word.
_CYRILLIC_LETTERS = "ЁЂЄЅІЇЈЉЊЌЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЭЮЯѪѴҐҒҺ"
_CYRILLIC_LATIN = (
    "E D IE DZ I I J LJ NJ K U DZ A B V G D E ZH Z I I K L M N O P R S T U F KH TS CH SH SHCH IE Y E IU IA "
    "U Y G G C"
)
_CYRILLIC = dict(zip(_CYRILLIC_LETTERS, _CYRILLIC_LATIN.split(), strict=True))
_BY_LANGUAGE = {
    "bel": {"Ё": "IO", "Г": "H"},
    "bul": {"Щ": "SHT"},
    "mkd": {"Ќ": "KJ", "Џ": "DJ", "Х": "H", "Ц": "C", "Ғ": "GJ"},
    "srp": {"Г": "H", "Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"},
    "ukr": {"Г": "H", "И": "Y"},
}
_UKRAINIAN_FIRST = {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"}
_LANGUAGE = Choice("", *_BY_LANGUAGE)
_SOFT_SIGN = "Ь"  # not in the table: it is not written

# Table C, and 06A4 and 06A5 of appendix B.5.4. Vowel marks and the letters that the table names as "not
# encoded" are left out.
_ARABIC_CODES = (
    "0621:XE 0622:XAA 0623:XAE 0624:U 0625:I 0626:XI 0627:A 0628:B 0629:XTA 062A:T 062B:XTH 062C:J 062D:XH "
    "062E:XKH 062F:D 0630:XDH 0631:R 0632:Z 0633:S 0634:XSH 0635:XSS 0636:XDZ 0637:XTT 0638:XZZ 0639:E "
    "063A:G 0641:F 0642:Q 0643:K 0644:L 0645:M 0646:N 0647:H 0648:W 0649:XAY 064A:Y 0671:XXA 0679:XXT "
    "067C:XRT 067E:P 0681:XKE 0685:XXH 0686:XC 0688:XXD 0689:XDR 0691:XXR 0693:XRR 0696:XRX 0698:XJ "
    "069A:XXS 06A4:V 06A5:XF 06A9:XKK 06AB:XXK 06AD:XNG 06AF:XGG 06BA:XNN 06BC:XXN 06BE:XDO 06C0:XYH "
    "06C1:XXG 06C2:XGE 06C3:XTG 06CC:XYA 06CD:XXY 06D0:Y 06D2:XYB 06D3:XBE"
)
_ARABIC = {chr(int(item[:4], 16)): item[5:] for item in _ARABIC_CODES.split()}
_NOT_ENCODED = {chr(c) for c in (0x640, *range(0x64B, 0x651), 0x652, 0x670, 0x69C, 0x6A2, 0x6A7, 0x6A8)}
_SHADDA, _TEH_MARBUTA = "\u0651", "\u0629"
_MOST_SPELLINGS = 256


@checked(name=NAME, language=_LANGUAGE)
def transliterate(name: str, *, language: str = "") -> str:
    """Return `name` in the letters of the machine-readable zone, with ``<`` between its parts.

    Parameters
    ----------
    name : str
        In Latin, Cyrillic or Arabic letters, levelled as in `bordercourse.identity.letters`. Apostrophes
        and other punctuation are left out, a hyphen of any kind becomes ``<`` (Doc 9303-3, 4.6).
    language : str, optional
        ``bel``, ``bul``, ``mkd``, ``srp`` or ``ukr``, where the Cyrillic table makes exceptions.

    Returns
    -------
    str
        The first spelling that the table recommends. It is not the only lawful one: see `transliterations`.

    Raises
    ------
    InputError
        If a character is in none of the three tables. Doc 9303 has no table for Khmer or Thai letters:
        the issuing State romanises the name first.

    References
    ----------
    ICAO Doc 9303-3, eighth edition (2021), section 6, tables A, B and C with notes 2 and 3.

    Examples
    --------
    >>> transliterate("Thérèse Cañón-Müller"), transliterate("Jean‑Luc ʻOkina")
    ('THERESE<CANON<MUELLER', 'JEAN<LUC<OKINA')
    >>> transliterate("ابو بكر محمد بن زكريا الرازي")
    'ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY'
    """
    return next(_spellings(name, language))


@checked(name=NAME, language=_LANGUAGE)
def transliterations(name: str, *, language: str = "") -> list[str]:
    """Return the spellings that the tables allow for `name`, the recommended one first (at most 256).

    One name has several lawful spellings; two spellings of one name are no sign of two persons.

    Parameters
    ----------
    name, language : str
        As in `transliterate`.

    Returns
    -------
    list of str
        Without repeats.

    Raises
    ------
    InputError
        As `transliterate`.

    Examples
    --------
    >>> transliterations("Müller")
    ['MUELLER', 'MUXXLLER', 'MULLER']
    """
    return list(dict.fromkeys(islice(_spellings(name, language), _MOST_SPELLINGS)))


@checked(name=NAME)
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
        Letters A to Z and "<", as `transliterate` writes them.

    Raises
    ------
    InputError
        If a letter is not Arabic, or has no code in the table.

    Notes
    -----
    Table in ICAO Doc 9303, part 3, section 6.C. Teh marbuta is XAH at the end of a name part and
    XTA elsewhere (note 2); shadda repeats the whole code of its letter (note 3). Vowel signs are not coded.

    Examples
    --------
    The example printed in Doc 9303, part 3, appendix B:

    >>> mrz_arabic("ابو بكر محمد بن زكريا الرازي")
    'ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY'
    """
    for letter in level_letters(name):
        if letter.isalpha() and scripts_of(letter) != {"ARABIC"}:
            raise InputError(
                "name",
                _("{character} has no code in ICAO's table for Arabic script.").format(
                    character=repr(letter)
                ),
                _("Give the name in Arabic letters only."),
            )
    return transliterate(name)


def _spellings(name: str, language: str) -> Iterator[str]:
    words = level_letters(name).split()
    options = [option for word in words for option in [*_word(word, language), ("<",)]][:-1]
    for choice in product(*options):
        yield "".join(choice)


def _word(word: str, language: str) -> list[tuple[str, ...]]:
    letters = [upper for character in word for upper in _upper(character)]
    result: list[tuple[str, ...]] = []
    for place, letter in enumerate(letters):
        if letter == _SHADDA:
            if result:  # the whole sequence is repeated, with its escape X (table C, note 3)
                result.append(result[-1])
        elif letter == _TEH_MARBUTA:
            last = all(other in _NOT_ENCODED or other == _SHADDA for other in letters[place + 1 :])
            result.append(("XAH" if last else "XTA",))
        else:
            options = _letter(letter, language, first=not result, name=word)
            if options:
                result.append(options)
    return result


def _upper(character: str) -> str:
    return {"ß": "ẞ", "ı": "ı"}.get(character, character.upper())


def _letter(letter: str, language: str, *, first: bool, name: str) -> tuple[str, ...]:
    if "A" <= letter <= "Z":
        return (letter,)
    if letter in _LATIN:
        return _LATIN[letter]
    if letter in _ARABIC:
        return (_ARABIC[letter],)
    if language == "ukr" and first and letter in _UKRAINIAN_FIRST:
        return (_UKRAINIAN_FIRST[letter],)
    if letter in _BY_LANGUAGE.get(language, {}):
        return (_BY_LANGUAGE[language][letter],)
    if letter in _CYRILLIC:
        return (_CYRILLIC[letter],)
    if letter in _NOT_ENCODED or letter == _SOFT_SIGN or unicodedata.category(letter)[0] in "PSM":
        return ()
    bare = unicodedata.normalize("NFD", letter)[0]
    if "A" <= bare <= "Z":  # the rest of table A, and accented letters beyond it (Vietnamese, for one)
        return (bare,)
    script = unicodedata.name(letter, "an unnamed character")
    raise InputError(
        "name",
        _("{letter} in {name} ({script}) is in no table of Doc 9303-3.").format(
            letter=repr(letter), name=repr(name), script=script
        ),
        _("Use the romanised name that the issuing State wrote."),
    )
