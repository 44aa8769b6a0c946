"""The register: entries, askers, a log of every question, and the rules that make it useless for fishing.

An answer says only ``match``, ``differs``, ``not found`` or ``cannot say``. The rules:

1. Only a signer on the register's list may ask, and each question counts once.
2. Who asks must hold the certificate: number, entry, event, its date and the name, all together.
   The number of a certificate cannot be guessed.
3. An entry is found only if number, entry and event are right and the name or the date is right too.
   Everything else is ``not found``, whether the entry exists or not, after the same steps.
4. ``differs`` names only fields that the asker sent, never what the register holds.
5. Few questions a minute, few on one certificate a day, few misses a day; then only ``cannot say``.
6. A protected entry is ``cannot say``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError

from bordercourse.documents.authorities import Authority
from bordercourse.documents.register.comparing import compare
from bordercourse.documents.register.messages import (
    ASKABLE,
    SealedQuestion,
    read_question,
    write_answer,
)
from bordercourse.documents.trust import TrustList
from bordercourse.errors import InputError, RefusedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Anything, Input, Several, Text, Whole, checked, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy.engine import Connection, Engine

    from bordercourse.documents.authorities import Authority
    from bordercourse.documents.trust import TrustList

__all__ = ["QuestionLimits", "Register", "Reply"]

_META = MetaData()
_ENTRIES = Table(
    "entries",
    _META,
    Column("number", Integer, primary_key=True),
    Column("certificate", String(200), nullable=False, unique=True),
    *(Column(name, String(1000)) for name in ASKABLE if name != "certificate"),
    Column("protected", Boolean, nullable=False, default=False),
)
_ASKERS = Table(
    "askers",
    _META,
    Column("name", String(200), primary_key=True),
    Column("state", String(3), primary_key=True),
)
_LOG = Table(
    "log",
    _META,
    Column("number", Integer, primary_key=True),
    Column("received", Float, nullable=False, index=True),
    Column("asker", String(200), nullable=False, index=True),
    Column("asker_state", String(3), nullable=False),
    Column("question", String(32), nullable=False),
    Column("certificate", String(200), nullable=False, index=True),
    Column("fields", String(400), nullable=False),
    Column("answer", String(12), nullable=False),
    Column("why", String(40), nullable=False),
    UniqueConstraint("asker", "asker_state", "question"),
)
# Stands in for an entry that is not there, so that the same comparisons are made.
_NOBODY: Mapping[str, str | None] = dict.fromkeys(ASKABLE, "\u2014")
_CLOCK_SLACK = 300.0
_DAY = 86_400.0


_COUNT = Whole(low=1)


@checked(per_minute=_COUNT, per_certificate=_COUNT, per_certificate_all=_COUNT, misses_per_day=_COUNT)
@dataclass(frozen=True)
class QuestionLimits:
    """How much one asker may ask.

    Attributes
    ----------
    per_minute : int
        Questions of one asker in a minute.
    per_certificate : int
        Questions of one asker on one certificate in a day.
    per_certificate_all : int
        Questions of all askers on one certificate in a day.
    misses_per_day : int
        Answers ``not found`` to one asker in a day.
    """

    per_minute: int = 30
    per_certificate: int = 5
    per_certificate_all: int = 20
    misses_per_day: int = 20


@dataclass(frozen=True)
class Reply:
    """What goes back: an HTTP status, and a sealed answer or a refusal as JSON text."""

    status: int
    text: str


class Entries(Input):
    """Entries of a register: rows of a table, or mappings."""

    def read(self, value: Any, name: str) -> list[Mapping[str, Any]]:
        """Return a list of mappings."""
        if isinstance(value, pd.DataFrame):
            value = value.to_dict("records")
        rows = Several(Anything()).read(value, name)
        strange = [row for row in rows if not isinstance(row, Mapping)]
        if strange:
            raise InputError(
                name,
                _("{value} is not an entry.").format(value=shown(strange[0])),
                _("Give a table, or a mapping for each entry."),
            )
        return list(rows)


@checked(
    url=Text(),
    trust=A(TrustList, do=mark("Give a TrustList, such as practice.trust_list().")),
    signer=A(Authority, do=mark("Make it with make_signer.")),
    limits=A(QuestionLimits, do=mark("Give QuestionLimits(per_minute=30).")),
    clock=Anything(),
)
class Register:
    """A civil register that answers verification requests.

    Parameters
    ----------
    url : str
        A database as SQLAlchemy names it: ``sqlite:///register.sqlite``, ``postgresql+psycopg://…``.
    trust : TrustList
        Who may ask (usage ``request``).
    signer : Authority
        Signs the answers (usage ``answer``).
    limits : QuestionLimits, optional
        How much one asker may ask.
    clock : callable, optional
        Returns the present moment in UTC.
    """

    def __init__(
        self,
        url: str,
        *,
        trust: TrustList,
        signer: Authority,
        limits: QuestionLimits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.trust, self.signer, self.clock = trust, signer, clock
        self.limits = limits or QuestionLimits()
        self.engine = _engine(url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_at_once)
        try:
            _META.create_all(self.engine)
        except OperationalError as error:
            raise InputError(
                "url",
                _("the database cannot be opened ({error}).").format(error=error.orig),
                _("Check its address."),
            ) from None

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()

    @checked(entries=Entries())
    def add(self, entries: Iterable[Mapping[str, Any]] | pd.DataFrame) -> int:
        """Add entries: the askable fields, and ``protected``; return how many there were.

        Raises
        ------
        InputError
            If an entry lacks its certificate number, or the number is there already.
        """
        clean = []
        for row in cast("list[Mapping[str, Any]]", entries):
            entry = {name: _text(row.get(name)) for name in ASKABLE}
            if entry["certificate"] is None:
                problem = _("an entry has no certificate number.")
                raise InputError("entries", problem, _("Give each its number."))
            protected = row.get("protected", False)
            clean.append({**entry, "protected": bool(protected) and not pd.isna(protected)})
        try:
            with self.engine.begin() as connection:
                if clean:
                    connection.execute(insert(_ENTRIES), clean)
        except IntegrityError:
            problem = _("a certificate number stands twice.")
            raise InputError("entries", problem, _("Give each its own.")) from None
        return len(clean)

    def __len__(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(_ENTRIES)) or 0)

    def log(self) -> pd.DataFrame:
        """Return the audit log: who asked when about which certificate, which fields, and the answer.

        It holds names of fields, never what was in them.
        """
        with self.engine.connect() as connection:
            frame = pd.DataFrame(connection.execute(select(_LOG).order_by(_LOG.c.number)).mappings().all())
        return frame if len(frame) else pd.DataFrame(columns=[c.name for c in _LOG.columns])

    def answer(self, text: str | bytes) -> Reply:
        """Answer one sealed question; never raises on hostile `text`."""
        now = self.clock()
        try:
            question = read_question(text, trust=self.trust, now=now)
            if question.to != self.signer.state:
                raise RefusedError("wrong_register", 403)
            if abs((question.at - now).total_seconds()) > _CLOCK_SLACK:
                raise RefusedError("wrong_time", 403)
            answer, differs, why = self._decide(question, now)
        except RefusedError as refused:
            return Reply(refused.status, f'{{"refused":"{refused.code}"}}')
        status = 429 if why == "too many a minute" else 200
        return Reply(status, write_answer(question, answer, differs, signer=self.signer, at=now))

    def _decide(self, question: SealedQuestion, now: datetime) -> tuple[str, tuple[str, ...], str]:
        self._meet(question)
        with self.engine.begin() as connection:
            who = (_ASKERS.c.name == question.asker) & (_ASKERS.c.state == question.asker_state)
            connection.execute(
                select(_ASKERS).where(who).with_for_update()
            )  # one question of an asker at a time
            row = self._write_down(connection, question, now)
            why = self._over_limit(connection, question, now)
            entries = connection.execute(
                select(_ENTRIES).where(_ENTRIES.c.certificate == question.fields["certificate"])
            ).mappings()
            entry = entries.first()
            answer, differs = _judge(question.fields, None if entry is None else dict(entry))
            if why:
                answer, differs = "cannot say", ()
            connection.execute(update(_LOG).where(_LOG.c.number == row).values(answer=answer, why=why))
        return answer, differs, why

    def _meet(self, question: SealedQuestion) -> None:
        try:
            with self.engine.begin() as connection:
                connection.execute(insert(_ASKERS).values(name=question.asker, state=question.asker_state))
        except IntegrityError:
            pass  # known already

    def _write_down(self, connection: Connection, question: SealedQuestion, now: datetime) -> int:
        values = {
            "received": now.timestamp(),
            "asker": question.asker,
            "asker_state": question.asker_state,
            "question": question.identifier,
            "certificate": question.fields["certificate"],
            "fields": " ".join(sorted(question.fields)),
            "answer": "",
            "why": "",
        }
        try:
            result = connection.execute(insert(_LOG).values(**values))
        except IntegrityError:
            raise RefusedError("replayed", 409) from None
        (number,) = result.inserted_primary_key or (0,)
        return int(number)

    def _over_limit(self, connection: Connection, question: SealedQuestion, now: datetime) -> str:
        """Return which limit this question breaks, or nothing; every count includes the question itself."""
        mine = (_LOG.c.asker == question.asker) & (_LOG.c.asker_state == question.asker_state)
        this = _LOG.c.certificate == question.fields["certificate"]
        minute, day = (_LOG.c.received > now.timestamp() - span for span in (60.0, _DAY))
        counts = (
            (mine & minute, self.limits.per_minute, "too many a minute"),
            (mine & this & day, self.limits.per_certificate, "too many on one certificate"),
            (this & day, self.limits.per_certificate_all, "too many on one certificate"),
            (mine & day & (_LOG.c.answer == "not found"), self.limits.misses_per_day - 1, "too many misses"),
        )
        broken = ""
        for condition, most, why in counts:
            number = connection.scalar(select(func.count()).select_from(_LOG).where(condition)) or 0
            broken = broken or (why if number > most else "")
        return broken


def _judge(asked: Mapping[str, str], entry: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]]:
    compared = compare(asked, entry if entry is not None else _NOBODY)
    is_there = (
        entry is not None
        and compared["entry"]
        and compared["event"]
        and (compared["name"] or compared["event_date"])
    )
    if not is_there or entry is None:
        return "not found", ()
    if entry["protected"]:
        return "cannot say", ()
    differs = tuple(sorted(name for name, equal in compared.items() if equal is False))
    if differs:
        return "differs", differs
    return ("match" if all(compared.values()) else "cannot say"), ()


def _engine(url: str) -> Engine:
    try:
        return create_engine(url)
    except ArgumentError:  # not an address, or of a kind of database that SQLAlchemy does not know
        raise InputError(
            "url",
            _("{url} is no address of a database.").format(url=repr(url)),
            _("Write it as 'sqlite:///register.sqlite'."),
        ) from None
    except ModuleNotFoundError as error:
        raise InputError(
            "url",
            _("the driver of this database is not installed ({name}).").format(name=error.name),
            _("For PostgreSQL: pip install 'bordercourse[postgresql]'."),
        ) from None


def _text(value: Any) -> str | None:
    return None if value is None or value != value or value == "" else str(value)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own advice: leave BEGIN to the listener below
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=10000")


def _begin_at_once(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # writers wait for one another instead of failing later
