"""A certificate of participation as an Open Badges 3.0 credential, and the list of those taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from bordercourse.documents.badge_issuers import STATUS_TYPE
from bordercourse.evaluation.class_key import ClassKey
from bordercourse.i18n import gettext as _

__all__ = ["Participation", "credential", "sign_credential", "status_list"]

_CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
STATUS_DAYS = 90  # for so long a list of what was taken back speaks


@dataclass(frozen=True)
class Participation:
    """What a certificate says; it has no place for sex, country, office or points.

    Parameters
    ----------
    name : str
        The participant.
    course : str
        The course.
    modules : tuple of str
        The numbers of the modules whose exercises were handed in.
    class_name : str
        Who issues it.
    issued : datetime.date
        The day.
    valid_until : datetime.date or None
        The last day; None where it does not end.
    """

    name: str
    course: str
    modules: tuple[str, ...]
    class_name: str
    issued: date
    valid_until: date | None = None


def credential(facts: Participation, issuer: str, number: str = "") -> dict[str, Any]:
    """Return the credential as JSON data, without its signature.

    Parameters
    ----------
    facts : Participation
        What it says.
    issuer : str
        The identifier of the class's key.
    number : str
        Its own number; drawn at random where left out.
    """
    start = datetime.combine(facts.issued, time(), UTC)
    achievement = uuid5(NAMESPACE_URL, f"{issuer}/{facts.course}")
    whole: dict[str, Any] = {
        "@context": list(_CONTEXTS),
        "id": number or f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _("Certificate of participation"),
        "issuer": {"id": issuer, "type": ["Profile"], "name": facts.class_name},
        "validFrom": _written(start),
        "credentialSubject": {
            "id": f"urn:uuid:{uuid4()}",  # names nobody, and is another on each certificate
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": facts.name,
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "narrative": ", ".join(facts.modules),
            "achievement": {
                "id": f"urn:uuid:{achievement}",
                "type": ["Achievement"],
                "name": facts.course,
                "description": _("Took part in the course."),
                "criteria": {"narrative": _("Handed in the exercises of the modules named.")},
            },
        },
    }
    if facts.valid_until is not None:
        whole["validUntil"] = _written(datetime.combine(facts.valid_until, time(23, 59, 59), UTC))
    return whole


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def sign_credential(whole: dict[str, Any], key: ClassKey) -> str:
    """Return a credential as a compact JWS, with the claims that the standard asks for beside it.

    Parameters
    ----------
    whole : dict
        What `credential` returned.
    key : ClassKey
        The class's key.
    """
    claims = {
        "iss": whole["issuer"]["id"],
        "jti": whole["id"],
        "sub": whole["credentialSubject"]["id"],
        "nbf": int(datetime.fromisoformat(whole["validFrom"]).timestamp()),
    }
    if "validUntil" in whole:
        claims["exp"] = int(datetime.fromisoformat(whole["validUntil"]).timestamp())
    return key.sign(_json({**whole, **claims}))


def status_list(key: ClassKey, revoked: Sequence[str], on: date) -> str:
    """Return the signed list of the certificates that a class took back.

    Parameters
    ----------
    key : ClassKey
        The class's key.
    revoked : sequence of str
        The numbers of the certificates. It names no person.
    on : datetime.date
        The first day for which it speaks; it does so for ninety days.
    """
    start = datetime.combine(on, time(), UTC)
    content = {
        "type": STATUS_TYPE,
        "iss": key.issuer,
        "nbf": int(start.timestamp()),
        "exp": int((start + timedelta(days=STATUS_DAYS)).timestamp()),
        "revoked": sorted(revoked),
    }
    return key.sign(_json(content))


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
