"""The page for the instructor alone: names, who needs help in what, and how the questions worked."""

from __future__ import annotations

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.evaluation.class_results import ClassResults, title_of, unmarked
from bordercourse.evaluation.items import item_analysis, unused_distractors
from bordercourse.evaluation.reliability import kuder_richardson_20
from bordercourse.evaluation.report import PublishedTable
from bordercourse.i18n import gettext as _
from bordercourse.page import label

__all__ = ["instructor_summary", "instructor_tables"]

_DO_NOT_KNOW = "z"
_HELP = 0.5  # of the points of a module: below it a person may need help


def instructor_summary(results: ClassResults) -> tuple[str, ...]:
    """Return what an instructor should know first, a sentence each.

    Parameters
    ----------
    results : ClassResults
        The class.
    """
    lines = [_("Names stand on this page. Do not send it, and delete it when the course is closed.")]
    waiting = unmarked(results)
    if waiting:
        lines.append(_("{n} memos wait for their mark.").format(n=waiting))
    lines.append(
        _("Results of single people in the knowledge checks are not listed: participants were told so.")
    )
    return tuple(lines)


def instructor_tables(results: ClassResults) -> tuple[PublishedTable, ...]:
    """Return the tables of the instructor's page, by name and never by score.

    Parameters
    ----------
    results : ClassResults
        The class.
    """
    people = sorted(results.people, key=lambda one: (one.name or one.id).casefold())
    modules = [name for name in results.modules if name[:1].isdigit()]
    scores = {name: results.scores(name) for name in modules}
    rows, helped = [], []
    for person in people:
        shown = person.name or person.id
        cells = [_cell(results, scores[name], person.id, name) for name in modules]
        rows.append((shown, person.id, *cells))
        weak = [name.partition("-")[0] for name in modules if scores[name][person.id] < _HELP]
        absent = [name.partition("-")[0] for name in modules if not results.handed_in.loc[person.id, name]]
        if weak or absent:
            helped.append((shown, ", ".join(weak) or "–", ", ".join(absent) or "–"))
    short = [name.partition("-")[0] for name in modules]
    tables = [
        PublishedTable(
            "help",
            _("Who may need help"),
            (_("Name"), _("Less than half of the points in"), _("Not handed in")),
            tuple(helped),
            _("A low mark may be a bad connection, a second language or a hard week. Ask before you judge."),
        ),
        PublishedTable(
            "marks",
            _("Marks, percent of the points that were marked"),
            (_("Name"), _("Identifier"), *short),
            tuple(rows),
            _("Sorted by name. –: not handed in; *: a memo waits for its mark."),
        ),
        *(_check(results, name) for name in results.modules if not name[:1].isdigit()),
        _wrong_answers(results),
    ]
    return tuple(table for table in tables if table.rows)


def _cell(results: ClassResults, scores: pd.Series[float], person: str, module: str) -> str:
    if not results.handed_in.loc[person, module]:
        return "–"
    star = "*" if results.points.loc[person, module].isna().any() else ""
    share = scores[person]
    return star if pd.isna(share) else f"{100 * share:.0f}{star}"


def _check(results: ClassResults, name: str) -> PublishedTable:
    """Return how the questions of a knowledge check worked."""
    there = results.points[name].loc[results.handed_in[name]].fillna(0.0)
    right = there.div(results.most[name], axis=1).round().astype(int)
    title = _("Questions of {check}").format(check=title_of(name))
    heads = (_("Question"), _("Right, %"), _("Discrimination"), _("Answers that nobody chose"))
    try:
        table = item_analysis(right).table
    except InputError:  # fewer than four hand-ins
        return PublishedTable(name, title, heads, ())
    try:
        note = str(kuder_richardson_20(right))
    except InputError as error:
        note = str(error)
    places = [place for place in results.asked if place[0] == name]
    chosen = results.chosen[places].loc[results.handed_in[name]]
    chosen = chosen.set_axis([question for _module, question in places], axis=1)
    nobody = unused_distractors(
        chosen, {question: list(results.asked[_module, question].options) for _module, question in places}
    )
    # To say that one does not know is no wrong answer.
    nobody = nobody[nobody["option"] != _DO_NOT_KNOW].groupby("question")["option"]
    unused = {str(question): ", ".join(options) for question, options in nobody}
    columns = (table["question"], table["difficulty"], table["discrimination"])
    rows = tuple(
        (label(question), f"{100 * share:.0f}", f"{d:+.2f}", unused.get(question, ""))
        for question, share, d in zip(*columns, strict=True)
    )
    return PublishedTable(name, title, heads, rows, note)


def _wrong_answers(results: ClassResults) -> PublishedTable:
    """Return the usual wrong answer of each choice question that many missed."""
    rows = []
    for (module, question), one in results.asked.items():
        keys = results.chosen[module, question].dropna()
        wrong = keys[keys != one.key].value_counts()
        if len(wrong) and wrong.iloc[0] > 1:
            text = one.options[wrong.index[0]]
            rows.append((int(wrong.iloc[0]), (title_of(module), label(question), text)))
    ordered = sorted(rows, key=lambda row: (-row[0], row[1]))[:15]
    return PublishedTable(
        "wrong",
        _("Usual wrong answers"),
        (_("Module"), _("Question"), _("Answer"), _("People")),
        tuple((*cells, str(n)) for n, cells in ordered),
    )
