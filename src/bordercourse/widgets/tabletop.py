"""The tabletop: things happen on a clock, teams decide, decisions are logged, and a debrief shows who paid.

Where nobody can click, the page shows the first hour; `printed` is the whole exercise for paper. Nothing is
stored, no team wins, and the costs of different groups are not added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from bordercourse import page
from bordercourse.course import module
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from bordercourse.course.manifest import Inject, InjectOption, Tabletop

__all__ = ["play_tabletop", "printed_tabletop", "who_paid"]

TEAMS = 6  # thirty people at six tables
Decisions = Mapping[str, str]


def play_tabletop(slug: str) -> None:
    """Show the tabletop of a module: on a projector it is played, elsewhere its first hour can be read.

    Parameters
    ----------
    slug : str
        The module, such as ``"10-cyber-resilience"``, or its number. The tabletop stands in its record.

    Raises
    ------
    InputError
        If there is no such module, or its record has no tabletop.
    """
    game = _tabletop(slug)
    if page.live():
        _live(game)
        return
    first = game.injects[0]
    note = _("{n} more hours follow, here or on the printed page.")
    page.show_html(
        Markup('<div class="bc-story">{head}{options}<p class="bc-quiet">{note}</p></div>').format(
            head=_head(first),
            options=_opened(first),
            note=note.format(n=len(game.injects) - 1),
        )
    )


def who_paid(game: Tabletop, log: Sequence[Decisions]) -> pd.DataFrame:
    """Return what the decisions of each team cost each group.

    Parameters
    ----------
    game : Tabletop
        The exercise.
    log : sequence of mapping
        For each hour, in order, the decision of each team: ``{"Team 1": "a"}``.

    Returns
    -------
    pandas.DataFrame
        One row a group, in the words of the exercise; one column a team. The rows have different units, so
        no sum is made.
    """
    teams = list(dict.fromkeys(team for decisions in log for team in decisions))
    paid = {team: dict.fromkeys(game.groups, 0) for team in teams}
    for inject, decisions in zip(game.injects, log, strict=False):
        for team, key in decisions.items():
            for group, amount in inject.options[key].costs.items():
                paid[team][group] += amount
    rows = {words: [paid[team][group] for team in teams] for group, words in game.groups.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=teams)


def printed_tabletop(slug: str) -> str:
    """Return the tabletop for paper, in Markdown: the hours to read out, and the key for the debrief.

    Parameters
    ----------
    slug : str
        The module, or its number.
    """
    game = _tabletop(slug)
    lines = []
    for n, inject in enumerate(game.injects, start=1):
        lines += [f"**{n}. {inject.at}.** {inject.text}", ""]
        lines += [f"- [ ] **{key})** {option.do}" for key, option in inject.options.items()]
        lines.append("")
    lines += [_("| hour | choice | where it leads | what it costs, and whom |"), "|---|---|---|---|"]
    for inject in game.injects:
        for key, option in inject.options.items():
            lines.append(f"| {inject.at} | {key} | {option.leads_to} | {_costs(game, option)} |")
    return "\n".join(lines)


def _tabletop(slug: str) -> Tabletop:
    game = module(slug).tabletop
    if game is None:
        raise InputError(repr(slug), _("this module has no tabletop."), _("Add [tabletop] to its record."))
    return game


def _costs(game: Tabletop, option: InjectOption) -> str:
    costs = [f"{amount:,} {game.groups[group]}" for group, amount in option.costs.items()]
    return "; ".join(costs) or _("nobody")


def _head(inject: Inject) -> Markup:
    return Markup("<p><b>{at}</b></p><p>{text}</p>").format(at=inject.at, text=inject.text)


def _opened(inject: Inject) -> Markup:
    choice = Markup("<details><summary>{key}) {do}</summary><p>{leads_to}</p></details>")
    return Markup("").join(
        choice.format(key=key, do=option.do, leads_to=option.leads_to)
        for key, option in inject.options.items()
    )


def debrief(game: Tabletop, log: Sequence[Decisions]) -> Markup:
    """Return the page of the debrief: who paid in all, then hour by hour who decided what and where it led.

    Parameters
    ----------
    game, log
        As in `who_paid`.
    """
    rows = []
    for inject, decisions in zip(game.injects, log, strict=False):
        for key, option in inject.options.items():
            teams = [team for team, chosen in decisions.items() if chosen == key]
            if teams:
                rows.append([inject.at, ", ".join(teams), option.do, option.leads_to, _costs(game, option)])
    heads = [_("Hour"), _("Who"), _("Decision"), _("Where it led"), _("What it cost, and whom")]
    paid = who_paid(game, log)
    sums = [[group, *(f"{n:,}" for n in row)] for group, row in zip(paid.index, paid.to_numpy(), strict=True)]
    words = _(
        "No team has won. The rows have different units: hours in a line do not make up for a child without "
        "a certificate. Ask: whom did your choices cost most, and was anybody like them at your table?"
    )
    return Markup('<div class="jp-RenderedHTMLCommon">{paid}<p>{words}</p>{log}</div>').format(
        paid=page.table([_("What it cost, in all"), *paid.columns], sums, named_rows=True),
        words=words,
        log=page.table(heads, rows),
    )


class _Live:
    """The exercise on a projector: one hour at a time, a row of buttons for each team."""

    def __init__(self, game: Tabletop) -> None:
        import ipywidgets as w

        self.game, self.log = game, list[dict[str, str]]()
        teams = {_("{n} teams").format(n=n): n for n in range(1, TEAMS + 1)}
        self.teams = w.Dropdown(options=teams, value=5, description=_("At the tables:"))
        self.go = w.Button(description=_("Start the clock"), button_style="primary")
        self.back = w.Button(description=_("One hour back"))
        self.note = w.HTML()
        self.shown = w.HTML()
        self.rows = w.VBox([])
        self.go.on_click(self._forward)
        self.back.on_click(self._backward)
        self.begun = False
        self._start()
        self.box = w.VBox([self.shown, self.rows, self.note, w.HBox([self.go, self.back])])

    def _start(self) -> None:
        self.begun = False
        self.shown.value = f"<h3>{Markup.escape(self.game.title)}</h3>"
        self.rows.children = [self.teams]
        self.go.description = _("Start the clock")
        self.go.disabled, self.back.disabled = False, True

    def _hour(self) -> None:
        import ipywidgets as w

        inject = self.game.injects[len(self.log)]
        options = Markup("").join(
            Markup("<p><b>{key})</b> {do}</p>").format(key=key, do=option.do)
            for key, option in inject.options.items()
        )
        self.shown.value = Markup(
            '<div class="bc-story" style="font-size:1.25em" role="status">{head}{options}</div>'
        ).format(head=_head(inject), options=options)
        self.rows.children = [
            w.ToggleButtons(
                options=list(inject.options),
                value=None,
                description=_("Team {n}").format(n=n + 1),
                style={"button_width": "4em"},
            )
            for n in range(self.teams.value)
        ]
        self.go.description, self.back.disabled = _("Log, and go on"), False
        self.go.disabled = False

    def _forward(self, _button: Any) -> None:
        self.note.value = ""
        if self.begun:
            decisions = {row.description: row.value for row in self.rows.children}
            waiting = [team for team, key in decisions.items() if key is None]
            if waiting:
                self.note.value = str(
                    Markup("<p role='status'>{}</p>").format(
                        _("Not yet decided: {teams}. To wait is a decision too: choose it.").format(
                            teams=", ".join(waiting)
                        )
                    )
                )
                return
            self.log.append(decisions)
        self.begun = True
        if len(self.log) < len(self.game.injects):
            self._hour()
            return
        self.rows.children = []
        self.shown.value = debrief(self.game, self.log)
        self.go.disabled = True

    def _backward(self, _button: Any) -> None:
        self.note.value = ""
        if not self.log:
            self._start()
            return
        self.log.pop()
        self._hour()


def _live(game: Tabletop) -> None:
    from IPython.display import display

    display(_Live(game).box)  # type: ignore[no-untyped-call]
