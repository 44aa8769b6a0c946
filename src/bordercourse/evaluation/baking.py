"""Badges with their credential inside: a picture that carries the signed token (Open Badges 3.0, baking)."""

from __future__ import annotations

import io
from functools import cache
from xml.etree import ElementTree

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["baked_png", "baked_svg", "token_inside"]

_KEYWORD = "openbadgecredential"
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_LARGEST = 2_000_000  # bytes
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{namespace}" viewBox="0 0 400 400" \
role="img" aria-label="{label}">
<openbadges:credential verify="{token}"/>
<circle cx="200" cy="200" r="190" fill="#f8f3ea" stroke="#1f5f63" stroke-width="14"/>
<circle cx="200" cy="200" r="160" fill="none" stroke="#d9cfbd" stroke-width="3"/>
<path d="M130 235 l45 45 l95 -120" fill="none" stroke="#1f5f63" stroke-width="26" stroke-linecap="round" \
stroke-linejoin="round"/>
<text x="200" y="120" text-anchor="middle" font-family="Noto Sans, sans-serif" font-size="26" \
fill="#33475b">{label}</text>
</svg>
"""


def _label() -> str:
    return _("took part")


def baked_svg(token: str) -> str:
    """Return the badge as SVG, with the token in its one ``openbadges:credential``.

    Parameters
    ----------
    token : str
        A compact JWS.
    """
    from xml.sax.saxutils import escape

    return _SVG.format(namespace=_NAMESPACE, token=escape(token, {'"': "&quot;"}), label=escape(_label()))


@cache
def _picture(label: str) -> bytes:
    """Draw the badge once; every certificate has the same."""
    from matplotlib.patches import Circle
    from matplotlib.path import Path as Line

    from bordercourse.look.figure import CourseFigure

    figure = CourseFigure(figsize=(4, 4), dpi=100)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, 400)
    ax.set_ylim(400, 0)
    ax.axis("off")
    ax.add_patch(Circle((200, 200), 188, facecolor="#f8f3ea", edgecolor="#1f5f63", lw=8))
    ax.add_patch(Circle((200, 200), 158, fill=False, edgecolor="#d9cfbd", lw=2))
    tick = Line([(130, 235), (175, 280), (270, 160)])
    ax.plot(*tick.vertices.T, color="#1f5f63", lw=14, solid_capstyle="round", solid_joinstyle="round")  # type: ignore[union-attr]
    ax.text(200, 112, label, ha="center", fontsize=19, color="#33475b")
    png = io.BytesIO()
    figure.savefig(png, format="png", transparent=True, metadata={"Software": None})
    return png.getvalue()


def baked_png(token: str) -> bytes:
    """Return the badge as PNG, with the token in an iTXt chunk named ``openbadgecredential``.

    Parameters
    ----------
    token : str
        A compact JWS.
    """
    from PIL import Image, PngImagePlugin

    text = PngImagePlugin.PngInfo()
    text.add_itxt(_KEYWORD, token)
    out = io.BytesIO()
    with Image.open(io.BytesIO(_picture(_label()))) as picture:
        picture.save(out, format="PNG", pnginfo=text)
    return out.getvalue()


def token_inside(data: bytes) -> str:
    """Return the token that a file holds: a baked badge (PNG or SVG), or the token itself as text.

    Parameters
    ----------
    data : bytes
        The file.

    Raises
    ------
    InputError
        If nothing is inside, or more than one token.
    """
    do = _("Give the badge as it was handed out: a copy of the screen holds no credential.")
    if len(data) > _LARGEST:
        raise InputError(_("the file"), _("it is larger than two megabytes."), do)
    if data.startswith(b"\x89PNG"):
        found = _in_png(data)
    elif b"<svg" in data[:4096]:
        found = _in_svg(data)
    else:
        return data.decode("utf-8", "replace")
    if len(found) != 1 or not found[0]:
        raise InputError(_("the badge"), _("it holds {n} credentials.").format(n=len(found)), do)
    return found[0]


def _in_png(data: bytes) -> list[str]:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            text = getattr(picture, "text", {}).get(_KEYWORD)
    except (OSError, ValueError, SyntaxError):
        return []
    return [] if text is None else [str(text)]


def _in_svg(data: bytes) -> list[str]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # nothing of ours has either
        return []
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        return []
    return [one.get("verify", "") for one in root.iter(f"{{{_NAMESPACE}}}credential")]
