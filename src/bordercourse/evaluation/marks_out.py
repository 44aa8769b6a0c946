"""Marks for other programs: the rows of a plain table and of a workbook."""

from __future__ import annotations

from bordercourse.evaluation.class_results import ClassResults, title_of
from bordercourse.i18n import gettext as _

__all__ = ["marks_rows", "points_of"]


def marks_rows(results: ClassResults) -> list[list[object]]:
    """Return the marks of a class, heads first: a person a row, by name.

    Knowledge checks are left out: their results are the class's, and participants were told so. So are sex
    and country.

    Parameters
    ----------
    results : ClassResults
        The class.
    """
    modules = [name for name in results.modules if name[:1].isdigit()]
    heads: list[object] = [_("id"), _("name"), _("email")]
    heads += [
        _("{title} (of {most:g})").format(title=title_of(m), most=results.most[m].sum()) for m in modules
    ]
    rows = [heads]
    for person in sorted(results.people, key=lambda one: (one.name or one.id).casefold()):
        cells: list[object] = [person.id, person.name, person.email]
        rows.append([*cells, *(points_of(results, person.id, module) for module in modules)])
    return rows


def points_of(results: ClassResults, person: str, module: str) -> float | None:
    """Return the points of one person for one exercise; nothing where it was not handed in.

    Parameters
    ----------
    results : ClassResults
        The class.
    person, module : str
        Who, and which exercise.
    """
    if not results.handed_in.loc[person, module]:
        return None
    return round(float(results.points.loc[person, module].sum()), 2)
