"""What the verdicts on health certificates share: a key that is not at hand, and what a record is worth."""

from __future__ import annotations

from functools import cache

from bordercourse.documents.trust import RULE
from bordercourse.documents.verdicts import CANNOT_SAY, NO, Verdict
from bordercourse.i18n import mark

__all__ = ["KEY_NOT_KNOWN", "OFFICER_DECIDES", "altered", "effect", "ended", "not_begun"]

_LAW = mark("the entry rules of your State on that day")

#: Where the key that would check a signature is not at hand: no word on whether the document was changed.
KEY_NOT_KNOWN = Verdict(
    "integrity",
    CANNOT_SAY,
    "unknown_key",
    mark("The key that would check the signature is not on your list. This does not make it false."),
    RULE,
)


@cache
def altered(rule: str) -> Verdict:
    """Return the verdict on a content that no listed key with its identifier signed."""
    words = mark("The content and the signature do not fit any listed signer with this identifier.")
    return Verdict("integrity", NO, "altered", words, rule)


def effect(answer: str, code: str, words: str, day: str = "") -> Verdict:
    """Return a verdict on legal effect."""
    return Verdict("legal effect", answer, code, words, _LAW, {"day": day} if day else None)


def ended(day: str) -> Verdict:
    """Return the verdict on a certificate that expired on `day`."""
    return effect(NO, "certificate_expired", mark("This certificate expired on {day}."), day)


def not_begun(day: str) -> Verdict:
    """Return the verdict on a certificate that counts from `day` on."""
    return effect(NO, "certificate_not_yet_valid", mark("This certificate counts from {day} on."), day)


OFFICER_DECIDES = effect(
    CANNOT_SAY,
    "officer_decides",
    mark("The signature shows who recorded the event. Entry rules say what it is worth."),
)
