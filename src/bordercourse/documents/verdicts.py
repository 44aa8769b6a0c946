"""Four verdicts, never one: what a verification may say, and what it never says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, NoReturn

from markupsafe import Markup

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.page import table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BEARER",
    "CANNOT_SAY",
    "NO",
    "PROTECTION",
    "QUESTIONS",
    "YES",
    "Verdict",
    "Verification",
    "moment",
]

YES, NO, CANNOT_SAY = mark("yes"), mark("no"), mark("cannot say")

QUESTIONS = (mark("form"), mark("integrity"), mark("issuer trust"), mark("legal effect"))

BEARER = mark(
    "Link to bearer: not checked. A certificate proves an event, not that this person is its subject."
)
PROTECTION = mark(
    "Protection first: if the person seeks asylum, may be trafficked, is a child alone, or fears that State, "
    "do not contact that State. Call the protection officer."
)
STOP = mark("Call the protection officer. Stop here: ask no register, and contact no State.")

# What the officer does next, by the code that decides. Each fails closed on the document, not on the person.
_NEXT = {
    "malformed": mark(
        "Scan it again, or read the paper itself. If it still cannot be read, use second-line "
        "examination. An unreadable code is no evidence against the person."
    ),
    "altered": mark(
        "Send the document to second-line examination and write down what you saw. Do not accuse the "
        "person: a bad copy, or someone else, may have changed it."
    ),
    "misread": mark(
        "Read the zone again with your own eyes and correct the reading. If it still fails, use second-"
        "line examination. Printers make errors too."
    ),
    "unknown_key": mark(
        "Do not call it false: your list does not know this signer. Whoever holds such a paper may fear that "
        "State: look at protection first. Then ask the keeper of your list, the focal point, whether the "
        "authority exists, and look at the event behind the paper."
    ),
    "wrong_issuer": mark(
        "Send the document to second-line examination: it names one State and chains to another."
    ),
    "wrong_usage": mark(
        "Send the document to second-line examination: this signer may sign, but not this kind of document."
    ),
    "expired": mark(
        "Ask for a newly sealed copy, or ask the register if protection allows. The registered event does"
        " not expire with the signer."
    ),
    "not_yet_valid": mark(
        "Check the date of your device first. Then send the document to second-line examination."
    ),
    "revoked": mark(
        "Do not rely on the seal. If protection allows, ask the issuing register. The event may still be "
        "true, and the person may not know."
    ),
    "stale_revocation_list": mark(
        "Fetch the current revocation list and verify again. Until then use the procedure for unsealed "
        "papers. The person does not pay for your list."
    ),
    "no_revocation_list": mark(
        "Fetch the revocation list of this State and verify again. Until then use the procedure for "
        "unsealed papers. The person does not pay for your list."
    ),
    "stale_trust_list": mark(
        "Fetch the current trust list and verify again. Until then use the procedure for unsealed papers."
        " The person does not pay for your list."
    ),
    "unknown_issuer": mark(
        "Do not call it false: your list does not know this issuer. Ask the keeper of your list whether it "
        "exists. Then look at the event behind the code: other papers, or the person's own account."
    ),
    "outside_signer": mark(
        "Send the document to second-line examination: its dates do not lie inside those of its signer."
    ),
    "certificate_expired": mark(
        "Ask whether there is a newer one. What it records does not end with the code: your law says what an "
        "older proof is worth."
    ),
    "certificate_not_yet_valid": mark(
        "Check the date of your device first. Then ask the person for the paper behind the code."
    ),
    "certificate_revoked": mark(
        "Do not rely on this certificate. The person may not know, and the event may still be true: hear "
        "them, and look at other papers."
    ),
    "no_card_list": mark(
        "Fetch the list of revoked certificates and verify again. Until then use the procedure for papers "
        "without a code. The person does not pay for your list."
    ),
    "stale_card_list": mark(
        "Fetch the current list of revoked certificates and verify again. Until then use the procedure for "
        "papers without a code. The person does not pay for your list."
    ),
    "unusable_card_list": mark(
        "Tell the keeper of your list that the issuer's list cannot be used. Until then use the procedure "
        "for papers without a code. The person does not pay for this list."
    ),
    "not_signed": mark(
        "Compare it with the printed page, and use the security features or the chip of the document."
    ),
    "document_expired": mark(
        "Compare it with the printed page: the zone may be misread. Your law says what an expired document "
        "allows. Who asks for protection needs no valid document."
    ),
    "superseded": mark(
        "Ask the person for the corrected certificate, or ask the register if protection allows. A "
        "correction is ordinary and no sign of fraud."
    ),
    "withdrawn": mark(
        "Do not rely on this certificate. Refer to second line, and hear the person on how they got it."
    ),
    "stale_corrections_list": mark(
        "Fetch the current list of corrected certificates and verify again. Until then rely on no detail "
        "that a correction could change."
    ),
    "no_corrections_list": mark(
        "Read what it states beside the person's own account, and ask for the list of corrected "
        "certificates. Then decide under your law."
    ),
    "officer_decides": mark(
        "Read what it states beside the person's own account and other papers. Then decide under your law."
    ),
}


# Codes that are no plain words.
_PLAIN = {
    "document_expired": mark("expired"),
    "superseded": mark("corrected since"),
    "malformed": mark("unreadable"),
    "withdrawn": mark("withdrawn since"),
    "certificate_expired": mark("expired"),
    "outside_signer": mark("dates outside the signer's"),
    "certificate_not_yet_valid": mark("not yet valid"),
    "certificate_revoked": mark("revoked"),
    "no_card_list": mark("no revocation list"),
    "stale_card_list": mark("stale revocation list"),
    "unusable_card_list": mark("unusable revocation list"),
}
# Codes that are plain words as they stand.
_AS_THEY_STAND = (
    mark("altered"),
    mark("expired"),
    mark("misread"),
    mark("no corrections list"),
    mark("no revocation list"),
    mark("not checked"),
    mark("not signed"),
    mark("not yet valid"),
    mark("officer decides"),
    mark("revoked"),
    mark("stale corrections list"),
    mark("stale revocation list"),
    mark("stale trust list"),
    mark("trusted"),
    mark("unchanged"),
    mark("unknown issuer"),
    mark("unknown key"),
    mark("well formed"),
    mark("wrong issuer"),
    mark("wrong usage"),
)


@dataclass(frozen=True)
class Verdict:
    """One answer to one question.

    `reason` and `source` give the sentence and the rule in the reader's language.

    Attributes
    ----------
    question : str
        ``form``, ``integrity``, ``issuer trust`` or ``legal effect``.
    answer : str
        ``yes``, ``no`` or ``cannot say``.
    code : str
        One word for machines and exercises, such as ``revoked``; it never changes with the language.
    words : str
        Why, in English, with places for `values`.
    rule : str
        The rule that was applied, in English.
    values : mapping or None
        What stands in the places of `words`.
    """

    question: str
    answer: str
    code: str
    words: str
    rule: str
    values: Mapping[str, str] | None = None

    @property
    def word(self) -> str:
        """The code in one or two plain words, for a table or a picture; translate it where it is shown."""
        return _PLAIN.get(self.code, self.code.replace("_", " "))

    @property
    def reason(self) -> str:
        """Why, in a sentence for the officer."""
        return _(self.words).format(**self.values) if self.values else _(self.words)

    @property
    def source(self) -> str:
        """The rule that was applied."""
        return _(self.rule)

    def __str__(self) -> str:
        return f"{_(self.question)}: {_(self.answer)} ({self.code}). {self.reason} [{self.source}]"

    __repr__ = __str__


@dataclass(frozen=True)
class Verification:
    """Four separate verdicts on one document, and what to do next.

    It has no overall result and no truth value: a valid signature never makes an identity true. So it is no
    `bordercourse.results.Result` either: that family says what was found in one sentence.

    Attributes
    ----------
    kind : str
        What was looked at, for example ``civil-registration certificate``.
    on : datetime.datetime
        The moment for which dates and lists were judged (UTC).
    form, integrity, issuer_trust, legal_effect : Verdict
        The four verdicts.
    stated : mapping
        What the document states; empty where it could not be taken apart. It is worth what the verdicts say.
    protection_sign : str
        What the officer saw or heard that calls for protection; no scanner can know it. Where it is not
        empty, the only next step is the protection officer.
    """

    kind: str
    on: datetime
    form: Verdict
    integrity: Verdict
    issuer_trust: Verdict
    legal_effect: Verdict
    stated: Mapping[str, Any] = field(default_factory=dict)
    protection_sign: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, Verdict, Verdict, Verdict]:
        """The four verdicts in the order in which they are read."""
        return self.form, self.integrity, self.issuer_trust, self.legal_effect

    @property
    def codes(self) -> dict[str, str]:
        """The code of each verdict, by question."""
        return {v.question: v.code for v in self.verdicts}

    @property
    def deciding(self) -> Verdict:
        """The verdict that the next step follows from: the first that is not `yes`, or the legal effect.

        That nobody signed a zone is so for every zone: it decides only where nothing else does.
        """
        open_ = [v for v in self.verdicts if v.answer != YES and v.code not in _FOLLOWS]
        open_.sort(key=lambda v: v.code == "not_signed")
        return open_[0] if open_ else self.legal_effect

    @property
    def next_step(self) -> str:
        """What the officer does next. It fails closed on the document, never on the person."""
        return _(STOP) if self.protection_sign else _(_NEXT[self.deciding.code])

    @property
    def bearer(self) -> str:
        """The fixed line on the person who holds the document."""
        return _(BEARER)

    @property
    def protection(self) -> str:
        """The line on protection: the sign that was seen, or the fixed question."""
        if self.protection_sign:
            return _("Protection first. A sign was seen: {sign}.").format(sign=_(self.protection_sign))
        return _(PROTECTION)

    @property
    def _next_head(self) -> str:
        return _("Next step") if self.protection_sign else _("Only if none of this is so, the next step")

    def __bool__(self) -> NoReturn:
        raise InputError(
            "verification",
            _("it has four answers, so it is neither true nor false."),
            _("Ask one verdict: verification.integrity.answer == 'yes'."),
        )

    def __str__(self) -> str:
        lines = [f"{_(self.kind)}, judged for {self.on:%Y-%m-%d %H:%M} UTC"]
        lines += [f"  {v}" for v in self.verdicts]
        lines += [self.protection, f"{self._next_head}: {self.next_step}", self.bearer]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        answers = table(
            [_("Question"), _("Answer"), _("Why")],
            [(_(v.question), Markup("<b>{}</b>").format(_(v.answer)), v.reason) for v in self.verdicts],
            named_rows=True,
        )
        rules = "".join(
            f"<li>{escape(_(v.question))}: {escape(v.source)}</li>" for v in self.verdicts if v.source
        )
        return (
            f"<p><b>{escape(_(self.kind))}</b>, {_('judged for')} {self.on:%Y-%m-%d}</p>"
            f"{answers}"
            f"<p><b>{escape(self.protection)}</b></p>"
            f"<p><b>{self._next_head}:</b> {escape(self.next_step)}</p><p><b>{escape(self.bearer)}</b></p>"
            f"<details><summary>{_('The rules that were applied')}</summary><ul>{rules}</ul></details>"
        )


# Codes of a question that was not reached because an earlier one failed: they decide nothing.
_FOLLOWS = {"not_checked"}


def moment(on: date | datetime | str) -> datetime:
    """Return `on` as a moment in UTC; a plain date means noon.

    Examples
    --------
    >>> moment("2021-10-01").isoformat()
    '2021-10-01T12:00:00+00:00'
    """
    if isinstance(on, str):
        return _noon(on)
    if isinstance(on, datetime):
        if on.tzinfo is None:
            problem = _("the time has no time zone.")
            raise InputError("on", problem, _("Give a date, or a datetime in UTC."))
        return on.astimezone(UTC)
    if isinstance(on, date):
        return datetime.combine(on, time(12), UTC)
    raise _no_date(on)


@lru_cache(maxsize=64)  # a desk judges a day of documents for one day
def _noon(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(12), UTC)
    except ValueError:
        raise _no_date(day) from None


def _no_date(on: object) -> InputError:
    problem = _("{value} is not a date.").format(value=repr(on))
    return InputError("on", problem, _("Write it as '2021-10-01'."))
