"""Module 11: the figures of the lesson on plans, its example, its explorer, and the talk of two readers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from bordercourse import page, planning, plotting, widgets
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.planning import CountryPlan, cohens_kappa, evidence_of
from bordercourse.planning.plan_document import checked_rows
from bordercourse.widgets.explorer import Slider, explore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.planning import Agreement

__all__ = [
    "draw_two_readers",
    "example_plan",
    "my_plan",
    "peer_review",
    "plan_with_gaps",
    "readers_explorer",
    "show_checked",
    "show_survey_years",
    "show_two_readers",
    "two_readers",
]

_THIS_COURSE = 2026  # the year in which its tables were read


def show_survey_years(births: pd.DataFrame) -> None:
    """Show how old the latest survey of each country is, in alphabetical order and without a rank.

    Parameters
    ----------
    births : pandas.DataFrame
        Rows of the table ``birth_registration_under5`` for all children, of the countries to show.
    """
    latest = births.sort_values("year").groupby("country").tail(1).sort_values("country", ascending=False)
    ax = plotting.axes(height=2.6)
    ax.hlines(latest["country"], latest["year"], _THIS_COURSE, linewidth=3, color="#8A8A8A")
    ax.plot(latest["year"], latest["country"], "o", markersize=9, color="#1F5F63")
    for country, year, percent in zip(latest["country"], latest["year"], latest["percent"], strict=True):
        ax.annotate(f"{percent:g}%", (year, country), (0, 9), textcoords="offset points", ha="center")
    ax.set_xlim(2012, _THIS_COURSE + 0.5)
    ax.margins(y=0.25)
    plotting.label(
        ax,
        title=_("Children under five who are registered, in percent"),
        x=_("year of the newest survey in this course's table; grey: the years since then"),
        y="",
    )
    words = "; ".join(
        f"{row.country}: {row.percent:g}% ({row.year})" for row in latest.iloc[::-1].itertuples()
    )
    plotting.show(
        ax,
        alt=_("Children under five whose birth is registered, newest survey in the table: {words}.").format(
            words=words
        ),
    )


def example_plan() -> CountryPlan:
    """Return the invented plan of Old Port in Utopia, which the lesson reads line by line."""
    lines = {
        "country": _("Registry of Old Port, Utopia"),
        "problem": _(
            "Half of all births have no entry in the birth register after 30 days: the registry is far away."
        ),
        "measure": _("A registrar comes to the ward on two mornings a week."),
        "owner": _("Head of the registry of Old Port"),
        "cost": _("Eight hours a week, two bus tickets; the registry pays"),
        "counted": _(
            "Births entered within 30 days, girls and boys apart, of all births in the midwives' book, "
            "at home too"
        ),
        "baseline": _("50 percent: 120 of 240 births, July to September; midwives' book and birth register"),
        "baseline_date": "2026-10-31",
        "goal": _("75 percent: 180 of 240 births, April to June; the same two books"),
        "goal_date": "2027-07-31",
        "risk": _("A mother without papers may fear the registrar, and give birth at home."),
        "safeguard": _("The midwife says first: no paper is needed for care. Nobody asks about her stay."),
        "first_step": _("Ask the head nurse for a table and two mornings."),
        "first_step_date": "2026-12-14",
    }
    return CountryPlan(
        lines=lines,
        indicator="16.9.1",
        evidence=(evidence_of("mozambique_health_posts", 1),),
        checked=dict.fromkeys(("reveals", "origin", "sorted", "hurdle", "rewards", "asked"), "no")
        | dict.fromkeys(("protection", "reach", "apart"), "yes")
        | {"other_use": "unknown"},
        written=dt.date(2026, 12, 4),
    )


def plan_with_gaps() -> CountryPlan:
    """Return the plan of an invented office for the exercise: three of its lines are not whole."""
    lines = {
        "problem": _("People who lost a card in the flood wait eleven weeks for a copy."),
        "measure": _("One form in place of three, and one visit in place of four."),
        "owner": _("All offices, together"),
        "counted": _("Days from the question to the copy, women and men apart"),
        "baseline": _("much too long"),
        "baseline_date": "2026-10-31",
        "goal": _("21 days"),
        "goal_date": "2027-04-30",
        "risk": _("A copy may be given to somebody else who asks in a woman's name."),
        "safeguard": _("The officer gives it into her own hands, in a room apart."),
        "first_step": _("In spring, when the money comes: buy a printer."),
        "first_step_date": "2026-12-07",
    }
    return CountryPlan(lines=lines, written=dt.date(2026, 12, 4))


def my_plan() -> None:
    """Write your own plan: saved beside the lesson; the example stands where nobody can click."""
    widgets.plan_form(example_plan())


def two_readers(both: int, neither: int, first: int, second: int) -> Agreement:
    """Return how far two readers agree who said yes or no of each point.

    Parameters
    ----------
    both, neither, first, second : int
        On how many points both said yes, neither did, only the first did, only the second did.
    """
    one = ["yes"] * both + ["no"] * neither + ["yes"] * first + ["no"] * second
    other = ["yes"] * both + ["no"] * neither + ["no"] * first + ["yes"] * second
    return cohens_kappa(one, other)


def show_two_readers() -> None:
    """Show the agreement of two readers of fifty points, step by step."""
    agreement = two_readers(20, 15, 5, 10)
    heads = [_("Of 50 points"), _("the second says yes"), _("the second says no")]
    counts = [[_("the first says yes"), 20, 5], [_("the first says no"), 10, 15]]
    steps = [
        (_("yes, of 50"), _("the first 25 / 50 = 0.50; the second 30 / 50 = 0.60")),
        (_("alike"), f"(20 + 15) / 50 = {agreement.agreed:.2f}"),
        (_("by chance, both yes"), "0.50 × 0.60 = 0.30"),
        (_("by chance, both no"), "0.50 × 0.40 = 0.20"),
        (_("by chance"), f"0.30 + 0.20 = {agreement.by_chance:.2f}"),
        (_("kappa"), f"(0.70 − 0.50) / (1 − 0.50) = {agreement.kappa:.2f}"),
    ]
    page.show_html(page.table(heads, counts, named_rows=True) + page.table([], steps, named_rows=True))


def draw_two_readers(alike: int, easy: int) -> tuple[Axes, str]:
    """Return the picture and the sentence for two readers of twenty points.

    Parameters
    ----------
    alike : int
        On how many of the twenty points they agree.
    easy : int
        For how many of those both say yes.
    """
    both, apart = min(easy, alike), 20 - alike
    counts = (both, alike - both, apart // 2 + apart % 2, apart // 2)
    names = [_("both yes"), _("both no"), _("only the first yes"), _("only the second yes")]
    ax = plotting.axes(height=2)
    ax.bar_label(ax.barh(names[::-1], counts[::-1]), padding=4)
    ax.set_xlim(0, 21)
    ax.set_xticks(range(0, 21, 5))
    plotting.label(ax, title=_("Two readers, twenty points"), x=_("points"), y="")
    try:
        kappa = f"{two_readers(*counts).kappa:.2f}".replace("-", "\N{MINUS SIGN}")
    except InputError:
        return ax, _("They agree on all 20 points with one and the same mark: kappa cannot be worked out.")
    return ax, _("They agree on {alike} of 20 points. Kappa is {kappa}.").format(alike=alike, kappa=kappa)


def readers_explorer() -> None:
    """Change on how many points two readers agree, and for how many of them both say yes."""
    explore(
        draw_two_readers,
        alike=Slider(_("Points on which they agree"), 0, 20, 1, 18),
        easy=Slider(_("Of these, both say yes"), 0, 20, 1, 18),
    )


def what_they_say(first: Mapping[str, str], second: Mapping[str, str]) -> Markup:
    """Return what two readers of one plan may talk about: the points on which they differ, and kappa.

    Parameters
    ----------
    first, second : mapping of str to str
        The mark that each gave to each point of `bordercourse.planning.RUBRIC`; a missing one was not given.
    """
    given = [point for point in planning.RUBRIC if first.get(point) and second.get(point)]
    if len(given) < len(planning.RUBRIC):
        left = len(planning.RUBRIC) - len(given)
        return Markup("<p>{}</p>").format(_("{n} points wait for a mark of each reader.").format(n=left))
    differ = [point for point in given if first[point] != second[point]]
    try:
        agreement = cohens_kappa([first[p] for p in given], [second[p] for p in given])
        words = _("{agreement}. Eight points are few: one mark more or less moves kappa far.").format(
            agreement=agreement.sentence()
        )
    except InputError:
        words = _("Both gave every point the same mark. Kappa says nothing here: look at the plan again.")
    rows = [
        (_(planning.RUBRIC[p]), _(planning.MARKS[first[p]]), _(planning.MARKS[second[p]])) for p in differ
    ]
    heads = [_("Talk first about"), _("First reader"), _("Second reader")]
    table = page.table(heads, rows, named_rows=True) if rows else Markup("")
    return Markup("<p role='status'><b>{}</b></p>{}").format(words, table)


def peer_review() -> None:
    """Two readers judge one plan: a mark of each for each point, and then what to talk about."""
    heads = [_("Point"), _("First reader"), _("Second reader")]
    if not page.live():
        page.show_html(
            page.table(heads, [(_(point), "", "") for point in planning.RUBRIC.values()], named_rows=True)
        )
        return
    import ipywidgets as w
    from IPython.display import display

    marks: tuple[dict[str, str], dict[str, str]] = ({}, {})
    result = w.HTML(what_they_say(*marks))
    options = {"…": ""} | {_(word): value for value, word in planning.MARKS.items()}

    def given(reader: int, point: str) -> Any:
        def changed(change: Any) -> None:
            marks[reader][point] = change["new"]
            result.value = what_they_say(*marks)

        return changed

    cells = [w.HTML(str(Markup("<b>{}</b>").format(head))) for head in heads]
    for point, text in planning.RUBRIC.items():
        cells.append(w.HTML(str(Markup("<div style='line-height:1.4'>{}</div>").format(_(text)))))
        for reader in (0, 1):
            box = w.Dropdown(
                options=options,
                description=f"{heads[reader + 1]}: {_(text)}",
                style={"description_width": "initial"},
                layout=w.Layout(width="8em"),
            )
            box.add_class("bc-unseen")
            box.observe(given(reader, point), names="value")
            cells.append(box)
    grid = w.GridBox(
        cells, layout=w.Layout(grid_template_columns="minmax(16em, 30em) 9em 9em", max_width="98%")
    )
    display(w.VBox([grid, result]))  # type: ignore[no-untyped-call]


def show_checked() -> None:
    """Show what the checklist finds in the example, in which two answers were not good."""
    rows = checked_rows(example_plan())
    page.show_html(page.table([_("Verdict"), _("What to do, and why")], rows, named_rows=True))
