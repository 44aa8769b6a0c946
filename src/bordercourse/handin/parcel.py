"""The file that a participant hands in: a small zip with the notebook, the answers and a slip.

The slip (``hand-in.json``) names participant, module and time, and the SHA-256 of each file. Who
reads a parcel trusts nothing in it: names, sizes and contents are checked before a byte is filed.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bordercourse.course.answers import FILE_NAME as ANSWERS
from bordercourse.errors import CourseError, InputError
from bordercourse.files import LARGEST_NOTEBOOK, LARGEST_SHEET, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["Parcel", "ParcelError", "participant_id", "read_parcel", "write_parcel"]

SLIP = "hand-in.json"
FORMAT = 1
LARGEST = {".ipynb": LARGEST_NOTEBOOK, ".json": LARGEST_SHEET}  # bytes, unpacked
_LARGEST_SLIP = 10_000
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]|[a-z0-9]")
_NOT_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


class ParcelError(CourseError):
    """A file that is no hand-in, or a damaged one."""


@dataclass(frozen=True)
class Parcel:
    """One hand-in.

    Parameters
    ----------
    participant, module : str
        Who hands in what.
    time : datetime
        When, in UTC.
    files : mapping of str to bytes
        The notebook and, where there is one, the answer sheet.
    """

    participant: str
    module: str
    time: datetime
    files: Mapping[str, bytes]


def participant_id(name: str) -> str:
    """Return `name` as an identifier that is safe as a folder's name on every system.

    Raises
    ------
    InputError
        If nothing usable is left of it.

    Examples
    --------
    >>> participant_id("Nguyễn An")
    'nguyen-an'
    """
    from anyascii import anyascii

    plain = re.sub(r"[^a-z0-9._-]+", "-", anyascii(name).strip().lower()).strip("-._")[:64].strip("-._")
    if not _is_id(plain):
        raise InputError(
            "--name",
            _("{name} cannot be used as an identifier.").format(name=repr(name)),
            _("Use the one that your instructor gave you: letters, digits, - and _."),
        )
    return plain


def _is_id(text: object) -> bool:
    return isinstance(text, str) and bool(_ID.fullmatch(text)) and not _NOT_ON_WINDOWS.fullmatch(text)


def write_parcel(parcel: Parcel, path: Path) -> None:
    """Write a hand-in to `path`; the whole file appears at once."""
    slip = {
        "format": FORMAT,
        "course": "bordercourse",
        "participant": parcel.participant,
        "module": parcel.module,
        "time": parcel.time.astimezone(UTC).isoformat(),
        "files": {name: sha256(content).hexdigest() for name, content in sorted(parcel.files.items())},
    }
    moment = parcel.time.astimezone(UTC).timetuple()[:6]
    entries = {SLIP: json.dumps(slip, indent=1).encode(), **parcel.files}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.external_attr = 0o644 << 16
            bag.writestr(entry, content, zipfile.ZIP_DEFLATED)
    write_whole(path, whole.getvalue())


def read_parcel(path: Path) -> Parcel:
    """Read a hand-in and check all of it.

    Raises
    ------
    ParcelError
        If the file is no hand-in, is damaged, too large, or names what it may not name.
    """
    try:
        if path.stat().st_size > sum(LARGEST.values()):
            raise ParcelError(_("it is too large for a hand-in"))
        with zipfile.ZipFile(path) as bag:
            return _read(bag)
    except ParcelError:
        raise
    except zipfile.BadZipFile:
        raise ParcelError(_("it is no zip file, or it was cut short on the way")) from None
    except OSError as error:
        raise ParcelError(_("it cannot be read ({why})").format(why=error.strerror or error)) from None
    except (ValueError, RuntimeError, NotImplementedError, EOFError, RecursionError, zipfile.LargeZipFile):
        raise ParcelError(_("it is damaged")) from None
    except Exception as error:  # zlib.error, lzma.LZMAError: whatever a forged archive provokes
        raise ParcelError(_("it is damaged ({why})").format(why=type(error).__name__)) from None


def _read(bag: zipfile.ZipFile) -> Parcel:
    names = [entry.filename for entry in bag.infolist()]
    if SLIP not in names or len(names) > 3 or len(set(names)) != len(names):
        raise ParcelError(_("it was not made by `bordercourse hand-in`"))
    slip = json.loads(_unpack(bag, SLIP, _LARGEST_SLIP))
    participant, module, time, sums = _slip(slip)
    notebook = f"{module}.ipynb"
    if set(names) - {SLIP} != set(sums) or not {notebook} <= set(sums) <= {notebook, ANSWERS}:
        raise ParcelError(_("it holds other files than the notebook and its answers"))
    files = {}
    for name, wanted in sums.items():
        content = _unpack(bag, name, LARGEST[Path(name).suffix])
        if sha256(content).hexdigest() != wanted:
            raise ParcelError(_("{name} was changed or damaged on the way").format(name=name))
        files[name] = content
    _look_like(json.loads(files[notebook]), "cells", notebook)
    if ANSWERS in files:
        _look_like(json.loads(files[ANSWERS]), "answers", ANSWERS)
    return Parcel(participant, module, time, files)


def _slip(slip: Any) -> tuple[str, str, datetime, dict[str, str]]:
    if not isinstance(slip, dict) or slip.get("course") != "bordercourse":
        raise ParcelError(_("it was not made by `bordercourse hand-in`"))
    if slip.get("format") != FORMAT:
        raise ParcelError(_("it was made by another version of the course"))
    participant, module, sums = slip.get("participant"), slip.get("module"), slip.get("files")
    if not _is_id(participant) or not _is_id(module):
        raise ParcelError(_("it names no participant or no module"))
    if not isinstance(sums, dict) or not all(isinstance(s, str) for s in sums.values()):
        raise ParcelError(_("its list of files is damaged"))
    try:
        time = datetime.fromisoformat(slip["time"])
    except (KeyError, TypeError, ValueError):
        raise ParcelError(_("it does not say when it was made")) from None
    if time.tzinfo is None:
        raise ParcelError(_("it does not say when it was made"))
    try:
        return str(participant), str(module), time.astimezone(UTC), sums
    except OverflowError:
        raise ParcelError(_("it does not say when it was made")) from None


def _unpack(bag: zipfile.ZipFile, name: str, limit: int) -> bytes:
    entry = bag.getinfo(name)
    if entry.file_size > limit:
        raise ParcelError(_("{name} is too large").format(name=name))
    with bag.open(entry) as stream:
        content = stream.read(limit + 1)  # what the entry says of its size may be a lie
    if len(content) > limit:
        raise ParcelError(_("{name} is too large").format(name=name))
    return content


def _look_like(content: Any, key: str, name: str) -> None:
    kind = {"cells": list, "answers": dict}[key]
    if not isinstance(content, dict) or not isinstance(content.get(key), kind):
        raise ParcelError(_("{name} is no notebook or answer sheet of the course").format(name=name))
