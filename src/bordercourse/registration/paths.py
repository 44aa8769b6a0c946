"""Which paper needs which: what one lost paper blocks, and the shortest lawful path.

A table of steps (data set ``document_steps``) says what each step gives and needs. A path is
found by an integer programme, so it is the shortest and not merely a short one; steps that
serve the whole household are counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark, ngettext
from bordercourse.inputs import A, Choice, Column, Flag, Numbers, Several, Text, checked
from bordercourse.registration.document_steps import (
    HOUSEHOLD,
    STEPS,
    Member,
    MemberStep,
    closure,
    fewest_papers,
    fewest_steps,
    in_words,
    must_be_known,
    open_steps,
    steps_of,
    without_offices,
)
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["DocumentPath", "PathComparison", "blocked_by", "compare_paths", "household_path", "shortest_path"]


COST = Column("steps", Numbers(low=0, gaps=True))


@dataclass(frozen=True, repr=False)
class DocumentPath(Result):
    """The shortest path to a paper, in an order in which it can be walked.

    Attributes
    ----------
    goal : str
        The paper wanted.
    found : bool
        False if no path exists from the papers held.
    visits : float
        Visits in all; not a number without a path.
    table : pandas.DataFrame
        One row a step: member, step, title, gives, office, visits, basis.
    missing : tuple of str
        What nobody can supply: the fewest papers that would open a path.
    one_is_enough : bool
        Each paper in `missing` would be enough alone.
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

    def sentence(self) -> str:
        """Return the finding in words."""
        if not self.found:
            return _("No path to {goal}: nobody can supply {missing}.").format(
                goal=in_words(self.goal),
                missing=(_(" or ") if self.one_is_enough else ", ").join(map(in_words, self.missing)),
            )
        way = " → ".join(self.table["gives"].astype(str).map(in_words))
        return ngettext(
            "{visits:g} visit to {goal}: {way}", "{visits:g} visits to {goal}: {way}", round(self.visits)
        ).format(visits=self.visits, goal=in_words(self.goal), way=way or _("already held"))

    def shown_table(self) -> pd.DataFrame:
        """Return the steps."""
        return self.table


@checked(
    steps=STEPS,
    members=Several(A(Member, do=mark('Give Member("name", "woman").'))),
    goal=Text(),
    country=Text(),
    for_members=Several(Text()),
    household_held=Several(Text()),
    circumstances=Several(Text()),
    closed=Several(Text()),
    lawful=Flag(),
    cost=COST,
)
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
    table = steps_of(steps, country)
    must_be_known("goal", [goal], table["gives"], _("{name} is given by no step."))
    names = [m.name for m in members]
    if not names or len(set(names)) != len(names) or HOUSEHOLD in names:
        raise InputError("members", f"{names}.", _("Give each member an own name, other than household."))
    must_be_known("for_members", for_members or (), names, _("{name} is no member."))
    possible = open_steps(table, members, circumstances, cost, lawful=lawful)
    possible = without_offices(possible, table, closed)
    held = {(m.name, code) for m in members for code in m.held} | {(HOUSEHOLD, c) for c in household_held}
    shared = table.loc[table["gives"] == goal, "level"].iloc[0] == "household"
    reachable = {s.gives for s in possible}
    if shared:
        wanted = {(HOUSEHOLD, goal)}
    elif for_members is not None:
        wanted = {(name, goal) for name in for_members}
    else:
        wanted = {(n, goal) for n in names if (n, goal) in reachable | held} or {(names[0], goal)}
    wanted -= held
    if wanted - closure(possible, held):
        missing, one = fewest_papers(possible, wanted, held)
        return DocumentPath(goal, False, float("nan"), _rows(table, []), missing, one)
    chosen = fewest_steps(possible, wanted, held)
    visits = sum(s.cost for s in chosen)
    return DocumentPath(goal, True, visits, _rows(table, chosen))


def _rows(table: pd.DataFrame, chosen: list[MemberStep]) -> pd.DataFrame:
    columns = ["step", "title", "gives", "office", "visits", "basis"]
    frame = table.loc[[s.row for s in chosen], columns].reset_index(drop=True)
    who = [HOUSEHOLD if s.gives[0] == HOUSEHOLD else s.member for s in chosen]
    frame.insert(0, "member", pd.Series(who, dtype="str"))
    return frame


@checked(
    steps=STEPS,
    goal=Text(),
    held=Several(Text()),
    kind=Choice("child", "man", "woman"),
    country=Text(),
    household_held=Several(Text()),
    circumstances=Several(Text()),
    closed=Several(Text()),
    lawful=Flag(),
    cost=COST,
)
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
    """Find the fewest visits by which one person gets a paper.

    Parameters
    ----------
    steps : DataFrame
        The table ``document_steps``.
    goal : str
        The paper wanted, a code of the column `gives`.
    held : iterable of str
        Papers that the person holds.
    kind : {"child", "man", "woman"}
        Some steps are open to one of them only.
    country, household_held, circumstances, closed, lawful, cost
        As for `household_path`.

    Returns
    -------
    DocumentPath
        A path on paper. It does not say that an office will open, or how long it takes.

    Raises
    ------
    InputError
        As `household_path`.

    See Also
    --------
    household_path : the same for several people who live together, and how it is solved.

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


@checked(steps=STEPS, lost=Text(), country=Text(), circumstances=Several(Text()), lawful=Flag())
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

    Raises
    ------
    InputError
        If a paper, a circumstance or a country is unknown.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> blocked_by(load("document_steps"), "birth_record", country="MOZ", circumstances=[])
    ('birth_certificate',)
    """
    table = steps_of(steps, country)
    family = [Member("man", "man"), Member("woman", "woman"), Member("child", "child")]
    active = sorted(set(table["circumstance"].dropna())) if circumstances is None else list(circumstances)
    possible = open_steps(table, family, active, "visits", lawful=lawful)
    given = {s.gives[1] for s in possible}
    named = {code for s in possible for part in s.needs for _who, code in part}
    must_be_known("lost", [lost], given | named, _("{name} is no paper of these steps."))
    # What no step gives (an old card, a foreign certificate) is taken as held by everyone.
    base = {(who, code) for code in named - given - {lost} for who in ("man", "woman", "child")}
    without = closure([s for s in possible if s.gives[1] != lost], base)
    with_it = closure(possible, base | {(m.name, lost) for m in family})
    return tuple(sorted({c for _who, c in with_it} - {c for _who, c in without} - {lost}))


@dataclass(frozen=True, repr=False)
class PathComparison(Result):
    """The same goal for two people.

    Attributes
    ----------
    labels : tuple of str
        What to call the two.
    first, second : DocumentPath
        The two paths.
    """

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

    def sentence(self) -> str:
        """Return the finding in words."""
        return _("{a}: {first}\n{b}: {second}").format(
            a=self.labels[0], first=self.first, b=self.labels[1], second=self.second
        )

    def _repr_html_(self) -> str:
        return "".join(
            f"<h4>{escape(label)}</h4>{path._repr_html_()}"
            for label, path in zip(self.labels, (self.first, self.second), strict=True)
        )


_PATH = A(DocumentPath, do=mark("Make it with household_path or shortest_path."))


@checked(first=_PATH, second=_PATH, labels=Several(Text(), least=2))
def compare_paths(first: DocumentPath, second: DocumentPath, labels: tuple[str, str]) -> PathComparison:
    """Set two paths to the same paper side by side.

    Parameters
    ----------
    first, second : DocumentPath
        Paths to the same paper.
    labels : tuple of str
        What to call the two.

    Returns
    -------
    PathComparison

    Raises
    ------
    InputError
        If the paths lead to different papers.

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
    if len(labels) != 2:
        raise InputError("labels", _("there are {n}.").format(n=len(labels)), _("Give two names."))
    if first.goal != second.goal:
        raise InputError("second", f"{second.goal!r}.", _("Compare paths to the same paper."))
    return PathComparison(labels, first, second)
