"""What several lessons share: the explorer, where one assumption is changed, the story of a lesson, and the
tabletop that teams play.

All show a plain page where no kernel is live, so a lesson stays readable.
"""

from bordercourse.widgets.explorer import Menu, Slider, explore
from bordercourse.widgets.story import story, story_end
from bordercourse.widgets.tabletop import play_tabletop, printed_tabletop

__all__ = [
    "Menu",
    "Slider",
    "explore",
    "play_tabletop",
    "printed_tabletop",
    "story",
    "story_end",
]
