"""Leave in a marked notebook only what any program may show.

The instructor opens it in JupyterLab, in nbgrader's own pages, in whatever comes next: each reads
Markdown and outputs in its own way, so nothing here leans on how one of them reads. What was handed
in stays untouched under ``submitted``.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from bordercourse.course.notebooks import clean_text
from bordercourse.grading.pages.shown import PICTURES, ShownParts

__all__ = ["CleanStored", "clean_notebook", "harmless_markdown"]

# A picture from the hand-in itself: beside the notebook, or pasted into the cell.
_OWN_PICTURE = r"\[[^\[\]\n]{0,300}\]\((?:attachment:[^\s()<>\\]{1,200}|[\w.-]{1,100}\.(?:png|jpe?g|gif))\)"
# What MathJax takes for an address, a style, or a part of itself that it must load.
_COMMAND = re.compile(
    r"\\(?=(?:href|url|style|class|cssId|data|bbox|require|unicode|includegraphics|html[A-Za-z]*|texttip|"
    r"mathtip|toggle|enclose|definecolor|newcommand|renewcommand|newenvironment|def|let)(?![A-Za-z]))"
)
_RULES = (
    (re.compile(r"<(?=[A-Za-z/!?])"), "< "),  # a sign and a blank: no reader takes that for a tag
    (re.compile(rf"!(?=\[)(?!{_OWN_PICTURE})", re.IGNORECASE), "! "),  # a link, which loads nothing
    (_COMMAND, r"\\ "),
    (re.compile(r"(?i)(`{3}|~{3})([ \t]*)mermaid"), r"\1\2text"),  # its drawings load pictures
)


def harmless_markdown(source: str) -> str:
    """Return Markdown that no reader turns into a tag, a loaded picture or a command.

    A text without such things comes back as it was.

    Examples
    --------
    >>> harmless_markdown("First the **counter**, then 3 < 4.")
    'First the **counter**, then 3 < 4.'
    >>> harmless_markdown("<img src=x onerror=steal()> ![a](https://x.example/a.png) ![b](map.png)")
    '< img src=x onerror=steal()> ! [a](https://x.example/a.png) ![b](map.png)'
    """
    for pattern, instead in _RULES:
        source = pattern.sub(instead, source)
    return source


def clean_notebook(notebook: Any, folder: Path) -> None:
    """Clean the cells that a participant wrote, and all outputs, in place.

    Parameters
    ----------
    notebook : NotebookNode
        A marked notebook: locked cells hold the instructor's text again.
    folder : path
        Where the hand-in's other files lie.
    """
    kept = ("kernelspec", "language_info")
    notebook.metadata = from_dict({key: notebook.metadata[key] for key in kept if key in notebook.metadata})
    for cell in notebook.cells:
        own = not utils.is_locked(cell) or utils.is_solution(cell)
        if cell.cell_type != "code" and own:
            cell.source = harmless_markdown(clean_text(cell.source))
        if "attachments" in cell:
            cell.attachments = from_dict(_pasted(cell.attachments))
        if cell.cell_type == "code":
            parts = ShownParts(folder)
            cell.outputs = [from_dict(_output(dict(output), parts)) for output in cell.outputs]


def _pasted(attachments: Any) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        pictures = {k: v for k, v in bundle.items() if k in PICTURES.values() and isinstance(v, str)}
        if pictures:
            kept[name] = pictures
    return kept


def _output(output: dict[str, Any], parts: ShownParts) -> dict[str, Any]:
    if output.get("output_type") not in ("display_data", "execute_result"):
        return output  # text, which every reader shows as text
    data = output.get("data", {})
    shown = parts.output(output)
    bundle = {"text/plain": clean_text(data.get("text/plain", "")) if isinstance(data, dict) else ""}
    kind, _comma, drawn = shown.picture.removeprefix("data:").partition(";base64,")
    if kind == "image/svg+xml":
        bundle["text/html"] = f'<img alt="{html.escape(shown.words)}" src="{shown.picture}">'
    elif kind:
        bundle[kind] = drawn
    elif shown.markup:
        bundle["text/html"] = _COMMAND.sub(r"\\ ", str(shown.markup))  # JupyterLab typesets tables too
    return {**output, "data": bundle, "metadata": {}}


class CleanStored(NbGraderPreprocessor):
    """The last step of grading: clean what is stored, after marks were read from it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Clean one notebook."""
        clean_notebook(nb, Path(resources.get("metadata", {}).get("path", "") or "."))
        return nb, resources
