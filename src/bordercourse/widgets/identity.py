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
    title = _("Birth registration shows no such gap; the identity card does")
    plotting.label(
        ax, title=title, x=_("adults without an identity document, percent, low-income countries, 2017")
    )
    said = _("{title}. Without an identity document: {women} percent of women and {men} percent of men.")
    plotting.show(ax, alt=said.format(title=title, women=shares["women"], men=shares["men"]))


def show_pair(pair: Explanation) -> None:
    """Show how each field moved the score of one pair of records."""
    ax = pair.plot(plotting.axes(height=5.0))
    values = [f"{step.field}\n{step.left or '–'} / {step.right or '–'}" for step in pair.steps]
    ax.set_yticks(range(len(values) + 2), [_("before any field"), *values, _("total")])
    steps = "; ".join(f"{step.field} {step.finding} {step.weight:+.1f}" for step in pair.steps)
    said = _("{title}. Before any field {prior:+.1f}; {steps}; total {weight:+.1f} bits.")
    plotting.show(
        ax,
        alt=said.format(title=ax.get_title("left"), prior=pair.prior, steps=steps, weight=pair.weight),
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
            told = (
                f"{names.get(g, g)} {n:.0f}" for g, n in zip(bearers["group"], bearers["false"], strict=True)
            )
            legend += " ({})".format(", ".join(told))
        bars = ax.barh(where, missed, height=height * 0.9, color=colour, label=legend)
        ax.bar_label(bars, fmt="%.0f", padding=3, fontsize=9)
    ax.set_yticks(range(len(groups)), groups)
    ax.invert_yaxis()
    ax.set_xlim(0, 112)
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.45, -0.12))
    scripts = first[first["by"] == "script"]
    lost = scripts.loc[scripts["missed"] == scripts["true_links"], "group"]
    title = (
        _("The simplest rule misses everybody whose name is not in Latin letters")
        if set(lost) >= set(scripts["group"]) - {"Latin"} and "Latin" not in set(lost)
        else _("Who bears the missed links depends on the rule")
    )
    plotting.label(ax, title=title, x=_("true links missed, percent of the group (in brackets: true links)"))
    said = "; ".join(f"{rule}: {errors}" for rule, errors in rules.items())
    plotting.show(ax, alt=f"{title}. {said}")


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
    given: str, mother: str, birth: str, family: str, common: float, kept: float
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
    """
    steps = (
        _step(_("given name"), given, *_GIVEN),
        _step(_("mother's name"), mother, *_MOTHER),
        _step(_("date of birth"), birth, *_BIRTH),
        _step(_("family name"), family, kept / 100, common / 1000),
    )
    pair = Explanation("R", "D", prior_weight(1 / _RECORDS), steps)
    ax = pair.plot(plotting.axes(height=3.8))
    proposed = pair.probability >= LINE
    title = _("Proposed to the registrar") if proposed else _("Not proposed: nobody looks at this pair")
    plotting.label(ax, title=title, x=_("weight, bits (0 is even odds)"))
    risk = (
        _("If they are two people, a false link joins them: one can lose her name, her age or her liberty.")
        if proposed
        else _("If they are one person, the link is missed: she is told that she is not registered.")
    )
    sentence = _(
        "{title}. Total {weight:+.1f} bits, a probability of {share}; the line is 90%. {risk}"
    ).format(title=title, weight=pair.weight, share=pair.percent, risk=risk)
    return ax, sentence


def weight_explorer() -> None:
    """Change what is found in two records, and how common a name is; see the weight and the risk."""
    findings = {_("agrees"): _AGREES, _("differs"): _DIFFERS, _("missing"): _MISSING}
    agrees, missing = _("agrees"), _("missing")
    explore(
        draw_weights,
        given=Menu(_("Given name"), findings, agrees),
        mother=Menu(_("Mother's name"), findings, missing),
        birth=Menu(_("Date of birth"), findings, missing),
        family=Menu(_("Family name"), findings, agrees),
        common=Slider(_("Name by chance, of 1,000"), 1, 400, 1, 5),
        kept=Slider(_("Name kept, of 100"), 50, 99, 1, 90),
    )
