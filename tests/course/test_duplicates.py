"""Of several copies, the one that holds all answers counts; where none does, a person decides."""

from __future__ import annotations

import itertools
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.course.duplicates import Copy, UnclearError, chosen


def copies(*answers: str) -> list[Copy[int]]:
    """Copies a, b, c ...: each letter of `answers` is one answer."""
    names = ["page.ipynb", "page (1).ipynb", "old/page.ipynb", "PAGE.ipynb"]
    return [
        Copy(name, n, frozenset(text)) for n, (name, text) in enumerate(zip(names, answers, strict=False))
    ]


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        (["xy"], 0),
        (["xy", "xy"], 0),
        (["", "x"], 1),
        (["x", ""], 0),
        (["x", "xy", "x"], 1),
        (["", "", ""], 0),
        (["", "", "x"], 2),
        (["x", "xyz", "xy"], 1),
    ],
)
def test_the_fullest_copy_counts_in_any_order(answers: list[str], counts: int) -> None:
    for order in itertools.permutations(copies(*answers)):
        copy = chosen(order, "page.ipynb")
        assert copy is not None
        assert copy.content == counts


def test_other_answers_in_two_copies_are_left_to_a_person() -> None:
    with pytest.raises(UnclearError, match=r"page\.ipynb, page \(1\)\.ipynb: which one counts\?") as caught:
        chosen(copies("x", "y", ""), "page.ipynb")
    assert pickle.loads(pickle.dumps(caught.value)).names == ("page.ipynb", "page (1).ipynb")


def test_none_of_none() -> None:
    assert chosen([], "page.ipynb") is None


@given(st.lists(st.sets(st.sampled_from("abcd")), max_size=5))
def test_what_counts_holds_everything_that_any_copy_holds(answers: list[set[str]]) -> None:
    every = [Copy(f"{n}.ipynb", n, frozenset(one)) for n, one in enumerate(answers)]
    try:
        copy = chosen(every, "0.ipynb")
    except UnclearError as error:
        rivals = [one for one in every if one.name in error.names]
        assert len(rivals) > 1
        assert not any(a.answers <= b.answers for a, b in itertools.permutations(rivals, 2))
    else:
        whole = frozenset[str]().union(*answers)
        assert (copy is None and not every) or (copy is not None and copy.answers == whole)
