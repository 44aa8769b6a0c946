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

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BrigadePlan", "brigade_rates", "constraint_prices", "greedy_plan", "plan_brigades"]

_COLUMNS = (
    "district",
    "per_day",
    "full_days",
    "max_days",
    "cost_day",
    "cost_travel",
    "female_share",
    "distance_km",
)


@dataclass(frozen=True, repr=False)
class BrigadePlan:
    """Days for each district.

    `table`: district, days, registrations, female (registrations of girls and women), cost,
    distance_km. Registrations are what the assumptions give, not a promise.
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

    def __str__(self) -> str:
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

    __repr__ = __str__

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the days of each district, the nearest first."""
        from bordercourse.plotting import COLOURS, axes, label

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


def _check(districts: pd.DataFrame, budget: float) -> pd.DataFrame:
    missing = [c for c in _COLUMNS if c not in districts.columns]
    if missing:
        raise InputError(
            "districts",
            _("it has no column {name!r}.").format(name=missing[0]),
            _("It needs {names}.").format(names=", ".join(_COLUMNS)),
        )
    frame = pd.DataFrame({c: districts[c] for c in _COLUMNS}).reset_index(drop=True)
    if frame.empty or frame["district"].duplicated().any():
        raise InputError("districts", _("it is empty, or a district stands twice."), _("One row a district."))
    for column in _COLUMNS[1:]:
        values = frame[column].to_numpy(dtype=float)
        top = 1.0 if column == "female_share" else np.inf
        if np.isnan(values).any() or (values < 0).any() or (values > top).any():
            raise InputError(
                column, _("a value is missing, negative or too large."), _("Give numbers of zero or more.")
            )
        frame[column] = values
    if not (np.isfinite(budget) and budget >= 0):
        raise InputError("budget", f"{budget}.", _("Give an amount of zero or more."))
    for column in ("full_days", "max_days"):
        if (frame[column] % 1 != 0).any():
            raise InputError(column, _("a number of days is not whole."), _("Give whole days."))
    return frame


def _yield(frame: pd.DataFrame, days: np.ndarray[Any, Any], later: float) -> np.ndarray[Any, Any]:
    full = np.minimum(days, frame["full_days"].to_numpy())
    return np.asarray(frame["per_day"].to_numpy() * (full + later * (days - full)))


def _plan(
    frame: pd.DataFrame, days: np.ndarray[Any, Any], later: float, budget: float, rules: tuple[str, ...]
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

    frame = _check(districts, budget)
    later = _share("later_yield", later_yield)
    n = len(frame)
    full = np.minimum(frame["full_days"], frame["max_days"]).to_numpy(dtype=float)
    most = frame["max_days"].to_numpy(dtype=float)
    rate = frame["per_day"].to_numpy(dtype=float)
    women = frame["female_share"].to_numpy(dtype=float)
    # Variables: first days, later days, whether the brigade goes, whether all first days are used.
    gain = np.concatenate([rate, later * rate, np.zeros(2 * n)])
    zero, eye = np.zeros((n, n)), np.eye(n)
    day_cost, travel = frame["cost_day"].to_numpy(), frame["cost_travel"].to_numpy()
    rows = [
        LinearConstraint(np.concatenate([day_cost, day_cost, travel, np.zeros(n)])[None, :], -np.inf, budget)
    ]
    rows.append(LinearConstraint(np.hstack([eye, eye, -np.diag(most), zero]), -np.inf, 0))
    # A later day comes after all first days; a rule on shares could otherwise gain by calling
    # a good day in a district of boys a later one.
    rows.append(LinearConstraint(np.hstack([zero, eye, zero, -np.diag(most)]), -np.inf, 0))
    rows.append(LinearConstraint(np.hstack([eye, zero, zero, -np.diag(full)]), 0, np.inf))
    rules = []
    all_days = np.concatenate([np.ones(2 * n), np.zeros(2 * n)])
    if days_available is not None:
        if not isinstance(days_available, (int, np.integer)) or days_available < 0:
            raise InputError("days_available", f"{days_available!r}.", _("Give whole days."))
        rows.append(LinearConstraint(all_days[None, :], 0, days_available))
    if female_share is not None:
        wanted = _share("female_share", female_share)
        rules.append(_("at least {p:.0%} girls and women").format(p=wanted))
        lead = np.tile(women - wanted, 2) * gain[: 2 * n]
        rows.append(LinearConstraint(np.concatenate([lead, np.zeros(2 * n)])[None, :], 0, np.inf))
    if far_share is not None:
        wanted = _share("far_share", far_share)
        rules.append(_("at least {p:.0%} of days to the farthest third").format(p=wanted))
        far = _farthest_third(frame)
        lead = np.tile(far - wanted, 2)
        rows.append(LinearConstraint(np.concatenate([lead, np.zeros(2 * n)])[None, :], 0, np.inf))
    if not isinstance(min_days, (int, np.integer)) or min_days < 0:
        raise InputError("min_days", f"{min_days!r}.", _("Give whole days of zero or more."))
    if min_days:
        rules.append(_("at least {n} days in every district").format(n=min_days))
        rows.append(LinearConstraint(np.hstack([eye, eye, zero, zero]), np.minimum(min_days, most), np.inf))
    result = milp(
        -gain,
        constraints=rows,
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
    return _plan(frame, days, later, budget, tuple(rules))


def _share(name: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise InputError(name, f"{value!r}.", _("Give a share from 0 to 1."))
    return float(value)


def _farthest_third(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    count = max(1, len(frame) // 3)
    farthest = frame["distance_km"].sort_values(ascending=False, kind="stable").index[:count]
    return np.asarray(frame.index.isin(farthest), dtype=float)


def greedy_plan(
    districts: pd.DataFrame, budget: float, *, later_yield: float = 0.5, days_available: int | None = None
) -> BrigadePlan:
    """Plan as an office often does: always add the day that brings most for its money.

    The first day in a district carries the cost of travel, so a far district looks dear and is
    never begun, although many days there would pay. See `plan_brigades` for the parameters.
    """
    frame = _check(districts, budget)
    later = _share("later_yield", later_yield)
    days = np.zeros(len(frame))
    left = float(budget)
    while days_available is None or days.sum() < days_available:
        best, choice = 0.0, -1
        for i in range(len(frame)):
            if days[i] >= frame["max_days"].iloc[i]:
                continue
            price = frame["cost_day"].iloc[i] + (frame["cost_travel"].iloc[i] if days[i] == 0 else 0)
            gain = frame["per_day"].iloc[i] * (1 if days[i] < frame["full_days"].iloc[i] else later)
            worth = gain / max(price, 1e-12)
            if price <= left + 1e-9 and worth > best:
                best, choice = worth, i
        if choice < 0:
            break
        left -= frame["cost_day"].iloc[choice] + (
            frame["cost_travel"].iloc[choice] if days[choice] == 0 else 0
        )
        days[choice] += 1
    return _plan(frame, days, later, budget, (_("greedy"),))


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


def brigade_rates(work: pd.DataFrame, *, full_days: int = 5, most_days: int = 30) -> pd.DataFrame:
    """Turn a year of brigade work into one planning row a district.

    Parameters
    ----------
    work : DataFrame
        The table ``mozambique_brigades``, or one with the same columns.
    full_days : int
        Days of a visit that count as first days.
    most_days : int
        Days that could be worked in a district if no day were closed.

    Returns
    -------
    DataFrame
        The columns that `plan_brigades` needs. per_day is the mean of the first days that were
        open; max_days is `most_days` times the share of planned days that were open; costs are
        in the currency of the table.

    Raises
    ------
    InputError
        If there is no brigade day.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> brigade_rates(load("mozambique_brigades"))[["district", "per_day", "max_days"]].head(2)
      district    per_day  max_days
    0      D01  53.793103        29
    1      D02  76.962963        27
    """
    brigade = pd.DataFrame(work[work["channel"] == "brigade"])
    if brigade.empty:
        raise InputError("work", _("it has no brigade day."), 'Use load("mozambique_brigades").')
    counted = [c for c in brigade.columns if c.endswith(("_girls", "_boys"))]
    female = [c for c in counted if c.endswith("_girls")]
    rows = []
    for district, part in brigade.groupby("district", sort=True):
        is_open = part["open"].astype(bool)
        done = part[is_open]
        first = done[done["day_of_visit"] <= full_days]
        later_cost = float(done.loc[done["day_of_visit"] > 1, "cost_mzn"].astype(float).mean())
        start_cost = float(done.loc[done["day_of_visit"] == 1, "cost_mzn"].astype(float).mean())
        rows.append(
            {
                "district": str(district),
                "per_day": float(first[counted].astype(float).sum(axis=1).mean()),
                "full_days": full_days,
                "max_days": int(most_days * is_open.mean()),
                "cost_day": later_cost,
                "cost_travel": max(0.0, start_cost - later_cost),
                "female_share": float(
                    done[female].astype(float).sum().sum() / done[counted].astype(float).sum().sum()
                ),
                "distance_km": float(part["distance_km"].iloc[0]),
            }
        )
    return pd.DataFrame(rows)
