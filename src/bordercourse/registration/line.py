"""A straight line through points whose x and y both carry error, for many populations at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from bordercourse.inputs import Choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Line = Literal["sd", "orthogonal"]

__all__ = ["LINE", "Line", "fit_line"]

LINE = Choice("sd", "orthogonal")


def fit_line(x: Floats, y: Floats, line: Line) -> tuple[Floats, Floats, Floats]:
    """Return slope, intercept and correlation for each row of `x` and `y` (populations, points).

    ``"sd"`` is the ratio of the standard deviations, the usual line of the growth balance;
    ``"orthogonal"`` is the principal axis, which makes the perpendicular distances least.
    Both pass through the means. A row whose points do not rise together has no slope (NaN).
    """
    mean_x, mean_y = x.mean(axis=1), y.mean(axis=1)
    dx, dy = x - mean_x[:, None], y - mean_y[:, None]
    xx, yy, xy = (dx**2).sum(axis=1), (dy**2).sum(axis=1), (dx * dy).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = xy / np.sqrt(xx * yy)
        if line == "sd":
            slope = np.sqrt(yy / xx)
        else:
            # Two forms of one root: each loses no digits where the other does.
            root = np.hypot(yy - xx, 2 * xy)
            slope = np.where(yy > xx, (yy - xx + root) / (2 * xy), 2 * xy / (xx - yy + root))
        slope = np.where((correlation > 0) & np.isfinite(slope), slope, np.nan)
    return slope, mean_y - slope * mean_x, correlation
