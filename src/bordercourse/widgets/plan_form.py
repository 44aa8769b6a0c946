"""The form in which a team writes its plan: saved at each letter, with evidence, checklist and documents.

Where nobody can click, the page shows an example. Text that was typed is shown as text everywhere.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bordercourse import page, planning
from bordercourse.files import why_not_written, write_whole
from bordercourse.i18n import gettext as _
from bordercourse.planning import FIELDS, CountryPlan
from bordercourse.planning.plan_document import checked_rows
from bordercourse.planning.plan_file import PlanFile
from bordercourse.widgets.plan_parts import evidence_picker, indicator_picker, lines_of, under

__all__ = ["plan_form", "show_plan"]

_SAVED = Markup("<b style='color:#00664B' role='status'>{}</b>")


def plan_form(example: CountryPlan, path: str | Path = "my-plan.json") -> None:
    """Show the form of a plan; on paper and without a kernel, the example.

    Parameters
    ----------
    example : CountryPlan
        A plan of an invented place, line by line.
    path : path
        Where the plan is kept, beside the lesson. It is for offices and posts, never for people's names.
    """
    if not page.live():
        show_plan(example)
        return
    from IPython.display import display

    display(_Form(example, PlanFile(Path(path))).box)  # type: ignore[no-untyped-call]


def show_plan(plan: CountryPlan, *names: str) -> None:
    """Show the lines of a plan as a table: with their questions where no lines are named.

    Parameters
    ----------
    plan : CountryPlan
        The plan.
    *names : str
        The lines to show, of `bordercourse.planning.FIELDS`; all where left out.
    """
    page.show_html(lines_of(plan, names))


class _Form:
    """The live form. Each change is kept in the plan and saved at once."""

    def __init__(self, example: CountryPlan, file: PlanFile) -> None:
        import ipywidgets as w

        self.w, self.example, self.file = w, example, file
        self.status = w.HTML(_alert(file.notice) if file.notice else "")
        self.tabs = w.Tab(layout=w.Layout(max_width="100%"))
        self.box = w.VBox([self.tabs, self.status])
        self._fill()

    def _fill(self) -> None:
        w = self.w
        self.found, self.still_open, self.links = w.HTML(), w.HTML(), w.HTML()
        tabs = {
            _("1 Problem"): w.VBox(
                [
                    self._line("country"),
                    self._day_of_plan(),
                    self._line("problem"),
                    self._example("country", "problem"),
                ]
            ),
            _("2 Evidence"): evidence_picker(lambda: self.file.plan, self._keep),
            _("3 Measure"): self._part("measure", "owner", "cost"),
            _("4 Number"): w.VBox(
                [
                    self._part("counted", "baseline", "baseline_date", "goal", "goal_date"),
                    indicator_picker(lambda: self.file.plan, self._keep),
                ]
            ),
            _("5 People"): self._part("risk", "safeguard"),
            _("6 Monday"): self._part("first_step", "first_step_date"),
            _("7 Checklist"): self._checklist(),
            _("8 Document"): self._document(),
        }
        self.tabs.children = list(tabs.values())
        self.tabs.titles = list(tabs)
        self._renew()

    # --- keeping -----------------------------------------------------------------------------------

    def _keep(self, **changes: Any) -> None:
        plan = replace(self.file.plan, **changes)
        try:
            self.file.save(plan)
        except OSError as error:
            text = _("Your plan could not be saved: {why} {do}")
            why, do = why_not_written(error)
            self._say(_alert(text.format(why=why, do=do)))
        else:
            if self.file.may_save:
                text = _("Saved in {name}, beside this lesson. You can change it at any time.")
                self._say(str(_SAVED.format(text.format(name=self.file.path.name))))
        self._renew()

    def _say(self, html: str) -> None:
        if self.status.value != html:  # read aloud once, not at each letter
            self.status.value = html

    def _renew(self) -> None:
        """Say anew what is open and what the checklist finds; documents that were made are older now."""
        plan = self.file.plan
        points = planning.open_points(plan)
        items = Markup("").join(Markup("<li>{}</li>").format(point) for point in points)
        title = (
            _("Still open")
            if points
            else _("Nothing is open in its form. Whether the plan is good, people judge.")
        )
        self.still_open.value = Markup("<p><b>{}</b></p><ul>{}</ul>").format(title, items)
        self.found.value = Markup("{table}<p class='bc-quiet'>{note}</p>").format(
            table=page.table([_("Verdict"), _("What to do, and why")], checked_rows(plan), named_rows=True),
            note=_(planning.CANNOT_SEE),
        )
        self.links.value = ""

    # --- lines -------------------------------------------------------------------------------------

    def _part(self, *names: str) -> Any:
        return self.w.VBox([*map(self._line, names), self._example(*names)])

    def _example(self, *names: str) -> Any:
        return self.w.HTML(
            Markup("<details><summary>{}</summary>{}</details>").format(
                _("See the example"), lines_of(self.example, names)
            )
        )

    def _line(self, name: str) -> Any:
        w, one = self.w, FIELDS[name]
        text = self.file.plan.line(name)
        if one.kind == "date":
            box = w.DatePicker(value=_day(text))
        elif one.kind == "number" or name == "country":
            box = w.Text(value=text)
        else:
            box = w.Textarea(value=text, rows=3)

        def changed(change: Any) -> None:
            new = change["new"]
            words = new if isinstance(new, str) else new.isoformat() if new else ""
            self._keep(lines={**self.file.plan.lines, name: words})

        box.observe(changed, names="value")
        return under(box, _(one.label), _(one.asks))

    def _day_of_plan(self) -> Any:
        box = self.w.DatePicker(value=self.file.plan.written)

        def changed(change: Any) -> None:
            if change["new"]:
                self._keep(written=change["new"])

        box.observe(changed, names="value")
        return under(box, _("Day of the plan"), _("The two weeks and the three months begin here."))

    # --- checklist and document ----------------------------------------------------------------------

    def _checklist(self) -> Any:
        w, table = self.w, planning.harm_checklist()
        boxes = []
        for name, question in table.questions.items():
            answers = {_(planning.ANSWERS[value]): value for value in table.inputs[name].atoms([])}
            box = w.ToggleButtons(
                options=answers,
                value=self.file.plan.checked.get(name),
                style={"button_width": "8em"},
                tooltips=[f"{question} {answer}" for answer in answers],
            )
            box.observe(self._answered(name), names="value")
            boxes.append(under(box, question))
        source = w.HTML(Markup("<p class='bc-quiet'>{}</p>").format(table.source))
        return w.VBox([*boxes, self.found, source])

    def _answered(self, name: str) -> Any:
        def changed(change: Any) -> None:
            self._keep(checked={**self.file.plan.checked, name: change["new"]})

        return changed

    def _document(self) -> Any:
        w = self.w
        make = w.Button(description=_("Make my documents"), button_style="primary")
        new = w.Button(description=_("Put this plan aside, begin a new one"))
        make.layout.min_width = new.layout.min_width = "20em"
        make.layout.width = new.layout.width = "max-content"
        make.on_click(self._make)
        new.on_click(self._begin_anew)
        notice = w.HTML(
            Markup("<p style='max-width:44em'>{}</p>").format(
                _(
                    "The plan lies beside this lesson, for all who use this computer: write posts and "
                    "offices, no person's name and no secret shelter. It is yours, and is not handed in."
                )
            )
        )
        return w.VBox([self.still_open, make, self.links, notice, new])

    def _make(self, _button: Any) -> None:
        plan, beside = self.file.plan, self.file.path
        kinds = {
            ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".html": "text/html",
        }
        documents = {".docx": planning.plan_docx(plan), ".html": planning.plan_page(plan).encode()}
        lines = []
        for ending, data in documents.items():
            path = beside.with_suffix(ending)
            link = Markup(
                '<a style="color:#1f5f63;text-decoration:underline" download="{name}" '
                'href="data:{kind};base64,{data}">{name}</a>'
            ).format(name=path.name, kind=kinds[ending], data=base64.b64encode(data).decode("ascii"))
            place = _("It lies beside this lesson too.")
            try:
                write_whole(path, data)
            except OSError as error:
                place = _(
                    "It could not be written beside this lesson: {why} Is it open in another program?"
                ).format(why=why_not_written(error)[0])
            lines.append(Markup("<li>{} {}</li>").format(link, place))
        self.links.value = Markup("<p role='status'>{}</p><ul>{}</ul>").format(
            _("Two files. Click one to save it where you want."),
            Markup("").join(lines),
        )

    def _begin_anew(self, _button: Any) -> None:
        try:
            aside = self.file.put_aside()
        except FileNotFoundError:
            self._say(_alert(_("Nothing was written yet.")))
            return
        except OSError as error:
            self._say(_alert(_("It could not be put aside: {why}").format(why=why_not_written(error)[0])))
            return
        self._fill()
        self.tabs.selected_index = 0
        self._say(_alert(_("The plan is kept as {name}. Here is an empty one.").format(name=aside.name)))


def _alert(text: str) -> str:
    return str(Markup("<b role='alert'>{}</b>").format(text))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
