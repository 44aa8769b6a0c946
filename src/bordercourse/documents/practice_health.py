"""Utopia's health certificates and health cards: authorities, lists and codes for exercises and tests.

Every person is invented, and every key follows from a public name: nothing here proves anything outside the
classroom. "UTO" stands for the State, as in `practice`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

import b45

from bordercourse.documents import practice
from bordercourse.documents.authorities import Authority, make_root, make_signer
from bordercourse.documents.card_issuers import CardIssuer, RevokedCertificates
from bordercourse.documents.hcert import VACCINATION
from bordercourse.documents.health_issuing import (
    issue_health_certificate,
    issue_smart_card,
    published_keys,
    sign_certificate,
)
from bordercourse.documents.trust import HEALTH, Anchor, TrustList, key_identifier
from bordercourse.documents.verdicts import moment
from bordercourse.inputs import Flag, OneOrSeveral, Text, checked

__all__ = [
    "ADDRESS",
    "FALSE_PERSON",
    "RECORD",
    "TODAY",
    "VACCINATED",
    "card_code",
    "card_office",
    "health_code",
    "health_office",
    "holders",
    "shown_in_part",
    "specimens",
    "trust_list",
]

TODAY = practice.TODAY
ADDRESS = "https://health.utopia.example/cards"
_LIST_START, _LIST_END = "2025-05-26", "2025-06-09"
_ISSUED, _EXPIRES = "2025-03-11", "2025-12-01"

#: An invented person's vaccination, by the names of the EU certificate.
VACCINATED: dict[str, Any] = {
    "ver": "1.3.0",
    "nam": {"fn": "Eriksson", "fnt": "ERIKSSON", "gn": "Anna Maria", "gnt": "ANNA<MARIA"},
    "dob": "1990-05-12",
    "v": [
        {
            "tg": "840539006",
            "vp": "1119349007",
            "mp": "EU/1/20/1528",
            "ma": "ORG-100030215",
            "dn": 2,
            "sd": 2,
            "dt": "2025-03-10",
            "co": "UTO",
            "is": "Utopia Ministry of Health",
            "ci": "URN:UVCI:01:UTO:7K3F9Q2M",
        }
    ],
}

#: The same vaccination as a health card holds it.
RECORD: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": "resource:0",
            "resource": {
                "resourceType": "Patient",
                "name": [{"family": "Eriksson", "given": ["Anna", "Maria"]}],
                "birthDate": "1990-05-12",
            },
        },
        {
            "fullUrl": "resource:1",
            "resource": {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "208"}]},
                "patient": {"reference": "resource:0"},
                "occurrenceDateTime": "2025-03-10",
            },
        },
    ],
}


@cache
def health_office() -> Authority:
    """The signer of Utopia's certificates of vaccination."""
    return make_signer("Utopia Health Office Certificates", practice.health_root(), VACCINATION)


@cache
def card_office() -> Authority:
    """The office whose key signs Utopia's health cards."""
    return make_signer("Utopia Health Office Cards", practice.health_root(), HEALTH)


@cache
def health_code() -> str:
    """The code of an invented person's vaccination, as an EU certificate."""
    return _code(VACCINATED)


@cache
def card_code() -> str:
    """The code of the same vaccination, as a health card."""
    return issue_smart_card(RECORD, card_office(), address=ADDRESS, issued=_ISSUED)


@cache
def stranger() -> Authority:
    """A health office that is on no list of Utopia."""
    return make_signer("Ruritania Health Office", make_root("Ruritania Health Root", "RUR"), VACCINATION)


def _person(family: str, given: str, born: str, number: str) -> dict[str, Any]:
    name = {"fn": family, "fnt": family.upper(), "gn": given, "gnt": given.upper().replace(" ", "<")}
    return {**VACCINATED, "nam": name, "dob": born, "v": [{**VACCINATED["v"][0], "ci": number}]}


def _code(content: dict[str, Any]) -> str:
    return issue_health_certificate(content, health_office(), issued=_ISSUED, expires=_EXPIRES)


#: The one person of `holders` who does not exist.
FALSE_PERSON = "Nemo Nobody"
_FALSE_NUMBER = "URN:UVCI:01:UTO:0F4L5E00"
_HONEST = (
    ("Sol", "Hana", "1979-05-14", "URN:UVCI:01:UTO:1A2B3C01"),
    ("Teo", "Marek", "1988-11-02", "URN:UVCI:01:UTO:1A2B3C02"),
    ("Lune", "Aisha", "2001-07-21", "URN:UVCI:01:UTO:1A2B3C03"),
    ("Bara", "Ines", "1966-02-09", "URN:UVCI:01:UTO:1A2B3C04"),
    ("Osei", "Tomas", "1994-09-30", "URN:UVCI:01:UTO:1A2B3C05"),
)


@cache
def holders() -> dict[str, str]:
    """The codes of six people by name, all truly signed by one office; one of them does not exist."""
    codes = {f"{given} {family}": _code(_person(family, given, *rest)) for family, given, *rest in _HONEST}
    return codes | {FALSE_PERSON: _code(_person("Nobody", "Nemo", "1900-01-01", _FALSE_NUMBER))}


@cache
def specimens() -> dict[str, str]:
    """Health codes by what was done to them: ``as issued``, ``altered``, ``wrong key``, ``unknown issuer``,
    ``false person``, ``card``, ``card of an unknown issuer``.
    """
    start, end = (int(moment(day).timestamp()) for day in (_ISSUED, _EXPIRES))
    span = {"start": start, "end": end}
    envelope = zlib.decompress(b45.decode(health_code()[4:]))
    changed = zlib.compress(envelope.replace(b"ERIKSSON", b"ERIKSSEN"), 9)
    listed = key_identifier(health_office().der)
    unlisted = "https://harbour.example/cards"
    return {
        "as issued": health_code(),
        "altered": "HC1:" + str(b45.encode(changed)),
        "wrong key": sign_certificate(VACCINATED, card_office(), listed, **span),
        "unknown issuer": sign_certificate(VACCINATED, stranger(), key_identifier(stranger().der), **span),
        "false person": holders()[FALSE_PERSON],
        "card": card_code(),
        "card of an unknown issuer": issue_smart_card(
            RECORD, card_office(), address=unlisted, issued=_ISSUED
        ),
    }


#: The same vaccination in parts that can be shown one by one.
_PARTS = {
    "name": "Anna Maria Eriksson",
    "born": "1990-05-12",
    "disease": "840539006",
    "product": "EU/1/20/1528",
    "day": "2025-03-10",
    "doses": "2 of 2",
    "number": "URN:UVCI:01:UTO:7K3F9Q2M",
}


@checked(parts=OneOrSeveral(Text()))
def shown_in_part(parts: Iterable[str]) -> dict[str, str]:
    """Return what a desk reads of the same vaccination where its holder shows single parts (SD-JWT).

    Parameters
    ----------
    parts : iterable of str
        Names of the parts to show; what the code does not hold is not shown.

    Returns
    -------
    dict of str
        The parts that are shown, verified, and ``issuer``, which is always shown.

    References
    ----------
    SD-JWT (RFC 9901). No State's health format: WHO's draft for the yellow card plans such a code.

    Examples
    --------
    >>> sorted(shown_in_part(["name", "day"]))
    ['day', 'issuer', 'name']
    """
    from jwcrypto.jwk import JWK
    from sd_jwt.common import SDObj
    from sd_jwt.holder import SDJWTHolder
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier

    office = health_office()
    claims: dict[Any, Any] = {SDObj(name): value for name, value in _PARTS.items()}
    whole = SDJWTIssuer(claims | {"issuer": office.name}, JWK.from_pyca(office.key)).sd_jwt_issuance
    holder = SDJWTHolder(whole)
    holder.create_presentation({name: True for name in parts if name in _PARTS})
    public = JWK.from_pyca(office.certificate.public_key())
    read = SDJWTVerifier(holder.sd_jwt_presentation, lambda *_: public).get_verified_payload()
    return {name: value for name, value in read.items() if not name.startswith("_")}


@checked(signer_listed=Flag(), false_number_revoked=Flag())
@cache
def trust_list(*, signer_listed: bool = True, false_number_revoked: bool = False) -> TrustList:
    """Utopia's list of signers of certificates and of issuers of cards, for 26 May to 9 June 2025.

    Parameters
    ----------
    signer_listed : bool
        Whether the office that signs certificates stands on it: to block an office is to take it off.
    false_number_revoked : bool
        Whether the number of the person who does not exist stands on the list of revoked certificates.
    """
    source = "Utopia's ministry of health, 2023"
    line = Anchor(health_office().der, "UTO", frozenset({HEALTH.name}), "signer", source)
    number = hashlib.sha256(_FALSE_NUMBER.encode()).hexdigest()[:32] if false_number_revoked else "0" * 32
    return TrustList(
        [line] if signer_listed else [],
        name="practice list for health",
        card_issuers=[CardIssuer(ADDRESS, published_keys(card_office()), "UTO", source)],
        revoked_certificates=[RevokedCertificates("UTO", "UCI", (number,), _LIST_START, _LIST_END)],
    )
