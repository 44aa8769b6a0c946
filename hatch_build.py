"""Pack lessons, released exercises and translations into the wheel, so that it works without a checkout.

nbgrader releases the exercises at build time: no solution and no hidden test enters the wheel. Nor does a
translation of what is seen only after marking.
`project.urls` name the public address that this checkout came from: whoever hosts it has no line to edit.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class CourseFiles(BuildHookInterface):
    """Adds the course and its languages to a wheel. An editable install reads the checkout itself."""

    PLUGIN_NAME = "custom"
    _scratch: str | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        self._scratch = tempfile.mkdtemp()
        exercises, spoken = (Path(self._scratch, name) for name in ("exercises", "locale"))
        _release_room(root).release(root / "exercises" / "source", exercises)
        _speak(root, spoken)
        carried = {
            "_course/lessons": root / "notebooks",
            "_course/exercises": exercises,
            "locale": spoken,
        }
        for name, folder in carried.items():
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                    build_data["force_include"][str(path)] = f"bordercourse/{name}/{inside.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)


class Addresses(MetadataHookInterface):
    """Sets ``project.urls`` from the checkout's own remote; a remote that is no web address gives none."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        address = web_address(_remote(Path(self.root)))
        metadata["urls"] = {"Source": address, "Issues": f"{address}/issues"} if address else {}


def _speak(root: Path, target: Path) -> None:
    """Compile each language that is whole for the library and the desk."""
    from bordercourse.translate.catalogues import languages
    from bordercourse.translate.compiled import build

    for language in languages(root):
        build(root, language, target)


def web_address(remote: str) -> str | None:
    """The page of a git remote; names, passwords and tokens in it stay out of the wheel.

    >>> web_address("https://me:token@example.org/team/bordercourse.git")
    'https://example.org/team/bordercourse'
    >>> web_address("git@example.org:team/bordercourse.git")
    'https://example.org/team/bordercourse'
    >>> web_address("/media/stick/bordercourse")
    """
    found = re.fullmatch(
        r"(?:https://(?:[^/@]*@)?|ssh://git@|git@)([a-z0-9.-]+\.[a-z]{2,})[:/]([\w./-]+?)(?:\.git)?/?", remote
    )
    return f"https://{found[1]}/{found[2]}" if found else None


def _remote(root: Path) -> str:
    """What git calls the origin of this checkout; nothing in an unpacked archive or without git."""
    if not (root / ".git").exists():
        return ""
    try:
        asked = subprocess.run(
            ["git", "-C", str(root), "remote", "get-url", "origin"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return asked.stdout.strip()


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
