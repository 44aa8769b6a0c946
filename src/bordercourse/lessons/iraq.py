"""Module 05: the figures of the lesson on Iraq, and the explorer of paths to a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bordercourse import plotting
from bordercourse.crossing import backlog, clearance_time
from bordercourse.datasets import ReadableFrame, describe, load
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext
from bordercourse.registration import Member, blocked_by, household_path
from bordercourse.registration.document_steps import HOUSEHOLD
from bordercourse.widgets.explorer import Menu, Slider, explore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.crossing import Backlog
    from bordercourse.registration import DocumentPath, PathComparison

__all__ = [
    "document_path_explorer",
    "draw_document_path",
    "million_again",
    "queues_by_formula",
    "show_backlogs",
    "show_estimates_apart",
    "show_two_groups",
    "show_two_paths",
]


def show_two_groups(registration: pd.DataFrame, births: pd.DataFrame, displacement: pd.DataFrame) -> None:
    """Show whom each of the two statements is about: the under-fives, and the displaced and returned.

    Parameters
    ----------
    registration, births, displacement : DataFrame
        The tables ``birth_registration_under5``, ``births_and_deaths`` and ``iraq_displacement``.
    """
    share = registration.query("iso3 == 'IRQ' and year == 2018 and group == 'total'")["percent"].iloc[0] / 100
    born = births.query("iso3 == 'IRQ' and 2014 <= year <= 2018")["births_thousands"].sum() / 1000
    moved = displacement.loc[displacement["as_of"] == "2021-09-30", ["displaced", "returned"]].sum(axis=1)
    people = float(moved.iloc[0]) / 1e6
    wholes, lacking = [born, people], [born * (1 - share), 1.0]
    ax = plotting.axes(width=8.2, height=3.3)
    names = [
        _("Children born 2014 to 2018:\nis the birth registered?\n(survey of 2018)"),
        _("Displaced and returned people,\nall ages: do they lack a paper?\n(2021)"),
    ]
    have = [whole - less for whole, less in zip(wholes, lacking, strict=True)]
    ax.barh(names, have, color=plotting.COLOURS["sky"])
    ax.barh(names, lacking, left=have, color=plotting.COLOURS["vermilion"])
    labels = [
        _("not registered: about {n:,.0f} children").format(n=1000 * round(lacking[0] * 1000)),
        _("lacking a paper: over 1 million people"),
    ]
    for at, (whole, text) in enumerate(zip(have, (_("registered"), _("lacking no paper")), strict=True)):
        ax.text(whole / 2, at, text, ha="center", va="center")
    for at, (whole, text) in enumerate(zip(wholes, labels, strict=True)):
        ax.text(whole, at - 0.46, text, ha="right", color=plotting.COLOURS["vermilion"], fontweight="bold")
    ax.set_ylim(1.5, -0.7)
    title = _("Two groups, two questions: both statements are true")
    plotting.label(ax, title=title, x=_("million people"))
    plotting.show(
        ax,
        alt=_(
            "{title}. Of {born:.1f} million children born in Iraq 2014 to 2018, {percent:.1f}% are "
            "registered and about {few:,.0f} are not. Of {people:.1f} million displaced and returned "
            "people, over 1 million lack a paper."
        ).format(
            title=title, born=born, percent=100 * share, few=1000 * round(lacking[0] * 1000), people=people
        ),
    )


def show_estimates_apart(estimates: pd.DataFrame) -> None:
    """Show nine estimates of the table ``iraq_missing_documents``, each survey on an axis of its own."""
    axes = draw_estimates_apart(estimates)
    title = _("Three surveys, three questions: no line can join them")
    figure: Any = axes[0].figure
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    lines = "; ".join(
        f"{row.reference_period}: {row.wording} {row.population}, {row.document_wording}"
        for row in _comparable(estimates).itertuples()
    )
    plotting.show(figure, alt=f"{title}. {lines}.")


def _comparable(estimates: pd.DataFrame) -> pd.DataFrame:
    """The percentages of displaced and returned people: one wording a survey, nine rows in place of all."""
    rows = estimates[
        estimates["unit"].str.startswith("percent") & (estimates["population"] != "never displaced")
    ]
    # The survey of 2020 was published twice with the same numbers; the first wording stands.
    rows = rows.assign(survey=rows["reference_period"].astype(str).str[:4])
    return rows.drop_duplicates(["survey", "population"])


def draw_estimates_apart(estimates: pd.DataFrame) -> list[Axes]:
    """Return one axes a survey, a bar of 100 for each group, and no line from one survey to the next."""
    units = {
        "percent_people": _("percent of people lacking {what}"),
        "percent_households": _("percent of households lacking {what}"),
    }
    rows = _comparable(estimates)
    surveys = [group.reset_index(drop=True) for _year, group in rows.groupby("survey", sort=True)]
    ratios = [len(group) for group in surveys]
    _figure, axes = _panels(len(surveys), 1, height=5.0, ratios=ratios)
    for ax, group, colour in zip(axes, surveys, ("blue", "orange", "purple"), strict=True):
        # A percentage is drawn as a part of 100, so that 10% never looks as long as 57%.
        ax.barh(group.index, 100, color="0.93", height=0.6)
        ax.barh(group.index, group["value"], color=plotting.COLOURS[colour], height=0.6)
        for at, row in enumerate(group.itertuples()):
            ax.text(float(str(row.value)) + 1, at, str(row.wording), va="center", fontsize=11)
        ax.set_yticks(group.index, list(group["population"]), fontsize=11)
        ax.set_ylim(len(group) - 0.5, -0.5)
        ax.set_xlim(0, 100)
        ax.set_xticks([])
        first = group.iloc[0]
        what = units[first["unit"]].format(what=first["document_wording"])
        ax.set_title(f"{first['survey']}: {what}", loc="left", fontsize=11, fontweight="bold", pad=3)
    return list(axes)


def million_again(displacement: pd.DataFrame) -> ReadableFrame:
    """Return the published shares of 2021 times the people whom DTM counted in that September.

    Parameters
    ----------
    displacement : DataFrame
        The table ``iraq_displacement``.
    """
    people = displacement.set_index("dtm_round").loc[123, ["displaced", "returned"]]
    home = 0.16 * people["returned"]
    shares = (0.25, 0.28)
    return ReadableFrame(
        {
            _("Share of the displaced"): [f"{share:.0%}" for share in shares],
            _("Displaced people without a paper"): [
                f"{share * people['displaced']:,.0f}" for share in shares
            ],
            _("Returned people without a paper (16%)"): [f"{home:,.0f}" for _share in shares],
            _("Together"): [f"{share * people['displaced'] + home:,.0f}" for share in shares],
        }
    )


def queues_by_formula() -> ReadableFrame:
    """Return the two queues of the lesson and the years that partners alone would need."""
    part = backlog(12_000, arrivals=200, capacity=500, blocked_share=0.25, weeks=52)
    whole = backlog(12_000, arrivals=200, capacity=500, weeks=52)
    a_week = 29_678 / (243 / 7)  # January to August 2021
    years = clearance_time(1_000_000, arrivals=0, capacity=a_week) / 52
    return ReadableFrame(
        {
            _("Question"): [
                _("All 12,000 can go on"),
                _("A quarter is blocked"),
                _("A million people, helped by partners alone"),
            ],
            _("Answer"): [str(whole), str(part), _("{n:.0f} years, if nobody new comes").format(n=years)],
        }
    )


def _panels(
    rows: int, columns: int, *, height: float, ratios: list[int] | None = None, **same: Any
) -> tuple[Any, Any]:
    """Return a figure and its axes in the course's style."""
    figure: Any = plotting.axes(width=9.4, height=height).figure
    figure.clear()
    axes = figure.subplots(rows, columns, height_ratios=ratios, **same)
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _words(codes: Iterable[str], join: str) -> str:
    """The papers in the words of the table's record."""
    known = next(c.codes or {} for c in describe("document_steps").columns if c.name == "gives")
    return join.join(
        _(" or ").join(known.get(one, one.replace("_", " ")) for one in code.split(" | ")) for code in codes
    )


def _draw_steps(ax: Axes, path: DocumentPath, days: float, colour: str) -> None:
    """One bar a step, from left to right, as the days go by."""
    import textwrap

    steps = path.table[path.table["office"] != "none"]
    labels, at = [], 0.0
    for row, step in enumerate(steps.itertuples()):
        width = float(str(step.visits)) * days
        practice = step.basis == "de_facto"
        if width:
            ax.barh(
                row,
                width,
                left=at,
                height=0.55,
                color="white" if practice else plotting.COLOURS[colour],
                edgecolor=plotting.COLOURS["vermilion" if practice else colour],
                hatch="///" if practice else "",
            )
        else:
            ax.scatter([at], [row], marker="D", color=plotting.COLOURS[colour], zorder=3)
        at += width
        who = "" if step.member == HOUSEHOLD else f"{step.member}: "
        where = _("asked for in practice; we found it in no law") if practice else str(step.office)
        where = textwrap.shorten(where, 62, placeholder=" …")
        if not width:
            where += _("; no extra visit")
        labels.append(f"{who}{_words([str(step.gives)], '')}\n({where})")
    ax.set_yticks(range(len(labels)), labels, fontsize=9)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _caution(path: DocumentPath) -> str:
    """What must be said with a path that leads over a death certificate for a missing husband."""
    if "husband_death_certificate" not in set(path.table["gives"]):
        return ""
    return _(
        "Whether to ask for a death certificate is her decision. Legal advice comes first, and nobody "
        "may press her."
    )


def show_two_paths(both: PathComparison) -> None:
    """Show two paths to the same paper, step by step, on one scale of visits."""
    lengths = [max(1, int((path.table["office"] != "none").sum())) for path in (both.first, both.second)]
    figure, axes = _panels(2, 1, height=1.4 + 0.45 * sum(lengths), ratios=lengths, sharex=True)
    for ax, path, name, colour in zip(
        axes, (both.first, both.second), both.labels, ("purple", "blue"), strict=True
    ):
        _draw_steps(ax, path, 1, colour)
        visits = ngettext("{n:g} visit", "{n:g} visits", round(path.visits)).format(n=path.visits)
        ax.set_title(f"{name}: {visits}", loc="left", fontsize=11)
    caution = _caution(both.first) or _caution(both.second)
    axes[1].set_xlabel(
        _("visits to an office, counted from the first")
        + ("\n" + caution.replace(". ", ".\n") if caution else "")
    )
    title = _("{a} needs {n:g} visits more than {b}").format(
        a=both.labels[0], n=both.extra_visits, b=both.labels[1]
    )
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    alt = _("{title}. {both}.").format(title=title, both=str(both).replace("\n", "; "))
    plotting.show(figure, alt=f"{alt} {caution}".rstrip())


def show_backlogs(runs: Mapping[str, Backlog]) -> None:
    """Show, for several futures of one backlog, who waits in the queue and who is blocked."""
    figure, (left, right) = _panels(1, 2, height=3.6, sharey=True)
    for (name, run), colour in zip(runs.items(), ("blue", "orange", "green", "purple"), strict=False):
        wide = 5 if colour == "blue" else 2  # the first stays visible below the others
        weeks = [0, *run.table["week"]]
        share = run.table["blocked_share"].iloc[0]
        for ax, column, first in (
            (left, "waiting", run.start * (1 - share)),
            (right, "blocked", run.start * share),
        ):
            ax.plot(weeks, [first, *run.table[column]], color=plotting.COLOURS[colour], lw=wide, label=name)
    for ax, name in ((left, _("in the queue")), (right, _("blocked: cannot go on for now"))):
        plotting.label(ax, title=name, x=_("week"))
        ax.set_ylim(bottom=0)
        ax.yaxis.set_major_formatter(lambda value, _at: f"{value:,.0f}")
    left.set_ylabel(_("cases"))
    right.legend(frameon=False, fontsize=9, loc="upper left")
    fewest = min(run.still_blocked for run in runs.values())
    most = max(run.still_blocked for run in runs.values())
    last = max(len(run.table) for run in runs.values())
    title = _("In week {week} an empty queue can hide {n:,.0f} people without a paper").format(
        week=last, n=most
    )
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    outcomes = "; ".join(f"{name}: {run}" for name, run in runs.items())
    plotting.show(
        figure,
        alt=_("{title}; the fewest blocked are {few:,.0f}. {said}.").format(
            title=title, few=fewest, said=outcomes
        ),
    )


_ORIGIN = "governorate of origin"


def draw_document_path(
    head: str, marriage: str, cards: str, office: str, practice: bool, days: float, dollars: float
) -> tuple[Axes, str]:
    """Return the picture and the sentence for one fictional household in Iraq.

    The paper wanted is the birth certificate of a child whose only paper comes from an authority
    that the State does not recognise.

    Parameters
    ----------
    head : {"both", "missing", "dead"}
        Both parents can come; the husband is missing; he is dead and his death certificate is held.
    marriage : {"held", "none"}
        Whether the court's marriage contract is held.
    cards : {"held", "lost"}
        Whether the parents' cards are held, or lost while the family record stands.
    office : {"open", "closed", "mission"}
        The office of the place of origin; "mission": closed, but a mobile mission comes.
    practice : bool
        Whether security clearance is asked for, as it is in practice.
    days, dollars : float
        What one visit takes and costs: assumptions of the reader.
    """
    papers = ("national_card",) if cards == "held" else ("family_record",)
    members = [Member("mother", "woman", papers), Member("child", "child")]
    if head == "both":
        members.insert(0, Member("father", "man", papers))
    held = (["marriage_contract"] if marriage == "held" else []) + (
        ["husband_death_certificate"] if head == "dead" else []
    )
    circumstances = [
        "late_birth",
        "no_old_card",
        "both_spouses_present" if head == "both" else "husband_missing",
    ]
    if office == "mission":
        circumstances.append("mobile_mission")
    steps = load("document_steps")
    path = household_path(
        steps,
        members,
        "birth_certificate",
        country="IRQ",
        for_members=["child"],
        household_held=held,
        circumstances=circumstances,
        closed=() if office == "open" else (_ORIGIN,),
        lawful=not practice,
    )
    blocked = blocked_by(
        steps, "birth_certificate", country="IRQ", circumstances=["late_birth", "no_old_card"]
    )
    waits = _("Until then the child cannot get: {papers}.").format(papers=_words(blocked, ", "))
    if not path.found:
        ax = plotting.axes(width=8.6, height=1.5)
        ax.set_axis_off()
        missing = _words(path.missing, _(" or ") if path.one_is_enough else _(" and "))
        title = _("The path is blocked: nobody can supply {missing}").format(missing=missing)
        plotting.label(ax, title=title)
        ax.text(0, 0.75, waits, va="top", wrap=True)
        return ax, f"{title}. {waits}"
    counters = int((path.table["office"] != "none").sum())
    ax = plotting.axes(width=8.6, height=1.3 + 0.45 * counters)
    _draw_steps(ax, path, days, "purple" if head != "both" else "blue")
    visits = ngettext("{n:g} visit", "{n:g} visits", round(path.visits)).format(n=path.visits)
    title = _("{visits}, about {days:,.0f} days and {dollars:,.0f} US dollars").format(
        visits=visits, days=path.visits * days, dollars=path.visits * dollars
    )
    plotting.label(ax, title=title, x=_("days, one visit after another (assumed)"))
    ax.set_xlim(left=0)
    remarks = []
    if practice:
        asked = int((path.table["basis"] == "de_facto").sum())
        remarks.append(
            ngettext(
                "{n} visit is for a security clearance: practice, not law. The picture supposes that it "
                "is given. It can be refused, or never come: then this path is closed.",
                "{n} visits are for security clearances: practice, not law. The picture supposes that they "
                "are given. They can be refused, or never come: then this path is closed.",
                asked,
            ).format(n=asked)
            if asked
            else _("No step of this path asks for a security clearance.")
        )
    if head == "both" and cards == "lost" and marriage == "none":
        remarks.append(_("Each parent needs a card, and the visits of both are counted."))
    remarks += [text for text in (_caution(path), waits) if text]
    return ax, f"{title}: {_way(path)}. {' '.join(remarks)}"


def _way(path: DocumentPath) -> str:
    """The steps in words, each with the member who takes it; a card that is only shown is left out."""
    steps = path.table[path.table["office"] != "none"]
    return " → ".join(
        ("" if step.member == HOUSEHOLD else f"{step.member}: ") + _words([str(step.gives)], "")
        for step in steps.itertuples()
    )


def document_path_explorer() -> None:
    """Choose what a fictional household holds; see the shortest path, what is blocked, days and cost."""
    explore(
        draw_document_path,
        head=Menu(
            _("Household"),
            {
                _("both parents come"): "both",
                _("husband missing"): "missing",
                _("widow, paper held"): "dead",
            },
            _("husband missing"),
        ),
        marriage=Menu(
            _("Marriage proof"),
            {
                _("contract of the court"): "held",
                _("none recognised"): "none",
            },
            _("none recognised"),
        ),
        cards=Menu(
            _("Parents' cards"),
            {_("held"): "held", _("lost; record stands"): "lost"},
            _("held"),
        ),
        office=Menu(
            _("Office of origin"),
            {
                _("open"): "open",
                _("closed"): "closed",
                _("mobile mission"): "mission",
            },
            _("open"),
        ),
        practice=Menu(
            _("Security clearance"),
            {_("not asked: the law"): False, _("asked: the practice"): True},
            _("not asked: the law"),
        ),
        days=Slider(_("Days a visit"), 1, 60, 1, 20),
        dollars=Slider(_("Dollars a visit"), 0, 100, 5, 30),
    )
