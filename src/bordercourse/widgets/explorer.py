"""The one explorer that all widgets share: controls, a picture, and a sentence that says what it shows."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from bordercourse import page, plotting
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Menu", "Slider", "as_png", "explore"]


@dataclass(frozen=True)
class Slider:
    """A number that the reader may change."""

    label: str
    low: float
    high: float
    step: float
    start: float


@dataclass(frozen=True)
class Menu:
    """One of several named values."""

    label: str
    options: Mapping[str, Any]
    start: str


def explore(draw: Callable[..., tuple[Axes, str]], **controls: Slider | Menu) -> None:
    """Show `draw` for the chosen values, or once for the starting values where no kernel is live.

    Parameters
    ----------
    draw : callable
        Takes one value for each control, by name. Returns the axes and one or two sentences that
        state the result: they are shown below the picture and are its alternative text.
    **controls : Slider or Menu
        What may be changed.
    """
    start = {
        name: control.options[control.start] if isinstance(control, Menu) else control.start
        for name, control in controls.items()
    }
    if page.live():
        _live(draw, controls)
        return
    ax, sentence = draw(**start)
    plotting.show(ax, sentence)
    page.show_html(f"<p style='max-width:60em'><b>{escape(sentence)}</b></p>")


def as_png(ax: Axes) -> bytes:
    buffer = io.BytesIO()
    figure: Any = ax.figure
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()


def _live(draw: Callable[..., tuple[Axes, str]], controls: Mapping[str, Slider | Menu]) -> None:
    import ipywidgets as w
    from IPython.display import display

    # Many controls stand in columns, so that the picture stays on the screen with them. Where all are menus,
    # each has its name above it: then options are read whole in every language.
    columns = 1 if len(controls) < 6 else 3 if all(isinstance(c, Menu) for c in controls.values()) else 2
    wide = {"description_width": {1: "16em", 2: "13em", 3: "initial"}[columns]}
    inputs: dict[str, Any] = {}
    for name, c in controls.items():
        layout = w.Layout(width={1: "46em", 2: "27em", 3: "20em"}[columns], max_width="98%")
        if isinstance(c, Menu):
            inputs[name] = w.Dropdown(
                options=list(c.options.items()),
                value=c.options[c.start],
                description=c.label,
                style=wide,
                layout=layout,
            )
            if columns == 3:
                inputs[name].add_class("bc-under")
            continue
        # A slider that redraws only when let go stays quick on a small laptop.
        kind = w.IntSlider if all(float(x).is_integer() for x in (c.low, c.high, c.step)) else w.FloatSlider
        inputs[name] = kind(
            value=c.start,
            min=c.low,
            max=c.high,
            step=c.step,
            description=c.label,
            style=wide,
            layout=layout,
            continuous_update=False,
        )
    # Shown at its own size: stretched to the page it would be blurred.
    picture = w.Image(
        format="png",
        layout=w.Layout(max_width="100%", width="auto", height="auto", align_self="flex-start"),
    )
    caption = w.HTML()

    def redraw(_change: Any = None) -> None:
        caption.value = f"<p><i>{_('Working ...')}</i></p>"  # else the old result is read as the new one
        ax, sentence = draw(**{name: widget.value for name, widget in inputs.items()})
        picture.value = as_png(ax)
        caption.value = f"<p role='status' style='max-width:60em'><b>{escape(sentence)}</b></p>"

    for widget in inputs.values():
        widget.observe(redraw, names="value")
    redraw()
    rows = list(inputs.values())
    half = -(-len(rows) // columns)
    box = w.HBox([w.VBox(rows[at : at + half]) for at in range(0, len(rows), half)])
    box.layout.flex_flow = "row wrap"
    display(w.VBox([box, picture, caption]))  # type: ignore[no-untyped-call]
