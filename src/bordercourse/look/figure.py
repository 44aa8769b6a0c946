"""A figure that draws every script of the course, and breaks its lines where a reader would."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from matplotlib import font_manager, rcParams
from matplotlib.figure import Figure
from matplotlib.text import Text

from bordercourse.look import LETTERS, font_files
from bordercourse.look.lines import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.backend_bases import RendererBase

__all__ = ["CourseFigure"]


@cache
def families() -> list[str]:
    """The font families to try, letter by letter; ours are made known to matplotlib first."""
    for path in font_files():
        font_manager.fontManager.addfont(path)
    known = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in LETTERS if name in known]


class CourseFigure(Figure):
    """A matplotlib figure whose texts all know the course's fonts.

    Fonts are set when the figure is drawn and not when its axes are made, so that an annotation, a legend
    or a text that was added later has them too. A text that asks for a family of its own keeps it. Where a
    text asks to be wrapped, it is broken between words of its script: matplotlib itself breaks at spaces
    only.
    """

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure; called by matplotlib."""
        usual = list(rcParams["font.family"])
        for text in self.findobj(Text):
            if text.get_fontfamily() == usual:
                text.set_fontfamily(families())
        wrapping = [text for text in self.findobj(Text) if text.get_wrap() and text.get_text()]
        layout = self.get_layout_engine()
        for text in wrapping:  # before it is broken, it would push the axes together
            text.set_in_layout(False)
        if wrapping and layout is not None:
            layout.execute(self)  # a text knows its place only when the axes have theirs
        for text in wrapping:
            self._break_lines(text, renderer)
            text.set_in_layout(True)
        super().draw(renderer)

    def _break_lines(self, text: Text, renderer: RendererBase) -> None:
        """Give a text that wraps its line ends, within the room between its place and the figure's edge."""
        left = text.get_transform().transform(text.get_position())[0] - self.bbox.x0
        right = self.bbox.width - left
        room = {"left": right, "right": left}.get(text.get_horizontalalignment(), 2 * min(left, right))
        text.set_text(wrap(text.get_text(), room, self._measure(text, renderer)))
        text.set_wrap(False)

    def _measure(self, text: Text, renderer: RendererBase) -> Callable[[str], float]:
        """A function that says how wide a line of this text is drawn, in pixels."""
        probe = Text(0, 0, "", fontproperties=text.get_fontproperties(), figure=self)

        def width(line: str) -> float:
            probe.set_text(line)
            return float(probe.get_window_extent(renderer).width)

        return width
