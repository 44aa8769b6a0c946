"""Ask a register across a border: protection first, the least data, and an answer that is verified."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bordercourse.documents.civil import SIGNER, TRUST
from bordercourse.documents.jcs import MAX_CHARACTERS
from bordercourse.documents.kinds import LINE, NAMES, RECORD, Moment
from bordercourse.documents.register.messages import read_answer, write_question
from bordercourse.errors import RefusedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Number, checked
from bordercourse.protection.signs import MAY_ASK, PROTECTION_CHECKS
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bordercourse.documents.authorities import Authority
    from bordercourse.documents.trust import TrustList

__all__ = ["BEARER_CHECKS", "PROTECTION_CHECKS", "RegisterAnswer", "ask_register"]

IS_THE_SUBJECT = mark("seems the subject")
BEARER_CHECKS = (IS_THE_SUBJECT, mark("seems somebody else"), mark("not sure who it is"))

_WORDS = {
    mark("match"): (
        mark("All that you sent is as the register holds it."),
        mark("Read it beside the person's own account. Whether this person is its subject is not answered."),
    ),
    mark("differs"): (
        mark("The entry is there, and these fields are written otherwise in it: {fields}."),
        mark(
            "Look for calendar, exchanged day and month, romanisation, marriage, correction. Hear the person."
        ),
    ),
    mark("not found"): (
        mark("With these fields the register finds no entry."),
        mark(
            "This is never evidence of forgery: registers have gaps. Check what you typed, then second line."
        ),
    ),
    mark("cannot say"): (
        mark("The register does not say ({why})."),
        mark("Use the procedure for unsealed papers. The person does not pay for a silent register."),
    ),
    mark("not asked"): (
        mark("Nothing was sent to that State ({why})."),
        mark("Do not ask the register. Refer to the protection officer."),
    ),
}
_ABSENT = mark(
    "Do not ask the register: the subject of the certificate is not there, and may need protection. Hear the "
    "person in second line. The certificate stays good for its event."
)


@dataclass(frozen=True, repr=False)
class RegisterAnswer(Result):
    """What a register answered, or why it was not asked.

    Attributes
    ----------
    answer : str
        ``match``, ``differs``, ``not found``, ``cannot say``; or ``not asked``, where protection comes first
        or the bearer is not the subject. None of them says who holds the certificate.
    differs : tuple of str
        The fields that differ, among those that were sent.
    why : str
        For ``cannot say`` and ``not asked``: the reason in a word.
    """

    answer: str
    differs: tuple[str, ...] = ()
    why: str = ""

    @property
    def reason(self) -> str:
        """What the answer says, in a sentence."""
        return _(_WORDS[self.answer][0]).format(fields=", ".join(self.differs), why=self.why)

    @property
    def next_step(self) -> str:
        """What the officer does next."""
        return _(_ABSENT if self.why in BEARER_CHECKS else _WORDS[self.answer][1])

    def sentence(self) -> str:
        """Return the answer, its reason and the next step."""
        return f"{_(self.answer)}: {self.reason} {_('Next step')}: {self.next_step}"


_LOOK_FIRST = mark(
    "Look at the person first. Then write one of the known answers: see PROTECTION_CHECKS and BEARER_CHECKS."
)


@checked(
    stated=RECORD,
    address=LINE,
    asker=SIGNER,
    trust=TRUST,
    protection=Choice(*PROTECTION_CHECKS, do=_LOOK_FIRST),
    bearer=Choice(*BEARER_CHECKS, do=_LOOK_FIRST),
    fields=NAMES,
    on=Moment(),
    seconds=Number(above=0, high=600),
)
def ask_register(
    stated: Mapping[str, Any],
    *,
    address: str,
    asker: Authority,
    trust: TrustList,
    protection: str,
    bearer: str,
    fields: Iterable[str] = (),
    on: datetime | None = None,
    seconds: float = 5.0,
) -> RegisterAnswer:
    """Ask the register that issued a certificate whether it holds what the certificate states.

    Parameters
    ----------
    stated : mapping
        What the certificate states (``verification.stated``); only the minimum and `fields` are sent.
    address : str
        The register's address.
    asker : Authority
        Signs the question.
    trust : TrustList
        Who may answer (usage ``answer``) for the State that the certificate names.
    protection : str
        What you found before asking: one of `PROTECTION_CHECKS`. Only ``no need seen`` and
        ``officer agrees`` lead to a question. It is never sent: the State of origin must not learn it.
    bearer : str
        Whether the person before you seems to be the subject: one of `BEARER_CHECKS`. Only ``seems the
        subject`` leads to a question: nobody can agree for a person who is not there, and the question
        would tell that State about them. It is never sent.
    fields : iterable of str, optional
        Fields to compare beside the minimum.
    on : datetime, optional
        The present moment; for practice, where the lists speak for another day.
    seconds : float, optional
        How long to wait for each step.

    Returns
    -------
    RegisterAnswer
        A line that is down, a refusal, or an answer that cannot be verified is ``cannot say``.

    Raises
    ------
    InputError
        If `protection` or `bearer` is no answer to its question, or a field cannot be asked.

    Examples
    --------
    >>> from bordercourse.documents import practice
    >>> print(ask_register({"is": "UTO"}, address="", asker=practice.border_agency(),
    ...     trust=practice.trust_list(), protection="seeks asylum", bearer="seems the subject"))
    not asked: Nothing was sent to that State (seeks asylum). Next step: Do not ask the register.
    Refer to the protection officer.
    """
    if protection not in MAY_ASK:
        return RegisterAnswer("not asked", why=protection)
    if bearer != IS_THE_SUBJECT:
        return RegisterAnswer("not asked", why=bearer)
    now = on or datetime.now(UTC)
    question = write_question(stated, to=str(stated.get("is", "")), asker=asker, at=now, fields=fields)
    sent = json.loads(question)["data"]["msg"]
    status, body = _post(f"{address}/verify", question, seconds)
    if status is None:
        return RegisterAnswer("cannot say", why=_("no answer on the line"))
    if status not in {200, 429}:
        return RegisterAnswer("cannot say", why=_("refused: {code}").format(code=_refusal(body)))
    try:
        answer, differs = read_answer(
            body, identifier=sent["id"], asked=sent["fields"], state=sent["to"], trust=trust, now=now
        )
    except RefusedError:
        return RegisterAnswer("cannot say", why=_("the answer could not be verified"))
    return RegisterAnswer(answer, differs, why=_("it gives no reason") if answer == "cannot say" else "")


def _post(address: str, text: str, seconds: float) -> tuple[int | None, bytes]:
    import httpx

    try:
        with (
            httpx.Client(timeout=seconds, trust_env=False, follow_redirects=False) as client,
            client.stream("POST", address, content=text.encode()) as response,
        ):
            body = b""
            for piece in response.iter_raw():
                body += piece
                if len(body) > MAX_CHARACTERS:
                    break
            return response.status_code, body
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return None, b""


def _refusal(body: bytes) -> str:
    try:
        return str(json.loads(body)["refused"])[:40]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "?"
