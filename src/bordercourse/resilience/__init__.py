"""When systems fail or are attacked: how long they are down, what an alarm is worth, how the work goes on.

How often a system is there (`availability`, `in_series`, `in_parallel`); in how many ways it can be attacked
(`attack_tree`); what a log holds (`read_logs`) and what four plain rules find in it (`impossible_travel`,
`night_exports`, `failed_bursts`, `check_switched_off`), with their false alarms counted (`count_alarms`,
`alarm_odds`); whether lists and signers are fresh (`trust_hygiene`); and the work by hand (`degraded_plan`).

No function of this room says that a person did something. An alarm speaks of an account, and an account is
not the person whose name it bears.
"""

from bordercourse.resilience.alarm_counts import AlarmCount, Alarms, count_alarms
from bordercourse.resilience.alarms import AlarmOdds, alarm_odds
from bordercourse.resilience.attack_trees import AttackTree, attack_tree
from bordercourse.resilience.availability import Availability, availability, in_parallel, in_series
from bordercourse.resilience.continuity import BorderService, DegradedPlan, ManualStep, degraded_plan
from bordercourse.resilience.detectors import (
    check_switched_off,
    failed_bursts,
    impossible_travel,
    night_exports,
)
from bordercourse.resilience.hygiene import HygieneReport, SignerUse, trust_hygiene
from bordercourse.resilience.logs import LogReading, read_logs

__all__ = [
    "AlarmCount",
    "AlarmOdds",
    "Alarms",
    "AttackTree",
    "Availability",
    "BorderService",
    "DegradedPlan",
    "HygieneReport",
    "LogReading",
    "ManualStep",
    "SignerUse",
    "alarm_odds",
    "attack_tree",
    "availability",
    "check_switched_off",
    "count_alarms",
    "degraded_plan",
    "failed_bursts",
    "impossible_travel",
    "in_parallel",
    "in_series",
    "night_exports",
    "read_logs",
    "trust_hygiene",
]
