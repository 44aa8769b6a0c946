"""What we use of the inside of other packages: bounded above, and named by a test that says which part went.

A name that begins with an underscore is not promised by anybody. Where a class of ours derives from one of
another package, and calls or replaces such a name, a new version may take it away without a word.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import textwrap
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import bordercourse

ROOT = Path(__file__).resolve().parent.parent
# The package as it is imported, as it is required, and the tests that name what is used of it.
CONTRACTS = {
    "nbgrader": ("nbgrader", "grading/test_contract.py"),
    "nbclient": ("nbclient", "grading/test_warm.py"),
    "ipykernel": ("ipykernel", "grading/test_warm.py"),
    "jupyter_client": ("jupyter-client", "grading/test_warm.py"),
    "sd_jwt": ("sd-jwt", "test_reached_into.py"),
}
# What a package documents for those who derive from its classes, underscore or not.
DOCUMENTED = {("pandas", "_constructor"), ("pandas", "_repr_html_"), ("traitlets", "_file_extension_default")}


def classes() -> Iterator[type]:
    """Every class of ours."""
    for found in pkgutil.walk_packages(bordercourse.__path__, "bordercourse."):
        if not found.name.endswith("__main__"):
            for item in vars(import_module(found.name)).values():
                if isinstance(item, type) and item.__module__ == found.name:
                    yield item


def used(own: type) -> set[str]:
    """The private names that a class defines, or asks of itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(own)))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            names.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def reached() -> set[tuple[str, str]]:
    """Packages, with the private names of them that ours use or replace."""
    found = set()
    for own in classes():
        foreign = [base for base in own.__mro__ if base.__module__.partition(".")[0] != "bordercourse"]
        ours = [base for base in own.__mro__ if base not in foreign and base is not own]
        for name in used(own):
            home = next((base for base in foreign if name in vars(base)), None)
            if home is not None and not any(name in vars(base) for base in ours):
                found.add((home.__module__.partition(".")[0], name))
    return found - DOCUMENTED


def test_each_part_is_of_a_package_with_a_contract_that_names_it() -> None:
    parts = reached()
    assert ("nbgrader", "_input_directory") in parts, "the search finds nothing any more"
    silent = [
        f"{package}: {name}"
        for package, name in sorted(parts)
        if package not in CONTRACTS
        or name not in (ROOT / "tests" / CONTRACTS[package][1]).read_text(encoding="utf-8")
    ]
    assert not silent, "name these in a contract test, and bound their package in pyproject.toml"


@pytest.mark.parametrize("package", sorted(CONTRACTS))
def test_each_has_an_upper_bound(package: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [Requirement(line) for lines in project["optional-dependencies"].values() for line in lines]
    (required,) = [one for one in extras if one.name == CONTRACTS[package][0]]
    assert any(part.operator == "<" for part in required.specifier), f"{required} has no upper bound"


def test_nobody_replaces_a_part_of_another_package_while_it_runs() -> None:
    for path in Path(bordercourse.__file__).parent.rglob("*.py"):
        assert "mock" not in path.read_text(encoding="utf-8"), path


def test_what_is_used_of_the_inside_of_sd_jwt_is_there() -> None:
    """``disclose`` reads the names of the hidden parts, which the library keeps by their digests."""
    from sd_jwt.holder import SDJWTHolder

    from bordercourse.documents import issue_disclosable, practice

    record = {
        "certificate": "UTO-B-7K3F-9Q2M",
        "entry": "1990/0123",
        "event": "birth",
        "sex": "F",
        "event_date": "1990-05-12",
        "registered": "1990-05-30",
        "issued": "2024-03-01",
        "office": "Utopia City",
        "name": "ERIKSSON ANNA",
    }
    holder = SDJWTHolder(issue_disclosable(record, practice.registrar()))
    hidden = {part[1]: part[2] for part in holder._hash_to_decoded_disclosure.values() if len(part) == 3}
    assert hidden["name"] == "ERIKSSON ANNA"
    assert hidden.items() < record.items()
