"""The key of a class: made on the instructor's machine, kept under a passphrase, and never sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc import jws
from joserfc.jwk import RSAKey

from bordercourse.documents.badge_issuers import URN, TokenWithKey, badge_thumbprint
from bordercourse.errors import InputError
from bordercourse.files import why_not_written, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["ClassKey", "make_key", "read_key"]

_SHORTEST = 8  # letters of a passphrase


@dataclass(frozen=True)
class ClassKey:
    """A private key.

    Parameters
    ----------
    private : object
        As the library holds it.
    public : dict
        Its public part, as a JWK.
    """

    private: Any = field(repr=False)
    public: dict[str, Any]

    @property
    def thumbprint(self) -> str:
        """The name of the key: SHA-256 of its public part (RFC 7638)."""
        return badge_thumbprint(self.public)

    @property
    def issuer(self) -> str:
        """The key as the identifier of an issuer (RFC 9278)."""
        return URN + self.thumbprint

    def sign(self, content: bytes) -> str:
        """Return a compact JWS (RS256) that carries the public key in its header.

        Parameters
        ----------
        content : bytes
            What is signed.
        """
        header = {"alg": "RS256", "typ": "JWT", "jwk": self.public}
        return jws.serialize_compact(
            header, content, self.private, registry=TokenWithKey(algorithms=["RS256"])
        )


def _of(pem: bytes) -> ClassKey:
    private = RSAKey.import_key(pem)
    public = private.as_dict(private=False)
    return ClassKey(private, {name: str(public[name]) for name in ("e", "kty", "n")})


def make_key(path: Path, passphrase: str) -> ClassKey:
    """Make a key of 2048 bits and keep it, encrypted, where there is none.

    Parameters
    ----------
    path : path
        The file.
    passphrase : str
        What opens it; eight letters at least.

    Raises
    ------
    InputError
        If a file is there already, the passphrase is short, or nothing can be written.
    """
    if path.exists():
        raise InputError(
            str(path), _("there is a key already."), _("Use it. Only a lost or stolen key is replaced.")
        )
    if len(passphrase) < _SHORTEST:
        raise InputError(
            _("the passphrase"),
            _("it has fewer than {n} letters.").format(n=_SHORTEST),
            _("Take three or four words that nobody guesses."),
        )
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    lock = BestAvailableEncryption(passphrase.encode())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # on Windows the folder's own rights hold
            path.parent.chmod(0o700)
        write_whole(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
        with suppress(OSError):
            path.chmod(0o600)
    except OSError as error:
        raise InputError(str(path), *why_not_written(error)) from None
    return read_key(path, passphrase)


def read_key(path: Path, passphrase: str) -> ClassKey:
    """Open the key of a class.

    Parameters
    ----------
    path : path
        The file.
    passphrase : str
        What opens it.

    Raises
    ------
    InputError
        If there is none, or the passphrase is another.
    """
    from cryptography.hazmat.primitives.serialization import NoEncryption

    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            str(path), _("there is no key."), _("Make one: bordercourse certify keys.")
        ) from None
    except OSError as error:
        raise InputError(str(path), *why_not_written(error)) from None
    try:
        private = load_pem_private_key(data, passphrase.encode())
    except (ValueError, TypeError):
        raise InputError(
            str(path),
            _("the passphrase does not open it."),
            _("Type it again. If nobody knows it any more: bordercourse certify keys --lost."),
        ) from None
    return _of(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
