"""Marks: compare an answer with the key, recognise the usual mistakes, give partial credit.

Every function returns ``(share, message)``: the share of the points between 0 and 1, and what
to tell the participant. They are called from hidden tests, where the keys stand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Slip", "mark_choice", "mark_choices", "mark_list", "mark_mapping", "mark_number", "mark_table"]

Marked = tuple[float, str]


@dataclass(frozen=True)
class Slip:
    """A usual mistake: the answer it leads to, the share of the points it keeps, what to say."""

    answer: Any
    share: float
    message: str


def _right(why: str = "") -> Marked:
    return 1.0, (_("Right.") + (f" {why}" if why else ""))


def _close(answer: float, key: float, tolerance: float) -> bool:
    # The tolerance is absolute, in the answer's unit; the last term forgives binary rounding only.
    return math.isclose(answer, key, rel_tol=1e-9, abs_tol=tolerance + 1e-12)


def mark_choice(answer: str | None, key: str, hints: Mapping[str, str] | None = None) -> Marked:
    """Mark one choice; ``hints[key]`` explains the right one, the others say why not."""
    hints = hints or {}
    if answer == key:
        return _right(hints.get(key, ""))
    return 0.0, _("Not right.") + " " + hints.get(str(answer), _("Read the idea in the lesson once more."))


def mark_choices(answer: Sequence[str], key: Sequence[str], hints: Mapping[str, str] | None = None) -> Marked:
    """Mark check boxes: each right tick earns an equal part, each wrong tick takes one away."""
    hints = hints or {}
    ticked, wanted = set(answer), set(key)
    missed, wrong = sorted(wanted - ticked), sorted(ticked - wanted)
    if not missed and not wrong:
        return _right()
    share = max(0.0, (len(wanted & ticked) - len(wrong)) / len(wanted))
    parts = []
    if wrong:
        parts.append(_("Should not be ticked: {options}.").format(options=", ".join(wrong)))
    if missed:
        parts.append(_("Missed: {options}.").format(options=", ".join(missed)))
    parts += [hints[option] for option in wrong + missed if option in hints]
    return share, " ".join(parts)


def mark_number(
    answer: float, key: float, tolerance: float, slips: Iterable[Slip] = (), why: str = ""
) -> Marked:
    """Mark a number within an absolute `tolerance`; `slips` are looked at when it is not the key.

    Examples
    --------
    >>> mark_number(0.7, key=81.2, tolerance=0.5, slips=[Slip(0.812, 0.5, "Give it in percent.")])
    (0.0, 'Not right. Check which numbers the question asks for, and the formula in the lesson.')
    >>> mark_number(0.812, key=81.2, tolerance=0.5, slips=[Slip(0.812, 0.5, "Give it in percent.")])
    (0.5, 'Give it in percent.')
    """
    if _close(answer, key, tolerance):
        return _right(why)
    for slip in slips:
        # A slip is matched as closely, relative to its own size, as the key is.
        if _close(answer, slip.answer, tolerance * min(1.0, abs(slip.answer / key)) if key else tolerance):
            return slip.share, slip.message
    return 0.0, _("Not right. Check which numbers the question asks for, and the formula in the lesson.")


def mark_list(
    answer: Sequence[Any],
    key: Sequence[Any],
    *,
    ordered: bool = False,
    slips: Iterable[Slip] = (),
    why: str = "",
) -> Marked:
    """Mark a list: in order, or as a set where each wrong entry takes away a right one.

    In text, capital letters and spaces at the ends do not count.
    """
    given, wanted = _plain(answer), _plain(key)
    if (given == wanted) if ordered else (sorted(map(str, given)) == sorted(map(str, wanted))):
        return _right(why)
    for slip in slips:
        known = _plain(slip.answer)
        if (given == known) if ordered else (sorted(map(str, given)) == sorted(map(str, known))):
            return slip.share, slip.message
    if ordered:
        hits = sum(a == b for a, b in zip(given, wanted, strict=False))
        share = hits / max(len(wanted), len(given))
        return share, _("{hits} of {n} entries stand in the right place.").format(hits=hits, n=len(wanted))
    right = {str(x) for x in given} & {str(x) for x in wanted}
    wrong = {str(x) for x in given} - right
    share = max(0.0, (len(right) - len(wrong)) / len(wanted))
    return share, _("{hits} of {n} entries are right; {wrong} do not belong.").format(
        hits=len(right), n=len(wanted), wrong=len(wrong)
    )


def _plain(entries: Iterable[Any]) -> list[Any]:
    return [entry.strip().casefold() if isinstance(entry, str) else entry for entry in entries]


def mark_mapping(
    answer: Mapping[str, Any],
    key: Mapping[str, Any],
    *,
    tolerance: float = 0.0,
    hints: Mapping[str, str] | None = None,
    why: str = "",
) -> Marked:
    """Mark named answers one by one; `hints` tell what to look at for each name."""
    hints = hints or {}
    wrong = [name for name, value in key.items() if not _same(answer.get(name), value, tolerance)]
    if not wrong:
        return _right(why)
    share = 1 - len(wrong) / len(key)
    parts = [_("Look again at: {names}.").format(names=", ".join(wrong))]
    return share, " ".join(parts + [hints[name] for name in wrong if name in hints])


def mark_table(
    answer: pd.DataFrame, key: pd.DataFrame, *, on: str, tolerance: float = 0.0, why: str = ""
) -> Marked:
    """Mark a table against `key`: rows are matched by column `on`, every other cell of the key counts."""
    if answer[on].duplicated().any():
        return 0.0, _("The same {on} stands in more than one row.").format(on=on)
    rows = {str(row[on]): row for row in answer.to_dict("records")}
    total = hits = 0
    wrong: list[str] = []
    for row in key.to_dict("records"):
        name = str(row[on])
        for column, value in row.items():
            if column == on:
                continue
            total += 1
            if name in rows and _same(rows[name].get(column), value, tolerance):
                hits += 1
            elif name not in wrong:
                wrong.append(name)
    extra = len(set(rows) - {str(x) for x in key[on]})
    if hits == total and not extra:
        return _right(why)
    share = max(0.0, hits / total - extra / max(1, len(key)))
    return share, _("{hits} of {n} values are right. Look again at: {rows}.").format(
        hits=hits, n=total, rows=", ".join(wrong[:6]) or _("rows that do not belong")
    )


def _same(given: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        try:
            return not isinstance(given, (bool, str)) and _close(float(given), float(wanted), tolerance)
        except (TypeError, ValueError):
            return False
    return str(given).strip().casefold() == str(wanted).casefold()
