"""A language that nobody speaks, whole where a test needs it: what the course says, with other letters."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from bordercourse import i18n
from bordercourse.translate import command
from bordercourse.translate.catalogues import files_of, open_catalogue
from bordercourse.translate.compiled import build
from bordercourse.translate.offered import COMPILED
from bordercourse.translate.pseudo import pseudo

ROOT = Path(__file__).resolve().parents[1]


def other_words(text: str, letter: str = "ô") -> str:
    """What the pretended language says; its own letter tells it from others."""
    return pseudo(text).replace("ô", letter)


def pretend(root: Path, language: str, names: Sequence[str], letter: str = "ô") -> Path:
    """Make a checkout at `root` whose catalogues `names` of a pretended language are whole."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("notebooks", "exercises"):
        if not (root / name).exists():
            (root / name).symlink_to(ROOT / name)
    command.extract(root, language, names)
    for path in files_of(root, language).values():
        po = open_catalogue(path, language)
        for entry in po:
            entry.msgstr = other_words(entry.msgid, letter)
            if entry.msgid_plural:
                entry.msgstr, entry.msgstr_plural = "", {0: other_words(entry.msgid_plural, letter)}
        path.write_text(str(po) + "\n", encoding="utf-8")
    return root


@contextlib.contextmanager
def offered(root: Path, language: str) -> Iterator[dict[str, list[str]]]:
    """Offer a pretended language to every process of this installation, as long as a test lasts."""
    assert not (ROOT / "locale" / language).exists(), "only a language that nobody speaks is taken away again"
    try:
        yield build(root, language)
    finally:
        shutil.rmtree(COMPILED / language, ignore_errors=True)
        i18n._catalogue.cache_clear()
