"""Each room can be imported with its own extra alone: what it needs is declared where it is needed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.requirements_closure import closure

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What a room is imported with; a room that is not named here comes with `course`.
EXTRAS = {
    "": [
        "crossing",
        "datasets",
        "displacement",
        "inputs",
        "look",
        "plotting",
        "protection",
        "registration",
        "results",
    ],
    "linkage": ["identity"],
    "documents": ["documents"],
    "register": ["documents.register"],
    "resilience": ["resilience"],
    "class": ["classroom"],
    "scale": ["grading.workers"],
}
COURSE = [
    "planning",
    "course",
    "widgets",
    "lessons",
    "translate",
    "grading",
    "desk",
    "handin",
    "evaluation",
    "authoring",
    "cli",
]

IMPORT = """
import importlib, importlib.abc, pkgutil, sys
allowed = set({allowed!r})

class Door(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in sys.stdlib_module_names or top in allowed or top.startswith("_"):
            return None
        raise ModuleNotFoundError("not among what the extra brings: " + name, name=name)

sys.meta_path.insert(0, Door())
for room in {rooms!r}:
    importlib.import_module("bordercourse." + room)
"""


def allowed(extra: str) -> set[str]:
    """The top-level modules of everything that an extra installs."""
    environment = {key: str(value) for key, value in default_environment().items()}
    wanted = [Requirement(f"bordercourse[{extra}]" if extra else "bordercourse")]
    needed, _missing = closure(wanted, environment)
    return {
        module
        for module, owners in packages_distributions().items()
        if {canonicalize_name(owner) for owner in owners} & needed
    } | {"bordercourse"}


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_room_comes_with_its_extra_alone(extra: str) -> None:
    code = IMPORT.format(allowed=sorted(allowed(extra)), rooms=EXTRAS[extra])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_course_comes_with_its_extra() -> None:
    code = IMPORT.format(allowed=sorted(allowed("course")), rooms=COURSE)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_room_has_an_extra() -> None:
    package = ROOT / "src" / "bordercourse"
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    assert rooms <= {room.split(".")[0] for rooms in EXTRAS.values() for room in rooms} | set(COURSE)


def test_all_is_everything() -> None:
    extras = PROJECT["optional-dependencies"]
    assert set(EXTRAS) - {""} | {"course", "postgresql", "all", "dev"} <= set(extras)
    (everything,) = (Requirement(text) for text in extras["all"])
    assert {"course", "postgresql"} <= everything.extras
