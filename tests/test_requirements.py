"""requirements.txt fits pyproject.toml, names no index, and pins and hashes everything."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bordercourse
from tests.requirements_closure import closure

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEXT = (ROOT / "requirements.txt").read_text(encoding="utf-8")
ADVICE = "run `make requirements`"
INSTALLED = ["linkage", "documents", "register", "course", "class", "scale", "dev"]


def pins() -> dict[str, list[Requirement]]:
    """Pinned requirements by name: one, or one for each kind of system."""
    found: dict[str, list[Requirement]] = {}
    for block in re.split(r"\n(?=\S)", TEXT.strip()):
        head, *hashes = (line.strip().rstrip("\\").strip() for line in block.splitlines())
        requirement = Requirement(head)
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), f"{head} is not pinned"
        assert hashes, f"{head} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), head
    return found


def test_only_pins_and_hashes_and_no_index() -> None:
    assert pins()
    assert "://" not in TEXT
    assert "index" not in TEXT
    assert " @ " not in TEXT


def test_every_requirement_of_the_project_is_pinned_within_its_bounds() -> None:
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *(t for e in INSTALLED for t in project["optional-dependencies"][e])]
    found = pins()
    for text in wanted:
        requirement = Requirement(text)
        if requirement.name == "bordercourse":
            continue
        here = found.get(canonicalize_name(requirement.name))
        assert here, f"{text} is not in requirements.txt: {ADVICE}"
        for pin in here:
            (version,) = (s.version for s in pin.specifier)
            assert requirement.specifier.contains(version, prereleases=True), f"{pin} for {text}: {ADVICE}"


def test_it_holds_what_is_needed_and_nothing_else() -> None:
    environment = {key: str(value) for key, value in default_environment().items()}
    needed, missing = closure([Requirement("bordercourse[dev]")], environment)
    needed.discard("bordercourse")
    assert not missing, f"not installed: {sorted(missing)}"
    here = {
        name
        for name, given in pins().items()
        if any(pin.marker is None or pin.marker.evaluate(environment) for pin in given)
    }
    assert not needed - here, f"missing in requirements.txt: {sorted(needed - here)}: {ADVICE}"
    assert not here - needed, f"needed by nothing: {sorted(here - needed)}: {ADVICE}"


def test_old_drawing_of_khmer_and_thai_is_kept_out() -> None:
    (pin,) = pins()["matplotlib"]
    assert not pin.specifier.contains("3.10.9"), "matplotlib before 3.11 draws Khmer and Thai wrongly"
    (wanted,) = [
        Requirement(t) for t in PROJECT["project"]["dependencies"] if Requirement(t).name == "matplotlib"
    ]
    assert not wanted.specifier.contains("3.10.9")


def test_the_wheel_is_built_with_the_nbgrader_that_grades() -> None:
    build = {Requirement(text).name: Requirement(text) for text in PROJECT["build-system"]["requires"]}
    course = PROJECT["project"]["optional-dependencies"]["course"]
    runs = {Requirement(text).name: Requirement(text) for text in course}
    assert build["nbgrader"].specifier == runs["nbgrader"].specifier


def test_the_version_is_written_once() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    assert "version" not in PROJECT["project"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "src/bordercourse/__init__.py"
    # The citation is read by programs that run no code of ours.
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {bordercourse.__version__}\n" in citation
