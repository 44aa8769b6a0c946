"""The one function through which a participant's markup reaches a page.

HTML is parsed and written anew by Ammonia, as `nh3` binds it, with a list of what may stand. Two
things are judged here, because the library leaves them to its caller: the values of styles, which can
load a file, and the sources of pictures. A page that shows the result also sends `POLICY`, so that a
browser refuses what should ever pass.
"""

from __future__ import annotations

import base64
import html
import io
import re
import unicodedata
from typing import Any
from urllib.parse import quote

import nh3
import tinycss2
from markupsafe import Markup

from bordercourse.grading.limits import DEEPEST_MARKUP, LARGEST_PICTURE, LONGEST_STYLE, MOST_PIXELS
from bordercourse.i18n import gettext as _

__all__ = ["POLICY", "clean", "plain", "safe_picture"]

# For a page without scripts: nothing is loaded, nothing runs, nothing is sent.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_TAGS = _words(
    "a abbr b blockquote br caption code dd del details div dl dt em h2 h3 h4 h5 h6 hr i img li ol p pre "
    "s small span strong sub summary sup table tbody td tfoot th thead tr u ul"
)
# What stands between these is no text for a reader.
_WITH_CONTENT = _words(
    "applet audio canvas embed frameset iframe math noembed noframes noscript object plaintext script "
    "select style svg template textarea title video xmp"
)
_ATTRIBUTES = {
    "*": {"aria-label", "dir", "lang", "style", "title"},
    "a": {"href"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# No name or class may stand: the page's own scripts and styles look for them.
_SIZES = frozenset({"colspan", "height", "rowspan", "start", "width"})


def clean(text: str) -> Markup:
    """Return HTML without scripts, without anything that loads, headings below the page's own.

    Examples
    --------
    >>> clean("<b onclick='steal()'>90 %</b><script>steal()</script>")
    Markup('<b>90 %</b>')
    >>> clean("<p style='color: #900; list-style: url(http://x.example/)'>late</p>")
    Markup('<p style="color: #900">late</p>')
    """
    if _depth(text) > DEEPEST_MARKUP:
        return Markup("<pre>{}</pre>").format(text)
    text = re.sub(r"(?i)<(/?)h1\b", r"<\1h2", text)
    return Markup(_NAMELESS.sub(_NAMED, _CLEANER.clean(text)))


_NAMELESS = re.compile(r'<img(?![^>]* alt=")')  # a screen reader would spell out the picture's address
_NAMED = '<img alt="{}"'.format(_("a picture without words"))


def plain(text: object, longest: int = 200) -> str:
    """Return a name as one line of visible characters: no control signs, none that turn the line round.

    Parameters
    ----------
    text : object
        The name.
    longest : int
        How many characters are shown.

    Examples
    --------
    >>> plain("memo" + chr(0x202E) + "gpj.exe")
    'memo?gpj.exe'
    """
    line = "".join("?" if _is_hidden(sign) else sign for sign in str(text))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _is_hidden(sign: str) -> bool:
    """Whether a sign breaks or turns a line. A joiner, as Khmer and Persian write it, does not."""
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _TURNS


_TURNS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _depth(text: str) -> int:
    """How deep tags stand inside tags; those that end by themselves do not count."""
    deepest = depth = 0
    for sign, name in _TAG.findall(text):
        if name.lower() not in _ENDS_ITSELF:
            depth = max(0, depth - 1) if sign else depth + 1
            deepest = max(deepest, depth)
    return deepest


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ENDS_ITSELF = _words(
    "area base br col embed hr img input li link meta p param source tbody td tfoot th thead tr track wbr "
    "dd dt option"
)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _style(value)
    if name == "src":
        return value if _is_picture(value) else _PICTURE_LEFT_OUT
    if name == "href":
        return value if re.match(r"(https?://|mailto:|#)", value.strip(), re.IGNORECASE) else None
    if name in _SIZES:
        return value if re.fullmatch(r"\d{1,4}", value) else None
    if name == "dir":
        return value if value in ("ltr", "rtl", "auto") else None
    return value


# -- styles ----------------------------------------------------------------------------------------

_STYLES = _words(
    "color background-color font-weight font-style text-align vertical-align text-decoration white-space "
    "max-width width margin margin-top margin-bottom margin-left margin-right padding padding-left "
    "padding-right padding-top padding-bottom border border-top border-bottom border-left border-right "
    "border-collapse border-spacing list-style list-style-type font-size line-height"
)
_COLOURS = frozenset({"rgb", "rgba", "hsl", "hsla"})
_UNITS = {"px": 2000, "pt": 1500, "em": 120, "rem": 120, "ex": 240, "ch": 240, "cm": 50, "mm": 500, "%": 400}


def _style(value: str) -> str | None:
    """Return the declarations of which every value is a word, a number or a colour."""
    kept = []
    for one in tinycss2.parse_blocks_contents(value[:LONGEST_STYLE]):
        if one.type == "declaration" and one.lower_name in _STYLES and all(map(_may_style, one.value)):
            kept.append(f"{one.lower_name}: {tinycss2.serialize(one.value).strip()}")
    return "; ".join(kept) or None


def _may_style(token: Any) -> bool:
    if token.type == "function":
        inside = token.arguments
        return token.lower_name in _COLOURS and all(
            part.type != "function" and _may_style(part) for part in inside
        )
    if token.type in ("number", "percentage", "dimension"):
        unit = {"number": "px", "percentage": "%"}.get(token.type) or token.lower_unit
        return unit in _UNITS and 0 <= token.value <= _UNITS[unit]
    if token.type == "ident":
        return bool(re.fullmatch(r"[a-zA-Z-]{1,30}", token.value))
    return token.type in ("whitespace", "hash") or (token.type == "literal" and token.value in (",", "/"))


# -- pictures --------------------------------------------------------------------------------------

_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|webp|svg\+xml));base64,([A-Za-z0-9+/=\s]+)")


def _is_picture(address: str) -> bool:
    """Whether an address holds a picture itself, and one that a browser can unpack.

    A drawing (SVG) runs no script and loads nothing where it is shown as a picture.
    """
    parts = _DATA.fullmatch(address)
    if parts is None:
        return False
    try:
        data = base64.b64decode(parts[2])
    except ValueError:
        return False
    return bool(safe_picture(parts[1], data))


def safe_picture(kind: str, data: bytes) -> str:
    """Return the data address of a picture; empty where it is none, or too large to unpack.

    Parameters
    ----------
    kind : str
        The media type, such as ``image/png``.
    data : bytes
        The picture's file.
    """
    if len(data) > LARGEST_PICTURE:
        return ""
    if kind != "image/svg+xml":
        from PIL import Image

        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return ""
        except Exception:  # whatever a forged picture provokes
            return ""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _drawn_words(words: str) -> str:
    """Return a picture that says `words`, in the place of one that may not be shown."""
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='190' height='28'><rect x='.5' y='.5' width='189' "
        "height='27' fill='#f5f5f5' stroke='#767676'/><text x='95' y='19' font-family='sans-serif' "
        f"font-size='14' text-anchor='middle' fill='#333'>{html.escape(words)}</text></svg>"
    )
    return "data:image/svg+xml," + quote(drawing)


_PICTURE_LEFT_OUT = _drawn_words(_("(picture left out)"))
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"https", "http", "mailto", "data"},
    link_rel="noopener noreferrer",
)
