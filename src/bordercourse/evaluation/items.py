"""The questions of a check: how hard, how telling, and which wrong answers nobody chose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.evaluation.kinds import RIGHT
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Keyed, Number, Several, Table, Text, Words, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ItemAnalysis", "item_analysis", "unused_distractors"]


@dataclass(frozen=True, repr=False)
class ItemAnalysis(Result):
    """The questions of one check, one row each.

    Attributes
    ----------
    table : pandas.DataFrame
        question, difficulty (share of the people who are right: a high one is easy), upper and lower (share
        right among the best and the weakest), discrimination (upper - lower).
    people, group : int
        All people, and how many stand in each of the two groups.
    """

    table: pd.DataFrame
    people: int
    group: int

    def sentence(self) -> str:
        """Return the hardest and the least telling question in one line."""
        hardest = self.table.loc[self.table["difficulty"].idxmin()]
        least = self.table.loc[self.table["discrimination"].idxmin()]
        return _(
            "{k} questions, {n} people; hardest {hard} ({p:.0%} right), least telling {least} ({d:+.2f})"
        ).format(
            k=len(self.table),
            n=self.people,
            hard=hardest["question"],
            p=hardest["difficulty"],
            least=least["question"],
            d=least["discrimination"],
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the questions, rounded."""
        return self.table.round(2)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share who are right, a bar a question, hardest first."""
        from bordercourse.plotting import COLOURS, axes, label, name_rows

        ordered = self.table.sort_values("difficulty", ascending=False, kind="stable")
        ax = axes(ax, height=max(2.5, min(8.0, 0.3 * len(ordered) + 1.2)))
        ax.barh(np.arange(len(ordered)), 100 * ordered["difficulty"], color=COLOURS["blue"])
        ax.set_xlim(0, 100)
        name_rows(ax, ordered["question"], many=_("{n} questions, hardest on top"))
        title = _("The hardest question: {p:.0%} are right").format(p=self.table["difficulty"].min())
        return label(ax, title=title, x=_("Right, % of the class"))


@checked(right=RIGHT, share=Number(above=0, high=0.5))
def item_analysis(right: pd.DataFrame, *, share: float = 0.27) -> ItemAnalysis:
    """Return difficulty and discrimination of each question of a check.

    Difficulty is the share of all people who are right. Discrimination is the share right among the best,
    less the share right among the weakest, by total. People with equal totals at the border of a group share
    its places, so that the order of the rows decides nothing.

    Parameters
    ----------
    right : pandas.DataFrame
        One row a person, one column a question: 1 right, 0 wrong or not answered.
    share : float
        The share of all people in each of the two groups; 0.27 is usual. Rounded to whole people.

    Returns
    -------
    ItemAnalysis

    Raises
    ------
    InputError
        If a value is neither 0 nor 1, a question's name stands twice, or there are fewer than four people.

    Notes
    -----
    *What the result is not.* A hard question is not a bad one. Discrimination near 0 in one class may be
    chance; below 0 means that those who know more choose another answer: read the question again.

    References
    ----------
    T. L. Kelley, "The selection of upper and lower groups for the validation of test items", Journal of
    Educational Psychology 30 (1939), 17-24. d = p(upper) - p(lower): Lopez, Rasch Measurement Transactions
    12:1 (1998).

    Examples
    --------
    >>> answers = pd.DataFrame({"q1": [1, 1, 1, 0], "q2": [1, 1, 0, 0], "q3": [1, 0, 0, 0]})
    >>> item_analysis(answers).table["difficulty"].tolist()
    [0.75, 0.5, 0.25]
    """
    people = len(right)
    if people < 4:
        raise InputError(
            "right",
            _("{n} people are too few.").format(n=people),
            _("Give four or more; two groups must differ."),
        )
    if right.columns.has_duplicates:
        raise InputError("right", _("two questions have one name."), _("Give each a name of its own."))
    group = max(1, math.floor(share * people + 0.5))
    values = right.to_numpy(dtype=float)
    totals = values.sum(axis=1)
    upper, lower = (_places(order, group) @ values / group for order in (-totals, totals))
    table = pd.DataFrame(
        {
            "question": [str(name) for name in right.columns],
            "difficulty": values.mean(axis=0),
            "upper": upper,
            "lower": lower,
            "discrimination": upper - lower,
        }
    )
    return ItemAnalysis(table, people, group)


def _places(order: Any, group: int) -> Any:
    """Return how much of a place in the first `group` each person has; equals at the border share."""
    border = np.sort(order)[group - 1]
    inside, tied = order < border, order == border
    return inside + tied * (group - inside.sum()) / tied.sum()


@checked(choices=Table(cells=Words(gaps=True)), options=Keyed(Several(Text(), least=2)))
def unused_distractors(choices: pd.DataFrame, options: dict[str, Any]) -> pd.DataFrame:
    """Return the answers that nobody chose, by question.

    What nobody chooses makes a question easier to guess.

    Parameters
    ----------
    choices : pandas.DataFrame of str
        One row a person, one column a question: the key of the answer chosen, missing where there is none.
    options : dict of str to sequence of str
        The keys that each question offers; every column of `choices` stands there.

    Returns
    -------
    pandas.DataFrame
        question, option: one row an answer that nobody chose.

    Raises
    ------
    InputError
        If a question has no list of options, or somebody chose what is not in it.

    Notes
    -----
    *What the result is not.* In a small class a good wrong answer may stay without a voter. Look again after
    two or three classes.

    Examples
    --------
    >>> choices = pd.DataFrame({"q1": ["a", "b", "a"], "q2": ["a", "a", None]})
    >>> unused_distractors(choices, {"q1": ["a", "b", "c"], "q2": ["a", "b"]})
      question option
    0       q1      c
    1       q2      b
    """
    rows = []
    for question in choices.columns:
        if question not in options:
            raise InputError(
                "choices",
                _("options has no answers for {question}.").format(question=repr(str(question))),
                _("Give the keys of the answers of every question."),
            )
        chosen = set(choices[question].dropna())
        if strange := chosen - set(options[question]):
            raise InputError(
                "choices",
                _("{answer} is no answer of {question}.").format(
                    answer=repr(min(strange)), question=repr(str(question))
                ),
                _("Give the keys as the check has them."),
            )
        rows += [(str(question), option) for option in options[question] if option not in chosen]
    return pd.DataFrame(rows, columns=["question", "option"])
