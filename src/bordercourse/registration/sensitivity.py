"""A method run over all ranges of ages, for many populations at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Choice, Table, Whole, checked
from bordercourse.registration.age_ranges import AgeSensitivity, Fit, Method
from bordercourse.registration.ages import (
    AGE,
    BY,
    CENSUSES,
    DATES,
    DEATHS,
    SPAN,
    Stack,
    names,
    stack,
    years_between,
)
from bordercourse.registration.extinct_generations import COMPARED, EXPECTATION
from bordercourse.registration.growth_balance import (
    DEATHS_ARE,
    GROWTH,
    MIGRATION,
    DeathsAre,
    Growth,
    a_year,
    balance_of,
    balance_points,
)
from bordercourse.registration.line import LINE, Line
from bordercourse.registration.rebuilding import Compared, per_population, rebuilt_columns, summary_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["age_sensitivity"]

LINE_COLUMNS = ("completeness", "completeness_full_census", "coverage_ratio")


@checked(
    table=Table(),
    population=CENSUSES,
    deaths=DEATHS,
    dates=DATES,
    method=Choice("growth balance", "extinct generations", "hybrid"),
    between=SPAN,
    least_ages=Whole(3, 20),
    fit=Choice("r2", "rmse"),
    open_expectation=EXPECTATION,
    deaths_are=DEATHS_ARE,
    migration=MIGRATION,
    migration_are=DEATHS_ARE,
    line=LINE,
    growth=GROWTH,
    compared=COMPARED,
    age=AGE,
    by=BY,
)
def age_sensitivity(
    table: pd.DataFrame,
    *,
    population: tuple[str, str],
    deaths: str,
    dates: tuple[Any, Any],
    method: Method = "growth balance",
    between: tuple[int, int] = (15, 75),
    least_ages: int = 5,
    fit: Fit = "r2",
    open_expectation: object | None = None,
    deaths_are: DeathsAre = "yearly",
    migration: str | None = None,
    migration_are: DeathsAre = "yearly",
    line: Line = "sd",
    growth: Growth = "logarithm",
    compared: Compared = "birthdays",
    age: str = "age",
    by: str | Sequence[str] | None = None,
) -> AgeSensitivity:
    """Run a method over all ranges of ages, say which fits best, and how far the others lie from it.

    Parameters
    ----------
    table, population, deaths, dates, deaths_are, migration, migration_are, line, growth, compared, age, by
        As `growth_balance` and `extinct_generations`.
    method : {"growth balance", "extinct generations", "hybrid"}
        The hybrid takes each range for its line and for its mean.
    between : tuple of int
        Lower limits of the youngest and the oldest age to try; ages that the table does not have are left
        out.
    least_ages : int
        The fewest ages in a range. R's DDM takes 8.
    fit : {"r2", "rmse"}
        For the line of the growth balance: the squared correlation of its points, or the root of the mean
        squared distance from the line. A mean of extinct generations is always judged by the second.
    open_expectation : float or pandas.Series, optional
        As `extinct_generations`; the growth balance has no use for it.

    Returns
    -------
    AgeSensitivity

    Raises
    ------
    InputError
        As the method; also an expectation that is missing, or too few ages between the two.

    Notes
    -----
    *What the result is not.* The best fit is not the truth: ages that err alike lie well on a line. The range
    over all choices is no confidence interval; it holds no error of the censuses and no
    broken assumption. Deaths that households reported are not registered deaths.

    References
    ----------
    T. Riffe, E. Lima and B. Queiroz, R package DDM, version 1.3-21, functions ``ggbgetAgesFit`` and
    ``seggetAgesFit``: the same ages are chosen from its data. C. Murray and others (2010),
    "What can we conclude from death registration? Improved methods for evaluating completeness", PLoS
    Medicine 7(4), on how much hangs on the ages.

    Examples
    --------
    >>> from bordercourse import load
    >>> from bordercourse.registration import age_sensitivity
    >>> censuses = load("mozambique_censuses_1997_2007")
    >>> age_sensitivity(
    ...     censuses[censuses["sex"] == "female"],
    ...     population=("population_1997", "population_2007"),
    ...     deaths="household_deaths_per_year",
    ...     dates=("1997-08-01", "2007-08-01"),
    ... )
    Growth balance, ages 25 to 74 fit best: completeness 70.2% (middle 90% of 45 choices 54.2% to 85.3%)
    """
    if method != "growth balance" and open_expectation is None:
        raise InputError(
            "open_expectation",
            _("this method rebuilds the open age group from it."),
            _("Give the remaining years of life at its first age; open_age_expectation helps."),
        )
    columns = (*population, deaths, *([] if migration is None else [migration]))
    data = stack(table, age=age, by=by, columns=columns)
    t = years_between(dates)
    d = a_year(data.values[deaths], deaths_are, t)
    migrants = None if migration is None else a_year(data.values[migration], migration_are, t)
    spans = _spans(data.ages, between, least_ages)
    points = balance_points(data, population, d, migrants, t, growth)
    none = np.zeros(len(data.index))
    expectation = (
        none if method == "growth balance" else per_population(open_expectation, data.index, several=bool(by))
    )

    def rebuilt(ratio: Floats) -> Floats:
        return rebuilt_columns(data, population, d, migrants, t, expectation, ratio, none, compared)[
            "completeness"
        ]

    plain = rebuilt(none + 1) if method == "extinct generations" else none
    found = []
    for first, last in spans:  # over ranges, not over populations
        used = (data.ages >= first) & (data.ages <= last)
        x, y = points["death_rate"][:, used], points["residual"][:, used]
        if method == "extinct generations":
            found.append({**_by_mean(plain[:, used]), "coverage_ratio": none + 1})
            continue
        line_of = balance_of(x, y, t, line)
        if method == "hybrid":
            ratio = line_of["coverage_ratio"]
            found.append({**_by_mean(rebuilt(ratio)[:, used]), "coverage_ratio": ratio})
            continue
        apart = y - line_of["intercept"][:, None] - line_of["slope"][:, None] * x
        found.append(
            {
                **{name: line_of[name] for name in LINE_COLUMNS},
                "r2": line_of["correlation"] ** 2,
                "rmse": np.sqrt((apart**2).mean(axis=1)),
            }
        )
    judge: Fit = fit if method == "growth balance" else "rmse"
    return AgeSensitivity(_surface(data, spans, found, judge), names(by), method, judge, notes=data.notes)


def _spans(ages: NDArray[np.int64], between: tuple[int, int], least: int) -> list[tuple[int, int]]:
    inside = [int(a) for a in ages[1:-1] if between[0] <= a <= between[1]]
    spans = [(a, b) for i, a in enumerate(inside) for b in inside[i + least - 1 :]]
    if not spans:
        raise InputError(
            "between",
            _("{first} to {last} leaves {n} ages, and a range needs {least}.").format(
                first=between[0], last=between[1], n=len(inside), least=least
            ),
            _("Take more ages, or lower least_ages."),
        )
    return spans


def _by_mean(chosen: Floats) -> dict[str, Floats]:
    mean = summary_of(chosen)["completeness"]
    apart = np.sqrt(((chosen - mean[:, None]) ** 2).mean(axis=1))
    return {"completeness": mean, "r2": np.full_like(mean, np.nan), "rmse": apart}


def _surface(
    data: Stack, spans: list[tuple[int, int]], found: list[dict[str, Floats]], fit: Fit
) -> pd.DataFrame:
    n = len(data.index)
    keys = pd.DataFrame(spans, columns=["first", "last"])
    keys["ages"] = (keys["last"] - keys["first"]) // 5 + 1
    surface = keys.loc[keys.index.repeat(n)].reset_index(drop=True)
    for name in found[0]:
        surface[name] = np.concatenate([one[name] for one in found])
    code = np.tile(np.arange(n), len(spans))
    score = (surface["rmse"] if fit == "rmse" else -surface["r2"]).fillna(np.inf)
    # Of two that fit alike, the longer: it leans on more ages.
    order = pd.DataFrame({"code": code, "score": score, "ages": -surface["ages"]}).sort_values(
        ["code", "score", "ages"], kind="stable"
    )
    surface["chosen"] = surface.index.isin(order.drop_duplicates("code").index)
    if data.index.names[0]:
        populations = data.index.take(code).to_frame(index=False)
        surface = pd.concat([populations, surface], axis=1)
    order_of = np.lexsort((surface["last"], surface["first"], code))
    return surface.iloc[order_of].reset_index(drop=True)
