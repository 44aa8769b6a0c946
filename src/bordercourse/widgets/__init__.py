"""What lessons share: the explorer, where one assumption is changed, the story of a lesson, the tabletop that
teams play, and the form of a plan.

All show a plain page where no kernel is live, so a lesson stays readable.
"""

from bordercourse.widgets.explorer import Menu, Slider, explore
from bordercourse.widgets.plan_form import plan_form, show_plan
from bordercourse.widgets.story import story, story_end
from bordercourse.widgets.tabletop import play_tabletop, printed_tabletop

__all__ = [
    "Menu",
    "Slider",
    "explore",
    "plan_form",
    "play_tabletop",
    "printed_tabletop",
    "show_plan",
    "story",
    "story_end",
]
