"""What travels between asker and register: a sealed question and a sealed answer, with the least data."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bordercourse.documents.civil import EVENTS, FIELDS, SIGNER, is_short_line
from bordercourse.documents.kinds import LINE, NAMES, RECORD, Moment
from bordercourse.documents.seals import Seal, read_seal, write_seal
from bordercourse.documents.trust import ANSWER, REQUEST
from bordercourse.documents.verdicts import YES
from bordercourse.errors import InputError, MalformedError, RefusedError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Text, checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bordercourse.documents.authorities import Authority
    from bordercourse.documents.trust import Signer, TrustList, Usage

__all__ = [
    "ANSWERS",
    "ASKABLE",
    "MINIMUM",
    "SealedQuestion",
    "read_answer",
    "read_question",
    "write_answer",
    "write_question",
]

ANSWERS = ("match", "differs", "not found", "cannot say")
# Who asks must already hold the certificate: these parts together name one, and none of them can be left out.
MINIMUM = ("certificate", "entry", "event", "event_date", "name")
ASKABLE = tuple(name for name in FIELDS if name not in {"issued", "office", "calendar", "name_native"})
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


@dataclass(frozen=True)
class SealedQuestion:
    """A question that was signed by an asker on the register's own list."""

    identifier: str
    to: str
    at: datetime
    fields: Mapping[str, str]
    asker: str
    asker_state: str


@checked(stated=RECORD, to=LINE, asker=SIGNER, at=Moment(), fields=NAMES, identifier=Text())
def write_question(
    stated: Mapping[str, Any],
    *,
    to: str,
    asker: Authority,
    at: datetime,
    fields: Iterable[str] = (),
    identifier: str | None = None,
) -> str:
    """Seal a question: the minimum that names one certificate, and only those `fields` beside it.

    Parameters
    ----------
    stated : mapping
        What the certificate states.
    to : str
        The State whose register is asked.
    asker : Authority
        A signer for ``request``.
    at : datetime.datetime
        The present moment.
    fields : iterable of str
        What to compare beside the minimum.
    identifier : str, optional
        Number of the question, 32 hexadecimal digits; drawn at random where it is left out.

    Raises
    ------
    InputError
        If the certificate lacks a part of the minimum, or a field is not askable.
    """
    asked = [*MINIMUM, *(name for name in fields if name not in MINIMUM)]
    unknown = [name for name in asked if name not in ASKABLE]
    missing = [name for name in asked if name not in stated]
    if unknown or missing:
        words = _("{names}: cannot be asked.") if unknown else _("{names}: not on the certificate.")
        problem = words.format(names=", ".join(unknown or missing))
        raise InputError("fields", problem, _("Choose from: {known}.").format(known=", ".join(ASKABLE)))
    message = {
        "id": identifier or secrets.token_hex(16),
        "to": to,
        "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "fields": {name: stated[name] for name in asked},
    }
    return write_seal(
        {"t": "civil.request", "v": 1, "is": asker.state}, message, asker.key, asker.certificate
    )


def read_question(text: str | bytes, *, trust: TrustList, now: datetime) -> SealedQuestion:
    """Read and verify a question.

    Parameters
    ----------
    text : str or bytes
        What came over the line; it may be hostile.
    trust : TrustList
        Who may ask (usage ``request``).
    now : datetime.datetime
        The present moment.

    Raises
    ------
    RefusedError
        ``malformed`` (400), ``altered``, ``unknown_key``, ``revoked`` and the other faults of a signer (403).
    """
    try:
        seal, signer = _verified(text, "civil.request", REQUEST, trust, now)
        state = str(seal.header["is"])  # the list vouches for the signer as one of this State
        message = seal.message
        if message.keys() != {"id", "to", "at", "fields"}:
            raise MalformedError(_("The question has other parts than id, to, at and fields."))
        texts = [message["id"], message["to"], message["at"]]
        if not all(isinstance(item, str) for item in texts):
            raise MalformedError(_("A part of the question is not text."))
        if not _ID.fullmatch(message["id"]) or not _TIME.fullmatch(message["at"]) or len(message["to"]) > 3:
            raise MalformedError(_("The number, time or address of the question has the wrong form."))
        at = datetime.strptime(message["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        fields = _fields(message["fields"])
    except ValueError as error:  # MalformedError is one; so is a time that does not exist
        raise RefusedError("malformed", 400) from error
    return SealedQuestion(message["id"], message["to"], at, fields, signer.name, state)


def _fields(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not set(MINIMUM) <= set(value) <= set(ASKABLE):
        raise MalformedError(_("The question needs the minimum, and nothing that cannot be asked."))
    if not all(map(is_short_line, value.values())):
        raise MalformedError(_("A field is not a short line of text."))
    if value["event"] not in EVENTS:
        raise MalformedError(_("The event is unknown."))
    return value


def write_answer(
    question: SealedQuestion, answer: str, differs: Iterable[str], *, signer: Authority, at: datetime
) -> str:
    """Seal an answer to one question and one asker.

    Parameters
    ----------
    question : SealedQuestion
        What was asked.
    answer : str
        One of `ANSWERS`.
    differs : iterable of str
        The fields that differ.
    signer : Authority
        A signer for ``answer``.
    at : datetime.datetime
        The present moment.
    """
    message = {
        "id": question.identifier,
        "to": question.asker_state,
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "answer": answer,
        "differs": list(differs),
    }
    return write_seal(
        {"t": "civil.answer", "v": 1, "is": signer.state}, message, signer.key, signer.certificate
    )


def read_answer(
    text: str | bytes, *, identifier: str, asked: Iterable[str], state: str, trust: TrustList, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """Read and verify an answer; return the answer and the fields that differ.

    Parameters
    ----------
    text : str or bytes
        What came over the line; it may be hostile.
    identifier : str
        Number of the question.
    asked : iterable of str
        The fields that were asked about.
    state : str
        The State whose register was asked.
    trust : TrustList
        Who may answer (usage ``answer``).
    now : datetime.datetime
        The present moment.

    Raises
    ------
    RefusedError
        If it is not this register's intact answer to this question.
    """
    try:
        seal, _signer = _verified(text, "civil.answer", ANSWER, trust, now)
    except ValueError as error:
        raise RefusedError("malformed", 400) from error
    message = seal.message
    answer, differs = message.get("answer"), message.get("differs")
    fits = (
        seal.header["is"] == state
        and message.get("id") == identifier
        and answer in ANSWERS
        and isinstance(differs, list)
        and all(isinstance(name, str) for name in differs)
        and set(differs) <= set(asked)
        and bool(differs) == (answer == "differs")
    )
    if not fits:
        raise RefusedError("malformed", 400)
    return str(answer), tuple(differs or ())


def _verified(
    text: str | bytes, kind: str, usage: Usage, trust: TrustList, now: datetime
) -> tuple[Seal, Signer]:
    seal = read_seal(text)
    if seal.header["t"] != kind or seal.header["v"] != 1:
        raise MalformedError(_("It is another kind of message."))
    signer = trust.signer(seal.certificate)
    if not seal.fits(signer.key):
        raise RefusedError("altered", 403)
    verdict = trust.verdict(signer, usage, now, state=seal.header["is"])
    if verdict.answer != YES:
        raise RefusedError(verdict.code, 403)
    return seal, signer
