"""The language of a workspace: kept in it, and never taken from the machine."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bordercourse import __version__
from bordercourse.desk.copies import shown_files
from bordercourse.errors import InputError
from bordercourse.files import put_in_place, write_whole
from bordercourse.translate import offered
from bordercourse.translate.pack import locale_of

__all__ = [
    "ENGLISH",
    "english_pages",
    "lab_locale",
    "lay_pages",
    "page_language",
    "settle_language",
    "workspace_language",
]

ENGLISH = "en"
_FILE = Path(".lab", "language")


def workspace_language(root: Path) -> str:
    """Return the language that a workspace was started in, where the course speaks it; empty for English.

    Parameters
    ----------
    root : path
        The workspace.
    """
    try:
        kept = (root / _FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return kept if kept in offered.offered_languages() else ""


def settle_language(root: Path, wanted: str | None) -> tuple[str, str]:
    """Keep a language in a workspace; return the one that it speaks, and what its owner should be told.

    Parameters
    ----------
    root : path
        The workspace.
    wanted : str or None
        The short name of a language, or ``en``; the one that the workspace has where left out.

    Raises
    ------
    InputError
        If the course does not speak what was asked for. A workspace whose language is gone is English.
    """
    place = root / _FILE
    if wanted == ENGLISH:
        place.unlink(missing_ok=True)
        return "", ""
    if wanted is None:
        try:
            kept = place.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return "", ""
        try:
            offered.refresh(kept)
        except InputError as error:
            return "", str(error)
        return kept, ""
    offered.refresh(wanted)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, f"{wanted}\n")
    return wanted, ""


def page_language(root: Path, name: str) -> str:
    """Return the language of one page of a workspace; empty for English.

    Parameters
    ----------
    root : path
        The workspace.
    name : str
        The page, such as the number and slug of an exercise.
    """
    language = workspace_language(root)
    return language if language and name in offered.pages(language) else ""


def lab_locale(root: Path) -> str:
    """Return the locale of JupyterLab in a workspace: of its language where the pack is whole, else English.

    Parameters
    ----------
    root : path
        The workspace.
    """
    language = workspace_language(root)
    return (locale_of(language) if offered.has_pack(language) else "") or ENGLISH


def english_pages(root: Path, language: str) -> list[str]:
    """Return the pages of a workspace that are in English because their translation is not whole.

    Parameters
    ----------
    root : path
        The workspace.
    language : str
        Its language.
    """
    there = {path.stem for path in (root / "lessons").glob("*.ipynb")}
    there |= {f"{path.stem}-annex" for path in (root / "lessons" / "annex").glob("*.ipynb")}
    there |= {path.stem for path in (root / "exercises").glob("*/*.ipynb") if path.stem == path.parent.name}
    return sorted(there - set(offered.pages(language)))


def lay_pages(source: Path, target: Path, language: str) -> None:
    """Lay a folder of the course into `target` with its notebooks in a language.

    Parameters
    ----------
    source : path
        The course's lessons, or its released exercises: one folder an exercise.
    target : path
        A folder that is made anew where a page or a translation is another one than before.
    language : str
        A language that is offered.
    """
    stamp = target.with_name(f"{target.name}.txt")
    state = _state(source, language)
    if target.is_dir() and stamp.is_file() and stamp.read_text(encoding="utf-8") == state:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".pages-") as scratch:
        laid = Path(scratch) / "pages"
        laid.mkdir()
        for path in shown_files(source):
            _lay(path, laid / path.relative_to(source), language)
        shutil.rmtree(target, ignore_errors=True)
        put_in_place(laid, target)
    write_whole(stamp, state)


def _lay(path: Path, target: Path, language: str) -> None:
    import nbformat

    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".ipynb":
        shutil.copyfile(path, target)
        return
    name = f"{path.stem}-annex" if path.parent.name == "annex" else path.stem
    nbformat.write(offered.in_language(nbformat.read(path, as_version=4), language, name), target)


def _state(source: Path, language: str) -> str:
    """Say what pages are made of: the English ones, and the language as it was built."""
    built = offered.COMPILED / language / "LC_MESSAGES" / "bordercourse.mo"
    lines = [f"{language} {__version__} {built.stat().st_mtime_ns}"]
    for path in shown_files(source):
        status = path.stat()
        lines.append(f"{path.relative_to(source).as_posix()} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(lines) + "\n"
