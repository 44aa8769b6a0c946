"""The file that a participant hands in: a small zip with the notebook, the answers and a slip.

The slip (``hand-in.json``) names participant, module and time, the version of the course, and the
SHA-256 of each file. Who reads a parcel trusts nothing in it: names, sizes and contents are checked
before a byte is filed.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from bordercourse import __version__
from bordercourse.course.answers import FILE_NAME as ANSWERS
from bordercourse.course.answers import read_sheet
from bordercourse.course.notebooks import read_notebook
from bordercourse.errors import CourseError
from bordercourse.files import (
    LARGEST_NOTEBOOK,
    LARGEST_SHEET,
    DamagedError,
    printable,
    read_json,
    read_plain,
    write_whole,
)
from bordercourse.handin.identifiers import full_name, is_id
from bordercourse.i18n import gettext as _

__all__ = [
    "SLIP",
    "Parcel",
    "ParcelError",
    "of_the_system",
    "read_parcel",
    "write_parcel",
]

SLIP = "hand-in.json"
FORMAT = 1
LARGEST = {".ipynb": LARGEST_NOTEBOOK, ".json": LARGEST_SHEET}  # bytes, unpacked
_LARGEST_SLIP = 10_000
_SYSTEM_FILES = {".ds_store", "thumbs.db", "desktop.ini"}
_ZIP_TIMES = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)


class ParcelError(CourseError):
    """A file that is no hand-in, or a damaged one.

    Parameters
    ----------
    problem : str
        What is wrong with it.
    do : str, optional
        What the instructor can do about it.
    """

    def __init__(self, problem: str, do: str = "") -> None:
        self.problem, self.do = problem, do or _("Ask for it again.")
        super().__init__(problem)

    def __reduce__(self) -> tuple[type[ParcelError], tuple[str, str]]:
        return type(self), (self.problem, self.do)


@dataclass(frozen=True)
class Parcel:
    """One hand-in.

    Parameters
    ----------
    participant, module : str
        Who hands in what.
    time : datetime
        When, in UTC, by the clock of the computer that made it.
    files : mapping of str to bytes
        The notebook and, where there is one, the answer sheet.
    name : str
        The name as it was typed; empty in files of older versions.
    version : str
        The version of the course that made it; empty in files of older versions.
    """

    participant: str
    module: str
    time: datetime
    files: Mapping[str, bytes]
    name: str = ""
    version: str = __version__


def write_parcel(parcel: Parcel, path: Path) -> None:
    """Write a hand-in to `path`; the whole file appears at once.

    Parameters
    ----------
    parcel : Parcel
        The hand-in.
    path : path
        The zip file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    time = parcel.time.astimezone(UTC)
    slip = {
        "format": FORMAT,
        "course": "bordercourse",
        "version": parcel.version,
        "participant": parcel.participant,
        "name": parcel.name,
        "module": parcel.module,
        "time": time.isoformat(),
        "files": {name: sha256(content).hexdigest() for name, content in sorted(parcel.files.items())},
    }
    # A computer whose battery is empty begins in 1970. The slip says so; the entry of a zip file cannot.
    moment = min(max(time.timetuple()[:6], _ZIP_TIMES[0]), _ZIP_TIMES[1])
    entries = {SLIP: json.dumps(slip, indent=1).encode(), **parcel.files}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.external_attr = 0o644 << 16
            bag.writestr(entry, content, zipfile.ZIP_DEFLATED)
    write_whole(path, whole.getvalue())


def read_parcel(path: Path) -> Parcel:
    """Read a hand-in and check all of it: a zip file, or the folder that somebody unpacked it into.

    Raises
    ------
    ParcelError
        If it is no hand-in, is damaged, too large, or names what it may not name.
    """
    try:
        if path.is_dir():
            return _read(_in_folder(path), lambda name, limit: read_plain(path / name, limit))
        if path.stat().st_size > sum(LARGEST.values()):
            raise ParcelError(_("it is too large for a hand-in"))
        with zipfile.ZipFile(path) as bag:
            entries = [entry.filename for entry in bag.infolist() if not entry.is_dir()]
            return _read(entries, lambda name, limit: _unpack(bag, name, limit))
    except ParcelError:
        raise
    except zipfile.BadZipFile:
        raise ParcelError(_("it is no zip file, or it was cut short on the way")) from None
    except OSError as error:
        raise ParcelError(_("it cannot be read ({why})").format(why=error.strerror or error)) from None
    except DamagedError as error:
        raise ParcelError(str(error)) from None
    except (ValueError, RuntimeError, NotImplementedError, EOFError, RecursionError, zipfile.LargeZipFile):
        raise ParcelError(_("it is damaged")) from None
    except Exception as error:  # zlib.error, lzma.LZMAError: whatever a forged archive provokes
        raise ParcelError(_("it is damaged ({why})").format(why=type(error).__name__)) from None


def _in_folder(path: Path) -> list[str]:
    with os.scandir(path) as entries:
        return [entry.name for entry in entries if not of_the_system(entry.name)]


def of_the_system(name: str) -> bool:
    """Tell whether a name is one that macOS or Windows adds to a folder or a zip file by itself."""
    path = PurePosixPath(name)
    return path.parts[0] == "__MACOSX" or path.name.startswith("._") or path.name.lower() in _SYSTEM_FILES


def _read(entries: list[str], unpack: Callable[[str, int], bytes]) -> Parcel:
    inside = [name for name in entries if not of_the_system(name)]
    slips = [name for name in inside if PurePosixPath(name).name == SLIP]
    # Who unpacks and packs again often gets a folder around the files.
    folder = slips[0].removesuffix(SLIP) if len(slips) == 1 else ""
    names = [name.removeprefix(folder) for name in inside]
    if not slips and any(name.lower().endswith(".zip") for name in inside):
        raise ParcelError(_("it holds other zip files"), _("Unpack it, then collect again."))
    if SLIP not in names or len(set(names)) != len(names):
        raise _foreign()
    slip = _read_slip(read_json(unpack(folder + SLIP, _LARGEST_SLIP)))
    notebook = f"{slip.module}.ipynb"
    if set(names) - {SLIP} != set(slip.sums) or not {notebook} <= set(slip.sums) <= {notebook, ANSWERS}:
        raise ParcelError(_("it holds other files than the notebook and its answers"))
    files = {}
    for name, wanted in slip.sums.items():
        content = unpack(folder + name, LARGEST[Path(name).suffix])
        if sha256(content).hexdigest() != wanted:
            raise ParcelError(_("{name} was changed or damaged on the way").format(name=name))
        files[name] = content
    _check(notebook, read_notebook, files[notebook])
    if ANSWERS in files:
        _check(ANSWERS, lambda data: read_sheet(data, slip.module), files[ANSWERS])
    return Parcel(slip.participant, slip.module, slip.time, files, slip.name, slip.version)


def _foreign() -> ParcelError:
    return ParcelError(
        _("it was not made by the course's hand-in"),
        _("Ask for the file that the last box of the exercise makes."),
    )


def _check(name: str, read: Callable[[bytes], object], data: bytes) -> None:
    try:
        read(data)
    except DamagedError as error:
        raise ParcelError(f"{name}: {error}") from None


@dataclass(frozen=True)
class _HandInNote:
    participant: str
    module: str
    time: datetime
    sums: Mapping[str, str]
    name: str
    version: str


def _read_slip(slip: Any) -> _HandInNote:
    if not isinstance(slip, dict) or slip.get("course") != "bordercourse":
        raise _foreign()
    if slip.get("format") != FORMAT:
        raise ParcelError(
            _("it was made by another version of the course"), _("Update the course, then collect again.")
        )
    participant, module, sums = slip.get("participant"), slip.get("module"), slip.get("files")
    if not is_id(participant) or not is_id(module):
        raise ParcelError(_("it names no participant or no module"))
    if not isinstance(sums, dict) or not all(isinstance(s, str) for s in sums.values()):
        raise ParcelError(_("its list of files is damaged"))
    name, version = slip.get("name"), slip.get("version")
    return _HandInNote(
        str(participant),
        str(module),
        _time(slip.get("time")),
        sums,
        full_name(name) if isinstance(name, str) else "",
        printable(version)[:40] if isinstance(version, str) else "",
    )


def _time(text: Any) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ParcelError(_("it does not say when it was made"))


def _unpack(bag: zipfile.ZipFile, name: str, limit: int) -> bytes:
    entry = bag.getinfo(name)
    if entry.file_size > limit:
        raise ParcelError(_("{name} is too large").format(name=printable(name)))
    with bag.open(entry) as stream:
        content = stream.read(limit + 1)  # what the entry says of its size may be a lie
    if len(content) > limit:
        raise ParcelError(_("{name} is too large").format(name=printable(name)))
    return content
