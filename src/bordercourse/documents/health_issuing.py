"""Issue health certificates and health cards for practice: the same ones from the same seed.

The keys follow from a name that anyone can read (see `authorities`). They prove nothing outside the
classroom.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import b45
import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from bordercourse.documents.authorities import Authority
from bordercourse.documents.hcert_content import EXPIRES, HEALTH_CLAIM, ISSUED, ISSUER, read_event
from bordercourse.documents.kinds import RECORD, Moment
from bordercourse.documents.seals import encode_base64url
from bordercourse.documents.trust import key_identifier
from bordercourse.documents.verdicts import moment
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Text, Whole, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["issue_health_certificate", "issue_smart_card", "published_keys"]

SIGNER = A(Authority, do=mark("Make it with make_signer, or take one of practice_health."))
_ES256 = -7


@checked(content=RECORD, signer=SIGNER, issued=Moment(), expires=Moment())
def issue_health_certificate(
    content: Mapping[str, Any], signer: Authority, *, issued: str, expires: str
) -> str:
    """Sign a certificate of vaccination, test or recovery in the format of the EU certificate.

    Parameters
    ----------
    content : mapping
        What it states, by the names of the format: ``ver``, ``nam``, ``dob``, and one of ``v``, ``t``, ``r``.
    signer : Authority
        Who signs.
    issued, expires : str
        From when until when it counts.

    Returns
    -------
    str
        What the QR code carries: ``HC1:`` and Base45.

    Raises
    ------
    InputError
        If the content breaks the schema, or the certificate would end before it begins.

    Examples
    --------
    >>> from bordercourse.documents import practice_health
    >>> issue_health_certificate(practice_health.VACCINATED, practice_health.health_office(),
    ...     issued="2025-05-01", expires="2025-11-01")[:4]
    'HC1:'
    """
    try:
        read_event(content)
    except MalformedError as error:
        raise InputError("content", str(error), _("See the schema of the EU certificate, 1.3.")) from None
    start, end = (int(moment(day).timestamp()) for day in (issued, expires))
    _in_order(start, end, issued, expires)
    return sign_certificate(content, signer, key_identifier(signer.der), start=start, end=end)


def sign_certificate(
    content: Mapping[str, Any], signer: Authority, identifier: bytes, *, start: int, end: int
) -> str:
    """Sign a content as it is, under any name of a signer: also one that a verifier must refuse."""
    claims = {ISSUER: signer.state, ISSUED: start, EXPIRES: end, HEALTH_CLAIM: {1: dict(content)}}
    payload = cbor2.dumps(claims)
    protected = cbor2.dumps({1: _ES256, 4: identifier})
    signature = _signature(signer, cbor2.dumps(["Signature1", protected, b"", payload]))
    envelope = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    return "HC1:" + str(b45.encode(zlib.compress(envelope, 9)))


@checked(
    record=RECORD, issuer=SIGNER, address=Text(), issued=Moment(), expires=Moment(), rid=Text(empty=True)
)
def issue_smart_card(
    record: Mapping[str, Any],
    issuer: Authority,
    *,
    address: str,
    issued: str,
    expires: str | None = None,
    rid: str = "",
) -> str:
    """Sign a SMART Health Card.

    Parameters
    ----------
    record : mapping
        The health record (a FHIR bundle).
    issuer : Authority
        Whose key signs.
    address : str
        The address that the card names as its issuer.
    issued, expires : str
        From when until when it counts; a card may have no end.
    rid : str
        The identifier by which the issuer can revoke it; none where it is empty.

    Returns
    -------
    str
        What the QR code carries: ``shc:/`` and digits.

    Raises
    ------
    InputError
        If the card would end before it begins.

    Examples
    --------
    >>> from bordercourse.documents import practice_health
    >>> issue_smart_card(practice_health.RECORD, practice_health.card_office(),
    ...     address=practice_health.ADDRESS, issued="2025-05-01")[:9]
    'shc:/5676'
    """
    start = int(moment(issued).timestamp())
    card: dict[str, Any] = {"iss": address, "nbf": start}
    if expires is not None:
        card["exp"] = int(moment(expires).timestamp())
        _in_order(start, card["exp"], issued, expires)
    card["vc"] = {"type": ["https://smarthealth.cards#health-card"]} | ({"rid": rid} if rid else {})
    card["vc"]["credentialSubject"] = {"fhirVersion": "4.0.1", "fhirBundle": dict(record)}
    return sign_card(card, issuer)


def sign_card(card: Mapping[str, Any], issuer: Authority) -> str:
    """Sign a card as it is, whatever it holds: also one that a verifier must refuse."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = pack.compress(json.dumps(card, separators=(",", ":")).encode()) + pack.flush()
    header = json.dumps({"zip": "DEF", "alg": "ES256", "kid": _thumbprint(issuer)}, separators=(",", ":"))
    signed = f"{encode_base64url(header.encode())}.{encode_base64url(packed)}"
    token = f"{signed}.{encode_base64url(_signature(issuer, signed.encode()))}"
    return "shc:/" + "".join(f"{ord(letter) - 45:02d}" for letter in token)


@checked(issuer=SIGNER, version=Whole(low=0))
def published_keys(issuer: Authority, *, version: int | None = None) -> str:
    """Return the keys that an issuer of cards publishes (JSON, a JWK set).

    Parameters
    ----------
    issuer : Authority
        Whose key it is.
    version : int, optional
        The counter of its list of revoked cards; none where it keeps no list.

    Returns
    -------
    str

    Examples
    --------
    >>> from bordercourse.documents import practice_health
    >>> '"crv": "P-256"' in published_keys(practice_health.card_office())
    True
    """
    public = ECKey.import_key(issuer.certificate.public_key()).as_dict(private=False)  # type: ignore[arg-type]
    key: dict[str, Any] = {**public, "kid": _thumbprint(issuer), "use": "sig", "alg": "ES256"}
    return json.dumps({"keys": [key if version is None else key | {"crlVersion": version}]})


def _thumbprint(issuer: Authority) -> str:
    return str(ECKey.import_key(issuer.certificate.public_key()).thumbprint())  # type: ignore[arg-type]


def _signature(signer: Authority, signed: bytes) -> bytes:
    r, s = decode_dss_signature(
        signer.key.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    )
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _in_order(start: int, end: int, issued: str, expires: str) -> None:
    if end < start:
        raise InputError(
            "issued, expires",
            _("{start} to {end} is no span of time.").format(start=issued, end=expires),
            _("Give the earlier day first."),
        )
