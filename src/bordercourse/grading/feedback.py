"""A participant's feedback page: points and what to look at again, and no hidden test.

In ``nbgrader_config.py``::

    c.GenerateFeedback.exporter_class = "bordercourse.grading.feedback.FeedbackExporter"
    c.GenerateFeedback.preprocessors = ["bordercourse.grading.feedback.GetMarks"]

The page is one file. It loads nothing from any network, runs no script, and keeps its headings,
tables and texts in an order that a screen reader can follow.
"""

from __future__ import annotations

import ast
import base64
import html
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import bleach  # type: ignore[import-untyped]
from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]
from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader import utils
from nbgrader.preprocessors import GetGrades
from traitlets import default

from bordercourse.files import read_plain
from bordercourse.grading.intake.repair import clean_text
from bordercourse.grading.intake.source import without_hidden
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["FeedbackExporter", "GetMarks", "message_of"]

_LARGEST_PICTURE = 3_000_000
_LONGEST_TEXT = 20_000
_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
_COURSE_ERRORS = ("AnswerError", "CourseError", "InputError", "MissingAnswerError", "NotebookStopped")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class GetMarks(GetGrades):
    """nbgrader's GetGrades, which also says which answers still wait for the instructor."""

    def _get_score(self, cell: Any, resources: Any) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        waiting = bool(grade.needs_manual_grade) and grade.manual_score is None
        cell.metadata.nbgrader["waiting"] = waiting


class FeedbackExporter(Exporter):
    """Writes the page from a marked notebook."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        folder = Path(resources.get("metadata", {}).get("path", "") or ".")
        template = _environment().get_template("feedback.html.j2")
        parts = [_part(cell, folder) for cell in nb.cells]
        marks = resources.get("nbgrader", {})
        page = template.render(
            notebook=marks.get("notebook", ""),
            score=marks.get("score", 0.0),
            most=marks.get("max_score", 0.0),
            penalty=marks.get("late_penalty", 0.0),
            parts=[part for part in parts if part],
            waiting=any(part.get("waiting") for part in parts),
        )
        return page, resources


@cache
def _environment() -> Environment:
    made = Environment(loader=PackageLoader("bordercourse.grading", ""), autoescape=True, trim_blocks=True)
    made.globals.update(_=_, ngettext=ngettext)
    made.filters["points"] = lambda value: f"{float(value or 0):.2f}".rstrip("0").rstrip(".")
    return made


def _part(cell: Any, folder: Path) -> dict[str, Any]:
    """What the template needs to know of one cell."""
    meta = cell.metadata.get("nbgrader", {})
    source = without_hidden(cell.source)
    part: dict[str, Any] = {
        "name": meta.get("grade_id", ""),
        "kind": cell.cell_type,
        "graded": utils.is_grade(cell) or utils.is_task(cell),
        "answer": utils.is_solution(cell),
        "score": meta.get("score"),
        "points": meta.get("points"),
        "waiting": bool(meta.get("waiting")),
        "comment": _markdown(meta["comment"], {}, folder) if meta.get("comment") else "",
        "source": source if cell.cell_type == "code" else "",
        "text": _markdown(source, cell.get("attachments", {}), folder)
        if cell.cell_type == "markdown"
        else "",
        "outputs": [],
    }
    if cell.cell_type == "code":
        test = part["graded"] and not part["answer"]
        part["test"] = test
        shown = [_output(output, cell.source, test) for output in cell.outputs]
        part["outputs"] = [one for one in shown if one]
    elif cell.cell_type != "markdown" or not source.strip():
        return part if part["graded"] else {}
    return part


def message_of(output: Any, source: str) -> str:
    """Return what a participant may read of an error in a test cell.

    Only words that were written for them: a message of the course, or a text that stands in the
    test itself. Anything else (a traceback, two tables that differ) could hold the key.
    """
    kind, said = str(output.get("ename", "")), clean_text(output.get("evalue", "")).strip()
    if kind in _COURSE_ERRORS and said:
        return said
    if said and said in _texts(source):
        return said
    if kind == "CellTimeoutError":
        return _("This took too long and was stopped.")
    name = re.fullmatch(r"name '(\w+)' is not defined", said)
    if name and re.search(rf"\b{name[1]}\b", without_hidden(source)):
        return _("{name} does not exist. Did the cell that makes it run without an error?").format(
            name=name[1]
        )
    return _("The test stopped before its end ({kind}). Look at your answer again.").format(kind=kind[:60])


@cache
def _texts(source: str) -> frozenset[str]:
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    # The message of an assertion or of an error that the test raises; not the key it compares with.
    texts = set()
    for node in nodes:
        spoken = getattr(node, "msg" if isinstance(node, ast.Assert) else "exc", None)
        for inside in ast.walk(spoken) if spoken is not None else ():
            if isinstance(inside, ast.Constant) and isinstance(inside.value, str):
                texts.add(inside.value.strip())
    return frozenset(texts)


def _output(output: Any, source: str, test: bool) -> dict[str, str | Markup]:
    kind = output.output_type
    if kind == "stream":
        if test and output.name == "stderr":
            return {}
        return {"pre": _cut(output.text)}
    if kind == "error":
        if test:
            return {"message": message_of(output, source)}
        lines = output.traceback if len(output.traceback) <= 4 else [f"{output.ename}: {output.evalue}"]
        return {"pre": _cut("\n".join(lines))}
    if kind == "execute_result" and test:
        return {}  # the score, which stands in the heading
    data = output.get("data", {})
    described = clean_text(data.get("text/plain", ""))
    for mime in ("image/png", "image/jpeg"):
        drawn = clean_text(data.get(mime, ""))
        if drawn and len(drawn) < 4 * _LARGEST_PICTURE:
            drawn = re.sub(r"[^A-Za-z0-9+/=]", "", drawn)
            return {"picture": f"data:{mime};base64,{drawn}", "alt": described}
    if "image/svg+xml" in data:
        drawn = base64.b64encode(clean_text(data["image/svg+xml"]).encode()).decode()
        return {"picture": f"data:image/svg+xml;base64,{drawn}", "alt": described}
    if "text/html" in data:
        return {"html": _safe(clean_text(data["text/html"])[: 10 * _LONGEST_TEXT])}
    return {"pre": _cut(described)}


def _cut(text: Any) -> str:
    plain: str = _ANSI.sub("", clean_text(text))
    if len(plain) <= _LONGEST_TEXT:
        return plain
    return plain[:_LONGEST_TEXT] + "\n" + _("(the rest is left out)")


# -- HTML that is safe and complete ----------------------------------------------------------------

_WORDS = (
    "a abbr b blockquote br caption code dd del details div dl dt em h2 h3 h4 h5 h6 hr i img li ol p pre "
    "s small span strong sub summary sup table tbody td tfoot th thead tr u ul"
)
_STYLES = (
    "color background-color font-weight font-style text-align vertical-align max-width width margin "
    "margin-top margin-bottom margin-left padding padding-left border list-style white-space"
)
_TAGS = frozenset(_WORDS.split())
_CSS = CSSSanitizer(allowed_css_properties=_STYLES.split())


def _may_stand(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        return name in ("alt", "width", "height") or (name == "src" and value.startswith("data:image/"))
    if tag == "a":
        return name == "title" or (name == "href" and value.startswith(("https:", "http:", "mailto:", "#")))
    return name in ("style", "colspan", "rowspan", "scope", "title", "lang", "dir", "role", "aria-label")


def _safe(text: str) -> Markup:
    """Return HTML without scripts, without anything that loads, headings below the page's own."""
    text = re.sub(r"(?is)<(style|script)\b.*?(</\1\s*>|\Z)", "", text)
    text = re.sub(r"(?i)<(/?)h1\b", r"<\1h2", text)
    made = bleach.clean(
        text, _TAGS, _may_stand, ["https", "http", "mailto", "data"], strip=True, css_sanitizer=_CSS
    )
    made = re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", html.escape(_("(picture left out)")), made)
    return Markup(made)


class _Renderer(IPythonRenderer):
    """Markdown with pictures from the hand-in's own folder, and formulas as drawings with their text."""

    def inline_math(self, body: str) -> str:
        return _formula(body)

    def block_math(self, body: str) -> str:
        return f"<p>{_formula(body)}</p>"

    def latex_environment(self, name: str, body: str) -> str:
        return f"<pre>{html.escape(body)}</pre>"


def _markdown(source: str, attachments: Any, folder: Path) -> Markup:
    renderer = _Renderer(escape=False, attachments=attachments, embed_images=False, exclude_anchor_links=True)
    text = MarkdownWithMath(renderer=renderer).render(clean_text(source))
    return _safe(re.sub(r'(<img\b[^>]*?\ssrc=")([^"]*)(")', lambda m: m[1] + _own(m[2], folder) + m[3], text))


def _own(address: str, folder: Path) -> str:
    """Return a picture beside the notebook as a data address; others as they are."""
    name = html.unescape(address)
    kind = _PICTURES.get(Path(name).suffix.lower())
    if kind is None or ":" in name or name != Path(name).name:
        return address
    try:
        data = read_plain(folder / name, _LARGEST_PICTURE)
    except OSError:
        return address
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@cache
def _formula(body: str) -> str:
    """Draw a formula without any network; where that fails, show its text."""
    text = html.escape(body.strip())
    try:
        from matplotlib.mathtext import math_to_image

        drawn = io.BytesIO()
        math_to_image(f"${body.strip()}$", drawn, format="svg", prop=None)
    except Exception:
        return f"<code>{text}</code>"
    picture = base64.b64encode(drawn.getvalue()).decode()
    return f'<img alt="{text}" src="data:image/svg+xml;base64,{picture}">'
