"""Rules of a decision table, and what a table says: a decision, a check, what is still to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from bordercourse.i18n import gettext as _
from bordercourse.inputs import Keyed, Text, checked
from bordercourse.page import table
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Decision", "Narrowed", "Rule", "TableCheck"]


def case_in_words(case: Mapping[str, Any]) -> str:
    """Return the answers of a case in words."""
    return ", ".join(f"{name} = {value}" for name, value in case.items())


@checked(id=Text(), when=Keyed(Text()), then=Keyed(Text(empty=True)), because=Text(empty=True))
@dataclass(frozen=True)
class Rule:
    """One line of a table: when it fits, what it says, and why.

    Parameters
    ----------
    id : str
        How messages name the rule.
    when : mapping of str to str
        Conditions by input; an input that is not named may have any value.
    then : mapping of str to str
        The outcome.
    because : str
        The reason, with its source.
    """

    id: str
    when: Mapping[str, str]
    then: Mapping[str, str]
    because: str = ""


@dataclass(frozen=True, repr=False)
class Decision(Result):
    """What a table says about one case. It prints in one line.

    It is a route and a next step; it is never a finding about the person.
    """

    table: str
    rules: tuple[str, ...]
    outcomes: tuple[Mapping[str, str], ...]
    because: tuple[str, ...]

    @property
    def outcome(self) -> Mapping[str, str]:
        """The one outcome (of the first rule where several were collected)."""
        return self.outcomes[0]

    def sentence(self) -> str:
        """Return it in one line of words."""
        outcomes = "; ".join(", ".join(f"{k}: {v}" for k, v in o.items()) for o in self.outcomes)
        return f"{outcomes} ({_('rule')} {', '.join(self.rules)})"

    def _repr_html_(self) -> str:
        rows = [item for outcome in self.outcomes for item in outcome.items()]
        why = "".join(f"<li>{escape(reason)}</li>" for reason in self.because if reason)
        return f"{table([], rows, named_rows=True)}<p>{_('Why')}</p><ul>{why}</ul>"


@dataclass(frozen=True, repr=False)
class TableCheck(Result):
    """The result of walking every case of a table.

    `gaps` are cases that no rule fits, `overlaps` cases that the hit policy forbids, `dead`
    rules that can never decide. Each list holds at most ten; the counts are complete.
    """

    table: str
    cases: int
    gaps: tuple[Mapping[str, Any], ...]
    gap_count: int
    overlaps: tuple[tuple[Mapping[str, Any], tuple[str, ...]], ...]
    overlap_count: int
    dead: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """True if no case falls through, none is forbidden, and every rule can decide."""
        return not (self.gap_count or self.overlap_count or self.dead)

    def sentence(self) -> str:
        """Return it in one line of words."""
        if self.sound:
            return _("{table}: sound. All {n} cases are covered.").format(table=self.table, n=self.cases)
        parts = []
        if self.gap_count:
            parts.append(
                _("no rule fits {n} of {all} cases, for example {case}").format(
                    n=self.gap_count, all=self.cases, case=case_in_words(self.gaps[0])
                )
            )
        if self.overlap_count:
            case, rules = self.overlaps[0]
            parts.append(
                _("rules {rules} contradict each other in {n} cases, for example {case}").format(
                    rules=", ".join(rules), n=self.overlap_count, case=case_in_words(case)
                )
            )
        if self.dead:
            parts.append(_("these rules can never decide: {rules}").format(rules=", ".join(self.dead)))
        return f"{self.table}: {'; '.join(parts)}."


@dataclass(frozen=True, repr=False)
class Narrowed(Result):
    """What a table can still say when only some answers are known."""

    table: str
    known: Mapping[str, Any]
    rules: tuple[str, ...]
    ask: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """True if no further answer can change the outcome."""
        return not self.ask

    def sentence(self) -> str:
        """Return it in one line of words."""
        if self.settled:
            return _("Settled: rule {rules}.").format(rules=", ".join(self.rules))
        return _("Still possible: rules {rules}. Ask next: {ask}.").format(
            rules=", ".join(self.rules), ask=", ".join(self.ask)
        )
