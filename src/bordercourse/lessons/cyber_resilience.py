"""Module 10: the figures of the lesson on systems that fail or are attacked, and its week of a log."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from bordercourse import datasets, page, plotting, resilience
from bordercourse.i18n import gettext as _
from bordercourse.resilience import Alarms, AttackTree, LogReading
from bordercourse.widgets.explorer import Slider, explore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "alarm_explorer",
    "show_alarms",
    "show_availability",
    "show_evidence",
    "show_incidents",
    "show_safe",
]


OF_A_POST = "192.0.2."  # addresses of the posts; RFC 5737 keeps them for documentation


def show_incidents(incidents: pd.DataFrame) -> None:
    """Show the table ``system_incidents`` in words; a narrow column does not break its dates."""
    words = datasets.readable(incidents)
    day = Markup('<span style="white-space:nowrap">{}</span>')
    rows = [[day.format(first), *others] for first, *others in words.itertuples(index=False)]
    page.show_html(page.table(list(words.columns), rows))


@cache
def _read(lines: tuple[str, ...]) -> LogReading:
    return resilience.read_logs(lines)


def rung_alarms(lines: Sequence[str]) -> tuple[Alarms, ...]:
    """Return the alarms of the four rules, with the limits of the lesson.

    Parameters
    ----------
    lines : sequence of str
        A week of the border system's log.
    """
    log = _read(tuple(lines))
    rows = datasets.load("utopia_border_places").itertuples(index=False)
    places = {place: (east, north) for place, east, north in rows}
    return (
        resilience.failed_bursts(log, failures=10, minutes=10),
        resilience.impossible_travel(log, places, speed=250),
        resilience.night_exports(log, rows=1_000),
        resilience.check_switched_off(log, minutes=60),
    )


# What each rule is called in the lesson.
def rule_names() -> tuple[str, ...]:
    """The four rules in words, in the order of `rung_alarms`."""
    return (
        _("10 failed logins in 10 minutes"),
        _("two places, faster than 250 km an hour"),
        _("a list of 1,000 records at night"),
        _("a check off for an hour, or with no change number"),
    )


def show_alarms() -> None:
    """Show how often each rule rang in the week, how often it was right, and whose accounts rang."""
    accounts = datasets.load("utopia_border_accounts").set_index("account")
    misused = list(accounts.index[accounts["misused"]])
    alarms = rung_alarms(datasets.load("utopia_border_log")["line"])
    counts = resilience.count_alarms(alarms, misused).table[["alarms", "true", "false"]]
    rows = [
        [name, *(f"{n:,}" for n in row)] for name, row in zip(rule_names(), counts.to_numpy(), strict=True)
    ]
    rows.append([_("together"), *(f"{n:,}" for n in counts.sum())])
    page.show_html(page.table([_("Rule"), _("Alarms"), _("True"), _("False")], rows))
    rung = accounts.loc[sorted(set().union(*[each.accounts for each in alarms]))]
    machines = int((rung["role"] == "machine").sum())
    words = _("{n} accounts rang: {m} were misused, {p} belong to honest people, {k} to machines.").format(
        n=len(rung), m=len(misused), p=len(rung) - len(misused) - machines, k=machines
    )
    page.show_html(f"<p>{words}</p>")


def show_evidence(lines: Sequence[str], accounts: pd.DataFrame) -> None:
    """Show each account with an alarm: what rang, and what is known of the account before anybody is asked.

    Parameters
    ----------
    lines : sequence of str
        A week of the border system's log.
    accounts : pandas.DataFrame
        The accounts: account, role, post, week, remote, request.
    """
    known = accounts.set_index("account")
    why: dict[str, list[str]] = {}
    for each in rung_alarms(lines):
        for account, table in each.table.groupby("account", sort=True):
            first = table.iloc[0]
            more = _(" ({n} times)").format(n=len(table)) if len(table) > 1 else ""
            words = f"{first['begins']:%a %H:%M} {first['why']}{more}"
            why.setdefault(str(account), []).append(words)
    logins = _read(tuple(lines)).of("LOGIN", "account", "source")
    elsewhere = set(logins.loc[~logins["source"].str.startswith(OF_A_POST), "account"])
    rows = []
    for account in sorted(why):
        one = known.loc[account]
        outside = (_("yes") if yes else _("no") for yes in (one["remote"], account in elsewhere))
        agreed = one["request"] if isinstance(one["request"], str) else ""
        made_for = f"{one['role']}, {one['post']}"
        rows.append([account, made_for, one["week"], *outside, agreed, "; ".join(why[account])])
    heads = [
        _("Account"),
        _("Made for"),
        _("Owner this week"),
        _("May log in from outside"),
        _("Logged in from outside"),
        _("Agreed before"),
        _("What rang"),
    ]
    page.show_html(page.table(heads, rows))


# The safe of B. Schneier, Dr. Dobb's Journal, December 1999; costs in thousand dollars, as a copy of the tree
# in code prints them. The price of listening could not be compared with the journal's figure: with 20 in
# place of 25 the way by overhearing costs 60 in place of 65, and nothing that the lesson says changes.
_SAFE: Mapping[str, tuple[str, list[str]]] = {
    "open the safe": ("or", ["pick the lock", "learn the number", "cut it open", "install it badly"]),
    "learn the number": ("or", ["find it written", "get it from the owner"]),
    "get it from the owner": ("or", ["threaten", "blackmail", "bribe", "overhear it"]),
    "overhear it": ("and", ["listen", "make the owner say it"]),
}
_COSTS = {
    "pick the lock": 30,
    "cut it open": 10,
    "install it badly": 100,
    "find it written": 75,
    "threaten": 60,
    "blackmail": 100,
    "bribe": 20,
    "listen": 25,
    "make the owner say it": 40,
}


def safe() -> AttackTree:
    """The tree of the safe, with its costs in thousand dollars."""
    return resilience.attack_tree("open the safe", _SAFE, _COSTS)


def show_safe() -> None:
    """Show the tree of the safe, its cheapest way marked, and what is left when that is closed."""
    tree = safe()
    ax = tree.plot(plotting.axes(height=4.4))
    first, second = tree.without(["cut it open"]), tree.without(["cut it open", "bribe"])
    n = len(tree.cut_sets())
    plotting.label(
        ax, title=_("{n} ways into the safe; the cheapest costs {c:g}").format(n=n, c=tree.cheapest())
    )
    words = _(
        "{n} ways. The cheapest is to cut it open: {a:g} thousand dollars. With that closed {b:g}, to bribe. "
        "With both closed {c:g}, to pick the lock."
    )
    plotting.show(ax, alt=words.format(n=n, a=tree.cheapest(), b=first.cheapest(), c=second.cheapest()))


def show_availability() -> None:
    """Show hours without a system in a year, with the sum by hand: rows, spares, and one cause for two."""
    board = resilience.availability(50_000, 5, name="board")
    disk = resilience.availability(20_000, 2, name="disk")
    server = resilience.availability(99, 1)
    spare = resilience.in_parallel([server, server])
    systems = [
        (_("board and disk"), "50,000 ÷ 50,005 × 20,000 ÷ 20,002", resilience.in_series([board, disk])),
        (_("two servers of 99%, no cause stops both"), "1 − 0.01 × 0.01", spare),
        (
            _("two servers, one failure in ten strikes both"),
            "1 − (0.1 × 0.01 + 0.9 × 0.01 × 0.01)",
            resilience.in_parallel([server, server], common_cause=0.1),
        ),
        (_("a cable of 99%, then such two servers"), "0.99 × 0.9999", resilience.in_series([server, spare])),
    ]
    rows = []
    for name, sum_by_hand, one in systems:
        minutes = round(60 * one.hours_down)
        lost = _("{h} h {m:02} min").format(h=minutes // 60, m=minutes % 60)
        rows.append([name, sum_by_hand, f"{one.share:.2%}", lost])
    heads = [_("System"), _("The sum"), _("Works"), _("Without it in a year")]
    page.show_html(page.table(heads, rows))


def draw_odds(records: int, share: int, false_alarms: int) -> tuple[Axes, str]:
    """Return the picture of one week of alarms, and a sentence.

    Parameters
    ----------
    records : int
        Records of an intrusion in 100,000.
    share : int
        Percent of these that raise an alarm.
    false_alarms : int
        False alarms in 100,000 records of honest work.
    """
    odds = resilience.alarm_odds(records / 100_000, share / 100, false_alarms / 100_000)
    true, false = odds.counted()["alarms"]
    sentence = _(
        "In 100,000 records: {t:.1f} true alarms and {f:.0f} false ones. {s:.1%} of alarms are true. "
        "At ten minutes for each alarm, somebody works {h:.1f} hours."
    )
    return odds.plot(plotting.axes(height=2.6)), sentence.format(
        t=true, f=false, s=odds.true_share, h=(true + false) / 6
    )


def alarm_explorer() -> None:
    """Choose how rare an intrusion is, how many are found, and how often honest work rings."""
    explore(
        draw_odds,
        records=Slider(_("Records of an intrusion in 100,000"), 1, 50, 1, 2),
        share=Slider(_("Percent of these that ring"), 10, 100, 10, 100),
        false_alarms=Slider(_("False alarms in 100,000"), 1, 1000, 1, 100),
    )
