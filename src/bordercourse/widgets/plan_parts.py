"""Parts of the plan's form: its lines as a table, and the two pickers, for evidence and for an indicator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from bordercourse import datasets, page, planning
from bordercourse.i18n import gettext as _
from bordercourse.planning import FIELDS, CountryPlan, Evidence
from bordercourse.planning.country_plan import MOST_EVIDENCE

__all__ = ["evidence_picker", "indicator_picker", "lines_of", "under"]

_WIDE = "44em"
Plan = Callable[[], CountryPlan]
Keep = Callable[..., None]  # takes what changed, by the names of CountryPlan


def lines_of(plan: CountryPlan, names: tuple[str, ...] = ()) -> Markup:
    """Return lines of a plan as a table; the whole plan, with evidence and indicator, where none is named."""
    if names:
        written: list[tuple[str, Any]] = [(_(FIELDS[name].label), plan.line(name)) for name in names]
    else:
        words, _left_out = planning.indicator_words(plan.indicator)
        lines = [(_(one.label), plan.line(name)) for name, one in FIELDS.items()]
        evidence = [(_("Evidence"), _quoted(one)) for one in plan.evidence]
        written = [
            *lines[:2],
            *evidence,
            *lines[2:10],
            (_("Indicator"), f"{plan.indicator} {words}"),
            *lines[10:],
        ]
    return page.table([_("Line"), _("What is written")], written, named_rows=True)


def under(box: Any, label: str, asks: str = "") -> Any:
    """Return `box` with its name and its question above it; both are read aloud with the box.

    Parameters
    ----------
    box : ipywidgets.DOMWidget
        With a description.
    label, asks : str
        Its name, and what is asked.
    """
    box.description_allow_html = True
    box.description = Markup("<b>{}.</b> {}").format(label, asks) if asks else str(Markup.escape(label))
    box.style.description_width = "initial"
    box.layout.width, box.layout.max_width = _WIDE, "98%"
    box.add_class("bc-under")
    return box


def _quoted(one: Evidence) -> Markup:
    return Markup("{words}<br><b>{caution}</b> {text}").format(
        words=one.words, caution=_("Caution:"), text=one.caution
    )


def evidence_picker(plan: Plan, keep: Keep) -> Any:
    """Return the boxes that choose rows of tables; the caution of a table stands beside its rows.

    Parameters
    ----------
    plan : callable
        Returns the plan as it is now.
    keep : callable
        Takes ``evidence=``.
    """
    import ipywidgets as w

    tables = {title: name for name, title in planning.evidence_tables().items()}
    asks = _("Choose a table, then a row: five rows at most. A number of your own office belongs to tab 4.")
    table = under(w.Dropdown(options=tables), _("Evidence"), asks)
    row = under(w.Select(rows=7), _("Row"), _("The arrows of the keyboard go up and down."))
    whole, caution, chosen = w.HTML(), w.HTML(), w.VBox()
    add = w.Button(description=_("Add this row to my plan"), button_style="primary")
    add.layout.min_width, add.layout.width = "16em", "max-content"

    def other_table(_change: Any = None) -> None:
        rows = range(len(datasets.load(table.value)))
        row.options = [(f"{n + 1}. {Evidence(table.value, n).words}", n) for n in rows]
        caution.value = Markup("<p style='max-width:44em;line-height:1.4'><b>{}</b> {}</p>").format(
            _("Its caution, which goes with it:"), datasets.describe(table.value).caution
        )

    def other_row(_change: Any = None) -> None:
        chosen_row = row.value is not None
        words = Evidence(table.value, row.value).words if chosen_row else _("click one in the list.")
        whole.value = Markup("<p style='max-width:44em;line-height:1.4'><b>{}</b> {}</p>").format(
            _("The row:"), words
        )

    def show_chosen() -> None:
        chosen.children = [_chosen(one, plan, keep, show_chosen) for one in plan().evidence]
        add.disabled = len(chosen.children) >= MOST_EVIDENCE

    def added(_button: Any) -> None:
        if row.value is None:
            return
        one = planning.evidence_of(table.value, row.value)
        if one not in plan().evidence:
            keep(evidence=(*plan().evidence, one))
        show_chosen()

    table.observe(other_table, names="value")
    row.observe(other_row, names="value")
    add.on_click(added)
    other_table()
    other_row()
    show_chosen()
    return w.VBox([table, row, whole, caution, add, chosen])


def _chosen(one: Evidence, plan: Plan, keep: Keep, after: Callable[[], None]) -> Any:
    import ipywidgets as w

    away = w.Button(description=_("Take it out"), tooltip=_("Take it out: {title}").format(title=one.title))

    def taken(_button: Any) -> None:
        keep(evidence=tuple(other for other in plan().evidence if other != one))
        after()

    away.on_click(taken)
    words = Markup("<div class='bc-story'><b>{title}</b><br>{quoted}</div>")
    return w.VBox([w.HTML(words.format(title=one.title, quoted=_quoted(one))), away])


def indicator_picker(plan: Plan, keep: Keep) -> Any:
    """Return the boxes that choose an indicator; its target and what it leaves out stand below.

    Parameters
    ----------
    plan : callable
        Returns the plan as it is now.
    keep : callable
        Takes ``indicator=``.
    """
    import ipywidgets as w

    options = {f"{code} {words}": code for code, words in planning.indicators().items()}
    asks = _("Where in the Sustainable Development Goals does it belong? The words are the United Nations'.")
    box = w.Dropdown(options={_("Choose"): ""} | options, value=plan().indicator)
    under(box, _("Indicator of the world"), asks)
    words = w.HTML()

    def show() -> None:
        code = plan().indicator
        wording, left_out = planning.indicator_words(code)
        rows = [
            (_("Target"), planning.target_of(code)),
            (_("Indicator"), f"{code} {wording}"),
            (_("What it leaves out, as this course reads it"), left_out),
        ]
        words.value = page.table([], rows, named_rows=True) if code else ""

    def changed(change: Any) -> None:
        keep(indicator=change["new"])
        show()

    box.observe(changed, names="value")
    show()
    return w.VBox([box, words])
