"""What a second reader judges in a plan, point by point."""

from __future__ import annotations

from collections.abc import Mapping

from bordercourse.i18n import mark

__all__ = ["MARKS", "RUBRIC"]

#: What a reader may say of each point.
MARKS: Mapping[str, str] = {"yes": mark("yes"), "partly": mark("partly"), "no": mark("no")}

#: The points of a plan that two readers judge apart from each other; translate them where they are shown.
RUBRIC: Mapping[str, str] = {
    "problem": mark("The problem names people, a place and a cause."),
    "evidence": mark("Each figure has its source, its date and its caution."),
    "measure": mark("The measure removes a cause that people named."),
    "owner": mark("One post owns it, and can begin without an order."),
    "counted": mark("The number counts what the measure changes."),
    "dated": mark("Baseline and goal have a number and a date."),
    "safeguard": mark("The safeguard makes a named harm smaller, and makes no new one."),
    "first_step": mark("The first step is within two weeks, and needs no new money."),
}
