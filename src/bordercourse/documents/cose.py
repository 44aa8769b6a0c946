"""The envelope of the EU certificate: one signature over CBOR (COSE_Sign1, RFC 9052).

`cbor2` reads and writes CBOR, `cryptography` checks signatures; between them stands the one list that COSE
signs. The libraries for all of COSE hold `cbor2` at a version that cannot refuse a name that stands twice.
"""

from __future__ import annotations

import io
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bordercourse.documents.signers import fits_p256
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SIGNATURE_RULE", "Sign1", "read_cbor", "read_sign1"]

SIGNATURE_RULE = "RFC 9052 section 4.4 (COSE_Sign1); RFC 9053 section 2.1 (ES256); RFC 8230 section 2 (PS256)"
ALGORITHM, KEY_ID = 1, 4  # the labels of RFC 9052, table 3
ALGORITHMS = {-7: "ES256", -37: "PS256"}
_SIGN1, _CWT = 18, 61  # the tags of RFC 9052 section 2 and RFC 8392 section 6
_MAPS, _LISTS = (dict, cbor2.frozendict), (list, tuple)  # under a tag: what cannot be changed
_DEEPEST = 16
_LEAST_RSA = 2048
_HASH = hashes.SHA256()
_PSS = padding.PSS(padding.MGF1(_HASH), salt_length=_HASH.digest_size)


class Sign1(NamedTuple):
    """A signed envelope that was taken apart.

    Attributes
    ----------
    content : bytes
        What it carries.
    algorithm : str
        ``ES256`` or ``PS256``.
    key_id : bytes or None
        Which key signed it; the signed header wins over the unsigned one.
    signed : bytes
        The bytes that the signer signed.
    signature : bytes
        The signature.
    """

    content: bytes
    algorithm: str
    key_id: bytes | None
    signed: bytes
    signature: bytes

    def fits(self, key: Any) -> bool:
        """Say whether the signature was made with the private half of `key` over exactly these bytes."""
        if self.algorithm == "ES256":
            return fits_p256(key, self.signature, self.signed)
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _LEAST_RSA:
            return False
        try:
            key.verify(self.signature, self.signed, _PSS, _HASH)
        except InvalidSignature:
            return False
        return True


def read_cbor(raw: bytes) -> Any:
    """Read one value in CBOR: bounded depth, no name twice.

    Raises
    ------
    MalformedError
        For anything else. No other exception leaves this function.
    """
    try:
        return cbor2.loads(raw, max_depth=_DEEPEST, allow_duplicate_keys=False)
    except Exception as error:  # tags call other libraries, which raise in their own ways
        raise MalformedError(_("The content is not CBOR.")) from error


def read_sign1(raw: bytes, *, external: bytes = b"") -> Sign1:
    """Take an envelope apart without trusting any of it.

    Parameters
    ----------
    raw : bytes
        The envelope: bare, with the tag of COSE_Sign1, or with the tag of a CWT around that.
    external : bytes
        What was signed besides (RFC 9052 section 4.3); health certificates sign nothing besides.

    Raises
    ------
    MalformedError
        If it is no such envelope, or its algorithm is neither ES256 nor PS256.
    """
    whole = _whole(raw)
    if type(whole) is cbor2.CBORTag:
        for tag in (_CWT, _SIGN1):
            if type(whole) is cbor2.CBORTag and whole.tag == tag:
                whole = whole.value
    if type(whole) not in _LISTS or len(whole) != 4:
        raise MalformedError(_("It is no signed envelope (COSE_Sign1)."))
    packed, unprotected, content, signature = whole
    if not type(packed) is type(content) is type(signature) is bytes or type(unprotected) not in _MAPS:
        raise MalformedError(_("A part of the signed envelope is not what it must be."))
    protected = _protected(packed)
    number = protected.get(ALGORITHM, unprotected.get(ALGORITHM))
    algorithm = ALGORITHMS.get(number) if type(number) is int else None
    if algorithm is None:
        raise MalformedError(_("The signature algorithm is neither ES256 nor PS256."))
    if algorithm == "ES256" and len(signature) != 64:
        raise MalformedError(_("The signature has the wrong length."))
    key_id = protected.get(KEY_ID, unprotected.get(KEY_ID))
    if key_id is not None and type(key_id) is not bytes:
        raise MalformedError(_("The key identifier is not made of bytes."))
    signed = cbor2.dumps(["Signature1", packed if protected else b"", external, content])
    return Sign1(content, algorithm, key_id, signed, signature)


def _whole(raw: bytes) -> Any:
    """Read an envelope with nothing behind it. What stands inside is signed as it is, to its last byte."""
    stream = io.BytesIO(raw)
    try:
        whole = cbor2.load(stream, max_depth=_DEEPEST, allow_duplicate_keys=False)
    except Exception as error:  # as in read_cbor
        raise MalformedError(_("It is no signed envelope (COSE_Sign1).")) from error
    if stream.read(1):
        raise MalformedError(_("Something stands behind the signed envelope."))
    return whole


@lru_cache(maxsize=256)  # a signer writes the same header for every certificate
def _protected(packed: bytes) -> Mapping[Any, Any]:
    protected = read_cbor(packed) if packed else {}
    if type(protected) not in _MAPS:
        raise MalformedError(_("A part of the signed envelope is not what it must be."))
    return MappingProxyType(protected)
