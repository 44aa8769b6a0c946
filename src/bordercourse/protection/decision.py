"""Decision tables in the manner of DMN, checked for gaps and overlaps before they are used.

A table has inputs with finite domains, rules from top to bottom, and a hit policy. Because
every domain is finite (a range is cut at the bounds that the rules use), the check walks
every possible case: it is a proof, not a sample.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Choice, Keyed, Several, Text, checked
from bordercourse.protection.conditions import ChoiceDomain, Domain, NumberDomain, parse
from bordercourse.protection.rules import Decision, Narrowed, Rule, TableCheck

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["HIT_POLICIES", "DecisionTable"]

HIT_POLICIES = {
    "UNIQUE": "exactly one rule fits each case",
    "ANY": "several rules may fit a case if they say the same",
    "FIRST": "the first rule that fits, from top to bottom, decides",
    "COLLECT": "every rule that fits adds its outcome",
}

_MOST_CASES = 2_000_000


@checked(
    name=Text(),
    inputs=Keyed(A(ChoiceDomain, NumberDomain, do=mark("Give choices(...), YES_NO or numbers(low, high)."))),
    rules=Several(A(Rule, do=mark("Give Rule(id, when, then)."))),
    hit=Choice(*HIT_POLICIES),
    title=Text(empty=True),
    source=Text(empty=True),
    questions=Keyed(Text()),
)
@dataclass(frozen=True, eq=False)
class DecisionTable:
    """A decision table: inputs, rules, and a hit policy.

    Parameters
    ----------
    name : str
        How messages name the table.
    inputs : mapping of str to Domain
        For each input, its finite domain: `choices(...)`, `YES_NO`, `numbers(low, high)`.
    rules : sequence of Rule
        From top to bottom. A rule's `when` gives a condition for some inputs; an input that it
        does not name may have any value. Conditions: ``"a"``, ``"a, b"``, ``"not(a)"``,
        ``"-"`` (any); for numbers ``"<18"``, ``">=18"``, ``"[5..18)"``, ``"7"``.
    hit : {"UNIQUE", "ANY", "FIRST", "COLLECT"}
        The hit policy of DMN (Object Management Group, Decision Model and Notation,
        section on decision-table hit policies).

    Raises
    ------
    InputError
        If a rule or a condition cannot be read. A gap or an overlap is reported by `check`,
        and refused by `decide`.

    Notes
    -----
    DMN permits an incomplete table. This one does not: in protection work a case that falls
    through is a person who is sent nowhere.

    Examples
    --------
    >>> from bordercourse.protection import DecisionTable, Rule, numbers
    >>> age = {"age": numbers(0, 120)}
    >>> table = DecisionTable("age", age, [
    ...     Rule("child", {"age": "<18"}, {"call": "child protection"}),
    ...     Rule("adult", {"age": ">18"}, {"call": "desk"}),
    ... ], hit="UNIQUE")
    >>> table.check()
    age: no rule fits 1 of 3 cases, for example age = 18.
    >>> table.decide(age=30)
    Traceback (most recent call last):
        ...
    bordercourse.errors.InputError: age: the table is not sound. age: no rule fits 1 of 3 cases,
    for example age = 18. Mend the table before you use it.
    """

    name: str
    inputs: Mapping[str, Domain]
    rules: Sequence[Rule]
    hit: str = "UNIQUE"
    title: str = ""
    source: str = ""
    questions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.inputs or not self.rules:
            raise InputError(self.name, _("a table needs inputs and rules."), _("Give at least one of each."))
        ids = [rule.id for rule in self.rules]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise InputError(
                self.name, _("rule {id} appears twice.").format(id=twice[0]), _("Give each rule its own id.")
            )
        keys = set(self.rules[0].then)
        for rule in self.rules:
            unknown = sorted(set(rule.when) - set(self.inputs))
            if unknown:
                raise InputError(
                    f"{self.name}, {rule.id}",
                    _("{name!r} is no input of this table.").format(name=unknown[0]),
                    _("The inputs are {names}.").format(names=", ".join(self.inputs)),
                )
            if set(rule.then) != keys:
                raise InputError(
                    f"{self.name}, {rule.id}",
                    _("its outcome has other parts than the first rule's."),
                    _("Every rule gives {names}.").format(names=", ".join(sorted(keys))),
                )
        self._conditions  # noqa: B018  # a condition that cannot be read is refused here

    # -- the finite case space ------------------------------------------------------------------

    @cached_property
    def _conditions(self) -> list[dict[str, Any]]:
        return [
            {
                name: parse(rule.when.get(name, "-"), domain, f"{self.name}, {rule.id}, {name}")
                for name, domain in self.inputs.items()
            }
            for rule in self.rules
        ]

    @cached_property
    def _atoms(self) -> dict[str, list[Any]]:
        atoms = {
            name: domain.atoms([row[name] for row in self._conditions])
            for name, domain in self.inputs.items()
        }
        size = int(np.prod([len(a) for a in atoms.values()], dtype=float))
        if size > _MOST_CASES:
            raise InputError(
                self.name,
                _("it has {n} cases, too many to walk.").format(n=size),
                _("Split it into two tables, the outcome of one being an input of the other."),
            )
        return atoms

    @cached_property
    def _fits(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Boolean array, rules x atoms of each input: does the rule fit the case?"""
        shape = tuple(len(a) for a in self._atoms.values())
        out = np.ones((len(self.rules), *shape), dtype=bool)
        for r, row in enumerate(self._conditions):
            for axis, (name, atoms) in enumerate(self._atoms.items()):
                keep = np.array([row[name].holds(atom) for atom in atoms])
                out[r] &= keep.reshape([-1 if a == axis else 1 for a in range(len(shape))])
        return out

    @cached_property
    def _groups(self) -> np.ndarray[Any, np.dtype[np.int_]]:
        """For each rule, the number of its outcome: rules that say the same share a number."""
        seen: dict[tuple[tuple[str, str], ...], int] = {}
        return np.array([seen.setdefault(tuple(sorted(r.then.items())), len(seen)) for r in self.rules])

    @cached_property
    def _outcomes(self) -> np.ndarray[Any, np.dtype[np.int_]]:
        """For each case a number that tells outcomes apart; -1 where no rule fits."""
        if self.hit == "COLLECT":
            flat = self._fits.reshape(len(self.rules), -1).T
            numbers = np.unique(flat, axis=0, return_inverse=True)[1].reshape(self._fits.shape[1:])
        else:
            numbers = self._groups[self._fits.argmax(axis=0)]
        return np.where(self._fits.any(axis=0), numbers, -1)

    def _at(self, index: Sequence[int]) -> dict[str, Any]:
        return {
            name: self.inputs[name].show(atoms[i])
            for (name, atoms), i in zip(self._atoms.items(), index, strict=True)
        }

    # -- use ------------------------------------------------------------------------------------

    def check(self) -> TableCheck:
        """Walk every case and name the first ones that fall through or are contradicted."""
        return self._check

    @cached_property
    def _check(self) -> TableCheck:
        fits = self._fits
        count = fits.sum(axis=0)
        gaps = np.argwhere(count == 0)
        if self.hit == "UNIQUE":
            wrong = count > 1
        elif self.hit == "ANY":
            groups = self._groups.reshape([-1] + [1] * count.ndim)
            highest = np.where(fits, groups, -1).max(axis=0)
            lowest = np.where(fits, groups, len(self.rules)).min(axis=0)
            wrong = (count > 1) & (highest != lowest)
        else:
            wrong = np.zeros_like(count, dtype=bool)
        overlaps = np.argwhere(wrong)
        deciding = set(fits.argmax(axis=0)[count > 0].ravel().tolist()) if self.hit == "FIRST" else None
        dead = [
            rule.id
            for r, rule in enumerate(self.rules)
            if not fits[r].any() or (deciding is not None and r not in deciding)
        ]
        return TableCheck(
            table=self.name,
            cases=int(count.size),
            gaps=tuple(self._at(i) for i in gaps[:10]),
            gap_count=len(gaps),
            overlaps=tuple(
                (self._at(i), tuple(self.rules[int(r)].id for r in np.flatnonzero(fits[:, *i.tolist()])))
                for i in overlaps[:10]
            ),
            overlap_count=len(overlaps),
            dead=tuple(dead),
        )

    def _require_sound(self) -> None:
        check = self.check()
        if not check.sound:
            raise InputError(
                self.name,
                _("the table is not sound. {check}").format(check=check),
                _("Mend the table before you use it."),
            )

    def _index(self, facts: Mapping[str, Any]) -> dict[str, int]:
        for name in facts:
            if name not in self.inputs:
                raise InputError(
                    name,
                    _("{table} does not ask this.").format(table=self.name),
                    _("It asks {names}.").format(names=", ".join(self.inputs)),
                )
        return {
            name: self.inputs[name].locate(value, self._atoms[name], name) for name, value in facts.items()
        }

    def decide(self, **facts: Any) -> Decision:
        """Say what the table says about one case.

        Parameters
        ----------
        **facts
            One value for every input. What is not known has to be said: give ``"unknown"``
            where the table has that value, or use `narrow`.

        Raises
        ------
        InputError
            If the table is not sound, or an input is missing, unknown or outside its domain.
        """
        self._require_sound()
        index = self._index(facts)
        missing = [name for name in self.inputs if name not in facts]
        if missing:
            raise InputError(
                missing[0],
                _("{table} needs an answer to this.").format(table=self.name),
                _("Give one, or use narrow() to see what still matters."),
            )
        at: tuple[Any, ...] = tuple(index[name] for name in self.inputs)
        hits = np.flatnonzero(self._fits[:, *at])
        chosen = [self.rules[int(h)] for h in (hits if self.hit == "COLLECT" else hits[:1])]
        return Decision(
            table=self.name,
            rules=tuple(rule.id for rule in chosen),
            outcomes=tuple(dict(rule.then) for rule in chosen),
            because=tuple(rule.because for rule in chosen),
        )

    def narrow(self, **known: Any) -> Narrowed:
        """Say which rules may still decide, and which questions can still change the outcome.

        Examples
        --------
        >>> from bordercourse.protection import screening_table
        >>> table = screening_table("contact_with_origin")
        >>> table.narrow(child_alone="yes", protection_agrees="no").settled
        True
        """
        self._require_sound()
        index = self._index(known)
        cut: tuple[Any, ...] = tuple(index.get(name, slice(None)) for name in self.inputs)
        outcomes = self._outcomes[cut]
        fits = self._fits[:, *cut]
        open_names = [name for name in self.inputs if name not in known]
        ask = [
            name
            for axis, name in enumerate(open_names)
            if (outcomes != np.take(outcomes, [0], axis=axis)).any()
        ]
        if self.hit == "COLLECT":
            possible: Any = fits.reshape(len(self.rules), -1).any(axis=1)
        else:
            possible = np.isin(np.arange(len(self.rules)), fits.argmax(axis=0))
        return Narrowed(
            table=self.name,
            known=dict(known),
            rules=tuple(r.id for r, p in zip(self.rules, list(possible), strict=True) if p),
            ask=tuple(ask),
        )

    def walk(self) -> pd.DataFrame:
        """Return every case with the rules that decide it and what they say, one row a case."""
        import pandas as pd

        self._require_sound()
        cases = pd.DataFrame(
            list(product(*[[self.inputs[n].show(a) for a in atoms] for n, atoms in self._atoms.items()])),
            columns=list(self.inputs),
        )
        flat = self._fits.reshape(len(self.rules), -1)
        ids = np.array([rule.id for rule in self.rules], dtype=object)
        if self.hit == "COLLECT":
            cases["rule"] = ["; ".join(ids[column]) for column in flat.T]
            for key in self.rules[0].then:
                texts = np.array([rule.then[key] for rule in self.rules], dtype=object)
                cases[key] = ["; ".join(dict.fromkeys(texts[column])) for column in flat.T]
            return cases
        first = flat.argmax(axis=0)
        cases["rule"] = ids[first]
        for key in self.rules[0].then:
            cases[key] = np.array([rule.then[key] for rule in self.rules], dtype=object)[first]
        return cases

    def to_frame(self) -> pd.DataFrame:
        """Return the table as it is read: one row a rule, conditions, outcome, reason."""
        import pandas as pd

        rows = [
            {"rule": rule.id}
            | {name: rule.when.get(name, "-") for name in self.inputs}
            | dict(rule.then)
            | {"because": rule.because}
            for rule in self.rules
        ]
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        return _("{title} ({hit}, {rules} rules, {cases} cases)").format(
            title=self.title or self.name,
            hit=self.hit,
            rules=len(self.rules),
            cases=self._fits[0].size,
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(str(self))}</b></p>{self.to_frame().to_html(index=False)}"
