"""Lay out a new module: a small one that is whole, to be changed part by part.

The parts stand in ``tools/template`` at the places where they will stand in the checkout, with ``NN-slug`` in
the place of the module's name. That folder is no part of the course: nothing there is released or packed.
"""

from __future__ import annotations

import json
import keyword
import re
import tomllib
from pathlib import Path

from bordercourse.errors import CourseError, InputError
from bordercourse.files import write_whole
from bordercourse.i18n import gettext as _

__all__ = ["lay_out"]

_TEMPLATE = Path("tools") / "template"
_DESCRIPTIONS = Path("tools") / "pictures" / "descriptions.toml"
_PICTURES = Path("notebooks") / "pictures"
_RECORDS = Path("src") / "bordercourse" / "course" / "modules"


def lay_out(slug: str, checkout: Path) -> list[Path]:
    """Write the files of a new module and return all that was written.

    Of what is there, two lists grow: README's of the modules, and, where no scene is drawn yet, that of the
    pictures' descriptions. The map is the picture, until there is one.

    Parameters
    ----------
    slug : str
        Number and name, such as ``12-border-markets``.
    checkout : pathlib.Path
        The folder of the source code.

    Raises
    ------
    InputError
        If the name is none, or is taken.
    CourseError
        If the folder is no checkout of the course.
    """
    template = checkout / _TEMPLATE
    if not template.is_dir():
        raise CourseError(
            _("{folder} holds no source code of the course. Go to the folder that you cloned.").format(
                folder=checkout
            )
        )
    _refuse_bad_name(slug, checkout)
    descriptions = (checkout / _DESCRIPTIONS).read_text(encoding="utf-8")
    known: dict[str, str] = tomllib.loads(descriptions)
    described = known.get(slug, known["map"])
    words = {"NN-slug": slug, "NN_name": slug[3:].replace("-", "_"), "PICTURE": described}
    texts = {
        checkout / _filled(str(path.relative_to(template)), words): _filled(
            path.read_text(encoding="utf-8"), words
        )
        for path in sorted(template.rglob("*.*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    picture = checkout / _PICTURES / f"{slug}.svg"
    for path in [*texts, *([] if slug in known else [picture])]:  # a described scene is drawn ahead: it stays
        if path.exists():
            raise InputError(str(path), _("this file is there already."), _("Choose another name."))
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    if slug not in known:  # no scene is drawn yet
        line = f"{json.dumps(slug)} = {json.dumps(described, ensure_ascii=False)}"
        write_whole(checkout / _DESCRIPTIONS, f"{descriptions.rstrip()}\n{line}\n")
        the_map = (checkout / _PICTURES / "map.svg").read_text(encoding="utf-8")
        write_whole(picture, the_map)
    _list_in_readme(slug, texts[checkout / _RECORDS / f"{slug}.toml"], checkout)
    added = [] if slug in known else [picture, checkout / _DESCRIPTIONS]
    return [*texts, *added, checkout / "README.md"]


def _filled(text: str, words: dict[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, word)
    # The number alone, in headings; never inside another word.
    return re.sub(r"\bNN\b", words["NN-slug"][:2], text)


def _refuse_bad_name(slug: str, checkout: Path) -> None:
    if not re.fullmatch(r"\d\d(-[a-z]+)+", slug):
        raise InputError(
            repr(slug),
            _("a module is named by two digits and small letters, with hyphens."),
            _("Write it such as 12-border-markets."),
        )
    if keyword.iskeyword(slug[3:]):  # the module of its figures would bear this name
        raise InputError(
            repr(slug), _("this word has a meaning in Python."), _("Add a word, such as 12-class-rooms.")
        )
    for record in sorted((checkout / _RECORDS).glob("[0-9][0-9]-*.toml")):
        if record.stem[:2] == slug[:2]:
            raise InputError(
                repr(slug),
                _("the number is taken by {name}.").format(name=record.stem),
                _("Choose another number."),
            )


def _list_in_readme(slug: str, record: str, checkout: Path) -> None:
    path = checkout / "README.md"
    facts = tomllib.loads(record)
    row = f"| {slug} | {facts['question']} | {facts['lesson_minutes']} | {facts['exercise_minutes']} |"
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [
        at for at, line in enumerate(lines) if re.match(r"\| \d\d-[a-z0-9-]+ \| .* \| \d+ \| \d+ \|$", line)
    ]
    after = max((at for at in rows if lines[at] < row), default=rows[0] - 1)
    lines.insert(after + 1, row)
    write_whole(path, "\n".join(lines) + "\n")
