"""EU Digital COVID Certificates (``HC1:``): what the signature proves, and who vouches for it.

Base45, zlib, one COSE signature over a CBOR token. The code carries no certificate of its signer, only eight
bytes that name it: every signer on the list with that name is tried. WHO's network took the design over.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bordercourse.documents.civil import TRUST
from bordercourse.documents.cose import SIGNATURE_RULE, read_cbor, read_sign1
from bordercourse.documents.hcert_content import read_claims, read_event
from bordercourse.documents.health_verdicts import (
    KEY_NOT_KNOWN,
    OFFICER_DECIDES,
    altered,
    effect,
    ended,
    not_begun,
)
from bordercourse.documents.jcs import MAX_CHARACTERS
from bordercourse.documents.kinds import Moment, Scanned
from bordercourse.documents.packed import inflate
from bordercourse.documents.scanned import level
from bordercourse.documents.seals import malformed, not_reached, unchanged, well_formed
from bordercourse.documents.trust import Usage
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, moment
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import checked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from typing import Any

    from bordercourse.documents.trust import Signer, TrustList

__all__ = ["RECOVERY", "TEST", "VACCINATION", "looks_like_hcert", "verify_hcert"]

KIND = mark("EU certificate of vaccination, test or recovery (HC1)")
FORM_RULE = "WHO HCERT 1.1.1 (2024), after the EU specification 1.0.8; RFC 9285 (Base45), RFC 8392 (CWT)"
_DATES_RULE = "WHO HCERT 1.1.1 (2024): expiry and issue stand inside the signer's own dates"
VERSION = "1"


def _usage(last: int) -> Usage:
    # The first signers of 2021 carry the identifier with a 0 too many; both are in use.
    numbers = (f"1.3.6.1.4.1.1847.2021.1.{last}", f"1.3.6.1.4.1.0.1847.2021.1.{last}")
    return Usage("health", numbers[0], required=False, also=numbers[1:])


TEST, VACCINATION, RECOVERY = _usage(1), _usage(2), _usage(3)
_USAGES = {"vaccination": VACCINATION, "test": TEST, "recovery": RECOVERY}


def looks_like_hcert(text: str) -> bool:
    """Say whether a text begins as a health certificate of any version does."""
    return text.startswith("HC") and text[3:4] == ":"


@checked(text=Scanned(), trust=TRUST, on=Moment())
def verify_hcert(text: str | bytes, *, trust: TrustList, on: date | datetime | str) -> Verification:
    """Give the four verdicts on an EU certificate of vaccination, test or recovery.

    Parameters
    ----------
    text : str or bytes
        What the code holds. It may be hostile: nothing in it makes this function raise.
    trust : TrustList
        Signers on the officer's device, each on a line of its own (role ``signer``), for ``health``. The
        State of a line is written as the certificates write it: two letters in the European Union.
    on : date, datetime or str
        The day for which to judge.

    Returns
    -------
    Verification
        Four verdicts. It is not a decision on entry, no proof of who holds it, and says nothing on whether
        the vaccination took place: in October 2021 true signatures stood over invented people.

    References
    ----------
    WHO, HCERT specification 1.1.1 (27 February 2024); EU specification 1.0.8 (13 February 2023).

    Examples
    --------
    >>> from bordercourse.documents import practice_health
    >>> text = practice_health.health_code()
    >>> verify_hcert(text, trust=practice_health.trust_list(), on=practice_health.TODAY).codes["integrity"]
    'unchanged'
    """
    at = moment(on)
    try:
        return judge_hcert(level(text), trust, at)
    except MalformedError as error:
        return malformed(KIND, at, str(error), FORM_RULE)


def judge_hcert(text: str, trust: TrustList, at: datetime) -> Verification:
    """Do as :func:`verify_hcert` for a text that was levelled."""
    try:
        return _judged(text, trust, at)
    except MalformedError as error:
        return malformed(KIND, at, str(error), FORM_RULE)


def _judged(text: str, trust: TrustList, at: datetime) -> Verification:
    envelope = read_sign1(_unpacked(text))
    issuer, issued, expires, certificate = read_claims(read_cbor(envelope.content))
    if issued is not None and expires < issued:
        raise MalformedError(_("It ends before it was issued."))
    kind, stated = read_event(certificate)
    form = well_formed(FORM_RULE)
    stated |= {"office": stated["is"], "is": issuer or stated["co"], "event": kind}
    signers = [] if envelope.key_id is None else trust.by_key_id(envelope.key_id)
    if not signers:
        return Verification(KIND, at, form, KEY_NOT_KNOWN, *not_reached(), stated)
    vouched: Verdict | None = None
    for signer in signers:
        if envelope.fits(signer.key):
            verdict = _trusted(trust, signer, _USAGES[kind], at, issuer, issued, expires)
            if vouched is None or verdict.answer == YES:
                vouched = verdict
    if vouched is None:
        return Verification(KIND, at, form, _ALTERED, *not_reached(), stated)
    legal = _effect(trust, stated, at, issued, expires) if vouched.answer == YES else not_reached()[1]
    return Verification(KIND, at, form, _UNCHANGED, vouched, legal, stated)


def _unpacked(text: str) -> bytes:
    """Return the envelope. A copy may have added blanks, but a blank is a letter of this alphabet too."""
    if not looks_like_hcert(text):
        raise MalformedError(_("It does not begin with HC1:."))
    if text[2] != VERSION:
        raise MalformedError(_("Version HC{version} is not known.").format(version=repr(text[2])))
    if len(text) > MAX_CHARACTERS:
        raise MalformedError(_("It is longer than {n} characters.").format(n=MAX_CHARACTERS))
    body = text[4:]
    bare = body.rstrip(" ")
    try:
        return inflate(_base45(body), header=True)
    except MalformedError:
        if bare == body:
            raise
    return inflate(_base45(bare), header=True)


def _base45(text: str) -> bytearray:
    """Return the bytes of a text in Base45, and refuse all that RFC 9285 section 4 makes a reader refuse.

    The libraries read letters outside the alphabet and groups above what two bytes hold, or are slow. Here
    all groups of three letters are weighed at once: one long number holds each in three bytes of its own.
    """
    try:
        values = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError:
        values = _FOREIGN
    count, rest = divmod(len(values), 3)
    low, above = _places(count)
    letters = int.from_bytes(values[: 3 * count], "big")
    numbers = (letters >> 16 & low) + 45 * (letters >> 8 & low) + 2025 * (letters & low)
    last = values[3 * count] + 45 * values[3 * count + 1] if rest == 2 else 0
    if _FOREIGN in values or numbers & above or rest == 1 or last > 0xFF:
        raise MalformedError(_("It is not Base45."))
    groups, pairs = numbers.to_bytes(3 * count, "big"), bytearray(2 * count)
    pairs[::2], pairs[1::2] = groups[1::3], groups[2::3]
    if rest:
        pairs.append(last)
    return pairs


@lru_cache(maxsize=64)
def _places(count: int) -> tuple[int, int]:
    """For so many numbers of three bytes each: where the last byte of each stands, and where the first."""
    last = int.from_bytes(b"\0\0\xff" * count, "big")
    return last, last << 16


_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_FOREIGN = b"\xff"
_VALUES = bytes(_ALPHABET.index(letter) if letter in _ALPHABET else 0xFF for letter in range(256))


def _trusted(
    trust: TrustList,
    signer: Signer,
    usage: Usage,
    at: datetime,
    state: str | None,
    issued: datetime | None,
    expires: datetime,
) -> Verdict:
    verdict = trust.verdict(signer, usage, at, state=state)
    if verdict.answer != YES:
        return verdict
    span = signer.allowed
    if expires > span.end or (issued is not None and issued < span.start):
        words = mark(
            "It counts from {issued} to {expires}, but its signer may sign from {start} to {end} only."
        )
        days = {"issued": _day(issued), "expires": _day(expires), "start": _day(span.start)}
        return Verdict(
            "issuer trust", NO, "outside_signer", words, _DATES_RULE, days | {"end": _day(span.end)}
        )
    return verdict


def _effect(
    trust: TrustList,
    stated: Mapping[str, Any],
    at: datetime,
    issued: datetime | None,
    expires: datetime,
) -> Verdict:
    if at >= expires:
        return ended(_day(expires))
    if issued is not None and at < issued:
        return not_begun(_day(issued))
    revoked = trust.revoked_certificates(stated["is"])
    if not revoked:
        return _NO_LIST
    verdict = _STALE_LIST
    for each in revoked:
        if each.names(stated):
            return _TAKEN_BACK
        if each.speaks_for(at):
            verdict = OFFICER_DECIDES
    return verdict


def _day(at: datetime | None) -> str:
    return "?" if at is None else f"{at:%Y-%m-%d}"


_NO_LIST = effect(
    CANNOT_SAY, "no_card_list", mark("No list of revoked certificates of this State is at hand.")
)
_TAKEN_BACK = effect(NO, "certificate_revoked", mark("Its State took this certificate back."))
_STALE_LIST = effect(
    CANNOT_SAY,
    "stale_card_list",
    mark("The list of revoked certificates at hand does not speak for this day."),
)
_ALTERED, _UNCHANGED = altered(SIGNATURE_RULE), unchanged(SIGNATURE_RULE)
