"""A straight line through points whose x and y both carry error, for many populations at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from bordercourse.inputs import Choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Line = Literal["sd", "orthogonal", "least squares", "resistant"]

__all__ = ["LINE", "Line", "fit_line"]

LINE = Choice("sd", "orthogonal", "least squares", "resistant")


def fit_line(x: Floats, y: Floats, line: Line) -> tuple[Floats, Floats, Floats]:
    """Return slope, intercept and correlation for each row of `x` and `y` (populations, points).

    ``"sd"`` is the ratio of the standard deviations, the usual line of the growth balance;
    ``"orthogonal"`` is the principal axis, which makes the perpendicular distances least;
    ``"least squares"`` takes x as free of error. All three pass through the means. ``"resistant"`` is
    Tukey's line, which one wild age cannot move. A row whose points do not rise together has no slope (NaN).
    """
    mean_x, mean_y = x.mean(axis=1), y.mean(axis=1)
    dx, dy = x - mean_x[:, None], y - mean_y[:, None]
    xx, yy, xy = (dx**2).sum(axis=1), (dy**2).sum(axis=1), (dx * dy).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = xy / np.sqrt(xx * yy)
        if line == "resistant":
            slope = _resistant_slope(x, y)
        elif line == "sd":
            slope = np.sqrt(yy / xx)
        elif line == "least squares":
            slope = xy / xx
        else:
            # Two forms of one root: each loses no digits where the other does.
            root = np.hypot(yy - xx, 2 * xy)
            slope = np.where(yy > xx, (yy - xx + root) / (2 * xy), 2 * xy / (xx - yy + root))
        rising = slope > 0 if line == "resistant" else correlation > 0
        slope = np.where(rising & np.isfinite(slope), slope, np.nan)
    if line == "resistant":
        rest = [np.median(part, axis=1) for part in _thirds(x, y - slope[:, None] * x)[1]]
        return slope, np.mean(rest, axis=0), correlation
    return slope, mean_y - slope * mean_x, correlation


def _thirds(x: Floats, y: Floats) -> tuple[list[Floats], list[Floats]]:
    """Return the points of each row, in the order of x, in three parts; the outer two are of one size."""
    order = np.argsort(x, axis=1, kind="stable")
    x, y = np.take_along_axis(x, order, axis=1), np.take_along_axis(y, order, axis=1)
    outer = (x.shape[1] + 1) // 3
    cuts = [outer, x.shape[1] - outer]
    return np.split(x, cuts, axis=1), np.split(y, cuts, axis=1)


def _resistant_slope(x: Floats, y: Floats) -> Floats:
    """Return the slope that leaves the same median residual in the lowest and the highest third of x.

    D. Hoaglin, F. Mosteller and J. Tukey (1983), *Understanding Robust and Exploratory Data Analysis*,
    chapter 5. The difference falls as the slope rises, so that halving finds it for all rows at once.
    """
    (x_low, _mid, x_high), (y_low, _rest, y_high) = _thirds(x, y)
    steepest = (y_high[:, :, None] - y_low[:, None, :]) / (x_high[:, :, None] - x_low[:, None, :])
    low, high = steepest.min(axis=(1, 2)), steepest.max(axis=(1, 2))
    for _turn in range(60):  # to the last digit of a float
        middle = (low + high) / 2
        left = np.median(y_low - middle[:, None] * x_low, axis=1)
        right = np.median(y_high - middle[:, None] * x_high, axis=1)
        low, high = np.where(right > left, middle, low), np.where(right > left, high, middle)
    slope: Floats = (low + high) / 2
    return slope
