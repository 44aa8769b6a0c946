"""Make roots, signers and revocation lists for practice, the same ones from the same seed.

The keys follow from a seed that anyone can read. They serve exercises and tests, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bordercourse.documents.kinds import Moment
from bordercourse.documents.trust import Usage
from bordercourse.documents.verdicts import moment
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Input, Text, checked, shown

__all__ = ["Authority", "make_revocation_list", "make_root", "make_signer"]

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, FIPS 186-5


@dataclass(frozen=True)
class Authority:
    """A name, the State it acts for, its private key and its certificate."""

    name: str
    state: str
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate = field(repr=False)

    @property
    def der(self) -> bytes:
        """The certificate as bytes (DER)."""
        return self.certificate.public_bytes(Encoding.DER)


def _key(seed: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(hashlib.sha512(f"bordercourse practice {seed}".encode()).digest(), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def _name(name: str) -> x509.Name:
    # No country attribute: UT is no ISO code, and Utopia is no country. The anchor carries the State.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _serial(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(f"serial {seed}".encode()).digest()[:8], "big") or 1


def _builder(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, start: str, end: str, seed: str
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(_serial(seed))
        .not_valid_before(moment(start))
        .not_valid_after(moment(end))
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class CommonName(Text):
    """A name of 1 to 64 characters, as a certificate can hold it."""

    def read(self, value: Any, name: str) -> str:
        """Return the name."""
        text = super().read(value, name)
        if len(text) > 64:
            raise InputError(
                name, _("it has {n} characters.").format(n=len(text)), _("A certificate holds 64 at most.")
            )
        return text


class Revoked(Input):
    """The day of revocation of each signer."""

    def read(self, value: Any, name: str) -> dict[Authority, datetime]:
        """Return the moments by signer."""
        if not isinstance(value, Mapping):
            raise InputError(
                name,
                _("{value} is not a mapping.").format(value=shown(value)),
                _('Give {{signer: "2025-02-10"}}.').format(),
            )
        return {AUTHORITY.read(who, name): Moment().read(day, name) for who, day in value.items()}


COMMON_NAME = CommonName()
AUTHORITY = A(Authority, do=mark("Make it with make_root or make_signer."))


def _in_order(start: str, end: str) -> None:
    """Refuse a span that ends before it begins, or begins before certificates could."""
    if not datetime(1950, 1, 1, tzinfo=UTC) <= moment(start) <= moment(end):
        raise InputError(
            "start, end",
            _("{start} to {end} is no span of time.").format(start=start, end=end),
            _("Give the earlier day first, 1950 or later."),
        )


@checked(name=COMMON_NAME, state=Text(), start=Moment(), end=Moment())
def make_root(name: str, state: str, *, start: str = "2020-01-01", end: str = "2035-01-01") -> Authority:
    """Make a root for practice; the same name gives the same key and the same bytes.

    Parameters
    ----------
    name, state : str
        Its name, and the three-letter code of the State that it acts for.
    start, end : str
        From when until when its certificate is valid, such as ``"2020-01-01"``.

    Returns
    -------
    Authority

    Raises
    ------
    InputError
        If the name is longer than 64 characters, or the span is no span of time.

    Examples
    --------
    >>> make_root("Ruritania Registry Root", "RUR")
    Authority(name='Ruritania Registry Root', state='RUR')
    """
    _in_order(start, end)
    key = _key(name)
    certificate = (
        _builder(name, name, key, start, end, name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return Authority(name, state, key, certificate)


@checked(
    name=COMMON_NAME,
    root=AUTHORITY,
    usage=A(Usage, do=mark("Take one of CIVIL, HEALTH, CORRECTIONS, REQUEST, ANSWER.")),
    start=Moment(),
    end=Moment(),
)
def make_signer(
    name: str, root: Authority, usage: Usage, *, start: str = "2023-01-01", end: str = "2026-01-01"
) -> Authority:
    """Make a signer for one usage under `root`, for practice.

    Parameters
    ----------
    name : str
        Its name; the same name under the same root gives the same key.
    root : Authority
        Who signs its certificate.
    usage : Usage
        What it may sign.
    start, end : str
        From when until when its certificate is valid.

    Returns
    -------
    Authority

    Raises
    ------
    InputError
        As `make_root`; also a root or usage that is none.
    """
    _in_order(start, end)
    key = _key(f"{root.name} / {name}")
    certificate = (
        _builder(name, root.name, key, start, end, f"{root.name} / {name}")
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(usage.oid)]), critical=True)
        .sign(root.key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return Authority(name, root.state, key, certificate)


@checked(root=AUTHORITY, revoked=Revoked(), start=Moment(), end=Moment())
def make_revocation_list(
    root: Authority, revoked: Mapping[Authority, str] | None = None, *, start: str, end: str
) -> bytes:
    """Make a revocation list (DER), for practice.

    Parameters
    ----------
    root : Authority
        Who signs it.
    revoked : mapping, optional
        The day of revocation of each signer that it names.
    start, end : str
        The days for which it speaks.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        If an authority or a day is none, or the span is no span of time.
    """
    _in_order(start, end)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_name(root.name))
        .last_update(moment(start))
        .next_update(moment(end))
    )
    for signer, day in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(signer.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(moment(day)).build())
    signed = builder.sign(root.key, hashes.SHA256(), ecdsa_deterministic=True)
    return signed.public_bytes(Encoding.DER)
