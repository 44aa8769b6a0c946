"""What a kernel may see of this machine: a list of what it needs, and never what the environment names.

A kernel needs the Python installation, the folders of installed packages, and those packages that
lie elsewhere (this one in a checkout), each by itself. ``PYTHONPATH`` may name a checkout or a
folder above it, and does not make it readable. What must stay hidden is named too: where a
folder to hide lies inside one that is needed, it is covered.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Sight", "look_around"]

_INSTALLATION = ("bin", "lib", "lib64", "share", "etc", "ssl", "pyvenv.cfg")
_INSTALLED = ("site-packages", "dist-packages")
_ALWAYS = ("bordercourse", "ipykernel", "IPython", "zmq", "tornado", "traitlets", "jupyter_client")


@dataclass(frozen=True)
class Sight:
    """What the warm parent imports from, and what its kernels see.

    Parameters
    ----------
    path : tuple of str
        Its ``sys.path``.
    added : tuple of str
        Those of `path` that Python would not find by itself.
    readable, hidden : tuple of str
        Files and folders that a kernel may read, and that it must not see in any of them.
    """

    path: tuple[str, ...]
    added: tuple[str, ...]
    readable: tuple[str, ...]
    hidden: tuple[str, ...]


def look_around(modules: Iterable[str], hidden: Iterable[Path | str] = ()) -> Sight:
    """What kernels need that import `modules`.

    Parameters
    ----------
    modules : iterable of str
        Names of modules; those that lie in no folder of installed packages are needed by themselves.
    hidden : iterable of Path
        Beside these, the home folder and a checkout of this package are hidden.

    Examples
    --------
    >>> sight = look_around(["json"], hidden=["/srv/course"])
    >>> "/" in sight.readable, "/srv/course" in sight.hidden
    (False, True)
    """
    covered = {os.path.realpath(path) for path in (*hidden, *_private())} - {"/"}
    standard = _standard()
    entries = [os.path.abspath(entry) for entry in sys.path if entry]
    installed = [entry for entry in entries if os.path.basename(entry) in _INSTALLED]
    packages = dict(_packages({*_ALWAYS, *(name.partition(".")[0] for name in modules)}, installed))
    path = [
        entry
        for entry in entries
        if os.path.realpath(entry) in standard or entry in installed or entry in packages.values()
    ]
    readable = dict.fromkeys([*_installation(), *installed, *packages])
    own = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return Sight(
        path=tuple(path),
        added=tuple(entry for entry in path if entry in map(os.path.abspath, filter(None, own))),
        readable=tuple(p for p in readable if os.path.realpath(p) not in {*covered, "/"}),
        hidden=tuple(sorted(covered)),
    )


def _installation() -> Iterator[str]:
    """The parts of the Python installation, and the links by which its program is called."""
    prefixes = dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix))
    for prefix in sorted(prefixes.keys() - {"/"}):
        for name in _INSTALLATION:
            if os.path.exists(os.path.join(prefix, name)):
                yield os.path.join(prefix, name)
    link = sys.executable
    while os.path.islink(link):
        link = os.path.join(os.path.dirname(link), os.readlink(link))
        yield os.path.normpath(link)


def _standard() -> set[str]:
    """Where the standard library is imported from."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    folders |= {os.path.join(folder, "lib-dynload") for folder in folders}
    archive = f"python{sys.version_info[0]}{sys.version_info[1]}.zip"
    folders |= {os.path.join(os.path.dirname(folder), archive) for folder in folders}
    return {os.path.realpath(folder) for folder in folders}


def _packages(names: Iterable[str], installed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The packages that lie in no folder of installed ones, each with the folder it is imported from."""
    for name in sorted(names):
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            continue
        if spec is None or not spec.origin or not os.path.isabs(spec.origin):
            continue  # missing, built in, or a folder without a package
        place = os.path.dirname(spec.origin) if spec.submodule_search_locations else spec.origin
        above = os.path.dirname(place)
        if above not in installed and os.path.realpath(above) not in _standard():
            yield place, above


def _private() -> Iterator[str]:
    """What belongs to the person who grades: the home folder, and a checkout with its solutions."""
    if sys.platform != "win32":
        import pwd

        with contextlib.suppress(KeyError, OSError):
            home = pwd.getpwuid(os.getuid()).pw_dir
            if os.stat(home).st_uid == os.getuid():  # some programs' users have a system folder for a home
                yield home
    checkout = Path(__file__).resolve().parents[4]
    if (checkout / "pyproject.toml").is_file():
        yield str(checkout)
