"""Personal codes: short enough for a slip of paper, kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from bordercourse.files import read_json, write_whole

__all__ = ["LETTERS_OF_CODES", "PersonalCodes", "new_code"]

LETTERS_OF_CODES = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another: i l o 0 1
_LENGTH = 6
_COST = {"n": 2**14, "r": 8, "p": 1}  # RFC 7914, section 2: about 16 MB and 50 ms a try


def new_code() -> str:
    """Return a code that nobody can guess in a class: one of 887 million."""
    return "".join(secrets.choice(LETTERS_OF_CODES) for _ in range(_LENGTH))


class PersonalCodes:
    """The codes of a class in a file, each as a salted scrypt hash (RFC 7914).

    Parameters
    ----------
    path : path
        The file; it need not be there yet.

    Examples
    --------
    >>> import tempfile
    >>> codes = PersonalCodes(Path(tempfile.mkdtemp(), "codes.json"))
    >>> code = codes.give("st1")
    >>> codes.right("st1", f" {code[:3].upper()}-{code[3:]}"), codes.right("st1", "wrong")
    (True, False)
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def _stored(self) -> dict[str, dict[str, str]]:
        try:
            return dict(read_json(self.path.read_bytes()))
        except FileNotFoundError:
            return {}

    def without(self, ids: Iterable[str]) -> list[str]:
        """Return those of `ids` who have no code yet."""
        stored = self._stored()
        return [id for id in ids if id not in stored]

    def give(self, id: str) -> str:
        """Make a code for somebody, in place of an older one, and return it. It is nowhere else in clear."""
        code, salt = new_code(), secrets.token_bytes(16)
        stored = {**self._stored(), id: {"salt": salt.hex(), "hash": _hash(code, salt)}}
        write_whole(self.path, json.dumps(stored, indent=1) + "\n")
        self.path.chmod(0o600)
        return code

    def right(self, id: str, code: str) -> bool:
        """Tell whether `code`, as somebody typed it, is the code of `id`."""
        known = self._stored().get(id)
        salt = bytes.fromhex(known["salt"]) if known else bytes(16)
        given = _hash("".join(code.lower().split()).replace("-", ""), salt)  # as long for a name unknown
        return known is not None and hmac.compare_digest(given, known["hash"])


def _hash(code: str, salt: bytes) -> str:
    return hashlib.scrypt(code.encode(), salt=salt, **_COST).hex()
