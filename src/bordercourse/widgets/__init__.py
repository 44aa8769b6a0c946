"""Thin views over the rooms above: change one assumption, see the consequence.

Every explorer shows a static figure where no kernel is live, so a lesson stays readable.
"""

from bordercourse.widgets.document_paths import (
    document_path_explorer,
    show_backlogs,
    show_estimates_apart,
    show_two_groups,
    show_two_paths,
)
from bordercourse.widgets.documents import (
    draw_verification,
    scan_picture,
    scanner,
    show_face_errors,
    show_verdicts,
    show_zone,
)
from bordercourse.widgets.explorer import Menu, Slider, explore
from bordercourse.widgets.identity import show_gap, show_pair, show_rules, weight_explorer
from bordercourse.widgets.planning import (
    brigade_planner,
    show_birth_surveys,
    show_channels,
    show_deaths_told_and_registered,
    show_rising_counts,
)
from bordercourse.widgets.referral import (
    referral_map,
    referral_navigator,
    show_referral_rules,
    show_two_counts,
)
from bordercourse.widgets.registration import (
    completeness_explorer,
    show_estimates,
    show_gains,
    show_process,
    show_three_measures,
)
from bordercourse.widgets.story import story, story_end
from bordercourse.widgets.welcome import births_explorer, show_children, show_people

__all__ = [
    "Menu",
    "Slider",
    "births_explorer",
    "brigade_planner",
    "completeness_explorer",
    "document_path_explorer",
    "draw_verification",
    "explore",
    "referral_map",
    "referral_navigator",
    "scan_picture",
    "scanner",
    "show_backlogs",
    "show_birth_surveys",
    "show_channels",
    "show_children",
    "show_deaths_told_and_registered",
    "show_estimates",
    "show_estimates_apart",
    "show_face_errors",
    "show_gains",
    "show_gap",
    "show_pair",
    "show_people",
    "show_process",
    "show_referral_rules",
    "show_rising_counts",
    "show_rules",
    "show_three_measures",
    "show_two_counts",
    "show_two_groups",
    "show_two_paths",
    "show_verdicts",
    "show_zone",
    "story",
    "story_end",
    "weight_explorer",
]
