"""What several lessons share: the explorer, where one assumption is changed, and the story of a lesson.

Both show a plain page where no kernel is live, so a lesson stays readable.
"""

from bordercourse.widgets.explorer import Menu, Slider, explore
from bordercourse.widgets.story import story, story_end

__all__ = [
    "Menu",
    "Slider",
    "explore",
    "story",
    "story_end",
]
