"""Who vouches for a signer: offline trust lists with validity, usage and revocation.

One machine for every format. A seal that carries its signer's certificate is looked up
with :meth:`TrustList.signer`; a format that carries only a key identifier (such as the
EU health certificate) is looked up with :meth:`TrustList.by_key_id`. Both end in
:meth:`TrustList.verdict`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtensionOID

from bordercourse.documents.jcs import MalformedError
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, mark, moment
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    import pandas as pd

__all__ = ["ANSWER", "CIVIL", "CORRECTIONS", "HEALTH", "REQUEST", "Anchor", "Signer", "TrustList", "Usage"]

RULE = "RFC 5280 section 6; ICAO Doc 9303-12"


@dataclass(frozen=True)
class Usage:
    """What a signer may sign: a plain name, and the extended key usage that says so in a certificate.

    `required` is false for formats in which a signer without any extended key usage may sign every kind.
    """

    name: str
    oid: str
    required: bool = True


# ICAO's own usage, and ours under the private enterprise number that RFC 5612 keeps for documentation.
HEALTH = Usage("health", "2.23.136.1.1.14.2")
CIVIL = Usage("civil", "1.3.6.1.4.1.32473.6.1")
CORRECTIONS = Usage("corrections", "1.3.6.1.4.1.32473.6.2")
REQUEST = Usage("request", "1.3.6.1.4.1.32473.6.3")
ANSWER = Usage("answer", "1.3.6.1.4.1.32473.6.4")

_DOCUMENT_TYPES = x509.ObjectIdentifier("2.23.136.1.1.6.2")
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.ISSUER_ALTERNATIVE_NAME,
    ExtensionOID.PRIVATE_KEY_USAGE_PERIOD,
    _DOCUMENT_TYPES,
}
_WEAK = {"md5", "sha1"}
_REMEMBERED = 1024


@asn1.sequence
class _DocumentTypes:
    """ICAO's documentTypeList: which two-letter document types a signer may seal."""

    version: int
    types: Annotated[asn1.SetOf[asn1.PrintableString], asn1.Size(min=0, max=32)]


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
    """A signer's certificate, read once, with the anchor that it chains to (or none)."""

    certificate: x509.Certificate
    key: Any
    name: str
    usages: frozenset[str] | None
    document_types: frozenset[str] | None
    may_sign: bool
    start: datetime
    end: datetime
    anchor: _Root | None

    @property
    def state(self) -> str | None:
        """Three-letter code of the State of its anchor."""
        return self.anchor.line.state if self.anchor else None


@dataclass(frozen=True, eq=False)
class _Root:
    line: Anchor
    certificate: x509.Certificate
    start: datetime
    end: datetime


@dataclass(frozen=True, eq=False)
class _RevocationList:
    start: datetime
    end: datetime | None
    revoked: Mapping[int, datetime]


class TrustList:
    """Anchors and revocation lists, kept on the officer's own device.

    Parameters
    ----------
    anchors : iterable of Anchor
        Whom we trust, for which State, for what.
    revocation_lists : iterable of bytes
        X.509 revocation lists (DER). Each must be signed by one of the roots.
    name : str
        Shown in reasons.
    valid_until : date, optional
        Date after which the list itself is too old to decide anything.

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
    ) -> None:
        self.name = name
        self.valid_until = None if valid_until is None else moment(valid_until)
        self.anchors = tuple(anchors)
        self._roots: dict[bytes, list[_Root]] = {}
        self._signers: dict[bytes, Signer] = {}
        self._by_key_id: dict[bytes, list[Signer]] = {}
        self._revocations: dict[_Root, list[_RevocationList]] = {}
        self._remembered: dict[bytes, Signer] = {}
        self._judged: dict[object, Verdict] = {}  # one signer seals many documents of one day
        for line in self.anchors:
            self._add(line)
        for der in revocation_lists:
            self._add_revocation_list(der)

    def __repr__(self) -> str:
        lists = sum(map(len, self._revocations.values()))
        return f"TrustList({self.name!r}: {len(self.anchors)} anchors, {lists} revocation lists)"

    @classmethod
    def from_table(cls, table: pd.DataFrame, *, name: str = "trust list") -> TrustList:
        """Make a trust list from a table with columns kind, state, usages, source and der (Base64).

        `kind` is ``root``, ``signer`` or ``revocation list``; `usages` are names separated by blanks.
        """
        anchors, lists = [], []
        for row in table.to_dict("records"):
            try:
                der = base64.b64decode(str(row["der"]), validate=True)
            except binascii.Error:
                raise InputError(
                    "table", "a 'der' field is not Base64.", "Restore the published table."
                ) from None
            if row["kind"] == "revocation list":
                lists.append(der)
            else:
                usages = frozenset(str(row["usages"]).split())
                anchors.append(Anchor(der, str(row["state"]), usages, str(row["kind"]), str(row["source"])))
        return cls(anchors, lists, name=name)

    def signer(self, der: bytes) -> Signer:
        """Return the signer whose certificate is `der`, chained to an anchor where one signed it.

        Raises
        ------
        MalformedError
            If `der` is no certificate that can be read.
        """
        known = self._signers.get(der) or self._remembered.get(der)
        if known is None:
            certificate = _read_certificate(der)
            known = _signer(certificate, self._issuer(certificate))
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[der] = known
        return known

    def by_key_id(self, key_id: bytes) -> tuple[Signer, ...]:
        """Return every listed signer with this key identifier: first 8 bytes of SHA-256 of its certificate.

        Two signers may share one; a verifier must try them all.
        """
        return tuple(self._by_key_id.get(key_id, ()))

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

        Parameters
        ----------
        signer : Signer or None
            None when no key could be found.
        usage : Usage
            The kind of document that was signed.
        on : datetime.datetime
            The moment for which to judge, in UTC.
        state : str, optional
            The State that the document names; the anchor must speak for it.
        document_type : str, optional
            ICAO's two-letter type of the document, where the certificate limits it.
        """
        if signer is None or signer.anchor is None:
            return _say(
                NO,
                "unknown_key",
                mark("Nobody on the list '{name}' vouches for this signer."),
                name=self.name,
            )
        root = signer.anchor
        line = root.line
        if usage.name not in line.usages:
            return _say(
                NO,
                "wrong_usage",
                mark("The list trusts this authority for: {usages}. It does not trust it for: {usage}."),
                usages=", ".join(sorted(line.usages)),
                usage=usage.name,
            )
        fits = usage.oid in signer.usages if signer.usages else not usage.required
        if document_type and signer.document_types is not None:
            fits = fits and document_type in signer.document_types
        if not (fits and signer.may_sign):
            reason = mark("The certificate of '{signer}' does not allow this kind of document.")
            return _say(NO, "wrong_usage", reason, signer=_readable(signer))
        if state is not None and state != line.state:
            reason = mark("The document names {state}, but its signer chains to an authority of {other}.")
            return _say(NO, "wrong_issuer", reason, state=state, other=line.state)
        start, end = max(signer.start, root.start), min(signer.end, root.end)
        if on < start:
            reason = mark("The signer's certificate starts on {day}.")
            return _say(NO, "not_yet_valid", reason, day=f"{start:%Y-%m-%d}")
        if on > end:
            return _say(
                NO, "expired", mark("The signer's certificate ended on {day}."), day=f"{end:%Y-%m-%d}"
            )
        problem = self._revocation(signer, on)
        if problem:
            return problem
        if self.valid_until is not None and on > self.valid_until:
            reason = mark("The trust list '{name}' ended on {day}.")
            return _say(
                CANNOT_SAY, "stale_trust_list", reason, name=self.name, day=f"{self.valid_until:%Y-%m-%d}"
            )
        reason = mark("The list '{name}' vouches for '{signer}' of {state}, for this use and on this date.")
        return _say(YES, "trusted", reason, name=self.name, signer=_readable(signer), state=line.state)

    def _revocation(self, signer: Signer, on: datetime) -> Verdict | None:
        root = signer.anchor
        if root is None or root.line.role == "signer":
            return None  # a listed signer is revoked by taking it off the list
        lists = self._revocations.get(root, [])
        for each in lists:  # a signer that any list names stays revoked, even where that list is old
            since = each.revoked.get(signer.certificate.serial_number)
            if since is not None:
                reason = mark("The authority revoked this signer on {day}.")
                return _say(NO, "revoked", reason, day=f"{since:%Y-%m-%d}")
        if not lists:
            reason = mark("No revocation list of this authority is at hand.")
            return _say(CANNOT_SAY, "no_revocation_list", reason)
        if any(each.start <= on and (each.end is None or on <= each.end) for each in lists):
            return None
        newest = max(lists, key=lambda each: each.start)
        reason = mark("The revocation list at hand speaks for {start} to {end}, not for {day}.")
        end = f"{newest.end:%Y-%m-%d}" if newest.end else ""
        days = {"start": f"{newest.start:%Y-%m-%d}", "end": end, "day": f"{on:%Y-%m-%d}"}
        return _say(CANNOT_SAY, "stale_revocation_list", reason, **days)

    def _add(self, line: Anchor) -> None:
        try:
            certificate = _read_certificate(line.certificate)
        except MalformedError as error:
            raise InputError("anchors", f"{line.source}: {error}", "Ask for the certificate again.") from None
        root = _Root(line, certificate, certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        if line.role == "root":
            constraints = _extension(certificate, x509.BasicConstraints)
            usage = _extension(certificate, x509.KeyUsage)
            if constraints is None or not constraints.ca or (usage is not None and not usage.key_cert_sign):
                raise InputError(
                    "anchors", f"{line.source}: it is no authority.", "List a signer with role 'signer'."
                )
            self._roots.setdefault(certificate.subject.public_bytes(), []).append(root)
        elif line.role == "signer":
            signer = _signer(certificate, root)
            self._signers[line.certificate] = signer
            key_id = hashlib.sha256(line.certificate).digest()[:8]
            self._by_key_id.setdefault(key_id, []).append(signer)
        else:
            raise InputError("anchors", f"the role {line.role!r} is unknown.", "Use 'root' or 'signer'.")

    def _issuer(self, certificate: x509.Certificate) -> _Root | None:
        weak = certificate.signature_hash_algorithm
        if weak is None or weak.name in _WEAK:
            return None
        for root in self._roots.get(certificate.issuer.public_bytes(), []):
            try:
                certificate.verify_directly_issued_by(root.certificate)
            except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
                continue
            return root
        return None

    def _add_revocation_list(self, der: bytes) -> None:
        try:
            crl = x509.load_der_x509_crl(der)
            issuer = crl.issuer.public_bytes()
            for root in self._roots.get(issuer, []):
                if crl.is_signature_valid(root.certificate.public_key()):  # type: ignore[arg-type]
                    break
            else:
                raise InputError(
                    "revocation_lists", "no listed root signed it.", "Ask its State for the list again."
                )
            revoked = {entry.serial_number: entry.revocation_date_utc for entry in crl}
            found = _RevocationList(crl.last_update_utc, crl.next_update_utc, revoked)
        except InputError:
            raise
        except _FAULTS as error:
            raise InputError(
                "revocation_lists", f"cannot be read ({error}).", "Ask for the list again."
            ) from None
        self._revocations.setdefault(root, []).append(found)


def _readable(signer: Signer) -> str:
    return signer.name.removeprefix("CN=")


def _say(answer: str, code: str, words: str, **values: str) -> Verdict:
    return Verdict("issuer trust", answer, code, words, RULE, values)


def _read_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate that may be hostile; whatever the library makes of it, the answer is a verdict."""
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a warning about a stranger's certificate helps nobody here
            certificate = x509.load_der_x509_certificate(der)
            for read in _PARTS:  # parts are read lazily: read all of them here, where a fault is told
                read(certificate)
            positive = certificate.serial_number > 0
    except Exception as error:  # other versions of the library refuse more, and in other words
        raise MalformedError(_("The signer's certificate cannot be read.")) from error
    if not positive:  # RFC 5280 section 4.1.2.2; some versions only warn
        raise MalformedError(_("The number of the signer's certificate is not positive."))
    return certificate


_QUIET = threading.Lock()  # the filter of warnings is one for the whole process
_FAULTS = (  # all that cryptography raises on a revocation list that it cannot read
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_PARTS: tuple[Callable[[x509.Certificate], Any], ...] = (
    lambda c: c.extensions,
    lambda c: c.public_key(),
    lambda c: c.signature_hash_algorithm,
    lambda c: c.subject.rfc4514_string(),
    lambda c: c.issuer.public_bytes(),
    lambda c: c.not_valid_before_utc,
    lambda c: c.not_valid_after_utc,
)


def _signer(certificate: x509.Certificate, anchor: _Root | None) -> Signer:
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    usage = _extension(certificate, x509.KeyUsage)
    constraints = _extension(certificate, x509.BasicConstraints)
    understood = all(e.oid in _UNDERSTOOD for e in certificate.extensions if e.critical)
    return Signer(
        certificate=certificate,
        key=certificate.public_key(),
        name=certificate.subject.rfc4514_string()[:120],
        usages=None if extended is None else frozenset(oid.dotted_string for oid in extended),
        document_types=_document_types(certificate),
        may_sign=understood
        and (usage is None or usage.digital_signature)
        and not (constraints is not None and constraints.ca),
        start=certificate.not_valid_before_utc,
        end=certificate.not_valid_after_utc,
        anchor=anchor,
    )


def _document_types(certificate: x509.Certificate) -> frozenset[str] | None:
    try:
        value: Any = certificate.extensions.get_extension_for_oid(_DOCUMENT_TYPES).value
    except x509.ExtensionNotFound:
        return None
    try:
        listed = asn1.decode_der(_DocumentTypes, value.value)
        return frozenset(item.as_str() for item in listed.types.as_list())
    except (ValueError, TypeError):
        return frozenset()  # unreadable: it allows nothing


def _extension(certificate: x509.Certificate, kind: type[Any]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def fits_algorithm(key: Any, curve: type[ec.EllipticCurve]) -> bool:
    """Say whether `key` is an elliptic-curve key on `curve`."""
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, curve)
