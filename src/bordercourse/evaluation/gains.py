"""The gain of a class between two checks, as a share of what there was to gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, Numbers, Share, Whole, checked, same_names
from bordercourse.results import Result

__all__ = ["LEAST_PEOPLE", "Gain", "enough", "gain_of_means", "normalised_gain", "not_above"]

LEAST_PEOPLE = 5  # a gain of fewer would speak of persons
_FEW = 20  # below it an interval from resampling is too narrow
MAXIMUM = Number(above=0)
SCORES = Numbers(low=0)


@dataclass(frozen=True, repr=False)
class Gain(Result):
    """What a class gained, as a share of what it could gain.

    Attributes
    ----------
    before, after : float
        Means of the class, in points.
    maximum : float
        Points that the check gives.
    gain : float
        (after - before) / (maximum - before).
    people : int or None
        Who took both checks; None where only means are known.
    low, high : float
        The interval from resampling people; missing where only means are known.
    level : float
        Its level.
    """

    before: float
    after: float
    maximum: float
    gain: float
    people: int | None = None
    low: float = float("nan")
    high: float = float("nan")
    level: float = 0.95

    def sentence(self) -> str:
        """Return the gain of the class in one line."""
        line = _(
            "The class gained {gain:.2f} of what it could gain ({before:.0%} right before, {after:.0%} after)"
        )
        line = line.format(gain=self.gain, before=self.before / self.maximum, after=self.after / self.maximum)
        if self.people is None:
            return line
        return line + _("; {level:.0%} interval {low:.2f} to {high:.2f}, {n} people").format(
            level=self.level, low=self.low, high=self.high, n=self.people
        )


@checked(before=Number(low=0), after=Number(low=0), maximum=MAXIMUM)
def gain_of_means(before: float, after: float, *, maximum: float = 100) -> Gain:
    """Return the normalised gain of a class of which only the two means are known.

    Parameters
    ----------
    before, after : float
        Mean of the class in the check before and in the check after, in points.
    maximum : float
        Points that the check gives; 100 for percent.

    Returns
    -------
    Gain

    Raises
    ------
    InputError
        If a mean is above the maximum, or nothing was left to gain.

    Notes
    -----
    *What the result is not.* As `normalised_gain`.

    References
    ----------
    R. R. Hake, "Interactive-engagement versus traditional methods", American Journal of Physics 66 (1998),
    64-74.

    Examples
    --------
    >>> gain_of_means(40, 70)
    The class gained 0.50 of what it could gain (40% right before, 70% after)
    """
    for name, mean in (("before", before), ("after", after)):
        not_above(name, mean, maximum)
    return Gain(before, after, maximum, _gain(before, after, maximum))


def not_above(name: str, values: Any, maximum: float) -> None:
    """Refuse points above the maximum."""
    largest = float(np.max(values))
    if largest > maximum:
        raise InputError(
            name,
            _("{value:g} is above the maximum of {maximum:g}.").format(value=largest, maximum=maximum),
            _("Give points, and the maximum of the check in the same points."),
        )


def _gain(before: float, after: float, maximum: float) -> float:
    if not before < maximum:
        raise InputError(
            "before", _("everybody had all points before."), _("Nothing was left to gain; report no gain.")
        )
    return (after - before) / (maximum - before)


@checked(
    before=SCORES,
    after=SCORES,
    maximum=MAXIMUM,
    level=Share(above=0.5, below=1),
    resamples=Whole(low=100, high=100_000),
    seed=Whole(low=0),
)
def normalised_gain(
    before: Any, after: Any, *, maximum: float, level: float = 0.95, resamples: int = 5_000, seed: int = 1
) -> Gain:
    """Return the normalised gain of a class, with an interval from resampling its people.

    ``(mean after - mean before) / (maximum - mean before)``: Hake's gain of the class, never the mean of
    single gains. People are drawn again with replacement, each with both scores (scipy's ``bootstrap``,
    percentiles).

    Parameters
    ----------
    before, after : sequence of float
        Points of the same people in both checks; Series are put in the same order by their index. Leave out
        who took only one.
    maximum : float
        Points that the check gives.
    level : float
        Level of the interval, above 0.5 and below 1.
    resamples : int
        How many classes are drawn.
    seed : int
        Start of the random numbers, so that the interval is the same every time.

    Returns
    -------
    Gain
        Of the class. The result holds nothing about one person.

    Raises
    ------
    InputError
        If there are fewer than five people, the two differ in people, a score is above the maximum, or
        nothing was left to gain.

    Notes
    -----
    *What the result is not.* It does not say that the course was the cause: people also learn from each
    other, from the first check itself, and on the job. It does not say what they do on Monday. Hake's 0.23
    for traditional and 0.48 for interactive classes are physics students of the 1990s, no target for
    officers.

    References
    ----------
    R. R. Hake, "Interactive-engagement versus traditional methods", American Journal of Physics 66 (1998),
    64-74. B. Efron and R. Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 13.

    Examples
    --------
    >>> normalised_gain([8, 10, 12, 6, 9, 11], [14, 15, 17, 12, 13, 16], maximum=20)
    The class gained 0.48 of what it could gain (47% right before, 72% after); 95% interval 0.43 to 0.55,
    6 people
    Note: With 6 people the true interval is wider.
    """
    from scipy.stats import bootstrap

    first, second = _same_people(before, after)
    for name, values in (("before", first), ("after", second)):
        not_above(name, values, maximum)
    people = len(first)
    gain = _gain(float(first.mean()), float(second.mean()), maximum)

    def of_class(one: Any, other: Any, axis: int = -1) -> Any:
        left = maximum - one.mean(axis=axis)
        # A drawn class that had all points before can gain nothing.
        change = other.mean(axis=axis) - one.mean(axis=axis)
        return np.divide(change, left, out=np.zeros_like(left), where=left > 0)

    interval = bootstrap(
        (first, second),
        of_class,
        paired=True,
        vectorized=True,
        n_resamples=resamples,
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    notes = (_("With {n} people the true interval is wider.").format(n=people),) if people < _FEW else ()
    return Gain(
        float(first.mean()),
        float(second.mean()),
        maximum,
        gain,
        people,
        float(interval.low),
        float(interval.high),
        level,
        notes=notes,
    )


def _same_people(before: Any, after: Any) -> tuple[Any, Any]:
    _index, given = same_names(
        {"before": before, "after": after},
        _("it names other people than before."),
        _("Leave out who took only one of the two checks."),
    )
    first, second = (np.atleast_1d(np.asarray(one, dtype=float)) for one in given.values())
    if len(first) != len(second):
        raise InputError(
            "after",
            _("{m} people, and {n} before.").format(m=len(second), n=len(first)),
            _("Leave out who took only one of the two checks."),
        )
    enough(len(first))
    return first, second


def enough(people: int) -> None:
    """Refuse a gain of so few people that it would speak of persons."""
    if people < LEAST_PEOPLE:
        raise InputError(
            "before",
            _("{n} people took both checks.").format(n=people),
            _("A gain of fewer than {least} would speak of persons: add another class.").format(
                least=LEAST_PEOPLE
            ),
        )
