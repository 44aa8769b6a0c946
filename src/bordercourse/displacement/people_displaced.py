"""Movements in a period, and people displaced on a day: two types, so that nobody adds one to the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Day, Number, Several, Text, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["DisplacementFlow", "DisplacementStock", "stock_after"]


def _refuse(one: object, other: object) -> NoReturn:
    kinds = {DisplacementFlow: _("a flow"), DisplacementStock: _("a stock")}
    names = [kinds.get(type(each), _("a bare number")) for each in (one, other)]
    raise InputError(
        _("sum"),
        _("{a} and {b} do not add: one counts movements in a period, the other people on a day.").format(
            a=names[0], b=names[1]
        )
        if names[0] != names[1]
        else _("these two do not add."),
        _("Add flows to flows and stocks to stocks, or follow a stock through a period with stock_after."),
    )


@checked(movements=Number(low=0), place=Text(), begins=Day(), ends=Day(), notes=Several(Text()))
@dataclass(frozen=True, repr=False)
class DisplacementFlow(Result):
    """Movements in a period. A person who flees twice is two movements.

    Flows add where the place is the same and one period follows on the other without a gap, or where the
    period is the same and the places differ. Everything else is refused.

    Parameters
    ----------
    movements : float
        Movements, not people.
    place : str
        Where they began.
    begins, ends : date
        First and last day of the period, both included.
    notes : tuple of str
        What to know about the number, a sentence each.

    Raises
    ------
    InputError
        If the period ends before it begins; and by ``+`` where two things do not add.

    Examples
    --------
    >>> year = DisplacementFlow(640_000, "a country", "2023-01-01", "2023-12-31")
    >>> year + DisplacementStock(74_827, "a country", "2023-03-28")
    Traceback (most recent call last):
        ...
    bordercourse.errors.InputError: sum: a flow and a stock do not add: one counts movements in a period, ...
    """

    movements: float
    place: str
    begins: dt.date | str
    ends: dt.date | str

    def __post_init__(self) -> None:
        if pd.Timestamp(self.ends) < pd.Timestamp(self.begins):
            raise InputError("ends", _("it lies before begins."), _("Give the last day of the period."))

    def __add__(self, other: Any) -> DisplacementFlow:
        if not isinstance(other, DisplacementFlow):
            _refuse(self, other)
        same_period = (self.begins, self.ends) == (other.begins, other.ends)
        first, second = sorted((self, other), key=lambda flow: pd.Timestamp(flow.begins))
        follows = pd.Timestamp(first.ends) + pd.Timedelta(days=1) == pd.Timestamp(second.begins)
        total = self.movements + other.movements
        if self.place == other.place and follows:
            return replace(first, movements=total, ends=second.ends)
        if same_period and _apart(self.place, other.place):
            return replace(self, movements=total, place=f"{self.place} + {other.place}")
        raise InputError(
            _("sum"),
            _("these flows overlap, or leave a gap between them."),
            _("Add periods that follow on each other for one place, or places for one period."),
        )

    def __radd__(self, other: Any) -> DisplacementFlow:
        return self if isinstance(other, int) and other == 0 else _refuse(other, self)  # sum() begins with 0

    def sentence(self) -> str:
        """Return the flow in one line."""
        return _("{n:,.0f} movements, {p}, {a:%Y-%m-%d} to {b:%Y-%m-%d} (a flow)").format(
            n=self.movements, p=self.place, a=self.begins, b=self.ends
        )


@checked(people=Number(low=0), place=Text(), on=Day(), notes=Several(Text()))
@dataclass(frozen=True, repr=False)
class DisplacementStock(Result):
    """People displaced on a day. It says nothing of how many fled before and went back.

    Stocks add where the day is the same and the places differ. Two days of one place are two pictures of the
    same people, and are refused.

    Parameters
    ----------
    people : float
        People.
    place : str
        Where they are.
    on : date
        The day.
    notes : tuple of str
        What to know about the number, a sentence each.

    Raises
    ------
    InputError
        By ``+`` where two things do not add.

    Examples
    --------
    >>> DisplacementStock(146_000, "sites", "2019-04-01")
    146,000 people displaced, sites, on 2019-04-01 (a stock)
    """

    people: float
    place: str
    on: dt.date | str

    def __add__(self, other: Any) -> DisplacementStock:
        if not isinstance(other, DisplacementStock):
            _refuse(self, other)
        if self.on == other.on and _apart(self.place, other.place):
            return replace(self, people=self.people + other.people, place=f"{self.place} + {other.place}")
        raise InputError(
            _("sum"),
            _("two days, or one place twice, would count the same people again."),
            _("Add stocks of different places on the same day."),
        )

    def __radd__(self, other: Any) -> DisplacementStock:
        return self if isinstance(other, int) and other == 0 else _refuse(other, self)

    def sentence(self) -> str:
        """Return the stock in one line."""
        return _("{n:,.0f} people displaced, {p}, on {d:%Y-%m-%d} (a stock)").format(
            n=self.people, p=self.place, d=self.on
        )


def _apart(one: str, other: str) -> bool:
    """Return whether no place stands in both names; a sum of places names them with a plus sign."""
    return not set(one.split(" + ")) & set(other.split(" + "))


@checked(
    stock=A(DisplacementStock, do=mark("Make it with DisplacementStock(...).")),
    displaced=A(DisplacementFlow, do=mark("Make it with DisplacementFlow(...).")),
    ended=A(DisplacementFlow, do=mark("Make it with DisplacementFlow(...).")),
)
def stock_after(
    stock: DisplacementStock, displaced: DisplacementFlow, ended: DisplacementFlow
) -> DisplacementStock:
    """Return the stock at the end of a period: who was displaced, plus who fled, less who found an end to it.

    *What the result is not.* No count: movements are not people, and who fled twice without going home in
    between is counted twice. A stock that was counted on the day is better, and the difference is a finding.

    Parameters
    ----------
    stock : DisplacementStock
        People displaced on the day before the period begins.
    displaced, ended : DisplacementFlow
        Movements into displacement, and out of it (return, settling elsewhere, death), in one period.

    Returns
    -------
    DisplacementStock
        At the last day of the period.

    Raises
    ------
    InputError
        If place or period do not fit, or more leave than were there.

    Examples
    --------
    >>> begin = DisplacementStock(1_000, "north", "2023-12-31")
    >>> year = ("north", "2024-01-01", "2024-12-31")
    >>> stock_after(begin, DisplacementFlow(5_000, *year), DisplacementFlow(5_600, *year))
    400 people displaced, north, on 2024-12-31 (a stock)
    """
    periods = {(flow.place, flow.begins, flow.ends) for flow in (displaced, ended)}
    next_day = pd.Timestamp(stock.on) + pd.Timedelta(days=1)
    if len(periods) > 1 or stock.place != displaced.place or next_day != pd.Timestamp(displaced.begins):
        raise InputError(
            "displaced",
            _("place or period does not fit the stock."),
            _("Give flows of the same place and period, from the day after the stock on."),
        )
    people = stock.people + displaced.movements - ended.movements
    if people < 0:
        raise InputError(
            "ended",
            _("more movements end than people were displaced."),
            _("Look for movements counted twice, or for another place."),
        )
    return replace(stock, people=people, on=displaced.ends)
