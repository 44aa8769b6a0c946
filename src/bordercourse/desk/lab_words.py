"""What the course itself adds to JupyterLab's pages: its link home, and names that are heard.

JupyterLab is translated by its own pack; these words stand in ``home.js``, which asks no catalogue. They
reach it in the settings of the page.
"""

from __future__ import annotations

from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark, speaking

__all__ = ["HOME", "lab_words"]

HOME = mark("Home")
_WORDS = (
    HOME,
    mark("To the page with all lessons and exercises"),
    mark("Skip to main panel"),
    mark("Fold or unfold this part"),
    mark("Code or answer"),
    mark("Text"),
    mark("Value"),
    mark("A drawing. The text below it says what it shows."),
    mark("Markdown Cell Content"),
    mark("main area content"),
    mark("main area toolbar"),
)


def lab_words(language: str) -> dict[str, str]:
    """Return, for each text of ``home.js``, its words in a language that is offered.

    Parameters
    ----------
    language : str
        Its short name; empty for English.

    Examples
    --------
    >>> lab_words("")["Home"]
    'Home'
    """
    with speaking(language):
        return {text: _(text) for text in _WORDS}
