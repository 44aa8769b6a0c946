"""Direct completeness and coverage: events registered, and people the system reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Numbers, checked, same_names, shown
from bordercourse.plotting import COLOURS, axes, label, name_rows
from bordercourse.registration.death_distribution import too_complete
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DirectShare", "coverage", "direct_completeness"]


@dataclass(frozen=True, repr=False)
class DirectShare(Result):
    """A share of events or of people, by area and in all.

    Attributes
    ----------
    table : pandas.DataFrame
        One row an area: part, whole (both counts) and share (part / whole; missing where whole is 0).
    measure : str
        "completeness" or "coverage".
    """

    table: pd.DataFrame
    measure: Literal["completeness", "coverage"]

    @property
    def overall(self) -> float:
        """The sum of the parts over the sum of the wholes (not the mean of the areas)."""
        whole = float(self.table["whole"].sum())
        return float(self.table["part"].sum()) / whole if whole else float("nan")

    @property
    def by_area(self) -> pd.Series[float]:
        """The share of each area."""
        return self.table["share"]

    def sentence(self) -> str:
        """Return the share in all, and its range over areas, in one line."""
        name = _("Completeness") if self.measure == "completeness" else _("Coverage")
        if len(self.table) == 1:
            return _("{name} {share:.1%}").format(name=name, share=self.overall)
        return _("{name} {share:.1%} over {n} areas ({low:.1%} to {high:.1%})").format(
            name=name,
            share=self.overall,
            n=len(self.table),
            low=self.by_area.min(),
            high=self.by_area.max(),
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of each area, lowest first, beside the share in all."""
        ordered = self.by_area.dropna().sort_values()
        ax = axes(ax, height=max(2.5, min(8.0, 0.3 * len(ordered) + 1.2)))
        at = np.arange(len(ordered))
        ax.barh(at, 100 * ordered.to_numpy(), color=COLOURS["blue"])
        name_rows(ax, ordered.index, many=_("{n} areas, lowest first"))
        if len(ordered) > 1:
            ax.axvline(100 * self.overall, color=COLOURS["vermilion"])
        if self.measure == "completeness":
            title, x = (
                _("{share:.0%} of expected events are registered"),
                _("Registered, % of expected events"),
            )
        else:
            title, x = _("The system reaches {share:.0%} of the people"), _("Reached, % of the people")
        if len(ordered) > 1:
            x += _(" (line: all areas together)")
        return label(ax, title=title.format(share=self.overall), x=x)


@checked(registered=Numbers(low=0), expected=Numbers(low=0))
def direct_completeness(registered: object, expected: object) -> DirectShare:
    """Return registered events as a share of the events expected.

    Completeness = registered / expected, where registration applies.

    Parameters
    ----------
    registered : number, array or pandas.Series
        Events that occurred in the period and are registered by a stated cut-off date. A Series names
        the areas.
    expected : number, array or pandas.Series
        Events that occurred in the same period in the same population.

    Returns
    -------
    DirectShare

    Raises
    ------
    InputError
        A count is negative or missing, expected events are zero everywhere, or the two name
        different areas.

    Notes
    -----
    *What the result is not.* It is as good as the expected count, which is an estimate. Count by
    date of occurrence, not of registration: a campaign that registers old births gives more than 100%. Such a
    value is shown, not cut, because it says that one of the counts is wrong; above 150% a warning names the
    likely slip.

    References
    ----------
    United Nations (1955), *Manual II: Methods of Appraisal of Quality of Basic Data for Population
    Estimates*, chapter II.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import direct_completeness
    >>> direct_completeness(pd.Series({"North": 640, "South": 270}), pd.Series({"North": 800, "South": 600}))
    Completeness 65.0% over 2 areas (45.0% to 80.0%)
    """
    table = _shares(registered, expected, "registered", "expected")
    slip = _("Check that both counts are of the same events, the same period and the same unit.")
    notes = too_complete(table["share"].dropna(), slip, several=len(table) > 1)
    return DirectShare(table, "completeness", notes=notes)


@checked(reached=Numbers(low=0), population=Numbers(low=0))
def coverage(reached: object, population: object) -> DirectShare:
    """Return the people whom the registration system reaches as a share of all people.

    Coverage is about people and places: how far the system applies. Completeness is about
    events: how many are registered where it applies. A country may have high completeness and low coverage.

    Parameters
    ----------
    reached : number, array or pandas.Series
        People living where registration is offered, by area or in all.
    population : number, array or pandas.Series
        All people, by the same areas.

    Returns
    -------
    DirectShare

    Raises
    ------
    InputError
        As `direct_completeness`; also more people reached than live there.

    Notes
    -----
    *What the result is not.* To live within reach of an office is not to be registered, and says nothing
    of a fee, a form or a signature that keeps people away. It depends on what you call reach: state the
    distance or the rule.

    References
    ----------
    United Nations (1955), *Manual II*, chapter II.

    Examples
    --------
    >>> from bordercourse.registration import coverage
    >>> coverage([90_000, 20_000], [100_000, 100_000])
    Coverage 55.0% over 2 areas (20.0% to 90.0%)
    """
    table = _shares(reached, population, "reached", "population")
    if (table["part"] > table["whole"]).any():
        area = table.index[int(np.argmax(np.asarray(table["part"] > table["whole"])))]
        raise InputError(
            "reached",
            _("more people are reached than live in {area}.").format(area=shown(area)),
            _("Check that both counts are of the same people."),
        )
    return DirectShare(table, "coverage")


def _shares(part: object, whole: object, part_name: str, whole_name: str) -> pd.DataFrame:
    index, given = same_names(
        {part_name: part, whole_name: whole},
        _("it names other areas than {other}.").format(other=part_name),
        _("Give both for the same areas."),
    )
    top, bottom = (np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in given.values())
    if top.ndim > 1 or top.shape != bottom.shape:
        raise InputError(
            whole_name,
            _("there are {n} values for {m} of {other}.").format(n=bottom.size, m=top.size, other=part_name),
            _("Give one for each area."),
        )
    if not bottom.sum() > 0:
        raise InputError(whole_name, _("there is nothing to compare with (0)."), _("Give the counts."))
    share = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
    return pd.DataFrame({"part": top, "whole": bottom, "share": share}, index=index)
