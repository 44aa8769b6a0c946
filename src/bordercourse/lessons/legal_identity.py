"""Module 02: the figures of the lesson on legal identity, and the explorer of linkage weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bordercourse import plotting
from bordercourse.i18n import gettext as _
from bordercourse.identity import (
    Explanation,
    Step,
    agreement_weight,
    disagreement_weight,
    match_probability,
    prior_weight,
)
from bordercourse.widgets.explorer import Menu, Slider, explore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.identity import LinkageErrors

__all__ = ["draw_weights", "show_gap", "show_pair", "show_rules", "weight_explorer"]


def show_gap(gap: pd.DataFrame) -> None:
    """Show the table ``identity_gender_gap``: adults without an identity document, women and men."""
    shares = gap.set_index("sex")["without_id_percent"]
    ax = plotting.axes(height=2.2)
    bars = ax.barh(
        [_("women"), _("men")],
        [shares["women"], shares["men"]],
        color=[plotting.COLOURS["purple"], plotting.COLOURS["blue"]],
    )
    ax.bar_label(bars, fmt="%.0f", padding=4)
    ax.invert_yaxis()
    ax.set_xlim(0, 60)
    title = _("More women than men have no identity document")
    plotting.label(
        ax, title=title, x=_("adults without an identity document, percent, low-income countries, 2017")
    )
    sentence = _("{title}. Without an identity document: {women} percent of women and {men} percent of men.")
    plotting.show(ax, alt=sentence.format(title=title, women=shares["women"], men=shares["men"]))


def _help_to_read(ax: Axes, pair: Explanation, names: list[str], title: str) -> None:
    """Name the bars of a waterfall, say what the first and the last one mean, and how to read it."""
    first = _("before any field\n(1 pair in {n:,.0f})").format(n=1 / match_probability(pair.prior))
    last = _("total\n({share})").format(share=pair.percent)
    ax.set_yticks(range(len(names) + 2), [first, *names, last])
    how = _(
        "weight, bits: each +1 doubles the odds, and 0 is even odds\n"
        "Start at the top. Each bar starts where the last one stopped.\n"
        "Blue speaks for one person, orange for two."
    )
    plotting.label(ax, title=title, x=how)


def show_pair(pair: Explanation) -> None:
    """Show how each field moved the score of one pair of records."""
    ax = pair.plot(plotting.axes(height=5.6))
    values = [f"{step.field}\n{step.left or '–'} / {step.right or '–'}" for step in pair.steps]
    _help_to_read(ax, pair, values, ax.get_title("left"))
    steps = "; ".join(f"{step.field} {step.finding} {step.weight:+.1f}" for step in pair.steps)
    sentence = _("{title}. Before any field {prior:+.1f}; {steps}; total {weight:+.1f} bits.")
    plotting.show(
        ax,
        alt=sentence.format(title=ax.get_title("left"), prior=pair.prior, steps=steps, weight=pair.weight),
    )


def show_rules(rules: Mapping[str, LinkageErrors]) -> None:
    """Show who bears the missed links of several rules, by sex and script, with the false links beside.

    Parameters
    ----------
    rules : mapping of str to LinkageErrors
        The rules from simple to elaborate, all counted on the same files and groups.
    """
    first = next(iter(rules.values())).table
    names = {"F": _("women"), "M": _("men"), "Arabic": _("Arabic script"), "Khmer": _("Khmer script")}
    names |= {"Latin": _("Latin script"), "Thai": _("Thai script")}
    kinds = {"sex": _("sex"), "script": _("script")}
    groups = [names.get(str(group), str(group)) for group in first["group"]]
    groups = [
        _("{name} ({n:.0f})").format(name=g, n=n) for g, n in zip(groups, first["true_links"], strict=True)
    ]
    colours = [plotting.COLOURS[name] for name in ("vermilion", "orange", "blue")]
    ax = plotting.axes(height=1.8 + 0.5 * len(groups))
    height = 0.8 / len(rules)
    for at, ((rule, errors), colour) in enumerate(zip(rules.items(), colours, strict=False)):
        where = [y + (at - (len(rules) - 1) / 2) * height for y in range(len(groups))]
        missed = 100 * errors.table["missed_rate"]
        row = errors.table.iloc[0]
        legend = _("{rule}: {missed:.0f} missed, {false:.0f} false").format(
            rule=rule, missed=row["missed"], false=row["false"]
        )
        bearers = errors.table.iloc[1:].query("false > 0")
        if len(bearers):
            # The same links are counted by sex and again by script: say so, or one reads like two.
            shares = (
                _("by {what}: {groups}").format(
                    what=kinds.get(str(kind), str(kind)),
                    groups=", ".join(
                        f"{names.get(g, g)} {n:.0f}"
                        for g, n in zip(rows["group"], rows["false"], strict=True)
                    ),
                )
                for kind, rows in bearers.groupby("by", sort=False)
            )
            legend += " ({})".format("; ".join(shares))
        bars = ax.barh(where, missed, height=height * 0.9, color=colour, label=legend)
        # A share below one percent is not written as none.
        ax.bar_label(bars, [f"{m:.1f}" if 0 < m < 1 else f"{m:.0f}" for m in missed], padding=3, fontsize=9)
    ax.set_yticks(range(len(groups)), groups)
    ax.invert_yaxis()
    ax.set_xlim(0, 112)
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.45, -0.12))
    scripts = first[first["by"] == "script"]
    lost = scripts.loc[scripts["missed"] == scripts["true_links"], "group"]
    title = (
        _("The {rule} misses everybody whose name is not in Latin letters").format(rule=next(iter(rules)))
        if set(lost) >= set(scripts["group"]) - {"Latin"} and "Latin" not in set(lost)
        else _("Who bears the missed links depends on the rule")
    )
    plotting.label(ax, title=title, x=_("true links missed, percent of the group (in brackets: true links)"))
    outcomes = "; ".join(f"{rule}: {errors}" for rule, errors in rules.items())
    plotting.show(ax, alt=f"{title}. {outcomes}")


_AGREES, _DIFFERS, _MISSING = "agrees", "differs", "missing"
# Round numbers for teaching: how often a field agrees in records of one person, and by chance of two people.
_GIVEN, _MOTHER, _BIRTH = (0.9, 0.005), (0.9, 0.002), (0.9, 0.0002)
_RECORDS = 300
LINE = 0.9


def _step(field: str, finding: str, m: float, u: float) -> Step:
    weights = {_AGREES: agreement_weight(m, u), _DIFFERS: disagreement_weight(m, u), _MISSING: 0.0}
    words = {_AGREES: _("agrees"), _DIFFERS: _("differs"), _MISSING: _("missing")}
    return Step(f"{field}\n({words[finding]})", words[finding], "", "", weights[finding])


def draw_weights(
    given: str,
    mother: str,
    birth: str,
    family: str,
    common: float,
    kept: float,
    people: int = _RECORDS,
) -> tuple[Axes, str]:
    """Return the waterfall of one pair of records, and what happens to it.

    Parameters
    ----------
    given, mother, birth, family : {"agrees", "differs", "missing"}
        What is found for given name, mother's name, date of birth and family name.
    common : float
        Pairs of two different people who share this family name by chance, of 1,000 (1,000 times u).
    kept : float
        Pairs of records of one person on which the family name agrees, of 100 (100 times m).
    people : int
        People who stand in both files. Of all pairs that can be made, one in `people` is one person,
        so the same agreement is worth less in a larger file.
    """
    steps = (
        _step(_("given name"), given, *_GIVEN),
        _step(_("mother's name"), mother, *_MOTHER),
        _step(_("date of birth"), birth, *_BIRTH),
        _step(_("family name"), family, kept / 100, common / 1000),
    )
    pair = Explanation("R", "D", prior_weight(1 / people), steps)
    ax = pair.plot(plotting.axes(height=4.4))
    proposed = pair.probability >= LINE
    title = _("Proposed to the registrar") if proposed else _("Not proposed: nobody looks at this pair")
    _help_to_read(ax, pair, [step.field for step in steps], title)
    risk = (
        _("If they are two people, a false link joins them: one can lose her name, her age or her liberty.")
        if proposed
        else _("If they are one person, the link is missed: she is told that she is not registered.")
    )
    sentence = _(
        "{title}. In a file of {people:,} people: total {weight:+.1f} bits, a probability of {share}; "
        "the line is 90%. {risk} (Family name: {common:g} of 1,000 pairs of strangers agree on it, "
        "and {kept:g} of 100 pairs of one person.)"
    ).format(
        title=title,
        people=people,
        weight=pair.weight,
        share=pair.percent,
        risk=risk,
        common=common,
        kept=kept,
    )
    return ax, sentence


def weight_explorer() -> None:
    """Change what two records say, how common a name is and how large the file; see weight and risk."""
    findings = {_("agrees"): _AGREES, _("differs"): _DIFFERS, _("missing"): _MISSING}
    agrees, missing = _("agrees"), _("missing")
    sizes = {
        _("300"): _RECORDS,
        _("30,000"): 30_000,
        _("3 million"): 3_000_000,
        _("300 million"): 300_000_000,
    }
    explore(
        draw_weights,
        given=Menu(_("Given name"), findings, agrees),
        mother=Menu(_("Mother's name"), findings, missing),
        birth=Menu(_("Date of birth"), findings, missing),
        people=Menu(_("People in the file"), sizes, _("300")),
        family=Menu(_("Family name"), findings, agrees),
        common=Slider(_("strangers, of 1,000"), 1, 400, 1, 5),
        kept=Slider(_("one person, of 100"), 50, 99, 1, 90),
    )
