"""A week of the log of Utopia's border system: many honest clerks, and three accounts that somebody misused.

No row is a real login, and no account is a person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from bordercourse.datasets.makers.border_lines import WeekInMaking
from bordercourse.datasets.makers.draws import Draws
from bordercourse.datasets.records import SyntheticFrame
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Text, Whole, checked

__all__ = ["BorderWeek", "make_border_week"]

#: Kilometres east and north of the capital, on an invented map, and the first desk address of each post.
#: Addresses are those that RFC 5737 keeps for documentation.
_PLACES = {
    "Stonegate": (0, 0),
    "Old Port": (-210, -60),
    "Blue Bridge": (260, 40),
    "Hill Pass": (120, 310),
    "North Ferry": (-90, 240),
    "Salt Road": (190, -170),
}
_MONDAY = dt.datetime(2026, 3, 2)
_SHIFTS = {"day": 6, "late": 14, "night": 22}
_CLERKS, _TECHNICIANS = 90, 4
_MACHINES = {"m01": "statistics", "m02": "back-up", "m03": "lists"}


@dataclass(frozen=True)
class BorderWeek:
    """A week of a log, and what is known of its accounts.

    Attributes
    ----------
    log : SyntheticFrame
        number, line (RFC 5424).
    accounts : SyntheticFrame
        account, role, post, week, remote, request; then what the questions showed: misused, answer.
    places : SyntheticFrame
        place, east_km, north_km.
    """

    log: SyntheticFrame
    accounts: SyntheticFrame
    places: SyntheticFrame


@checked(seed=Whole(low=0), guessed=Text(), second_place=Text(), check_off=Text())
def make_border_week(
    seed: int = 10, guessed: str = "k041", second_place: str = "k074", check_off: str = "t03"
) -> BorderWeek:
    """Make a week of the log of Utopia's border system.

    Parameters
    ----------
    seed : int
        Start of the random numbers.
    guessed : str
        A clerk's account (k001 to k090) whose password is guessed while its owner is on leave.
    second_place : str
        A clerk's account that somebody uses at another post while its owner works.
    check_off : str
        A technician's account (t01 to t04) by which the revocation check is switched off at night.

    Returns
    -------
    BorderWeek
        The log, the accounts, and the places.

    Raises
    ------
    InputError
        If an account is not one of these, or is given twice.

    Notes
    -----
    Everything is chosen; no rate of a real system was found. Ninety clerks work five of seven days in three
    shifts at six posts. Honest oddities: passwords that ended, a machine with an old password, statistics at
    night, leaders who log in from home through the capital, a flight between two posts, a change that took
    longer than planned, a change number that was forgotten. Three lines are cut off, as by a full disk.

    Examples
    --------
    >>> make_border_week(seed=10).log["line"][0][:34]
    '<110>1 2026-03-02T00:40:00+07:00 s'
    """
    clerks = [f"k{n:03}" for n in range(1, _CLERKS + 1)]
    technicians = [f"t{n:02}" for n in range(1, _TECHNICIANS + 1)]
    _known("guessed", guessed, clerks)
    _known("second_place", second_place, [clerk for clerk in clerks if clerk != guessed])
    _known("check_off", check_off, technicians)
    week = WeekInMaking(Draws(seed))
    _staff(week, guessed, check_off)
    for account in week.accounts:
        if account.startswith("k"):
            _shifts(week, account)
    _machines(week)
    others = [clerk for clerk in clerks if clerk not in (guessed, second_place)]
    drawn = [others[i] for i in week.draws.order(len(others))]
    _honest_oddities(week, [k for k in drawn if week.accounts[k]["role"] == "clerk"], check_off)
    _intrusions(week, guessed, second_place, check_off)
    lines = [line[1] for line in sorted(week.lines)]
    for cut in (len(lines) // 5, len(lines) // 2, len(lines) - 90):
        lines[cut] = lines[cut][:31]
    log = pd.DataFrame({"number": range(1, len(lines) + 1), "line": lines})
    accounts = pd.DataFrame([{"account": name, **row} for name, row in week.accounts.items()])
    places = pd.DataFrame([(p, *at) for p, at in _PLACES.items()], columns=["place", "east_km", "north_km"])
    return BorderWeek(SyntheticFrame(log), SyntheticFrame(accounts), SyntheticFrame(places))


def _known(name: str, account: str, accounts: list[str]) -> None:
    if account not in accounts:
        raise InputError(
            name,
            _("{account} is not there, or is taken.").format(account=account),
            _("Give another from {first} to {last}.").format(first=accounts[0], last=accounts[-1]),
        )


def _staff(week: WeekInMaking, guessed: str, check_off: str) -> None:
    posts = list(_PLACES)
    for n in range(1, _CLERKS + 1):
        role = "shift leader" if n % 15 == 0 else "clerk"
        week.accounts[f"k{n:03}"] = _row(role, posts[n % len(posts)])
    for n in range(1, _TECHNICIANS + 1):
        week.accounts[f"t{n:02}"] = _row("technician", "Stonegate", remote=True)
    for name in _MACHINES:
        week.accounts[name] = _row("machine", "Stonegate")
    week.accounts[guessed]["week"] = "on leave"
    week.accounts[check_off]["week"] = "on leave"
    for n in range(15, _CLERKS + 1, 15):
        week.accounts[f"k{n:03}"]["remote"] = True


def _row(role: str, post: str, *, remote: bool = False) -> dict[str, object]:
    return {
        "role": role,
        "post": post,
        "week": "at work",
        "remote": remote,
        "request": "",
        "misused": False,
        "answer": "",
    }


def _shifts(week: WeekInMaking, account: str) -> None:
    """Write five ordinary shifts of a clerk, unless it is on leave."""
    row = week.accounts[account]
    number = int(account[1:])
    post = str(row["post"])
    source = _desk(post, number)
    shift = _shift(number)
    if row["week"] == "on leave":
        return
    for day in sorted(week.draws.order(7)[:5]):
        begins = _MONDAY + dt.timedelta(days=day, hours=_SHIFTS[shift])
        at = begins + week.minutes(-12, 6)
        for attempt in range(week.draws.by_share({0: 0.8, 1: 0.14, 2: 0.06})):
            week.login(at - dt.timedelta(seconds=25 * (attempt + 1)), account, post, source, "failed")
        week.login(at, account, post, source)
        if week.draws.uniform() < 0.25:
            week.export(begins + week.minutes(60, 400), account, post, week.draws.between(1, 80))
        if week.draws.uniform() < 0.6:
            pause = begins + week.minutes(180, 280)
            week.write(pause, "LOGOUT", account, post, "logout", source=source)
            week.login(pause + week.minutes(20, 40), account, post, source)
        week.write(begins + week.minutes(478, 500), "LOGOUT", account, post, "logout", source=source)


def _shift(number: int) -> str:
    return list(_SHIFTS)[(number // len(_PLACES)) % len(_SHIFTS)]


def _desk(post: str, number: int) -> str:
    return f"192.0.2.{10 + 36 * list(_PLACES).index(post) + number % 30}"


def _machines(week: WeekInMaking) -> None:
    for day in range(7):
        night = _MONDAY + dt.timedelta(days=day)
        week.login(night + dt.timedelta(hours=23, minutes=28), "m01", "Stonegate", "192.0.2.2")
        week.export(night + dt.timedelta(hours=23, minutes=30), "m01", "Stonegate", 11_000 + 137 * day)
        week.export(night + dt.timedelta(minutes=40), "m02", "Stonegate", 64_000 + 211 * day)
    for day in (1, 3, 5):
        at = _MONDAY + dt.timedelta(days=day, hours=2)
        week.failures(at, "m03", "Stonegate", "192.0.2.4", n=12, seconds=40)
    week.accounts["m01"]["request"] = "R-101, statistics each night"
    week.accounts["m02"]["request"] = "R-102, back-up each night"
    week.answer("m01", "The statistics office asked for it: request R-101.")
    week.answer("m02", "The back-up of each night: request R-102.")
    week.answer("m03", "A machine still had last year's password. It is changed now.")


def _honest_oddities(week: WeekInMaking, clerks: list[str], check_off: str) -> None:
    """Write what looks odd and is not: each with the answer that its owner gives."""
    for clerk, day in zip(clerks[:5], (0, 0, 0, 1, 2), strict=True):
        number, post = int(clerk[1:]), str(week.accounts[clerk]["post"])
        at = _MONDAY + dt.timedelta(days=day, hours=_SHIFTS[_shift(number)]) + week.minutes(5, 50)
        week.failures(at, clerk, post, _desk(post, number), n=week.draws.between(10, 15), seconds=20)
        week.answer(clerk, "The password had ended on Sunday. The shift leader stood beside the desk.")
    leaders = [k for k, row in week.accounts.items() if row["role"] == "shift leader"]
    for day, leader in enumerate(leaders):
        post = str(week.accounts[leader]["post"])
        if post == "Stonegate":
            continue
        at = _MONDAY + dt.timedelta(days=1 + day, hours=5) + week.minutes(0, 50)
        week.login(at, leader, post, _desk(post, int(leader[1:])))
        week.login(at + week.minutes(15, 30), leader, "Stonegate", f"198.51.100.{20 + day}")
        week.answer(leader, "Wrote the roster from home. The tunnel comes out in Stonegate.")
    flyer, *listers = [k for k in clerks[5:] if _shift(int(k[1:])) == "night"][:3]
    other = "Old Port" if week.accounts[flyer]["post"] != "Old Port" else "Blue Bridge"
    at = _MONDAY + dt.timedelta(days=2, hours=22, minutes=40)
    week.login(at, flyer, str(week.accounts[flyer]["post"]), "192.0.2.3")
    week.login(at + dt.timedelta(minutes=42), flyer, other, "192.0.2.3")
    week.accounts[flyer]["request"] = "R-117, help at another post by air"
    week.answer(flyer, "Flew with the medical helicopter to help the other post: request R-117.")
    for clerk, rows in zip(listers, (1_240, 2_900), strict=True):
        at = _MONDAY + dt.timedelta(days=3, hours=23, minutes=12) + week.minutes(0, 30)
        week.export(at, clerk, str(week.accounts[clerk]["post"]), rows)
        week.answer(clerk, "A list for the night bus and its families. The shift leader had asked for it.")
    technicians = [t for t in week.accounts if t.startswith("t") and t != check_off]
    at = _MONDAY + dt.timedelta(days=4, hours=13)
    week.switch(at, technicians[0], "North Ferry", "off", "C-0412")
    week.switch(at + dt.timedelta(minutes=95), technicians[0], "North Ferry", "on", "C-0412")
    week.accounts[technicians[0]]["request"] = "C-0412, new revocation list at North Ferry"
    week.answer(technicians[0], "Change C-0412 took longer than planned. A second person was there.")
    at = _MONDAY + dt.timedelta(days=2, hours=11, minutes=5)
    week.switch(at, technicians[1], "Salt Road", "off")
    week.switch(at + dt.timedelta(minutes=8), technicians[1], "Salt Road", "on")
    week.answer(technicians[1], "Forgot the change number for a restart. The shift leader saw it.")


def _intrusions(week: WeekInMaking, guessed: str, second_place: str, check_off: str) -> None:
    """Write the three accounts that somebody misused; none of their owners did anything wrong."""
    at = _MONDAY + dt.timedelta(days=2, hours=2, minutes=31)
    week.failures(at, guessed, "Stonegate", "203.0.113.77", n=26, seconds=21)
    week.login(at + dt.timedelta(minutes=11), guessed, "Stonegate", "203.0.113.77")
    week.export(at + dt.timedelta(minutes=24), guessed, "Stonegate", 18_400)
    week.answer(
        guessed, "The owner was in hospital with a newborn child. The password was guessed.", misused=True
    )
    post = str(week.accounts[second_place]["post"])
    other = "Old Port" if post != "Old Port" else "Blue Bridge"
    at = _MONDAY + dt.timedelta(days=3, hours=10, minutes=4)
    week.login(at, second_place, post, _desk(post, int(second_place[1:])))
    week.login(at + dt.timedelta(minutes=23), second_place, other, "198.51.100.9")
    week.export(at + dt.timedelta(minutes=37), second_place, other, 870)
    week.answer(
        second_place,
        "The owner was at the usual post all morning; two colleagues saw it. The password was copied.",
        misused=True,
    )
    at = _MONDAY + dt.timedelta(days=5, hours=1, minutes=20)
    week.login(at - dt.timedelta(minutes=6), check_off, "Stonegate", "203.0.113.140")
    week.switch(at, check_off, "Hill Pass", "off")
    week.switch(at + dt.timedelta(minutes=190), check_off, "Hill Pass", "on")
    week.answer(
        check_off, "The owner was on leave, without a computer. A stolen key card was used.", misused=True
    )
