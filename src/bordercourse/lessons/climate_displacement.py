"""Module 07: the figures of the lesson on climate displacement, and its season board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bordercourse import datasets, displacement, page, plotting
from bordercourse.displacement import PlanningScenario, StormSeason
from bordercourse.i18n import gettext as _
from bordercourse.widgets.explorer import Menu, Slider, explore

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "draw_board",
    "draw_months",
    "draw_tracks",
    "season_board",
    "show_by_sex",
    "show_months",
    "show_papers",
    "show_plan",
    "show_tracks",
]

BOX = "South China Sea"  # the largest box of the table storms_by_month_1980_2024: a choice, no border
SOUTH = "Malaysia, peninsula to Sabah"  # the box further south, with another season
HOURS = 8  # a person waits in the line of Old Port, at most
DESK_MINUTES, DESK_HOURS = 10, 8  # to register a person; of a desk in a day
WITHOUT_PAPERS = 0.5  # "nearly" half of the survivors of Haiyan: UNHCR Philippines, April 2014


# --- evidence -----------------------------------------------------------------------------------


def months() -> list[str]:
    """The months by name, from January on."""
    return [
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July")),
        *(_("August"), _("September"), _("October"), _("November"), _("December")),
    ]


def season() -> StormSeason:
    """The storms of the box by month, and the months that held four fifths of them."""
    table = datasets.load("storms_by_month_1980_2024").query("box == @BOX").sort_values("month")
    return displacement.storm_season(table["storms"].tolist(), int(table["years"].iloc[0]))


_EAST, _NORTH = (94, 130), (-2, 25)  # the map, in degrees
_PAPER = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.8}
# Where the name of a storm begins on the map, so that no two lie on each other.
_NAMES = {
    "Vamei": (105.2, 0.2),
    "Pabuk": (109.5, 5.3),
    "Durian": (110.4, 10.3),
    "Gay": (100.2, 11.4),
    "Linda": (115.4, 6.9),
    "Haiyan": (124.8, 9.0),
    "Ketsana": (109.6, 16.5),
    "Damrey": (112.8, 11.8),
    "Molave": (118.2, 14.0),
    "Noru": (124.6, 17.2),
    "Yagi": (112.4, 20.1),
}


def draw_tracks(tracks: pd.DataFrame) -> tuple[Axes, str]:
    """Return the map of the table ``storm_tracks_selected``, and what it says in words."""
    ax = plotting.axes(width=7.6, height=6.2)
    ax.set_facecolor("#e3eef3")
    for _ring, outline in datasets.load("land_outlines").groupby("ring"):
        ax.fill(outline["longitude"], outline["latitude"], fc="#ece4d0", ec="#a89c80", lw=0.5)
    names: dict[bool, list[str]] = {False: [], True: []}
    held = season().months
    for storm, line in tracks.groupby("storm", sort=False):
        on_map = line[line["longitude"].between(*_EAST) & line["latitude"].between(*_NORTH)]
        late = not on_map["day"].dt.month.isin(held).all()
        colour = plotting.COLOURS["vermilion" if late else "blue"]
        ax.plot(line["longitude"], line["latitude"], color=colour, lw=2.6 if late else 1.4)
        x, y = _NAMES[str(storm)]
        text = f"{storm} {on_map['day'].iloc[0].year}"
        ax.text(x, y, text, color=colour, fontsize=9.5, fontweight="bold", bbox=_PAPER)
        names[late].append(text)
    _draw_boxes(ax)
    ax.set_xlim(_EAST)
    ax.set_ylim(_NORTH)
    ax.set_aspect("equal")
    title = _("Eleven real storms; orange: in December or January")
    plotting.label(ax, title=title, x=_("degrees east"), y=_("degrees north"))
    words = _(
        "Map of storm tracks over sea and land. June to November: {a}. Later: {b}. "
        "Two boxes in which storms are counted: A, the South China Sea; B, the Malay peninsula to Sabah."
    )
    return ax, words.format(a=", ".join(names[False]), b=", ".join(names[True]))


def _draw_boxes(ax: Axes) -> None:
    """Draw the two boxes in which the lesson counts storms, so that a reader sees who is outside both."""
    boxes = datasets.load("storms_by_month_1980_2024").drop_duplicates("box").set_index("box")
    for letter, name in (("A", BOX), ("B", SOUTH)):
        south, north, west, east = boxes.loc[name, ["south", "north", "west", "east"]].astype(float)
        corners = ([west, east, east, west, west], [south, south, north, north, south])
        ax.plot(*corners, color="black", lw=1.6, ls="--")
        corner = (east - 0.3, south + 0.3 if letter == "B" else north - 0.3)
        side = "bottom" if letter == "B" else "top"
        label = _("box {letter}").format(letter=letter)
        ax.text(*corner, label, ha="right", va=side, fontsize=11, fontweight="bold", bbox=_PAPER)


def show_tracks(tracks: pd.DataFrame) -> None:
    """Show the map of the table ``storm_tracks_selected``."""
    ax, words = draw_tracks(tracks)
    plotting.show(ax, alt=words)


def draw_months(ax: Axes | None = None, chosen: int = 0) -> Axes:
    """Draw the storms of the box by month; the season is darker, and a chosen month is framed.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw.
    chosen : int
        1 to 12, or 0 for none.
    """
    by_month, ax = season(), plotting.axes(ax, height=3.2)
    shades = [plotting.COLOURS["blue" if held else "sky"] for held in by_month.table["in_season"]]
    bars = ax.bar(range(12), by_month.table["storms"], color=shades)
    if chosen:
        bars[chosen - 1].set(edgecolor=plotting.COLOURS["vermilion"], linewidth=3)
    shown = [f"{n}" if chosen in (0, month) else "" for month, n in enumerate(by_month.table["storms"], 1)]
    ax.bar_label(bars, labels=shown, padding=3, fontsize=9)
    ax.set_xticks(range(12), [name[:3] for name in months()], fontsize=9)
    ax.set_yticks([])
    ax.margins(y=0.12)
    title = _("A season (dark) is not a promise")
    return plotting.label(
        ax, title=title, x=_("box A: 5 to 22 north, 105 to 121 east"), y=_("storms in 45 years")
    )


def show_months() -> None:
    """Show the storms of the box by month."""
    by_month = season()
    counts = zip(months(), by_month.table["storms"], strict=True)
    words = ", ".join(f"{name} {n}" for name, n in counts)
    alt = _("Storms in a box over the South China Sea, 1980 to 2024: {words}.").format(words=words)
    plotting.show(draw_months(), alt=alt)


def show_papers(table: pd.DataFrame) -> None:
    """Show the table ``documents_lost_in_disasters``: what was lost, and what was done."""
    value = table.set_index("fact")["value"]
    lost = "people left without identity cards or land"
    rows = [
        [
            _("Tsunami, Aceh, 2004"),
            _("{n:,} people without identity cards or land (a round figure)").format(n=value[lost]),
            _("Some {n:,} damaged land papers taken to Jakarta to be restored").format(
                n=value["damaged land documents taken to Jakarta for restoring"]
            ),
        ],
        [
            _("Typhoon Haiyan, 2013"),
            _("nearly {n} percent of the survivors lost papers").format(
                n=value["share of survivors who lost civil documents"]
            ),
            _("Free teams on the road: {n:,} people in the first month, almost {m:,} later").format(
                n=value["people whose documents were re-established"], m=value["people served"]
            ),
        ],
        [
            _("Cyclone Idai, Zimbabwe, 2019"),
            _("no count printed"),
            _("Teams on the road from June. But the missing were given no death certificate"),
        ],
    ]
    page.show_html(page.table([_("Disaster"), _("Lost"), _("Regained")], rows, named_rows=True))


def show_by_sex(table: pd.DataFrame) -> None:
    """Show the table ``disaster_deaths_and_survivors_by_sex``: one bar a source, each with whom it counts."""
    survived = table["measure"] == "survivors"
    # The year of the disaster stands in its name; the report on the tsunami came out a year later.
    names = [f"{row.measure}\n{row.place}, {str(row.event)[-4:]}" for row in table.itertuples()]
    ax = plotting.axes(height=3.8)
    colours = [plotting.COLOURS["sky" if alive else "blue"] for alive in survived]
    bars = ax.barh(names, table["female_percent"].astype(float), color=colours)
    ax.bar_label(bars, labels=[f"{share:g} %" for share in table["female_percent"]], padding=4)
    ax.axvline(50, color=plotting.COLOURS["grey"], linestyle=":")
    ax.invert_yaxis()
    ax.set_xlim(0, 100)
    plotting.label(ax, title=_("Ask of each share: of whom?"), x=_("women and girls, percent"))
    words = "; ".join(
        f"{row.measure}, {row.place}, {str(row.event)[-4:]}: {row.female_percent:g} %"
        for row in table.itertuples()
    )
    plotting.show(ax, alt=_("Share of women and girls. {words}.").format(words=words))


# --- method -------------------------------------------------------------------------------------


def plan(people: int, nights: int) -> displacement.ReadinessPlan:
    """What a planning number needs at Old Port: a line of hours, nights where there are any, and papers.

    Whoever goes home on the day is registered on the day; whoever stays is registered before leaving, by
    ticket, so that nobody stands in a line at night.
    """
    number = PlanningScenario(
        _("the planning number"),
        people,
        hours=HOURS,
        nights=nights,
        without_papers=WITHOUT_PAPERS,
        minutes=DESK_MINUTES,
        desk_hours=DESK_HOURS,
        days=max(1, nights),
    )
    return displacement.readiness_plan([number])


def show_plan(people: int, nights: int) -> None:
    """Show what a planning number needs: the hours of a line beside the nights of a shelter.

    Desks, forms and papers are counted once: the people of the nights are those of the line.

    Parameters
    ----------
    people : int
        The planning number.
    nights : int
        Nights that each stays.
    """
    table = plan(people, nights).table
    amounts = {(row.part, row.item): row.amount for row in table.itertuples()}
    desk = ("papers", _("registration desks"))
    by_day = plan(people, 0).table.set_index(["part", "item"])["amount"]
    amounts["one day", desk[1]] = int(by_day[desk])

    asked: list[tuple[str, tuple[str, str] | None, tuple[str, str] | None]] = [
        (_("water, litres"), ("line", _("drinking water")), ("stay", _("water"))),
        (_("taps"), ("line", _("taps")), ("stay", _("taps"))),
        (_("toilets"), ("line", _("toilets")), ("stay", _("toilets"))),
        (_("of these, for women"), ("line", womens := _("toilets for women, of these")), ("stay", womens)),
        (_("places in the shade"), ("line", _("places in the shade")), None),
        (_("covered space, square metres"), None, ("stay", _("covered space"))),
        (_("desks, for 1 day or for {n}").format(n=max(1, nights)), ("one day", desk[1]), desk),
    ]
    rows = [
        [name, *("–" if key is None else f"{amounts[key]:,}" for key in (line, stay))]
        for name, line, stay in asked
    ]
    for name, item in (
        (_("forms"), _("registration forms")),
        (_("provisional papers"), _("provisional papers")),
    ):
        rows.append([name, f"{amounts['papers', item]:,}", _("the same")])
    heads = [_("What"), _("{h} hours in a line").format(h=HOURS), _("{n} nights").format(n=nights)]
    page.show_html(page.table(heads, rows, named_rows=True))


# --- the season board ---------------------------------------------------------------------------


def whom(item: str) -> str:
    """Who pays first where something runs short: the reading of this lesson, no statistic."""
    return {
        "water": _("small children, the ill and nursing mothers suffer first"),
        "shade": _("old people and pregnant women stand in sun or rain"),
        "desks": _("those who cannot push wait longest"),
        "forms": _(
            "wives and children end on another's form, and have no paper when families part: "
            "give each a plain sheet"
        ),
    }[item]


def _names() -> dict[str, str]:
    return {"water": _("water"), "shade": _("shade"), "desks": _("desks"), "forms": _("forms")}


def covered(people: int, nights: int, stocks: dict[str, int]) -> dict[str, float]:
    """Return the share of the need that each stock covers, 0 to 1, what covers least first.

    Parameters
    ----------
    people : int
        The planning number.
    nights : int
        Nights that each stays; 0 for hours in a line only.
    stocks : dict of str to int
        water (litres), shade (places), desks, forms.
    """
    water = (
        "stay: " + _("water") if nights else "line: " + _("drinking water")
    )  # a stay's holds what is drunk
    keys = {
        "water": water,
        "shade": "line: " + _("places in the shade"),
        "desks": "papers: " + _("registration desks"),
        "forms": "papers: " + _("registration forms"),
    }
    short = plan(people, nights).short({keys[name]: amount for name, amount in stocks.items()})
    shares = (short["part"] + ": " + short["item"]).map({key: name for name, key in keys.items()})
    return dict(zip(shares, short["covers"].astype(float), strict=True))


def draw_board(
    month: int, people: int, nights: int, water: int, shade: int, desks: int, forms: int
) -> tuple[Axes, str]:
    """Return the season board: the month among its storms, what the stocks cover, and who pays first.

    Parameters
    ----------
    month : int
        1 to 12. It never changes the planning number: no source says who will come.
    people : int
        The planning number.
    nights : int
        Nights that each stays.
    water, shade, desks, forms : int
        What is there: litres, places, desks, forms.
    """
    stocks = {"water": water, "shade": shade, "desks": desks, "forms": forms}
    shares = covered(people, nights, stocks)
    figure: Any = plotting.axes(width=9.4, height=3.2).figure
    figure.clear()
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    for ax in (left, right):
        ax.spines[["top", "right"]].set_visible(False)
    draw_months(left, month)
    names = _names()
    bars = right.barh(
        [names[item] for item in shares],
        [100 * share for share in shares.values()],
        color=[plotting.COLOURS["vermilion" if share < 1 else "green"] for share in shares.values()],
    )
    right.bar_label(bars, labels=[_percent(share) for share in shares.values()], padding=4)
    right.set_xlim(0, 125)
    right.set_xticks([0, 50, 100])
    right.invert_yaxis()
    plotting.label(right, title=_("What is there"), x=_("percent of the need"))
    return left, f"{_month_sentence(month)} {_short_sentence(people, shares)}"


def _percent(share: float) -> str:
    """A share in whole percent; what lacks a little never reads 100."""
    return f"{min(99, round(100 * share)) if share < 1 else 100} %"


def _month_sentence(month: int) -> str:
    by_month = season()
    storms = int(by_month.table.loc[by_month.table["month"] == month, "storms"].iloc[0])
    text = (
        _("{month}: {n} storms in {y} years.")
        if month in by_month.months
        else _("{month}: {n} storms in {y} years, outside the season, and not never.")
    )
    return text.format(month=months()[month - 1], n=storms, y=by_month.years)


def _short_sentence(people: int, shares: dict[str, float]) -> str:
    (item, share), *others = shares.items()
    if share >= 1:
        return _("For {n:,} people nothing on the board runs short. Try twice as many.").format(n=people)
    first = _("For {n:,} people, first too little: {item} ({share} of the need). Harm: {who}.").format(
        n=people, item=_names()[item], share=_percent(share), who=whom(item)
    )
    later = [f"{_names()[item].capitalize()}: {whom(item)}." for item, share in others if share < 1]
    return " ".join([first, *later])


def season_board() -> None:
    """Choose month, planning number, nights and stocks; see what runs short first, and for whom."""
    explore(
        draw_board,
        month=Menu(_("Month"), {name: n for n, name in enumerate(months(), 1)}, months()[0]),
        people=Slider(_("Planning number, people"), 100, 3000, 100, 600),
        nights=Slider(_("Nights that they stay"), 0, 5, 1, 0),
        water=Slider(_("Water, litres"), 0, 60_000, 200, 400),
        shade=Slider(_("Places in the shade"), 0, 3000, 50, 300),
        desks=Slider(_("Desks"), 1, 70, 1, 5),
        forms=Slider(_("Forms"), 0, 3000, 50, 200),
    )
