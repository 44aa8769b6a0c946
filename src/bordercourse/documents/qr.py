"""Write a certificate as a QR code, and read one back from a picture."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import segno

__all__ = ["make_qr", "read_qr"]

MOST_BYTES = 20_000_000
MOST_PIXELS = 40_000_000


def make_qr(text: str) -> segno.QRCode:
    """Return `text` as a QR code that shows itself in a notebook; ``.save("seal.png", scale=4)`` writes it.

    Raises
    ------
    InputError
        If the text is longer than a QR code can carry (2,953 bytes).

    Examples
    --------
    >>> make_qr("UTOPIA").designator
    '1-H'
    """
    import segno

    try:
        return segno.make_qr(text, error="l", boost_error=True)
    except (segno.DataOverflowError, ValueError):
        raise InputError(
            "text", f"{len(text)} characters do not fit.", "A QR code carries 2,953 bytes."
        ) from None


def read_qr(picture: str | Path | bytes | Any) -> list[str]:
    """Return the texts of all QR, Data Matrix and Aztec codes in a picture, in reading order.

    Parameters
    ----------
    picture : path, bytes, PIL image or numpy array
        A PNG or JPEG file, its content, or a picture in memory. At most 20 MB and 40 million pixels.

    Returns
    -------
    list of str
        Empty where no code was found. What a code says is worth nothing until it is verified.

    Raises
    ------
    InputError
        If the picture is not PNG or JPEG, is broken, or is too large.

    Examples
    --------
    >>> import io
    >>> png = io.BytesIO()
    >>> make_qr("ABW<BKR<MXHMD").save(png, kind="png", scale=3)
    >>> read_qr(png.getvalue())
    ['ABW<BKR<MXHMD']
    """
    import zxingcpp as zx

    image = _open(picture) if isinstance(picture, str | Path | bytes) else picture
    formats = zx.BarcodeFormats(
        [zx.BarcodeFormat.QRCode, zx.BarcodeFormat.DataMatrix, zx.BarcodeFormat.Aztec]
    )
    try:
        found = zx.read_barcodes(image, formats=formats, text_mode=zx.TextMode.Plain)
    except (ValueError, TypeError, RuntimeError) as error:
        raise InputError("picture", f"it cannot be read ({error}).", _("Give a PNG or JPEG file.")) from None
    found.sort(key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [code.text for code in found if code.valid]


def _open(picture: str | Path | bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    do = _("Give a PNG or JPEG file.")
    try:
        if isinstance(picture, bytes):
            raw = picture
        else:
            path = Path(picture)
            if path.stat().st_size > MOST_BYTES:
                raise InputError("picture", "the file is larger than 20 MB.", "Take a smaller picture.")
            raw = path.read_bytes()
        if len(raw) > MOST_BYTES:
            raise InputError("picture", "it is larger than 20 MB.", "Take a smaller picture.")
        image = Image.open(io.BytesIO(raw), formats=("PNG", "JPEG"))
        if image.width * image.height > MOST_PIXELS:  # read from the header, before anything is unpacked
            raise InputError("picture", "it has more than 40 million pixels.", "Take a smaller picture.")
        return image.convert("L")
    except FileNotFoundError:
        raise InputError("picture", f"there is no file {str(picture)!r}.", "Check its name.") from None
    except InputError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError("picture", f"it cannot be read ({type(error).__name__}).", do) from None
