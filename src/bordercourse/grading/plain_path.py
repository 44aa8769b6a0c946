"""A plain path to any folder.

nbgrader, traitlets and Alembic put the path of a course into globs, database URLs, templates and
settings as it is. In a folder named ``Ministry [HQ]``, ``50%25`` or ``$HOME`` they look elsewhere, or
nowhere. None of them can be told to escape it, so they are given another path to the same folder: a
link with a plain name.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from bordercourse.files import put_in_place

__all__ = ["is_plain", "link_to", "plain_path"]

_PLAIN = frozenset(" -_.,()=@~")
_SHELF = "bordercourse"


def is_plain(path: Path) -> bool:
    """Return whether no sign in `path` means something to a glob, a URL, a template or a shell.

    Parameters
    ----------
    path : path
        Any path.

    Examples
    --------
    >>> is_plain(Path("course", "សុខា 2026"))
    True
    >>> is_plain(Path("Ministry [HQ]")), is_plain(Path("50%25"))
    (False, False)
    """
    return all(
        sign in _PLAIN or sign.isalnum() or unicodedata.category(sign).startswith("M")
        for part in path.parts
        if part != path.anchor
        for sign in part
    )


def plain_path(folder: Path) -> Path:
    """Return a path to `folder` that is safe in globs, URLs, templates and settings.

    Parameters
    ----------
    folder : path
        A folder; it may have any name.

    Returns
    -------
    path
        `folder` itself, absolute, where its path is plain. Else the part of it that is not stands as a
        link, the same every time, in a folder of this user's own; the plain rest follows. Where no link
        can be made, `folder`.
    """
    folder = folder.absolute()
    if is_plain(folder):
        return folder
    rest = Path()
    awkward = folder
    while is_plain(Path(awkward.name)):
        awkward, rest = awkward.parent, awkward.name / rest
    name = sha256(os.fsencode(awkward)).hexdigest()[:16]
    for shelf in _shelves():
        link = shelf / name
        try:
            if not _leads_to(link, awkward):
                _tidy(shelf)
                _replace_link(link, awkward)
        except OSError:
            continue
        return link / rest
    return folder


def link_to(link: Path, target: str | Path) -> None:
    """Make `link` lead to the folder `target`: a symbolic link, or a junction on Windows.

    Parameters
    ----------
    link : path
        What to make; nothing may stand there.
    target : str or path
        The folder to lead to, absolute or as seen from the link's own folder.

    Raises
    ------
    OSError
        If the system allows neither.
    """
    try:
        os.symlink(target, link, target_is_directory=True)
    except (OSError, NotImplementedError):  # Windows without developer mode
        if sys.platform != "win32":
            raise
        import _winapi

        _winapi.CreateJunction(os.path.abspath(os.path.join(link.parent, target)), str(link))


def _leads_to(link: Path, folder: Path) -> bool:
    if sys.platform == "win32":  # a junction states its target in another form
        return os.path.lexists(link) and link.resolve() == folder.resolve()
    return link.is_symlink() and os.readlink(link) == str(folder)


def _replace_link(link: Path, folder: Path) -> None:
    """Put a link in place in one step: another command may look through it at this moment."""
    with tempfile.TemporaryDirectory(dir=link.parent, prefix="new-") as scratch:
        link_beside = Path(scratch) / "link"
        link_to(link_beside, folder)
        put_in_place(link_beside, link)


def _tidy(shelf: Path) -> None:
    """Take away links to folders that are gone; who brings one back gets its link again."""
    for link in shelf.iterdir():
        if link.is_symlink() and not link.exists():
            link.unlink(missing_ok=True)


def _shelves() -> Iterator[Path]:
    """Yield folders with plain paths that belong to this user alone, the longest-lived first."""
    home = os.path.expanduser("~")
    places = [
        os.environ.get("XDG_RUNTIME_DIR"),
        os.environ.get("XDG_CACHE_HOME"),
        os.path.join(home, ".cache") if home != "~" else None,
        tempfile.gettempdir(),
        "/var/tmp" if os.name == "posix" else None,
    ]
    user = f"{_SHELF}-{os.getuid()}" if hasattr(os, "getuid") else _SHELF
    for place in places:
        if not place or not os.path.isabs(place) or not is_plain(Path(place)):
            continue
        shelf = Path(place) / user
        try:
            shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _private(os.lstat(shelf)):
                yield shelf
        except OSError:
            continue


def _private(status: os.stat_result) -> bool:
    """Whether nobody else can put a link there: the folder is ours, and no link itself."""
    if not stat.S_ISDIR(status.st_mode):
        return False
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)
