"""What a hand scanner or a copy adds around a code, taken off once for all formats."""

from __future__ import annotations

import codecs
import re

from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _

__all__ = ["level"]

# Blanks, line ends, control characters, the byte-order mark and its invisible kin.
_AROUND = "".join(
    character
    for character in map(chr, range(0x3001))
    if character.isspace() or character < " " or character in "\x7f\u200b\u200c\u200d\u200e\u200f\u2060"
)
_AROUND += "\ufeff"
_NO_BLANK = _AROUND.replace(" ", "")  # a health certificate (HC1:) may end with a blank that belongs to it
# AIM symbology identifier (ISO/IEC 15424), such as ]Q1 for a QR code.
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Fa-f]")
_DECLARATIONS = re.compile(r"(?:\\[0-9]{6})+")  # extended channel interpretation: \000026 declares UTF-8


def level(text: str | bytes) -> str:
    r"""Return the text of a code without what a scanner or a copy added around it.

    Off come blanks, line ends, control characters and a byte-order mark at both ends, an identifier of the
    kind of code (``]Q1``), and the declaration of a character set behind it. What stands inside is kept, and
    so are the blanks at the end of a health certificate: they are letters of its alphabet (RFC 9285).

    Parameters
    ----------
    text : str or bytes
        What the scanner gave; bytes are UTF-8, or UTF-16 where they begin with its byte-order mark.

    Raises
    ------
    MalformedError
        If it is not text.

    References
    ----------
    ISO/IEC 15424, data carrier identifiers; AIM ITS/04-001, extended channel interpretations.

    Examples
    --------
    >>> level("\ufeff ]Q1{}\r\n")
    '{}'
    >>> level(b"]Q2\\000026{}")
    '{}'
    """
    if isinstance(text, bytes):
        text = _decoded(text)
    if not isinstance(text, str):
        raise MalformedError(_("It is not text."))
    text = text.strip(_NO_BLANK).lstrip(_AROUND)
    identifier = _IDENTIFIER.match(text)
    if identifier:
        text = text[identifier.end() :].lstrip(_AROUND)
        declarations = _DECLARATIONS.match(text)
        if declarations:  # a scanner that passes them on writes each backslash of the content twice
            text = text[declarations.end() :].replace("\\\\", "\\")
    return text if text.startswith("HC") and text[3:4] == ":" else text.strip(_AROUND)


def _decoded(raw: bytes) -> str:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError:
        raise MalformedError(_("It is not text.")) from None
