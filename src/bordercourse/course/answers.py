"""The answer sheet: what a participant clicked, saved at once beside the notebook.

nbgrader collects ``answers.json`` together with the notebook. A file that cannot be
read is set aside under another name, never overwritten.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bordercourse.files import LARGEST_SHEET, write_whole
from bordercourse.i18n import gettext as _

__all__ = ["FILE_NAME", "AnswerSheet"]

FILE_NAME = "answers.json"


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

    def read(self) -> dict[str, Any]:
        """Return all stored answers by question; an unreadable file is set aside first."""
        try:
            if self.path.stat().st_size > LARGEST_SHEET:
                raise ValueError("too large")
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            answers = stored["answers"]
            if not isinstance(answers, dict):
                raise TypeError("answers is not a table")
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError, RecursionError):
            self._set_aside()
            return {}
        return answers

    def _set_aside(self) -> None:
        for n in range(1, 1000):
            aside = self.path.with_name(f"answers-damaged-{n}.json")
            if not aside.exists():
                break
        try:
            os.replace(self.path, aside)
        except OSError:  # a read-only folder: leave the file, the answers are empty anyway
            return
        self.notice = _(
            "Your saved answers could not be read. The file is kept as {name}. Please answer again, "
            "and tell your instructor."
        ).format(name=aside.name)

    def __getitem__(self, question: str) -> Any:
        return self.read().get(question)

    def __setitem__(self, question: str, answer: Any) -> None:
        answers = self.read()
        answers[question] = answer
        text = json.dumps(
            {"format": 1, "module": self.module, "answers": answers},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )
        write_whole(self.path, text + "\n")  # a power cut leaves the old sheet or the new one
