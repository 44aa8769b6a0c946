"""Measures of learning, held against values that others printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bordercourse.errors import InputError
from bordercourse.evaluation import (
    cohens_kappa,
    cronbach_alpha,
    gain_by_topic,
    gain_of_means,
    item_analysis,
    kuder_richardson_20,
    normalised_gain,
    unused_distractors,
)

# K. Wuensch, East Carolina University, StatHelp/KR20.txt: ten students, ten questions.
WUENSCH = pd.DataFrame(
    [
        [int(mark) for mark in row]
        for row in (
            "1111110110",
            "1011011101",
            "1111011001",
            "0010001000",
            "0000010010",
            "1110111111",
            "1101110111",
            "1111111101",
            "0101111101",
            "1101101110",
        )
    ],
    columns=[f"q{n}" for n in range(1, 11)],
)


def test_kr20_of_the_ten_printed_students() -> None:
    table = item_analysis(WUENSCH).table
    assert table["difficulty"].tolist() == pytest.approx([0.7, 0.7, 0.6, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, 0.6])
    assert WUENSCH.sum(axis=1).var(ddof=0) == pytest.approx(5.84)
    found = kuder_richardson_20(WUENSCH)
    assert found.value == pytest.approx(10 / 9 * (1 - 2.18 / 5.84), abs=1e-12)
    assert round(found.value, 4) == 0.6963
    # The usual slip takes n - 1 in one of the two variances.
    assert round(10 / 9 * (1 - 2.18 / WUENSCH.sum(axis=1).var(ddof=1)), 4) == 0.7378 != round(found.value, 4)


def test_alpha_is_kr20_for_right_and_wrong_and_does_not_depend_on_the_unit() -> None:
    assert cronbach_alpha(WUENSCH).value == pytest.approx(kuder_richardson_20(WUENSCH).value, abs=1e-12)
    assert cronbach_alpha(5 * WUENSCH).value == pytest.approx(cronbach_alpha(WUENSCH).value, abs=1e-12)
    assert "differs much from class to class" in str(cronbach_alpha(WUENSCH))


def test_no_reliability_without_differences() -> None:
    with pytest.raises(InputError, match="same total"):
        kuder_richardson_20(pd.DataFrame({"a": [1, 0], "b": [0, 1]}))


def test_difficulty_of_24_right_of_30() -> None:
    right = pd.DataFrame({"q": [1] * 24 + [0] * 6, "other": [1, 0] * 15})
    assert item_analysis(right).table["difficulty"][0] == pytest.approx(0.8)


def forty(upper: int, lower: int) -> pd.DataFrame:
    """Forty people in one clear order, of whom so many of the best and of the weakest eleven are right."""
    order = np.arange(40)
    filler = (order[:, None] > np.arange(39)).astype(int).repeat(2, axis=1)
    asked = np.zeros(40, dtype=int)
    asked[[*range(40 - upper, 40), *range(lower)]] = 1
    return pd.DataFrame(np.column_stack([asked, filler]))


def test_discrimination_of_nine_and_three_of_eleven() -> None:
    found = item_analysis(forty(9, 3))
    assert found.group == 11  # 27 percent of 40, rounded
    row = found.table.iloc[0]
    assert (round(row["upper"], 3), round(row["lower"], 3)) == (0.818, 0.273)
    assert round(row["discrimination"], 3) == 0.545


def test_the_order_of_people_decides_nothing() -> None:
    first = item_analysis(WUENSCH).table
    for seed in range(5):
        mixed = item_analysis(WUENSCH.sample(frac=1, random_state=seed)).table
        pd.testing.assert_frame_equal(first, mixed)


@pytest.mark.parametrize(
    ("counts", "agreed", "chance", "kappa"),
    [
        ({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}, 0.70, 0.50, 0.40),
        # Five labels given, four alike: 0.8 agreed, 0.36 by chance.
        ({("a", "a"): 2, ("b", "b"): 1, ("c", "c"): 1, ("a", "b"): 1}, 0.80, 0.36, 0.6875),
    ],
)
def test_kappa(counts: dict[tuple[str, str], int], agreed: float, chance: float, kappa: float) -> None:
    first = [one for (one, _), n in counts.items() for _n in range(n)]
    second = [other for (_, other), n in counts.items() for _n in range(n)]
    found = cohens_kappa(first, second)
    assert (found.agreed, found.by_chance, found.kappa) == pytest.approx((agreed, chance, kappa))
    assert found.kappa == pytest.approx(cohens_kappa(second, first).kappa)


def test_kappa_of_one_label_is_refused() -> None:
    with pytest.raises(InputError, match="both reviewers gave everything"):
        cohens_kappa(["yes", "yes"], ["yes", "yes"])


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    # 0.23 and 0.48 are Hake's means of traditional and of interactive courses, here from 50 percent.
    [(50, 61.5, 0.23), (50, 74, 0.48), (0, 100, 1), (40, 40, 0), (60, 50, -0.25)],
)
def test_gain_of_means(before: float, after: float, gain: float) -> None:
    assert gain_of_means(before, after).gain == pytest.approx(gain)


def test_nothing_to_gain_is_no_gain() -> None:
    with pytest.raises(InputError, match="Nothing was left to gain"):
        gain_of_means(100, 100)


def test_the_gain_is_of_means_and_no_mean_of_gains() -> None:
    before, after = np.array([0, 5, 10, 18, 19.0]), np.array([10, 10, 15, 19, 19.0])
    found = normalised_gain(before, after, maximum=20)
    assert found.gain == pytest.approx((after.mean() - before.mean()) / (20 - before.mean()))
    assert found.gain != pytest.approx(np.mean((after - before) / (20 - before)))
    assert found.low < found.gain < found.high
    assert found == normalised_gain(before, after, maximum=20)  # the same every time


def test_people_are_put_in_one_order_by_their_names() -> None:
    before = pd.Series([1, 2, 3, 4, 5, 6], index=list("abcdef"))
    after = pd.Series([16, 15, 14, 13, 12, 11], index=list("fedcba"))
    same = pd.Series([11, 12, 13, 14, 15, 16], index=list("abcdef"))
    assert normalised_gain(before, after, maximum=20) == normalised_gain(before, same, maximum=20)
    with pytest.raises(InputError, match="other people"):
        normalised_gain(before, after.rename({"a": "g"}), maximum=20)


def test_a_gain_of_four_people_is_refused() -> None:
    with pytest.raises(InputError, match="would speak of persons"):
        normalised_gain([1, 2, 3, 4], [5, 6, 7, 8], maximum=20)


def test_the_interval_covers_the_true_gain() -> None:
    """Of 200 classes of 40 from a known population, about 95 in 100 intervals hold the true gain."""
    rng = np.random.default_rng(20)
    held = 0
    for seed in range(200):
        skill = rng.normal(0, 2, 40)
        before = np.clip(np.round(8 + skill + rng.normal(0, 1.5, 40)), 0, 20)
        after = np.clip(np.round(14 + skill + rng.normal(0, 1.5, 40)), 0, 20)
        found = normalised_gain(before, after, maximum=20, resamples=500, seed=seed)
        held += found.low <= 0.5 <= found.high
    assert 0.89 <= held / 200 <= 0.99


def test_gain_by_topic() -> None:
    before = pd.DataFrame({"q1": [0, 1, 0, 0, 1], "q2": [0, 0, 0, 1, 0], "q3": [1, 1, 1, 1, 1]})
    after = pd.DataFrame({"q1": [1, 1, 1, 0, 1], "q2": [0, 0, 1, 1, 1], "q3": [1, 1, 1, 0, 1]})
    found = gain_by_topic(before, after, {"q1": "papers", "q2": "papers", "q3": "border"})
    papers, border = (found.table.set_index("topic").loc[name] for name in ("papers", "border"))
    assert (papers["questions"], papers["before"], papers["after"]) == pytest.approx((2, 0.3, 0.7))
    assert papers["gain"] == pytest.approx(4 / 7)
    assert np.isnan(border["gain"])  # all knew it before
    assert "most learned papers, least border" in str(found)
    assert found.plot().get_title(loc="left")


def test_answers_that_nobody_chose() -> None:
    choices = pd.DataFrame({"q1": ["a", "b", "a"], "q2": ["a", None, "a"]})
    found = unused_distractors(choices, {"q1": ["a", "b", "c"], "q2": ["a", "b"]})
    assert found.to_numpy().tolist() == [["q1", "c"], ["q2", "b"]]
    with pytest.raises(InputError, match="'z' is no answer of 'q1'"):
        unused_distractors(choices.replace("b", "z"), {"q1": ["a", "b", "c"], "q2": ["a", "b"]})
