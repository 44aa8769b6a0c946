"""The table of steps by which papers are had, and the search for the fewest of them.

A step gives one paper and needs others. What can be had is a closure; the way with fewest visits is an
integer programme over an and/or graph, with an order of papers that forbids a circle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Numbers, Several, Table, Text, Words, checked, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

__all__ = [
    "HOUSEHOLD",
    "STEPS",
    "Member",
    "MemberStep",
    "closure",
    "fewest_papers",
    "fewest_steps",
    "open_steps",
]

HOUSEHOLD = "household"

#: What a table of steps must hold.
STEPS = Table(
    holds={
        "step": Words(),
        "gives": Words(),
        "level": Words(one_of=("person", HOUSEHOLD)),
        "needs": Words(gaps=True),
        "applies_to": Words(one_of=("anyone", "adult", "child", "man", "woman")),
        "circumstance": Words(gaps=True),
        "basis": Words(),
        "visits": Numbers(low=0, gaps=True),
        "title": Words(),
        "office": Words(),
    },
    may_hold={"country": Words(), "needs_in_practice": Words(gaps=True)},
    do=mark('Use load("document_steps").'),
)


@checked(name=Text(), kind=Choice("child", "man", "woman"), held=Several(Text()))
@dataclass(frozen=True)
class Member:
    """A fictional member of a household, with the papers held.

    Parameters
    ----------
    name : str
        Name in the household.
    kind : {"child", "man", "woman"}
        Some steps are open to one of them only.
    held : tuple of str
        Papers that the member holds.
    """

    name: str
    kind: str
    held: tuple[str, ...] = ()


Paper = tuple[str, str]  # whose, and its code
NO_PAPER: Paper = ("", "")


@dataclass(frozen=True)
class MemberStep:
    """A step for one member; `needs` is a list of alternatives, all of which must be met."""

    member: str
    row: int
    gives: Paper
    needs: tuple[tuple[Paper, ...], ...]
    cost: float


def steps_of(steps: pd.DataFrame, country: str | None) -> pd.DataFrame:
    """Return the steps of one country, numbered from 0."""
    countries = sorted(steps["country"].unique()) if "country" in steps.columns else []
    if country is not None and countries:
        steps = steps[steps["country"] == country]
    elif len(countries) > 1:
        raise InputError(
            "country",
            _("the table has the steps of several countries."),
            _("Choose one: {names}.").format(names=", ".join(countries)),
        )
    if steps.empty:
        raise InputError(
            "country",
            _("{name} has no steps.").format(name=shown(country)),
            _("Choose from {names}.").format(names=", ".join(countries)),
        )
    return steps.reset_index(drop=True)


def must_be_known(name: str, wanted: Iterable[str], known: Iterable[str], problem: str) -> None:
    """Refuse the first of `wanted` that is not `known`; `problem` has a place for it."""
    choices = set(known)
    for one in wanted:
        if one not in choices:
            raise InputError(
                name,
                problem.format(name=shown(one)),
                _("Choose from {names}.").format(names=", ".join(sorted(choices))),
            )


def in_words(code: str) -> str:
    """Return the code of a paper as a reader would write it."""
    return code.replace("_", " ").replace(" | ", _(" or "))


def parts_of(text: Any) -> list[list[str]]:
    """Split ``"a; b | c"`` into [["a"], ["b", "c"]]: all of these, one of those."""
    if not isinstance(text, str) or not text.strip():
        return []
    return [[one.strip() for one in part.split("|")] for part in text.split(";")]


def open_steps(
    table: pd.DataFrame,
    members: Sequence[Member],
    circumstances: Iterable[str],
    cost: str,
    *,
    lawful: bool,
) -> list[MemberStep]:
    """Return the steps that the members can take in these circumstances, with `cost` as their price."""
    must_be_known(
        "circumstances",
        circumstances,
        table["circumstance"].dropna(),
        _("{name} is no circumstance of these steps."),
    )
    active = set(circumstances)
    out = []
    for number, row in enumerate(table.to_dict("records")):
        if isinstance(row["circumstance"], str) and row["circumstance"] not in active:
            continue
        if lawful and row["basis"] == "de_facto":
            continue
        asked = parts_of(row["needs"]) + ([] if lawful else parts_of(row.get("needs_in_practice")))
        for member in members:
            fits = {"anyone", member.kind} | ({"adult"} if member.kind != "child" else set())
            if row["applies_to"] not in fits:
                continue
            owner = HOUSEHOLD if row["level"] == "household" else member.name
            price = row[cost]
            out.append(
                MemberStep(
                    member=member.name,
                    row=number,
                    gives=(owner, row["gives"]),
                    needs=tuple(
                        tuple((who, code) for code in part for who in (member.name, HOUSEHOLD))
                        for part in asked
                    ),
                    cost=0.0 if math.isnan(price) else float(price),
                )
            )
    return out


def without_offices(steps: list[MemberStep], table: pd.DataFrame, closed: Iterable[str]) -> list[MemberStep]:
    """Return the steps that are left while some offices are shut."""
    must_be_known("closed", closed, table["office"], _("{name} is no office of these steps."))
    shut = set(closed)
    return [s for s in steps if table.loc[s.row, "office"] not in shut]


def closure(steps: list[MemberStep], held: set[Paper]) -> set[Paper]:
    """Return all papers that can be had from those held, by any number of steps."""
    have = set(held)
    while True:
        new = {s.gives for s in steps if all(any(d in have for d in part) for part in s.needs)} - have
        if not new:
            return have
        have |= new


def fewest_papers(
    steps: list[MemberStep], wanted: set[Paper], held: set[Paper]
) -> tuple[tuple[str, ...], bool]:
    """Name the fewest papers, neither held nor given by any open step, that would open a path.

    True if each of those named is enough alone.
    """
    lacking, circle = _lacking(steps, wanted, held)
    if not lacking:  # papers that need each other in a circle
        return tuple(sorted(circle)), False
    whose = {s.member for s in steps} | {who for who, _code in wanted} | {HOUSEHOLD}

    def opens(several: tuple[str, ...]) -> bool:
        codes = [code for paper in several for code in paper.split(" | ")]
        brought = {(who, code) for who in whose for code in codes} - wanted
        return wanted <= closure(steps, held | brought)

    for size in range(1, len(lacking)):
        opening = [several for several in combinations(sorted(lacking), size) if opens(several)]
        if opening:
            return tuple(sorted({s for several in opening for s in several})), size == 1
    return tuple(sorted(lacking)), len(lacking) == 1


def _lacking(steps: list[MemberStep], wanted: set[Paper], held: set[Paper]) -> tuple[set[str], set[str]]:
    """Return the papers on the way that no step gives, and those on the way that some step gives."""
    given, seen, todo = {s.gives for s in steps}, set(wanted), list(wanted)
    lacking = {code for who, code in wanted if (who, code) not in given}
    have = closure(steps, held)
    while todo:
        paper = todo.pop()
        open_parts = [
            part
            for step in steps
            if step.gives == paper
            for part in step.needs
            if not any(d in have for d in part)
        ]
        for part in open_parts:
            if not any(d in given for d in part):
                lacking.add(" | ".join(dict.fromkeys(code for _who, code in part)))
            todo += [d for d in part if d in given and d not in seen]
            seen |= set(part)
    return lacking, {code for who, code in seen if (who, code) in given - have}


def fewest_steps(steps: list[MemberStep], wanted: set[Paper], held: set[Paper]) -> list[MemberStep]:
    """Return the steps of least cost that give what is wanted, in an order in which they can be walked."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_array

    if not wanted:
        return []
    links = _links(steps, held)
    papers = sorted({s.gives for s in steps})
    rows = _rules(steps, papers, links, wanted)
    total = len(steps) + len(papers) + len(links)
    matrix = lil_array((len(rows), total))
    for r, (terms, _least) in enumerate(rows):
        for column, value in terms.items():
            matrix[r, column] = value
    cost = np.zeros(total)
    cost[: len(steps)] = [s.cost + 1e-3 for s in steps]
    one, any_place = np.ones(len(steps)), np.full(len(papers), len(papers) + 1)
    result = milp(
        cost,
        constraints=LinearConstraint(matrix.tocsr(), np.array([least for _terms, least in rows]), np.inf),
        bounds=Bounds(np.zeros(total), np.concatenate([one, any_place, np.ones(len(links))])),
        integrality=np.concatenate([one, np.zeros(len(papers)), np.ones(len(links))]),
        options={"mip_rel_gap": 0},
    )
    return _in_order([s for i, s in enumerate(steps) if result.x[i] > 0.5], held)


def _links(steps: list[MemberStep], held: set[Paper]) -> list[tuple[int, int, Paper]]:
    """Return step, part of its needs, and a paper that could meet it; no paper where it cannot be met."""
    given = {s.gives for s in steps}
    return [
        (i, number, paper)
        for i, step in enumerate(steps)
        for number, part in enumerate(step.needs)
        if not any(d in held for d in part)
        for paper in [d for d in dict.fromkeys(part) if d in given] or [NO_PAPER]
    ]


def _rules(
    steps: list[MemberStep], papers: list[Paper], links: list[tuple[int, int, Paper]], wanted: set[Paper]
) -> list[tuple[dict[int, float], float]]:
    """Return the constraints: a sum of variables with factors, and the least that it must be.

    The variables are steps taken, the place of each paper in the order, and links used.
    """
    place = {paper: len(steps) + i for i, paper in enumerate(papers)}
    big = float(len(papers) + 1)
    givers = {paper: {i: 1.0 for i, s in enumerate(steps) if s.gives == paper} for paper in papers}
    rows = [(givers[paper], 1.0) for paper in sorted(wanted)]
    met: dict[tuple[int, int], dict[int, float]] = {}
    for z, (i, number, paper) in enumerate(links, start=len(steps) + len(papers)):
        uses = met.setdefault((i, number), {i: -1.0})
        if paper == NO_PAPER:
            continue
        uses[z] = 1.0
        # The link may be used only if some step gives the paper ...
        rows.append(({z: -1.0} | givers[paper], 0.0))
        # ... and the paper comes before what it serves.
        before, after = place[paper], place[steps[i].gives]
        itself = before == after
        rows.append(({z: -1.0}, 0.0) if itself else ({after: 1.0, before: -1.0, z: -big}, 1.0 - big))
    return rows + [(uses, 0.0) for uses in met.values()]


def _in_order(chosen: list[MemberStep], held: set[Paper]) -> list[MemberStep]:
    """Return the steps in an order in which each one's needs are met by those before it."""
    order: list[MemberStep] = []
    have = set(held)
    while chosen:
        ready = next(s for s in chosen if all(any(d in have for d in part) for part in s.needs))
        chosen.remove(ready)
        order.append(ready)
        have.add(ready.gives)
    return order
