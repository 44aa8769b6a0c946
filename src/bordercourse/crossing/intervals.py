"""The interval of a mean over days that were simulated independently."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["mean_interval"]


def mean_interval(values: NDArray[np.float64], level: float = 0.95) -> tuple[float, float, float]:
    """Return the mean of independent days, and the ends of its interval by Student's t.

    Days without a value leave a mean that is not a number; one day alone has no interval.
    """
    n = len(values)
    if n < 2:
        mean = float(values[0]) if n else math.nan
        return mean, math.nan, math.nan
    mean = float(values.mean())
    half = float(stats.t.ppf((1 + level) / 2, n - 1) * values.std(ddof=1) / math.sqrt(n))
    return mean, mean - half, mean + half
