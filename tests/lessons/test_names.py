"""Each lesson opens the module that bears its slug, and no other page does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import bordercourse.lessons
from bordercourse.course import modules

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {path.stem for path in Path(bordercourse.lessons.__file__).parent.glob("*.py")} - {"__init__"}
OPENS = re.compile(r"from bordercourse\.lessons import (\w+)|from bordercourse\.lessons\.(\w+) import")


def test_each_lesson_opens_its_own_figures() -> None:
    opened: dict[str, set[str]] = {}
    pages = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "exercises" / "source").glob("*/*.ipynb")]
    for path in pages:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        for names in OPENS.findall(code):
            opened.setdefault("".join(names), set()).add(path.stem)
    slugs = {m.slug.partition("-")[2].replace("-", "_"): {m.slug} for m in modules()}
    assert set(slugs) >= FIGURES
    assert opened == {name: slugs[name] for name in FIGURES}
