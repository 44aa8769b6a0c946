"""EU Digital COVID Certificates (``HC1:``): what the signature proves, and who vouches for it.

Base45, zlib, one COSE signature over a CBOR token. The code carries no certificate of its signer, only eight
bytes that name it: every signer on the list with that name is tried. WHO's network took the design over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import b45
import numpy as np

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
    kind, event = read_event(certificate)
    form = well_formed(FORM_RULE)
    stated = {**event, "office": event["is"], "is": issuer or event["co"], "event": kind}
    signers = [] if envelope.key_id is None else trust.by_key_id(envelope.key_id)
    if not signers:
        return Verification(KIND, at, form, KEY_NOT_KNOWN, *not_reached(), stated)
    fitting = [signer for signer in signers if envelope.fits(signer.key)]
    if not fitting:
        return Verification(KIND, at, form, _ALTERED, *not_reached(), stated)
    verdicts = [_trusted(trust, each, _USAGES[kind], at, issuer, issued, expires) for each in fitting]
    vouched = next((each for each in verdicts if each.answer == YES), verdicts[0])
    legal = not_reached()[1]
    if vouched.answer == YES:
        legal = _effect(trust, stated, at, issued, expires)
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


def _base45(text: str) -> bytes:
    """Return the bytes of a text in Base45.

    The library is fast and trusting. Here stands what RFC 9285 section 4 makes a reader refuse: letters
    outside the alphabet, and groups above the largest number that one or two bytes hold.
    """
    try:
        values = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError:
        values = _FOREIGN
    whole = len(values) - len(values) % 3
    thirds, rest = values[2:whole:3], values[whole:]
    good = _FOREIGN not in values and not thirds.translate(None, _THIRD) and len(rest) != 1
    place = thirds.find(_LAST_THIRD)
    while good and place >= 0:  # on this letter it depends on the two before it
        good = values[3 * place] + 45 * values[3 * place + 1] + 2025 * 32 <= 0xFFFF
        place = thirds.find(_LAST_THIRD, place + 1)
    if not good or (rest and rest[0] + 45 * rest[1] > 0xFF):
        raise MalformedError(_("It is not Base45."))
    groups = np.empty(whole // 3, np.uint16)
    b45.decode_array_u16(np.frombuffer(bytearray(text[:whole], "ascii"), np.uint8), groups)
    return groups.astype(">u2").tobytes() + bytes([rest[0] + 45 * rest[1]] if rest else [])


_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_FOREIGN = b"\xff"
_VALUES = bytes(_ALPHABET.index(letter) if letter in _ALPHABET else 0xFF for letter in range(256))
_LAST_THIRD = b"\x20"  # 32: the next would begin at 33 * 2025, above 65,535
_THIRD = bytes(range(33))


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
        words = mark("No list of revoked certificates of this State is at hand.")
        return effect(CANNOT_SAY, "no_card_list", words)
    if any(each.names(stated) for each in revoked):
        return effect(NO, "certificate_revoked", mark("Its State took this certificate back."))
    if not any(each.speaks_for(at) for each in revoked):
        words = mark("The list of revoked certificates at hand does not speak for this day.")
        return effect(CANNOT_SAY, "stale_card_list", words)
    return OFFICER_DECIDES


def _day(at: datetime | None) -> str:
    return "?" if at is None else f"{at:%Y-%m-%d}"


_ALTERED, _UNCHANGED = altered(SIGNATURE_RULE), unchanged(SIGNATURE_RULE)
