"""Sex ratio at birth with its interval: are girls or boys missing from the register?"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, Numbers, Several, checked, same_names
from bordercourse.plotting import COLOURS, axes, label, name_rows
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SexRatio", "sex_ratio_at_birth"]


@dataclass(frozen=True, repr=False)
class SexRatio(Result):
    """Boys for every 100 girls, with an interval.

    Attributes
    ----------
    table : pandas.DataFrame
        One row an area: boys, girls, ratio, low, high (boys for 100 girls) and unusual (the whole interval
        lies outside the usual range).
    usual : tuple of float
        The range taken as usual.
    level : float
        Level of the interval.
    """

    table: pd.DataFrame
    usual: tuple[float, float]
    level: float

    @property
    def ratio(self) -> Any:
        """Boys for 100 girls: a number, or a Series for several areas."""
        return float(self.table["ratio"].iloc[0]) if len(self.table) == 1 else self.table["ratio"]

    def sentence(self) -> str:
        """Return the ratio with its interval in one line."""
        if len(self.table) == 1:
            row = self.table.iloc[0]
            return _(
                "{ratio:.1f} boys for 100 girls ({level:.0%} interval {low:.1f} to {high:.1f}){flag}"
            ).format(
                ratio=row["ratio"],
                level=self.level,
                low=row["low"],
                high=row["high"],
                flag=_(": unusual") if row["unusual"] else "",
            )
        return _("Sex ratio at birth of {n} areas: {k} outside {low:g} to {high:g} beyond chance").format(
            n=len(self.table), k=int(self.table["unusual"].sum()), low=self.usual[0], high=self.usual[1]
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each area's ratio with its interval over the usual range."""
        rows = self.table.sort_values("ratio")
        ax = axes(ax, height=max(2.5, min(8.0, 0.3 * len(rows) + 1.2)))
        at = np.arange(len(rows))
        ax.axvspan(*self.usual, color=COLOURS["sky"], alpha=0.3)
        ax.hlines(at, rows["low"], rows["high"], color=COLOURS["grey"])
        colours = np.where(rows["unusual"], COLOURS["vermilion"], COLOURS["blue"])
        ax.scatter(rows["ratio"], at, c=colours.tolist(), zorder=3)
        name_rows(ax, rows.index, many=_("{n} areas, lowest first"))
        ax.margins(y=0.2 if len(rows) < 10 else 0.02)
        if len(rows) == 1:
            title = (
                _("{ratio:.0f} boys for 100 girls: outside the usual range beyond chance")
                if rows["unusual"].iloc[0]
                else _("{ratio:.0f} boys for 100 girls: within the usual range, or chance")
            ).format(ratio=rows["ratio"].iloc[0])
        else:
            title = _("{k} of {n} areas lie outside the usual range beyond chance").format(
                k=int(rows["unusual"].sum()), n=len(rows)
            )
        return label(ax, title=title, x=_("Boys registered for 100 girls (shaded: usual range)"))


@checked(
    boys=Numbers(low=0),
    girls=Numbers(above=0),
    level=Number(above=0, below=1),
    usual=Several(Number(above=0)),
)
def sex_ratio_at_birth(
    boys: object, girls: object, *, level: float = 0.95, usual: tuple[float, float] = (102.0, 107.0)
) -> SexRatio:
    """Return boys for every 100 girls among births, with a binomial (Wilson) interval.

    Parameters
    ----------
    boys, girls : number, array or pandas.Series
        Live births of each sex. A Series names the areas.
    level : float
        Level of the interval, between 0 and 1.
    usual : tuple of float
        Range taken as usual: a working choice, not a law of nature. The IUSSP course "Population Analysis
        for Policies and Programmes" names 104 to 107; some populations lie lower. Set your own.

    Returns
    -------
    SexRatio

    Raises
    ------
    InputError
        A count is negative or missing, an area has no girls, the areas differ, or `level` or `usual`
        is no level or range.

    Notes
    -----
    *What the result is not.* An unusual ratio may come from under-registration of one sex, from
    sex selection before birth, or from small numbers: the interval deals with the last only. With many
    areas some fall outside by chance. Children marked X are in neither count.

    References
    ----------
    E. B. Wilson (1927), Journal of the American Statistical Association 22, 209-212, for the interval
    of the share of boys; its limits are turned into ratios.

    Examples
    --------
    >>> from bordercourse.registration import sex_ratio_at_birth
    >>> sex_ratio_at_birth(5300, 4700)
    112.8 boys for 100 girls (95% interval 108.4 to 117.3): unusual
    """
    if len(usual) != 2 or not usual[0] < usual[1]:
        raise InputError(
            "usual", _("{value} is not a range.").format(value=repr(usual)), _("Try (102, 107).")
        )
    index, given = same_names(
        {"boys": boys, "girls": girls},
        _("it names other areas than boys."),
        _("Give both for the same areas."),
    )
    m = np.atleast_1d(np.asarray(given["boys"], dtype=np.float64))
    f = np.atleast_1d(np.asarray(given["girls"], dtype=np.float64))
    if not m.size:
        raise InputError("boys", _("there are no areas."), _("Check the filter that made it."))
    if m.ndim > 1 or m.shape != f.shape:
        raise InputError(
            "girls",
            _("there are {n} values for {m} of boys.").format(n=f.size, m=m.size),
            _("Give one for each area."),
        )
    z = NormalDist().inv_cdf(0.5 + level / 2)
    n = m + f
    p = m / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = np.where(m > 0, centre - half, 0.0), centre + half
    with np.errstate(divide="ignore"):  # nearly no girls: no upper limit
        low, high = 100 * low / (1 - low), 100 * high / (1 - high)
    table = pd.DataFrame(
        {
            "boys": m,
            "girls": f,
            "ratio": 100 * m / f,
            "low": low,
            "high": high,
            "unusual": (high < usual[0]) | (low > usual[1]),
        },
        index=index,
    )
    return SexRatio(table, usual, level)
