"""Validity rules as dated data: what a State asked of a health certificate, from when until when.

A rule is none of the four verdicts: it says what one State asked of a certificate that stands. Its words and
its published cases do not always agree, and both are kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bordercourse.documents.certlogic import evaluate
from bordercourse.documents.hcert_content import KINDS
from bordercourse.documents.kinds import RECORD, Moment
from bordercourse.documents.verdicts import YES, Verification, moment
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

__all__ = ["RuleAnswer", "RuleEdge", "ValidityRule", "instant", "read_rule"]

ACCEPTS, REFUSES, SILENT, NOT_IN_FORCE, UNCLEAR = (
    mark("accepts"),
    mark("refuses"),
    mark("does not speak of it"),
    mark("not in force"),
    mark("cannot say"),
)
#: What the words of a rule, or its published case, say of an edge.
SAYS = (mark("counts"), mark("does not count"), mark("not said"))
_EVENTS = {"Vaccination": "v", "Test": "t", "Recovery": "r"}
_CERTIFICATE = A(
    dict, Verification, do=mark("Give what verify_document returned, or a certificate by its names.")
)


@dataclass(frozen=True)
class RuleEdge:
    """A day or an hour on which the answer of a rule turns.

    Attributes
    ----------
    at : int
        How many units after the event.
    unit : {"day", "hour"}
    since : str
        The part of the certificate that it is counted from, such as ``dt``, the day of the last dose.
    words, case : {"counts", "does not count", "not said"}
        What the rule's words say of the edge itself, and what its published case fixes, to the second.
    file : str
        The published case.
    """

    at: int
    unit: str
    since: str
    words: str
    case: str
    file: str

    @property
    def disputed(self) -> bool:
        """Whether words and published case disagree."""
        return self.words != self.case and "not said" not in (self.words, self.case)


@dataclass(frozen=True, repr=False)
class RuleAnswer(Result):
    """What one rule says of one certificate.

    It is no verdict on the document or on its holder, and no decision on entry.

    Attributes
    ----------
    rule : str
        The rule's identifier.
    answer : str
        ``accepts``, ``refuses``, ``does not speak of it``, ``not in force`` or ``cannot say``.
    because : str
        What the rule asks, or why it cannot say.
    """

    rule: str
    answer: str
    because: str

    def sentence(self) -> str:
        """Return the answer in one line."""
        return f"{self.rule}: {_(self.answer)}. {self.because}"


@dataclass(frozen=True)
class ValidityRule:
    """A rule that a State published, with its dates. `read_rule` and `validity_rules` make them.

    Attributes
    ----------
    identifier, version, state : str
    event : {"v", "t", "r"}
        Whether it speaks of a vaccination, a test or a recovery.
    start, end : datetime
        From when until when it stood.
    asks : str
        What it asks, in words.
    logic : object
        What it asks, in CertLogic.
    edges : tuple of RuleEdge
        The days and hours on which it turns; empty for a rule read from elsewhere.
    """

    identifier: str
    version: str
    state: str
    event: str
    start: datetime
    end: datetime
    asks: str
    logic: Any
    edges: tuple[RuleEdge, ...] = ()

    @property
    def asked(self) -> str:
        """What it asks, in the reader's language."""
        return _(self.asks)

    @checked(certificate=_CERTIFICATE, on=Moment())
    def judge(
        self, certificate: Verification | Mapping[str, Any], *, on: date | datetime | str
    ) -> RuleAnswer:
        """Say what this rule answers for one certificate.

        Parameters
        ----------
        certificate : Verification or mapping
            What `verify_document` found, if form, signature and issuer stand; or the content by its names
            (``dob``, ``v``, ``t``, ``r``).
        on : date, datetime or str
            The moment of travel. A plain day means noon in UTC: a rule in days turns at midnight.

        Returns
        -------
        RuleAnswer
            With a note on a day on which the rule's words and its published case disagree.

        Raises
        ------
        InputError
            If one of the first three verdicts is not "yes": no rule is laid on what does not stand.

        Examples
        --------
        >>> from bordercourse.documents import validity_rules
        >>> dose = {"v": [{"dn": 2, "sd": 2, "dt": "2022-01-01"}]}
        >>> validity_rules()["VR-AT-0005"].judge(dose, on="2022-09-27")
        VR-AT-0005: accepts. It asks: a last dose less than 270 days ago and not in the future, where the
        series has more than one.
        """
        at, payload = moment(on), _payload(certificate)
        asks = _("It asks: {asks}.").format(asks=self.asked)
        if not self.start <= at <= self.end:
            days = {"start": f"{self.start:%Y-%m-%d}", "end": f"{self.end:%Y-%m-%d}"}
            stood = _("It stood from {start} to {end}.").format(**days)
            return RuleAnswer(self.identifier, NOT_IN_FORCE, stood)
        if not payload.get(self.event):
            return RuleAnswer(self.identifier, SILENT, asks)
        try:
            answer = ACCEPTS if self._holds(payload, at) else REFUSES
        except MalformedError as error:
            return RuleAnswer(self.identifier, UNCLEAR, str(error))
        return RuleAnswer(self.identifier, answer, asks, notes=self._disputes(payload, at))

    def _holds(self, payload: Mapping[str, Any], at: datetime) -> bool:
        found = evaluate(
            self.logic, {"payload": payload, "external": {"validationClock": f"{at:%Y-%m-%dT%H:%M:%SZ}"}}
        )
        if type(found) is not bool:
            raise MalformedError(_("The rule gives neither yes nor no."))
        return found

    def _disputes(self, payload: Mapping[str, Any], at: datetime) -> tuple[str, ...]:
        """Return a note for each disputed edge on whose day `at` lies, if the rule turns there at all."""
        notes = []
        for edge in self.edges:
            event = str(payload[self.event][0].get(edge.since))[:10]
            if not edge.disputed or event != f"{at - timedelta(days=edge.at):%Y-%m-%d}":
                continue
            midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
            if self._holds(payload, midnight - timedelta(1)) != self._holds(payload, midnight + timedelta(1)):
                note = _("By its words, day {n} {words}. In its published case, at midnight, it {case}.")
                notes.append(note.format(n=edge.at, words=_(edge.words), case=_(edge.case)))
        return tuple(notes)


def _payload(certificate: Verification | Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(certificate, Verification):
        return certificate
    open_ = next((each for each in certificate.verdicts[:3] if each.answer != YES), None)
    if open_ is not None:
        raise InputError(
            "certificate",
            _("{question} is {answer!r}: {reason}").format(
                question=_(open_.question), answer=_(open_.answer), reason=open_.reason
            ),
            _("Lay a rule only on a certificate that stands."),
        )
    kind = next((k for k, (name, *_rest) in KINDS.items() if name == certificate.stated.get("event")), None)
    if kind is None:
        raise InputError(
            "certificate",
            _("it is no certificate of vaccination, test or recovery."),
            _("These rules speak of EU certificates (HC1) only."),
        )
    return {"dob": certificate.stated["dob"], kind: [dict(certificate.stated)]}


@checked(published=RECORD)
def read_rule(published: Mapping[str, Any]) -> ValidityRule:
    """Read a rule in the form in which States publish it (JSON of the EU's gateway).

    Parameters
    ----------
    published : mapping
        With ``Identifier``, ``Version``, ``Country``, ``CertificateType``, ``ValidFrom``, ``ValidTo``,
        ``Description`` and ``Logic`` (CertLogic).

    Returns
    -------
    ValidityRule

    Raises
    ------
    InputError
        If a part is missing, or is not what it must be.

    Examples
    --------
    >>> rule = read_rule({"Identifier": "VR-UT-0001", "Version": "1.0.0", "Country": "UT",
    ...     "CertificateType": "Vaccination", "ValidFrom": "2025-01-01T00:00:00Z",
    ...     "ValidTo": "2026-01-01T00:00:00Z", "Description": [{"lang": "en", "desc": "two doses or more"}],
    ...     "Logic": {">": [{"var": "payload.v.0.dn"}, 1]}})
    >>> rule.judge({"v": [{"dn": 2}]}, on="2025-06-02").answer
    'accepts'
    """
    try:
        words = {each["lang"]: each["desc"] for each in published["Description"]}
        return ValidityRule(
            identifier=str(published["Identifier"]),
            version=str(published["Version"]),
            state=str(published["Country"]),
            event=_EVENTS[published["CertificateType"]],
            start=instant(published["ValidFrom"]),
            end=instant(published["ValidTo"]),
            asks=str(words.get("en") or next(iter(words.values()))),
            logic=published["Logic"],
        )
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        problem = _("this part of the rule is missing or cannot be read: {part}.").format(part=error)
        raise InputError("published", problem, _("Give the rule as its State published it.")) from None


def instant(text: str) -> datetime:
    """Return a moment of a rule in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
