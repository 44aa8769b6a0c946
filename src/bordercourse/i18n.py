"""Translation of the text that participants see, through gettext.

Wrap every such text: ``_("Not answered yet.")``. The language comes from
``BORDERCOURSE_LANGUAGE`` or the usual ``LANGUAGE``/``LANG`` variables; where no
translation is installed the English text is shown. Catalogues live in
``bordercourse/locale/<language>/LC_MESSAGES/bordercourse.mo``.
"""

from __future__ import annotations

import gettext as _gettext
import os
from functools import cache
from pathlib import Path

__all__ = ["gettext", "ngettext"]

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
