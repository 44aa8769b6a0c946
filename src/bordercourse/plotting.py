"""One look for every figure: a palette safe for colour-blind readers, a title that
states the finding, labelled axes, and a text that a screen reader can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "axes", "in_words", "label", "name_rows", "show"]

# Okabe and Ito, Color Universal Design (2008): told apart with every common colour blindness.
COLOURS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "sky": "#56B4E9",
    "purple": "#CC79A7",
    "yellow": "#F0E442",
    "black": "#000000",
    "grey": "#767676",
}


def axes(ax: Axes | None = None, *, width: float = 7.2, height: float = 4.0) -> Axes:
    """Return `ax`, or new axes of `width` by `height` inches in the course's style."""
    if ax is not None:
        return ax
    import matplotlib as mpl
    from cycler import cycler

    from bordercourse.look.figure import CourseFigure

    style = {
        "font.size": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.prop_cycle": cycler(color=list(COLOURS.values())),
    }
    with mpl.rc_context(style):  # type: ignore[arg-type]
        # A figure made without pyplot is not shown twice, and no global state is left behind.
        return CourseFigure(figsize=(width, height), layout="constrained").add_subplot()


def label(ax: Axes, *, title: str, x: str = "", y: str = "", note: str = "") -> Axes:
    """Give `ax` a title that states the finding, axis labels with units, and a source note."""
    ax.set_title(title, loc="left", fontweight="bold", wrap=True)
    ax.set_xlabel(x)
    if y:
        ax.set_ylabel(y)
    if note:
        ax.annotate(
            note,
            xy=(0, 0),
            xytext=(0, -44),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=8,
            color=COLOURS["grey"],
            va="top",
            annotation_clip=False,
        )
    return ax


def in_words(name: object) -> str:
    """Return the name of a group as a reader would write it: home, girl, not ('home', 'girl')."""
    return ", ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def name_rows(ax: Axes, names: Iterable[object], *, many: str) -> None:
    """Write names at rows 0, 1, … of a figure: none for a single row, `many` where they are more than 30."""
    words = [in_words(name) for name in names]
    if 1 < len(words) <= 30:
        ax.set_yticks(range(len(words)), words)
        return
    ax.set_yticks([])
    if len(words) > 1:
        ax.set_ylabel(many.format(n=len(words)))


def show(figure: Axes | Figure, alt: str) -> None:
    """Display a figure in a notebook together with `alt`, its alternative text.

    Parameters
    ----------
    figure : matplotlib Axes or Figure
        What to show.
    alt : str
        What a person who cannot see the figure must know: the finding, and its main numbers.
    """
    import io

    from IPython.display import display

    fig: Any = figure if hasattr(figure, "savefig") else figure.figure
    png = io.BytesIO()
    fig.savefig(png, format="png", dpi=110, metadata={"Software": None})
    display(  # type: ignore[no-untyped-call]
        {"image/png": png.getvalue(), "text/plain": alt},
        raw=True,
        metadata={"image/png": {"alt": alt}},
    )
