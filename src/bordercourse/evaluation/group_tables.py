"""One-way tables by sex or by country, and what must be left out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.evaluation.disclosure import (
    NARROWEST,
    THRESHOLD,
    KnownSum,
    finished_by_group,
    joined_groups,
    kinds_of,
    narrowest_range,
    percent,
    percent_bounds,
    shown_groups,
)
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark

if TYPE_CHECKING:
    from bordercourse.evaluation.report import PublishedTable

__all__ = ["group_tables"]

_NOT_SHOWN = mark("not shown")
_SEXES = {"female": mark("Women"), "male": mark("Men"), "other": mark("Another")}


def group_tables(people: pd.DataFrame, scores: pd.DataFrame, both: pd.Index[str]) -> list[PublishedTable]:
    """Return the one-way tables of a cohort that may be shown.

    Parameters
    ----------
    people, scores : pandas.DataFrame
        As `bordercourse.evaluation.report.Cohort` has them.
    both : pandas.Index
        Who took both checks.
    """
    from bordercourse.evaluation.report import PublishedTable

    sex = people["sex"].map(lambda word: _(_SEXES[word]) if word else "")
    ways = {
        "sex": (_("By sex"), _("Sex"), joined_groups(sex, _("Others, or not said"))),
        "country": (
            _("By country"),
            _("Country"),
            joined_groups(people["country"], _("Other countries, or not said")),
        ),
    }
    labels = {name: groups for name, (_title, _head, groups) in ways.items() if groups is not None}
    columns = {
        _("Mean of the exercises"): people["score"].dropna(),
        _("Check before"): scores.loc[both, "check-before"] if len(both) else None,
        _("Check after"): scores.loc[both, "check-after"] if len(both) else None,
    }
    cells = {head: _means(values, labels) for head, values in columns.items() if values is not None}
    finished = _finished(people["finished"], labels)
    tables = []
    for name, (title, head, groups) in ways.items():
        if groups is None:
            continue
        sizes = groups.value_counts().sort_index()
        columns = {_("Handed in every exercise"): finished, **cells}
        told = {text: known for text, known in columns.items() if name in {way for way, _group in known}}
        rows = [
            (str(g), str(sizes[g]), *(known.get((name, str(g)), _(_NOT_SHOWN)) for known in told.values()))
            for g in sizes.index
        ]
        heads = (head, _("People"), *told)
        note = _(
            "Groups of fewer than ten stand together. What would say something of a person is not shown."
        )
        tables.append(PublishedTable(f"by-{name}", title, heads, tuple(rows), note))
    return tables


def _means(values: pd.Series[float], labels: dict[str, pd.Series[str]]) -> dict[tuple[str, str], str]:
    """Return the means that may be shown, by table and group; the table by country goes first if one must."""
    if len(values) < THRESHOLD:
        return {}
    names = [*labels]
    while names:
        shown: dict[tuple[str, str], pd.Series[float]] = {}
        for name in names:
            of = labels[name].loc[values.index]
            shown |= {(name, group): values[of == group] for group in shown_groups(of.value_counts())}
        known = {place: percent_bounds(float(part.mean())) for place, part in shown.items()}
        known["", ""] = percent_bounds(float(values.mean()))
        sizes = {place: len(shown.get(place, values)) for place in known}
        sums = {place: (low * sizes[place], high * sizes[place]) for place, (low, high) in known.items()}
        if _safe(sums, {name: labels[name].loc[values.index] for name in names}):
            return {place: percent(float(part.mean())) for place, part in shown.items()}
        names.pop()
    return {}


def _finished(finished: pd.Series[bool], labels: dict[str, pd.Series[str]]) -> dict[tuple[str, str], str]:
    """Return how many of each group finished, where that may be shown."""
    names = [*labels]
    while names:
        shown: dict[tuple[str, str], int] = {}
        for name in names:
            counts = pd.DataFrame(
                {"yes": finished.groupby(labels[name]).sum(), "no": (~finished).groupby(labels[name]).sum()}
            ).astype(int)
            table = finished_by_group(counts)
            if table is not None:
                shown |= {(name, str(g)): int(n) for g, n in table["yes"].dropna().items()}
        sums = {place: (float(n), float(n)) for place, n in shown.items()}
        sums["", ""] = (float(finished.sum()),) * 2
        if _safe(sums, {name: labels[name] for name in names}):
            return {place: str(n) for place, n in shown.items()}
        names.pop()
    return {}


def _safe(sums: dict[tuple[str, str], tuple[float, float]], labels: dict[str, pd.Series[str]]) -> bool:
    people, kinds = kinds_of(*labels.values())
    place_of = {name: str(n) for n, name in enumerate(labels)}
    known = [
        KnownSum(
            tuple(n for n, kind in enumerate(kinds) if not name or kind[place_of[name]] == group), low, high
        )
        for (name, group), (low, high) in sums.items()
    ]
    return narrowest_range(people, known) >= NARROWEST
