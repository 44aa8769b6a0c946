"""The values for a class on Kubernetes fit the chart's published schema, and the image what the stick brings.

The chart belongs to its publishers: its schema and defaults are published files, see tests/vectors.toml. No
cluster and no program that builds images is on a machine that runs these tests.
"""

from __future__ import annotations

import copy
import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

import bordercourse
from bordercourse.desk.home import ADDRESS
from tests.published import PublishedFiles

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
VALUES: dict[str, Any] = yaml.safe_load((DEPLOY / "values.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def merged(defaults: Any, own: Any) -> Any:
    """What Helm makes of a chart's defaults and somebody's values: maps are merged, all else is replaced."""
    if not (isinstance(defaults, dict) and isinstance(own, dict)):
        return own
    whole = {**defaults, **{key: merged(defaults.get(key), value) for key, value in own.items()}}
    return {key: value for key, value in whole.items() if not (key in own and own[key] is None)}


@pytest.fixture
def chart(vectors: PublishedFiles) -> tuple[Draft7Validator, dict[str, Any]]:
    folder = vectors / "z2jh"
    schema, defaults = (
        yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        for name in ("values.schema.yaml", "values.yaml")
    )
    return Draft7Validator(schema), defaults


def mistakes(chart: tuple[Draft7Validator, dict[str, Any]], values: Any) -> list[str]:
    validator, defaults = chart
    return [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(merged(defaults, values))
    ]


def test_the_values_fit_the_chart(chart: tuple[Draft7Validator, dict[str, Any]]) -> None:
    assert mistakes(chart, VALUES) == []
    assert mistakes(chart, {}) == [], "the defaults alone fit, so that a mistake is ours"


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("singleuser.memry", {"limit": "1G"}),
        ("singleuser.networkPolicy.egressAllowRules.internet", True),
        ("singleuser.storage.capacity", 1),
        ("hub.concurrentSpawnLimit", "many"),
        ("proxy.https.type", "own"),
        ("cull.timeout", "soon"),
    ],
)
def test_a_slip_in_the_values_is_found(
    chart: tuple[Draft7Validator, dict[str, Any]], path: str, wrong: object
) -> None:
    values = copy.deepcopy(VALUES)
    *parents, last = path.split(".")
    place = values
    for name in parents:
        place = place.setdefault(name, {})
    place[last] = wrong
    assert mistakes(chart, values)


def test_every_name_of_the_values_is_one_that_the_chart_has(
    chart: tuple[Draft7Validator, dict[str, Any]],
) -> None:
    """A schema lets some unknown names through; below `hub.config` stand the programs' own settings."""
    unknown = []

    def walk(own: Any, theirs: Any, place: str) -> None:
        for name, value in own.items():
            if place == "hub.config":
                continue
            if name not in theirs:
                unknown.append(f"{place}.{name}")
            elif isinstance(value, dict) and isinstance(theirs[name], dict):
                walk(value, theirs[name], f"{place}.{name}".strip("."))

    walk(VALUES, chart[1], "")
    assert unknown == []


def test_the_server_starts_with_the_courses_own_command_at_its_home_page() -> None:
    single = VALUES["singleuser"]
    assert single["cmd"][:3] == json.loads(re.search(r"^CMD (.*)$", DOCKERFILE, re.M)[1])
    assert single["cmd"][2] == "bordercourse.classroom.seat"
    assert single["defaultUrl"] == f"/{ADDRESS}"
    assert single["image"]["tag"] == bordercourse.__version__
    assert f"HOME={single['storage']['homeMountPath']} " in DOCKERFILE
    assert VALUES["hub"]["config"]["JupyterHub"]["admin_access"] is False


def test_no_server_of_a_participant_reaches_the_internet() -> None:
    rules = VALUES["singleuser"]["networkPolicy"]["egressAllowRules"]
    assert [name for name, allowed in rules.items() if allowed and not name.startswith("dns")] == []
    assert "egress" not in VALUES["singleuser"]["networkPolicy"]


def test_there_is_no_exchange_and_nothing_is_shared() -> None:
    assert "extraVolumes" not in VALUES["singleuser"]["storage"]
    assert "services" not in VALUES["hub"]
    assert "exchange" not in json.dumps(VALUES)


def test_the_image_is_made_from_the_stick_alone() -> None:
    """Nothing is copied from where it is built: the solutions lie there."""
    assert not re.search(r"^(COPY|ADD)\b", DOCKERFILE, re.M)
    assert "pip " not in DOCKERFILE
    assert "test ! -e /stick/instructor" in DOCKERFILE
    python = re.search(r"^FROM python:(3\.\d+)-slim", DOCKERFILE, re.M)[1]
    sys.path.insert(0, str(ROOT / "tools" / "stick"))
    try:
        systems = importlib.import_module("pins").SYSTEMS
    finally:
        sys.path.pop(0)
    assert python in systems["linux"].pythons
    install = (ROOT / "tools" / "stick" / "install.py").read_text(encoding="utf-8")
    for word in re.findall(r"--[a-z]+", re.search(r"install\.py (.*)$", DOCKERFILE, re.M)[1]):
        assert f'"{word}"' in install, f"install.py knows no {word}"


def test_every_line_to_change_is_an_example() -> None:
    """A host that is not to be changed would be somebody's own."""
    for line in (DEPLOY / "values.yaml").read_text(encoding="utf-8").splitlines():
        if "example.org" in line:
            assert line.endswith("# CHANGE"), line
