"""Module 00: the figures of the welcome lesson, and its explorer of births."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bordercourse import page, plotting
from bordercourse.datasets import load
from bordercourse.datasets.countries import country_name
from bordercourse.i18n import gettext as _
from bordercourse.widgets.explorer import Menu, Slider, explore

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["births_explorer", "draw_births", "show_children", "show_people", "show_without_paper"]


def show_people(people: pd.DataFrame) -> None:
    """Show the table ``people_without_proof_of_identity``: dots that are not joined, and the quotation."""
    ax = plotting.axes(height=3.2)
    estimates = people[people["kind"] == "estimate"]
    quoted = int(people.loc[people["kind"] == "quotation", "people_millions"].iloc[0])
    years, values = estimates["reference_year"], estimates["people_millions"]
    ax.plot(years, values, "o", markersize=11)
    for year, value in zip(years, values, strict=True):
        ax.text(year + 0.1, value - 15, f"{value:,}")
    ax.axhline(quoted, linestyle="--", color=plotting.COLOURS["vermilion"])
    ax.text(
        years.min(),
        quoted + 25,
        _("quotation, December 2022: more than {n:,} (no data set)").format(n=quoted),
        va="bottom",  # Thai and Khmer have signs below the line of writing
    )
    ax.set(ylim=(0, quoted + 170), xlim=(years.min() - 0.5, years.max() + 1), xticks=list(years))
    plotting.label(
        ax,
        title=_("The quoted number is above every dated estimate"),
        x=_("year that the estimate describes"),
        y=_("million people"),
    )
    dots = ", ".join(f"{value:,} ({year})" for year, value in zip(years, values, strict=True))
    plotting.show(
        ax,
        alt=_(
            "Dots without a line, million people without proof of identity: {dots}. "
            "A dashed line marks the quotation of {n:,} million."
        ).format(dots=dots, n=quoted),
    )


def show_children(children: pd.DataFrame) -> None:
    """Show the table ``unregistered_children_world``: not registered beside without a certificate."""
    ax = plotting.axes(height=3.2)
    years = children["published"].astype(str)
    parts = {
        _("without a certificate"): ("without_certificate_millions", "sky", 0.8),
        _("not registered"): ("children_millions", "blue", 0.5),
    }
    series = []
    for text, (column, colour, width) in parts.items():
        values = children[column].astype("float64")
        bars = ax.bar(years, values.fillna(0), width=width, color=plotting.COLOURS[colour], label=text)
        labels = ["" if value != value else f"{value:.0f}" for value in values]
        ax.bar_label(
            bars,
            labels=labels,
            padding=2 if colour == "sky" else -16,
            color="black" if colour == "sky" else "white",
        )
        numbers = ", ".join(f"{n or _('not given')} ({y})" for y, n in zip(years, labels, strict=True))
        series.append(f"{text}: {numbers}")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 1.02), ncols=2)
    ax.set_ylim(0, 310)
    plotting.label(
        ax,
        title=_("More children lack a certificate than lack registration"),
        x=_("year of publication (2013: certificates not given)"),
        y=_("million children under five"),
    )
    plotting.show(ax, alt=_("Million children under five. {numbers}.").format(numbers="; ".join(series)))


def show_without_paper(children: pd.DataFrame) -> None:
    """Show the table ``unregistered_children_world`` with those who are registered and hold no paper."""
    rows = []
    for row in children.to_dict("records"):
        without, not_registered = row["without_certificate_millions"], row["children_millions"]
        known = without == without and without is not None and str(without) != "<NA>"
        rows.append(
            [
                row["published"],
                without if known else "",
                not_registered,
                without - not_registered if known else "",
            ]
        )
    heads = [
        _("Report of"),
        _("Without a certificate"),
        _("Not registered"),
        _("Registered, without a certificate"),
    ]
    page.show_html(page.table(heads, rows))


_UTOPIA = "Utopia"  # the start: an assumed share beside a real name would be read as that country's


def draw_births(country: str, percent: float, years: int) -> tuple[Axes, str]:
    """Return the picture and the sentence for one country and an assumed share registered.

    Parameters
    ----------
    country : str
        "Utopia", or a country of the table ``births_and_deaths``.
    percent : float
        Assumed share of births that are registered, 0 to 100 percent.
    years : int
        How many years like the last one of the table to add up.
    """
    if country == _UTOPIA:
        births, when = 100_000.0, _("invented")
    else:
        table = load("births_and_deaths")
        last = table[table["country"] == country].sort_values("year").iloc[-1]
        births, when = float(last["births_thousands"]) * 1000, str(int(last["year"]))
    without = births * (1 - percent / 100)
    ax = plotting.axes(height=2.6)
    total = [births * years, without * years]
    bars = ax.barh(
        [_("births"), _("children without a record")],
        total,
        color=[plotting.COLOURS["grey"], plotting.COLOURS["vermilion"]],
    )
    ax.bar_label(bars, labels=[f"{round(value, -2):,.0f}" for value in total], padding=4)
    ax.invert_yaxis()
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.margins(x=0.14)
    plotting.label(
        ax,
        title=_("{country}, your assumption: {percent:g}% of births are registered").format(
            country=country_name(country), percent=percent
        ),
        x=_("children in {years} years").format(years=years),
    )
    sentence = _(
        "{country}: about {births:,.0f} births a year ({when}). Your assumption: {percent:g}% are "
        "registered. Then about {total:,.0f} children have no record after {years} years."
    ).format(
        country=country_name(country),
        births=round(births, -2),
        when=when,
        percent=percent,
        total=round(without * years, -2),
        years=years,
    )
    return ax, sentence


def births_explorer() -> None:
    """Choose a country and an assumed share registered; see how many children have no record."""
    countries = (_UTOPIA, *sorted(load("births_and_deaths")["country"].unique()))
    explore(
        draw_births,
        country=Menu(_("Country"), {country_name(name): name for name in countries}, country_name(_UTOPIA)),
        percent=Slider(_("Births registered (percent)"), 0, 100, 1, 60),
        years=Slider(_("Years"), 1, 10, 1, 5),
    )
