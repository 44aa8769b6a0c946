"""Who is due: whoever has no mark for these files and this exercise, and whom ``--force`` names."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from bordercourse.files import DamagedError, printable, read_json, read_plain, write_whole
from bordercourse.grading.record.basis import Basis, changes
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["ForcedRun", "news", "why_due"]

NEVER, FORCED, UNKNOWN = "never graded", "forced", "unknown"
CHANGED_HAND_IN, CHANGED_EXERCISE = "changed hand-in", "changed exercise"
_LARGEST_LIST = 10_000_000
_MOST_NAMES = 8


def why_due(noted: Basis | None, now: Basis) -> str:
    """Return why a submission must be graded; empty where its mark rests on what is there now.

    Parameters
    ----------
    noted : Basis, optional
        What its mark rests on; None where it has none.
    now : Basis
        What a mark given now would rest on.
    """
    if noted is None:
        return NEVER
    if not noted.handed_in:
        return UNKNOWN
    if noted.handed_in != now.handed_in:
        return CHANGED_HAND_IN
    return CHANGED_EXERCISE if noted.exercise != now.exercise else ""


def news(name: str, due: Mapping[str, str], noted: Mapping[str, Basis | None], now: Basis) -> Iterable[str]:
    """Yield a sentence for each reason why people who have a mark are graded again.

    Parameters
    ----------
    name : str
        The exercise.
    due : mapping of str to str
        For each participant, what `why_due` says.
    noted : mapping of str to Basis
        For each participant, what the mark rests on.
    now : Basis
        The exercise as it is.
    """
    people = {reason: sorted(who for who in due if due[who] == reason) for reason in set(due.values())}
    if who := people.get(CHANGED_EXERCISE):
        # Most were graded with the same exercise; what the others had differs from it no less.
        common = Counter(frozenset(_exercise(noted[one]).items()) for one in who).most_common(1)[0][0]
        yield ngettext(
            "{name}: the exercise has changed since {n} was graded ({what}). It is graded again.",
            "{name}: the exercise has changed since {n} were graded ({what}). They are graded again.",
            len(who),
        ).format(name=name, n=len(who), what="; ".join(changes(dict(common), now.exercise)))
    if who := people.get(CHANGED_HAND_IN):
        yield ngettext(
            "{name}: {n} hand-in has changed since it was graded ({who}). It is graded again.",
            "{name}: {n} hand-ins have changed since they were graded ({who}). They are graded again.",
            len(who),
        ).format(name=name, n=len(who), who=_names(who))
    if who := people.get(UNKNOWN):
        yield ngettext(
            "{name}: {n} mark does not say which files it was given for ({who}). It is given again.",
            "{name}: {n} marks do not say which files they were given for ({who}). They are given again.",
            len(who),
        ).format(name=name, n=len(who), who=_names(who))


def _exercise(basis: Basis | None) -> Mapping[str, str]:
    return basis.exercise if basis is not None else {}


def _names(who: Collection[str]) -> str:
    some = [printable(one) for one in list(who)[:_MOST_NAMES]]
    return ", ".join([*some, "..."] if len(who) > len(some) else some)


GradeTask = tuple[str, str]
"""An exercise and a participant."""


class ForcedRun:
    """Whom a run with ``--force`` still has to grade, kept in a file that outlasts the run.

    Parameters
    ----------
    file : path
        Where the list lies while a run is under way; it is gone when everybody on it is done.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.asked: set[GradeTask] = set()
        self.left: set[GradeTask] = set()
        try:
            noted = read_json(read_plain(file, _LARGEST_LIST))
            self.asked = {(str(name), str(who)) for name, who in noted["asked"]}
            self.left = {(str(name), str(who)) for name, who in noted["left"]} & self.asked
        except (OSError, DamagedError, KeyError, TypeError, ValueError):
            pass  # no run was stopped, or its list is lost: nobody is graded twice for it

    def begin(self, pairs: Collection[GradeTask], tell: Callable[[str], None]) -> None:
        """Ask for `pairs` to be graded again; a stopped run that asked for all of them goes on.

        Parameters
        ----------
        pairs : collection of tuple
            Exercises and participants.
        tell : callable
            Called with a sentence where a stopped run goes on.

        Raises
        ------
        OSError
            If the list cannot be written.
        """
        wanted = set(pairs)
        left = self.left & wanted
        if left and wanted <= self.asked:
            tell(
                _("A run with --force was stopped. It goes on: {n} of {all} are left.").format(
                    n=len(left), all=len(wanted)
                )
            )
            return
        self.asked |= wanted
        self.left |= wanted
        self._write()

    def done(self, pair: GradeTask) -> None:
        """Take one off the list.

        Parameters
        ----------
        pair : tuple
            An exercise and a participant.
        """
        if pair in self.left:
            self.left.discard(pair)
            with contextlib.suppress(OSError):  # who stays on the list is graded once more
                self._write()

    def _write(self) -> None:
        if not self.left:
            self.file.unlink(missing_ok=True)
            self.asked = set()
            return
        write_whole(self.file, json.dumps({"asked": sorted(self.asked), "left": sorted(self.left)}))
