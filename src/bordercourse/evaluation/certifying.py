"""Certify a class: make its key, issue, take back, and issue again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.evaluation.baking import baked_png, baked_svg
from bordercourse.evaluation.certificate_page import certificate_page
from bordercourse.evaluation.class_key import ClassKey, make_key
from bordercourse.evaluation.class_results import ClassResults
from bordercourse.evaluation.credential import Participation, credential, sign_credential
from bordercourse.evaluation.issued import CertificateBook, IssuedCertificate, KnownKey, read_ledger
from bordercourse.files import put_in_place, why_not_written, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["COURSE", "issue", "key_path", "replace_key", "take_back"]

COURSE = "Legal identity and humane border management"


def key_path(folder: Path) -> Path:
    """Return where the key of a class lies, in the course's folder ``certificates``."""
    return folder / "keys" / "class-key.pem"


def replace_key(folder: Path, passphrase: str, class_name: str, on: date) -> CertificateBook:
    """Put a new key in the place of one that was lost or stolen, or make the first.

    Every certificate of a lost key loses its worth: nobody can say any more who signed with it. They are
    taken back, and `issue` makes new ones.

    Parameters
    ----------
    folder : path
        The course's folder ``certificates``.
    passphrase : str
        For the new key.
    class_name : str
        What the certificates call the class.
    on : datetime.date
        The day.
    """
    ledger, path = read_ledger(folder), key_path(folder)
    if path.exists():
        try:
            put_in_place(path, path.with_name(f"lost-{datetime.now(UTC):%Y%m%dT%H%M%S}.pem"))
        except OSError as error:
            raise InputError(str(path), *why_not_written(error)) from None
    key = make_key(path, passphrase)
    day = on.isoformat()
    old = tuple(one if one.lost else replace(one, lost=day) for one in ledger.keys)
    gone = [one.number for one in ledger.certificates]
    ledger = replace(
        ledger.with_revoked(gone, on),
        class_name=class_name or ledger.class_name,
        keys=(*old, KnownKey(key.thumbprint, day)),
    ).with_status(key, on)
    ledger.write(folder, on)
    return ledger


def issue(
    results: ClassResults,
    folder: Path,
    key: ClassKey,
    on: date,
    *,
    people: Sequence[str] = (),
    valid_until: date | None = None,
    again: bool = False,
) -> list[str]:
    """Certify who handed in an exercise; who holds a certificate that still says the truth keeps it.

    Parameters
    ----------
    results : ClassResults
        The class.
    folder : path
        The course's folder ``certificates``.
    key : ClassKey
        The key in use.
    on : datetime.date
        The day of issue.
    people : sequence of str
        Identifiers; everybody where left out.
    valid_until : datetime.date, optional
        The last day; they do not end where left out.
    again : bool
        Whether to issue anew what is out already; the earlier certificate is taken back.

    Returns
    -------
    list of str
        What was done, a line each.

    Raises
    ------
    InputError
        If the key is not the one in use, a person is not in the class, or nothing can be written.
    """
    ledger = read_ledger(folder)
    if ledger.key is None or ledger.key.thumbprint != key.thumbprint:
        raise InputError(
            str(key_path(folder)),
            _("this is not the key that the class uses."),
            _("Put back the right file, or make a new key: bordercourse certify keys --lost."),
        )
    by_id = {one.id.casefold(): one for one in results.people}
    unknown = [id for id in people if id.casefold() not in by_id]
    if unknown:
        raise InputError(
            "--person", _("{id} is not in the class.").format(id=unknown[0]), _("Look at the roster.")
        )
    lines, counts = list[str](), {"new": 0, "kept": 0}
    for person in [by_id[id.casefold()] for id in people] or results.people:
        modules = tuple(m for m in results.modules if m[:1].isdigit() and results.handed_in.loc[person.id, m])
        if not modules:
            continue
        if ledger.barred(person.id) and not people:
            told = _("{id}: the certificate was taken back. A new one comes only with --person {id}.")
            lines.append(told.format(id=person.id))
            continue
        if not person.name:
            lines.append(_("{id}: no name is known, so there is no certificate.").format(id=person.id))
            continue
        known = ledger.current(person.id)
        facts = (person.name, *modules)
        if known and known.facts == facts and not again:
            counts["kept"] += 1
            continue
        earlier = [known.number] if known else []
        numbers = tuple(m.partition("-")[0] for m in modules)
        said = Participation(person.name, COURSE, numbers, ledger.class_name, on, valid_until)
        whole = credential(said, key.issuer)
        _write_for(folder / "people" / person.id, whole, modules, key)
        issued = IssuedCertificate(person.id, whole["id"], key.thumbprint, on.isoformat(), facts)
        ledger = ledger.with_revoked(earlier, on)
        ledger = replace(ledger, certificates=(*ledger.certificates, issued))
        # After each, so that no certificate is out of which the ledger knows nothing.
        ledger.write(folder, on)
        counts["new"] += 1
    ledger.with_status(key, on).write(folder, on)
    return [*lines, _("Certificates: {new} issued, {kept} as they were.").format(**counts)]


def _write_for(folder: Path, whole: dict[str, object], modules: Sequence[str], key: ClassKey) -> None:
    token = sign_credential(whole, key)
    files: dict[str, str | bytes] = {
        "certificate.html": certificate_page(whole, modules, token, key.thumbprint),
        "certificate.json": json.dumps(whole, ensure_ascii=False, indent=1) + "\n",
        "certificate.jwt": token + "\n",
        "badge.png": baked_png(token),
        "badge.svg": baked_svg(token),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            folder.parent.chmod(0o700)
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise InputError(str(folder), *why_not_written(error)) from None


def take_back(folder: Path, wanted: str, key: ClassKey, on: date) -> str:
    """Take a certificate back, and sign the list that says so.

    Parameters
    ----------
    folder : path
        The course's folder ``certificates``.
    wanted : str
        The number of the certificate, or the identifier of the person.
    key : ClassKey
        The key in use.
    on : datetime.date
        The day.

    Returns
    -------
    str
        What was done.

    Raises
    ------
    InputError
        If no such certificate is out.
    """
    ledger = read_ledger(folder)
    out = [one for one in ledger.certificates if not one.revoked]
    numbers = [one.number for one in out if wanted in (one.number, one.person)]
    if not numbers:
        raise InputError(
            wanted, _("no certificate of this number or person is out."), _("Look into issued.json.")
        )
    ledger.with_revoked(numbers, on, by_hand=True).with_status(key, on).write(folder, on)
    return _("Taken back: {numbers}. Give the new trust.json to every office that checks.").format(
        numbers=", ".join(numbers)
    )
