"""The answer sheet: what a participant clicked, saved at once beside the notebook.

nbgrader collects ``answers.json`` together with the notebook. A file that cannot be
read is set aside under another name, never overwritten.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from bordercourse.course.duplicates import Copy, UnclearError, chosen
from bordercourse.files import (
    LARGEST_SHEET,
    DamagedError,
    gather,
    printable,
    put_in_place,
    read_json,
    write_whole,
)
from bordercourse.i18n import gettext as _
from bordercourse.i18n import is_language, language

__all__ = [
    "FILE_NAME",
    "AnswerSheet",
    "StoredAnswers",
    "is_like_sheet",
    "read_sheet",
    "sheet_language",
    "sheet_text",
    "sheets_beside",
    "stored_answers",
]

FILE_NAME = "answers.json"
_ASIDE = "answers-damaged-"
_MOST_COPIES = 20
_DEEPEST = 10  # a casebook needs four


@dataclass(frozen=True)
class StoredAnswers:
    """The answers that count, of all the sheets in a folder.

    Parameters
    ----------
    answers : dict
        By question.
    name : str
        The file that they stand in; empty where no sheet could be read.
    notes : tuple of str
        What a person must be told: another file was taken, or one could not be read.
    language : str
        The language in which they were given; empty for English.
    """

    answers: dict[str, Any]
    name: str = ""
    notes: tuple[str, ...] = ()
    language: str = ""


def read_sheet(data: bytes, module: str, *, named: bool = True) -> dict[str, Any]:
    """Return the answers in a stored sheet.

    Parameters
    ----------
    data : bytes
        The file.
    module : str
        Number and slug of the exercise.
    named : bool
        Whether the file is called like a sheet; one of another name must state its module.

    Raises
    ------
    DamagedError
        If it cannot be read, is no answer sheet, or belongs to another module.

    Examples
    --------
    >>> read_sheet(b'{"module": "00-welcome", "answers": {"a1-word": "b"}}', "00-welcome")
    {'a1-word': 'b'}
    """
    if len(data) > LARGEST_SHEET:
        raise DamagedError(_("it is larger than {n} MB").format(n=LARGEST_SHEET // 1_000_000))
    stored = read_json(data)
    if not isinstance(stored, dict) or not isinstance(stored.get("answers"), dict):
        raise DamagedError(_("the file is no answer sheet of the course"))
    other = stored.get("module")
    if other != module and (isinstance(other, str) or not named):
        raise DamagedError(_("it holds the answers of {other}").format(other=printable(other)))
    answers: dict[str, Any] = stored["answers"]
    if _depth(answers) > _DEEPEST:
        raise DamagedError(_("the file is nested too deep"))
    return answers


def sheet_language(data: bytes) -> str:
    """Return the language in which the answers of a sheet were given; empty for English.

    Parameters
    ----------
    data : bytes
        The file. Whoever handed it in may have put anything into it.

    Examples
    --------
    >>> sheet_language(b'{"language": "th", "answers": {}}'), sheet_language(b'{"language": "../x"}')
    ('th', '')
    """
    try:
        stored = read_json(data)
    except DamagedError:
        return ""
    named = stored.get("language") if isinstance(stored, dict) else None
    return str(named) if is_language(named) else ""


def sheet_text(module: str, answers: Mapping[str, Any], language: str = "") -> str:
    """Return the text of an answer sheet.

    Parameters
    ----------
    module : str
        Number and slug of the exercise.
    answers : mapping
        By question.
    language : str
        The language in which they were given; nothing for English.
    """
    sheet = {"format": 1, "module": module, "answers": answers}
    if language:
        sheet["language"] = language
    text = json.dumps(sheet, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return text.encode(errors="replace").decode()  # half a letter cannot be written


def is_like_sheet(name: str) -> bool:
    """Tell whether a file of this name may be an answer sheet: ``answers (1).json``, ``Answers.JSON.txt``.

    Examples
    --------
    >>> [name for name in ("answers (1).json", "Answers.JSON.txt", "data.csv") if is_like_sheet(name)]
    ['answers (1).json', 'Answers.JSON.txt']
    """
    return ".json" in PurePath(name).name.lower()


def sheets_beside(path: Path) -> dict[str, bytes]:
    """Return the files in the folder of `path` that may be answer sheets, by name."""
    return gather(path.parent, is_like_sheet, LARGEST_SHEET, deepest=1)[0]


def stored_answers(files: Mapping[str, bytes], module: str) -> StoredAnswers:
    """Choose among the sheets that a folder holds.

    Parameters
    ----------
    files : mapping of str to bytes
        The files that may be sheets (see `is_like_sheet`), by their place in the folder.
    module : str
        Number and slug of the exercise.

    Raises
    ------
    UnclearError
        If two of them hold different answers.
    """
    copies: list[Copy[dict[str, Any]]] = []
    aside: list[Copy[dict[str, Any]]] = []
    notes: list[str] = []
    for name in sorted(files, key=lambda name: (PurePath(name).name != FILE_NAME, name))[:_MOST_COPIES]:
        try:
            answers = read_sheet(files[name], module, named=_is_named_sheet(name) or _is_aside(name))
        except DamagedError as error:
            if _is_named_sheet(name):
                notes.append(f"{printable(name)}: {error}")
        else:
            copy = Copy(name, answers, frozenset(_pieces(answers)))
            (aside if _is_aside(name) else copies).append(copy)
    sheet = chosen(copies, FILE_NAME)
    for older in aside:  # set aside by an earlier version, or when only a part of it was there
        if sheet is None or sheet.answers <= older.answers:
            sheet = older
        elif not older.answers <= sheet.answers:
            notes.append(_("{name} holds other answers; they were not counted").format(name=older.name))
    if sheet is None:
        return StoredAnswers({}, "", tuple(notes))
    if sheet.name != FILE_NAME:
        notes.append(_("{old} was taken for {new}").format(old=printable(sheet.name), new=FILE_NAME))
    return StoredAnswers(sheet.content, sheet.name, tuple(notes), sheet_language(files[sheet.name]))


def _is_named_sheet(name: str) -> bool:
    return PurePath(name).name.lower().startswith("answers") and not _is_aside(name)


def _is_aside(name: str) -> bool:
    return PurePath(name).name.startswith(_ASIDE)


def _pieces(answers: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every single answer: where it belongs, and what it says; empty ones are none."""
    if isinstance(answers, dict):
        for key, inner in answers.items():
            yield from _pieces(inner, (*place, key))
    elif answers not in (None, "", []):
        ticks = isinstance(answers, list) and all(isinstance(tick, str) for tick in answers)
        yield place, json.dumps(sorted(answers) if ticks else answers)


def _depth(tree: Any) -> int:
    depth, level = 0, [tree]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for node in level
            if isinstance(node, (dict, list))
            for inner in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


class AnswerSheet:
    """The stored answers of one module.

    Parameters
    ----------
    module : str
        The module's number and slug, such as ``"00-welcome"``.
    folder : path, default the working folder
        Where ``answers.json`` lies.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> AnswerSheet("00-welcome", folder)["a1-word"] = "b"
    >>> AnswerSheet("00-welcome", folder)["a1-word"]
    'b'
    >>> AnswerSheet("00-welcome", folder)["a2-other"] is None
    True
    """

    def __init__(self, module: str, folder: str | os.PathLike[str] = ".") -> None:
        self.module = module
        self.path = Path(folder) / FILE_NAME
        self.notice = ""  # what a participant must be told about the file, if anything
        self._given: set[str] = set()

    def read(self) -> dict[str, Any]:
        """Return all stored answers by question; an unreadable file is set aside first."""
        try:
            return self._read()
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._tell(
                _("Your saved answers cannot be opened ({why}). Tell your instructor.").format(why=why)
            )
            return {}

    def _read(self) -> dict[str, Any]:
        try:
            with self.path.open("rb") as file:
                return read_sheet(file.read(LARGEST_SHEET + 1), self.module)
        except FileNotFoundError:
            return self._copies()
        except DamagedError as error:
            self._set_aside(error)
            return self._copies()

    def _copies(self) -> dict[str, Any]:
        """Return the answers of a copy under another name, where there is no sheet of its own name."""
        try:
            files = sheets_beside(self.path)
        except OSError:  # no such folder, or one that cannot be looked into
            return {}
        files.pop(FILE_NAME, None)
        try:
            stored = stored_answers(files, self.module)
        except UnclearError as error:
            self._tell(f"{error}.")
            return {}
        if stored.answers:
            self._tell(_("Your saved answers were found in {name}.").format(name=printable(stored.name)))
        return stored.answers

    def _tell(self, notice: str) -> None:
        if notice not in self._given:
            self._given.add(notice)
            self.notice = notice

    def _set_aside(self, error: DamagedError) -> None:
        for n in range(1, 1000):
            aside = self.path.with_name(f"{_ASIDE}{n}.json")
            if not aside.exists():
                break
        try:
            put_in_place(self.path, aside)
        except OSError:  # a read-only folder: leave the file, the answers are empty anyway
            return
        self._tell(
            _(
                "Your saved answers could not be used: {why}. The file is kept as {name}. Please answer "
                "again, and tell your instructor."
            ).format(why=error, name=aside.name)
        )

    def __getitem__(self, question: str) -> Any:
        return self.read().get(question)

    def __setitem__(self, question: str, answer: Any) -> None:
        # A sheet that is there but cannot be opened stays as it is: the answer is then not saved.
        answers = {**self._read(), question: answer}
        write_whole(
            self.path, sheet_text(self.module, answers, language())
        )  # a power cut leaves the old sheet or the new
