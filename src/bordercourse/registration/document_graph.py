"""Papers and what they need, as a graph that can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.i18n import gettext as _
from bordercourse.inputs import Text, checked
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.registration.document_steps import STEPS, parts_of, steps_of
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DocumentGraph", "document_graph"]


@dataclass(frozen=True, repr=False)
class DocumentGraph(Result):
    """Papers and what they need.

    Attributes
    ----------
    country : str
        Country code.
    edges : pandas.DataFrame
        One row "paper needs paper": paper, needs, step, kind ("all", "one of", or "practice"), part.
    """

    country: str
    edges: pd.DataFrame

    def sentence(self) -> str:
        """Return the number of papers and needs in one line."""
        papers = set(self.edges["paper"]) | set(self.edges["needs"])
        return _("{country}: {n} papers, {m} needs").format(
            country=self.country, n=len(papers), m=len(self.edges)
        )

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


@checked(steps=STEPS, country=Text())
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
        In ``edges``, needs of a step with the same part are alternatives.

    Raises
    ------
    InputError
        If the table lacks a column, or the country has no steps.

    Examples
    --------
    >>> from bordercourse.datasets import load
    >>> document_graph(load("document_steps"), "MOZ")
    MOZ: 14 papers, 20 needs
    """
    rows = []
    for row in steps_of(steps, country).to_dict("records"):
        for column, practice in (("needs", False), ("needs_in_practice", True)):
            for part_number, part in enumerate(parts_of(row.get(column))):
                kind = "practice" if practice else ("all" if len(part) == 1 else "one of")
                edge = {
                    "paper": row["gives"],
                    "step": row["step"],
                    "kind": kind,
                    "part": part_number + 9 * practice,
                }
                rows += [edge | {"needs": need} for need in part]
    return DocumentGraph(country, pd.DataFrame(rows, columns=["paper", "needs", "step", "kind", "part"]))
