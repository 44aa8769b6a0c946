"""Where a line may end, in every script of the course.

Thai, Khmer, Lao and Burmese write words without spaces between them. Where one word ends is a matter of a
dictionary; the International Components for Unicode carry one for each of these scripts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["pieces", "wrap"]

_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


def pieces(text: str) -> list[str]:
    """Cut a text where a line may end; the pieces together are the text.

    Examples
    --------
    >>> pieces("birth register")
    ['birth ', 'register']
    >>> pieces("ทะเบียนราษฎร")
    ['ทะเบียน', 'ราษฎร']
    """
    if not _NO_SPACES.search(text):
        return re.findall(r"\S+\s*|\s+", text)
    from icu4py.breakers import LineBreaker

    return list(LineBreaker(text, "th"))  # one dictionary a script: the locale changes nothing


def wrap(text: str, width: float, measure: Callable[[str], float]) -> str:
    """Break a text into lines no wider than `width`, between words of any script.

    Parameters
    ----------
    text : str
        The text; its own line ends are kept.
    width : float
        The widest line, in the unit of `measure`.
    measure : callable
        Returns the width of a line of text.

    Returns
    -------
    str
        The same letters with line ends in place of the spaces at which a line was broken. A single word
        that is wider than `width` stays whole: no word is broken inside.

    Examples
    --------
    >>> wrap("one two three", 7, len)
    'one two\\nthree'
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            if line and measure((line + piece).rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return "\n".join(lines)
