"""Module 04: two ways to count, the referral navigator, and the referral map to fill in."""

from __future__ import annotations

import csv
from html import escape
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from bordercourse import page, plotting
from bordercourse.datasets.countries import country_name
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.protection import (
    CONTACT,
    ROUTES,
    DecisionTable,
    Rule,
    numbers,
    screen,
    screening_table,
)
from bordercourse.widgets.explorer import Menu, explore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "draw_referral",
    "draw_two_counts",
    "read_referral_map",
    "referral_map",
    "referral_navigator",
    "save_referral_map",
    "show_referral",
    "show_referral_rules",
    "show_two_counts",
    "show_two_rule_gap",
]

_TABLE = "people_without_papers"
_NOT_KNOWN = "not known"


def draw_two_counts(counts: pd.DataFrame, country: str) -> tuple[Axes, str]:
    """Return the picture and the text for one country of ``refugees_and_stateless``.

    Parameters
    ----------
    counts : DataFrame
        The table ``refugees_and_stateless``.
    country : str
        One of its countries. Countries are looked at one at a time, never side by side.
    """
    rows = counts[counts["country"] == country].set_index("year")
    ax = plotting.axes(height=3.3)
    lines = {"refugees": (_("refugees"), "sky", "s"), "stateless": (_("stateless people"), "blue", "o")}
    for column, (text, colour, marker) in lines.items():
        values = rows[column].astype(float) / 1000
        # The rule of counting changed between 2018 and 2019: the two parts are not joined.
        for part in (values[values.index <= 2018], values[values.index >= 2019]):
            ax.plot(part.index, part, marker=marker, markersize=5, color=plotting.COLOURS[colour], label=text)
    before, after = int(rows.loc[2018, "stateless"]), int(rows.loc[2019, "stateless"])
    ax.axvline(2018.5, color=plotting.COLOURS["vermilion"], linestyle="--")
    ax.text(
        2018.4,
        rows["refugees"].max() / 1000 * 1.13,
        _("one status for a person "),
        ha="right",
        color=plotting.COLOURS["vermilion"],
    )
    ax.text(
        2018.6,
        rows["refugees"].max() / 1000 * 1.13,
        _(" both are counted"),
        color=plotting.COLOURS["vermilion"],
    )
    ax.set(ylim=(0, rows["refugees"].max() / 1000 * 1.25), xticks=list(rows.index[::3]))
    handles, labels = ax.get_legend_handles_labels()
    ax.legend(handles[::2], labels[::2], frameon=False, loc="lower right")
    title = _("Stateless people: {before:,}, then {after:,}. The rule of counting changed").format(
        before=before, after=after
    )
    here = country_name(country)
    plotting.label(ax, title=title, x=_("end of the year, {country}").format(country=here), y=_("thousand"))
    sentence = _(
        "{title}. {country}, end of 2018: {r18:,} refugees and {before:,} stateless people. "
        "End of 2019: {r19:,} refugees and {after:,} stateless people."
    ).format(
        title=title,
        country=here,
        before=before,
        after=after,
        r18=int(rows.loc[2018, "refugees"]),
        r19=int(rows.loc[2019, "refugees"]),
    )
    return ax, sentence


def show_two_counts(counts: pd.DataFrame, country: str) -> None:
    """Show one country of ``refugees_and_stateless``: what a change of the rule of counting does."""
    ax, sentence = draw_two_counts(counts, country)
    plotting.show(ax, alt=sentence)


def show_referral_rules(table: DecisionTable) -> None:
    """Show a screening table in its order: whom to call first, and when. Rules of one call stand together."""
    heads = (_("Rules"), _("If"), _("Call first"))
    rows = []
    for route, group in groupby(table.rules, key=lambda rule: rule.then["route"]):
        rules = list(group)
        numbers = [rule.id.split()[0] for rule in rules]
        name = numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        # What all rules of one call ask for is said once, above what each adds.
        shared = set.intersection(*(set(rule.when.items()) for rule in rules)) if rules[1:] else set()
        added = [_conditions(dict(i for i in rule.when.items() if i not in shared)) for rule in rules]
        either = Markup(_("<br>or ")).join(added)
        cases = _conditions(dict(shared)) + Markup(_(", and<br>")) + either if shared else either
        rows.append((name, cases, _(ROUTES[route])))
    page.show_html(page.table(heads, rows, named_rows=True))


def show_two_rule_gap() -> None:
    """Show a table of two rules by age, and the age that falls through."""
    two_rules = DecisionTable(
        _("two rules"),
        {"age": numbers(0, 120, whole=True)},
        [
            Rule("child", {"age": "<18"}, {"call": "child protection"}),
            Rule("adult", {"age": ">18"}, {"call": "the desk"}),
        ],
    )
    gap = two_rules.check().gaps[0]
    rows = [
        (_("17"), _("child protection")),
        (str(gap["age"]), _("nobody: no rule fits")),
        (_("19"), _("the desk")),
    ]
    page.show_html(page.table((_("Age"), _("The two rules call")), rows, named_rows=True))


def show_referral(**answers: str) -> None:
    """Show the first call for a fictional person as a card: whom, the step, the reason, and the silence.

    Parameters
    ----------
    **answers
        Inputs of the table ``people_without_papers``. An input left out is not known.
    """
    person = screen(**answers)
    rows = (
        (_("Call first"), _(ROUTES[person.route])),
        (_("Next step"), person.next_step),
        (_("Country of origin"), _(CONTACT[person.may_ask_origin])),
    )
    page.show_html(page.table([], rows, named_rows=True))


def _conditions(when: Mapping[str, str]) -> str:
    return _(" and ").join(
        f"{_(_SHORT.get(name, name))}: {_in_words(name, text)}" for name, text in when.items()
    )


def _in_words(name: str, condition: str) -> str:
    """Say a condition in the words of the navigator, and what "not" takes in."""
    words = {
        ("age", "not(adult)"): _("under 18, or in doubt"),
        ("company", "not(family)"): _("no parent, or not known"),
        ("company", "family"): _("“parent or guardian”"),
        ("urgent_care", "unknown"): _("not known"),
        ("danger_now", "unknown"): _("not known"),
        ("nationality", "not(known)"): _("no State, in doubt, or not known"),
        ("seeks_asylum", "unknown"): _("not known"),
        ("fears_state", "unknown"): _("not known"),
        ("trafficking_signs", "unknown"): _("not known"),
    }
    plain = {"yes": _("yes"), "some": _("some"), "none": _("none")}
    return words.get((name, condition)) or plain.get(condition, condition.replace("_", " "))


_SHORT = {
    "urgent_care": mark("hurt, ill or hungry now"),
    "danger_now": mark("in danger now"),
    "age": mark("age"),
    "company": mark("company"),
    "trafficking_signs": mark("signs of control"),
    "seeks_asylum": mark("asylum"),
    "fears_state": mark("fear"),
    "nationality": mark("nationality"),
    "papers": mark("papers"),
}
_RULE_NAMES = {
    "P1 urgent": mark("urgent"),
    "P2 danger": mark("danger"),
    "P3 care not known": mark("care not known"),
    "P4 danger not known": mark("danger not known"),
    "P5 child and control": mark("child and control"),
    "P6 child": mark("child"),
    "P7 child with a parent": mark("child with a parent"),
    "P8 control": mark("control"),
    "P9 asylum": mark("asylum"),
    "P10 fear": mark("fear"),
    "P11 ask about control": mark("ask about control"),
    "P12 ask about asylum": mark("ask about asylum"),
    "P13 ask about fear": mark("ask about fear"),
    "P14 nationality": mark("nationality"),
    "P15 some papers": mark("some papers"),
    "P16 no papers": mark("no papers"),
}


def _named(rule: str) -> str:
    """Return a rule's number and its name in the reader's language."""
    return f"{rule.split()[0]} {_(_RULE_NAMES[rule])}"


def draw_referral(**answers: str | None) -> tuple[Axes, str]:
    """Return the picture and the sentence for what is known about a fictional person.

    Parameters
    ----------
    **answers
        Inputs of the table ``people_without_papers``. None, or an input left out, is not known.

    Notes
    -----
    The picture shows which rule decides now, which may still decide, which comes later, and which does
    not fit the answers. A rule that comes later is a door too: what nobody asked is not "no". The
    picture shows no number: nothing is counted or added up about a person.
    """
    facts = {name: value for name, value in answers.items() if value not in {None, _NOT_KNOWN}}
    person = screen(**facts)
    table = screening_table(_TABLE)
    open_rules = table.narrow(**{k: v for k, v in facts.items() if v != "unknown"}).rules
    decides = person.first.rules[0]
    answered_no = {
        rule.id
        for rule in table.rules
        if any(
            facts.get(name, "unknown") != "unknown" and not _fits(condition, facts[name])
            for name, condition in rule.when.items()
        )
    }
    ax = plotting.axes(width=9.0, height=4.9)
    ax.set(xlim=(0, 10), ylim=(-len(table.rules) + 0.3, 0.7))
    ax.set_axis_off()
    for at, rule in enumerate(table.rules):
        now, possible, no = rule.id == decides, rule.id in open_rules, rule.id in answered_no
        colour = plotting.COLOURS["blue" if now else "grey" if no else "black"]
        sign = "▶" if now else "×" if no else "○" if possible else "↓"
        weight = "bold" if now else "normal"
        ax.text(0.0, -at, sign, color=colour, va="center", fontsize=10, family="DejaVu Sans")
        ax.text(0.35, -at, _named(rule.id), color=colour, va="center", fontsize=10, fontweight=weight)
    route = _(ROUTES[person.route])
    contact = _(CONTACT[person.may_ask_origin])
    unknown = [name for name in table.inputs if facts.get(name, "unknown") == "unknown"]
    ask = ", ".join(_(_SHORT[name]) + ("*" if name in person.ask else "") for name in unknown)
    ask = f"{ask}  {_('(* could change the first call)')}" if "*" in ask else ask or _("nothing")
    doors = "; ".join(_(ROUTES[door]) for door in person.doors if door != person.route)
    lines = (
        (_("Country of origin"), contact),
        (_("Not known yet: ask in private"), ask),
        (_("Doors also open"), doors),
        (_("Why"), person.first.because[0]),
    )
    y = 0.5
    for head, text in lines:
        wrapped = fill(text, 62)
        ax.text(3.7, y, head, fontweight="bold", fontsize=10, va="top")
        ax.text(3.7, y - 0.75, wrapped, fontsize=10, va="top", linespacing=1.25)
        y -= 1.35 + 0.78 * (1 + wrapped.count("\n"))
    ax.text(
        0.0,
        -len(table.rules) + 0.35,
        _("▶ comes first now   ○ may still come first   ↓ may fit, comes later   × your answers rule it out"),
        fontsize=9,
        va="top",
        color=plotting.COLOURS["grey"],
    )
    plotting.label(ax, title=_("Call first: {route}").format(route=route))
    sentence = _(
        "Rule {rule}. Call first: {route}. {step} Country of origin: {contact}. Not known yet: {ask}."
    ).format(rule=_named(decides), route=route, step=person.next_step, contact=contact, ask=ask)
    return ax, sentence


def _fits(condition: str, value: str) -> bool:
    no = condition.startswith("not(")
    listed = {text.strip() for text in (condition[4:-1] if no else condition).split(",")}
    return (value in listed) is not no


def referral_navigator() -> None:
    """Choose what you know about a fictional person; see which rule decides, and whom to call."""
    unknown = {_("not known"): "unknown"}
    yes_no = {_("yes"): "yes", _("no"): "no"}
    ask = _("not known")
    explore(
        draw_referral,
        urgent_care=Menu(_("Hurt, ill or hungry now"), unknown | yes_no, ask),
        danger_now=Menu(_("In danger now"), unknown | yes_no, ask),
        age=Menu(
            _("Age"),
            {_("not known, or in doubt"): "unknown", _("under 18"): "child", _("18 or more"): "adult"},
            _("not known, or in doubt"),
        ),
        company=Menu(
            _("Who is with the person"),
            unknown
            | {
                _("says “parent or guardian”"): "family",
                _("another adult"): "other_adult",
                _("nobody"): "alone",
            },
            ask,
        ),
        trafficking_signs=Menu(_("Signs of control or threats"), unknown | yes_no, ask),
        seeks_asylum=Menu(_("Asked for asylum"), unknown | yes_no, ask),
        fears_state=Menu(_("Fears to return"), unknown | yes_no, ask),
        nationality=Menu(
            _("National of a State"),
            unknown | {_("yes"): "known", _("in doubt"): "doubtful"},
            ask,
        ),
        papers=Menu(
            _("Papers of any kind"),
            # A list shows nothing for None, so what is not known has a word of its own.
            {ask: _NOT_KNOWN, _("none"): "none", _("some"): "some"},
            ask,
        ),
    )


_COLUMNS = ("who", "telephone", "languages")


def read_referral_map(path: str | Path) -> dict[str, dict[str, str]]:
    """Return what a referral map holds: for each door, who, telephone and languages.

    A missing or broken file gives an empty map: nothing that a participant typed elsewhere is lost.
    """
    out = {route: dict.fromkeys(_COLUMNS, "") for route in _doors()}
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("door") in out:
                    out[row["door"]] = {name: row.get(name) or "" for name in _COLUMNS}
    except (OSError, UnicodeDecodeError, csv.Error):
        pass
    return out


def save_referral_map(path: str | Path, filled: Mapping[str, Mapping[str, str]]) -> None:
    """Write a referral map as a table that Excel opens, in any script."""
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["door", "meaning", *_COLUMNS])
        for route, text in _doors().items():
            # A telephone number with a plus is text; a cell must not start a formula.
            cells = [str(filled.get(route, {}).get(name, "")) for name in _COLUMNS]
            writer.writerow([route, text, *(c.lstrip("=@\t\r") for c in cells)])


def _doors() -> dict[str, str]:
    inner = {"look", "private_talk", "information", "other_tables"}
    return {route: _(text) for route, text in ROUTES.items() if route not in inner}


def referral_map(path: str | Path = "my-referral-map.csv") -> None:
    """Show the doors of the tables with room for who stands behind each in your own country.

    Not graded. What is typed is kept in `path`, beside the lesson. It is for offices, never for people
    whom you met.
    """
    filled = read_referral_map(path)
    notice = _(
        "Saved at once in {name}, beside this lesson, for all who use this computer. Write offices and duty "
        "numbers: no person, no private number, no secret shelter."
    ).format(name=Path(path).name)
    page.show_html(f"<p style='max-width:60em'>{escape(notice)}</p>")
    heads = (_("Door"), _("Office in my country"), _("Telephone, day and night"), _("Languages"))
    if page.live():
        _live_map(Path(path), filled, heads)
        return
    room = "\u2003" * 10  # to write in by hand: spaces that a browser keeps
    page.show_html(
        page.table(heads, [(text, *[room] * len(_COLUMNS)) for text in _doors().values()], named_rows=True)
    )


def _live_map(path: Path, filled: dict[str, dict[str, str]], heads: tuple[str, ...]) -> None:
    import ipywidgets as w
    from IPython.display import display

    status = w.HTML("")
    widths = ("16em", "13em", "13em")

    def keep(route: str, name: str) -> Any:
        def changed(change: Any) -> None:
            filled[route][name] = change["new"]
            try:
                save_referral_map(path, filled)
            except OSError as error:
                status.value = "<b role='alert'>" + escape(
                    _("The map could not be saved ({reason}). Write it on paper.").format(
                        reason=error.strerror or type(error).__name__
                    )
                )
                return
            text = _("Saved in {name}. You can change it at any time.").format(name=path.name)
            status.value = f"<span style='color:#00664B' role='status'><b>{escape(text)}</b></span>"

        return changed

    def label(text: str, width: str) -> Any:
        return w.HTML(f"<b>{escape(text)}</b>", layout=w.Layout(width=width))

    rows = [w.HBox([label(heads[0], "15em"), *map(label, heads[1:], widths)])]
    for route, text in _doors().items():
        boxes = []
        for name, width, head in zip(_COLUMNS, widths, heads[1:], strict=True):
            box = w.Text(
                value=filled[route][name],
                layout=w.Layout(width=width),
                tooltip=f"{text}: {head}",
                continuous_update=False,
            )
            box.observe(keep(route, name), names="value")
            boxes.append(box)
        name_of = w.HTML(f"<div style='line-height:1.3'>{escape(text)}</div>", layout=w.Layout(width="15em"))
        rows.append(w.HBox([name_of, *boxes]))
    display(w.VBox([*rows, status]))  # type: ignore[no-untyped-call]
