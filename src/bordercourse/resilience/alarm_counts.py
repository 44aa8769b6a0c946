"""What rules found in a log, and how many of their alarms were true, once the questions were asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Several, Text, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["AlarmCount", "Alarms", "count_alarms"]


@dataclass(frozen=True, repr=False)
class Alarms(Result):
    """What one rule found in a log.

    Attributes
    ----------
    rule : str
        The rule in words, with its limits.
    table : pandas.DataFrame
        One row an alarm: account (or source), begins, ends (clock of the host), place, why.
    looked_at : int
        Records that the rule looked at.
    """

    rule: str
    table: pd.DataFrame
    looked_at: int

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts with an alarm, sorted; an account is not the person whose name it bears."""
        return tuple(sorted(set(self.table["account"])))

    def sentence(self) -> str:
        """Return the rule, and how often it rang, in one line."""
        return _("{rule}: {n} alarms in {r:,} records, {a} accounts to ask about").format(
            rule=self.rule, n=len(self.table), r=self.looked_at, a=len(self.accounts)
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the alarms."""
        return self.table


@dataclass(frozen=True, repr=False)
class AlarmCount(Result):
    """True and false alarms of several rules, counted after the questions were asked.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a rule: rule, looked_at, alarms, true, false.
    misused : tuple of str
        The accounts that were misused.
    missed : tuple of str
        Those that no rule found.
    asked : int
        Accounts with an alarm that were not misused: somebody was asked, and had an answer.
    """

    table: pd.DataFrame
    misused: tuple[str, ...]
    missed: tuple[str, ...]
    asked: int

    def sentence(self) -> str:
        """Return what the rules found, and what they cost, in one line."""
        return _("{f} of {m} misused accounts found; {a} others were asked about").format(
            f=len(self.misused) - len(self.missed), m=len(self.misused), a=self.asked
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the counts."""
        return self.table

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw true and false alarms of each rule."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax, height=3)
        rules, true, false = (list(self.table[name]) for name in ("rule", "true", "false"))
        ax.barh(rules, true, color=COLOURS["blue"], label=_("true"))
        ax.barh(rules, false, left=true, color=COLOURS["vermilion"], label=_("false"))
        ax.invert_yaxis()
        ax.legend(frameon=False)
        return label(ax, title=self.sentence(), x=_("alarms"))


@checked(
    found=Several(A(Alarms, do=mark("Make it with one of the rules.")), least=1), misused=Several(Text())
)
def count_alarms(found: Sequence[Alarms], misused: Sequence[str]) -> AlarmCount:
    """Count true and false alarms of several rules, once it is known which accounts were misused.

    *What the result is not.* No measure for another week. An account that is misused is not its owner.

    Parameters
    ----------
    found : sequence of Alarms
        What the rules found in one log.
    misused : sequence of str
        Accounts that were misused, as the questions showed.

    Returns
    -------
    AlarmCount
        Counts by rule, and the accounts that were missed.

    Raises
    ------
    InputError
        If no alarms are given.

    Examples
    --------
    >>> from bordercourse.resilience import night_exports, read_logs
    >>> line = '<86>1 2026-03-02T23:10:00+07:00 h b - EXPORT [u@32473 account="{}" place="A" rows="4000"]'
    >>> log = read_logs([line.format("k1"), line.format("k2")])
    >>> count_alarms([night_exports(log)], misused=["k2"])
    1 of 1 misused accounts found; 1 others were asked about
    """
    bad, rung, rows = set(misused), set[str](), []
    for each in found:
        true = int(each.table["account"].isin(bad).sum())
        rows.append((each.rule, each.looked_at, len(each.table), true, len(each.table) - true))
        rung |= set(each.accounts)
    table = pd.DataFrame(rows, columns=["rule", "looked_at", "alarms", "true", "false"])
    return AlarmCount(table, tuple(sorted(bad)), tuple(sorted(bad - rung)), len(rung - bad))
