"""Show less: a civil certificate of which the holder discloses only the parts that are needed (SD-JWT)."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bordercourse.documents.civil import FIELDS, SIGNER, TRUST, check_content
from bordercourse.documents.jcs import MAX_CHARACTERS, read_json
from bordercourse.documents.kinds import RECORD, Moment, Scanned
from bordercourse.documents.scanned import level
from bordercourse.documents.seals import decode_base64url, malformed, not_reached, well_formed
from bordercourse.documents.trust import CIVIL
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, moment
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import OneOrSeveral, Text, checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bordercourse.documents.authorities import Authority
    from bordercourse.documents.trust import TrustList

__all__ = ["ALWAYS_SHOWN", "disclose", "issue_disclosable", "verify_disclosure"]

KIND = mark("civil-registration certificate, shown in part")
RULE = "SD-JWT (RFC 9901), bordercourse teaching profile 1"
SIGNATURE_RULE = "SD-JWT (RFC 9901), RFC 7518 section 3.4 (ES256)"
ALWAYS_SHOWN = ("certificate", "event", "issued")
_TYPE = "civil+sd-jwt"
_ENVELOPE = {"iss", "iat", "_sd_alg"}
_MOST_PARTS = 40


@checked(record=RECORD, signer=SIGNER)
def issue_disclosable(record: Mapping[str, str], signer: Authority) -> str:
    """Issue a certificate of which the holder can show single parts.

    Parameters
    ----------
    record : mapping
        As in :func:`~bordercourse.documents.issue_certificate`.
    signer : Authority
        A signer for ``civil``.

    Returns
    -------
    str
        The whole SD-JWT, for the holder. It differs on each call, because each part is salted at random.

    Raises
    ------
    InputError
        If the record breaks the profile.
    """
    from sd_jwt.common import SDObj
    from sd_jwt.issuer import SDJWTIssuer

    try:
        check_content({"t": f"civil.{record.get('event')}", "v": 1, "is": signer.state}, record)
    except MalformedError as error:
        raise InputError("record", str(error), _("See REQUIRED_FIELDS and FIELDS.")) from None
    issued = int(moment(record["issued"]).timestamp())
    claims: dict[Any, Any] = {"iss": signer.state, "iat": issued}
    for name, value in record.items():
        claims[name if name in ALWAYS_SHOWN else SDObj(name)] = value
    header = {"typ": _TYPE, "x5c": [base64.b64encode(signer.der).decode()]}
    return str(SDJWTIssuer(claims, _jwk(signer.key), extra_header_parameters=header).sd_jwt_issuance)


@checked(whole=Text(), parts=OneOrSeveral(Text()))
def disclose(whole: str, parts: Iterable[str]) -> str:
    """Return what the holder shows: the signed list of digests, and only `parts`.

    Parameters
    ----------
    whole : str
        What :func:`issue_disclosable` returned.
    parts : iterable of str
        The names of the parts to show, beside those that are always shown.

    Returns
    -------
    str
        The SD-JWT as it is shown.

    Raises
    ------
    InputError
        If a part is not in the certificate, or `whole` is none.

    Examples
    --------
    >>> from bordercourse.documents import practice
    >>> record = {"certificate": "UTO-B-7K3F-9Q2M", "entry": "1990/0123", "event": "birth",
    ...     "event_date": "1990-05-12", "registered": "1990-05-30", "issued": "2024-03-01",
    ...     "office": "Utopia City", "name": "ERIKSSON ANNA MARIA", "sex": "F"}
    >>> shown = disclose(issue_disclosable(record, practice.registrar()), ["event_date"])
    >>> sorted(verify_disclosure(shown, trust=practice.trust_list(), on=practice.TODAY).stated)
    ['certificate', 'event', 'event_date', 'is', 'issued']
    """
    from sd_jwt.holder import SDJWTHolder

    names = [parts] if isinstance(parts, str) else list(parts)
    try:
        holder = SDJWTHolder(whole)
        hidden = {item[1] for item in holder._hash_to_decoded_disclosure.values() if len(item) == 3}
    except Exception as error:  # the library raises whatever it meets
        problem = _("it is no SD-JWT ({error}).").format(error=error)
        raise InputError("whole", problem, _("Give what issue_disclosable returned.")) from None
    unknown = sorted(set(names) - hidden - set(ALWAYS_SHOWN))
    if unknown:
        problem = _("{names}: not in this certificate.").format(names=", ".join(unknown))
        do = _("Choose from: {known}.").format(known=", ".join(sorted(hidden)))
        raise InputError("parts", problem, do)
    holder.create_presentation(dict.fromkeys(names, True))
    return str(holder.sd_jwt_presentation)


@checked(text=Scanned(), trust=TRUST, on=Moment())
def verify_disclosure(text: str | bytes, *, trust: TrustList, on: date | datetime | str) -> Verification:
    """Give the four verdicts on a certificate that was shown in part.

    The parts that were not shown stay unknown; that they were withheld is no ground for suspicion.

    Parameters
    ----------
    text : str or bytes
        What the holder showed. It may be hostile: nothing in it makes this function raise.
    trust : TrustList
        Registry roots and revocation lists on the officer's device.
    on : date, datetime or str
        The day for which to judge.

    Returns
    -------
    Verification
        Four verdicts; `stated` holds the parts that were shown.

    Raises
    ------
    InputError
        If `trust` or `on` is none: the officer's own tool, never the document.

    Examples
    --------
    See :func:`disclose`.
    """
    at = moment(on)
    try:
        text, header, payload = _read(text)
        signer = trust.signer(_certificate(header))
    except MalformedError as error:
        return malformed(KIND, at, str(error), RULE)
    form = well_formed(RULE)
    claims = _verified_claims(text, signer.key)
    if claims is None:
        reason = mark("The content, a shown part and the signature do not fit.")
        integrity = Verdict("integrity", NO, "altered", reason, SIGNATURE_RULE)
        return Verification(KIND, at, form, integrity, *not_reached())
    reason = mark(
        "Nothing that is shown was changed since someone with this key signed it. This does not say who."
    )
    integrity = Verdict("integrity", YES, "unchanged", reason, SIGNATURE_RULE)
    stated = {"is": payload["iss"]} | {k: v for k, v in claims.items() if k not in _ENVELOPE}
    issuer = trust.verdict(signer, CIVIL, at, state=payload["iss"])
    legal = not_reached()[1]
    if issuer.answer == YES:
        reason = mark("It is evidence of what it shows of the event. Parts that were not shown stay unknown.")
        rule = mark("your law on foreign civil documents; data minimisation")
        legal = Verdict("legal effect", CANNOT_SAY, "officer_decides", reason, rule)
    return Verification(KIND, at, form, integrity, issuer, legal, stated)


def _read(text: str | bytes) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Hold the text to strict bounds before the library meets it."""
    text = "".join(level(text).split())  # no blank belongs to it: a letter or a form broke its one long line
    if len(text) > MAX_CHARACTERS:
        raise MalformedError(_("It is longer than {n} characters.").format(n=MAX_CHARACTERS))
    token, *disclosures = text.split("~")
    pieces = token.split(".")
    if len(pieces) != 3 or not disclosures or len(disclosures) > _MOST_PARTS:
        raise MalformedError(_("It is not an SD-JWT."))
    if disclosures[-1]:
        raise MalformedError(_("It ends with a key-binding token, which this profile does not use."))
    header, payload = (read_json(decode_base64url(piece)) for piece in pieces[:2])
    decode_base64url(pieces[2])
    if not isinstance(header, dict) or header.keys() != {"alg", "typ", "x5c"}:
        raise MalformedError(_("The header needs exactly alg, typ and x5c."))
    if header["alg"] != "ES256" or header["typ"] != _TYPE:
        raise MalformedError(_("The header names another type or algorithm."))
    if not isinstance(payload, dict) or not set(payload) <= {"_sd", *ALWAYS_SHOWN, *_ENVELOPE}:
        raise MalformedError(_("The signed part holds something unknown."))
    if not all(isinstance(payload.get(name), str) for name in ("iss", "_sd_alg", *ALWAYS_SHOWN)):
        raise MalformedError(_("The signed part lacks something."))
    digests = payload.get("_sd", [])
    if not isinstance(digests, list) or not all(isinstance(d, str) for d in digests):
        raise MalformedError(_("The list of digests is not a list of text."))
    for item in disclosures[:-1]:
        part = read_json(decode_base64url(item))
        if not isinstance(part, list) or len(part) != 3 or not all(isinstance(p, str) for p in part):
            raise MalformedError(_("A shown part is not salt, name and value."))
        if part[1] not in FIELDS:
            raise MalformedError(_("The part {name} is unknown.").format(name=repr(part[1][:40])))
    return text, header, payload


def _certificate(header: Mapping[str, Any]) -> bytes:
    chain = header["x5c"]
    if not isinstance(chain, list) or len(chain) != 1 or not isinstance(chain[0], str):
        raise MalformedError(_("x5c must hold the signer's certificate only."))
    return decode_base64url(chain[0].replace("+", "-").replace("/", "_"))


def _verified_claims(text: str, key: Any) -> dict[str, Any] | None:
    """Return what the library verified, or None. A shown part that nobody signed counts as altered."""
    from sd_jwt.verifier import SDJWTVerifier

    try:
        public = _jwk(key)
        payload = SDJWTVerifier(text, lambda *ignored: public).get_verified_payload()
    except Exception:  # the library raises whatever it meets; here any failure means: does not fit
        return None
    signed = {"iss", "iat", *ALWAYS_SHOWN}
    return payload if len(set(payload) - signed) == text.count("~") - 1 else None


def _jwk(key: Any) -> Any:
    from jwcrypto.jwk import JWK

    return JWK.from_pyca(key)
