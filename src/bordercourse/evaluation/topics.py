"""The gain of a class by topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.evaluation.gains import enough, not_above
from bordercourse.evaluation.kinds import POINTS
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Keyed, Number, Text, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TopicGains", "gain_by_topic"]


@dataclass(frozen=True, repr=False)
class TopicGains(Result):
    """The gain of a class by topic.

    Attributes
    ----------
    table : pandas.DataFrame
        topic, questions, before, after (share of the points, mean of the class), gain (missing where all
        points were there before).
    people : int
        Who took both checks.
    """

    table: pd.DataFrame
    people: int

    def sentence(self) -> str:
        """Return the topics with the largest and the smallest change in one line."""
        change = self.table["after"] - self.table["before"]
        most, least = (self.table["topic"][at] for at in (change.idxmax(), change.idxmin()))
        return _("{k} topics, {n} people: most learned {most}, least {least}").format(
            k=len(self.table), n=self.people, most=most, least=least
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the topics, rounded."""
        return self.table.round(2)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of the points before and after, a line a topic."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax, height=max(2.5, min(8.0, 0.45 * len(self.table) + 1.4)))
        at = np.arange(len(self.table))[::-1]
        before, after = 100 * self.table["before"], 100 * self.table["after"]
        ax.hlines(at, before, after, color=COLOURS["grey"], lw=2)
        ax.plot(before, at, "o", color=COLOURS["orange"], label=_("before"))
        ax.plot(after, at, "D", color=COLOURS["blue"], label=_("after"))
        ax.set_yticks(at, self.table["topic"].tolist())
        ax.set_xlim(0, 100)
        ax.legend(frameon=False, loc="lower right")
        return label(
            ax, title=_("What the class knew before and after"), x=_("Points reached, % of the points")
        )


@checked(before=POINTS, after=POINTS, topics=Keyed(Text()), maximum=Number(above=0))
def gain_by_topic(
    before: pd.DataFrame, after: pd.DataFrame, topics: dict[str, str], *, maximum: float = 1
) -> TopicGains:
    """Return the gain of a class by topic.

    Parameters
    ----------
    before, after : pandas.DataFrame
        One row a person, one column a question, in points. The same people and the same names of questions.
    topics : dict of str to str
        The topic of each question.
    maximum : float
        Points that each question gives.

    Returns
    -------
    TopicGains
        In the order in which `topics` first names them.

    Raises
    ------
    InputError
        If the two differ in people or questions, fewer than five people took both, a question has no topic,
        or a value is above the maximum.

    Notes
    -----
    *What the result is not.* A topic of two questions says little: look at it over several classes.

    Examples
    --------
    >>> before = pd.DataFrame({"q1": [0, 1, 0, 0, 1], "q2": [0, 0, 0, 1, 0]})
    >>> after = pd.DataFrame({"q1": [1, 1, 1, 0, 1], "q2": [0, 0, 1, 1, 1]})
    >>> gain_by_topic(before, after, {"q1": "register", "q2": "border"}).table["gain"].round(2).tolist()
    [0.67, 0.5]
    """
    if set(before.columns) != set(after.columns) or before.columns.has_duplicates:
        raise InputError("after", _("it has other questions than before."), _("Give the same questions."))
    if set(before.index) != set(after.index) or before.index.has_duplicates:
        raise InputError(
            "after",
            _("it has other people than before, or one twice."),
            _("Leave out who took only one of the two checks."),
        )
    enough(len(before))
    for name, table in (("before", before), ("after", after)):
        not_above(name, table.to_numpy(), maximum)
    without = [str(question) for question in before.columns if question not in topics]
    if without:
        raise InputError(
            "topics", _("{question} has none.").format(question=without[0]), _("Name one for every question.")
        )
    rows = []
    for topic in dict.fromkeys(topics[question] for question in topics if question in before.columns):
        questions = [question for question in before.columns if topics[question] == topic]
        first, second = (float(table[questions].to_numpy().mean()) / maximum for table in (before, after))
        gain = (second - first) / (1 - first) if first < 1 else float("nan")
        rows.append((topic, len(questions), first, second, gain))
    table = pd.DataFrame(rows, columns=["topic", "questions", "before", "after", "gain"])
    return TopicGains(table, len(before))
