"""Unpack what a code carries packed, within a bound: a few bytes may not fill the memory of a desk."""

from __future__ import annotations

import zlib

from bordercourse.documents.jcs import MAX_CHARACTERS
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _

__all__ = ["inflate"]

_WITH_HEADER, _WITHOUT_HEADER = zlib.MAX_WBITS, -zlib.MAX_WBITS


def inflate(packed: bytes | bytearray, *, header: bool) -> bytes:
    """Unpack a whole stream of at most 16,384 bytes; nothing may follow it.

    Parameters
    ----------
    packed : bytes or bytearray
        The packed content. It may be hostile.
    header : bool
        Whether it has the header and check sum of zlib (RFC 1950), or is bare DEFLATE (RFC 1951).

    Returns
    -------
    bytes

    Raises
    ------
    MalformedError
        If it is no such stream, is cut off, goes on after its end, or unpacks to more than the bound.
        No more than the bound is ever unpacked.

    Examples
    --------
    >>> inflate(zlib.compress(b"A" * 10), header=True)
    b'AAAAAAAAAA'
    >>> inflate(zlib.compress(bytes(10**6)), header=True)
    Traceback (most recent call last):
        ...
    bordercourse.errors.MalformedError: Unpacked, it is longer than 16384 bytes.
    """
    stream = zlib.decompressobj(_WITH_HEADER if header else _WITHOUT_HEADER)
    try:
        content = stream.decompress(packed, MAX_CHARACTERS + 1)
    except zlib.error:
        raise MalformedError(_("The content is not packed as this format packs it.")) from None
    if len(content) > MAX_CHARACTERS:
        raise MalformedError(_("Unpacked, it is longer than {n} bytes.").format(n=MAX_CHARACTERS))
    if not stream.eof:
        raise MalformedError(_("The packed content is cut off."))
    if stream.unused_data:
        raise MalformedError(_("Something stands behind the packed content."))
    return content
