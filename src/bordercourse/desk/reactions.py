"""What people say of a day: a form of choices, kept in a file that names nobody.

The file holds the day and the choices, and nothing else: no name, no time, no machine. Its own name is drawn
at random. It is given apart from the hand-ins, whose files bear names.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.files import DamagedError, read_json, read_plain, why_not_written, write_whole
from bordercourse.i18n import mark

__all__ = [
    "DAYS",
    "QUESTIONS",
    "REACTIONS",
    "Reaction",
    "ReactionQuestion",
    "read_reaction",
    "store_reaction",
]

REACTIONS = "reactions"  # the folder of a workspace
DAYS = 5
_LARGEST = 10_000  # bytes
_NAME = re.compile(r"day-(\d)-[0-9a-f]{16}\.json")


@dataclass(frozen=True)
class ReactionQuestion:
    """A question of the form; nobody must answer it.

    Parameters
    ----------
    name : str
        Its name in the file.
    text : str
        What is asked; translate it where it is shown.
    options : mapping of str to str
        The answers by their keys; translate them where they are shown.
    """

    name: str
    text: str
    options: Mapping[str, str]


QUESTIONS = (
    ReactionQuestion(
        "follow",
        mark("How much could you follow today?"),
        {
            "all": mark("nearly all"),
            "most": mark("most"),
            "half": mark("about half"),
            "little": mark("little"),
        },
    ),
    ReactionQuestion(
        "use",
        mark("Can you use it in your work?"),
        {
            "yes": mark("yes, soon"),
            "later": mark("yes, later"),
            "unsure": mark("I am not sure"),
            "no": mark("no"),
        },
    ),
    ReactionQuestion(
        "pace",
        mark("How was the pace?"),
        {"slow": mark("too slow"), "right": mark("just right"), "fast": mark("too fast")},
    ),
    ReactionQuestion(
        "more",
        mark("What should there be more of?"),
        {
            "practice": mark("practice"),
            "talk": mark("talk at the tables"),
            "words": mark("plain words"),
            "breaks": mark("breaks"),
            "nothing": mark("nothing, it was right"),
        },
    ),
)


@dataclass(frozen=True)
class Reaction:
    """One filled form.

    Parameters
    ----------
    day : int
        Day of the course, from 1.
    answers : mapping of str to str
        The answers chosen, by question.
    """

    day: int
    answers: Mapping[str, str]


def _of(day: object, answers: object) -> Reaction | None:
    """Return what fits the form, or None; anything else that a file or a browser holds is left out."""
    if not isinstance(day, int) or isinstance(day, bool) or not 1 <= day <= DAYS:
        return None
    given = answers if isinstance(answers, dict) else {}
    chosen = {q.name: given[q.name] for q in QUESTIONS if given.get(q.name) in tuple(q.options)}
    return Reaction(day, chosen) if chosen else None


def store_reaction(root: Path, day: str, answers: Mapping[str, str]) -> bool:
    """Keep a form in the workspace; a second one of the same day takes the first one's place.

    Parameters
    ----------
    root : path
        The workspace.
    day : str
        As the page sent it.
    answers : mapping of str to str
        As the page sent them.

    Returns
    -------
    bool
        Whether there was anything to keep.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    reaction = _of(int(day) if day.isascii() and day.isdigit() and len(day) == 1 else 0, dict(answers))
    if reaction is None:
        return False
    folder = root / REACTIONS
    content = {"format": 1, "day": reaction.day, "answers": dict(reaction.answers)}
    try:
        folder.mkdir(exist_ok=True)
        earlier = [
            one for one in folder.iterdir() if (m := _NAME.fullmatch(one.name)) and m[1] == str(reaction.day)
        ]
        path = earlier[0] if earlier else folder / f"day-{reaction.day}-{secrets.token_hex(8)}.json"
        write_whole(path, json.dumps(content, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise InputError(str(folder), *why_not_written(error)) from None
    return True


def read_reaction(path: Path) -> Reaction | None:
    """Return the form that a file holds; None where it holds none.

    Parameters
    ----------
    path : path
        The file.
    """
    try:
        stored = read_json(read_plain(path, _LARGEST))
    except (OSError, DamagedError):
        return None
    return _of(stored.get("day"), stored.get("answers")) if isinstance(stored, dict) else None
