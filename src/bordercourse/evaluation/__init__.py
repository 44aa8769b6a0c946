"""Evaluation: what a class learned, and what its results may say.

Knowledge checks are judged by their questions (`item_analysis`, `unused_distractors`), by their reliability
(`kuder_richardson_20`, `cronbach_alpha`) and by the gain of the class between two checks
(`normalised_gain`, `gain_by_topic`). Two reviewers who mark the same plans are compared by `cohens_kappa`.

Nothing here speaks of one person's gain: a check of twenty questions cannot show it.
"""

from bordercourse.evaluation.gains import Gain, gain_of_means, normalised_gain
from bordercourse.evaluation.items import ItemAnalysis, item_analysis, unused_distractors
from bordercourse.evaluation.reliability import Reliability, cronbach_alpha, kuder_richardson_20
from bordercourse.evaluation.topics import TopicGains, gain_by_topic
from bordercourse.planning import Agreement, cohens_kappa

__all__ = [
    "Agreement",
    "Gain",
    "ItemAnalysis",
    "Reliability",
    "TopicGains",
    "cohens_kappa",
    "cronbach_alpha",
    "gain_by_topic",
    "gain_of_means",
    "item_analysis",
    "kuder_richardson_20",
    "normalised_gain",
    "unused_distractors",
]
