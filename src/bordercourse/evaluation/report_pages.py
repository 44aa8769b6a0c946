"""Reports as files: a page that stands alone, CSV and a workbook."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from bordercourse import __version__, look
from bordercourse.evaluation.report import PublishedTable
from bordercourse.evaluation.safe_cells import csv_text, workbook_bytes
from bordercourse.grading.pages.clean import POLICY
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["PageFigure", "report_csv", "report_figures", "report_page", "report_workbook"]


@dataclass(frozen=True)
class PageFigure:
    """A figure of a page.

    Parameters
    ----------
    source : str
        The picture, as an address that holds it.
    alt : str
        The same in words.
    """

    source: str
    alt: str


def report_page(
    title: str,
    summary: Sequence[str],
    tables: Sequence[PublishedTable],
    *,
    on: date,
    private: bool = False,
) -> str:
    """Return a report as HTML that loads nothing and runs nothing.

    Parameters
    ----------
    title : str
        Its heading.
    summary : sequence of str
        What stands above the tables.
    tables : sequence of PublishedTable
        The tables.
    on : datetime.date
        The day of the report.
    private : bool
        Whether it names people: it says so, and draws no figure.
    """
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("bordercourse.evaluation", "."), autoescape=True, trim_blocks=True
    )
    environment.globals.update(_=_, ngettext=ngettext)
    return environment.get_template("report.html.j2").render(
        policy=POLICY,
        sheet=Markup(look.stylesheet()),  # nobody's words but ours
        title=title,
        line=_("Legal identity and humane border management. Report of {day}.").format(day=on.isoformat()),
        summary=summary,
        tables=tables,
        figures={} if private else report_figures(tables),
        private=private,
        today=on.isoformat(),
        version=__version__,
    )


def report_figures(tables: Sequence[PublishedTable]) -> dict[str, PageFigure]:
    """Draw what the tables say, and no more: a bar ends where its printed figure does.

    Parameters
    ----------
    tables : sequence of PublishedTable
        Those of the page.
    """
    found = {}
    for table in tables:
        if table.name == "modules":
            bars = [(row[0], _middle(row[2])) for row in table.rows if row[2][:1].isdigit()]
            if bars:
                found[table.name] = _bars(bars, table.title, _("Mean of the points, %"))
        if table.name == "topics":
            found[table.name] = _before_and_after(table)
    return found


def _middle(text: str) -> float:
    """Return where a printed share is drawn: the middle of its step, or the limit that it passes."""
    numbers = [float(word) for word in text.split() if word.isdigit()]
    return sum(numbers) / len(numbers)


def _bars(bars: Sequence[tuple[str, float]], title: str, x: str) -> PageFigure:
    from bordercourse.plotting import COLOURS, axes, label

    ax = axes(None, height=max(2.2, 0.42 * len(bars) + 1.2))
    at = range(len(bars) - 1, -1, -1)
    ax.barh(list(at), [value for _name, value in bars], color=COLOURS["blue"])
    ax.set_yticks(list(at), [_short(name) for name, _value in bars])
    ax.set_xlim(0, 100)
    alt = "; ".join(f"{name}: {value:.0f} %" for name, value in bars)
    return _picture(label(ax, title="", x=x), f"{title}. {alt}.")


def _before_and_after(table: PublishedTable) -> PageFigure:
    from bordercourse.plotting import COLOURS, axes, label

    ax = axes(None, height=max(2.5, 0.42 * len(table.rows) + 1.4))
    at = list(range(len(table.rows) - 1, -1, -1))
    before, after = ([_middle(row[column]) for row in table.rows] for column in (2, 3))
    ax.hlines(at, before, after, color=COLOURS["grey"], lw=2)
    ax.plot(before, at, "o", color=COLOURS["orange"], label=table.heads[2])
    ax.plot(after, at, "D", color=COLOURS["blue"], label=table.heads[3])
    ax.set_yticks(at, [_short(row[0]) for row in table.rows])
    ax.set_xlim(0, 100)
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2)
    words = "; ".join(
        _("{topic}: {before} before, {after} after").format(topic=row[0], before=row[2], after=row[3])
        for row in table.rows
    )
    return _picture(label(ax, title="", x=_("Right, % (middle of the step)")), f"{table.title}. {words}.")


def _short(title: str) -> str:
    head = title.split(":")[0]
    return head if len(head) <= 40 else head[:39] + "…"


def _picture(ax: Any, alt: str) -> PageFigure:
    png = io.BytesIO()
    ax.figure.savefig(png, format="png", dpi=130, metadata={"Software": None})
    return PageFigure("data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii"), alt)


def report_csv(summary: Sequence[str], tables: Sequence[PublishedTable]) -> str:
    """Return the tables one below the other, as CSV.

    Parameters
    ----------
    summary : sequence of str
        What stands above the tables.
    tables : sequence of PublishedTable
        The tables.
    """
    rows: list[Sequence[object]] = [[sentence] for sentence in summary]
    for table in tables:
        rows += [[], [table.title], table.heads, *table.rows, *([[table.note]] if table.note else [])]
    return "\ufeff" + csv_text(rows)


def report_workbook(summary: Sequence[str], tables: Sequence[PublishedTable]) -> bytes:
    """Return the tables as a workbook, a sheet each.

    Parameters
    ----------
    summary : sequence of str
        The first sheet.
    tables : sequence of PublishedTable
        The tables.
    """
    first = (_("Summary"), [[_("Summary")], *([sentence] for sentence in summary)])
    return workbook_bytes([first, *((table.title, [table.heads, *table.rows]) for table in tables)])
