"""What chance brings on a day: when people come, of which kind, and how long they take at a desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from bordercourse.crossing.post import Post

    Floats = NDArray[np.float64]

__all__ = ["DrawnDay", "arrival_hours", "desk_hours", "draw_day"]


def arrival_hours(random: Generator, rates: Floats, days: int) -> Floats:
    """Return the hours of arrival, one row a day: people at random, by the rate of each hour.

    Days differ in how many come; the rest of a shorter row is infinite.
    """
    total = np.concatenate([[0.0], np.cumsum(rates)])
    counts = random.poisson(total[-1], days)
    drawn = random.random((days, max(1, int(counts.max(initial=0))))) * total[-1]
    drawn[np.arange(drawn.shape[1]) >= counts[:, None]] = np.inf
    drawn.sort(axis=1)
    rising = np.concatenate([[True], rates > 0])  # an hour without arrivals is no place for one
    hours = np.arange(len(total), dtype=float)
    at = np.clip(np.searchsorted(total[rising], drawn, side="left"), 1, None)
    ends, levels = hours[rising], total[rising]
    last = np.minimum(at, len(ends) - 1)
    if len(ends) == 1:
        return np.full_like(drawn, np.inf)
    part = (drawn - levels[last - 1]) / (levels[last] - levels[last - 1])
    return np.where(np.isinf(drawn), np.inf, ends[last] - 1 + part)


def desk_hours(
    random: Generator, minutes: Floats | float, variation: float, shape: tuple[int, ...]
) -> Floats:
    """Return hours at a desk: gamma, exponential where the variation is 1, always the mean where it is 0."""
    if variation == 0:
        return np.broadcast_to(np.asarray(minutes, dtype=float) / 60, shape).copy()
    if variation == 1:
        return random.standard_exponential(shape) * minutes / 60
    form = variation**-2
    return random.standard_gamma(form, shape) * minutes / 60 / form


@dataclass(frozen=True)
class DrawnDay:
    """One value for each party of a day, in the order of arrival: the same parties can meet another plan."""

    hour: Floats
    kind: NDArray[np.int64]
    desk: Floats
    searched: NDArray[np.bool_]
    woman: NDArray[np.bool_]
    search: Floats


def draw_day(random: Generator, post: Post, rates: Floats, variation: float) -> DrawnDay:
    """Draw a day's parties."""
    hour = arrival_hours(random, rates, 1)[0]
    hour = hour[np.isfinite(hour)]
    n = len(hour)
    shares = np.array([party.share for party in post.parties])
    kind = np.minimum(np.searchsorted(np.cumsum(shares), random.random(n), side="right"), len(shares) - 1)
    means = np.array([party.minutes for party in post.parties])[kind]
    desk = desk_hours(random, means, variation, (n,))
    searched = random.random(n) < np.array([party.searched for party in post.parties])[kind]
    woman = random.random(n) < np.array([party.women for party in post.parties])[kind]
    minutes = post.searches.minutes if post.searches else 1.0
    return DrawnDay(hour, kind, desk, searched, woman, desk_hours(random, minutes, variation, (n,)))
