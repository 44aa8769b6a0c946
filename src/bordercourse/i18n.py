"""Translation of the text that participants see, through gettext.

Wrap every such text: ``_("Not answered yet.")``; a text that stands in a constant is marked with
``mark`` there and wrapped where it is shown, so that ``bordercourse translate extract`` finds it. The
language is the workspace's, in ``BORDERCOURSE_LANGUAGE``, and never the machine's own. Its catalogue is
``bordercourse/locale/<language>/LC_MESSAGES/bordercourse.mo``, made by ``bordercourse translate build``;
where there is none, the text is English.
"""

from __future__ import annotations

import gettext as _gettext
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path, PurePosixPath

__all__ = [
    "gettext",
    "heard",
    "in_every_language",
    "is_draft",
    "is_language",
    "language",
    "mark",
    "ngettext",
    "speaking",
]

_DOMAIN = "bordercourse"
_LOCALE = Path(__file__).parent / "locale"
_SPOKEN: ContextVar[str | None] = ContextVar("language", default=None)
_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def is_language(name: object) -> bool:
    """Tell whether `name` is formed like the short name of a language.

    Examples
    --------
    >>> [is_language(name) for name in ("id", "zsm", "../id", "", None)]
    [True, True, False, False, False]
    """
    return isinstance(name, str) and re.fullmatch("[a-z]{2,3}", name) is not None


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    if not is_language(language):
        return _gettext.NullTranslations()
    return _gettext.translation(_DOMAIN, _LOCALE, languages=[language], fallback=True)


def language() -> str:
    """Return the short name of the language that texts are in now; empty for English.

    ``BORDERCOURSE_ENGLISH`` names the pages of the workspace that are in English as a whole, because
    their translation is not; Jupyter tells a kernel which page it serves.
    """
    spoken = _SPOKEN.get()
    if spoken is None:
        english = _is_english_page(os.environ.get("JPY_SESSION_NAME", ""))
        spoken = "" if english else os.environ.get("BORDERCOURSE_LANGUAGE", "")
    return spoken if isinstance(_catalogue(spoken), _gettext.GNUTranslations) else ""


def _is_english_page(path: str) -> bool:
    page = PurePosixPath(path)
    name = f"{page.stem}-annex" if page.parent.name == "annex" else page.stem
    # A copy bears the page's name and more: `05-iraq-version-2`, `05-iraq-Copy1`.
    return any(
        name == one or (name.startswith(f"{one}-") and not name.startswith(f"{one}-annex"))
        for one in os.environ.get("BORDERCOURSE_ENGLISH", "").split(",")
        if one
    )


def is_draft(language: str) -> bool:
    """Tell whether nobody has signed yet that the library's texts in `language` were read.

    Examples
    --------
    >>> is_draft("")
    False
    """
    catalogue = _catalogue(language)
    return isinstance(catalogue, _gettext.GNUTranslations) and not catalogue.info().get("x-reviewed-by")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Give texts in another language than the workspace's, such as a hand-in's; empty for English.

    Examples
    --------
    >>> with speaking(""):
    ...     gettext("Right.")
    'Right.'
    """
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def in_every_language(message: str) -> frozenset[str]:
    """Return `message` in English and in each language that this installation speaks.

    Examples
    --------
    >>> "Right." in in_every_language("Right.")
    True
    """
    spoken = [folder.name for folder in _LOCALE.glob("*") if is_language(folder.name)]
    return frozenset({message, *(_catalogue(name).gettext(message) for name in spoken)})


@contextmanager
def heard(listener: Callable[[str], None]) -> Iterator[None]:
    """Tell `listener` every text that is asked for inside, to find those that no catalogue holds.

    Examples
    --------
    >>> asked = []
    >>> with heard(asked.append):
    ...     _right = gettext("Right.")
    >>> asked
    ['Right.']
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def gettext(message: str) -> str:
    """Return `message` in the participant's language."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(message)
    return _catalogue(language()).gettext(message) if message else ""


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form of the message that fits the number `n`."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(one)
    return _catalogue(language()).ngettext(one, many, n)


def mark(message: str) -> str:
    """Return `message` as it is: it stands in a constant, and is translated where it is shown."""
    return message
