"""Module 08: the figures of the lesson on disruptions, and its explorer of a post."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse import crossing, page, plotting
from bordercourse.crossing import Lane, Party, Post, PostDay, SearchRoom
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.widgets.explorer import Slider, explore

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "draw_post",
    "post_explorer",
    "show_closed",
    "show_line",
    "show_lines",
    "show_searches",
    "show_surges",
]

A_DESK = 120  # people an hour: ten officers pass 1,200 (Home Office, United Kingdom, 24 July 2018)
GATES = 1200  # people an hour, ten gates


def show_surges(counts: pd.DataFrame) -> None:
    """Show the table ``surge_counts``: bars, each with its border and its day."""
    ordered = counts  # by border and date: sorted by size it would look like a ranking
    shown = [
        f"{bound.group()} {n:,}" if (bound := re.match("more than|less than", wording)) else f"{n:,}"
        for n, wording in zip(ordered["people"], ordered["wording"], strict=True)
    ]
    names = [f"{place}\n{day}" for place, day in zip(ordered["place"], ordered["period"], strict=True)]
    ax = plotting.axes(height=4.2)
    bars = ax.barh(names, ordered["people"].astype(float))
    ax.bar_label(bars, labels=shown, padding=4)
    ax.invert_yaxis()
    ax.set_xticks([])
    ax.margins(x=0.2)
    plotting.label(ax, title=_("Six counts: no measure for another post"), x=_("people who crossed in a day"))
    words = "; ".join(
        f"{place}, {day}: {n}"
        for place, day, n in zip(ordered["place"], ordered["period"], shown, strict=True)
    )
    plotting.show(ax, alt=_("People who crossed in a day. {words}.").format(words=words))


def show_closed(points: pd.DataFrame) -> None:
    """Show the table ``points_of_entry_2020``, and what each row leaves unknown."""
    heads = [_("Day"), _("Places"), _("Closed, percent"), _("Partly open"), _("Open"), _("Not known")]
    shares = points[["closed_percent", "partial_percent", "open_percent"]].astype(int)
    rows = [
        [f"{day:%Y-%m-%d}", f"{places:,}", *known, 100 - sum(known)]
        for day, places, known in zip(
            pd.to_datetime(points["as_of"]), points["locations"], shares.to_numpy().tolist(), strict=True
        )
    ]
    page.show_html(page.table(heads, rows))


def show_line(arrivals: int, desks: int, hours: int) -> None:
    """Show how a line grows while gates are down, and shrinks when they work again.

    Parameters
    ----------
    arrivals : int
        People an hour.
    desks : int
        Desks that work by hand, 120 people an hour each.
    hours : int
        Length of the outage, in hours.
    """
    ax, sentence = draw_line(arrivals, desks, hours)
    plotting.show(ax, alt=sentence)


def draw_line(arrivals: int, desks: int, hours: int) -> tuple[Axes, str]:
    """Return the picture and the sentence of one outage; see `show_line`."""
    after = crossing.outage_queue(arrivals, normal=GATES, reduced=A_DESK * desks, hours=hours)
    ax = plotting.axes(height=3)
    clears = math.isfinite(after.hours_to_clear)
    end = hours + (after.hours_to_clear if clears else hours)
    last = 0.0 if clears else after.at_restart + hours * (arrivals - GATES)
    ax.plot([0, hours, end], [0, after.at_restart, last], linewidth=3)
    kept = 0.0
    if clears and after.at_restart:
        kept = after.at_restart / (GATES + A_DESK * desks - arrivals)
        ax.plot([hours, hours + kept], [after.at_restart, 0], linewidth=3, linestyle=":")
        ax.text(hours + kept, after.at_restart * 0.08, _("  desks stay open"))
        ax.text(end, after.at_restart * 0.42, _("desks close  "), ha="right")
    ax.axvline(hours, linestyle="--", color=plotting.COLOURS["vermilion"])
    ax.text(
        hours, after.at_restart * 1.02, _("  the gates work again: {n:,.0f} wait").format(n=after.at_restart)
    )
    ax.set_ylim(0, max(1, after.at_restart, last) * 1.25)
    ax.set_xlim(0, end * 1.02)
    plotting.label(
        ax,
        title=_("The line is longest when the repair is done"),
        x=_("hours since the gates failed"),
        y=_("people who wait"),
    )
    if not after.at_restart:
        return ax, _("{desks} desks keep up with {n:,} people an hour: nobody waits long.").format(
            desks=desks, n=arrivals
        )
    if not clears:
        return ax, _(
            "After {h} hours {w:,.0f} people wait. {n:,} an hour is more than the gates pass: "
            "the line goes on growing."
        ).format(h=hours, w=after.at_restart, n=arrivals)
    return ax, _(
        "After {h} hours {w:,.0f} people wait. If the desks close then, the line is gone {c:.1f} hours "
        "later; if they stay open, {k:.1f} hours later. The longest wait is {l:.1f} hours."
    ).format(h=hours, w=after.at_restart, c=after.hours_to_clear, k=kept, l=after.longest_wait_hours)


# An invented day at Blue Bridge: parties come in eight hours, gates down, six desks.
_ALONE = Party(mark("a person alone"), 0.66, 0.5, searched=0.02, women=0.5)
_FAMILY = Party(mark("a family of four"), 0.24, 1.5, people=4, searched=0.02, women=0.5)
_WHEELS = Party(
    mark("a person in a wheelchair"), 0.05, 1.0, rank=1, needs=("step-free",), searched=0.02, women=0.5
)
_ILL = Party(mark("a person who is ill"), 0.05, 1.0, rank=1, needs=("nurse",), searched=0.02, women=0.5)
_PARTIES = (_ALONE, _FAMILY, _WHEELS, _ILL)
_EVERYTHING = ("step-free", "nurse")
_COMING = (300, 500, 700, 700, 600, 400, 200, 0)


def one_line() -> PostDay:
    """The day with one line for all, and one woman among the four officers who search."""
    first_come = tuple(
        Party(p.name, p.share, p.minutes, p.people, 2, p.needs, p.searched, p.women) for p in _PARTIES
    )
    hall = Lane("hall", tuple(p.name for p in _PARTIES), 6, _EVERYTHING)
    post = Post(first_come, (hall,), SearchRoom(women=1, men=3, rooms=2, minutes=8))
    return crossing.simulate_day(post, _COMING, seed=8)


def two_lines() -> PostDay:
    """The day with a lane of two desks for those who cannot stand long, and two women who search."""
    slow = (_FAMILY.name, _WHEELS.name, _ILL.name)
    lanes = (Lane("hall", (_ALONE.name, _FAMILY.name), 4), Lane("side", slow, 2, _EVERYTHING))
    post = Post(_PARTIES, lanes, SearchRoom(women=2, men=2, rooms=2, minutes=8))
    return crossing.simulate_day(post, _COMING, seed=8)


def show_lines() -> None:
    """Show who waits how long with one line for all, and with a lane for those who cannot stand long."""
    first, second = one_line().by_kind().set_index("kind"), two_lines().by_kind().set_index("kind")
    rows = [
        [_(name), *(f"{table.loc[name, column]:.0f}" for table in (first, second) for column in _WAITS)]
        for name in (p.name for p in _PARTIES)
    ]
    heads = [
        _("Minutes of waiting"),
        _("One line: average"),
        _("longest"),
        _("Two lanes: average"),
        _("longest"),
    ]
    page.show_html(page.table(heads, rows))


_WAITS = ("mean_wait", "longest_wait")


def show_searches() -> None:
    """Show how long women and men wait for an officer of their own sex."""
    first, second = one_line().by_sex().set_index("sex"), two_lines().by_sex().set_index("sex")
    rows = [
        [sex, *(f"{table.loc[sex, 'mean_wait']:.0f}" for table in (first, second))]
        for sex in (_("women"), _("men"))
    ]
    heads = [_("Average minutes until the search"), _("1 woman, 3 men search"), _("2 women, 2 men search")]
    page.show_html(page.table(heads, rows))


def draw_post(arrivals: int, desks: int, hours: int) -> tuple[Axes, str]:
    """Return the picture of an outage, and a sentence that ends with what people need.

    Parameters
    ----------
    arrivals : int
        People an hour.
    desks : int
        Desks that work by hand.
    hours : int
        Length of the outage, in hours.
    """
    ax, sentence = draw_line(arrivals, desks, hours)
    after = crossing.outage_queue(arrivals, normal=GATES, reduced=A_DESK * desks, hours=hours)
    if not after.at_restart or not math.isfinite(after.person_hours):
        return ax, sentence
    needs = crossing.waiting_needs(after.at_restart, after.person_hours).set_index("item")["amount"]
    water, toilets = needs.iloc[0], needs.iloc[3]
    return ax, sentence + " " + _(
        "If the desks close, all need at least {w:,} litres to drink, and {t:,} toilets."
    ).format(w=water, t=toilets)


def post_explorer() -> None:
    """Choose how many come, how many desks work and how long it lasts; see the line and what people need."""
    explore(
        draw_post,
        arrivals=Slider(_("People an hour"), 400, 1600, 50, 1000),
        desks=Slider(_("Desks by hand"), 1, 12, 1, 6),
        hours=Slider(_("Hours of the outage"), 1, 48, 1, 34),
    )
