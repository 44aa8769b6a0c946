"""Pages that are made from the project itself: the library's reference, the data sets, the lessons.

A page is written only when its text has changed, so that a second build is quick.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

import bordercourse
from bordercourse import datasets
from bordercourse.registration.finding import OTHER_NAMES, source_of

if TYPE_CHECKING:
    from types import ModuleType

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).resolve().parent.parent
MADE = ROOT / "docs" / "_made"
# Rooms with a reference page, in the order in which a reader needs them.
ROOMS = [
    "datasets",
    "registration",
    "identity",
    "protection",
    "documents",
    "crossing",
    "displacement",
    "resilience",
    "planning",
    "evaluation",
    "course",
    "inputs",
]
METHODS = [
    "registration",
    "identity",
    "protection",
    "documents",
    "crossing",
    "displacement",
    "resilience",
    "planning",
    "evaluation",
]


def heading(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n\n"


def first_line(thing: Any) -> str:
    """The sentence that a docstring opens with."""
    text = inspect.getdoc(thing) or ""
    return " ".join(text.split("\n\n")[0].split())


def public(room: ModuleType) -> list[tuple[str, Any]]:
    return [(name, getattr(room, name)) for name in sorted(room.__all__, key=str.lower)]


def reference_page(name: str) -> str:
    """One room: what it is for, then each public name with its docstring."""
    room = importlib.import_module(f"bordercourse.{name}")
    text = heading(f"bordercourse.{name}") + (inspect.getdoc(room) or "") + "\n\n"
    kinds: dict[str, list[str]] = {"Functions": [], "Classes": [], "Constants": []}
    for public_name, thing in public(room):
        if inspect.isclass(thing) and thing.__module__.split(".")[1:2] != [name]:
            continue  # a class is described where it is made: evaluation hands on the Agreement of planning
        if inspect.isclass(thing):
            kinds["Classes"].append(f".. autoclass:: bordercourse.{name}.{public_name}\n")
        elif callable(thing):
            kinds["Functions"].append(f".. autofunction:: bordercourse.{name}.{public_name}\n")
        else:
            kinds["Constants"].append(f"* ``{public_name}``\n")
    for kind, entries in kinds.items():
        if entries:
            text += heading(kind, "-") + "\n".join(entries) + "\n"
    return text


def methods_page() -> str:
    """Every method by name, with its other names, what it does, and where it is printed."""
    rows = []
    for name in METHODS:
        room = importlib.import_module(f"bordercourse.{name}")
        rows += [
            (public_name, name, first_line(thing), source_of(thing))
            for public_name, thing in public(room)
            if inspect.isfunction(thing)
        ]
    text = heading("Methods by name")
    text += (
        "Each name leads to its page, which says how the method is called and what its result is not. "
        'Type a name that you know, in Python too: ``registration.find("ggb")``.\n\n'
    )
    text += ".. list-table::\n   :header-rows: 1\n   :widths: 35 65\n\n"
    text += "   * - Method, room, other names\n     - What it does, and where it is printed\n"
    for public_name, name, does, source in sorted(rows, key=lambda row: row[0].lower()):
        others = ", ".join(OTHER_NAMES.get(public_name, ())) if name == "registration" else ""
        called = f":func:`~bordercourse.{name}.{public_name}` in {name}" + (
            f"; also: {others}" if others else ""
        )
        text += f"   * - {called}\n     - {does}" + (f" *Source:* {source}" if source else "") + "\n"
    return text


def data_page() -> str:
    """Every table with its meaning, columns, sources, licence and caution, from its record."""
    text = heading("Data sets")
    text += "Load one with ``bordercourse.load(name)``. The text below is the table's own record.\n\n"
    for name in datasets.names():
        record = datasets.describe(name)
        text += heading(name, "-")
        html = "\n".join("   " + line for line in record._repr_html_().splitlines())
        text += f".. raw:: html\n\n{html}\n\n"
    return text


def carry_lessons() -> None:
    """Copy the lessons and show in the table of contents what each asks."""
    lessons = MADE / "lessons"
    entries = []
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        inside = path.relative_to(ROOT / "notebooks")
        target = lessons / inside
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = outward(cell["source"])
        write(target, json.dumps(notebook, ensure_ascii=False, indent=1))
        entries.append(inside.with_suffix("").as_posix())
    pictures = ROOT / "notebooks" / "pictures"
    if pictures.is_dir():
        shutil.copytree(pictures, lessons / "pictures", dirs_exist_ok=True)
    text = heading("Lessons")
    text += "The lessons as they are printed. To work in one, open it in the course.\n\n"
    text += ".. toctree::\n   :maxdepth: 1\n\n" + "".join(f"   {entry}\n" for entry in entries)
    write(lessons / "index.rst", text)


def outward(source: Any) -> Any:
    """A cell's text without links into the workspace: there is no exercise on the site to open."""
    text = "".join(source)
    return re.sub(r"\[([^\]]+)\]\((?!https?:|#|mailto:)(?![^)]*\.(?:svg|png))[^)]*\)", r"\1", text)


def write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make_pages(_app: Sphinx) -> None:
    for name in ROOMS:
        write(MADE / "reference" / f"{name}.rst", reference_page(name))
    index = heading("Reference") + ".. toctree::\n   :maxdepth: 1\n\n   methods\n"
    write(MADE / "reference" / "index.rst", index + "".join(f"   {name}\n" for name in ROOMS))
    write(MADE / "reference" / "methods.rst", methods_page())
    write(MADE / "datasets.rst", data_page())
    carry_lessons()
    for name in ("CONTRIBUTING", "CHANGELOG", "SECURITY", "CODE_OF_CONDUCT"):
        write(MADE / f"{name.lower()}.md", outward((ROOT / f"{name}.md").read_text(encoding="utf-8")))


def formula(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def formula_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    writer.body.append(tex2mathml(node.astext(), as_block=True))
    writer.body.append("</div>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", (formula, None), (formula_block, None))
    app.connect("builder-inited", make_pages)
    return {"version": bordercourse.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
