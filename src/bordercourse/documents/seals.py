"""The envelope of a visible digital seal (VDS-NC): canonical JSON, a signature, the signer's certificate."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from bordercourse.documents.jcs import canonical, read_json, spell
from bordercourse.documents.scanned import level
from bordercourse.documents.signers import fits_ecdsa
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, moment
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from cryptography import x509

    from bordercourse.documents.trust import TrustList, Usage

__all__ = ["Profile", "Seal", "read_seal", "verify_seal", "write_seal"]

_ALGORITHMS: dict[str, tuple[type[ec.EllipticCurve], ec.ECDSA, int]] = {
    "ES256": (ec.SECP256R1, ec.ECDSA(hashes.SHA256()), 32),
    "ES384": (ec.SECP384R1, ec.ECDSA(hashes.SHA384()), 48),
    "ES512": (ec.SECP521R1, ec.ECDSA(hashes.SHA512()), 66),
}
SIGNATURE_RULE = "RFC 8785 (one spelling), RFC 7518 section 3.4 (ES256)"


@dataclass(frozen=True)
class Seal:
    """A seal that was taken apart: what it states, and the bytes that its signer signed."""

    header: Mapping[str, Any]
    message: Mapping[str, Any]
    signed: bytes
    algorithm: str
    signature: bytes
    certificate: bytes

    def fits(self, key: Any) -> bool:
        """Say whether the signature was made with the private half of `key` over exactly these bytes."""
        curve, algorithm, _size = _ALGORITHMS[self.algorithm]
        return fits_ecdsa(key, self.signature, self.signed, curve, algorithm)


@dataclass(frozen=True)
class Profile:
    """One kind of sealed document: its names, its rules, and how its content and legal effect are judged.

    Attributes
    ----------
    kind : str
        Shown to the officer.
    form_rule : str
        The standard that fixes the form.
    types : mapping
        For each header type: ICAO's document type that the signer's certificate must allow, or None.
    version : int
        The header version.
    usage : Usage
        What the signer must be allowed to sign.
    check : callable
        ``check(header, message)`` raises MalformedError where the content breaks the profile.
    """

    kind: str
    form_rule: str
    types: Mapping[str, str | None]
    version: int
    usage: Usage
    check: Callable[[Mapping[str, Any], Mapping[str, Any]], None]


def read_seal(text: str | bytes) -> Seal:
    """Take a seal apart without trusting any of it.

    Raises
    ------
    MalformedError
        If it is not a seal. No other exception leaves this function.
    """
    whole = read_json(text)
    data, signature = _members(whole, ("data", "sig"))
    header, message = _members(data, ("hdr", "msg"))
    if not isinstance(header, dict) or header.keys() != _HEADER or not isinstance(message, dict):
        raise MalformedError(_("'hdr' needs exactly t, v and is; 'msg' must be an object."))
    kind, state = header["t"], header["is"]
    if not (type(header["v"]) is int and type(kind) is type(state) is str and len(kind + state) <= 80):
        raise MalformedError(_("In 'hdr', t and is must be short text and v a whole number."))
    algorithm, certificate, value = _members(signature, ("alg", "cer", "sigvl"))
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise MalformedError(_("The signature algorithm is not ES256, ES384 or ES512."))
    raw = decode_base64url(value)
    if len(raw) != 2 * _ALGORITHMS[algorithm][2]:
        raise MalformedError(_("The signature has the wrong length."))
    if not isinstance(certificate, str):
        raise MalformedError(_("A Base64url field is not plain text."))
    return Seal(header, message, spell(data), algorithm, raw, _decode_certificate(certificate))


def write_seal(
    header: Mapping[str, Any],
    message: Mapping[str, Any],
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
) -> str:
    """Seal `message` with a P-256 key; the signature of the same content is always the same (RFC 6979).

    Parameters
    ----------
    header, message : mapping
        The two halves of the content.
    key : cryptography.hazmat.primitives.asymmetric.ec.EllipticCurvePrivateKey
        The signer's private key.
    certificate : cryptography.x509.Certificate
        The certificate of that key.

    Returns
    -------
    str
        Canonical JSON.
    """
    data = {"hdr": dict(header), "msg": dict(message)}
    r, s = decode_dss_signature(
        key.sign(canonical(data), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    )
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    der = certificate.public_bytes(Encoding.DER)
    sig = {"alg": "ES256", "cer": encode_base64url(der), "sigvl": encode_base64url(signature)}
    return canonical({"data": data, "sig": sig}).decode()


def verify_seal(
    text: str | bytes,
    profile: Profile,
    trust: TrustList,
    on: date | datetime | str,
    effect: Callable[[Seal, datetime], Verdict],
) -> Verification:
    """Give the four verdicts on a seal of this profile; never raises on hostile `text`.

    Parameters
    ----------
    text : str or bytes
        What the code holds.
    profile : Profile
        The kind of document that is expected.
    trust : TrustList
        Roots and revocation lists on the officer's device.
    on : date, datetime or str
        The day for which to judge.
    effect : callable
        ``effect(seal, at)`` gives the verdict on legal effect, once the issuer is trusted.
    """
    at = moment(on)
    try:
        seal = read_seal(level(text))
        if seal.header["t"] not in profile.types or seal.header["v"] != profile.version:
            raise MalformedError(_("It is not a {kind} of a known version.").format(kind=_(profile.kind)))
        profile.check(seal.header, seal.message)
        signer = trust.signer(seal.certificate)
    except MalformedError as error:
        return malformed(profile.kind, at, str(error), profile.form_rule)
    form = well_formed(profile.form_rule)
    stated = {**seal.header, **seal.message}
    if not seal.fits(signer.key):
        return Verification(profile.kind, at, form, _ALTERED, *not_reached(), stated)
    issuer = trust.verdict(
        signer, profile.usage, at, state=seal.header["is"], document_type=profile.types[seal.header["t"]]
    )
    legal = effect(seal, at) if issuer.answer == YES else not_reached()[1]
    return Verification(profile.kind, at, form, unchanged(SIGNATURE_RULE), issuer, legal, stated)


_ALTERED = Verdict(
    "integrity", NO, "altered", mark("The content and the signature do not fit."), SIGNATURE_RULE
)
_NOTHING_TO_CHECK = Verdict(
    "integrity",
    CANNOT_SAY,
    "not_checked",
    mark("The form failed, so there is nothing to check."),
    SIGNATURE_RULE,
)
_NOT_REACHED = (
    Verdict(
        "issuer trust",
        CANNOT_SAY,
        "not_checked",
        mark("Without an intact signature nobody vouches for the content."),
        "RFC 5280 section 6",
    ),
    Verdict(
        "legal effect",
        CANNOT_SAY,
        "not_checked",
        mark("The document settles nothing by itself. The event behind it may still be true."),
        mark("fail closed on the document, never on the person"),
    ),
)


@cache
def unchanged(rule: str) -> Verdict:
    """Return the verdict on a content that its signature fits, by `rule`."""
    words = mark("Nothing was changed since someone with this key signed it. This does not say who.")
    return Verdict("integrity", YES, "unchanged", words, rule)


@cache
def well_formed(rule: str) -> Verdict:
    """Return the verdict on a form that holds to `rule`."""
    return Verdict("form", YES, "well_formed", mark("All parts are there and readable."), rule)


def malformed(kind: str, at: datetime, reason: str, rule: str) -> Verification:
    """Return the four verdicts on something that does not have the form of `kind`.

    Parameters
    ----------
    kind : str
        What was expected.
    at : datetime.datetime
        The moment for which it is judged.
    reason : str
        Why it is not that, in a sentence.
    rule : str
        The standard that fixes the form.
    """
    form = Verdict("form", NO, "malformed", reason, rule)
    return Verification(kind, at, form, _NOTHING_TO_CHECK, *not_reached())


def not_reached() -> tuple[Verdict, Verdict]:
    """Return issuer trust and legal effect for a document whose earlier verdict failed."""
    return _NOT_REACHED


def decode_base64url(text: object) -> bytes:
    """Decode Base64url (RFC 4648 section 5) that has one spelling only, with or without padding."""
    if not isinstance(text, str) or not text.isascii():
        raise MalformedError(_("A Base64url field is not plain text."))
    bare = text.rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        raise MalformedError(_("A field is not Base64url.")) from None
    # Foreign letters are passed over, but then it is not spelled so again.
    if encode_base64url(raw) != bare or len(text) - len(bare) not in (0, -len(bare) % 4):
        raise MalformedError(_("A field is not Base64url."))
    return raw


@lru_cache(maxsize=256)  # the same few signers come again and again
def _decode_certificate(text: str) -> bytes:
    return decode_base64url(text)


def encode_base64url(raw: bytes) -> str:
    """Encode as Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


_HEADER = {"t", "v", "is"}


def _members(value: Any, names: tuple[str, ...]) -> list[Any]:
    try:
        if len(value) == len(names):
            return [value[name] for name in names]
    except (TypeError, KeyError, IndexError):
        pass
    raise MalformedError(_("A part needs exactly these members: {names}.").format(names=", ".join(names)))
