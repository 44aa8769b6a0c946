"""The look of the course: one stylesheet and the fonts that it names, for every page and every figure.

JupyterLab, printed lessons, feedback pages, the home page and the site all take the same sheet. The fonts for
Thai and Khmer are shipped (SIL Open Font License, ``fonts/OFL.txt``), so that neither script shows boxes on a
machine that has no font for it. Latin letters, Vietnamese among them, are drawn with what every system has.
"""

from __future__ import annotations

import base64
from pathlib import Path

__all__ = ["LETTERS", "font_files", "stylesheet"]

_FOLDER = Path(__file__).parent

# Tried in this order, letter by letter: Latin first, then each script; ours, or what the system brings.
LETTERS = [
    "Noto Sans",
    "DejaVu Sans",
    "Noto Sans Khmer",
    "Noto Sans Thai",
    "Noto Sans Arabic",
    "Leelawadee UI",
    "Tahoma",
    "Khmer Sangam MN",
    "Thonburi",
]


def font_files() -> list[Path]:
    """Return the fonts that the course ships, as TrueType files."""
    return sorted((_FOLDER / "fonts").glob("*.ttf"))


def stylesheet(fonts: str = "") -> str:
    """Return the stylesheet of the course.

    Parameters
    ----------
    fonts : str
        Where a page finds the font files: a folder's address that ends in ``/``; "inside" to carry them in
        the sheet itself, for a page that must stand alone; empty for a page that uses the system's fonts.

    Returns
    -------
    str
        CSS.

    Examples
    --------
    >>> "@font-face" in stylesheet(), stylesheet("fonts/").count("@font-face")
    (False, 4)
    """
    text = (_FOLDER / "course.css").read_text(encoding="utf-8")
    return "".join(_face(path, fonts) for path in font_files()) + text if fonts else text


def _face(path: Path, fonts: str) -> str:
    name, weight = path.stem.split("_")
    family = name.replace("NotoSans", "Noto Sans ")
    address = fonts + path.name
    if fonts == "inside":
        address = "data:font/ttf;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
    return (
        f'@font-face {{font-family: "{family}"; font-weight: {weight[:3]}; '
        f'src: url("{address}") format("truetype");}}\n'
    )
