"""Our values are those of R's packages on their own data: DDM, DemoTools, fertestr, tukeyedar."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.registration.reference.comparing import PUBLISHED, TOLERANCE, ours

VALUES = ours()


@pytest.mark.parametrize("method", sorted(VALUES["method"].unique()))
def test_every_value_is_that_of_the_package(method: str) -> None:
    rows = VALUES[VALUES["method"] == method]
    apart = (rows["ours"] - rows["value"]).abs()
    told = rows.assign(difference=apart).to_string(index=False)
    print(told)  # seen with -s, or when it fails
    assert (apart <= TOLERANCE.get(method, 1e-9) * rows["value"].abs().clip(lower=1)).all(), told


def test_there_are_enough_of_them() -> None:
    assert 40 <= len(VALUES) <= len(PUBLISHED)
    assert not VALUES["ours"].isna().any()
    assert isinstance(VALUES, pd.DataFrame)
