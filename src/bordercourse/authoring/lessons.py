"""Run lessons and save them with their outputs: the same bytes on every machine."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from bordercourse.authoring.new_module import lay_out
from bordercourse.errors import CourseError, InputError
from bordercourse.i18n import gettext as _

__all__ = ["LessonError", "main", "run_lesson"]


class LessonError(CourseError):
    """A lesson that does not run, or that would show a warning to the reader."""


def run_lesson(path: Path) -> None:
    """Run one lesson from the top and save its outputs in place.

    Widgets are saved as static figures, so that the page reads well without a kernel; timings,
    widget state and the machine's Python version are left out.

    Raises
    ------
    LessonError
        If a cell fails or writes to standard error. The file is then left as it was.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute(env={**os.environ, "BORDERCOURSE_STATIC": "1"})
    except CellExecutionError as error:
        raise LessonError(f"{path.name}: {error}") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _steady(path, cell.id, cell.outputs)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    nbformat.write(notebook, path)


def _steady(path: Path, cell_id: str, outputs: Iterable[Any]) -> list[Any]:
    """Return the outputs without what differs between runs; refuse what a reader must not see."""
    kept: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise LessonError(
                _("{lesson}, cell {cell} writes to standard error: {text}").format(
                    lesson=path.name, cell=cell_id, text=output.text.strip()[:300]
                )
            )
        if kept and output.output_type == "stream" and kept[-1].get("name") == output.name:
            kept[-1].text += output.text  # how a stream is cut into pieces depends on timing
            continue
        kept.append(output)
    return kept


def main(arguments: list[str]) -> int:
    """``bordercourse lesson FILE ...`` runs and saves lessons; ``lesson new NN-slug`` begins a module."""
    if arguments[:1] == ["new"]:
        return _new(arguments[1:])
    parser = argparse.ArgumentParser(
        prog="bordercourse lesson",
        description=_("Run lessons from the top and save them with their outputs."),
        epilog=_("To begin a module: bordercourse lesson new NN-slug"),
    )
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=_("such as notebooks/00-welcome.ipynb")
    )
    for path in parser.parse_args(arguments).files:
        if not path.is_file():
            raise InputError(str(path), _("there is no such lesson."), _("Give the path of a notebook."))
        run_lesson(path)
        print(_("{lesson}: saved").format(lesson=path.name))
    return 0


def _new(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bordercourse lesson new",
        description=_(
            "Lay out a new module in the source code that you stand in: small, whole, to be changed."
        ),
    )
    parser.add_argument("slug", metavar="NN-slug", help=_("number and name, such as 12-border-markets"))
    slug = parser.parse_args(arguments).slug
    here = Path.cwd()
    for path in lay_out(slug, here):
        print(path.relative_to(here).as_posix())
    print(_("Next: bordercourse lesson notebooks/{slug}.ipynb").format(slug=slug))
    return 0
