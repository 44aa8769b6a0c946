"""Four rules that anyone can read, each with its false alarms counted. An alarm opens a question, no case."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Choice, Keyed, Number, Several, Text, Whole, checked
from bordercourse.resilience.alarm_counts import Alarms
from bordercourse.resilience.logs import LogReading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["check_switched_off", "failed_bursts", "impossible_travel", "night_exports"]

LOG = A(LogReading, do=mark("Read it with read_logs."))
_COLUMNS = ["account", "begins", "ends", "place", "why"]


def _alarms(rule: str, rows: list[tuple[Any, ...]], looked_at: int) -> Alarms:
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return Alarms(rule, table.sort_values(["begins", "account"], ignore_index=True), looked_at)


@checked(log=LOG, places=Keyed(Several(Number(), least=2)), speed=Number(above=0))
def impossible_travel(log: LogReading, places: Mapping[str, Sequence[float]], speed: float = 250.0) -> Alarms:
    """Find accounts that log in at two places, faster than a person can travel between them.

    Two logins of one account that follow each other are compared, by the straight line on a map.

    *What the result is not.* No proof that a password was stolen. A network tunnel (VPN), a change of post by
    aircraft, or a clock that is wrong rings too. 250 km an hour is one product's usual limit; an aircraft is
    faster, so a higher limit rings less and misses more.

    Parameters
    ----------
    log : LogReading
        Its events ``LOGIN`` with the parameters account, place and result (``ok``).
    places : mapping
        East and north of each place, in kilometres on a map.
    speed : float
        Kilometres an hour that a person may travel.

    Returns
    -------
    Alarms
        One row a pair of logins.

    Raises
    ------
    InputError
        If the log names a place that `places` has not, or a place has not two numbers.

    References
    ----------
    The rule in words: SigmaHQ, "Impossible travel" (activities from distant places in less time than the way
    takes; a VPN is its usual false alarm). The limit: Curity, documentation of its product.

    Examples
    --------
    >>> from bordercourse.resilience import read_logs
    >>> log = read_logs([
    ...     '<86>1 2026-03-02T08:00:00+07:00 h border - LOGIN [u@32473 account="k1" place="A" result="ok"]',
    ...     '<86>1 2026-03-02T08:30:00+07:00 h border - LOGIN [u@32473 account="k1" place="B" result="ok"]',
    ... ])
    >>> impossible_travel(log, {"A": (0, 0), "B": (300, 0)}).table["why"][0]
    'A to B: 300 km in 30 minutes'
    """
    for name, at in places.items():
        if len(at) != 2:
            raise InputError(
                "places", _("{name} has not two numbers.").format(name=name), _("Give (east, north).")
            )
    logins = log.of("LOGIN", "account", "place", "result")
    logins = logins[logins["result"] == "ok"]
    unknown = sorted(set(logins["place"]) - set(places))
    if unknown:
        raise InputError("places", _("{name} is not there.").format(name=unknown[0]), _("Give every place."))
    rows = []
    for account, own in logins.groupby("account", sort=True):
        moves = zip(own.itertuples(), own.iloc[1:].itertuples(), strict=False)
        for one, other in moves:
            km = math.dist(places[one.place], places[other.place])
            hours = (other.time - one.time).total_seconds() / 3600
            if km > speed * hours:
                why = _("{a} to {b}: {km:.0f} km in {m:.0f} minutes").format(
                    a=one.place, b=other.place, km=km, m=60 * hours
                )
                rows.append((account, one.local_time, other.local_time, other.place, why))
    return _alarms(_("Faster than {s:g} km an hour").format(s=speed), rows, len(logins))


@checked(log=LOG, rows=Whole(low=1), begins=Whole(0, 23), ends=Whole(0, 23))
def night_exports(log: LogReading, rows: int = 1_000, begins: int = 22, ends: int = 5) -> Alarms:
    """Find large exports of records at night.

    *What the result is not.* No proof of a theft: statistics and back-ups run at night because the system is
    free. Somebody who takes a little less than the limit each night does not ring.

    Parameters
    ----------
    log : LogReading
        Its events ``EXPORT`` with the parameters account, place and rows.
    rows : int
        Records in one export, from which the rule rings.
    begins, ends : int
        Hours of the host's clock between which it is night.

    Returns
    -------
    Alarms
        One row an export.

    Raises
    ------
    InputError
        If a number is out of range.

    Examples
    --------
    >>> from bordercourse.resilience import read_logs
    >>> log = read_logs(
    ...     '<86>1 2026-03-02T23:10:00+07:00 h border - EXPORT [u@32473 account="k1" place="A" rows="4000"]'
    ... )
    >>> night_exports(log).accounts
    ('k1',)
    """
    exports = log.of("EXPORT", "account", "place", "rows")
    counts = pd.to_numeric(exports["rows"], errors="coerce").astype(float)
    hours = exports["local_time"].dt.hour
    night = (hours >= begins) | (hours < ends) if begins > ends else (hours >= begins) & (hours < ends)
    found = exports.assign(counted=counts)[night & (counts >= rows)]
    alarms = [
        (e.account, e.local_time, e.local_time, e.place, _("{n:,.0f} records").format(n=e.counted))
        for e in found.itertuples()
    ]
    rule = _("{n:,} records or more, from {b}:00 to {e}:00").format(n=rows, b=begins, e=ends)
    return _alarms(rule, alarms, len(exports))


@checked(log=LOG, failures=Whole(low=2), minutes=Number(above=0), by=Choice("account", "source"))
def failed_bursts(log: LogReading, failures: int = 10, minutes: float = 10.0, by: str = "account") -> Alarms:
    """Find many failed logins in a short time, of one account or from one address.

    By account it finds somebody who tries many passwords on one name; by source, one password on many names.

    *What the result is not.* No proof of an attack: a password that ended, a key that sticks, or a machine
    with an old password rings too.

    Parameters
    ----------
    log : LogReading
        Its events ``LOGIN`` with the parameters account, place, source and result (``failed``).
    failures : int
        Failures from which the rule rings.
    minutes : float
        Time within which they fall.
    by : str
        ``account`` or ``source``.

    Returns
    -------
    Alarms
        One row a burst; bursts that touch are one. By source, the column account holds the address.

    Raises
    ------
    InputError
        If a number is out of range.

    Examples
    --------
    >>> from bordercourse.resilience import read_logs
    >>> line = '<84>1 2026-03-02T08:0{}:00Z h b - LOGIN [u@32473 account="k1" place="A" result="failed"]'
    >>> failed_bursts(read_logs([line.format(minute) for minute in range(10)])).table["why"][0]
    '10 failed logins'
    """
    logins = log.of("LOGIN", by, "place", "result")
    failed = logins[logins["result"] == "failed"]
    span = pd.Timedelta(minutes=minutes)
    alarms = []
    for who, own in failed.groupby(by, sort=True):
        times = list(own["time"])
        inside = [False] * len(times)
        for last in range(failures - 1, len(times)):
            if times[last] - times[last - failures + 1] <= span:
                inside[last - failures + 1 : last + 1] = [True] * failures
        group = own[inside]
        begins = group["time"].diff().gt(span).cumsum()
        for _number, burst in group.groupby(begins):
            why = _("{n} failed logins").format(n=len(burst))
            clock = burst["local_time"]
            alarms.append((who, clock.iloc[0], clock.iloc[-1], burst["place"].iloc[0], why))
    rule = _("{n} failed logins in {m:g} minutes, by {by}").format(n=failures, m=minutes, by=by)
    return _alarms(rule, alarms, len(logins))


@checked(log=LOG, check=Text(), minutes=Number(low=0))
def check_switched_off(log: LogReading, check: str = "revocation", minutes: float = 60.0) -> Alarms:
    """Find a check that was switched off without the number of a change, or for too long.

    *What the result is not.* No proof of bad will: a technician in a hurry forgets the number. While the
    check is off, whatever passes was not checked: note from when to when, and look again at those papers.

    Parameters
    ----------
    log : LogReading
        Its events ``SETTING`` with the parameters account, place, check, value (``off`` or ``on``) and, where
        the change was agreed, change.
    check : str
        Name of the check.
    minutes : float
        Longest time that it may be off.

    Returns
    -------
    Alarms
        One row each time that it was switched off; a check that is still off ends with the log.

    Raises
    ------
    InputError
        If a number is out of range.

    Examples
    --------
    >>> from bordercourse.resilience import read_logs
    >>> line = '<109>1 2026-03-02T0{}:00Z h b - SETTING [u@9 account="a3" place="A" check="revocation" {}]'
    >>> log = read_logs([line.format("1:20", 'value="off"'), line.format("4:30", 'value="on"')])
    >>> check_switched_off(log).table["why"][0]
    'off for 190 minutes, no change number'
    """
    settings = log.of("SETTING", "account", "place", "check", "value")
    settings = settings[settings["check"] == check]
    rows = []
    for place, own in settings.groupby("place", sort=True):
        off = None
        for each in [*own.itertuples(), None]:
            if off is not None and (each is None or each.value == "on"):
                end = log.table.iloc[-1] if each is None else each
                lasted = (end.time - off.time).total_seconds() / 60
                number = getattr(off, "change", None)
                agreed = isinstance(number, str) and bool(number.strip())
                if lasted > minutes or not agreed:
                    why = _("off for {m:.0f} minutes, {c}").format(
                        m=lasted, c=_("change {n}").format(n=number) if agreed else _("no change number")
                    )
                    rows.append((off.account, off.local_time, end.local_time, place, why))
                off = None
            elif each is not None and each.value == "off" and off is None:
                off = each
    rule = _("{check} check off for more than {m:g} minutes, or with no change number")
    return _alarms(rule.format(check=check, m=minutes), rows, len(settings))
