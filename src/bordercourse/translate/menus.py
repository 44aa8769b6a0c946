"""What a text calls the menus of JupyterLab: as they are called on the reader's screen.

A translator leaves them in English, as places to be filled. Where the pack of the language is whole they are
filled from it when a page is made, so that a page and the screen never differ. The link **Home** is the
course's own: it is filled from the catalogue ``desk``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["MENUS", "WAY", "menus_in", "with_menus"]

#: What the course names in bold. Names that no pack holds are nbgrader's, and keys: they stay English.
MENUS = (
    "Assignment List",
    "Collapse Selected Code",
    "Edit",
    "Enter",
    "File",
    "Home",
    "Kernel",
    "Nbgrader",
    "Restart Kernel and Run All Cells",
    "Run",
    "Run All Cells",
    "Shift",
    "Submit",
    "Validate",
    "View",
)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
#: A text without bold letters names a way through the menus: "Run, Run All Cells".
WAY = (
    r"\b(?:Edit|Kernel|Run|View), "
    r"(?:Clear Outputs of All Cells|Run All Above Selected Cell|Run All Cells)\b"
)


def menus_in(text: str) -> tuple[set[str], set[str]]:
    """Return the menus that a text names in bold, and those that it names on a way through the menus.

    Examples
    --------
    >>> menus_in("Press **Run**.")
    ({'Run'}, set())
    >>> sorted(menus_in("Choose Run, Run All Cells.")[1])
    ['Run', 'Run All Cells']
    """
    return set(_BOLD.findall(text)) & set(MENUS), {
        name for way in re.findall(WAY, text) for name in way.split(", ")
    }


def with_menus(english: str, words: str, names: Mapping[str, str]) -> str:
    """Return the translation `words` with the menus as the screen has them.

    Parameters
    ----------
    english, words : str
        A text of the course, and its translation, which names the menus in English.
    names : mapping of str to str
        For each menu what it is called on the screen; a menu that is not there stays English.

    Examples
    --------
    >>> with_menus("Choose **Run**, **Submit**.", "Pilih **Run**, **Submit**.", {"Run": "Jalankan"})
    'Pilih **Jalankan**, **Submit**.'
    """
    bold, way = ({name for name in some if name in names} for some in menus_in(english))
    if bold:
        words = re.sub(r"\*\*([^*]+)\*\*", lambda m: f"**{names[m[1]]}**" if m[1] in bold else m[0], words)
    if way:
        longest_first = "|".join(re.escape(name) for name in sorted(way, key=len, reverse=True))
        words = re.sub(rf"(?<![A-Za-z])(?:{longest_first})(?![A-Za-z])", lambda m: names[m[0]], words)
    return words
