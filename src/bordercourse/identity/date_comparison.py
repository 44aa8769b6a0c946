"""How two dates of birth agree, and the usual slip that would explain a difference."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.identity.dates import CivilDate, swap_day_and_month
from bordercourse.inputs import A, checked
from bordercourse.results import Result

__all__ = ["DateComparison", "compare_dates"]

_DATE = A(CivilDate, do=mark("Read the date with read_date or age_only first."))

# Written for an unknown day: 1 January in many registers, 1 July in those that follow a mid-year rule.
_DEFAULTS = ((1, 1), (7, 1))


def _month_day(day: dt.date) -> tuple[int, int]:
    return day.month, day.day


@dataclass(frozen=True, repr=False)
class DateComparison(Result):
    """How two written dates agree: one word, one sentence.

    Attributes
    ----------
    left, right : CivilDate
        The dates compared.
    level : str
        "same", "possible", "swapped", "default", "calendar", "slip" or "different".
    reason : str
        The level in a sentence.
    """

    left: CivilDate
    right: CivilDate
    level: str
    reason: str

    def sentence(self) -> str:
        """Return both dates, the level and its reason."""
        return f"{self.left.written} / {self.right.written}: {self.level}. {self.reason}"


@checked(left=_DATE, right=_DATE)
def compare_dates(left: CivilDate, right: CivilDate) -> DateComparison:
    """Compare two dates of birth and name the usual slip that would explain a difference.

    Parameters
    ----------
    left, right : CivilDate
        From `read_date` or `age_only`.

    Returns
    -------
    DateComparison
        "same" day; "possible" (the ranges overlap); day and month "swapped"; same year and one is
        the "default" of 1 January or 1 July; 543 or 544 years apart, a "calendar" not converted; one digit
        different, a "slip"; "different".

    Examples
    --------
    >>> from bordercourse.identity import read_date
    >>> compare_dates(read_date("3/4/1990"), read_date("4/3/1990")).level
    'swapped'
    >>> compare_dates(read_date("1/1/1990"), read_date("4/3/1990")).reason
    'Same year, and one is 1 January, which many offices write when the day is not known.'
    """
    a, b = left.earliest, right.earliest
    if left.exact and right.exact:
        if a == b:
            level, reason = "same", _("The same day.")
        elif swap_day_and_month(a) == b:
            level, reason = "swapped", _("Day and month are exchanged.")
        elif a.year == b.year and (default := next((d for d in (a, b) if _month_day(d) in _DEFAULTS), None)):
            level = "default"
            reason = _(
                "Same year, and one is {day}, which many offices write when the day is not known."
            ).format(day=_("1 January") if default.month == 1 else _("1 July"))
        elif abs(a.year - b.year) in {543, 544} and (a.month, a.day) == (b.month, b.day):
            level, reason = "calendar", _("One year stands in the Buddhist Era and was not converted.")
        elif sum(x != y for x, y in zip(a.isoformat(), b.isoformat(), strict=True)) == 1:
            level, reason = "slip", _("One digit differs.")
        else:
            level, reason = "different", _("The dates differ, and no usual slip explains it.")
    elif any(f <= last and first <= t for f, t in left.possible for first, last in right.possible):
        level, reason = "possible", _("One of them is not exact, and both can mean the same day.")
    else:
        level, reason = "different", _("No day fits both.")
    return DateComparison(left, right, level, reason)
