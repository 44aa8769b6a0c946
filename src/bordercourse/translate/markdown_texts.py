"""A Markdown cell cut into what is read and what only shapes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["has_words", "markdown_texts"]

# A paragraph ends at an empty line, which may stand in a quotation.
_PARAGRAPH_END = re.compile(r"(\n[ \t]*(?:>[ \t]*)?(?:\n[ \t]*(?:>[ \t]*)?)*(?=\n)\n)")
# Within a paragraph, a list item, a row of a table and a hidden remark begin on a line of their own.
_LINE = re.compile(r"(\n(?=[ \t>]*(?:[-*] |\||\d+\. |<!--)))")
_SHAPED = re.compile(r"(?s)([\s>]*(?:#{1,6} |[-*] |\d+\. )?)(.*?)(\s*)")
# Vowel signs of Thai and Khmer are no letters to Python: without them a short word would count as none.
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u17b4-\u17d3])")
_NO_WORDS = re.compile(r"`[^`]*`|</?[a-z][^>]*>|&\w+;")


def has_words(text: str) -> bool:
    """Tell whether there is anything to translate.

    Examples
    --------
    >>> [has_words(text) for text in ("Predict first.", "ปี", "`load()`", "---", "4 − 3", "<br>")]
    [True, True, False, False, False, False]
    """
    return bool(_WORD.search(_NO_WORDS.sub("", text)))


def markdown_texts(source: str) -> Iterator[tuple[int, int]]:
    """Yield where each text of a Markdown cell begins and ends.

    Parameters
    ----------
    source : str
        The cell.

    Examples
    --------
    >>> source = "## Ideas\\n\\n- one word\\n- two words\\n\\n| term | 12 |\\n|---|---|\\n<!-- cited -->"
    >>> [source[a:b] for a, b in markdown_texts(source)]
    ['Ideas', 'one word', 'two words', 'term']
    """
    place = 0
    for paragraph in _PARAGRAPH_END.split(source):
        for line in _LINE.split(paragraph):
            for a, b in _shown(line):
                yield place + a, place + b
            place += len(line)


def _shown(line: str) -> Iterator[tuple[int, int]]:
    """Yield the texts of a paragraph, a list item or a row of a table."""
    shaped = _SHAPED.fullmatch(line)
    assert shaped is not None  # each part may be empty
    begin, end = shaped.span(2)
    if line[begin:].startswith("<!--") or not has_words(line[begin:end]):
        return
    if line[begin:end].startswith("|"):
        for cell in re.finditer(r"[^|]+", line[begin:end]):
            text = cell[0].strip()
            if has_words(text):
                first = begin + cell.start() + cell[0].index(text)
                yield first, first + len(text)
    else:
        yield begin, end
