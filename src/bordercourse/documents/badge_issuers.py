"""Which classes may sign certificates of a course, with which keys, and what they took back.

A certificate carries the key that signed it, and a header proves nothing by itself: whether the key is a
class's stands on the officer's own list. A line that cannot be read is refused loudly. `joserfc` reads the
signed tokens and checks their signatures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from bordercourse.documents.jcs import MAX_CHARACTERS, read_json
from bordercourse.documents.kinds import WrittenDay
from bordercourse.documents.seals import decode_base64url
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Text, checked

__all__ = [
    "BADGE_DO",
    "STATUS_TYPE",
    "URN",
    "BadgeIssuer",
    "BadgeStatus",
    "TokenWithKey",
    "badge_thumbprint",
    "open_token",
    "read_status",
    "second",
]

URN = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"  # RFC 9278
STATUS_TYPE = "bordercourse-status-list"
BADGE_DO = mark("Give BadgeIssuer(thumbprint, name, source, start, end).")
_TOKEN = re.compile(r"ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_KEY_BYTES = (256, 512)  # RSA of 2048 to 4096 bits
_LAST_SECOND = 253402300799  # of the year 9999


class TokenWithKey(jws.JWSRegistry):
    """The library's rules for a JWS, with room for a key in the header."""

    max_header_length = 2048
    max_payload_length = MAX_CHARACTERS
    max_signature_length = 1024


@checked(
    thumbprint=Text(),
    name=Text(),
    source=Text(),
    start=WrittenDay(),
    end=WrittenDay(),
    lost=Text(empty=True),
    status=Text(empty=True),
)
@dataclass(frozen=True)
class BadgeIssuer:
    """One class on an officer's list: whose key may sign certificates of a course.

    Attributes
    ----------
    thumbprint : str
        SHA-256 of its public key as RFC 7638 writes it, Base64url: 43 letters, as the certificates print it.
    name : str
        The class.
    source : str
        Where this line came from: who handed over the thumbprint, and how.
    start, end : str
        The days between which the key signed.
    lost : str
        The day on which the key was lost or stolen; empty where it was not. From then on nobody can say
        which certificates of this key the class made.
    status : str
        The signed list of certificates that the class took back; empty where there is none.
    """

    thumbprint: str
    name: str
    source: str
    start: str
    end: str
    lost: str = ""
    status: str = field(default="", repr=False)


@dataclass(frozen=True)
class BadgeStatus:
    """Which certificates of a class were taken back, as its signed list says.

    Attributes
    ----------
    start, end : datetime.datetime
        For when the list speaks.
    revoked : frozenset of str
        The numbers of the certificates.
    """

    start: datetime
    end: datetime
    revoked: frozenset[str]


def badge_thumbprint(key: dict[str, Any]) -> str:
    """Return the thumbprint of a public key (RFC 7638).

    Parameters
    ----------
    key : dict
        The key as a JWK.
    """
    return str(RSAKey.import_key({name: key[name] for name in ("e", "kty", "n")}).thumbprint())


def open_token(text: str) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Return the key that a token carries, its content, and whether the two fit its signature.

    Parameters
    ----------
    text : str
        A compact JWS.

    Raises
    ------
    MalformedError
        If it is not one, or its header holds something else than the algorithm RS256, the type and a key.
    """
    if len(text) > MAX_CHARACTERS or not _TOKEN.fullmatch(text):
        raise MalformedError(_("It is no signed token (JWS) of three parts."))
    head, body, signature = (decode_base64url(part) for part in text.split("."))
    header, content = read_json(head), read_json(body)
    if not isinstance(header, dict) or not {"alg", "jwk"} <= set(header) <= {"alg", "jwk", "typ"}:
        raise MalformedError(_("The header needs exactly alg, typ and jwk."))
    if header["alg"] != "RS256" or header.get("typ", "JWT") != "JWT":
        raise MalformedError(_("The header names another type or algorithm."))
    key = header["jwk"]
    if not isinstance(key, dict) or set(key) != {"kty", "n", "e"} or key["kty"] != "RSA":
        raise MalformedError(_("The header carries no public RSA key."))
    modulus, exponent = decode_base64url(key["n"]), decode_base64url(key["e"])
    if not _KEY_BYTES[0] <= len(modulus) <= _KEY_BYTES[1] or not modulus[0] or exponent != b"\1\0\1":
        raise MalformedError(_("Its key is none of 2048 to 4096 bits with the usual exponent."))
    if len(signature) != len(modulus):
        raise MalformedError(_("The signature has the wrong length."))
    if not isinstance(content, dict):
        raise MalformedError(_("Its content is no object."))
    registry = TokenWithKey(algorithms=["RS256"])
    try:
        jws.deserialize_compact(text, RSAKey.import_key(dict(key)), registry=registry)
    except (JoseError, ValueError, TypeError):
        return key, content, False
    return key, content, True


def read_status(issuer: BadgeIssuer) -> BadgeStatus | None:
    """Return what the list of an issuer says, or None where it has none.

    Parameters
    ----------
    issuer : BadgeIssuer
        A line of the officer's own list, so its faults are told loudly.

    Raises
    ------
    InputError
        If the thumbprint is none, or the list cannot be read or was not signed by that key.
    """
    if not _THUMBPRINT.fullmatch(issuer.thumbprint):
        raise InputError(
            issuer.name,
            _("{text} is no thumbprint.").format(text=repr(issuer.thumbprint[:60])),
            _("Copy the 43 letters from the class's sheet."),
        )
    if not issuer.status:
        return None
    do = _("Fetch the class's list again.")
    try:
        key, content, fits = open_token(issuer.status.strip())
        if not fits or badge_thumbprint(key) != issuer.thumbprint:
            raise InputError(issuer.name, _("its list was not signed by its key."), do)
        revoked = content.get("revoked")
        if content.get("type") != STATUS_TYPE or not isinstance(revoked, list):
            raise InputError(issuer.name, _("its list is no list of certificates."), do)
        start, end = second(content.get("nbf")), second(content.get("exp"))
    except MalformedError as error:
        raise InputError(issuer.name, _("its list cannot be read ({why}).").format(why=error), do) from None
    return BadgeStatus(start, end, frozenset(number for number in revoked if isinstance(number, str)))


def second(value: object) -> datetime:
    """Return the moment that a number of seconds stands for (RFC 7519, NumericDate).

    Parameters
    ----------
    value : object
        What the token holds.
    """
    if type(value) is int and 0 <= value <= _LAST_SECOND:
        return datetime.fromtimestamp(value, UTC)
    raise MalformedError(_("The day of issue or of expiry is missing, or is no moment."))
