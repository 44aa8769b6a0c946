"""Module 02: the figures and tables of the lesson on legal identity, and an explorer of two errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from bordercourse import plotting
from bordercourse.datasets import ReadableFrame
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.identity import (
    compare_names,
    inclusion_audit,
    linkage_errors,
    pairs_that_agree,
    prepare,
    read_date,
)
from bordercourse.widgets.explorer import Menu, Slider, explore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.identity import Explanation, Linkage, LinkageErrors

__all__ = [
    "audit_table",
    "date_table",
    "draw_rule",
    "name_table",
    "rule_explorer",
    "rule_table",
    "rules",
    "show_england",
    "show_pair",
    "show_scripts",
    "show_ten_people",
]

_NAMES = (("វណ្ណា", "Vanna"), ("محمد", "Mohammed"), ("João", "Joao"), ("Hùng", "Hưng"))
_LEVELS = {
    "sound": mark("Likely one name: the same consonants."),
    "accents": mark("Perhaps another name: other accents."),
}
_DATES = (
    (mark("Thailand"), "12/2/2470", "buddhist", "TH"),
    (mark("Cambodia, Khmer calendar"), "12/2/2543", "buddhist", "KH"),
    (mark("Cambodia, Khmer calendar"), "12/5/2543", "buddhist", "KH"),
    (mark("Islamic calendar"), "16/9/1420", "hijri", None),
)
_GROUPS = {
    "all records": mark("everybody"),
    "women": mark("women"),
    "men": mark("men"),
    "Arabic script": mark("Arabic letters"),
    "Khmer script": mark("Khmer letters"),
    "Latin script": mark("Latin letters"),
    "Thai script": mark("Thai letters"),
}
_FIELDS = {
    "given name": mark("given name"),
    "family name": mark("family name"),
    "mother's name": mark("mother's name"),
    "date of birth": mark("day of birth"),
    "sex": mark("sex"),
    "place of birth": mark("place of birth"),
}


def show_england(errors: pd.DataFrame) -> None:
    """Show the table ``linkage_errors_england``: both errors, each with its own total."""
    rows = errors.set_index("error").loc[["missed", "false"]]
    names = [_("missed: one child,\nnot joined"), _("false: two children,\njoined as one")]
    ax = plotting.axes(height=2.4)
    bars = ax.barh(
        names, rows["percent"], color=[plotting.COLOURS["vermilion"], plotting.COLOURS["blue"]], height=0.6
    )
    numbers = [
        _("{percent:g} percent ({wrong:,} of {of:,})").format(
            percent=row["percent"], wrong=row["wrong"], of=row["of"]
        )
        for _name, row in rows.iterrows()
    ]
    ax.bar_label(bars, numbers, padding=5)
    ax.invert_yaxis()
    ax.set_xlim(0, 7)
    title = _("Both errors were small, and each has its own total")
    plotting.label(ax, title=title, x=_("hospital stays of children, percent (2004 to 2014)"))
    numbers_in_words = "; ".join(
        f"{name}: {number}".replace("\n", " ") for name, number in zip(names, numbers, strict=True)
    )
    plotting.show(
        ax, alt=_("{title}. {numbers_in_words}.").format(title=title, numbers_in_words=numbers_in_words)
    )


def name_table() -> ReadableFrame:
    """Return pairs of spellings, and what ``identity.compare_names`` says of each.

    Examples
    --------
    >>> name_table().iloc[0, 0]
    'វណ្ណា, Vanna'
    """
    pairs = [compare_names(one, other) for one, other in _NAMES]
    return ReadableFrame(
        {
            _("Two spellings"): [f"{pair.left}, {pair.right}" for pair in pairs],
            _("What the computer says"): [_(_LEVELS[pair.level]) for pair in pairs],
        }
    )


def date_table() -> ReadableFrame:
    """Return dates of other calendars, and every day that each can mean.

    Examples
    --------
    >>> date_table().iloc[2, 2]
    '1999-05-12 or 2000-05-12'
    """
    dates = [
        (place, written, str(read_date(written, calendar, country=country)))
        for place, written, calendar, country in _DATES
    ]
    # The first line of a date's own words holds the days; the reasons stand in the lesson's text.
    days = [text.splitlines()[0].partition("): ")[2].rstrip(".") for _place, _written, text in dates]
    return ReadableFrame(
        {
            _("Where"): [_(place) for place, _written, _text in dates],
            _("As written"): [written for _place, written, _text in dates],
            _("Common calendar (year-month-day)"): [day.replace(" to ", _(" to ")) for day in days],
        }
    )


# --- ten people ---------------------------------------------------------------------------------

# Ten invented people: how many of them are left after each question. The two that place leaves are sisters.
TEN = (
    (mark("all ten"), 10),
    (mark("a girl"), 5),
    (mark("born in Port Alma"), 2),
    (mark("mother: Siti Keo"), 2),
    (mark("given name: Lina"), 1),
)


def show_ten_people() -> None:
    """Show ten people, and how many are left after each question about one of them."""
    ax = plotting.axes(width=7.8, height=3.7)
    ax.set_aspect("equal")
    for row, (_question, left) in enumerate(TEN):
        for column in range(TEN[0][1]):
            _draw_person(ax, column, row, stays=column < left)
        ax.text(TEN[0][1] + 0.1, row + 0.5, _("{n} left").format(n=left), va="center", fontweight="bold")
    ax.set(xlim=(0, TEN[0][1] + 1.6), ylim=(len(TEN), -0.05))
    ax.set_yticks([row + 0.5 for row in range(len(TEN))], [_(question) for question, _left in TEN])
    ax.set_xticks([])
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    title = _("A question helps as much as the people it takes away")
    plotting.label(ax, title=title)
    numbers_in_words = ", ".join(_("{question}: {n} left").format(question=_(q), n=left) for q, left in TEN)
    plotting.show(
        ax, alt=_("{title}. {numbers_in_words}.").format(title=title, numbers_in_words=numbers_in_words)
    )


def _draw_person(ax: Axes, column: int, row: int, *, stays: bool) -> None:
    """Draw a head and shoulders; who is no longer meant stays in the picture, in outline."""
    from matplotlib.patches import Circle, FancyBboxPatch

    colour = plotting.COLOURS["blue"] if stays else "#c9d0d4"
    face = colour if stays else "none"
    x, y = column + 0.5, row
    ax.add_patch(Circle((x, y + 0.3), 0.15, facecolor=face, edgecolor=colour, linewidth=1.5))
    ax.add_patch(
        FancyBboxPatch(
            (x - 0.22, y + 0.55),
            0.44,
            0.25,
            boxstyle="round,pad=0,rounding_size=0.14",
            facecolor=face,
            edgecolor=colour,
            linewidth=1.5,
        )
    )


# --- one pair -----------------------------------------------------------------------------------


def show_pair(pair: Explanation) -> None:
    """Show for each field of a pair whether it speaks for one person or for two, and how strongly."""
    ax = plotting.axes(width=7.8, height=4.4)
    weights = [step.weight for step in pair.field_weights]
    colours = [plotting.COLOURS["blue" if weight > 0 else "orange"] for weight in weights]
    ax.barh(range(len(weights)), weights, color=colours, height=0.6)
    names = [f"{_(_FIELDS.get(step.field, step.field))}\n{_values(step)}" for step in pair.field_weights]
    ax.set_yticks(range(len(weights)), names)
    ax.invert_yaxis()
    ax.axvline(0, color=plotting.COLOURS["grey"], linewidth=1)
    reach = 1.15 * max(map(abs, weights))
    ax.set_xlim(-reach, reach)
    ax.set_xticks([-reach / 2, reach / 2], [_("← two people"), _("one person →")])
    ax.tick_params(length=0)
    title = _("The score for one person is {share} of 100").format(share=f"{100 * pair.probability:.0f}")
    plotting.label(ax, title=title, x=_("a longer bar speaks more strongly"))
    one = ", ".join(_(_FIELDS.get(s.field, s.field)) for s in pair.field_weights if s.weight > 0)
    two = ", ".join(_(_FIELDS.get(s.field, s.field)) for s in pair.field_weights if s.weight <= 0)
    sentence = _("{title}. For one person speak: {one}. For two people speak: {two}.")
    plotting.show(ax, alt=sentence.format(title=title, one=one, two=two))


def _values(step: Any) -> str:
    left, right = (str(value or "–") for value in (step.left, step.right))
    return left if left == right else f"{left} / {right}"


# --- rules --------------------------------------------------------------------------------------


def rules(
    register: pd.DataFrame, database: pd.DataFrame, linkage: Linkage
) -> dict[str, tuple[LinkageErrors, bool]]:
    """Return five rules from strict to patient, their errors, and whether the figure shows them.

    Parameters
    ----------
    register, database : pandas.DataFrame
        The two files, with the column that holds the truth.
    linkage : Linkage
        What the model found in them.

    Returns
    -------
    dict of str to (LinkageErrors, bool)
        By the name of the rule.
    """
    prepared = prepare(register), prepare(database)
    proposed = {
        _("strict clerk"): (pairs_that_agree(register, database, on=["given_name", "birth_date"]), True),
        _("patient clerk"): (pairs_that_agree(*prepared, on=["given_key", "birth_date"]), True),
        _("patient clerk, family name too"): (
            pairs_that_agree(*prepared, on=["given_key", "family_key", "birth_date"]),
            False,
        ),
        _("computer, line 50"): (linkage.proposals(0.5), True),
        _("computer, line 90"): (linkage.proposals(0.9), False),
        _("computer, line 99.9"): (linkage.proposals(0.999), False),
    }
    return {
        name: (linkage_errors(pairs, register, database), shown) for name, (pairs, shown) in proposed.items()
    }


def show_scripts(counted: Mapping[str, tuple[LinkageErrors, bool]]) -> None:
    """Show the links that rules miss, by the letters in which a name stands in the register."""
    shown = {name: errors for name, (errors, in_figure) in counted.items() if in_figure}
    first = next(iter(shown.values())).table
    scripts = [str(group) for group in first.loc[first["by"] == "script", "group"]]
    colours = [plotting.COLOURS[name] for name in ("vermilion", "orange", "blue")]
    ax = plotting.axes(height=0.9 + 0.8 * len(scripts))
    height = 0.8 / len(shown)
    numbers_in_words = []
    for at, ((rule, errors), colour) in enumerate(zip(shown.items(), colours, strict=True)):
        missed = 100 * errors.table.set_index("group").loc[scripts, "missed_rate"]
        where = [row + (at - (len(shown) - 1) / 2) * height for row in range(len(scripts))]
        bars = ax.barh(where, missed, height=height * 0.9, color=colour, label=rule)
        ax.bar_label(bars, [f"{share:.0f}" for share in missed], padding=3, fontsize=10)
        numbers_in_words.append(
            _("{rule}: {shares}").format(
                rule=rule,
                shares=", ".join(f"{s} {share:.0f}" for s, share in zip(scripts, missed, strict=True)),
            )
        )
    ax.set_yticks(range(len(scripts)), [_(_GROUPS[f"{script} script"]) for script in scripts])
    ax.invert_yaxis()
    ax.set_xlim(0, 112)
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.16), ncols=len(shown))
    lost = {s for s, share in zip(scripts, 100 * _rates(shown, scripts), strict=True) if share == 100}
    title = (
        _("The {rule} finds nobody whose name is not in Latin letters").format(rule=next(iter(shown)))
        if lost == set(scripts) - {"Latin"}
        else _("Who bears the missed links depends on the rule")
    )
    plotting.label(ax, title=title, x=_("links missed, of 100 people of the group"))
    plotting.show(
        ax,
        alt=_("{title}. {numbers_in_words}.").format(
            title=title, numbers_in_words="; ".join(numbers_in_words)
        ),
    )


def _rates(shown: Mapping[str, LinkageErrors], scripts: list[str]) -> Any:
    return next(iter(shown.values())).table.set_index("group").loc[scripts, "missed_rate"]


def rule_table(counted: Mapping[str, tuple[LinkageErrors, bool]]) -> ReadableFrame:
    """Return both errors of each rule, with the missed women and men of 100.

    Parameters
    ----------
    counted : mapping
        From `rules`.

    Returns
    -------
    ReadableFrame
        One row a rule; the shares are rounded to whole people of 100.
    """
    tables = {name: errors.table.set_index("group") for name, (errors, _shown) in counted.items()}
    everybody = [table.iloc[0] for table in tables.values()]
    frame = ReadableFrame(
        {
            _("Rule"): list(tables),
            _("Missed links, of {n:.0f}").format(n=everybody[0]["true_links"]): [
                f"{row['missed']:.0f}" for row in everybody
            ],
            _("False links"): [f"{row['false']:.0f}" for row in everybody],
            _("Women missed, of 100"): [_of_100(table.loc["F"]) for table in tables.values()],
            _("Men missed, of 100"): [_of_100(table.loc["M"]) for table in tables.values()],
        }
    )
    frame.attrs = {"synthetic": True}
    return frame


def _of_100(row: pd.Series) -> str:
    share = 100 * row["missed_rate"]
    # Less than one in a hundred is not written as none.
    return _("fewer than 1") if 0 < share < 0.5 else f"{share:.0f}"


def audit_table(linkage: Linkage, register: pd.DataFrame, line: float = 0.9) -> ReadableFrame:
    """Return the inclusion audit of a register as a reader wants to see it.

    Parameters
    ----------
    linkage : Linkage
    register : pandas.DataFrame
    line : float
        The lowest probability that is proposed (0 to 1).

    Returns
    -------
    ReadableFrame
        One row a group: its records, how many have no link, and how many of 100 that is.
    """
    audit = inclusion_audit(linkage.proposals(line), register)
    audit = audit[audit.index.isin(_GROUPS)]
    frame = ReadableFrame(
        {
            _("Group"): [_(_GROUPS[group]) for group in audit.index],
            _("Births registered"): audit["records"].astype(str).tolist(),
            _("Without a link"): audit["unlinked"].astype(str).tolist(),
            _("Of 100"): [f"{share:.0f}" for share in audit["unlinked_percent"]],
        }
    )
    frame.attrs = {"synthetic": True}
    return frame


# --- the explorer -------------------------------------------------------------------------------

# Round numbers for teaching. Of 100 pairs of records of one person, 90 agree on a field.
KEPT = 0.9
# Of all pairs of two people, this share agrees on the field by chance.
_BY_CHANCE = {"given": 0.005, "mother": 0.002, "birth": 0.0002}
_START = 300


def draw_rule(
    given: bool,
    family: bool,
    mother: bool,
    birth: bool,
    people: int = _START,
    common: float = 5,
    married: float = 12,
) -> tuple[Axes, str]:
    """Return both errors of a rule that wants some fields to agree, of 100 searches.

    Parameters
    ----------
    given, family, mother, birth : bool
        Whether the rule wants this field to agree: the two names, the mother's name, the day of birth.
    people : int
        People in the file that is searched.
    common : float
        Strangers, of 1,000, who share the family name.
    married : float
        Women, of 100, whose family name changed at marriage.

    Returns
    -------
    (Axes, str)
        Bars for missed women, missed men, and searches in which a stranger fits as well; and a sentence.
    """
    asked = {"given": given, "mother": mother, "birth": birth}
    kept = KEPT ** (sum(asked.values()) + family)
    women = 100 * (1 - kept * (1 - married / 100 if family else 1))
    men = 100 * (1 - kept)
    strangers = people * math.prod(_BY_CHANCE[name] for name, wanted in asked.items() if wanted)
    strangers *= common / 1000 if family else 1
    # Strangers fit by chance, each by itself: at least one does in this share of searches.
    false = 100 * (1 - math.exp(-strangers))
    names = [_("women missed"), _("men missed"), _("a stranger fits too")]
    values = [women, men, false]
    ax = plotting.axes(height=2.6)
    bars = ax.barh(
        names, values, color=[plotting.COLOURS[c] for c in ("purple", "sky", "orange")], height=0.6
    )
    ax.bar_label(bars, [_people(value) for value in values], padding=4)
    ax.invert_yaxis()
    ax.set_xlim(0, 120)
    ax.set_xticks(range(0, 101, 20))
    title = _("Both errors of your rule, in a file of {people:,} people").format(people=people)
    plotting.label(ax, title=title, x=_("of 100 searches"))
    sentence = _(
        "Of 100 women {women} are missed, and of 100 men {men}. In {false} of 100 a stranger fits too."
    ).format(women=_people(women), men=_people(men), false=_people(false))
    if strangers >= 1.5:
        sentence += " " + _("Each search finds about {n:,.0f} strangers.").format(n=strangers)
    return ax, sentence


def _people(share: float) -> str:
    """A count of 100, in which neither none nor all is written where it is only nearly so."""
    if 0 < share < 0.5:
        return _("fewer than 1")
    if share > 99.5:
        return _("more than 99")
    return f"{share:.0f}"


def rule_explorer() -> None:
    """Choose the fields that must agree, the size of the file and two customs; see both errors."""
    wanted = {_("must agree"): True, _("is not asked"): False}
    yes, no = wanted
    sizes = {
        _("300"): _START,
        _("30,000"): 30_000,
        _("3 million"): 3_000_000,
        _("300 million"): 300_000_000,
    }
    explore(
        draw_rule,
        given=Menu(_("Given name"), wanted, yes),
        family=Menu(_("Family name"), wanted, yes),
        mother=Menu(_("Mother's name"), wanted, no),
        birth=Menu(_("Day of birth"), wanted, no),
        people=Menu(_("People in the file"), sizes, _("300")),
        common=Slider(_("share the name, of 1,000"), 1, 400, 1, 5),
        married=Slider(_("names changed, of 100 women"), 0, 60, 1, 12),
    )
