"""A gravity model: how movement that was counted goes with size and distance, and where it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Column, Columns, Keyed, Number, Numbers, Table, checked
from bordercourse.results import Result

__all__ = ["GravityModel", "gravity_expected", "gravity_fit"]

_STEPS, _CLOSE = 100, 1e-10


@dataclass(frozen=True, repr=False)
class GravityModel(Result):
    """A gravity model of movements that were counted.

    Attributes
    ----------
    coefficients : dict of str to float
        "constant", and one for each column; of a column taken by its logarithm, the percent of movement that
        goes with one percent of it.
    table : pandas.DataFrame
        The rows, with counted, expected and their difference (counted less expected).
    """

    coefficients: dict[str, float]
    table: pd.DataFrame

    def sentence(self) -> str:
        """Return the coefficients in one line, and the limit."""
        given = ", ".join(
            f"{name} {value:.2f}" for name, value in self.coefficients.items() if name != "constant"
        )
        return _("Movement goes with {c}; it describes what was counted, and no flight from a storm").format(
            c=given
        )

    def shown_table(self) -> pd.DataFrame:
        """Return counted and expected movement."""
        return self.table


@checked(
    table=Table(),
    coefficients=Keyed(Number()),
    logged=Columns("table", Numbers(above=0)),
)
def gravity_expected(
    table: pd.DataFrame, coefficients: Mapping[str, float], *, logged: list[str]
) -> pd.Series:
    """Return what a gravity model expects: exp of the constant and of the sum of coefficients times columns.

    *What the result is not.* No forecast, and least of all for people who flee: distance and size describe
    moves that people choose. The authors of the lesson cited below say so of forced movement.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each pair of places, or for each place of origin.
    coefficients : mapping of str to float
        "constant", and a number for each column that counts.
    logged : list of str
        Columns that enter by their natural logarithm: population, distance. Above 0.

    Returns
    -------
    pandas.Series
        Expected movements, in the order of the table.

    Raises
    ------
    InputError
        If a coefficient has no column, a logged column has no coefficient, or a value does not fit.

    References
    ----------
    A. Crymble, "Introduction to Gravity Models of Migration & Trade", *The Programming Historian* 8, 2019,
    doi.org/10.46430/phen0085, step 3 (two counties by hand).

    Examples
    --------
    >>> two = pd.DataFrame({"people": [1_000, 4_000], "distance": [10, 20]})
    >>> gravity_expected(
    ...     two, {"constant": 0, "people": 1, "distance": -1}, logged=["people", "distance"]
    ... ).round(6).tolist()
    [100.0, 200.0]
    """
    names = [name for name in coefficients if name != "constant"]
    lacking = [name for name in names if name not in table.columns]
    lacking += [name for name in logged if name not in coefficients]
    if lacking or "constant" not in coefficients:
        raise InputError(
            "coefficients",
            _("{name!r} stands in one of table and coefficients only.").format(
                name=(lacking or ["constant"])[0]
            ),
            _('Give "constant", and a coefficient for each column that counts.'),
        )
    total = pd.Series(float(coefficients["constant"]), index=table.index)
    for name in names:
        values = Numbers().read(table[name], name)
        total = total + coefficients[name] * (np.log(values) if name in logged else values)
    return pd.Series(np.exp(total), name="expected")


@checked(
    table=Table(),
    counted=Column("table", Numbers(low=0)),
    logged=Columns("table", Numbers(above=0)),
)
def gravity_fit(table: pd.DataFrame, *, counted: str, logged: list[str]) -> GravityModel:
    """Fit a gravity model to counted movements by Poisson pseudo-maximum likelihood.

    It keeps pairs with no movement, which a regression on logarithms must drop, and its expected movements
    add up to those that were counted.

    *What the result is not.* No cause and no forecast. It describes moves that were counted, between places
    that were in the table; who could not move, or was not counted, is in no row. It does not suit flight
    from a disaster: people go where a road, kin or a shelter is, and mostly stay within their country.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each pair of places.
    counted : str
        Column with the movements.
    logged : list of str
        Columns that enter by their natural logarithm: population of both places, distance.

    Returns
    -------
    GravityModel
        Coefficients, and counted and expected movement of each row.

    Raises
    ------
    InputError
        If there are too few rows, nothing moved, or columns tell the same.

    References
    ----------
    J. M. C. Santos Silva and S. Tenreyro, "The Log of Gravity", *Review of Economics and Statistics* 88,
    2006.

    Examples
    --------
    >>> pairs = pd.DataFrame({"people": [1, 2, 4, 8], "distance": [1, 3, 2, 5], "moved": [60, 40, 120, 96]})
    >>> model = gravity_fit(pairs, counted="moved", logged=["people", "distance"])
    >>> {name: round(value, 2) for name, value in model.coefficients.items()}
    {'constant': 4.09, 'people': 1.0, 'distance': -1.0}
    """
    moved = table[counted].to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(table)), *(np.log(table[name]) for name in logged)])
    centre = np.concatenate([[0.0], design[:, 1:].mean(axis=0)])
    design = design - centre
    if len(table) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1] or not moved.any():
        raise InputError(
            "table",
            _("the rows do not tell the columns apart, or nobody moved."),
            _("Give more rows than columns, and columns that differ."),
        )
    # Iteratively reweighted least squares, McCullagh and Nelder's start.
    mean = (moved + moved.mean()) / 2
    weights = np.zeros(design.shape[1])
    for _step in range(_STEPS):
        response = np.log(mean) + (moved - mean) / mean
        root = np.sqrt(mean)
        found = np.linalg.lstsq(design * root[:, None], response * root, rcond=None)[0]
        mean = np.maximum(np.exp(np.clip(design @ found, -300, 300)), 1e-300)
        done = np.abs(found - weights).max() < _CLOSE * max(1.0, np.abs(found).max())
        weights = found
        if done:
            break
    else:
        raise InputError("table", _("no fit was found."), _("Look for a column that explains every zero."))
    weights[0] -= weights[1:] @ centre[1:]
    fitted = pd.DataFrame({"counted": moved, "expected": mean, "difference": moved - mean}, index=table.index)
    named = dict(zip(["constant", *logged], weights.tolist(), strict=True))
    return GravityModel(named, table[list(logged)].join(fitted))
