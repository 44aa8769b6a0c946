"""Files as people's machines leave them: read what is clear, write all or nothing.

A notebook and an answer sheet travel by stick, mail and chat, through editors and sudden power
cuts. One reader (`read_json`) serves both of them, for the participant and for the grader.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.i18n import gettext as _

__all__ = [
    "LARGEST_NOTEBOOK",
    "LARGEST_SHEET",
    "DamagedError",
    "gather",
    "lost_letters",
    "need_space",
    "printable",
    "put_in_place",
    "read_json",
    "read_plain",
    "why_not_written",
    "write_whole",
]

LARGEST_NOTEBOOK = 30_000_000  # bytes; pictures pasted into a memo are within it
LARGEST_SHEET = 1_000_000  # bytes; a full casebook needs a hundredth of it

_MOST_COPIES = 40
_MOST_PARTS = 5_000_000  # commas and brackets: each part of a tree takes some fifty bytes of memory
_MOST_TO_LEVEL = 10_000_000  # characters
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds; a synchroniser lets a small file go in less
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
# A text in quotes (one that was cut off goes to the end), or what may stand between texts for a blank.
_QUOTED_OR_BLANK = re.compile(
    r'("(?:[^"\\]|\\.?)*+"?)|[\s\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff\ufffd]', re.DOTALL
)
_CURLY = str.maketrans("“”„‟«»", '""""""')


class DamagedError(CourseError):
    """A file that cannot be read; it is reported for that file alone."""


def read_json(data: bytes) -> Any:
    """Return what a JSON file holds, whatever an editor, a mail or a crash added around it.

    A byte-order mark, UTF-16, zeros at the end, no-break spaces and line ends inside a text are
    levelled; curly quotes too, where there is no straight one. Letters that cannot be read come back
    as ``�``: see `lost_letters`.

    Parameters
    ----------
    data : bytes
        The file, of a size that the caller has bounded.

    Raises
    ------
    DamagedError
        If it is broken off, is nested too deep, or is no JSON.

    Examples
    --------
    >>> read_json('\\ufeff{"answers":\\xa0{}}\\0\\0'.encode())
    {'answers': {}}
    >>> read_json(b'{"answers": {')
    Traceback (most recent call last):
        ...
    bordercourse.files.DamagedError: the file is broken off or damaged
    """
    text = _decoded(data)
    if not text:
        raise DamagedError(_("the file is empty"))
    if sum(map(text.count, ",[{")) > _MOST_PARTS:
        raise DamagedError(_("the file holds too many parts"))
    try:
        try:
            return json.loads(text)
        except ValueError:
            if len(text) > _MOST_TO_LEVEL:
                raise
            return json.loads(_levelled(text), strict=False)
    except RecursionError:
        raise DamagedError(_("the file is nested too deep")) from None
    except (ValueError, MemoryError):
        raise DamagedError(_("the file is broken off or damaged")) from None


def lost_letters(data: bytes) -> bool:
    """Tell whether a file holds letters that could not be read, as one saved in an old encoding does.

    Examples
    --------
    >>> lost_letters('{"text": "ខ្មែរ"}'.encode()), lost_letters('{"text": "é"}'.encode("cp1252"))
    (False, True)
    """
    return "\ufffd" in _decoded(data) and "\ufffd".encode(_encoding(data)) not in data


def _encoding(data: bytes) -> str:
    # RFC 4627, section 3: the zeros among the first four bytes tell which UTF a JSON text is in.
    return json.detect_encoding(data)


def _decoded(data: bytes) -> str:
    data = data if data[:4].strip(b"\0") else data.lstrip(b"\0")
    return data.decode(_encoding(data), errors="replace").lstrip("\ufeff").strip("\0 \t\r\n")


def _levelled(text: str) -> str:
    if '"' not in text:
        text = text.translate(_CURLY)
    return _QUOTED_OR_BLANK.sub(lambda match: match[1] or " ", text)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that everybody sees the old content or the new one, never a part of it.

    The new content is written beside and flushed to the disk before it takes the old one's place: a
    power cut or a full disk leaves the old file. Text is written as UTF-8 with ``\\n`` as line end.

    Parameters
    ----------
    path : path
        Where; the folder must be there.
    content : bytes or str
        What the file holds from then on.

    Raises
    ------
    OSError
        If it cannot be written; the old file is then untouched, and nothing is left beside it.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_whole(folder / "note.txt", "សួស្តី")
    >>> [(path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir()]
    [('note.txt', 'សួស្តី')]
    """
    data = content.encode() if isinstance(content, str) else content
    beside = ""
    try:
        handle, beside = tempfile.mkstemp(prefix=".writing-", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)  # mkstemp makes it private; the collector must read it
        put_in_place(beside, path)
    except BaseException as error:
        if beside:
            with contextlib.suppress(OSError):
                os.unlink(beside)
        if isinstance(error, OSError):  # who reads of it knows nothing of the file beside
            error.filename, error.filename2 = os.fspath(path), None
        raise


def put_in_place(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Move a finished file or folder to its place in one step.

    On Windows a program that looks at the file at this moment, such as one that keeps a folder in step
    with a cloud, makes the system refuse the move. It is then tried again.

    Parameters
    ----------
    source : str or path
        What was finished beside.
    target : str or path
        Its place, on the same disk.

    Raises
    ------
    OSError
        If it cannot be moved, on Windows after six tries within two seconds.
    """
    for pause in _PAUSES if os.name == "nt" else ():
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(source, target)


def need_space(folder: Path, size: int = 4_000_000) -> None:
    """Make sure that the disk of a folder takes another `size` bytes.

    Parameters
    ----------
    folder : path
        The folder.
    size : int
        How many bytes must fit.

    Raises
    ------
    OSError
        If they do not fit, or nothing may be written there.
    """
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(os.urandom(size))  # a disk that compresses must not be fooled
        probe.flush()
        os.fsync(probe.fileno())


def read_plain(path: Path, largest: int) -> bytes:
    """Return the bytes of a plain file of at most `largest` bytes.

    Parameters
    ----------
    path : path
        The file.
    largest : int
        In bytes.

    Raises
    ------
    OSError
        If it is a link, a device, a pipe, somebody else's file under a second name, or too large.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, _("not a plain file"))
        if status.st_nlink > 1 and path.suffix != ".ipynb" and _foreign(status):
            raise OSError(0, _("a link to another's file"))
        data = b"" if status.st_size > largest else file.read(largest + 1)
    if max(status.st_size, len(data)) > largest:
        size = f"{largest // 1_000_000} MB" if largest >= 1_000_000 else f"{largest} bytes"
        raise OSError(0, _("larger than {size}").format(size=size))
    return data


def gather(
    folder: Path, wanted: Callable[[str], bool], largest: int, *, deepest: int = 4
) -> tuple[dict[str, bytes], list[str]]:
    """Return the plain files in and below a folder that may be copies of one file.

    Hidden files and Jupyter's checkpoints are no copies. What a folder may hold is bounded, since
    anybody may have filled it.

    Parameters
    ----------
    folder : path
        Where to look.
    wanted : callable
        Tells from a file's name whether it is looked at.
    largest : int
        Bytes of one file.
    deepest : int
        How many folders below each other are looked into.

    Returns
    -------
    tuple
        The files by their place in the folder (``sub/name``), and a line for each one left out.

    Raises
    ------
    OSError
        If the folder itself cannot be opened.
    """
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    room = 4 * largest
    waiting = [(folder, "", 1)]
    while waiting:
        here, place, depth = waiting.pop(0)
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            if here == folder:
                raise
            left_out.append(_("{name}: a folder that cannot be opened").format(name=printable(place)))
            continue
        for entry in entries:
            name = place + entry.name
            if entry.name.startswith((".", "__pycache__")):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth < deepest:
                    waiting.append((Path(entry.path), f"{name}/", depth + 1))
            elif not wanted(entry.name):
                continue
            elif entry.is_symlink():
                left_out.append(_("{name}: a link").format(name=printable(name)))
            elif len(files) >= _MOST_COPIES:
                left_out.append(_("{name}: too many copies").format(name=printable(name)))
            else:
                try:
                    files[name] = read_plain(Path(entry.path), min(largest, room))
                    room -= len(files[name])
                except OSError as error:
                    left_out.append(f"{printable(name)}: {error.strerror or error}")
    return files, left_out


def _foreign(status: os.stat_result) -> bool:
    return hasattr(os, "getuid") and status.st_uid != os.getuid()


def printable(name: object) -> str:
    """Return the name of a file as one short line that any screen can show.

    Examples
    --------
    >>> printable("a\\nb\\udcff.zip")
    'a?b?.zip'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in str(name))[:200]


def why_not_written(error: OSError) -> tuple[str, str]:
    """Say why a file could not be written or read, and what to do: two sentences.

    Examples
    --------
    >>> why_not_written(OSError(errno.ENOSPC, "No space left on device"))
    ('the disk is full.', 'Delete what you do not need or take another disk, then try again.')
    """
    if error.errno in _FULL:
        return _("the disk is full."), _("Delete what you do not need or take another disk, then try again.")
    if error.errno in _FORBIDDEN:
        return _("you have no right to write or read there."), _(
            "Choose a folder of your own, or ask who looks after this computer."
        )
    why = error.strerror or type(error).__name__
    return _("it cannot be written or read ({why}).").format(why=why), _("Try again, or take another disk.")
