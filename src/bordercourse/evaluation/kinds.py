"""What the measures of learning demand of their input."""

from __future__ import annotations

from bordercourse.i18n import mark
from bordercourse.inputs import Numbers, Table

__all__ = ["POINTS", "RIGHT"]

# One row a person, one column a question.
RIGHT = Table(
    cells=Numbers(low=0, high=1, whole=True, do=mark("Give 1 for right and 0 for wrong or not answered.")),
    do=mark("Give a DataFrame: one row a person, one column a question."),
)
POINTS = Table(
    cells=Numbers(low=0, do=mark("Give points of zero or more; what is not answered has 0.")),
    do=mark("Give a DataFrame: one row a person, one column a question."),
)
