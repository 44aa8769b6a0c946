"""Fixtures of the registration tests."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from bordercourse import load


@pytest.fixture(scope="session")
def mozambique() -> pd.DataFrame:
    return load("mozambique_censuses_1997_2007")


@pytest.fixture(scope="session")
def census() -> dict[str, Any]:
    """The arguments that name Mozambique's columns and census days."""
    return {
        "population": ("population_1997", "population_2007"),
        "deaths": "household_deaths_per_year",
        "dates": ("1997-08-01", "2007-08-01"),
    }
