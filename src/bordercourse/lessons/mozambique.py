"""Module 06: the figures of the lesson on Mozambique, and the planner of brigade days."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bordercourse import page, plotting
from bordercourse.datasets import load
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.registration import (
    brigade_rates,
    constraint_prices,
    greedy_plan,
    growth_balance,
    plan_brigades,
)
from bordercourse.widgets.explorer import Menu, Slider, explore

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.registration import BrigadePlan

__all__ = [
    "brigade_planner",
    "draw_brigade_plan",
    "show_adults",
    "show_birth_surveys",
    "show_channels",
    "show_connection",
    "show_deaths_told_and_registered",
    "show_documents",
    "show_plans",
    "show_prices",
]

#: The kind of survey, or census, of each Mozambican figure: marker and colour of the course's palette.
_KINDS = {
    "MICS": ("s", "orange"),
    "DHS": ("o", "blue"),
    "IMASIDA": ("D", "green"),
    "Census": ("^", "purple"),
}


def show_birth_surveys(births: pd.DataFrame) -> None:
    """Show the Mozambican rows of ``birth_registration_under5`` as points, never as a line."""
    points = births[(births["iso3"] == "MOZ") & (births["group"] == "total")].sort_values("year")
    ax = plotting.axes(height=3.6)
    for _row, point in points.iterrows():
        marker, colour = _KINDS[str(point["survey"]).split()[0]]
        year, percent = int(point["year"]), float(point["percent"])
        ax.plot(year, percent, marker, markersize=11, color=plotting.COLOURS[colour])
        ax.annotate(
            f"{point['survey']}\n{percent:g}",
            (year, percent),
            xytext=(0, 11),
            textcoords="offset points",
            ha="center",
        )
    ax.set_ylim(0, 82)
    ax.set_xlim(int(points["year"].min()) - 2, int(points["year"].max()) + 2)
    ax.set_xticks([int(year) for year in points["year"]])
    title = _("Five figures, four kinds of survey or census: no line joins them")
    plotting.label(
        ax,
        title=title,
        x=_("year of the survey or census (2023: survey of 2022-23)"),
        y=_("percent of children under 5\nwhose birth is registered"),
    )
    numbers = "; ".join(f"{s}: {p:g}%" for s, p in zip(points["survey"], points["percent"], strict=True))
    plotting.show(
        ax,
        alt=_("{title}. Children under five in Mozambique whose birth is registered. {said}.").format(
            title=title, said=numbers
        ),
    )


def show_deaths_told_and_registered(censuses: pd.DataFrame, registered: pd.DataFrame) -> None:
    """Show how completely households told deaths to a census, beside what the registry wrote.

    Parameters
    ----------
    censuses : DataFrame
        ``mozambique_censuses_1997_2007``; completeness by the growth balance, ages 25 to 59.
    registered : DataFrame
        ``death_registration_2015_2019``.
    """
    completeness = growth_balance(
        censuses,
        population=("population_1997", "population_2007"),
        deaths="household_deaths_per_year",
        dates=("1997-08-01", "2007-08-01"),
        ages=(25, 55),
        by="sex",
    ).completeness
    row = registered[registered["iso3"] == "MOZ"].sort_values("year").iloc[-1]
    women, men = (100 * float(completeness[sex]) for sex in ("female", "male"))
    wrote, year = float(row["completeness"]), int(row["year"])
    names = [
        _("Told to a census taker, 1997 and 2007:\ndeaths of women, estimated"),
        _("Told to a census taker, 1997 and 2007:\ndeaths of men, estimated"),
        _("Written by the civil registry, {year}:\nall deaths").format(year=year),
    ]
    ax = plotting.axes(width=8.2, height=3.0)
    colours = [plotting.COLOURS[name] for name in ("sky", "sky", "vermilion")]
    bars = ax.barh(names, [women, men, wrote], color=colours)
    ax.bar_label(bars, labels=[f"{women:.0f}", f"{men:.0f}", f"{wrote:.1f}"], padding=4)
    ax.invert_yaxis()
    ax.set_xlim(0, 108)
    title = _("A death told to a census is not a death registered")
    plotting.label(ax, title=title, x=_("percent of the deaths that are thought to have happened"))
    plotting.show(
        ax,
        alt=_(
            "{title}. Of the deaths that are thought to have happened, households told the censuses of 1997 "
            "and 2007 about {women:.0f}% for women and {men:.0f}% for men. The civil registry wrote {n:,} of "
            "{all:,} in {year}: {wrote:.1f}%."
        ).format(
            title=title,
            women=women,
            men=men,
            n=int(row["registered_deaths"]),
            all=int(row["expected_deaths"]),
            year=year,
            wrote=wrote,
        ),
    )


def show_channels(work: pd.DataFrame) -> None:
    """Show whom brigades and health posts of ``mozambique_brigades`` register, by age."""
    words = {
        "on_time": _("newborns, within 120 days"),
        "late_0_4": _("late, under 5 years"),
        "late_5_17": _("late, 5 to 17 years"),
        "late_18_plus": _("late, 18 years and over"),
    }
    colours = [plotting.COLOURS[name] for name in ("green", "sky", "blue", "orange")]
    channels = {"health_post": _("desk in a\nhealth post"), "brigade": _("mobile\nbrigade")}
    ax = plotting.axes(height=2.9)
    parts, newborn = [], {}
    for at, (channel, name) in enumerate(channels.items()):
        part = work[work["channel"] == channel]
        counts = [
            float(part[f"{age}_girls"].astype(int).sum() + part[f"{age}_boys"].astype(int).sum())
            for age in words
        ]
        shares = [100 * n / sum(counts) for n in counts]
        newborn[channel] = shares[0]
        left = 0.0
        for share, colour in zip(shares, colours, strict=True):
            ax.barh(at, share, left=left, height=0.62, color=colour, edgecolor="white")
            if share >= 2:
                dark = colour in (plotting.COLOURS["blue"], plotting.COLOURS["green"])
                ax.text(
                    left + share / 2,
                    at,
                    f"{share:.0f}",
                    ha="center",
                    va="center",
                    fontsize=11 if share >= 5 else 9,
                    color="white" if dark else "black",
                )
            left += share
        shown = ", ".join(f"{w} {s:.0f}%" for w, s in zip(words.values(), shares, strict=True))
        parts.append(f"{name}: {shown}".replace("\n", " "))
    for label, colour in zip(words.values(), colours, strict=True):
        ax.barh(0, 0, color=colour, label=label)
    ax.set_yticks(range(len(channels)), list(channels.values()))
    ax.invert_yaxis()
    ax.set_xlim(0, 100)
    ax.legend(frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.45, -0.25))
    title = (
        _("The post registers newborns, the brigade registers who waited")
        if newborn["health_post"] > 50 > newborn["brigade"]
        else _("Whom the two ways of working register")
    )
    plotting.label(ax, title=title, x=_("percent of all registrations of that kind"))
    plotting.show(ax, alt=_("{title}. {said}.").format(title=title, said="; ".join(parts)))


# -- tables -----------------------------------------------------------------------------------

_BUDGET = 300_000  # meticais: the money of the worked case


def show_documents(outputs: pd.DataFrame, above: int = 50_000) -> None:
    """Show the rows of ``mozambique_documentation_outputs`` above a number, each as its source words it."""
    kinds = {"plan": _("plan"), "done": _("done"), "share": _("share")}
    kept = outputs[outputs["value"] > above]
    heads = [_("When"), _("What is counted"), _("Number as written"), _("Plan or done"), _("Said by")]
    rows = [
        [row["period"], row["what"], row["wording"], kinds[str(row["kind"])], row["actor"]]
        for _at, row in kept.iterrows()
    ]
    page.show_html(page.table(heads, rows))


def show_adults(work: pd.DataFrame) -> None:
    """Show how many women and men of ``mozambique_brigades`` were registered by each way of working."""
    channels = {"brigade": _("Mobile brigade"), "health_post": _("Desk in a health post")}
    sums = work.groupby("channel")[["late_18_plus_girls", "late_18_plus_boys"]].sum()
    rows = [[words, *(f"{int(n):,}" for n in sums.loc[name])] for name, words in channels.items()]
    heads = [_("Adults registered in the invented year"), _("Women"), _("Men")]
    page.show_html(page.table(heads, rows, named_rows=True))


def show_plans(work: pd.DataFrame, budget: float = _BUDGET) -> None:
    """Show the days that two ways of planning give to each district, and how many people they register."""
    rates = brigade_rates(work)
    daily, best = greedy_plan(rates, budget=budget), plan_brigades(rates, budget=budget)
    rows: list[list[object]] = [[name, daily.days[name], n] for name, n in best.days.items()]
    rows.append([_("Days in all"), sum(daily.days.values()), sum(best.days.values())])
    rows.append([_("People registered"), f"{daily.registrations:,.0f}", f"{best.registrations:,.0f}"])
    heads = [_("District"), _("Days, planned day by day"), _("Days, best plan")]
    page.show_html(page.table(heads, rows, named_rows=True))


def show_prices(work: pd.DataFrame, budget: float = _BUDGET) -> None:
    """Show what three rules of fairness cost, each alone and all together; shares as percentages."""
    words = {
        "none": _("No rule"),
        "female_share": _("At least 51 percent girls and women"),
        "far_share": _("At least 40 percent of days for the 4 farthest districts"),
        "min_days": _("At least 3 days in every district"),
        "all": _("All three rules"),
    }
    prices = constraint_prices(
        brigade_rates(work), budget=budget, female_share=0.51, far_share=0.4, min_days=3
    )
    heads = [
        _("Rule"),
        _("People registered"),
        _("Price, in registrations"),
        _("Girls and women (percent)"),
        _("Days for the 4 farthest (percent)"),
        _("Districts that get days"),
    ]
    rows = [
        [
            words[str(row["rule"])],
            f"{row['registrations']:,.0f}",
            f"{row['price']:,.0f}",
            f"{100 * row['female_share']:.1f}",
            f"{100 * row['far_share']:.0f}",
            int(row["districts_reached"]),
        ]
        for _at, row in prices.iterrows()
    ]
    page.show_html(page.table(heads, rows, named_rows=True))


def show_connection(work: pd.DataFrame) -> None:
    """Show how often brigades of ``mozambique_brigades`` are connected, and how late entries arrive."""
    days = work[(work["channel"] == "brigade") & work["open"]]
    bands = {
        _("to 100 km"): days["distance_km"] <= 100,
        _("over 100 to 200 km"): (days["distance_km"] > 100) & (days["distance_km"] <= 200),
        _("farther"): days["distance_km"] > 200,
    }
    rows = [
        [
            name,
            int(inside.sum()),
            f"{100 * days.loc[inside, 'online'].mean():.0f}",
            f"{days.loc[inside, 'sync_delay_days'].mean():.1f}",
        ]
        for name, inside in bands.items()
    ]
    heads = [
        _("Distance from the registry"),
        _("Days of work"),
        _("Days with a connection (percent)"),
        _("Days until an entry arrives (mean)"),
    ]
    page.show_html(page.table(heads, rows, named_rows=True))


# -- the planner ------------------------------------------------------------------------------

_COLUMNS = {"inland": 0, "coast": 1, "north": 2}


@cache
def _districts() -> tuple[pd.DataFrame, dict[str, tuple[int, int]]]:
    """Planning rows of the invented year, and the tile of each district: column, row."""
    work = load("mozambique_brigades")
    rates = brigade_rates(work)
    region = work.groupby("district")["region"].first()
    tiles, used = {}, dict.fromkeys(_COLUMNS.values(), 0)
    for name in rates.sort_values("distance_km", kind="stable")["district"]:
        column = _COLUMNS[str(region[name])]
        tiles[str(name)] = (column, used[column])
        used[column] += 1
    return rates, tiles


@cache
def _planned(budget: float, rules: tuple[tuple[str, float], ...]) -> BrigadePlan | None:
    """The best plan under these rules, or None where none keeps them."""
    try:
        return plan_brigades(_districts()[0], budget, **dict(rules))  # type: ignore[arg-type]
    except InputError:
        return None


def draw_brigade_plan(budget: float, women: float = 0, far: float = 0, least: int = 0) -> tuple[Axes, str]:
    """Return the tile map and the sentence for the best plan in the twelve invented districts.

    Parameters
    ----------
    budget : float
        Money, thousand meticais.
    women : float
        Rule: girls and women are at least this share of all registrations, percent; 0 is no rule.
    far : float
        Rule: at least this share of the days goes to the four farthest districts, percent; 0 is no
        rule.
    least : int
        Rule: every district gets at least so many days; 0 is no rule.

    Notes
    -----
    The price of a rule is what it alone takes away from the plan without rules, in registrations.
    """
    rates, tiles = _districts()
    money = 1000.0 * budget
    rules: dict[str, float] = {}
    if women > 0:
        rules["female_share"] = women / 100
    if far > 0:
        rules["far_share"] = far / 100
    if least > 0:
        rules["min_days"] = int(least)
    free = _planned(money, ())
    plan = _planned(money, tuple(rules.items()))
    words = {
        "female_share": _("girls and women {n:g}%").format(n=women),
        "far_share": _("{n:g}% of days far away").format(n=far),
        "min_days": _("1 day everywhere") if least == 1 else _("{n} days everywhere").format(n=least),
    }
    assert free is not None
    prices: dict[str, float | None] = {}
    for name, value in rules.items():
        alone = _planned(money, ((name, value),))
        prices[words[name]] = None if alone is None else free.registrations - alone.registrations
    if len(rules) > 1:
        prices[_("all rules together")] = None if plan is None else free.registrations - plan.registrations
    ax = plotting.axes(width=9.0, height=3.6)
    _tiles(ax, rates, tiles, plan)
    _prices(ax, prices, free)
    ax.set(xlim=(-0.1, 6.9), ylim=(4.75, -0.62))
    ax.set_axis_off()
    if plan is None:
        title = _("No plan keeps all rules with this money")
        plotting.label(ax, title=title)
        enough = float((rates["cost_travel"] + rates["cost_day"] * rates["max_days"]).sum())
        helps = _planned(enough, tuple(rules.items())) is not None
        advice = _("Give more money, or loosen a rule") if helps else _("No money helps: loosen a rule")
        return ax, _("{title}. {advice}. Without rules: {n:,.0f} registrations.").format(
            title=title, advice=advice, n=free.registrations
        )
    reached = int((plan.table["days"] > 0).sum())
    where = (
        _("every district gets days")
        if reached == len(tiles)
        else _("1 of {all} districts gets no day").format(all=len(tiles))
        if reached == len(tiles) - 1
        else _("{empty} of {all} districts get no day").format(empty=len(tiles) - reached, all=len(tiles))
    )
    title = _("{n:,.0f} registrations; {where}").format(n=plan.registrations, where=where)
    plotting.label(ax, title=title)
    share = (
        _("Girls and women: {n:,.0f} ({p:.1f}%)").format(
            n=float(plan.table["female"].sum()), p=100 * plan.female_share
        )
        if reached
        else ""
    )
    if share and rules:
        share += _(", without rules {n:,.0f}").format(n=float(free.table["female"].sum()))
    sentence = _("{title}. {share}").format(title=title, share=share) if share else title
    if prices:
        listed = "; ".join(
            f"{name}: {_('impossible') if price is None else f'{price:,.0f}'}"
            for name, price in prices.items()
        )
        sentence += ". " + _("Price in registrations, against {n:,.0f} without rules: {listed}").format(
            n=free.registrations, listed=listed
        )
    days = ", ".join(f"{name} {n}" for name, n in plan.days.items())
    return ax, _("{said}. Days: {days}.").format(said=sentence, days=days)


def _tiles(
    ax: Axes, rates: pd.DataFrame, tiles: dict[str, tuple[int, int]], plan: BrigadePlan | None
) -> None:
    """Draw a tile a district, darker with more days; a thick frame marks the four farthest."""
    from matplotlib.patches import Rectangle

    km = dict(zip(rates["district"], rates["distance_km"], strict=True))
    farthest = set(sorted(km, key=lambda name: -km[name])[: max(1, len(km) // 3)])
    most = float(rates["max_days"].max())
    for heading, column in ((_("inland"), 0), (_("coast"), 1), (_("north"), 2)):
        ax.text(column + 0.5, -0.12, heading, ha="center", fontsize=11)
    for name, (column, row) in tiles.items():
        days = 0 if plan is None else plan.days[name]
        depth = days / most
        face = tuple(1 - depth * (1 - c) for c in (0.0, 0.447, 0.698))  # white to the palette's blue
        ax.add_patch(
            Rectangle(
                (column + 0.05, row + 0.05),
                0.9,
                0.9,
                facecolor=face if days else "white",
                edgecolor=plotting.COLOURS["vermilion"] if name in farthest else plotting.COLOURS["grey"],
                linewidth=3 if name in farthest else 1,
                hatch="//" if plan is not None and not days else None,
            )
        )
        ink = "white" if depth > 0.55 else "black"
        box: dict[str, Any] | None = None
        if not days:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        if plan is None:
            text = "?"
        elif days:
            text = _("1 day") if days == 1 else _("{n} days").format(n=days)
        else:
            text = _("no day")
        ax.text(
            column + 0.5,
            row + 0.31,
            _("{district}, {km:.0f} km").format(district=name, km=km[name]),
            ha="center",
            va="center",
            color=ink,
            fontsize=10,
            bbox=box,
        )
        ax.text(
            column + 0.5,
            row + 0.68,
            text,
            ha="center",
            va="center",
            color=ink,
            fontsize=12,
            fontweight="bold",
            bbox=box,
        )
    ax.text(
        0.05,
        4.25,
        _("thick frame: the four farthest from the provincial registry"),
        fontsize=10,
        va="center",
    )


def _prices(ax: Axes, prices: dict[str, float | None], free: BrigadePlan) -> None:
    """Draw the price of each rule beside the map."""
    left, width = 3.45, 2.6
    ax.text(left, -0.12, _("price of each rule, in registrations"), fontsize=11)
    if not prices:
        ax.text(left, 0.5, _("no rule is set"), va="center")
    most = max([1.0, *(p for p in prices.values() if p is not None)])
    from matplotlib.patches import Rectangle

    for row, (name, price) in enumerate(prices.items()):
        ax.text(left, row + 0.28, name, va="center")
        if price is None:
            ax.text(left, row + 0.62, _("impossible with this money"), va="center", fontweight="bold")
            continue
        length = width * price / most
        ax.add_patch(Rectangle((left, row + 0.48), length, 0.28, facecolor=plotting.COLOURS["orange"]))
        ax.text(left + length + 0.08, row + 0.62, f"{price:,.0f}", va="center", fontweight="bold")
    ax.text(
        left,
        4.25,
        _("without rules: {n:,.0f} registrations").format(n=free.registrations),
        va="center",
        fontsize=10,
    )


def brigade_planner() -> None:
    """Choose the money and three rules of fairness; see the best plan and the price of each rule."""
    no_rule = _("no rule")
    explore(
        draw_brigade_plan,
        budget=Slider(_("Money (thousand meticais)"), 100, 700, 50, 300),
        women=Menu(
            _("Girls and women"),
            {no_rule: 0, **{_("at least {n}%").format(n=n): n for n in range(51, 56)}},
            no_rule,
        ),
        far=Slider(_("Days in the 4 farthest (%)"), 0, 80, 10, 0),
        least=Slider(_("Days for every district"), 0, 10, 1, 3),
    )
