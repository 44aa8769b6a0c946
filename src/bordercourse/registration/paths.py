"""Which paper needs which: what one lost paper blocks, and the shortest lawful path.

A table of steps (data set ``document_steps``) says what each step gives and needs. A path is
found by an integer programme, so it is the shortest and not merely a short one; steps that
serve the whole household are counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

__all__ = [
    "DocumentGraph",
    "DocumentPath",
    "Member",
    "PathComparison",
    "blocked_by",
    "compare_paths",
    "document_graph",
    "household_path",
    "shortest_path",
]

HOUSEHOLD = "household"
_KINDS = ("child", "man", "woman")
_NEEDED = (
    "step",
    "gives",
    "level",
    "needs",
    "applies_to",
    "circumstance",
    "basis",
    "visits",
    "title",
    "office",
)


@dataclass(frozen=True)
class Member:
    """A fictional member of a household, with the papers held.

    `kind` is child, man or woman: some steps are open to one of them only.
    """

    name: str
    kind: str
    held: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise InputError(
                "kind", f"{self.kind!r}.", _("Choose from {kinds}.").format(kinds=", ".join(_KINDS))
            )


@dataclass(frozen=True)
class _Step:
    """A step for one member; `needs` is a list of alternatives, all of which must be met."""

    member: str
    row: int
    gives: tuple[str, str]
    needs: tuple[tuple[tuple[str, str], ...], ...]
    cost: float


def _table(steps: pd.DataFrame, country: str | None) -> pd.DataFrame:
    missing = [c for c in _NEEDED if c not in steps.columns]
    if missing:
        raise InputError(
            "steps", _("it has no column {name!r}.").format(name=missing[0]), 'Use load("document_steps").'
        )
    if country is not None:
        steps = steps[steps["country"] == country]
    elif "country" in steps.columns and steps["country"].nunique() > 1:
        raise InputError(
            "country",
            _("the table has the steps of several countries."),
            _("Choose one: {names}.").format(names=", ".join(sorted(steps["country"].unique()))),
        )
    if steps.empty:
        raise InputError("country", _("{name!r} has no steps.").format(name=country), _("Check its code."))
    return steps.reset_index(drop=True)


def _words(code: str) -> str:
    return code.replace("_", " ").replace(" | ", _(" or "))


def _parts(text: Any) -> list[list[str]]:
    """Split ``"a; b | c"`` into [["a"], ["b", "c"]]: all of these, one of those."""
    if not isinstance(text, str) or not text.strip():
        return []
    return [[one.strip() for one in part.split("|")] for part in text.split(";")]


def _open_steps(
    table: pd.DataFrame,
    members: Sequence[Member],
    circumstances: Iterable[str],
    cost: str,
    *,
    lawful: bool,
) -> list[_Step]:
    known = set(table["circumstance"].dropna())
    for name in circumstances:
        if name not in known:
            raise InputError(
                "circumstances",
                _("{name!r} is no circumstance of these steps.").format(name=name),
                _("Choose from {names}.").format(names=", ".join(sorted(known))),
            )
    if cost not in table.columns:
        raise InputError("cost", _("there is no column {name!r}.").format(name=cost), _("Use visits."))
    active = set(circumstances)
    out = []
    for number, row in enumerate(table.to_dict("records")):
        if isinstance(row["circumstance"], str) and row["circumstance"] not in active:
            continue
        if lawful and row["basis"] == "de_facto":
            continue
        asked = _parts(row["needs"]) + ([] if lawful else _parts(row.get("needs_in_practice")))
        for member in members:
            fits = {"anyone", member.kind} | ({"adult"} if member.kind != "child" else set())
            if row["applies_to"] not in fits:
                continue
            owner = HOUSEHOLD if row["level"] == "household" else member.name
            price = row[cost]
            out.append(
                _Step(
                    member=member.name,
                    row=number,
                    gives=(owner, row["gives"]),
                    needs=tuple(
                        tuple((who, code) for code in part for who in (member.name, HOUSEHOLD))
                        for part in asked
                    ),
                    cost=0.0 if pd.isna(price) else float(price),
                )
            )
    return out


def _without_offices(steps: list[_Step], table: pd.DataFrame, closed: Iterable[str]) -> list[_Step]:
    offices = set(table["office"])
    for name in closed:
        if name not in offices:
            raise InputError(
                "closed",
                _("{name!r} is no office of these steps.").format(name=name),
                _("Choose from {names}.").format(names=", ".join(sorted(offices))),
            )
    shut = set(closed)
    return [s for s in steps if table.loc[s.row, "office"] not in shut]


def _closure(steps: list[_Step], held: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return all papers that can be had from those held, by any number of steps."""
    have = set(held)
    while True:
        new = {s.gives for s in steps if all(any(d in have for d in part) for part in s.needs)} - have
        if not new:
            return have
        have |= new


@dataclass(frozen=True, repr=False)
class DocumentPath:
    """The shortest path to a paper, in an order in which it can be walked.

    `table` has one row a step: member, step, title, office, visits. If `found` is false, no
    path exists from the papers held, and `missing` names what nobody can supply: the fewest
    papers that would open a path, or several of which `one_is_enough`.
    """

    goal: str
    found: bool
    visits: float
    table: pd.DataFrame
    missing: tuple[str, ...] = ()
    one_is_enough: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the steps, in order."""
        return tuple(self.table["step"])

    def __str__(self) -> str:
        if not self.found:
            return _("No path to {goal}: nobody can supply {missing}.").format(
                goal=_words(self.goal),
                missing=(_(" or ") if self.one_is_enough else ", ").join(map(_words, self.missing)),
            )
        way = " → ".join(self.table["gives"].astype(str).map(_words))
        return ngettext(
            "{visits:g} visit to {goal}: {way}", "{visits:g} visits to {goal}: {way}", round(self.visits)
        ).format(visits=self.visits, goal=_words(self.goal), way=way or _("already held"))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>{self.table.to_html(index=False)}"


def household_path(
    steps: pd.DataFrame,
    members: Sequence[Member],
    goal: str,
    *,
    country: str | None = None,
    for_members: Sequence[str] | None = None,
    household_held: Iterable[str] = (),
    circumstances: Iterable[str] = (),
    closed: Iterable[str] = (),
    lawful: bool = True,
    cost: str = "visits",
) -> DocumentPath:
    """Find the fewest visits by which members of a household get a paper.

    Parameters
    ----------
    steps : DataFrame
        The table ``document_steps``.
    members : sequence of Member
        The household, with the papers that each member holds.
    goal : str
        The paper wanted, a code of the column `gives`.
    country : str, optional
        Country code, if the table has several.
    for_members : sequence of str, optional
        Names of the members who need the paper; all for whom a step exists if not given.
    household_held : iterable of str
        Papers that the household holds together.
    circumstances : iterable of str
        What is the case, codes of the column `circumstance`.
    closed : iterable of str
        Offices that are shut, as the column `office` names them: their steps cannot be taken.
    lawful : bool
        If false, what is asked for only in practice is included: the path as people meet it.
    cost : str
        The column to make smallest. Among equals, the path with fewest steps is taken.

    Returns
    -------
    DocumentPath
        A path on paper. It does not say that an office will open, or how long it takes.

    Raises
    ------
    InputError
        If a paper, a circumstance, an office, a country or a member is unknown.

    Notes
    -----
    An and/or graph solved as an integer programme with SciPy's HiGHS: one 0/1 variable a step
    and member, and an order of papers that forbids a circle of papers which need each other.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> family = [Member("mother", "woman", ("national_card",)), Member("baby", "child")]
    >>> household_path(load("document_steps"), family, "birth_certificate", country="IRQ",
    ...                for_members=["baby"], circumstances=["hospital_birth"])
    1 visit to birth certificate: birth notice → birth certificate
    """
    table = _table(steps, country)
    if goal not in set(table["gives"]):
        raise InputError(
            "goal",
            _("{goal!r} is given by no step.").format(goal=goal),
            _("Choose from {names}.").format(names=", ".join(sorted(table["gives"].unique()))),
        )
    names = [m.name for m in members]
    if not names or len(set(names)) != len(names) or HOUSEHOLD in names:
        raise InputError("members", f"{names}.", _("Give each member an own name, other than household."))
    for name in for_members or ():
        if name not in names:
            raise InputError(
                "for_members", f"{name!r}.", _("Choose from {names}.").format(names=", ".join(names))
            )
    open_steps = _without_offices(
        _open_steps(table, members, circumstances, cost, lawful=lawful), table, closed
    )
    held = {(m.name, code) for m in members for code in m.held} | {(HOUSEHOLD, c) for c in household_held}
    shared = table.loc[table["gives"] == goal, "level"].iloc[0] == "household"
    reachable = {s.gives for s in open_steps}
    if shared:
        wanted = {(HOUSEHOLD, goal)}
    elif for_members is not None:
        wanted = {(name, goal) for name in for_members}
    else:
        wanted = {(n, goal) for n in names if (n, goal) in reachable | held} or {(names[0], goal)}
    wanted -= held
    if wanted - _closure(open_steps, held):
        missing, one = _missing(open_steps, wanted, held)
        return DocumentPath(goal, False, float("nan"), _rows(table, []), missing, one)
    chosen = _solve(open_steps, wanted, held)
    visits = sum(s.cost for s in chosen)
    return DocumentPath(goal, True, visits, _rows(table, chosen))


def _missing(
    steps: list[_Step], wanted: set[tuple[str, str]], held: set[tuple[str, str]]
) -> tuple[tuple[str, ...], bool]:
    """Name the fewest papers, neither held nor given by any open step, that would open a path.

    True if each of those named is enough alone.
    """
    given, seen, todo, lacking = {s.gives for s in steps}, set(), list(wanted), set()
    for paper in wanted - given:
        lacking.add(paper[1])
    have = _closure(steps, held)
    while todo:
        paper = todo.pop()
        for step in steps:
            if step.gives != paper:
                continue
            for part in step.needs:
                if any(d in have for d in part):
                    continue
                if not any(d in given for d in part):
                    lacking.add(" | ".join(dict.fromkeys(code for _who, code in part)))
                todo += [d for d in part if d in given and d not in seen]
                seen |= set(part)
    if not lacking:  # papers that need each other in a circle
        return tuple(sorted({code for _who, code in seen | wanted if (_who, code) in given - have})), False
    whose = {s.member for s in steps} | {who for who, _code in wanted} | {HOUSEHOLD}
    for size in range(1, len(lacking)):
        opening = [
            several
            for several in combinations(sorted(lacking), size)
            if wanted
            <= _closure(
                steps,
                held
                | {
                    (who, code)
                    for who in whose
                    for several_of in several
                    for code in several_of.split(" | ")
                    if (who, code) not in wanted
                },
            )
        ]
        if opening:
            return tuple(sorted({s for several in opening for s in several})), size == 1
    return tuple(sorted(lacking)), len(lacking) == 1


def _solve(steps: list[_Step], wanted: set[tuple[str, str]], held: set[tuple[str, str]]) -> list[_Step]:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_array

    if not wanted:
        return []
    papers = sorted({s.gives for s in steps})
    place = {paper: i for i, paper in enumerate(papers)}
    links = [
        (i, part_number, paper)
        for i, s in enumerate(steps)
        for part_number, part in enumerate(s.needs)
        if not any(d in held for d in part)
        for paper in dict.fromkeys(part)
        if paper in place
    ]
    n_steps, n_papers, big = len(steps), len(papers), len(papers) + 1
    total = n_steps + n_papers + len(links)
    rows: list[tuple[dict[int, float], float]] = []  # sum of terms >= number
    for paper in wanted:
        rows.append(({i: 1.0 for i, s in enumerate(steps) if s.gives == paper}, 1.0))
    by_part: dict[tuple[int, int], list[int]] = {}
    for z, (i, part_number, paper) in enumerate(links, start=n_steps + n_papers):
        by_part.setdefault((i, part_number), []).append(z)
        # The link may be used only if some step gives the paper ...
        rows.append(({z: -1.0} | {j: 1.0 for j, s in enumerate(steps) if s.gives == paper}, 0.0))
        # ... and the paper comes before what it serves.
        before, after = n_steps + place[paper], n_steps + place[steps[i].gives]
        if before == after:
            rows.append(({z: -1.0}, 0.0))
        else:
            rows.append(({after: 1.0, before: -1.0, z: -float(big)}, 1.0 - big))
    for i, s in enumerate(steps):
        for part_number, part in enumerate(s.needs):
            if not any(d in held for d in part):
                uses = dict.fromkeys(by_part.get((i, part_number), []), 1.0)
                rows.append((uses | {i: -1.0}, 0.0))
    matrix = lil_array((len(rows), total))
    for r, (terms, _number) in enumerate(rows):
        for column, value in terms.items():
            matrix[r, column] = value
    cost = np.zeros(total)
    cost[:n_steps] = [s.cost + 1e-3 for s in steps]
    upper = np.concatenate([np.ones(n_steps), np.full(n_papers, big), np.ones(len(links))])
    whole = np.concatenate([np.ones(n_steps), np.zeros(n_papers), np.ones(len(links))])
    result = milp(
        cost,
        constraints=LinearConstraint(matrix.tocsr(), np.array([number for _terms, number in rows]), np.inf),
        bounds=Bounds(np.zeros(total), upper),
        integrality=whole,
        options={"mip_rel_gap": 0},
    )
    used = [s for i, s in enumerate(steps) if result.x[i] > 0.5]
    order: list[_Step] = []
    have = set(held)
    while used:
        ready = next(s for s in used if all(any(d in have for d in part) for part in s.needs))
        used.remove(ready)
        order.append(ready)
        have.add(ready.gives)
    return order


def _rows(table: pd.DataFrame, chosen: list[_Step]) -> pd.DataFrame:
    columns = ["step", "title", "gives", "office", "visits", "basis"]
    frame = table.loc[[s.row for s in chosen], columns].reset_index(drop=True)
    who = [HOUSEHOLD if s.gives[0] == HOUSEHOLD else s.member for s in chosen]
    frame.insert(0, "member", pd.Series(who, dtype="str"))
    return frame


def shortest_path(
    steps: pd.DataFrame,
    goal: str,
    held: Iterable[str] = (),
    *,
    kind: str = "woman",
    country: str | None = None,
    household_held: Iterable[str] = (),
    circumstances: Iterable[str] = (),
    closed: Iterable[str] = (),
    lawful: bool = True,
    cost: str = "visits",
) -> DocumentPath:
    """Find the fewest visits by which one person gets a paper; see `household_path`.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> steps = load("document_steps")
    >>> lost = dict(country="IRQ", held=("family_record",), circumstances=["no_old_card"])
    >>> shortest_path(steps, "national_card", **lost)
    2 visits to national card: presence in origin → national card
    >>> shortest_path(steps, "national_card", **lost, lawful=False)
    3 visits to national card: security clearance → presence in origin → national card

    Where the office of origin is closed, only a mobile mission opens the path.

    >>> shortest_path(steps, "national_card", **lost, closed=["governorate of origin"])
    No path to national card: nobody can supply presence in origin.
    """
    return household_path(
        steps,
        [Member("person", kind, tuple(held))],
        goal,
        country=country,
        for_members=["person"],
        household_held=household_held,
        circumstances=circumstances,
        closed=closed,
        lawful=lawful,
        cost=cost,
    )


def blocked_by(
    steps: pd.DataFrame,
    lost: str,
    *,
    country: str | None = None,
    circumstances: Iterable[str] | None = None,
    lawful: bool = True,
) -> tuple[str, ...]:
    """Say which papers cannot be had while one paper is lost and cannot be replaced.

    Parameters
    ----------
    steps : DataFrame
        The table ``document_steps``.
    lost : str
        The paper that is lost, and for now cannot be issued again.
    country, circumstances, lawful
        As for `household_path`. Without circumstances, all are taken to hold: a paper is then
        blocked only if every way to it needs the lost one.

    Returns
    -------
    tuple of str
        Papers blocked, sorted; the lost one is not repeated.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> blocked_by(load("document_steps"), "birth_record", country="MOZ", circumstances=[])
    ('birth_certificate',)
    """
    table = _table(steps, country)
    family = [Member("man", "man"), Member("woman", "woman"), Member("child", "child")]
    active = sorted(set(table["circumstance"].dropna())) if circumstances is None else list(circumstances)
    open_steps = _open_steps(table, family, active, "visits", lawful=lawful)
    given = {s.gives[1] for s in open_steps}
    named = {code for s in open_steps for part in s.needs for _who, code in part}
    if lost not in given | named:
        raise InputError(
            "lost",
            _("{name!r} is no paper of these steps.").format(name=lost),
            _("Choose from {names}.").format(names=", ".join(sorted(given | named))),
        )
    # What no step gives (an old card, a foreign certificate) is taken as held by everyone.
    base = {(who, code) for code in named - given - {lost} for who in ("man", "woman", "child")}
    without = _closure([s for s in open_steps if s.gives[1] != lost], base)
    with_it = _closure(open_steps, base | {(m.name, lost) for m in family})
    return tuple(sorted({c for _who, c in with_it} - {c for _who, c in without} - {lost}))


@dataclass(frozen=True, repr=False)
class PathComparison:
    """The same goal for two people: `first` and `second`, each a `DocumentPath`."""

    labels: tuple[str, str]
    first: DocumentPath
    second: DocumentPath

    @property
    def extra_visits(self) -> float:
        """By how many visits the first path is longer; not a number if one has no path."""
        return self.first.visits - self.second.visits

    @property
    def extra_steps(self) -> tuple[str, ...]:
        """Steps on the first path only."""
        return tuple(s for s in self.first.steps if s not in set(self.second.steps))

    def __str__(self) -> str:
        return _("{a}: {first}\n{b}: {second}").format(
            a=self.labels[0], first=self.first, b=self.labels[1], second=self.second
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(
            f"<h4>{escape(label)}</h4>{path._repr_html_()}"
            for label, path in zip(self.labels, (self.first, self.second), strict=True)
        )


def compare_paths(first: DocumentPath, second: DocumentPath, labels: tuple[str, str]) -> PathComparison:
    """Set two paths to the same paper side by side.

    Examples
    --------
    A child born abroad. The father is enough; the mother's card counts only with her husband's
    name on it, and for that he has to apply.

    >>> from bordercourse.datasets import load
    >>> steps = load("document_steps")
    >>> def path(parent):
    ...     child = Member("child", "child", ("foreign_birth_certificate",))
    ...     return household_path(steps, [parent, child], "birth_certificate", country="IRQ",
    ...                           for_members=["child"], circumstances=["birth_abroad"])
    >>> both = compare_paths(path(Member("mother", "woman", ("national_card",))),
    ...                      path(Member("father", "man", ("national_card",))), ("mother", "father"))
    >>> both.second.visits, both.first.found, both.first.missing
    (2.0, False, ('husband_card', 'wife_card_with_husband_name'))
    """
    if first.goal != second.goal:
        raise InputError("second", f"{second.goal!r}.", _("Compare paths to the same paper."))
    return PathComparison(labels, first, second)


@dataclass(frozen=True, repr=False)
class DocumentGraph:
    """Papers and what they need: `edges` has one row "paper needs paper"."""

    country: str
    edges: pd.DataFrame

    def __str__(self) -> str:
        papers = set(self.edges["paper"]) | set(self.edges["needs"])
        return _("{country}: {n} papers, {m} needs").format(
            country=self.country, n=len(papers), m=len(self.edges)
        )

    __repr__ = __str__

    def depth(self) -> dict[str, int]:
        """Return for each paper the round in which it can first be had; 0 needs no other paper.

        Papers may need each other across generations (a child's birth certificate needs a
        parent's card), so the way through the step that is soonest open counts.
        """
        level = dict.fromkeys(set(self.edges["needs"]) - set(self.edges["paper"]), 0)
        steps = [
            (str(part["paper"].iloc[0]), part.groupby("part")["needs"].agg(list).tolist())
            for _step, part in self.edges.groupby("step", sort=True)
        ]
        for number in range(1, len(steps) + 1):
            ready = {
                paper
                for paper, parts in steps
                if paper not in level and all(any(n in level for n in part) for part in parts)
            }
            level |= dict.fromkeys(ready, number)
        return level

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the papers from left (needed first) to right; broken lines are practice, not law."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax, width=10.0, height=6.4)
        level = self.depth()
        columns: dict[int, list[str]] = {}
        for paper in sorted(level):
            columns.setdefault(level[paper], []).append(paper)
        at = {
            paper: (float(x), 10.0 * (y + 0.5) / len(group))
            for x, group in columns.items()
            for y, paper in enumerate(group)
        }
        for edge in self.edges.itertuples():
            start, end = at[str(edge.needs)], at[str(edge.paper)]
            back = start[0] >= end[0]
            ax.annotate(
                "",
                xy=end,
                xytext=start,
                arrowprops={
                    "arrowstyle": "->",
                    "color": COLOURS["vermilion" if edge.kind == "practice" else "sky" if back else "grey"],
                    "linestyle": "--" if edge.kind == "practice" else "-",
                    "connectionstyle": "arc3,rad=0.25" if back else "arc3,rad=0",
                    "shrinkA": 24,
                    "shrinkB": 24,
                },
            )
        for paper, (x, y) in at.items():
            ax.text(
                x,
                y,
                paper.replace("_", "\n"),
                ha="center",
                va="center",
                fontsize=7,
                bbox={"boxstyle": "round", "fc": "white"},
            )
        ax.set_xlim(-0.4, max(columns) + 0.4)
        ax.set_ylim(-0.2, 10.2)
        ax.set_axis_off()
        return label(ax, title=_("Each arrow leads from a paper to one that asks for it"))


def document_graph(steps: pd.DataFrame, country: str) -> DocumentGraph:
    """Return which paper needs which, from the table of steps.

    Parameters
    ----------
    steps : DataFrame
        The table ``document_steps``.
    country : str
        Country code.

    Returns
    -------
    DocumentGraph
        `edges`: paper, needs, step, kind ("all", "one of", or "practice"), part (needs of a step
        with the same part are alternatives).

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> document_graph(load("document_steps"), "MOZ")
    MOZ: 14 papers, 20 needs
    """
    rows = []
    for row in _table(steps, country).to_dict("records"):
        for column, practice in (("needs", False), ("needs_in_practice", True)):
            for part_number, part in enumerate(_parts(row.get(column))):
                kind = "practice" if practice else ("all" if len(part) == 1 else "one of")
                edge = {
                    "paper": row["gives"],
                    "step": row["step"],
                    "kind": kind,
                    "part": part_number + 9 * practice,
                }
                rows += [edge | {"needs": need} for need in part]
    return DocumentGraph(country, pd.DataFrame(rows, columns=["paper", "needs", "step", "kind", "part"]))
