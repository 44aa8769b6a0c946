"""The explorer of module 01: what its picture says must follow from its controls."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.lessons.civil_registration import draw_completeness

percent = st.integers(20, 90)


@settings(max_examples=15, deadline=None)
@given(listed=percent, registered=percent)
def test_independent_lists_that_are_matched_rightly_tell_the_truth(listed: int, registered: int) -> None:
    ax, sentence = draw_completeness(listed, registered, registered, 0)
    truth, estimate = (bar.get_width() for bar in ax.patches)  # type: ignore[attr-defined]
    assert abs(truth - estimate) < 0.5  # the counts are whole births
    assert f"True completeness {truth:.0f}%" in sentence


def test_each_assumption_that_fails_moves_the_estimate_its_own_way() -> None:
    assert draw_completeness(67, 59, 38, 0)[1].startswith("The register looks 7 points better than it is")
    assert draw_completeness(67, 38, 59, 0)[1].startswith("The register looks 7 points worse than it is")
    assert "worse than it is" in draw_completeness(67, 59, 59, 20)[1]


def test_no_pair_gives_no_estimate() -> None:
    ax, sentence = draw_completeness(50, 0, 60, 0)
    assert sentence == "No birth is found in both lists. The method says nothing."
    assert not ax.patches
