"""Characters that are not what a keyboard types: digits of other scripts, other signs, invisible ones.

Each is named in a sentence, with what stands in its place.
"""

from __future__ import annotations

import re
import unicodedata

from bordercourse.i18n import gettext as _

__all__ = ["LONGEST", "is_blank", "odd_characters", "read_characters"]

# What stands on a keyboard in the place of each sign.
_SIGNS: dict[str, str] = {
    **dict.fromkeys("‐‑‒–—―−⁻﹘﹣－", "-"),
    **dict.fromkeys("×✕✖⨯·∙⋅•∗＊", "*"),
    **dict.fromkeys("÷∕⁄／", "/"),
    **dict.fromkeys("，、﹐،٬", ","),
    **dict.fromkeys("．٫。", "."),
    **dict.fromkeys("％٪﹪", "%"),
    **dict.fromkeys("’‘‛′ʼ`´＇", "'"),
    **dict.fromkeys("“”„‟″＂", '"'),
    **dict.fromkeys("（﹙", "("),
    **dict.fromkeys("）﹚", ")"),
    **dict.fromkeys("…⋯", "..."),
    "＋": "+",
    "＝": "=",
    "：": ":",
}
_LEFT_OUT = {",", "%", "=", "'", '"', ":", "..."}  # a number has none of them
LONGEST = 200  # characters: no number is longer, and a grader must not search through a book


def is_blank(text: str) -> bool:
    """Tell whether nothing was typed, or the three dots were left."""
    return text.strip().strip(".…⋯").strip() == ""


def _script(digit: str) -> str:
    """Return what a reader calls the script of a digit, by its name in Unicode."""
    name = unicodedata.name(digit).split(" DIGIT")[0]
    known = {
        "KHMER": _("Khmer"),
        "THAI": _("Thai"),
        "LAO": _("Lao"),
        "MYANMAR": _("Burmese"),
        "ARABIC-INDIC": _("Arabic-Indic"),
        "EXTENDED ARABIC-INDIC": _("Persian"),
        "FULLWIDTH": _("full-width"),
    }
    return known.get(name, name.title())


def _named(char: str) -> str:
    return f"U+{ord(char):04X}, {unicodedata.name(char, '?').lower()}"


def _replaced(char: str) -> tuple[str, str] | None:
    """Return the sentence about an odd character and what stands in its place; None for a usual one."""
    if char.isascii():
        return None
    category = unicodedata.category(char)
    if char in _SIGNS:
        plain = _SIGNS[char]
        return _("Type {plain} in place of {char} ({name}).").format(
            plain=plain, char=char, name=_named(char)
        ), plain
    if category == "Zs":
        return _("Leave out the space of another kind ({name}).").format(name=_named(char)), " "
    if category in ("Cf", "Cc", "Zl", "Zp") or char in "\u17b4\u17b5":
        return _("Delete an invisible character ({name}): type the line again.").format(name=_named(char)), ""
    if category == "Sc":
        return _("Leave out the sign {char}.").format(char=char), ""
    if category == "No" and "\u2044" in unicodedata.normalize("NFKC", char):
        plain = unicodedata.normalize("NFKC", char).replace("\u2044", "/")
        return _("Type {plain} in place of {char}.").format(plain=plain, char=char), f" + {plain}"
    return None


def odd_characters(text: str) -> tuple[list[str], str]:
    """Return a sentence for each odd character of `text`, and the text as a keyboard would write it.

    Examples
    --------
    >>> odd_characters("៣០ − 5")
    (['៣០ is written in Khmer digits.', 'Type - in place of − (U+2212, minus sign).'], '30 - 5')
    >>> odd_characters("30 - 5")
    ([], '30 - 5')
    """
    return read_characters(text)[:2] if len(text) <= LONGEST else ([], text)


def read_characters(text: str) -> tuple[list[str], str, dict[str, str]]:
    """Do as `odd_characters`; return also the sentences about signs that a number does not need at all."""
    sentences: list[str] = []
    runs: dict[str, list[str]] = {}
    for run in re.findall(r"[^\W\D0-9]+", text):
        runs.setdefault(_script(run[0]), []).append(run)
    for script, typed in runs.items():
        sentences.append(
            _("{run} is written in {script} digits.").format(run=", ".join(typed), script=script)
        )
    plain = re.sub(r"[^\W\D0-9]", lambda digit: str(unicodedata.decimal(digit[0])), text)
    left_out: dict[str, str] = {}
    for char in dict.fromkeys(plain):
        replacement = _replaced(char)
        if replacement is None:
            continue
        sentence, sign = replacement
        if sign in _LEFT_OUT:
            left_out[char] = sentence
        else:
            sentences.append(sentence)
        if sign == " ":  # a mark of thousands, or a gap
            plain = re.sub(rf"(?<=\d){char}(?=\d)", "", plain)
        plain = plain.replace(char, sign)
    return [*sentences, *left_out.values()], re.sub(r"^ \+ |(?<=[(*/=]) \+ ", "", plain), left_out
