"""What the tests of hand-ins share."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def _alembic_once(one_alembic: None) -> None:
    """Every gradebook of these tests asks alembic's version once."""
