"""Where the fields of each format stand, the alphabet of the zone, and its check digit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bordercourse.documents.kinds import LINE
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import checked

__all__ = [
    "ALPHABET",
    "ANGLES",
    "CHECKED",
    "LAYOUTS",
    "VALUES",
    "ZONE",
    "Layout",
    "check_digit",
    "layout_of",
]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
VALUES = {character: 0 if character == "<" else place for place, character in enumerate(ALPHABET)}
ZONE = re.compile(r"[0-9A-Z<]+", re.ASCII)
ANGLES = {ord("«"): "<<", ord("‹"): "<"}  # what some readers of print make of fillers
CHECKED = ("number", "born", "expires", "optional")  # fields that have a check digit of their own
_WEIGHTS = (7, 3, 1)


@dataclass(frozen=True)
class Layout:
    """Where the fields of one format stand: ``(line, first, last)``, counted from 1 as in Doc 9303."""

    rule: str
    lines: int
    width: int
    places: dict[str, tuple[int, int, int]]
    composite: tuple[tuple[int, int, int], ...] = ()

    def size(self, field: str) -> int:
        """Return how many characters a field holds."""
        _line, first, last = self.places[field]
        return last - first + 1


def _two_lines(width: int, *, optional: int, digits: bool, composite: bool, rule: str) -> Layout:
    places = {
        "code": (1, 1, 2),
        "state": (1, 3, 5),
        "names": (1, 6, width),
        "number": (2, 1, 9),
        "number_digit": (2, 10, 10),
        "nationality": (2, 11, 13),
        "born": (2, 14, 19),
        "born_digit": (2, 20, 20),
        "sex": (2, 21, 21),
        "expires": (2, 22, 27),
        "expires_digit": (2, 28, 28),
        "optional": (2, 29, optional),
    }
    if digits:
        places["optional_digit"] = (2, optional + 1, optional + 1)
    covered: tuple[tuple[int, int, int], ...] = ()
    if composite:
        places["composite_digit"] = (2, width, width)
        covered = ((2, 1, 10), (2, 14, 20), (2, 22, width - 1))
    return Layout(rule, 2, width, places, covered)


LAYOUTS = {
    "TD1": Layout(
        "ICAO Doc 9303-5, 4.2.2",
        3,
        30,
        {
            "code": (1, 1, 2),
            "state": (1, 3, 5),
            "number": (1, 6, 14),
            "number_digit": (1, 15, 15),
            "optional": (1, 16, 30),
            "born": (2, 1, 6),
            "born_digit": (2, 7, 7),
            "sex": (2, 8, 8),
            "expires": (2, 9, 14),
            "expires_digit": (2, 15, 15),
            "nationality": (2, 16, 18),
            "optional_2": (2, 19, 29),
            "composite_digit": (2, 30, 30),
            "names": (3, 1, 30),
        },
        ((1, 6, 30), (2, 1, 7), (2, 9, 15), (2, 19, 29)),
    ),
    "TD2": _two_lines(36, optional=35, digits=False, composite=True, rule="ICAO Doc 9303-6, 4.2.2"),
    "TD3": _two_lines(44, optional=42, digits=True, composite=True, rule="ICAO Doc 9303-4, 4.2.2"),
    "MRV-A": _two_lines(44, optional=44, digits=False, composite=False, rule="ICAO Doc 9303-7, 4.2.2"),
    "MRV-B": _two_lines(36, optional=36, digits=False, composite=False, rule="ICAO Doc 9303-7, 4.2.2"),
}


def layout_of(format: str) -> Layout:
    """Return the layout of a format.

    Raises
    ------
    InputError
        If the format is unknown.
    """
    if format not in LAYOUTS:
        raise InputError(
            "format",
            _("{name} is unknown.").format(name=repr(format)),
            _("Use one of {names}.").format(names=", ".join(LAYOUTS)),
        )
    return LAYOUTS[format]


@checked(text=LINE)
def check_digit(text: str) -> str:
    """Return the check digit of `text`: weights 7, 3, 1, sum modulo 10.

    Raises
    ------
    InputError
        If a character is not 0 to 9, A to Z or ``<``.

    References
    ----------
    ICAO Doc 9303-3, section 4.9, and its appendix A (examples 1 and 2 below).

    Examples
    --------
    >>> check_digit("520727"), check_digit("AB2134<<<")
    ('3', '5')
    """
    if not isinstance(text, str) or (text and not ZONE.fullmatch(text)):
        raise InputError(
            "text",
            _("{text} has a character outside 0-9, A-Z and <.").format(text=repr(text)),
            _("Write it in quotation marks, in capitals only."),
        )
    return str(sum(VALUES[c] * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)
