"""The property tests try the same examples on every CI run, whatever was imported before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# A property test that writes its examples down, alone or after others have loaded what they need.
PROPERTY = """
import json
from hypothesis import given, settings, strategies as st

seen = []

@given(st.integers(), st.text(), st.floats(allow_nan=False))
@settings(max_examples=300)
def test_it(n, text, x):
    seen.append((n, text, x))

def test_write(request):
    test_it()
    with open(request.config.rootpath / "seen.json", "w") as file:
        json.dump(seen, file)
"""
OTHERS = "import bordercourse.datasets.makers.people, bordercourse.identity.linkage\n"


def examples(folder: Path, head: str, *, ci: bool = True) -> str:
    """Return the examples that a fresh run tries, with or without other modules imported before."""
    folder.mkdir()
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (folder / "pytest.ini").write_text("[pytest]\n")
    settings = "import hypothesis\nhypothesis.settings.load_profile('ci')\n"  # the profile, and nothing else
    (folder / "test_property.py").write_text(("" if ci else settings) + head + PROPERTY)
    environment = {**os.environ, "CI": "true" if ci else ""}
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "write")
    ]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "seen.json").read_text()


@pytest.mark.slow
def test_a_ci_run_tries_the_same_examples_whatever_a_worker_ran_before(tmp_path: Path) -> None:
    assert examples(tmp_path / "a", "") == examples(tmp_path / "b", OTHERS)
    # Without all modules loaded from the start they differ; if they no longer do, this is not needed.
    assert examples(tmp_path / "c", "", ci=False) != examples(tmp_path / "d", OTHERS, ci=False)


def test_nothing_reaches_into_hypothesis() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        assert "hypothesis." + "internal" not in path.read_text(encoding="utf-8"), path


def test_at_a_desk_the_search_is_random_and_nowhere_is_there_a_deadline() -> None:
    assert not settings.get_profile("desk").derandomize
    assert settings.get_profile("ci").derandomize
    assert settings.get_profile("desk").deadline is settings.get_profile("ci").deadline is None
