"""Brigade days over districts under a budget: the best plan, and what each fair rule costs.

The plan is an exact integer programme (SciPy's HiGHS, no gap allowed), so that a difference
between two plans is a difference between rules and not between searches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import (
    Labels,
    Named,
    Number,
    Numbers,
    Share,
    Table,
    Whole,
    checked,
)
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = tuple[Floats, Any, Any]  # matrix of a constraint, its least and its most

__all__ = ["BrigadePlan", "constraint_prices", "greedy_plan", "plan_brigades"]

DISTRICTS = Table(
    holds={
        "district": Labels(),
        "per_day": Numbers(low=0),
        "full_days": Numbers(low=0, whole=True),
        "max_days": Numbers(low=0, whole=True),
        "cost_day": Numbers(low=0),
        "cost_travel": Numbers(low=0),
        "female_share": Numbers(0, 1, do=mark("Give a share between 0 and 1, not a percentage.")),
        "distance_km": Numbers(low=0),
    }
)
MONEY = Number(low=0)


@dataclass(frozen=True, repr=False)
class BrigadePlan(Result):
    """Days for each district. Registrations are what the assumptions give, not a promise.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a district: district, days, registrations, female (registrations of girls and women), cost,
        distance_km.
    rules : tuple of str
        The rules that the plan keeps, in words.
    budget : float
        Money that could be spent.
    """

    table: pd.DataFrame
    rules: tuple[str, ...]
    budget: float

    @property
    def registrations(self) -> float:
        """Registrations in all districts."""
        return float(self.table["registrations"].sum())

    @property
    def female_share(self) -> float:
        """Share of girls and women among the registrations; not a number if there are none."""
        total = self.registrations
        return float(self.table["female"].sum() / total) if total else float("nan")

    @property
    def far_share(self) -> float:
        """Share of the days in the farthest third of the districts; not a number if there are no days."""
        days = self.table["days"].to_numpy(dtype=float)
        return float(days @ _farthest_third(self.table) / days.sum()) if days.sum() else float("nan")

    @property
    def cost(self) -> float:
        """Money spent."""
        return float(self.table["cost"].sum())

    @property
    def days(self) -> dict[str, int]:
        """Days by district."""
        return {str(d): int(n) for d, n in zip(self.table["district"], self.table["days"], strict=True)}

    def sentence(self) -> str:
        """Return registrations, districts, days and cost in one line."""
        return _(
            "{n:,.0f} registrations in {d} of {all} districts, {days} days, cost {cost:,.0f} of {budget:,.0f}"
        ).format(
            n=self.registrations,
            d=int((self.table["days"] > 0).sum()),
            all=len(self.table),
            days=int(self.table["days"].sum()),
            cost=self.cost,
            budget=self.budget,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the days of each district, the nearest first."""
        ax = axes(ax)
        ordered = self.table.sort_values("distance_km", kind="stable")
        names = [
            f"{d} ({k:.0f} km)" for d, k in zip(ordered["district"], ordered["distance_km"], strict=True)
        ]
        ax.barh(names, ordered["days"], color=COLOURS["blue"])
        ax.invert_yaxis()
        empty = int((ordered["days"] == 0).sum())
        return label(
            ax,
            title=_("{n:,.0f} registrations; {empty} districts get no day").format(
                n=self.registrations, empty=empty
            ),
            x=_("Brigade days"),
            y=_("District and distance"),
        )


def _districts(districts: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a plan, one row a district."""
    frame = pd.DataFrame({c: districts[c] for c in DISTRICTS.holds}).reset_index(drop=True)
    if frame["district"].duplicated().any():
        raise InputError("districts", _("a district stands twice."), _("Give one row a district."))
    return frame


def _yield(frame: pd.DataFrame, days: Floats, later: float) -> Floats:
    full = np.minimum(days, frame["full_days"].to_numpy())
    return np.asarray(frame["per_day"].to_numpy() * (full + later * (days - full)))


def _plan(
    frame: pd.DataFrame, days: Floats, later: float, budget: float, rules: tuple[str, ...]
) -> BrigadePlan:
    registered = _yield(frame, days, later)
    cost = frame["cost_day"].to_numpy() * days + frame["cost_travel"].to_numpy() * (days > 0)
    table = pd.DataFrame(
        {
            "district": frame["district"],
            "days": days.astype("int64"),
            "registrations": registered,
            "female": registered * frame["female_share"].to_numpy(),
            "cost": cost,
            "distance_km": frame["distance_km"],
        }
    )
    return BrigadePlan(table, rules, float(budget))


@checked(
    districts=DISTRICTS,
    budget=MONEY,
    later_yield=Share(),
    days_available=Whole(low=0),
    female_share=Share(),
    far_share=Share(),
    min_days=Whole(low=0),
)
def plan_brigades(
    districts: pd.DataFrame,
    budget: float,
    *,
    later_yield: float = 0.5,
    days_available: int | None = None,
    female_share: float | None = None,
    far_share: float | None = None,
    min_days: int = 0,
) -> BrigadePlan:
    """Find the plan with most registrations under a budget and under rules of fairness.

    Parameters
    ----------
    districts : DataFrame
        One row a district: district (name), per_day (registrations on one of the first days),
        full_days (days until most people who live near have come), max_days (days that roads
        and security allow), cost_day and cost_travel (money for each day, and once if the
        brigade goes at all), female_share (of registrations, 0 to 1), distance_km.
    budget : float
        Money.
    later_yield : float
        What a day after `full_days` brings, as a share of a first day, 0 to 1.
    days_available : int, optional
        Days that the brigades have in all.
    female_share : float, optional
        Rule: at least this share of registrations is of girls and women.
    far_share : float, optional
        Rule: at least this share of the days goes to the farthest third of the districts.
    min_days : int
        Rule: every district gets at least so many days, or its `max_days` if that is less.

    Returns
    -------
    BrigadePlan
        Proved best by the solver (no gap). With equal plans, one of them.

    Raises
    ------
    InputError
        If a column is missing or a number is impossible, or if no plan keeps all rules.

    Notes
    -----
    A mixed integer programme of the kind "fixed charge": the journey is paid once, if the brigade goes at
    all. It is solved by HiGHS [1]_ without any gap. *What the result is not:* a forecast. Yields,
    roads and safety are assumptions, and a rule on shares leans on shares that are partly chance.

    References
    ----------
    .. [1] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method", *Mathematical
       Programming Computation* 10(1), 119-142, 2018. The solver is `scipy.optimize.milp`.

    Examples
    --------
    A near district tempts; a far one, once reached, brings more for the money.

    >>> districts = pd.DataFrame({
    ...     "district": ["near", "far"], "per_day": [50, 60], "full_days": [4, 10],
    ...     "max_days": [4, 10], "cost_day": [100, 80], "cost_travel": [0, 200],
    ...     "female_share": [0.4, 0.5], "distance_km": [5, 120]})
    >>> plan_brigades(districts, budget=1000)
    600 registrations in 1 of 2 districts, 10 days, cost 1,000 of 1,000
    >>> greedy_plan(districts, budget=1000)
    500 registrations in 2 of 2 districts, 9 days, cost 1,000 of 1,000
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    frame = _districts(districts)
    n = len(frame)
    full = np.minimum(frame["full_days"], frame["max_days"]).to_numpy()
    most = frame["max_days"].to_numpy()
    rows = _limits(frame, full, most, budget)
    all_days = np.concatenate([np.ones(2 * n), np.zeros(2 * n)])
    if days_available is not None:
        rows.append((all_days[None, :], 0, days_available))
    gain = np.concatenate([frame["per_day"], later_yield * frame["per_day"], np.zeros(2 * n)])
    fair, rules = _fairness(frame, gain, female_share, far_share)
    rows += fair
    if min_days:
        rules.append(_("at least {n} days in every district").format(n=min_days))
        each = np.hstack([np.eye(n), np.eye(n), np.zeros((n, 2 * n))])
        rows.append((each, np.minimum(min_days, most), np.inf))
    result = milp(
        -gain,
        constraints=[LinearConstraint(*row) for row in rows],
        bounds=Bounds(np.zeros(4 * n), np.concatenate([full, most, np.ones(2 * n)])),
        integrality=np.ones(4 * n),
        options={"mip_rel_gap": 0},
    )
    if result.x is None:
        raise InputError(
            "budget",
            _("no plan keeps all rules with {b:,.0f}: {rules}.").format(b=budget, rules="; ".join(rules)),
            _("Raise the budget or loosen a rule."),
        )
    days = np.round(result.x[:n] + result.x[n : 2 * n])
    return _plan(frame, days, later_yield, budget, tuple(rules))


def _limits(frame: pd.DataFrame, full: Floats, most: Floats, budget: float) -> list[Rows]:
    """Return the constraints of money and days.

    The variables are first days, later days, whether the brigade goes, and whether all first days are used.
    """
    n = len(frame)
    zero, eye = np.zeros((n, n)), np.eye(n)
    day, travel = frame["cost_day"].to_numpy(), frame["cost_travel"].to_numpy()
    return [
        (np.concatenate([day, day, travel, np.zeros(n)])[None, :], -np.inf, budget),
        (np.hstack([eye, eye, -np.diag(most), zero]), -np.inf, 0),
        # A later day comes after all first days; a rule on shares could otherwise gain by calling
        # a good day in a district of boys a later one.
        (np.hstack([zero, eye, zero, -np.diag(most)]), -np.inf, 0),
        (np.hstack([eye, zero, zero, -np.diag(full)]), 0, np.inf),
    ]


def _fairness(
    frame: pd.DataFrame, gain: Floats, female_share: float | None, far_share: float | None
) -> tuple[list[Rows], list[str]]:
    """Return the rules on shares, as constraints and in words."""
    rest = np.zeros(2 * len(frame))
    rows: list[Rows] = []
    rules = []
    if female_share is not None:
        rules.append(_("at least {p:.0%} girls and women").format(p=female_share))
        lead = np.tile(frame["female_share"] - female_share, 2) * gain[: 2 * len(frame)]
        rows.append((np.concatenate([lead, rest])[None, :], 0, np.inf))
    if far_share is not None:
        rules.append(_("at least {p:.0%} of days to the farthest third").format(p=far_share))
        lead = np.tile(_farthest_third(frame) - far_share, 2)
        rows.append((np.concatenate([lead, rest])[None, :], 0, np.inf))
    return rows, rules


def _farthest_third(frame: pd.DataFrame) -> Floats:
    count = max(1, len(frame) // 3)
    farthest = frame["distance_km"].sort_values(ascending=False, kind="stable").index[:count]
    return np.asarray(frame.index.isin(farthest), dtype=float)


@checked(districts=DISTRICTS, budget=MONEY, later_yield=Share(), days_available=Whole(low=0))
def greedy_plan(
    districts: pd.DataFrame, budget: float, *, later_yield: float = 0.5, days_available: int | None = None
) -> BrigadePlan:
    """Plan as an office often does: always add the day that brings most for its money.

    The first day in a district carries the cost of travel, so a far district looks dear and is
    never begun, although many days there would pay.

    Parameters
    ----------
    districts, budget, later_yield, days_available
        As for `plan_brigades`.

    Returns
    -------
    BrigadePlan

    Raises
    ------
    InputError
        If a column is missing or a number is impossible.

    Examples
    --------
    >>> districts = pd.DataFrame({
    ...     "district": ["near", "far"], "per_day": [50, 60], "full_days": [4, 10],
    ...     "max_days": [4, 10], "cost_day": [100, 80], "cost_travel": [0, 200],
    ...     "female_share": [0.4, 0.5], "distance_km": [5, 120]})
    >>> greedy_plan(districts, budget=300).days
    {'near': 3, 'far': 0}
    """
    frame = _districts(districts)
    columns = ("per_day", "full_days", "max_days", "cost_day", "cost_travel")
    per_day, full, most, cost_day, travel = (frame[column].to_numpy() for column in columns)
    days = np.zeros(len(frame))
    left = budget
    while days_available is None or days.sum() < days_available:
        price = cost_day + np.where(days == 0, travel, 0)
        gain = per_day * np.where(days < full, 1, later_yield)
        open_now = (days < most) & (price <= left + 1e-9) & (gain > 0)
        if not open_now.any():
            break
        best = int(np.argmax(np.where(open_now, gain / np.maximum(price, 1e-12), -1)))
        left -= price[best]
        days[best] += 1
    return _plan(frame, days, later_yield, budget, (_("greedy"),))


@checked(
    districts=DISTRICTS,
    budget=MONEY,
    rules=Named(
        female_share=Share(),
        far_share=Share(),
        min_days=Whole(low=0),
        later_yield=Share(),
        days_available=Whole(low=0),
    ),
)
def constraint_prices(districts: pd.DataFrame, budget: float, **rules: Any) -> pd.DataFrame:
    """Say what each rule of fairness costs, in registrations.

    Parameters
    ----------
    districts, budget
        As for `plan_brigades`.
    **rules
        Any of female_share, far_share, min_days; other arguments hold for every plan.

    Returns
    -------
    DataFrame
        One row a rule, kept alone, then all together: rule, registrations, price (registrations
        given up against the plan without rules), female_share, far_share (of days, in the farthest
        third of the districts), districts_reached.

    Raises
    ------
    InputError
        If no rule is given, or as `plan_brigades`.

    Notes
    -----
    A price of zero means that the best plan was fair already. A price is no reason against a
    rule: who is registered matters, and not only how many.

    Examples
    --------
    >>> districts = pd.DataFrame({
    ...     "district": ["near", "east", "north"], "per_day": [50, 40, 40], "full_days": [6, 5, 5],
    ...     "max_days": [6, 5, 5], "cost_day": [80, 90, 90], "cost_travel": [0, 150, 150],
    ...     "female_share": [0.4, 0.55, 0.5], "distance_km": [5, 120, 90]})
    >>> constraint_prices(districts, 900, female_share=0.45, min_days=1)[["rule", "price"]].values.tolist()
    [['none', 0.0], ['female_share', 60.0], ['min_days', 90.0], ['all', 100.0]]
    """
    fair = {k: v for k, v in rules.items() if k in {"female_share", "far_share", "min_days"}}
    fixed = {k: v for k, v in rules.items() if k not in fair}
    if not fair:
        raise InputError("rules", _("there is none."), _("Give female_share, far_share or min_days."))
    sets: list[tuple[str, dict[str, Any]]] = [("none", {})]
    sets += [(name, {name: value}) for name, value in fair.items()]
    if len(fair) > 1:
        sets.append(("all", fair))
    rows = []
    for name, chosen in sets:
        plan = plan_brigades(districts, budget, **fixed, **chosen)
        rows.append(
            {
                "rule": name,
                "registrations": plan.registrations,
                "female_share": plan.female_share,
                "far_share": plan.far_share,
                "districts_reached": int((plan.table["days"] > 0).sum()),
            }
        )
    out = pd.DataFrame(rows)
    out.insert(2, "price", (out["registrations"].iloc[0] - out["registrations"]).round(9))
    return out
