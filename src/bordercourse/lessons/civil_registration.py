"""Module 01: the figures of the lesson on civil registration, and the explorer of completeness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bordercourse import page, plotting
from bordercourse.i18n import gettext as _
from bordercourse.registration import dual_system, dual_system_table, process_map, timeliness
from bordercourse.widgets.explorer import Slider, explore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.registration import DualSystem, ProcessMap

__all__ = [
    "completeness_explorer",
    "draw_completeness",
    "show_estimates",
    "show_gains",
    "show_girls_and_boys",
    "show_process",
    "show_three_measures",
    "show_two_lists",
    "show_what_became",
]


def show_three_measures(measures: pd.DataFrame) -> None:
    """Show the table ``indonesia_birth_certificates_2020_2021``: the last figure of each measure."""
    words = {
        "register_certificate": _("Register, end of 2020: children 0 to 18\nin it who have a certificate"),
        "survey_certificate": _("Survey, 2021: children 0 to 17\nwho hold a certificate"),
        "survey_registered": _("Survey, 2021: children under 5\nwhose birth is registered"),
    }
    last = measures[measures["group"] == "total"].groupby("measure")["percent"].last()
    ax = plotting.axes(height=2.9)
    colours = [plotting.COLOURS[name] for name in ("sky", "orange", "blue")]
    bars = ax.barh(list(words.values()), [last[name] for name in words], color=colours)
    ax.bar_label(bars, fmt="%.1f", padding=4)
    ax.invert_yaxis()
    ax.set_xlim(0, 108)
    plotting.label(
        ax,
        title=_("Three measures, three kinds of children"),
        x=_("percent of the children that the measure looks at"),
    )
    numbers = "; ".join(f"{text}: {last[name]:.1f}%" for name, text in words.items()).replace("\n", " ")
    plotting.show(ax, alt=_("Three bars for Indonesia. {numbers}.").format(numbers=numbers))


def show_estimates(truth: int, estimates: Mapping[str, DualSystem]) -> None:
    """Show dual-system estimates with two standard errors either way, beside the known truth."""
    ax = plotting.axes(height=1.6 + 0.5 * len(estimates))
    for at, estimate in enumerate(estimates.values()):
        ax.errorbar(
            estimate.total,
            at,
            xerr=2 * estimate.se,
            fmt="o",
            markersize=9,
            capsize=5,
            color=plotting.COLOURS["blue"],
        )
        ax.text(estimate.total, at - 0.18, f"{estimate.total:,.0f}", ha="center")
    ax.axvline(truth, color=plotting.COLOURS["vermilion"], linestyle="--")
    colour = plotting.COLOURS["vermilion"]
    ax.text(truth, -0.4, _("truth {n:,} ").format(n=truth), color=colour, ha="right")
    ax.set_yticks(range(len(estimates)), list(estimates))
    ax.set_ylim(len(estimates) - 0.5, -0.7)
    highest = max(estimate.total for estimate in estimates.values())
    title = (
        _("Every estimate is too low: the lists are not independent")
        if highest < truth
        else _("The estimates beside the truth")
    )
    plotting.label(
        ax, title=title, x=_("estimated births in the year (line: two standard errors either way)")
    )
    numbers = "; ".join(
        _("{name}: {total:,.0f} births, standard error {se:,.0f}").format(
            name=name.replace("\n", " "), total=e.total, se=e.se
        )
        for name, e in estimates.items()
    )
    plotting.show(
        ax, alt=_("{title}. {said}. The truth is {n:,}.").format(title=title, said=numbers, n=truth)
    )


def show_girls_and_boys(surveys: pd.DataFrame) -> None:
    """Show the table ``birth_registration_under5``: surveys since 2014 that give girls and boys apart."""
    countries = ["IDN", "IRQ", "KHM", "MOZ", "THA", "VNM"]
    kept = surveys.query("group in ['female', 'male'] and year >= 2014")
    kept = kept[kept["iso3"].isin(countries)]
    wide = kept.pivot(index=["country", "year"], columns="group", values="percent").reset_index()
    rows = wide[["country", "year", "female", "male"]].itertuples(index=False)
    heads = [_("Country"), _("Year of the survey"), _("Girls (percent)"), _("Boys (percent)")]
    page.show_html(page.table(heads, [list(row) for row in rows]))


def show_two_lists(births: pd.DataFrame) -> None:
    """Show what two lists of ``utopia_district_births`` say of all births, in groups more and more alike."""
    seen = births[births["registered"] | births["on_health_list"]]
    seen = seen.assign(far=seen["km_to_registry"] > 15)
    lists = {"in_register": "registered", "in_survey": "on_health_list"}
    estimates = {
        _("all together"): dual_system_table(seen, **lists),
        _("by place of birth"): dual_system_table(seen, strata="born_at", **lists),
        _("by place and distance"): dual_system_table(seen, strata=["born_at", "far"], **lists),
    }
    show_estimates(len(births), estimates)


def show_what_became(births: pd.DataFrame, log: pd.DataFrame) -> None:
    """Show what became of every birth of the invented district, and the share registered by father."""
    ends = process_map(log).ends
    registered = int(births["registered"].sum())
    late = timeliness(births, occurred="born", registered="registered_on", cutoff="2025-03-31", limit_days=60)
    rows = [
        (_("never came to the counter"), len(births) - log["case"].nunique()),
        (_("sent away for the father's papers"), int(ends["sent away: father's papers"])),
        (_("turned back at the late fee"), int(ends["late fee asked"])),
        (_("still waiting for a check"), int(ends["check"])),
        (_("registered"), registered),
        (_("of these: have not received a certificate"), int(ends["register"])),
        (_("of these: registered within 60 days"), round(late.table["within_limit"].iloc[0] * len(births))),
    ]
    page.show_html(page.table([_("Of {n:,} children").format(n=len(births)), _("Children")], rows))
    by_father = births.groupby("father")["registered"].agg(["size", "mean"])
    words = {
        "away": _("father away"),
        "without papers": _("father there, without papers"),
        "shows papers": _("father shows papers"),
    }
    shares = [(words[k], int(by_father.loc[k, "size"]), round(100 * by_father.loc[k, "mean"])) for k in words]
    page.show_html(page.table([_("The father"), _("Children"), _("Registered (of 100)")], shares))


# Where each step of the district's log stands on the page: column, row.
_PLACES = {
    "declare": (0.0, 0.0),
    "sent away: father's papers": (0.0, 1.0),
    "late fee asked": (0.75, -1.0),
    "late fee paid": (1.75, -1.0),
    "check": (2.2, 0.0),
    "correct": (2.2, 1.0),
    "register": (3.3, 0.0),
    "issue certificate": (4.4, 0.0),
}


def show_process(process: ProcessMap) -> None:
    """Show which step follows which in ``utopia_district_process_log``, and at which step cases end."""
    ax = plotting.axes(width=8.6, height=4.4)
    most = process.edges["count"].max()
    for before, after, count in process.edges[["before", "after", "count"]].itertuples(index=False):
        _arrow(ax, before, after, count, count / most)
    for step, (x, y) in _PLACES.items():
        text = (
            step.replace(": ", ":\n")
            .replace(" certificate", "\ncertificate")
            .replace("late fee", "late fee\n")
        )
        box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": plotting.COLOURS["black"]}
        ax.text(x, y, text, ha="center", va="center", fontsize=10, zorder=3, bbox=box)
        ended = int(process.ends.get(step, 0))
        if ended and step != "issue certificate":
            ax.text(
                x + (0.0 if y else 0.1),
                y + (0.34 if y > 0 else -0.34),
                _("{n} end here").format(n=ended),
                ha="center" if y else "left",
                va="bottom" if y > 0 else "top",
                color=plotting.COLOURS["vermilion"],
                fontweight="bold",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                zorder=4,
            )
    ax.set(xlim=(-0.65, 4.85), ylim=(-1.75, 1.7))
    ax.set_axis_off()
    ends = process.ends.drop("issue certificate", errors="ignore")
    step, count = str(ends.index[0]), int(ends.iloc[0])
    title = _("The counter loses most families at one step: {step}").format(step=step)
    plotting.label(ax, title=title)
    edges = ", ".join(f"{b} → {a} {n}" for b, a, n in process.edges[["before", "after", "count"]].to_numpy())
    plotting.show(
        ax,
        alt=_("{title} ({n} of {cases} families). Steps that follow each other: {edges}.").format(
            title=title, n=count, cases=len(process.cases), edges=edges
        ),
    )


def _arrow(ax: Axes, before: str, after: str, count: int, share: float) -> None:
    (x0, y0), (x1, y1) = _PLACES[before], _PLACES[after]
    vertical = x0 == x1
    # There and back between two steps: two arrows, one at either side.
    side = (0.12 if y1 > y0 else -0.12) if vertical else 0.0
    ax.annotate(
        "",
        xy=(x1 + side, y1),
        xytext=(x0 + side, y0),
        arrowprops={
            "arrowstyle": "-|>",
            "color": plotting.COLOURS["grey"],
            "linewidth": 1 + 5 * share,
            "shrinkA": 24 if vertical else 34,
            "shrinkB": 24 if vertical else 38,
            "mutation_scale": 16,
        },
    )
    place: dict[str, Any]
    if y0 == y1:
        at, place = (0.0, 0.1), {"ha": "center", "va": "bottom"}
    elif vertical:
        at, place = (side * 1.5, 0.0), {"ha": "left" if side > 0 else "right", "va": "center"}
    else:
        right = y1 < y0
        at, place = (0.15 if right else -0.15, 0.0), {"ha": "left" if right else "right", "va": "center"}
    ax.text((x0 + x1) / 2 + at[0], (y0 + y1) / 2 + at[1], f"{count:,}", **place)


def show_gains(births: pd.DataFrame) -> None:
    """Show how many more girls and boys of ``utopia_district_births`` each improvement registers."""
    words = {
        "signature": _("mother signs alone"),
        "brigade": _("mobile brigade"),
        "notification": _("notice from health post"),
        "waiver": _("no late fee"),
    }
    columns = {f"with_{name}": text for name, text in words.items()}
    share = births.groupby("sex")[[*columns, "registered"]].mean().astype(float)
    gain = 100 * share[list(columns)].sub(share["registered"], axis=0).rename(columns=columns)
    ax = plotting.axes(height=3.4)
    for shift, sex, name, colour in ((-0.2, "girl", _("girls"), "orange"), (0.2, "boy", _("boys"), "blue")):
        at = [i + shift for i in range(len(words))]
        bars = ax.barh(at, gain.loc[sex], height=0.38, color=plotting.COLOURS[colour], label=name)
        ax.bar_label(bars, fmt="%.1f", padding=3)
    ax.set_yticks(range(len(words)), list(words.values()))
    ax.invert_yaxis()
    ax.margins(x=0.1)
    ax.legend(frameon=False, loc="lower right")
    best = gain.idxmax(axis=1)
    alike = best["girl"] == best["boy"]
    title = (
        _("'{best}' gains most, for girls and for boys").format(best=best["girl"])
        if alike
        else _("Girls and boys gain from different improvements")
    )
    plotting.label(ax, title=title, x=_("more registered, of every 100 births of that sex"))
    numbers = "; ".join(
        _("{what}: {girls:.1f} girls and {boys:.1f} boys").format(
            what=what, girls=gain.loc["girl", what], boys=gain.loc["boy", what]
        )
        for what in words.values()
    )
    plotting.show(ax, alt=_("{title}. Of every 100 births: {said}.").format(title=title, said=numbers))


def draw_completeness(
    listed: float, registered_if_listed: float, registered_if_not: float, missed: float
) -> tuple[Axes, str]:
    """Return the picture and the sentence for 1,000 births and two lists.

    Parameters
    ----------
    listed : float
        Births on the health list, percent of all births.
    registered_if_listed, registered_if_not : float
        Births in the register, percent of those on the health list, and of the others. The lists are
        independent where the two are equal.
    missed : float
        True pairs that the matching misses, percent of all pairs.
    """
    births = 1000
    on_list = round(births * listed / 100)
    pairs = round(on_list * registered_if_listed / 100)
    register_only = round((births - on_list) * registered_if_not / 100)
    matched = pairs - round(pairs * missed / 100)
    in_register = pairs + register_only
    truth = in_register / births
    ax = plotting.axes(height=2.6)
    if not matched:
        plotting.label(ax, title=_("Without a single pair there is no estimate"))
        return ax, _("No birth is found in both lists. The method says nothing.")
    estimate = dual_system(matched, in_register - matched, on_list - matched)
    shares = [100 * truth, 100 * estimate.register_completeness]
    bars = ax.barh(
        [_("truth"), _("estimate from\nthe two lists")],
        shares,
        color=[plotting.COLOURS["vermilion"], plotting.COLOURS["blue"]],
    )
    ax.bar_label(bars, fmt="%.0f", padding=4)
    ax.invert_yaxis()
    ax.set_xlim(0, 108)
    error = round(shares[1]) - round(shares[0])
    if abs(error) < 1:
        verdict = _("The estimate is right")
    elif error > 0:
        verdict = _("The register looks {n} points better than it is").format(n=error)
    else:
        verdict = _("The register looks {n} points worse than it is").format(n=-error)
    plotting.label(ax, title=verdict, x=_("completeness of the register, percent of 1,000 births"))
    sentence = _(
        "{verdict}: {matched:,} births are found in both lists, the method expects {total:,.0f} births, and "
        "there are {births:,}. True completeness {truth:.0f}%, estimated {estimated:.0f}%."
    ).format(
        verdict=verdict,
        matched=matched,
        total=estimate.total,
        births=births,
        truth=shares[0],
        estimated=shares[1],
    )
    return ax, sentence


def completeness_explorer() -> None:
    """Change what is assumed of two lists; see the estimated completeness beside the truth."""
    explore(
        draw_completeness,
        listed=Slider(_("On the health list (%)"), 5, 100, 1, 67),
        registered_if_listed=Slider(_("Registered, if on the list (%)"), 0, 100, 1, 59),
        registered_if_not=Slider(_("Registered, if not on it (%)"), 0, 100, 1, 38),
        missed=Slider(_("Pairs missed in matching (%)"), 0, 60, 5, 0),
    )
