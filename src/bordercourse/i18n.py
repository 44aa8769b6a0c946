"""Translation of the text that participants see, through gettext.

Wrap every such text: ``_("Not answered yet.")``; a text that stands in a constant is marked with
``mark`` there and wrapped where it is shown. The language comes from ``BORDERCOURSE_LANGUAGE``, or from
the usual ``LANGUAGE``/``LANG`` variables. A catalogue would be
``bordercourse/locale/<language>/LC_MESSAGES/bordercourse.mo``; none is shipped yet, so the text is
English whatever the language.
"""

from __future__ import annotations

import gettext as _gettext
import os
from functools import cache
from pathlib import Path

__all__ = ["gettext", "mark", "ngettext"]

_DOMAIN = "bordercourse"
_LOCALE = Path(__file__).parent / "locale"


@cache
def _catalogue(language: str | None) -> _gettext.NullTranslations:
    languages = [language] if language else None
    return _gettext.translation(_DOMAIN, _LOCALE, languages=languages, fallback=True)


def _current() -> _gettext.NullTranslations:
    return _catalogue(os.environ.get("BORDERCOURSE_LANGUAGE"))


def gettext(message: str) -> str:
    """Return `message` in the participant's language."""
    return _current().gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form of the message that fits the number `n`."""
    return _current().ngettext(one, many, n)


def mark(message: str) -> str:
    """Return `message` as it is: it stands in a constant, and is translated where it is shown."""
    return message
