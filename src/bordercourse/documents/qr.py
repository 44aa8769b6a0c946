"""Write a certificate as a QR code, and read one back from a picture.

Text goes into a code as UTF-8, and the code declares it; what is read are bytes, decoded as the code
declares. Nothing is guessed where a code says what it holds.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse.documents.kinds import Scanned
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Text, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    import segno

__all__ = ["make_qr", "read_qr"]

MOST_BYTES = 20_000_000
MOST_PIXELS = 40_000_000
MOST_IN_A_CODE = 2_952  # bytes in the largest code, beside the declaration of UTF-8 (ISO/IEC 18004, table 7)
_UTF_8 = b"\\000026"  # how a reader reports that a code declares UTF-8 (AIM, Extended Channel Interpretation)


@checked(text=Text())
def make_qr(text: str) -> segno.QRCode:
    """Return `text` as a QR code that shows itself in a notebook; ``.save("seal.png", scale=4)`` writes it.

    The code declares that its bytes are UTF-8, so that no reader needs to guess: names keep their letters,
    whatever their script.

    Raises
    ------
    InputError
        If `text` is empty or no text, holds half a character, or is longer than a QR code can carry
        (2,952 bytes).

    Examples
    --------
    >>> make_qr("UTOPIA").designator
    '1-H'
    """
    import segno

    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise InputError(
            "text", _("it holds half a character, which no code can carry."), _("Copy the text again.")
        ) from None
    if size > MOST_IN_A_CODE:
        raise InputError(
            "text",
            _("{n} bytes do not fit.").format(n=f"{size:,}"),
            _("A QR code carries {n} bytes.").format(n=f"{MOST_IN_A_CODE:,}"),
        )
    return segno.make_qr(text, error="l", mode="byte", encoding="utf-8", eci=True, boost_error=True)


@checked(picture=Scanned())
def read_qr(picture: str | Path | bytes | Any) -> list[str]:
    """Return the texts of all QR, Data Matrix and Aztec codes in a picture, in reading order.

    Parameters
    ----------
    picture : path, bytes, PIL image or numpy array
        A PNG or JPEG file, its content, or a picture in memory. At most 20 MB and 40 million pixels.
        A transparent picture is read on white paper.

    Returns
    -------
    list of str
        Empty where no code was found. What a code says is worth nothing until it is verified.
        A code that declares how its bytes are to be read is read so. One that does not is read as UTF-8,
        or, where its bytes are not UTF-8, as ISO 8859-1, the default of ISO/IEC 18004.

    Raises
    ------
    InputError
        If the picture is not PNG or JPEG, is broken, or is too large.

    Examples
    --------
    >>> import io
    >>> png = io.BytesIO()
    >>> make_qr("CONCEIÇÃO, សុខា").save(png, kind="png", scale=3)
    >>> read_qr(png.getvalue())
    ['CONCEIÇÃO, សុខា']
    """
    import zxingcpp as zx
    from PIL import Image

    image = _open(picture) if isinstance(picture, str | Path | bytes | Image.Image) else picture
    texts = [_text(code) for code in _codes(image, zx.TextMode.HexECI)]
    if None in texts:  # another character set is declared, or none that fits: the library's own reading
        texts = [
            own or plain.text for own, plain in zip(texts, _codes(image, zx.TextMode.Plain), strict=True)
        ]
    return [text for text in texts if text is not None]


def _codes(image: Any, mode: Any) -> list[Any]:
    import zxingcpp as zx

    formats = zx.BarcodeFormats(
        [zx.BarcodeFormat.QRCode, zx.BarcodeFormat.DataMatrix, zx.BarcodeFormat.Aztec]
    )
    try:
        barcodes: Sequence[Any] = zx.read_barcodes(image, formats=formats, text_mode=mode)
    except (ValueError, TypeError, RuntimeError) as error:
        raise InputError(
            "picture", _("it cannot be read ({error}).").format(error=error), _("Give a PNG or JPEG file.")
        ) from None
    codes = [code for code in barcodes if code.valid]
    return sorted(codes, key=lambda code: (code.position.top_left.y, code.position.top_left.x))


def _text(code: Any) -> str | None:
    """Return the text of a code read with its declarations, or None where its bytes do not settle it."""
    with_declarations = bytes.fromhex(code.text)[3:]  # after the identifier of the kind of code, such as ]Q2
    declared = with_declarations != code.bytes
    if declared and not with_declarations.startswith(_UTF_8):
        return None
    try:
        return bytes(code.bytes).decode()
    except UnicodeDecodeError:
        text = bytes(code.bytes).decode("iso-8859-1")
    # A text in ISO 8859-1 holds no control characters of its upper half: then it is in something else.
    return None if declared or any("\x80" <= character < "\xa0" for character in text) else text


def _open(picture: str | Path | bytes | Any) -> Any:
    from PIL import Image, UnidentifiedImageError

    smaller = _("Take a smaller picture.")
    try:
        image = picture if isinstance(picture, Image.Image) else _image(picture)
        if image.width * image.height > MOST_PIXELS:  # read from the header, before anything is unpacked
            raise InputError("picture", _("it has more than 40 million pixels."), smaller)
        return _on_white(image)
    except FileNotFoundError:
        problem = _("there is no file {name}.").format(name=repr(str(picture)))
        raise InputError("picture", problem, _("Check its name.")) from None
    except InputError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        problem = _("it cannot be read ({error}).").format(error=type(error).__name__)
        raise InputError("picture", problem, _("Give a PNG or JPEG file.")) from None


def _image(picture: str | Path | bytes) -> Any:
    from PIL import Image

    size = len(picture) if isinstance(picture, bytes) else Path(picture).stat().st_size
    if size > MOST_BYTES:
        raise InputError("picture", _("it is larger than 20 MB."), _("Take a smaller picture."))
    raw = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
    return Image.open(io.BytesIO(raw), formats=("PNG", "JPEG"))


def _on_white(image: Any) -> Any:
    """Return a picture as greys of 8 bits; what is transparent shows the white paper behind it."""
    from PIL import Image

    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    elif image.mode.startswith("I;16"):  # the library would cut off what is above 255, and leave white
        image = image.point(lambda value: value / 256, "L")
    return image.convert("L")
