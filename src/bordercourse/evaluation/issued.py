"""What a class certified: its keys, its certificates, and those that it took back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bordercourse.documents import BadgeIssuer
from bordercourse.errors import InputError
from bordercourse.evaluation.class_key import ClassKey
from bordercourse.evaluation.credential import status_list
from bordercourse.files import DamagedError, read_json, why_not_written, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["CertificateBook", "IssuedCertificate", "KnownKey", "badge_issuers", "read_ledger"]


@dataclass(frozen=True)
class KnownKey:
    """A key that the class has or had.

    Parameters
    ----------
    thumbprint : str
        Its name.
    start : str
        The day on which it was made.
    lost : str
        The day on which it was lost or stolen; empty for the key in use.
    status : str
        The last list of certificates taken back that it signed.
    """

    thumbprint: str
    start: str
    lost: str = ""
    status: str = ""


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate.

    Parameters
    ----------
    person : str
        The participant's identifier.
    number : str
        The certificate's own.
    key : str
        The thumbprint of the key that signed it.
    issued : str
        The day.
    facts : tuple of str
        Name and modules, to see whether a new one is needed.
    revoked : str
        The day on which it was taken back; empty where it was not.
    by_hand : bool
        Whether somebody took it back, and no new one or lost key did.
    """

    person: str
    number: str
    key: str
    issued: str
    facts: tuple[str, ...]
    revoked: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class CertificateBook:
    """All of it: ``certificates/issued.json`` of a course.

    Parameters
    ----------
    class_name : str
        What the certificates call the class.
    keys : tuple of KnownKey
        In the order in which they were made; the last is in use unless it was lost.
    certificates : tuple of IssuedCertificate
        In the order in which they were issued.
    """

    class_name: str = ""
    keys: tuple[KnownKey, ...] = ()
    certificates: tuple[IssuedCertificate, ...] = field(default=())

    @property
    def key(self) -> KnownKey | None:
        """The key in use."""
        return self.keys[-1] if self.keys and not self.keys[-1].lost else None

    def current(self, person: str) -> IssuedCertificate | None:
        """Return the certificate of a person that counts, or None.

        Parameters
        ----------
        person : str
            The identifier.
        """
        own = [one for one in self.certificates if one.person == person and not one.revoked]
        return own[-1] if own else None

    def barred(self, person: str) -> bool:
        """Say whether somebody took the last certificate of a person back: no new one comes by itself.

        Parameters
        ----------
        person : str
            The identifier.
        """
        own = [one for one in self.certificates if one.person == person]
        return bool(own) and own[-1].by_hand

    def with_revoked(self, numbers: Sequence[str], on: date, *, by_hand: bool = False) -> CertificateBook:
        """Return the ledger with certificates taken back.

        Parameters
        ----------
        numbers : sequence of str
            Which.
        on : datetime.date
            The day.
        by_hand : bool
            Whether somebody decided it.
        """
        certificates = tuple(
            replace(one, revoked=on.isoformat(), by_hand=by_hand)
            if one.number in numbers and not one.revoked
            else one
            for one in self.certificates
        )
        return replace(self, certificates=certificates)

    def with_status(self, key: ClassKey, on: date) -> CertificateBook:
        """Return the ledger with a new list of certificates taken back, signed by the key in use.

        Parameters
        ----------
        key : ClassKey
            The key in use.
        on : datetime.date
            The first day for which the list speaks.
        """
        revoked = [one.number for one in self.certificates if one.revoked and one.key == key.thumbprint]
        signed = status_list(key, revoked, on)
        return replace(self, keys=(*self.keys[:-1], replace(self.keys[-1], status=signed)))

    def trust_lines(self, on: date) -> list[dict[str, str]]:
        """Return the lines that an office puts on its own list, one for each key.

        Parameters
        ----------
        on : datetime.date
            The day until which the key in use has signed.
        """
        return [
            {
                "thumbprint": key.thumbprint,
                "name": self.class_name,
                "start": key.start,
                "end": key.lost or on.isoformat(),
                "lost": key.lost,
                "status": key.status,
            }
            for key in self.keys
        ]

    def write(self, folder: Path, on: date) -> None:
        """Write ledger and trust lines.

        Parameters
        ----------
        folder : path
            The course's folder ``certificates``.
        on : datetime.date
            The day.

        Raises
        ------
        InputError
            If they cannot be written.
        """
        whole = {"format": 1, **asdict(self)}
        lines = {"format": 1, "issuers": self.trust_lines(on)}
        try:
            (folder / "public").mkdir(parents=True, exist_ok=True)
            write_whole(folder / "issued.json", json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
            with suppress(OSError):  # it names people; on Windows the folder's own rights hold
                (folder / "issued.json").chmod(0o600)
            write_whole(
                folder / "public" / "trust.json", json.dumps(lines, ensure_ascii=False, indent=1) + "\n"
            )
        except OSError as error:
            raise InputError(str(folder), *why_not_written(error)) from None


def _stored(path: Path, do: str) -> Mapping[str, Any] | None:
    try:
        stored = read_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, DamagedError) as error:
        raise InputError(str(path), _("it cannot be read ({why}).").format(why=error), do) from None
    if not isinstance(stored, dict):
        raise InputError(str(path), _("it is another file."), do)
    return stored


def read_ledger(folder: Path) -> CertificateBook:
    """Return what a course certified; an empty ledger where it has none.

    Parameters
    ----------
    folder : path
        The course's folder ``certificates``.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    path, do = folder / "issued.json", _("Put back a copy of it: it says which certificates are out.")
    stored = _stored(path, do)
    if stored is None:
        return CertificateBook()
    try:
        return CertificateBook(
            str(stored["class_name"]),
            tuple(KnownKey(**one) for one in stored["keys"]),
            tuple(
                IssuedCertificate(**{**one, "facts": tuple(one["facts"])}) for one in stored["certificates"]
            ),
        )
    except (KeyError, TypeError) as error:
        raise InputError(str(path), _("it is another file ({why}).").format(why=error), do) from None


def badge_issuers(path: Path, source: str) -> list[BadgeIssuer]:
    """Return the lines of a class's ``trust.json`` for an office's own list.

    Parameters
    ----------
    path : path
        The file.
    source : str
        Who handed it over, and how.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    do = _("Ask the class for its file trust.json.")
    stored = _stored(path, do)
    try:
        if stored is None:
            raise InputError(str(path), _("it is not there."), do)
        return [BadgeIssuer(**one, source=source) for one in stored["issuers"]]
    except (KeyError, TypeError) as error:
        raise InputError(str(path), _("it is another file ({why}).").format(why=error), do) from None
