"""Questions on the page: plain HTML that any page keeps, and widgets where a kernel is live.

Nothing here marks an answer; a click is written to the answer sheet at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from markupsafe import Markup

from bordercourse import page
from bordercourse.course.answers import AnswerSheet
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["ask", "ask_cases", "points_text"]

# ipywidgets gives every label one line of fixed height; answers are sentences.
_STYLE = """<style>
.bc-quiz, .bc-quiz * {overflow: visible;}
.bc-quiz .widget-radio, .bc-quiz .widget-radio-box {width: auto; max-width: 60em;}
.bc-quiz .widget-radio-box label {flex-direction: row-reverse; justify-content: flex-end;}
.bc-quiz .widget-radio-box label, .bc-quiz .widget-checkbox label {
  height: auto; width: auto; max-width: 60em; white-space: normal; line-height: 1.45; margin: 0 0 .4em 0;
  display: flex; align-items: flex-start; font-size: 16px;}
.bc-quiz .widget-radio-box input, .bc-quiz .widget-checkbox input {margin: .3em .6em 0 0; flex: none;}
.bc-quiz .widget-checkbox {height: auto; width: auto;}
.bc-saved {color: #00664B; font-weight: bold;}
.bc-open {color: #6B4500;}
</style>"""


def points_text(points: float | None) -> str:
    """Return "3 points", or nothing where the points are not known."""
    if points is None:
        return ""
    return ngettext("{n:g} point", "{n:g} points", int(points)).format(n=points)


def _heading(question: str, points: float | None, text: str) -> str:
    worth = ""
    if points is not None:
        worth = f" <span style='color:#555;white-space:nowrap'>({points_text(points)})</span>"
    name = escape(page.label(question))
    return f"<p style='max-width:60em;margin-bottom:.3em'><b>{name}.</b> {escape(text)}{worth}</p>"


def _static_options(options: Mapping[str, str], chosen: set[str], *, several: bool) -> str:
    on, off = ("☑", "☐") if several else ("◉", "○")
    items = "".join(
        f"<li style='list-style:none'>{on if key in chosen else off} "
        + (f"<b>{escape(text)}</b> ({_('your answer')})" if key in chosen else escape(text))
        + "</li>"
        for key, text in options.items()
    )
    none = "" if chosen else f"<p><i>{_('Not answered yet.')}</i></p>"
    return f"<ul style='max-width:60em;padding-left:1em'>{items}</ul>{none}"


def _notice(sheet: AnswerSheet) -> None:
    if sheet.notice:
        page.show_html(f"<p role='alert'><b>{escape(sheet.notice)}</b></p>")
        sheet.notice = ""


def _status_html(saved: bool) -> str:
    text = _("Saved. You can change your answer at any time.") if saved else _("Not answered yet.")
    return f"<span class='{'bc-saved' if saved else 'bc-open'}' role='status'>{text}</span>"


def _save(sheet: AnswerSheet, question: str, answer: Any, status: Any) -> None:
    try:
        sheet[question] = answer
    except OSError as error:
        status.value = "<b role='alert'>" + escape(
            _("Your answer could not be saved ({reason}). Tell your instructor before you go on.").format(
                reason=error.strerror or type(error).__name__
            )
        )
        return
    status.value = _status_html(saved=bool(answer))
    if answer:  # the check below said, when it ran, that there was none
        text = _("{question}: what you choose is saved at once.").format(question=page.label(question))
        page.renew_note(text, question)


def _framed(children: list[Any]) -> Any:
    import ipywidgets as w

    box = w.VBox([w.HTML(_STYLE), *children])
    box.add_class("bc-quiz")
    return box


def ask(
    sheet: AnswerSheet,
    question: str,
    text: str,
    options: Mapping[str, str],
    points: float | None,
    *,
    several: bool,
) -> None:
    """Show one question; several answers may be ticked where `several` is true."""
    # Messages name options by their letters: "Missed: a, c".
    options = {key: f"{key}) {label}" for key, label in options.items()}
    stored = sheet[question]
    _notice(sheet)
    given = stored if isinstance(stored, list) else [stored]
    chosen = {key for key in options if key in given}  # a sheet may hold anything: nothing is hashed
    if not page.live():
        page.show_html(_heading(question, points, text) + _static_options(options, chosen, several=several))
        return
    import ipywidgets as w
    from IPython.display import display

    page.show_html(_heading(question, points, text))
    # That it is open says the check below.
    status = w.HTML(_status_html(saved=True) if chosen else "")
    if several:
        boxes = {
            key: w.Checkbox(value=key in chosen, description=label, indent=False)
            for key, label in options.items()
        }

        def ticked(_change: Any) -> None:
            _save(sheet, question, [key for key, box in boxes.items() if box.value], status)

        for box in boxes.values():
            box.observe(ticked, names="value")
        controls: list[Any] = list(boxes.values())
    else:
        radio = w.RadioButtons(
            options=[(label, key) for key, label in options.items()], value=next(iter(chosen), None)
        )

        def picked(change: Any) -> None:
            _save(sheet, question, change["new"], status)

        radio.observe(picked, names="value")
        controls = [radio]
    display(_framed([*controls, status]))  # type: ignore[no-untyped-call]


def ask_cases(
    sheet: AnswerSheet,
    question: str,
    cases: Mapping[str, str],
    decisions: Mapping[str, str],
    reasons: Mapping[str, str],
    points: float | None,
) -> None:
    """Show a casebook: each case with a decision and a reason to pick from two lists."""
    stored = sheet[question]
    _notice(sheet)
    answers: dict[str, dict[str, str]] = (
        {
            name: {part: chosen for part, chosen in given.items() if isinstance(chosen, str)}
            for name, given in stored.items()
            if isinstance(given, Mapping)
        }
        if isinstance(stored, Mapping)
        else {}
    )
    page.show_html(_heading(question, points, _("Decide each case, and give the reason.")))
    if not page.live():
        page.show_html(_cases_html(cases, decisions, reasons, answers))
        return
    import ipywidgets as w
    from IPython.display import display

    status = w.HTML(_count_html(answers, cases))
    rows: list[Any] = []
    for name, text in cases.items():
        rows.append(
            w.HTML(f"<div style='max-width:60em;margin-top:.8em'><b>{escape(name)}.</b> {escape(text)}</div>")
        )
        for part, choices, label in (
            ("decision", decisions, _("Decision")),
            ("reason", reasons, _("Reason")),
        ):
            given = answers.get(name, {}).get(part)
            menu = w.Dropdown(
                options=[(_("(choose)"), ""), *((v, k) for k, v in choices.items())],
                value=given if given in choices else "",
                description=label,
                layout=w.Layout(width="60em", max_width="98%"),
            )
            menu.observe(_case_saver(sheet, question, cases, answers, name, part, status), names="value")
            rows.append(menu)
    display(_framed([*rows, status]))  # type: ignore[no-untyped-call]


def _case_saver(
    sheet: AnswerSheet,
    question: str,
    cases: Mapping[str, str],
    answers: dict[str, dict[str, str]],
    name: str,
    part: str,
    status: Any,
) -> Callable[[Any], None]:
    def chosen(change: Any) -> None:
        answers.setdefault(name, {})[part] = change["new"]
        _save(sheet, question, answers, status)
        if "alert" not in status.value:
            status.value = _count_html(answers, cases)

    return chosen


def _count_html(answers: Mapping[str, Mapping[str, str]], cases: Mapping[str, str]) -> str:
    done = sum(
        bool(answers.get(c, {}).get("decision")) and bool(answers.get(c, {}).get("reason")) for c in cases
    )
    text = _("Saved: {done} of {n} cases have a decision and a reason.").format(done=done, n=len(cases))
    return f"<span class='{'bc-saved' if done else 'bc-open'}' role='status'>{text}</span>"


def _picked(choices: Mapping[str, str], key: str | None) -> str:
    return (
        choices[key] if key is not None and key in choices else Markup("<i>{}</i>").format(_("not answered"))
    )


def _cases_html(
    cases: Mapping[str, str],
    decisions: Mapping[str, str],
    reasons: Mapping[str, str],
    answers: Mapping[str, Mapping[str, str]],
) -> str:
    rows = [
        [
            Markup("<b>{}</b>").format(name),
            text,
            _picked(decisions, answers.get(name, {}).get("decision")),
            _picked(reasons, answers.get(name, {}).get("reason")),
        ]
        for name, text in cases.items()
    ]
    return page.table([_("Case"), _("What you know"), _("Your decision"), _("Your reason")], rows)
