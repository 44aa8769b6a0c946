"""The certificate of a class that is served over https: made here for its address, or brought along."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bordercourse.classroom.premises import Premises
from bordercourse.errors import InputError
from bordercourse.files import why_not_written
from bordercourse.i18n import gettext as _

__all__ = ["RoomCertificate", "own_certificate", "taken_certificate"]

_CERTIFICATE, _KEY = "room-certificate.pem", "room-key.pem"
_LASTS, _AT_LEAST = timedelta(days=90), timedelta(days=14)
_CLOCKS = timedelta(days=2)  # laptops whose clock is late must not find it too young


@dataclass(frozen=True)
class RoomCertificate:
    """What stands at the door of a class.

    Parameters
    ----------
    certificate, key : path
        Where both are kept, for the administrator alone.
    host : str
        What people type: the address of this computer, or the name in a certificate that was brought along.
    fingerprint : str
        SHA-256 of the certificate, as browsers show it.
    """

    certificate: Path
    key: Path
    host: str
    fingerprint: str


def own_certificate(premises: Premises, address: str) -> RoomCertificate:
    """Return a certificate that this computer made for its own address; no authority vouches for it.

    The one that is there stays as long as it is for this address and lasts: its fingerprint may be printed.

    Parameters
    ----------
    premises : Premises
        The class.
    address : str
        The address at which it is served.
    """
    path, now = premises.records / _CERTIFICATE, datetime.now(UTC)
    try:
        there = x509.load_pem_x509_certificate(path.read_bytes())
        keep = (
            there.issuer == there.subject
            and address in _hosts(there)
            and there.not_valid_after_utc > now + _AT_LEAST
            and _fits(path, premises.records / _KEY)
        )
    except (OSError, ValueError):
        keep = False
    if not keep:
        made = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"bordercourse {premises.name}"[:64])])
        there = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(made.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _CLOCKS)
            .not_valid_after(now + _LASTS)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(made, hashes.SHA256())
        )
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        premises.keep(_KEY, pem.decode("ascii"))
        premises.keep(_CERTIFICATE, there.public_bytes(Encoding.PEM).decode("ascii"))
    return RoomCertificate(path, premises.records / _KEY, address, _fingerprint(there))


def taken_certificate(premises: Premises, certificate: Path, key: Path, address: str) -> RoomCertificate:
    """Take a certificate that an authority signed, with its key, into the records of a class.

    Parameters
    ----------
    premises : Premises
        The class.
    certificate, key : path
        Both as PEM; the certificate first in its file, those of the authorities behind it.
    address : str
        The address of this computer.

    Raises
    ------
    InputError
        If one cannot be read, they do not belong together, or the certificate is not valid now.
    """
    try:
        pem, secret = (path.read_text(encoding="ascii") for path in (certificate, key))
        there = x509.load_pem_x509_certificate(pem.encode())
    except OSError as error:
        raise InputError(str(error.filename), *why_not_written(error)) from None
    except ValueError:
        raise InputError(
            str(certificate),
            _("it is no certificate in the form PEM."),
            _("Its first line is -----BEGIN CERTIFICATE-----. Ask who made it for this form."),
        ) from None
    now, hosts = datetime.now(UTC), _hosts(there)
    if not _fits(certificate, key):
        raise InputError(
            str(key),
            _("it is not the key of this certificate, or it has a passphrase."),
            _("Give the key that was made with the certificate, without a passphrase."),
        )
    if not there.not_valid_before_utc <= now <= there.not_valid_after_utc:
        raise InputError(
            str(certificate),
            _("it is valid from {first} to {last}, and today is {now}.").format(
                first=there.not_valid_before_utc.date(), last=there.not_valid_after_utc.date(), now=now.date()
            ),
            _("Take a certificate of today, and look at the clock of this computer."),
        )
    names = [address] if address in hosts else [host for host in hosts if not host.startswith("*")]
    if not names:
        raise InputError(
            str(certificate),
            _("it names neither {address} nor a name that people could type.").format(address=address),
            _("Ask for a certificate with the name under which the class is found in this network."),
        )
    kept = premises.keep(_CERTIFICATE, pem), premises.keep(_KEY, secret)
    return RoomCertificate(*kept, names[0], _fingerprint(there))


def _hosts(certificate: x509.Certificate) -> list[str]:
    """Return the addresses and names that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(one.value) for one in names if isinstance(one, x509.IPAddress | x509.DNSName)]


def _fits(certificate: Path, key: Path) -> bool:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(
            certificate, key, password=""
        )  # an empty one, or OpenSSL asks at the terminal
    except (OSError, ValueError):
        return False
    return True


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
