"""A digitally sealed civil-registration certificate: the course's teaching profile.

The envelope is that of ICAO's VDS-NC; the profile is ours. ICAO's own profiles cover health
proofs and travel authorisations. A civil certificate chains to a registry's root, never to a
passport authority's. Two lists can change what it is worth: the revocation list names signers,
and the list of corrected certificates names certificates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bordercourse.documents.authorities import Authority
from bordercourse.documents.kinds import RECORD, Moment, Scanned, WrittenDay
from bordercourse.documents.scanned import level
from bordercourse.documents.seals import Profile, Seal, read_seal, verify_seal, write_seal
from bordercourse.documents.trust import CIVIL, CORRECTIONS, TrustList
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, moment
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Choice, Keyed, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "EVENTS",
    "FIELDS",
    "REQUIRED_FIELDS",
    "CorrectionList",
    "issue_certificate",
    "verify_certificate",
    "write_corrections",
]

RULE = "bordercourse teaching profile 1 for civil-registration certificates"
EVENTS = ("birth", "death", "marriage", "divorce")
REQUIRED_FIELDS = ("certificate", "entry", "event", "event_date", "registered", "issued", "office", "name")
FIELDS = (
    *REQUIRED_FIELDS,
    "name_native",
    "born",
    "sex",
    "place",
    "mother",
    "father",
    "spouse",
    "calendar",
)
_REQUIRED, _KNOWN = frozenset(REQUIRED_FIELDS), frozenset(FIELDS)
_DATES = ("event_date", "registered", "issued", "born")
_STATE = re.compile(r"[A-Z]{1,3}", re.ASCII)
_LONGEST = 200


def check_content(header: Mapping[str, Any], message: Mapping[str, Any]) -> None:
    """Hold the content of a civil certificate to the profile.

    Parameters
    ----------
    header, message : mapping
        As they stand in the seal; nothing of them is trusted yet.

    Raises
    ------
    MalformedError
        Where the content breaks the profile.
    """
    if not message.keys() >= _REQUIRED:
        missing = [name for name in REQUIRED_FIELDS if name not in message]
        raise MalformedError(_("These parts are missing: {names}.").format(names=", ".join(missing)))
    if not message.keys() <= _KNOWN:
        unknown = next(name for name in message if name not in _KNOWN)
        raise MalformedError(_("The part {name} is unknown.").format(name=repr(unknown[:40])))
    if not all(map(is_short_line, message.values())):
        name = next(name for name, value in message.items() if not is_short_line(value))
        raise MalformedError(_("The part {name} is not a short line of text.").format(name=name))
    if not _STATE.fullmatch(header["is"]):
        raise MalformedError(_("The issuing State is not a code of up to three letters."))
    if message["event"] not in EVENTS or header["t"] != f"civil.{message['event']}":
        raise MalformedError(_("The kind of event is unknown, or differs from the header."))
    for name in _DATES:
        if name in message:
            _day(name, message[name])
    if not message["event_date"] <= message["registered"] <= message["issued"]:  # written year first
        raise MalformedError(
            _("The event, its registration and the certificate are not in this order of time.")
        )


def is_short_line(value: object) -> bool:
    """Say whether `value` is a line of 1 to 200 characters, and something of it can be seen.

    The two joiners belong to the spelling of names in Kurdish, Khmer or Burmese letters.
    """
    if type(value) is not str or len(value) > _LONGEST:
        return False
    seen = value if value.isprintable() else value.translate(_JOINERS)  # a joiner counts as not printable
    return seen.isprintable() and not seen.isspace() and bool(seen)


_JOINERS = dict.fromkeys((0x200C, 0x200D), "")


def _day(name: str, text: str) -> date:
    try:
        if len(text) == 10 and text[4] == text[7] == "-":  # fromisoformat takes other forms too
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise MalformedError(_("{name} is not a date like 2024-03-01.").format(name=name))


PROFILE = Profile(
    kind=mark("civil-registration certificate"),
    form_rule=RULE,
    types={f"civil.{event}": None for event in EVENTS},
    version=1,
    usage=CIVIL,
    check=check_content,
)


SIGNER = A(Authority, do=mark("Make it with make_signer, or take one of practice."))
TRUST = A(TrustList, do=mark("Give a TrustList, such as practice.trust_list()."))


@checked(record=RECORD, signer=SIGNER)
def issue_certificate(record: Mapping[str, str], signer: Authority) -> str:
    """Seal a registered event as a certificate; the text is what the QR code carries.

    Parameters
    ----------
    record : mapping
        The parts named in `REQUIRED_FIELDS`, and any other of `FIELDS`. Dates are Gregorian (ISO 8601);
        `calendar` says in which calendar the printed page writes them.
    signer : Authority
        A signer for ``civil`` under a registry's root.

    Returns
    -------
    str
        Canonical JSON of the sealed certificate. The same record gives the same text.

    Raises
    ------
    InputError
        If the record breaks the profile.

    Examples
    --------
    >>> from bordercourse.documents import practice
    >>> record = {"certificate": "UTO-B-7K3F-9Q2M", "entry": "1990/0123", "event": "birth",
    ...     "event_date": "1990-05-12", "registered": "1990-05-30", "issued": "2024-03-01",
    ...     "office": "Utopia City", "name": "ERIKSSON ANNA MARIA", "sex": "F"}
    >>> text = issue_certificate(record, practice.registrar())
    >>> verify_certificate(text, trust=practice.trust_list(), on="2024-06-01").codes["integrity"]
    'unchanged'
    """
    event = record.get("event", "")
    header = {"t": f"civil.{event}", "v": PROFILE.version, "is": signer.state}
    try:
        check_content(header, record)
    except MalformedError as error:
        raise InputError("record", str(error), _("See REQUIRED_FIELDS and FIELDS.")) from None
    return write_seal(header, record, signer.key, signer.certificate)


_LIST = {"from", "until", "certificates"}


@dataclass(frozen=True)
class CorrectionList:
    """A registry's signed list of certificates that it corrected or withdrew. It names no person.

    Read one with :meth:`read`; it is the officer's own tool, so a list that cannot be trusted is refused.
    """

    state: str
    start: datetime
    end: datetime
    certificates: Mapping[str, str]

    def __repr__(self) -> str:
        return (
            f"CorrectionList({self.state}, {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}: "
            f"{len(self.certificates)} certificates)"
        )

    @classmethod
    def read(cls, text: str | bytes, *, trust: TrustList) -> CorrectionList:
        """Read and verify a list.

        Parameters
        ----------
        text : str or bytes
            The sealed list.
        trust : TrustList
            Who may sign it (usage ``corrections``).

        Raises
        ------
        InputError
            If the list is malformed, altered, or not signed by a signer for ``corrections`` of its State.
        """
        do = _("Fetch the list again from its registry.")
        try:
            seal = read_seal(level(text))
            if seal.header["t"] != "civil.corrections" or seal.header["v"] != 1 or set(seal.message) != _LIST:
                raise MalformedError(_("It is not a list of corrected certificates."))
            start = moment(_day("from", seal.message["from"]))
            end = moment(_day("until", seal.message["until"]))
            certificates = seal.message["certificates"]
            if not isinstance(certificates, dict) or not set(certificates.values()) <= {
                "corrected",
                "withdrawn",
            }:
                raise MalformedError(_("Its certificates are not marked corrected or withdrawn."))
            signer = trust.signer(seal.certificate)
        except (MalformedError, TypeError) as error:
            raise InputError("corrections", str(error), do) from None
        if not seal.fits(signer.key):
            raise InputError("corrections", _("the list and its signature do not fit."), do)
        verdict = trust.verdict(signer, CORRECTIONS, start, state=seal.header["is"])
        if verdict.answer != YES:
            raise InputError("corrections", verdict.reason, do)
        return cls(seal.header["is"], start, end, certificates)


CORRECTION_LIST = A(CorrectionList, do=mark("Read it with CorrectionList.read."))


@checked(text=Scanned(), trust=TRUST, on=Moment(), corrections=CORRECTION_LIST)
def verify_certificate(
    text: str | bytes,
    *,
    trust: TrustList,
    on: date | datetime | str,
    corrections: CorrectionList | None = None,
) -> Verification:
    """Give the four verdicts on a sealed civil-registration certificate.

    Parameters
    ----------
    text : str or bytes
        What the QR code holds. It may be hostile: nothing in it makes this function raise.
    trust : TrustList
        Registry roots and revocation lists on the officer's device.
    on : date, datetime or str
        The day for which to judge.
    corrections : CorrectionList, optional
        The registry's own list of corrected and withdrawn certificates.

    Returns
    -------
    Verification
        Form, integrity, issuer trust and legal effect, each with reason and rule, and the next step.
        It is not proof of identity, and not a decision about the person.

    See Also
    --------
    issue_certificate : with an example.
    """
    return verify_seal(text, PROFILE, trust, on, partial(_effect, corrections))


def judge_certificate(
    text: str, trust: TrustList, at: datetime, corrections: CorrectionList | None
) -> Verification:
    """Do as :func:`verify_certificate`, for inputs that were read."""
    return verify_seal(text, PROFILE, trust, at, partial(_effect, corrections))


def _effect(corrections: CorrectionList | None, seal: Seal, at: datetime) -> Verdict:
    if corrections is None or corrections.state != seal.header["is"]:
        words = mark("The seal shows what the register held on the day of issue. It may be corrected since.")
        return _legal(CANNOT_SAY, "no_corrections_list", words)
    what = corrections.certificates.get(seal.message["certificate"])
    if what == "withdrawn":
        return _legal(NO, "withdrawn", mark("The registry withdrew this certificate."))
    if what == "corrected":
        words = mark("The registry corrected this entry and issued a new certificate.")
        return _legal(NO, "superseded", words)
    if not corrections.start <= at <= corrections.end:
        words = mark("The list of corrected certificates at hand speaks for {start} to {end}.")
        days = {"start": f"{corrections.start:%Y-%m-%d}", "end": f"{corrections.end:%Y-%m-%d}"}
        return _legal(CANNOT_SAY, "stale_corrections_list", words, days)
    return _EVIDENCE


_LAW = mark("your law on foreign civil documents; compare Regulation (EU) 2016/1191, on authenticity only")
_EVIDENCE = Verdict(
    "legal effect",
    CANNOT_SAY,
    "officer_decides",
    mark("It is evidence of the registered event. What follows from the event is for the law to say."),
    _LAW,
)


def _legal(answer: str, code: str, words: str, values: Mapping[str, str] | None = None) -> Verdict:
    return Verdict("legal effect", answer, code, words, _LAW, values)


@checked(
    certificates=Keyed(Choice("corrected", "withdrawn")), start=WrittenDay(), end=WrittenDay(), signer=SIGNER
)
def write_corrections(certificates: Mapping[str, str], *, start: str, end: str, signer: Authority) -> str:
    """Sign a list of corrected and withdrawn certificates.

    Parameters
    ----------
    certificates : mapping
        For each certificate number, ``corrected`` or ``withdrawn``.
    start, end : str
        The days for which the list speaks.
    signer : Authority
        A signer for ``corrections``.

    Returns
    -------
    str
        The sealed list.

    Raises
    ------
    InputError
        If a certificate is neither corrected nor withdrawn, a day is none, or the list ends before it begins.
    """
    if end < start:
        raise InputError(
            "start, end",
            _("{start} to {end} is no span of time.").format(start=start, end=end),
            _("Give the earlier day first."),
        )
    message = {"from": start, "until": end, "certificates": dict(certificates)}
    return write_seal(
        {"t": "civil.corrections", "v": 1, "is": signer.state}, message, signer.key, signer.certificate
    )
