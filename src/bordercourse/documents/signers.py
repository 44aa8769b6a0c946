"""Read a signer's certificate that may be hostile: what it allows, and what of it can be relied on."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import ExtensionOID

from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = [
    "LIST_FAULTS",
    "Allowed",
    "extension",
    "fits_ecdsa",
    "fits_p256",
    "read_allowed",
    "read_certificate",
]

#: All that cryptography raises on a revocation list that it cannot read.
LIST_FAULTS = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
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


@asn1.sequence
class _DocumentTypes:
    """ICAO's documentTypeList: which two-letter document types a signer may seal."""

    version: int
    types: Annotated[asn1.SetOf[asn1.PrintableString], asn1.Size(min=0, max=32)]


@dataclass(frozen=True)
class Allowed:
    """What a certificate allows its holder to sign, and when.

    Attributes
    ----------
    usages : frozenset of str or None
        Object identifiers of its extended key usages; None where it has none.
    document_types : frozenset of str or None
        ICAO's two-letter types of documents; None where it is not limited to any.
    may_sign : bool
        Whether it is a certificate for signing documents, and all that is critical in it is understood.
    start, end : datetime.datetime
        From when until when.
    """

    usages: frozenset[str] | None
    document_types: frozenset[str] | None
    may_sign: bool
    start: datetime
    end: datetime

    def allows(self, oids: frozenset[str], *, required: bool, document_type: str | None = None) -> bool:
        """Say whether its holder may sign documents of this usage.

        Parameters
        ----------
        oids : frozenset of str
            Object identifiers of the usage; one of them is enough.
        required : bool
            Whether a certificate without any extended key usage is not enough.
        document_type : str, optional
            ICAO's two-letter type of the document.
        """
        fits = not oids.isdisjoint(self.usages) if self.usages else not required
        if document_type and self.document_types is not None:
            fits = fits and document_type in self.document_types
        return fits and self.may_sign


def read_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate that may be hostile; whatever the library makes of it, the answer is a verdict.

    Raises
    ------
    MalformedError
        If it cannot be read. No other exception leaves this function.
    """
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
_PARTS: tuple[Callable[[x509.Certificate], Any], ...] = (
    lambda c: c.extensions,
    lambda c: c.public_key(),
    lambda c: c.signature_hash_algorithm,
    lambda c: c.subject.rfc4514_string(),
    lambda c: c.issuer.public_bytes(),
    lambda c: c.not_valid_before_utc,
    lambda c: c.not_valid_after_utc,
)


def read_allowed(certificate: x509.Certificate) -> Allowed:
    """Return what a certificate allows its holder to sign, and when."""
    extended = extension(certificate, x509.ExtendedKeyUsage)
    usage = extension(certificate, x509.KeyUsage)
    constraints = extension(certificate, x509.BasicConstraints)
    understood = all(e.oid in _UNDERSTOOD for e in certificate.extensions if e.critical)
    return Allowed(
        usages=None if extended is None else frozenset(oid.dotted_string for oid in extended),
        document_types=_document_types(certificate),
        may_sign=understood
        and (usage is None or usage.digital_signature)
        and not (constraints is not None and constraints.ca),
        start=certificate.not_valid_before_utc,
        end=certificate.not_valid_after_utc,
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


def extension(certificate: x509.Certificate, kind: type[Any]) -> Any:
    """Return the extension of this kind, or None.

    Parameters
    ----------
    certificate : cryptography.x509.Certificate
        A certificate that :func:`read_certificate` returned.
    kind : type
        A class of extensions of ``cryptography.x509``.
    """
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def fits_ecdsa(
    key: Any, signature: bytes, signed: bytes, curve: type[ec.EllipticCurve], algorithm: ec.ECDSA
) -> bool:
    """Say whether a signature of two numbers (RFC 7518 section 3.4) was made over `signed` with this key.

    Parameters
    ----------
    key : object
        A public key of any kind; one that is not on `curve` fits nothing.
    signature : bytes
        The two numbers, one behind the other.
    signed : bytes
        What was signed.
    curve, algorithm
        The curve, and the hash.
    """
    if type(getattr(key, "curve", None)) is not curve:  # a key of another kind has none
        return False
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    try:
        key.verify(encode_dss_signature(r, s), signed, algorithm)
    except InvalidSignature:
        return False
    return True


def fits_p256(key: Any, signature: bytes, signed: bytes) -> bool:
    """Do as :func:`fits_ecdsa` for ES256: the curve P-256 and SHA-256."""
    return fits_ecdsa(key, signature, signed, ec.SECP256R1, _ES256)


_ES256 = ec.ECDSA(hashes.SHA256())
