"""Shared fixtures, and how the property tests choose their examples."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

ROOT = Path(__file__).resolve().parent.parent

# Under CI=true a change is judged by the same examples every time; on a desk the search is random, and what
# it finds is kept under .hypothesis to be tried first the next time. No example has a deadline: a busy
# machine is not a mistake in the code.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("desk", derandomize=False, deadline=None, print_blob=True)


def fix_examples() -> None:
    """Keep constants of our own source out of the examples.

    Hypothesis mixes constants of every imported project module into its examples. Which modules a worker has
    imported depends on the tests that it ran before, so even a derandomised run would try other examples from
    run to run, and after every change elsewhere.
    """
    none = providers.Constants()
    providers._get_local_constants = lambda: none
    providers.CONSTANTS_CACHE.cache.clear()


if os.environ.get("CI", "").lower() in {"1", "true"}:
    settings.load_profile("ci")
    fix_examples()
else:
    settings.load_profile("desk")


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published files that tests read; a test is skipped only where there is no such folder."""
    named = os.environ.get("BORDERCOURSE_VECTORS")
    folders = [Path(named)] if named else [ROOT.parent / "shared" / "vectors", ROOT / "tests" / ".vectors"]
    for folder in folders:
        if folder.is_dir():
            return folder
    pytest.skip("published files are not on this machine: run `make vectors`, or set BORDERCOURSE_VECTORS")


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of one megabyte, or of as many as the test asks for."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={getattr(request, 'param', 1)}m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("no disk can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True, capture_output=True)
