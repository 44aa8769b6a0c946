"""Lines of RFC 5424 as Utopia's border system writes them, and what is known of its accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from bordercourse.datasets.makers.draws import Draws

__all__ = ["WeekInMaking"]

_ZONE = "+07:00"
# Facility and severity of RFC 5424: 10 (logins) and 13 (audit), 4 (warning), 5 (notice), 6 (information).
_PRIORITY = {"LOGIN ok": 86, "LOGIN failed": 84, "LOGOUT": 86, "EXPORT": 110, "SETTING": 109}


@dataclass
class WeekInMaking:
    """Lines and accounts while they are made."""

    draws: Draws
    lines: list[tuple[dt.datetime, str]] = field(default_factory=list)
    accounts: dict[str, dict[str, object]] = field(default_factory=dict)

    def write(self, at: dt.datetime, kind: str, account: str, place: str, words: str, **more: object) -> None:
        event, *result = kind.split()
        more = {"result": result[0], **more} if result else more
        parameters = {"account": account, "place": place, **more}
        inside = " ".join(f'{name}="{value}"' for name, value in parameters.items())
        host = place.lower().replace(" ", "-")
        stamp = f"{at:%Y-%m-%dT%H:%M:%S}{_ZONE}"
        line = (
            f"<{_PRIORITY[kind]}>1 {stamp} {host}.border.example border - {event} [u@32473 {inside}] {words}"
        )
        self.lines.append((at, line))

    def login(self, at: dt.datetime, account: str, place: str, source: str, result: str = "ok") -> None:
        self.write(at, f"LOGIN {result}", account, place, f"login {result}", source=source)

    def export(self, at: dt.datetime, account: str, place: str, rows: int) -> None:
        self.write(at, "EXPORT", account, place, "list exported", rows=rows)

    def switch(self, at: dt.datetime, account: str, place: str, value: str, change: str = "") -> None:
        number = {"change": change} if change else {}
        words = f"revocation check {value}"
        self.write(at, "SETTING", account, place, words, check="revocation", value=value, **number)

    def failures(self, at: dt.datetime, account: str, place: str, source: str, n: int, seconds: int) -> None:
        for i in range(n):
            self.login(at + dt.timedelta(seconds=i * seconds), account, place, source, "failed")

    def answer(self, account: str, answer: str, *, misused: bool = False) -> None:
        self.accounts[account] |= {"misused": misused, "answer": answer}

    def minutes(self, low: int, high: int) -> dt.timedelta:
        return dt.timedelta(minutes=self.draws.between(low, high), seconds=self.draws.below(60))
