"""Pack lessons and released exercises into the wheel, so that the course works without a checkout.

nbgrader releases the exercises at build time: no solution and no hidden test enters the wheel.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseFiles(BuildHookInterface):
    """Adds ``bordercourse/_course`` to a wheel. An editable install reads the checkout itself."""

    PLUGIN_NAME = "custom"
    _scratch: str | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        self._scratch = tempfile.mkdtemp()
        exercises = Path(self._scratch)
        _release_room(root).release(root / "exercises" / "source", exercises)
        carried = {"lessons": root / "notebooks", "exercises": exercises}
        for name, folder in carried.items():
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                    build_data["force_include"][str(path)] = (
                        f"bordercourse/_course/{name}/{inside.as_posix()}"
                    )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)


def _release_room(root: Path) -> Any:
    """Load the one module that releases; at build time the package itself is not installed."""
    sys.path.insert(0, str(root / "src"))
    spec = importlib.util.spec_from_file_location(
        "course_release", root / "src" / "bordercourse" / "grading" / "record" / "release.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
