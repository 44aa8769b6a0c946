"""The casebook: a decision and a reason for each case, weighted by what an error costs whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bordercourse.i18n import gettext as _

__all__ = ["Case", "mark_casebook"]


@dataclass(frozen=True)
class Case:
    """The key of one case.

    Parameters
    ----------
    decision, reason : sequence of str
        Every defensible decision, and every reason that supports it.
    rule : str
        The rule of Utopia's law or procedure that decides the case.
    weight : float
        How much the case counts: what the worst error would cost the person.
    costs : mapping, optional
        For a wrong decision, the part of the weight that it costs (0 to 1); 1 where not named.
    hint : str, optional
        What to look at again.
    """

    decision: Sequence[str]
    reason: Sequence[str]
    rule: str
    weight: float = 1.0
    costs: Mapping[str, float] = field(default_factory=dict)
    hint: str = ""


# A right decision for a wrong reason would not stand up before a court or a superior.
_REASON_LOSS = 0.25


def mark_casebook(
    answers: Mapping[str, Any] | None, key: Mapping[str, Case], reviewer: str = ""
) -> tuple[float, str]:
    """Return the share of the points and one line for each case that lost some.

    Parameters
    ----------
    answers : mapping
        ``{"case-01": {"decision": "d1", "reason": "r2"}}``; a case left out loses its whole weight.
    key : mapping of str to Case
    reviewer : str
        The practitioner who reviewed the key, if any.

    Examples
    --------
    >>> key = {"case-01": Case(["register"], ["r1"], rule="Act s. 3", hint="Late is not refused.")}
    >>> mark_casebook({"case-01": {"decision": "register", "reason": "r9"}}, key)[0]
    0.75
    """
    answers = answers or {}
    total = kept = 0.0
    lines: list[str] = []
    for name, case in key.items():
        total += case.weight
        given = answers.get(name)
        given = given if isinstance(given, Mapping) else {}
        decision, reason = given.get("decision"), given.get("reason")
        if decision in case.decision and reason in case.reason:
            kept += case.weight
            continue
        if not decision:
            loss, finding = 1.0, _("not answered.")
        elif decision in case.decision:
            loss, finding = _REASON_LOSS, _("right decision; the reason does not support it.")
        else:
            loss = min(1.0, case.costs.get(str(decision), 1.0))
            finding = _("not this decision.")
        kept += case.weight * (1 - loss)
        lines.append(f"{name}: {finding} {case.hint} ({case.rule})".replace("  ", " "))
    head = _("Every case is decided for a good reason.") if not lines else _("Look again at these cases:")
    tail = (
        _("Key reviewed by {reviewer}.").format(reviewer=reviewer)
        if reviewer
        else _("This key is not yet reviewed by a practitioner.")
    )
    return kept / total, "\n".join([head, *lines, tail])
