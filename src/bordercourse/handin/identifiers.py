"""Names of people as they are typed, and the identifiers that are made of them."""

from __future__ import annotations

import re
import unicodedata

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["full_name", "is_id", "participant_id"]

_LONGEST_NAME = 100
# Beside letters, marks and digits: a/l, Ahmad @ Alex, O'Neill, Jean-Luc, and joiners of Khmer and Arabic.
_IN_NAMES = frozenset("'’‘.,·-‐‑/@()_\u200c\u200d")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]|[a-z0-9]")
_NOT_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def full_name(text: str) -> str:
    """Return a typed name in one spelling: composed letters, single blanks, and no sign that no name holds.

    The name is shown on pages and in tables of other programs: markup, or a sign at its begin that a
    spreadsheet takes for a formula, goes out.

    Examples
    --------
    >>> full_name("  Nguye\\u0302\\u0303n \\n An ")
    'Nguyễn An'
    """
    # On a terminal without UTF-8, letters come as the bytes that they are.
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = unicodedata.normalize("NFC", text)
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" or c in _IN_NAMES else " " for c in text)
    return " ".join(kept.split()).lstrip("-@/.,·' ")[:_LONGEST_NAME].strip()


def participant_id(name: str) -> str:
    """Return `name` as an identifier that is safe as a folder's name on every system.

    Raises
    ------
    InputError
        If nothing usable is left of it.

    Examples
    --------
    >>> participant_id("Nguyễn An")
    'nguyen-an'
    """
    from anyascii import anyascii

    text = full_name(name)
    plain = re.sub(r"[^a-z0-9._-]+", "-", anyascii(text).strip().lower()).strip("-._")[:64].strip("-._")
    if not is_id(plain):
        raise InputError(
            repr(text),
            _("it cannot be used as an identifier."),
            _("Use the one that your instructor gave you: letters, digits, - and _."),
        )
    return plain


def is_id(text: object) -> bool:
    """Tell whether `text` may be the name of a participant's folder."""
    return isinstance(text, str) and bool(_ID.fullmatch(text)) and not _NOT_ON_WINDOWS.fullmatch(text)
