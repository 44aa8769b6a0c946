"""Reliability of a check: would the same people stand in the same order after another such check?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bordercourse.errors import InputError
from bordercourse.evaluation.kinds import POINTS, RIGHT
from bordercourse.i18n import gettext as _
from bordercourse.inputs import checked
from bordercourse.results import Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reliability", "cronbach_alpha", "kuder_richardson_20"]

_FEW = 30  # people: below it the coefficient differs much from class to class


@dataclass(frozen=True, repr=False)
class Reliability(Result):
    """How consistently the questions of one check order the people of one class.

    Attributes
    ----------
    measure : str
        "KR-20" or "alpha".
    value : float
        1 where all questions order people alike, about 0 where they have nothing in common; below 0 is
        possible.
    people, questions : int
        What it was computed from.
    """

    measure: str
    value: float
    people: int
    questions: int

    def sentence(self) -> str:
        """Return the coefficient in one line."""
        name = "KR-20" if self.measure == "KR-20" else _("Cronbach's alpha")
        return _("{name} {value:.2f} ({n} people, {k} questions)").format(
            name=name, value=self.value, n=self.people, k=self.questions
        )


def _coefficient(points: pd.DataFrame, table: str, measure: str) -> Reliability:
    people, questions = points.shape
    if questions < 2 or people < 2:
        raise InputError(
            table,
            _("{k} questions and {n} people are too few.").format(k=questions, n=people),
            _("Give two questions and two people at least."),
        )
    values = points.to_numpy(dtype=float)
    whole = float(values.sum(axis=1).var())
    if whole == 0:
        raise InputError(
            table,
            _("everybody has the same total."),
            _("Without differences between people there is no reliability; do not report one."),
        )
    # One and the same variance (divided by n) above and below: n - 1 in one of them alone is the usual slip.
    value = questions / (questions - 1) * (1 - float(values.var(axis=0).sum()) / whole)
    notes: tuple[str, ...] = ()
    if people < _FEW:
        notes = (_("With {n} people it differs much from class to class.").format(n=people),)
    return Reliability(measure, float(np.clip(value, -np.inf, 1)), people, questions, notes=notes)


@checked(right=RIGHT)
def kuder_richardson_20(right: pd.DataFrame) -> Reliability:
    """Return KR-20 of a check whose questions are right or wrong.

    ``KR-20 = k / (k - 1) * (1 - sum(p q) / variance of totals)``, with both variances divided by n.

    Parameters
    ----------
    right : pandas.DataFrame
        One row a person, one column a question: 1 right, 0 wrong or not answered.

    Returns
    -------
    Reliability

    Raises
    ------
    InputError
        If a value is neither 0 nor 1, there are fewer than two people or questions, or all totals are equal.

    Notes
    -----
    *What the result is not.* No proof that the check asks the right things, and no mark for a teacher. A
    check after a good course is often easy for all, and its KR-20 falls because people differ less.

    References
    ----------
    G. F. Kuder and M. W. Richardson, "The theory of the estimation of test reliability", Psychometrika 2
    (1937), formula 20.

    Examples
    --------
    >>> import pandas as pd
    >>> kuder_richardson_20(pd.DataFrame([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    KR-20 0.75 (4 people, 3 questions)
    Note: With 4 people it differs much from class to class.
    """
    return _coefficient(right, "right", "KR-20")


@checked(points=POINTS)
def cronbach_alpha(points: pd.DataFrame) -> Reliability:
    """Return Cronbach's alpha of a check whose questions give points; KR-20 where each gives 0 or 1.

    Parameters
    ----------
    points : pandas.DataFrame
        One row a person, one column a question, in points; 0 where nothing was answered.

    Returns
    -------
    Reliability

    Raises
    ------
    InputError
        If points are negative or missing, there are fewer than two people or questions, or all totals are
        equal.

    Notes
    -----
    *What the result is not.* As `kuder_richardson_20`. More questions of the same kind raise it
    by themselves.

    References
    ----------
    L. J. Cronbach, "Coefficient alpha and the internal structure of tests", Psychometrika 16 (1951), 297-334.

    Examples
    --------
    >>> import pandas as pd
    >>> cronbach_alpha(pd.DataFrame({"q1": [0, 1, 2, 3], "q2": [1, 1, 3, 3]}))
    Cronbach's alpha 0.94 (4 people, 2 questions)
    Note: With 4 people it differs much from class to class.
    """
    return _coefficient(points, "points", "alpha")
