"""Shared fixtures, and how the property tests choose their examples."""

from __future__ import annotations

import os
import pkgutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.published import PublishedFiles

# Under CI=true a change is judged by the same examples every time; on a desk the search is random, and what
# it finds is kept under .hypothesis to be tried first the next time. No example has a deadline: a busy
# machine is not a mistake in the code.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("desk", derandomize=False, deadline=None, print_blob=True)


def load_everything() -> None:
    """Import every module of the course.

    Hypothesis mixes constants of the project modules that are loaded into its examples. Which ones a worker
    has loaded depends on the tests that it ran before: even a derandomised run would try other examples from
    run to run. Where all are loaded from the start, every worker knows the same constants.
    """
    import bordercourse

    for module in pkgutil.walk_packages(bordercourse.__path__, "bordercourse."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


if os.environ.get("CI", "").lower() in {"1", "true"}:
    settings.load_profile("ci")
    load_everything()
else:
    settings.load_profile("desk")


@pytest.fixture(scope="session")
def vectors() -> PublishedFiles:
    """The published files that tests read, by folder: ``vectors / "vdsnc"``."""
    from tests.published import published_files

    return published_files()


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
