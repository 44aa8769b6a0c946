"""Utopia and its neighbour: the authorities, lists and keys that exercises and tests use.

Utopia (UTO) is ICAO's specimen State; Ruritania (RUR) is a neighbour that its list does not know yet.
Every key follows from a public name: a seal made with it proves nothing outside the classroom.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.datasets import SyntheticFrame, load
from bordercourse.documents.authorities import Authority, make_revocation_list, make_root, make_signer
from bordercourse.documents.civil import FIELDS, CorrectionList, issue_certificate, write_corrections
from bordercourse.documents.kinds import Moment, Scanned
from bordercourse.documents.reading import verify_document
from bordercourse.documents.trust import ANSWER, CIVIL, CORRECTIONS, HEALTH, REQUEST, Anchor, TrustList
from bordercourse.documents.verdicts import YES
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Labels, Table, Words, checked
from bordercourse.protection.signs import NO_SIGN, PROTECTION_CHECKS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from bordercourse.documents.verdicts import Verification

__all__ = [
    "NO_SIGN",
    "SEALED_BY",
    "TODAY",
    "border_agency",
    "casebook",
    "certificates",
    "corrections",
    "corrections_text",
    "foreign_registrar",
    "former_registrar",
    "health_signer",
    "register_signer",
    "registrar",
    "registry_root",
    "revoked_registrar",
    "seal_cases",
    "trust_list",
    "verify_case",
    "verify_cases",
]

TODAY = "2025-06-02"  # the day on which every practice case is judged
_LIST_START, _LIST_END = "2025-05-26", "2025-06-09"
CORRECTED = {"UTO-B-C0RR-0001": "corrected", "UTO-M-W1TH-0002": "withdrawn"}


@cache
def registry_root() -> Authority:
    """The root of Utopia's civil registry."""
    return make_root("Utopia Civil Registry Root", "UTO")


@cache
def health_root() -> Authority:
    """The root of Utopia's ministry of health; it may not vouch for civil certificates."""
    return make_root("Utopia Ministry of Health Root", "UTO")


@cache
def registrar() -> Authority:
    """A signer of civil certificates in good standing."""
    return make_signer("Utopia City Registrar", registry_root(), CIVIL)


@cache
def former_registrar() -> Authority:
    """A signer whose certificate ended on the last day of 2023."""
    return make_signer("Harbour Registrar 2021", registry_root(), CIVIL, start="2021-01-01", end="2023-12-31")


@cache
def future_registrar() -> Authority:
    """A signer whose certificate starts in 2026."""
    return make_signer("Hill Registrar 2026", registry_root(), CIVIL, start="2026-01-01", end="2028-01-01")


@cache
def revoked_registrar() -> Authority:
    """A signer that the registry revoked on 10 February 2025."""
    return make_signer("River Registrar", registry_root(), CIVIL)


@cache
def health_signer() -> Authority:
    """A signer of health proofs, under the ministry of health."""
    return make_signer("Utopia Health Office Seal 7", health_root(), HEALTH)


@cache
def foreign_registrar() -> Authority:
    """A registrar of Ruritania, which is not on the list."""
    return make_signer("Ruritania Registrar", make_root("Ruritania Registry Root", "RUR"), CIVIL)


@cache
def register_signer() -> Authority:
    """The signer of answers of Utopia's register."""
    return make_signer("Utopia Register Answers", registry_root(), ANSWER)


@cache
def border_root() -> Authority:
    """The root of Freedonia's border agency, whose officers may ask Utopia's register."""
    return make_root("Freedonia Border Agency Root", "FRE")


@cache
def border_agency() -> Authority:
    """The border agency that asks."""
    return make_signer("Freedonia Verification Desk", border_root(), REQUEST)


@cache
def corrections_text() -> str:
    """Utopia's signed list of corrected and withdrawn certificates."""
    signer = make_signer("Utopia Corrections List", registry_root(), CORRECTIONS)
    return write_corrections(CORRECTED, start=_LIST_START, end=_LIST_END, signer=signer)


def corrections() -> CorrectionList:
    """Utopia's list of corrected certificates, read and verified."""
    return CorrectionList.read(corrections_text(), trust=trust_list())


def anchors() -> tuple[tuple[Anchor, ...], tuple[bytes, ...]]:
    """The lines and revocation lists of the practice trust list."""
    civil = frozenset({CIVIL.name, CORRECTIONS.name, ANSWER.name})
    lines = (
        Anchor(registry_root().der, "UTO", civil, "root", "handed over by Utopia's registry, March 2023"),
        Anchor(
            health_root().der, "UTO", frozenset({HEALTH.name}), "root", "Utopia's ministry of health, 2023"
        ),
        Anchor(
            border_root().der, "FRE", frozenset({REQUEST.name}), "root", "Freedonia's border agency, 2023"
        ),
    )
    revoked = {revoked_registrar(): "2025-02-10"}
    lists = (
        make_revocation_list(registry_root(), revoked, start=_LIST_START, end=_LIST_END),
        make_revocation_list(health_root(), start=_LIST_START, end=_LIST_END),
        make_revocation_list(border_root(), start=_LIST_START, end=_LIST_END),
    )
    return lines, lists


@cache
def trust_list() -> TrustList:
    """The practice trust list, with revocation lists that speak for 26 May to 9 June 2025."""
    return TrustList(*anchors(), name="practice trust list")


@cache
def harbour_council() -> Authority:
    """A council that no other State recognises; the events that it registered took place."""
    return make_signer("Harbour District Council", make_root("Harbour Council Root", "UTO"), CIVIL)


SEALED_BY = {
    "registrar": registrar,
    "former registrar": former_registrar,
    "future registrar": future_registrar,
    "revoked registrar": revoked_registrar,
    "health signer": health_signer,
    "foreign registrar": foreign_registrar,
    "harbour council": harbour_council,
}


#: Cases as the makers give them, and with the text of their codes.
CASES = Table(
    {"sealed_by": Words(one_of=tuple(SEALED_BY)), "damage": Words(one_of=("none", "altered", "torn"))},
    do=mark("Give cases as make_practice_certificates makes them."),
)
SEALED_CASES = Table(
    {"case_id": Labels(), "text": Words()}, do=mark("Give cases as certificates() or casebook() gives them.")
)


@checked(cases=CASES)
def seal_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """Return practice cases with a column `text`: what the code on each certificate holds.

    Parameters
    ----------
    cases : pandas.DataFrame
        As ``make_practice_certificates`` makes them: the parts of a certificate, `sealed_by`, `damage`.

    Examples
    --------
    >>> from bordercourse.documents import verify_certificate
    >>> case = certificates().iloc[0]
    >>> verify_certificate(case["text"], trust=trust_list(), on=TODAY).codes["issuer trust"]
    'trusted'
    """
    return cases.assign(text=[_text(row) for row in cases.to_dict("records")])


def certificates() -> pd.DataFrame:
    """The twenty certificates to practise on, sealed; see ``describe("practice_certificates")``."""
    return seal_cases(load("practice_certificates"))


def casebook() -> pd.DataFrame:
    """The twelve certificates of the exercise, sealed; see ``describe("casebook_certificates")``."""
    return seal_cases(load("casebook_certificates"))


@checked(text=Scanned(), on=Moment(), sign=Choice("", *PROTECTION_CHECKS))
def verify_case(text: str, *, on: str = TODAY, sign: str = "") -> Verification:
    """Give the four verdicts on one practice certificate, with Utopia's lists.

    Parameters
    ----------
    text : str
        What the code on the certificate holds.
    on : str
        The day for which to judge.
    sign : str
        What was seen or heard that calls for protection, as in the column `protection` of `certificates`.

    Examples
    --------
    >>> text = certificates()["text"].iloc[0]
    >>> print(verify_case(text, sign="seeks asylum").next_step)
    Call the protection officer. Stop here: ask no register, and contact no State.
    """
    verification = verify_document(text, trust=trust_list(), on=on, corrections=corrections())
    return verification if sign in ("", NO_SIGN) else replace(verification, protection_sign=sign)


@checked(cases=SEALED_CASES, on=Moment())
def verify_cases(cases: pd.DataFrame, *, on: str = TODAY) -> pd.DataFrame:
    """Return the four verdicts on each practice certificate, one row a case.

    Parameters
    ----------
    cases : pandas.DataFrame
        As `certificates` or `casebook` gives them.
    on : str
        The day for which to judge.

    Returns
    -------
    pandas.DataFrame
        Indexed by case; each verdict as its answer, with the reason in a word where it is not ``yes``.

    Examples
    --------
    >>> verify_cases(certificates().head(3))["integrity"].tolist()
    ['yes', 'no: altered', 'yes']
    """
    rows = []
    for text in cases["text"]:
        verdicts = verify_case(text, on=on).verdicts
        rows.append({v.question: v.answer if v.answer == YES else f"{v.answer}: {v.word}" for v in verdicts})
    return SyntheticFrame(rows, index=pd.Index(cases["case_id"], name="case"))


def _text(row: dict[Hashable, Any]) -> str:
    record = {name: str(row[name]) for name in FIELDS if isinstance(row.get(name), str)}
    text = issue_certificate(record, SEALED_BY[row["sealed_by"]]())
    if row["damage"] == "altered":
        year = int(record["event_date"][:4])
        text = text.replace(f'"event_date":"{year}', f'"event_date":"{year - 3}')
    return text[: len(text) * 2 // 3] if row["damage"] == "torn" else text
