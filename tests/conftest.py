"""Shared fixtures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published test vectors; a test that reads it is skipped where it is absent."""
    folder = Path(os.environ.get("BORDERCOURSE_VECTORS", ROOT.parent / "shared" / "vectors"))
    if not folder.is_dir():
        pytest.skip(f"published vectors are not on this machine ({folder.name}); set BORDERCOURSE_VECTORS")
    return folder
