"""Who may issue health cards, with which keys, and which single certificates were taken back.

A SMART Health Card names its issuer by an address, and the issuer publishes its keys there. On a device
without network both stand on the trust list, as the officer's own tool: a line that cannot be read is refused
loudly. Only what a list of revoked cards *says* may be unusable: then the answer on a card is "cannot say".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from bordercourse.documents.jcs import read_json
from bordercourse.documents.kinds import WrittenDay
from bordercourse.documents.signers import read_certificate
from bordercourse.documents.verdicts import moment
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Several, Text, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CardIssuer", "CardKey", "CardList", "RevokedCertificates", "read_keys"]

_FOREVER, _ALWAYS = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
_REVOKED_CARD = re.compile(r"([A-Za-z0-9_-]{1,24})(?:\.(\d{1,12}))?", re.ASCII)


@checked(
    address=Text(),
    keys=Text(),
    state=Text(),
    source=Text(empty=True),
    revocation_lists=Several(Text()),
)
@dataclass(frozen=True)
class CardIssuer:
    """One issuer of SMART Health Cards on a trust list.

    Attributes
    ----------
    address : str
        The address by which its cards name it (``iss``).
    keys : str
        Its published keys (JSON, a JWK set).
    state : str
        Code of the State that it acts for.
    source : str
        Where this line came from.
    revocation_lists : tuple of str
        Its lists of revoked cards (JSON), one for each of its keys that says that it has one.
    """

    address: str
    keys: str = field(repr=False)
    state: str
    source: str
    revocation_lists: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class CardList:
    """The list of revoked cards of one key.

    Attributes
    ----------
    usable : bool
        Whether it lists cards by their own identifier: another method says nothing that can be looked up.
    counter : int
        How often it was written anew.
    revoked : mapping
        For each identifier, the moment before which cards of it are revoked; None where all are.
    """

    usable: bool
    counter: int
    revoked: Mapping[str, float | None]


@dataclass(frozen=True, eq=False)
class CardKey:
    """One published key of an issuer.

    Attributes
    ----------
    issuer : CardIssuer
        Whose key it is.
    key : object
        The public key.
    start, end : datetime.datetime
        From when until when its certificate is valid, where it was published with one.
    version : int or None
        The counter of its list of revoked cards; None where it has none.
    cards : CardList or None
        That list, where it is at hand.
    """

    issuer: CardIssuer
    key: Any
    start: datetime
    end: datetime
    version: int | None
    cards: CardList | None


def read_keys(issuer: CardIssuer) -> dict[str, list[CardKey]]:
    """Return the published keys of an issuer by their identifier.

    Parameters
    ----------
    issuer : CardIssuer
        A line of a trust list.

    Raises
    ------
    InputError
        If its keys, or one of its lists of revoked cards, cannot be read.
    """
    try:
        lists = dict(map(_card_list, issuer.revocation_lists))
        published = read_json(issuer.keys)
        if not isinstance(published, dict) or not isinstance(published.get("keys"), list):
            raise MalformedError(_("it is no set of keys (JWK set)."))
        keys: dict[str, list[CardKey]] = {}
        for each in published["keys"]:
            identifier = each.get("kid") if isinstance(each, dict) else None
            if not isinstance(identifier, str):
                raise MalformedError(_("a key has no identifier."))
            keys.setdefault(identifier, []).append(_card_key(issuer, each, lists.get(identifier)))
    except MalformedError as error:
        problem = f"{issuer.address}: {error}"
        raise InputError("card_issuers", problem, _("Ask the issuer for it again.")) from None
    return keys


def _card_key(issuer: CardIssuer, published: dict[str, Any], cards: CardList | None) -> CardKey:
    try:
        if published.get("crv") != "P-256" or "d" in published:
            raise MalformedError(_("a key is no public key on P-256."))
        public = {name: published[name] for name in ("kty", "crv", "x", "y")}
        key: Any = ECKey.import_key(public).public_key
    except (JoseError, KeyError, ValueError, TypeError):
        raise MalformedError(_("a key is no public key on P-256.")) from None
    start, end = _ALWAYS, _FOREVER
    chain = published.get("x5c")
    if chain is not None:
        try:
            certificate = read_certificate(base64.b64decode(chain[0], validate=True))
        except (binascii.Error, ValueError, TypeError, LookupError):
            raise MalformedError(_("the certificate of a key cannot be read.")) from None
        if certificate.public_key() != key:
            raise MalformedError(_("the certificate of a key belongs to another key."))
        start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    version = published.get("crlVersion")
    return CardKey(issuer, key, start, end, version if type(version) is int else None, cards)


def _card_list(text: str) -> tuple[str, CardList]:
    whole = read_json(text)
    identifier = whole.get("kid") if isinstance(whole, dict) else None
    if not isinstance(identifier, str):
        raise MalformedError(_("a list of revoked cards does not name its key."))
    entries, counter = whole.get("rids"), whole.get("ctr")
    found = (
        [_REVOKED_CARD.fullmatch(e) for e in entries if isinstance(e, str)] if type(entries) is list else []
    )
    usable = whole.get("method") == "rid" and type(entries) is list and len(entries) == len(found)
    revoked: dict[str, float | None] = {}
    for entry in found:
        if entry is None:
            usable = False
        elif revoked.get(entry[1], 0.0) is not None:
            before = None if entry[2] is None else max(float(entry[2]), revoked.get(entry[1]) or 0.0)
            revoked[entry[1]] = before
    return identifier, CardList(usable, counter if type(counter) is int else -1, revoked if usable else {})


@checked(
    state=Text(),
    kind=Choice("UCI", "COUNTRYCODEUCI"),
    hashes=Several(Text()),
    start=WrittenDay(),
    end=WrittenDay(),
)
@dataclass(frozen=True)
class RevokedCertificates:
    """A State's list of EU certificates that it took back, by the hash of their number. It names no person.

    Attributes
    ----------
    state : str
        The State that issued them, as the certificates write it.
    kind : str
        What was hashed: ``UCI``, the number of the certificate, or ``COUNTRYCODEUCI``, the code of the State
        and the number. A list of hashed signatures cannot be read here.
    hashes : tuple of str
        The first 16 bytes of each SHA-256, as hexadecimal digits.
    start, end : str
        The days for which the list speaks.

    References
    ----------
    Implementing Decision (EU) 2022/483; dgc-gateway, RevocationHashTypeDto.

    Examples
    --------
    >>> taken_back = RevokedCertificates("UT", "UCI", [hashlib.sha256(b"URN:1").hexdigest()[:32]],
    ...     "2025-05-26", "2025-06-09")
    >>> taken_back.names({"is": "UT", "ci": "URN:1"})
    True
    """

    state: str
    kind: str
    hashes: tuple[str, ...] = field(repr=False)
    start: str
    end: str

    def names(self, stated: Mapping[str, Any]) -> bool:
        """Say whether the list names a certificate.

        Parameters
        ----------
        stated : mapping
            What the certificate states; its State stands in ``is``, its number in ``ci``.
        """
        text = stated["ci"] if self.kind == "UCI" else f"{stated['is']}{stated['ci']}"
        return hashlib.sha256(text.encode()).hexdigest()[:32] in self._named

    def speaks_for(self, at: datetime) -> bool:
        """Say whether the list speaks for a moment."""
        start, end = self._days
        return start <= at <= end

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(self.hashes)

    @cached_property
    def _days(self) -> tuple[datetime, datetime]:
        return moment(self.start), moment(self.end)


REVOKED_DO = mark("Give RevokedCertificates(state, kind, hashes, start, end).")
ISSUERS_DO = mark("Give CardIssuer(address, keys, state, source, revocation_lists).")
