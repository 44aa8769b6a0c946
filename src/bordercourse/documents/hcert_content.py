"""What an EU certificate states: read by the schema of the format, and nothing of it believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["KINDS", "read_claims", "read_event"]

ISSUER, EXPIRES, ISSUED, HEALTH_CLAIM = 1, 4, 6, -260  # RFC 8392 section 4; the EU specification, section 3.3
_LAST_SECOND = 253402300799  # of the year 9999
_LONGEST = 80
_DAY = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_BORN = re.compile(r"((19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?", re.ASCII)
_VERSION = re.compile(r"1\.\d{1,2}\.\d{1,2}", re.ASCII)
_TRANSLITERATED = re.compile(r"[A-Z<]{1,80}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{1,10}", re.ASCII)


def _line(value: object) -> bool:
    return type(value) is str and 0 < len(value) <= _LONGEST and value.isprintable()


def _dose(value: object) -> bool:
    return type(value) is int and 1 <= value <= 9


def _day(value: object) -> bool:
    return type(value) is str and _DAY.fullmatch(value) is not None and _parses(value)


def _day_or_moment(value: object) -> bool:
    return _day(value) or _moment(value)  # the first versions wrote a time behind the day of a dose


def _moment(value: object) -> bool:
    return type(value) is str and 19 <= len(value) <= 40 and _parses(value)


def _country(value: object) -> bool:
    return type(value) is str and _COUNTRY.fullmatch(value) is not None


def _parses(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_Holds = dict[str, "Callable[[object], bool]"]
_OF_ALL: _Holds = {"tg": _line, "is": _line, "ci": _line, "co": _country}
_VACCINATION: _Holds = {
    "vp": _line,
    "mp": _line,
    "ma": _line,
    "dn": _dose,
    "sd": _dose,
    "dt": _day_or_moment,
}
_TEST: _Holds = {"tt": _line, "tr": _line, "sc": _moment}
_RECOVERY: _Holds = {"fr": _day, "df": _day, "du": _day}
#: The three kinds of event: how each is called here, and what its parts hold.
KINDS: dict[str, tuple[str, _Holds]] = {
    "v": ("vaccination", _OF_ALL | _VACCINATION),
    "t": ("test", _OF_ALL | _TEST),
    "r": ("recovery", _OF_ALL | _RECOVERY),
}
_NAMES = ("fn", "gn", "fnt", "gnt")


def read_claims(claims: Any) -> tuple[str | None, datetime | None, datetime, Mapping[str, Any]]:
    """Return who issued a token, from when until when it counts, and the health claim in it.

    Parameters
    ----------
    claims : object
        The content of the envelope, decoded.

    Raises
    ------
    MalformedError
        If it is no token (CWT) with an expiry and a health claim.
    """
    if type(claims) is not dict:
        raise MalformedError(_("The content is no token (CWT)."))
    issuer, issued = claims.get(ISSUER), claims.get(ISSUED)
    if issuer is not None and not _country(issuer):
        raise MalformedError(_("The issuer is not a code of a country."))
    health = claims.get(HEALTH_CLAIM)
    certificate = health.get(1) if type(health) is dict else None
    if type(certificate) is not dict:
        raise MalformedError(_("There is no health certificate in it."))
    start = None if issued is None else _second(issued)
    return issuer, start, _second(claims.get(EXPIRES)), certificate


def _second(value: object) -> datetime:
    if type(value) in (int, float) and 0 <= value <= _LAST_SECOND:  # type: ignore[operator]
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]
    raise MalformedError(_("The day of issue or of expiry is missing, or is no moment."))


def read_event(certificate: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the kind of the one event that a certificate states, and what it states by name.

    Parameters
    ----------
    certificate : mapping
        The health claim.

    Raises
    ------
    MalformedError
        If it breaks the schema, or states more than one event.

    References
    ----------
    EU Digital COVID Certificate schema 1.x: name, birth date, and exactly one of v, t and r with one entry.
    """
    version, person, born = certificate.get("ver"), certificate.get("nam"), certificate.get("dob")
    if type(version) is not str or not _VERSION.fullmatch(version):
        raise MalformedError(_("The version of its schema is not 1."))
    if type(person) is not dict or not _TRANSLITERATED.fullmatch(str(person.get("fnt"))):
        raise MalformedError(_("The name in Latin letters is missing."))
    if type(born) is not str or not _BORN.fullmatch(born):
        raise MalformedError(_("The date of birth is not a date."))
    present = [each for each in KINDS if each in certificate]
    events = certificate[present[0]] if len(present) == 1 else None
    if type(events) is not list or len(events) != 1 or type(events[0]) is not dict:
        raise MalformedError(_("It must state exactly one vaccination, test or recovery."))
    kind, rules = KINDS[present[0]]
    event = events[0]
    stated: dict[str, Any] = {"dob": born}
    for name in _NAMES:
        if name in person:
            stated[name] = value = person[name]
            if not _line(value):
                raise _wrong_part(name)
    for name, holds in rules.items():
        stated[name] = value = event.get(name)
        if not holds(value):
            raise _wrong_part(name)
    return kind, stated


def _wrong_part(name: str) -> MalformedError:
    return MalformedError(_("The part {name} is missing, or is not what it must be.").format(name=name))
