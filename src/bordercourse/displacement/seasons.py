"""When storms came: real tracks, counted by month, and what a season leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Column, Days, Labels, Number, Numbers, Share, Table, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["StormSeason", "storm_season", "storms_in_box"]


@checked(
    tracks=Table(),
    south=Number(-90, 90),
    north=Number(-90, 90),
    west=Number(-180, 360),
    east=Number(-180, 360),
    storm=Column("tracks", Labels()),
    time=Column("tracks", Days()),
    latitude=Column("tracks", Numbers(low=-90, high=90)),
    longitude=Column("tracks", Numbers(low=-180, high=360)),
    wind=Column("tracks", Numbers(low=0, gaps=True)),
)
def storms_in_box(
    tracks: pd.DataFrame,
    *,
    south: float,
    north: float,
    west: float,
    east: float,
    storm: str = "storm_id",
    time: str = "day",
    latitude: str = "latitude",
    longitude: str = "longitude",
    wind: str = "wind_knots",
) -> pd.DataFrame:
    """Return the storms whose track has a position in a box, each once, with the month of the first one.

    *What the result is not.* No border and no harm: a box is a choice of whoever draws it, a storm may count
    in several boxes, a track between two positions may cut a corner unseen, and floods without a storm,
    most of the displacement of the region, are not in it. No ranking of countries.

    Parameters
    ----------
    tracks : pandas.DataFrame
        One row for each position of a storm.
    south, north : float
        Degrees of latitude, both included; south of the equator is negative.
    west, east : float
        Degrees of longitude, both included; 170 and -170 (or 190) make a box across the date line.
    storm, time, latitude, longitude, wind : str
        Names of the columns: what tells storms apart, day or time, degrees, and wind in knots (gaps pass).

    Returns
    -------
    pandas.DataFrame
        Index as `storm`; first (time of the first position in the box), month (1 to 12), wind (strongest
        wind in the box, missing where none was given). In the order of `first`.

    Raises
    ------
    InputError
        If south lies above north, or a column does not fit.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> box = storms_in_box(load("storm_tracks_selected"), south=5.5, north=20.5, west=97.3, east=105.6)
    >>> len(box), int(box["month"].iloc[0])
    (8, 10)
    """
    if south > north:
        raise InputError("south", _("it lies above north."), _("Give the smaller latitude as south."))
    width = 360.0 if east - west >= 360 else (east - west) % 360
    east_of_west = (tracks[longitude] - west) % 360
    # A position on the western edge may come out as 360 by rounding, and is inside.
    inside = tracks[latitude].between(south, north) & ((east_of_west <= width) | (360 - east_of_west < 1e-9))
    rows = tracks[inside].sort_values([time], kind="stable")
    grouped = rows.groupby(storm, sort=False)
    found = pd.DataFrame({"first": grouped[time].first(), "wind": grouped[wind].max()})
    found.insert(1, "month", pd.to_datetime(found["first"]).dt.month.astype(int))
    return found.sort_values("first", kind="stable")


@dataclass(frozen=True, repr=False)
class StormSeason(Result):
    """Storms by month, and the shortest run of months that held the share that was asked for.

    Attributes
    ----------
    table : pandas.DataFrame
        month (1 to 12), storms, a_year (storms in this month, in a year on average), low, high (95 percent
        interval of it), in_season (true or false).
    years : int
        Years that were counted.
    months : tuple of int
        The run of months, in order; it may pass the end of the year.
    """

    table: pd.DataFrame
    years: int
    months: tuple[int, ...]

    @property
    def storms(self) -> int:
        """Storms in all months."""
        return int(self.table["storms"].sum())

    @property
    def outside(self) -> int:
        """Storms outside the season."""
        return int(self.table.loc[~self.table["in_season"], "storms"].sum())

    def chance_of_one(self, month: int) -> float:
        """Return the chance of at least one storm in a month of one year, as if storms came at random.

        It is a count of the past, smoothed; where no storm came in the years counted, it is 0 and means
        "not seen", not "cannot be".
        """
        if month not in range(1, 13):
            raise InputError("month", _("{given} is no month.").format(given=month), _("Give 1 to 12."))
        return float(-np.expm1(-self.table.loc[self.table["month"] == month, "a_year"].iloc[0]))

    def sentence(self) -> str:
        """Return how many storms came in the season and outside it, in one line."""
        if not self.storms:
            return _("No storm in {y} years; that is not never").format(y=self.years)
        return _(
            "{i:,} of {n:,} storms came in months {a} to {b}, and {o:,} outside: a season is not a promise"
        ).format(
            i=self.storms - self.outside, n=self.storms, a=self.months[0], b=self.months[-1], o=self.outside
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the months."""
        return self.table

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the storms by month; the season is darker."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax)
        colours = [COLOURS["blue"] if season else COLOURS["sky"] for season in self.table["in_season"]]
        ax.bar(self.table["month"], self.table["storms"], color=colours)
        ax.set_xticks(range(1, 13))
        return label(ax, title=self.sentence(), x=_("Month"), y=_("Storms in {y} years").format(y=self.years))


@checked(storms=Numbers(low=0, whole=True), years=Whole(1, 10_000), share=Share())
def storm_season(storms: Any, years: int, *, share: float = 0.8) -> StormSeason:
    """Return the shortest run of months that held a share of the storms, and what came outside it.

    Where two runs are equally short, the one with more storms is taken, then the earlier. The interval of
    each month is Garwood's exact one for a count that comes at random.

    *What the result is not.* No forecast and no promise: a month without a storm in the past is not safe, the
    years counted need not be like the next, and the share is the user's choice.

    Parameters
    ----------
    storms : sequence of int
        Storms in each month, twelve numbers from January on.
    years : int
        Years in which they were counted.
    share : float
        Share of the storms that the season must hold, 0 to 1.

    Returns
    -------
    StormSeason
        The months, the season, and how many storms came outside it.

    Raises
    ------
    InputError
        If there are not twelve whole numbers.

    References
    ----------
    F. Garwood, "Fiducial limits for the Poisson distribution", *Biometrika* 28, 1936.

    Examples
    --------
    >>> storm_season([9, 5, 10, 9, 28, 54, 88, 77, 91, 96, 75, 46], years=45)
    481 of 588 storms came in months 6 to 11, and 107 outside: a season is not a promise
    """
    from scipy.stats import chi2

    counts = np.atleast_1d(storms).astype(int)
    if len(counts) != 12:
        raise InputError(
            "storms", _("there are {n} months.").format(n=len(counts)), _("Give twelve, from January on.")
        )
    total, twice = counts.sum(), np.concatenate([counts, counts])
    runs = [
        (length, -int(twice[first : first + length].sum()), first)
        for length in range(1, 13)
        for first in range(12)
        if twice[first : first + length].sum() >= share * total - 1e-9
    ]
    length, _held, first = min(runs)
    months = tuple((first + step) % 12 + 1 for step in range(length))
    low = np.where(counts > 0, chi2.ppf(0.025, np.maximum(2 * counts, 1)) / 2, 0.0)
    table = pd.DataFrame(
        {
            "month": range(1, 13),
            "storms": counts,
            "a_year": counts / years,
            "low": low / years,
            "high": chi2.ppf(0.975, 2 * (counts + 1)) / 2 / years,
        }
    )
    table["in_season"] = table["month"].isin(months)
    return StormSeason(table, years, months)
