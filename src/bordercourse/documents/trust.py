"""Who vouches for a signer: offline trust lists with validity, usage and revocation.

One machine for every format. A seal that carries its signer's certificate is looked up
with :meth:`TrustList.signer`; a format that carries only a key identifier (such as the
EU health certificate) is looked up with :meth:`TrustList.by_key_id`. Both end in
:meth:`TrustList.verdict`, which asks every line that could vouch: the answer depends neither
on the order of lines and revocation lists, nor on one of them standing there twice.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bordercourse.documents.badge_issuers import BADGE_DO, BadgeIssuer, BadgeStatus, read_status
from bordercourse.documents.card_issuers import (
    ISSUERS_DO,
    REVOKED_DO,
    CardIssuer,
    CardKey,
    RevokedCertificates,
    read_keys,
)
from bordercourse.documents.kinds import DER, Moment, Usages
from bordercourse.documents.signers import (
    LIST_FAULTS,
    Allowed,
    extension,
    read_allowed,
    read_certificate,
)
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, moment
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Choice, Several, Text, checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

__all__ = [
    "ANSWER",
    "CIVIL",
    "CORRECTIONS",
    "HEALTH",
    "REQUEST",
    "Anchor",
    "Signer",
    "TrustList",
    "Usage",
    "key_identifier",
]

RULE = "RFC 5280 section 6; ICAO Doc 9303-12"


@dataclass(frozen=True)
class Usage:
    """What a signer may sign: a plain name, and the extended key usage that says so in a certificate.

    `required` is false for formats in which a signer without any extended key usage may sign every kind;
    `also` holds other identifiers that the same usage has in certificates.
    """

    name: str
    oid: str
    required: bool = True
    also: tuple[str, ...] = ()

    @cached_property
    def oids(self) -> frozenset[str]:
        """All its identifiers."""
        return frozenset((self.oid, *self.also))


# ICAO's own usage, and ours under the private enterprise number that RFC 5612 keeps for documentation.
HEALTH = Usage("health", "2.23.136.1.1.14.2")
CIVIL = Usage("civil", "1.3.6.1.4.1.32473.6.1")
CORRECTIONS = Usage("corrections", "1.3.6.1.4.1.32473.6.2")
REQUEST = Usage("request", "1.3.6.1.4.1.32473.6.3")
ANSWER = Usage("answer", "1.3.6.1.4.1.32473.6.4")

_WEAK = {"md5", "sha1"}
_REMEMBERED = 1024
_FOREVER = datetime.max.replace(tzinfo=UTC)


@checked(
    certificate=DER,
    state=Text(),
    usages=Usages(),
    role=Choice("root", "signer"),
    source=Text(empty=True),
)
@dataclass(frozen=True)
class Anchor:
    """One line of a trust list: whom we trust, for which State, and for what.

    Attributes
    ----------
    certificate : bytes
        X.509 certificate, DER.
    state : str
        Three-letter code of the State that it speaks for.
    usages : frozenset of str
        Names of the usages that it may vouch for. A passport authority's root does not vouch for ``civil``.
    role : str
        ``root`` (it signs signers' certificates and revocation lists) or ``signer`` (it signs documents).
    source : str
        Where this line came from: who handed over the certificate, and how.
    """

    certificate: bytes = field(repr=False)
    state: str
    usages: frozenset[str]
    role: str
    source: str


@dataclass(frozen=True, eq=False)
class Signer:
    """A signer's certificate, read once, with every line of the list that it chains to (or none).

    Attributes
    ----------
    key : object
        Its public key.
    name : str
        The subject of its certificate.
    number : int
        The serial number of its certificate.
    allowed : Allowed
        What the certificate allows.
    vouchers : tuple
        The lines that vouch for it: roots that signed its certificate, and lines that name it.
    authorities : frozenset
        The names and keys of the listed roots that signed its certificate.
    """

    key: Any
    name: str
    number: int
    allowed: Allowed
    vouchers: tuple[_Voucher, ...]
    authorities: frozenset[_AuthorityKey]


_AuthorityKey = tuple[bytes, bytes]  # its name and its public key, as bytes (DER)


@dataclass(frozen=True)
class _Voucher:
    """A line of the list, and from when until when its certificate is valid."""

    line: Anchor
    start: datetime
    end: datetime


@dataclass(frozen=True, eq=False)
class _Root:
    voucher: _Voucher
    certificate: x509.Certificate
    authority: _AuthorityKey


@dataclass(frozen=True)
class _RevocationList:
    start: datetime
    end: datetime
    revoked: Mapping[int, datetime]

    def speaks_for(self, on: datetime) -> bool:
        return self.start <= on <= self.end


@checked(
    anchors=Several(A(Anchor, do=mark("Give Anchor(certificate, state, usages, role, source)."))),
    revocation_lists=Several(DER),
    name=Text(),
    valid_until=Moment(),
    card_issuers=Several(A(CardIssuer, do=ISSUERS_DO)),
    revoked_certificates=Several(A(RevokedCertificates, do=REVOKED_DO)),
    badge_issuers=Several(A(BadgeIssuer, do=BADGE_DO)),
)
class TrustList:
    """Anchors and revocation lists, kept on the officer's own device.

    Parameters
    ----------
    anchors : iterable of Anchor
        Whom we trust, for which State, for what. One certificate may stand on several lines.
    revocation_lists : iterable of bytes
        X.509 revocation lists (DER). Each must be signed by one of the roots.
    name : str
        Shown in reasons.
    valid_until : date, optional
        Date after which the list itself is too old to decide anything.
    card_issuers : iterable of CardIssuer
        Who may issue SMART Health Cards, and with which keys.
    revoked_certificates : iterable of RevokedCertificates
        Lists of single EU certificates that their State took back.
    badge_issuers : iterable of BadgeIssuer
        Classes whose key may sign certificates of a course.

    Raises
    ------
    InputError
        If an anchor or revocation list cannot be read, a root is no authority, or a revocation list
        is signed by nobody on the list. The list is the officer's own tool, so its faults are told loudly.
    """

    def __init__(
        self,
        anchors: Iterable[Anchor],
        revocation_lists: Iterable[bytes] = (),
        *,
        name: str = "trust list",
        valid_until: date | datetime | str | None = None,
        card_issuers: Iterable[CardIssuer] = (),
        revoked_certificates: Iterable[RevokedCertificates] = (),
        badge_issuers: Iterable[BadgeIssuer] = (),
    ) -> None:
        self.name = name
        self.valid_until = None if valid_until is None else moment(valid_until)
        self.anchors = tuple(dict.fromkeys(anchors))
        self._roots: dict[bytes, list[_Root]] = {}  # by their name
        self._named: dict[bytes, list[_Voucher]] = {}  # signers that a line names, by their certificate
        self._key_ids: dict[bytes, list[bytes]] = {}  # the certificates of signers, by their key identifier
        self._revocations: dict[_AuthorityKey, list[_RevocationList]] = {}
        # One signer seals many documents, and they are judged for one day.
        self._remembered: dict[bytes, Signer] = {}
        self._verdicts: dict[tuple[Signer | None, Usage, datetime, str | None, str | None], Verdict] = {}
        for line in self.anchors:
            self._add(line)
        for der in dict.fromkeys(revocation_lists):
            self._add_revocation_list(der)
        self.card_issuers = tuple(dict.fromkeys(card_issuers))
        self._card_keys: dict[str, list[CardKey]] = {}
        for issuer in self.card_issuers:
            for identifier, keys in read_keys(issuer).items():
                self._card_keys.setdefault(identifier, []).extend(keys)
        self._card_addresses = {issuer.address for issuer in self.card_issuers}
        self._revoked_certificates: dict[str, list[RevokedCertificates]] = {}  # by their State
        for each in dict.fromkeys(revoked_certificates):
            self._revoked_certificates.setdefault(each.state, []).append(each)
        self.badge_issuers = tuple(dict.fromkeys(badge_issuers))
        self._badges = {line.thumbprint: (line, read_status(line)) for line in self.badge_issuers}

    def __repr__(self) -> str:
        lists = sum(map(len, self._revocations.values()))
        return f"TrustList({self.name!r}: {len(self.anchors)} anchors, {lists} revocation lists)"

    def signer(self, der: bytes) -> Signer:
        """Return the signer whose certificate is `der`, with every line that vouches for it.

        Raises
        ------
        MalformedError
            If `der` is no certificate that can be read.
        """
        known = self._remembered.get(der)
        if known is None:
            certificate = read_certificate(der)
            roots = self._roots_that_signed(certificate)
            known = Signer(
                key=certificate.public_key(),
                name=certificate.subject.rfc4514_string()[:120],
                number=certificate.serial_number,
                allowed=read_allowed(certificate),
                vouchers=(*self._named.get(der, ()), *(root.voucher for root in roots)),
                authorities=frozenset(root.authority for root in roots),
            )
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[der] = known
        return known

    def by_key_id(self, key_id: bytes) -> tuple[Signer, ...]:
        """Return every listed signer with this key identifier: first 8 bytes of SHA-256 of its certificate.

        Two signers may share one; a verifier must try them all.
        """
        return tuple(map(self.signer, self._key_ids.get(key_id, ())))

    def card_keys(self, identifier: str) -> list[CardKey]:
        """Return every published key of a listed issuer of cards with this identifier."""
        return self._card_keys.get(identifier, [])

    def lists_card_issuer(self, address: str) -> bool:
        """Say whether an issuer of cards stands on the list."""
        return address in self._card_addresses

    def revoked_certificates(self, state: str) -> list[RevokedCertificates]:
        """Return the lists of single certificates that a State took back."""
        return self._revoked_certificates.get(state, [])

    def badge_issuer(self, thumbprint: str) -> tuple[BadgeIssuer, BadgeStatus | None] | None:
        """Return the class of a key, and what it took back; None where no line names the key."""
        return self._badges.get(thumbprint)

    def stale(self, on: datetime) -> Verdict | None:
        """Return the verdict that the list itself is too old for a moment, or None."""
        if self.valid_until is None or on <= self.valid_until:
            return None
        reason = mark("The trust list '{name}' ended on {day}.")
        day = f"{self.valid_until:%Y-%m-%d}"
        return _say(CANNOT_SAY, "stale_trust_list", reason, name=self.name, day=day)

    def verdict(
        self,
        signer: Signer | None,
        usage: Usage,
        on: datetime,
        *,
        state: str | None = None,
        document_type: str | None = None,
    ) -> Verdict:
        """Say whether this list vouches for `signer`, for this usage, for this State, on this moment.

        All lines that could vouch are asked, and the answer is that of the line that comes furthest.
        What the signer's own authority revoked stays revoked, whichever line vouches.

        Parameters
        ----------
        signer : Signer or None
            Who signed; None where no key could be found.
        usage : Usage
            The kind of document that was signed.
        on : datetime.datetime
            The moment for which to judge, in UTC.
        state : str, optional
            The State that the document names; the anchor must speak for it.
        document_type : str, optional
            ICAO's two-letter type of the document, where the certificate limits it.
        """
        question = (signer, usage, on, state, document_type)
        known = self._verdicts.get(question)
        if known is None:
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            known = self._verdicts[question] = self._judged(*question)
        return known

    def _judged(
        self,
        signer: Signer | None,
        usage: Usage,
        on: datetime,
        state: str | None,
        document_type: str | None,
    ) -> Verdict:
        if signer is None or not signer.vouchers:
            reason = mark("Nobody on the list '{name}' vouches for this signer.")
            return _say(NO, "unknown_key", reason, name=self.name)
        lines = [each for each in signer.vouchers if usage.name in each.line.usages]
        if not lines:
            usages = sorted(frozenset[str]().union(*(each.line.usages for each in signer.vouchers)))
            reason = mark("The list trusts this authority for: {usages}. It does not trust it for: {usage}.")
            return _say(NO, "wrong_usage", reason, usages=", ".join(usages), usage=usage.name)
        if not signer.allowed.allows(usage.oids, required=usage.required, document_type=document_type):
            reason = mark("The certificate of '{signer}' does not allow this kind of document.")
            return _say(NO, "wrong_usage", reason, signer=_readable(signer))
        of_state = [each for each in lines if state in (None, each.line.state)]
        if not of_state:
            reason = mark("The document names {state}, but its signer chains to an authority of {other}.")
            return _say(NO, "wrong_issuer", reason, state=str(state), other=_states(lines))
        current = [each for each in of_state if _start(signer, each) <= on <= _end(signer, each)]
        if not current:
            return _out_of_time(signer, of_state, on)
        problem = self._revocation(signer, current, on)
        if problem:
            return problem
        stale = self.stale(on)
        if stale is not None:
            return stale
        reason = mark("The list '{name}' vouches for '{signer}' of {state}, for this use and on this date.")
        return _say(YES, "trusted", reason, name=self.name, signer=_readable(signer), state=_states(current))

    def _revocation(self, signer: Signer, lines: list[_Voucher], on: datetime) -> Verdict | None:
        lists = [each for authority in signer.authorities for each in self._revocations.get(authority, ())]
        # A signer that any list names stays revoked, even where that list is old.
        since = min(
            (each.revoked[signer.number] for each in lists if signer.number in each.revoked), default=None
        )
        if since is not None:
            reason = mark("The authority revoked this signer on {day}.")
            return _say(NO, "revoked", reason, day=f"{since:%Y-%m-%d}")
        if any(each.line.role == "signer" for each in lines):
            return None  # a listed signer is revoked by taking it off the list
        if not lists:
            reason = mark("No revocation list of this authority is at hand.")
            return _say(CANNOT_SAY, "no_revocation_list", reason)
        if any(each.speaks_for(on) for each in lists):
            return None
        newest = max(lists, key=lambda each: (each.start, each.end))
        reason = mark("The revocation list at hand speaks for {start} to {end}, not for {day}.")
        end = "" if newest.end == _FOREVER else f"{newest.end:%Y-%m-%d}"
        days = {"start": f"{newest.start:%Y-%m-%d}", "end": end, "day": f"{on:%Y-%m-%d}"}
        return _say(CANNOT_SAY, "stale_revocation_list", reason, **days)

    def _add(self, line: Anchor) -> None:
        try:
            certificate = read_certificate(line.certificate)
        except MalformedError as error:
            raise _faulty_line(line, str(error), _("Ask for the certificate again.")) from None
        voucher = _Voucher(line, certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        if line.role == "root":
            constraints = extension(certificate, x509.BasicConstraints)
            usage = extension(certificate, x509.KeyUsage)
            if constraints is None or not constraints.ca or (usage is not None and not usage.key_cert_sign):
                raise _faulty_line(line, _("it is no authority."), _("List a signer with role 'signer'."))
            name = certificate.subject.public_bytes()
            key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            self._roots.setdefault(name, []).append(_Root(voucher, certificate, (name, key)))
        else:
            if line.certificate not in self._named:
                insort(self._key_ids.setdefault(key_identifier(line.certificate), []), line.certificate)
            self._named.setdefault(line.certificate, []).append(voucher)

    def _roots_that_signed(self, certificate: x509.Certificate) -> list[_Root]:
        weak = certificate.signature_hash_algorithm
        if weak is None or weak.name in _WEAK:
            return []
        signed: dict[_AuthorityKey, bool] = {}
        roots = self._roots.get(certificate.issuer.public_bytes(), [])
        for root in roots:
            if root.authority not in signed:
                signed[root.authority] = _is_signed_by(certificate, root.certificate)
        return [root for root in roots if signed[root.authority]]

    def _add_revocation_list(self, der: bytes) -> None:
        again = _("Ask its State for the list again.")
        try:
            crl = x509.load_der_x509_crl(der)
            signed_by = {
                root.authority
                for root in self._roots.get(crl.issuer.public_bytes(), [])
                if crl.is_signature_valid(root.certificate.public_key())  # type: ignore[arg-type]
            }
            revoked = {entry.serial_number: entry.revocation_date_utc for entry in crl}
            revocations = _RevocationList(crl.last_update_utc, crl.next_update_utc or _FOREVER, revoked)
        except LIST_FAULTS as error:
            problem = _("it cannot be read ({error}).").format(error=error)
            raise InputError("revocation_lists", problem, again) from None
        if not signed_by:
            raise InputError("revocation_lists", _("no listed root signed it."), again)
        for authority in signed_by:
            self._revocations.setdefault(authority, []).append(revocations)


def _is_signed_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _out_of_time(signer: Signer, lines: list[_Voucher], on: datetime) -> Verdict:
    ended = [_end(signer, each) for each in lines if _end(signer, each) < on]
    if ended:
        reason = mark("The signer's certificate ended on {day}.")
        return _say(NO, "expired", reason, day=f"{max(ended):%Y-%m-%d}")
    reason = mark("The signer's certificate starts on {day}.")
    return _say(NO, "not_yet_valid", reason, day=f"{min(_start(signer, each) for each in lines):%Y-%m-%d}")


def _start(signer: Signer, voucher: _Voucher) -> datetime:
    return max(signer.allowed.start, voucher.start)


def _end(signer: Signer, voucher: _Voucher) -> datetime:
    return min(signer.allowed.end, voucher.end)


def _states(lines: Iterable[_Voucher]) -> str:
    return ", ".join(sorted({each.line.state for each in lines}))


def key_identifier(der: bytes) -> bytes:
    """Return the eight bytes by which an EU certificate names its signer; two signers may share them."""
    return hashlib.sha256(der).digest()[:8]


def _readable(signer: Signer) -> str:
    return signer.name.removeprefix("CN=")


def _faulty_line(line: Anchor, problem: str, do: str) -> InputError:
    return InputError("anchors", f"{line.source}: {problem}", do)


def _say(answer: str, code: str, words: str, **values: str) -> Verdict:
    return Verdict("issuer trust", answer, code, words, RULE, values)
