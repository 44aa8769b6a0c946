"""A participant's memos, outputs and pictures as parts of a page, within the bounds of one page.

A page is read by a person, so it need not hold what no person reads: what goes beyond the bounds is
shown as plain text, and what goes beyond the bounds of text is left out and told.
"""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from bordercourse.course.notebooks import clean_text
from bordercourse.files import read_plain
from bordercourse.grading.limits import (
    LARGEST_PICTURE,
    LONGEST_FORMULA,
    LONGEST_MARKUP,
    LONGEST_TEXT,
    PAGE,
)
from bordercourse.grading.pages.clean import clean, safe_picture
from bordercourse.i18n import gettext as _

__all__ = ["Shown", "ShownParts"]

PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Shown:
    """One part of a page: markup that is clean, or a picture with its words, or plain text."""

    markup: Markup = field(default_factory=Markup)
    picture: str = ""
    words: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.markup or self.picture or self.text)


@dataclass
class ShownParts:
    """What one page shows of what a participant made.

    Parameters
    ----------
    folder : path
        Where the hand-in's own pictures lie.
    """

    folder: Path
    left: dict[str, int] = field(default_factory=lambda: dict(PAGE))

    def _take(self, kind: str, size: int) -> bool:
        """Whether the page has room for `size` more of a kind."""
        if self.left[kind] < size:
            return False
        self.left[kind] -= size
        return True

    def text(self, text: Any) -> str:
        """Return text without the signs that colour a terminal, cut to a readable length."""
        whole = _ANSI.sub("", clean_text(text)[: 4 * LONGEST_TEXT])
        part = whole[:LONGEST_TEXT]
        if not self._take("text", len(part)):
            part = ""
        return part if part == whole else (part + "\n" + _("(the rest is left out)")).lstrip()

    def markdown(self, source: str, attachments: Any = None) -> Markup:
        """Return Markdown as clean markup; text that is too long stays as it was typed.

        Parameters
        ----------
        source : str
            What the participant wrote.
        attachments : dict, optional
            The pictures that were pasted into the cell.
        """
        source = clean_text(source)
        if len(source) > LONGEST_TEXT or not self._take("markdown", len(source)):
            return Markup("<pre>{}</pre>").format(self.text(source))
        renderer = _Renderer(self, attachments if isinstance(attachments, dict) else {})
        try:
            return clean(MarkdownWithMath(renderer=renderer).render(source))
        except Exception:  # whatever nested signs provoke in the parser: the words count
            return Markup("<pre>{}</pre>").format(self.text(source))

    def output(self, output: Any) -> Shown:
        """Return one output of a cell; a script or a widget is shown by its words."""
        if not self._take("outputs", 1):
            return Shown()
        kind = output.get("output_type")
        if kind == "stream":
            return Shown(text=self.text(output.get("text", "")))
        if kind == "error":
            lines = output.get("traceback", [])
            short = lines if len(lines) <= 4 else [f"{output.get('ename')}: {output.get('evalue')}"]
            return Shown(text=self.text("\n".join(clean_text(line) for line in short)))
        data = output.get("data", {})
        return self._data(data) if isinstance(data, dict) else Shown()

    def _data(self, data: dict[str, Any]) -> Shown:
        words = clean_text(data.get("text/plain", ""))
        for kind in ("image/png", "image/jpeg", "image/svg+xml"):
            picture = self.picture(kind, data.get(kind)) if kind in data else ""
            if picture:
                return Shown(picture=picture, words=words[:500])
        markup = clean_text(data.get("text/html", ""))
        if markup and len(markup) <= LONGEST_MARKUP and self._take("html", len(markup)):
            return Shown(markup=clean(markup))
        for kind in ("text/markdown", "text/latex"):
            source = clean_text(data.get(kind, ""))
            if source:
                return Shown(markup=self.markdown(source))
        if words:
            return Shown(text=self.text(words))
        return Shown(text=_("(an output that cannot be shown here)")) if data else Shown()

    def picture(self, kind: str, data: Any) -> str:
        """Return an output's picture as a data address; empty where it may not be shown.

        Parameters
        ----------
        kind : str
            The media type, such as ``image/png``.
        data : object
            What the kernel sent.
        """
        drawn = clean_text(data)
        if not drawn or not self._take("pictures", len(drawn)):
            return ""
        if kind == "image/svg+xml":
            return safe_picture(kind, drawn.encode())
        try:
            return safe_picture(kind, base64.b64decode(re.sub(r"[^A-Za-z0-9+/=]", "", drawn)))
        except ValueError:
            return ""

    def own_picture(self, name: str) -> str:
        """Return a picture that lies beside the notebook as a data address; empty where there is none."""
        kind = PICTURES.get(Path(name).suffix.lower())
        if kind is None or ":" in name or name != Path(name).name:
            return ""
        try:
            data = read_plain(self.folder / name, LARGEST_PICTURE)
        except (OSError, ValueError):
            return ""
        return safe_picture(kind, data) if self._take("pictures", len(data)) else ""

    def formula(self, body: str) -> str:
        """Return a formula as a drawing with its text, drawn without any network."""
        body = body.strip()
        drawn = ""
        if len(body) <= LONGEST_FORMULA and self._take("formulas", 1):
            drawn = _drawn_formula(body)
        if not drawn:
            return f"<code>{html.escape(body)}</code>"
        return f'<img alt="{html.escape(body)}" src="{drawn}">'


class _Renderer(IPythonRenderer):
    """Markdown with pictures from the hand-in's own folder, and formulas as drawings with their text."""

    def __init__(self, parts: ShownParts, attachments: dict[str, Any]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.parts, self.pasted = parts, attachments

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{html.escape(code)}</code></pre>"  # colours would need a parser each

    def inline_math(self, body: str) -> str:
        return self.parts.formula(body)

    def block_math(self, body: str) -> str:
        return f"<p>{self.parts.formula(body)}</p>"

    def latex_environment(self, name: str, body: str) -> str:
        return f"<pre>{html.escape(body)}</pre>"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        name = html.unescape(url)
        if name.startswith("attachment:"):
            picture = self._pasted(name.removeprefix("attachment:"))
        else:
            picture = self.parts.own_picture(name)
        if picture or name.startswith("data:"):  # a picture in the text itself is judged by `clean`
            return f'<img alt="{html.escape(text)}" src="{picture or html.escape(name)}">'
        words = _("(picture left out: {words})") if text else _("(picture left out)")
        return html.escape(words.format(words=html.unescape(text)))

    def _pasted(self, name: str) -> str:
        bundle = self.pasted.get(name)
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            if kind in PICTURES.values():
                return self.parts.picture(kind, data)
        return ""


@lru_cache(maxsize=1000)
def _drawn_formula(body: str) -> str:
    """Draw a formula; empty where that fails."""
    from matplotlib.mathtext import math_to_image

    drawn = io.BytesIO()
    try:
        math_to_image(f"${body}$", drawn, format="svg")
    except Exception:  # matplotlib raises of its parser's many kinds
        return ""
    return safe_picture("image/svg+xml", drawn.getvalue())
