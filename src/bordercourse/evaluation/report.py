"""The public report of one class, or of several together: tables that no person follows from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.evaluation.class_results import AskedQuestion, ClassResults, title_of
from bordercourse.evaluation.disclosure import THRESHOLD, broad, percent
from bordercourse.evaluation.gains import normalised_gain
from bordercourse.evaluation.group_tables import group_tables
from bordercourse.i18n import gettext as _
from bordercourse.page import label

__all__ = ["Cohort", "PublicReport", "PublishedTable", "cohort", "public_report"]

_HARDEST = 5  # questions


@dataclass(frozen=True)
class PublishedTable:
    """A table of the page: words only, as they are shown.

    Parameters
    ----------
    name : str
        A word for files and anchors.
    title : str
        What stands above it.
    heads : tuple of str
        The heads of its columns.
    rows : tuple of tuple of str
        Its cells.
    note : str
        What stands below it.
    """

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class PublicReport:
    """What may leave the class.

    Parameters
    ----------
    title : str
        The page's heading.
    summary : tuple of str
        What was found, a sentence each.
    tables : tuple of PublishedTable
        In the order of the page.
    """

    title: str
    summary: tuple[str, ...]
    tables: tuple[PublishedTable, ...]


@dataclass(frozen=True)
class Cohort:
    """The people of all classes of a report, one row each; a person is a class and an identifier.

    Parameters
    ----------
    people : pandas.DataFrame
        sex, country (empty where not said), took_part, finished (true or false), score (mean share of the
        exercises that were handed in; missing without one).
    modules : tuple of str
        What was handed in.
    scores : pandas.DataFrame
        Share of the points by module; missing without a hand-in.
    shares : pandas.DataFrame
        As `scores`, by (module, question).
    chosen : pandas.DataFrame
        The answers chosen, by (module, question).
    asked : dict of (module, question) to AskedQuestion
        Choice questions.
    """

    people: pd.DataFrame
    modules: tuple[str, ...]
    scores: pd.DataFrame
    shares: pd.DataFrame
    chosen: pd.DataFrame
    asked: dict[tuple[str, str], AskedQuestion]

    @property
    def both_checks(self) -> pd.Index[str]:
        """Who handed in the check before and the check after."""
        if not {"check-before", "check-after"} <= set(self.modules):
            return self.people.index[:0]
        return self.scores.index[self.scores[["check-before", "check-after"]].notna().all(axis=1)]

    def counted(self, module: str) -> pd.Index[str]:
        """Return whose results of a module are reported.

        Of the checks, those who took both: a mean of them beside a mean of all who took one would give away
        the few between.
        """
        there = self.scores.index[self.scores[module].notna()]
        both = self.both_checks
        return both if not module[:1].isdigit() and len(both) >= THRESHOLD else there


def cohort(classes: Sequence[ClassResults]) -> Cohort:
    """Put the people of several classes into one set of tables.

    Parameters
    ----------
    classes : sequence of ClassResults
        The classes.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in ("people", "scores", "shares", "chosen")}
    modules: dict[str, None] = {}
    asked: dict[tuple[str, str], AskedQuestion] = {}
    for n, one in enumerate(classes):
        index = [f"{n}/{person.id}" for person in one.people]
        exercises = [name for name in one.modules if name[:1].isdigit()]
        scores = pd.DataFrame({name: one.scores(name) for name in one.modules}).set_axis(index)
        people = pd.DataFrame(
            {
                "sex": [person.sex for person in one.people],
                "country": [person.country for person in one.people],
                "took_part": one.handed_in.any(axis=1).to_numpy(bool),
                "finished": one.handed_in[exercises].all(axis=1).to_numpy(bool) & bool(exercises),
                "score": scores[exercises].mean(axis=1).to_numpy(float) if exercises else np.nan,
            },
            index=index,
        )
        parts["people"].append(people)
        parts["scores"].append(scores)
        parts["shares"].append(one.points.div(one.most, axis=1).set_axis(index))
        parts["chosen"].append(one.chosen.set_axis(index))
        modules |= dict.fromkeys(one.modules)
        asked |= one.asked
    order = sorted(modules, key=lambda name: (not name[:1].isdigit(), name != "check-before", name))
    together = {name: pd.concat(tables) for name, tables in parts.items()}
    return Cohort(modules=tuple(order), asked=asked, **together)


def public_report(group: Cohort, title: str) -> PublicReport:
    """Make the public report of a cohort.

    Scores are means over ten people at least, in whole percent, without their ends; a question's in steps of
    ten percent. Groups stand in one-way tables, by sex or by country, never crossed.

    Parameters
    ----------
    group : Cohort
        Of one class, or of several that are reported together.
    title : str
        The page's heading.

    Raises
    ------
    InputError
        If there are fewer than ten people.
    """
    people = len(group.people)
    if people < THRESHOLD:
        raise InputError(
            _("the class"),
            _("it has {n} people, and a page about fewer than {least} could speak of persons.").format(
                n=people, least=THRESHOLD
            ),
            _("Report it together with another class: give --course for each."),
        )
    part, finished = int(group.people["took_part"].sum()), int(group.people["finished"].sum())
    summary = [
        _("{part} of {n} people took part; {done} handed in every exercise of their class.").format(
            part=part, n=people, done=finished
        )
    ]
    gain, sentence = _gain(group)
    summary += [sentence] if sentence else []
    tables = [_modules(group), *gain, *group_tables(group.people, group.scores, group.both_checks)]
    tables += [_hardest(group), _questions(group)]
    return PublicReport(title, tuple(summary), tuple(table for table in tables if table.rows))


def _modules(group: Cohort) -> PublishedTable:
    rows = []
    for name in group.modules:
        scores = group.scores.loc[group.counted(name), name]
        mean = percent(float(scores.mean())) if len(scores) >= THRESHOLD else _("fewer than ten people")
        rows.append((title_of(name), str(len(scores)), mean))
    return PublishedTable(
        "modules",
        _("Scores by module"),
        (_("Module"), _("People counted"), _("Mean of the points")),
        tuple(rows),
        _(
            "Counted is who handed in; for the knowledge checks, who took both. Memos without a mark do not "
            "count. Means near 0 or 100 percent are not exact."
        ),
    )


def _gain(group: Cohort) -> tuple[list[PublishedTable], str]:
    both = group.both_checks
    if len(both) < THRESHOLD:
        return [], ""
    before, after = (group.scores.loc[both, name] for name in ("check-before", "check-after"))
    first, second = percent(float(before.mean())), percent(float(after.mean()))
    exact = first[-1:] == second[-1:] == "%"
    text = _("In the knowledge checks the class had {a} of the points before and {b} after ({n} people).")
    sentence = text.format(a=first, b=second, n=len(both))
    if exact:
        gain = normalised_gain(before.to_numpy(), after.to_numpy(), maximum=1)
        sentence += " " + _(
            "That is {gain:.2f} of what there was to gain (95 percent interval {low:.2f} to {high:.2f})."
        ).format(gain=gain.gain, low=gain.low, high=gain.high)
    rows = []
    for lesson, questions in _topics(group).items():
        shares = [float(np.nanmean(group.shares.loc[both, q].to_numpy(float))) for q in questions]
        if not np.isnan(shares).any():
            rows.append((title_of(lesson), str(len(questions[0])), *map(broad, shares)))
    note = _("One or two questions a topic say little: look at it over several classes.")
    heads = (_("Topic"), _("Questions"), _("Right before"), _("Right after"))
    return [PublishedTable("topics", _("What the class knew, by topic"), heads, tuple(rows), note)], sentence


def _topics(group: Cohort) -> dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]]:
    """Return the questions of each lesson that stand in both checks: before, after."""
    topics: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {}
    for (module, name), one in sorted(group.asked.items()):
        if module == "check-before" and ("check-after", name) in group.shares.columns and one.lesson:
            before, after = topics.setdefault(one.lesson, ([], []))
            before.append((module, name))
            after.append(("check-after", name))
    return dict(sorted(topics.items()))


def _questions(group: Cohort) -> PublishedTable:
    rows = []
    for module in group.modules:
        for name in group.shares[module].columns:
            shares = group.shares.loc[group.counted(module), (module, name)].dropna()
            if len(shares) >= THRESHOLD:
                rows.append((title_of(module), label(str(name)), broad(float(shares.mean()))))
    heads = (_("Module"), _("Question"), _("Mean of the points"))
    return PublishedTable(
        "questions", _("Scores by question"), heads, tuple(rows), _("In steps of ten percent.")
    )


def _hardest(group: Cohort) -> PublishedTable:
    found = []
    for place, one in group.asked.items():
        shares = group.shares.loc[group.counted(place[0]), place].dropna()
        if len(shares) >= THRESHOLD:
            wrong = (
                group.chosen.loc[shares.index, place]
                .dropna()
                .loc[lambda keys, key=one.key: keys != key]
                .value_counts()
            )
            usual = one.options[wrong.index[0]] if len(wrong) and wrong.iloc[0] >= THRESHOLD else ""
            found.append((float(shares.mean()), place, one, usual))
    rows = tuple(
        (
            title_of(place[0]),
            label(place[1]),
            one.text,
            broad(share),
            usual or _("none by ten people or more"),
        )
        for share, place, one, usual in sorted(found, key=lambda row: (row[0], row[1]))[:_HARDEST]
    )
    heads = (_("Module"), _("Question"), _("Text"), _("Right"), _("Usual wrong answer"))
    note = _("A hard question is not a bad one: it may name what the next course must teach better.")
    return PublishedTable("hardest", _("Hardest questions"), heads, rows, note)
