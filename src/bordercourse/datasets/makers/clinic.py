"""Twelve invented patients whose groups are safe to count and not safe to read. No row is a real person."""

from __future__ import annotations

from bordercourse.datasets.records import SyntheticFrame

__all__ = ["make_clinic_twelve"]


def make_clinic_twelve() -> SyntheticFrame:
    """Return twelve patients who hide in groups of four and still have no secret.

    Made by hand: k = 4 and l = 1 over area and age group, t = 7/12 for the condition.

    Examples
    --------
    >>> make_clinic_twelve().shape
    (12, 4)
    """
    groups = (
        ("north", "under 30", ("heart disease", "heart disease", "viral infection", "viral infection")),
        ("coast", "40 and over", ("cancer", "heart disease", "viral infection", "viral infection")),
        ("north", "30 to 39", ("cancer",) * 4),
    )
    rows = [(area, age, condition) for area, age, conditions in groups for condition in conditions]
    return SyntheticFrame(
        [(i, *row) for i, row in enumerate(rows, start=1)],
        columns=["row_id", "area", "age_group", "condition"],
    )
