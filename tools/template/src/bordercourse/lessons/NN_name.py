"""Module NN: the figures of its lesson, and its explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bordercourse import page, plotting
from bordercourse.i18n import gettext as _
from bordercourse.widgets.explorer import Slider, explore

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["draw_papers", "papers_explorer", "show_counters", "show_estimates"]


def show_estimates(people: pd.DataFrame) -> None:
    """Show the dated estimates of the table ``people_without_proof_of_identity`` as bars."""
    dated = people[people["kind"] == "estimate"]
    years = dated["reference_year"].astype(int).astype(str)
    values = dated["people_millions"].astype(int)
    ax = plotting.axes(height=3)
    ax.bar_label(ax.bar(years, values, width=0.5))
    plotting.label(
        ax,
        title=_("The method changed in 2021: these bars are not one line"),
        x=_("year that the estimate describes"),
        y=_("million people"),
    )
    words = ", ".join(f"{value:,} ({year})" for year, value in zip(years, values, strict=True))
    plotting.show(ax, alt=_("Million people without proof of identity: {words}.").format(words=words))


def show_counters() -> None:
    """Show what three invented counters ask for."""
    rows = [
        [_("Stonegate"), 2, 1, _("no")],
        [_("Blue Bridge"), 3, 1, _("no")],
        [_("Old Port"), 4, 1, _("yes")],
    ]
    heads = [_("Counter"), _("Papers asked for"), _("Named in the law"), _("Asks women for more")]
    page.show_html(page.table(heads, rows))


def draw_papers(percent: float, papers: int) -> tuple[Axes, str]:
    """Return the picture and the sentence for an assumed share and a number of papers.

    Parameters
    ----------
    percent : float
        Assumed share of people who cannot bring one paper, 0 to 100 percent.
    papers : int
        How many papers the counter asks for.
    """
    home = 100 * (1 - (1 - percent / 100) ** papers)
    ax = plotting.axes(height=2)
    bars = ax.barh([_("go home"), _("get a copy")], [home, 100 - home])
    ax.bar_label(bars, fmt="%.0f", padding=4)
    ax.set_xlim(0, 115)
    plotting.label(
        ax, title=_("Your assumption: {n:g}% lack a paper").format(n=percent), x=_("of 100 people")
    )
    sentence = _("{papers} papers asked for: {home:.0f} of 100 people go home without a copy.").format(
        papers=papers, home=home
    )
    return ax, sentence


def papers_explorer() -> None:
    """Choose how many papers a counter asks for; see how many people go home."""
    explore(
        draw_papers,
        percent=Slider(_("Cannot bring a paper (percent)"), 0, 50, 1, 10),
        papers=Slider(_("Papers asked for"), 1, 8, 1, 3),
    )
