"""The property tests try the same examples on every CI run, whatever was imported before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# A property test that writes its examples down, beside a project module full of constants.
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


def examples(folder: Path, *, imports: bool) -> str:
    """Return the examples that a fresh run tries, with or without another module imported before."""
    folder.mkdir()
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (folder / "pytest.ini").write_text("[pytest]\n")
    words = ", ".join(f'"word{n}", {10**6 + 7 * n}, {n}.37' for n in range(400))
    (folder / "constants.py").write_text(f"WORDS = [{words}]\n")
    head = "import constants\n" if imports else ""
    (folder / "test_property.py").write_text(head + PROPERTY)
    environment = {**os.environ, "CI": "true"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-k",
        "write",
    ]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "seen.json").read_text()


@pytest.mark.slow
def test_a_ci_run_tries_the_same_examples_whatever_is_imported(tmp_path: Path) -> None:
    alone = examples(tmp_path / "a", imports=False)
    assert examples(tmp_path / "b", imports=True) == alone


def test_at_a_desk_the_search_is_random_and_nowhere_is_there_a_deadline() -> None:
    assert not settings.get_profile("desk").derandomize
    assert settings.get_profile("ci").derandomize
    assert settings.get_profile("desk").deadline is settings.get_profile("ci").deadline is None
