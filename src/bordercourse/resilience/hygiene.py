"""Hygiene of trust: lists that are old, signers used too long, seals outside their signer's dates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
from cryptography import x509

from bordercourse.documents.kinds import DER, Moment
from bordercourse.documents.signers import LIST_FAULTS, read_certificate
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Several, Text, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HygieneReport", "SignerUse", "trust_hygiene"]

LIST_DAYS = 90
SIGNER_DAYS = 92  # three months, at their longest
SIGNER_DOCUMENTS = 100_000
ENDING_DAYS = 30


@checked(
    key_identifier=Text(),
    certificate=DER,
    first_used=Moment(),
    last_used=Moment(),
    documents=Whole(low=1),
)
@dataclass(frozen=True)
class SignerUse:
    """A signer's certificate, and when it was used.

    Parameters
    ----------
    key_identifier : str
        The name under which a list or a code knows it.
    certificate : bytes
        X.509 certificate, DER.
    first_used, last_used : date
        Days of the first and the last document that it sealed.
    documents : int
        How many documents it sealed.
    """

    key_identifier: str
    certificate: bytes
    first_used: datetime
    last_used: datetime
    documents: int


@dataclass(frozen=True, repr=False)
class HygieneReport(Result):
    """What is out of order among lists and signers.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a finding: finding, which, detail, do.
    lists, signers : int
        How many were looked at.
    on : datetime.datetime
        The day for which it was asked.
    """

    table: pd.DataFrame
    lists: int
    signers: int
    on: datetime

    def sentence(self) -> str:
        """Return how much is out of order, in one line."""
        return _("{n} findings among {l} revocation lists and {s} signers, on {day:%Y-%m-%d}").format(
            n=len(self.table), l=self.lists, s=self.signers, day=self.on
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the findings."""
        return self.table


Row = tuple[str, str, str, str]


@checked(
    revocation_lists=Several(DER),
    signers=Several(A(SignerUse, do=mark("Give SignerUse(key_identifier, certificate, ...)."))),
    on=Moment(),
)
def trust_hygiene(
    revocation_lists: Sequence[bytes], signers: Sequence[SignerUse], on: str | datetime
) -> HygieneReport:
    """Report what is out of order among revocation lists and signers.

    A revocation list is old after 90 days, even where its own date of the next one is later. A signer is
    used too long after three months or 100,000 documents. A seal outside its signer's dates, a signer that
    ends within 30 days, and two different signers under one identifier are told too.

    *What the result is not.* No verdict on a document, and no check of signatures: `documents.TrustList`
    takes no list that nobody on it signed. A holder is not to blame for an old list. What must
    be said at a desk is "cannot say", and the list is fetched.

    Parameters
    ----------
    revocation_lists : sequence of bytes
        X.509 revocation lists (DER), as they lie on the officer's device.
    signers : sequence of SignerUse
        Signers, and when they were used.
    on : date
        The day for which it is asked.

    Returns
    -------
    HygieneReport
        The findings.

    Raises
    ------
    InputError
        If a list or a certificate cannot be read.

    References
    ----------
    ICAO, "Certificate Revocation Lists", icao.int, and Doc 9303-12, 8th edition, 2021: a list every 90 days,
    even if nothing is revoked. A signer for
    at most three months or 100,000 documents is the practice that a maker of such systems prints
    (netrust.net).

    Examples
    --------
    >>> from bordercourse.documents import make_revocation_list, make_root
    >>> root = make_root("Root", "UTO")
    >>> old = make_revocation_list(root, {}, start="2025-01-01", end="2026-01-01")
    >>> trust_hygiene([old], [], on="2025-06-02").table["detail"][0]
    'made 152 days ago'
    """
    at: datetime = on  # type: ignore[assignment]
    rows = [row for der in revocation_lists for row in _of_list(der, at)]
    names = defaultdict(set)
    for use in signers:
        rows += _of_signer(use, at)
        names[use.key_identifier].add(use.certificate)
    for name, certificates in names.items():
        if len(certificates) > 1:
            rows.append(
                (
                    _("two signers with one identifier"),
                    name,
                    _("{n} certificates").format(n=len(certificates)),
                    _("Try every signer with it before you say no."),
                )
            )
    table = pd.DataFrame(rows, columns=["finding", "which", "detail", "do"])
    return HygieneReport(table, len(revocation_lists), len(signers), at)


def _of_list(der: bytes, on: datetime) -> list[Row]:
    try:
        crl = x509.load_der_x509_crl(der)
        made, until = crl.last_update_utc, crl.next_update_utc
        which = crl.issuer.rfc4514_string().removeprefix("CN=")
    except LIST_FAULTS as error:
        raise InputError(
            "revocation_lists",
            _("one cannot be read ({error}).").format(error=error),
            _("Ask its State for the list again."),
        ) from None
    fetch = _("Fetch the list. Who is on it stays revoked; of others you cannot say.")
    rows = []
    if on - made > timedelta(days=LIST_DAYS):
        detail = _("made {n} days ago").format(n=(on - made).days)
        rows.append((_("list older than 90 days"), which, detail, fetch))
    if until is not None and until < on:
        detail = _("its next one was due on {day:%Y-%m-%d}").format(day=until)
        rows.append((_("list has ended"), which, detail, fetch))
    if made > on:
        rows.append((_("list is not yet valid"), which, f"{made:%Y-%m-%d}", _("Look at the clock.")))
    return rows


def _of_signer(use: SignerUse, on: datetime) -> list[Row]:
    try:
        certificate = read_certificate(use.certificate)
    except MalformedError as error:
        raise InputError(
            "signers", f"{use.key_identifier}: {error}", _("Ask its State for it again.")
        ) from None
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    which = use.key_identifier
    days = (use.last_used - use.first_used).days
    rows = []
    if days < 0:
        raise InputError("signers", _("{w}: last used before first used.").format(w=which), _("Look again."))
    if days > SIGNER_DAYS:
        rows.append(
            (
                _("signer used too long"),
                which,
                _("{n} days").format(n=days),
                _("Ask its State for a new one."),
            )
        )
    if use.documents > SIGNER_DOCUMENTS:
        detail = _("{n:,} documents").format(n=use.documents)
        rows.append((_("signer used too often"), which, detail, _("Ask its State for a new one.")))
    outside = [day for day in (use.first_used, use.last_used) if not start <= day <= end]
    if outside:
        detail = _("sealed on {day:%Y-%m-%d}, valid {start:%Y-%m-%d} to {end:%Y-%m-%d}").format(
            day=outside[0], start=start, end=end
        )
        rows.append(
            (_("seal outside its signer's dates"), which, detail, _("Ask its State; blame no holder."))
        )
    if on <= end <= on + timedelta(days=ENDING_DAYS):
        detail = _("ends on {day:%Y-%m-%d}").format(day=end)
        rows.append((_("signer ends soon"), which, detail, _("Have the next one on the list.")))
    return rows
