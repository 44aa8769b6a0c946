"""Attack trees: in how many ways can it be done, which is cheapest, and what is left when one is closed?"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Input, Keyed, Number, Several, Text, checked, shown
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["AttackTree", "attack_tree"]

_MOST = 2_000  # ways that are listed


class Gates(Input):
    """Each step that is made of others: "or" or "and", and the steps below it."""

    def read(self, value: Any, name: str) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Return the gates by step."""
        do = _('Give {{"open": ("or", ["pick the lock", "cut"])}}.').format()
        if not isinstance(value, Mapping) or not value:
            raise InputError(name, _("{value} is not a mapping of steps.").format(value=shown(value)), do)
        gates = {}
        for step, below in value.items():
            if not isinstance(below, tuple | list) or len(below) != 2 or below[0] not in ("or", "and"):
                raise InputError(name, _("{step}: no gate.").format(step=shown(step)), do)
            children = Several(Text(), least=1).read(below[1], name)
            gates[Text().read(step, name)] = (str(below[0]), tuple(dict.fromkeys(children)))
        return gates


@dataclass(frozen=True, repr=False)
class AttackTree(Result):
    """A goal, the steps that lead to it, and the ways through them.

    Attributes
    ----------
    goal : str
        What somebody wants to reach.
    graph : networkx.DiGraph
        From each step to those below it; a step that is made of others has the attribute ``gate``.
    costs : dict of str to float
        What each last step costs the attacker.
    closed : tuple of str
        Last steps that are prevented.
    """

    goal: str
    graph: nx.DiGraph
    costs: dict[str, float]
    closed: tuple[str, ...] = ()

    def cut_sets(self) -> tuple[frozenset[str], ...]:
        """Return the minimal cut sets: the smallest sets of last steps that reach the goal, cheapest first.

        Raises
        ------
        InputError
            If there are more than 2,000.
        """
        ways: dict[str, set[frozenset[str]]] = {}
        for step in reversed(list(nx.topological_sort(self.graph))):
            below = [ways[child] for child in self.graph.successors(step)]
            if not below:
                ways[step] = set() if step in self.closed else {frozenset([step])}
            elif self.graph.nodes[step]["gate"] == "or":
                _bounded(sum(map(len, below)))
                ways[step] = _minimal(set().union(*below))
            else:
                ways[step] = {frozenset()}
                for each in below:
                    _bounded(len(ways[step]) * len(each))
                    pairs = itertools.product(ways[step], each)
                    ways[step] = _minimal({one | other for one, other in pairs})
            _bounded(len(ways[step]))
        return tuple(sorted(ways[self.goal], key=lambda way: (self._cost(way), len(way), sorted(way))))

    def _cost(self, way: frozenset[str]) -> float:
        return sum(self.costs[step] for step in way)

    def cheapest(self) -> float:
        """Return what the cheapest way costs; infinite if every way is closed."""
        ways = self.cut_sets()
        return self._cost(ways[0]) if ways else float("inf")

    def without(self, steps: Sequence[str]) -> AttackTree:
        """Return the tree with these last steps prevented.

        Raises
        ------
        InputError
            If the tree has no such last step.
        """
        steps = Several(Text()).read(steps, "steps")
        for step in steps:
            if step not in self.costs:
                raise InputError(
                    "steps",
                    _("{step} is no last step.").format(step=shown(step)),
                    _("Choose from {values}.").format(values=", ".join(self.costs)),
                )
        closed = tuple(dict.fromkeys([*self.closed, *steps]))
        return AttackTree(self.goal, self.graph, self.costs, closed, notes=self.notes)

    def sentence(self) -> str:
        """Return the ways, and the cheapest of them, in one line."""
        ways = self.cut_sets()
        if not ways:
            return _("{goal}: every way is closed").format(goal=self.goal)
        return _("{goal}: {n} ways; the cheapest costs {c:g} ({steps})").format(
            goal=self.goal, n=len(ways), c=self._cost(ways[0]), steps=" + ".join(sorted(ways[0]))
        )

    def shown_table(self) -> pd.DataFrame:
        """Return each way with its steps and its cost."""
        rows = [(" + ".join(sorted(way)), len(way), self._cost(way)) for way in self.cut_sets()]
        return pd.DataFrame(rows, columns=["way", "steps", "cost"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the tree from left to right; a closed step is grey, the cheapest way is marked."""
        from bordercourse.plotting import COLOURS, axes, label

        ax = axes(ax, height=4.6)
        place = _places(self.graph, self.goal)
        ways = self.cut_sets()
        marked = nx.ancestors(self.graph, next(iter(ways[0]))) | ways[0] if ways else set()
        for step, below in self.graph.edges:
            (x, y), (u, v) = place[step], place[below]
            on_way = step in marked and below in marked
            turn = x + 0.5  # a line with a corner runs between the columns, behind no other box
            colour = COLOURS["vermilion" if on_way else "grey"]
            corners = ([x, turn, turn, u], [y, y, v, v])
            ax.plot(*corners, color=colour, lw=2.5 if on_way else 1, zorder=2 if on_way else 1)
        for step, (x, y) in place.items():
            gate = self.graph.nodes[step].get("gate")
            what = _("all of") if gate == "and" else _("one of")
            below = f"\n{what}" if gate else f"\n{self.costs[step]:g}"
            colour = "grey" if step in self.closed else "black"
            box = {"boxstyle": "round,pad=0.25", "fc": "white", "ec": COLOURS[colour]}
            ax.text(x, y, step + below, ha="center", va="center", fontsize=8, bbox=box, color=COLOURS[colour])
        ax.margins(x=0.12, y=0.08)
        ax.set_axis_off()
        return label(ax, title=self.sentence())


def _places(graph: nx.DiGraph, goal: str) -> dict[str, tuple[float, float]]:
    """Return where each step is drawn: its depth to the right, the last steps below each other."""
    depth = nx.single_source_shortest_path_length(graph, goal)
    order = list(nx.dfs_postorder_nodes(graph, goal))
    rows = itertools.count()
    height: dict[str, float] = {}
    for step in order:
        below = [height[child] for child in graph.successors(step)]
        height[step] = sum(below) / len(below) if below else -float(next(rows))
    return {step: (float(depth[step]), height[step]) for step in order}


def _minimal(ways: set[frozenset[str]]) -> set[frozenset[str]]:
    return {way for way in ways if not any(other < way for other in ways)}


def _bounded(count: int) -> None:
    if count > _MOST:
        raise InputError(
            "gates",
            _("the tree has more than {n:,} ways.").format(n=_MOST),
            _("Make it smaller, or cut it into trees of their own."),
        )


@checked(goal=Text(), gates=Gates(), costs=Keyed(Number(low=0)))
def attack_tree(
    goal: str, gates: Mapping[str, tuple[str, Sequence[str]]], costs: Mapping[str, float]
) -> AttackTree:
    """Build the tree of an attack from its steps.

    *What the result is not.* No list of what attackers do, and no chance: it holds what its authors thought
    of, and costs that they guessed. It serves to see which door is cheapest now, and which is next when it
    is closed.

    Parameters
    ----------
    goal : str
        What somebody wants to reach.
    gates : mapping
        Each step that is made of others: ``("or", [...])`` where one of them is enough, ``("and", [...])``
        where all are needed.
    costs : mapping of str to float
        What each last step costs the attacker, 0 or more.

    Returns
    -------
    AttackTree
        Its minimal cut sets, its cheapest way, and the tree with some steps prevented.

    Raises
    ------
    InputError
        If a step leads back to itself, has no cost, or is not below the goal.

    References
    ----------
    B. Schneier, "Attack trees", *Dr. Dobb's Journal*, December 1999 (an "or" costs its cheapest step, an
    "and" the sum). Minimal cut sets: W. E. Vesely and others, *Fault Tree Handbook*, NUREG-0492, 1981.

    Examples
    --------
    >>> tree = attack_tree(
    ...     "read the register",
    ...     {"read the register": ("or", ["bribe a clerk", "use a password"]),
    ...      "use a password": ("and", ["guess it", "reach the network"])},
    ...     {"bribe a clerk": 20, "guess it": 1, "reach the network": 5},
    ... )
    >>> tree
    read the register: 2 ways; the cheapest costs 6 (guess it + reach the network)
    >>> tree.without(["guess it"]).cheapest()
    20.0
    """
    graph = nx.DiGraph()
    graph.add_node(goal)
    for step, (gate, children) in gates.items():
        graph.add_node(step, gate=gate)
        graph.add_edges_from((step, child) for child in children)
    if not nx.is_directed_acyclic_graph(graph):
        cycle = " > ".join(step for step, _below in nx.find_cycle(graph))
        raise InputError("gates", _("steps lead back to themselves ({round}).").format(round=cycle), _(_TREE))
    stray = set(graph) - nx.descendants(graph, goal) - {goal}
    last = [step for step in graph if not graph.out_degree(step)]
    if stray or goal in last:
        name = goal if goal in last else min(stray)
        raise InputError("gates", _("{name} is not tied to the goal.").format(name=shown(name)), _(_TREE))
    odd = sorted(set(last) ^ set(costs))
    if odd:
        raise InputError(
            "costs", _("{name}: only each last step has a cost.").format(name=shown(odd[0])), _(_TREE)
        )
    return AttackTree(goal, graph, {step: costs[step] for step in last})


_TREE = mark("Give every step below the goal, and a cost for each last step.")
