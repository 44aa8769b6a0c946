"""What no check digit sees: replaced characters, exchanged neighbours, and whole fields."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from bordercourse.documents.mrz.layouts import ALPHABET, CHECKED, LAYOUTS, VALUES, layout_of
from bordercourse.inputs import Choice, checked

__all__ = ["invisible_substitutions", "invisible_swaps", "unprotected_positions"]


def invisible_substitutions() -> pd.DataFrame:
    """Return every pair of characters that can stand for each other without a check digit seeing it.

    The weights 7, 3 and 1 share no factor with 10, so a replacement is invisible exactly when the
    two values differ by a multiple of 10. That holds in every position and for the composite digit.

    Returns
    -------
    pandas.DataFrame
        One row a pair, whichever of the two is printed: `first`, `second`. 52 of the 666 pairs.

    Examples
    --------
    >>> pairs = invisible_substitutions()
    >>> len(pairs), len(ALPHABET) * (len(ALPHABET) - 1) // 2
    (52, 666)
    """
    return _pairs(10)


def invisible_swaps() -> pd.DataFrame:
    """Return every pair of neighbours that can be exchanged unseen: their values differ by a multiple of 5.

    Returns
    -------
    pandas.DataFrame
        One row a pair, whichever of the two stands first: `first`, `second`.

    Examples
    --------
    >>> swaps = invisible_swaps()
    >>> bool(((swaps["first"] == "1") & (swaps["second"] == "6")).any())
    True
    """
    return _pairs(5)


def _pairs(multiple: int) -> pd.DataFrame:
    pairs = [(a, b) for a, b in combinations(ALPHABET, 2) if (VALUES[a] - VALUES[b]) % multiple == 0]
    return pd.DataFrame(pairs, columns=["first", "second"])


@checked(format=Choice(*LAYOUTS))
def unprotected_positions(format: str) -> pd.DataFrame:
    """Return the fields of a format that no check digit covers at all, with the number of their characters.

    Parameters
    ----------
    format : str
        ``TD1``, ``TD2``, ``TD3``, ``MRV-A`` or ``MRV-B``.

    Returns
    -------
    pandas.DataFrame
        One row a field: `field`, `characters`.

    Raises
    ------
    InputError
        If the format is unknown.

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
