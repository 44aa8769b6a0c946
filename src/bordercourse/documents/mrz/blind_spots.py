"""What no check digit sees: replaced characters, exchanged neighbours, and whole fields."""

from __future__ import annotations

from itertools import product

import pandas as pd

from bordercourse.documents.mrz.layouts import ALPHABET, CHECKED, VALUES, layout_of

__all__ = ["invisible_substitutions", "invisible_swaps", "unprotected_positions"]


def invisible_substitutions() -> pd.DataFrame:
    """Return every replacement of one character by another that no check digit sees.

    The weights 7, 3 and 1 share no factor with 10, so a replacement is invisible exactly when the
    two values differ by a multiple of 10. That holds in every position and for the composite digit.

    Returns
    -------
    pandas.DataFrame
        One row an ordered pair: `printed`, `read`. 104 of the 1,332 pairs of different characters.

    Examples
    --------
    >>> pairs = invisible_substitutions()
    >>> len(pairs), len(ALPHABET) * (len(ALPHABET) - 1)
    (104, 1332)
    """
    pairs = [(a, b) for a, b in product(ALPHABET, repeat=2) if a != b and (VALUES[a] - VALUES[b]) % 10 == 0]
    return pd.DataFrame(pairs, columns=["printed", "read"])


def invisible_swaps() -> pd.DataFrame:
    """Return every swap of two neighbours that no check digit sees: their values differ by a multiple of 5.

    Examples
    --------
    >>> swaps = invisible_swaps()
    >>> bool(((swaps["first"] == "1") & (swaps["second"] == "6")).any())
    True
    """
    pairs = [(a, b) for a, b in product(ALPHABET, repeat=2) if a != b and (VALUES[a] - VALUES[b]) % 5 == 0]
    return pd.DataFrame(pairs, columns=["first", "second"])


def unprotected_positions(format: str) -> pd.DataFrame:
    """Return the fields of a format that no check digit covers at all, with the number of their characters.

    Examples
    --------
    >>> unprotected_positions("TD3")["field"].tolist()
    ['code', 'state', 'names', 'nationality', 'sex']
    """
    layout = layout_of(format)
    covered = {(line, p) for line, first, last in layout.composite for p in range(first, last + 1)}
    for field in CHECKED:
        if f"{field}_digit" in layout.places:
            line, first, last = layout.places[field]
            covered |= {(line, p) for p in range(first, last + 1)}
    rows = [
        (field, last - first + 1)
        for field, (line, first, last) in layout.places.items()
        if not field.endswith("_digit") and not any((line, p) in covered for p in range(first, last + 1))
    ]
    return pd.DataFrame(rows, columns=["field", "characters"])
