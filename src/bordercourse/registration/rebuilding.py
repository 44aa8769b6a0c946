"""People rebuilt from the deaths of later ages: the arithmetic of extinct generations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import shown
from bordercourse.registration.ages import Stack, age_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Compared = Literal["birthdays", "groups"]

__all__ = ["Compared", "rebuild", "rebuilt_columns", "summary_of"]


def rebuilt_columns(
    data: Stack,
    population: tuple[str, str],
    deaths: Floats,
    migrants: Floats | None,
    t: float,
    expectation: Floats,
    ratio: Floats,
    delta: Floats,
    compared: Compared,
) -> dict[str, Floats]:
    """Return the columns of the points, as arrays of shape (populations, ages), with deaths a year.

    The first census is divided by `ratio`, and `delta` is added to every growth rate.
    """
    n1, n2 = data.values[population[0]] / ratio[:, None], data.values[population[1]]
    lived = np.sqrt(n1 * n2)
    growth = np.log(n2 / n1) / t + delta[:, None]
    if migrants is not None:
        growth = growth - migrants / lived
    rebuilt = np.empty_like(deaths)
    z = growth[:, -1] * expectation
    rebuilt[:, -1] = deaths[:, -1] * (np.exp(z) - z**2 / 6)
    for a in range(deaths.shape[1] - 2, -1, -1):  # over ages, not over populations
        half = np.exp(2.5 * growth[:, a])
        rebuilt[:, a] = rebuilt[:, a + 1] * half**2 + deaths[:, a] * half
    counted = np.full_like(deaths, np.nan)
    if compared == "groups":
        counted[:, 1:-1] = lived[:, 1:-1]
        rebuilt[:, :-1] = 2.5 * (rebuilt[:, :-1] + rebuilt[:, 1:])
    else:
        counted[:, 1:-1] = np.sqrt(n1[:, :-2] * n2[:, 1:-1]) / 5
    name = "population" if compared == "groups" else "birthdays"
    return {
        "growth_rate": growth,
        "deaths_rebuilt": rebuilt,
        name: counted,
        "completeness": rebuilt / counted,
    }


def summary_of(chosen: Floats) -> dict[str, Floats]:
    """Return mean, extremes, median and quartiles of completeness over the ages chosen."""
    lower, median, upper = np.quantile(chosen, [0.25, 0.5, 0.75], axis=1)
    return {
        "completeness": chosen.mean(axis=1),
        "lowest": chosen.min(axis=1),
        "highest": chosen.max(axis=1),
        "median": median,
        "lower_quartile": lower,
        "upper_quartile": upper,
        "trimean": (lower + 2 * median + upper) / 4,
    }


def rebuild(
    data: Stack,
    population: tuple[str, str],
    deaths: Floats,
    migrants: Floats | None,
    t: float,
    ages: tuple[int, int],
    open_expectation: object,
    ratio: Floats,
    delta: Floats,
    compared: Compared,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the estimates and the points of extinct generations, for stacked populations."""
    expectation = per_population(open_expectation, data.index, several=bool(data.index.names[0]))
    columns = rebuilt_columns(data, population, deaths, migrants, t, expectation, ratio, delta, compared)
    used = np.concatenate([[False], age_range(ages, data.ages[1:-1]), [False]])
    estimates = pd.DataFrame(
        {
            **summary_of(columns["completeness"][:, used]),
            "open_expectation": expectation,
            "coverage_ratio": ratio,
        },
        index=data.index,
    )
    points = data.long(**columns)
    points["used"] = np.tile(used, len(data.index))
    return estimates, points


def per_population(value: object, index: pd.Index[Any], *, several: bool) -> Floats:
    """Return one number for each population, from one for all or a Series with their names."""
    name = "open_expectation"
    if isinstance(value, pd.Series) and several:
        if not value.index.is_unique:
            raise InputError(name, _("a population occurs twice."), _("Give one for each population."))
        lacking = index.difference(value.index)
        if len(lacking):
            raise InputError(
                name,
                _("there is none for {population}.").format(population=shown(lacking[0])),
                _("Give one for each population, with their names as index."),
            )
        value = value.reindex(index)
    array = np.asarray(value, dtype=np.float64)
    if array.ndim and array.shape != (len(index),):
        raise InputError(
            name,
            _("there are {n} values for {m} populations.").format(n=array.size, m=len(index)),
            _("Give one number, or a Series with the populations as index."),
        )
    return np.broadcast_to(array, (len(index),))
