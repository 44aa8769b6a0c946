"""The house: a room depends only on rooms above it, and opening the door stays cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import bordercourse

PACKAGE = Path(bordercourse.__file__).parent
# From the top: each room may import only from its own storey's own room and from storeys above.
STOREYS = [
    ["errors", "i18n"],
    ["files", "look", "validation"],
    ["page"],
    ["inputs", "plotting", "results"],
    ["datasets"],
    ["registration", "identity"],
    ["protection"],  # before verification
    ["documents"],
    ["crossing"],
    ["displacement"],
    ["resilience"],
    ["planning"],
    ["course"],
    ["widgets"],
    ["lessons"],
    ["translate"],
    ["grading"],
    ["desk"],
    ["handin"],
    ["classroom"],
    ["evaluation"],
    ["authoring"],
    ["cli"],
]
LEVEL = {room: level for level, rooms in enumerate(STOREYS) for room in rooms}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bordercourse"):
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {a.name for a in node.names} & set(LEVEL)
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("bordercourse.")}
    return found


def test_every_room_depends_only_on_rooms_above() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        room = room_of(path)
        if room in ("__init__", "__main__"):
            continue
        assert room in LEVEL, f"{room} is a new room: give it its place in STOREYS, above whatever imports it"
        for other in imports(path) - {room}:
            assert other in LEVEL, f"{path.relative_to(PACKAGE)} imports {other}, which is no room of STOREYS"
            if LEVEL[other] >= LEVEL[room]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {other}, which is not above {room}")
    assert not wrong, f"{wrong}: move what both need into a room above them"


# Rooms where a variable is named by the noun that it holds; each room that is put in order joins them.
NAMED_BY_NOUNS = ("course", "lessons", "page", "validation", "widgets")
VERBS = {"said", "told", "made", "found", "there"}


def test_variables_are_named_by_what_they_hold() -> None:
    verbs = []
    for path in PACKAGE.rglob("*.py"):
        if room_of(path) not in NAMED_BY_NOUNS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in VERBS
            if stored or (isinstance(node, ast.arg) and node.arg in VERBS):
                verbs.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")  # type: ignore[attr-defined]
    assert not verbs, f"name it by the noun that it holds: {verbs}"


# What stands in several rooms under one name is one idea: what a room demands of its input, its commands.
SHARED_MODULES = {"__init__", "__main__", "command", "kinds"}


def test_one_name_for_one_thing() -> None:
    classes: dict[str, list[str]] = defaultdict(list)
    modules: dict[str, list[str]] = defaultdict(list)
    slugs = {path.stem for path in (PACKAGE / "lessons").glob("*.py")}
    for path in PACKAGE.rglob("*.py"):
        where = str(path.relative_to(PACKAGE))
        # A case study has one name: its lesson's figures and its invented tables stand under it.
        of_a_case = path.stem in slugs and path.parent.name in ("lessons", "makers")
        if path.stem not in SHARED_MODULES and not of_a_case:
            modules[path.stem].append(where)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                classes[node.name.strip("_").lower()].append(f"{where}:{node.lineno}")
    for kind, places in (("class", classes), ("module", modules)):
        doubled = {name: where for name, where in places.items() if len(where) > 1}
        assert not doubled, f"a reader takes one {kind} for the other: give each a word of its own: {doubled}"


def test_public_names_exist() -> None:
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        if name.endswith("__main__") or "_course" in path.parts:
            continue
        module = __import__(name, fromlist=["*"])
        for public in getattr(module, "__all__", []):
            assert hasattr(module, public), f"{name}.{public}"


def test_no_test_file_repeats_the_name_of_its_room() -> None:
    tests = Path(__file__).parent
    repeated = [
        str(path.relative_to(tests))
        for path in tests.glob("*/**/test_*.py")
        if path.stem.startswith(f"test_{path.parent.name}_")
    ]
    assert not repeated, f"its folder says it already: {repeated}"


def test_opening_the_door_loads_neither_pandas_nor_widgets() -> None:
    heavy = {"pandas", "numpy", "ipywidgets", "matplotlib"}
    code = f"import sys, bordercourse; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
