"""The five questions at the end of a lesson: answered at once, not graded, not stored."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from bordercourse import page
from bordercourse.course.manifest import LessonQuestion, module
from bordercourse.i18n import gettext as _

__all__ = ["feedback", "self_check"]


def feedback(question: LessonQuestion, chosen: str) -> str:
    """Return what to say to a choice: right or not, and why."""
    verdict = _("Right.") if chosen == question.answer else _("Not yet.")
    return f"{verdict} {question.why.get(chosen, '')}".strip()


def self_check(slug: str) -> None:
    """Show the self-check of a lesson; each click is answered at once.

    Parameters
    ----------
    slug : str
        The module, such as ``"00-welcome"``. The questions stand in its record in the manifest.
    """
    for n, question in enumerate(module(slug).self_check, start=1):
        options = "".join(
            f"<li style='list-style:none'><b>{escape(key)})</b> {escape(text)}</li>"
            for key, text in question.options.items()
        )
        page.show_html(
            f"<p style='max-width:60em;margin-bottom:.2em'><b>{n}.</b> {escape(question.text)}</p>"
            f"<ul style='max-width:60em;padding-left:1em;margin-top:0'>{options}</ul>"
        )
        if page.live():
            _buttons(question)


def _buttons(question: LessonQuestion) -> None:
    import ipywidgets as w
    from IPython.display import display

    reply = w.HTML("")

    def answer(key: str) -> Callable[[Any], None]:
        def clicked(_button: Any) -> None:
            right = key == question.answer
            colour, mark = ("#00664B", "✔") if right else ("#8A3B00", "➜")
            reply.value = (
                f"<span role='status' style='color:{colour}'>{mark} <b>{escape(key)})</b> "
                f"{escape(feedback(question, key))}</span>"
            )

        return clicked

    buttons = []
    for key in question.options:
        button = w.Button(description=key, layout=w.Layout(width="3.5em"), tooltip=question.options[key])
        button.on_click(answer(key))
        buttons.append(button)
    display(w.VBox([w.HBox(buttons), reply]))  # type: ignore[no-untyped-call]
