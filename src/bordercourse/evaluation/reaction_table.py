"""What a class said of its days: anonymous forms, counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bordercourse.desk.reactions import QUESTIONS, Reaction, read_reaction
from bordercourse.errors import InputError
from bordercourse.evaluation.disclosure import THRESHOLD, broad
from bordercourse.evaluation.report import PublishedTable
from bordercourse.i18n import gettext as _

__all__ = ["reaction_table", "read_reactions"]

_MOST_FILES = 5_000


def read_reactions(folder: Path) -> list[Reaction]:
    """Return the forms in and below a folder; a form that lies there twice under one name counts once.

    Parameters
    ----------
    folder : path
        Where the files were put.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(str(folder), _("it is not there."), _("Name the folder with the forms."))
    paths = sorted(folder.rglob("day-*.json"))[:_MOST_FILES]
    by_name = {path.name: reaction for path in paths if (reaction := read_reaction(path)) is not None}
    return list(by_name.values())


def reaction_table(reactions: list[Reaction]) -> PublishedTable:
    """Return the answers by day and question, in steps of ten percent; a day with fewer than ten is left out.

    Parameters
    ----------
    reactions : list of Reaction
        The forms.
    """
    rows = []
    for day in sorted({one.day for one in reactions}):
        for question in QUESTIONS:
            given = [
                one.answers[question.name]
                for one in reactions
                if one.day == day and question.name in one.answers
            ]
            if len(given) < THRESHOLD:
                continue
            counts = Counter(given)
            words = "; ".join(
                f"{_(text)}: {broad(counts[key] / len(given))}" for key, text in question.options.items()
            )
            rows.append((str(day), _(question.text), str(len(given)), words))
    return PublishedTable(
        "reactions",
        _("What people said of the days"),
        (_("Day"), _("Question"), _("Answers"), _("Shares")),
        tuple(rows),
        _(
            "From a form without names. A day with fewer than ten answers is left out. "
            "To like a course is not to learn."
        ),
    )
