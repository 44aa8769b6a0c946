"""Protection before verification: referral tables, disclosure control, hidden populations."""

from __future__ import annotations

from bordercourse.protection.anonymity import Anonymity, anonymity, laplace_noise
from bordercourse.protection.conditions import YES_NO, YES_NO_UNKNOWN, choices, numbers
from bordercourse.protection.decision import HIT_POLICIES, DecisionTable
from bordercourse.protection.hidden import (
    Fragility,
    HiddenPopulation,
    fragility,
    main_effects,
    stepwise,
)
from bordercourse.protection.rules import Decision, Narrowed, Rule, TableCheck
from bordercourse.protection.screening import (
    CONTACT,
    ROUTES,
    Screening,
    screen,
    screening_names,
    screening_table,
)
from bordercourse.protection.suppression import Suppressed, recoverable, small_cells, suppress

__all__ = [
    "CONTACT",
    "HIT_POLICIES",
    "ROUTES",
    "YES_NO",
    "YES_NO_UNKNOWN",
    "Anonymity",
    "Decision",
    "DecisionTable",
    "Fragility",
    "HiddenPopulation",
    "Narrowed",
    "Rule",
    "Screening",
    "Suppressed",
    "TableCheck",
    "anonymity",
    "choices",
    "fragility",
    "laplace_noise",
    "main_effects",
    "numbers",
    "recoverable",
    "screen",
    "screening_names",
    "screening_table",
    "small_cells",
    "stepwise",
    "suppress",
]
