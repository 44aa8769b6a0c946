"""Lines of people at a border post: how long they wait, what they need, and how soon an outage is over.

A steady line has formulas (`steady_line`, `desks_needed`, `priority_waits`); a rush or an outage is followed
as a flow (`fluid_queue`, `outage_queue`); a post with lanes, ranks, shifts, searches and an outage is
simulated party by party (`simulate_day`, `simulate_days`), one line on many days at once (`line_days`). A
backlog of papers is the same flow in weeks (`backlog`).
"""

from bordercourse.crossing.backlog import Backlog, backlog, capacity_needed, clearance_time
from bordercourse.crossing.day import PostDay, PostDays, simulate_day, simulate_days
from bordercourse.crossing.days import LineDays, line_days
from bordercourse.crossing.erlang import (
    SteadyLine,
    desks_needed,
    erlang_b,
    erlang_c,
    priority_waits,
    steady_line,
)
from bordercourse.crossing.fluid import FluidQueue, OutageQueue, fluid_queue, outage_queue
from bordercourse.crossing.needs import waiting_needs
from bordercourse.crossing.post import Lane, Outage, Party, Post, SearchRoom

__all__ = [
    "Backlog",
    "FluidQueue",
    "Lane",
    "LineDays",
    "Outage",
    "OutageQueue",
    "Party",
    "Post",
    "PostDay",
    "PostDays",
    "SearchRoom",
    "SteadyLine",
    "backlog",
    "capacity_needed",
    "clearance_time",
    "desks_needed",
    "erlang_b",
    "erlang_c",
    "fluid_queue",
    "line_days",
    "outage_queue",
    "priority_waits",
    "simulate_day",
    "simulate_days",
    "steady_line",
    "waiting_needs",
]
