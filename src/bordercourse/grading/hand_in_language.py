"""A hand-in in its participant's language; the gradebook and its keys stay English.

Only cells that the instructor locked are put into the language: nothing that somebody handed in is read as
a text of the course.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from nbgrader import utils

from bordercourse.errors import InputError
from bordercourse.i18n import is_language
from bordercourse.translate.localise import localise
from bordercourse.translate.offered import marking_texts, page_texts, refresh

__all__ = ["noted_language", "put_into_language", "spoken_language"]

_KEY = "bordercourse"


def spoken_language(language: str, module: str) -> str:
    """Return the language in which a hand-in is marked: its own where the exercise is whole in it.

    Parameters
    ----------
    language : str
        As the hand-in names it.
    module : str
        The exercise.
    """
    if not (is_language(language) and _is_ready(language)):
        return ""
    return language if page_texts(language, module) is not None else ""


@cache
def _is_ready(language: str) -> bool:
    try:
        refresh(language)
    except InputError:
        return False
    return True


def put_into_language(notebook: Any, language: str, module: str) -> None:
    """Put the instructor's cells of a notebook, with their hidden tests, into a language.

    Parameters
    ----------
    notebook : NotebookNode
        As it was made ready for grading: its locked cells are the instructor's.
    language : str
        From `spoken_language`; nothing is changed where it is empty.
    module : str
        The exercise.
    """
    words = marking_texts(language, module) if language else None
    if not words:
        return
    own = [cell for cell in notebook.cells if utils.is_locked(cell) and not utils.is_solution(cell)]
    spoken = localise({"cells": own}, words)
    for cell, translated in zip(own, spoken["cells"], strict=True):
        cell.source = translated.source


def noted_language(notebook: Any) -> str:
    """Return the language in which a marked notebook was marked; empty for English.

    Parameters
    ----------
    notebook : NotebookNode
        A file under ``autograded``.
    """
    noted = notebook.metadata.get(_KEY, {})
    named = noted.get("language") if isinstance(noted, dict) else None
    return str(named) if is_language(named) else ""
