"""Utopia's health certificates and health cards: authorities, lists and codes for exercises and tests.

Every person is invented, and every key follows from a public name: nothing here proves anything outside the
classroom. "UTO" stands for the State, as in `practice`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from bordercourse.documents import practice
from bordercourse.documents.authorities import Authority, make_signer
from bordercourse.documents.card_issuers import CardIssuer, RevokedCertificates
from bordercourse.documents.hcert import VACCINATION
from bordercourse.documents.health_issuing import issue_health_certificate, issue_smart_card, published_keys
from bordercourse.documents.trust import HEALTH, Anchor, TrustList

__all__ = [
    "ADDRESS",
    "RECORD",
    "TODAY",
    "VACCINATED",
    "card_code",
    "card_office",
    "health_code",
    "health_office",
    "trust_list",
]

TODAY = practice.TODAY
ADDRESS = "https://health.utopia.example/cards"
_LIST_START, _LIST_END = "2025-05-26", "2025-06-09"

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
    return issue_health_certificate(VACCINATED, health_office(), issued="2025-03-11", expires="2025-12-01")


@cache
def card_code() -> str:
    """The code of the same vaccination, as a health card."""
    return issue_smart_card(RECORD, card_office(), address=ADDRESS, issued="2025-03-11")


@cache
def trust_list() -> TrustList:
    """Utopia's list of signers of certificates and of issuers of cards, for 26 May to 9 June 2025."""
    source = "Utopia's ministry of health, 2023"
    return TrustList(
        [Anchor(health_office().der, "UTO", frozenset({HEALTH.name}), "signer", source)],
        name="practice list for health",
        card_issuers=[CardIssuer(ADDRESS, published_keys(card_office()), "UTO", source)],
        revoked_certificates=[RevokedCertificates("UTO", "UCI", ("0" * 32,), _LIST_START, _LIST_END)],
    )
