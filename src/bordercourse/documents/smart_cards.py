"""SMART Health Cards: a signed, packed health record, of which issuer and key must belong together.

A compact JWS over DEFLATE over JSON; a QR code carries it as digits. `joserfc` reads the JWS and checks its
signature; the trust list says whose key fits.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError

from bordercourse.documents.civil import TRUST
from bordercourse.documents.health_verdicts import (
    KEY_NOT_KNOWN,
    OFFICER_DECIDES,
    altered,
    effect,
    ended,
    not_begun,
)
from bordercourse.documents.jcs import MAX_CHARACTERS, read_json
from bordercourse.documents.kinds import Moment, Scanned
from bordercourse.documents.packed import inflate
from bordercourse.documents.scanned import level
from bordercourse.documents.seals import decode_base64url, malformed, not_reached, unchanged, well_formed
from bordercourse.documents.signers import fits_p256
from bordercourse.documents.trust import RULE
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, moment
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import checked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bordercourse.documents.card_issuers import CardKey
    from bordercourse.documents.trust import TrustList

__all__ = ["looks_like_smart_card", "verify_smart_card"]

KIND = mark("SMART Health Card")
FORM_RULE = "SMART Health Cards 1.4.0; RFC 7515 (JWS), RFC 1951 (DEFLATE)"
SIGNATURE_RULE = "RFC 7515 section 5.2, RFC 7518 section 3.4 (ES256)"
_TOKEN = re.compile(r"ey[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_CHUNK = re.compile(r"(\d{1,2})/(\d{1,2})/", re.ASCII)
_LAST_SECOND = 253402300799  # of the year 9999
_LARGEST_PAIR = 77  # 122 - 45: the digits of the letter z


def looks_like_smart_card(text: str) -> bool:
    """Say whether a text begins as the code of a card does, or is one signed token."""
    return text.startswith("shc:") or (text.startswith("ey") and "~" not in text and text.count(".") == 2)


@checked(text=Scanned(), trust=TRUST, on=Moment())
def verify_smart_card(text: str | bytes, *, trust: TrustList, on: date | datetime | str) -> Verification:
    """Give the four verdicts on a SMART Health Card.

    Parameters
    ----------
    text : str or bytes
        What the code holds (``shc:/`` and digits), or the signed token itself. It may be hostile: nothing in
        it makes this function raise.
    trust : TrustList
        The officer's list; its `card_issuers` vouch for cards.
    on : date, datetime or str
        The day for which to judge.

    Returns
    -------
    Verification
        Four verdicts. It is not a decision on entry, and no proof of who holds the card: the card itself is
        a health record that anyone who scans it can read.

    References
    ----------
    SMART Health Cards Framework 1.4.0, Computational Health Informatics Program, Boston Children's Hospital.

    Examples
    --------
    >>> from bordercourse.documents import practice_health
    >>> text = practice_health.card_code()
    >>> found = verify_smart_card(text, trust=practice_health.trust_list(), on=practice_health.TODAY)
    >>> found.codes["issuer trust"]
    'trusted'
    """
    at = moment(on)
    try:
        return judge_smart_card(level(text), trust, at)
    except MalformedError as error:
        return malformed(KIND, at, str(error), FORM_RULE)


def judge_smart_card(text: str, trust: TrustList, at: datetime) -> Verification:
    """Do as :func:`verify_smart_card` for a text that was levelled."""
    try:
        return _judged(text, trust, at)
    except MalformedError as error:
        return malformed(KIND, at, str(error), FORM_RULE)


def _judged(text: str, trust: TrustList, at: datetime) -> Verification:
    token = _from_digits(text) if text.startswith("shc:") else text
    identifier, payload, signed, signature = _taken_apart(token)
    card = read_json(inflate(payload, header=False), fractions=True)
    issued, expires, stated = _content(card)
    form = well_formed(FORM_RULE)
    keys = [] if identifier is None else trust.card_keys(identifier)
    if not keys:
        return Verification(KIND, at, form, KEY_NOT_KNOWN, *not_reached(), stated)
    fitting = [each for each in keys if fits_p256(each.key, signature, signed)]
    if not fitting:
        return Verification(KIND, at, form, _ALTERED, *not_reached(), stated)
    issuer, key = _issuer(card["iss"], fitting, trust, at)
    legal = not_reached()[1] if key is None else _effect(card["vc"], key, at, issued, expires)
    return Verification(KIND, at, form, _UNCHANGED, issuer, legal, stated)


def _from_digits(text: str) -> str:
    """Return the token that a code of digits stands for: each pair is a letter, 45 less than its number."""
    if not text.startswith("shc:/"):
        raise MalformedError(_("The code does not begin with shc:/."))
    digits = text[5:]
    if len(digits) > 2 * MAX_CHARACTERS:
        raise MalformedError(_("It is longer than {n} characters.").format(n=2 * MAX_CHARACTERS))
    chunk = _CHUNK.match(digits)
    if chunk and chunk[2] != "1":
        raise MalformedError(_("This code is part {n} of {all} of a card.").format(n=chunk[1], all=chunk[2]))
    digits = digits[chunk.end() :] if chunk else digits
    try:
        letters = bytes.fromhex(digits).translate(_LETTERS)  # two digits make one byte: 67 becomes 0x67
    except ValueError:
        letters = b""
    if 0 in letters and digits.isdigit():
        raise MalformedError(_("A pair of digits stands for no letter."))
    if not letters or 2 * len(letters) != len(digits) or 0 in letters:  # `fromhex` takes blanks and letters
        raise MalformedError(_("Behind shc:/ stand no pairs of digits."))
    return letters.decode("ascii")


_LETTERS = bytearray(256)
for _number in range(_LARGEST_PAIR + 1):
    _LETTERS[int(str(_number), 16)] = _number + 45


def _taken_apart(token: str) -> tuple[str | None, bytes, bytes, bytes]:
    """Return key identifier, packed content, signed bytes and signature of a token."""
    if len(token) > MAX_CHARACTERS or not _TOKEN.fullmatch(token):
        raise MalformedError(_("It is no signed token (JWS) of three parts."))
    signed, _dot, last = token.rpartition(".")
    header, _dot, packed = signed.partition(".")
    identifier = _key_of(header)
    signature = decode_base64url(last)
    if len(signature) != 64:
        raise MalformedError(_("The signature is not 64 bytes long."))
    try:
        payload = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except binascii.Error:
        raise MalformedError(_("A field is not Base64url.")) from None
    return identifier, payload, signed.encode("ascii"), signature


@lru_cache(maxsize=256)  # an issuer writes the same header on every card
def _key_of(header: str) -> str | None:
    """Hold a header to the framework; return the key that it names, or None."""
    try:
        said = jws.extract_compact(f"{header}..".encode()).headers()
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        raise MalformedError(_("The header of the token cannot be read, or names no algorithm.")) from None
    if not isinstance(said, dict) or said.get("alg") != "ES256":
        raise MalformedError(_("The algorithm is not ES256."))
    if said.get("zip") != "DEF":
        raise MalformedError(_("The header does not say that the content is packed (DEF)."))
    if "crit" in said or "b64" in said:
        raise MalformedError(_("The header asks for something that this format does not use."))
    identifier = said.get("kid")
    return identifier if isinstance(identifier, str) else None


def _content(card: Any) -> tuple[datetime, datetime | None, dict[str, Any]]:
    """Hold a card to the framework; return from when until when it counts, and what it states."""
    record = card.get("vc") if isinstance(card, dict) else None
    if not isinstance(record, dict) or not isinstance(card.get("iss"), str):
        raise MalformedError(_("It is no health card: issuer or record is missing."))
    kinds, subject = record.get("type"), record.get("credentialSubject")
    if not isinstance(kinds, list) or "https://smarthealth.cards#health-card" not in kinds:
        raise MalformedError(_("It does not say that it is a health card."))
    bundle = subject.get("fhirBundle") if isinstance(subject, dict) else None
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    if not isinstance(entries, list):
        raise MalformedError(_("It holds no health record."))
    issued = _moment(card.get("nbf"))
    expires = None if card.get("exp") is None else _moment(card["exp"])
    if expires is not None and expires < issued:
        raise MalformedError(_("It ends before it was issued."))
    stated = {"is": card["iss"], "issued": issued.date().isoformat(), **_person_and_days(entries)}
    return issued, expires, stated


def _moment(value: object) -> datetime:
    if type(value) in (int, float) and 0 <= value <= _LAST_SECOND:  # type: ignore[operator]
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]
    raise MalformedError(_("The day of issue or of expiry is missing, or is no moment."))


def _person_and_days(entries: list[Any]) -> dict[str, Any]:
    """Return the person that a health record names, and the days of the vaccinations in it."""
    stated: dict[str, Any] = {}
    days = []
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        kind = resource.get("resourceType")
        if kind == "Patient" and "name" not in stated:
            stated["name"], stated["born"] = _name(resource.get("name")), _text(resource.get("birthDate"))
        elif kind == "Immunization":
            days.append(_text(resource.get("occurrenceDateTime")))
    if "name" not in stated:
        raise MalformedError(_("Its health record names no person."))
    return stated | {"vaccinations": days}


def _name(names: object) -> str:
    name = names[0] if isinstance(names, list) and names and isinstance(names[0], dict) else {}
    given = name.get("given")
    parts = [name.get("family"), *(given if isinstance(given, list) else [])]
    return " ".join(part for part in parts if isinstance(part, str))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _issuer(
    address: str, fitting: list[CardKey], trust: TrustList, at: datetime
) -> tuple[Verdict, CardKey | None]:
    """Return the verdict on the issuer, and its key where the list vouches for it."""
    if not trust.lists_card_issuer(address):
        words = mark("Nobody on the list '{name}' vouches for the issuer {issuer}.")
        return _say(NO, "unknown_issuer", words, name=trust.name, issuer=address[:120]), None
    own = [each for each in fitting if each.issuer.address == address]
    if not own:
        words = mark("The card names {issuer}, but the key that signed it belongs to {other}.")
        other = fitting[0].issuer.address
        return _say(NO, "wrong_issuer", words, issuer=address[:120], other=other), None
    current = [each for each in own if each.start <= at <= each.end]
    if not current:
        ended = max(each.end for each in own)
        if ended < at:
            words = mark("The signer's certificate ended on {day}.")
            return _say(NO, "expired", words, day=f"{ended:%Y-%m-%d}"), None
        words = mark("The signer's certificate starts on {day}.")
        start = min(each.start for each in own)
        return _say(NO, "not_yet_valid", words, day=f"{start:%Y-%m-%d}"), None
    stale = trust.stale(at)
    if stale is not None:
        return stale, None
    words = mark("The list '{name}' vouches for the issuer {issuer}, and the key is its own.")
    return _say(YES, "trusted", words, name=trust.name, issuer=address[:120]), current[0]


def _effect(
    record: Mapping[str, Any], key: CardKey, at: datetime, issued: datetime, expires: datetime | None
) -> Verdict:
    if expires is not None and at >= expires:
        return ended(f"{expires:%Y-%m-%d}")
    if at < issued:
        return not_begun(f"{issued:%Y-%m-%d}")
    if key.version is None and key.cards is None:
        return OFFICER_DECIDES
    if key.cards is None:
        return effect(
            CANNOT_SAY,
            "no_card_list",
            mark("The issuer keeps a list of revoked cards; you have none."),
        )
    number = record.get("rid")
    if isinstance(number, str) and number in key.cards.revoked:  # a card without a number is on no such list
        before = key.cards.revoked[number]
        if before is None or issued.timestamp() < before:
            return effect(NO, "certificate_revoked", mark("Its issuer took this card back."))
    if not key.cards.usable:
        words = mark("The list of revoked cards cannot be used: it does not list cards by their identifier.")
        return effect(CANNOT_SAY, "unusable_card_list", words)
    if key.cards.counter != key.version:
        words = mark("The list of revoked cards is not the one that the issuer's key names: old, or another.")
        return effect(CANNOT_SAY, "stale_card_list", words)
    return OFFICER_DECIDES


def _say(answer: str, code: str, words: str, **values: str) -> Verdict:
    return Verdict("issuer trust", answer, code, words, RULE, values)


_ALTERED, _UNCHANGED = altered(SIGNATURE_RULE), unchanged(SIGNATURE_RULE)
