"""Planning rows from a year of brigade work: what a day brings, costs and can be worked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Flags, Labels, Numbers, Table, Whole, Words, checked, shown
from bordercourse.inputs.columns import read_columns

__all__ = ["brigade_rates"]


@checked(
    work=Table(
        holds={
            "channel": Words(),
            "district": Labels(),
            "open": Flags(),
            "day_of_visit": Numbers(low=1, gaps=True),
            "cost_mzn": Numbers(low=0, gaps=True),
            "distance_km": Numbers(low=0),
        },
        do=mark('Use load("mozambique_brigades").'),
    ),
    full_days=Whole(low=1),
    most_days=Whole(low=1),
)
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
    counted = [c for c in map(str, brigade.columns) if c.endswith(("_girls", "_boys"))]
    female = [c for c in counted if c.endswith("_girls")]
    if brigade.empty or not female or len(female) == len(counted):
        raise InputError(
            "work",
            _("it has no brigade day, or no counts of girls and of boys."),
            _('Use load("mozambique_brigades").'),
        )
    brigade = read_columns(brigade, [(column, Numbers(low=0)) for column in counted], "work")
    return pd.DataFrame(
        [
            _rates(str(district), part, counted, female, full_days, most_days)
            for district, part in brigade.groupby("district", sort=True)
        ]
    )


def _rates(
    district: str, part: pd.DataFrame, counted: list[str], female: list[str], full_days: int, most_days: int
) -> dict[str, Any]:
    """Return the planning row of one district."""
    done = part[part["open"]]
    counts, day = done[counted].to_numpy(), done["day_of_visit"]
    if not counts.sum() or not (day <= full_days).any():
        raise InputError(
            "work",
            _("{district} has no open brigade day with a registration.").format(district=shown(district)),
            _("Leave the district out, and give its row by hand."),
        )
    later, start = (float(done.loc[chosen, "cost_mzn"].mean()) for chosen in (day > 1, day == 1))
    return {
        "district": district,
        "per_day": float(counts[(day <= full_days).to_numpy()].sum(axis=1).mean()),
        "full_days": full_days,
        "max_days": int(most_days * part["open"].mean()),
        "cost_day": later,
        "cost_travel": max(0.0, start - later),
        "female_share": float(done[female].to_numpy().sum() / counts.sum()),
        "distance_km": float(part["distance_km"].iloc[0]),
    }
