"""Our values are those of R's packages on their own data: DDM, DemoTools, fertestr, tukeyedar."""

from __future__ import annotations

import pytest

from tests.registration.reference.comparing import PUBLISHED, TOLERANCE, ours

VALUES = ours()


@pytest.mark.parametrize("method", sorted(PUBLISHED["method"].unique()))
def test_every_value_is_that_of_the_package(method: str) -> None:
    rows = VALUES[VALUES["method"] == method]
    assert len(rows) == (PUBLISHED["method"] == method).sum(), "a value of the package has none of ours"
    apart = (rows["ours"] - rows["value"]).abs() / rows["value"].abs().clip(lower=1)
    allowed = rows["name"].map(lambda name: TOLERANCE.get((method, name.split()[0]), 1e-9))
    told = rows.assign(difference=apart).to_string(index=False)
    print(told)  # seen with -s, or when it fails
    assert (apart <= allowed).all(), told


def test_there_are_enough_of_them() -> None:
    assert len(VALUES) == len(PUBLISHED) >= 40
    assert not VALUES["ours"].isna().any()
