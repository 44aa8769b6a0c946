"""Zones that are not ICAO's: recognised by how they begin, and named, so that nobody reads them wrongly."""

from __future__ import annotations

from dataclasses import dataclass

from bordercourse.i18n import mark

__all__ = ["NationalLayout", "national_layout"]


@dataclass(frozen=True)
class NationalLayout:
    """A zone with places of its own, which this course does not read."""

    name: str
    sizes: tuple[int, ...]
    begins: tuple[str, ...]


_LAYOUTS = (
    NationalLayout(mark("the identity card that France issued until 2021"), (36, 36), ("IDFRA",)),
    NationalLayout(mark("Russia's internal passport"), (44, 44), ("PNRUS",)),
    NationalLayout(mark("China's permits for travel to and from Hong Kong and Macao"), (30,), ("C",)),
    NationalLayout(mark("a driving licence (ISO/IEC 18013)"), (30,), ("D",)),
)


def national_layout(lines: tuple[str, ...]) -> NationalLayout | None:
    """Return the national layout that these lines have, or None.

    Examples
    --------
    >>> found = national_layout(("D1NLD1123456789012<<<<<<<<<<<0",))
    >>> found.name
    'a driving licence (ISO/IEC 18013)'
    """
    sizes = tuple(map(len, lines))
    fits = (each for each in _LAYOUTS if each.sizes == sizes and lines[0].startswith(each.begins))
    return next(fits, None)
