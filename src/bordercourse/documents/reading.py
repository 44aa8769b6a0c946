"""One door for everything that a scanner reads: find the format, then let its own verifier judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.documents.badges import judge_badge, looks_like_badge
from bordercourse.documents.civil import CORRECTION_LIST, TRUST, CorrectionList, judge_certificate
from bordercourse.documents.hcert import judge_hcert, looks_like_hcert
from bordercourse.documents.kinds import Moment, Scanned
from bordercourse.documents.mrz import LAYOUTS, verify_mrz
from bordercourse.documents.mrz.layouts import ANGLES, ZONE
from bordercourse.documents.scanned import level
from bordercourse.documents.sd_jwt import verify_disclosure
from bordercourse.documents.seals import malformed, read_seal
from bordercourse.documents.smart_cards import judge_smart_card, looks_like_smart_card
from bordercourse.documents.vdsnc import VDSNC, verify_vdsnc
from bordercourse.documents.verdicts import Verification, moment
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import checked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from bordercourse.documents.trust import TrustList

__all__ = ["READERS", "Reader", "verify_document"]


@dataclass(frozen=True)
class Reader:
    """One format: how to recognise its text, and how to verify it. A new format is one more of these."""

    name: str
    recognises: Callable[[str], bool]
    verify: Callable[[str, TrustList, datetime, CorrectionList | None], Verification]


def _looks_like_a_zone(text: str) -> bool:
    flat = "".join(text.translate(ANGLES).split())
    if ZONE.fullmatch(flat):
        return len(flat) in _ZONE_SIZES or (len(flat) >= 25 and "<" in flat)
    return flat[:1].isupper() and flat.count("<") >= 4


_ZONE_SIZES = {layout.lines * layout.width for layout in LAYOUTS.values()}


def _looks_partial(text: str) -> bool:
    return "~" in text and text.startswith("ey")


def _is_icao(text: str) -> bool:
    if "icao." not in text and "\\u" not in text:
        return False  # most seals are civil: one look spares taking them apart twice
    try:
        return read_seal(text).header["t"] in VDSNC.types
    except MalformedError:
        return False


# What is told by its first letters stands before what is told by its shape.
READERS: list[Reader] = [
    Reader(
        mark("EU certificate"), looks_like_hcert, lambda text, trust, at, lists: judge_hcert(text, trust, at)
    ),
    Reader(
        mark("course certificate"),
        looks_like_badge,
        lambda text, trust, at, lists: judge_badge(text, trust, at),
    ),
    Reader(
        mark("SMART Health Card"),
        looks_like_smart_card,
        lambda text, trust, at, lists: judge_smart_card(text, trust, at),
    ),
    Reader(
        mark("ICAO health proof"),
        _is_icao,
        lambda text, trust, at, lists: verify_vdsnc(text, trust=trust, on=at),
    ),
    Reader(mark("civil certificate"), lambda text: text.startswith("{"), judge_certificate),
    Reader(
        mark("certificate shown in part"),
        _looks_partial,
        lambda text, trust, at, lists: verify_disclosure(text, trust=trust, on=at),
    ),
    Reader(
        mark("machine-readable zone"),
        _looks_like_a_zone,
        lambda text, trust, at, lists: verify_mrz(text, on=at),
    ),
]


@checked(text=Scanned(), trust=TRUST, on=Moment(), corrections=CORRECTION_LIST)
def verify_document(
    text: str | bytes,
    *,
    trust: TrustList,
    on: date | datetime | str,
    corrections: CorrectionList | None = None,
) -> Verification:
    """Give the four verdicts on whatever a scanner read; never raises on hostile `text`.

    Parameters
    ----------
    text : str or bytes
        Content of a barcode, or the lines of a machine-readable zone; what a scanner or a copy adds around
        it is taken off (see :func:`~bordercourse.documents.scanned.level`). Bytes that are not UTF-8, and
        what is not text at all, is malformed.
    trust, on, corrections
        As in :func:`verify_certificate`.

    Examples
    --------
    >>> from bordercourse.documents import practice
    >>> verify_document("https://example.org", trust=practice.trust_list(), on="2025-06-02").codes["form"]
    'malformed'
    """
    at = moment(on)
    try:
        plain = level(text)
    except MalformedError as error:
        return malformed("document", at, str(error), _("the formats that this course reads"))
    for reader in READERS:
        if reader.recognises(plain):
            return reader.verify(plain, trust, at, corrections)
    reason = _("It is none of these: {names}.").format(names=", ".join(_(reader.name) for reader in READERS))
    return malformed("document", at, reason, _("the formats that this course reads"))
