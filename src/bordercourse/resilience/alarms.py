"""How many alarms are true, when what is sought is rare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Share, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AlarmOdds", "alarm_odds"]


@dataclass(frozen=True, repr=False)
class AlarmOdds(Result):
    """What an alarm is worth.

    Attributes
    ----------
    base_rate : float
        Share of records that belong to an intrusion.
    found : float
        Share of these that raise an alarm.
    false_alarms : float
        Share of all other records that raise an alarm.
    """

    base_rate: float
    found: float
    false_alarms: float

    @property
    def true_share(self) -> float:
        """Share of alarms that are true."""
        true = self.base_rate * self.found
        return true / (true + (1 - self.base_rate) * self.false_alarms)

    def counted(self, records: float = 100_000) -> pd.DataFrame:
        """Return what so many records bring, in whole things to count.

        Parameters
        ----------
        records : float
            Records that are looked at.

        Returns
        -------
        pandas.DataFrame
            what, records, alarms.
        """
        bad = records * self.base_rate
        rows = [
            (_("of an intrusion"), bad, bad * self.found),
            (_("of honest work"), records - bad, (records - bad) * self.false_alarms),
        ]
        return pd.DataFrame(rows, columns=["what", "records", "alarms"])

    def sentence(self) -> str:
        """Return the share of alarms that are true, in one line."""
        true, false = self.counted()["alarms"]
        return _("Of 100,000 records, {t:g} true alarms and {f:,.0f} false ones: {s:.1%} are true").format(
            t=true, f=false, s=self.true_share
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the counts for 100,000 records."""
        return self.counted()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw true and false alarms of 100,000 records."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax, height=2.4)
        true, false = self.counted()["alarms"]
        names = [_("true"), _("false")]
        bars = ax.barh(names, [true, false], color=[COLOURS["blue"], COLOURS["vermilion"]])
        ax.bar_label(bars, labels=[f"{n:,.0f}" for n in (true, false)], padding=4)
        ax.invert_yaxis()
        ax.set_xticks([])
        ax.margins(x=0.12)
        title = _("{s:.0%} of alarms are true").format(s=self.true_share)
        return label(ax, title=title, x=_("alarms in 100,000 records"))


@checked(base_rate=Share(), found=Share(), false_alarms=Share())
def alarm_odds(base_rate: float, found: float, false_alarms: float) -> AlarmOdds:
    """Return how many alarms are true, by Bayes' rule.

    *What the result is not.* No word about the one alarm on the desk, and none about a person: it says how
    many of many alarms are true. Both rates are measured on a system's own records, or they are guesses.

    Parameters
    ----------
    base_rate : float
        Share of records that belong to an intrusion, 0 to 1.
    found : float
        Share of these that raise an alarm, 0 to 1.
    false_alarms : float
        Share of the other records that raise an alarm, 0 to 1.

    Returns
    -------
    AlarmOdds
        The share of alarms that are true.

    Raises
    ------
    InputError
        If a share is not from 0 to 1, or nothing ever raises an alarm.

    References
    ----------
    S. Axelsson, "The base-rate fallacy and the difficulty of intrusion detection", *ACM Transactions on
    Information and System Security* 3(3), 2000.

    Examples
    --------
    >>> alarm_odds(2 / 100_000, found=1, false_alarms=1 / 1_000)
    Of 100,000 records, 2 true alarms and 100 false ones: 2.0% are true
    """
    if not base_rate * found + (1 - base_rate) * false_alarms:
        raise InputError(
            "false_alarms", _("nothing ever raises an alarm."), _("Give found or false_alarms above 0.")
        )
    return AlarmOdds(base_rate, found, false_alarms)
