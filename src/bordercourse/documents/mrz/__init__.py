"""The machine-readable zone of passports, cards and visas (ICAO Doc 9303, parts 3 to 7).

Our own code, because the course teaches what a zone proves and what it does not: which field a check digit
covers, which slips it cannot see, and what Doc 9303 allows in each field. The package ``mrz`` of the Python
Package Index is under the GPL, which the course may not carry, and its last release is of 2020.
"""

from __future__ import annotations

from bordercourse.documents.mrz.blind_spots import (
    invisible_substitutions,
    invisible_swaps,
    unprotected_positions,
)
from bordercourse.documents.mrz.fields import Fault
from bordercourse.documents.mrz.layouts import ALPHABET, LAYOUTS, Layout, check_digit
from bordercourse.documents.mrz.verifying import verify_mrz
from bordercourse.documents.mrz.writing import format_mrz
from bordercourse.documents.mrz.zone import MRZ, CheckDigit, parse_mrz

__all__ = [
    "ALPHABET",
    "LAYOUTS",
    "MRZ",
    "CheckDigit",
    "Fault",
    "Layout",
    "check_digit",
    "format_mrz",
    "invisible_substitutions",
    "invisible_swaps",
    "parse_mrz",
    "unprotected_positions",
    "verify_mrz",
]
