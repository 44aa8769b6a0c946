"""Displacement in disasters: how much a year, how often, in which months, how many, and what to have ready.

An exceedance curve gives the average of a year and the size of a rare event (`exceedance_curve`,
`event_curve`, `chance_in_years`). Real storm tracks show which months are a season, and how many storms come
outside it (`storms_in_box`, `storm_season`). A flow and a stock are two types that do not add
(`DisplacementFlow`, `DisplacementStock`). A plan of readiness takes scenarios that its user chooses
(`PlanningScenario`, `readiness_plan`). A gravity model describes movement that was counted (`gravity_fit`).

Nothing here forecasts arrivals across a border: no source counts them.
"""

from bordercourse.displacement.exceedance import (
    ExceedanceCurve,
    chance_in_years,
    event_curve,
    exceedance_curve,
)
from bordercourse.displacement.gravity import GravityModel, gravity_expected, gravity_fit
from bordercourse.displacement.people_displaced import DisplacementFlow, DisplacementStock, stock_after
from bordercourse.displacement.readiness import PlanningScenario, ReadinessPlan, readiness_plan
from bordercourse.displacement.seasons import StormSeason, storm_season, storms_in_box

__all__ = [
    "DisplacementFlow",
    "DisplacementStock",
    "ExceedanceCurve",
    "GravityModel",
    "PlanningScenario",
    "ReadinessPlan",
    "StormSeason",
    "chance_in_years",
    "event_curve",
    "exceedance_curve",
    "gravity_expected",
    "gravity_fit",
    "readiness_plan",
    "stock_after",
    "storm_season",
    "storms_in_box",
]
